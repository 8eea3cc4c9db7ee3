//! Who is logged in, and how often somebody failed to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::accounts::{User, plain, read as read_user};
use super::database::cells;
use super::pass::{hash_of, new_pass};
use super::{State, StateError, new_id};
use crate::model::Secret;

/// A session: somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub user: String,
    /// When they logged in.
    pub created: DateTime<Utc>,
    /// When they were last seen.
    pub last_seen: DateTime<Utc>,
    /// When it ends by itself.
    pub expires: DateTime<Utc>,
}

impl State {
    /// Opens a session for somebody; its pass, for the cookie.
    pub async fn open_session(
        &self,
        user: &str,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Secret, StateError> {
        let pass = new_pass();
        let sql = "INSERT INTO sessions (pass_hash, holder, created, last_seen, expires) VALUES ($1, $2, $3, $3, $4)";
        self.database.run(sql, cells![hash_of(&pass), user, now, expires]).await?;
        Ok(pass)
    }

    /// The session of the pass and whose it is, if it has not ended and they may still log in.
    pub async fn session(&self, pass: &Secret, now: DateTime<Utc>) -> Result<Option<(Session, User)>, StateError> {
        let hash = hash_of(pass);
        let sql = "SELECT * FROM sessions WHERE pass_hash = $1 AND expires > $2";
        let Some(row) = self.database.first(sql, cells![&hash, now]).await? else { return Ok(None) };
        let session = Session {
            user: row.text("holder")?,
            created: row.time("created")?,
            last_seen: row.time("last_seen")?,
            expires: row.time("expires")?,
        };
        let sql = "SELECT * FROM users WHERE id = $1 AND active = 1";
        let user = self.database.first(sql, cells![&session.user]).await?.as_ref().map(read_user).transpose()?;
        Ok(user.map(|user| (session, user)))
    }

    /// Notes that they were seen, and lets the session end later.
    pub async fn touch_session(
        &self,
        pass: &Secret,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let sql = "UPDATE sessions SET last_seen = $2, expires = $3 WHERE pass_hash = $1 AND expires > $2";
        self.database.run(sql, cells![hash_of(pass), now, expires]).await.map(|_| ())
    }

    /// Ends a session; whether there was one.
    pub async fn end_session(&self, pass: &Secret) -> Result<bool, StateError> {
        Ok(self.database.run("DELETE FROM sessions WHERE pass_hash = $1", cells![hash_of(pass)]).await? > 0)
    }

    /// Ends every session of somebody; how many there were.
    pub async fn end_sessions_of(&self, user: &str) -> Result<u64, StateError> {
        self.database.run("DELETE FROM sessions WHERE holder = $1", cells![user]).await
    }

    /// Counts a failed attempt at a door: an address to log in with, a network address.
    pub async fn note_login_failure(&self, subject: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let sql = "INSERT INTO login_failures (id, subject, happened) VALUES ($1, $2, $3)";
        self.database.run(sql, cells![new_id(now), plain(subject), now]).await.map(|_| ())
    }

    /// How many attempts failed since a time.
    pub async fn login_failures(&self, subject: &str, since: DateTime<Utc>) -> Result<u64, StateError> {
        let sql = "SELECT COUNT(*) AS many FROM login_failures WHERE subject = $1 AND happened >= $2";
        match self.database.first(sql, cells![plain(subject), since]).await? {
            Some(row) => row.count("many"),
            None => Ok(0),
        }
    }

    /// Forgets the failed attempts, after one that succeeded.
    pub async fn forget_login_failures(&self, subject: &str) -> Result<(), StateError> {
        let sql = "DELETE FROM login_failures WHERE subject = $1";
        self.database.run(sql, cells![plain(subject)]).await.map(|_| ())
    }
}
