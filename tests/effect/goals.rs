//! Where goals are going, and the kinds that need surveys or peers.

use chrono::{Days, NaiveDate};
use genomslag::analysis::{Facts, forecast, standing};
use genomslag::model::{Direction, GoalKind, Missing, PeerValue, Platform, State, Status, Survey};

use crate::analysis::sample::{add_channel, add_days, add_points, catalog, day, facts, goal, near, point};

/// The followers of the reference case, read every Sunday.
fn followers() -> (Facts, NaiveDate) {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference-cases/g01_followers_goal.csv"));
    let values: Vec<f64> =
        text.unwrap().lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    let first = day("2026-01-04");
    let sunday = |week: usize| first + Days::new(7 * u64::try_from(week).unwrap());
    let last = sunday(values.len() - 1);
    let mut facts = facts(&last.succ_opt().unwrap().to_string());
    add_channel(&mut facts, "fb", Platform::Facebook);
    let points = values.iter().enumerate().map(|(week, value)| point(sunday(week), Some(*value), State::Ok));
    add_points(&mut facts, "fb", "followers", points.collect());
    (facts, last)
}

#[test]
fn a_goal_on_a_stock_is_forecast_as_the_reference_case() {
    let (facts, last) = followers();
    let due = last + Days::new(40 * 7);
    let mut goal = goal("followers", GoalKind::Absolute { target: 14_000.0 }, "2026-01-05", &due.to_string());
    goal.baseline = Some(11_000.0);
    let found = forecast(&goal, &facts, &catalog());
    let (chance, low, high) =
        (found.chance.number().unwrap(), found.low.number().unwrap(), found.high.number().unwrap());
    assert!((chance - 0.286_669_866_3).abs() < 0.002, "{chance}");
    assert!((low - 12_383.988_2).abs() < 11.0 && (high - 14_585.956_44).abs() < 11.0, "{low} {high}");
    assert!((found.middle.number().unwrap() - 13_608.093_4).abs() < 11.0);
    assert_eq!((found.history, found.fan.len()), (29, 40));
    let end = found.fan.last().unwrap();
    assert_eq!((end.day, end.eighty), (due, (low, high)));
    assert!(found.fan.windows(2).all(|pair| pair[0].day < pair[1].day));
    assert_eq!(found.chance.id.0, "goal.mal.forecast.chance");
    // (12 141 − the value eight weeks before) / 8, from the file.
    let series = &facts.series[0].points;
    let eight = series[series.len() - 1].value.unwrap() - series[series.len() - 9].value.unwrap();
    near(found.pace.unwrap().number(), eight / 8.0);
}

