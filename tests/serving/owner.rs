//! The owner of a report: a draft the day before, a decision, and what is sent after it.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use chrono::{DateTime, Utc};
use genomslag::model::{Approval, Language, Recipient};
use genomslag::pipeline::{
    DeliveryFilter, DeliveryStatus, Live, RealSteps, Service, Timetable, approve, enter_by_hand, send_entered,
};
use genomslag::sandbox::World;
use genomslag::state::{ApprovalState, ReportFilter, Way};

use super::real::{example, passes};
use super::setting::at;
use super::ways::{office, to};
use crate::support::app::{TestApp, folder, wednesday};
use crate::support::smtp::{Letter, Server};

const OWNED: &str = r#"
[[report]]
id = "tertial"
kind = "tertial"
schedule = "0 7 10 9 *"
approve = "owner"
owner = "chef@bjorkvalla.example"
on_deadline = "DEADLINE"
recipients = ["ks@bjorkvalla.example"]
ways = ["mail"]
"#;

fn count(folder: &Path) -> usize {
    folder.read_dir().map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sees_the_draft_the_day_before_and_decides() {
    for (deadline, decision, sent) in
        [("hold", None, 0), ("send", None, 1), ("hold", Some(true), 1), ("send", Some(false), 0)]
    {
        let folder = tempfile::tempdir().unwrap();
        let mail = Server::start(Vec::new()).await;
        let more = OWNED.replace("DEADLINE", deadline);
        let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, &more).await;
        let timetable = Timetable::of(&app.config).unwrap();
        let service = Service::new(
            "one".to_owned(),
            app.state.clone(),
            timetable,
            Arc::new(RealSteps::new(Live::new(app.clone()))),
        );
        let quiet = async |_: DateTime<Utc>, _| {};
        // Wednesday 9 September 2026 07:00 in Stockholm the draft goes, Thursday the report.
        Box::pin(service.simulate(at("2026-09-09T04:59:00Z"), at("2026-09-09T05:01:00Z"), quiet)).await.unwrap();
        let letters = mail.letters();
        let drafts = to(&letters, "chef@bjorkvalla.example");
        assert_eq!(drafts.len(), 1);
        assert!(drafts[0].data.contains("UTKAST"), "{}", &drafts[0].data[..900]);
        assert!(!drafts[0].data.contains("List-Unsubscribe"));
        let waiting = app.state.waiting_approvals().await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0].report.starts_with("tertial-2026-T2-sv-"));
        if let Some(approved) = decision {
            let decided = at("2026-09-09T12:00:00Z");
            approve(&app, &waiting[0].report, approved, "chef@bjorkvalla.example", decided).await.unwrap();
            assert!(approve(&app, &waiting[0].report, true, "chef", decided).await.is_err(), "decided once");
        }
        Box::pin(service.simulate(at("2026-09-09T12:00:00Z"), at("2026-09-10T05:01:00Z"), quiet)).await.unwrap();
        assert_eq!(to(&mail.letters(), "ks@bjorkvalla.example").len(), sent, "{deadline} {decision:?}");
        let drafts = folder.path().join("data/archive/drafts");
        // What was approved is no draft any more; what was sent without an answer was made anew beside it.
        assert_eq!(count(&drafts), usize::from(decision != Some(true)), "{deadline} {decision:?}");
        if (deadline, decision) == ("hold", None) {
            // Late is not too late: the operator and the owner were told, and the owner's yes lets it go at once.
            assert_eq!(to(&mail.letters(), "drift@bjorkvalla.example").len(), 1);
            approve(&app, "tertial", true, "chef@bjorkvalla.example", at("2026-09-11T09:00:00Z")).await.unwrap();
            Box::pin(service.simulate(at("2026-09-11T09:00:00Z"), at("2026-09-11T09:01:00Z"), quiet)).await.unwrap();
            assert_eq!(to(&mail.letters(), "ks@bjorkvalla.example").len(), 1);
            assert!(app.state.open_alerts().await.unwrap().is_empty());
            assert_eq!(count(&drafts), 0);
        }
    }
}

/// The PDFs of a letter, as whoever reads it gets them.
fn pdfs(letter: &Letter) -> Vec<Vec<u8>> {
    let parts = letter.data.split("Content-Type: application/pdf").skip(1);
    let body = |part: &str| {
        let (_, body) = part.split_once("\n\n").unwrap();
        let lines: String = body.lines().take_while(|line| !line.starts_with("--")).collect();
        base64::engine::general_purpose::STANDARD.decode(lines).unwrap()
    };
    parts.map(body).collect()
}

