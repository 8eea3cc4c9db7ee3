//! Figures to compare with others': a small file of aggregates that one organisation writes and another reads. It holds
//! totals of a period, per 1 000 inhabitants too, and nothing about people or posts.

use serde::{Deserialize, Serialize};

use super::ImportError;
use crate::catalog::Catalog;
use crate::model::told::files as told;
use crate::model::{MetricName, Platform};

/// The name of the format, also written in the file.
pub const PEERS_FORMAT: &str = "genomslag-peers-1";

/// One organisation's figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerFile {
    /// [`PEERS_FORMAT`].
    pub format: String,
    /// The organisation's name.
    pub organisation: String,
    /// Its inhabitants, where it has any.
    #[serde(default)]
    pub inhabitants: Option<u32>,
    /// The period, as commands write it, e.g. `2026-T2`.
    pub period: String,
    /// The figures.
    pub values: Vec<PeerFigure>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerFigure {
    /// The platform; none for a sum over platforms whose definitions agree.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// The canonical metric.
    pub metric: MetricName,
    /// The value of the period.
    pub value: f64,
    /// The value per 1 000 inhabitants, where it means something.
    #[serde(default)]
    pub per_1000: Option<f64>,
}

pub(super) fn is_peers(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]);
    head.trim_start_matches('\u{feff}').trim_start().starts_with('{') && head.contains(PEERS_FORMAT)
}

/// Reads a file of peers' figures.
///
/// # Errors
/// When it has another shape, or holds a metric that is not known or a value that is no number.
pub fn read_peers(bytes: &[u8]) -> Result<PeerFile, ImportError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let file: PeerFile =
        serde_json::from_slice(bytes).map_err(|error| ImportError::Unknown(told::peers_shape(error.to_string())))?;
    if file.format != PEERS_FORMAT {
        return Err(ImportError::Unknown(told::peers_format(file.format, PEERS_FORMAT)));
    }
    let catalog = Catalog::builtin();
    for value in &file.values {
        if catalog.canonical(&value.metric).is_none() {
            return Err(ImportError::Unknown(told::peers_metric(value.metric.as_str())));
        }
        if !value.value.is_finite() || value.per_1000.is_some_and(|rate| !rate.is_finite()) {
            return Err(ImportError::Unknown(told::peers_value(value.metric.as_str())));
        }
    }
    Ok(file)
}

/// The file's text.
pub fn write_peers(file: &PeerFile) -> String {
    // A map with text keys and numbers that are finite: nothing in it can fail to be written.
    serde_json::to_string_pretty(file).unwrap_or_default() + "\n"
}
