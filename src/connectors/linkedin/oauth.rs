//! `LinkedIn`'s tokens: when to renew them, the form that does it, and what its answer means. Sending is the loop's.
//!
//! An access token lives 60 days. A refresh token lives 365 days from the day on which a person gave consent; refreshing
//! does not prolong it, so its end is written down at the first answer and only ever counted down. Only some products
//! get refresh tokens at all: without one a person gives consent again before the access token ends.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;

use crate::model::Secret;
use crate::model::told::{self, Told};
use crate::words::problems::english;

/// Where tokens are asked for.
pub const TOKEN_URL: &str = "https://www.linkedin.com/oauth/v2/accessToken";
/// Where a person gives consent.
pub const CONSENT_URL: &str = "https://www.linkedin.com/oauth/v2/authorization";
/// An access token is renewed when it has fewer days left than this.
const RENEW_DAYS: i64 = 14;

/// The organisation's own app at `LinkedIn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its public id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

/// The tokens of one consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What is sent with every question.
    pub access: Secret,
    /// When it ends.
    pub access_until: DateTime<Utc>,
    /// What renews it, where the product gives one.
    pub refresh: Option<Secret>,
    /// When that ends; never later than first told.
    pub refresh_until: Option<DateTime<Utc>>,
    /// What the tokens may do, where told.
    pub scopes: Vec<String>,
}

/// What is to be done about the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Keep,
    /// Send [`refresh_form`].
    Refresh,
    /// Nothing can be renewed: a person gives consent again, before this moment (or it has passed).
    Consent {
        /// When the tokens end.
        until: DateTime<Utc>,
    },
}

