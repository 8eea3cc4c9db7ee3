//! What a person does here: has a report made and sends it, approves a draft, writes a comment, sets a goal, brings in files,
//! and sees to it that everything runs. Whatever is changed is checked for the right to do so, and stands in the audit log.

mod comment;
mod consent;
mod goal_form;
mod goals;
mod health;
mod import;
mod make;
mod send;
mod shelf;

pub(super) use shelf::OWN_POLICY;

use std::path::PathBuf;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::Shared;
use super::gate::Visitor;
use crate::config::Source;
use crate::model::{Language, UnitId};
use crate::pipeline::{App, LARGEST_UPLOADS, ReportEntry};
use crate::words::{Locale, web_text};

/// Every route of this area.
pub(super) fn routes() -> Router<Shared> {
    // Some room for the form around the files.
    let uploads = usize::try_from(LARGEST_UPLOADS).unwrap_or(usize::MAX).saturating_add(1 << 20);
    Router::new()
        .route("/reports", get(shelf::list))
        .route("/reports/new", get(make::form).post(make::ask))
        .route("/reports/making/{ticket}", get(make::status))
        .route("/reports/comment", get(comment::form).post(comment::save))
        .route("/reports/{id}", get(shelf::one))
        .route("/reports/{id}/read", get(shelf::read))
        .route("/reports/{id}/files/{*name}", get(shelf::file))
        .route("/reports/{id}/send", post(send::send))
        .route("/reports/{id}/decide", post(send::decide))
        .route("/reports/{id}/deliveries/{delivery}", post(send::again))
        .route("/goals", get(goals::list))
        .route("/goals/new", get(goals::new).post(goals::save_new))
        .route("/goals/{id}", get(goals::edit).post(goals::save))
        .route("/import", get(import::form).post(import::take).layer(DefaultBodyLimit::max(uploads)))
        .route("/import/{id}", get(import::look).post(import::confirm))
        .route("/operations", get(health::page))
        .route("/operations/tokens/{platform}", get(consent::ask).post(consent::begin))
        .route("/operations/tokens/{platform}/callback", get(consent::callback))
        .route("/operations/jobs/{id}", post(health::retry))
        .route("/operations/alerts/{id}", post(health::acknowledge))
}

/// The visitor's language with the organisation's clock.
#[derive(Debug, Clone, Copy)]
struct Tongue {
    language: Language,
    zone: chrono_tz::Tz,
}

impl Tongue {
    fn of(visitor: &Visitor, app: &App) -> Self {
        Self { language: visitor.language, zone: app.config.organisation.zone }
    }

    fn locale(self) -> Locale {
        Locale::of(self.language)
    }

