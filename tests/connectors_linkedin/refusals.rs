//! Every refusal that is known of LinkedIn, and what is to be done about it.

use genomslag::connectors::linkedin::{Community, Dma};
use genomslag::connectors::{Connector, Refusal};
use genomslag::model::told;

use crate::support::readings::{asking, of_post};

/// The class, and what matters of it.
fn class(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TokenDead(_) => "token dead".to_owned(),
        Refusal::Throttled { wait, .. } => format!("throttled {wait:?}"),
        Refusal::Forbidden { permission, .. } => format!("forbidden {}", permission.clone().unwrap_or_default()),
        Refusal::TooMuch(_) => "too much".to_owned(),
        Refusal::ObjectGone(_) => "gone".to_owned(),
        Refusal::Version(_) => "version".to_owned(),
        Refusal::Transient(_) => "transient".to_owned(),
        Refusal::Failed(_) => "failed".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Question, status, body, and what it means.
const DOCUMENTED: [(&str, u16, &str, &str); 20] = [
    (
        "network_size",
        400,
        r#"{"status":400,"code":"VERSION_MISSING","message":"A version must be present."}"#,
        "version",
    ),
    (
        "network_size",
        426,
        r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20250401 is not active"}"#,
        "version",
    ),
    (
        "follower_gains",
        400,
        r#"{"code":"ILLEGAL_ARGUMENT","message":"Parameter 'timeIntervals' is invalid"}"#,
        "failed",
    ),
    ("follower_gains", 400, r#"{"message":"Start time and end time must be less than 14 months apart."}"#, "failed"),
    ("network_size", 401, r#"{"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN"}"#, "token dead"),
    ("network_size", 401, r#"{"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN"}"#, "token dead"),
    (
        "network_size",
        401,
        r#"{"message":"Empty oauth2_access_token","serviceErrorCode":401,"status":401}"#,
        "token dead",
    ),
    ("share_statistics", 403, r#"{"serviceErrorCode":100,"code":"ACCESS_DENIED"}"#, "forbidden rw_organization_admin"),
    ("posts", 403, r#"{"code":"ACCESS_DENIED"}"#, "forbidden r_organization_social"),
    ("social_metadata", 403, r#"{"code":"ACCESS_DENIED"}"#, "forbidden r_organization_social"),
    ("dma_page", 403, r#"{"code":"ACCESS_DENIED"}"#, "forbidden r_dma_admin_pages_content"),
    (
        "dma_page",
        404,
        r#"{"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}"#,
        "forbidden r_dma_admin_pages_content",
    ),
    ("network_size", 404, r#"{"code":"NOT_FOUND"}"#, "gone"),
    ("posts", 414, "{}", "too much"),
    ("posts", 413, "{}", "too much"),
    (
        "post_statistics",
        429,
        r#"{"message":"Resource level throttle APPLICATION DAY limit for calls to this resource is reached."}"#,
        "throttled Some(86400s)",
    ),
    ("network_size", 429, r#"{"status":429,"message":"TOO_MANY_REQUESTS"}"#, "throttled None"),
    ("network_size", 500, r#"{"status":500}"#, "transient"),
    ("network_size", 503, "{}", "transient"),
    ("network_size", 405, r#"{"message":"no"}"#, "failed"),
];

#[test]
fn every_documented_refusal_has_its_class() {
    for (ask, status, body, expected) in DOCUMENTED {
        let refusal = Community.explain(&asking(ask, &[]), status, body.as_bytes());
        assert_eq!(class(&refusal), expected, "{ask} {status} {body}");
        let other = Dma.explain(&asking(ask, &[]), status, body.as_bytes());
        assert_eq!(other, refusal, "both doors say the same");
    }
    let of_one = Community.explain(&of_post("video VIDEO_VIEW", "urn:li:share:1", &["VIDEO_VIEW"]), 404, b"{}");
    assert_eq!(of_one, Refusal::ObjectGone(told::linkedin_post_gone()));
}

#[test]
fn html_and_nothing_are_refusals_too() {
    for (status, expected) in
        [(401, "token dead"), (403, "forbidden rw_organization_admin"), (502, "transient"), (418, "failed")]
    {
        for body in [&b"<html>"[..], b"", b"[]", b"null"] {
            let refusal = Community.explain(&asking("network_size", &[]), status, body);
            assert_eq!(class(&refusal), expected, "{status}");
        }
    }
}

#[test]
fn only_a_revoked_token_is_doubted() {
    let revoked = Community.explain(&asking("a", &[]), 401, br#"{"serviceErrorCode":65601}"#);
    let expired = Community.explain(&asking("a", &[]), 401, br#"{"serviceErrorCode":65602}"#);
    assert!(Community.doubts(&revoked) && Dma.doubts(&revoked));
    assert!(!Community.doubts(&expired) && !Dma.doubts(&expired));
}
