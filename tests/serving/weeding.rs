//! Retention of observations, in a whole run: dry, done, told, and never silently.

use chrono::TimeDelta;
use genomslag::config::{self, Retention, Source};
use genomslag::pipeline::{self, Order};
use genomslag::sandbox::World;

use crate::support::app::{TestApp, folder, wednesday};

const DECISION: &str = "KS 2026/123 § 7";

#[tokio::test(flavor = "multi_thread")]
async fn observations_go_by_decision_and_an_old_report_says_so() {
    let mut config = config::load(&Source::Embedded).unwrap();
    config.channels.retain(|channel| channel.id.as_str() == "fb-kommun");
    config.history.clear();
    config.retention =
        vec![Retention { class: "observations".to_owned(), keep_days: 400, decision: DECISION.to_owned() }];
    let test = TestApp::with(config, World::example(wednesday()), folder()).await;
    let (app, now) = (&test.app, test.now);
    let first = pipeline::fetch(app, &[], now, |_| {}).await.unwrap();
    assert!(first.channels[0].new > 1_000);
    let order = Order::of(app.config.report("veckorapport").unwrap());
    let made = pipeline::make(app, &order, now).await.unwrap();
    let out = test.folder.path().join("ut");
    pipeline::write(app, &order, &made, &out, false).await.unwrap();
    // Nothing that is fetched is too old; 200 days later some of it is.
    assert!(pipeline::weed(app, true, now).await.unwrap()[0].removed.is_empty());
    let later = now + TimeDelta::days(200);
    let dry = pipeline::weed(app, true, later).await.unwrap();
    // 6 June 2027 less 400 days.
    assert!(dry[0].removed[0].ends_with(" observations before 2026-05-02"), "{dry:?}");
    assert!(app.state.audit_log(Some("observations"), 10).await.unwrap().is_empty(), "a dry run is no deed");
    let done = pipeline::weed(app, false, later).await.unwrap();
    assert_eq!(done[0].removed, dry[0].removed);
    assert!(pipeline::weed(app, false, later).await.unwrap()[0].removed.is_empty(), "once");
    let log = app.state.audit_log(Some("observations"), 10).await.unwrap();
    assert_eq!((log.len(), &log[0].detail["decision"]), (1, &DECISION.into()));
    // The report is what it was; what it rests on is said to be gone, where it is.
    let old = made
        .report
        .figures
        .iter()
        .find(|it| it.trace.sources.iter().any(|source| source.start < "2026-05-02".parse().unwrap()));
    let old = old.unwrap().id.0.clone();
    let explained = pipeline::explain(app, &made.report, &old).await.unwrap();
    assert_eq!(explained.weeded.len(), 1);
    assert_eq!((explained.weeded[0].decision.as_str(), explained.weeded[0].at), (DECISION, later));
    // A report about the days that are gone says so before anything else.
    let period = genomslag::model::Period::parse("2026-W02", app.config.organisation.calendar).unwrap();
    let order = Order { period: Some(period), ..order };
    let (report, _) = pipeline::compose_only(app, &order, later).await.unwrap();
    assert!(report.notices.iter().any(|notice| notice.contains(DECISION)), "{:?}", report.notices);
}
