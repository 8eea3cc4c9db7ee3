//! The rows of a table become readings and posts, by the layout that fits.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use csv::StringRecord;

use super::cell::{self, Fault};
use super::layout::{Fitted, FittedMetric, Leave, Of, Role, normal};
use super::post;
use super::text::Text;
use super::{Circumstances, Dictionaries, ImportError, Imported, LeftOut, Need, Skipped};
use crate::model::told::{Part, Told, files as told};
use crate::model::{Period, Platform, Reading, State, Value, Window};

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The line it begins on.
    pub(super) line: u64,
    pub(super) cells: StringRecord,
}

/// What reading a file goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) name: &'a str,
    pub(super) dictionaries: &'a Dictionaries,
    pub(super) circumstances: &'a Circumstances,
    pub(super) taken: DateTime<Utc>,
}

impl Reader<'_> {
    /// An empty answer.
    pub(super) fn empty(&self, format: &str, platform: Platform) -> Imported {
        Imported {
            file: self.name.to_owned(),
            format: format.to_owned(),
            language: None,
            platform,
            account: None,
            account_name: None,
            first: None,
            last: None,
            rows: 0,
            days: 0,
            posts: Vec::new(),
            readings: Vec::new(),
            skipped: Vec::new(),
            left_out: Vec::new(),
            notices: Vec::new(),
            totals: BTreeMap::new(),
            needs: Vec::new(),
            taken: self.taken,
            made: self.taken,
        }
    }

    /// The platform's day on which counters were read.
    pub(super) fn reading_day(&self, platform: Platform) -> NaiveDate {
        self.taken.with_timezone(&platform.zone().unwrap_or(self.circumstances.zone)).date_naive()
    }

    /// The last day that can have happened anywhere.
    pub(super) fn tomorrow(&self) -> NaiveDate {
        (self.circumstances.now + TimeDelta::days(1)).date_naive()
    }
}

/// The rows of a text.
pub(super) fn records(text: &Text) -> impl Iterator<Item = Row> + '_ {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(text.delimiter)
        .from_reader(text.content.as_bytes());
    let before = text.first_line - 1;
    // The text is UTF-8 and in memory: there is no way for a record to fail, and a row without cells is named as such.
    reader.into_records().map(move |record| {
        let cells = record.unwrap_or_default();
        Row { line: before + cells.position().map_or(0, csv::Position::line), cells }
    })
}

/// The labels, where the same stands twice told apart by the description under it (total and unique counts).
pub(super) fn told_apart(header: &StringRecord, below: Option<&StringRecord>) -> StringRecord {
    // Counted once: a broken workbook claims tens of thousands of columns.
    let mut counts: HashMap<&str, usize> = HashMap::new();
    header.iter().for_each(|label| *counts.entry(label).or_default() += 1);
    let twice = |label: &str| counts.get(label).is_some_and(|count| *count > 1);
    let below = |at: usize| below.and_then(|below| below.get(at)).unwrap_or_default();
    let apart = |(at, label): (usize, &str)| match below(at) {
        text if twice(label) && text.contains("Unique Users") => format!("{label} (unique)"),
        text if twice(label) && text.contains("Total Count") => format!("{label} (total)"),
        _ => label.to_owned(),
    };
    header.iter().enumerate().map(apart).collect()
}

/// Reads the rows below a header.
///
/// # Errors
/// When a spreadsheet program changed the file.
pub(super) fn read(
    reader: &Reader<'_>,
    fitted: &Fitted<'_>,
    sheet: Option<&str>,
    rows: impl Iterator<Item = Row>,
) -> Result<Vec<Imported>, ImportError> {
    let mut table = Table::new(reader, fitted, sheet);
    if fitted.layout.demographic && !reader.circumstances.demographics {
        let rows: Vec<Row> = rows.filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())).collect();
        if let Some(first) = rows.first() {
            table.skip(first, told::demographics_rows_off(rows.len()));
        }
        return table.end();
    }
    for (number, row) in rows.enumerate() {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let described = number == 0 && fitted.layout.described && table.is_description(&row);
        if described {
            continue;
        }
        match table.take(&row) {
            Ok(()) => {}
            Err(Stop::Ruin(what)) => return Err(ImportError::Ruined { line: row.line, what }),
            Err(Stop::Skip(reason)) => table.skip(&row, reason),
            Err(Stop::Parts(what)) => {
                return Err(ImportError::Useless { what, mend: told::mend_broken_down() });
            }
        }
    }
    table.end()
}

/// Why a row is not taken.
pub(super) enum Stop {
    /// This row only.
    Skip(Told),
    /// The whole file.
    Ruin(Told),
    /// The whole file: its rows are parts of something that is not known.
    Parts(Told),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Ruined(what) => Self::Ruin(what),
            Fault::Unreadable(what) => Self::Skip(what),
        }
    }
}