/// The weekly report with an owner, for a part in Swedish and one in English.
async fn owned() -> (TestApp, Server) {
    let (mail, folder) = (Server::start(Vec::new()).await, folder());
    let mut config = example(mail.port, folder.path());
    let report = &mut config.reports[0];
    report.approve = Approval::Owner;
    let reader = |address: &str, language| Recipient { address: address.to_owned(), unit: None, language };
    report.recipients =
        vec![reader("ks@bjorkvalla.example", None), reader("vanort@granvik.example", Some(Language::English))];
    config.report_owners.insert("veckorapport".to_owned(), "chef@bjorkvalla.example".to_owned());
    (TestApp::with(config, World::example(wednesday()), folder).await, mail)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_what_is_sent_to_the_byte() {
    let (test, mail) = owned().await;
    // The draft of Tuesday, before the week is complete.
    passes(&test, "2026-11-17T04:00:00Z", "2026-11-17T06:01:00Z").await;
    let letters = mail.letters();
    let draft = pdfs(to(&letters, "chef@bjorkvalla.example")[0]);
    assert_eq!(draft.len(), 2, "every part that is to be sent");
    let waiting = test.app.state.waiting_approvals().await.unwrap().remove(0);
    approve(&test.app, &waiting.report, true, "chef@bjorkvalla.example", at("2026-11-17T09:00:00Z")).await.unwrap();
    passes(&test, "2026-11-17T09:00:00Z", "2026-11-18T06:01:00Z").await;
    let letters = mail.letters();
    let sent: Vec<Vec<u8>> =
        ["ks@bjorkvalla.example", "vanort@granvik.example"].iter().flat_map(|it| pdfs(to(&letters, it)[0])).collect();
    assert!(sent == draft, "the files that were approved");
    // They are drafts no longer, in the state as in the archive, which says who approved them.
    let made = test.app.state.reports(&ReportFilter::default()).await.unwrap();
    assert_eq!(made.len(), 2);
    for report in &made {
        assert!(!report.draft && report.preliminary, "the week was not complete when it was approved");
        let place = Path::new(&report.folder);
        assert!(place.starts_with(test.folder.path().join("arkiv/2026")), "{}", place.display());
        let list: serde_json::Value =
            serde_json::from_slice(&std::fs::read(place.join("manifest.json")).unwrap()).unwrap();
        assert_eq!((&list["draft"], &list["approved"]["by"]), (&false.into(), &"chef@bjorkvalla.example".into()));
        assert!(draft.contains(&std::fs::read(place.join("report.pdf")).unwrap()));
    }
    assert_eq!(count(&test.folder.path().join("arkiv/drafts")), 0);
    // By hand to one more: it is the report, no draft; whoever has it gets nothing twice.
    let swedish = made.iter().find(|report| report.language == Language::Swedish).unwrap();
    let (one_more, has_it) = ("kommunikation@bjorkvalla.example", "ks@bjorkvalla.example");
    let recipients = [one_more.to_owned(), has_it.to_owned()];
    let later = at("2026-11-18T08:00:00Z");
    let entered = enter_by_hand(&test.app, &swedish.id, &recipients, "somebody", later).await.unwrap();
    assert_eq!(entered.iter().map(|row| row.part.as_str()).collect::<Vec<_>>(), ["", ""]);
    assert_eq!(entered[1].status, DeliveryStatus::Sent);
    send_entered(&test.app, &entered, later).await.unwrap();
    let letters = mail.letters();
    assert_eq!((to(&letters, one_more).len(), to(&letters, has_it).len()), (1, 1));
    // Figures went on changing, and somebody may want to know.
    let open = test.app.state.open_alerts().await.unwrap();
    let told = open.iter().find(|alert| alert.key.starts_with("approved-changed/veckorapport/")).unwrap();
    assert!(told.what.contains("precis som den godkändes"), "{}", told.what);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_nobody_approved_is_not_sent() {
    let (mut test, mail) = owned().await;
    passes(&test, "2026-11-17T04:00:00Z", "2026-11-17T06:01:00Z").await;
    let first = test.app.state.waiting_approvals().await.unwrap().remove(0);
    let by = "chef@bjorkvalla.example";
    approve(&test.app, &first.report, true, by, at("2026-11-17T09:00:00Z")).await.unwrap();
    // Somebody adds a recipient with a part of their own.
    let mut config = (*test.app.config).clone();
    let unit = Some("kultur-fritid".into());
    config.reports[0].recipients.push(Recipient {
        address: "kultur@bjorkvalla.example".to_owned(),
        unit,
        language: None,
    });
    test.app.config = Arc::new(config);
    passes(&test, "2026-11-17T09:00:00Z", "2026-11-18T06:01:00Z").await;
    assert!(to(&mail.letters(), "ks@bjorkvalla.example").is_empty());
    let letters = mail.letters();
    let drafts = to(&letters, by);
    let drafts: Vec<_> = drafts.into_iter().filter(|letter| letter.data.contains("application/pdf")).collect();
    assert_eq!(drafts.iter().map(|letter| pdfs(letter).len()).collect::<Vec<_>>(), [2, 3]);
    let again = test.app.state.open_approvals().await.unwrap().remove(0);
    assert_eq!(again.state, ApprovalState::Held, "whatever the deadline does with a first draft");
    approve(&test.app, &again.report, true, by, at("2026-11-18T08:00:00Z")).await.unwrap();
    passes(&test, "2026-11-18T08:00:00Z", "2026-11-18T08:01:00Z").await;
    let rows = test.app.state.deliveries(&DeliveryFilter::default()).await.unwrap();
    let mails = rows.iter().filter(|row| row.way == Way::Mail && !row.part.starts_with("draft")).count();
    assert_eq!(mails, 3);
    let letters = mail.letters();
    let sent: Vec<Vec<u8>> = ["ks@bjorkvalla.example", "vanort@granvik.example", "kultur@bjorkvalla.example"]
        .iter()
        .flat_map(|it| pdfs(to(&letters, it)[0]))
        .collect();
    let approved = pdfs(drafts[1]);
    assert!(sent.iter().all(|pdf| approved.contains(pdf)), "the second draft");
}
