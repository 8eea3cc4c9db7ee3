//! From being seen to being of use: impressions, clicks, visits, conversions, each beside the one before, with what is
//! lost between them told as it is.

use serde::{Deserialize, Serialize};

use super::scope::of_campaign;
use super::{Facts, total};
use crate::catalog::Catalog;
use crate::model::told::traces;
use crate::model::{Campaign, ChannelId, Figure, FigureId, MetricName, Missing, Number, Period, Platform, Trace, Unit};

/// The steps: on the social channels, then on the website.
const STEPS: [(&str, &str, bool); 4] = [
    ("impressions", "views", true),
    ("clicks", "clicks", true),
    ("visits", "campaign_visits", false),
    ("conversions", "conversions", false),
];

/// One step of the journey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JourneyStep {
    /// `impressions`, `clicks`, `visits`, `conversions`.
    pub step: String,
    /// Of posts on this platform; none: of all, or of the website.
    pub platform: Option<Platform>,
    /// How many: `journey.<step>`.
    pub count: Figure,
    /// Beside the step before: `journey.<step>.share`. None for the first.
    pub share: Option<Figure>,
    /// What has to be said beside it.
    pub caveats: Vec<Caveat>,
}

/// What has to be said beside a step, so that nobody takes it for more than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caveat {
    /// Clicks lead to other places too: pictures, profiles, more text.
    NotEveryClickIsALink,
    /// Visits are counted by another program, which does not see everybody.
    CountedElsewhere,
    /// There are more than in the step before: people came by other ways, with the same tags.
    MoreThanBefore,
    /// Conversions of all visits, not only of those that came this way.
    OfAllVisits,
    /// Some channels have no value: the step is of the others.
    SomeChannelsLack,
}

