//! How much of the platform's patience is used up, as its answers' headers say: percentages, and minutes to wait.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::time::Instant;

/// Meta counts over a rolling hour: what a header said is forgotten after it.
const FRESH: Duration = Duration::from_hours(1);

/// What the headers of one answer say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    /// Per cent of the app's budget, which all channels share.
    pub(super) app: Option<u32>,
    /// Per cent of the account's own budget.
    pub(super) account: Option<u32>,
    /// How long until the account may be asked again.
    pub(super) regain: Option<Duration>,
}

impl Usage {
    /// Reads the three headers, each a JSON text. What is not understood is left out: a header is no reason to fail.
    pub(super) fn read<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Self {
        let parse = |name: &str| header(name).and_then(|text| serde_json::from_str::<Json>(text).ok());
        let mut usage = Self { app: parse("x-app-usage").as_ref().and_then(highest), ..Self::default() };
        usage.account = parse("x-page-usage").as_ref().and_then(highest);
        // The outer key is a business id or the account's: opaque, so the fullest of all counts.
        for entry in parse("x-business-use-case-usage").iter().filter_map(Json::as_object).flat_map(|all| all.values())
        {
            for one in entry.as_array().into_iter().flatten() {
                usage.account = usage.account.max(highest(one));
                let minutes = number(one.get("estimated_time_to_regain_access")).filter(|minutes| *minutes > 0);
                usage.regain = usage.regain.max(minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60)));
            }
        }
        usage
    }
}

fn highest(entry: &Json) -> Option<u32> {
    ["call_count", "total_time", "total_cputime"].into_iter().filter_map(|key| number(entry.get(key))).max()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn number(value: Option<&Json>) -> Option<u32> {
    let value = value?;
    let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))?;
    number.is_finite().then(|| number.clamp(0.0, 1e9).ceil() as u32)
}

/// What one channel may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Go on.
    Free,
    /// Pause before each call.
    Slow,
    /// Stop; how long, where the platform says so.
    Stop { used: u32, wait: Option<Duration> },
}

/// The budget of one client: of the app, and of each account.
#[derive(Debug, Default)]
pub(super) struct Budget {
    used: Mutex<HashMap<String, (Usage, Instant)>>,
}

impl Budget {
    /// Keeps what an answer said. The empty name stands for the app.
    pub(super) fn note(&self, channel: &str, usage: Usage) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if usage.app.is_some() {
            used.insert(String::new(), (Usage { account: usage.app, ..Usage::default() }, now));
        }
        if usage.account.is_some() || usage.regain.is_some() {
            used.insert(channel.to_owned(), (usage, now));
        }
    }

    /// Forgets what is known of a channel: after the wait that the platform asked for.
    pub(super) fn forget(&self, channel: &str) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.remove(channel);
        used.remove("");
    }

    /// What a channel may do now.
    pub(super) fn pace(&self, channel: &str, slow_at: u32, stop_at: u32) -> Pace {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |name: &str| used.get(name).filter(|(_, when)| when.elapsed() < FRESH).map(|(usage, _)| *usage);
        let known = [fresh(""), fresh(channel)];
        let highest = known.iter().flatten().filter_map(|usage| usage.account).max().unwrap_or(0);
        let wait = known.iter().flatten().filter_map(|usage| usage.regain).max();
        match highest {
            _ if highest >= stop_at || wait.is_some() => Pace::Stop { used: highest, wait },
            _ if highest >= slow_at => Pace::Slow,
            _ => Pace::Free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(name: &'static str, text: &'static str) -> Usage {
        Usage::read(|asked| (asked == name).then_some(text))
    }

    #[test]
    fn the_fullest_counter_counts_and_minutes_are_no_percentage() {
        let app = usage("x-app-usage", r#"{"call_count":28,"total_time":25,"total_cputime":25}"#);
        assert_eq!(app, Usage { app: Some(28), ..Usage::default() });
        let business = usage(
            "x-business-use-case-usage",
            r#"{"1":[{"type":"pages","call_count":96,"total_cputime":20,"total_time":31,"estimated_time_to_regain_access":0}],
                "2":[{"type":"instagram","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19}]}"#,
        );
        assert_eq!(business.account, Some(100));
        assert_eq!(business.regain, Some(Duration::from_mins(19)));
        assert_eq!(usage("x-app-usage", "not json"), Usage::default());
    }

    #[tokio::test]
    async fn one_full_account_stops_only_its_own_channel_and_a_full_app_stops_all() {
        let budget = Budget::default();
        budget.note("a", Usage { account: Some(96), ..Usage::default() });
        assert_eq!(budget.pace("a", 75, 95), Pace::Stop { used: 96, wait: None });
        assert_eq!(budget.pace("b", 75, 95), Pace::Free);
        budget.note("b", Usage { app: Some(80), ..Usage::default() });
        assert_eq!(budget.pace("b", 75, 95), Pace::Slow);
        budget.note("b", Usage { app: Some(95), ..Usage::default() });
        assert_eq!(budget.pace("c", 75, 95), Pace::Stop { used: 95, wait: None });
        budget.forget("c");
        assert_eq!(budget.pace("c", 75, 95), Pace::Free);
    }
}
