//! The accounts: who is there, what they may do, who is invited.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::json;

use super::{Fields, role_name, roles, unit_names, units};
use crate::pipeline::accounts::{self, NotMailed, Wanted};
use crate::pipeline::{App, PipelineError, Role, User};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::Locale;

/// A link that is shown once, or the note that it was mailed.
#[derive(Debug, Clone, Default, Serialize)]
struct Fresh {
    email: String,
    link: String,
    mailed: bool,
    why: String,
}

/// What was filled in and is not right.
#[derive(Debug, Clone, Default, Serialize)]
struct Filled {
    email: String,
    role: String,
    wrong: String,
}

/// Shows the accounts.
pub(super) async fn list(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    page(&shared, &visitor, None, Filled { role: Role::Reader.to_string(), ..Filled::default() }).await
}

async fn page(shared: &Shared, visitor: &Visitor, fresh: Option<Fresh>, filled: Filled) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let (locale, zone) = (Locale::of(visitor.language), app.config.organisation.zone);
    let people = accounts::people(&app, shared.now()).await?;
    let rows = people.users.iter().map(|user| {
        json!({
            "id": user.id,
            "name": user.name,
            "email": user.email,
            "role": role_name(visitor, user.role),
            "units": unit_names(&app, user.units.as_deref()),
            "active": user.active,
            "last": user.last_login.map(|at| locale.instant(at, zone)),
        })
    });
    let invited = people.invitations.iter().map(|invitation| {
        json!({
            "id": invitation.id,
            "email": invitation.email,
            "role": role_name(visitor, invitation.role),
            "units": unit_names(&app, invitation.units.as_deref()),
            "by": invitation.invited_by,
            "until": locale.instant(invitation.expires, zone),
        })
    });
    let context = json!({
        "users": rows.collect::<Vec<_>>(),
        "invited": invited.collect::<Vec<_>>(),
        "roles": roles(visitor),
        "units": units(&app, None),
        "fresh": fresh,
        "filled": filled,
    });
    Ok(show(shared, visitor, "access-accounts.html", visitor.t("common.accounts"), "/accounts", context))
}

/// Invites somebody.
pub(super) async fn invite(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(form): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let form = Fields(form);
    let email = form.one("email").trim().to_owned();
    let Some(role) = Role::parse(form.one("role")) else {
        return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned()));
    };
    let app = shared.app();
    if accounts::has_account(&app, &email).await? {
        let wrong = visitor.t("access.has_account").to_owned();
        return refused(&shared, &visitor, Filled { email, role: role.to_string(), wrong }).await;
    }
    send(&shared, &app, &visitor, Wanted { email, role, units: form.units() }).await
}

/// Invites somebody who has an account to choose a new password.
pub(super) async fn invite_again(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let user = found(&app, &id).await?;
    send(&shared, &app, &visitor, Wanted { email: user.email, role: user.role, units: user.units }).await
}

async fn send(shared: &Shared, app: &App, visitor: &Visitor, wanted: Wanted) -> Result<Response, Refusal> {
    let base = shared.base(app);
    let invited = match accounts::invite(app, &wanted, base.as_deref(), &visitor.who(), shared.now()).await {
        Ok(invited) => invited,
        Err(PipelineError::Unknown { .. }) => {
            let filled = Filled {
                email: wanted.email,
                role: wanted.role.to_string(),
                wrong: visitor.t("access.no_address").to_owned(),
            };
            return refused(shared, visitor, filled).await;
        }
        Err(error) => return Err(error.into()),
    };
    let fresh = Fresh {
        email: invited.invitation.email.clone(),
        link: format!("{}/invitation/{}", base.unwrap_or_default(), invited.pass.expose()),
        mailed: invited.mailed.is_ok(),
        why: invited.mailed.err().map(|why| not_mailed(visitor, &why)).unwrap_or_default(),
    };
    page(shared, visitor, Some(fresh), Filled { role: Role::Reader.to_string(), ..Filled::default() }).await
}

fn not_mailed(visitor: &Visitor, why: &NotMailed) -> String {
    match why {
        NotMailed::NoServer => visitor.t("access.no_mail_server").to_owned(),
        NotMailed::NoAddress => visitor.t("access.no_public_url").to_owned(),
        NotMailed::NotAllowed => visitor.t("access.mail_not_allowed").to_owned(),
        NotMailed::Failed(why) => visitor.tell("access.mail_failed", &[("why", why)]),
    }
}

async fn refused(shared: &Shared, visitor: &Visitor, filled: Filled) -> Result<Response, Refusal> {
    let mut page = page(shared, visitor, None, filled).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

async fn found(app: &App, id: &str) -> Result<User, Refusal> {
    accounts::account(app, id).await?.ok_or(Refusal::NotFound)
}

/// Shows one account.
pub(super) async fn one(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let user = found(&shared.app(), &id).await?;
    Ok(form(&shared, &visitor, &user, None))
}

fn form(shared: &Shared, visitor: &Visitor, user: &User, wrong: Option<&str>) -> Response {
    let app = shared.app();
    let context = json!({
        "id": user.id,
        "email": user.email,
        "role": user.role,
        "active": user.active,
        "local": user.oidc_subject.is_none(),
        "roles": roles(visitor),
        "units": units(&app, user.units.as_deref()),
        "wrong": wrong,
    });
    show(shared, visitor, "access-one.html", &user.name, "/accounts", context)
}

/// Changes what somebody may do.
pub(super) async fn change(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(fields): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let (app, fields) = (shared.app(), Fields(fields));
    let user = found(&app, &id).await?;
    let Some(role) = Role::parse(fields.one("role")) else {
        return Err(Refusal::Bad(visitor.t("common.bad_text").to_owned()));
    };
    let active = fields.one("active") == "yes";
    let units = fields.units();
    match accounts::change(&app, &id, role, units.as_deref(), active, &visitor.who(), shared.now()).await {
        Ok(_) => Ok(Redirect::to("/accounts").into_response()),
        // The state refuses work that leaves nobody who administers.
        Err(PipelineError::State(_)) if user.role == Role::Administrator => {
            let mut page = form(&shared, &visitor, &user, Some(visitor.t("access.last_administrator")));
            *page.status_mut() = StatusCode::CONFLICT;
            Ok(page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes an invitation back.
pub(super) async fn withdraw(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(_): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    accounts::withdraw(&shared.app(), &id, &visitor.who(), shared.now()).await?;
    Ok(Redirect::to("/accounts").into_response())
}
