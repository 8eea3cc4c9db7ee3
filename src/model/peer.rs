//! What another organisation tells of itself, to be held beside.

use serde::{Deserialize, Serialize};

use super::{MetricName, Period, Platform};

/// The totals of one organisation in one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerTotals {
    /// The organisation's name.
    pub organisation: String,
    /// The period.
    pub period: Period,
    /// Where they came from: the name of the file.
    pub source: String,
    /// The totals.
    pub totals: Vec<PeerTotal>,
}

/// One total of a peer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PeerTotal {
    /// The platform; none for a sum over platforms whose definitions agree.
    pub platform: Option<Platform>,
    /// The canonical metric.
    pub metric: MetricName,
    /// The value of the period.
    pub value: f64,
    /// The value per 1 000 inhabitants, where it means something.
    pub per_1000: Option<f64>,
}
