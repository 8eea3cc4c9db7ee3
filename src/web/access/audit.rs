//! The audit log: who did what, when.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use crate::pipeline::{Role, accounts};
use crate::web::Shared;
use crate::web::gate::Visitor;
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::Locale;

/// So many lines are shown; all of them stand in the state.
const MOST: u32 = 500;

/// Shows the latest lines.
pub(super) async fn list(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let (locale, zone) = (Locale::of(visitor.language), app.config.organisation.zone);
    let lines = accounts::audit(&app, MOST).await?;
    let rows = lines.iter().map(|line| {
        let details = line.detail.as_object().into_iter().flatten();
        let details: Vec<String> =
            details.filter(|(_, value)| !value.is_null()).map(|(key, value)| format!("{key}: {value}")).collect();
        json!({
            "at": locale.instant(line.at, zone),
            "who": line.who,
            "what": told(&visitor, &line.what),
            "subject": line.subject,
            "detail": details.join(", "),
        })
    });
    let context = json!({ "lines": rows.collect::<Vec<_>>(), "most": MOST });
    Ok(show(&shared, &visitor, "access-audit.html", visitor.t("access.audit"), "/accounts", context))
}

/// What was done, in the visitor's words; what has none yet stays as it is kept.
fn told(visitor: &Visitor, what: &str) -> String {
    let key = format!("did.{}", what.replace([' ', '-'], "_"));
    let told = visitor.t(&key);
    if told == key { what.to_owned() } else { told.to_owned() }
}
