//! The long table: one row per observation, every key column named. What `genomslag export` writes, and the way in for
//! history from before the platforms' own reach.

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;

use crate::catalog::{Catalog, Subject};
use crate::model::told::{Told, files as told};
use crate::model::{ChannelId, Observation, OrganisationId, Platform, PostId, Reading, State, Value, Window};

/// The columns, in order.
pub const HEADER: [&str; 16] = [
    "organisation",
    "platform",
    "channel",
    "account",
    "object",
    "metric",
    "canonical",
    "dimension",
    "window",
    "start",
    "end",
    "zone",
    "value",
    "state",
    "seen",
    "source",
];

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line in the file, the header being 1.
    pub line: u64,
    /// The column, where one is to blame.
    pub column: Option<&'static str>,
    /// Why.
    pub why: Told,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LongTable {
    /// The rows, in the order of the file.
    pub observations: Vec<Observation>,
    /// The rows that were not taken.
    pub skipped: Vec<Skipped>,
}

/// A file that is no long table. Its `Display` is for logs; readers get [`Self::told`] in their language.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.told())]
pub enum LongTableError {
    /// Another header.
    Header {
        /// What stands there.
        found: String,
    },
    /// Not CSV at all.
    Csv(#[from] csv::Error),
}

impl LongTableError {
    /// The whole of it.
    pub fn told(&self) -> Told {
        match self {
            Self::Header { found } => told::long_header(HEADER.join(","), found),
            Self::Csv(error) => told::long_csv(error.to_string()),
        }
    }
}

/// Reads a long table. Rows that cannot be understood are skipped one by one, each with its reason.
///
/// # Errors
/// When the header is another or the text is no CSV.
pub fn read(bytes: &[u8], organisation: &OrganisationId, run: &str) -> Result<LongTable, LongTableError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = reader.headers()?;
    if header.iter().ne(HEADER) {
        return Err(LongTableError::Header { found: header.iter().collect::<Vec<_>>().join(",") });
    }
    let mut table = LongTable::default();
    for record in reader.into_records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        match observation(&record, organisation, run) {
            Ok(observation) => table.observations.push(observation),
            Err((column, why)) => table.skipped.push(Skipped { line, column, why }),
        }
    }
    Ok(table)
}

