//! The fixed words that templates print: which ones a report must carry.

use super::RenderError;
use crate::report::Report;

/// Every key of `Report::furniture` that the built-in templates print; `reports/README.md` says where.
pub const NEEDED: &[&str] = &[
    "attached",
    "attention",
    "changes",
    "chart_data",
    "content",
    "decision",
    "figures",
    "goal",
    "goals",
    "goals_summary",
    "identity",
    "meaning",
    "name",
    "notice",
    "now",
    "pace",
    "page",
    "page_of",
    "skip",
    "status",
    "target",
    "term",
    "why",
];

/// Refuses a report that lacks one of them: a key must never be printed in place of its word.
pub(super) fn check(report: &Report) -> Result<(), RenderError> {
    match NEEDED.iter().find(|key| report.furniture.get(**key).is_none_or(String::is_empty)) {
        Some(key) => Err(RenderError::Furniture { key }),
        None => Ok(()),
    }
}

/// The word; empty only where `check` would have refused.
pub(super) fn word<'a>(report: &'a Report, key: &str) -> &'a str {
    report.furniture.get(key).map_or("", String::as_str)
}
