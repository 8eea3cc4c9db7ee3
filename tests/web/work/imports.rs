//! Files brought in by hand: seen first, then taken in.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use genomslag::config;
use genomslag::pipeline::{App, Role};

use super::opened;
use crate::support::app::wednesday;
use crate::support::browser::{Browser, Site};

const CONFIG: &str = r#"
[organisation]
id = "granvik"
name = "Granviks kommun"
[[unit]]
id = "alla"
title = "Alla"
[[unit]]
id = "annan"
title = "En annan"
[[channel]]
id = "li"
title = "Granvik på LinkedIn"
platform = "linkedin"
account = "1"
unit = "alla"
[[channel]]
id = "li2"
title = "Granvik jobb på LinkedIn"
platform = "linkedin"
account = "2"
unit = "alla"
[[channel]]
id = "fb"
title = "Granvik på Facebook"
platform = "facebook"
account = "61569323067856"
unit = "alla"
[[channel]]
id = "yt"
title = "Granvik på YouTube"
platform = "youtube"
account = "granvik"
unit = "alla"
[[channel]]
id = "x"
title = "Granvik på X"
platform = "x"
account = "granvik"
unit = "alla"
"#;

async fn app(folder: &Path) -> App {
    let config = config::check_text(&[("genomslag.toml".to_owned(), CONFIG.to_owned())]).unwrap();
    opened(config, folder, None).await
}

fn data(path: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/imports/data");
    std::fs::read(folder.join(path)).unwrap()
}

