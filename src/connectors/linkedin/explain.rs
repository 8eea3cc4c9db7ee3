//! Why `LinkedIn` said no, for both doors.

use std::time::Duration;

use serde_json::Value as Json;

use crate::connectors::{Refusal, Request};
use crate::model::told::{self, Told};

/// Page role that the statistics need.
pub(super) const STATISTICS_ROLE: &str = "ADMINISTRATOR";
/// Permission that the statistics need.
const STATISTICS_SCOPE: &str = "rw_organization_admin";
/// Permission that posts, reactions and comments need.
const POSTS_SCOPE: &str = "r_organization_social";
/// Permission of the second door.
const DMA_SCOPE: &str = "r_dma_admin_pages_content";

/// How long the second door's list of posts rests between two questions.
const LIST_PAUSE: Duration = Duration::from_secs(61);

/// Whether a refusal is asked about once more: "revoked" has been said of tokens that were seconds old.
pub(super) fn doubts(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::TokenDead(what) if *what == told::linkedin_revoked())
}

/// The refusal behind a status and a body.
///
/// A revoked token (65601) is told as dead like an expired one (65602); only the first is doubted once.
pub(super) fn explain(request: &Request, status: u16, body: &[u8]) -> Refusal {
    let answer: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    let word = |name: &str| answer.get(name).and_then(Json::as_str).unwrap_or_default();
    let (code, message) = (word("code"), word("message"));
    match status {
        400 => bad_request(code, message),
        401 => unauthorised(answer.get("serviceErrorCode").and_then(Json::as_i64), code, message),
        403 => forbidden(request),
        404 => not_found(request, message),
        413 | 414 => Refusal::TooMuch(told::linkedin_too_long()),
        426 => Refusal::Version(told::linkedin_version_refused(said(code, message))),
        429 => throttled(request, message),
        500..=599 => Refusal::Transient(told::linkedin_status(status)),
        _ => Refusal::Failed(told::linkedin_status_said(status, said(code, message))),
    }
}

fn bad_request(code: &str, message: &str) -> Refusal {
    if code == "VERSION_MISSING" {
        return Refusal::Version(told::linkedin_version_missing());
    }
    if message.contains("less than 14 months apart") || message.contains("timeIntervals") {
        return Refusal::Failed(told::linkedin_span(said(code, message)));
    }
    Refusal::Failed(told::linkedin_question(said(code, message)))
}

fn unauthorised(number: Option<i64>, code: &str, message: &str) -> Refusal {
    Refusal::TokenDead(match (number, code) {
        (Some(65601), _) | (_, "REVOKED_ACCESS_TOKEN") => told::linkedin_revoked(),
        (Some(65602), _) | (_, "EXPIRED_ACCESS_TOKEN") => told::linkedin_expired(),
        _ if message.contains("Empty oauth2_access_token") => told::linkedin_no_token(),
        _ => told::linkedin_token(said(code, message)),
    })
}

/// The body names an internal resource, not what a person can give; the question tells which role and scope it needs.
fn forbidden(request: &Request) -> Refusal {
    let (scope, what) = if request.ask.starts_with("dma_") {
        (DMA_SCOPE, told::linkedin_dma_permission(DMA_SCOPE))
    } else if ["posts", "social_metadata", "video"].iter().any(|ask| request.ask.starts_with(ask)) {
        (POSTS_SCOPE, told::linkedin_posts_permission(POSTS_SCOPE, STATISTICS_ROLE))
    } else {
        (STATISTICS_SCOPE, told::linkedin_statistics_permission(STATISTICS_SCOPE, STATISTICS_ROLE))
    };
    Refusal::Forbidden { permission: Some(scope.to_owned()), what }
}

fn not_found(request: &Request, message: &str) -> Refusal {
    if request.ask.starts_with("dma_") && message.contains("No virtual resource found") {
        return Refusal::Forbidden { permission: Some(DMA_SCOPE.to_owned()), what: told::linkedin_not_approved() };
    }
    if request.post.is_some() {
        return Refusal::ObjectGone(told::linkedin_post_gone());
    }
    Refusal::ObjectGone(told::linkedin_page_gone())
}

/// Two kinds of 429: the daily quota of this resource, which ends at midnight UTC and gets worse by asking again, and
/// protection of the whole service, which passes.
fn throttled(request: &Request, message: &str) -> Refusal {
    if message.contains("Resource level throttle") || message.to_ascii_lowercase().contains("day") {
        return Refusal::Throttled { wait: Some(super::QUOTA_DAY), what: told::linkedin_quota() };
    }
    // The second door's list of posts may be asked once a minute.
    let wait = request.ask.starts_with("dma_posts_list").then_some(LIST_PAUSE);
    Refusal::Throttled { wait, what: told::linkedin_pause() }
}

fn said(code: &str, message: &str) -> Told {
    match (code.is_empty(), message.is_empty()) {
        (true, true) => told::no_reason(),
        (true, false) => told::said(message),
        (false, true) => told::said(code),
        (false, false) => told::said(format!("{code}, {message}")),
    }
}
