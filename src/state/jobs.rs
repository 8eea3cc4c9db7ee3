//! Jobs: work that is put down durably, once, and done by whoever is free. Who has a job and for how long stands in
//! `claims`.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::database::{Row, Work, cells};
use super::word::words;
use super::{State, StateError, new_id};

words! {
    /// Where a job stands.
    JobState {
        /// Waiting for its time, or for somebody free.
        Waiting = "waiting",
        /// Somebody has it, under a lease.
        Running = "running",
        /// Done.
        Done = "done",
        /// Tried in vain, or hopeless; a person has to look at it.
        Dead = "dead",
    }
}

/// A job to put down.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// What "the same job" is, e.g. `weekly 2026-11-18T06:00:00Z`: never put down twice.
    pub key: String,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// Higher goes first.
    pub priority: i64,
    /// How often it is tried before it is dead.
    pub max_attempts: u32,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub kind: String,
    /// With what.
    pub payload: Value,
    /// What "the same job" is.
    pub key: String,
    /// Where it stands.
    pub state: JobState,
    /// Higher goes first.
    pub priority: i64,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it is tried at most.
    pub max_attempts: i64,
    /// How often it was claimed: tells one claim from the next, also by the same worker.
    pub claims: i64,
    /// Who has it.
    pub worker: Option<String>,
    /// Until when.
    pub lease_until: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was put down.
    pub created: DateTime<Utc>,
    /// When it last changed.
    pub updated: DateTime<Utc>,
    /// When it was done, or died.
    pub finished: Option<DateTime<Utc>>,
}

/// What became of a job that was put down.
#[derive(Debug, Clone, PartialEq)]
pub enum Enqueued {
    /// It was new.
    New(Job),
    /// The same was put down before; here is where it stands.
    Known(Job),
}

impl Enqueued {
    /// The job, new or not.
    pub fn job(self) -> Job {
        match self {
            Self::New(job) | Self::Known(job) => job,
        }
    }
}

/// How long to wait after so many attempts: one minute, doubled each time, six hours at most.
pub fn backoff(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 9)).unwrap_or_default();
    TimeDelta::minutes(2_i64.pow(doublings)).min(TimeDelta::hours(6))
}

impl State {
    /// Puts a job down, once.
    pub async fn enqueue(&self, job: &NewJob, now: DateTime<Utc>) -> Result<Enqueued, StateError> {
        let mut work = self.database.begin().await?;
        let new = put_down(&mut work, job, now).await?;
        let row = work.first("SELECT * FROM jobs WHERE same_as = $1", cells![&job.key]).await?;
        let found = row.as_ref().map(read).transpose()?;
        work.commit().await?;
        let found = found.ok_or_else(|| StateError::Unknown { what: "job", id: job.key.clone() })?;
        Ok(if new { Enqueued::New(found) } else { Enqueued::Known(found) })
    }

    /// The job of the id.
    pub async fn job(&self, id: &str) -> Result<Option<Job>, StateError> {
        self.database.first("SELECT * FROM jobs WHERE id = $1", cells![id]).await?.as_ref().map(read).transpose()
    }

    /// The job that was put down under the key.
    pub async fn job_of_key(&self, key: &str) -> Result<Option<Job>, StateError> {
        self.database.first("SELECT * FROM jobs WHERE same_as = $1", cells![key]).await?.as_ref().map(read).transpose()
    }

    /// The latest jobs, newest first; all, or those in one state.
    pub async fn jobs(&self, state: Option<JobState>, most: u32) -> Result<Vec<Job>, StateError> {
        let sql = "SELECT * FROM jobs WHERE ($1 IS NULL OR state = $1) ORDER BY created DESC, id DESC LIMIT $2";
        self.database.all(sql, cells![state.map(JobState::as_str), most], read).await
    }

    /// How many jobs stand where.
    pub async fn job_counts(&self) -> Result<Vec<(JobState, u64)>, StateError> {
        let sql = "SELECT state, COUNT(*) AS many FROM jobs GROUP BY state ORDER BY state";
        self.database.all(sql, cells![], |row| Ok((row.word("state", JobState::parse)?, row.count("many")?))).await
    }

    /// When the next job can be claimed: how long a worker may sleep.
    pub async fn next_job_at(&self) -> Result<Option<DateTime<Utc>>, StateError> {
        let sql = "SELECT MIN(CASE WHEN state = 'waiting' THEN run_at ELSE lease_until END) AS first FROM jobs \
                   WHERE state IN ('waiting', 'running')";
        match self.database.first(sql, cells![]).await? {
            Some(row) => row.maybe_time("first"),
            None => Ok(None),
        }
    }

    /// Lets a dead job be tried again from the start; whether it was dead.
    pub async fn retry_dead_job(&self, id: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $2, finished = NULL, updated = $2 \
                   WHERE id = $1 AND state = 'dead'";
        Ok(self.database.run(sql, cells![id, now]).await? > 0)
    }
}

/// Puts a job down as part of a greater work; whether it was new.
pub(super) async fn put_down(work: &mut Work, job: &NewJob, now: DateTime<Utc>) -> Result<bool, StateError> {
    if job.max_attempts == 0 {
        return Err(StateError::Wrong(format!("the job `{}` may never be tried", job.key)));
    }
    let changed = work
        .run(
            "INSERT INTO jobs (id, kind, payload, same_as, state, priority, run_at, attempts, max_attempts, claims, \
             created, updated) VALUES ($1, $2, $3, $4, 'waiting', $5, $6, 0, $7, 0, $8, $8) \
             ON CONFLICT (same_as) DO NOTHING",
            cells![
                new_id(now),
                &job.kind,
                super::json(&job.payload)?,
                &job.key,
                job.priority,
                job.run_at,
                job.max_attempts,
                now,
            ],
        )
        .await?;
    Ok(changed > 0)
}

pub(super) fn read(row: &Row) -> Result<Job, StateError> {
    Ok(Job {
        id: row.text("id")?,
        kind: row.text("kind")?,
        payload: row.json("payload")?,
        key: row.text("same_as")?,
        state: row.word("state", JobState::parse)?,
        priority: row.whole("priority")?,
        run_at: row.time("run_at")?,
        attempts: row.whole("attempts")?,
        max_attempts: row.whole("max_attempts")?,
        claims: row.whole("claims")?,
        worker: row.maybe_text("worker")?,
        lease_until: row.maybe_time("lease_until")?,
        error: row.maybe_text("error")?,
        created: row.time("created")?,
        updated: row.time("updated")?,
        finished: row.maybe_time("finished")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_six_hours() {
        let minutes: Vec<i64> = (0..=11).map(|attempts| backoff(attempts).num_minutes()).collect();
        assert_eq!(minutes, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
        assert_eq!(backoff(i64::MAX), TimeDelta::hours(6));
        assert_eq!(backoff(i64::MIN), TimeDelta::minutes(1));
    }
}
