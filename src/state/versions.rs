//! Numbers that only grow. The store takes every number of an application once; a number that was handed out and not
//! confirmed belongs to a run that was killed, and the next run completes it under the same number.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::{State, StateError};

/// A number that was handed out and is not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenVersion {
    /// Who asked for it.
    pub application: String,
    /// The number.
    pub version: i64,
    /// The run that it was for.
    pub run: String,
    /// When.
    pub allocated: DateTime<Utc>,
}

impl State {
    /// The next number of the application, one more than ever before, noted as open until it is confirmed.
    pub async fn next_version(&self, application: &str, run: &str, now: DateTime<Utc>) -> Result<i64, StateError> {
        let mut work = self.database.begin().await?;
        let row = work.first(NEXT, cells![counter(application)]).await?;
        let version = last(row)?;
        work.run(
            "INSERT INTO versions (application, version, run, allocated) VALUES ($1, $2, $3, $4)",
            cells![application, version, run, now],
        )
        .await?;
        work.commit().await?;
        Ok(version)
    }

    /// Sees to it that the next number of the application is above `taken`: after an older state was put back, the store
    /// knows higher numbers than we do, and it would take ours for runs that it has seen.
    pub async fn raise_version(&self, application: &str, taken: i64) -> Result<(), StateError> {
        self.database
            .run(
                "INSERT INTO counters (name, last) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last = \
                 CASE WHEN counters.last < excluded.last THEN excluded.last ELSE counters.last END",
                cells![counter(application), taken],
            )
            .await?;
        Ok(())
    }

    /// Notes that the store has the number.
    pub async fn confirm_version(&self, application: &str, version: i64, now: DateTime<Utc>) -> Result<(), StateError> {
        let changed = self
            .database
            .run(
                "UPDATE versions SET committed = $3 WHERE application = $1 AND version = $2",
                cells![application, version, now],
            )
            .await?;
        if changed == 0 {
            return Err(StateError::Unknown { what: "version", id: format!("{application} {version}") });
        }
        Ok(())
    }

    /// The application's numbers that are not confirmed, lowest first: runs to complete.
    pub async fn open_versions(&self, application: &str) -> Result<Vec<OpenVersion>, StateError> {
        let sql = "SELECT * FROM versions WHERE application = $1 AND committed IS NULL ORDER BY version";
        self.database.all(sql, cells![application], read).await
    }

    /// The next number of a counter.
    pub(super) async fn next_number(&self, name: &str) -> Result<i64, StateError> {
        last(self.database.first(NEXT, cells![name]).await?)
    }
}

const NEXT: &str = "INSERT INTO counters (name, last) VALUES ($1, 1) \
                    ON CONFLICT (name) DO UPDATE SET last = counters.last + 1 RETURNING last";

fn counter(application: &str) -> String {
    format!("version of {application}")
}

fn last(row: Option<Row>) -> Result<i64, StateError> {
    row.ok_or_else(|| StateError::Wrong("the database handed out no number".to_owned()))?.whole("last")
}

fn read(row: &Row) -> Result<OpenVersion, StateError> {
    Ok(OpenVersion {
        application: row.text("application")?,
        version: row.whole("version")?,
        run: row.text("run")?,
        allocated: row.time("allocated")?,
    })
}
