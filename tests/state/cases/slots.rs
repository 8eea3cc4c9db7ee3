//! Slots of schedules: each is answered once, whoever asks.

use genomslag::state::{JobState, NewJob, SlotFate};
use serde_json::json;

use super::{at, open};

fn job(key: &str) -> NewJob {
    NewJob {
        kind: "report".to_owned(),
        payload: json!({ "spec": "veckan" }),
        key: key.to_owned(),
        run_at: at(0),
        priority: 0,
        max_attempts: 3,
    }
}

pub async fn one_of_many_claims_a_slot(url: &str) {
    let mut askers = tokio::task::JoinSet::new();
    for asker in 0..4 {
        let state = open(url).await;
        askers.spawn(async move {
            let mut claimed = 0;
            for slot in 0..10 {
                let jobs = [job(&format!("veckan {slot} by {asker}"))];
                claimed += usize::from(state.claim_slot("veckan", at(slot), &jobs, at(slot)).await.unwrap());
            }
            claimed
        });
    }
    assert_eq!(askers.join_all().await.into_iter().sum::<usize>(), 10);
    // Whoever did not get the slot did not leave a job either.
    assert_eq!(open(url).await.job_counts().await.unwrap(), [(JobState::Waiting, 10)]);
}

pub async fn a_slot_and_its_jobs_are_one(url: &str) {
    let state = open(url).await;
    let impossible = NewJob { max_attempts: 0, ..job("b") };
    assert!(state.claim_slot("veckan", at(0), &[job("a"), impossible], at(0)).await.is_err());
    assert_eq!(state.last_slot("veckan").await.unwrap(), None);
    assert!(state.job_counts().await.unwrap().is_empty());
    assert!(state.claim_slot("veckan", at(0), &[job("a"), job("b")], at(0)).await.unwrap());
    assert_eq!(state.job_counts().await.unwrap(), [(JobState::Waiting, 2)]);
}

pub async fn the_last_slot_is_known(url: &str) {
    let state = open(url).await;
    assert_eq!(state.last_slot("veckan").await.unwrap(), None);
    assert!(state.claim_slot("veckan", at(10), &[], at(11)).await.unwrap());
    // The clock went backwards: the earlier instant is another slot, the later one is done.
    assert!(state.claim_slot("veckan", at(5), &[], at(6)).await.unwrap());
    assert!(!state.claim_slot("veckan", at(10), &[], at(7)).await.unwrap());
    assert!(state.claim_slot("dagen", at(20), &[], at(20)).await.unwrap());
    let last = state.last_slot("veckan").await.unwrap().unwrap();
    assert_eq!((last.instant, last.claimed_at, last.fate), (at(10), at(11), SlotFate::Claimed));
    assert_eq!(state.slots(at(6)).await.unwrap().len(), 2);
}

pub async fn a_missed_slot_is_told_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    assert!(state.miss_slot("veckan", at(0), at(600)).await.unwrap());
    assert!(!other.miss_slot("veckan", at(0), at(600)).await.unwrap());
    assert!(!other.claim_slot("veckan", at(0), &[job("a")], at(601)).await.unwrap());
    assert_eq!(state.last_slot("veckan").await.unwrap().unwrap().fate, SlotFate::Missed);
    assert!(state.job_counts().await.unwrap().is_empty());
}
