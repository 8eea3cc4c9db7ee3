//! Small things to remember that have no table of their own, by name.

use chrono::{DateTime, Utc};

use super::database::cells;
use super::{State, StateError};

impl State {
    /// What is remembered under the name.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StateError> {
        match self.database.first("SELECT content FROM settings WHERE name = $1", cells![name]).await? {
            Some(row) => row.maybe_text("content"),
            None => Ok(None),
        }
    }

    /// Remembers something under the name, in place of what was there.
    pub async fn keep_setting(&self, name: &str, content: &str, now: DateTime<Utc>) -> Result<(), StateError> {
        let sql = "INSERT INTO settings (name, content, stored) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET content = excluded.content, stored = excluded.stored";
        self.database.run(sql, cells![name, content, now]).await.map(|_| ())
    }

    /// Remembers something under a name that is free; whether it was. Two who ask at once: one yes.
    pub async fn claim_setting(&self, name: &str, content: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "INSERT INTO settings (name, content, stored) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
        Ok(self.database.run(sql, cells![name, content, now]).await? > 0)
    }

    /// Forgets what was remembered before a time under names that begin so.
    pub async fn forget_settings(&self, beginning: &str, before: DateTime<Utc>) -> Result<u64, StateError> {
        let sql = "DELETE FROM settings WHERE substr(name, 1, length($1)) = $1 AND stored < $2";
        self.database.run(sql, cells![beginning, before]).await
    }

    /// Forgets what is remembered under the name; whether there was anything.
    pub async fn forget_setting(&self, name: &str) -> Result<bool, StateError> {
        Ok(self.database.run("DELETE FROM settings WHERE name = $1", cells![name]).await? > 0)
    }
}
