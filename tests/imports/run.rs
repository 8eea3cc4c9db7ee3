//! From files to the store and to a figure, and back out again.

use std::path::{Path, PathBuf};

use genomslag::config::{self, Source};
use genomslag::model::{ChannelId, Language, MetricName, Period, Platform};
use genomslag::pipeline::{self, App, ImportOrder, Opening, PlanState};
use genomslag::store::Wanted;
use genomslag::words::problems::{english, told};

use super::written::wide;
use super::{data, now, says};

const CONFIG: &str = r#"
[organisation]
id = "granvik"
name = "Granviks kommun"
[[unit]]
id = "alla"
title = "Alla"
[[population]]
date = 2024-12-31
inhabitants = 20000
source = "SCB"
[[channel]]
id = "li"
title = "LinkedIn"
platform = "linkedin"
account = "1"
unit = "alla"
[[channel]]
id = "fb"
title = "Facebook"
platform = "facebook"
account = "61569323067856"
unit = "alla"
[[channel]]
id = "ig"
title = "Instagram"
platform = "instagram"
account = "17841400000000001"
unit = "alla"
[[channel]]
id = "kontaktcenter"
title = "Kontaktcenter"
platform = "own"
account = "kontaktcenter"
unit = "alla"
"#;

pub(super) async fn open(folder: &Path) -> App {
    let place = folder.join("config");
    std::fs::create_dir_all(place.join("values")).unwrap();
    std::fs::write(place.join("genomslag.toml"), CONFIG).unwrap();
    std::fs::write(
        place.join("values/kontaktcenter.csv"),
        "datum,mått,värde\n2025-05-12,samtal,41\n2025-05-13,samtal,40\n",
    )
    .unwrap();
    let mut config = config::load(&Source::Folder(place)).unwrap();
    config.data = folder.join("data");
    config.state.url = format!("sqlite:{}", folder.join("state.sqlite").display());
    App::open(config, Opening::default()).await.unwrap()
}

pub(super) fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join("files").join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

