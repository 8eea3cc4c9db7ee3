//! What a campaign achieved: what was seen in its days beside what would have been expected without it, and how much the
//! data can bear to say about that. Most campaigns end in "cannot tell", and then it is said what would have been seen.

mod claim;
mod estimate;
mod gates;
mod outcome;
mod peers;
mod plan;
mod rivals;
mod story;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Facts, JourneyStep, Needs, campaign_journey};
use crate::catalog::Catalog;
use crate::model::{Campaign, ChannelId, Figure, KnownEvent, MetricName, Missing, Period};

pub use peers::PeerOpinion;
pub use plan::{Plan, Visible, draw, plan};

/// How a campaign was laid out decides how much may be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Before and after, with less than eight weeks before: description only.
    Description,
    /// The channel's own history.
    OwnHistory,
    /// A channel that was not touched.
    Control,
    /// At least five peers.
    Peers,
    /// The start was drawn by lot.
    Lot,
}

/// How much the data bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// No effect of a size that matters.
    NoEffectOfSize,
    /// Cannot tell.
    CannotTell,
    /// Some support.
    SomeSupport,
    /// Strong support.
    StrongSupport,
}

impl Claim {
    /// Its number on the printed scale.
    pub fn level(self) -> u8 {
        match self {
            Self::NoEffectOfSize => 0,
            Self::CannotTell => 1,
            Self::SomeSupport => 2,
            Self::StrongSupport => 3,
        }
    }
}

/// What kept the claim from being stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "limit", rename_all = "snake_case")]
pub enum Limit {
    /// Too short a time before.
    ShortHistory {
        /// Days there are.
        have: u32,
        /// Days needed.
        need: u32,
    },
    /// Too many days without a value.
    Gaps {
        /// Days with a value.
        have: u32,
        /// Days in all.
        of: u32,
    },
    /// Nothing that was not touched to compare with.
    NoControl,
    /// There are controls, but they do not move with the outcome.
    UselessControl,
    /// Too few make-believe dates.
    FewMakeBelieve {
        /// How many there are.
        have: u32,
    },
    /// A make-believe date showed more.
    NotMostExtreme,
    /// Channels that were not touched moved away from their mixtures as much.
    PeersAlike {
        /// How many.
        as_much: u32,
        /// Of so many.
        of: u32,
    },
    /// It depends on how it is calculated.
    Sensitive {
        /// In so many ways of calculating it held.
        held: u32,
        /// Of so many.
        of: u32,
    },
    /// Other known events in the same days.
    OtherEvents {
        /// How many.
        count: u32,
    },
    /// The difference lies within ordinary variation.
    WithinVariation,
}

/// What else may have moved the numbers. Every claim lists some.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rival", rename_all = "snake_case")]
pub enum Rival {
    /// A known event in the campaign's days.
    Event(KnownEvent),
    /// Another campaign in the same days.
    OtherCampaign {
        /// Its name for readers.
        title: String,
    },
    /// A holiday season whose yearly pattern cannot be known yet.
    Holiday,
    /// A definition that changed before the campaign: the time before it was left out.
    DefinitionChange {
        /// The first day of the new definition.
        on: NaiveDate,
    },
    /// A drift that began by itself.
    Drift,
    /// What the platform chooses to show.
    Platform,
    /// What others said and did at the same time.
    OthersAtTheSameTime,
}

/// What to do next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "advice", rename_all = "snake_case")]
pub enum Advice {
    /// Have a longer history before the start.
    LongerHistory {
        /// So many weeks.
        weeks: u32,
    },
    /// Leave a channel untouched.
    UntouchedControl,
    /// Tag the links.
    TagLinks,
    /// Let the start be drawn by lot.
    DrawLot,
    /// Decide beforehand which effect matters.
    DecideSize,
}

/// A day or week of the outcome, observed and expected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoursePoint {
    /// The first day of it.
    pub day: NaiveDate,
    /// What was observed.
    pub observed: Option<f64>,
    /// What was expected without the campaign, and its ranges; none before the campaign.
    pub expected: Option<Band>,
}

/// A value in the middle with its ranges.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The middle.
    pub middle: f64,
    /// Eight cases of ten.
    pub eighty: (f64, f64),
    /// Nineteen cases of twenty.
    pub ninety_five: (f64, f64),
}

/// A make-believe campaign at an earlier date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MakeBelieve {
    /// Its first day.
    pub day: NaiveDate,
    /// What it seemed to change, as a share.
    pub change: f64,
    /// The same in standard deviations of what was expected.
    pub distance: f64,
}

/// A control, and whether it was of use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlUse {
    /// The channel.
    pub channel: ChannelId,
    /// What was counted on it.
    pub metric: Option<MetricName>,
    /// The probability that it moves with the outcome; none when it could not be used.
    pub inclusion: Option<f64>,
    /// Why it could not be used.
    pub refused: Option<ControlRefusal>,
    /// What the campaign seems to have changed on the control itself, in standard deviations: a make-believe campaign in
    /// space. None when that cannot be calculated.
    pub distance: Option<f64>,
}

impl ControlUse {
    /// Whether it moves with the outcome more likely than not.
    pub fn is_useful(&self) -> bool {
        self.inclusion.is_some_and(|it| it >= 0.5)
    }
}

