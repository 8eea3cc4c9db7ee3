//! One broken channel or recipient never stops the others, and is shown.

use genomslag::model::{Figure, Gravity, Language, Platform, ReportKind};
use genomslag::pipeline::{self, Order};
use genomslag::sandbox::{Fault, FaultKind, Faults};

use super::order;
use crate::support::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_token_stops_its_channels_only_and_the_report_says_so() {
    let test = TestApp::new().await;
    test.sandbox.set_faults(Faults::of([Fault::always(FaultKind::ExpiredToken).on(Platform::LinkedIn)]));
    let fetched = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    for channel in &fetched.channels {
        assert_eq!(channel.complete, channel.platform != Platform::LinkedIn, "{channel:?}");
        let told = channel.problems.iter().any(|problem| problem.gravity == Gravity::Action);
        assert_eq!(told, channel.platform == Platform::LinkedIn, "{channel:?}");
    }
    let weekly = order(&test.app, ReportKind::Weekly, "2026-W46");
    let made = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    let written = serde_json::to_string(&made.report).unwrap();
    assert!(written.contains("LinkedIn"), "the report names what is missing");
    let attention: Vec<&str> = made.report.attention.iter().map(|it| it.text.as_str()).collect();
    assert!(!attention.is_empty(), "{attention:?}");
    assert!(!written.contains("sandbox-linkedin"), "no token stands in a report");
    for (language, told) in [
        (Language::Swedish, "nyckeln gäller inte: LinkedIns nyckel har gått ut"),
        (Language::English, "the token is dead: the LinkedIn token has expired"),
    ] {
        let monthly = Order { language, ..order(&test.app, ReportKind::Monthly, "2026-10") };
        let made = pipeline::make(&test.app, &monthly, test.now).await.unwrap();
        let written = serde_json::to_string(&made.report).unwrap();
        assert!(written.contains(told), "{language:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_metric_costs_only_itself() {
    let test = TestApp::new().await;
    let dead = FaultKind::DeadMetric { metric: "page_post_engagements".to_owned() };
    test.sandbox.set_faults(Faults::of([Fault::always(dead).on(Platform::Facebook)]));
    let only = ["fb-kommun".into()];
    let fetched = pipeline::fetch(&test.app, &only, test.now, |_| {}).await.unwrap();
    assert_eq!(fetched.channels.len(), 1);
    let problems = &fetched.channels[0].problems;
    assert!(problems.iter().any(|problem| problem.what.contains("page_post_engagements")), "{problems:?}");
    let weekly = order(&test.app, ReportKind::Weekly, "2026-W46");
    let made = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    let number = |id: &str| made.report.figures.iter().find(|it| it.id.0 == id).and_then(Figure::number);
    assert!(number("channel.fb-kommun.views.total").is_some(), "the other metrics are there");
    assert_eq!(number("channel.fb-kommun.engagements.total"), None);
}
