//! Goals with a way to go, and milestones: the words, with their borders.

use genomslag::analysis::{Facts, standing};
use genomslag::model::{Direction, Goal, GoalKind, Granularity, Missing, Normalise, Platform, Population, Status};

use super::sample::{add_channel, add_days, catalog, day, facts, goal, near};

/// Ten weeks from Monday 5 January to Sunday 15 March 2026; half of them have passed on Monday 9 February.
const START: &str = "2026-01-05";
const DUE: &str = "2026-03-15";
const HALF: &str = "2026-02-09";

/// One Facebook channel whose followers were `before` until the start, and `now` since.
fn stock(today: &str, before: f64, now: f64) -> Facts {
    let mut facts = facts(today);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "followers", "2025-12-01", "2026-01-04", |_| before);
    add_days(&mut facts, "fb", "followers", START, "2026-03-31", |_| now);
    facts
}

/// One channel with so many views a day.
fn flow(today: &str, per_day: f64) -> Facts {
    let mut facts = facts(today);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2025-12-01", "2026-03-31", |_| per_day);
    facts
}

#[track_caller]
fn word(goal: &Goal, facts: &Facts) -> Status {
    let standing = standing(goal, facts, &catalog());
    assert_eq!(standing.reason.is_some(), standing.status == Status::CannotBeJudged, "{:?}", standing.reason);
    standing.status
}

#[test]
fn the_example_of_the_product_note() {
    // 11 000 on 1 January, 14 000 by 31 December: on 1 July 181 of 365 days have passed,
    // 11 000 + 3 000 × 181 / 365 = 12 487.67, tolerance 150.
    let mut goal = goal("followers", GoalKind::Absolute { target: 14_000.0 }, "2026-01-01", "2026-12-31");
    goal.period = Granularity::Month;
    for (now, status) in [
        (12_400.0, Status::OnTrack),
        (12_100.0, Status::Lagging),
        (11_900.0, Status::Behind),
        (14_000.0, Status::Achieved),
    ] {
        let mut facts = facts("2026-07-01");
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "followers", "2025-12-25", "2025-12-31", |_| 11_000.0);
        add_days(&mut facts, "fb", "followers", "2026-01-01", "2026-06-30", |_| now);
        let standing = standing(&goal, &facts, &catalog());
        assert_eq!(standing.status, status, "{now}: {:?}", standing.reason);
        near(standing.expected.number(), 12_487.671_232_876_7);
        assert_eq!(standing.tolerance, Some(150.0));
        near(standing.ahead.number(), now - 12_487.671_232_876_7);
        assert_eq!(standing.baseline.number(), Some(11_000.0));
        assert_eq!(standing.now.id.0, "goal.mal.now");
        assert_eq!(standing.path, [(day("2025-12-31"), 11_000.0), (day("2026-12-31"), 14_000.0)]);
        // 184 days are left: 26 2/7 weeks.
        near(standing.needed_per_week.unwrap().number(), ((14_000.0 - now) / (184.0 / 7.0)).max(0.0));
    }
}

#[test]
fn absolute_stock_with_its_borders() {
    // Expected half way: 1 500; tolerance 50.
    let goal = goal("followers", GoalKind::Absolute { target: 2_000.0 }, START, DUE);
    for (now, status) in [
        (2_000.0, Status::Achieved),
        (1_999.0, Status::OnTrack),
        (1_450.0, Status::OnTrack),
        (1_449.0, Status::Lagging),
        (1_350.0, Status::Lagging),
        (1_349.0, Status::Behind),
    ] {
        assert_eq!(word(&goal, &stock(HALF, 1_000.0, now)), status, "{now}");
    }
}

#[test]
fn less_is_better_is_the_mirror() {
    let mut goal = goal("followers", GoalKind::Absolute { target: 1_000.0 }, START, DUE);
    goal.direction = Direction::Down;
    for (now, status) in [
        (1_000.0, Status::Achieved),
        (1_550.0, Status::OnTrack),
        (1_551.0, Status::Lagging),
        (1_650.0, Status::Lagging),
        (1_651.0, Status::Behind),
    ] {
        let facts = stock(HALF, 2_000.0, now);
        assert_eq!(word(&goal, &facts), status, "{now}");
        near(standing(&goal, &facts, &catalog()).ahead.number(), 1_500.0 - now);
    }
}

