//! Alerts: told, but not without end.

use genomslag::model::Gravity;
use genomslag::state::{Alert, NewAlert, State};

use super::{at, minutes, open};

const HOUR: i64 = 60;

fn new(gravity: Gravity) -> NewAlert {
    NewAlert {
        key: "token linkedin".to_owned(),
        gravity,
        subject: "linkedin".to_owned(),
        what: "the token ends in 14 days".to_owned(),
        cool_down: minutes(HOUR),
    }
}

/// Raises the alert and tells it if it is due; whether it was told.
async fn told(state: &State, gravity: Gravity, now: i64) -> bool {
    let alert = state.raise_alert(&new(gravity), at(now)).await.unwrap();
    alert.is_due(at(now)) && state.claim_alert_notice(&alert, at(now)).await.unwrap()
}

async fn only(state: &State) -> Alert {
    let mut open = state.open_alerts().await.unwrap();
    assert_eq!(open.len(), 1);
    open.remove(0)
}

pub async fn an_alert_is_open_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    let (notice, again) = (new(Gravity::Warning), new(Gravity::Warning));
    let (one, two) = tokio::join!(state.raise_alert(&notice, at(0)), other.raise_alert(&again, at(0)));
    assert_eq!(one.unwrap().id, two.unwrap().id);
    assert_eq!(only(&state).await.times, 2);
    assert!(state.resolve_alert("token linkedin", at(5)).await.unwrap());
    assert!(!state.resolve_alert("token linkedin", at(5)).await.unwrap());
    assert!(state.open_alerts().await.unwrap().is_empty());
    state.raise_alert(&new(Gravity::Warning), at(6)).await.unwrap();
    assert_eq!(state.last_alerts(10).await.unwrap().len(), 2);
    assert_eq!(only(&state).await.times, 1);
}

pub async fn nobody_is_told_without_end(url: &str) {
    let state = open(url).await;
    // Raised every hour for 30 days: told at once, after 1, 3 and 7 hours, and then never again.
    let mut hours = Vec::new();
    for hour in 0..30 * 24 {
        if told(&state, Gravity::Warning, hour * HOUR).await {
            hours.push(hour);
        }
    }
    assert_eq!(hours, [0, 1, 3, 7]);
    assert_eq!(only(&state).await.times, 30 * 24);
}

pub async fn a_graver_alert_is_told_again(url: &str) {
    let state = open(url).await;
    assert!(told(&state, Gravity::Warning, 0).await);
    let alert = only(&state).await;
    assert!(state.acknowledge_alert(&alert.id, "anna", at(1)).await.unwrap());
    assert!(!state.acknowledge_alert(&alert.id, "bo", at(2)).await.unwrap());
    assert!(!told(&state, Gravity::Warning, 500 * HOUR).await, "she knows");
    assert!(told(&state, Gravity::Action, 501 * HOUR).await);
    assert!(!told(&state, Gravity::Action, 502 * HOUR).await);
    let alert = state.alert(&alert.id).await.unwrap().unwrap();
    assert_eq!((alert.notices, alert.acknowledged_by.as_deref()), (2, Some("anna")));
}

pub async fn an_alert_that_comes_and_goes_is_quiet(url: &str) {
    let state = open(url).await;
    let mut times = 0;
    for minute in 0..180 {
        times += u32::from(told(&state, Gravity::Warning, minute).await);
        state.resolve_alert("token linkedin", at(minute)).await.unwrap();
    }
    assert_eq!(times, 3, "once an hour, however often it comes");
}

pub async fn one_of_two_tells(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    state.raise_alert(&new(Gravity::Action), at(0)).await.unwrap();
    let due = state.due_alerts(at(0)).await.unwrap();
    assert_eq!(due.len(), 1);
    let (one, two) = tokio::join!(state.claim_alert_notice(&due[0], at(0)), other.claim_alert_notice(&due[0], at(0)));
    assert!(one.unwrap() != two.unwrap());
    assert!(state.due_alerts(at(0)).await.unwrap().is_empty());
}
