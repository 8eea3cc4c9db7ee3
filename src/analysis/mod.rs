//! Plain functions over plain values: where a goal stands, what changed, which posts carried. No I/O, no clock; nothing
//! here can fail, it can only say why there is no answer.

mod aggregate;
mod anomalies;
mod changes;
mod compare;
mod complete;
mod content;
mod coverage_days;
mod derive;
mod effect;
mod facts;
mod inhabitants;
mod journey;
mod needs;
mod peers;
mod plan;
mod post_groups;
mod posts;
mod quality;
mod roll_up;
mod scope;
mod score;
mod standing;
mod unusual;

pub use aggregate::{NotSummable, Summable, total};
pub use anomalies::{LevelShift, Oddity, StrangeDay, level_shifts, strange_days};
pub use changes::{Against, Change, changes};
pub use compare::compared;
pub use complete::complete_through;
pub use content::{ContentEffect, GroupEffect, Grouping, GroupingEffect, PostLabels, Signal, content};
pub use coverage_days::{CoverageDay, CoverageDays, DayState, coverage_days};
pub use derive::derive;
pub use effect::{
    Advice, Band, CampaignEffect, Claim, ControlRefusal, ControlUse, CoursePoint, Design, EffectError, EffectFigures,
    Limit, MakeBelieve, PeerOpinion, Plan, Rival, Variant, Visible, Way, add_effect_needs, campaign_effect, draw, plan,
};
pub use facts::POSTS;
pub use genomslag_statistics as statistics;
pub use inhabitants::per_inhabitants;
pub use journey::{Caveat, JourneyStep, campaign_journey, journey};
pub use needs::{Needs, needs};
pub use peers::{BesidePeers, beside_peers};
pub use plan::{MatchedBy, PlanOutcome, PlanState, PlanSummary, plan_summary};
pub use post_groups::{PostGroup, grouped};
pub use posts::{PostFigures, PostRanking, RankedPost, post_figures, ranked};
pub use quality::{ChannelQuality, Gap, StateCounts, not_complete, quality};
pub use roll_up::{RolledUp, UnitStanding, roll_up, roll_up_units};
pub use scope::{Scopes, Tagged, TaggedRow};
pub use score::{KeptForecast, Likelihood, PrintedChance, Score, of_ten, score};
pub use standing::{
    FanPoint, GoalForecast, Unmodelled, forecast, forecast_of, forecasts, forecasts_of, standing, standings,
};
pub use unusual::{Rule, Surprise, surprise};

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{
    Break, Calendar, Channel, ChannelId, Figure, Goal, MetricName, Missing, PeerValue, Period, Platform, Point,
    Population, Post, PostId, Series, State, Status, Survey, Units,
};

/// All that judging needs to know, read from store and configuration by the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The organisation's year.
    pub calendar: Calendar,
    /// The zone of the organisation's clocks: posts are counted by their day in it.
    pub zone: chrono_tz::Tz,
    /// The tree of units.
    pub units: Units,
    /// The channels.
    pub channels: Vec<Channel>,
    /// The population, ascending by date.
    pub population: Vec<Population>,
    /// One series per channel and canonical metric that anything asks for. Ratios have none: they are made from their
    /// parts. `posts` has none: it is counted from `posts` (but for a part of them, which is counted beforehand).
    pub series: Vec<Series>,
    /// Values that a platform counted for a whole stretch (unique counts).
    pub wholes: Vec<Whole>,
    /// The posts, ascending by publication.
    pub posts: Vec<Post>,
    /// The latest values of posts.
    pub post_values: Vec<PostValue>,
    /// What surveys found, for goals of the kind.
    pub surveys: Vec<Survey>,
    /// Figures of peers, for goals of the kind.
    pub peers: Vec<PeerValue>,
    /// Who belongs to what, for goals about some posts or one campaign.
    pub scopes: Scopes,
    /// The last platform's day that is complete, per channel. Later days do not count.
    pub complete_through: Vec<(ChannelId, NaiveDate)>,
    /// When each channel was last heard of, found once (see [`Facts::hear`]); a channel that is not in it is looked up anew.
    pub heard: BTreeMap<ChannelId, DateTime<Utc>>,
    /// The day on which is judged: the day after the last day of the report's period.
    pub today: NaiveDate,
}

/// A value that a platform counted for a whole stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Whole {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The stretch.
    pub period: Period,
    /// The value; its `day` is the first of the stretch.
    pub point: Point,
}

/// The latest value of a post's metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostValue {
    /// The channel.
    pub channel: ChannelId,
    /// The post.
    pub post: PostId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The platform's own name.
    pub name: String,
    /// The value; none in every state but `Ok` and `Preliminary`.
    pub value: Option<f64>,
    /// What became of the question.
    pub state: State,
    /// The day of the reading.
    pub day: NaiveDate,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// Where it came from, as on an observation.
    pub source: String,
}

/// Where a goal stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The goal.
    pub goal: Goal,
    /// The word.
    pub status: Status,
    /// Why it cannot be judged, when it cannot.
    pub reason: Option<Missing>,
    /// The value now: `goal.<id>.now`. By kind and metric: the latest stock; the sum since the start (what adds up,
    /// towards a number); the mean per period of the last four closed ones (what adds up, against a bound; per week for
    /// a direction); the rate over them, sum by sum; the platform's own count of the latest closed period (unique
    /// counts). For a cadence the share of the weeks that met the number, for a milestone 1 or 0.
    pub now: Figure,
    /// The value at the start: `goal.<id>.baseline`.
    pub baseline: Figure,
    /// The value wanted: `goal.<id>.target`. For a range the bound that now is nearest to; for a cadence the number per
    /// week; for a direction what is compared with.
    pub target: Figure,
    /// The value expected by now: `goal.<id>.expected`. Equal to the target for kinds without a way to go; for a cadence
    /// the share of weeks that is needed (0.9).
    pub expected: Figure,
    /// How far now is from expected, signed so that positive is better: `goal.<id>.ahead`.
    pub ahead: Figure,
    /// What is needed per week from now on to reach the target by `due`: `goal.<id>.needed`. Only kinds with a way to go.
    pub needed_per_week: Option<Figure>,
    /// What it moved per week lately (the last four closed weeks): `goal.<id>.lately`. Only kinds with a way to go.
    pub lately_per_week: Option<Figure>,
    /// The share of the days on which the judgement rests that have a value, for the channel that has least:
    /// `goal.<id>.coverage`. For a sum since the start those are the goal's days so far; for a stock the last closed
    /// period, where a reading within seven days will do.
    pub coverage: Figure,
    /// The absolute tolerance that was used.
    pub tolerance: Option<f64>,
    /// The value over time for the chart, as judged (cumulated for flows, per closed period for floors and the like).
    pub history: Vec<(NaiveDate, Option<f64>)>,
    /// The expected value over time: two points for a linear pace, more for steps.
    pub path: Vec<(NaiveDate, f64)>,
    /// Where a definition changed.
    pub breaks: Vec<(ChannelId, Break)>,
    /// The value of each channel, for goals over several.
    pub parts: Vec<(ChannelId, Figure)>,
}

/// A figure beside what it was before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// The canonical metric.
    pub metric: MetricName,
    /// In the period: `channel.<id>.<metric>.total`.
    pub total: Figure,
    /// In the period before: `….previous`.
    pub previous: Figure,
    /// In the same period last year: `….year_before`.
    pub year_before: Figure,
    /// The change against the period before, relative: `….change`.
    pub change: Figure,
    /// The change against last year, relative: `….change_year`.
    pub change_year: Figure,
}
