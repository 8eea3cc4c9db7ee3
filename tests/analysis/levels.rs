//! Floor, ceiling, range, conversion, cadence and direction, with their borders.

use genomslag::analysis::{Facts, standing};
use genomslag::model::{Direction, GoalKind, Missing, Platform, Status, Unit};

use super::sample::{add_channel, add_days, add_post, add_whole, catalog, day, facts, goal, moment, near, point};

/// Ten weeks from Monday 5 January to Sunday 15 March 2026.
const START: &str = "2026-01-05";
const DUE: &str = "2026-03-15";
const HALF: &str = "2026-02-09";
const AFTER: &str = "2026-03-16";

/// A channel with 1 000 views a day before the last four weeks and `views(day)` in them, and engagements likewise.
fn rates(views: impl Fn(usize) -> f64, engagements: impl Fn(usize) -> f64) -> Facts {
    let mut facts = facts(HALF);
    add_channel(&mut facts, "li", Platform::LinkedIn);
    // The first week is bad on purpose: it is the fifth from the end and must not count.
    add_days(&mut facts, "li", "views", START, "2026-01-11", |_| 1_000.0);
    add_days(&mut facts, "li", "engagements", START, "2026-01-11", |_| 0.0);
    add_days(&mut facts, "li", "views", "2026-01-12", "2026-02-08", views);
    add_days(&mut facts, "li", "engagements", "2026-01-12", "2026-02-08", engagements);
    facts
}

#[test]
fn floor_of_a_rate_is_sums_divided_by_sums() {
    // 27 days of 1 view and 1 engagement, one of 9 973 views: the mean of daily rates would be near 1.
    // 10 000 views in all; engagements 27 + the last day's.
    let goal = goal("engagement_rate", GoalKind::Floor { target: 0.04 }, START, DUE);
    for (last_day, status) in [
        (400.0 - 27.0, Status::OnTrack),
        (399.0 - 27.0, Status::Lagging),
        (380.0 - 27.0, Status::Lagging),
        (379.0 - 27.0, Status::Behind),
    ] {
        let facts = rates(|day| if day == 27 { 9_973.0 } else { 1.0 }, |day| if day == 27 { last_day } else { 1.0 });
        let standing = standing(&goal, &facts, &catalog());
        assert_eq!(standing.status, status, "{last_day}: {:?}", standing.reason);
        near(standing.now.number(), (last_day + 27.0) / 10_000.0);
        assert_eq!(standing.tolerance, Some(0.04 * 0.05));
        assert!(
            standing.now.trace.how.english().contains("divided by sum of views (10000)"),
            "{}",
            standing.now.trace.how.english()
        );
        assert_eq!(standing.now.value.unwrap().unit, Unit::Share);
        assert_eq!(standing.history.len(), 5);
    }
}

#[test]
fn conversion_is_a_floor_on_its_rate() {
    let goal = goal("conversion_rate", GoalKind::Conversion { target: 0.10 }, START, DUE);
    for (converted, status) in [(10.0, Status::OnTrack), (9.5, Status::Lagging), (9.4, Status::Behind)] {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "webb", Platform::Matomo);
        add_days(&mut facts, "webb", "visits", START, "2026-02-08", |_| 100.0);
        add_days(&mut facts, "webb", "conversions", START, "2026-02-08", |_| converted);
        assert_eq!(standing(&goal, &facts, &catalog()).status, status, "{converted}");
    }
}

#[test]
fn ceiling_and_range_of_what_adds_are_the_mean_per_period() {
    // 10 a day are 70 a week.
    let with = |per_day: f64| {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "comments", START, "2026-02-08", |_| per_day);
        facts
    };
    let ceiling = goal("comments", GoalKind::Ceiling { target: 70.0 }, START, DUE);
    let range = goal("comments", GoalKind::Range { low: 70.0, high: 140.0 }, START, DUE);
    // Borders: 70 × 1.05 = 73.5 = 10.5 a day; 70 × 0.95 = 66.5 = 9.5 a day; 140 × 1.05 = 147 = 21 a day.
    for (per_day, for_ceiling, for_range) in [
        (9.4, Status::OnTrack, Status::Behind),
        (9.5, Status::OnTrack, Status::Lagging),
        (10.0, Status::OnTrack, Status::OnTrack),
        (10.5, Status::Lagging, Status::OnTrack),
        (10.6, Status::Behind, Status::OnTrack),
        (20.0, Status::Behind, Status::OnTrack),
        (21.0, Status::Behind, Status::Lagging),
        (21.1, Status::Behind, Status::Behind),
    ] {
        assert_eq!(standing(&ceiling, &with(per_day), &catalog()).status, for_ceiling, "{per_day}");
        let standing = standing(&range, &with(per_day), &catalog());
        assert_eq!(standing.status, for_range, "{per_day}");
        near(standing.now.number(), 7.0 * per_day);
    }
}

