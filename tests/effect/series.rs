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
fn a_day_is_strange_when_it_is_both_unlikely_and_far() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference-cases/p02_anomalies.csv"));
    let mut values: Vec<f64> =
        text.unwrap().lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    let found = |values: &[f64]| -> Vec<i64> {
        let days = strange_days(&with(values), &catalog(), &["webb".into()], period("2026-03-02..2026-06-21"));
        assert!(days.iter().all(|it| it.value < it.expected.0 || it.value > it.expected.1));
        days.iter().map(|it| (it.day - day("2026-03-02")).num_days() + 1).collect()
    };
    // The planted days of the case lie a fifth to a quarter away: unlikely, but nobody needs to be woken.
    assert_eq!(found(&values), [0_i64; 0]);
    values[32] *= 1.4;
    values[70] *= 0.7;
    assert_eq!(found(&values), [33, 71]);
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

#[test]
fn one_more_of_what_hardly_ever_happens_is_no_strange_day() {
    // Nothing on most days, one now and then, and once three: chance does that by itself.
    let mut values: Vec<f64> = (0..120).map(|index| if index % 9 == 0 { 1.0 } else { 0.0 }).collect();
    values[60] = 3.0;
    let found = strange_days(&with(&values), &catalog(), &["webb".into()], period("2026-03-02..2026-06-29"));
    assert!(found.is_empty(), "{found:?}");
}
