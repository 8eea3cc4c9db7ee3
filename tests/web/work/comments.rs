//! A comment on a period, written on the web: the same file as a person writes.

use genomslag::config::{self, Source};
use genomslag::model::Period;
use genomslag::pipeline::{Order, Role, compose_only};

use super::{hidden, with_files};
use crate::support::app::wednesday;
use crate::support::browser::{Site, empty_app};

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_stands_in_its_file_and_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(with_files(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let choose = editor.get("/reports/comment").await.text();
    assert!(choose.contains("value=\"2026-W46\""), "{choose}");
    let form = editor.get("/reports/comment?period=2026-W45").await.text();
    let digest = hidden(&form, "digest");
    let text = "Höstlovet gav <många> besök.\r\n\r\n# Kanaler\r\n\r\nInstagram växte.";
    let fields = [("period", "2026-W45"), ("digest", &digest), ("text", text), ("decision", "Fortsätt som nu.")];
    let page = editor.post("/reports/comment", &fields).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let path = folder.path().join("config/comments/2026-W45.md");
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        written,
        "+++\ndecision = \"Fortsätt som nu.\"\n+++\n\nHöstlovet gav <många> besök.\n\n# Kanaler\n\nInstagram växte.\n"
    );
    let page = editor.get(&page.header("location")).await.text();
    assert!(page.contains("Kommentaren är sparad") && page.contains("&lt;många&gt;"), "{page}");

    // The web has read it again: a report of the week carries it.
    let app = site.shared.app();
    let spec = app.config.report("veckorapport").unwrap().clone();
    let period = Period::parse("2026-W45", app.config.organisation.calendar).unwrap();
    let (report, _) =
        compose_only(&app, &Order { period: Some(period), ..Order::of(&spec) }, wednesday()).await.unwrap();
    assert_eq!(report.comment[0], "Höstlovet gav <många> besök.");
    assert_eq!(report.decision.unwrap().text, "Fortsätt som nu.");
    let noted = app.state.audit_log(Some("2026-W45"), 5).await.unwrap();
    assert_eq!((noted[0].who.as_str(), noted[0].what.as_str()), ("editor-all@granvik.example", "comment written"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changed_the_file_by_hand_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(with_files(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let path = folder.path().join("config/comments/2026-W46.md");
    let form = editor.get("/reports/comment?period=2026-W46&language=sv").await.text();
    let digest = hidden(&form, "digest");
    let by_hand = std::fs::read_to_string(&path).unwrap() + "\nTillagt för hand.\n";
    std::fs::write(&path, &by_hand).unwrap();
    let fields =
        [("period", "2026-W46"), ("language", "sv"), ("digest", digest.as_str()), ("text", "Mitt."), ("decision", "")];
    let page = editor.post("/reports/comment", &fields).await;
    assert!(page.status == 200 && page.text().contains("Någon annan har ändrat filen"), "{}", page.text());
    assert!(page.text().contains("Tillagt för hand.") && page.text().contains("Mitt."), "both are shown");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), by_hand);
    // Having seen it, the person may go on.
    let digest = hidden(&page.text(), "digest");
    let fields =
        [("period", "2026-W46"), ("language", "sv"), ("digest", digest.as_str()), ("text", "Mitt."), ("decision", "")];
    assert_eq!(editor.post("/reports/comment", &fields).await.status, 303);
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("Mitt.\n"));
    config::load(&Source::at(&folder.path().join("config"))).unwrap();

    // A comment for every language is another one: its file takes nobody's place.
    let digest = hidden(&editor.get("/reports/comment?period=2026-W46").await.text(), "digest");
    let fields = [("period", "2026-W46"), ("digest", digest.as_str()), ("text", "För alla."), ("decision", "")];
    assert_eq!(editor.post("/reports/comment", &fields).await.status, 303);
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("Mitt.\n"));
    let other = std::fs::read_to_string(path.with_file_name("2026-W46.2.md")).unwrap();
    assert_eq!(other, "För alla.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_for_editors_of_the_unit_and_for_whole_periods() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(with_files(folder.path()).await, wednesday()).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    assert_eq!(reader.get("/reports/comment").await.status, 403);
    let mut other = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    assert_eq!(other.get("/reports/comment?period=2026-W45").await.status, 404, "of the whole organisation");
    let form = other.get("/reports/comment?period=2026-W45&unit=bibliotek").await.text();
    let digest = hidden(&form, "digest");
    let fields = [("period", "2026-W45"), ("unit", "bibliotek"), ("digest", digest.as_str()), ("text", "Hej.")];
    assert_eq!(other.post("/reports/comment", &fields).await.status, 303);
    assert!(folder.path().join("config/comments/2026-W45.bibliotek.md").exists());
    for period in ["2026-11-01..2026-11-15", "../../goals", "2026-W45/../x", ""] {
        let fields = [("period", period), ("unit", "bibliotek"), ("digest", ""), ("text", "Hej.")];
        assert_eq!(other.post("/reports/comment", &fields).await.status, 422, "{period}");
    }
    let names: Vec<String> = std::fs::read_dir(folder.path().join("config/comments"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_example_cannot_be_written_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let page = editor.get("/reports/comment?period=2026-W45").await.text();
    assert!(page.contains("genomslag init"), "{page}");
}
