//! Accounts: inviting, accepting, changing. Every change stands in the audit log.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::password::{self, Weak, weakness};
use super::{WINDOW, doors_of, too_many};
use crate::config;
use crate::delivery::email::{self, Letter};
use crate::model::told::faults;
use crate::model::{Language, Secret, UnitId};
use crate::pipeline::deliver::mail_server;
use crate::pipeline::{App, PipelineError};
use crate::state::{Invitation, Role, User};

/// For so long an invitation can be used.
const INVITED: TimeDelta = TimeDelta::days(7);

/// Whom to invite, to what.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// In which units and below; none: everywhere. Administrators administer everything.
    pub units: Option<Vec<UnitId>>,
}

/// An invitation that was made.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// What goes into the address `/invitation/<pass>`; it cannot be had again.
    pub pass: Secret,
    /// Whether the link was mailed; else why not.
    pub mailed: Result<(), NotMailed>,
}

/// Why an invitation was not mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMailed {
    /// No mail server is configured.
    NoServer,
    /// Where the web is reached is not configured, so no link can be mailed.
    NoAddress,
    /// The configuration does not allow mail to that address.
    NotAllowed,
    /// The server did not take it; what it said.
    Failed(String),
}

/// What became of a password that somebody chose.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// It was taken: whose it is now.
    Taken(Box<User>),
    /// It was not, because it is too easy.
    Weak(Weak),
    /// The old password was wrong.
    Wrong,
    /// The old password was wrong too often; after so many minutes at most the next attempt counts again.
    TooMany(i64),
    /// The invitation cannot be used (any more).
    Over,
}

