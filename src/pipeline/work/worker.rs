//! A worker: claims a job under a lease, does it while it prolongs the lease, and notes how it ended. One that is told to
//! stop finishes what it has, or hands it back.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tracing::Instrument;

use super::{Done, Errand, Steps, Task};
use crate::model::Language;
use crate::pipeline::{Clock, PipelineError};
use crate::state::{Job, JobState, State};

/// How long a worker waits, for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a claim lasts unless it is prolonged.
    pub lease: Duration,
    /// How often it is prolonged.
    pub heartbeat: Duration,
    /// How long to sleep when there is nothing to do.
    pub idle: Duration,
    /// How long a job may still take when the program is told to stop.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            lease: Duration::from_mins(5),
            heartbeat: Duration::from_mins(1),
            idle: Duration::from_secs(3),
            farewell: Duration::from_secs(50),
        }
    }
}

/// Somebody who does jobs.
pub struct Worker<S> {
    name: String,
    state: State,
    steps: Arc<S>,
    patience: Patience,
    /// Only jobs of these kinds; empty: of any.
    kinds: &'static [&'static str],
}

impl<S: Steps> Worker<S> {
    /// A worker of the name, which must be nobody else's.
    pub fn new(name: String, state: State, steps: Arc<S>, patience: Patience) -> Self {
        Self { name, state, steps, patience, kinds: &[] }
    }

    /// The same, for jobs of these kinds only.
    #[must_use]
    pub fn only(self, kinds: &'static [&'static str]) -> Self {
        Self { kinds, ..self }
    }

    /// Does jobs until told to stop.
    pub async fn live(&self, clock: &Clock, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let worked = match self.claim(clock()).await {
                Ok(Some(job)) => {
                    self.watched(job, clock, &mut stop).await;
                    true
                }
                Ok(None) => false,
                Err(error) => {
                    // A database that is away comes back; until then nothing is lost but time.
                    tracing::warn!(worker = self.name, %error, "no job could be claimed");
                    false
                }
            };
            if !worked {
                let _woken = tokio::time::timeout(self.patience.idle, stop.changed()).await;
            }
        }
    }

    /// Does everything whose time has come; how many jobs. The clock stands still meanwhile.
    ///
    /// # Errors
    /// When the state cannot be used.
    pub async fn drain(&self, now: DateTime<Utc>) -> Result<usize, PipelineError> {
        let mut count = 0;
        while let Some(job) = self.claim(now).await? {
            self.perform(&job, now).await?;
            count += 1;
        }
        Ok(count)
    }

    async fn claim(&self, now: DateTime<Utc>) -> Result<Option<Job>, PipelineError> {
        let lease = TimeDelta::from_std(self.patience.lease).unwrap_or(TimeDelta::minutes(5));
        Ok(self.state.claim(&self.name, self.kinds, lease, now).await?)
    }

    /// Does a job while its lease is prolonged; hands it back when it takes too long after the word to stop.
    async fn watched(&self, job: Job, clock: &Clock, stop: &mut watch::Receiver<bool>) {
        let work = self.perform_by(&job, clock);
        tokio::pin!(work);
        let lease = TimeDelta::from_std(self.patience.lease).unwrap_or(TimeDelta::minutes(5));
        let mut beat = tokio::time::interval(self.patience.heartbeat);
        beat.tick().await;
        let mut last_call: Option<tokio::time::Instant> = None;
        loop {
            let deadline = last_call.unwrap_or_else(|| tokio::time::Instant::now() + Duration::from_hours(24));
            tokio::select! {
                ended = &mut work => {
                    if let Err(error) = ended {
                        tracing::error!(job = job.id, %error, "how the job ended could not be noted; its lease will end");
                    }
                    return;
                }
                _ = beat.tick() => {
                    match self.state.extend_lease(&job, lease, clock()).await {
                        Ok(true) => {}
                        // Somebody else has it by now: what we do would be done twice.
                        Ok(false) => return tracing::warn!(job = job.id, "the lease was lost; the job is left"),
                        Err(error) => tracing::warn!(job = job.id, %error, "the lease could not be prolonged"),
                    }
                }
                _ = stop.changed(), if last_call.is_none() => {
                    last_call = Some(tokio::time::Instant::now() + self.patience.farewell);
                }
                () = tokio::time::sleep_until(deadline), if last_call.is_some() => {
                    let handed = self.state.hand_back(&job, clock()).await;
                    return tracing::info!(job = job.id, handed = handed.is_ok(), "stopping: the job was handed back");
                }
            }
        }
    }

    async fn perform_by(&self, job: &Job, clock: &Clock) -> Result<(), PipelineError> {
        self.perform_then(job, clock(), clock).await
    }

    async fn perform(&self, job: &Job, now: DateTime<Utc>) -> Result<(), PipelineError> {
        let still: Clock = Arc::new(move || now);
        self.perform_then(job, now, &still).await
    }

    async fn perform_then(&self, job: &Job, now: DateTime<Utc>, clock: &Clock) -> Result<(), PipelineError> {
        let task: Task = match serde_json::from_value(job.payload.clone()) {
            Ok(task) => task,
            Err(error) => {
                let why = format!("the job says what this program does not understand: {error}");
                self.state.bury_job(job, &why, clock()).await?;
                return Ok(());
            }
        };
        let errand = Errand::of(job, task, now);
        self.perform_errand(job, &errand, clock).instrument(errand.span()).await
    }

    async fn perform_errand(&self, job: &Job, errand: &Errand, clock: &Clock) -> Result<(), PipelineError> {
        match self.steps.perform(errand).await {
            Ok(Done::Finished(what)) => {
                tracing::info!(what, "done");
                self.state.finish_job(job, clock()).await?;
            }
            Ok(Done::Again(at, why)) => {
                tracing::info!(why, until = %at, "put off");
                // Waiting is no failure and uses up no attempt.
                self.state.hand_back(&Job { run_at: at, error: Some(why), ..job.clone() }, clock()).await?;
            }
            Err(error) => {
                let why = error.said(Language::English);
                tracing::warn!(why, "failed");
                if self.state.fail_job(job, &why, None, clock()).await? == Some(JobState::Dead) {
                    self.steps.buried(&errand.task, &error, clock()).await?;
                }
            }
        }
        Ok(())
    }
}
