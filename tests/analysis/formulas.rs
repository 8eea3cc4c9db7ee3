//! The organisation's own metrics, by hand.

use genomslag::analysis::{Facts, derive, needs, standing, total};
use genomslag::catalog::{Catalog, Formula, OwnMetric, Texts};
use genomslag::model::{
    FigureId, GoalKind, MetricName, Missing, Normalise, Platform, Population, Rollup, State, Status,
};

use super::sample::{add_channel, add_days, add_post, add_post_value, catalog, day, facts, goal, moment, near, period};

const START: &str = "2026-01-05";
const TODAY: &str = "2026-02-09";
const DUE: &str = "2026-03-15";

fn own(name: &str, text: &str) -> OwnMetric {
    let title = Texts { sv: format!("{name} sv"), en: format!("{name} en") };
    let formula = Formula::read(text, Catalog::builtin()).unwrap();
    OwnMetric { name: name.into(), title, definition: None, unit: None, text: text.to_owned(), formula }
}

/// Weighed responses, and the same per 1 000 views.
fn with_own() -> Catalog {
    catalog().with(&[
        own("gensvar", "reactions + 2 * comments"),
        own("gensvar-per-tusen", "1000 * (reactions + 2 * comments) / views"),
        own("klickandel", "clicks / views"),
    ])
}

fn counted() -> Facts {
    let mut facts = facts(TODAY);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, "2026-02-08", |index| if index % 7 == 0 { 1_000.0 } else { 200.0 });
    add_days(&mut facts, "fb", "reactions", START, "2026-02-08", |index| if index % 7 == 0 { 10.0 } else { 4.0 });
    add_days(&mut facts, "fb", "comments", START, "2026-02-08", |_| 1.0);
    derive(&mut facts, &with_own(), period(&format!("{START}..2026-02-08")));
    facts
}

#[test]
fn a_sum_adds_over_days_and_a_rate_is_a_sum_by_a_sum() {
    let facts = counted();
    let week = period("2026-W06");
    let of = |name: &str| {
        let id = FigureId("x".to_owned());
        total(&facts, &with_own(), &MetricName::from(name), &["fb".into()], week, id)
    };
    // A week: 10 + 6 × 4 reactions, 7 comments counted twice.
    near(of("gensvar").number(), 48.0);
    // 1 000 + 6 × 200 views; the mean of the days' rates would be (12 + 6 × 30) / 7 = 27.4.
    near(of("gensvar-per-tusen").number(), 1_000.0 * 48.0 / 2_200.0);
    assert_eq!(of("gensvar").trace.config.english(), ["formula gensvar = reactions + 2 * comments"]);
    assert_eq!(of("gensvar").trace.sources[0].metrics, ["raw"]);
    // Clicks were never read.
    assert_eq!(of("klickandel").value, Err(Missing::NotFetched));
}

#[test]
fn a_day_without_one_of_its_parts_has_no_value() {
    let mut facts = counted();
    for series in facts.series.iter_mut().filter(|it| it.metric.as_str() == "comments") {
        series.points.retain(|it| it.day != day("2026-02-04"));
        let refused = series.points.iter_mut().find(|it| it.day == day("2026-02-05")).unwrap();
        (refused.value, refused.state) = (None, State::Refused);
    }
    derive(&mut facts, &with_own(), period(&format!("{START}..2026-02-08")));
    let series = facts.series_of(&"fb".into(), &"gensvar".into()).unwrap();
    let around = series.between(day("2026-02-03"), day("2026-02-06"));
    let found: Vec<_> = around.iter().map(|point| (point.day, point.value, point.state)).collect();
    assert_eq!(found, [(day("2026-02-03"), Some(6.0), State::Ok), (day("2026-02-05"), None, State::Refused),]);
    // Five of seven days are too few.
    let id = FigureId("x".to_owned());
    let week = total(&facts, &with_own(), &"gensvar".into(), &["fb".into()], period("2026-W06"), id);
    assert_eq!(week.value, Err(Missing::Coverage { have: 5, of: 7 }));
}

