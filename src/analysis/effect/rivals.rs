//! What else may have moved the numbers, and what to do next time.

use chrono::{Datelike, NaiveDate};

use super::super::Facts;
use super::outcome::Outcome;
use super::{Advice, ControlUse, Design, Rival};
use crate::catalog::Catalog;
use crate::model::{Campaign, ChannelId, KnownEvent, Period, Platform};

/// Twelve weeks of history are asked for next time.
const WEEKS: u32 = 12;

/// The known events in the days.
pub(super) fn events(campaign: &Campaign, window: Period) -> Vec<KnownEvent> {
    let falls = |event: &&KnownEvent| days(event.start, event.end).and_then(|it| it.intersect(window)).is_some();
    campaign.events.iter().filter(falls).cloned().collect()
}

/// The other campaigns that touched the same outcome: they used its channels or the campaign's, or are measured on it.
pub(super) fn beside<'a>(
    (campaign, outcome): (&Campaign, &[ChannelId]),
    others: &'a [Campaign],
    (facts, catalog): (&Facts, &Catalog),
) -> Vec<&'a Campaign> {
    let touches = |other: &&Campaign| {
        let shares = |id: &ChannelId| campaign.channels.contains(id) || outcome.contains(id);
        let measured = || Outcome::of(other, facts, catalog).map(|it| it.channels).unwrap_or_default();
        other.id != campaign.id
            && (other.channels.iter().any(shares) || measured().iter().any(|it| outcome.contains(it)))
    };
    others.iter().filter(touches).collect()
}

/// Those of them that ran in the days.
pub(super) fn within<'a>(beside: &[&'a Campaign], window: Period) -> Vec<&'a Campaign> {
    let ran = |other: &&&Campaign| days(other.start, other.end).and_then(|it| it.intersect(window)).is_some();
    beside.iter().filter(ran).copied().collect()
}

/// The days before the campaign that are known not to be ordinary: known events, and other campaigns. They say nothing
/// about what was to be expected.
pub(super) fn not_ordinary(campaign: &Campaign, beside: &[&Campaign]) -> Vec<Period> {
    let events = campaign.events.iter().filter_map(|it| days(it.start, it.end));
    let campaigns = beside.iter().filter_map(|it| days(it.start, it.end));
    events.chain(campaigns).filter(|it| it.start() < campaign.start).collect()
}

fn days(start: NaiveDate, end: NaiveDate) -> Option<Period> {
    Period::new(start, Period::day(end).end())
}

/// All that may have moved the numbers besides: never empty.
pub(super) fn rivals(
    (campaign, outcome): (&Campaign, &[ChannelId]),
    beside: &[&Campaign],
    facts: &Facts,
    (before, window): (Period, Period),
    (design, broken): (Design, Option<NaiveDate>),
) -> Vec<Rival> {
    let mut found: Vec<Rival> = events(campaign, window).into_iter().map(Rival::Event).collect();
    found.extend(within(beside, window).iter().map(|other| Rival::OtherCampaign { title: other.title.clone() }));
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
