//! Where a figure comes from, as its page tells it.

use genomslag::model::{Language, ReportKind};
use genomslag::pipeline::{self, Role};
use serde_json::Value;

use super::see::example;

/// The text of the page without its no-break spaces.
fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ").replace("&#x2f;", "/")
}

/// Whether anything of the trace is marked as English.
fn is_foreign(text: &str) -> bool {
    text.contains("<dd lang=\"en\">") || text.contains("class=\"quiet\" lang=\"en\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_figure_was_computed_is_told_in_the_readers_language() {
    let (_test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let views = "/trace/now/channel.fb-kommun.views.total?view=channel%2Ffb-kommun";
    let page = browser.get(views).await;
    assert_eq!(page.status, 200);
    let text = plain(&page.text());
    assert!(text.contains("<dd>summan av visningar över 7 av 7 dagar</dd>"), "{text}");
    assert!(!is_foreign(&text) && !text.contains("sum of"), "{text}");
    let text = plain(&browser.get(&format!("{views}&language=en")).await.text());
    assert!(text.contains("sum of views over 7 of 7 days"), "{text}");
    // What stands in the configuration, and the figures that a figure was computed from.
    let text = plain(&browser.get("/trace/now/goal.foljare-2026.target?view=whole").await.text());
    assert!(text.contains("<dd>målet foljare-2026: target 26 500</dd>"), "{text}");
    assert!(text.contains("<dd>enligt inställningarna</dd>") && !text.contains("as configured"), "{text}");
    let text = plain(&browser.get("/trace/now/goal.foljare-2026.ahead?view=whole").await.text());
    assert!(text.contains("<dd>nuvärdet minus det väntade, så att plus är bättre</dd>"), "{text}");
    assert!(text.contains("i takt med dagarna som har gått</span>") && !is_foreign(&text), "{text}");
}

/// Takes away what reports did not have before there were kinds.
fn made_old(json: &mut Value) {
    match json {
        Value::Object(map) => {
            if map.contains_key("sources") {
                map.remove("told");
                map.remove("config_told");
            }
            map.values_mut().for_each(made_old);
        }
        Value::Array(list) => list.iter_mut().for_each(made_old),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_from_before_there_were_kinds_is_shown_in_its_english() {
    let (test, site) = example().await;
    let weekly = pipeline::Order::kind(ReportKind::Weekly, Language::Swedish);
    let made = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    let folder = pipeline::write(&test.app, &weekly, &made, &test.folder.path().join("out"), false).await.unwrap();
    let address = format!("/trace/{}/goal.foljare-2026.target", made.report.id);
    let mut browser = site.logged_in(Role::Reader, None).await;
    let shown = plain(&browser.get(&address).await.text());
    assert!(shown.contains("<dd>enligt inställningarna</dd>") && !is_foreign(&shown), "{shown}");
    let file = folder.join("report.json");
    let mut json: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    made_old(&mut json);
    std::fs::write(&file, serde_json::to_vec(&json).unwrap()).unwrap();
    let shown = plain(&browser.get(&address).await.text());
    assert!(shown.contains("<dd lang=\"en\">as configured</dd>"), "{shown}");
    assert!(shown.contains("<dd lang=\"en\">goal foljare-2026: target 26500</dd>"), "{shown}");
}
