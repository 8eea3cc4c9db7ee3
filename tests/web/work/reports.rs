//! Reports: made now, read, sent, decided about.

use std::path::Path;
use std::time::Duration;

use genomslag::config::{self, Source};
use genomslag::model::{Language, Period, ReportKind};
use genomslag::pipeline::{self, App, Errand, RealSteps, Role, Steps as _, Task};

use super::{hidden, opened};
use crate::support::app::wednesday;
use crate::support::browser::{Browser, Page, Site};
use crate::support::smtp::Server;

/// The built-in example with everything in the folder, the archive too.
pub(super) async fn app(folder: &Path) -> App {
    opened(config::load(&Source::Embedded).unwrap(), folder, None).await
}

/// Has a report made by the form, and waits for it as a person does; where it is.
pub(super) async fn made(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let form = browser.get("/reports/new").await.text();
    let ticket = hidden(&form, "ticket");
    let mut all = vec![("ticket", ticket.as_str())];
    all.extend(fields);
    let page = browser.post("/reports/new", &all).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let place = page.header("location");
    assert_eq!(place, format!("/reports/making/{ticket}"));
    for _ in 0..600 {
        let page = browser.get(&place).await;
        if page.status == 303 {
            return page.header("location");
        }
        assert_eq!(page.header("refresh"), "2", "{}", page.text());
        assert!(page.text().contains("Rapporten görs nu"), "{}", page.text());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the report was not made within a minute");
}

pub(super) const WEEK: [(&str, &str); 4] =
    [("what", "spec:veckorapport"), ("suggested", "2026-W46"), ("language", "sv"), ("unit", "")];

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_makes_a_report_and_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    let page = editor.get(&place).await.text();
    assert!(page.contains("Veckorapport") && page.contains("vecka 46, 9–15 november 2026"), "{page}");
    let listed = editor.get("/reports").await.text();
    assert!(listed.contains(&format!("href=\"{place}\"")), "{listed}");

    let read = editor.get(&format!("{place}/read")).await;
    assert_eq!(read.status, 200);
    let policy = read.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert!(read.text().contains("<h1>Effektrapport vecka 46</h1>"));
    let pdf = editor.get(&format!("{place}/files/report.pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.header("cache-control").contains("no-store"), "{}", pdf.header("cache-control"));
    let picture = editor.get(&format!("{place}/files/page-1.png")).await;
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    let csv = editor.get(&format!("{place}/files/figures.csv")).await;
    assert!(csv.header("content-disposition").starts_with("attachment"), "{:?}", csv.headers);

    // The report that is shown is the one in the archive, to the byte.
    let id = place.rsplit('/').next().unwrap();
    let kept = site.app.config.places.archive.join("2026").join(id).join("report.pdf");
    assert_eq!(std::fs::read(kept).unwrap(), pdf.bytes);
    let noted = site.app.state.audit_log(Some(id), 10).await.unwrap();
    assert_eq!((noted[0].who.as_str(), noted[0].what.as_str()), ("editor-all@granvik.example", "report made"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_files_of_the_report_are_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    let id = place.rsplit('/').next().unwrap();
    let archive = site.app.config.places.archive.join("2026").join(id);
    std::fs::write(archive.join("secret.txt"), "not of the report").unwrap();
    for name in [
        "manifest.json",
        "secret.txt",
        "..%2F..%2F..%2Fstate.sqlite",
        "../../../state.sqlite",
        "%2e%2e/%2e%2e/state.sqlite",
        "tables/..%2Freport.pdf",
        "%2Fetc%2Fpasswd",
        "report.pdf%00.png",
        "",
    ] {
        let page = editor.get(&format!("{place}/files/{name}")).await;
        assert_eq!(page.status, 404, "{name}: {}", page.text());
    }
    // The beginning of an id is no id.
    assert_eq!(editor.get(&format!("/reports/{}", &id[..12])).await.status, 404);
    assert_eq!(editor.get("/reports/..%2F..").await.status, 404);
    // A file that was changed afterwards is not given out as what was archived.
    std::fs::write(archive.join("figures.csv"), "changed").unwrap();
    assert_eq!(editor.get(&format!("{place}/files/figures.csv")).await.status, 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn sections_can_be_left_out_and_the_report_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let mut fields = vec![("what", "kind:monthly"), ("period", "2026-10"), ("language", "sv"), ("sections", "named")];
    fields.extend(
        ["goals", "posts", "planned", "campaigns", "website", "inhabitants", "peers"].map(|id| ("section", id)),
    );
    let place = made(&mut editor, &fields).await;
    let report = editor.get(&format!("{place}/files/report.json")).await.json();
    let sections: Vec<&str> =
        report["sections"].as_array().unwrap().iter().map(|section| section["id"].as_str().unwrap()).collect();
    assert!(
        sections.contains(&"goals") && sections.contains(&"quality") && sections.contains(&"method"),
        "{sections:?}"
    );
    assert!(!sections.contains(&"channels") && !sections.contains(&"units"), "{sections:?}");
    let told = report["identity"].as_array().unwrap().iter().find(|row| row[0] == "Bortvalda avsnitt").unwrap();
    assert_eq!(told[1], "Enheter, Förändringar och Kanaler");
    // Every figure that a report carries is one that it prints: none of what was left out stays behind.
    let figures = report["figures"].as_array().unwrap();
    assert!(figures.iter().all(|figure| !figure["id"].as_str().unwrap().starts_with("unit.")), "{figures:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_is_one_report_and_wrong_ones_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let ticket = hidden(&editor.get("/reports/new").await.text(), "ticket");
    let mut fields = vec![("ticket", ticket.as_str())];
    fields.extend(WEEK);
    assert_eq!(editor.post("/reports/new", &fields).await.status, 303);
    assert_eq!(editor.post("/reports/new", &fields).await.status, 303);
    let jobs = site.app.state.jobs(None, 10).await.unwrap();
    assert_eq!(jobs.len(), 1, "{jobs:#?}");
    for (name, value, told) in [
        ("period", "i fjol", "Perioden går inte att läsa"),
        ("what", "spec:finns-inte", "Välj vilken rapport"),
        ("unit", "finns-inte", "Välj en enhet"),
        ("ticket", "../../x", "Formuläret är inte helt"),
    ] {
        let fields: Vec<(&str, &str)> =
            fields.iter().filter(|(key, _)| *key != name).copied().chain([(name, value)]).collect();
        let page = editor.post("/reports/new", &fields).await;
        assert!(page.status == 422 && page.text().contains(told), "{name}: {} {}", page.status, page.text());
    }
    assert_eq!(site.app.state.jobs(None, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    assert_eq!(reader.get(&place).await.status, 200);
    assert_eq!(reader.get("/reports/new").await.status, 403);
    reader.get("/reports").await;
    for (path, field) in [("send", ("recipients", "x@bjorkvalla.example")), ("decide", ("decision", "approve"))] {
        assert_eq!(reader.post(&format!("{place}/{path}"), &[field]).await.status, 403, "{path}");
    }
    // Without the form's mark nothing is taken from anybody.
    let mut fields = vec![("ticket", "0123456789abcdef0123456789abcdef")];
    fields.extend(WEEK);
    assert_eq!(editor.post_bare("/reports/new", &fields).await.status, 403);
    // A report on the whole organisation is none for somebody of one unit, nor are its files.
    let mut other = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    for path in [place.clone(), format!("{place}/read"), format!("{place}/files/report.pdf")] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    let listed = other.get("/reports").await.text();
    assert!(!listed.contains(&place), "{listed}");
    other.get("/reports/new").await;
    assert_eq!(other.post(&format!("{place}/send"), &[("recipients", "x@bjorkvalla.example")]).await.status, 404);
    assert_eq!(other.post("/reports/new", &fields).await.status, 404, "of the whole organisation");
    let mut own = fields.clone();
    own.retain(|(name, _)| *name != "unit" && *name != "what" && *name != "ticket");
    own.extend([("ticket", "0123456789abcdef0123456789abcdea"), ("what", "kind:unit"), ("unit", "bibliotek")]);
    assert_eq!(other.post("/reports/new", &own).await.status, 303);
    assert_eq!(site.browser().get(&place).await.status, 303, "a stranger is led to the login");
}

/// The page once nothing is under way any more.
async fn settled(browser: &mut Browser, place: &str) -> Page {
    for _ in 0..100 {
        let page = browser.get(place).await;
        if page.header("refresh").is_empty() {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("still being sent after ten seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_sent_by_hand_once_to_whom_it_may_go() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let mut config = config::load(&Source::Embedded).unwrap();
    let server = config.mail.as_mut().unwrap();
    "127.0.0.1".clone_into(&mut server.host);
    server.port = mail.port;
    let site = Site::start(opened(config, folder.path(), None).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    editor.get(&place).await;
    let page = editor.post(&format!("{place}/send"), &[("recipients", "ingen adress")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("ingen adress är ingen e-postadress"), "{}", page.text());
    let two = [("recipients", "chef@bjorkvalla.example\r\nnagon@annat.example")];
    assert_eq!(editor.post(&format!("{place}/send"), &two).await.status, 303);
    let page = settled(&mut editor, &place).await.text();
    assert!(page.contains("mottagen") && page.contains("Adressen är inte bland dem"), "{page}");
    assert_eq!(mail.letters().len(), 1);
    assert_eq!(mail.letters()[0].to, ["chef@bjorkvalla.example"]);
    assert!(mail.letters()[0].data.contains("application/pdf"));
    // The same again is the same: nobody gets it twice by a form that is sent twice.
    assert_eq!(editor.post(&format!("{place}/send"), &two).await.status, 303);
    settled(&mut editor, &place).await;
    assert_eq!(mail.letters().len(), 1);
    // Whoever wants it sent again says so.
    let rows = site.app.state.deliveries(&pipeline::DeliveryFilter::default()).await.unwrap();
    let sent = rows.iter().find(|row| row.recipient.starts_with("chef")).unwrap();
    let again = format!("{place}/deliveries/{}", sent.id);
    assert_eq!(editor.post(&again, &[("arrived", "no")]).await.status, 303);
    settled(&mut editor, &place).await;
    assert_eq!(mail.letters().len(), 2);
    let noted = site.app.state.audit_log(None, 20).await.unwrap();
    let by: Vec<&str> = noted.iter().filter(|it| it.what == "report sent by hand").map(|it| it.who.as_str()).collect();
    assert_eq!(by, ["editor-all@granvik.example"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_list_only_those_of_the_configuration_get_mail() {
    let folder = tempfile::tempdir().unwrap();
    let mail = Server::start(Vec::new()).await;
    let mut config = config::load(&Source::Embedded).unwrap();
    let server = config.mail.as_mut().unwrap();
    "127.0.0.1".clone_into(&mut server.host);
    (server.port, server.allow) = (mail.port, Vec::new());
    let site = Site::start(opened(config, folder.path(), None).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    editor.get(&place).await;
    let two = [("recipients", "Kommunikation@bjorkvalla.example; vem@som.example")];
    assert_eq!(editor.post(&format!("{place}/send"), &two).await.status, 303);
    let page = settled(&mut editor, &place).await.text();
    assert!(page.contains("Adressen står inte i inställningarna"), "{page}");
    let to: Vec<String> = mail.letters().into_iter().flat_map(|letter| letter.to).collect();
    assert_eq!(to, ["Kommunikation@bjorkvalla.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_approved_here_too_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path()).await;
    let instant = "2026-11-19T06:00:00Z".parse().unwrap();
    let task = Task::Draft { report: "tertialrapport".to_owned(), instant };
    let steps = RealSteps::new(pipeline::Live::new(app.clone()));
    Box::pin(steps.perform(&Errand::by_hand(task, wednesday()))).await.unwrap();
    let site = Site::start(app, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let listed = editor.get("/reports").await.text();
    assert!(listed.contains("Väntar på godkännande"), "{listed}");
    let draft = site.app.state.waiting_approvals().await.unwrap().remove(0).report;
    let place = format!("/reports/{draft}");
    assert!(listed.contains(&format!("href=\"{place}\"")), "{listed}");
    let page = editor.get(&place).await.text();
    assert!(page.contains("Godkänn") && page.contains("kommunikationschef@bjorkvalla.example"), "{page}");
    assert_eq!(editor.post(&format!("{place}/send"), &[("recipients", "a@bjorkvalla.example")]).await.status, 422);
    assert!(
        site.app
            .state
            .deliveries(&pipeline::DeliveryFilter::default())
            .await
            .unwrap()
            .iter()
            .all(|row| row.part == "draft")
    );
    assert_eq!(editor.post(&format!("{place}/decide"), &[("decision", "approve")]).await.status, 303);
    let page = editor.get(&place).await.text();
    assert!(page.contains("Godkänd.") && page.contains("editor-all@granvik.example"), "{page}");
    let page = editor.post(&format!("{place}/decide"), &[("decision", "reject")]).await;
    assert!(page.text().contains("Någon annan har redan bestämt"), "{}", page.text());
    let decided = site.app.state.approval(&draft).await.unwrap().unwrap();
    assert_eq!(decided.state, pipeline::ApprovalState::Approved);
}

#[test]
fn the_wish_covers_what_the_form_says() {
    // The period of the form is read by the one resolver.
    let calendar = genomslag::model::Calendar::default();
    let period = Period::parse("2026-W46", calendar).unwrap();
    let wish = pipeline::MakeWish {
        ticket: "t".to_owned(),
        spec: None,
        kind: ReportKind::Weekly,
        language: Language::English,
        unit: None,
        period,
        without: Vec::new(),
        by: "a".to_owned(),
    };
    let job = Task::Make(wish.clone()).job("make t".to_owned(), wednesday());
    assert_eq!((job.kind.as_str(), job.max_attempts), ("make", 1));
    assert_eq!(serde_json::from_value::<Task>(job.payload).unwrap(), Task::Make(wish));
}