async fn bring(browser: &mut Browser, files: &[(&str, &[u8])]) -> String {
    browser.get("/import").await;
    let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(name, bytes)| ("files", *name, *bytes)).collect();
    let page = browser.upload("/import", &[], &files).await;
    assert_eq!(page.status, 303, "{}", page.text());
    page.header("location")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_is_told_before_anything_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let facebook = data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv");
    let (content, followers, visitors) = (
        data("linkedin-page/linkedin-content.xls"),
        data("linkedin-page/linkedin-followers.xls"),
        data("linkedin-page/linkedin-visitors.xls"),
    );
    let youtube = data("youtube-studio/Totals.csv");
    let place = bring(
        &mut editor,
        &[
            ("Feb-01-2025_Mar-15-2025_613168031534769.csv", &facebook),
            ("ghe_content_1747810000000.xls", &content),
            ("ghe_followers_1747810000000.xls", &followers),
            ("ghe_visitors_1747810000000.xls", &visitors),
            ("Totals.csv", &youtube),
            ("brev.txt", b"Hej! Det h\xc3\xa4r \xc3\xa4r inga siffror."),
        ],
    )
    .await;
    let page = editor.get(&place).await.text();
    for told in [
        "meta-content-facebook",
        "Granvik på Facebook",
        "linkedin-content-days+linkedin-content-posts",
        "linkedin-followers",
        "linkedin-visitors",
        "youtube",
        "filen är ingen känd exportfil: texten börjar",
        // Two channels on LinkedIn: which one is asked.
        "Vilken kanal gäller filen?",
        "21 maj 2024–20 maj 2025",
    ] {
        assert!(page.contains(told), "{told} is missing in\n{page}");
    }
    assert!(!page.contains("take-6"), "what is nothing known cannot be taken");
    assert!(!page.contains(&folder.path().display().to_string()), "no folder of ours is shown");
    let view = site.app.store.view(None).await.unwrap();
    assert!(view.last_days().unwrap().seen.is_empty(), "nothing was taken yet");
    // The folder is nobody else's.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let rests = folder.path().join("data/uploads").join(place.rsplit('/').next().unwrap());
        assert_eq!(std::fs::metadata(rests).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_confirmed_is_in_the_store_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let facebook = data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv");
    let content = data("linkedin-page/linkedin-content.xls");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("ghe_content_1747810000000.xls", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&content).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let place = bring(&mut editor, &[("filer.zip", &zip), ("facebook.csv", &facebook)]).await;
    let page = editor.get(&place).await.text();
    assert!(page.contains("filer.zip/ghe_content_1747810000000.xls"), "{page}");
    // Without a channel the LinkedIn file cannot be placed, and says so; the other one is left out.
    let page = editor.post(&place, &[("step", "take"), ("take-1", "yes"), ("channel-1", "li2")]).await.text();
    assert!(page.contains("Granvik jobb på LinkedIn") && page.contains("Nya"), "{page}");
    let days = site.app.store.view(None).await.unwrap().last_days().unwrap();
    let channels: Vec<&str> = days.seen.keys().map(genomslag::model::ChannelId::as_str).collect();
    assert_eq!(channels, ["li2"], "the file that was not ticked was not taken");
    assert!(!folder.path().join("data/uploads").join(place.rsplit('/').next().unwrap()).exists());
    // A second press finds nothing, and the same file again is known.
    assert_eq!(
        editor.post(&place, &[("step", "take"), ("take-1", "yes")]).await.header("location"),
        "/import?told=gone"
    );
    let place = bring(&mut editor, &[("igen.xls", &content)]).await;
    editor.get(&place).await;
    let page = editor.post(&place, &[("step", "take"), ("take-1", "yes"), ("channel-1", "li2")]).await.text();
    assert!(page.contains("Inläst tidigare"), "{page}");
    let noted = site.app.state.audit_log(None, 20).await.unwrap();
    assert_eq!(noted.iter().filter(|it| it.what == "file imported").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_do_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = bring(&mut editor, &[("../../../state.sqlite", b"x"), ("..\\..\\evil.csv", b"y"), (".by", b"z")]).await;
    let rests = folder.path().join("data/uploads").join(place.rsplit('/').next().unwrap());
    let names: Vec<String> = ["001", "002", "003"]
        .iter()
        .map(|number| {
            let mut files = std::fs::read_dir(rests.join(number)).unwrap();
            files.next().unwrap().unwrap().file_name().into_string().unwrap()
        })
        .collect();
    assert_eq!(names, ["state.sqlite", "evil.csv", "by"]);
    assert_eq!(std::fs::read_to_string(rests.join(".by")).unwrap(), "editor-all@granvik.example");
    assert_eq!(editor.get(&place).await.status, 200);
    for id in ["%2e%2e%2fdata", "0123456789abcdef0123456789abcdef", "../uploads"] {
        let page = editor.get(&format!("/import/{id}")).await;
        assert!(page.header("location") == "/import?told=gone" || page.status == 404, "{id}: {}", page.status);
    }
    // An upload is whose it is.
    let mut other = site.logged_in(Role::Administrator, None).await;
    assert_eq!(other.get(&place).await.header("location"), "/import?told=gone");
    assert_eq!(editor.post(&place, &[("step", "forget")]).await.header("location"), "/import");
    assert!(!rests.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_brings_in_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let facebook = data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv");
    let mut reader = site.logged_in(Role::Reader, None).await;
    assert_eq!(reader.get("/import").await.status, 403);
    let page = reader.upload("/import", &[], &[("files", "facebook.csv", &facebook)]).await;
    assert_eq!(page.status, 403);
    // A form without its mark leaves nothing behind.
    let mut editor = site.logged_in(Role::Editor, None).await;
    let page = editor.upload("/import", &[], &[("files", "facebook.csv", &facebook)]).await;
    assert_eq!(page.status, 403, "the last page had no form: {}", page.text());
    let uploads = folder.path().join("data/uploads");
    assert_eq!(std::fs::read_dir(&uploads).map_or(0, Iterator::count), 0);
    // Whoever has another unit cannot put figures into this one's channel.
    let mut other = site.logged_in(Role::Editor, Some(&["annan"])).await;
    let place = bring(&mut other, &[("facebook.csv", &facebook)]).await;
    let page = other.get(&place).await.text();
    assert!(!page.contains("take-1"), "{page}");
    assert_eq!(other.post(&place, &[("step", "take"), ("take-1", "yes")]).await.status, 404);
    let content = data("linkedin-page/linkedin-content.xls");
    let place = bring(&mut other, &[("ghe_content_1747810000000.xls", &content)]).await;
    let page = other.get(&place).await.text();
    assert!(!page.contains("Granvik jobb på LinkedIn"), "{page}");
    assert_eq!(other.post(&place, &[("step", "take"), ("take-1", "yes"), ("channel-1", "li")]).await.status, 404);
    let days = site.app.store.view(None).await.unwrap().last_days().unwrap();
    assert!(days.seen.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_told_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let content = String::from_utf8(data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    let odd = content.replacen(",Lifetime,0,2,", ",Lifetime,fem,2,", 1);
    let ruined = content.replacen(",Lifetime,0,2,", ",Lifetime,3.apr,2,", 1);
    assert!(odd != content && ruined != content);
    let place = bring(&mut editor, &[("a.csv", odd.as_bytes()), ("b.csv", ruined.as_bytes())]).await;
    let swedish =
        ["är inget tal av den sort som väntades", "Hämta filen på nytt och öppna den inte i ett kalkylprogram"];
    let english = ["is no number of the kind expected", "Download the file again and do not open it in a spreadsheet"];
    let page = editor.get(&place).await.text();
    assert!(swedish.iter().all(|told| page.contains(told)), "{page}");
    assert!(!english.iter().any(|told| page.contains(told)), "{page}");
    editor.get("/look?language=en&next=%2Fimport").await;
    let page = editor.get(&place).await.text();
    assert!(english.iter().all(|told| page.contains(told)), "{page}");
    assert!(!swedish.iter().any(|told| page.contains(told)), "{page}");
}

/// Such files went into a channel of another unit before: that is remembered, and is not theirs to fill.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_about_a_channel_of_another_unit_is_refused_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place =
        bring(&mut editor, &[("ghe_content_1747810000000.xls", &data("linkedin-page/linkedin-content.xls"))]).await;
    editor.get(&place).await;
    editor.post(&place, &[("step", "take"), ("take-1", "yes"), ("channel-1", "li")]).await;
    let days = site.app.store.view(None).await.unwrap().last_days().unwrap();
    let mut other = site.logged_in(Role::Editor, Some(&["annan"])).await;
    for (language, told) in [
        ("sv", "filen gäller en kanal som hör till en enhet som inte är din"),
        ("en", "it is about a channel of a unit that is not yours"),
    ] {
        other.get(&format!("/look?language={language}&next=%2Fimport")).await;
        let followers = data("linkedin-page/linkedin-followers.xls");
        let place = bring(&mut other, &[("ghe_followers_1747810000000.xls", &followers)]).await;
        other.get(&place).await;
        let page = other.post(&place, &[("step", "take"), ("take-1", "yes")]).await;
        assert!(page.status == 200 && page.text().contains(told), "{language}: {}", page.text());
    }
    assert_eq!(site.app.store.view(None).await.unwrap().last_days().unwrap(), days, "nothing was taken");
    // What is noted is one language's, whoever brought the file.
    let noted = site.app.state.audit_log(None, 20).await.unwrap();
    let error = "it is about a channel of a unit that is not yours";
    assert_eq!(noted.iter().filter(|it| it.detail["error"] == error).count(), 2, "{noted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_choice_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    editor.get("/import").await;
    let page = editor.upload("/import", &[], &[("files", "", b"")]).await;
    assert!(page.status == 422 && page.text().contains("Välj minst en fil."), "{} {}", page.status, page.text());
}
