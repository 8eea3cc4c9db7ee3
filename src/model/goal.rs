//! The goal model: what an organisation wants to be true by when.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CampaignId, ChannelId, GoalId, Granularity, MetricName, UnitId};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    #[default]
    Up,
    /// Less is better.
    Down,
}

/// What kind of goal, with the numbers that only that kind has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GoalKind {
    /// Reach a number.
    Absolute {
        /// The number.
        target: f64,
    },
    /// Grow by a share of the baseline: target = baseline × (1 + growth).
    RelativeGrowth {
        /// The share, 0.1 being ten per cent.
        growth: f64,
    },
    /// Stay at or above.
    Floor {
        /// The lowest allowed.
        target: f64,
    },
    /// Stay at or below.
    Ceiling {
        /// The highest allowed.
        target: f64,
    },
    /// Stay between, both included.
    Range {
        /// The lowest allowed.
        low: f64,
        /// The highest allowed.
        high: f64,
    },
    /// So many per ISO week.
    Cadence {
        /// How many.
        per_week: f64,
    },
    /// Get something done.
    Milestone {
        /// The day on which it was done, once it is.
        done_on: Option<NaiveDate>,
    },
    /// Get better, without a number.
    Direction,
    /// A share of those asked in a survey, with its margin of error.
    SurveyShare {
        /// The share, 0 to 1.
        target: f64,
        /// The confidence of the interval, e.g. 0.95.
        confidence: f64,
    },
    /// A percentile among peers.
    Benchmark {
        /// The percentile, 0 to 100.
        target: f64,
        /// The group of peers.
        peers: Option<String>,
    },
    /// A rate along a journey.
    Conversion {
        /// The rate, 0 to 1.
        target: f64,
    },
}

/// What the goal is about. Empty lists mean no restriction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Only these channels; empty: all channels of the unit and below.
    pub channels: Vec<ChannelId>,
    /// Only posts with one of these labels.
    pub labels: Vec<String>,
    /// Only this campaign.
    pub campaign: Option<CampaignId>,
}

/// A dated interim value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// By when.
    pub date: NaiveDate,
    /// How much.
    pub value: f64,
}

/// How the expected value moves from baseline to target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// In proportion to the days gone.
    #[default]
    Linear,
    /// As the same stretch of earlier years moved.
    Seasonal,
    /// From interim value to interim value.
    Steps,
}

/// How far beside the expected value still counts as on track: a share of |target − baseline|, or of the target for
/// goals without a way to go.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tolerance(pub f64);

impl Default for Tolerance {
    fn default() -> Self {
        Self(0.05)
    }
}

/// Per what a value is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalise {
    /// Per 1 000 inhabitants; without a population in the configuration the goal cannot be judged.
    #[serde(rename = "per_1000_inhabitants")]
    Per1000Inhabitants,
    /// Per follower.
    PerFollower,
    /// Per post.
    PerPost,
}

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The period before.
    PreviousPeriod,
    /// The same period last year.
    SamePeriodLastYear,
    /// Channels that the campaign did not touch.
    ControlChannels,
    /// Other organisations.
    Peers,
}

/// What to do when the platform changes the definition under a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum BreakPolicy {
    /// Say so; the goal cannot be judged over the break.
    #[default]
    Flag,
    /// Keep the last value of the old definition.
    Freeze,
    /// Start again from the first value of the new definition.
    Rebase,
}

/// Where the goal stands in the chain from effort to change in society (AMEC, GCS).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What we put in.
    Input,
    /// What we published.
    Output,
    /// What people took in.
    Outtake,
    /// What people did or thought.
    Outcome,
    /// What changed for the organisation or society.
    Impact,
}

/// The state that the audience should come into (Swedish effect model).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EffectState {
    /// Knows about it.
    Orienterad,
    /// Is convinced.
    Forvissad,
    /// Feels listened to.
    Lyssnad,
    /// Acts.
    Aktiverad,
}

/// Who the goal is about, in words.
pub type Audience = String;

/// What was learned when a goal ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// When it was closed.
    pub date: NaiveDate,
    /// What was learned.
    pub learning: String,
}

/// What the public record wants to know.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GoalRecord {
    /// Who decided: a role or body.
    pub decided_by: Option<String>,
    /// When.
    pub decided_on: Option<NaiveDate>,
    /// Case number (diarienummer).
    pub case_no: Option<String>,
    /// When it is looked at again.
    pub review_on: Option<NaiveDate>,
    /// Which version of the goal.
    pub version: Option<u32>,
    /// From when this version holds.
    pub valid_from: Option<NaiveDate>,
    /// Why it was changed.
    pub change_reason: Option<String>,
    /// What was learned.
    pub closing: Option<Closing>,
}

