//! Campaigns on made-up channels whose truth is known.

use chrono::Days;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::{
    Advice, CampaignEffect, Claim, ControlRefusal, Design, EffectError, Facts, Limit, Rival, Way, campaign_effect,
    draw, plan,
};
use genomslag::model::{Campaign, KnownEvent, Missing, Platform, State};

use crate::analysis::sample::{add_break, add_channel, add_points, catalog, day, facts, near, period, point};

const WEEKDAYS: [f64; 7] = [1.1, 1.2, 1.15, 1.1, 0.95, 0.7, 0.8];

/// Visits to two sites that share their whims; the first has `lift` times as many in the campaign's days.
pub fn sites(seed: &str, days: usize, lift: f64) -> Facts {
    let mut facts = facts("2026-12-01");
    let mut chance = Chance::named(seed);
    let first = day("2026-11-02") + Days::new(0) - Days::new(u64::try_from(days).unwrap());
    let whims: Vec<f64> = (0..days + 28)
        .scan(0.0, |state, _| {
            *state = 0.6 * *state + 0.15 * chance.normal();
            Some(*state)
        })
        .collect();
    for (site, level, own) in [("webb", 400.0, 0.05), ("granne", 300.0, 0.05)] {
        add_channel(&mut facts, site, Platform::Matomo);
        let value = |at: usize, chance: &mut Chance| {
            let lift = if site == "webb" && (days..days + 28).contains(&at) { lift } else { 1.0 };
            (level * WEEKDAYS[at % 7] * lift * (whims[at] + own * chance.normal()).exp()).round()
        };
        let points = (0..days + 28)
            .map(|at| point(first + Days::new(u64::try_from(at).unwrap()), Some(value(at, &mut chance)), State::Ok));
        add_points(&mut facts, site, "visits", points.collect());
    }
    facts
}

pub fn campaign(controls: &[&str]) -> Campaign {
    Campaign {
        id: "insats".into(),
        title: "En insats".to_owned(),
        start: day("2026-11-02"),
        end: day("2026-11-29"),
        unit: None,
        channels: vec!["webb".into()],
        labels: Vec::new(),
        landing_pages: Vec::new(),
        control_channels: controls.iter().map(|id| (*id).into()).collect(),
        events: Vec::new(),
        why: None,
        outcome: Some("visits".into()),
        outcome_channels: vec!["webb".into()],
        smallest_effect: Some(0.1),
        drawn: false,
    }
}

fn effect(campaign: &Campaign, facts: &Facts) -> CampaignEffect {
    campaign_effect(campaign, &[], facts, &catalog()).unwrap()
}

#[test]
fn a_large_effect_beside_an_untouched_site_is_strong_support() {
    let facts = sites("large", 300, 1.5);
    let found = effect(&campaign(&["granne"]), &facts);
    assert_eq!((found.claim, found.design), (Claim::StrongSupport, Design::Control), "{:?}", found.limits);
    let change = found.figures.change.number().unwrap();
    let (low, high) = (found.figures.low.number().unwrap(), found.figures.high.number().unwrap());
    assert!(low < 0.5 && 0.5 < high && low > 0.0 && (change - 0.5).abs() < 0.15, "{low} {change} {high}");
    assert!(found.controls[0].is_useful() && found.make_believe.len() >= 4);
    // What was observed is the sum of the days, told by hand.
    let seen: f64 = facts.series[0].points[300..].iter().map(|it| it.value.unwrap()).sum();
    near(found.figures.observed.number(), seen);
    let extra = found.figures.extra.number().unwrap();
    near(found.figures.expected.number(), seen - extra);
    let last = found.cumulative.last().unwrap().1;
    assert!((last.middle - extra).abs() < 1e-6 * seen, "the last day's sum is the whole");
    assert!((extra / (seen - extra) - change).abs() < 0.05, "the sum and the typical day tell one story");
    assert_eq!(found.course.iter().filter(|it| it.expected.is_some()).count(), 28);
    assert!(found.rivals.contains(&Rival::OthersAtTheSameTime));
    assert!(found.advice.contains(&Advice::DrawLot) && !found.advice.contains(&Advice::UntouchedControl));
}

#[test]
fn the_same_without_a_control_is_some_support_at_most() {
    let found = effect(&campaign(&[]), &sites("large", 300, 1.5));
    assert_eq!((found.claim, found.design), (Claim::SomeSupport, Design::OwnHistory));
    assert!(found.limits.contains(&Limit::NoControl) && found.rivals.contains(&Rival::Drift));
    assert!(found.advice.contains(&Advice::UntouchedControl));
}

#[test]
fn a_known_event_lowers_the_claim_by_one_step_and_is_named() {
    let mut campaign = campaign(&["granne"]);
    let event = KnownEvent { start: day("2026-11-10"), end: day("2026-11-10"), title: "Snökaos".to_owned() };
    campaign.events = vec![event.clone()];
    let found = effect(&campaign, &sites("large", 300, 1.5));
    assert_eq!(found.claim, Claim::SomeSupport);
    assert!(found.rivals.contains(&Rival::Event(event)) && found.limits.contains(&Limit::OtherEvents { count: 1 }));
}

#[test]
fn nothing_is_claimed_where_nothing_happened() {
    for seed in ["a", "b", "c"] {
        let found = effect(&campaign(&["granne"]), &sites(seed, 300, 1.0));
        assert!(found.claim <= Claim::CannotTell, "{seed}: {:?} {:?}", found.claim, found.figures.change.value);
        assert!(found.figures.visible.number().unwrap() > 0.0);
    }
}

