//! Jobs and who has them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use genomslag::state::{Enqueued, Job, JobState, NewJob, State};
use serde_json::json;

use super::{at, minutes, open};

pub fn job(key: &str) -> NewJob {
    NewJob {
        kind: "send".to_owned(),
        payload: json!({ "report": key, "lista": ["å", 1, null] }),
        key: key.to_owned(),
        run_at: at(0),
        priority: 0,
        max_attempts: 3,
    }
}

async fn put(state: &State, new: &NewJob) -> Job {
    state.enqueue(new, at(0)).await.unwrap().job()
}

async fn claimed(state: &State, worker: &str, now: i64) -> Option<Job> {
    state.claim(worker, &[], minutes(10), at(now)).await.unwrap()
}

pub async fn a_job_is_put_down_once(url: &str) {
    let state = open(url).await;
    let first = put(&state, &job("a")).await;
    assert_eq!((first.state, first.attempts, first.run_at), (JobState::Waiting, 0, at(0)));
    assert_eq!(first.payload, job("a").payload);
    let again = state.enqueue(&NewJob { priority: 9, ..job("a") }, at(5)).await.unwrap();
    assert_eq!(again, Enqueued::Known(first.clone()));
    assert_eq!(state.job_of_key("a").await.unwrap(), Some(first.clone()));
    let running = claimed(&state, "w", 1).await.unwrap();
    assert!(state.finish_job(&running, at(2)).await.unwrap());
    // Done is done: the same is not done again.
    assert!(
        matches!(state.enqueue(&job("a"), at(5)).await.unwrap(), Enqueued::Known(job) if job.state == JobState::Done)
    );
    assert!(claimed(&state, "w", 600).await.is_none());
    assert_eq!(state.jobs(Some(JobState::Done), 10).await.unwrap().len(), 1);
    assert!(state.jobs(Some(JobState::Dead), 10).await.unwrap().is_empty());
}