#[test]
fn at_due_the_whole_span_must_be_inside() {
    // Nine weeks of 80, one of `first`: the mean of ten is (720 + first) / 10.
    let goal = goal("comments", GoalKind::Floor { target: 70.0 }, START, DUE);
    for (first, status) in [
        (0.0, Status::Achieved),
        (-20.0, Status::Achieved),
        (-27.0, Status::Lagging),
        (-55.0, Status::Lagging),
        (-56.0, Status::Behind),
    ] {
        let mut facts = facts(AFTER);
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "comments", START, "2026-01-11", |_| first / 7.0);
        add_days(&mut facts, "fb", "comments", "2026-01-12", DUE, |_| 80.0 / 7.0);
        assert_eq!(standing(&goal, &facts, &catalog()).status, status, "{first}");
    }
}

#[test]
fn a_stock_is_inside_at_due_only_if_it_always_was() {
    let goal = goal("followers", GoalKind::Floor { target: 1_000.0 }, START, DUE);
    for (once, status) in [(1_000.0, Status::Achieved), (999.0, Status::OnTrack)] {
        let mut facts = facts(AFTER);
        add_channel(&mut facts, "fb", Platform::Facebook);
        add_days(&mut facts, "fb", "followers", START, DUE, |day| if day == 20 { once } else { 1_100.0 });
        assert_eq!(standing(&goal, &facts, &catalog()).status, status, "{once}");
    }
}

#[test]
fn floor_of_a_unique_count_is_the_latest_week_as_the_platform_counted_it() {
    let goal = goal("reach", GoalKind::Floor { target: 1_000.0 }, START, DUE);
    for (latest, status) in [(1_000.0, Status::OnTrack), (950.0, Status::Lagging), (949.0, Status::Behind)] {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "ig", Platform::Instagram);
        // Daily counts add up to far more; they must not be looked at.
        add_days(&mut facts, "ig", "reach", START, "2026-02-08", |_| 900.0);
        for week in ["2026-W02", "2026-W03", "2026-W04", "2026-W05"] {
            add_whole(&mut facts, "ig", "reach", week, 5_000.0);
        }
        add_whole(&mut facts, "ig", "reach", "2026-W06", latest);
        let standing = standing(&goal, &facts, &catalog());
        assert_eq!(standing.status, status, "{latest}: {:?}", standing.reason);
        assert_eq!(standing.now.number(), Some(latest));
    }
}

/// A channel that posted `per_week[n]` times in the n-th week; before that, one post so that all is known.
fn posting(today: &str, first_week: &str, per_week: &[u32]) -> Facts {
    let mut facts = facts(today);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_post(&mut facts, "fb", "0", day("2025-12-01"));
    for (week, count) in per_week.iter().enumerate() {
        let monday = day(first_week) + chrono::Days::new(7 * week as u64);
        for post in 0..*count {
            add_post(&mut facts, "fb", &format!("{week}-{post}"), monday + chrono::Days::new(u64::from(post % 7)));
        }
    }
    facts
}

#[test]
fn cadence_is_the_share_of_the_last_eight_closed_weeks() {
    let goal = goal("posts", GoalKind::Cadence { per_week: 3.0 }, START, "2026-12-27");
    // The first week is the ninth from the end and does not count.
    for (weeks, met, status) in [
        ([0, 3, 3, 3, 3, 3, 3, 3, 4], 8.0, Status::OnTrack),
        ([3, 3, 3, 3, 3, 3, 3, 3, 2], 7.0, Status::Lagging),
        ([3, 3, 3, 3, 3, 3, 3, 0, 2], 6.0, Status::Lagging),
        ([3, 3, 3, 3, 3, 3, 1, 0, 2], 5.0, Status::Behind),
    ] {
        let standing = standing(&goal, &posting("2026-03-09", START, &weeks), &catalog());
        assert_eq!(standing.status, status, "{weeks:?}: {:?}", standing.reason);
        near(standing.now.number(), met / 8.0);
        assert_eq!(standing.target.number(), Some(3.0));
        assert_eq!(standing.history.len(), 9);
        assert_eq!(standing.history[8], (day("2026-03-08"), Some(f64::from(weeks[8]))));
    }
}