/// Why a control could not be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum ControlRefusal {
    /// It has nothing that can be counted day by day.
    NothingCounted,
    /// Too many days without a value.
    Gaps,
    /// Its definition changed.
    DefinitionChange,
    /// It had a campaign of its own.
    OwnCampaign {
        /// That campaign's name for readers.
        title: String,
    },
}

/// The same, calculated in another way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// In which way.
    pub way: Way,
    /// The change, as a share.
    pub change: f64,
    /// The ends of its 95 % interval.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// Whether it says the same as the main calculation.
    pub holds: bool,
}

/// Another way of calculating.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// Without one of the controls.
    WithoutControl {
        /// The control.
        channel: ChannelId,
    },
    /// Without the strange days before.
    StrangeDaysMasked {
        /// How many.
        days: u32,
    },
    /// With a start one week earlier.
    WeekEarlier,
    /// With a start one week later.
    WeekLater,
    /// On the values as they are, not on their logarithm.
    RawScale,
    /// As an interrupted time series (Prais and Winsten), for readers who know it.
    Interrupted,
}

/// The figures of an estimate: change relative to what was expected, and in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectFigures {
    /// The change, as a share of what was expected: `campaign.<id>.change`.
    pub change: Figure,
    /// The ends of its 95 % interval: `….change_low`, `….change_high`.
    pub low: Figure,
    /// See `low`.
    pub high: Figure,
    /// The ends of its 80 % interval: `….change_low_80`, `….change_high_80`.
    pub low_80: Figure,
    /// See `low_80`.
    pub high_80: Figure,
    /// What was observed: `….observed`. A sum; for a rate the rate.
    pub observed: Figure,
    /// What was expected without it: `….expected`.
    pub expected: Figure,
    /// Observed less expected, and its 95 % interval: `….extra`, `….extra_low`, `….extra_high`.
    pub extra: Figure,
    /// See `extra`.
    pub extra_low: Figure,
    /// See `extra`.
    pub extra_high: Figure,
    /// The smallest effect that would have been seen: `….visible`.
    pub visible: Figure,
    /// The change in the time after: `….after`; missing while that is not closed.
    pub after: Figure,
    /// The ends of its 95 % interval: `….after_low`, `….after_high`.
    pub after_low: Figure,
    /// See `after_low`.
    pub after_high: Figure,
}

/// What a campaign achieved, as far as the data can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CampaignEffect {
    /// The campaign.
    pub campaign: Campaign,
    /// What was counted.
    pub metric: MetricName,
    /// On which channels.
    pub channels: Vec<ChannelId>,
    /// The days that were judged.
    pub window: Period,
    /// The days before, on which the expectation rests.
    pub before: Period,
    /// Whether weeks were judged, not days.
    pub weekly: bool,
    /// How the campaign was laid out.
    pub design: Design,
    /// How much the data bear.
    pub claim: Claim,
    /// What kept the claim from being stronger.
    pub limits: Vec<Limit>,
    /// Why nothing could be estimated, when nothing could.
    pub reason: Option<Missing>,
    /// The figures.
    pub figures: EffectFigures,
    /// The share of campaigns without any effect that would show as much.
    pub alike: Option<f64>,
    /// Observed and expected, over the last days before and the campaign's.
    pub course: Vec<CoursePoint>,
    /// Observed less expected, added up since the start.
    pub cumulative: Vec<(NaiveDate, Band)>,
    /// The make-believe dates.
    pub make_believe: Vec<MakeBelieve>,
    /// By how much intervals were widened for what the make-believe dates showed.
    pub inflation: f64,
    /// The controls.
    pub controls: Vec<ControlUse>,
    /// The second opinion of a group of channels; none for fewer than five.
    pub peers: Option<PeerOpinion>,
    /// The same, calculated in other ways.
    pub variants: Vec<Variant>,
    /// What else may have moved the numbers; never empty.
    pub rivals: Vec<Rival>,
    /// What to do next time.
    pub advice: Vec<Advice>,
    /// From its posts to the website: how many were left at each step.
    pub journey: Vec<JourneyStep>,
}

/// Why a campaign cannot be judged as it is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EffectError {
    /// More controls than can be compared.
    #[error(
        "{have} control channels are more than can be compared; choose at most 8, by judgement and before looking at the outcome"
    )]
    TooManyControls {
        /// How many there are.
        have: usize,
    },
}

/// What the campaign achieved, as seen on the day of the facts. `others` are all campaigns that are known of.
pub fn campaign_effect(
    campaign: &Campaign,
    others: &[Campaign],
    facts: &Facts,
    catalog: &Catalog,
) -> Result<CampaignEffect, EffectError> {
    let have = campaign.control_channels.len();
    if have > super::statistics::engine::MOST_CONTROLS {
        return Err(EffectError::TooManyControls { have });
    }
    let journey = campaign_journey(campaign, facts, catalog);
    Ok(CampaignEffect { journey, ..story::told(campaign, others, facts, catalog) })
}

/// Adds what judging the campaigns will ask for: their series, and the days on which the expectation rests.
pub fn add_effect_needs(needs: &mut Needs, campaigns: &[Campaign], facts: &Facts, catalog: &Catalog) {
    for campaign in campaigns {
        for asked in outcome::needs(campaign, facts, catalog) {
            if !needs.series.contains(&asked) {
                needs.series.push(asked);
            }
        }
        let first = super::aggregate::days::day_before(campaign.start, outcome::BACK);
        needs.days = Period::new(first.min(needs.days.start()), needs.days.end()).unwrap_or(needs.days);
    }
}
