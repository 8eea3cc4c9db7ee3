//! Goals by a form: the file on disk, its comments, the loader's own words, conflicts.

use std::path::PathBuf;

use genomslag::config::{self, Source};
use genomslag::model::{GoalId, GoalKind};
use genomslag::pipeline::Role;

use super::{hidden, with_files};
use crate::support::app::wednesday;
use crate::support::browser::{Browser, Site};

/// What a browser sends of a form as it is shown: every field with its value.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("class=\"form\">").nth(1).unwrap().split("</form>").next().unwrap();
    let mut fields = Vec::new();
    let attribute = |tag: &str, name: &str| {
        let mark = format!(" {name}=\"");
        tag.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).map(unescaped)
    };
    for tag in form.split("<input").skip(1) {
        let tag = tag.split('>').next().unwrap();
        let (Some(name), checkbox) = (attribute(tag, "name"), tag.contains("type=\"checkbox\"")) else { continue };
        if !checkbox || tag.contains(" checked") {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for tag in form.split("<textarea").skip(1) {
        let (head, rest) = tag.split_once('>').unwrap();
        fields.push((attribute(head, "name").unwrap(), unescaped(rest.split("</textarea>").next().unwrap())));
    }
    for tag in form.split("<select").skip(1) {
        let (head, rest) = tag.split_once('>').unwrap();
        let options = rest.split("</select>").next().unwrap();
        let chosen = options.split("<option").skip(1).find(|option| option.contains(" selected"));
        fields
            .push((attribute(head, "name").unwrap(), chosen.and_then(|it| attribute(it, "value")).unwrap_or_default()));
    }
    fields.retain(|(name, _)| name != "csrf");
    fields
}

fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(key, _)| key != name);
    fields.push((name.to_owned(), value.to_owned()));
}

async fn send(
    browser: &mut Browser,
    path: &str,
    fields: &[(String, String)],
    step: &str,
) -> crate::support::browser::Page {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.push(("step", step));
    browser.post(path, &all).await
}

struct Setting {
    site: Site,
    editor: Browser,
    file: PathBuf,
    folder: tempfile::TempDir,
}