/// Why no new tokens came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(&self.told()))]
pub enum OauthError {
    /// The consent is over or withdrawn.
    ConsentNeeded,
    /// The app's id or secret is wrong.
    App,
    /// May pass.
    Later(u16),
    /// No answer came: may pass.
    Unreachable(Told),
    /// The answer is not what is documented.
    Shape(&'static str),
}

impl OauthError {
    /// What is wrong, for readers of any language.
    pub fn told(&self) -> Told {
        match self {
            Self::ConsentNeeded => told::linkedin_consent_needed(),
            Self::App => told::linkedin_app_unknown(),
            Self::Later(status) => told::linkedin_renewal_later(*status),
            Self::Unreachable(why) => told::linkedin_renewal_unreachable(why.clone()),
            Self::Shape(what) => told::linkedin_renewal_shape(*what),
        }
    }
}

/// What is to be done about the tokens now.
pub fn step(tokens: &Tokens, now: DateTime<Utc>) -> Step {
    let soon = now + TimeDelta::days(RENEW_DAYS);
    if tokens.access_until > soon {
        return Step::Keep;
    }
    let renewable = tokens.refresh.is_some() && tokens.refresh_until.is_none_or(|until| until > now);
    // Near its end a refresh token gives access tokens that end with it: renewing then brings nothing.
    let gains = tokens.refresh_until.is_none_or(|until| until > tokens.access_until + TimeDelta::hours(1));
    if renewable && gains { Step::Refresh } else { Step::Consent { until: tokens.access_until } }
}

/// The form that renews the tokens, for a POST to [`TOKEN_URL`]; none without a refresh token. Its values are secrets.
pub fn refresh_form(app: &App, tokens: &Tokens) -> Option<Vec<(&'static str, Secret)>> {
    Some(vec![
        ("grant_type", Secret::new("refresh_token")),
        ("refresh_token", tokens.refresh.clone()?),
        ("client_id", Secret::new(app.id.clone())),
        ("client_secret", app.secret.clone()),
    ])
}

/// The form that turns the code of a consent into tokens. The code lives 30 minutes.
pub fn code_form(app: &App, code: &Secret, redirect: &str) -> Vec<(&'static str, Secret)> {
    vec![
        ("grant_type", Secret::new("authorization_code")),
        ("code", code.clone()),
        ("redirect_uri", Secret::new(redirect)),
        ("client_id", Secret::new(app.id.clone())),
        ("client_secret", app.secret.clone()),
    ]
}

/// What is asked for when a person gives consent: to read the page, its figures and its posts.
pub const SCOPES: &[&str] = &["r_organization_social", "rw_organization_admin", "r_organization_followers"];

/// The address at which a person gives consent; `at` is [`CONSENT_URL`], or a sandbox's.
pub fn consent_url(at: &str, app: &App, redirect: &str, scopes: &[&str], state: &str) -> String {
    let value = super::restli::value;
    format!(
        "{at}?response_type=code&client_id={}&redirect_uri={}&state={}&scope={}",
        value(&app.id),
        value(redirect),
        value(state),
        value(&scopes.join(" "))
    )
}

/// The tokens of an answer. `before` are those that were renewed: what the answer leaves out stays as it was, and the
/// end of the refresh token is never moved further away.
///
/// # Errors
/// When `LinkedIn` refuses, or the answer holds no token.
pub fn read_tokens(
    status: u16,
    body: &[u8],
    before: Option<&Tokens>,
    now: DateTime<Utc>,
) -> Result<Tokens, OauthError> {
    let answer: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    let text = |name: &str| answer.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    match (status, text("error")) {
        (200, None) => {}
        (429 | 500..=599, _) => return Err(OauthError::Later(status)),
        (_, Some("invalid_client" | "invalid_client_id" | "unauthorized_client")) => return Err(OauthError::App),
        (200 | 400..=499, _) => return Err(OauthError::ConsentNeeded),
        _ => return Err(OauthError::Later(status)),
    }
    let access = text("access_token").ok_or(OauthError::Shape("no access token"))?;
    let seconds = |name: &str| answer.get(name).and_then(Json::as_i64).filter(|seconds| *seconds > 0);
    let end = |name: &str| seconds(name).and_then(TimeDelta::try_seconds).map(|left| now + left);
    let told = end("refresh_token_expires_in");
    let known = before.and_then(|before| before.refresh_until);
    Ok(Tokens {
        access: Secret::new(access),
        access_until: end("expires_in").ok_or(OauthError::Shape("no life of the token"))?,
        refresh: text("refresh_token").map(Secret::new).or_else(|| before.and_then(|before| before.refresh.clone())),
        refresh_until: match (told, known) {
            (Some(told), Some(known)) => Some(told.min(known)),
            (told, known) => told.or(known),
        },
        scopes: text("scope").map_or_else(
            || before.map(|before| before.scopes.clone()).unwrap_or_default(),
            |scopes| scopes.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn tokens(access_until: &str, refresh_until: Option<&str>) -> Tokens {
        Tokens {
            access: Secret::new("old"),
            access_until: at(access_until),
            refresh: refresh_until.map(|_| Secret::new("renewer")),
            refresh_until: refresh_until.map(at),
            scopes: vec!["r_organization_social".to_owned()],
        }
    }

    #[test]
    fn tokens_are_renewed_in_time_and_only_where_it_helps() {
        let now = at("2026-11-18T06:00:00Z");
        let cases = [
            (tokens("2027-01-10T00:00:00Z", Some("2027-08-01T00:00:00Z")), Step::Keep),
            (tokens("2026-11-30T00:00:00Z", Some("2027-08-01T00:00:00Z")), Step::Refresh),
            (tokens("2026-11-01T00:00:00Z", Some("2027-08-01T00:00:00Z")), Step::Refresh),
            // The refresh token ends with the access token: a new one would end on the same day.
            (
                tokens("2026-11-30T00:00:00Z", Some("2026-11-30T00:00:00Z")),
                Step::Consent { until: at("2026-11-30T00:00:00Z") },
            ),
            (tokens("2026-11-30T00:00:00Z", None), Step::Consent { until: at("2026-11-30T00:00:00Z") }),
            (
                tokens("2026-10-01T00:00:00Z", Some("2026-11-01T00:00:00Z")),
                Step::Consent { until: at("2026-10-01T00:00:00Z") },
            ),
        ];
        for (tokens, expected) in cases {
            assert_eq!(step(&tokens, now), expected, "{tokens:?}");
        }
    }

    #[test]
    fn refreshing_never_prolongs_the_consent() {
        let now = at("2026-11-18T06:00:00Z");
        let before = tokens("2026-11-30T00:00:00Z", Some("2027-03-01T00:00:00Z"));
        let body = br#"{"access_token":"new","expires_in":5184000,"refresh_token":"renewer","refresh_token_expires_in":31536000,"scope":"r_organization_social,rw_organization_admin"}"#;
        let after = read_tokens(200, body, Some(&before), now).expect("tokens");
        assert_eq!(after.access.expose(), "new");
        assert_eq!(after.access_until, at("2027-01-17T06:00:00Z"));
        assert_eq!(after.refresh_until, before.refresh_until, "not 365 days from now");
        assert_eq!(after.scopes, ["r_organization_social", "rw_organization_admin"]);
    }

    #[test]
    fn what_the_answer_leaves_out_stays() {
        let now = at("2026-11-18T06:00:00Z");
        let before = tokens("2026-11-30T00:00:00Z", Some("2027-03-01T00:00:00Z"));
        let after =
            read_tokens(200, br#"{"access_token":"new","expires_in":86400}"#, Some(&before), now).expect("tokens");
        assert_eq!((after.refresh, after.refresh_until), (before.refresh.clone(), before.refresh_until));
        assert_eq!(after.scopes, before.scopes);
        let first = read_tokens(200, br#"{"access_token":"new","expires_in":86400}"#, None, now).expect("tokens");
        assert_eq!((first.refresh, first.refresh_until), (None, None), "a product without refresh tokens");
    }

    #[test]
    fn refusals_are_told_apart() {
        let now = at("2026-11-18T06:00:00Z");
        let read = |status, body: &[u8]| read_tokens(status, body, None, now).expect_err("an error");
        let grant = br#"{"error":"invalid_grant","error_description":"expired or revoked"}"#;
        assert_eq!(read(400, grant), OauthError::ConsentNeeded);
        assert_eq!(read(401, br#"{"error":"invalid_client"}"#), OauthError::App);
        assert_eq!(read(503, b"<html>"), OauthError::Later(503));
        assert_eq!(read(200, b"{}"), OauthError::Shape("no access token"));
        assert_eq!(read(200, br#"{"access_token":"x"}"#), OauthError::Shape("no life of the token"));
    }

    #[test]
    fn nothing_of_a_token_is_printed() {
        let tokens = tokens("2026-11-30T00:00:00Z", Some("2027-03-01T00:00:00Z"));
        let app = App { id: "app".to_owned(), secret: Secret::new("hush") };
        let form = refresh_form(&app, &tokens).expect("a form");
        let printed = format!("{tokens:?}{app:?}{form:?}");
        assert!(!printed.contains("renewer") && !printed.contains("hush") && !printed.contains("old"), "{printed}");
        let names: Vec<_> = form.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["grant_type", "refresh_token", "client_id", "client_secret"]);
    }

    #[test]
    fn the_consent_address_is_encoded() {
        let app = App { id: "app".to_owned(), secret: Secret::new("hush") };
        let url =
            consent_url(CONSENT_URL, &app, "http://127.0.0.1:8787/callback", &["r_organization_social", "x"], "s&t");
        assert_eq!(
            url,
            "https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id=app&redirect_uri=http%3A%2F%2F127.0.0.1%3A8787%2Fcallback&state=s%26t&scope=r_organization_social%20x"
        );
    }
}
