//! The organisation's own values: `date,measure,value,n,source`, one row per number. Surveys, applications, calls.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::cell::{self, Clock, Kind, short};
use super::layout::normal;
use super::rows::{Reader, Row};
use super::{Detected, ImportError, Imported, Skipped};
use crate::catalog::{Additivity, Catalog, Subject};
use crate::model::told::{Told, files as told};
use crate::model::{Calendar, Period, Platform, Reading, State, Value, Window};

/// The name of the format.
pub const OWN_VALUES: &str = "own-values";

/// The columns, in English and Swedish: date, measure, value, number of answers, source.
const COLUMNS: [(&str, &str); 5] =
    [("date", "datum"), ("measure", "mått"), ("value", "värde"), ("n", "antal svar"), ("source", "källa")];

/// Measures by the names that people write; others go by their own.
const MEASURES: [(&str, &str); 11] = [
    ("ansökningar", "applications"),
    ("samtal", "calls"),
    ("telefonsamtal", "calls"),
    ("besök", "desk_visits"),
    ("deltagare", "participants"),
    ("ärenden", "cases"),
    ("synpunkter", "cases"),
    ("prenumeranter", "subscribers"),
    ("skickade nyhetsbrev", "mails_sent"),
    ("öppnade nyhetsbrev", "mails_opened"),
    ("klickade nyhetsbrev", "mails_clicked"),
];

/// An empty file to begin with.
pub fn template() -> &'static str {
    "datum,mått,värde,n,källa\n2026-11-16,ansökningar,12,,Diariet\n2026-10,förtroende,0.62,412,Medborgarundersökningen\n"
}

fn columns(header: &csv::StringRecord) -> Option<[Option<usize>; 5]> {
    let labels: Vec<String> = header.iter().map(normal).collect();
    let at = |(en, sv): (&str, &str)| labels.iter().position(|label| label == en || label == sv);
    let found = COLUMNS.map(at);
    found[..3].iter().all(Option::is_some).then_some(found)
}

pub(super) fn is_values(_name: &str, head: &[Row]) -> bool {
    head.first().is_some_and(|row| columns(&row.cells).is_some())
}

pub(super) fn detected() -> Detected {
    Detected { format: OWN_VALUES.to_owned(), language: None, platform: Some(Platform::Own), plan: false }
}

pub(super) fn read(reader: &Reader<'_>, mut rows: impl Iterator<Item = Row>) -> Result<Vec<Imported>, ImportError> {
    let mut imported = reader.empty(OWN_VALUES, Platform::Own);
    let header = rows.next().and_then(|row| columns(&row.cells));
    let Some(columns) = header else { return Err(ImportError::Unknown(told::values_header())) };
    let stem = reader.name.rsplit(['/', '\\']).next().unwrap_or_default();
    imported.account = Some(stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).to_owned());
    let mut seen = BTreeSet::new();
    for row in rows {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let taken = values(&row, &columns, reader.tomorrow()).and_then(|readings| {
            let key = readings.first().map(|first| (first.metric.clone(), first.window, first.start));
            if seen.insert(key) { Ok(readings) } else { Err(told::measure_twice()) }
        });
        match taken {
            Ok(readings) => {
                imported.rows += 1;
                imported.readings.extend(readings);
            }
            Err(reason) => imported.skipped.push(Skipped { row: row.line, sheet: None, reason }),
        }
    }
    Ok(vec![imported])
}

fn values(row: &Row, columns: &[Option<usize>; 5], tomorrow: NaiveDate) -> Result<Vec<Reading>, Told> {
    let cell = |column: usize| columns[column].and_then(|at| row.cells.get(at)).map(str::trim).unwrap_or_default();
    let (date, named, text) = (cell(0), cell(1), cell(2));
    let (window, period) = stretch(date).ok_or_else(|| told::no_stretch(short(date)))?;
    if period.start() > tomorrow {
        return Err(told::ahead(short(date)));
    }
    let metric = metric(named).ok_or_else(told::row_no_measure)?;
    let known = Catalog::builtin().metric(Platform::Own, Subject::Account, &metric);
    let is_stock = known.is_some_and(|metric| metric.additivity == Additivity::Gauge);
    let kind = match known {
        Some(_) => Kind::Count,
        None => Kind::Fraction,
    };
    let what = |fault| match fault {
        cell::Fault::Ruined(what) | cell::Fault::Unreadable(what) => what,
    };
    let value = cell::value(kind, text).map_err(what)?.ok_or_else(told::row_no_value)?;
    let reading = |metric: String, value: Value| Reading {
        post: None,
        metric,
        dimension: None,
        window: if is_stock { Window::Instant } else { window },
        start: if is_stock { period.last() } else { period.start() },
        end: period.end(),
        value: Some(value),
        state: State::Ok,
    };
    let mut readings = vec![reading(metric.clone(), value)];
    if let Some(count) = cell::value(Kind::Count, cell(3)).map_err(what)? {
        readings.push(reading(format!("{metric}.n"), count));
    }
    Ok(readings)
}

/// A measure's name as the store and goals write it.
fn metric(named: &str) -> Option<String> {
    let named = normal(named);
    if let Some((_, metric)) = MEASURES.iter().find(|(name, _)| *name == named) {
        return Some((*metric).to_owned());
    }
    let plain = |letter: char| match letter {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        letter if letter.is_alphanumeric() => letter,
        _ => '_',
    };
    let metric: String = named.chars().map(plain).collect();
    Some(metric).filter(|metric| metric.chars().any(char::is_alphanumeric))
}

/// A day, an ISO week, a month or a year.
fn stretch(text: &str) -> Option<(Window, Period)> {
    if let Ok(day) = cell::day(Clock::Plain, text, false) {
        return Some((Window::Day, Period::day(day)));
    }
    let period = Period::parse(text, Calendar::default()).ok()?;
    let window = match text.split_once('-').map(|(_, rest)| rest) {
        Some(rest) if rest.starts_with(['W', 'w']) => Window::Week,
        Some(rest) if rest.bytes().all(|byte| byte.is_ascii_digit()) => Window::Month,
        _ => Window::Range,
    };
    Some((window, period))
}
