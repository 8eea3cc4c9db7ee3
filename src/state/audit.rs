//! The audit log: who did what, when. Lines are added, and weeded by decision; never changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::database::{Row, cells};
use super::{State, StateError, new_id};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: an account, a command, the program itself.
    pub who: String,
    /// What, e.g. `goal changed`.
    pub what: String,
    /// To what, e.g. the goal.
    pub subject: String,
    /// The details.
    pub detail: Value,
}

impl State {
    /// Adds a line.
    pub async fn note(
        &self,
        who: &str,
        what: &str,
        subject: &str,
        detail: &Value,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let sql = "INSERT INTO audit (id, happened, who, what, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)";
        self.database.run(sql, cells![new_id(now), now, who, what, subject, super::json(detail)?]).await.map(|_| ())
    }

    /// The latest lines, newest first; only those about a subject, if one is given.
    pub async fn audit_log(&self, subject: Option<&str>, most: u32) -> Result<Vec<AuditEntry>, StateError> {
        let sql = "SELECT * FROM audit WHERE ($1 IS NULL OR subject = $1) ORDER BY happened DESC, id DESC LIMIT $2";
        self.database.all(sql, cells![subject, most], read).await
    }
}

fn read(row: &Row) -> Result<AuditEntry, StateError> {
    Ok(AuditEntry {
        id: row.text("id")?,
        at: row.time("happened")?,
        who: row.text("who")?,
        what: row.text("what")?,
        subject: row.text("subject")?,
        detail: row.json("detail")?,
    })
}