struct Table<'a> {
    reader: &'a Reader<'a>,
    fitted: &'a Fitted<'a>,
    sheet: Option<String>,
    parts: Vec<Imported>,
    /// What stood in each row: the same twice is left out, something else for the same day is a table of parts.
    seen: HashMap<String, u64>,
    conflicts: BTreeMap<&'a str, u64>,
    ids: post::Ids,
    /// The days that the file covers, where it says so or was told; else the day of the reading.
    period: Period,
}

impl<'a> Table<'a> {
    fn new(reader: &'a Reader<'a>, fitted: &'a Fitted<'a>, sheet: Option<&str>) -> Self {
        let today = reader.reading_day(fitted.layout.platform);
        let known = reader.circumstances.period.or_else(|| post::period_in(reader.name));
        Self {
            reader,
            fitted,
            sheet: sheet.map(str::to_owned),
            parts: Vec::new(),
            seen: HashMap::new(),
            conflicts: BTreeMap::new(),
            ids: post::Ids::default(),
            period: known.unwrap_or_else(|| Period::day(today)),
        }
    }

    fn cell<'r>(&self, row: &'r Row, role: Role) -> &'r str {
        cell_of(self.fitted, row, role)
    }

    fn is_description(&self, row: &Row) -> bool {
        let dated = if self.fitted.layout.of == Of::Posts { Role::Published } else { Role::Day };
        let text = self.cell(row, dated);
        cell::day(self.fitted.layout.clock, text, true).is_err()
    }

    fn part(&mut self, row: &Row) -> &mut Imported {
        let account = Some(self.cell(row, Role::Account).to_owned()).filter(|account| !account.is_empty());
        // Rows without an account belong to whoever the file is about.
        let at = match &account {
            Some(account) => self.parts.iter().position(|part| part.account.as_ref() == Some(account)),
            None => (!self.parts.is_empty()).then_some(0),
        };
        let at = at.unwrap_or_else(|| {
            let mut part = self.reader.empty(&self.fitted.layout.id, self.fitted.layout.platform);
            let name = self.cell(row, Role::AccountName);
            part.account_name = Some(name.to_owned()).filter(|name| !name.is_empty());
            part.account = account;
            part.language = self.fitted.spoken;
            part.left_out = left_out(self.fitted);
            self.parts.push(part);
            self.parts.len() - 1
        });
        &mut self.parts[at]
    }

    fn skip(&mut self, row: &Row, reason: Told) {
        let sheet = self.sheet.clone();
        self.part(row).skipped.push(Skipped { row: row.line, sheet, reason });
    }

    fn take(&mut self, row: &Row) -> Result<(), Stop> {
        self.check_shape(row)?;
        let comment = self.cell(row, Role::Comment);
        let ided = self.fitted.layout.of == Of::Posts && !self.fitted.cells(Role::Id).is_empty();
        if ided && self.cell(row, Role::Id).is_empty() {
            let comment = cell::short(comment);
            return Err(Stop::Skip(if comment.is_empty() { told::row_no_id() } else { told::row_no_id_said(comment) }));
        }
        match self.fitted.layout.of {
            Of::Posts => self.take_post(row),
            Of::Days => self.take_day(row),
            Of::Breakdown => self.take_breakdown(row),
        }
    }

    fn check_shape(&self, row: &Row) -> Result<(), Stop> {
        let first = row.cells.iter().map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default();
        let sums = &self.fitted.layout.sums;
        if !sums.is_empty()
            && !first.starts_with(|letter: char| letter.is_ascii_digit())
            && sums.contains(&normal(first))
        {
            return Err(Stop::Skip(told::row_sums()));
        }
        let (found, wanted) = (row.cells.len(), self.fitted.width);
        let surplus = row.cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if self.sheet.is_none() && (found < wanted || surplus) {
            let lines = row.cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            return Err(Stop::Skip(match lines {
                0 => told::row_cells(found, wanted),
                lines => told::row_cells_over(found, wanted, lines + 1),
            }));
        }
        Ok(())
    }

    fn take_post(&mut self, row: &Row) -> Result<(), Stop> {
        let (reader, fitted, layout) = (self.reader, self.fitted, self.fitted.layout);
        let cell = |role| cell_of(fitted, row, role);
        let id = post::id(fitted, &mut self.ids, cell(Role::Id), cell(Role::Account), row)?;
        let post = post::read(reader, fitted, &id, self.sheet.is_some(), cell)?;
        let taken = reader.reading_day(layout.platform);
        let written = self.cell(row, Role::Day);
        let on = if written.is_empty() || matches!(normal(written).as_str(), "lifetime" | "livstid") {
            None
        } else {
            Some(cell::day(cell::Clock::Plain, written, self.sheet.is_some()).or_else(|_| self.day(written))?)
        };
        if on.is_some_and(|day| day > reader.tomorrow()) {
            return Err(Stop::Skip(told::ahead(written)));
        }
        let period = self.period;
        let stretch = |metric: &FittedMetric<'_>| match (on, metric.window) {
            (Some(day), Some(window)) => (window, day, next(day)),
            (Some(day), None) => (Window::Day, day, next(day)),
            (None, _) if layout.over_period => (Window::Range, period.start(), period.end()),
            (None, _) => (Window::Lifetime, taken, next(taken)),
        };
        let mut readings = self.values(row, &stretch)?;
        self.once(row, &format!("{id} {}", on.map(|day| day.to_string()).unwrap_or_default()), &readings)?;
        for reading in &mut readings {
            reading.post = Some(id.clone());
        }
        let needs = layout.over_period && on.is_none();
        let part = self.part(row);
        part.readings.append(&mut readings);
        part.rows += 1;
        if let Some(post) = post.filter(|_| !layout.values_only)
            && !part.posts.iter().rev().take(1).any(|last| last.id == post.id)
        {
            part.posts.push(post);
        }
        if needs {
            self.need_period();
        }
        Ok(())
    }

    fn take_day(&mut self, row: &Row) -> Result<(), Stop> {
        let text = self.cell(row, Role::Day);
        if text.is_empty() {
            return Err(Stop::Skip(told::row_no_date()));
        }
        let day = self.day(text)?;
        if day > self.reader.tomorrow() {
            return Err(Stop::Ruin(told::date_ahead(text)));
        }
        let mut dimension = self.dimension(row);
        // `YYYYMMDDHH`: an hour of the day.
        if text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let hour = format!("hour={}", &text[8..]);
            dimension = Some(dimension.map_or_else(|| hour.clone(), |before| format!("{before},{hour}")));
        }
        let mut readings = self.values(row, &|metric| (metric.window.unwrap_or(Window::Day), day, next(day)))?;
        self.once(row, &format!("{day} {}", dimension.clone().unwrap_or_default()), &readings)?;
        for reading in &mut readings {
            reading.dimension.clone_from(&dimension);
            // A value over several days ends with the day of its row.
            reading.start = match reading.window {
                Window::Week => reading.end - chrono::Days::new(7),
                Window::Days28 => reading.end - chrono::Days::new(28),
                _ => reading.start,
            };
        }
        let part = self.part(row);
        part.readings.append(&mut readings);
        part.rows += 1;
        Ok(())
    }

    fn take_breakdown(&mut self, row: &Row) -> Result<(), Stop> {
        let Some(dimension) = self.dimension(row) else {
            return Err(Stop::Skip(told::row_no_dimension()));
        };
        let (taken, period) = (self.reader.reading_day(self.fitted.layout.platform), self.period);
        let mut readings = self.values(row, &|metric| match metric.window {
            Some(window) => (window, taken, next(taken)),
            None => (Window::Range, period.start(), period.end()),
        })?;
        self.once(row, &dimension, &readings)?;
        let over_period = readings.iter().any(|reading| reading.window == Window::Range);
        for reading in &mut readings {
            reading.dimension = Some(dimension.clone());
        }
        let part = self.part(row);
        part.readings.append(&mut readings);
        part.rows += 1;
        if over_period {
            self.need_period();
        }
        Ok(())
    }

    fn need_period(&mut self) {
        let known = self.reader.circumstances.period.is_some() || post::period_in(self.reader.name).is_some();
        for part in self.parts.iter_mut().filter(|part| !known && !part.needs.contains(&Need::Period)) {
            part.needs.push(Need::Period);
        }
    }

    fn day(&self, text: &str) -> Result<NaiveDate, Fault> {
        cell::day(self.fitted.layout.clock, text, self.sheet.is_some())
    }

    /// The same post, day or group must not stand twice: it would be counted twice. Where the values differ and nothing
    /// says by what, the rows are parts of it, and none of them is the whole.
    fn once(&mut self, row: &Row, key: &str, readings: &[Reading]) -> Result<(), Stop> {
        let mut hasher = DefaultHasher::new();
        for reading in readings {
            match reading.value {
                Some(Value::Whole(whole)) => whole.hash(&mut hasher),
                Some(Value::Decimal(decimal)) => decimal.to_bits().hash(&mut hasher),
                None => 0_u8.hash(&mut hasher),
            }
        }
        let hash = hasher.finish();
        let differs = match self.seen.entry(format!("{} {key}", cell_of(self.fitted, row, Role::Account))) {
            Entry::Vacant(slot) => {
                slot.insert(hash);
                return Ok(());
            }
            Entry::Occupied(slot) => *slot.get() != hash,
        };
        if differs && self.fitted.layout.of != Of::Posts && !self.fitted.layout.is_own() {
            let strange: Vec<&str> = self.fitted.left.iter().map(|(label, _)| label.as_str()).take(3).collect();
            let key = key.trim();
            return Err(Stop::Parts(match strange.as_slice() {
                [] => told::rows_broken_down(key),
                strange => told::rows_broken_down_by(key, strange.join("`, `")),
            }));
        }
        Err(Stop::Skip(if differs { told::row_twice_differs() } else { told::row_twice() }))
    }

    fn dimension(&self, row: &Row) -> Option<String> {
        let pair = |(key, at): &(String, usize)| {
            let value = row.cells.get(*at).map(str::trim).filter(|value| !value.is_empty())?;
            Some(format!("{key}={}", value.replace(',', ";").replace('=', "≈")))
        };
        let mut pairs: Vec<String> = self.fitted.dimensions.iter().filter_map(pair).collect();
        pairs.sort();
        (!pairs.is_empty()).then(|| pairs.join(","))
    }

    fn values(
        &mut self,
        row: &Row,
        stretch: &dyn Fn(&FittedMetric<'_>) -> (Window, NaiveDate, NaiveDate),
    ) -> Result<Vec<Reading>, Stop> {
        let mut readings = Vec::with_capacity(self.fitted.metrics.len());
        let fitted = self.fitted;
        for metric in &fitted.metrics {
            let value = self.value(row, metric)?;
            if value.is_none() && !metric.feeds {
                continue;
            }
            let (window, start, end) = stretch(metric);
            readings.push(Reading {
                post: None,
                metric: metric.name.to_owned(),
                dimension: None,
                window,
                start,
                end,
                value,
                state: if value.is_some() { State::Ok } else { State::Absent },
            });
        }
        Ok(readings)
    }

    /// The first cell of the metric that says something; every one of them has to be readable.
    fn value(&mut self, row: &Row, metric: &FittedMetric<'a>) -> Result<Option<Value>, Stop> {
        let mut first = None;
        for at in &metric.cells {
            let text = row.cells.get(*at).unwrap_or_default();
            let read = cell::value(metric.kind, text).map_err(|fault| named(fault, &self.fitted.labels[*at]))?;
            match (first, read) {
                (None, read) => first = read,
                (Some(one), Some(other)) if one != other => *self.conflicts.entry(metric.name).or_default() += 1,
                _ => {}
            }
        }
        Ok(first)
    }

    fn end(mut self) -> Result<Vec<Imported>, ImportError> {
        if self.ids.all_rounded() {
            return Err(ImportError::Ruined { line: 2, what: told::ids_cut() });
        }
        if self.parts.is_empty() {
            self.part(&Row { line: 0, cells: StringRecord::new() }).notices.push(told::table_empty());
        }
        for (metric, rows) in &self.conflicts {
            self.parts[0].notices.push(told::columns_differ(*metric, *rows));
        }
        Ok(self.parts)
    }
}

