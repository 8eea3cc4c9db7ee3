//! Strange days and shifts in the facts.

use chrono::Days;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::{Facts, Oddity, level_shifts, strange_days};
use genomslag::model::{Platform, State};

use crate::analysis::sample::{add_channel, add_points, catalog, day, facts, period, point};

fn with(values: &[f64]) -> Facts {
    let mut facts = facts("2026-12-01");
    add_channel(&mut facts, "webb", Platform::Matomo);
    let points = values.iter().enumerate().map(|(index, value)| {
        point(day("2026-03-02") + Days::new(u64::try_from(index).unwrap()), Some(*value), State::Ok)
    });
    add_points(&mut facts, "webb", "visits", points.collect());
    facts
}

#[test]
fn the_strange_days_of_the_reference_case_are_found() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference-cases/p02_anomalies.csv"));
    let values: Vec<f64> =
        text.unwrap().lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    let facts = with(&values);
    let found = strange_days(&facts, &catalog(), &["webb".into()], period("2026-03-02..2026-06-21"));
    let indices: Vec<i64> = found.iter().map(|it| (it.day - day("2026-03-02")).num_days() + 1).collect();
    // Those that lie a third away from what was expected; the others are strange, but not far.
    assert!(!indices.is_empty() && indices.iter().all(|it| [33, 34, 71, 96].contains(it)), "{indices:?}");
    assert!(found.iter().all(|it| it.oddity == Oddity::Unusual));
    for strange in &found {
        assert!(strange.value < strange.expected.0 || strange.value > strange.expected.1);
    }
}

#[test]
fn faults_of_the_source_are_told_from_what_happened() {
    let mut chance = Chance::named("faults");
    let mut values: Vec<f64> = (0..120)
        .map(|index| {
            let weekday = [1.1, 1.2, 1.1, 1.0, 0.9, 0.7, 0.8][index % 7];
            (500.0 * weekday * (0.03 * chance.normal()).exp()).round()
        })
        .collect();
    values[60] = 0.0;
    values[80] = 3_000.0;
    let found = strange_days(&with(&values), &catalog(), &["webb".into()], period("2026-03-02..2026-06-29"));
    let kinds: Vec<(i64, Oddity)> =
        found.iter().map(|it| ((it.day - day("2026-03-02")).num_days(), it.oddity)).collect();
    assert_eq!(kinds, [(60, Oddity::NothingCounted), (80, Oddity::Unusual)]);
}

#[test]
fn a_level_that_shifts_is_found_once() {
    let mut chance = Chance::named("shift");
    let values: Vec<f64> = (0..140)
        .map(|index| {
            let level = if index < 70 { 400.0 } else { 640.0 };
            (level * [1.1, 1.2, 1.1, 1.0, 0.9, 0.7, 0.8][index % 7] * (0.08 * chance.normal()).exp()).round()
        })
        .collect();
    let found = level_shifts(&with(&values), &catalog(), &["webb".into()], period("2026-03-02..2026-07-19"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].day, day("2026-03-02") + Days::new(70));
    assert!((found[0].levels.1 / found[0].levels.0 - 1.6).abs() < 0.1);
}
