//! Delivering: parts, ways, the ledger and the archive, against a scripted mail server; the figures are of no interest here.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use genomslag::model::Period;
use genomslag::pipeline::{
    self, App, Delivery, DeliveryFilter, DeliveryStatus, Opening, Wish, deliver, enter_by_hand, resend, send_due,
    unsubscribe, unsubscribe_pass,
};
use genomslag::state::Way;

use super::setting::{at, config};
use crate::support::hook::Hook;
use crate::support::smtp::{Letter, Server, Trick};

const OFFICE: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[[unit]]
id = "ungdom"
title = "Ungdomens hus"

[storage]
data = "FOLDER/data"
key = { env = "KEY" }

[mail]
host = "127.0.0.1"
port = PORT
protection = "none"
from = "Genomslag <genomslag@bjorkvalla.example>"
operator = "drift@bjorkvalla.example"
allow = ["bjorkvalla.example"]

[serve]
public_url = "https://genomslag.bjorkvalla.example/"

[delivery]
folder = "FOLDER/ut"
teams = { env = "TEAMS" }
slack = { env = "SLACK" }

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 07:00"
recipients = [
    "Ledningen <ledning@bjorkvalla.example>",
    { address = "ungdom@bjorkvalla.example", unit = "ungdom" },
    { address = "mayor@bjorkvalla.example", language = "en" },
]
ways = WAYS
"#;

/// An office with a mail server at the port, and a hook for chat.
pub(super) async fn office(folder: &Path, port: u16, hook: u16, ways: &str, more: &str) -> App {
    let text = OFFICE.replace("FOLDER", &folder.display().to_string()).replace("PORT", &port.to_string());
    let text = text.replace("WAYS", ways) + more;
    let environment = move |name: &str| match name {
        "KEY" => Some("en nyckel bara för prov".to_owned()),
        "TEAMS" => Some(format!("http://127.0.0.1:{hook}/teams")),
        "SLACK" => Some(format!("http://127.0.0.1:{hook}/slack")),
        _ => None,
    };
    let opening = Opening { environment: Arc::new(environment), ..Opening::default() };
    Box::pin(App::open(config(&text), opening)).await.unwrap()
}

fn wednesday() -> DateTime<Utc> {
    at("2026-11-18T06:00:00Z")
}

fn wish(app: &App) -> Wish {
    Wish::scheduled(app.config.report("vecka").unwrap(), wednesday())
}

async fn all(app: &App) -> Vec<Delivery> {
    let mut all = app.state.deliveries(&DeliveryFilter::default()).await.unwrap();
    all.sort_by(|one, other| (&one.part, one.way, &one.recipient).cmp(&(&other.part, other.way, &other.recipient)));
    all
}

