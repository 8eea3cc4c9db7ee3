//! Doors that a pass opens for somebody who is not logged in: invitations, tokens of the interface, links to one report.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::accounts::{NewUser, Role, User, add, plain, read as read_user};
use super::database::{Row, cells};
use super::pass::{hash_of, new_pass};
use super::{State, StateError, new_id};
use crate::model::{Secret, UnitId};

/// An invitation to make an account, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: String,
    /// Who is invited.
    pub email: String,
    /// What they will be allowed to do.
    pub role: Role,
    /// In which units and below; none: everywhere.
    pub units: Option<Vec<UnitId>>,
    /// Who invited.
    pub invited_by: String,
    /// When.
    pub created: DateTime<Utc>,
    /// Until when it can be used.
    pub expires: DateTime<Utc>,
}

/// A token for the interface that programs use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<String>,
    /// In which units and below; none: everywhere.
    pub units: Option<Vec<UnitId>>,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created: DateTime<Utc>,
    /// Until when it opens; none: until it is revoked.
    pub expires: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked: Option<DateTime<Utc>>,
}

/// A link to one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Its id.
    pub id: String,
    /// The report.
    pub report: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created: DateTime<Utc>,
    /// Until when it opens.
    pub expires: DateTime<Utc>,
    /// How often it was opened.
    pub opened: i64,
    /// When it was revoked.
    pub revoked: Option<DateTime<Utc>>,
}

