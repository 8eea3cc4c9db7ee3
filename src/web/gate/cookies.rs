//! Cookies: the session, the door of those who have none, language and look.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite, time::Duration};

use crate::model::Secret;
use crate::pipeline::App;

/// The longest that a session lives; the program ends it sooner.
const SESSION: Duration = Duration::days(7);
/// Language and look are remembered so long.
const TASTE: Duration = Duration::days(365);

/// The cookies that a request brought, and how new ones are written.
pub(in crate::web) struct Jar {
    headers: Vec<String>,
    https: bool,
    /// A new door, for somebody who has neither session nor door.
    new_door: Option<String>,
    door: String,
}

impl Jar {
    /// Of a request. Whether cookies are for HTTPS only follows from the public address, never from what a request says.
    pub(super) fn of(parts: &Parts, app: &App) -> Self {
        let headers = parts.headers.get_all(header::COOKIE).iter();
        let headers = headers.filter_map(|value| Some(value.to_str().ok()?.to_owned())).collect();
        let mut jar = Self { headers, https: is_https(app), new_door: None, door: String::new() };
        jar.door = jar.get(jar.name("door")).unwrap_or_else(|| {
            let door = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
            jar.new_door = Some(door.clone());
            door
        });
        jar
    }

    /// Without a request: only to write.
    pub(in crate::web) fn to_write(app: &App) -> Self {
        Self { headers: Vec::new(), https: is_https(app), new_door: None, door: String::new() }
    }

    fn name(&self, what: &str) -> &'static str {
        match (what, self.https) {
            // The prefix makes browsers refuse such a cookie from anybody but this very host over HTTPS.
            ("session", true) => "__Host-genomslag",
            ("session", false) => "genomslag",
            (_, true) => "__Host-genomslag-door",
            (_, false) => "genomslag-door",
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        let all = self.headers.iter().flat_map(|header| Cookie::split_parse(header.as_str()));
        all.filter_map(Result::ok).find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// The pass of the session.
    pub(super) fn session(&self) -> Option<Secret> {
        self.get(self.name("session")).filter(|value| !value.is_empty()).map(Secret::new)
    }

    /// What stands for whoever has no session.
    pub(super) fn door(&self) -> &str {
        &self.door
    }

    /// What the visitor chose: `language` or `theme`.
    pub(super) fn taste(&self, what: &str) -> Option<String> {
        self.get(&format!("genomslag-{what}"))
    }

    /// The session's cookie; without a pass it is taken away.
    pub(in crate::web) fn set_session(&self, headers: &mut HeaderMap, pass: Option<&Secret>) {
        let (value, age) = pass.map_or(("", Duration::ZERO), |pass| (pass.expose(), SESSION));
        self.set(headers, self.name("session"), value, age);
    }

    /// What the visitor chose.
    pub(in crate::web) fn set_taste(&self, headers: &mut HeaderMap, what: &str, value: &str) {
        self.set(headers, &format!("genomslag-{what}"), value, TASTE);
    }

    /// The answer, with a door for whoever has none and was shown a page or sent on.
    pub(super) fn with_door(&self, mut answer: Response) -> Response {
        let kind = answer.headers().get(header::CONTENT_TYPE);
        let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let is_page = is_page || answer.status().is_redirection();
        if let (Some(door), true) = (&self.new_door, is_page) {
            self.set(answer.headers_mut(), self.name("door"), door, SESSION);
        }
        answer
    }

    fn set(&self, headers: &mut HeaderMap, name: &str, value: &str, age: Duration) {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(self.https)
            .same_site(SameSite::Lax)
            .max_age(age)
            .build();
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// Whether readers reach the web over HTTPS.
pub(super) fn is_https(app: &App) -> bool {
    app.config.serve.public_url.as_ref().is_some_and(|address| address.scheme() == "https")
}
