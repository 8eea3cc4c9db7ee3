//! The recorded real year through LinkedIn's connector: sums are those of the files, and what they do not hold is absent.

use genomslag::config::{HistoryFile, check_text};
use genomslag::model::{Period, Platform, State, Value};
use genomslag::sandbox::World;

use super::collected::{run, told};
use super::{day, now, started};

#[tokio::test]
async fn what_is_collected_is_what_the_files_hold() {
    let config = check_text(&World::recorded_configuration()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(config.organisation.id.as_str(), World::recorded(now()).organisation);
    assert!((2..=3).contains(&config.goals.len()));
    let sandbox = started(World::recorded(now())).await;
    // The first recorded day began more than twelve months before the demo's clock, and the last two are not told yet.
    let days = Period::new(day("2025-11-18"), day("2026-11-16")).unwrap();
    let collected = run(&sandbox, &config.channels[0], days).await;
    assert!(collected.complete, "{:?}", collected.problems);
    let sum = |metric: &str| {
        days.iter_days().filter_map(|day| told(&collected, Platform::LinkedIn, metric, day)).sum::<f64>()
    };
    // Added up over the files' second to 363rd day with another reader of spreadsheets (xlrd).
    assert_eq!(sum("views"), 144_282.0);
    assert_eq!(sum("clicks"), 12_641.0);
    assert_eq!(sum("reactions"), 3_089.0);
    assert_eq!(sum("comments"), 144.0);
    assert_eq!(sum("shares"), 57.0);
    assert_eq!(sum("new_followers"), 729.0);
    assert_eq!(sum("profile_views"), 1_831.0);
    assert_eq!(collected.posts.len(), 78);
    sandbox.stop().await;
}

#[tokio::test]
async fn what_the_files_do_not_hold_is_absent() {
    let config = check_text(&World::recorded_configuration()).unwrap_or_else(|faults| panic!("{faults}"));
    let sandbox = started(World::recorded(now())).await;
    let days = Period::new(day("2026-09-01"), day("2026-11-16")).unwrap();
    let collected = run(&sandbox, &config.channels[0], days).await;
    let values = |metric: &str| -> Vec<(Option<Value>, State)> {
        let readings = collected.observations.iter().map(|observation| &observation.reading);
        readings.filter(|reading| reading.metric == metric).map(|reading| (reading.value, reading.state)).collect()
    };
    assert!(values("firstDegreeSize").iter().all(|(value, state)| value.is_none() && *state == State::Absent));
    let overview = values("totalPageStatistics.views.overviewPageViews.pageViews");
    assert!(overview.iter().all(|(value, _)| value.is_none()), "{overview:?}");
    let unique_of_posts = collected.observations.iter().map(|observation| &observation.reading).find(|reading| {
        reading.post.is_some() && reading.metric.ends_with("uniqueImpressionsCount") && reading.value.is_some()
    });
    assert_eq!(unique_of_posts, None);
    sandbox.stop().await;
}

#[test]
fn the_reader_is_told_and_the_dates_moved_by_whole_weeks() {
    let notice = World::recorded(now()).notice.unwrap();
    assert!(notice.sv.contains("flyttade 78\u{a0}veckor") && notice.en.contains("moved 78\u{a0}weeks"));
    assert_eq!(day("2025-05-20") + chrono::TimeDelta::weeks(notice.weeks), day("2026-11-17"));
    // A week later the days have kept their values.
    let later = World::recorded("2026-11-25T06:00:00Z".parse().unwrap());
    let views = |world: &World| world.truth(Platform::LinkedIn, "9100001", "views", day("2026-11-10"));
    assert!(views(&later).is_some() && views(&later) == views(&World::recorded(now())));
}

#[test]
fn histories_can_be_handed_on_as_files() {
    for (name, text) in World::recorded_history() {
        let file = HistoryFile::of_text(name.clone(), text.clone());
        assert_eq!((file.name.as_str(), file.bytes().unwrap().as_ref()), (name.as_str(), text.as_bytes()));
    }
}
