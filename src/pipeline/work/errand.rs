//! A task on its way to whoever does it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Task;
use crate::state::Job;

/// A task, the time it is done at, and the job that says so: for the log, and for who does it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// What is to be done.
    pub task: Task,
    /// When: the time that everything done for it is dated by.
    pub now: DateTime<Utc>,
    /// The job's id; empty: there is none.
    pub job: String,
    /// The job's key.
    pub key: String,
    /// How often it has been begun, this time included.
    pub attempt: i64,
}

impl Errand {
    /// A task that no job says.
    pub fn by_hand(task: Task, now: DateTime<Utc>) -> Self {
        Self { task, now, job: String::new(), key: String::new(), attempt: 1 }
    }

    /// The task of the job.
    pub(super) fn of(job: &Job, task: Task, now: DateTime<Utc>) -> Self {
        Self { task, now, job: job.id.clone(), key: job.key.clone(), attempt: job.attempts }
    }

    /// What every line of the log says while it is done, whichever process does it.
    pub fn span(&self) -> tracing::Span {
        tracing::info_span!("job", id = self.job, kind = self.task.kind(), key = self.key, attempt = self.attempt)
    }
}