#[test]
fn goals_are_about_them_as_about_any_metric() {
    let (facts, catalog) = (counted(), with_own());
    let sum = goal("gensvar", GoalKind::Absolute { target: 480.0 }, START, DUE);
    let found = standing(&sum, &facts, &catalog);
    // Five weeks of 48; half of the days have gone.
    near(found.now.number(), 240.0);
    near(found.expected.number(), 240.0);
    assert_eq!(found.status, Status::OnTrack);
    let rate = goal("gensvar-per-tusen", GoalKind::Floor { target: 22.0 }, START, DUE);
    let found = standing(&rate, &facts, &catalog);
    near(found.now.number(), 48_000.0 / 2_200.0);
    assert_eq!(found.status, Status::Lagging);
    let mut people = sum.clone();
    people.normalise = Some(Normalise::Per1000Inhabitants);
    let mut with = facts.clone();
    with.population = vec![Population { date: day("2025-12-31"), inhabitants: 142_000, source: "SCB".to_owned() }];
    near(standing(&people, &with, &catalog).now.number(), 240.0 / 142.0);
    // Labelled posts have them too.
    let mut facts = facts;
    for (id, reactions) in [("a", 5.0), ("b", 7.0)] {
        add_post(&mut facts, "fb", id, day(START));
        add_post_value(&mut facts, "fb", id, "reactions", reactions, moment(day(TODAY)));
        add_post_value(&mut facts, "fb", id, "comments", 3.0, moment(day(TODAY)));
        facts.scopes.labels.insert(("fb".into(), id.into()), vec!["jobb".to_owned()]);
    }
    derive(&mut facts, &catalog, period(&format!("{START}..2026-02-08")));
    let mut labelled = sum;
    labelled.scope.labels = vec!["jobb".to_owned()];
    let found = standing(&labelled, &facts, &catalog);
    near(found.now.number(), 5.0 + 7.0 + 2.0 * 6.0);
    assert_eq!(found.now.trace.sources[0].metrics.join("+"), "post_comments+post_reactions");
}

#[test]
fn what_is_read_for_them_is_what_they_are_made_of() {
    let (facts, catalog) = (counted(), with_own());
    let goals = [goal("gensvar-per-tusen", GoalKind::Floor { target: 22.0 }, START, DUE)];
    let found = needs(&facts, &catalog, &goals, &[], period("2026-W06"));
    let names: Vec<&str> = found.series.iter().map(|(_, metric)| metric.as_str()).collect();
    assert_eq!(names, ["comments", "reactions", "views"]);
}

#[test]
fn platforms_that_differ_in_a_part_differ_in_the_whole() {
    let catalog = with_own();
    assert!(catalog.may_sum(&"gensvar".into(), &[Platform::Facebook, Platform::LinkedIn]));
    assert!(!catalog.may_sum(&"gensvar-per-tusen".into(), &[Platform::Facebook, Platform::LinkedIn]));
    assert!(catalog.may_sum(&"gensvar-per-tusen".into(), &[Platform::Facebook, Platform::Instagram]));
    // Clicks agree on no two of these.
    assert!(!catalog.may_sum(&"klickandel".into(), &[Platform::Facebook, Platform::Instagram]));
    let rate = catalog.canonical(&"klickandel".into()).unwrap();
    let parts = Rollup::RatioOfSums { numerator: "clicks".into(), denominator: "views".into() };
    assert_eq!(rate.rollup, parts);
}

#[test]
fn posts_may_be_divided_by() {
    let per_post = catalog().with(&[own("visningar-per-inlagg", "views / posts")]);
    let mut facts = counted();
    for week in 0..5 {
        for turn in 0..2 {
            add_post(&mut facts, "fb", &format!("{week}{turn}"), day(START) + chrono::Days::new(7 * week));
        }
    }
    let floor = goal("visningar-per-inlagg", GoalKind::Floor { target: 1_000.0 }, START, DUE);
    let found = standing(&floor, &facts, &per_post);
    // 2 200 views and two posts a week.
    near(found.now.number(), 1_100.0);
}

#[test]
fn labelled_posts_break_where_a_part_is_renamed() {
    let catalog = Catalog::builtin().with(&[own("vikt", "views + 10 * comments")]);
    let mut facts = facts(TODAY);
    add_channel(&mut facts, "fb", Platform::Facebook);
    // The first post is counted in impressions, the second in the views that took their place.
    for (id, on, name) in [("a", "2026-01-12", "post_impressions"), ("b", "2026-01-26", "post_media_view")] {
        add_post(&mut facts, "fb", id, day(on));
        add_post_value(&mut facts, "fb", id, "views", 500.0, moment(day(TODAY)));
        facts.post_values.last_mut().unwrap().name = name.to_owned();
        add_post_value(&mut facts, "fb", id, "comments", 3.0, moment(day(TODAY)));
        facts.scopes.labels.insert(("fb".into(), id.into()), vec!["jobb".to_owned()]);
    }
    derive(&mut facts, &catalog, period(&format!("{START}..2026-02-08")));
    for metric in ["views", "vikt"] {
        let mut about = goal(metric, GoalKind::Absolute { target: 2_000.0 }, START, DUE);
        about.scope.labels = vec!["jobb".to_owned()];
        let found = standing(&about, &facts, &catalog);
        assert_eq!(found.reason, Some(Missing::MetricBreak { on: day("2026-01-26") }), "{metric}");
        assert!(found.now.value.is_err(), "{metric}: a sum over both is never shown");
    }
}
