//! Dated values with honest gaps.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Break, ChannelId, MetricName, State};

/// One day's value, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The platform's day.
    pub day: NaiveDate,
    /// The value; none in every state but `Ok` and `Preliminary`.
    pub value: Option<f64>,
    /// What became of the question.
    pub state: State,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// The platform's own name of the metric: changes over a metric break.
    pub metric: String,
    /// Where it came from, as on an observation: `api:v25.0`, `history:<file>`.
    pub source: String,
}

/// One canonical metric of one channel, a point per platform's day, ascending, at most one per day.
/// Days that were never fetched have no point at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The channel.
    pub channel: ChannelId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The points, ascending by day.
    pub points: Vec<Point>,
    /// Where the definition changes under the series, ascending by day.
    pub breaks: Vec<Break>,
}

impl Series {
    /// The last point with a value on or before the day.
    pub fn last_on_or_before(&self, day: NaiveDate) -> Option<&Point> {
        let end = self.points.partition_point(|point| point.day <= day);
        self.points[..end].iter().rev().find(|point| point.value.is_some())
    }

    /// The points of the half-open stretch of days.
    pub fn between(&self, start: NaiveDate, end: NaiveDate) -> &[Point] {
        let from = self.points.partition_point(|point| point.day < start);
        let to = self.points.partition_point(|point| point.day < end);
        &self.points[from..to.max(from)]
    }
}
