//! The report's figures against what really happened in the sandbox's world, and each figure down to its observations.

use genomslag::model::{Channel, Figure, Platform, ReportKind, Value, Window};
use genomslag::pipeline;

use super::{order, period};
use crate::support::app::TestApp;

/// The world's own sum over the days of a period.
fn true_sum(test: &TestApp, channel: &Channel, metric: &str, code: &str) -> Option<f64> {
    let period = period(&test.app, code);
    let days = test.sandbox.world().truths(channel.platform, &channel.account, metric, period.start(), period.end());
    (days.len() == period.days() as usize).then(|| days.into_iter().map(|(_, value)| value).sum())
}

fn number(figures: &[Figure], id: &str) -> Option<f64> {
    figures.iter().find(|figure| figure.id.0 == id).and_then(Figure::number)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weeks_figures_are_those_of_the_world() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let made = pipeline::make(&test.app, &order(&test.app, ReportKind::Monthly, "2026-10"), test.now).await.unwrap();
    let figures = &made.report.figures;
    let mut compared = 0;
    for channel in &test.app.config.channels {
        let metrics = match channel.platform {
            Platform::Matomo => &["visits", "social_visits", "campaign_visits", "conversions"][..],
            _ => &["views", "new_followers"][..],
        };
        for metric in metrics {
            let id = format!("channel.{}.{metric}.total", channel.id);
            let Some(found) = number(figures, &id) else { continue };
            let expected = true_sum(&test, channel, metric, "2026-10");
            assert_eq!(Some(found), expected, "{id}");
            compared += 1;
        }
        let id = format!("channel.{}.followers.total", channel.id);
        if let Some(found) = number(figures, &id) {
            let last = period(&test.app, "2026-10").last();
            let truth = test.sandbox.world().truth(channel.platform, &channel.account, "followers", last);
            assert_eq!(Some(found), truth, "{id}");
            compared += 1;
        }
    }
    assert!(compared >= 20, "only {compared} figures could be compared");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_figure_of_a_report_is_without_a_trace() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let order = order(&test.app, ReportKind::Weekly, "2026-W46");
    let made = pipeline::make(&test.app, &order, test.now).await.unwrap();
    assert!(made.report.figures.len() > 40, "{}", made.report.figures.len());
    let mut sums = 0;
    for figure in &made.report.figures {
        let explained = pipeline::explain(&test.app, &made.report, &figure.id.0).await.unwrap();
        let trace = &figure.trace;
        assert!(!trace.how.is_empty() || figure.value.is_err(), "{} does not say how", figure.id);
        for source in &explained.sources {
            // A value that the platform does not name itself is a sum of what it names, an observation for each.
            let summands = source.source.metrics.first().map_or(1, |metric| metric.split('+').count());
            let expected = source.source.observations as usize * summands;
            let found = source.observations.len() + source.posts.len();
            let several = source.source.metrics.len() > 1;
            assert!(
                found == expected || (several && found > 0),
                "{}: {found} of {expected} behind {:?}",
                figure.id,
                source.source
            );
        }
        // A sum of days is the sum of the observations behind it.
        let one_metric =
            explained.sources.iter().all(|it| it.source.window == Window::Day && it.source.metrics.len() == 1);
        if trace.how.english().starts_with("sum of")
            && one_metric
            && !explained.sources.is_empty()
            && !trace.how.english().contains("divided")
        {
            let values = explained.sources.iter().flat_map(|it| &it.observations).filter_map(|it| it.reading.value);
            let sum: f64 = values.map(Value::as_f64).sum();
            assert_eq!(figure.number(), Some(sum), "{}: {}", figure.id, trace.how.english());
            sums += 1;
        }
    }
    assert!(sums >= 10, "only {sums} sums could be added up again");
}
