//! What is said about a file once it is read: first and last day, gaps, days that were not counted out yet, totals.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};

use super::rows::Reader;
use super::{Circumstances, Imported};
use crate::catalog::{Additivity, Catalog, Subject};
use crate::model::told::files as told;
use crate::model::{Platform, Reading, State, Value, Window};

/// Days that a platform still fills in after they ended.
const SETTLES_WITHIN: u64 = 2;
/// So many days of zeros at the end of a series are doubted.
const DOUBTED: usize = 3;

/// Fills in what follows from the readings.
pub(super) fn finish(imported: &mut Imported, circumstances: &Circumstances) {
    let days = days(imported);
    imported.days = days.len() as u64;
    let published = imported.posts.iter().map(|post| post.published.with_timezone(&circumstances.zone).date_naive());
    let all: BTreeSet<NaiveDate> = days.iter().copied().chain(published).collect();
    imported.first = all.first().copied();
    imported.last = all.last().copied();
    note_gaps(imported, &days);
    note_days_only(imported);
    settle(imported);
    doubt_zeros(imported, &days);
    imported.totals = totals(imported);
}

fn is_day(reading: &Reading) -> bool {
    reading.post.is_none() && reading.window == Window::Day
}

fn days(imported: &Imported) -> BTreeSet<NaiveDate> {
    imported.readings.iter().filter(|reading| is_day(reading)).map(|reading| reading.start).collect()
}

fn note_gaps(imported: &mut Imported, days: &BTreeSet<NaiveDate>) {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return };
    let span = last.num_days_from_ce() - first.num_days_from_ce() + 1;
    let missing = i64::from(span) - i64::try_from(days.len()).unwrap_or(i64::MAX);
    if missing > 0 {
        imported.notices.push(told::days_missing(missing, *first, *last));
    }
}

/// Posts of which only the day is known say nothing of the time of day.
fn note_days_only(imported: &mut Imported) {
    let untimed = imported.posts.iter().filter(|post| !post.timed).count();
    if untimed > 0 {
        imported.notices.push(told::times_missing(untimed, imported.posts.len()));
    }
}

/// The last days before the download are what the platform may still change.
fn settle(imported: &mut Imported) {
    if imported.platform == Platform::Own {
        return;
    }
    let taken = imported.taken.date_naive();
    for reading in imported.readings.iter_mut().filter(|reading| is_day(reading) && reading.state == State::Ok) {
        if reading.end + Days::new(SETTLES_WITHIN) > taken {
            reading.state = State::Preliminary;
        }
    }
}

/// Days of nothing but zeros at the end of a series that has none before were not counted yet.
fn doubt_zeros(imported: &mut Imported, days: &BTreeSet<NaiveDate>) {
    let filled: BTreeSet<NaiveDate> = imported
        .readings
        .iter()
        .filter(|reading| is_day(reading) && matches!(reading.value, Some(Value::Whole(number)) if number != 0))
        .map(|reading| reading.start)
        .collect();
    let zeros: Vec<NaiveDate> = days.iter().rev().take_while(|day| !filled.contains(day)).copied().collect();
    let before = days.iter().rev().skip(zeros.len()).take(14);
    let busy = before.clone().count() == 14 && before.filter(|day| filled.contains(day)).count() >= 12;
    if zeros.is_empty() || zeros.len() > DOUBTED || !busy {
        return;
    }
    for reading in imported.readings.iter_mut().filter(|reading| is_day(reading) && zeros.contains(&reading.start)) {
        if reading.state == State::Ok {
            reading.state = State::Preliminary;
        }
    }
    imported.notices.push(told::zeros_last(zeros.len()));
}

/// One metric on the way to its total.
struct Tally<'a> {
    name: String,
    additivity: Option<Additivity>,
    sum: Option<Value>,
    /// Of counters and stocks the latest reading, per post.
    latest: HashMap<&'a str, (NaiveDate, Value)>,
}

