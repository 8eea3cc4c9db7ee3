//! The shapes of the answers of the interface for programs. Keys are only ever added.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Missing;
use crate::report::Table;

/// What every answer says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Frame {
    /// The organisation's name in the configuration.
    pub organisation: String,
    /// The unit that it is limited to, if any.
    pub unit: Option<String>,
    /// The language of its words.
    pub language: String,
    /// The period as it is written in addresses: `2026-W46`.
    pub period: String,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// Channels whose days are not complete through the period: their figures may still change.
    pub preliminary: Vec<String>,
    /// What has to be known before anything else, in words.
    pub notices: Vec<String>,
    /// When it was composed.
    pub made: DateTime<Utc>,
}

/// A figure, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureAnswer {
    /// Its name: what the trace is asked by.
    pub figure: String,
    /// The number, unrounded; none where there is none.
    pub value: Option<f64>,
    /// Why there is no number, in words.
    pub why: Option<String>,
    /// Whether the platform may still change something under it.
    pub preliminary: bool,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GoalAnswer {
    /// Its name in the configuration.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// The canonical metric.
    pub metric: String,
    /// Whose; none: the whole organisation.
    pub unit: Option<String>,
    /// By when.
    pub due: NaiveDate,
    /// `achieved`, `on_track`, `lagging`, `behind` or `cannot_be_judged`.
    pub status: String,
    /// The status word.
    pub word: Option<String>,
    /// One sentence why.
    pub why: Option<String>,
    /// Why it cannot be judged, when it cannot.
    pub reason: Option<Missing>,
    /// The value now.
    pub now: Option<f64>,
    /// The value at the start.
    pub baseline: Option<f64>,
    /// The value wanted.
    pub target: Option<f64>,
    /// The value expected by now.
    pub expected: Option<f64>,
    /// How far now is from expected; positive is better.
    pub ahead: Option<f64>,
    /// How far beside the expected value still counts as on track.
    pub tolerance: Option<f64>,
    /// What is needed per week from now on.
    pub needed_per_week: Option<f64>,
    /// What it moved per week lately.
    pub lately_per_week: Option<f64>,
    /// The share of the days with a value.
    pub coverage: Option<f64>,
}

/// The goals.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GoalsAnswer {
    /// The organisation's name in the configuration.
    pub organisation: String,
    /// The period up to the end of which was judged.
    pub period: String,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// Channels whose days are not complete through the period.
    pub preliminary: Vec<String>,
    /// Each goal, in the order of the configuration.
    pub goals: Vec<GoalAnswer>,
}

/// A metric of a channel beside what it was.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MetricAnswer {
    /// The canonical metric.
    pub metric: String,
    /// In the period.
    pub total: FigureAnswer,
    /// In the period before.
    pub previous: FigureAnswer,
    /// In the same period last year.
    pub year_before: FigureAnswer,
    /// The change against the period before, relative.
    pub change: FigureAnswer,
    /// The change against last year, relative.
    pub change_year: FigureAnswer,
}

/// A channel with its metrics.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChannelLine {
    /// Its name in the configuration.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// The platform.
    pub platform: String,
    /// The unit that it belongs to.
    pub unit: String,
    /// Its metrics.
    pub metrics: Vec<MetricAnswer>,
}

/// The channels.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChannelsAnswer {
    /// What it is about.
    #[serde(flatten)]
    pub frame: Frame,
    /// Each channel with its metrics, in the order of the configuration.
    pub channels: Vec<ChannelLine>,
}

/// One channel, with the tables behind its charts.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChannelAnswer {
    /// What it is about.
    #[serde(flatten)]
    pub frame: Frame,
    /// The channel.
    pub channel: ChannelLine,
    /// Every table of the page, those behind charts among them.
    pub tables: Vec<Table>,
}

/// A post with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PostAnswer {
    /// The channel.
    pub channel: String,
    /// The platform's id.
    pub id: String,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// What kind it is.
    pub format: String,
    /// The readers' names of its labels.
    pub labels: Vec<String>,
    /// The organisation's own text.
    pub text: String,
    /// Where it can be read.
    pub permalink: Option<String>,
    /// Where it leads.
    pub link: Option<String>,
    /// Whether it was read less than two days after publication.
    pub young: bool,
    /// Its figures, the one that its platform ranks by first.
    pub figures: Vec<PostFigure>,
}

/// A figure of a post.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PostFigure {
    /// The canonical metric.
    pub metric: String,
    /// The figure.
    #[serde(flatten)]
    pub figure: FigureAnswer,
}

/// The posts of a period.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PostsAnswer {
    /// What it is about.
    #[serde(flatten)]
    pub frame: Frame,
    /// The posts, the latest first.
    pub posts: Vec<PostAnswer>,
}

/// A campaign as configured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CampaignLine {
    /// Its name in the configuration and in campaign tags.
    pub id: String,
    /// Its name for readers.
    pub title: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// Whose; none: the whole organisation.
    pub unit: Option<String>,
    /// The channels that it used.
    pub channels: Vec<String>,
    /// One sentence of purpose.
    pub why: Option<String>,
}

/// What a campaign achieved, as far as the data can tell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EffectAnswer {
    /// What was counted.
    pub metric: String,
    /// How the campaign was laid out: `description`, `own_history`, `control`, `peers` or `lot`.
    pub design: serde_json::Value,
    /// How much the data bear: `no_effect_of_size`, `cannot_tell`, `some_support` or `strong_support`.
    pub claim: serde_json::Value,
    /// The same on the printed scale, 0 to 3.
    pub level: u8,
    /// Why nothing could be estimated, when nothing could.
    pub reason: Option<Missing>,
    /// The change as a share of what was expected, with the ends of its 95 % interval, what was observed and what was
    /// expected, and the smallest effect that would have been seen.
    pub figures: Vec<FigureAnswer>,
}

/// One campaign.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CampaignAnswer {
    /// What it is about.
    #[serde(flatten)]
    pub frame: Frame,
    /// The campaign.
    pub campaign: CampaignLine,
    /// What it achieved; none while it has not begun.
    pub effect: Option<EffectAnswer>,
    /// Every table of the page, those behind charts among them.
    pub tables: Vec<Table>,
}
