//! Reports through a real Postfix, by STARTTLS, with a login and without: what lies in the mailboxes is what lies in the
//! archive. The server is named in `GENOMSLAG_TEST_MAIL`: relay port, submission port, folder of the mailboxes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use chrono::{DateTime, Utc};
use genomslag::config::check_text;
use genomslag::pipeline::{App, Delivered, DeliveryStatus, Opening, Wish, deliver, test_mail};
use genomslag::state::Way;

const OFFICE: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "ungdom"
title = "Ungdomens hus"

[storage]
data = "FOLDER/data"
key = { env = "KEY" }

[mail]
host = "localhost"
port = PORT
protection = "starttls"
from = "Genomslag <genomslag@bjorkvalla.example>"
LOGIN

[serve]
public_url = "https://genomslag.bjorkvalla.example/"

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 07:00"
recipients = [
    "Ledningen <ledning@bjorkvalla.example>",
    "ks@bjorkvalla.example",
    { address = "ungdom@bjorkvalla.example", unit = "ungdom" },
    { address = "mayor@bjorkvalla.example", language = "en" },
    "slutat@bjorkvalla.example",
]
ways = ["mail"]
"#;

const LOGIN: &str = r#"username = "genomslag@bjorkvalla.example"
password = { env = "PASSWORD" }"#;

/// The server; none where it could not be started, and then that is said.
fn server() -> Option<(u16, u16, PathBuf)> {
    let Ok(told) = std::env::var("GENOMSLAG_TEST_MAIL") else {
        println!("not run: mail through Postfix (`.ci/services` could not start it here)");
        return None;
    };
    let parts: Vec<&str> = told.split(' ').collect();
    Some((parts[0].parse().unwrap(), parts[1].parse().unwrap(), PathBuf::from(parts[2])))
}

async fn office(folder: &Path, port: u16, login: &str, password: &'static str) -> App {
    let text = OFFICE.replace("FOLDER", &folder.display().to_string()).replace("PORT", &port.to_string());
    let config = check_text(&[("config.toml".to_owned(), text.replace("LOGIN", login))]).unwrap();
    let environment = move |name: &str| match name {
        "KEY" => Some("en nyckel bara för prov".to_owned()),
        "PASSWORD" => Some(password.to_owned()),
        _ => None,
    };
    let opening = Opening { environment: Arc::new(environment), ..Opening::default() };
    Box::pin(App::open(config, opening)).await.unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The mail with the id in somebody's mailbox, once it is there; the mailbox may take a moment.
fn arrived(mailboxes: &Path, who: &str, id: &str) -> String {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let found: Vec<String> = std::fs::read_dir(mailboxes.join(who).join("new"))
            .into_iter()
            .flatten()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .filter(|mail| mail.contains(&format!("Message-ID: {id}")))
            .collect();
        match found.len() {
            0 if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
            1 => return found.into_iter().next().unwrap(),
            many => panic!("{many} mails {id} for {who}"),
        }
    }
}