#[test]
fn fewer_is_better_turns_the_chance_around() {
    let (facts, last) = followers();
    let due = (last + Days::new(40 * 7)).to_string();
    let mut up = goal("followers", GoalKind::Absolute { target: 14_000.0 }, "2026-01-05", &due);
    up.baseline = Some(11_000.0);
    let mut down = up.clone();
    down.direction = Direction::Down;
    let chance = |goal| forecast(goal, &facts, &catalog()).chance.number().unwrap();
    assert!((chance(&up) + chance(&down) - 1.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_foreseen_says_why() {
    let mut facts = facts("2026-03-02");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2026-01-05", "2026-03-01", |it| {
        10.0 + f64::from(u8::try_from(it % 5).unwrap())
    });
    add_days(&mut facts, "fb", "clicks", "2026-01-05", "2026-03-01", |it| f64::from(u8::from(it % 7 == 0)));
    add_days(&mut facts, "fb", "shares", "2026-02-02", "2026-03-01", |it| {
        10.0 + f64::from(u8::try_from(it % 5).unwrap())
    });
    add_days(&mut facts, "fb", "saves", "2026-01-05", "2026-03-01", |_| 3.0);
    let reason = |metric: &str, start: &str| {
        let goal = goal(metric, GoalKind::Absolute { target: 5_000.0 }, start, "2026-12-31");
        forecast(&goal, &facts, &catalog()).chance.value.unwrap_err()
    };
    assert_eq!(reason("clicks", "2026-01-05"), Missing::TooFewEvents { have: 1, need: 10 });
    assert_eq!(reason("shares", "2026-02-02"), Missing::TooShort { have: 4, need: 8 });
    assert_eq!(reason("saves", "2026-01-05"), Missing::NoVariation);
    let good = goal("views", GoalKind::Absolute { target: 5_000.0 }, "2026-01-05", "2026-12-31");
    let found = forecast(&good, &facts, &catalog());
    let (now, low) = (standing(&good, &facts, &catalog()).now.number().unwrap(), found.low.number().unwrap());
    assert!(low >= now, "a sum is never lost again");
    assert!(found.fan.iter().all(|it| it.ninety_five.0 >= now));
    assert_eq!(found.unmodelled.len(), 3, "summer, Christmas, no year of history");
}

#[test]
fn a_bound_on_a_rate_is_forecast_on_the_rate() {
    let mut facts = facts("2026-06-01");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2026-01-05", "2026-05-31", |_| 1_000.0);
    add_days(&mut facts, "fb", "engagements", "2026-01-05", "2026-05-31", |it| {
        40.0 + f64::from(u8::try_from(it * 7 % 11).unwrap())
    });
    let chance = |target: f64| {
        let goal = goal("engagement_rate", GoalKind::Floor { target }, "2026-01-05", "2026-06-28");
        forecast(&goal, &facts, &catalog()).chance.number().unwrap()
    };
    // The rate keeps near 0.045: a floor well under it is safe, one well over it is not to be had.
    assert!(chance(0.035) > 0.95 && chance(0.055) < 0.05, "{} {}", chance(0.035), chance(0.055));
    let goal = goal("engagement_rate", GoalKind::Conversion { target: 0.045 }, "2026-01-05", "2026-06-28");
    let found = forecast(&goal, &facts, &catalog());
    let (low, high) = (found.low.number().unwrap(), found.high.number().unwrap());
    assert!(low < 0.045 && 0.045 < high && high < 0.05, "{low} {high}");
}

#[test]
fn a_survey_is_judged_by_its_interval() {
    // 0.3611 of 612; Wilson's 95 % interval is 0.3240 to 0.3999 (R: prop.test without correction).
    let judged = |target: f64| {
        let mut facts = facts("2026-11-16");
        let date = day("2026-10-30");
        facts.surveys.push(Survey {
            goal: "mal".into(),
            date,
            answered: 612,
            agreed: 221,
            population: None,
            design_effect: 1.0,
            source: "panelen".to_owned(),
        });
        let kind = GoalKind::SurveyShare { target, confidence: 0.95 };
        standing(&goal("survey_share", kind, "2026-01-01", "2026-12-31"), &facts, &catalog())
    };
    for (target, status) in
        [(0.32, Status::Achieved), (0.36, Status::OnTrack), (0.39, Status::Lagging), (0.41, Status::Behind)]
    {
        assert_eq!(judged(target).status, status, "{target}");
    }
    let found = judged(0.36);
    near(found.now.number(), 221.0 / 612.0);
    assert!(found.now.trace.how.english().contains("0.324 to 0.400"), "{}", found.now.trace.how.english());
}

#[test]
fn a_place_among_peers_is_the_share_that_lies_below() {
    let mut facts = facts("2026-06-01");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2026-01-05", "2026-05-31", |_| 1_000.0);
    add_days(&mut facts, "fb", "engagements", "2026-01-05", "2026-05-31", |_| 40.0);
    for (name, value) in [("A", 0.01), ("B", 0.02), ("C", 0.04), ("D", 0.05)] {
        facts.peers.push(PeerValue {
            group: "lika".to_owned(),
            name: name.to_owned(),
            metric: "engagement_rate".into(),
            date: day("2026-04-30"),
            value,
            source: "delårsrapport".to_owned(),
        });
    }
    let judged = |facts: &Facts, target: f64| {
        let kind = GoalKind::Benchmark { target, peers: Some("lika".to_owned()) };
        standing(&goal("engagement_rate", kind, "2026-01-05", "2026-12-31"), facts, &catalog())
    };
    assert_eq!(judged(&facts, 50.0).reason, Some(Missing::TooFewPeers { have: 4, need: 5 }));
    let mut fifth = facts.peers[0].clone();
    (fifth.name, fifth.value) = ("E".to_owned(), 0.03);
    facts.peers.push(fifth);
    // Of A to E three lie below 0.04 and one has the same: (3 + ½) of 5 is 70.
    near(judged(&facts, 75.0).now.number(), 70.0);
    for (target, status) in [(70.0, Status::OnTrack), (75.0, Status::Lagging), (76.0, Status::Behind)] {
        assert_eq!(judged(&facts, target).status, status, "{target}");
    }
    // A newer value of a peer stands for the older.
    let mut newer = facts.peers[2].clone();
    (newer.date, newer.value) = (day("2026-05-31"), 0.06);
    facts.peers.push(newer);
    near(judged(&facts, 50.0).now.number(), 60.0);
}

#[test]
fn a_cadence_is_forecast_by_counting() {
    let mut facts = facts("2026-03-16");
    add_channel(&mut facts, "fb", Platform::Facebook);
    // Ten closed weeks: every week met.
    for week in 0..10_u64 {
        for post in 0..3_u64 {
            let on = day("2026-01-05") + Days::new(7 * week + post);
            crate::analysis::sample::add_post(&mut facts, "fb", &format!("{week}-{post}"), on);
        }
    }
    let goal = goal("posts", GoalKind::Cadence { per_week: 3.0 }, "2026-01-05", "2026-05-24");
    let found = forecast(&goal, &facts, &catalog());
    // Ten weeks left. Beta(10.5, 0.5) and binomial: 18 of 20 weeks are needed, so at most two of ten may be missed.
    let chance = found.chance.number().unwrap();
    assert!((0.93..1.0).contains(&chance), "{chance}");
    assert_eq!(found.history, 10);
}
