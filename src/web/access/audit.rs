//! The audit log: who did what, when.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::role_name;
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
        json!({
            "at": locale.instant(line.at, zone),
            "who": line.who,
            "what": known(&visitor, "did", &line.what),
            "subject": line.subject,
            "detail": detail(&visitor, &line.detail),
        })
    });
    let context = json!({ "lines": rows.collect::<Vec<_>>(), "most": MOST });
    Ok(show(&shared, &visitor, "access-audit.html", visitor.t("access.audit"), "/accounts", context))
}

/// What else was noted, in the visitor's words as far as there are any.
fn detail(visitor: &Visitor, noted: &Value) -> String {
    match noted {
        Value::Null => String::new(),
        Value::Bool(yes) => visitor.t(if *yes { "detail.yes" } else { "detail.no" }).to_owned(),
        Value::String(text) => {
            Role::parse(text).map_or_else(|| text.clone(), |role| role_name(visitor, role).to_owned())
        }
        Value::Number(number) => number.to_string(),
        Value::Array(parts) => parts.iter().map(|part| detail(visitor, part)).collect::<Vec<_>>().join(", "),
        Value::Object(parts) => {
            let parts = parts.iter().filter(|(_, part)| !part.is_null());
            let parts =
                parts.map(|(key, part)| format!("{}: {}", known(visitor, "detail", key), detail(visitor, part)));
            parts.collect::<Vec<_>>().join("; ")
        }
    }
}

/// The word of the key in a section, or the key as it is kept.
fn known(visitor: &Visitor, section: &str, key: &str) -> String {
    let address = format!("{section}.{}", key.replace([' ', '-'], "_"));
    let told = visitor.t(&address);
    if told == address { key.to_owned() } else { told.to_owned() }
}
