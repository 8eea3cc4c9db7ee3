//! Domain values to frames and back.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use polars::prelude::*;

use super::StoreError;
use super::parquet::schema;
use super::schema::Kind;
use crate::model::{
    ChannelId, Observation, OrganisationId, Platform, Post, PostFormat, PostId, Reading, State, Value, Window,
};

/// Days since 1970, as the files hold them.
pub(super) fn day_number(day: NaiveDate) -> i32 {
    i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

/// The day of the number.
pub(super) fn day_of(number: i32) -> NaiveDate {
    NaiveDate::default().checked_add_signed(TimeDelta::days(i64::from(number))).unwrap_or(NaiveDate::MAX)
}

/// The moment of the microseconds since 1970.
pub(super) fn moment_of(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Casts the columns to the table's types, in the table's order.
fn shaped(columns: Vec<Column>, kind: Kind) -> PolarsResult<DataFrame> {
    let schema = schema(kind);
    let columns = columns
        .into_iter()
        .map(|column| column.cast(schema.try_get(column.name())?))
        .collect::<PolarsResult<Vec<_>>>()?;
    DataFrame::new_infer_height(columns)
}

/// Observations as a frame of the table's shape.
pub(super) fn from_observations(rows: &[&Observation]) -> PolarsResult<DataFrame> {
    let text = |name: &str, get: fn(&Observation) -> &str| {
        Column::new(name.into(), rows.iter().map(|row| get(row)).collect::<Vec<&str>>())
    };
    let maybe = |name: &str, get: fn(&Observation) -> Option<&str>| {
        Column::new(name.into(), rows.iter().map(|row| get(row)).collect::<Vec<Option<&str>>>())
    };
    let day = |name: &str, get: fn(&Observation) -> NaiveDate| {
        Column::new(name.into(), rows.iter().map(|row| day_number(get(row))).collect::<Vec<i32>>())
    };
    let whole = |row: &&Observation| match row.reading.value {
        Some(Value::Whole(whole)) => Some(whole),
        _ => None,
    };
    let decimal = |row: &&Observation| match row.reading.value {
        Some(Value::Decimal(decimal)) => Some(decimal),
        _ => None,
    };
    let seen: Vec<i64> = rows.iter().map(|row| row.seen.timestamp_micros()).collect();
    let columns = vec![
        text("platform", |row| row.platform.as_str()),
        text("channel", |row| row.channel.as_str()),
        text("account", |row| &row.account),
        maybe("object", |row| row.reading.post.as_ref().map(PostId::as_str)),
        text("metric", |row| &row.reading.metric),
        maybe("dimension", |row| row.reading.dimension.as_deref()),
        text("window", |row| row.reading.window.as_str()),
        day("start", |row| row.reading.start),
        day("end", |row| row.reading.end),
        text("zone", |row| &row.zone),
        Column::new("value".into(), rows.iter().map(whole).collect::<Vec<Option<i64>>>()),
        Column::new("decimal".into(), rows.iter().map(decimal).collect::<Vec<Option<f64>>>()),
        text("state", |row| row.reading.state.as_str()),
        Column::new("seen".into(), seen),
        text("source", |row| &row.source),
        text("run", |row| &row.run),
    ];
    shaped(columns, Kind::Observations)
}

/// Posts as a frame of the table's shape.
pub(super) fn from_posts(rows: &[&Post]) -> PolarsResult<DataFrame> {
    let text = |name: &str, get: fn(&Post) -> &str| {
        Column::new(name.into(), rows.iter().map(|row| get(row)).collect::<Vec<&str>>())
    };
    let maybe = |name: &str, get: fn(&Post) -> Option<&str>| {
        Column::new(name.into(), rows.iter().map(|row| get(row)).collect::<Vec<Option<&str>>>())
    };
    let moment = |name: &str, get: fn(&Post) -> DateTime<Utc>| {
        Column::new(name.into(), rows.iter().map(|row| get(row).timestamp_micros()).collect::<Vec<i64>>())
    };
    let columns = vec![
        text("platform", |row| row.platform.as_str()),
        text("channel", |row| row.channel.as_str()),
        text("object", |row| row.id.as_str()),
        moment("published", |row| row.published),
        text("format", |row| row.format.as_str()),
        text("text", |row| &row.text),
        maybe("permalink", |row| row.permalink.as_deref()),
        maybe("link", |row| row.link.as_deref()),
        moment("seen", |row| row.seen),
        text("source", |row| &row.source),
    ];
    shaped(columns, Kind::Posts)
}

/// Typed access to a frame by row. Moments and days are read as the numbers beneath them.
pub(super) struct Rows<'a>(pub(super) &'a DataFrame);

impl<'a> Rows<'a> {
    /// A text column.
    pub(super) fn text(&self, name: &str) -> PolarsResult<&'a StringChunked> {
        self.0.column(name)?.str()
    }

    /// A column of whole numbers, days or moments.
    pub(super) fn whole(&self, name: &str) -> PolarsResult<Int64Chunked> {
        let column = self.0.column(name)?;
        Ok(column.to_physical_repr().cast(&DataType::Int64)?.i64()?.clone())
    }

    /// A column of decimals.
    pub(super) fn decimal(&self, name: &str) -> PolarsResult<&'a Float64Chunked> {
        self.0.column(name)?.f64()
    }
}

