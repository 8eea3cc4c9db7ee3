//! Whole runs: from the platforms' answers over loopback to the figures of a finished report.

mod apart;
mod broken;
mod effect;
mod forecasts;
mod levels;
mod parts;
mod see;
mod tokens;
mod traces;
mod truth;

use genomslag::model::{Language, Period, ReportKind};
use genomslag::pipeline::{self, App, Order};
use genomslag::report::{Block, Report};

use crate::support::app::TestApp;

fn period(app: &App, text: &str) -> Period {
    Period::parse(text, app.config.organisation.calendar).unwrap()
}

fn order(app: &App, kind: ReportKind, text: &str) -> Order {
    Order { period: Some(period(app, text)), ..Order::kind(kind, Language::Swedish) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_later_only_what_may_be_new_is_asked_for() {
    let test = TestApp::new().await;
    let first = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    assert!(first.channels.iter().all(|channel| channel.complete && !channel.again), "{first:?}");
    assert!(first.channels.iter().all(|channel| channel.new > 0));
    let again = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    for channel in &again.channels {
        assert!(channel.complete && channel.again, "{channel:?}");
        assert_eq!((channel.new, channel.restated), (0, 0), "nothing happened in between: {channel:?}");
    }
    assert!(again.history.iter().all(|file| file.known));

    let test = test.later("2026-11-25T06:00:00Z".parse().unwrap()).await;
    let next = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    for (before, after) in first.channels.iter().zip(&next.channels) {
        assert!(after.complete && after.new > 0, "{after:?}");
        assert!(after.new * 4 < before.new, "{}: {} after {}", after.channel, after.new, before.new);
        assert!(after.calls < before.calls, "{}: {} after {}", after.channel, after.calls, before.calls);
    }
}

/// The cells of the table of the last fetch of each channel.
fn fetch_table(report: &Report) -> Vec<String> {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let tables = blocks.filter_map(|block| match block {
        Block::Table(table) if table.id == "fetching" => Some(table),
        _ => None,
    });
    tables.flat_map(|table| &table.rows).flatten().map(|cell| cell.text.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_input_gives_the_same_bytes_and_as_known_at_gives_the_old_figures() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let weekly = order(&test.app, ReportKind::Weekly, "2026-W46");
    let first = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    let second = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    assert_eq!(first.report.hash, second.report.hash);
    for ((name, one), (_, other)) in first.files.iter().zip(&second.files) {
        assert!(one == other, "{name} differs");
    }

    let monthly = order(&test.app, ReportKind::Monthly, "2026-10");
    let fetched_then = fetch_table(&pipeline::make(&test.app, &monthly, test.now).await.unwrap().report);
    let known_at = test.now;
    let test = test.later("2026-11-25T06:00:00Z".parse().unwrap()).await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let old = Order { as_known_at: Some(known_at), ..weekly.clone() };
    let old = pipeline::make(&test.app, &old, test.now).await.unwrap();
    for figure in &first.report.figures {
        let found = old.report.figures.iter().find(|it| it.id == figure.id);
        let Some(found) = found else { continue };
        assert_eq!(found.value, figure.value, "{}", figure.id);
    }
    let now = pipeline::make(&test.app, &monthly, test.now).await.unwrap();
    assert_ne!(fetch_table(&now.report), fetched_then, "it was fetched again since");
    let then = Order { as_known_at: Some(known_at), ..monthly };
    let then = pipeline::make(&test.app, &then, test.now).await.unwrap();
    // The ledger keeps what is known of the tokens now: what was known then is not told.
    let (then, fetched_then) = (fetch_table(&then.report), fetched_then);
    assert_eq!(then.len(), fetched_then.len());
    for (row, told) in then.chunks(6).zip(fetched_then.chunks(6)) {
        assert_eq!(row[..5], told[..5], "what the fetch of that time cost, and when it was");
    }
    assert_eq!(then[5], "inte känt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_made_again_leaves_the_report_before_where_its_id_leads() {
    let test = TestApp::new().await;
    let only = ["fb-social".into()];
    pipeline::fetch(&test.app, &only, test.now, |_| {}).await.unwrap();
    let weekly = order(&test.app, ReportKind::Weekly, "2026-W46");
    let out = test.folder.path().join("out");
    let mut ids = Vec::new();
    for hours in [0, 1, 2] {
        let made = pipeline::make(&test.app, &weekly, test.now + chrono::TimeDelta::hours(hours)).await.unwrap();
        let folder = pipeline::write(&test.app, &weekly, &made, &out, false).await.unwrap();
        assert_eq!(folder, out.join("weekly-2026-W46-sv"));
        ids.push(made.report.id);
    }
    for id in &ids {
        assert_eq!(&pipeline::find_report(&test.app, id).await.unwrap().id, id);
    }
    // The very same report again stays where it is.
    let again = pipeline::make(&test.app, &weekly, test.now + chrono::TimeDelta::hours(2)).await.unwrap();
    pipeline::write(&test.app, &weekly, &again, &out, false).await.unwrap();
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 3);
}
