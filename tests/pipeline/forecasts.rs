//! Forecasts are kept as they were told, and held to their word when their day has come.

use genomslag::analysis::{Likelihood, score};
use genomslag::model::{Language, ReportKind, Status};
use genomslag::pipeline::{self, JudgeOrder, Order};

use super::{order, period};
use crate::support::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_foreseen_in_november_is_scored_in_january() {
    let test = TestApp::new().await;
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let weekly = order(&test.app, ReportKind::Weekly, "2026-W46");
    let out = test.folder.path().join("out");
    let made = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    assert!(pipeline::scored_forecasts(&test.app, test.now).await.unwrap().is_empty(), "made is not yet told");
    pipeline::write(&test.app, &weekly, &made, &out, false).await.unwrap();
    let kept = pipeline::scored_forecasts(&test.app, test.now).await.unwrap();
    assert!(kept.len() >= 3, "{kept:?}");
    for forecast in &kept {
        let told = |part: &str| {
            let id = format!("goal.{}.forecast.{part}", forecast.goal);
            made.report.figures.iter().find(|it| it.id.0 == id).and_then(genomslag::model::Figure::number)
        };
        if let Some(chance) = told("chance") {
            assert_eq!(chance, forecast.chance, "kept as it was told");
        }
        assert_eq!((forecast.made.to_string().as_str(), forecast.settled), ("2026-11-16", false));
    }
    // The same report again is no second forecast, and one made in hindsight is none at all.
    pipeline::write(&test.app, &weekly, &made, &out, false).await.unwrap();
    let old = order(&test.app, ReportKind::Weekly, "2026-W40");
    let hindsight = pipeline::make(&test.app, &old, test.now).await.unwrap();
    pipeline::write(&test.app, &old, &hindsight, &out, false).await.unwrap();
    assert_eq!(pipeline::scored_forecasts(&test.app, test.now).await.unwrap().len(), kept.len());

    let test = test.later("2027-01-20T06:00:00Z".parse().unwrap()).await;
    // Before the last days are fetched they are judged by the clock alone; with them all is settled.
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let settled = pipeline::scored_forecasts(&test.app, test.now).await.unwrap();
    assert_eq!(settled.len(), kept.len());
    assert!(settled.iter().all(|it| it.settled), "{settled:?}");
    let year = JudgeOrder { period: Some(period(&test.app, "2026")), ..JudgeOrder::default() };
    let judged = pipeline::judge(&test.app, &year, test.now).await.unwrap();
    for forecast in &settled {
        let standing = judged.standings.iter().find(|it| it.goal.id == forecast.goal).unwrap();
        let met = match standing.status {
            Status::Achieved => Some(true),
            Status::CannotBeJudged => None,
            _ => Some(false),
        };
        assert_eq!((forecast.met, forecast.value), (met, standing.now.number()), "{}", forecast.goal);
    }

    // The tertial report tells it, with the counts that follow from the list.
    let found = score(&settled);
    assert!(found.known > 0, "{found:?}");
    for language in [Language::Swedish, Language::English] {
        let tertial = Order { language, ..order(&test.app, ReportKind::Tertial, "2026-T3") };
        let (report, _) = pipeline::compose_only(&test.app, &tertial, test.now).await.unwrap();
        assert!(report.sections.iter().any(|it| it.id == "forecasts"));
        let number = |id: &str| {
            let id = format!("forecasts.{id}");
            report.figures.iter().find(|it| it.id.0 == id).and_then(genomslag::model::Figure::number)
        };
        assert_eq!(number("known"), Some(f64::from(found.known)));
        for (word, said, came) in &found.words {
            let of_word = settled.iter().filter(|it| it.met.is_some() && Likelihood::of(it.chance) == *word);
            assert_eq!((of_word.clone().count(), *said), (usize::try_from(*said).unwrap(), *said));
            assert_eq!(of_word.filter(|it| it.met == Some(true)).count(), usize::try_from(*came).unwrap());
        }
    }
    // As known before the year ended, nothing had come true yet.
    let before = pipeline::kept_forecasts(&test.app, None, "2026-12-01T00:00:00Z".parse().unwrap()).await.unwrap();
    assert!(before.len() == kept.len() && before.iter().all(|it| !it.settled));
}
