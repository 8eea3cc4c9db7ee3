//! What a pass opens without a login (tokens for programs, links to one report), and the log of who did what.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::model::{Secret, UnitId};
use crate::pipeline::{App, PipelineError};
use crate::state::{ApiToken, AuditEntry, ReportEntry, ShareLink};

/// What a token for programs opens: to read everything that the pages show.
pub const READ: &str = "read";

/// Makes a token for programs that reads, in the units or everywhere, for so many days or until it is revoked.
///
/// # Errors
/// When the state cannot be used.
pub async fn make_token(
    app: &App,
    name: &str,
    units: Option<&[UnitId]>,
    days: Option<i64>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<(ApiToken, Secret), PipelineError> {
    let expires = days.map(|days| now + TimeDelta::days(days));
    let (token, pass) = app.state.make_api_token(name.trim(), &[READ], units, by, expires, now).await?;
    let detail = json!({ "name": token.name, "scopes": token.scopes, "units": units, "expires": expires });
    app.state.note(by, "token made", &token.id, &detail, now).await?;
    Ok((token, pass))
}

/// Revokes a token.
///
/// # Errors
/// When the state cannot be used.
pub async fn revoke_token(app: &App, id: &str, by: &str, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if app.state.revoke_api_token(id, now).await? {
        app.state.note(by, "token revoked", id, &json!({}), now).await?;
    }
    Ok(())
}

/// Every token, newest first.
///
/// # Errors
/// When the state cannot be used.
pub async fn tokens(app: &App) -> Result<Vec<ApiToken>, PipelineError> {
    Ok(app.state.api_tokens().await?)
}

/// The latest lines of the audit log, newest first.
///
/// # Errors
/// When the state cannot be used.
pub async fn audit(app: &App, most: u32) -> Result<Vec<AuditEntry>, PipelineError> {
    Ok(app.state.audit_log(None, most).await?)
}

/// The links to a report, newest first.
///
/// # Errors
/// When the state cannot be used.
pub async fn links(app: &App, report: &str) -> Result<Vec<ShareLink>, PipelineError> {
    Ok(app.state.share_links(report).await?)
}

/// Makes a link that shows one report to anybody who has it, for so many days; its pass cannot be had again.
///
/// # Errors
/// When there is no such report, or the state cannot be used.
pub async fn share(
    app: &App,
    report: &ReportEntry,
    days: i64,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Secret, PipelineError> {
    let (link, pass) = app.state.share_report(&report.id, by, now + TimeDelta::days(days.clamp(1, 365)), now).await?;
    let detail = json!({ "link": link.id, "expires": link.expires });
    app.state.note(by, "report shared", &report.id, &detail, now).await?;
    Ok(pass)
}

/// Revokes a link to that report; whether it has such a link.
///
/// # Errors
/// When the state cannot be used.
pub async fn unshare(app: &App, report: &str, link: &str, by: &str, now: DateTime<Utc>) -> Result<bool, PipelineError> {
    let Some(link) = app.state.share_link(link).await?.filter(|link| link.report == report) else { return Ok(false) };
    if app.state.revoke_share_link(&link.id, now).await? {
        app.state.note(by, "link revoked", report, &json!({ "link": link.id }), now).await?;
    }
    Ok(true)
}

/// The link of the pass, if it still opens; counts the opening.
///
/// # Errors
/// When the state cannot be used.
pub async fn shared(app: &App, pass: &Secret, now: DateTime<Utc>) -> Result<Option<ShareLink>, PipelineError> {
    Ok(app.state.open_share_link(pass, now).await?)
}
