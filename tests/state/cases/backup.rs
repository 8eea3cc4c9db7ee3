//! Backups: everything comes back, in either kind of database.

use std::path::Path;

use genomslag::model::{Gravity, Secret};
use genomslag::state::{DeliveryOrder, NewAlert, NewUser, Role, RunKind, State, StateError, Way};
use serde_json::json;

use super::jobs::job;
use super::{at, minutes, open_with, report};

/// Something in many tables, with every kind of value: missing, empty, letters beyond ASCII, big numbers.
async fn filled(url: &str) -> State {
    let state = open_with(url, "nyckel").await;
    let run = state.begin_run(RunKind::Fetch, at(0)).await.unwrap();
    state.next_version("collect/fb", &run.id, at(0)).await.unwrap();
    state.keep_secret("linkedin", &Secret::new("hemligt"), at(0)).await.unwrap();
    state.keep_report(&report("r1")).await.unwrap();
    let order = DeliveryOrder {
        report: "r1".to_owned(),
        spec: "veckan".to_owned(),
        part: String::new(),
        instant: at(0),
        recipient: "åsa@granvik.example".to_owned(),
        way: Way::Mail,
        message_id: "<1>".to_owned(),
    };
    let delivery = state.enter_delivery(&order, at(0)).await.unwrap().delivery();
    state.begin_sending(&delivery.id, "worker", minutes(5), at(0)).await.unwrap();
    state.claim_slot("veckan", at(0), &[job("a")], at(0)).await.unwrap();
    let alert = NewAlert {
        key: "k".to_owned(),
        gravity: Gravity::Action,
        subject: "s".to_owned(),
        what: "\"citat\"\nny rad".to_owned(),
        cool_down: minutes(60),
    };
    state.raise_alert(&alert, at(0)).await.unwrap();
    let user = NewUser {
        email: "chef@granvik.example".to_owned(),
        name: "Chef".to_owned(),
        role: Role::Administrator,
        units: None,
        password_hash: None,
        oidc_subject: None,
    };
    let user = state.add_user(&user, at(0)).await.unwrap();
    state.open_session(&user.id, at(60), at(0)).await.unwrap();
    state.note("chef", "what", "subject", &json!({ "a": [1, null, "å"] }), at(0)).await.unwrap();
    state
}

/// Everything that the state shows of itself, as text.
async fn shown(state: &State) -> String {
    let all = json!({
        "runs": state.last_runs(10).await.unwrap(),
        "versions": state.open_versions("collect/fb").await.unwrap(),
        "reports": state.reports(&genomslag::state::ReportFilter::default()).await.unwrap(),
        "deliveries": state.deliveries(&genomslag::state::DeliveryFilter::default()).await.unwrap(),
        "slots": state.slots(at(-1)).await.unwrap(),
        "jobs": state.jobs(None, 10).await.unwrap(),
        "alerts": state.open_alerts().await.unwrap(),
        "users": state.users().await.unwrap(),
        "audit": state.audit_log(None, 10).await.unwrap(),
        "secrets": state.secrets().await.unwrap(),
    });
    serde_json::to_string_pretty(&all).unwrap()
}

pub async fn a_backup_brings_everything_back(url: &str) {
    let state = Box::pin(filled(url)).await;
    let before = shown(&state).await;
    let folder = tempfile::tempdir().unwrap();
    for name in ["backup", "backup.jsonl"] {
        let file = folder.path().join(name);
        state.backup_to(&file).await.unwrap();
        assert!(!Path::new(&format!("{}.part", file.display())).exists());
        let target = format!("sqlite:{}/from-{name}.sqlite", folder.path().display());
        let key = Secret::new("nyckel");
        let restored = State::restore_from(&target, None, Some(&key), &file).await.unwrap();
        assert_eq!(shown(&restored).await, before, "{name}");
        assert_eq!(restored.secret("linkedin").await.unwrap(), Some(Secret::new("hemligt")));
        // It goes on where it was.
        assert_eq!(restored.next_version("collect/fb", "next", at(9)).await.unwrap(), 2);
        assert!(!restored.claim_slot("veckan", at(0), &[], at(9)).await.unwrap());
        assert_eq!(restored.recover_interrupted(at(9)).await.unwrap().len(), 1);
    }
    let text = std::fs::read_to_string(folder.path().join("backup.jsonl")).unwrap();
    assert!(!text.contains("hemligt"));
}

pub async fn a_backup_is_not_put_over_something(url: &str) {
    let state = Box::pin(filled(url)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.jsonl");
    state.backup_to(&file).await.unwrap();
    assert!(matches!(state.backup_to(&file).await.unwrap_err(), StateError::File { .. }));
    let before = shown(&state).await;
    let error = State::restore_from(url, None, None, &file).await.unwrap_err();
    assert!(error.to_string().contains("not empty"), "{error}");
    assert_eq!(shown(&state).await, before);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    let target = format!("sqlite:{}/target.sqlite", folder.path().display());
    let error = State::restore_from(&target, None, None, &file).await.unwrap_err();
    assert!(matches!(error, StateError::Backup { .. }), "{error}");
    assert!(!folder.path().join("target.sqlite").exists(), "nothing is made of half a backup");
    let error = State::restore_from(&target, None, None, &folder.path().join("none")).await.unwrap_err();
    assert!(matches!(error, StateError::Backup { .. }), "{error}");
}
