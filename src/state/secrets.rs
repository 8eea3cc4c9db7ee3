//! Secrets that are obtained at run time, LinkedIn's tokens first of all. They are kept sealed, or not at all.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::cells;
use super::seal::Seal;
use super::{State, StateError};
use crate::model::Secret;

/// A secret that is kept: its name, never what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretEntry {
    /// Its name, e.g. `linkedin refresh`.
    pub name: String,
    /// When it was kept.
    pub stored_at: DateTime<Utc>,
}

impl State {
    /// Keeps a secret, in place of the one that had its name. Refused without a key.
    pub async fn keep_secret(&self, name: &str, secret: &Secret, now: DateTime<Utc>) -> Result<(), StateError> {
        let sealed = close(self.key_for(name)?, name, secret)?;
        self.database
            .run(
                "INSERT INTO secrets (name, sealed, stored) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, stored = excluded.stored",
                cells![name, sealed, now],
            )
            .await?;
        Ok(())
    }

    /// The secret of the name; none if none is kept. With another key than it was kept with: an error that says so.
    pub async fn secret(&self, name: &str) -> Result<Option<Secret>, StateError> {
        let row = self.database.first("SELECT sealed FROM secrets WHERE name = $1", cells![name]).await?;
        let Some(row) = row else { return Ok(None) };
        let opened = self.key_for(name)?.open(name, &row.text("sealed")?);
        opened.map(Some).ok_or_else(|| StateError::WrongKey { name: name.to_owned() })
    }

    /// Forgets a secret; whether there was one.
    pub async fn forget_secret(&self, name: &str) -> Result<bool, StateError> {
        Ok(self.database.run("DELETE FROM secrets WHERE name = $1", cells![name]).await? > 0)
    }

    /// The names of what is kept.
    pub async fn secrets(&self) -> Result<Vec<SecretEntry>, StateError> {
        let sql = "SELECT name, stored FROM secrets ORDER BY name";
        self.database
            .all(sql, cells![], |row| Ok(SecretEntry { name: row.text("name")?, stored_at: row.time("stored")? }))
            .await
    }

    /// Seals everything that the old key sealed with the key of this state: all of it, or nothing. How many.
    pub async fn change_key(&self, old: &Secret) -> Result<u64, StateError> {
        let old = Seal::new(old);
        let mut work = self.database.begin().await?;
        let sql = "SELECT name, sealed FROM secrets ORDER BY name";
        let rows = work.rows(sql, cells![]).await?;
        let mut changed = 0;
        for row in rows {
            let name = row.text("name")?;
            let new = self.key_for(&name)?;
            let sealed = row.text("sealed")?;
            if new.open(&name, &sealed).is_some() {
                continue;
            }
            let secret = old.open(&name, &sealed).ok_or_else(|| StateError::WrongKey { name: name.clone() })?;
            let sealed = close(new, &name, &secret)?;
            work.run("UPDATE secrets SET sealed = $2 WHERE name = $1", cells![&name, sealed]).await?;
            changed += 1;
        }
        work.commit().await?;
        Ok(changed)
    }

    fn key_for(&self, name: &str) -> Result<&Seal, StateError> {
        self.seal.as_ref().ok_or_else(|| StateError::NoKey { name: name.to_owned() })
    }
}

fn close(seal: &Seal, name: &str, secret: &Secret) -> Result<String, StateError> {
    seal.close(name, secret).ok_or_else(|| StateError::Wrong(format!("the secret `{name}` is too long to be sealed")))
}
