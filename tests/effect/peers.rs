//! A group of untouched channels as a second opinion, on made-up sites whose truth is known.

use chrono::Days;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::{Claim, Facts, Limit, campaign_effect};
use genomslag::model::{Campaign, KnownEvent, Platform, State};

use super::campaigns::campaign;
use crate::analysis::sample::{add_channel, add_points, catalog, day, facts, point};

const BEFORE: usize = 301;
const DURING: usize = 28;

/// A site and six others that share its whims (or have their own); in the campaign's days the first has `lift` times as
/// many, and the second even more where `alike`.
fn group(seed: &str, lift: f64, alike: bool, shared: bool) -> Facts {
    let mut facts = facts("2026-12-01");
    let mut chance = Chance::named(seed);
    let first = day("2026-11-02") - Days::new(u64::try_from(BEFORE).unwrap());
    let mut whims = || -> Vec<f64> {
        (0..BEFORE + DURING)
            .scan(0.0, |state, _| {
                *state = 0.8 * *state + 0.15 * chance.normal();
                Some(*state)
            })
            .collect()
    };
    let together = whims();
    let own: Vec<Vec<f64>> = (0..7).map(|_| whims()).collect();
    for (site, own) in own.iter().enumerate() {
        let id = format!("s{site}");
        add_channel(&mut facts, &id, Platform::Matomo);
        // The second moves even more.
        let lift = if site == 0 { lift } else { lift * lift };
        let lifted = site == 0 || (alike && site == 1);
        let value = |at: usize| {
            let whim = if shared { together[at] + 0.1 * own[at] } else { own[at] };
            let lift = if lifted && at >= BEFORE { lift } else { 1.0 };
            // Sites of different size.
            (400.0 * f64::from(u32::try_from(site).unwrap() + 1) * lift * whim.exp()).round()
        };
        let points = (0..BEFORE + DURING)
            .map(|at| point(first + Days::new(u64::try_from(at).unwrap()), Some(value(at)), State::Ok));
        add_points(&mut facts, &id, "visits", points.collect());
    }
    facts
}

fn about() -> Campaign {
    let mut campaign = campaign(&["s1", "s2", "s3", "s4", "s5", "s6"]);
    (campaign.channels, campaign.outcome_channels) = (vec!["s0".into()], vec!["s0".into()]);
    campaign
}

#[test]
fn a_mixture_that_went_alike_gives_the_same_answer_and_no_other_moved_as_much() {
    let found = campaign_effect(&about(), &[], &group("alike", 1.5, false, true), &catalog()).unwrap();
    let peers = found.peers.unwrap();
    assert!(peers.follows && peers.error < 0.5, "{peers:?}");
    assert_eq!((peers.donors, peers.as_much), (6, 1));
    let change = found.figures.change.number().unwrap();
    assert!((peers.change - 0.5).abs() < 0.1 && (peers.change - change).abs() < 0.15, "{peers:?} {change}");
    assert_eq!(found.claim, Claim::StrongSupport, "{:?}", found.limits);
}

#[test]
fn an_untouched_site_that_moved_as_much_keeps_the_claim_down() {
    let found = campaign_effect(&about(), &[], &group("alike", 1.5, true, true), &catalog()).unwrap();
    let peers = found.peers.unwrap();
    assert!(peers.follows && peers.as_much >= 2, "{peers:?}");
    assert!(
        found.limits.iter().any(|it| matches!(it, Limit::PeersAlike { of: 6, .. })),
        "{:?} {peers:?}",
        found.limits
    );
    assert!(found.claim < Claim::StrongSupport);
}

#[test]
fn a_mixture_that_went_its_own_way_says_nothing() {
    let found = campaign_effect(&about(), &[], &group("own", 1.5, false, false), &catalog()).unwrap();
    assert!(!found.peers.unwrap().follows);
    let few = Campaign { control_channels: about().control_channels[..4].to_vec(), ..about() };
    assert_eq!(campaign_effect(&few, &[], &group("own", 1.5, false, false), &catalog()).unwrap().peers, None);
}

#[test]
fn days_left_out_of_the_expectation_are_drawn_as_they_were() {
    let facts = group("alike", 1.5, false, true);
    let mut campaign = about();
    campaign.events =
        vec![KnownEvent { start: day("2026-10-20"), end: day("2026-10-22"), title: "Valdagen".to_owned() }];
    let found = campaign_effect(&campaign, &[], &facts, &catalog()).unwrap();
    let seen = |on: &str| found.course.iter().find(|it| it.day == day(on)).unwrap().observed;
    let told = |on: &str| facts.series[0].points.iter().find(|it| it.day == day(on)).unwrap().value;
    for on in ["2026-10-19", "2026-10-20", "2026-10-22", "2026-11-05"] {
        assert_eq!(seen(on), told(on), "{on}");
    }
}
