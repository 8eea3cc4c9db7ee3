//! Links to one report, for people without an account: made by editors, with an end, and revoked at any time.

use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::Fields;
use crate::model::Secret;
use crate::pipeline::{self, App, ReportEntry, Role, accounts};
use crate::web::Shared;
use crate::web::gate::{Guest, Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::web::work::OWN_POLICY;
use crate::words::Locale;

/// How long a link can open: days, and the key of the words.
const LENGTHS: &[(i64, &str)] = &[(7, "access.days_7"), (30, "access.days_30"), (90, "access.days_90")];

/// Shows the links to a report.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let entry = entry(&app, &visitor, &id).await?;
    page(&shared, &visitor, &entry, None).await
}

/// The report, if the visitor may share it. A draft is for its owner alone.
async fn entry(app: &App, visitor: &Visitor, id: &str) -> Result<ReportEntry, Refusal> {
    visitor.needs(Role::Editor)?;
    let (shelved, _) = pipeline::shelved(app, id).await?.ok_or(Refusal::NotFound)?;
    visitor.may_see(app, shelved.entry.unit.as_ref())?;
    if shelved.entry.draft { Err(Refusal::NotFound) } else { Ok(shelved.entry) }
}

async fn page(
    shared: &Shared,
    visitor: &Visitor,
    entry: &ReportEntry,
    fresh: Option<&str>,
) -> Result<Response, Refusal> {
    let (app, now) = (shared.app(), shared.now());
    let (locale, zone) = (Locale::of(visitor.language), app.config.organisation.zone);
    let links = accounts::links(&app, &entry.id).await?;
    let rows = links.iter().map(|link| {
        let ended = link.revoked.or(Some(link.expires).filter(|end| *end <= now));
        json!({
            "id": link.id,
            "by": link.made_by,
            "made": locale.instant(link.created, zone),
            "until": locale.instant(link.expires, zone),
            "opened": link.opened,
            "ended": ended.map(|at| locale.instant(at, zone)),
        })
    });
    let lengths: Vec<(String, &str)> = LENGTHS.iter().map(|(days, key)| (days.to_string(), visitor.t(key))).collect();
    let context = json!({
        "report": entry.id,
        "links": rows.collect::<Vec<_>>(),
        "lengths": lengths,
        "fresh": fresh,
    });
    Ok(show(shared, visitor, "access-share.html", visitor.t("access.share"), "/reports", context))
}

/// Makes a link and shows it, once.
pub(super) async fn make(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(fields): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let (app, fields) = (shared.app(), Fields(fields));
    let entry = entry(&app, &visitor, &id).await?;
    let days = fields.one("days").parse::<i64>().ok().filter(|days| LENGTHS.iter().any(|(own, _)| own == days));
    let Some(days) = days else { return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned())) };
    let pass = accounts::share(&app, &entry, days, &visitor.who(), shared.now()).await?;
    let link = format!("{}/s/{}", shared.base(&app).unwrap_or_default(), pass.expose());
    page(&shared, &visitor, &entry, Some(&link)).await
}

/// Revokes a link.
pub(super) async fn revoke(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((id, link)): Path<(String, String)>,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let entry = entry(&app, &visitor, &id).await?;
    if !accounts::unshare(&app, &entry.id, &link, &visitor.who(), shared.now()).await? {
        return Err(Refusal::NotFound);
    }
    Ok(Redirect::to(&format!("/reports/{}/links", entry.id)).into_response())
}

/// Shows the report to whoever has the link: as it is archived, with a way to its PDF above it.
pub(super) async fn read(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    let Some(bytes) = file(&shared, &pass, "report.html").await? else { return Ok(over(&shared, &visitor)) };
    let html = String::from_utf8_lossy(&bytes).into_owned();
    let text = visitor.t("access.as_pdf");
    // Passes have letters, digits, `-` and `_` only.
    let way = format!("<body>\n<p class=\"quiet\"><a href=\"/s/{pass}/report.pdf\">{text}</a></p>");
    let html = html.replacen("<body>", &way, 1);
    Ok(guarded("text/html; charset=utf-8", OWN_POLICY, html.into_bytes()))
}

/// The PDF of the report to whoever has the link.
pub(super) async fn pdf(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    match file(&shared, &pass, "report.pdf").await? {
        Some(bytes) => Ok(guarded("application/pdf", OWN_POLICY, bytes)),
        None => Ok(over(&shared, &visitor)),
    }
}

async fn file(shared: &Shared, pass: &str, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let app = shared.app();
    let Some(link) = accounts::shared(&app, &Secret::new(pass), shared.now()).await? else { return Ok(None) };
    Ok(pipeline::report_file(&app, &link.report, name).await?)
}

fn guarded(kind: &'static str, policy: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "private, no-store"),
        // Not for search engines, whoever may find the link.
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (headers, bytes).into_response()
}

fn over(shared: &Shared, visitor: &Visitor) -> Response {
    let text = json!({ "text": visitor.t("access.no_link_text") });
    let mut page = show(shared, visitor, "refusal.html", visitor.t("access.no_link"), "", text);
    *page.status_mut() = axum::http::StatusCode::NOT_FOUND;
    page
}
