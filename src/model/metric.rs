//! What a number counts, and how several of them become one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A canonical metric of the catalogue, such as `followers` or `views`. Ours, not a platform's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MetricName(String);

impl MetricName {
    /// The name as goals and the catalogue write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for MetricName {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How the values of several days become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rollup {
    /// Values add: views, clicks, new follows.
    Sum,
    /// The latest value stands: followers.
    Last,
    /// A ratio of two metrics that are summed first, then divided. Never an average of daily rates.
    RatioOfSums {
        /// What is divided.
        numerator: MetricName,
        /// What it is divided by; named wherever the rate is printed.
        denominator: MetricName,
    },
    /// Unique counts: no sum and no average means anything; the platform must have been asked for the whole window.
    Never,
}
