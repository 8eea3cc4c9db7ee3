//! Who has a job, and for how long. A claim is a lease: whoever dies leaves the job to the next when it ends. Everything
//! that is done under a claim names it (worker and number), so a worker that was thought dead and comes back changes nothing.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::AssertSqlSafe;

use super::database::{Cell, cells};
use super::jobs::{Job, JobState, backoff, read};
use super::{State, StateError};

impl State {
    /// Claims the job whose turn it is: the highest priority, then the longest waiting. `kinds` empty: any kind. A job
    /// whose last allowed attempt ended with its worker's death is dead, not tried again: it may be what kills them.
    pub async fn claim(
        &self,
        worker: &str,
        kinds: &[&str],
        lease: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Option<Job>, StateError> {
        // Most of the time there is nothing to do, and asking takes no lock.
        let sql = "SELECT 1 AS one FROM jobs WHERE (state = 'waiting' AND run_at <= $1) \
                   OR (state = 'running' AND lease_until <= $1) LIMIT 1";
        if self.database.first(sql, cells![now]).await?.is_none() {
            return Ok(None);
        }
        let mut work = self.database.begin().await?;
        work.run(
            "UPDATE jobs SET state = 'dead', error = 'the worker died during the last attempt', finished = $1, \
             lease_until = NULL, updated = $1 \
             WHERE state = 'running' AND lease_until <= $1 AND attempts >= max_attempts",
            cells![now],
        )
        .await?;
        let mut cells = cells![worker, now, now + lease];
        cells.extend(kinds.iter().map(|kind| Cell::from(*kind)));
        let sql = claim_statement(kinds.len(), work.is_sqlite());
        let job = work.first(AssertSqlSafe(sql), cells).await?.as_ref().map(read).transpose()?;
        work.commit().await?;
        Ok(job)
    }

    /// Prolongs a claim; whether it still stood.
    pub async fn extend_lease(&self, job: &Job, lease: TimeDelta, now: DateTime<Utc>) -> Result<bool, StateError> {
        let sql = "UPDATE jobs SET lease_until = $4, updated = $5 \
                   WHERE id = $1 AND worker = $2 AND claims = $3 AND state = 'running'";
        let cells = cells![&job.id, job.worker.as_deref(), job.claims, now + lease, now];
        Ok(self.database.run(sql, cells).await? > 0)
    }

    /// Ends a job that is done; whether the claim still stood.
    pub async fn finish_job(&self, job: &Job, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.leave(job, JobState::Done, None, None, 0, now).await
    }

    /// Puts off a job that failed, until `retry_at` or for as long as [`backoff`] says; after the last attempt it is dead.
    /// Where it stands then; none if the claim no longer stood.
    pub async fn fail_job(
        &self,
        job: &Job,
        error: &str,
        retry_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Option<JobState>, StateError> {
        let state = if job.attempts >= job.max_attempts { JobState::Dead } else { JobState::Waiting };
        let run_at = retry_at.unwrap_or_else(|| now + backoff(job.attempts));
        let stood = self.leave(job, state, Some(error), Some(run_at), 0, now).await?;
        Ok(stood.then_some(state))
    }

    /// Gives up a job for which trying again is no use; whether the claim still stood.
    pub async fn bury_job(&self, job: &Job, error: &str, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.leave(job, JobState::Dead, Some(error), None, 0, now).await
    }

    /// Hands a job back untried, when the program is asked to stop; whether the claim still stood.
    pub async fn hand_back(&self, job: &Job, now: DateTime<Utc>) -> Result<bool, StateError> {
        self.leave(job, JobState::Waiting, job.error.as_deref(), Some(job.run_at), 1, now).await
    }

    /// Leaves a claimed job in another state, with so many attempts taken back.
    async fn leave(
        &self,
        job: &Job,
        state: JobState,
        error: Option<&str>,
        run_at: Option<DateTime<Utc>>,
        taken_back: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StateError> {
        let finished = matches!(state, JobState::Done | JobState::Dead).then_some(now);
        let sql = "UPDATE jobs SET state = $4, error = $5, run_at = $6, attempts = attempts - $7, finished = $8, \
                   lease_until = NULL, updated = $9 \
                   WHERE id = $1 AND worker = $2 AND claims = $3 AND state = 'running'";
        let cells = cells![
            &job.id,
            job.worker.as_deref(),
            job.claims,
            state.as_str(),
            error,
            run_at.unwrap_or(job.run_at),
            taken_back,
            finished,
            now,
        ];
        Ok(self.database.run(sql, cells).await? > 0)
    }
}

/// The statement that claims. Only the kinds' placeholders vary; PostgreSQL passes over what others are claiming just now,
/// SQLite lets one at a time do it.
fn claim_statement(kinds: usize, sqlite: bool) -> String {
    let kinds = if kinds == 0 {
        String::new()
    } else {
        let places: Vec<String> = (4..4 + kinds).map(|place| format!("${place}")).collect();
        format!(" AND kind IN ({})", places.join(", "))
    };
    let lock = if sqlite { "" } else { " FOR UPDATE SKIP LOCKED" };
    format!(
        "UPDATE jobs SET state = 'running', worker = $1, lease_until = $3, attempts = attempts + 1, \
         claims = claims + 1, updated = $2 WHERE id = (SELECT id FROM jobs \
         WHERE ((state = 'waiting' AND run_at <= $2) OR (state = 'running' AND lease_until <= $2)){kinds} \
         ORDER BY priority DESC, run_at, created, id LIMIT 1{lock}) RETURNING *"
    )
}
