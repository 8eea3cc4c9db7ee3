//! The accessibility statement, as the law asks for one: drawn from the results of the tests in a browser
//! (`tests/browser`), which are written into `reports/web/accessibility.json` and compared with it at every change.

use std::sync::OnceLock;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::Shared;
use super::gate::{Guest, Visitor};
use super::refusal::Refusal;
use super::show::drawn;
use crate::pipeline::App;
use crate::words::{Locale, web_text};

const RESULTS: &str = include_str!("../../reports/web/accessibility.json");

/// What the tests found.
#[derive(Debug, Deserialize)]
struct Results {
    /// None: they have not run over the whole yet.
    tested: Option<NaiveDate>,
    axe: String,
    browser: String,
    pages: Vec<String>,
    states: Vec<String>,
    checks: Vec<Check>,
    faults: Vec<Fault>,
}

/// What was tried, and in how many places it did not hold.
#[derive(Debug, Deserialize)]
struct Check {
    name: String,
    failed: usize,
}

/// What did not hold, and where.
#[derive(Debug, Deserialize)]
struct Fault {
    check: String,
    #[serde(rename = "where")]
    place: String,
    what: String,
}

/// The routes of this area.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/accessibility", get(statement))
}

fn results() -> Option<&'static Results> {
    static READ: OnceLock<Option<Results>> = OnceLock::new();
    READ.get_or_init(|| serde_json::from_str(RESULTS).ok()).as_ref()
}

/// The statement, to everybody.
async fn statement(State(shared): State<Shared>, Guest(visitor): Guest) -> Result<Response, Refusal> {
    let app = shared.app();
    // A test reads the results; without them there is nothing to state.
    let results = results().ok_or(Refusal::NotFound)?;
    let word = |check: &str| web_text(visitor.language, &format!("statement.check_{check}"));
    let held: Vec<&str> =
        results.checks.iter().filter(|check| check.failed == 0).filter_map(|check| word(&check.name)).collect();
    let faults: Vec<_> = results
        .faults
        .iter()
        .map(|fault| json!({"check": word(&fault.check).unwrap_or(&fault.check), "place": fault.place, "what": fault.what}))
        .collect();
    let context = json!({
        "organisation": app.config.organisation.name,
        "contact": contact(&app),
        "day": results.tested.map(|day| Locale::of(visitor.language).date(day)),
        "axe": results.axe,
        "browser": results.browser,
        "pages": results.pages.len(),
        "states": results.states.len(),
        "held": held,
        "faults": faults,
    });
    Ok(page(&app, &visitor, context))
}

fn page(app: &App, visitor: &Visitor, context: serde_json::Value) -> Response {
    drawn(app, visitor, "statement.html", visitor.t("statement.title"), "", context)
}

/// Where faults are told: the address that answers to mails go to.
fn contact(app: &App) -> Option<&str> {
    let mail = app.config.mail.as_ref()?;
    let full = mail.reply_to.as_deref().unwrap_or(&mail.from);
    Some(full.split_once('<').map_or(full, |(_, address)| address.trim_end_matches('>')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn the_results_can_be_read_and_every_check_has_words() {
        let results: Results = serde_json::from_str(RESULTS).unwrap();
        assert_eq!(results.tested.is_some(), !results.checks.is_empty(), "a day, or nothing tried");
        assert_eq!(results.pages.is_empty(), results.checks.is_empty(), "what was tried was tried on pages");
        for check in &results.checks {
            for language in Language::ALL {
                assert!(web_text(language, &format!("statement.check_{}", check.name)).is_some(), "{}", check.name);
            }
        }
        let failed: usize = results.checks.iter().map(|check| check.failed).sum();
        assert_eq!(failed, results.faults.len(), "what failed is named");
    }
}