#[test]
fn only_closed_periods_count() {
    // On Sunday 8 February the fifth week is still open: 28 of 70 days, 1 400 expected, 1 350 is on track.
    let goal = goal("followers", GoalKind::Absolute { target: 2_000.0 }, START, DUE);
    assert_eq!(word(&goal, &stock("2026-02-08", 1_000.0, 1_350.0)), Status::OnTrack);
    assert_eq!(word(&goal, &stock(HALF, 1_000.0, 1_350.0)), Status::Lagging);
    let early = standing(&goal, &stock("2026-01-11", 1_000.0, 1_350.0), &catalog());
    assert_eq!((early.status, early.reason), (Status::CannotBeJudged, Some(Missing::NothingClosed)));
}

#[test]
fn after_due_it_is_judged_at_due() {
    // 1 960 at due: 2 000 expected, tolerance 50. What comes later does not count.
    let goal = goal("followers", GoalKind::Absolute { target: 2_000.0 }, START, DUE);
    let with = |at_due: f64| {
        let mut facts = facts("2026-04-01");
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "followers", "2026-01-01", "2026-01-04", |_| 1_000.0);
        add_days(&mut facts, "fb", "followers", START, DUE, |_| at_due);
        add_days(&mut facts, "fb", "followers", "2026-03-16", "2026-03-31", |_| 5_000.0);
        facts
    };
    for (at_due, status) in [
        (2_000.0, Status::Achieved),
        (1_950.0, Status::OnTrack),
        (1_949.0, Status::Lagging),
        (1_850.0, Status::Lagging),
        (1_849.0, Status::Behind),
    ] {
        let standing = standing(&goal, &with(at_due), &catalog());
        assert_eq!(standing.status, status, "{at_due}");
        assert_eq!(standing.now.number(), Some(at_due));
        assert!(standing.needed_per_week.is_none());
    }
}

#[test]
fn a_stock_must_still_hold_its_target() {
    let goal = goal("followers", GoalKind::Absolute { target: 2_000.0 }, START, DUE);
    let mut facts = facts("2026-03-09");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "followers", "2026-01-01", "2026-01-04", |_| 1_000.0);
    add_days(&mut facts, "fb", "followers", START, "2026-03-01", |_| 2_100.0);
    add_days(&mut facts, "fb", "followers", "2026-03-02", "2026-03-08", |_| 1_990.0);
    assert_eq!(word(&goal, &facts), Status::OnTrack);
}

#[test]
fn absolute_flow_is_the_sum_since_the_start() {
    // 35 of 70 days: 3 500 of 7 000 expected; tolerance 350.
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    for (per_day, status) in [
        (200.0, Status::Achieved),
        (100.0, Status::OnTrack),
        (90.0, Status::OnTrack),
        (89.0, Status::Lagging),
        (70.0, Status::Lagging),
        (69.0, Status::Behind),
    ] {
        let standing = standing(&goal, &flow(HALF, per_day), &catalog());
        assert_eq!(standing.status, status, "{per_day}: {:?}", standing.reason);
        assert_eq!(standing.now.number(), Some(35.0 * per_day));
        assert_eq!(standing.history.last(), Some(&(day("2026-02-08"), Some(35.0 * per_day))));
        near(standing.lately_per_week.unwrap().number(), 7.0 * per_day);
    }
}

#[test]
fn a_sum_that_is_to_stay_low_arrives_only_when_the_time_is_over() {
    let mut goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    goal.direction = Direction::Down;
    assert_eq!(word(&goal, &flow(HALF, 10.0)), Status::OnTrack);
    assert_eq!(word(&goal, &flow(HALF, 110.0)), Status::OnTrack);
    assert_eq!(word(&goal, &flow(HALF, 111.0)), Status::Lagging);
    assert_eq!(word(&goal, &flow("2026-03-16", 100.0)), Status::Achieved);
}

#[test]
fn relative_growth_of_a_stock() {
    // 1 000 × 1.2 = 1 200; expected 1 100, tolerance 10.
    let goal = goal("followers", GoalKind::RelativeGrowth { growth: 0.2 }, START, DUE);
    for (now, status) in [
        (1_200.0, Status::Achieved),
        (1_090.0, Status::OnTrack),
        (1_089.0, Status::Lagging),
        (1_070.0, Status::Lagging),
        (1_069.0, Status::Behind),
    ] {
        let standing = standing(&goal, &stock(HALF, 1_000.0, now), &catalog());
        assert_eq!(standing.status, status, "{now}");
        near(standing.target.number(), 1_200.0);
    }
}