/// Invites somebody, or somebody who has an account to choose a new password. `base` is where the web is reached.
///
/// # Errors
/// When the address is none, a unit does not exist, or the state cannot be used.
pub async fn invite(
    app: &App,
    wanted: &Wanted,
    base: Option<&str>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Invited, PipelineError> {
    let email = wanted.email.trim();
    if !is_bare_address(email) {
        return Err(PipelineError::hinted(faults::not_an_address(email), faults::mend_address_account()));
    }
    let units = scope(app, wanted.role, wanted.units.as_deref())?;
    let made = app.state.invite(email, wanted.role, units.as_deref(), by, now + INVITED, now).await?;
    let (invitation, pass) = made;
    let detail = json!({ "role": wanted.role, "units": units, "expires": invitation.expires });
    app.state.note(by, "invited", &invitation.email, &detail, now).await?;
    let mailed = match base {
        Some(base) => mail(app, &invitation, &format!("{base}/invitation/{}", pass.expose()), now).await,
        None => Err(NotMailed::NoAddress),
    };
    Ok(Invited { invitation, pass, mailed })
}

/// The units that a role is limited to: those that exist, and none for administrators.
fn scope(app: &App, role: Role, units: Option<&[UnitId]>) -> Result<Option<Vec<UnitId>>, PipelineError> {
    let Some(units) = units.filter(|units| !units.is_empty() && role != Role::Administrator) else { return Ok(None) };
    if let Some(missing) = units.iter().find(|unit| app.config.units.find(unit).is_none()) {
        let known: Vec<&str> = app.config.units.0.iter().map(|unit| unit.id.as_str()).collect();
        return Err(PipelineError::hinted(
            faults::no_unit_of(missing.as_str()),
            faults::mend_there_are(known.join(", ")),
        ));
    }
    Ok(Some(units.to_vec()))
}

async fn mail(app: &App, invitation: &Invitation, link: &str, now: DateTime<Utc>) -> Result<(), NotMailed> {
    let Some(mail) = &app.config.mail else { return Err(NotMailed::NoServer) };
    if !mail.allows(&invitation.email) {
        return Err(NotMailed::NotAllowed);
    }
    let server = mail_server(app).await.map_err(|error| NotMailed::Failed(error.to_string()))?;
    let name = &app.config.organisation.name;
    let (subject, text) = match app.config.organisation.language {
        Language::Swedish => (
            format!("Inbjudan till Genomslag, {name}"),
            format!(
                "{} bjuder in dig till Genomslag för {name}.\n\nVälj ett lösenord här inom sju dagar:\n{link}\n",
                invitation.invited_by
            ),
        ),
        Language::English => (
            format!("Invitation to Genomslag, {name}"),
            format!(
                "{} invites you to Genomslag for {name}.\n\nChoose a password here within seven days:\n{link}\n",
                invitation.invited_by
            ),
        ),
    };
    let letter = Letter {
        from: mail.from.clone(),
        to: invitation.email.clone(),
        reply_to: mail.reply_to.clone(),
        subject,
        html: html(&text, link),
        text,
        pictures: Vec::new(),
        enclosures: Vec::new(),
        stop: None,
        message_id: format!("<invitation.{}@{}>", invitation.id, email::domain(&mail.from)),
        date: now,
    };
    email::send(&server, &letter).await.map(|_| ()).map_err(|error| NotMailed::Failed(error.to_string()))
}

/// The text as HTML, its link as one.
fn html(text: &str, link: &str) -> String {
    let safe = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let link = safe(link);
    let text = safe(text).replace(&link, &format!("<a href=\"{link}\">{link}</a>"));
    let parts: Vec<String> =
        text.trim().split("\n\n").map(|part| format!("<p>{}</p>", part.replace('\n', "<br>"))).collect();
    format!("<!doctype html><html><body>{}</body></html>", parts.concat())
}

/// The invitation of the pass, if it can still be used, and whether its address has an account already.
///
/// # Errors
/// When the state cannot be used.
pub async fn invitation(
    app: &App,
    pass: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<(Invitation, Option<User>)>, PipelineError> {
    let Some(invitation) = app.state.invitation(pass, now).await? else { return Ok(None) };
    let user = app.state.user_of_email(&invitation.email).await?;
    Ok(Some((invitation, user)))
}

/// Uses an invitation: makes the account, or gives the one that exists a new password.
///
/// # Errors
/// When the state cannot be used.
pub async fn accept(
    app: &App,
    pass: &Secret,
    name: &str,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Chosen, PipelineError> {
    let Some((invitation, user)) = invitation(app, pass, now).await? else { return Ok(Chosen::Over) };
    if let Some(weak) = weakness(secret, &invitation.email) {
        return Ok(Chosen::Weak(weak));
    }
    let hash = password::hash(secret).await?;
    let (user, what) = match user {
        Some(_) => (app.state.renew_by_invitation(pass, &hash, now).await?, "password renewed by invitation"),
        None => (app.state.accept_invitation(pass, name.trim(), Some(&hash), None, now).await?, "account made"),
    };
    let Some(user) = user else { return Ok(Chosen::Over) };
    let detail = json!({ "role": user.role, "units": user.units, "invited_by": invitation.invited_by });
    app.state.note(&user.email, what, &user.email, &detail, now).await?;
    Ok(Chosen::Taken(Box::new(user)))
}

/// Changes one's own password; every session ends, also this one.
///
/// # Errors
/// When the state cannot be used.
pub async fn change_password(
    app: &App,
    user: &User,
    old: &Secret,
    new: &Secret,
    network: &str,
    now: DateTime<Utc>,
) -> Result<Chosen, PipelineError> {
    let doors = doors_of(&user.email, network);
    if too_many(app, &doors, now).await? {
        return Ok(Chosen::TooMany(WINDOW.num_minutes()));
    }
    if !password::is(old, user.password_hash.clone()).await? {
        for door in &doors {
            app.state.note_login_failure(door, now).await?;
        }
        app.state.note(&user.email, "password change refused", &user.email, &json!({}), now).await?;
        return Ok(Chosen::Wrong);
    }
    if let Some(weak) = weakness(new, &user.email) {
        return Ok(Chosen::Weak(weak));
    }
    let hash = password::hash(new).await?;
    app.state.set_password(&user.id, &hash).await?;
    app.state.note(&user.email, "password changed", &user.email, &json!({}), now).await?;
    Ok(Chosen::Taken(Box::new(user.clone())))
}

/// Changes what somebody may do. Whoever may no longer log in is logged out.
///
/// # Errors
/// When there is no such account or unit, nobody would be left who administers, or the state cannot be used.
pub async fn change(
    app: &App,
    id: &str,
    role: Role,
    units: Option<&[UnitId]>,
    active: bool,
    by: &str,
    now: DateTime<Utc>,
) -> Result<User, PipelineError> {
    let user = app.state.user(id).await?;
    let user = user.ok_or_else(|| PipelineError::unknown(faults::no_account_of(id)))?;
    let units = scope(app, role, units)?;
    let changed = User { role, units, active, ..user.clone() };
    app.state.change_user(&changed).await?;
    let seen = |user: &User| json!({ "role": user.role, "units": user.units, "active": user.active });
    let detail = json!({ "before": seen(&user), "after": seen(&changed) });
    app.state.note(by, "account changed", &user.email, &detail, now).await?;
    Ok(changed)
}

/// Who has an account, and who is invited.
#[derive(Debug, Clone)]
pub struct People {
    /// The accounts, by address.
    pub users: Vec<User>,
    /// The invitations that can still be used.
    pub invitations: Vec<Invitation>,
}

/// Who has an account, and who is invited.
///
/// # Errors
/// When the state cannot be used.
pub async fn people(app: &App, now: DateTime<Utc>) -> Result<People, PipelineError> {
    Ok(People { users: app.state.users().await?, invitations: app.state.open_invitations(now).await? })
}

/// The account of the id.
///
/// # Errors
/// When the state cannot be used.
pub async fn account(app: &App, id: &str) -> Result<Option<User>, PipelineError> {
    Ok(app.state.user(id).await?)
}

/// Whether the address has an account.
///
/// # Errors
/// When the state cannot be used.
pub async fn has_account(app: &App, email: &str) -> Result<bool, PipelineError> {
    Ok(app.state.user_of_email(email).await?.is_some())
}

/// Takes an invitation back.
///
/// # Errors
/// When the state cannot be used.
pub async fn withdraw(app: &App, id: &str, by: &str, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if app.state.withdraw_invitation(id).await? {
        app.state.note(by, "invitation withdrawn", id, &json!({}), now).await?;
    }
    Ok(())
}

/// Whether it is an address alone, without a name before it, and no longer than one can be.
fn is_bare_address(text: &str) -> bool {
    text.len() <= 254 && !text.contains('<') && config::is_address(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_mail_could_reach() {
        for good in ["anna@granvik.example", "anna.öberg+web@mail.granvik.example"] {
            assert!(is_bare_address(good), "{good}");
        }
        for wrong in [
            "anna",
            "@granvik.example",
            "anna@granvik",
            "a b@c.example",
            "a@b.example\r\nBcc: x@y.example",
            "<a@b.example>",
        ] {
            assert!(!is_bare_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_mail_says_its_link_once_as_one() {
        let found = html("Hej <b>\n\nhttps://a.example/x\n", "https://a.example/x");
        assert!(
            found.contains("<p>Hej &lt;b&gt;</p><p><a href=\"https://a.example/x\">https://a.example/x</a></p>"),
            "{found}"
        );
    }
}
