//! A figure: a value, or the reason why there is none, and where it comes from. Nothing is printed that is not one.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChannelId, Configured, How, MetricName, Period, Window};

/// The stable name of a figure in a report: `goal.foljare-2027.now`, `channel.fb-kommun.views.total`.
/// Lower-case segments joined by `.`; the same figure has the same id in every report of the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FigureId(pub String);

impl fmt::Display for FigureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a number is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things or people counted.
    Count,
    /// Milliseconds.
    Milliseconds,
    /// A share, 1.0 being the whole; printed as per cent.
    Share,
    /// A change relative to something, 1.0 being a doubling; printed as per cent with a sign.
    Change,
    /// Per 1 000 inhabitants.
    PerThousand,
    /// Any other decimal number.
    Decimal,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Number {
    /// The value, unrounded.
    pub value: f64,
    /// What it is a number of.
    pub unit: Unit,
}

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Missing {
    /// Nobody asked the platform (yet).
    NotFetched,
    /// The platform had nothing to report.
    Absent,
    /// The platform hides small numbers.
    Suppressed,
    /// The platform refused.
    Refused,
    /// The answer could not be read.
    Unreadable,
    /// A unique count: no sum over days or channels means anything, and the platform was not asked for the whole.
    NotAdditive,
    /// The platforms mean different things by it.
    DefinitionsDiffer,
    /// Too few days have a value.
    Coverage {
        /// Days with a value.
        have: u32,
        /// Days in the period.
        of: u32,
    },
    /// Some channels have no value: a total without them would be too small.
    ChannelsLacking {
        /// Channels with a value.
        have: u32,
        /// Channels asked for.
        of: u32,
    },
    /// The definition changed within the stretch.
    MetricBreak {
        /// The first day of the new definition.
        on: NaiveDate,
    },
    /// There is no value to start from.
    NoBaseline,
    /// The population is not in the configuration.
    NoPopulation,
    /// Fewer cases than the goal asks for.
    SampleTooSmall {
        /// How many there are.
        have: u32,
        /// How many are needed.
        need: u32,
    },
    /// No period of the goal has closed yet.
    NothingClosed,
    /// The division would be by zero.
    ZeroDenominator,
    /// This version does not judge that kind of goal.
    NotJudged,
    /// Too short a history to say how it goes on.
    TooShort {
        /// Closed weeks (or other steps) with a value.
        have: u32,
        /// How many are needed.
        need: u32,
    },
    /// Too few events for a forecast: chance rules.
    TooFewEvents {
        /// How many a week, rounded.
        have: u32,
        /// How many are needed.
        need: u32,
    },
    /// Every value is the same, so nothing can be said of how it varies.
    NoVariation,
    /// No survey has been asked yet.
    NoSurvey,
    /// Too few of the posts have a value.
    PostsLacking {
        /// Posts with a value.
        have: u32,
        /// Posts asked for.
        of: u32,
    },
    /// It is not counted per post, so it cannot be told for some posts alone.
    NotOfPosts,
    /// No website counts it by campaign.
    NotByCampaign,
    /// The campaign has no labels: which posts are its own is not known.
    NoLabels,
    /// Too few peers with a value.
    TooFewPeers {
        /// Peers with a value.
        have: u32,
        /// How many are needed.
        need: u32,
    },
}

/// The observations that a figure rests on: enough to find them again in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The channel.
    pub channel: ChannelId,
    /// The post, for values of a post.
    pub post: Option<String>,
    /// The platform's own names of the metric within the stretch.
    pub metrics: Vec<String>,
    /// What stretch each value covers.
    pub window: Window,
    /// First of the platform's days.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// How many observations.
    pub observations: u32,
    /// When the latest of them was seen.
    pub seen: Option<DateTime<Utc>>,
    /// Where they came from: `api:v25.0`, `history:…`.
    pub from: Vec<String>,
}

/// How a figure was computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default, JsonSchema)]
pub struct Trace {
    /// The computation in one line: `how` in English, and `told` for the other languages.
    #[serde(flatten)]
    pub how: How,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// Other figures that it was computed from.
    pub figures: Vec<FigureId>,
    /// Values from the configuration that it rests on: `config` in English, and `config_told` for the other languages.
    #[serde(flatten)]
    pub config: Configured,
}

/// A value or the reason why there is none, with unit, definition, period and trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Its stable name.
    pub id: FigureId,
    /// The canonical metric.
    pub metric: MetricName,
    /// What it covers.
    pub period: Period,
    /// The number, or the reason why there is none.
    pub value: Result<Number, Missing>,
    /// Whether the platform may still change something under it.
    pub preliminary: bool,
    /// How it was computed, and from what.
    pub trace: Trace,
}

impl Figure {
    /// The number, where there is one.
    pub fn number(&self) -> Option<f64> {
        self.value.as_ref().ok().map(|number| number.value)
    }
}