/// Sums of what may be summed. A counter read on several days counts once, as last read; a stock is its last value.
fn totals(imported: &Imported) -> BTreeMap<String, Value> {
    let both = imported.readings.iter().any(|reading| reading.post.is_some())
        && imported.readings.iter().any(|reading| reading.post.is_none());
    let mut tallies: HashMap<(&str, bool), Tally<'_>> = HashMap::new();
    for reading in &imported.readings {
        let Some(value) = reading.value else { continue };
        let of_post = reading.post.is_some();
        let tally = tallies
            .entry((&reading.metric, of_post))
            .or_insert_with(|| tally(imported, &reading.metric, of_post, both));
        let post = reading.post.as_ref().map_or("", |post| post.as_str());
        match tally.additivity {
            Some(Additivity::Additive) => tally.sum = Some(plus(tally.sum, value)),
            Some(Additivity::Gauge) if of_post && reading.window == Window::Day => {
                tally.sum = Some(plus(tally.sum, value));
            }
            Some(Additivity::Gauge) if of_post || reading.dimension.is_none() => {
                let slot = tally.latest.entry(post).or_insert((reading.start, value));
                if slot.0 <= reading.start {
                    *slot = (reading.start, value);
                }
            }
            // Unique counts and ratios have no total; neither has what the catalogue does not know.
            _ => {}
        }
    }
    let mut totals: BTreeMap<String, Value> = BTreeMap::new();
    for tally in tallies.into_values() {
        let sum = tally.latest.values().fold(tally.sum, |sum, (_, value)| Some(plus(sum, *value)));
        if let Some(sum) = sum {
            let before = totals.get(&tally.name).copied();
            totals.insert(tally.name, plus(before, sum));
        }
    }
    totals
}

fn tally<'a>(imported: &Imported, metric: &str, of_post: bool, both: bool) -> Tally<'a> {
    let subject = if of_post { Subject::Post } else { Subject::Account };
    let known = Catalog::builtin().metric(imported.platform, subject, metric);
    let own = known.and_then(|metric| metric.canonical.as_ref()).map_or(metric, |name| name.as_str());
    let prefix = if both && of_post { "posts." } else { "" };
    let additivity = known.map(|metric| metric.additivity);
    Tally { name: format!("{prefix}{own}"), additivity, sum: None, latest: HashMap::new() }
}

fn plus(sum: Option<Value>, value: Value) -> Value {
    match (sum.unwrap_or(Value::Whole(0)), value) {
        (Value::Whole(one), Value::Whole(other)) => one
            .checked_add(other)
            .map_or_else(|| Value::Decimal(Value::Whole(one).as_f64() + value.as_f64()), Value::Whole),
        (one, other) => Value::Decimal(one.as_f64() + other.as_f64()),
    }
}

/// One answer per account out of several tables of one file.
pub(super) fn joined(reader: &Reader<'_>, found: Vec<Imported>) -> Vec<Imported> {
    let mut joined: Vec<Imported> = Vec::new();
    for mut next in found {
        let same = joined.iter_mut().find(|one| one.platform == next.platform && one.account == next.account);
        let Some(one) = same else {
            joined.push(next);
            continue;
        };
        if next.rows > 0 && !one.format.split('+').any(|format| format == next.format) {
            one.format = format!("{}+{}", one.format, next.format);
        }
        one.language = one.language.or(next.language);
        one.rows += next.rows;
        one.posts.append(&mut next.posts);
        one.readings.append(&mut next.readings);
        one.skipped.append(&mut next.skipped);
        one.left_out.append(&mut next.left_out);
        one.notices.append(&mut next.notices);
        one.needs.extend(next.needs.into_iter().filter(|need| !one.needs.contains(need)).collect::<Vec<_>>());
    }
    debug_assert!(joined.iter().all(|one| one.taken == reader.taken), "one file is taken once");
    joined
}
