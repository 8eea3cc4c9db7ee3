//! Plans of posts: Trello's board as JSON, a table as CSV, a calendar as ICS. Members and comments are not read.

mod board;
mod calendar;
mod list;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, Utc};

use super::{ImportError, Skipped};
use crate::model::PlannedPost;
use crate::model::told::files as told;

/// The format that any table with a title and a date has.
pub(super) const LIST: &str = "plan-table";

/// A plan as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanFile {
    /// The format: `trello-board`, `plan-table` or `calendar`.
    pub format: String,
    /// The planned posts.
    pub posts: Vec<PlannedPost>,
    /// What was not taken.
    pub skipped: Vec<Skipped>,
}

/// The format of a plan, if it is one.
pub(super) fn format(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with("BEGIN:VCALENDAR") {
        return Some("calendar");
    }
    if head.starts_with('{') && board::is_board(bytes) {
        return Some("trello-board");
    }
    list::is_list(name, head).then_some(LIST)
}

/// Reads a plan. Times without a zone are of `zone`; a day alone is noon.
///
/// # Errors
/// When it is no plan that is known.
pub fn read_plan(name: &str, bytes: &[u8], zone: chrono_tz::Tz) -> Result<PlanFile, ImportError> {
    match format(name, bytes) {
        Some("calendar") => calendar::read(bytes, zone),
        Some("trello-board") => board::read(bytes),
        Some(_) => list::read(bytes, zone),
        None => Err(ImportError::Unknown(told::plan_unknown())),
    }
}

fn noon(day: chrono::NaiveDate, zone: chrono_tz::Tz) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    super::cell::in_zone(zone, day.and_time(noon))
}

/// The addresses in a text.
fn links(text: &str, into: &mut BTreeSet<String>) {
    for word in
        text.split(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '<' | '>' | '"' | '[' | ']'))
    {
        if word.starts_with("https://") || word.starts_with("http://") {
            into.insert(word.trim_end_matches(['.', ',', ';', ':', '!', '?']).to_owned());
        }
    }
}

/// The short codes in a text: `#`, letters, `-`, digits.
fn codes(text: &str, into: &mut BTreeSet<String>) {
    for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '#' && letter != '-') {
        let Some((letters, digits)) = word.strip_prefix('#').and_then(|code| code.split_once('-')) else { continue };
        let code = !letters.is_empty()
            && letters.chars().all(char::is_alphabetic)
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if code {
            into.insert(word.to_uppercase());
        }
    }
}