impl State {
    /// Invites somebody; the pass is for the link, and cannot be had again.
    pub async fn invite(
        &self,
        email: &str,
        role: Role,
        units: Option<&[UnitId]>,
        by: &str,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(Invitation, Secret), StateError> {
        let pass = new_pass();
        let row = self
            .database
            .first(
                "INSERT INTO invitations (id, pass_hash, email, role, units, invited_by, created, expires) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *",
                cells![
                    new_id(now),
                    hash_of(&pass),
                    plain(email),
                    role.as_str(),
                    super::json(&units)?,
                    by,
                    now,
                    expires,
                ],
            )
            .await?;
        Ok((read_kept(row.as_ref(), read_invitation)?, pass))
    }

    /// The invitation of the pass, if it can still be used.
    pub async fn invitation(&self, pass: &Secret, now: DateTime<Utc>) -> Result<Option<Invitation>, StateError> {
        let sql = "SELECT * FROM invitations WHERE pass_hash = $1 AND used IS NULL AND expires > $2";
        self.database.first(sql, cells![hash_of(pass), now]).await?.as_ref().map(read_invitation).transpose()
    }

    /// Makes the account that the pass invites to, once; none if it cannot be used any more.
    pub async fn accept_invitation(
        &self,
        pass: &Secret,
        name: &str,
        password_hash: Option<&str>,
        oidc_subject: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<User>, StateError> {
        let mut work = self.database.begin().await?;
        let sql = "UPDATE invitations SET used = $2 WHERE pass_hash = $1 AND used IS NULL AND expires > $2 RETURNING *";
        let Some(row) = work.first(sql, cells![hash_of(pass), now]).await? else { return Ok(None) };
        let invitation = read_invitation(&row)?;
        let new = NewUser {
            email: invitation.email,
            name: name.to_owned(),
            role: invitation.role,
            units: invitation.units,
            password_hash: password_hash.map(str::to_owned),
            oidc_subject: oidc_subject.map(str::to_owned),
        };
        let user = add(&mut work, &new, now).await?;
        work.commit().await?;
        Ok(Some(user))
    }

    /// Uses an invitation to somebody who has an account: sets the password, and logs them out everywhere. None if the
    /// invitation cannot be used any more, or the account may not log in.
    pub async fn renew_by_invitation(
        &self,
        pass: &Secret,
        password_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<User>, StateError> {
        let mut work = self.database.begin().await?;
        let sql = "UPDATE invitations SET used = $2 WHERE pass_hash = $1 AND used IS NULL AND expires > $2 RETURNING *";
        let Some(row) = work.first(sql, cells![hash_of(pass), now]).await? else { return Ok(None) };
        let email = read_invitation(&row)?.email;
        let sql = "UPDATE users SET password_hash = $2 WHERE email = $1 AND active = 1 RETURNING *";
        let Some(row) = work.first(sql, cells![email, password_hash]).await? else { return Ok(None) };
        let user = read_user(&row)?;
        work.run("DELETE FROM sessions WHERE holder = $1", cells![&user.id]).await?;
        work.commit().await?;
        Ok(Some(user))
    }

    /// The invitations that can still be used.
    pub async fn open_invitations(&self, now: DateTime<Utc>) -> Result<Vec<Invitation>, StateError> {
        let sql = "SELECT * FROM invitations WHERE used IS NULL AND expires > $1 ORDER BY created, id";
        self.database.all(sql, cells![now], read_invitation).await
    }

    /// Takes an invitation back; whether it could still be used.
    pub async fn withdraw_invitation(&self, id: &str) -> Result<bool, StateError> {
        Ok(self.database.run("DELETE FROM invitations WHERE id = $1 AND used IS NULL", cells![id]).await? > 0)
    }

    /// Makes a token for programs; it cannot be had again.
    pub async fn make_api_token(
        &self,
        name: &str,
        scopes: &[&str],
        units: Option<&[UnitId]>,
        by: &str,
        expires: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(ApiToken, Secret), StateError> {
        let pass = new_pass();
        let row =
            self.database
                .first(
                    "INSERT INTO api_tokens (id, pass_hash, name, scopes, units, made_by, created, expires) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *",
                    cells![
                        new_id(now),
                        hash_of(&pass),
                        name,
                        super::json(scopes)?,
                        super::json(&units)?,
                        by,
                        now,
                        expires,
                    ],
                )
                .await?;
        Ok((read_kept(row.as_ref(), read_api_token)?, pass))
    }

    /// The token, if it still opens; notes that it was used.
    pub async fn api_token(&self, pass: &Secret, now: DateTime<Utc>) -> Result<Option<ApiToken>, StateError> {
        let sql = "UPDATE api_tokens SET last_used = $2 \
                   WHERE pass_hash = $1 AND revoked IS NULL AND (expires IS NULL OR expires > $2) RETURNING *";
        self.database.first(sql, cells![hash_of(pass), now]).await?.as_ref().map(read_api_token).transpose()
    }

    /// Every token, newest first.
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, StateError> {
        self.database.all("SELECT * FROM api_tokens ORDER BY created DESC, id", cells![], read_api_token).await
    }

    /// Revokes a token; whether it was not yet.
    pub async fn revoke_api_token(&self, id: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE api_tokens SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
        Ok(self.database.run(sql, cells![id, now]).await? > 0)
    }

    /// Makes a link to a report; its pass cannot be had again.
    pub async fn share_report(
        &self,
        report: &str,
        by: &str,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(ShareLink, Secret), StateError> {
        let pass = new_pass();
        let sql = "INSERT INTO share_links (id, pass_hash, report, made_by, created, expires, opened) \
                   VALUES ($1, $2, $3, $4, $5, $6, 0) RETURNING *";
        let row = self.database.first(sql, cells![new_id(now), hash_of(&pass), report, by, now, expires]).await?;
        Ok((read_kept(row.as_ref(), read_share_link)?, pass))
    }

    /// The link of the pass, if it still opens; counts the opening.
    pub async fn open_share_link(&self, pass: &Secret, now: DateTime<Utc>) -> Result<Option<ShareLink>, StateError> {
        let sql = "UPDATE share_links SET opened = opened + 1 \
                   WHERE pass_hash = $1 AND revoked IS NULL AND expires > $2 RETURNING *";
        self.database.first(sql, cells![hash_of(pass), now]).await?.as_ref().map(read_share_link).transpose()
    }

    /// The links to a report, newest first.
    pub async fn share_links(&self, report: &str) -> Result<Vec<ShareLink>, StateError> {
        let sql = "SELECT * FROM share_links WHERE report = $1 ORDER BY created DESC, id";
        self.database.all(sql, cells![report], read_share_link).await
    }

    /// A link, whether it opens or not.
    pub async fn share_link(&self, id: &str) -> Result<Option<ShareLink>, StateError> {
        let sql = "SELECT * FROM share_links WHERE id = $1";
        self.database.first(sql, cells![id]).await?.as_ref().map(read_share_link).transpose()
    }

    /// Revokes a link; whether it was not yet.
    pub async fn revoke_share_link(&self, id: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE share_links SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
        Ok(self.database.run(sql, cells![id, now]).await? > 0)
    }
}

fn read_kept<T>(row: Option<&Row>, read: impl Fn(&Row) -> Result<T, StateError>) -> Result<T, StateError> {
    read(row.ok_or_else(|| StateError::Wrong("the database kept nothing".to_owned()))?)
}

fn read_invitation(row: &Row) -> Result<Invitation, StateError> {
    Ok(Invitation {
        id: row.text("id")?,
        email: row.text("email")?,
        role: row.word("role", Role::parse)?,
        units: row.json("units")?,
        invited_by: row.text("invited_by")?,
        created: row.time("created")?,
        expires: row.time("expires")?,
    })
}

fn read_api_token(row: &Row) -> Result<ApiToken, StateError> {
    Ok(ApiToken {
        id: row.text("id")?,
        name: row.text("name")?,
        scopes: row.json("scopes")?,
        units: row.json("units")?,
        made_by: row.text("made_by")?,
        created: row.time("created")?,
        expires: row.maybe_time("expires")?,
        last_used: row.maybe_time("last_used")?,
        revoked: row.maybe_time("revoked")?,
    })
}

fn read_share_link(row: &Row) -> Result<ShareLink, StateError> {
    Ok(ShareLink {
        id: row.text("id")?,
        report: row.text("report")?,
        made_by: row.text("made_by")?,
        created: row.time("created")?,
        expires: row.time("expires")?,
        opened: row.whole("opened")?,
        revoked: row.maybe_time("revoked")?,
    })
}
