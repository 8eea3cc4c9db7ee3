//! Any sequence of what workers do, beside a model of three rules: a job has one holder at a time; only the holder changes
//! it; nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use genomslag::state::{Job, JobState, NewJob, State};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::jobs::job;
use super::{at, minutes, open};

/// How many sequences are tried, and how long each is.
const SEQUENCES: usize = 12;
const STEPS: usize = 40;
const LEASE: i64 = 10;

#[derive(Debug, Clone)]
enum Step {
    Enqueue(u8),
    Claim(u8),
    Extend(usize),
    Finish(usize),
    Fail(usize),
    HandBack(usize),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u8..5).prop_map(Step::Enqueue),
        4 => (0_u8..3).prop_map(Step::Claim),
        1 => any::<usize>().prop_map(Step::Extend),
        2 => any::<usize>().prop_map(Step::Finish),
        1 => any::<usize>().prop_map(Step::Fail),
        1 => any::<usize>().prop_map(Step::HandBack),
        2 => (1_i64..15).prop_map(Step::Wait),
    ]
}

/// What we know: every claim that was ever handed out, and who holds what until when.
#[derive(Default)]
struct Model {
    now: i64,
    claims: Vec<Job>,
    held: BTreeMap<String, (i64, i64)>,
    known: BTreeSet<String>,
}

impl Model {
    /// A claim of the past, and whether it is the one that holds its job.
    fn pick(&self, at: usize) -> Option<(Job, bool)> {
        let claim = self.claims.get(at.checked_rem(self.claims.len())?)?;
        Some((claim.clone(), self.held.get(&claim.id).is_some_and(|(number, _)| *number == claim.claims)))
    }

    fn take(&mut self, job: Job) {
        if let Some((_, until)) = self.held.get(&job.id) {
            assert!(*until <= self.now, "{} was handed out while somebody holds it until {until}", job.id);
        }
        self.held.insert(job.id.clone(), (job.claims, self.now + LEASE));
        self.claims.push(job);
    }
}

async fn take_step(state: &State, model: &mut Model, step: Step) {
    let now = at(model.now);
    match step {
        Step::Enqueue(key) => {
            let new = NewJob { max_attempts: 2, run_at: now, ..job(&format!("{key}")) };
            let put = state.enqueue(&new, now).await.unwrap().job();
            model.known.insert(put.id);
        }
        Step::Claim(worker) => {
            if let Some(job) = state.claim(&format!("w{worker}"), &[], minutes(LEASE), now).await.unwrap() {
                model.take(job);
            }
        }
        Step::Extend(which) => {
            let Some((claim, holds)) = model.pick(which) else { return };
            assert_eq!(
                state.extend_lease(&claim, minutes(LEASE), now).await.unwrap(),
                holds && runs(state, &claim).await
            );
            if holds {
                model.held.insert(claim.id, (claim.claims, model.now + LEASE));
            }
        }
        Step::Finish(which) | Step::Fail(which) | Step::HandBack(which) => {
            let Some((claim, holds)) = model.pick(which) else { return };
            let expected = holds && runs(state, &claim).await;
            let stood = match step {
                Step::Finish(_) => state.finish_job(&claim, now).await.unwrap(),
                Step::Fail(_) => state.fail_job(&claim, "no", Some(now), now).await.unwrap().is_some(),
                _ => state.hand_back(&claim, now).await.unwrap(),
            };
            assert_eq!(stood, expected, "{step:?} of {claim:?}");
            if stood {
                model.held.remove(&claim.id);
            }
        }
        Step::Wait(many) => model.now += many,
    }
}

/// Whether it was not buried meanwhile, as the last attempt of somebody who died.
async fn runs(state: &State, claim: &Job) -> bool {
    state.job(&claim.id).await.unwrap().unwrap().state == JobState::Running
}

/// What must hold after every step.
async fn check(state: &State, model: &Model) {
    let jobs = state.jobs(None, 100).await.unwrap();
    assert_eq!(jobs.len(), model.known.len(), "a job was lost or doubled");
    for job in &jobs {
        assert!(job.attempts <= job.max_attempts && job.attempts >= 0, "{job:?}");
        let leased = job.state == JobState::Running;
        assert_eq!(leased, job.lease_until.is_some(), "{job:?}");
        if leased {
            assert_eq!(model.held.get(&job.id).map(|(number, _)| *number), Some(job.claims), "{job:?}");
        }
    }
}

pub async fn whatever_happens_a_job_has_one_holder(url: &str) {
    let state = open(url).await;
    let mut runner = TestRunner::new(Config::default());
    let mut model = Model::default();
    for _ in 0..SEQUENCES {
        let steps = proptest::collection::vec(step(), STEPS).new_tree(&mut runner).unwrap().current();
        for step in &steps {
            take_step(&state, &mut model, step.clone()).await;
            check(&state, &model).await;
        }
        // Everything ends in the end: whoever is alone and never dies does what is left.
        model.now += LEASE;
        let mut rest = 0;
        while let Some(job) = state.claim("last", &[], minutes(LEASE), at(model.now)).await.unwrap() {
            assert!(state.finish_job(&job, at(model.now)).await.unwrap());
            model.held.remove(&job.id);
            rest += 1;
        }
        assert!(rest <= model.known.len(), "{steps:?}");
        for job in state.jobs(None, 100).await.unwrap() {
            assert!(matches!(job.state, JobState::Done | JobState::Dead), "{job:?} after {steps:?}");
        }
        state.weed(genomslag::state::WeedClass::Jobs, at(model.now + 1), "next sequence", at(model.now)).await.unwrap();
        assert!(state.jobs(None, 100).await.unwrap().is_empty());
        model = Model { now: model.now + 1, ..Model::default() };
    }
}