type Fault = (Option<&'static str>, Told);

fn observation(record: &StringRecord, organisation: &OrganisationId, run: &str) -> Result<Observation, Fault> {
    if record.len() != HEADER.len() {
        return Err((None, told::row_cells(record.len(), HEADER.len())));
    }
    let row = Row(record);
    if row.text("organisation") != organisation.as_str() {
        let why = told::long_organisation(row.text("organisation"), organisation.as_str());
        return Err((Some("organisation"), why));
    }
    let platform = row.read("platform", told::long_platform, Platform::parse)?;
    let state = row.read("state", told::long_state, State::parse)?;
    let (start, end) = (row.day("start")?, row.day("end")?);
    if end <= start {
        return Err((Some("end"), told::long_end(end, start)));
    }
    Ok(Observation {
        organisation: organisation.clone(),
        platform,
        channel: ChannelId::from(row.filled("channel")?),
        account: row.filled("account")?.to_owned(),
        reading: Reading {
            post: row.optional("object").map(PostId::from),
            metric: row.filled("metric")?.to_owned(),
            dimension: row.optional("dimension").map(str::to_owned),
            window: row.read("window", told::long_window, Window::parse)?,
            start,
            end,
            value: row.value(state)?,
            state,
        },
        zone: row.filled("zone")?.to_owned(),
        seen: row.read("seen", told::long_seen, instant)?,
        source: row.filled("source")?.to_owned(),
        run: run.to_owned(),
    })
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

struct Row<'a>(&'a StringRecord);

impl<'a> Row<'a> {
    fn text(&self, column: &'static str) -> &'a str {
        let at = HEADER.iter().position(|name| *name == column).unwrap_or_default();
        self.0.get(at).unwrap_or_default().trim()
    }

    fn optional(&self, column: &'static str) -> Option<&'a str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    fn filled(&self, column: &'static str) -> Result<&'a str, Fault> {
        self.optional(column).ok_or_else(|| (Some(column), told::long_empty()))
    }

    fn read<T>(
        &self,
        column: &'static str,
        fault: fn(String) -> Told,
        parse: fn(&str) -> Option<T>,
    ) -> Result<T, Fault> {
        let text = self.text(column);
        parse(text).ok_or_else(|| (Some(column), fault(text.to_owned())))
    }

    fn day(&self, column: &'static str) -> Result<NaiveDate, Fault> {
        self.read(column, told::long_day, |text| text.parse().ok())
    }

    fn value(&self, state: State) -> Result<Option<Value>, Fault> {
        let text = self.text("value");
        match (text.is_empty(), state.has_value()) {
            (true, false) => Ok(None),
            (true, true) => Err((Some("value"), told::long_value_missing(state.as_str()))),
            (false, false) => Err((Some("value"), told::long_value_there(text, state.as_str()))),
            (false, true) => text
                .parse::<i64>()
                .map(Value::Whole)
                .or_else(|_| text.parse::<f64>().map(Value::Decimal))
                .map(Some)
                .map_err(|_| (Some("value"), told::long_number(text))),
        }
    }
}

/// The row of an observation, in the order of [`HEADER`].
pub fn row(observation: &Observation, catalog: &Catalog) -> [String; 16] {
    let reading = &observation.reading;
    let subject = if reading.post.is_some() { Subject::Post } else { Subject::Account };
    let canonical = catalog
        .metric(observation.platform, subject, &reading.metric)
        .and_then(|metric| metric.canonical.as_ref())
        .map(|canonical| canonical.as_str().to_owned());
    [
        observation.organisation.to_string(),
        observation.platform.to_string(),
        observation.channel.to_string(),
        observation.account.clone(),
        reading.post.as_ref().map(ToString::to_string).unwrap_or_default(),
        reading.metric.clone(),
        canonical.unwrap_or_default(),
        reading.dimension.clone().unwrap_or_default(),
        reading.window.to_string(),
        reading.start.to_string(),
        reading.end.to_string(),
        observation.zone.clone(),
        match reading.value {
            Some(Value::Whole(whole)) => whole.to_string(),
            Some(Value::Decimal(decimal)) => decimal.to_string(),
            None => String::new(),
        },
        reading.state.as_str().to_owned(),
        observation.seen.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        observation.source.clone(),
    ]
}

/// The rows as CSV, with the header.
pub fn text(rows: &[[String; 16]]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[String]| writer.write_record(row).is_ok();
    // Writing into memory cannot fail, and every row has as many cells as the header.
    write(&HEADER.map(str::to_owned));
    for row in rows {
        write(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "bjorkvalla,instagram,ig-kommun,17841400000000001,,followers_count,,,instant,2026-01-01,2026-01-02,America/Los_Angeles,3911,ok,2026-01-01T08:00:00Z,history:earlier-tool";

    fn table(rows: &[&str]) -> LongTable {
        let text = format!("{}\n{}\n", HEADER.join(","), rows.join("\n"));
        read(text.as_bytes(), &OrganisationId::from("bjorkvalla"), "run").expect("a long table")
    }

    #[test]
    fn a_row_is_read_and_written_back() {
        let table = table(&[ROW]);
        assert_eq!(table.skipped, []);
        let observation = &table.observations[0];
        assert_eq!(observation.reading.value, Some(Value::Whole(3911)));
        assert_eq!(observation.reading.window, Window::Instant);
        let mut written = row(observation, Catalog::builtin());
        written[6].clear();
        assert_eq!(written.join(","), ROW);
    }

    #[test]
    fn every_row_that_is_not_taken_is_named() {
        let cases = [
            (ROW.replace("bjorkvalla,", "annan,"), "organisation", "long_organisation (found: annan)"),
            (ROW.replace(",instagram,", ",insta,"), "platform", "long_platform (text: insta)"),
            (ROW.replace(",3911,", ",3.9.1,"), "value", "long_number"),
            (ROW.replace(",3911,", ",,"), "value", "long_value_missing"),
            (ROW.replace(",ok,", ",absent,"), "value", "long_value_there (state: absent)"),
            (ROW.replace("2026-01-02,", "2026-01-01,"), "end", "long_end"),
            (ROW.replace("2026-01-01,", "1 jan,"), "start", "long_day (text: 1 jan)"),
            (ROW.replace(",instant,", ",now,"), "window", "long_window (text: now)"),
        ];
        for (text, column, why) in cases {
            let table = table(&[ROW, &text]);
            assert_eq!(table.observations.len(), 1, "{text}");
            assert_eq!(table.skipped[0].line, 3);
            assert_eq!(table.skipped[0].column, Some(column), "{text}");
            assert!(table.skipped[0].why.to_string().starts_with(why), "{}", table.skipped[0].why);
        }
        assert_eq!(table(&["a,b"]).skipped[0].why, told::row_cells(2_u64, 16_u64));
    }

    #[test]
    fn another_header_is_refused_with_what_was_expected() {
        let error = read(b"date,value\n", &OrganisationId::from("bjorkvalla"), "run").expect_err("refused");
        assert!(error.to_string().contains("organisation,platform"), "{error}");
        assert!(error.to_string().contains("(found: date,value)"), "{error}");
    }
}
