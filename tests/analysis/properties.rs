//! What must hold for any data.

use chrono::Days;
use genomslag::analysis::{Facts, Summable, compared, quality, ranked, standing, total};
use genomslag::model::{
    BreakPolicy, Direction, FigureId, Goal, GoalKind, Granularity, MetricName, Missing, Normalise, Pace, Platform,
    State, Status, Step,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::sample::{add_break, add_channel, add_points, add_post, catalog, day, facts, goal, period, point};

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        6 => (0.0..1e6_f64).prop_map(Some),
        2 => Just(None),
        1 => any::<f64>().prop_map(Some),
        1 => Just(Some(0.0)),
    ]
}

/// A few days, or nearly all of them.
fn series() -> impl Strategy<Value = Vec<(u64, Option<f64>, usize)>> {
    let sparse = proptest::collection::vec((0_u64..1000, value(), 0..State::ALL.len()), 0..200);
    let one = prop_oneof![30 => (0.0..1e6_f64).prop_map(|it| (Some(it), 0)), 1 => (value(), 0..State::ALL.len())];
    let dense = proptest::collection::vec(one, 500..1000)
        .prop_map(|all| all.into_iter().zip(0_u64..).map(|((value, state), at)| (at, value, state)).collect());
    prop_oneof![1 => sparse, 3 => dense]
}

fn kind() -> impl Strategy<Value = GoalKind> {
    let number = -1e6..1e6_f64;
    prop_oneof![
        number.clone().prop_map(|target| GoalKind::Absolute { target }),
        (-1.0..2.0_f64).prop_map(|growth| GoalKind::RelativeGrowth { growth }),
        number.clone().prop_map(|target| GoalKind::Floor { target }),
        number.clone().prop_map(|target| GoalKind::Ceiling { target }),
        (number.clone(), number.clone()).prop_map(|(low, high)| GoalKind::Range { low, high }),
        (0.0..9.0_f64).prop_map(|per_week| GoalKind::Cadence { per_week }),
        Just(GoalKind::Direction),
        (0.0..1.0_f64).prop_map(|target| GoalKind::Conversion { target }),
        Just(GoalKind::Milestone { done_on: None }),
    ]
}

const METRICS: [&str; 6] = ["followers", "views", "reach", "engagement_rate", "posts", "no_such_thing"];

fn any_goal() -> impl Strategy<Value = Goal> {
    let whens = (0_u64..700, 0_u64..500, any::<bool>());
    let ways = (0_usize..3, 0_usize..3, 0_usize..4, 0_usize..5);
    (kind(), 0..METRICS.len(), whens, ways, proptest::option::of(-1e5..1e5_f64)).prop_map(
        |(kind, metric, (start, length, down), (pace, policy, normalise, period), baseline)| {
            let mut goal = goal(METRICS[metric], kind, "2025-01-01", "2025-01-01");
            goal.start = day("2025-01-01") + Days::new(start);
            goal.due = goal.start + Days::new(length);
            goal.direction = if down { Direction::Down } else { Direction::Up };
            goal.pace = [Pace::Linear, Pace::Steps, Pace::Seasonal][pace];
            goal.steps = vec![Step { date: goal.start + Days::new(length / 2), value: 100.0 }];
            goal.on_metric_break = [BreakPolicy::Flag, BreakPolicy::Freeze, BreakPolicy::Rebase][policy];
            goal.normalise =
                [None, Some(Normalise::PerFollower), Some(Normalise::PerPost), Some(Normalise::Per1000Inhabitants)]
                    [normalise];
            goal.period =
                [Granularity::Week, Granularity::Month, Granularity::Quarter, Granularity::Tertial, Granularity::Year]
                    [period];
            goal.baseline = baseline;
            goal
        },
    )
}

fn any_facts() -> impl Strategy<Value = Facts> {
    (series(), series(), series(), 0_u64..900, proptest::option::of(0_u64..800)).prop_map(
        |(followers, views, engagements, today, broken)| {
            let mut facts = facts("2025-01-01");
            facts.today = day("2025-01-01") + Days::new(today);
            add_channel(&mut facts, "fb", Platform::Facebook);
            for (metric, values) in [("followers", followers), ("views", views), ("engagements", engagements)] {
                let by_day: std::collections::BTreeMap<u64, _> =
                    values.into_iter().map(|(at, value, state)| (at, (value, State::ALL[state]))).collect();
                let points = by_day
                    .into_iter()
                    .map(|(at, (value, state))| point(day("2024-09-01") + Days::new(at), value, state));
                add_points(&mut facts, "fb", metric, points.collect());
            }
            if let Some(broken) = broken {
                let on = day("2024-09-01") + Days::new(broken);
                add_break(&mut facts, "fb", "views", &on.to_string());
                add_break(&mut facts, "fb", "followers", &on.to_string());
            }
            for post in 0..5 {
                add_post(&mut facts, "fb", &post.to_string(), day("2025-01-01") + Days::new(today * post / 5));
            }
            facts
        },
    )
}