/// A goal, checked and with its defaults filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Its name in the configuration.
    pub id: GoalId,
    /// Its name for readers.
    pub title: String,
    /// What is counted: a canonical metric of the catalogue.
    pub metric: MetricName,
    /// Its kind, with the numbers.
    #[serde(flatten)]
    pub kind: GoalKind,
    /// By when: the last day that counts.
    pub due: NaiveDate,
    /// From when: the first day; default the first of the organisation's year that holds `due`.
    pub start: NaiveDate,
    /// Which way is better.
    pub direction: Direction,
    /// Which channels, labels or campaign.
    pub scope: Scope,
    /// Whose goal; none: the whole organisation.
    pub unit: Option<UnitId>,
    /// The value at the start; none: measured.
    pub baseline: Option<f64>,
    /// One sentence of purpose.
    pub why: Option<String>,
    /// A role, not a person.
    pub owner_role: Option<String>,
    /// The goal that this one adds to.
    pub contributes_to: Option<GoalId>,
    /// How much it weighs there.
    pub weight: f64,
    /// The least that is acceptable.
    pub minimum: Option<f64>,
    /// What would be splendid.
    pub stretch: Option<f64>,
    /// Dated interim values, ascending.
    pub steps: Vec<Step>,
    /// How the expected value moves.
    pub pace: Pace,
    /// How far beside still counts as on track.
    pub tolerance: Tolerance,
    /// Under how many cases it cannot be judged.
    pub min_sample: Option<u32>,
    /// The length of its periods; only closed ones count.
    pub period: Granularity,
    /// Whether a new goal of the same kind begins when this one ends.
    pub recurs: bool,
    /// Per what it is counted.
    pub normalise: Option<Normalise>,
    /// What it is compared with.
    pub compare_with: Vec<Compare>,
    /// What else may have moved the number.
    pub rivals: Vec<String>,
    /// What to do when a definition changes.
    pub on_metric_break: BreakPolicy,
    /// Where it stands in the chain of effect.
    pub level: Option<Level>,
    /// The state that the audience should come into.
    pub effect_state: Option<EffectState>,
    /// Who it is about.
    pub audience: Option<Audience>,
    /// What the public record wants to know.
    pub record: GoalRecord,
}

impl Goal {
    /// A goal with its defaults, about everything and upwards, from the first day to the last.
    pub fn new(id: GoalId, metric: MetricName, kind: GoalKind, (start, due): (NaiveDate, NaiveDate)) -> Self {
        Self {
            id,
            title: String::new(),
            metric,
            kind,
            due,
            start,
            direction: Direction::Up,
            scope: Scope::default(),
            unit: None,
            baseline: None,
            why: None,
            owner_role: None,
            contributes_to: None,
            weight: 1.0,
            minimum: None,
            stretch: None,
            steps: Vec::new(),
            pace: Pace::Linear,
            tolerance: Tolerance::default(),
            min_sample: None,
            period: Granularity::Week,
            recurs: false,
            normalise: None,
            compare_with: Vec::new(),
            rivals: Vec::new(),
            on_metric_break: BreakPolicy::Flag,
            level: None,
            effect_state: None,
            audience: None,
            record: GoalRecord::default(),
        }
    }
}

/// How a goal stands. Always shown as word, shape and figure; never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Uppnått.
    Achieved,
    /// I fas.
    OnTrack,
    /// Släpar.
    Lagging,
    /// Efter.
    Behind,
    /// Kan inte bedömas.
    CannotBeJudged,
}

impl Status {
    /// The word used in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Achieved => "achieved",
            Self::OnTrack => "on_track",
            Self::Lagging => "lagging",
            Self::Behind => "behind",
            Self::CannotBeJudged => "cannot_be_judged",
        }
    }
}

/// A day on which a platform changed what a number means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The first day of the new definition.
    pub day: NaiveDate,
    /// The platform's name of the metric before.
    pub before: String,
    /// And after.
    pub after: String,
}

/// Something that may have moved the numbers besides the campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownEvent {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// What happened.
    pub title: String,
}

/// A campaign (insats).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its name in the configuration and in campaign tags (`utm_campaign`).
    pub id: CampaignId,
    /// Its name for readers.
    pub title: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// Whose; none: the whole organisation.
    pub unit: Option<UnitId>,
    /// The channels that it used.
    pub channels: Vec<ChannelId>,
    /// The labels of its posts.
    pub labels: Vec<String>,
    /// Where it led to.
    pub landing_pages: Vec<String>,
    /// Channels that it did not touch.
    pub control_channels: Vec<ChannelId>,
    /// Known other events.
    pub events: Vec<KnownEvent>,
    /// One sentence of purpose.
    pub why: Option<String>,
    /// What its effect is measured on; none: visits through campaign-tagged links, else the nearest that there is.
    pub outcome: Option<MetricName>,
    /// The channels that the outcome is counted on; empty: those of the campaign that have it, else all of its unit.
    pub outcome_channels: Vec<ChannelId>,
    /// The smallest effect that matters, as a share; decided before the start.
    pub smallest_effect: Option<f64>,
    /// Whether its start was drawn by lot.
    pub drawn: bool,
}

/// What a survey found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// The goal that it is about.
    pub goal: GoalId,
    /// The day on which it closed.
    pub date: NaiveDate,
    /// How many answered the question.
    pub answered: u32,
    /// How many of them gave the answer that is wanted.
    pub agreed: u32,
    /// How many could have been asked, where that is known: a survey of most of them knows more.
    pub population: Option<u32>,
    /// How much larger the variance is than for a simple random sample (weighting, clusters); 1 for such a one.
    pub design_effect: f64,
    /// Who asked, and how.
    pub source: String,
}

/// A figure of a peer, from its own publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerValue {
    /// The group of peers.
    pub group: String,
    /// Which peer.
    pub name: String,
    /// The canonical metric.
    pub metric: MetricName,
    /// The last day that it covers.
    pub date: NaiveDate,
    /// The value, counted as the goal counts it.
    pub value: f64,
    /// Where it was published.
    pub source: String,
}
