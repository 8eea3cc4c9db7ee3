//! The accounts of the web: who may see and change what. Passwords are hashed before they come here.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::database::{Row, Work, cells};
use super::word::words;
use super::{State, StateError, new_id};
use crate::model::UnitId;

words! {
    /// What somebody may do.
    Role {
        /// See.
        Reader = "reader",
        /// See, and change goals, comments and reports.
        Editor = "editor",
        /// Everything, accounts included.
        Administrator = "administrator",
    }
}

/// Somebody to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The address; it is also the name to log in with.
    pub email: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// In which units and below; none: everywhere.
    pub units: Option<Vec<UnitId>>,
    /// The hashed password, for local accounts.
    pub password_hash: Option<String>,
    /// Issuer and subject, for accounts of an identity provider.
    pub oidc_subject: Option<String>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their id.
    pub id: String,
    /// The address, in small letters.
    pub email: String,
    /// The name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// In which units and below; none: everywhere.
    pub units: Option<Vec<UnitId>>,
    /// The hashed password, never shown.
    #[serde(skip)]
    pub password_hash: Option<String>,
    /// Issuer and subject at an identity provider.
    pub oidc_subject: Option<String>,
    /// Whether they may log in.
    pub active: bool,
    /// When the account was made.
    pub created: DateTime<Utc>,
    /// When they last logged in.
    pub last_login: Option<DateTime<Utc>>,
}

impl State {
    /// Makes an account. Refused if the address has one.
    pub async fn add_user(&self, new: &NewUser, now: DateTime<Utc>) -> Result<User, StateError> {
        let mut work = self.database.begin().await?;
        let user = add(&mut work, new, now).await?;
        work.commit().await?;
        Ok(user)
    }

    /// The account of the id.
    pub async fn user(&self, id: &str) -> Result<Option<User>, StateError> {
        self.database.first("SELECT * FROM users WHERE id = $1", cells![id]).await?.as_ref().map(read).transpose()
    }

    /// The account of the address.
    pub async fn user_of_email(&self, email: &str) -> Result<Option<User>, StateError> {
        let row = self.database.first("SELECT * FROM users WHERE email = $1", cells![plain(email)]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The account of somebody whom the identity provider knows.
    pub async fn user_of_oidc(&self, subject: &str) -> Result<Option<User>, StateError> {
        let row = self.database.first("SELECT * FROM users WHERE oidc_subject = $1", cells![subject]).await?;
        row.as_ref().map(read).transpose()
    }

    /// Every account, by address.
    pub async fn users(&self) -> Result<Vec<User>, StateError> {
        self.database.all("SELECT * FROM users ORDER BY email", cells![], read).await
    }

    /// Changes name, role, units, provider's subject and whether they may log in. Refused if no administrator would be
    /// left. Whoever may no longer log in is logged out.
    pub async fn change_user(&self, user: &User) -> Result<(), StateError> {
        let mut work = self.database.begin().await?;
        let changed = work
            .run(
                "UPDATE users SET name = $2, role = $3, units = $4, oidc_subject = $5, active = $6 WHERE id = $1",
                cells![
                    &user.id,
                    &user.name,
                    user.role.as_str(),
                    super::json(&user.units)?,
                    user.oidc_subject.as_deref(),
                    user.active,
                ],
            )
            .await?;
        if changed == 0 {
            return Err(unknown(&user.id));
        }
        if !user.active {
            work.run("DELETE FROM sessions WHERE holder = $1", cells![&user.id]).await?;
        }
        keep_an_administrator(&mut work).await?;
        work.commit().await
    }

    /// Sets the hashed password and logs them out everywhere.
    pub async fn set_password(&self, id: &str, password_hash: &str) -> Result<(), StateError> {
        let mut work = self.database.begin().await?;
        let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
        if work.run(sql, cells![id, password_hash]).await? == 0 {
            return Err(unknown(id));
        }
        work.run("DELETE FROM sessions WHERE holder = $1", cells![id]).await?;
        work.commit().await
    }

    /// Notes that they logged in.
    pub async fn note_login(&self, id: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        self.database.run("UPDATE users SET last_login = $2 WHERE id = $1", cells![id, now]).await.map(|_| ())
    }

    /// Removes an account with its sessions; whether there was one. Refused if no administrator would be left.
    pub async fn remove_user(&self, id: &str) -> Result<bool, StateError> {
        let mut work = self.database.begin().await?;
        if work.run("DELETE FROM users WHERE id = $1", cells![id]).await? == 0 {
            return Ok(false);
        }
        keep_an_administrator(&mut work).await?;
        work.commit().await?;
        Ok(true)
    }
}

/// Makes an account as part of a greater work.
pub(super) async fn add(work: &mut Work, new: &NewUser, now: DateTime<Utc>) -> Result<User, StateError> {
    let row = work
        .first(
            "INSERT INTO users (id, email, name, role, units, password_hash, oidc_subject, active, created) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) ON CONFLICT DO NOTHING RETURNING *",
            cells![
                new_id(now),
                plain(&new.email),
                &new.name,
                new.role.as_str(),
                super::json(&new.units)?,
                new.password_hash.as_deref(),
                new.oidc_subject.as_deref(),
                now,
            ],
        )
        .await?;
    let user = row.as_ref().map(read).transpose()?;
    user.ok_or_else(|| StateError::Twice { email: plain(&new.email) })
}

/// Refuses work that leaves nobody who can let others in.
async fn keep_an_administrator(work: &mut Work) -> Result<(), StateError> {
    let sql = "SELECT COUNT(*) AS everybody, \
               COALESCE(SUM(CASE WHEN role = 'administrator' AND active = 1 THEN 1 ELSE 0 END), 0) AS administrators \
               FROM users";
    let Some(row) = work.first(sql, cells![]).await? else { return Ok(()) };
    if row.whole("everybody")? > 0 && row.whole("administrators")? == 0 {
        return Err(StateError::Last);
    }
    Ok(())
}

pub(super) fn read(row: &Row) -> Result<User, StateError> {
    Ok(User {
        id: row.text("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: row.word("role", Role::parse)?,
        units: row.json("units")?,
        password_hash: row.maybe_text("password_hash")?,
        oidc_subject: row.maybe_text("oidc_subject")?,
        active: row.flag("active")?,
        created: row.time("created")?,
        last_login: row.maybe_time("last_login")?,
    })
}

pub(super) fn plain(email: &str) -> String {
    email.trim().to_lowercase()
}

fn unknown(id: &str) -> StateError {
    StateError::Unknown { what: "account", id: id.to_owned() }
}
