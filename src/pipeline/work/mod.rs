//! Jobs and who does them: what a job says ([`Task`]), what doing it means ([`Steps`], the real ones in `steps`), and the
//! worker that claims one after the other under a lease.

mod errand;
mod report;
mod steps;
mod task;
mod worker;

use std::future::Future;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::PipelineError;

pub use errand::Errand;
pub use report::approve;
pub use steps::RealSteps;
pub(super) use task::key;
pub use task::{MakeWish, Task};
pub use worker::{Patience, Worker};

/// How a task ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// It is done; what was done, in a few words for the log.
    Finished(String),
    /// It is not its time yet: to be looked at again then, and why.
    Again(DateTime<Utc>, String),
}

/// What doing a task means. The real ones fetch, make and send; a test's may only count.
pub trait Steps: Send + Sync + 'static {
    /// Does the errand.
    fn perform(&self, errand: &Errand) -> impl Future<Output = Result<Done, PipelineError>> + Send;

    /// Notes that a job was tried in vain until it died.
    fn buried(
        &self,
        task: &Task,
        why: &PipelineError,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), PipelineError>> + Send;
}
