//! Why `LinkedIn` said no, for both doors.

use std::time::Duration;

use serde_json::Value as Json;

use crate::connectors::{Refusal, Request};

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

const REVOKED: &str = "the LinkedIn token has been revoked; a person has to give consent again";

/// Whether a refusal is asked about once more: "revoked" has been said of tokens that were seconds old.
pub(super) fn doubts(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::TokenDead(what) if what == REVOKED)
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
        413 | 414 => Refusal::TooMuch("the question is too long for LinkedIn".to_owned()),
        426 => Refusal::Version(format!("LinkedIn does not serve the configured version: {}", said(code, message))),
        429 => throttled(request, message),
        500..=599 => Refusal::Transient(format!("LinkedIn answered {status}")),
        _ => Refusal::Failed(format!("LinkedIn answered {status}: {}", said(code, message))),
    }
}

fn bad_request(code: &str, message: &str) -> Refusal {
    if code == "VERSION_MISSING" {
        return Refusal::Version("LinkedIn wants a version with every question; set `version`".to_owned());
    }
    if message.contains("less than 14 months apart") || message.contains("timeIntervals") {
        return Refusal::Failed(format!("LinkedIn does not accept the stretch of days: {}", said(code, message)));
    }
    Refusal::Failed(format!("LinkedIn does not understand the question: {}", said(code, message)))
}

fn unauthorised(number: Option<i64>, code: &str, message: &str) -> Refusal {
    Refusal::TokenDead(match (number, code) {
        (Some(65601), _) | (_, "REVOKED_ACCESS_TOKEN") => REVOKED.to_owned(),
        (Some(65602), _) | (_, "EXPIRED_ACCESS_TOKEN") => {
            "the LinkedIn token has expired; it is refreshed automatically, or a person gives consent again".to_owned()
        }
        _ if message.contains("Empty oauth2_access_token") => "no LinkedIn token was sent".to_owned(),
        _ => format!("LinkedIn does not accept the token: {}", said(code, message)),
    })
}

/// The body names an internal resource, not what a person can give; the question tells which role and scope it needs.
fn forbidden(request: &Request) -> Refusal {
    let (scope, what) = if request.ask.starts_with("dma_") {
        (
            DMA_SCOPE,
            format!(
                "LinkedIn's Pages Data Portability API wants the permission {DMA_SCOPE} from an administrator of the page"
            ),
        )
    } else if ["posts", "social_metadata", "video"].iter().any(|ask| request.ask.starts_with(ask)) {
        (
            POSTS_SCOPE,
            format!(
                "posts and reactions want the permission {POSTS_SCOPE} from a person with the page role {STATISTICS_ROLE} or CONTENT_ADMINISTRATOR"
            ),
        )
    } else {
        (
            STATISTICS_SCOPE,
            format!(
                "statistics want the permission {STATISTICS_SCOPE} from a person with the page role {STATISTICS_ROLE} (super admin)"
            ),
        )
    };
    Refusal::Forbidden { permission: Some(scope.to_owned()), what }
}

fn not_found(request: &Request, message: &str) -> Refusal {
    if request.ask.starts_with("dma_") && message.contains("No virtual resource found") {
        return Refusal::Forbidden {
            permission: Some(DMA_SCOPE.to_owned()),
            what: "LinkedIn knows no such resource for this app: the product is not approved yet, or the administrator's right to the page is newer than the token".to_owned(),
        };
    }
    if request.post.is_some() {
        return Refusal::ObjectGone("LinkedIn has no such post any more".to_owned());
    }
    Refusal::ObjectGone("LinkedIn has no such page; check `account`, and that the app's product is approved".to_owned())
}

/// Two kinds of 429: the daily quota of this resource, which ends at midnight UTC and gets worse by asking again, and
/// protection of the whole service, which passes.
fn throttled(request: &Request, message: &str) -> Refusal {
    if message.contains("Resource level throttle") || message.to_ascii_lowercase().contains("day") {
        return Refusal::Throttled {
            wait: Some(super::QUOTA_DAY),
            what: "LinkedIn's daily quota for this kind of question is used up; it is renewed at 00:00 UTC".to_owned(),
        };
    }
    // The second door's list of posts may be asked once a minute.
    let wait = request.ask.starts_with("dma_posts_list").then_some(LIST_PAUSE);
    Refusal::Throttled { wait, what: "LinkedIn asks for a pause".to_owned() }
}

fn said(code: &str, message: &str) -> String {
    match (code.is_empty(), message.is_empty()) {
        (true, true) => "no reason given".to_owned(),
        (true, false) => message.to_owned(),
        (false, true) => code.to_owned(),
        (false, false) => format!("{code}, {message}"),
    }
}