/// The first cell of the role that is filled.
fn cell_of<'r>(fitted: &Fitted<'_>, row: &'r Row, role: Role) -> &'r str {
    let cells = fitted.cells(role).iter().filter_map(|at| row.cells.get(*at)).map(str::trim);
    cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
}

fn named(fault: Fault, label: &str) -> Stop {
    match fault {
        Fault::Ruined(what) => Stop::Ruin(told::in_column(label, what)),
        Fault::Unreadable(what) => Stop::Skip(told::in_column(label, what)),
    }
}

/// The day after.
pub(super) fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn left_out(fitted: &Fitted<'_>) -> Vec<LeftOut> {
    let mut left: BTreeMap<&str, (&Leave, &str, u64)> = BTreeMap::new();
    let mut single = Vec::new();
    for (label, leave) in &fitted.left {
        match leave {
            None => single.push(LeftOut { label: label.into(), reason: told::column_unknown() }),
            Some(leave) => left.entry(&leave.why).or_insert((leave, label, 0)).2 += 1,
        }
    }
    let people = fitted
        .cells(Role::Person)
        .iter()
        .map(|at| LeftOut { label: Part::from(&fitted.labels[*at]), reason: told::column_person() });
    single.extend(people);
    single.extend(left.into_values().map(|(leave, label, count)| LeftOut {
        label: if count == 1 { label.into() } else { told::columns_alike(label, count).into() },
        reason: leave.told(),
    }));
    single
}
