//! The interface for programs: read-only JSON of everything that the pages show, by the same functions.

mod caller;
mod document;
mod records;
mod seen;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Shared;
use super::refusal::Refusal;

pub(super) use caller::Caller;

/// The interface for programs.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/v1/openapi.json", get(document::openapi))
        .route("/api/v1/goals", get(seen::goals))
        .route("/api/v1/goals/{goal}", get(seen::goal))
        .route("/api/v1/channels", get(seen::channels))
        .route("/api/v1/channels/{channel}", get(seen::channel))
        .route("/api/v1/posts", get(seen::posts))
        .route("/api/v1/posts/{channel}/{post}", get(seen::post))
        .route("/api/v1/campaigns", get(seen::campaigns))
        .route("/api/v1/campaigns/{campaign}", get(seen::campaign))
        .route("/api/v1/figures", get(seen::figures))
        .route("/api/v1/figures/{figure}", get(seen::trace))
        .route("/api/v1/reports", get(records::reports))
        .route("/api/v1/reports/{report}", get(records::report))
        .route("/api/v1/reports/{report}/figures/{figure}", get(records::trace))
        .route("/api/v1/runs", get(records::runs))
}

/// The value as JSON, with a mark by which the next question for the same can be answered in a word.
fn answer(headers: &HeaderMap, value: &impl Serialize) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(value).map_err(|error| Refusal::Bad(error.to_string()))?;
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    let known = known.is_some_and(|known| known.split(',').any(|it| it.trim().trim_start_matches("W/") == tag));
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