#[test]
fn relative_growth_of_a_flow_is_against_the_same_days_last_year() {
    // Last year 100 a day, but all of the second half's on its last day: the way follows the days, not the calendar.
    // First half 3 500 × 1.1 = 3 850 expected; whole 7 000 → target 7 700; tolerance 0.05 × 700 = 35.
    let goal = goal("views", GoalKind::RelativeGrowth { growth: 0.1 }, START, DUE);
    for (per_day, status) in [
        (110.0, Status::OnTrack),
        (109.0, Status::OnTrack),
        (108.0, Status::Lagging),
        (107.0, Status::Lagging),
        (106.0, Status::Behind),
        (220.0, Status::Achieved),
    ] {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "views", "2025-01-06", "2025-02-09", |_| 100.0);
        add_days(&mut facts, "fb", "views", "2025-02-10", "2025-03-16", |day| if day == 34 { 3_500.0 } else { 0.0 });
        add_days(&mut facts, "fb", "views", START, "2026-02-08", |_| per_day);
        let standing = standing(&goal, &facts, &catalog());
        assert_eq!(standing.status, status, "{per_day}: {:?}", standing.reason);
        near(standing.expected.number(), 3_850.0);
        near(standing.target.number(), 7_700.0);
        near(standing.baseline.number(), 7_000.0);
    }
}

#[test]
fn a_baseline_is_the_day_before_or_the_first_within_seven_days() {
    let goal = goal("followers", GoalKind::Absolute { target: 2_000.0 }, START, DUE);
    let from = |first: &str| {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "fb", Platform::Facebook);
        let start = day(first);
        add_days(
            &mut facts,
            "fb",
            "followers",
            first,
            "2026-02-08",
            |index| if index == 0 { 1_000.0 } else { 1_500.0 },
        );
        assert_eq!(facts.series[0].points[0].day, start);
        standing(&goal, &facts, &catalog())
    };
    assert_eq!(from("2026-01-04").baseline.number(), Some(1_000.0));
    assert_eq!(from("2026-01-11").baseline.number(), Some(1_000.0));
    let late = from("2026-01-12");
    assert_eq!((late.status, late.reason), (Status::CannotBeJudged, Some(Missing::NoBaseline)));
}

#[test]
fn per_1000_inhabitants_names_the_count_and_its_source() {
    // 40 000 inhabitants: 1 000 followers are 25 per 1 000, 1 500 are 37.5.
    let mut goal = goal("followers", GoalKind::Absolute { target: 50.0 }, START, DUE);
    goal.normalise = Some(Normalise::Per1000Inhabitants);
    let mut facts = stock(HALF, 1_000.0, 1_500.0);
    let without = standing(&goal, &facts, &catalog());
    assert_eq!(without.reason, Some(Missing::NoPopulation));
    facts.population = vec![
        Population { date: day("2025-12-01"), inhabitants: 40_000, source: "SCB".to_owned() },
        Population { date: day("2026-02-28"), inhabitants: 80_000, source: "SCB".to_owned() },
    ];
    let standing = standing(&goal, &facts, &catalog());
    assert_eq!(standing.status, Status::OnTrack);
    near(standing.now.number(), 37.5);
    near(standing.baseline.number(), 25.0);
    near(standing.expected.number(), 37.5);
    assert_eq!(standing.now.trace.config.english(), ["population 40000 on 2025-12-01 (SCB)"]);
}

#[test]
fn a_milestone_is_done_or_not() {
    for (done_on, today, status) in [
        (None, "2026-03-15", Status::OnTrack),
        (None, "2026-03-16", Status::Behind),
        (Some(day("2026-02-01")), HALF, Status::Achieved),
        // Judged as of a day before it was done.
        (Some(day("2026-02-20")), HALF, Status::OnTrack),
        (Some(day("2026-03-20")), "2026-04-01", Status::Achieved),
    ] {
        let goal = goal("posts", GoalKind::Milestone { done_on }, START, DUE);
        assert_eq!(word(&goal, &facts(today)), status, "{done_on:?} on {today}");
    }
}