async fn setting() -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let app = with_files(folder.path()).await;
    let site = Box::pin(Site::start(app, wednesday())).await;
    let editor = Box::pin(site.logged_in(Role::Editor, None)).await;
    Setting { site, editor, file: folder.path().join("config/goals.toml"), folder }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_target_is_seen_reasoned_and_saved_with_every_comment_in_its_place() {
    let Setting { site, mut editor, file, folder: _kept, .. } = setting().await;
    let before = std::fs::read_to_string(&file).unwrap();
    let form = editor.get("/goals/foljare-2026").await.text();
    let mut sent = fields(&form);
    set(&mut sent, "target", "27 000");
    let page = send(&mut editor, "/goals/foljare-2026", &sent, "look").await.text();
    assert!(page.contains("Skriv varför"), "a decided number needs a reason: {page}");
    set(&mut sent, "change_reason", "Nämnden höjde målet.");
    let page = send(&mut editor, "/goals/foljare-2026", &sent, "look").await.text();
    assert!(page.contains("<span class=\"removed\">− target = 26_500"), "{page}");
    assert!(page.contains("<span class=\"added\">+ target = 27000"), "{page}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before, "looking saves nothing");

    // The page of the change carries the whole form.
    let hidden_fields: Vec<(String, String)> =
        fields(&page.replacen("<form method=\"post\" action=\"/goals/foljare-2026\">", "class=\"form\">", 1));
    let page = send(&mut editor, "/goals/foljare-2026", &hidden_fields, "save").await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/goals?saved=yes"), "{}", page.text());
    let after = std::fs::read_to_string(&file).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&before), lines(&after));
    let gone: Vec<&String> = old.iter().filter(|line| !new.contains(line)).collect();
    let come: Vec<&String> = new.iter().filter(|line| !old.contains(line)).collect();
    assert_eq!(gone, ["target = 26_500"]);
    assert_eq!(come, ["target = 27000", "valid_from = 2026-11-18", "change_reason = \"Nämnden höjde målet.\""]);
    let comments =
        |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(comments(&before), comments(&after));

    // The web works with it at once, and the log knows who, what and why.
    let app = site.shared.app();
    let goal = app.config.goals.iter().find(|goal| goal.id == GoalId::from("foljare-2026")).unwrap();
    assert_eq!(goal.kind, GoalKind::Absolute { target: 27_000.0 });
    assert_eq!(goal.record.version, Some(2));
    assert!(editor.get("/goals").await.text().contains("27\u{202f}000"));
    let noted = app.state.audit_log(Some("foljare-2026"), 5).await.unwrap();
    assert_eq!((noted[0].who.as_str(), noted[0].what.as_str()), ("editor-all@granvik.example", "goal changed"));
    assert_eq!(noted[0].detail["why"], "Nämnden höjde målet.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_nobody_touched_changes_nothing() {
    let Setting { mut editor, file, folder: _kept, .. } = setting().await;
    let before = std::fs::read_to_string(&file).unwrap();
    for goal in ["foljare-2026", "jobb-foljare-2026", "familjehem-2026", "engagemang-linkedin", "visningar-facebook"] {
        let path = format!("/goals/{goal}");
        let form = editor.get(&path).await.text();
        let page = send(&mut editor, &path, &fields(&form), "look").await.text();
        assert!(page.contains("Det finns inget att spara"), "{goal}: {page}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_at_its_field_in_the_loaders_words() {
    let Setting { mut editor, file, folder: _kept, .. } = setting().await;
    let before = std::fs::read_to_string(&file).unwrap();
    let form = editor.get("/goals/bibliotek-takt").await.text();
    let mut sent = fields(&form);
    set(&mut sent, "target", "många");
    set(&mut sent, "due", "2025-12-31");
    set(&mut sent, "title", "");
    set(&mut sent, "change_reason", "För provets skull.");
    for step in ["look", "save"] {
        let page = send(&mut editor, "/goals/bibliotek-takt", &sent, step).await.text();
        for (field, told) in [("target", "hittade"), ("title", "saknas i `[[goal]]`")] {
            let fault = page.split(&format!("id=\"fault-{field}\">")).nth(1).unwrap_or_default();
            let fault = fault.split("</p>").next().unwrap();
            assert!(fault.contains(told), "{field}: {fault}\n{page}");
        }
        assert!(page.contains("aria-invalid=\"true\""));
        // What the person wrote stands there still.
        assert!(page.contains("value=\"många\""), "{page}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before, "nothing wrong is ever saved");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changed_the_file_meanwhile_is_not_overwritten() {
    let Setting { mut editor, file, folder: _kept, .. } = setting().await;
    let form = editor.get("/goals/foljare-2026").await.text();
    let mut sent = fields(&form);
    set(&mut sent, "why", "Den som följer oss får veta.");
    let by_hand = std::fs::read_to_string(&file).unwrap().replace("stretch = 850", "stretch = 900");
    std::fs::write(&file, &by_hand).unwrap();
    let page = send(&mut editor, "/goals/foljare-2026", &sent, "save").await;
    assert!(page.status == 200 && page.text().contains("Någon annan har ändrat filen"), "{}", page.text());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), by_hand);
    // Having seen what will be, the person saves: both changes stand.
    let digest = hidden(&page.text(), "digest");
    set(&mut sent, "digest", &digest);
    assert_eq!(send(&mut editor, "/goals/foljare-2026", &sent, "save").await.status, 303);
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(after.contains("stretch = 900") && after.contains("why = \"Den som följer oss får veta.\""), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_goal_of_five_fields_is_a_goal() {
    let Setting { site, mut editor, file, folder: _kept, .. } = setting().await;
    let form = editor.get("/goals/new").await.text();
    let mut sent = fields(&form);
    for (name, value) in [
        ("id", "ungdom-2027"),
        ("title", "Fler \"unga\" följer oss"),
        ("metric", "followers"),
        ("target", "1 500"),
        ("due", "2027-12-31"),
    ] {
        set(&mut sent, name, value);
    }
    let page = send(&mut editor, "/goals/new", &sent, "look").await.text();
    assert!(page.contains("+ [[goal]]") && page.contains("+ id = &quot;ungdom-2027&quot;"), "{page}");
    assert_eq!(send(&mut editor, "/goals/new", &sent, "save").await.status, 303);
    let added = std::fs::read_to_string(&file).unwrap();
    let goal = added.split("[[goal]]\nid = \"ungdom-2027\"").nth(1).unwrap();
    assert!(goal.contains("\nmetric = \"followers\"\ntarget = 1500\ndue = 2027-12-31\n"), "{goal}");
    let config = config::load(&Source::at(file.parent().unwrap())).unwrap();
    let goal = config.goals.iter().find(|goal| goal.id == GoalId::from("ungdom-2027")).unwrap();
    assert_eq!(goal.title, "Fler \"unga\" följer oss");
    assert!(site.shared.app().config.goals.iter().any(|goal| goal.id == GoalId::from("ungdom-2027")));
    // The same name again is told at its field.
    let digest = hidden(&editor.get("/goals/new").await.text(), "digest");
    set(&mut sent, "digest", &digest);
    let page = send(&mut editor, "/goals/new", &sent, "look").await.text();
    assert!(page.contains("står två gånger"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_are_set_by_editors_of_their_unit() {
    let Setting { site, file, folder: _kept, .. } = setting().await;
    let before = std::fs::read_to_string(&file).unwrap();
    let mut reader = site.logged_in(Role::Reader, None).await;
    assert_eq!(reader.get("/goals").await.status, 200);
    assert_eq!(reader.get("/goals/foljare-2026").await.status, 403);
    assert_eq!(reader.get("/goals/new").await.status, 403);
    let mut library = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    let listed = library.get("/goals").await.text();
    assert!(listed.contains("Biblioteket publicerar varje vecka") && !listed.contains("tappade"), "{listed}");
    assert_eq!(library.get("/goals/foljare-2026").await.status, 404);
    assert_eq!(library.get("/goals/finns-inte").await.status, 404);
    let form = library.get("/goals/bibliotek-takt").await.text();
    assert!(!form.contains("value=\"fb-kommun\""), "channels of others are not offered");
    let mut sent = fields(&form);
    // A goal cannot be moved to a unit that is not theirs, nor to the whole organisation.
    for unit in ["kommunikation", ""] {
        set(&mut sent, "unit", unit);
        assert_eq!(send(&mut library, "/goals/bibliotek-takt", &sent, "save").await.status, 404, "{unit}");
    }
    assert_eq!(send(&mut library, "/goals/tappade-foljare", &sent, "save").await.status, 404);
    // Nor can the figures of others be read by way of it, nor another's goal be taken over as a new version.
    set(&mut sent, "unit", "bibliotek");
    set(&mut sent, "channels", "fb-kommun");
    assert_eq!(send(&mut library, "/goals/bibliotek-takt", &sent, "save").await.status, 404);
    set(&mut sent, "channels", "fb-bibliotek");
    for (key, value) in [("id", "foljare-2026"), ("valid_from", "2026-11-18"), ("change_reason", "prov")] {
        set(&mut sent, key, value);
    }
    assert_eq!(send(&mut library, "/goals/new", &sent, "save").await.status, 404);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}
