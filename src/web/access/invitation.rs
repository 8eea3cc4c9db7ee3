//! An invitation: whoever has its link chooses name and password.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::{role_name, weak};
use crate::model::Secret;
use crate::pipeline::accounts::{self, Chosen};
use crate::web::Shared;
use crate::web::gate::{Guest, Jar, Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// What somebody chose.
#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    name: String,
    password: String,
}

/// Asks for name and password. The link alone does nothing, because programs that look through mail follow links.
pub(super) async fn ask(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    page(&shared, &visitor, &Secret::new(pass), "", None).await
}

async fn page(
    shared: &Shared,
    visitor: &Visitor,
    pass: &Secret,
    name: &str,
    wrong: Option<String>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let found = accounts::invitation(&app, pass, shared.now()).await?;
    let Some((invitation, user)) = found else { return Ok(over(shared, visitor)) };
    let role = user.as_ref().map_or(invitation.role, |user| user.role);
    let context = json!({
        "email": invitation.email,
        "by": invitation.invited_by,
        "known": user.is_some(),
        "name": name,
        "role_name": role_name(visitor, role),
        "wrong": wrong,
    });
    let title = visitor.t(if user.is_some() { "access.new_password" } else { "access.welcome" });
    let mut page = show(shared, visitor, "access-invitation.html", title, "", context);
    // The address is a secret: no other page is told of it.
    page.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(page)
}

fn over(shared: &Shared, visitor: &Visitor) -> Response {
    let text = json!({ "text": visitor.t("access.invitation_over_text") });
    let mut page = show(shared, visitor, "refusal.html", visitor.t("access.invitation_over"), "", text);
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}

/// Makes the account, or renews the password, and logs in.
pub(super) async fn accept(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
    Signed(form): Signed<Form>,
) -> Result<Response, Refusal> {
    let (app, now, pass) = (shared.app(), shared.now(), Secret::new(pass));
    match accounts::accept(&app, &pass, &form.name, &Secret::new(form.password), now).await? {
        Chosen::Taken(user) => {
            let session = accounts::enter(&app, &user, &visitor.network, now).await?;
            let mut answer = Redirect::to("/").into_response();
            Jar::to_write(&app).set_session(answer.headers_mut(), Some(&session));
            Ok(answer)
        }
        Chosen::Weak(why) => {
            let mut page = page(&shared, &visitor, &pass, &form.name, Some(weak(&visitor, why))).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
        Chosen::Wrong | Chosen::Over | Chosen::TooMany(_) => Ok(over(&shared, &visitor)),
    }
}