#[test]
fn short_histories_are_described_and_no_more() {
    let found = effect(&campaign(&["granne"]), &sites("short", 40, 2.0));
    assert_eq!((found.claim, found.design), (Claim::CannotTell, Design::Description));
    assert!(found.limits.contains(&Limit::ShortHistory { have: 40, need: 84 }));
    assert!(found.advice.contains(&Advice::LongerHistory { weeks: 12 }));
    let none = effect(&campaign(&[]), &sites("none", 10, 2.0));
    assert_eq!(none.reason, Some(Missing::TooShort { have: 10, need: 28 }));
    assert!(none.figures.change.value.is_err() && !none.rivals.is_empty());
}

#[test]
fn a_definition_that_changes_within_is_refused_and_one_before_shortens_the_history() {
    let mut facts = sites("broken", 300, 1.5);
    add_break(&mut facts, "webb", "visits", "2026-11-10");
    let found = effect(&campaign(&[]), &facts);
    assert_eq!(found.reason, Some(Missing::MetricBreak { on: day("2026-11-10") }));
    let mut facts = sites("broken", 300, 1.5);
    add_break(&mut facts, "webb", "visits", "2026-06-01");
    let found = effect(&campaign(&[]), &facts);
    assert_eq!(found.before, period("2026-06-01..2026-11-01"));
    assert!(found.rivals.contains(&Rival::DefinitionChange { on: day("2026-06-01") }));
}

#[test]
fn missing_days_are_not_zero() {
    let mut facts = sites("gaps", 300, 1.5);
    let whole = effect(&campaign(&["granne"]), &facts);
    // A day of the campaign is lost: what is left is compared with what was expected of what is left.
    let lost = facts.series[0].points.remove(310).value.unwrap();
    let found = effect(&campaign(&["granne"]), &facts);
    near(found.figures.observed.number(), whole.figures.observed.number().unwrap() - lost);
    let (before, after) = (whole.figures.change.number().unwrap(), found.figures.change.number().unwrap());
    assert!((before - after).abs() < 0.05);
}

#[test]
fn controls_that_were_touched_are_refused_and_nine_are_too_many() {
    let facts = sites("large", 300, 1.5);
    let mut other = campaign(&[]);
    other.id = "annan".into();
    other.title = "Grannens egen".to_owned();
    other.channels = vec!["granne".into()];
    other.outcome_channels = Vec::new();
    let found = campaign_effect(&campaign(&["granne"]), &[other], &facts, &catalog()).unwrap();
    let refused = ControlRefusal::OwnCampaign { title: "Grannens egen".to_owned() };
    assert_eq!(found.controls[0].refused, Some(refused));
    assert_eq!(found.claim, Claim::SomeSupport);
    let names = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let error = campaign_effect(&campaign(&names), &[], &facts, &catalog()).unwrap_err();
    assert_eq!(error, EffectError::TooManyControls { have: 9 });
    assert!(error.to_string().contains("choose at most 8"));
}

#[test]
fn the_same_data_give_the_same_figures() {
    let facts = sites("large", 200, 1.2);
    assert_eq!(effect(&campaign(&["granne"]), &facts), effect(&campaign(&["granne"]), &facts));
}

#[test]
fn every_other_way_of_calculating_is_told() {
    let found = effect(&campaign(&["granne"]), &sites("large", 300, 1.5));
    let has = |wanted: fn(&Way) -> bool| found.variants.iter().any(|it| wanted(&it.way));
    assert!(has(|it| matches!(it, Way::WithoutControl { .. })));
    assert!(has(|it| *it == Way::WeekEarlier) && has(|it| *it == Way::WeekLater));
    assert!(has(|it| *it == Way::RawScale) && has(|it| *it == Way::Interrupted));
    for variant in &found.variants {
        assert!(variant.low < variant.change && variant.change < variant.high, "{variant:?}");
    }
}

#[test]
fn a_plan_says_what_would_be_seen_and_which_control_would_help() {
    let mut facts = sites("large", 300, 1.0);
    facts.today = day("2026-11-02");
    let mut campaign = campaign(&[]);
    (campaign.start, campaign.end) = (day("2027-01-11"), day("2027-02-07"));
    let found = plan(&campaign, &[], &facts, &catalog());
    let own = found.own.change.clone().unwrap();
    let best = &found.controls[0];
    assert_eq!(best.control.as_ref().map(genomslag::model::ChannelId::as_str), Some("granne"));
    assert!(best.change.clone().unwrap() < own && best.inclusion.unwrap() > 0.9, "{best:?} {own}");
    assert_eq!(found.lengths.iter().map(|it| it.days).collect::<Vec<_>>(), [7, 14, 28, 56]);
}

#[test]
fn a_start_is_drawn_once() {
    let campaign = campaign(&[]);
    let days: Vec<_> = (0..8).map(|week| day("2027-01-11") + Days::new(7 * week)).collect();
    let drawn = draw(&campaign, &days).unwrap();
    let reversed: Vec<_> = days.iter().rev().copied().collect();
    assert_eq!(draw(&campaign, &reversed), Some(drawn));
    assert_eq!(draw(&campaign, &[]), None);
    let starts: std::collections::BTreeSet<_> = (0..60)
        .filter_map(|number| draw(&Campaign { id: format!("insats-{number}").into(), ..campaign.clone() }, &days))
        .collect();
    assert_eq!(starts.len(), 8, "every start comes up");
}
