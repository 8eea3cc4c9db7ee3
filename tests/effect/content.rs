//! Content and journey on made-up posts whose truth is known.

use chrono::Days;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::{Caveat, ContentEffect, Facts, Grouping, PostLabels, Signal, content, journey};
use genomslag::model::{Missing, Platform, PostFormat};

use crate::analysis::sample::{
    add_channel, add_days, add_post, add_post_value, catalog, day, facts, moment, near, period,
};

/// Posts every day; `labelled` says which carry `jobb` and which of them reach `lift` times as many.
fn posts(seed: &str, count: usize, lift: f64, labelled: impl Fn(usize) -> bool) -> (Facts, PostLabels) {
    let mut facts = facts("2026-11-02");
    add_channel(&mut facts, "fb", Platform::Facebook);
    let (mut chance, mut labels) = (Chance::named(seed), PostLabels::new());
    for index in 0..count {
        let id = format!("p{index}");
        let on = day("2026-01-05") + Days::new(u64::try_from(index).unwrap());
        add_post(&mut facts, "fb", &id, on);
        let format = if index % 3 == 0 { PostFormat::Video } else { PostFormat::Image };
        facts.posts.last_mut().unwrap().format = format;
        let mut reach = 2_000.0 * (0.6 * chance.normal()).exp();
        reach *= if format == PostFormat::Video { 1.5 } else { 1.0 };
        if labelled(index) {
            reach *= lift;
        }
        add_post_value(&mut facts, "fb", &id, "views", reach.round(), moment(on + Days::new(10)));
        let mut of_post = vec![format!("ämne {}", index % 4)];
        if labelled(index) {
            of_post.push("jobb".to_owned());
        }
        if index % 40 == 1 {
            of_post.push("sällan".to_owned());
        }
        labels.insert(("fb".into(), id.as_str().into()), of_post);
    }
    (facts, labels)
}

fn found(facts: &Facts, labels: &PostLabels) -> ContentEffect {
    let found = content(facts, &catalog(), &["fb".into()], labels, period("2026-01-01..2026-10-31"));
    assert_eq!(found.len(), 1);
    found.into_iter().next().unwrap()
}

#[test]
fn a_label_that_carries_is_named_and_few_posts_are_called_few() {
    let (facts, labels) = posts("carries", 240, 2.0, |index| index % 6 == 2);
    let found = found(&facts, &labels);
    let labels = found.groupings.iter().find(|it| it.grouping == Grouping::Label).unwrap();
    let group = |name: &str| labels.groups.iter().find(|it| it.group == name).unwrap();
    let jobs = group("jobb");
    assert_eq!((jobs.signal, jobs.posts), (Signal::Ok, 40));
    assert!(jobs.interval.0 > 0.0 && jobs.change > 0.3 && jobs.change <= jobs.plain, "{jobs:?}");
    assert_eq!(group("sällan").signal, Signal::Thin);
    assert_eq!(labels.groups[0].group, "jobb", "the one with most first");
    let formats = found.groupings.iter().find(|it| it.grouping == Grouping::Format).unwrap();
    assert_eq!(formats.groups[0].group, "video");
}

#[test]
fn luck_is_not_called_a_finding() {
    let named = (0..20)
        .filter(|round| {
            let (facts, labels) = posts(&format!("luck-{round}"), 120, 1.0, |index| index % 6 == 2);
            let found = found(&facts, &labels);
            let labels = found.groupings.iter().find(|it| it.grouping == Grouping::Label).unwrap();
            labels.groups.iter().any(|it| it.signal == Signal::Ok)
        })
        .count();
    assert!(named <= 4, "{named} of 20 reports name a label that has no effect");
}

#[test]
fn few_posts_say_nothing() {
    let (facts, labels) = posts("few", 12, 3.0, |index| index % 2 == 0);
    let found = found(&facts, &labels);
    assert_eq!((found.posts, found.groupings.len()), (12, 0));
}

#[test]
fn the_journey_is_divided_step_by_step_and_its_losses_told() {
    let mut facts = facts("2026-02-02");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_channel(&mut facts, "webb", Platform::Matomo);
    for (channel, metric, value) in [
        ("fb", "views", 1_000.0),
        ("fb", "clicks", 40.0),
        ("webb", "campaign_visits", 30.0),
        ("webb", "conversions", 2.0),
    ] {
        add_days(&mut facts, channel, metric, "2026-01-05", "2026-02-01", |_| value);
    }
    let found = journey(&facts, &catalog(), &["fb".into(), "webb".into()], period("2026-01-05..2026-02-01"));
    let counts: Vec<f64> = found.iter().map(|it| it.count.number().unwrap()).collect();
    assert_eq!(counts, [28_000.0, 1_120.0, 840.0, 56.0]);
    near(found[1].share.as_ref().unwrap().number(), 0.04);
    near(found[2].share.as_ref().unwrap().number(), 0.75);
    near(found[3].share.as_ref().unwrap().number(), 56.0 / 840.0);
    assert!(found[3].caveats.contains(&Caveat::OfAllVisits));
    // Without clicks the step is missing, and so is what would be divided by it.
    facts.series.retain(|it| it.metric.as_str() != "clicks");
    let found = journey(&facts, &catalog(), &["fb".into(), "webb".into()], period("2026-01-05..2026-02-01"));
    assert_eq!(found[2].share.as_ref().unwrap().value, Err(Missing::NotFetched));
}