    /// A text of the web's words.
    fn text(self, key: &str) -> &'static str {
        // A key that is none is found by a test; readers are not shown our names for things.
        web_text(self.language, key).unwrap_or_default()
    }

    /// A text of the web's words with something in it.
    fn say(self, key: &str, parts: &[(&str, &str)]) -> String {
        crate::words::fill(self.text(key), parts)
    }

    fn moment(self, at: DateTime<Utc>) -> String {
        self.locale().instant(at, self.zone)
    }

    fn date(self, at: DateTime<Utc>) -> String {
        self.locale().date(at.with_timezone(&self.zone).date_naive())
    }

    fn day(self, day: NaiveDate) -> String {
        self.locale().date(day)
    }

    fn whole(self, count: u64) -> String {
        self.locale().whole(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// `1,4 MB`, `312 kB`.
    #[expect(clippy::cast_precision_loss, reason = "sizes of files stay far below 2^53")]
    fn size(self, bytes: u64) -> String {
        let space = '\u{a0}';
        match bytes as f64 {
            many if many >= 1e6 => format!("{}{space}MB", self.locale().number(many / 1e6, 1)),
            few => format!("{}{space}kB", self.locale().number((few / 1e3).max(0.1), usize::from(few < 1e4))),
        }
    }

    /// What a report is called: its kind.
    fn report_title(self, entry: &ReportEntry) -> String {
        self.text(&format!("work.kind_{}", entry.kind.as_str())).to_owned()
    }

    /// What the ledger says in words that we know, in the visitor's language; what another machine said, as it said it.
    fn known(self, told: &str) -> String {
        const KNOWN: [(&str, &str); 3] = [
            ("the address is not among those that `allow` in `[mail]` lets through", "work.answer_not_allowed"),
            ("the recipient has unsubscribed", "work.answer_unsubscribed"),
            (
                "the address stands nowhere in the configuration, and `allow` in `[mail]` names no others",
                "work.answer_unknown_address",
            ),
        ];
        KNOWN
            .iter()
            .find(|(text, _)| *text == told)
            .map_or_else(|| told.to_owned(), |(_, key)| self.text(key).to_owned())
    }
}

/// Whom the audit log names.
fn who(visitor: &Visitor) -> String {
    visitor.who()
}

/// Whether the visitor may see what belongs to the unit; none: to the whole organisation.
fn allowed(visitor: &Visitor, app: &App, unit: Option<&UnitId>) -> bool {
    visitor.sees(app, unit)
}

/// The units that the visitor may choose from.
fn units(visitor: &Visitor, app: &App) -> Vec<Value> {
    let all = app.config.units.0.iter().filter(|unit| allowed(visitor, app, Some(&unit.id)));
    all.map(|unit| json!({"id": unit.id, "title": unit.title})).collect()
}

/// Where the configuration was read from, and is written to.
fn source(app: &App) -> Source {
    app.source.as_ref().map_or(Source::Embedded, |path| Source::at(path))
}

/// The folder of the organisation's own dictionaries of export files.
fn imports_folder(app: &App) -> Option<PathBuf> {
    app.source.as_ref().filter(|path| path.is_dir()).map(|path| path.join("imports"))
}

/// What was saved appears at once; a file that somebody broke by hand meanwhile is told where the configuration is watched.
async fn reload(shared: &Shared) {
    if let Err(error) = shared.live.refresh_now().await {
        tracing::warn!(%error, "the configuration was not read again");
    }
}

/// Goes to another page after a form.
fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// The page is to be asked for again after so many seconds, also without script.
fn again_in(response: &mut Response, seconds: u32) {
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert("refresh", value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{GOAL, Kind};
    use crate::model::ReportKind;
    use crate::pipeline::{ApprovalState, DeliveryStatus, JobState, RunKind, RunOutcome, Way};
    use crate::report::OPTIONAL_SECTIONS;

    /// Every key that is put together while a page is made.
    fn composed() -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let mut all =
            |before: &str, words: Vec<&str>| keys.extend(words.iter().map(|word| format!("work.{before}{word}")));
        all("kind_", ReportKind::ALL.map(ReportKind::as_str).to_vec());
        all("language_", Language::ALL.map(Language::code).to_vec());
        all("section_", OPTIONAL_SECTIONS.to_vec());
        all("status_", DeliveryStatus::ALL.iter().map(|it| it.as_str()).collect());
        all("way_", Way::ALL.iter().map(|it| it.as_str()).collect());
        all("job_state_", JobState::ALL.iter().map(|it| it.as_str()).collect());
        all("approval_", ApprovalState::ALL.iter().map(|it| it.as_str()).collect());
        all("run_", RunKind::ALL.iter().map(|it| it.as_str()).collect());
        all("outcome_", RunOutcome::ALL.iter().map(|it| it.as_str()).collect());
        all("job_", vec!["fetch", "draft", "report", "make", "outbox", "alerts", "compact", "weed"]);
        all("length_", vec!["week", "month", "tertial", "quarter", "year"]);
        all("deadline_", vec!["hold", "send"]);
        all("gravity_", vec!["notice", "warning", "action"]);
        for state in ["complete", "preliminary", "partial", "missing", "refused", "not_yet", "not_offered"] {
            all("day_", vec![state]);
            all("day_sign_", vec![state]);
        }
        for key in GOAL.keys {
            all("goal_", vec![key.name]);
            match key.kind {
                Kind::Word(words) | Kind::Words(words) => all("goal_word_", words.to_vec()),
                Kind::Flag => all("goal_word_", vec!["true", "false"]),
                Kind::Table(inner) | Kind::Tables(inner) => all("goal_", inner.keys.iter().map(|it| it.name).collect()),
                _ => {}
            }
        }
        keys
    }

    #[test]
    fn every_text_that_is_put_together_exists() {
        let missing: Vec<String> =
            composed().into_iter().filter(|key| web_text(Language::Swedish, key).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn sizes_are_written_as_readers_expect() {
        let tongue = Tongue { language: Language::Swedish, zone: chrono_tz::Europe::Stockholm };
        assert_eq!(tongue.size(1_412_000), "1,4\u{a0}MB");
        assert_eq!(tongue.size(312_400), "312\u{a0}kB");
        assert_eq!(tongue.size(2_345), "2,3\u{a0}kB");
        assert_eq!(tongue.size(0), "0,1\u{a0}kB");
    }
}