/// The journey of the channels in the period. Channels that cannot have a step are left out of it; a channel that should
/// have it and has no value makes it missing.
pub fn journey(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<JourneyStep> {
    let mut steps: Vec<JourneyStep> = Vec::new();
    for (name, metric, social) in STEPS {
        let metric = MetricName::from(metric);
        let here: Vec<ChannelId> = channels
            .iter()
            .filter(|id| {
                facts.channel(id).is_some_and(|channel| {
                    (channel.platform != Platform::Matomo) == social && facts.offers(catalog, channel, &metric)
                })
            })
            .cloned()
            .collect();
        let count = counted(facts, catalog, (name, &metric), &here, period);
        let share = steps.last().map(|before| share(&count, &before.count));
        let mut caveats = caveats(name);
        let more = share.as_ref().and_then(Figure::number).is_some_and(|it| it > 1.0);
        if more {
            caveats.push(Caveat::MoreThanBefore);
        }
        if count.trace.how.is(traces::OTHERS_LEFT_OUT) {
            caveats.push(Caveat::SomeChannelsLack);
        }
        steps.push(JourneyStep { step: name.to_owned(), platform: None, count, share, caveats });
    }
    steps
}

/// The sum over the channels. Where the platforms count otherwise, that of the platform with most.
fn counted(
    facts: &Facts,
    catalog: &Catalog,
    (name, metric): (&str, &MetricName),
    channels: &[ChannelId],
    period: Period,
) -> Figure {
    let id = FigureId(format!("journey.{name}"));
    let whole = total(facts, catalog, metric, channels, period, id.clone());
    if whole.value != Err(Missing::DefinitionsDiffer) {
        return whole;
    }
    let of = |platform: &Platform| {
        let here: Vec<ChannelId> = channels
            .iter()
            .filter(|it| facts.channel(it).is_some_and(|channel| channel.platform == *platform))
            .cloned()
            .collect();
        (!here.is_empty()).then(|| total(facts, catalog, metric, &here, period, id.clone()))
    };
    let best = Platform::ALL.iter().filter_map(of).filter(|it| it.value.is_ok());
    let best = best.max_by(|a, b| a.number().unwrap_or(0.0).total_cmp(&b.number().unwrap_or(0.0)));
    best.map_or(whole, |mut figure| {
        figure.trace.how.within(traces::others_left_out);
        figure
    })
}

fn share(count: &Figure, before: &Figure) -> Figure {
    let value = match (&count.value, &before.value) {
        (Ok(_), Ok(number)) if number.value == 0.0 => Err(Missing::ZeroDenominator),
        (Ok(after), Ok(before)) => Ok(Number { value: after.value / before.value, unit: Unit::Share }),
        (Err(missing), _) | (_, Err(missing)) => Err(missing.clone()),
    };
    Figure {
        id: FigureId(format!("{}.share", count.id)),
        value,
        preliminary: count.preliminary || before.preliminary,
        trace: Trace {
            how: traces::figure_divided(&count.id, &before.id).into(),
            figures: vec![count.id.clone(), before.id.clone()],
            ..Trace::default()
        },
        ..count.clone()
    }
}

fn caveats(name: &str) -> Vec<Caveat> {
    match name {
        "clicks" => vec![Caveat::NotEveryClickIsALink],
        "visits" => vec![Caveat::CountedElsewhere],
        "conversions" => vec![Caveat::OfAllVisits],
        _ => Vec::new(),
    }
}

/// The journey of one campaign: what its posts were seen and clicked, platform by platform, and what the website counted
/// of visits through its links and of what those led to. A step that cannot be known says why.
pub fn campaign_journey(campaign: &Campaign, facts: &Facts, catalog: &Catalog) -> Vec<JourneyStep> {
    let end = Period::day(campaign.end).end().min(facts.today);
    let Some(period) = Period::new(campaign.start, end) else { return Vec::new() };
    let counted = |metric: &str, channels: &[ChannelId], name: String| {
        let id = FigureId(format!("campaign.{}.journey.{name}", campaign.id));
        of_campaign(campaign, &MetricName::from(metric), channels, period, (facts, catalog), &id)
    };
    let mut steps = Vec::new();
    let mut clicks: Vec<Figure> = Vec::new();
    for (platform, channels) in social(campaign, facts) {
        let seen = counted("views", &channels, format!("impressions.{platform}"));
        let clicked = counted("clicks", &channels, format!("clicks.{platform}"));
        let share = share(&clicked, &seen);
        let platform = Some(platform);
        steps.push(step("impressions", platform, seen, None, &[]));
        steps.push(step("clicks", platform, clicked.clone(), Some(share), &[Caveat::NotEveryClickIsALink]));
        clicks.push(clicked);
    }
    let visits = counted("campaign_visits", &[], "visits".to_owned());
    let came = match &clicks[..] {
        [] => None,
        [only] => Some(share(&visits, only)),
        // What one platform calls a click another does not, so there is no sum to divide by.
        [first, ..] => {
            let mut share = share(&visits, first);
            share.value = visits.value.clone().and(Err(Missing::DefinitionsDiffer));
            share.trace.figures = clicks.iter().map(|it| it.id.clone()).collect();
            Some(share)
        }
    };
    let conversions = counted("conversions", &[], "conversions".to_owned());
    let led = share(&conversions, &visits);
    steps.push(step("visits", None, visits, came, &[Caveat::CountedElsewhere]));
    steps.push(step("conversions", None, conversions, Some(led), &[]));
    steps
}

fn step(
    name: &str,
    platform: Option<Platform>,
    count: Figure,
    share: Option<Figure>,
    caveats: &[Caveat],
) -> JourneyStep {
    let mut caveats = if count.value.is_ok() { caveats.to_vec() } else { Vec::new() };
    if share.as_ref().and_then(Figure::number).is_some_and(|it| it > 1.0) {
        caveats.push(Caveat::MoreThanBefore);
    }
    JourneyStep { step: name.to_owned(), platform, count, share, caveats }
}

/// The campaign's channels that have posts, by platform; all of its unit where it names none.
fn social(campaign: &Campaign, facts: &Facts) -> Vec<(Platform, Vec<ChannelId>)> {
    let named = facts.channels.iter().filter(|it| campaign.channels.contains(&it.id));
    let all: Vec<_> =
        if campaign.channels.is_empty() { facts.channels_of(campaign.unit.as_ref()) } else { named.collect() };
    let of = |platform: &Platform| {
        let here = all.iter().filter(|it| it.platform == *platform && platform.has_posts());
        let here: Vec<ChannelId> = here.map(|it| it.id.clone()).collect();
        (!here.is_empty()).then_some((*platform, here))
    };
    Platform::ALL.iter().filter_map(of).collect()
}
