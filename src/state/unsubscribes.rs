//! Who does not want a report any more. An address is the same however its letters are cased.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::cells;
use super::{State, StateError};

/// Somebody who does not want a report any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribe {
    /// The address, in small letters.
    pub address: String,
    /// The report in the configuration; none: every report.
    pub spec: Option<String>,
    /// How they said so, e.g. `one-click`, `mail`, `administrator`.
    pub how: String,
    /// When.
    pub since: DateTime<Utc>,
}

impl State {
    /// Notes that an address does not want the report (none: any report) any more; whether that was new.
    pub async fn unsubscribe(
        &self,
        address: &str,
        spec: Option<&str>,
        how: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let sql = "INSERT INTO unsubscribes (address, spec, how, since) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (address, spec) DO NOTHING";
        let cells = cells![plain(address), spec.unwrap_or_default(), how, now];
        Ok(self.database.run(sql, cells).await? > 0)
    }

    /// Takes that back; whether it stood.
    pub async fn resubscribe(&self, address: &str, spec: Option<&str>) -> Result<bool, StateError> {
        let sql = "DELETE FROM unsubscribes WHERE address = $1 AND spec = $2";
        Ok(self.database.run(sql, cells![plain(address), spec.unwrap_or_default()]).await? > 0)
    }

    /// Whether the address does not want the report.
    pub async fn is_unsubscribed(&self, address: &str, spec: &str) -> Result<bool, StateError> {
        let sql = "SELECT 1 AS one FROM unsubscribes WHERE address = $1 AND (spec = $2 OR spec = '') LIMIT 1";
        Ok(self.database.first(sql, cells![plain(address), spec]).await?.is_some())
    }

    /// Everybody who does not want something.
    pub async fn unsubscribes(&self) -> Result<Vec<Unsubscribe>, StateError> {
        let sql = "SELECT * FROM unsubscribes ORDER BY address, spec";
        self.database
            .all(sql, cells![], |row| {
                Ok(Unsubscribe {
                    address: row.text("address")?,
                    spec: Some(row.text("spec")?).filter(|spec| !spec.is_empty()),
                    how: row.text("how")?,
                    since: row.time("since")?,
                })
            })
            .await
    }
}

fn plain(address: &str) -> String {
    address.trim().to_lowercase()
}