fn better(status: Status) -> u8 {
    match status {
        Status::Achieved => 3,
        Status::OnTrack => 2,
        Status::Lagging => 1,
        Status::Behind => 0,
        Status::CannotBeJudged => panic!("all data are there"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_panics_and_a_reason_stands_exactly_where_no_word_does(goal in any_goal(), facts in any_facts()) {
        let found = standing(&goal, &facts, &catalog());
        prop_assert_eq!(found.reason.is_some(), found.status == Status::CannotBeJudged);
        for figure in [&found.now, &found.baseline, &found.target, &found.expected, &found.ahead, &found.coverage] {
            prop_assert!(figure.number().is_none_or(f64::is_finite), "{figure:?}");
        }
        if let Some(now) = found.now.number() && found.status != Status::CannotBeJudged {
            prop_assert!(!found.now.trace.sources.is_empty() || matches!(goal.kind, GoalKind::Milestone { .. }), "{now}");
        }
        let metrics: Vec<MetricName> = METRICS.iter().map(|name| (*name).into()).collect();
        let channels = ["fb".into()];
        let week = period("2025-W20");
        for one in compared(&facts, &catalog(), &metrics, &channels, week) {
            prop_assert!(one.change.number().is_none_or(f64::is_finite));
        }
        prop_assert_eq!(quality(&facts, &catalog(), &metrics, &channels, week).len(), 1);
        ranked(&facts, &catalog(), &channels, week);
    }

    #[test]
    fn more_is_never_worse(low in 0.0..5_000.0_f64, more in 0.0..5_000.0_f64, stock in any::<bool>(), kind in 0..3_usize) {
        let kind = [
            GoalKind::Absolute { target: 4_000.0 },
            GoalKind::RelativeGrowth { growth: 0.5 },
            GoalKind::Floor { target: 2_000.0 },
        ][kind].clone();
        let metric = if stock { "followers" } else { "views" };
        let mut goal = goal(metric, kind, "2026-01-05", "2026-03-15");
        goal.baseline = Some(1_000.0);
        let mut words = Vec::new();
        for value in [low, low + more] {
            let mut facts = facts("2026-02-09");
            add_channel(&mut facts, "fb", Platform::Facebook);
            let days = day("2026-01-05").iter_days().take(35).map(|day| point(day, Some(value), State::Ok));
            add_points(&mut facts, "fb", metric, days.collect());
            words.push(standing(&goal, &facts, &catalog()).status);
            goal.direction = Direction::Up;
        }
        prop_assert!(better(words[0]) <= better(words[1]), "{words:?}");
    }

    #[test]
    fn the_sum_of_unique_counts_is_refused_whatever_they_are(facts in any_facts(), first in 0_u64..600, length in 2_u64..60) {
        let mut facts = facts;
        for series in &mut facts.series {
            series.metric = "reach".into();
        }
        let start = day("2024-10-01") + Days::new(first);
        let stretch = genomslag::model::Period::new(start, start + Days::new(length)).unwrap();
        let figure = total(&facts, &catalog(), &"reach".into(), &["fb".into()], stretch, FigureId(String::new()));
        prop_assert_eq!(figure.value, Err(Missing::NotAdditive));
        prop_assert!(Summable::of(&catalog(), &"reach".into()).is_err());
    }

    #[test]
    fn a_sum_over_a_stretch_is_the_sum_of_its_parts(values in proptest::collection::vec(-50_i32..5_000, 28), cut in 1_usize..28) {
        let mut facts = facts("2026-02-09");
        for (id, platform) in [("fb", Platform::Facebook), ("ig", Platform::Instagram)] {
            add_channel(&mut facts, id, platform);
            let days = day("2026-01-12").iter_days().zip(&values);
            let points = days.map(|(day, value)| point(day, Some(f64::from(*value)), State::Ok)).collect();
            add_points(&mut facts, id, "views", points);
        }
        let middle = day("2026-01-12") + Days::new(cut as u64);
        let stretch = |first, end| genomslag::model::Period::new(first, end).unwrap();
        let of = |channels: &[&str], stretch| {
            let channels: Vec<_> = channels.iter().map(|id| (*id).into()).collect();
            total(&facts, &catalog(), &"views".into(), &channels, stretch, FigureId(String::new())).number().unwrap()
        };
        let (start, end) = (day("2026-01-12"), day("2026-02-09"));
        let whole = of(&["fb"], stretch(start, end));
        prop_assert_eq!(whole, of(&["fb"], stretch(start, middle)) + of(&["fb"], stretch(middle, end)));
        prop_assert_eq!(of(&["fb", "ig"], stretch(start, end)), whole + of(&["ig"], stretch(start, end)));
    }

    #[test]
    fn a_unique_count_is_only_what_the_platform_counted_for_exactly_the_stretch(
        values in proptest::collection::vec(0_i32..5_000, 28), counted in 1_i32..100_000, cut in 1_u64..27,
    ) {
        let mut facts = facts("2026-02-09");
        for (id, platform) in [("fb", Platform::Facebook), ("other", Platform::Facebook)] {
            add_channel(&mut facts, id, platform);
            let days = day("2026-01-12").iter_days().zip(&values);
            let points = days.map(|(day, value)| point(day, Some(f64::from(*value)), State::Ok)).collect();
            add_points(&mut facts, id, "reach", points);
            super::sample::add_whole(&mut facts, id, "reach", "2026-01-12..2026-02-08", f64::from(counted));
        }
        let of = |channels: &[&str], first, end| {
            let stretch = genomslag::model::Period::new(first, end).unwrap();
            let channels: Vec<_> = channels.iter().map(|id| (*id).into()).collect();
            total(&facts, &catalog(), &"reach".into(), &channels, stretch, FigureId(String::new())).value
        };
        let (start, end) = (day("2026-01-12"), day("2026-02-09"));
        prop_assert_eq!(of(&["fb"], start, end).map(|it| it.value), Ok(f64::from(counted)));
        let middle = start + Days::new(cut);
        prop_assert!(of(&["fb"], start, end - Days::new(1)).is_err());
        // One day is a stretch that the platform counted; more of them are not.
        if cut > 1 {
            prop_assert_eq!(of(&["fb"], start, middle), Err(Missing::NotAdditive));
        }
        prop_assert_eq!(of(&["fb", "other"], start, end), Err(Missing::NotAdditive));
    }

    #[test]
    fn a_stock_is_its_latest_value_and_a_rate_lies_between_its_parts(
        values in proptest::collection::vec((1_i32..5_000, 1_i32..5_000), 28), cut in 1_u64..27,
    ) {
        let mut facts = facts("2026-02-09");
        add_channel(&mut facts, "fb", Platform::Facebook);
        for metric in ["followers", "engagements", "views"] {
            let days = day("2026-01-12").iter_days().zip(&values);
            let value = |above: i32, below: i32| f64::from(if metric == "engagements" { above } else { below });
            let points = days.map(|(day, (above, below))| point(day, Some(value(*above, *below)), State::Ok)).collect();
            add_points(&mut facts, "fb", metric, points);
        }
        let (start, middle, end) = (day("2026-01-12"), day("2026-01-12") + Days::new(cut), day("2026-02-09"));
        let of = |metric: &str, first, end| {
            let stretch = genomslag::model::Period::new(first, end).unwrap();
            total(&facts, &catalog(), &metric.into(), &["fb".into()], stretch, FigureId(String::new())).number().unwrap()
        };
        prop_assert_eq!(of("followers", start, end), f64::from(values[27].1));
        prop_assert_eq!(of("followers", start, end), of("followers", middle, end));
        let (above, below): (i32, i32) = values.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let rate = of("engagement_rate", start, end);
        prop_assert!((rate - f64::from(above) / f64::from(below)).abs() < 1e-12);
        let (first, second) = (of("engagement_rate", start, middle), of("engagement_rate", middle, end));
        prop_assert!(first.min(second) - 1e-12 <= rate && rate <= first.max(second) + 1e-12);
    }

    #[test]
    fn a_sum_is_that_of_its_days_and_only_of_them(values in proptest::collection::vec(proptest::option::of(-50_i32..5_000), 28)) {
        let mut facts = facts("2026-02-09");
        add_channel(&mut facts, "fb", Platform::Facebook);
        let days = day("2026-01-12").iter_days().zip(&values).map(|(day, value)| {
            let state = if value.is_some() { State::Ok } else { State::Absent };
            point(day, value.map(f64::from), state)
        });
        add_points(&mut facts, "fb", "views", days.collect());
        let figure = total(&facts, &catalog(), &"views".into(), &["fb".into()], period("2026-01-12..2026-02-08"), FigureId(String::new()));
        let known: Vec<i32> = values.iter().copied().flatten().collect();
        // 80 per cent of 28 are 22.4.
        if known.len() >= 23 {
            prop_assert_eq!(figure.number(), Some(f64::from(known.iter().sum::<i32>())));
            prop_assert_eq!(figure.trace.sources[0].observations as usize, known.len());
        } else {
            prop_assert!(figure.value.is_err());
        }
    }
}
