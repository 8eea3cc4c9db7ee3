//! Failures, deaths and stops: back-off, dead jobs, leases that end, work that is handed back.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use genomslag::pipeline::{Clock, Done, Errand, Patience, PipelineError, Steps, Task, Worker};
use genomslag::state::{JobState, State};
use tokio::sync::watch;

use super::setting::{Counting, REPORTS, at, service, state};

const HASTY: Patience = Patience {
    lease: Duration::from_secs(2),
    heartbeat: Duration::from_millis(100),
    idle: Duration::from_millis(20),
    farewell: Duration::from_millis(300),
};

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later_and_is_dead_at_last() {
    let folder = tempfile::tempdir().unwrap();
    let (state, steps) = (state(folder.path()).await, Arc::new(Counting::default()));
    let service = service("one", &state, REPORTS, &steps);
    let until = at("2026-11-24T00:00:00Z");
    let missed = async |_: DateTime<Utc>, _| {};
    // Three failures: after one minute, two, four; the fourth attempt goes well.
    steps.fail("report", 3);
    service.simulate(at("2026-11-17T00:00:00Z"), until, missed).await.unwrap();
    assert_eq!(steps.reports("vecka"), [(at("2026-11-18T06:00:00Z"), at("2026-11-18T06:07:00Z"))]);
    assert_eq!(steps.buried(), Vec::<String>::new());
    // One that never goes well is given up after ten attempts, and seen.
    steps.fail("report", 1000);
    service.simulate(until, at("2026-12-01T00:00:00Z"), missed).await.unwrap();
    assert_eq!(steps.buried().len(), 1);
    let dead = state.jobs(Some(JobState::Dead), 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 10));
    assert!(dead[0].error.as_deref().unwrap().contains("as told"));
    // A person has it tried again.
    steps.fail("report", 0);
    let later = at("2026-12-01T08:00:00Z");
    assert!(state.retry_dead_job(&dead[0].id, later).await.unwrap());
    service.simulate(later, later + TimeDelta::minutes(1), missed).await.unwrap();
    assert_eq!(steps.reports("vecka").len(), 2);
}

/// Steps that take as long as they are told.
struct Slow(Duration);

impl Steps for Slow {
    async fn perform(&self, _: &Errand) -> Result<Done, PipelineError> {
        tokio::time::sleep(self.0).await;
        Ok(Done::Finished(String::new()))
    }

    async fn buried(&self, _: &Task, _: &PipelineError, _: DateTime<Utc>) -> Result<(), PipelineError> {
        Ok(())
    }
}

async fn one_job(state: &State, now: DateTime<Utc>) {
    state.enqueue(&Task::Compact.job("once".to_owned(), now), now).await.unwrap();
}

/// A clock that goes, from a moment that is made.
fn going(from: DateTime<Utc>) -> Clock {
    let began = std::time::Instant::now();
    Arc::new(move || from + TimeDelta::from_std(began.elapsed()).unwrap())
}

async fn until_stopped(state: &State, takes: Duration, lives: Duration) {
    let now = at("2026-11-18T06:00:00Z");
    one_job(state, now).await;
    let worker = Worker::new("one".to_owned(), state.clone(), Arc::new(Slow(takes)), HASTY);
    let (stop, stopped) = watch::channel(false);
    let clock = going(now);
    let living = tokio::spawn(async move { worker.live(&clock, stopped).await });
    tokio::time::sleep(lives).await;
    stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), living).await.expect("it stops when told to").unwrap();
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_finishes_what_is_short() {
    let folder = tempfile::tempdir().unwrap();
    let state = state(folder.path()).await;
    until_stopped(&state, Duration::from_millis(350), Duration::from_millis(200)).await;
    assert_eq!(state.jobs(None, 10).await.unwrap()[0].state, JobState::Done);
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_hands_back_what_is_long() {
    let folder = tempfile::tempdir().unwrap();
    let state = state(folder.path()).await;
    until_stopped(&state, Duration::from_mins(10), Duration::from_millis(200)).await;
    let job = state.jobs(None, 10).await.unwrap().remove(0);
    assert_eq!((job.state, job.attempts), (JobState::Waiting, 0), "no attempt was used up");
}

#[tokio::test]
async fn a_long_job_keeps_its_lease_and_a_dead_workers_job_goes_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let state = state(folder.path()).await;
    let now = at("2026-11-18T06:00:00Z");
    one_job(&state, now).await;
    let (stop, stopped) = watch::channel(false);
    let clock = going(now);
    let hasty = Patience { lease: Duration::from_millis(800), ..HASTY };
    let worker = Worker::new("one".to_owned(), state.clone(), Arc::new(Slow(Duration::from_mins(10))), hasty);
    let living = tokio::spawn({
        let clock = Arc::clone(&clock);
        async move { worker.live(&clock, stopped).await }
    });
    // Longer than the lease: nobody else gets it, because it is prolonged.
    tokio::time::sleep(Duration::from_millis(1_600)).await;
    assert!(state.claim("other", &[], TimeDelta::seconds(1), clock()).await.unwrap().is_none());
    // Killed: no word to anybody. After the lease it goes to the next.
    living.abort();
    drop(stop);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let taken = state.claim("other", &[], TimeDelta::seconds(1), clock()).await.unwrap().expect("a job");
    assert_eq!(taken.attempts, 2);
}
