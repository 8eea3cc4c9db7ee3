//! The two pages that mails lead to: to stop the mails, and to approve a draft. A link alone does nothing, because programs
//! that look through mail follow links; a person presses the button.
//!
//! Whoever has the link may: these forms need no token of ours, and mail programs that stop mails by one click (RFC 8058)
//! have none.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::gate::{Guest, Visitor};
use super::refusal::Refusal;
use super::show::show;
use crate::pipeline::{PipelineError, approve as decide, draft_of_link, unsubscribe as stop, unsubscription};

/// What is asked with the form of a draft.
#[derive(Deserialize)]
pub(super) struct Decision {
    decision: String,
}

/// Asks whether to stop the mails.
pub(super) async fn ask_unsubscribe(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Response {
    let Some((address, _)) = unsubscription(&shared.app(), &pass) else { return unknown(&shared, &visitor) };
    let text = visitor.tell("access.stop_text", &[("address", &address)]);
    let buttons = json!([{ "value": "stop", "text": visitor.t("access.stop_button"), "quiet": false }]);
    page(&shared, &visitor, "access.stop", &text, &buttons)
}

/// Stops the mails: by the button, or by one click in a mail program.
pub(super) async fn unsubscribe(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    match stop(&shared.app(), &pass, "one-click", shared.now()).await? {
        Some(address) => {
            let text = visitor.tell("access.stopped_text", &[("address", &address)]);
            Ok(page(&shared, &visitor, "access.stopped", &text, &Value::Null))
        }
        None => Ok(unknown(&shared, &visitor)),
    }
}

/// Shows what is asked of the owner of a draft.
pub(super) async fn ask_approval(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    let Some(asked) = draft_of_link(&shared.app(), &pass).await? else { return Ok(unknown(&shared, &visitor)) };
    let text = format!("{} ({})", asked.spec, asked.report);
    let buttons = json!([
        { "value": "approve", "text": visitor.t("access.approve_button"), "quiet": false },
        { "value": "reject", "text": visitor.t("access.reject_button"), "quiet": true },
    ]);
    Ok(page(&shared, &visitor, "access.approve", &text, &buttons))
}

/// Decides about a draft.
pub(super) async fn approve(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let Some(asked) = draft_of_link(&app, &pass).await? else { return Ok(unknown(&shared, &visitor)) };
    let approved = match form.decision.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned())),
    };
    match decide(&app, &pass, approved, &asked.owner, shared.now()).await {
        Ok(asked) => {
            let title = if approved { "access.approved" } else { "access.rejected" };
            Ok(page(&shared, &visitor, title, &asked.report, &Value::Null))
        }
        // Somebody was faster, or the time is over: the error says so.
        Err(error @ (PipelineError::State(_) | PipelineError::Unknown { .. })) => {
            Err(Refusal::Conflict(error.said(visitor.language)))
        }
        Err(error) => Err(error.into()),
    }
}

fn unknown(shared: &Shared, visitor: &Visitor) -> Response {
    let mut page = page(shared, visitor, "access.no_link", visitor.t("access.no_link_text"), &Value::Null);
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}

/// A page whose address is a secret: no other page is told of it.
fn page(shared: &Shared, visitor: &Visitor, title: &str, text: &str, buttons: &Value) -> Response {
    let context = json!({ "text": text, "buttons": buttons });
    let mut page = show(shared, visitor, "access-link.html", visitor.t(title), "", context);
    page.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    page
}
