//! One number that a platform told us, what it covers, and when we were told. The only thing stored that cannot be
//! computed again.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ChannelId, OrganisationId, Platform, PostId};

/// What stretch of time a value covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// One of the platform's days.
    Day,
    /// Seven of them, as the platform counted them together.
    Week,
    /// Twenty-eight of them, likewise.
    #[serde(rename = "days_28")]
    Days28,
    /// A calendar month, likewise.
    Month,
    /// Any other stretch that the platform counted as a whole.
    Range,
    /// A counter since the beginning, read on one day: start is the day of the reading, end the day after.
    Lifetime,
    /// A stock such as followers, read on one day: start is the day of the reading, end the day after.
    Instant,
}

impl Window {
    /// Every window.
    pub const ALL: [Self; 7] =
        [Self::Day, Self::Week, Self::Days28, Self::Month, Self::Range, Self::Lifetime, Self::Instant];

    /// The word used in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Days28 => "days_28",
            Self::Month => "month",
            Self::Range => "range",
            Self::Lifetime => "lifetime",
            Self::Instant => "instant",
        }
    }

    /// The window of the word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.as_str() == word)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What became of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A value that the platform considers settled.
    Ok,
    /// A value that the platform may still change.
    Preliminary,
    /// The platform answered without a value: not reported, which is not zero.
    Absent,
    /// The platform hid a small number.
    Suppressed,
    /// The platform refused the metric or the object.
    Refused,
    /// There was an answer that could not be understood.
    Unreadable,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Ok, Self::Preliminary, Self::Absent, Self::Suppressed, Self::Refused, Self::Unreadable];

    /// The word used in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Preliminary => "preliminary",
            Self::Absent => "absent",
            Self::Suppressed => "suppressed",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
        }
    }

    /// The state of the word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether a value goes with it.
    pub fn has_value(self) -> bool {
        matches!(self, Self::Ok | Self::Preliminary)
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// A count, or milliseconds. Signed: withdrawn reactions make real days negative.
    Whole(i64),
    /// A platform's own ratio. Kept, never aggregated.
    Decimal(f64),
}

impl Value {
    /// The value as a decimal number.
    #[expect(clippy::cast_precision_loss, reason = "counts of people stay far below 2^53")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
}

/// What a connector read: an observation without channel, run and time of reading, which the loop stamps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The post, for values of a post.
    pub post: Option<PostId>,
    /// The platform's own name of the metric.
    pub metric: String,
    /// A breakdown, written `key=value` with keys in alphabetic order and `,` between; none for the total.
    pub dimension: Option<String>,
    /// What stretch it covers.
    pub window: Window,
    /// First of the platform's days.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// The value; none in every state but `Ok` and `Preliminary`.
    pub value: Option<Value>,
    /// What became of the question.
    pub state: State,
}

/// One value of one metric for one window, as known at one time. Appended, never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Whose table.
    pub organisation: OrganisationId,
    /// The platform of the channel.
    pub platform: Platform,
    /// The channel.
    pub channel: ChannelId,
    /// The platform's id of the account.
    pub account: String,
    /// What was read.
    pub reading: Reading,
    /// The zone in which the days are cut, e.g. `America/Los_Angeles`.
    pub zone: String,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// Where it came from: `api:v25.0`, `import:<hash>`, `history:<file>`.
    pub source: String,
    /// The run that brought it.
    pub run: String,
}
