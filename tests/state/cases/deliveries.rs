//! The delivery ledger: nothing twice knowingly, nothing lost, and what nobody can know is said so.

use genomslag::state::{
    ApprovalState, Delivery, DeliveryFilter, DeliveryOrder, DeliveryStatus, Entered, NewApproval, OnDeadline,
    ReportEntry, SendingResult, State, Way,
};

use super::{at, minutes, open, report};

fn order(recipient: &str) -> DeliveryOrder {
    DeliveryOrder {
        report: "r1".to_owned(),
        spec: "veckan".to_owned(),
        part: String::new(),
        instant: at(0),
        recipient: recipient.to_owned(),
        way: Way::Mail,
        message_id: format!("<r1.{recipient}>"),
    }
}

async fn entered(state: &State, recipient: &str) -> Delivery {
    state.keep_report(&report("r1")).await.unwrap();
    state.enter_delivery(&order(recipient), at(0)).await.unwrap().delivery()
}

async fn status(state: &State, id: &str) -> DeliveryStatus {
    state.delivery(id).await.unwrap().unwrap().status
}

async fn begun(state: &State, id: &str, now: i64) -> Option<Delivery> {
    state.begin_sending(id, "worker", minutes(5), at(now)).await.unwrap()
}

pub async fn the_same_is_entered_once(url: &str) {
    let state = open(url).await;
    let first = entered(&state, "a@granvik.example").await;
    assert_eq!((first.status, first.attempts, first.copy), (DeliveryStatus::Pending, 0, 0));
    let again = state.enter_delivery(&order("a@granvik.example"), at(3)).await.unwrap();
    assert_eq!(again, Entered::Known(first.clone()));
    for different in [
        DeliveryOrder { part: "kultur".to_owned(), ..order("a@granvik.example") },
        DeliveryOrder { instant: at(7 * 24 * 60), ..order("a@granvik.example") },
        DeliveryOrder { way: Way::Teams, ..order("a@granvik.example") },
        order("b@granvik.example"),
    ] {
        assert!(matches!(state.enter_delivery(&different, at(1)).await.unwrap(), Entered::New(_)));
    }
    assert_eq!(state.delivery_counts().await.unwrap(), [(DeliveryStatus::Pending, 5)]);
    let wanted = DeliveryFilter { recipient: Some("b@granvik.example".to_owned()), ..DeliveryFilter::default() };
    assert_eq!(state.deliveries(&wanted).await.unwrap().len(), 1);
    let missing = DeliveryOrder { report: "none".to_owned(), ..order("c@granvik.example") };
    assert!(state.enter_delivery(&missing, at(0)).await.is_err(), "a report that nobody kept cannot be delivered");
}

pub async fn one_of_two_sends(url: &str) {
    let state = open(url).await;
    let delivery = entered(&state, "a@granvik.example").await;
    let mut senders = tokio::task::JoinSet::new();
    for worker in 0..4 {
        let (state, id) = (open(url).await, delivery.id.clone());
        senders.spawn(async move {
            state.begin_sending(&id, &format!("worker {worker}"), minutes(5), at(1)).await.unwrap().is_some()
        });
    }
    assert_eq!(senders.join_all().await.into_iter().filter(|sends| *sends).count(), 1);
}

pub async fn a_crash_before_the_answer_is_uncertain(url: &str) {
    let state = open(url).await;
    let (one, other) = (entered(&state, "a@granvik.example").await, entered(&state, "b@granvik.example").await);
    begun(&state, &one.id, 1).await.unwrap();
    // The power goes: nothing of what the program had in mind is left.
    drop(state);
    let state = open(url).await;
    assert_eq!(status(&state, &one.id).await, DeliveryStatus::Sending);
    assert!(state.recover_interrupted(at(5)).await.unwrap().is_empty(), "its lease still runs");
    let found = state.recover_interrupted(at(6)).await.unwrap();
    assert_eq!(found.iter().map(|delivery| &delivery.id).collect::<Vec<_>>(), [&one.id]);
    assert_eq!(found[0].status, DeliveryStatus::Uncertain);
    assert!(found[0].answer.as_deref().unwrap().contains("between the handing over and the answer"));
    assert!(state.recover_interrupted(at(7)).await.unwrap().is_empty());
    let due = state.due_deliveries(at(60)).await.unwrap();
    assert_eq!(due.iter().map(|delivery| &delivery.id).collect::<Vec<_>>(), [&other.id]);
}

