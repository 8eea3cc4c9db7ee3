//! The gate: who asks, in which language and look; the token of forms; the headers of every answer.

mod cookies;
mod csrf;
mod headers;
mod network;
mod visitor;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::refusal::{Refusal, Refused};
use super::{Shared, show};
use crate::pipeline::{App, PipelineError};

pub(super) use cookies::Jar;
pub(super) use csrf::{Signed, check_csrf};
pub(super) use visitor::{Guest, Theme, Visitor};

/// Every request passes here.
pub(super) async fn pass(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Err(error) = shared.live.refresh().await {
        tracing::error!(%error, "the configuration could not be looked at");
    }
    let app = shared.app();
    let jar = Jar::of(&parts, &app);
    let answered = match admit(&shared, &app, &parts, &jar).await {
        Ok(guest) => {
            let foreign = is_foreign(&parts);
            parts.extensions.insert(guest.clone());
            let request = Request::from_parts(parts, body);
            let answer = if foreign { Refusal::Stale.into_response() } else { next.run(request).await };
            furnished(&app, &guest.0, answer)
        }
        Err(error) => furnished(&app, &Visitor::nobody(&app), Refusal::Trouble(error).into_response()),
    };
    headers::put(&app, jar.with_door(answered))
}

/// Who asks.
async fn admit(shared: &Shared, app: &App, parts: &Parts, jar: &Jar) -> Result<Guest, PipelineError> {
    let mut visitor = Visitor::nobody(app);
    visitor.network = network::of(parts);
    visitor.local = network::is_local(parts);
    visitor.path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    visitor.look(jar);
    let path = parts.uri.path();
    if path.starts_with("/assets/") || ["/health", "/ready"].contains(&path) {
        return Ok(Guest(visitor));
    }
    visitor.recognise(app, parts, jar, shared.now()).await?;
    Ok(Guest(visitor))
}

/// Whether a page of somebody else makes the browser ask for a change. Mail programs that stop mails by one click
/// (RFC 8058) are no browsers, and name no site.
fn is_foreign(parts: &Parts) -> bool {
    let site = parts.headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let changes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method);
    changes && site == Some("cross-site")
}

/// A refusal as a page in the layout, as JSON for programs, or as the way to the login.
fn furnished(app: &App, visitor: &Visitor, mut answer: Response) -> Response {
    let Some(refused) = answer.extensions_mut().remove::<Refused>() else { return answer };
    let (status, path) = (answer.status(), visitor.path.as_str());
    if path.starts_with("/api/") {
        let what = refused.text.unwrap_or_else(|| visitor.t(refused.key).to_owned());
        let body = axum::Json(json!({ "error": { "status": status.as_u16(), "what": what } }));
        let mut answer = (status, body).into_response();
        if refused.log_in {
            let bearer = header::HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
        }
        return answer;
    }
    if refused.log_in {
        let next = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    let mut page = show::refused(app, visitor, refused.key, refused.text);
    if page.status().is_success() {
        *page.status_mut() = status;
    }
    page
}

/// The address if it is a page of this host, else the overview: nobody is led elsewhere by a link of ours.
pub(super) fn local(next: Option<&str>) -> &str {
    let next = next.unwrap_or("/");
    // Browsers send addresses in ASCII; a backslash is a slash to some of them.
    let plain = next.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\');
    if plain && next.starts_with('/') && !next.starts_with("//") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for good in ["/", "/goals?period=2026-W46", "/channels/fb#chart"] {
            assert_eq!(local(Some(good)), good);
        }
        let wrong = [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/a\r\nx: y",
            "javascript:1",
            "\\\\e",
        ];
        for next in wrong {
            assert_eq!(local(Some(next)), "/", "{next:?}");
        }
        assert_eq!(local(None), "/");
    }
}
