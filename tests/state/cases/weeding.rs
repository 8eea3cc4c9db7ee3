//! Weeding: class by class, never what is still needed, and with a trace.

use genomslag::state::{
    DeliveryOrder, NewUser, ReportEntry, Role, RunKind, RunOutcome, SendingResult, State, Way, WeedClass,
};

use super::jobs::job;
use super::{at, minutes, open, report};

async fn delivered(state: &State, id: &str, done: bool) {
    let order = DeliveryOrder {
        report: id.to_owned(),
        spec: id.to_owned(),
        part: String::new(),
        instant: at(0),
        recipient: "a@granvik.example".to_owned(),
        way: Way::Mail,
        message_id: "<1>".to_owned(),
    };
    let delivery = state.enter_delivery(&order, at(0)).await.unwrap().delivery();
    if done {
        let sending = state.begin_sending(&delivery.id, "w", minutes(5), at(0)).await.unwrap().unwrap();
        state.end_sending(&sending, &SendingResult::Sent("250".to_owned()), at(0)).await.unwrap();
    }
}

/// Something old in every class, and the names that the weeding gives.
async fn filled(state: &State) -> Vec<(WeedClass, usize)> {
    let run = state.begin_run(RunKind::Fetch, at(0)).await.unwrap();
    state.finish_run(&run.id, RunOutcome::Complete, None, at(1)).await.unwrap();
    let version = state.next_version("collect/fb", &run.id, at(0)).await.unwrap();
    state.confirm_version("collect/fb", version, at(1)).await.unwrap();
    state.claim_slot("veckan", at(0), &[job("a")], at(0)).await.unwrap();
    state.claim_slot("veckan", at(1), &[], at(0)).await.unwrap();
    let running = state.claim("w", &[], minutes(1), at(0)).await.unwrap().unwrap();
    state.finish_job(&running, at(1)).await.unwrap();
    state.keep_report(&ReportEntry { draft: true, ..report("draft") }).await.unwrap();
    state.keep_report(&report("sent")).await.unwrap();
    delivered(state, "draft", true).await;
    delivered(state, "sent", true).await;
    state.share_report("sent", "anna", at(1), at(0)).await.unwrap();
    state.make_api_token("t", &[], None, "anna", Some(at(1)), at(0)).await.unwrap();
    state.invite("bo@granvik.example", Role::Reader, None, "anna", at(1), at(0)).await.unwrap();
    state.note_login_failure("anna", at(0)).await.unwrap();
    let anna = NewUser {
        email: "anna@granvik.example".to_owned(),
        name: "Anna".to_owned(),
        role: Role::Administrator,
        units: None,
        password_hash: None,
        oidc_subject: None,
    };
    let anna = state.add_user(&anna, at(0)).await.unwrap();
    state.open_session(&anna.id, at(1), at(0)).await.unwrap();
    WeedClass::ALL
        .iter()
        .map(|class| (*class, usize::from(!matches!(class, WeedClass::Alerts | WeedClass::Audit))))
        .collect()
}

pub async fn each_class_is_weeded(url: &str) {
    let state = open(url).await;
    let mut expected = filled(&state).await;
    // Links first: a report takes its links along.
    expected.reverse();
    for (class, many) in expected {
        assert!(state.weed_dry(class, at(-1)).await.unwrap().is_empty(), "{class}: nothing is that old");
        let dry = state.weed_dry(class, at(60)).await.unwrap();
        assert_eq!(state.weed_dry(class, at(60)).await.unwrap(), dry, "{class}: a dry run removes nothing");
        let removed = state.weed(class, at(60), "KS 2026/117", at(60)).await.unwrap();
        assert_eq!(removed, dry, "{class}");
        // The lines that the weeding itself writes are younger than what it weeds.
        assert_eq!(removed.len(), many, "{class}");
        assert!(state.weed_dry(class, at(60)).await.unwrap().is_empty(), "{class}: once is enough");
    }
    assert_eq!(state.next_version("collect/fb", "next", at(70)).await.unwrap(), 2, "the counting goes on");
    assert!(!state.claim_slot("veckan", at(1), &[], at(70)).await.unwrap(), "the latest slot is known");
}

pub async fn what_is_needed_stays(url: &str) {
    let state = open(url).await;
    let run = state.begin_run(RunKind::Fetch, at(0)).await.unwrap();
    let version = state.next_version("collect/fb", &run.id, at(0)).await.unwrap();
    state.enqueue(&job("a"), at(0)).await.unwrap();
    state.keep_report(&report("going out")).await.unwrap();
    delivered(&state, "going out", false).await;
    for class in WeedClass::ALL {
        assert!(state.weed(*class, at(60_000), "KS 2026/117", at(60_000)).await.unwrap().is_empty(), "{class}");
    }
    assert_eq!(state.unfinished_runs().await.unwrap(), [run]);
    assert_eq!(state.open_versions("collect/fb").await.unwrap()[0].version, version);
}

pub async fn weeding_names_its_decision(url: &str) {
    let state = open(url).await;
    filled(&state).await;
    state.weed(WeedClass::Drafts, at(60), "KS 2026/117", at(61)).await.unwrap();
    let log = state.audit_log(Some("drafts"), 10).await.unwrap();
    assert_eq!((log.len(), log[0].what.as_str(), log[0].at), (1, "weeded", at(61)));
    assert_eq!(log[0].detail["decision"], "KS 2026/117");
    assert_eq!((&log[0].detail["removed"], &log[0].detail["named"][0]), (&1.into(), &"draft".into()));
    assert_eq!(state.report("draft").await.unwrap(), None);
    assert!(state.report("sent").await.unwrap().is_some());
}