/// The text of a column that is never empty.
pub(super) fn must(column: &StringChunked, row: usize) -> Result<&str, StoreError> {
    column.get(row).ok_or_else(|| StoreError::Wrong(format!("row {row} has no `{}`", column.name())))
}

/// The day of a column that is never empty.
pub(super) fn must_day(column: &Int64Chunked, row: usize) -> Result<NaiveDate, StoreError> {
    column
        .get(row)
        .and_then(|number| i32::try_from(number).ok())
        .map(day_of)
        .ok_or_else(|| StoreError::Wrong(format!("row {row} has no `{}`", column.name())))
}

/// The moment of a column that is never empty.
pub(super) fn must_moment(column: &Int64Chunked, row: usize) -> Result<DateTime<Utc>, StoreError> {
    column.get(row).map(moment_of).ok_or_else(|| StoreError::Wrong(format!("row {row} has no `{}`", column.name())))
}

/// A word of ours; another word means that a newer version wrote it.
pub(super) fn word<T>(column: &StringChunked, row: usize, parse: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    let text = must(column, row)?;
    parse(text).ok_or_else(|| StoreError::Wrong(format!("`{text}` is no {} that this version knows", column.name())))
}

/// Rows of the observation table as observations.
pub(super) fn to_observations(
    frame: &DataFrame,
    organisation: &OrganisationId,
) -> Result<Vec<Observation>, StoreError> {
    let rows = Rows(frame);
    let [platform, channel, account, object] =
        [rows.text("platform")?, rows.text("channel")?, rows.text("account")?, rows.text("object")?];
    let [metric, dimension, window, zone] =
        [rows.text("metric")?, rows.text("dimension")?, rows.text("window")?, rows.text("zone")?];
    let [state, source, run] = [rows.text("state")?, rows.text("source")?, rows.text("run")?];
    let [start, end, seen, value] =
        [rows.whole("start")?, rows.whole("end")?, rows.whole("seen")?, rows.whole("value")?];
    let decimal = rows.decimal("decimal")?;
    (0..frame.height())
        .map(|row| {
            let reading = Reading {
                post: object.get(row).map(PostId::from),
                metric: must(metric, row)?.to_owned(),
                dimension: dimension.get(row).map(str::to_owned),
                window: word(window, row, Window::parse)?,
                start: must_day(&start, row)?,
                end: must_day(&end, row)?,
                value: value.get(row).map(Value::Whole).or_else(|| decimal.get(row).map(Value::Decimal)),
                state: word(state, row, State::parse)?,
            };
            Ok(Observation {
                organisation: organisation.clone(),
                platform: word(platform, row, Platform::parse)?,
                channel: ChannelId::from(must(channel, row)?),
                account: must(account, row)?.to_owned(),
                reading,
                zone: must(zone, row)?.to_owned(),
                seen: must_moment(&seen, row)?,
                source: must(source, row)?.to_owned(),
                run: must(run, row)?.to_owned(),
            })
        })
        .collect()
}

/// Rows of the post table as posts.
pub(super) fn to_posts(frame: &DataFrame, organisation: &OrganisationId) -> Result<Vec<Post>, StoreError> {
    let rows = Rows(frame);
    let [platform, channel, object, format] =
        [rows.text("platform")?, rows.text("channel")?, rows.text("object")?, rows.text("format")?];
    let [text, permalink, link, source] =
        [rows.text("text")?, rows.text("permalink")?, rows.text("link")?, rows.text("source")?];
    let [published, seen] = [rows.whole("published")?, rows.whole("seen")?];
    (0..frame.height())
        .map(|row| {
            Ok(Post {
                organisation: organisation.clone(),
                platform: word(platform, row, Platform::parse)?,
                channel: ChannelId::from(must(channel, row)?),
                id: PostId::from(must(object, row)?),
                published: must_moment(&published, row)?,
                format: word(format, row, PostFormat::parse)?,
                text: must(text, row)?.to_owned(),
                permalink: permalink.get(row).map(str::to_owned),
                link: link.get(row).map(str::to_owned),
                seen: must_moment(&seen, row)?,
                source: must(source, row)?.to_owned(),
            })
        })
        .collect()
}
