//! Every figure says how it was computed in the reader's language, with the titles of the catalogue.

use std::collections::BTreeSet;

use genomslag::model::told::{Part, Told};
use genomslag::model::{Figure, Language, MetricName, ReportKind};
use genomslag::pipeline::{self, App, SeeOrder};
use genomslag::report::Seen;
use genomslag::words::traces;

use super::order;
use crate::support::app::TestApp;

fn kinds(told: &Told, into: &mut BTreeSet<String>) {
    into.insert(told.kind.clone());
    for part in told.parts.values() {
        if let Part::Told(inner) = part {
            kinds(inner, into);
        }
    }
}

/// A line that is told: Swedish, whole, and nothing that is still English.
fn is_swedish(app: &App, (english, told): (&str, Option<&Told>), id: &str) {
    let titles = |metric: &str| {
        let canonical = app.catalog.canonical(&MetricName::from(metric));
        canonical.map(|it| it.title.get(Language::Swedish).to_owned())
    };
    let told = told.unwrap_or_else(|| panic!("{id}: `{english}` has no kind"));
    assert_eq!(genomslag::model::told::traces::english(told), english, "{id}");
    let swedish = traces::text(Language::Swedish, told, &titles).unwrap_or_else(|| panic!("{id}: {told}"));
    assert!(!swedish.is_empty() && swedish != english, "{id}: {swedish}");
    assert!(!swedish.contains(['{', '}']), "{id}: {swedish}");
    for word in [" of ", " the ", " days", " and ", "divided"] {
        assert!(!swedish.contains(word), "{id}: {swedish}");
    }
}

fn look_at(app: &App, figures: &[Figure], seen: &mut BTreeSet<String>) {
    for figure in figures {
        let how = &figure.trace.how;
        assert!(!how.is_empty() || figure.value.is_err(), "{} does not say how", figure.id);
        if !how.is_empty() {
            is_swedish(app, (how.english(), how.told()), &figure.id.0);
        }
        for line in figure.trace.config.lines() {
            is_swedish(app, line, &figure.id.0);
        }
        for told in how.told().into_iter().chain(figure.trace.config.lines().filter_map(|(_, told)| told)) {
            kinds(told, seen);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_says_in_swedish_how_it_was_computed() {
    let test = TestApp::new().await;
    Box::pin(pipeline::fetch(&test.app, &[], test.now, |_| {})).await.unwrap();
    let mut seen = BTreeSet::new();
    for (kind, period) in [(ReportKind::Weekly, "2026-W46"), (ReportKind::Tertial, "2026-T2")] {
        let made = pipeline::make(&test.app, &order(&test.app, kind, period), test.now).await.unwrap();
        look_at(&test.app, &made.report.figures, &mut seen);
    }
    let channel = Seen::Channel("fb-kommun".into());
    for what in [Seen::Whole, Seen::Posts, channel, Seen::Campaign("familjehem-hosten".into())] {
        let asked = SeeOrder { seen: what, ..SeeOrder::whole(Language::Swedish) };
        let sight = pipeline::see(&test.app, &asked, test.now).await.unwrap();
        look_at(&test.app, &sight.report.figures, &mut seen);
    }
    assert!(seen.len() > 60, "only {} kinds: {seen:?}", seen.len());
}
