//! One's own account: what one may do, and the password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::{role_name, unit_names, weak};
use crate::model::Secret;
use crate::pipeline::accounts::{self, Chosen};
use crate::web::Shared;
use crate::web::gate::{Jar, Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// A password to take the place of another.
#[derive(Deserialize)]
pub(super) struct Passwords {
    old: String,
    new: String,
}

/// Shows the account.
pub(super) async fn show_account(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    page(&shared, &visitor, None, None)
}

fn page(shared: &Shared, visitor: &Visitor, old: Option<&str>, new: Option<&str>) -> Result<Response, Refusal> {
    let Some(user) = &visitor.user else { return Err(Refusal::LogIn) };
    let app = shared.app();
    let context = json!({
        "email": user.email,
        "name": user.name,
        "role_name": role_name(visitor, user.role),
        "unit_names": unit_names(&app, user.units.as_deref()),
        "local": user.password_hash.is_some(),
        "wrong_old": old,
        "wrong_new": new,
    });
    Ok(show(shared, visitor, "access-account.html", visitor.t("common.account"), "", context))
}

/// Changes the password. Every session ends, and a new one begins here.
pub(super) async fn change_password(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(form): Signed<Passwords>,
) -> Result<Response, Refusal> {
    let Some(user) = &visitor.user else { return Err(Refusal::LogIn) };
    let (app, now) = (shared.app(), shared.now());
    let (old, new) = (Secret::new(form.old), Secret::new(form.new));
    let refused = match accounts::change_password(&app, user, &old, &new, &visitor.network, now).await? {
        Chosen::Taken(user) => {
            let pass = accounts::enter(&app, &user, &visitor.network, now).await?;
            let mut answer = Redirect::to("/account").into_response();
            Jar::to_write(&app).set_session(answer.headers_mut(), Some(&pass));
            return Ok(answer);
        }
        Chosen::Weak(why) => page(&shared, &visitor, None, Some(&weak(&visitor, why))),
        Chosen::Wrong => page(&shared, &visitor, Some(visitor.t("access.wrong_old")), None),
        Chosen::TooMany(minutes) => {
            let text = visitor.tell("access.too_many", &[("minutes", &minutes.to_string())]);
            page(&shared, &visitor, Some(&text), None)
        }
        Chosen::Over => return Err(Refusal::LogIn),
    };
    let mut page = refused?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}
