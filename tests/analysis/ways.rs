//! Steps, seasons, and definitions that change under a goal.

use genomslag::analysis::{Facts, standing};
use genomslag::model::{BreakPolicy, GoalKind, Missing, Pace, Platform, Status, Step};

use super::sample::{add_break, add_channel, add_days, catalog, day, facts, goal, near};

const START: &str = "2026-01-05";
const DUE: &str = "2026-03-15";
const HALF: &str = "2026-02-09";

fn views(per_day: f64) -> Facts {
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, "2026-02-08", |_| per_day);
    facts
}

#[test]
fn steps_go_from_interim_value_to_interim_value() {
    // 0 → 1 000 by 1 February (28 days), → 5 000 by 1 March (28 days), → 7 000 by 15 March.
    // After 35 days: 1 000 + 4 000 × 7 / 28 = 2 000.
    let mut goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    goal.pace = Pace::Steps;
    goal.steps =
        vec![Step { date: day("2026-02-01"), value: 1_000.0 }, Step { date: day("2026-03-01"), value: 5_000.0 }];
    let standing = standing(&goal, &views(60.0), &catalog());
    near(standing.expected.number(), 2_000.0);
    assert_eq!(standing.status, Status::OnTrack);
    let corners = [("2026-01-04", 0.0), ("2026-02-01", 1_000.0), ("2026-03-01", 5_000.0), ("2026-03-15", 7_000.0)];
    assert_eq!(standing.path, corners.map(|(date, value)| (day(date), value)));
}

#[test]
fn a_season_moves_as_last_year_did() {
    // Last year 300 of 1 000 had come by the same day: 30 % of 7 000 expected.
    let mut goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    goal.pace = Pace::Seasonal;
    let mut facts = views(60.0);
    assert_eq!(standing(&goal, &facts, &catalog()).reason, Some(Missing::NotFetched));
    add_days(&mut facts, "fb", "views", "2025-01-06", "2025-02-09", |_| 300.0 / 35.0);
    add_days(&mut facts, "fb", "views", "2025-02-10", "2025-03-16", |_| 20.0);
    let standing = standing(&goal, &facts, &catalog());
    near(standing.expected.number(), 2_100.0);
    assert_eq!((standing.status, standing.now.number()), (Status::OnTrack, Some(2_100.0)));
    assert_eq!(standing.path.len(), 11);
    assert_eq!(standing.path.last(), Some(&(day(DUE), 7_000.0)));
}

#[test]
fn a_season_of_a_stock_is_the_share_of_last_years_growth() {
    // Last year 1 000 → 1 020 by the same day → 1 100 by the end: 20 %. Now 2 000 → 3 000: 2 200 expected.
    let mut goal = goal("followers", GoalKind::Absolute { target: 3_000.0 }, START, DUE);
    goal.pace = Pace::Seasonal;
    goal.baseline = Some(2_000.0);
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "followers", "2025-01-01", "2025-01-05", |_| 1_000.0);
    add_days(&mut facts, "fb", "followers", "2025-02-05", "2025-02-09", |_| 1_020.0);
    add_days(&mut facts, "fb", "followers", "2025-03-12", "2025-03-16", |_| 1_100.0);
    add_days(&mut facts, "fb", "followers", START, "2026-02-08", |_| 2_200.0);
    let standing = standing(&goal, &facts, &catalog());
    near(standing.expected.number(), 2_200.0);
    assert_eq!(standing.status, Status::OnTrack);
}

/// Followers: 1 000 before, 1 200 until 25 January, then a new definition that counts twice as many.
fn broken_stock() -> Facts {
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "followers", "2026-01-01", "2026-01-04", |_| 1_000.0);
    add_days(&mut facts, "fb", "followers", START, "2026-01-25", |_| 1_300.0);
    add_days(
        &mut facts,
        "fb",
        "followers",
        "2026-01-26",
        "2026-02-08",
        |index| if index == 0 { 2_000.0 } else { 2_400.0 },
    );
    add_break(&mut facts, "fb", "followers", "2026-01-26");
    facts
}