/// Every mail that was sent lies in its mailbox, once, as it lies in the archive.
async fn check(app: &App, delivered: &Delivered, mailboxes: &Path, protocol: &str) {
    assert_eq!(delivered.count(DeliveryStatus::Sent), 4);
    for row in &delivered.deliveries {
        assert_eq!(row.way, Way::Mail);
        let answer = row.answer.clone().unwrap();
        if row.recipient.starts_with("slutat@") {
            assert_eq!(row.status, DeliveryStatus::Refused);
            assert!(answer.contains("550") && answer.contains("User unknown"), "{answer}");
            continue;
        }
        assert!(answer.starts_with("250 2.0.0 Ok: queued as"), "{answer}");
        let bare = row.recipient.trim_start_matches("Ledningen <");
        let mail = arrived(mailboxes, bare.split('@').next().unwrap(), &row.message_id);
        let report = app.state.report(&row.report).await.unwrap().unwrap();
        let kept = Path::new(&report.folder).join(format!("mail/{}.eml", row.id));
        let kept = std::fs::read_to_string(kept).unwrap().replace("\r\n", "\n");
        // Servers put their lines before the mail, and change nothing of it.
        let before = mail.strip_suffix(kept.trim_end()).or_else(|| mail.strip_suffix(&kept));
        let before = before.or_else(|| mail.trim_end().strip_suffix(kept.trim_end()));
        let before = before.unwrap_or_else(|| panic!("{}\n---\n{}", &mail[..2_000], &kept[..2_000]));
        assert!(before.contains("Return-Path: <genomslag@bjorkvalla.example>"), "{before}");
        assert!(before.contains(&format!("with {protocol}")), "{before}");
        let unfolded = kept.replace("\n ", " ");
        // No figures, so no chart among the parts.
        for part in ["multipart/alternative", "text/plain", "text/html", "Auto-Submitted: auto-generated"] {
            assert!(unfolded.contains(part), "{part}");
        }
        assert!(unfolded.contains("List-Unsubscribe: <https://genomslag.bjorkvalla.example/unsubscribe/"));
        assert!(unfolded.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        let (_, pdf) = mail.split_once("Content-Type: application/pdf").unwrap();
        let (_, pdf) = pdf.split_once("\n\n").unwrap();
        let pdf: String = pdf.lines().take_while(|line| !line.starts_with("--")).collect();
        let pdf = base64::engine::general_purpose::STANDARD.decode(pdf).unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        assert!(pdf == std::fs::read(Path::new(&report.folder).join("report.pdf")).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_without_login_takes_every_report_and_refuses_whom_it_does_not_know() {
    let Some((relay, _, mailboxes)) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let app = office(folder.path(), relay, "", "").await;
    let wednesday = at("2026-11-18T06:00:00Z");
    let wish = Wish::scheduled(app.config.report("vecka").unwrap(), wednesday);
    let delivered = deliver(&app, &wish, wednesday).await.unwrap();
    check(&app, &delivered, &mailboxes, "ESMTPS").await;
    // The refusal is told, and only that one.
    let open = app.state.open_alerts().await.unwrap();
    assert_eq!(open.len(), 1);
    assert!(open[0].what.contains("slutat@bjorkvalla.example"), "{}", open[0].what);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_login_it_goes_by_submission_and_without_the_right_one_it_waits() {
    let Some((_, submission, mailboxes)) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let wednesday = at("2026-11-25T06:00:00Z");
    let wrong = office(folder.path(), submission, LOGIN, "fel").await;
    let wish = Wish::scheduled(wrong.config.report("vecka").unwrap(), wednesday);
    let waiting = deliver(&wrong, &wish, wednesday).await.unwrap();
    assert_eq!(waiting.count(DeliveryStatus::Later), 5);
    let answer = waiting.deliveries[0].answer.clone().unwrap();
    assert!(answer.contains("does not let us in") && answer.contains("535"), "{answer}");
    assert!(!answer.contains("fel\u{22}") && !answer.contains("Z2Vub21zbGFn"), "no login in the ledger: {answer}");
    assert!(test_mail(&wrong, None, wednesday).await.is_err());
    wrong.state.close().await;
    // The password is mended; what waited goes, the rest as ever.
    let app = office(folder.path(), submission, LOGIN, "hemligt-för-prov").await;
    assert_eq!(test_mail(&app, None, wednesday).await.unwrap(), format!("localhost:{submission}"));
    let later = wednesday + chrono::TimeDelta::hours(2);
    assert_eq!(genomslag::pipeline::send_due(&app, later).await.unwrap(), 5);
    let delivered = deliver(&app, &wish, later).await.unwrap();
    check(&app, &delivered, &mailboxes, "ESMTPSA").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_is_not_trusted() {
    let Some((relay, ..)) = server() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut app = office(folder.path(), relay, "", "").await;
    // The same server by a name that its certificate does not bear.
    let mut config = (*app.config).clone();
    "127.0.0.1".clone_into(&mut config.mail.as_mut().unwrap().host);
    app.config = Arc::new(config);
    let error = test_mail(&app, None, at("2026-11-18T06:00:00Z")).await.unwrap_err().to_string();
    assert!(error.contains("cannot be reached"), "{error}");
}
