//! Links to one report, for people without an account: made by editors, with an end, and revoked at any time.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::Fields;
use crate::model::Secret;
use crate::pipeline::{self, App, ReportEntry, Role, accounts};
use crate::web::Shared;
use crate::web::gate::{Guest, Signed, Visitor, own_policy};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::Locale;

/// How long a link can open: days, and the key of the words.
const LENGTHS: &[(i64, &str)] = &[(7, "access.days_7"), (30, "access.days_30"), (90, "access.days_90")];

/// Which report.
#[derive(Deserialize)]
pub(super) struct Asked {
    report: String,
}

/// Shows the links to a report.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let entry = entry(&app, &visitor, &asked.report).await?;
    page(&shared, &visitor, &entry, None).await
}

/// The report, if the visitor may share it.
async fn entry(app: &App, visitor: &Visitor, id: &str) -> Result<ReportEntry, Refusal> {
    visitor.needs(Role::Editor)?;
    let entry = pipeline::report_entry(app, id).await?.ok_or(Refusal::NotFound)?;
    visitor.may_see(app, entry.unit.as_ref())?;
    Ok(entry)
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
    Signed(fields): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let (app, fields) = (shared.app(), Fields(fields));
    let entry = entry(&app, &visitor, fields.one("report")).await?;
    let days = fields.one("days").parse::<i64>().ok().filter(|days| LENGTHS.iter().any(|(own, _)| own == days));
    let Some(days) = days else { return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned())) };
    let (_, pass) = accounts::share(&app, &entry, days, &visitor.who(), shared.now()).await?;
    let link = format!("{}/s/{}", shared.base(&app).unwrap_or_default(), pass.expose());
    page(&shared, &visitor, &entry, Some(&link)).await
}

/// Revokes a link.
pub(super) async fn revoke(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let link = accounts::link(&app, &id).await?.ok_or(Refusal::NotFound)?;
    let entry = entry(&app, &visitor, &link.report).await?;
    accounts::unshare(&app, &link, &visitor.who(), shared.now()).await?;
    Ok(Redirect::to(&format!("/share?report={}", entry.id)).into_response())
}

/// Shows the report to whoever has the link: as it is archived, with a way to its PDF above it.
pub(super) async fn read(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    let Some(bytes) = file(&shared, &pass, "report.html").await? else { return Ok(over(&shared, &visitor)) };
    let html = String::from_utf8_lossy(&bytes).into_owned();
    let policy = own_policy(&html);
    let text = visitor.t("access.as_pdf");
    // Passes have letters, digits, `-` and `_` only.
    let way = format!("<body>\n<p class=\"quiet\"><a href=\"/s/{pass}/report.pdf\">{text}</a></p>");
    let html = html.replacen("<body>", &way, 1);
    Ok(guarded("text/html; charset=utf-8", &policy, html.into_bytes()))
}

/// The PDF of the report to whoever has the link.
pub(super) async fn pdf(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    match file(&shared, &pass, "report.pdf").await? {
        Some(bytes) => Ok(guarded("application/pdf", "default-src 'none'", bytes)),
        None => Ok(over(&shared, &visitor)),
    }
}

async fn file(shared: &Shared, pass: &str, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let app = shared.app();
    let Some(link) = accounts::shared(&app, &Secret::new(pass), shared.now()).await? else { return Ok(None) };
    Ok(pipeline::report_file(&app, &link.report, name).await?)
}

fn guarded(kind: &'static str, policy: &str, bytes: Vec<u8>) -> Response {
    let mut answer = ([(header::CONTENT_TYPE, kind), (header::REFERRER_POLICY, "no-referrer")], bytes).into_response();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // Not for search engines, whoever may find the link.
    answer.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    answer
}

fn over(shared: &Shared, visitor: &Visitor) -> Response {
    let text = json!({ "text": visitor.t("access.no_link_text") });
    let mut page = show(shared, visitor, "refusal.html", visitor.t("access.no_link"), "", text);
    *page.status_mut() = axum::http::StatusCode::NOT_FOUND;
    page
}