pub async fn what_is_uncertain_never_goes_by_itself(url: &str) {
    let state = open(url).await;
    let delivery = entered(&state, "a@granvik.example").await;
    assert!(state.resend(&delivery.id, "<2>", at(1)).await.is_err(), "it still goes by itself");
    let sending = begun(&state, &delivery.id, 1).await.unwrap();
    assert!(state.resend(&delivery.id, "<2>", at(1)).await.is_err());
    state.end_sending(&sending, &SendingResult::Uncertain("the line broke".to_owned()), at(2)).await.unwrap();
    assert!(begun(&state, &delivery.id, 600).await.is_none());
    assert!(matches!(state.enter_delivery(&order("a@granvik.example"), at(601)).await.unwrap(), Entered::Known(_)));
    assert!(state.due_deliveries(at(6_000)).await.unwrap().is_empty());
    // A person wants it again: a row of its own, which names the first.
    let again = state.resend(&delivery.id, "<2>", at(700)).await.unwrap();
    assert_eq!((again.copy, again.resend_of.as_deref()), (1, Some(delivery.id.as_str())));
    assert_eq!((again.message_id.as_str(), again.status), ("<2>", DeliveryStatus::Pending));
    let sending = begun(&state, &again.id, 701).await.unwrap();
    state.end_sending(&sending, &SendingResult::Sent("250 ok".to_owned()), at(702)).await.unwrap();
    let third = state.resend(&again.id, "<3>", at(703)).await.unwrap();
    assert_eq!(third.copy, 2);
    assert_eq!(status(&state, &delivery.id).await, DeliveryStatus::Uncertain);
    assert!(state.confirm_delivery(&delivery.id, "in the recipient's folder", at(704)).await.unwrap());
    assert!(!state.confirm_delivery(&delivery.id, "again", at(705)).await.unwrap());
    assert!(state.resend("none", "<4>", at(706)).await.is_err());
}

pub async fn a_late_answer_counts(url: &str) {
    let state = open(url).await;
    let delivery = entered(&state, "a@granvik.example").await;
    let sending = begun(&state, &delivery.id, 1).await.unwrap();
    assert_eq!(state.recover_interrupted(at(10)).await.unwrap().len(), 1);
    state.end_sending(&sending, &SendingResult::Sent("250 2.0.0 queued as 4F".to_owned()), at(11)).await.unwrap();
    let sent = state.delivery(&delivery.id).await.unwrap().unwrap();
    assert_eq!((sent.status, sent.answer.as_deref()), (DeliveryStatus::Sent, Some("250 2.0.0 queued as 4F")));
    let twice = state.end_sending(&sending, &SendingResult::Refused("550".to_owned()), at(12)).await;
    assert!(twice.is_err(), "what was sent stays sent");
    assert_eq!(status(&state, &delivery.id).await, DeliveryStatus::Sent);
}

pub async fn what_is_put_off_waits(url: &str) {
    let state = open(url).await;
    let delivery = entered(&state, "a@granvik.example").await;
    let sending = begun(&state, &delivery.id, 1).await.unwrap();
    state.end_sending(&sending, &SendingResult::Later("451 greylisted".to_owned(), at(30)), at(2)).await.unwrap();
    assert!(state.due_deliveries(at(29)).await.unwrap().is_empty());
    assert!(begun(&state, &delivery.id, 29).await.is_none());
    assert_eq!(state.due_deliveries(at(30)).await.unwrap().len(), 1);
    let again = begun(&state, &delivery.id, 30).await.unwrap();
    assert_eq!((again.attempts, again.retry_at), (2, None));
    assert_eq!(again.message_id, delivery.message_id);
    // The first sender wakes up: its word no longer counts.
    assert!(state.end_sending(&sending, &SendingResult::Refused("550".to_owned()), at(31)).await.is_err());
    state.end_sending(&again, &SendingResult::Later("451".to_owned(), at(90)), at(31)).await.unwrap();
    assert!(state.give_up_delivery(&delivery.id, "two days of 451", at(40)).await.unwrap());
    assert_eq!(status(&state, &delivery.id).await, DeliveryStatus::Refused);
}

pub async fn held_back_and_let_go(url: &str) {
    let state = open(url).await;
    let delivery = entered(&state, "a@granvik.example").await;
    assert!(state.hold_delivery(&delivery.id, "waits for data", at(1)).await.unwrap());
    assert!(begun(&state, &delivery.id, 2).await.is_none());
    assert!(state.release_delivery(&delivery.id, "data is in", at(3)).await.unwrap());
    assert!(!state.release_delivery(&delivery.id, "again", at(3)).await.unwrap());
    let sending = begun(&state, &delivery.id, 4).await.unwrap();
    assert!(!state.hold_delivery(&delivery.id, "too late", at(4)).await.unwrap());
    assert!(!state.skip_delivery(&delivery.id, "too late", at(4)).await.unwrap());
    state.end_sending(&sending, &SendingResult::Accepted("202".to_owned()), at(5)).await.unwrap();
    assert_eq!(status(&state, &delivery.id).await, DeliveryStatus::Accepted);
    let other = entered(&state, "b@granvik.example").await;
    assert!(state.skip_delivery(&other.id, "unsubscribed", at(6)).await.unwrap());
    assert!(begun(&state, &other.id, 7).await.is_none());
}