pub async fn racing_workers_share_the_jobs(url: &str) {
    let state = open(url).await;
    for number in 0..24 {
        put(&state, &job(&format!("job {number}"))).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..4 {
        let state = open(url).await;
        workers.spawn(async move {
            let mut done = Vec::new();
            while let Some(job) = claimed(&state, &format!("worker {worker}"), 1).await {
                assert!(state.finish_job(&job, at(1)).await.unwrap());
                done.push(job.key);
            }
            done
        });
    }
    let mut times = BTreeMap::new();
    for key in workers.join_all().await.into_iter().flatten() {
        *times.entry(key).or_insert(0) += 1;
    }
    assert_eq!(times.len(), 24);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

pub async fn a_dead_workers_job_goes_on(url: &str) {
    let state = open(url).await;
    put(&state, &job("a")).await;
    let first = claimed(&state, "one", 0).await.unwrap();
    assert_eq!(state.next_job_at().await.unwrap(), Some(at(10)));
    drop(state);
    let state = open(url).await;
    assert!(claimed(&state, "two", 9).await.is_none());
    let second = claimed(&state, "two", 10).await.unwrap();
    assert_eq!((second.id, second.attempts, second.worker.as_deref()), (first.id, 2, Some("two")));
}

pub async fn whoever_lost_a_lease_changes_nothing(url: &str) {
    let state = open(url).await;
    put(&state, &job("a")).await;
    let lost = claimed(&state, "one", 0).await.unwrap();
    assert!(state.extend_lease(&lost, minutes(10), at(5)).await.unwrap());
    assert!(claimed(&state, "two", 14).await.is_none());
    // The same worker's name does not make it the same claim.
    let held = claimed(&state, "one", 15).await.unwrap();
    assert!(!state.extend_lease(&lost, minutes(10), at(16)).await.unwrap());
    assert!(!state.finish_job(&lost, at(16)).await.unwrap());
    assert_eq!(state.fail_job(&lost, "late", None, at(16)).await.unwrap(), None);
    assert!(!state.bury_job(&lost, "late", at(16)).await.unwrap());
    assert!(!state.hand_back(&lost, at(16)).await.unwrap());
    assert_eq!(state.job(&held.id).await.unwrap(), Some(held.clone()));
    assert!(state.finish_job(&held, at(17)).await.unwrap());
    assert!(!state.finish_job(&held, at(18)).await.unwrap());
}

pub async fn attempts_end(url: &str) {
    let state = open(url).await;
    put(&state, &job("a")).await;
    let mut now = 0;
    for (attempt, wait) in [(1, 1), (2, 2)] {
        let running = claimed(&state, "w", now).await.unwrap();
        assert_eq!(running.attempts, attempt);
        let stands = state.fail_job(&running, "451 later", None, at(now)).await.unwrap();
        assert_eq!(stands, Some(JobState::Waiting));
        assert_eq!(state.next_job_at().await.unwrap(), Some(at(now + wait)));
        assert!(state.claim("w", &[], minutes(10), at(now + wait) - TimeDelta::seconds(1)).await.unwrap().is_none());
        now += wait;
    }
    let last = claimed(&state, "w", now).await.unwrap();
    assert_eq!(state.fail_job(&last, "451 again", Some(at(99)), at(now)).await.unwrap(), Some(JobState::Dead));
    assert!(claimed(&state, "w", 600).await.is_none());
    let dead = state.jobs(Some(JobState::Dead), 10).await.unwrap();
    assert_eq!((dead[0].error.as_deref(), dead[0].finished), (Some("451 again"), Some(at(now))));
    assert_eq!(state.next_job_at().await.unwrap(), None);
    assert!(state.retry_dead_job(&dead[0].id, at(700)).await.unwrap());
    assert!(!state.retry_dead_job(&dead[0].id, at(700)).await.unwrap());
    assert_eq!(claimed(&state, "w", 700).await.unwrap().attempts, 1);
}

pub async fn a_job_that_kills_is_buried(url: &str) {
    let state = open(url).await;
    put(&state, &NewJob { max_attempts: 2, ..job("a") }).await;
    claimed(&state, "one", 0).await.unwrap();
    claimed(&state, "two", 10).await.unwrap();
    assert!(claimed(&state, "three", 20).await.is_none());
    let buried = state.jobs(Some(JobState::Dead), 10).await.unwrap();
    assert!(buried[0].error.as_deref().unwrap().contains("died during the last attempt"));
}

pub async fn handed_back_is_untried(url: &str) {
    let state = open(url).await;
    put(&state, &NewJob { max_attempts: 1, ..job("a") }).await;
    for now in 1..=5 {
        let running = claimed(&state, "w", now).await.unwrap();
        assert_eq!((running.attempts, running.claims), (1, now));
        assert!(state.hand_back(&running, at(now)).await.unwrap());
    }
    let running = claimed(&state, "w", 6).await.unwrap();
    assert!(state.bury_job(&running, "the report was withdrawn", at(6)).await.unwrap());
    assert_eq!(state.job_counts().await.unwrap(), [(JobState::Dead, 1)]);
}

pub async fn the_most_important_first(url: &str) {
    let state = open(url).await;
    put(&state, &NewJob { run_at: at(3), ..job("later") }).await;
    put(&state, &NewJob { run_at: at(1), ..job("early") }).await;
    put(&state, &NewJob { run_at: at(4), priority: 5, ..job("urgent") }).await;
    put(&state, &NewJob { run_at: at(90), priority: 9, ..job("not yet") }).await;
    let mut order = Vec::new();
    while let Some(job) = claimed(&state, "w", 5).await {
        order.push(job.key);
    }
    assert_eq!(order, ["urgent", "early", "later"]);
}

pub async fn kinds_are_left_to_others(url: &str) {
    let state = open(url).await;
    put(&state, &job("a")).await;
    put(&state, &NewJob { kind: "fetch".to_owned(), ..job("b") }).await;
    assert!(state.claim("w", &["report", "alerts"], minutes(1), at(0)).await.unwrap().is_none());
    let fetch = state.claim("w", &["report", "fetch"], minutes(1), at(0)).await.unwrap().unwrap();
    assert_eq!(fetch.key, "b");
    assert!(state.claim("w", &["fetch"], minutes(1), at(0)).await.unwrap().is_none());
    assert_eq!(claimed(&state, "w", 0).await.unwrap().key, "a");
}
