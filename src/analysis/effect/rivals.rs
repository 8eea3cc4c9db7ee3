//! What else may have moved the numbers, and what to do next time.

use chrono::{Datelike, NaiveDate};

use super::super::Facts;
use super::{Advice, ControlUse, Design, Rival};
use crate::model::{Campaign, ChannelId, KnownEvent, Period, Platform};

/// Twelve weeks of history are asked for next time.
const WEEKS: u32 = 12;

/// The known events in the days.
pub(super) fn events(campaign: &Campaign, window: Period) -> Vec<KnownEvent> {
    let within = |event: &&KnownEvent| {
        Period::new(event.start, Period::day(event.end).end()).and_then(|it| it.intersect(window)).is_some()
    };
    campaign.events.iter().filter(within).cloned().collect()
}

/// The other campaigns that used the same channels in the days.
pub(super) fn campaigns<'a>(
    campaign: &Campaign,
    outcome: &[ChannelId],
    others: &'a [Campaign],
    window: Period,
) -> Vec<&'a Campaign> {
    let touches = |other: &&Campaign| {
        let days = Period::new(other.start, Period::day(other.end).end());
        let shares = |id: &ChannelId| campaign.channels.contains(id) || outcome.contains(id);
        other.id != campaign.id
            && days.and_then(|it| it.intersect(window)).is_some()
            && (other.channels.iter().any(shares) || other.outcome_channels.iter().any(shares))
    };
    others.iter().filter(touches).collect()
}

/// All that may have moved the numbers besides: never empty.
pub(super) fn rivals(
    (campaign, outcome): (&Campaign, &[ChannelId]),
    others: &[Campaign],
    facts: &Facts,
    (before, window): (Period, Period),
    (design, broken): (Design, Option<NaiveDate>),
) -> Vec<Rival> {
    let mut found: Vec<Rival> = events(campaign, window).into_iter().map(Rival::Event).collect();
    let beside = campaigns(campaign, outcome, others, window);
    found.extend(beside.iter().map(|other| Rival::OtherCampaign { title: other.title.clone() }));
    if before.days() < 730 && window.iter_days().any(is_holiday) {
        found.push(Rival::Holiday);
    }
    if let Some(on) = broken.filter(|on| *on == before.start()) {
        found.push(Rival::DefinitionChange { on });
    }
    if matches!(design, Design::Description | Design::OwnHistory) {
        found.push(Rival::Drift);
    }
    let social = |id: &ChannelId| facts.channel(id).is_some_and(|it| it.platform != Platform::Matomo);
    if campaign.channels.iter().chain(outcome).any(social) {
        found.push(Rival::Platform);
    }
    found.push(Rival::OthersAtTheSameTime);
    found
}

fn is_holiday(day: NaiveDate) -> bool {
    match day.month() {
        7 => true,
        12 => day.day() >= 20,
        1 => day.day() <= 6,
        _ => false,
    }
}

/// What would let more be said next time.
pub(super) fn advice(campaign: &Campaign, before: Period, controls: &[ControlUse], tagged: bool) -> Vec<Advice> {
    let mut found = Vec::new();
    if before.days() < WEEKS * 7 {
        found.push(Advice::LongerHistory { weeks: WEEKS });
    }
    if !controls.iter().any(ControlUse::is_useful) {
        found.push(Advice::UntouchedControl);
    }
    if !tagged {
        found.push(Advice::TagLinks);
    }
    if !campaign.drawn {
        found.push(Advice::DrawLot);
    }
    if campaign.smallest_effect.is_none() {
        found.push(Advice::DecideSize);
    }
    found
}
