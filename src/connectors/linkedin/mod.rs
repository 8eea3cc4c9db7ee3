//! `LinkedIn` organisations, through either of its two legal doors: the Community Management API ([`Community`]) and the
//! Pages Data Portability API of the Digital Markets Act ([`Dma`]).
//!
//! Days are UTC days. `LinkedIn` remembers twelve months and publishes a day two days later; inside those borders every
//! day can be asked for again, and its values may have changed.

mod community;
mod dma;
mod explain;
mod fields;
pub mod oauth;
mod posts;
mod restli;
mod social;
pub mod versions;

use std::time::Duration;

use chrono::{Days, Months, NaiveDate};

pub use community::Community;
pub use dma::Dma;

use super::{Request, Task, TokenFacts};
use crate::model::Period;

/// How many days one question may span. Longer answers are slow, and a failed one would cost more.
const SLICE_DAYS: u64 = 90;
/// How many posts one question may name: longer addresses are refused (414).
const BATCH: usize = 50;
/// How many days `LinkedIn` needs to publish a day.
const SETTLING_DAYS: u64 = 2;
/// The longest that a daily quota can last: asked just after midnight UTC.
const QUOTA_DAY: Duration = Duration::from_hours(24);

/// The day of the run, in UTC.
fn today(task: &Task) -> NaiveDate {
    task.now.date_naive()
}

/// The days for which the platform gives day values: whole UTC days, at most twelve months back (the first one begun
/// within them), and none of the last two.
fn given_days(task: &Task) -> Option<Period> {
    let today = today(task);
    Period::new(today - Months::new(12) + Days::new(1), today - Days::new(SETTLING_DAYS))
}

/// The days to ask for, cut into slices, oldest first.
fn slices(days: Period) -> Vec<Period> {
    let mut slices = Vec::new();
    let mut start = days.start();
    while let Some(slice) = Period::new(start, days.end().min(start + Days::new(SLICE_DAYS))) {
        slices.push(slice);
        start = slice.end();
    }
    slices
}

/// A question with the two headers that every one of them needs.
fn question(task: &Task, ask: &str, path: impl Into<String>, raw_query: String) -> Request {
    Request {
        raw_query: (!raw_query.is_empty()).then_some(raw_query),
        headers: vec![("LinkedIn-Version", task.version.clone()), ("X-Restli-Protocol-Version", "2.0.0".to_owned())],
        ..Request::get(ask, path)
    }
}

/// What an answer at all says about the token: it works. `LinkedIn` tells its end only where it was issued (see [`oauth`]).
fn working_token() -> TokenFacts {
    TokenFacts { valid: Some(true), ..TokenFacts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str) -> Period {
        Period::new(start.parse().expect("a day"), end.parse().expect("a day")).expect("a period")
    }

    #[test]
    fn slices_cover_every_day_once() {
        let year = period("2025-11-19", "2026-11-16");
        let slices = slices(year);
        assert_eq!(slices.len(), 5);
        assert!(slices.iter().all(|slice| slice.days() <= 90));
        assert_eq!(slices.first().expect("one").start(), year.start());
        assert_eq!(slices.last().expect("one").end(), year.end());
        assert!(slices.windows(2).all(|pair| pair[0].end() == pair[1].start()));
    }
}