#[test]
fn cadence_at_due_is_judged_over_all_weeks() {
    let goal = goal("posts", GoalKind::Cadence { per_week: 3.0 }, START, DUE);
    for (missed, status) in [(1, Status::Achieved), (2, Status::Lagging), (3, Status::Lagging), (4, Status::Behind)] {
        let weeks: Vec<u32> = (0..10).map(|week| if week < missed { 2 } else { 3 }).collect();
        assert_eq!(standing(&goal, &posting(AFTER, START, &weeks), &catalog()).status, status, "{missed}");
    }
}

#[test]
fn posts_are_counted_by_the_organisations_day() {
    // 23:30 UTC on Sunday is Monday half past midnight in Sweden.
    let goal = goal("posts", GoalKind::Cadence { per_week: 1.0 }, "2026-02-02", DUE);
    let mut facts = posting(HALF, START, &[3, 3, 3, 3, 0]);
    assert_eq!(standing(&goal, &facts, &catalog()).now.number(), Some(0.0));
    add_post(&mut facts, "fb", "late", day("2026-02-01"));
    facts.posts.last_mut().unwrap().published = moment(day("2026-02-01")) + chrono::TimeDelta::minutes(11 * 60 + 30);
    assert_eq!(standing(&goal, &facts, &catalog()).now.number(), Some(1.0));
}

#[test]
fn weeks_after_the_channel_was_last_heard_of_are_not_weeks_without_posts() {
    let goal = goal("posts", GoalKind::Cadence { per_week: 3.0 }, START, "2026-12-27");
    let mut facts = posting("2026-03-09", START, &[3, 3, 3, 3, 3]);
    for post in &mut facts.posts {
        post.seen = moment(day("2026-02-09"));
    }
    let standing = standing(&goal, &facts, &catalog());
    assert_eq!(standing.status, Status::CannotBeJudged);
    assert_eq!(standing.reason, Some(Missing::Coverage { have: 28, of: 56 }));
}

#[test]
fn direction_compares_with_the_same_weeks_last_year() {
    // 100 a day last year. Two per cent to the dot is the same.
    let mut goal = goal("views", GoalKind::Direction, START, DUE);
    for (per_day, up, down) in [
        (102.1, Status::OnTrack, Status::Behind),
        (102.0, Status::Lagging, Status::Lagging),
        (98.0, Status::Lagging, Status::Lagging),
        (97.9, Status::Behind, Status::OnTrack),
    ] {
        for (direction, status) in [(Direction::Up, up), (Direction::Down, down)] {
            goal.direction = direction;
            let mut facts = facts(HALF);
            add_channel(&mut facts, "fb", Platform::Facebook);
            // Weekdays must meet: Mondays have ten times as much in both years.
            let weekly = |day: usize, value: f64| if day.is_multiple_of(7) { 10.0 * value } else { value };
            add_days(&mut facts, "fb", "views", "2025-01-06", "2025-03-16", |day| weekly(day, 100.0));
            add_days(&mut facts, "fb", "views", START, DUE, |day| weekly(day, per_day));
            let found = standing(&goal, &facts, &catalog());
            assert_eq!(found.status, status, "{per_day} {direction:?}: {:?}", found.reason);
            near(found.baseline.number(), 1_600.0);
            facts.today = day(AFTER);
            let at_due = standing(&goal, &facts, &catalog()).status;
            assert_eq!(at_due, if status == Status::OnTrack { Status::Achieved } else { status });
        }
    }
}

#[test]
fn direction_without_last_year_takes_the_baseline() {
    let mut goal = goal("views", GoalKind::Direction, START, DUE);
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, DUE, |_| 100.0);
    assert_eq!(standing(&goal, &facts, &catalog()).reason, Some(Missing::NoBaseline));
    goal.baseline = Some(600.0);
    assert_eq!(standing(&goal, &facts, &catalog()).status, Status::OnTrack);
    goal.baseline = None;
    // The four weeks before the start.
    add_days(&mut facts, "fb", "views", "2025-12-08", "2026-01-04", |_| 110.0);
    let measured = standing(&goal, &facts, &catalog());
    assert_eq!((measured.status, measured.baseline.number()), (Status::Behind, Some(770.0)));
    // A day without a value is no day of zero.
    facts.series[0].points[3] = point(day("2025-12-11"), None, genomslag::model::State::Absent);
    near(standing(&goal, &facts, &catalog()).baseline.number(), 27.0 * 110.0 / 4.0);
}
