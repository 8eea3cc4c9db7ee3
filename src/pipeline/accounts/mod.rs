//! Who is let in: logging in, sessions, passwords. What is remembered stands in the state.

mod doors;
mod federated;
mod password;
mod people;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{App, PipelineError};
use crate::model::Secret;
use crate::state::{ApiToken, NewUser, User};

pub use doors::{READ, audit, links, make_token, revoke_token, share, shared, tokens, unshare};
pub use federated::{Back, Entry, Shut, begin, finish};
pub use password::{SHORTEST, Weak, weakness};
pub use people::{
    Chosen, Invited, NotMailed, People, Wanted, accept, account, change, change_password, has_account, invitation,
    invite, people, withdraw,
};

/// A session ends when nobody was seen for so long.
const IDLE: TimeDelta = TimeDelta::hours(8);

/// A session ends after so long in any case.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// That somebody was seen is noted so often.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// For how long failed attempts count.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// So many failed attempts to log in with one address, within [`WINDOW`].
const PER_ADDRESS: u64 = 5;

/// So many from one network address.
const PER_NETWORK: u64 = 30;

/// One attempt to log in.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// From which network address.
    pub network: String,
}

/// What came of an attempt.
#[derive(Debug, Clone)]
pub enum LogIn {
    /// Let in: who, and the pass of a new session.
    In(Box<User>, Secret),
    /// Not let in; whether address or password was wrong is not said.
    Wrong,
    /// Too many attempts failed; after so many minutes at most the next one counts again.
    TooMany(i64),
}

/// Tries to log in. Takes as long for an address without an account as for one with.
///
/// # Errors
/// When the state cannot be used.
pub async fn log_in(app: &App, attempt: &Attempt, now: DateTime<Utc>) -> Result<LogIn, PipelineError> {
    let state = &app.state;
    let doors = doors_of(&attempt.email, &attempt.network);
    if too_many(app, &doors, now).await? {
        return Ok(LogIn::TooMany(WINDOW.num_minutes()));
    }
    let user = state.user_of_email(&attempt.email).await?.filter(|user| user.active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    // Counted before the work is done: attempts at the same time count each other.
    state.note_login_failure(&doors[0], now).await?;
    let right = password::is(&attempt.password, hash).await?;
    let Some(user) = user.filter(|_| right) else {
        // Only what failed: a whole town hall may log in from one network address.
        state.note_login_failure(&doors[1], now).await?;
        let detail = json!({ "network": attempt.network });
        state.note("web", "login refused", &shortened(&attempt.email), &detail, now).await?;
        return Ok(LogIn::Wrong);
    };
    state.forget_login_failures(&doors[0]).await?;
    let pass = enter(app, &user, &attempt.network, now).await?;
    Ok(LogIn::In(Box::new(user), pass))
}

/// The doors at which attempts are counted: the address and the network address.
fn doors_of(email: &str, network: &str) -> [String; 2] {
    [format!("account {}", email.trim()), format!("network {network}")]
}

/// Whether too many attempts failed at one of the doors.
async fn too_many(app: &App, doors: &[String; 2], now: DateTime<Utc>) -> Result<bool, PipelineError> {
    for (door, most) in doors.iter().zip([PER_ADDRESS, PER_NETWORK]) {
        if app.state.login_failures(door, now - WINDOW).await? >= most {
            tracing::warn!(network = doors[1], "too many passwords were wrong");
            return Ok(true);
        }
    }
    Ok(false)
}

/// Opens a session for somebody who has shown who they are.
///
/// # Errors
/// When the state cannot be used.
pub async fn enter(app: &App, user: &User, network: &str, now: DateTime<Utc>) -> Result<Secret, PipelineError> {
    let pass = app.state.open_session(&user.id, now + IDLE, now).await?;
    app.state.note_login(&user.id, now).await?;
    app.state.note(&user.email, "logged in", &user.email, &json!({ "network": network }), now).await?;
    Ok(pass)
}

/// Who shows the pass of a session; none: it has ended. The session lives on from here.
///
/// # Errors
/// When the state cannot be used.
pub async fn session_of(app: &App, pass: &Secret, now: DateTime<Utc>) -> Result<Option<User>, PipelineError> {
    let Some((session, user)) = app.state.session(pass, now).await? else { return Ok(None) };
    if now - session.last_seen >= NOTED {
        let expires = (now + IDLE).min(session.created + LONGEST);
        app.state.touch_session(pass, expires, now).await?;
    }
    Ok(Some(user))
}

/// The token that a program shows; none: it opens nothing.
///
/// # Errors
/// When the state cannot be used.
pub async fn token_of(app: &App, pass: &Secret, now: DateTime<Utc>) -> Result<Option<ApiToken>, PipelineError> {
    Ok(app.state.api_token(pass, now).await?)
}

/// Ends the session of the pass.
///
/// # Errors
/// When the state cannot be used.
pub async fn log_out(app: &App, pass: &Secret, who: &str, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if app.state.end_session(pass).await? {
        app.state.note(who, "logged out", who, &json!({}), now).await?;
    }
    Ok(())
}

/// Makes an account with a password at once: for the demo, whose password is made up anew each time.
///
/// # Errors
/// When the address has an account, or the state cannot be used.
pub async fn add_account(
    app: &App,
    new: NewUser,
    secret: &Secret,
    who: &str,
    now: DateTime<Utc>,
) -> Result<User, PipelineError> {
    let hashed = password::hash(secret).await?;
    let user = match app.state.user_of_email(&new.email).await? {
        Some(user) => {
            app.state.set_password(&user.id, &hashed).await?;
            user
        }
        None => app.state.add_user(&NewUser { password_hash: Some(hashed), ..new }, now).await?,
    };
    app.state.note(who, "account made", &user.email, &json!({ "role": user.role }), now).await?;
    Ok(user)
}

/// The address that somebody typed, no longer than one is. Anything else may be a password in the wrong field.
fn shortened(text: &str) -> String {
    if !text.contains('@') {
        return "?".to_owned();
    }
    text.trim().chars().filter(|letter| !letter.is_control()).take(100).collect()
}
