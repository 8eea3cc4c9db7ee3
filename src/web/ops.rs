//! Health, readiness and metrics: what machines ask.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::Shared;
use super::gate::Guest;
use crate::pipeline::{Operations, Role, operations, unready};

/// Whether the process lives.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// Whether it can do its work; if not, why.
pub(super) async fn ready(State(shared): State<Shared>) -> Response {
    let why = unready(&shared.app(), &shared.pulse, shared.now()).await;
    if why.is_empty() {
        return "ready\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", why.join("; "))).into_response()
}

/// Everything that can be counted, as Prometheus reads it: to this machine, and to whoever may see the whole organisation.
/// It names channels.
pub(super) async fn metrics(State(shared): State<Shared>, Guest(visitor): Guest) -> Response {
    if !visitor.local {
        let allowed = visitor.needs(Role::Reader).and_then(|()| visitor.may_see(&shared.app(), None));
        if let Err(refusal) = allowed {
            return refusal.into_response();
        }
    }
    match operations(&shared.app()).await {
        Ok(operations) => {
            let text = exposition(&operations, shared.pulse.last(), resident());
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
        }
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// One family of values: its name, what it is, its kind.
struct Family(&'static str, &'static str);

impl Family {
    fn open(&self, text: &mut String) {
        let Self(name, help) = self;
        // Writing into a string cannot fail.
        let _written = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
    }

    fn labelled(&self, text: &mut String, label: &str, values: impl IntoIterator<Item = (String, f64)>) {
        self.open(text);
        for (value, number) in values {
            let _written = writeln!(text, "{}{{{label}=\"{}\"}} {number}", self.0, escaped(&value));
        }
    }

    fn single(&self, text: &mut String, number: f64) {
        self.open(text);
        let _written = writeln!(text, "{} {number}", self.0);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts and seconds stay far below 2^53")]
fn exposition(operations: &Operations, looked: Option<DateTime<Utc>>, resident: Option<u64>) -> String {
    let mut text = String::new();
    let counts = |counts: &[(String, u64)]| -> Vec<(String, f64)> {
        counts.iter().map(|(word, many)| (word.clone(), *many as f64)).collect()
    };
    let seconds = |at: &DateTime<Utc>| at.timestamp() as f64;
    let version = [(env!("CARGO_PKG_VERSION").to_owned(), 1.0)];
    Family("genomslag_build_info", "The version that runs.").labelled(&mut text, "version", version);
    Family("genomslag_jobs", "Jobs by state.").labelled(&mut text, "state", counts(&operations.jobs));
    Family("genomslag_deliveries", "Deliveries by status.").labelled(
        &mut text,
        "status",
        counts(&operations.deliveries),
    );
    Family("genomslag_open_alerts", "Open alerts by gravity.").labelled(
        &mut text,
        "gravity",
        counts(&operations.alerts),
    );
    Family("genomslag_waiting_approvals", "Drafts that wait for their owner.")
        .single(&mut text, operations.approvals as f64);
    let channels = operations.channels.iter().filter_map(|(id, last)| Some((id.clone(), seconds(last.as_ref()?))));
    Family("genomslag_channel_last_success_seconds", "When the channel last gave everything, in Unix seconds.")
        .labelled(&mut text, "channel", channels);
    let ends = operations.tokens.iter().filter_map(|(id, end, _)| Some((id.clone(), seconds(end.as_ref()?))));
    Family("genomslag_token_end_seconds", "When the token ends, in Unix seconds.").labelled(&mut text, "subject", ends);
    let valid = operations.tokens.iter().map(|(id, _, valid)| (id.clone(), f64::from(u8::from(*valid))));
    Family("genomslag_token_valid", "Whether the platform takes the token.").labelled(&mut text, "subject", valid);
    if let Some((began, outcome)) = &operations.last_run {
        Family("genomslag_last_run_seconds", "When the last run began, in Unix seconds.").labelled(
            &mut text,
            "outcome",
            [(outcome.clone().unwrap_or_else(|| "running".to_owned()), seconds(began))],
        );
    }
    if let Some(looked) = looked {
        Family("genomslag_scheduler_look_seconds", "When the scheduler last looked at the clock, in Unix seconds.")
            .single(&mut text, seconds(&looked));
    }
    if let Some(resident) = resident {
        Family("process_resident_memory_bytes", "Memory in use.").single(&mut text, resident as f64);
    }
    text
}

/// A label's value as the format wants it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Memory in use, where the system says it as Linux does.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_that_prometheus_reads() {
        let at = "2026-11-18T06:00:00Z".parse().expect("an instant");
        let operations = Operations {
            jobs: vec![("dead".to_owned(), 1), ("done".to_owned(), 25)],
            deliveries: vec![("uncertain".to_owned(), 2)],
            alerts: vec![("action".to_owned(), 1)],
            approvals: 3,
            channels: vec![("fb\"1".to_owned(), Some(at)), ("li".to_owned(), None)],
            tokens: vec![("fb".to_owned(), Some(at), true)],
            last_run: Some((at, Some("partial".to_owned()))),
        };
        let text = exposition(&operations, Some(at), Some(4096));
        for line in [
            "genomslag_jobs{state=\"dead\"} 1",
            "genomslag_deliveries{status=\"uncertain\"} 2",
            "genomslag_waiting_approvals 3",
            "genomslag_channel_last_success_seconds{channel=\"fb\\\"1\"} 1794981600",
            "genomslag_token_valid{subject=\"fb\"} 1",
            "genomslag_last_run_seconds{outcome=\"partial\"} 1794981600",
            "process_resident_memory_bytes 4096",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
        let form = regex::Regex::new(r#"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"\})? [0-9.]+)$"#);
        let form = form.expect("a pattern");
        assert!(text.lines().all(|line| form.is_match(line)), "{text}");
        assert!(!text.contains("\"li\""), "a channel that never gave anything has no time");
    }
}
