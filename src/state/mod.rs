//! The state: what the program remembers besides observations. Runs, tokens, secrets, imported files, reports, deliveries,
//! approvals, slots of schedules, jobs, alerts and the accounts of the web.
//!
//! It lives in one SQLite file, or in PostgreSQL by its address; the code is the same. Everything that must not happen
//! twice is kept from it by a unique key in the database, not by whoever asks: a slot, a job, a delivery, an open alert.
//! Everything that must survive a power cut is committed before the function returns. Time is always an argument.
//!
//! The queue of jobs is our own: a job is often put down together with the slot that it answers, in one transaction, and in
//! both databases, which a queue with connections of its own cannot do.

mod accounts;
mod alerts;
mod approvals;
mod audit;
mod backup;
mod claims;
mod database;
mod deliveries;
mod doors;
mod error;
mod forecasts;
mod imports;
mod jobs;
mod lines;
mod migrate;
mod open;
mod pass;
mod reports;
mod runs;
mod seal;
mod secrets;
mod sending;
mod sessions;
mod settings;
mod slots;
mod tokens;
mod unsubscribes;
mod versions;
mod weed;
mod word;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use accounts::{NewUser, Role, User};
pub use alerts::{Alert, NewAlert};
pub use approvals::{ApprovalState, Asked, DraftApproval, NewApproval, OnDeadline};
pub use audit::AuditEntry;
pub use deliveries::{Delivery, DeliveryFilter, DeliveryOrder, DeliveryStatus, Entered, Way};
pub use doors::{ApiToken, Invitation, ShareLink};
pub use error::StateError;
pub use forecasts::{ForecastEntry, ForecastOutcome};
pub use imports::ImportedFile;
pub use jobs::{Enqueued, Job, JobState, NewJob, backoff};
pub use reports::{ReportEntry, ReportFilter};
pub use runs::{ChannelCost, ChannelRun, Run, RunKind, RunOutcome};
pub use secrets::SecretEntry;
pub use sending::SendingResult;
pub use sessions::Session;
pub use slots::{Slot, SlotFate};
pub use tokens::{TokenCheck, TokenStanding, TokenWarning};
pub use unsubscribes::Unsubscribe;
pub use versions::OpenVersion;
pub use weed::WeedClass;

use crate::model::Secret;
use database::{Database, Pool, cells};
use seal::Seal;

/// What the program remembers besides observations. Cheap to clone; every clone asks the same database.
#[derive(Debug, Clone)]
pub struct State {
    database: Database,
    seal: Option<Seal>,
}

impl State {
    /// Opens the state: `sqlite:path` (the file and its folder are made where they are missing) or
    /// `postgres://user@host/database`. Several processes may do so at once. Without `key`, secrets are neither kept nor
    /// read; everything else works.
    pub async fn open(url: &str, password: Option<&Secret>, key: Option<&Secret>) -> Result<Self, StateError> {
        let seal = key.filter(|key| !key.is_empty()).map(Seal::new);
        Ok(Self { database: open::open(url, password).await?, seal })
    }

    /// Whether the database answers: for the question of readiness.
    pub async fn answers(&self) -> Result<(), StateError> {
        self.database.rows("SELECT 1 AS one", cells![]).await.map(|_| ())
    }

    /// Where it is kept, as people may see it.
    pub fn place(&self) -> &str {
        &self.database.place
    }

    /// Closes every connection; what is under way is finished first.
    pub async fn close(&self) {
        match &self.database.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

/// A name that nothing else has: the time in front, so that lists sort, and chance behind.
fn new_id(now: DateTime<Utc>) -> String {
    format!("{}-{:012x}", now.format("%Y%m%dT%H%M%SZ"), rand::random::<u64>() >> 16)
}

/// A list or a payload, as it is kept.
fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StateError> {
    serde_json::to_string(value).map_err(|error| StateError::Wrong(format!("cannot be written as JSON: {error}")))
}
