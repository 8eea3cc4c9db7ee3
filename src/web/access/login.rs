//! Login, logout, language and look.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::model::{Language, Secret};
use crate::pipeline::accounts::{self, Attempt, LogIn};
use crate::web::Shared;
use crate::web::gate::{Guest, Jar, Signed, Visitor, local};
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// Where to afterwards.
#[derive(Deserialize)]
pub(super) struct Next {
    next: Option<String>,
}

/// Who wants in.
#[derive(Deserialize)]
pub(super) struct Form {
    email: String,
    password: String,
    next: Option<String>,
}

/// Asks who it is.
pub(super) async fn ask(State(shared): State<Shared>, Guest(visitor): Guest, Query(next): Query<Next>) -> Response {
    let next = local(next.next.as_deref());
    if visitor.known() {
        return Redirect::to(next).into_response();
    }
    form(&shared, &visitor, "", next, None)
}

fn form(shared: &Shared, visitor: &Visitor, email: &str, next: &str, wrong: Option<&str>) -> Response {
    let app = shared.app();
    let provider = app.config.login.as_ref();
    let provider = provider.map(|login| login.name.as_deref().unwrap_or(&app.config.organisation.name));
    let context = json!({ "email": email, "next": next, "wrong": wrong, "provider": provider });
    show(shared, visitor, "access-login.html", visitor.t("access.log_in"), "", context)
}

/// Lets in whoever knows the password, with a session that is new.
pub(super) async fn log_in(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Signed(form): Signed<Form>,
) -> Result<Response, Refusal> {
    let (app, now) = (shared.app(), shared.now());
    let next = local(form.next.as_deref());
    let attempt = Attempt { email: form.email, password: Secret::new(form.password), network: visitor.network.clone() };
    match accounts::log_in(&app, &attempt, now).await? {
        LogIn::In(user, pass) => {
            if let Some(old) = &visitor.pass {
                accounts::log_out(&app, old, &user.email, now).await?;
            }
            let mut answer = Redirect::to(next).into_response();
            Jar::to_write(&app).set_session(answer.headers_mut(), Some(&pass));
            Ok(answer)
        }
        LogIn::Wrong => {
            let mut page = self::form(&shared, &visitor, &attempt.email, next, Some(visitor.t("access.wrong")));
            *page.status_mut() = StatusCode::FORBIDDEN;
            Ok(page)
        }
        LogIn::TooMany(minutes) => {
            let text = visitor.tell("access.too_many", &[("minutes", &minutes.to_string())]);
            let mut page = self::form(&shared, &visitor, &attempt.email, next, Some(&text));
            *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            let seconds = HeaderValue::from(u32::try_from(minutes * 60).unwrap_or(900));
            page.headers_mut().insert(header::RETRY_AFTER, seconds);
            Ok(page)
        }
    }
}

/// Ends the session.
pub(super) async fn log_out(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    if let Some(pass) = &visitor.pass {
        accounts::log_out(&app, pass, &visitor.who(), shared.now()).await?;
    }
    let mut answer = Redirect::to("/login").into_response();
    Jar::to_write(&app).set_session(answer.headers_mut(), None);
    let everything = HeaderValue::from_static("\"cache\"");
    answer.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), everything);
    Ok(answer)
}

/// What somebody likes better.
#[derive(Deserialize)]
pub(super) struct Taste {
    language: Option<String>,
    theme: Option<String>,
    next: Option<String>,
}

/// Remembers language and look, and goes back.
pub(super) async fn look(State(shared): State<Shared>, Query(taste): Query<Taste>) -> Response {
    let jar = Jar::to_write(&shared.app());
    let mut answer = Redirect::to(local(taste.next.as_deref())).into_response();
    if let Some(language) = taste.language.as_deref().and_then(Language::parse) {
        jar.set_taste(answer.headers_mut(), "language", language.code());
    }
    if let Some(theme) = taste.theme.as_deref().filter(|theme| ["auto", "light", "dark"].contains(theme)) {
        jar.set_taste(answer.headers_mut(), "theme", theme);
    }
    answer
}