pub async fn a_repeated_job_sends_its_own_report(url: &str) {
    let state = open(url).await;
    let (waiting, sent) = (entered(&state, "a@granvik.example").await, entered(&state, "b@granvik.example").await);
    let sending = begun(&state, &sent.id, 1).await.unwrap();
    state.end_sending(&sending, &SendingResult::Sent("250".to_owned()), at(1)).await.unwrap();
    state.keep_report(&ReportEntry { made_at: at(2), ..report("r2") }).await.unwrap();
    for (recipient, expected) in [("a@granvik.example", "r2"), ("b@granvik.example", "r1")] {
        let order = DeliveryOrder { report: "r2".to_owned(), ..order(recipient) };
        let known = state.enter_delivery(&order, at(3)).await.unwrap().delivery();
        assert_eq!(known.report, expected, "{recipient}");
    }
    assert_eq!(state.delivery(&waiting.id).await.unwrap().unwrap().report, "r2");
}

fn question(report: &str, on_deadline: OnDeadline) -> NewApproval {
    NewApproval {
        report: report.to_owned(),
        spec: "veckan".to_owned(),
        instant: at(60),
        owner: "agare@granvik.example".to_owned(),
        deadline: at(50),
        on_deadline,
        parts: vec![(String::new(), report.to_owned())],
    }
}

pub async fn approvals_are_decided_once(url: &str) {
    let state = open(url).await;
    state.keep_report(&report("r1")).await.unwrap();
    let asked = state.ask_approval(&question("r1", OnDeadline::Hold), at(0)).await.unwrap();
    let pass = asked.pass.unwrap();
    assert_eq!(state.approval_of_pass(&pass).await.unwrap(), Some(asked.approval.clone()));
    let again = state.ask_approval(&question("r1", OnDeadline::Send), at(1)).await.unwrap();
    assert_eq!((again.approval, again.pass), (asked.approval.clone(), None));
    let parts = state.approval_parts("r1").await.unwrap();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), [(String::new(), "r1".to_owned())]);
    // A second question about the same instant stands behind the first.
    state.keep_report(&report("r2")).await.unwrap();
    state.ask_approval(&question("r2", OnDeadline::Hold), at(1)).await.unwrap();
    let slot = state.approvals_of_slot("veckan", at(60)).await.unwrap();
    assert_eq!(slot.iter().map(|asked| asked.report.as_str()).collect::<Vec<_>>(), ["r1", "r2"]);
    assert!(state.decide_approval("r2", false, "agare@granvik.example", at(1)).await.unwrap());
    let renewed = state.renew_approval_pass("r1").await.unwrap().unwrap();
    assert_eq!(state.approval_of_pass(&pass).await.unwrap(), None);
    assert_eq!(state.waiting_approvals().await.unwrap().len(), 1);
    assert!(state.decide_approval("r1", true, "agare@granvik.example", at(2)).await.unwrap());
    assert!(!state.decide_approval("r1", false, "annan", at(3)).await.unwrap());
    let decided = state.approval_of_pass(&renewed).await.unwrap().unwrap();
    assert_eq!((decided.state, decided.decided_at), (ApprovalState::Approved, Some(at(2))));
    assert_eq!(state.renew_approval_pass("r1").await.unwrap(), None);
    assert!(state.close_overdue_approvals(at(600)).await.unwrap().is_empty());
}

pub async fn a_deadline_decides_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    for (id, on_deadline) in [("r1", OnDeadline::Hold), ("r2", OnDeadline::Send)] {
        state.keep_report(&report(id)).await.unwrap();
        state.ask_approval(&question(id, on_deadline), at(0)).await.unwrap();
    }
    assert!(state.close_overdue_approvals(at(49)).await.unwrap().is_empty());
    let (one, two) = tokio::join!(state.close_overdue_approvals(at(50)), other.close_overdue_approvals(at(50)));
    let mut closed: Vec<_> = one.unwrap().into_iter().chain(two.unwrap()).collect();
    closed.sort_by(|one, other| one.report.cmp(&other.report));
    let states: Vec<_> = closed.iter().map(|approval| (approval.report.as_str(), approval.state)).collect();
    assert_eq!(states, [("r1", ApprovalState::Held), ("r2", ApprovalState::Lapsed)]);
    assert!(state.decide_approval("r1", true, "agare@granvik.example", at(55)).await.unwrap());
    assert!(!state.decide_approval("r2", false, "agare@granvik.example", at(55)).await.unwrap());
}
