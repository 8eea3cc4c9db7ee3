//! Tokens with which programs read.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::{Fields, unit_names, units};
use crate::pipeline::Role;
use crate::pipeline::accounts;
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::Locale;

/// How long a token can open: days, and the key of the words.
const LENGTHS: &[(i64, &str)] = &[(30, "access.days_30"), (90, "access.days_90"), (365, "access.days_365")];

/// Shows the tokens.
pub(super) async fn list(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    page(&shared, &visitor, None, None).await
}

async fn page(
    shared: &Shared,
    visitor: &Visitor,
    fresh: Option<&str>,
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let (app, now) = (shared.app(), shared.now());
    let (locale, zone) = (Locale::of(visitor.language), app.config.organisation.zone);
    let tokens = accounts::tokens(&app).await?;
    let rows = tokens.iter().map(|token| {
        let ended = token.revoked.or(token.expires.filter(|end| *end <= now));
        json!({
            "id": token.id,
            "name": token.name,
            "units": unit_names(&app, token.units.as_deref()),
            "by": token.made_by,
            "until": token.expires.map(|at| locale.instant(at, zone)),
            "last": token.last_used.map(|at| locale.instant(at, zone)),
            "ended": ended.map(|at| locale.instant(at, zone)),
        })
    });
    let lengths: Vec<(String, &str)> = LENGTHS.iter().map(|(days, key)| (days.to_string(), visitor.t(key))).collect();
    let context = json!({
        "tokens": rows.collect::<Vec<_>>(),
        "units": units(&app, None),
        "lengths": lengths,
        "fresh": fresh,
        "wrong": wrong,
    });
    Ok(show(shared, visitor, "access-tokens.html", visitor.t("access.tokens"), "/accounts", context))
}

/// Makes a token and shows it, once.
pub(super) async fn make(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(fields): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let fields = Fields(fields);
    let name = fields.one("name").trim();
    if name.is_empty() || name.chars().count() > 80 {
        let mut page = page(&shared, &visitor, None, Some(visitor.t("access.token_needs_name"))).await?;
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page);
    }
    let days = fields.one("days").parse::<i64>().ok().filter(|days| LENGTHS.iter().any(|(own, _)| own == days));
    let Some(days) = days else { return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned())) };
    let units = fields.units();
    let (app, now) = (shared.app(), shared.now());
    let (_, pass) = accounts::make_token(&app, name, units.as_deref(), Some(days), &visitor.who(), now).await?;
    page(&shared, &visitor, Some(pass.expose()), None).await
}

/// Revokes a token.
pub(super) async fn revoke(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    accounts::revoke_token(&shared.app(), &id, &visitor.who(), shared.now()).await?;
    Ok(Redirect::to("/accounts/tokens").into_response())
}