#[test]
fn a_break_under_a_stock() {
    let mut goal = goal("followers", GoalKind::Absolute { target: 3_000.0 }, START, DUE);
    let flagged = standing(&goal, &broken_stock(), &catalog());
    assert_eq!(flagged.status, Status::CannotBeJudged);
    assert_eq!(flagged.reason, Some(Missing::MetricBreak { on: day("2026-01-26") }));
    assert_eq!(flagged.breaks.len(), 1);
    // Frozen: the old definition's last value, against what was expected on its last day:
    // 1 000 + 2 000 × 21 / 70 = 1 600, tolerance 100. 1 300 is exactly three tolerances short.
    goal.on_metric_break = BreakPolicy::Freeze;
    let frozen = standing(&goal, &broken_stock(), &catalog());
    assert_eq!((frozen.status, frozen.now.number()), (Status::Lagging, Some(1_300.0)));
    near(frozen.expected.number(), 1_600.0);
    // Rebased: from 2 000 on 26 January; 14 of 49 days on, 2 000 + 1 000 × 14 / 49 = 2 285.71.
    goal.on_metric_break = BreakPolicy::Rebase;
    let rebased = standing(&goal, &broken_stock(), &catalog());
    assert_eq!(rebased.baseline.number(), Some(2_000.0));
    near(rebased.expected.number(), 2_000.0 + 1_000.0 * 14.0 / 49.0);
    assert_eq!((rebased.status, rebased.now.number()), (Status::OnTrack, Some(2_400.0)));
}

#[test]
fn a_break_under_a_sum() {
    // 100 a day for 21 days, then 50 a day of something else for 14.
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, "2026-02-08", |index| if index < 21 { 100.0 } else { 50.0 });
    add_break(&mut facts, "fb", "views", "2026-01-26");
    let mut goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    let flagged = standing(&goal, &facts, &catalog());
    assert_eq!(flagged.reason, Some(Missing::MetricBreak { on: day("2026-01-26") }));
    assert!(flagged.now.value.is_err() && flagged.history.is_empty(), "a sum over both is never shown");
    goal.on_metric_break = BreakPolicy::Freeze;
    let frozen = standing(&goal, &facts, &catalog());
    assert_eq!((frozen.status, frozen.now.number()), (Status::OnTrack, Some(2_100.0)));
    // 49 of 70 days are left at the break: 4 900 wanted, 14 / 49 of it expected.
    goal.on_metric_break = BreakPolicy::Rebase;
    let rebased = standing(&goal, &facts, &catalog());
    assert_eq!(rebased.now.number(), Some(700.0));
    near(rebased.target.number(), 4_900.0);
    near(rebased.expected.number(), 1_400.0);
    assert_eq!(rebased.status, Status::Lagging);
}

#[test]
fn a_break_on_the_first_day_does_not_part_a_sum() {
    let mut facts = views(100.0);
    add_break(&mut facts, "fb", "views", START);
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    assert_eq!(standing(&goal, &facts, &catalog()).status, Status::OnTrack);
}

#[test]
fn a_floor_decided_for_the_old_definition_waits_to_be_rebased() {
    // The break lies before the last four weeks; what they measure is still not what was decided on.
    let mut facts = views(100.0);
    add_break(&mut facts, "fb", "views", "2026-01-08");
    let mut goal = goal("views", GoalKind::Floor { target: 700.0 }, START, DUE);
    assert_eq!(standing(&goal, &facts, &catalog()).reason, Some(Missing::MetricBreak { on: day("2026-01-08") }));
    goal.on_metric_break = BreakPolicy::Rebase;
    assert_eq!(standing(&goal, &facts, &catalog()).status, Status::OnTrack);
}