pub(super) async fn total(app: &App, channel: &str, platform: Platform, metric: &str, period: &str) -> f64 {
    let days = Period::parse(period, genomslag::model::Calendar::default()).unwrap();
    let wanted = Wanted { channel: ChannelId::from(channel), platform, metric: MetricName::from(metric), days };
    let view = app.store.view(None).await.unwrap();
    let catalog = app.catalog;
    let totals = tokio::task::spawn_blocking(move || view.totals(catalog, &[wanted])).await.unwrap().unwrap();
    totals[0].value.clone().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_goes_in_once_and_newer_files_restate() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    put(folder.path(), "ghe_content_1747809000000.xls", &data("linkedin-page/linkedin-content.xls"));
    put(folder.path(), "ghe_followers_1747809000000.xls", &data("linkedin-page/linkedin-followers.xls"));
    put(folder.path(), "content.csv", &data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv"));
    put(folder.path(), "LICENSE.txt", b"no export");
    let order = ImportOrder { paths: vec![folder.path().join("files")], ..ImportOrder::default() };
    let seen = pipeline::import(&app, &order, now()).await.unwrap();
    let refused: Vec<&str> = seen.iter().filter(|file| file.error.is_some()).map(|file| file.file.as_str()).collect();
    assert!(matches!(refused.as_slice(), [only] if only.ends_with("LICENSE.txt")), "{refused:?}");
    let channel = |name: &str| seen.iter().find(|file| file.file.contains(name)).unwrap().channel.clone();
    assert_eq!(channel("content.csv"), Some(ChannelId::from("fb")), "by the page's id");
    assert_eq!(channel("ghe_content"), Some(ChannelId::from("li")), "the only channel of the platform");
    // May 2025 up to the 20th, summed from the sheet by hand: the store gives the same.
    let raw = super::Raw::sheet(&data("linkedin-page/linkedin-followers.xls"), "New followers", 0);
    let of_may: f64 = raw
        .rows
        .iter()
        .filter(|row| row[0].starts_with("05/") && row[0].ends_with("2025"))
        .map(|row| row.last().unwrap().parse::<f64>().unwrap())
        .sum();
    assert_eq!(total(&app, "li", Platform::LinkedIn, "new_followers", "2025-05").await, of_may);

    let again = pipeline::import(&app, &order, now()).await.unwrap();
    assert!(again.iter().filter(|file| file.error.is_none()).all(|file| file.known && file.new == 0), "{again:?}");

    // A newer download overlaps: what differs is restated, the rest is known, nothing is doubled.
    let chart = |value: u32| {
        wide(&format!(
            "sep=,\n\"Facebook link clicks\"\n\"Date\",\"Primary\"\n\"2025-05-01T00:00:00\",\"5\"\n\"2025-05-02T00:00:00\",\"{value}\"\n"
        ))
    };
    for (value, new, restated) in [(7, 2, 0), (9, 0, 1)] {
        let path = put(folder.path(), "later/Link clicks.csv", &chart(value));
        let order = ImportOrder { paths: vec![path], ..ImportOrder::default() };
        let later = now() + chrono::TimeDelta::hours(i64::from(value));
        let seen = pipeline::import(&app, &order, later).await.unwrap();
        assert_eq!((seen[0].new, seen[0].restated), (new, restated), "{:?}", seen[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_clear_is_asked_and_nothing_is_taken_before() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let chart = wide("sep=,\n\"Views\"\n\"Date\",\"Primary\"\n\"2026-05-01T00:00:00\",\"5\"\n");
    let path = put(folder.path(), "Views.csv", &chart);
    let order = ImportOrder { paths: vec![path.clone()], ..ImportOrder::default() };
    let seen = pipeline::import(&app, &order, now()).await.unwrap();
    assert!(says(seen[0].error.as_ref().unwrap(), "--platform"), "{seen:?}");
    let told = ImportOrder { platform: Some(Platform::Instagram), ..order };
    let seen = pipeline::import(&app, &told, now()).await.unwrap();
    assert_eq!((seen[0].error.clone(), seen[0].channel.clone(), seen[0].new), (None, Some(ChannelId::from("ig")), 1));
    // An account that is nobody's is not put into somebody's channel.
    let text = String::from_utf8(data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    let path = put(folder.path(), "other.csv", text.replace("61569323067856", "42").as_bytes());
    let seen = pipeline::import(&app, &ImportOrder { paths: vec![path.clone()], ..ImportOrder::default() }, now())
        .await
        .unwrap();
    assert!(says(seen[0].error.as_ref().unwrap(), "`42`"), "{seen:?}");
    let preview = pipeline::preview(&ImportOrder { paths: vec![path], ..ImportOrder::default() }, None, now()).unwrap();
    assert_eq!((preview[0].rows, preview[0].channel.clone(), preview[0].error.clone()), (20, None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_a_file_is_english_as_json_and_the_readers_own_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let content = String::from_utf8(data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    let odd = content.replacen(",Lifetime,0,2,", ",Lifetime,fem,2,", 1);
    let files = [
        put(folder.path(), "a.csv", odd.trim_end().as_bytes()),
        put(folder.path(), "b.txt", "Hej!".as_bytes()),
        put(folder.path(), "c.csv", content.replacen(",Lifetime,0,2,", ",Lifetime,3.apr,2,", 1).as_bytes()),
    ];
    let seen: Vec<_> = files
        .iter()
        .flat_map(|path| {
            let order = ImportOrder { paths: vec![path.clone()], ..ImportOrder::default() };
            pipeline::preview(&order, Some(&app.config), now()).unwrap()
        })
        .collect();
    let json = serde_json::to_value(&seen).unwrap();
    let row = json[0]["skipped"][0].as_object().unwrap();
    assert_eq!(row.keys().collect::<Vec<_>>(), ["row", "reason"]);
    let reason = row["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("column `") && reason.ends_with("`: `fem` is no number of the kind expected"),
        "{reason}"
    );
    let left = json[0]["left_out"].as_array().unwrap();
    assert!(!left.is_empty());
    for left in left {
        assert!(left["label"].is_string() && left["reason"].is_string(), "{left}");
    }
    let notices = json[0]["notices"].as_array().unwrap();
    assert!(notices.iter().any(|it| it == "the file does not end with a line break: was it cut short?"), "{notices:?}");
    assert_eq!(json[1]["error"], "not a known export file: its text begins `Hej!` …");
    let ruined = json[2]["error"].as_str().unwrap();
    assert!(
        ruined.ends_with(
            "`3.apr` is a number that a spreadsheet program took for a date. Download the file again and do not open \
             it in a spreadsheet program before importing it"
        ),
        "{ruined}"
    );
    let swedish = |text| told(Language::Swedish, text);
    let reason = swedish(&seen[0].skipped[0].reason);
    assert!(reason.starts_with("kolumn `") && reason.ends_with("är inget tal av den sort som väntades"), "{reason}");
    assert_eq!(swedish(seen[1].error.as_ref().unwrap()), "filen är ingen känd exportfil: texten börjar `Hej!` …");
    assert!(swedish(seen[2].error.as_ref().unwrap()).ends_with(
        "`3.apr` är ett tal som ett kalkylprogram har gjort om till ett datum. Hämta filen på nytt och öppna den inte \
             i ett kalkylprogram innan den läses in"
    ));

    let plan = put(folder.path(), "plan.csv", "Rubrik,Datum,Kanal\n,2025-03-15,Facebook\n".as_bytes());
    let planned = pipeline::planned(&app, &[plan, files[1].clone()], None, now()).await.unwrap();
    let json = serde_json::to_value(&planned).unwrap();
    assert_eq!(json["skipped"][0][1], serde_json::json!({"row": 2, "reason": "the row has no title"}));
    assert!(json["refused"][0][1].as_str().unwrap().starts_with("not a known export file: expected a board of Trello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_into_a_channel_that_is_not_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let path =
        put(folder.path(), "content.csv", &data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv"));
    let into = Some([ChannelId::from("ig")].into());
    let order = ImportOrder { paths: vec![path], into, ..ImportOrder::default() };
    let seen = pipeline::import(&app, &order, now()).await.unwrap();
    let error = seen[0].error.as_ref().unwrap();
    assert_eq!(told(Language::Swedish, error), "filen gäller en kanal som hör till en enhet som inte är din");
    assert_eq!(english(error), "it is about a channel of a unit that is not yours");
    assert_eq!((seen.len(), seen[0].new, seen[0].channel.clone()), (1, 0, None));
    assert!(app.store.view(None).await.unwrap().last_days().unwrap().seen.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn own_values_come_with_every_fetch() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let only = [ChannelId::from("kontaktcenter")];
    let fetched = pipeline::fetch(&app, &only, now(), |_| {}).await.unwrap();
    let told: Vec<_> = fetched.problems.iter().filter(|problem| problem.subject.contains("kontaktcenter")).collect();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!((fetched.history[0].rows, fetched.history[0].new), (2, 2));
    assert_eq!(total(&app, "kontaktcenter", Platform::Own, "calls", "2025-W20").await, 81.0);
    let again = pipeline::fetch(&app, &only, now(), |_| {}).await.unwrap();
    assert!(again.history[0].known);
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_and_peers() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let path =
        put(folder.path(), "content.csv", &data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv"));
    pipeline::import(&app, &ImportOrder { paths: vec![path], ..ImportOrder::default() }, now()).await.unwrap();
    let plan = "Rubrik,Datum,Länk,Kanal\nFilm,2025-03-15,https://www.facebook.com/61569323067856/videos/1151179272886419,Facebook\nInget,2025-03-10,,Facebook\n";
    let path = put(folder.path(), "plan.csv", plan.as_bytes());
    let march = Period::parse("2025-03", genomslag::model::Calendar::default()).unwrap();
    let planned = pipeline::planned(&app, &[path], Some(march), now()).await.unwrap();
    assert_eq!((planned.summary.count(PlanState::OnTime), planned.summary.count(PlanState::NeverPublished)), (1, 1));
    // Twelve posts of March in Sweden's days (28 February 22:01 in California is one of them); one was planned.
    assert_eq!(planned.summary.unplanned.len(), 11);
    assert!(planned.refused.is_empty());

    let (file, text) = pipeline::peers_export(&app, Some(march), now()).await.unwrap();
    let posts = file.values.iter().find(|figure| figure.metric.as_str() == "posts").unwrap();
    assert_eq!((posts.value, posts.per_1000), (12.0, Some(0.6)));
    let peers = pipeline::peers_import(text.as_bytes(), "grannar", true).unwrap();
    assert!(
        peers.contains("group = \"grannar\"") && peers.contains("value = 0.6") && peers.contains("date = 2025-03-31"),
        "{peers}"
    );
    let files = [("genomslag.toml".to_owned(), CONFIG.to_owned()), ("peers.toml".to_owned(), peers)];
    assert!(config::check_text(&files).is_ok(), "what is written can be read");
}