pub(super) fn to<'a>(letters: &'a [Letter], address: &str) -> Vec<&'a Letter> {
    letters.iter().filter(|letter| letter.to == [address]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_their_part_once_and_the_archive_keeps_what_they_got() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail", "folder"]"#, "").await;
    let delivered = deliver(&app, &wish(&app), wednesday()).await.unwrap();
    assert_eq!((delivered.reports.len(), delivered.deliveries.len()), (3, 4));
    assert_eq!(delivered.count(DeliveryStatus::Sent), 4);
    // Again, as after a crash: nothing is made or sent twice.
    let again = deliver(&app, &wish(&app), wednesday() + TimeDelta::minutes(5)).await.unwrap();
    assert_eq!(again.reports, delivered.reports);
    let letters = mail.letters();
    assert_eq!(letters.len(), 3);

    let english = to(&letters, "mayor@bjorkvalla.example")[0];
    assert!(english.data.contains("week 46") || english.data.contains("Week 46"), "{}", &english.data[..1500]);
    for letter in &letters {
        assert!(letter.data.contains("Content-Type: application/pdf"));
        assert!(letter.data.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        assert!(letter.data.contains("multipart/alternative"));
    }
    // What lies in the archive is, to the byte, what went over the line.
    for delivery in all(&app).await.into_iter().filter(|delivery| delivery.way == Way::Mail) {
        let report = app.state.report(&delivery.report).await.unwrap().unwrap();
        let place = Path::new(&report.folder);
        assert!(place.starts_with(folder.path().join("data/archive/2026")), "{}", place.display());
        let kept = std::fs::read_to_string(place.join(format!("mail/{}.eml", delivery.id))).unwrap();
        let sent = letters.iter().find(|letter| letter.message_id() == delivery.message_id).unwrap();
        assert_eq!(kept.replace("\r\n", "\n").trim_end(), sent.data.trim_end());
        assert_eq!(delivery.answer.as_deref().map(|answer| answer.starts_with("250 queued")), Some(true));
        let manifest: serde_json::Value =
            serde_json::from_slice(&std::fs::read(place.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["configuration"], app.config.digest);
        assert_eq!(manifest["hash"], report.hash);
        assert!(manifest["files"].as_array().unwrap().iter().any(|file| file["name"] == "report.pdf"));
    }
    assert!(folder.path().join("ut/vecka-2026-W46-sv/report.pdf").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_of_one_instant_for_other_weeks_or_other_knowledge_are_other_reports() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, "").await;
    let week = |text: &str| Some(Period::parse(text, app.config.organisation.calendar).unwrap());
    let to = Some(vec!["ledning@bjorkvalla.example".to_owned()]);
    let usual = Wish { to, ..wish(&app) };
    let wishes = [
        usual.clone(),
        Wish { period: week("2026-W45"), ..usual.clone() },
        Wish { period: week("2026-W44"), ..usual.clone() },
        Wish { as_known_at: Some(at("2026-11-17T06:00:00Z")), ..usual.clone() },
        // The same as the first, only said.
        Wish { period: week("2026-W46"), ..usual.clone() },
        // And the second once more.
        Wish { period: week("2026-W45"), ..usual.clone() },
    ];
    let mut made = Vec::new();
    for wish in &wishes {
        let delivered = deliver(&app, wish, wednesday()).await.unwrap();
        assert_eq!(delivered.reports.len(), 1);
        made.extend(delivered.reports);
    }
    let codes = ["2026-W46", "2026-W45", "2026-W44", "2026-W46", "2026-W46", "2026-W45"];
    assert!(made.iter().zip(codes).all(|(id, code)| id.contains(code)), "{made:?}");
    assert!(made[4] == made[0] && made[5] == made[1] && made[3] != made[0], "{made:?}");
    assert_eq!(mail.letters().len(), 4);
    let parts: Vec<String> = all(&app).await.into_iter().map(|row| row.part).collect();
    assert_eq!(parts, ["", "2026-W44", "2026-W45", "@2026-11-17T06:00:00Z"]);
    // By hand to somebody who has it already: it stands there, and nothing goes.
    let recipient = ["ledning@bjorkvalla.example".to_owned()];
    for report in &made[..4] {
        let entered = enter_by_hand(&app, report, &recipient, "somebody", wednesday()).await.unwrap();
        assert!(entered.iter().all(|row| row.status == DeliveryStatus::Sent), "{entered:?}");
    }
    assert_eq!(all(&app).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refusal_stops_nobody_else_and_what_is_put_off_goes_later() {
    let folder = tempfile::tempdir().unwrap();
    let tricks =
        vec![Trick::AtRecipient("550 no such mailbox"), Trick::AtRecipient("451 greylisted"), Trick::SilentAfterData];
    let mail = Server::start(tricks).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, "").await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let rows = all(&app).await;
    let status: Vec<(&str, DeliveryStatus)> = rows.iter().map(|row| (row.part.as_str(), row.status)).collect();
    assert_eq!(
        status,
        [("", DeliveryStatus::Refused), ("en", DeliveryStatus::Uncertain), ("ungdom/sv", DeliveryStatus::Later)]
    );
    // Too early, then in time.
    assert_eq!(send_due(&app, wednesday() + TimeDelta::seconds(30)).await.unwrap(), 0);
    assert_eq!(send_due(&app, wednesday() + TimeDelta::minutes(2)).await.unwrap(), 1);
    assert_eq!(all(&app).await[2].status, DeliveryStatus::Sent);
    // The uncertain one stays so, however often we look, and a person is told of it and of the refusal.
    let later = wednesday() + TimeDelta::days(3);
    assert_eq!(send_due(&app, later).await.unwrap(), 0);
    assert_eq!(all(&app).await[1].status, DeliveryStatus::Uncertain);
    assert_eq!(to(&mail.letters(), "mayor@bjorkvalla.example").len(), 1);
    assert_eq!(app.state.open_alerts().await.unwrap().len(), 2);
    // The person asks the recipient: it did arrive. The other address is mended, and the mail goes once more.
    let rows = all(&app).await;
    assert_eq!(resend(&app, &rows[1].id, true, "test", later).await.unwrap().status, DeliveryStatus::Sent);
    let copy = resend(&app, &rows[0].id, false, "test", later).await.unwrap();
    assert_eq!((copy.status, copy.resend_of.as_deref()), (DeliveryStatus::Sent, Some(rows[0].id.as_str())));
    assert_ne!(copy.message_id, rows[0].message_id);
    assert_eq!(app.state.open_alerts().await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_for_two_days_loses_nothing_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap().port();
    drop(listener);
    let app = office(folder.path(), nobody, 1, r#"["mail"]"#, "").await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let mut now = wednesday();
    while now < wednesday() + TimeDelta::days(2) {
        now += TimeDelta::minutes(10);
        send_due(&app, now).await.unwrap();
    }
    assert!(all(&app).await.iter().all(|row| row.status == DeliveryStatus::Later));
    // One alert for all of them, not one per mail and attempt.
    let alerts = app.state.open_alerts().await.unwrap();
    assert_eq!(alerts.iter().map(|alert| alert.key.as_str()).collect::<Vec<_>>(), ["mail/later"]);
    app.state.close().await;
    let mail = Server::start(Vec::new()).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, "").await;
    send_due(&app, now + TimeDelta::hours(1)).await.unwrap();
    assert!(all(&app).await.iter().all(|row| row.status == DeliveryStatus::Sent));
    assert_eq!(mail.letters().len(), 3);
    assert!(app.state.open_alerts().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_being_sent_when_the_program_died_is_uncertain_and_files_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(vec![Trick::AtRecipient("451 later"); 3]).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail", "folder"]"#, "").await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let now = wednesday() + TimeDelta::hours(2);
    // Somebody takes a mail for sending, and dies.
    let row = all(&app).await.into_iter().find(|row| row.way == Way::Mail).unwrap();
    app.state.begin_sending(&row.id, "dead", TimeDelta::minutes(6), now).await.unwrap().unwrap();
    send_due(&app, now + TimeDelta::minutes(5)).await.unwrap();
    let status = async |id: &str| app.state.delivery(id).await.unwrap().unwrap().status;
    assert_eq!(status(&row.id).await, DeliveryStatus::Sending, "it may still live");
    send_due(&app, now + TimeDelta::minutes(7)).await.unwrap();
    assert_eq!(status(&row.id).await, DeliveryStatus::Uncertain);
    assert_eq!(mail.letters().len(), 2, "the other two went");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_unsubscribed_or_is_not_allowed_gets_nothing_and_it_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, "").await;
    let pass = unsubscribe_pass(&app, "Mayor <Mayor@bjorkvalla.example>", "vecka").unwrap();
    assert_eq!(unsubscribe(&app, &pass[1..], "one-click", wednesday()).await.unwrap(), None, "not ours");
    let other = pass.split_once('.').unwrap().0.to_owned() + ".00";
    assert_eq!(unsubscribe(&app, &other, "one-click", wednesday()).await.unwrap(), None, "not signed");
    let address = unsubscribe(&app, &pass, "one-click", wednesday()).await.unwrap();
    assert_eq!(address.as_deref(), Some("mayor@bjorkvalla.example"));
    let to = Some(vec!["mayor@bjorkvalla.example".to_owned(), "granne@annanstans.example".to_owned()]);
    let delivered = deliver(&app, &Wish { to, ..wish(&app) }, wednesday()).await.unwrap();
    assert_eq!(delivered.count(DeliveryStatus::Skipped), 2);
    let answers: Vec<&str> = delivered.deliveries.iter().filter_map(|row| row.answer.as_deref()).collect();
    assert!(answers[0].contains("unsubscribed") && answers[1].contains("`allow`"), "{answers:?}");
    assert!(mail.letters().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn chat_channels_get_a_card_and_accepted_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::start(vec![(202, ""), (200, "ok")]).await;
    let app = office(folder.path(), 1, hook.port, r#"["teams", "slack"]"#, "").await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let rows = all(&app).await;
    let found: Vec<(Way, DeliveryStatus)> = rows.iter().map(|row| (row.way, row.status)).collect();
    assert_eq!(found, [(Way::Teams, DeliveryStatus::Accepted), (Way::Slack, DeliveryStatus::Sent)]);
    let asked = hook.asked();
    assert!(asked[0].starts_with("POST /teams ") && asked[0].contains("AdaptiveCard"));
    assert!(asked[1].starts_with("POST /slack ") && asked[1].contains("\"blocks\""));
    // The addresses are secrets: neither the ledger nor the archive holds them.
    assert!(
        rows.iter().all(|row| !row.recipient.contains("127.0.0.1") && !row.answer.clone().unwrap().contains("/teams"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_put_back_knows_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let app = office(&folder.path().join("a"), mail.port, 1, r#"["mail"]"#, "").await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let (place, list) = pipeline::backup(&app, &folder.path().join("kopior"), wednesday()).await.unwrap();
    assert!(list.archive_files > 10 && list.store_files > 0, "{list:?}");
    let other = office_config(&folder.path().join("b"), mail.port);
    let environment = Opening::default().environment;
    let environment: pipeline::Environment = Arc::new(move |name| match name {
        "KEY" => Some("en nyckel bara för prov".to_owned()),
        name => environment(name),
    });
    pipeline::restore(&other, &environment, &place).await.unwrap();
    assert!(pipeline::restore(&other, &environment, &place).await.is_err(), "nothing is put over what is there");
    let put_back = office(&folder.path().join("b"), mail.port, 1, r#"["mail"]"#, "").await;
    assert_eq!(all(&put_back).await, all(&app).await);
    // The same wish sends nothing again, also when the old place is gone.
    std::fs::remove_dir_all(folder.path().join("a/data/archive")).unwrap();
    deliver(&put_back, &wish(&put_back), wednesday()).await.unwrap();
    assert_eq!(mail.letters().len(), 3);
    assert!(folder.path().join("b/data/archive/2026").read_dir().unwrap().count() == 3);
}

fn office_config(folder: &Path, port: u16) -> genomslag::config::Config {
    let text = OFFICE.replace("FOLDER", &folder.display().to_string()).replace("PORT", &port.to_string());
    config(&text.replace("WAYS", r#"["mail"]"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_removes_what_a_decision_says_and_writes_it_down() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let decision = "\n[[retention]]\nclass = \"reports\"\nkeep_days = 730\ndecision = \"KS 2026/123 § 7\"\n";
    let app = office(folder.path(), mail.port, 1, r#"["mail"]"#, decision).await;
    deliver(&app, &wish(&app), wednesday()).await.unwrap();
    let archive = folder.path().join("data/archive/2026");
    let early = pipeline::weed(&app, false, wednesday() + TimeDelta::days(729)).await.unwrap();
    assert_eq!(early[0].removed, Vec::<String>::new());
    let late = wednesday() + TimeDelta::days(731);
    let dry = pipeline::weed(&app, true, late).await.unwrap();
    assert_eq!((dry[0].removed.len(), archive.read_dir().unwrap().count()), (3, 3), "a dry run removes nothing");
    let really = pipeline::weed(&app, false, late).await.unwrap();
    assert_eq!(really[0].removed, dry[0].removed);
    assert_eq!(archive.read_dir().unwrap().count(), 0);
    assert!(all(&app).await.is_empty());
    let log = app.state.audit_log(Some("reports"), 10).await.unwrap();
    assert_eq!(log[0].detail["decision"], "KS 2026/123 § 7");
    assert_eq!(log[0].detail["removed"], 3);
}
