//! Login by the organisation's own identity provider: there and back.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::model::told::faults;
use crate::pipeline::accounts::{self, Back, Entry, Shut};
use crate::pipeline::{App, PipelineError};
use crate::web::Shared;
use crate::web::gate::{Guest, Jar, Visitor, local};
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// Where to afterwards.
#[derive(Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

/// Sends the browser to the provider.
pub(super) async fn begin(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Query(next): Query<Next>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let base = base(&shared, &app)?;
    let next = local(next.next.as_deref());
    match accounts::begin(&app, &base, &visitor.holder(), next, shared.now()).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err(error @ PipelineError::Login { .. }) => {
            tracing::error!(%error, "nobody can log in by the organisation");
            Ok(told(&shared, &visitor, "access.provider_silent", StatusCode::BAD_GATEWAY))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the browser back.
pub(super) async fn back(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Query(answer): Query<Answer>,
) -> Result<Response, Refusal> {
    let (Some(state), Some(code), None) = (answer.state, answer.code, &answer.error) else {
        return Ok(told(&shared, &visitor, "access.provider_refused", StatusCode::FORBIDDEN));
    };
    let app = shared.app();
    let base = base(&shared, &app)?;
    let back = Back { state, code, holder: visitor.holder(), network: visitor.network.clone() };
    let entry = match Box::pin(accounts::finish(&app, &base, &back, shared.now())).await {
        Ok(entry) => entry,
        Err(error @ PipelineError::Login { .. }) => {
            tracing::error!(%error, "nobody can log in by the organisation");
            return Ok(told(&shared, &visitor, "access.provider_silent", StatusCode::BAD_GATEWAY));
        }
        Err(error) => return Err(error.into()),
    };
    let key = match entry {
        Entry::In(user, pass, next) => {
            if let Some(old) = &visitor.pass {
                accounts::log_out(&app, old, &user.email, shared.now()).await?;
            }
            let mut answer = Redirect::to(local(Some(&next))).into_response();
            Jar::to_write(&app).set_session(answer.headers_mut(), Some(&pass));
            return Ok(answer);
        }
        Entry::Shut(Shut::Stale) => "access.provider_stale",
        Entry::Shut(Shut::Unproven) => "access.provider_unproven",
        Entry::Shut(Shut::NoAddress) => "access.provider_no_address",
        Entry::Shut(Shut::NoRole(_)) => "access.provider_no_role",
        Entry::Shut(Shut::Closed) => "access.provider_closed",
    };
    Ok(told(&shared, &visitor, key, StatusCode::FORBIDDEN))
}

fn base(shared: &Shared, app: &App) -> Result<String, Refusal> {
    let missing = || PipelineError::Unknown { what: faults::no_public_address(), hint: None };
    Ok(shared.base(app).ok_or_else(missing)?)
}

fn told(shared: &Shared, visitor: &Visitor, key: &str, status: StatusCode) -> Response {
    let context = json!({ "text": visitor.t(key) });
    let mut page = show(shared, visitor, "access-shut.html", visitor.t("access.shut"), "", context);
    *page.status_mut() = status;
    page
}
