//! Export files become observations: real files against sums made from the raw file, written files with every trap, and
//! properties of them all.

mod beside;
mod broken;
mod plans;
mod properties;
mod real;
mod run;
mod written;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use genomslag::imports::{Circumstances, Dictionaries, ImportError, Imported, read};
use genomslag::model::told::Told;
use genomslag::model::{Reading, Value};
use genomslag::words::problems::english;

/// The time of the import in all these tests.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

fn data(path: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/imports/data");
    std::fs::read(folder.join(path)).unwrap()
}

fn take(name: &str, bytes: &[u8]) -> Result<Vec<Imported>, ImportError> {
    read(name, bytes, Dictionaries::builtin(), &Circumstances::at(now()))
}

/// Whether the text, in English, holds the words.
fn says(told: &Told, words: &str) -> bool {
    english(told).contains(words)
}

/// The only answer of a file that is about one account.
fn one(name: &str, bytes: &[u8]) -> Imported {
    let mut found = take(name, bytes).unwrap();
    assert_eq!(found.len(), 1, "{name}");
    found.remove(0)
}

/// The sum of every value of a metric of the platform, whatever it is a sum of: only to compare with a column.
fn sum(imported: &Imported, metric: &str) -> f64 {
    values(imported, metric).map(|reading| reading.value.map_or(0.0, Value::as_f64)).sum()
}

/// How many cells of a metric said something.
fn filled(imported: &Imported, metric: &str) -> usize {
    values(imported, metric).filter(|reading| reading.value.is_some()).count()
}

fn values<'a>(imported: &'a Imported, metric: &'a str) -> impl Iterator<Item = &'a Reading> {
    imported.readings.iter().filter(move |reading| reading.metric == metric)
}

fn total(imported: &Imported, name: &str) -> Option<i64> {
    match imported.totals.get(name) {
        Some(Value::Whole(whole)) => Some(*whole),
        Some(Value::Decimal(decimal)) => panic!("{name}: {decimal}"),
        None => None,
    }
}

/// A table as a spreadsheet has it: columns by place, cells as text.
struct Raw {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Raw {
    fn csv(bytes: &[u8], delimiter: u8) -> Self {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(bytes);
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let header = rows.remove(0);
        Self { header, rows }
    }

    fn sheet(bytes: &[u8], name: &str, header_at: usize) -> Self {
        use calamine::Reader as _;
        let mut book = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range(name).unwrap();
        let mut rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).skip(header_at).collect();
        let header = rows.remove(0);
        Self { header, rows }
    }

    /// The sum and the number of filled cells of the first column of the label.
    fn column(&self, label: &str) -> (f64, usize) {
        let at = self.header.iter().position(|name| name.trim_start_matches('\u{feff}') == label);
        let at = at.unwrap_or_else(|| panic!("no column `{label}`"));
        let cells = self.rows.iter().map(|row| row[at].as_str()).filter(|cell| !cell.is_empty());
        cells.fold((0.0, 0), |(sum, count), cell| (sum + cell.parse::<f64>().unwrap(), count + 1))
    }
}

/// Every column of the raw table against what was read as the metric.
fn compare(imported: &Imported, raw: &Raw, columns: &[(&str, &str)]) {
    for (label, metric) in columns {
        let (expected, count) = raw.column(label);
        let found = sum(imported, metric);
        assert!((found - expected).abs() < 1e-9, "{label} as {metric}: {found}, expected {expected}");
        assert_eq!(filled(imported, metric), count, "{label} as {metric}");
    }
}

/// The values of an answer that do not depend on the order of rows.
fn facts(found: &[Imported]) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for imported in found {
        for reading in &imported.readings {
            let key = format!(
                "{:?} {:?} {} {:?} {} {} {}",
                imported.account,
                reading.post,
                reading.metric,
                reading.dimension,
                reading.window,
                reading.start,
                reading.end
            );
            facts.insert(key, format!("{:?}", reading.value));
        }
        for post in &imported.posts {
            facts.insert(format!("post {:?} {}", imported.account, post.id), format!("{post:?}"));
        }
    }
    facts
}
