//! Consent of a person at Meta: the dialog, the forms that turn its code into a token of sixty days, and what their answers
//! mean. Sending is the loop's. A system user's token, which never ends, needs none of this.

use chrono::{DateTime, TimeDelta, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use crate::model::Secret;
use crate::model::told::{self, Told};
use crate::words::problems::english;

/// What is asked for: to see the pages, their figures and their posts.
pub const SCOPES: &[&str] = &[
    "pages_show_list",
    "pages_read_engagement",
    "read_insights",
    "instagram_basic",
    "instagram_manage_insights",
    "business_management",
];

/// Meta's own host of the interface; its dialog stands on another.
const GRAPH: &str = "https://graph.facebook.com";
const DIALOG: &str = "https://www.facebook.com";

/// The organisation's own app at Meta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its public id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

/// A token of a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What is sent with every question.
    pub access: Secret,
    /// When it ends; none: not told.
    pub until: Option<DateTime<Utc>>,
}

/// Why no token came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(&self.told()))]
pub enum ConsentError {
    /// Meta does not take the code, the app or its secret: its own words.
    Refused(String),
    /// May pass.
    Later(u16),
    /// No answer came: may pass.
    Unreachable(Told),
    /// The answer is not what is documented.
    Shape,
}

impl ConsentError {
    /// What is wrong, for readers of any language.
    pub fn told(&self) -> Told {
        match self {
            Self::Refused(text) => told::meta_no_token(told::said(text)),
            Self::Later(status) => told::meta_later(*status),
            Self::Unreachable(why) => told::meta_unreachable(why.clone()),
            Self::Shape => told::meta_shape(),
        }
    }
}

/// The address at which a person gives consent, with the challenge of RFC 7636 (S256). `base` is where the interface is
/// asked; Meta's own dialog stands on another host than its interface.
pub fn dialog_url(base: &str, version: &str, app: &App, redirect: &str, state: &str, challenge: &str) -> String {
    let base = base.trim_end_matches('/');
    let host = if base == GRAPH { DIALOG } else { base };
    let value = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!(
        "{host}/{version}/dialog/oauth?response_type=code&client_id={}&redirect_uri={}&state={}&scope={}\
         &code_challenge={}&code_challenge_method=S256",
        value(&app.id),
        value(redirect),
        value(state),
        value(&SCOPES.join(",")),
        value(challenge)
    )
}

/// The form that turns the code of a consent into a short token.
pub fn code_form(app: &App, code: &Secret, redirect: &str, verifier: &Secret) -> Vec<(&'static str, Secret)> {
    vec![
        ("client_id", Secret::new(app.id.clone())),
        ("client_secret", app.secret.clone()),
        ("redirect_uri", Secret::new(redirect)),
        ("code", code.clone()),
        ("code_verifier", verifier.clone()),
    ]
}

/// The form that turns a short token into one of sixty days.
pub fn long_form(app: &App, short: &Secret) -> Vec<(&'static str, Secret)> {
    vec![
        ("grant_type", Secret::new("fb_exchange_token")),
        ("client_id", Secret::new(app.id.clone())),
        ("client_secret", app.secret.clone()),
        ("fb_exchange_token", short.clone()),
    ]
}

/// The token of an answer.
///
/// # Errors
/// When Meta refuses, or the answer holds no token.
pub fn read_token(status: u16, body: &[u8], now: DateTime<Utc>) -> Result<Token, ConsentError> {
    let answer: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    if let Some(error) = answer.get("error") {
        let text = error.get("message").and_then(Json::as_str).unwrap_or("no reason told");
        return Err(match status {
            429 | 500..=599 => ConsentError::Later(status),
            _ => ConsentError::Refused(text.to_owned()),
        });
    }
    if status != 200 {
        return Err(ConsentError::Later(status));
    }
    let access = answer.get("access_token").and_then(Json::as_str).filter(|token| !token.is_empty());
    let seconds = answer.get("expires_in").and_then(Json::as_i64).filter(|seconds| *seconds > 0);
    Ok(Token {
        access: Secret::new(access.ok_or(ConsentError::Shape)?),
        until: seconds.and_then(TimeDelta::try_seconds).map(|left| now + left),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-18T06:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn the_dialog_of_meta_stands_on_its_own_host() {
        let app = App { id: "1".to_owned(), secret: Secret::new("hush") };
        let url = dialog_url("https://graph.facebook.com/", "v25.0", &app, "https://g.example/x", "s&t", "c-_");
        assert!(
            url.starts_with("https://www.facebook.com/v25.0/dialog/oauth?response_type=code&client_id=1&"),
            "{url}"
        );
        assert!(url.contains("redirect_uri=https%3A%2F%2Fg%2Eexample%2Fx") && url.contains("state=s%26t"), "{url}");
        assert!(url.ends_with("&code_challenge=c%2D%5F&code_challenge_method=S256") && !url.contains("hush"), "{url}");
        let url = dialog_url("http://127.0.0.1:1/facebook", "v25.0", &app, "x", "s", "c");
        assert!(url.starts_with("http://127.0.0.1:1/facebook/v25.0/dialog/oauth?"), "{url}");
    }

    #[test]
    fn answers_are_told_apart() {
        // The form of Meta's documentation of manual login flows.
        let body = br#"{"access_token":"EAA","token_type":"bearer","expires_in":5183944}"#;
        let token = read_token(200, body, now()).expect("a token");
        assert_eq!(token.access.expose(), "EAA");
        assert_eq!(token.until, Some("2027-01-17T05:59:04Z".parse().expect("a moment")));
        let refused =
            br#"{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100}}"#;
        let error = read_token(400, refused, now()).expect_err("refused");
        assert_eq!(error, ConsentError::Refused("This authorization code has been used.".to_owned()));
        assert_eq!(read_token(503, b"<html>", now()), Err(ConsentError::Later(503)));
        assert_eq!(read_token(200, b"{}", now()), Err(ConsentError::Shape));
    }
}
