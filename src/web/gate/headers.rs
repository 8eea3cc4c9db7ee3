//! The headers of every answer.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::cookies::is_https;
use crate::pipeline::App;

/// Nothing from elsewhere, no inline style or script, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const FIXED: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Puts them on, where the page has none of its own.
pub(super) fn put(app: &App, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in FIXED {
        headers.entry(*name).or_insert(HeaderValue::from_static(value));
    }
    if is_https(app) {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    answer
}
