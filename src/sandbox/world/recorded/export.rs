//! Reads the page's native export: three old spreadsheets, dates as text in the American order, numbers as decimals.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xls};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::noise::{decimal, whole};
use super::super::{Day, Post, Recorded};
use crate::model::{Platform, PostFormat};

pub(super) const CONTENT: &[u8] = include_bytes!("linkedin-content.xls");
pub(super) const FOLLOWERS: &[u8] = include_bytes!("linkedin-followers.xls");
pub(super) const VISITORS: &[u8] = include_bytes!("linkedin-visitors.xls");

/// An export that is not what it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error("the spreadsheet cannot be read: {0}")]
    Spreadsheet(#[from] calamine::XlsError),
    #[error("the sheet has no line that begins with `{0}`")]
    Header(&'static str),
    #[error("there is no column `{0}`")]
    Column(&'static str),
    #[error("`{found}` under `{column}` cannot be read")]
    Cell { column: &'static str, found: String },
}

/// The page's days and posts, moved forward by whole weeks.
pub(super) fn read(page: &str, weeks: i64) -> Result<Recorded, ExportError> {
    let by = TimeDelta::weeks(weeks);
    let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    content(&mut days, by)?;
    followers(&mut days, by)?;
    visitors(&mut days, by)?;
    Ok(Recorded {
        platform: Platform::LinkedIn,
        account: page.to_owned(),
        days: days.into_values().collect(),
        posts: posts(by)?,
    })
}

/// A sheet from its header on; above it some sheets have a sentence.
struct Sheet {
    columns: Vec<String>,
    rows: Vec<Vec<Data>>,
}

impl Sheet {
    fn open(bytes: &'static [u8], name: &str, first: &'static str) -> Result<Self, ExportError> {
        let range = Xls::new(Cursor::new(bytes))?.worksheet_range(name)?;
        let mut rows =
            range.rows().map(<[Data]>::to_vec).skip_while(|row| row.first() != Some(&Data::String(first.to_owned())));
        let columns = rows.next().ok_or(ExportError::Header(first))?.iter().map(ToString::to_string).collect();
        Ok(Self { columns, rows: rows.collect() })
    }

    fn cell<'a>(&self, row: &'a [Data], column: &'static str) -> Result<&'a Data, ExportError> {
        let at = self.columns.iter().position(|name| name == column).ok_or(ExportError::Column(column))?;
        Ok(row.get(at).unwrap_or(&Data::Empty))
    }

    fn text(&self, row: &[Data], column: &'static str) -> Result<String, ExportError> {
        Ok(self.cell(row, column)?.to_string())
    }

    /// A whole number, which the sheets write as a decimal one.
    fn count(&self, row: &[Data], column: &'static str) -> Result<i64, ExportError> {
        match self.cell(row, column)? {
            Data::Int(count) => Ok(*count),
            Data::Float(count) if (decimal(whole(*count)) - count).abs() < 1e-9 => Ok(whole(*count)),
            other => Err(ExportError::Cell { column, found: other.to_string() }),
        }
    }

    /// A day written `05/21/2024`.
    fn day(&self, row: &[Data], column: &'static str) -> Result<NaiveDate, ExportError> {
        let found = self.text(row, column)?;
        NaiveDate::parse_from_str(&found, "%m/%d/%Y").map_err(|_| ExportError::Cell { column, found })
    }
}

/// What the API of the same page tells is organic only; so is what is taken here. Nothing was advertised in the year.
fn content(days: &mut BTreeMap<NaiveDate, Day>, by: TimeDelta) -> Result<(), ExportError> {
    let sheet = Sheet::open(CONTENT, "Metrics", "Date")?;
    for row in &sheet.rows {
        let date = sheet.day(row, "Date")? + by;
        let day = days.entry(date).or_insert_with(|| Day::quiet(date));
        day.views = sheet.count(row, "Impressions (organic)")?;
        day.reach = sheet.count(row, "Unique impressions (organic)")?;
        day.clicks = sheet.count(row, "Clicks (organic)")?;
        day.reactions = sheet.count(row, "Reactions (organic)")?;
        day.comments = sheet.count(row, "Comments (organic)")?;
        day.shares = sheet.count(row, "Reposts (organic)")?;
    }
    Ok(())
}

/// `Total followers` are those won on the day, not those that there are.
fn followers(days: &mut BTreeMap<NaiveDate, Day>, by: TimeDelta) -> Result<(), ExportError> {
    let sheet = Sheet::open(FOLLOWERS, "New followers", "Date")?;
    for row in &sheet.rows {
        let date = sheet.day(row, "Date")? + by;
        let day = days.entry(date).or_insert_with(|| Day::quiet(date));
        day.gains = sheet.count(row, "Total followers")?;
        day.paid_gains = sheet.count(row, "Sponsored followers")?;
    }
    Ok(())
}

fn visitors(days: &mut BTreeMap<NaiveDate, Day>, by: TimeDelta) -> Result<(), ExportError> {
    let sheet = Sheet::open(VISITORS, "Visitor metrics", "Date")?;
    for row in &sheet.rows {
        let date = sheet.day(row, "Date")? + by;
        let day = days.entry(date).or_insert_with(|| Day::quiet(date));
        day.profile_views = sheet.count(row, "Total page views (total)")?;
        day.profile_visitors = sheet.count(row, "Total unique visitors (total)")?;
    }
    Ok(())
}

fn posts(by: TimeDelta) -> Result<Vec<Post>, ExportError> {
    let sheet = Sheet::open(CONTENT, "All posts", "Post title")?;
    let mut posts = sheet.rows.iter().map(|row| post(&sheet, row, by)).collect::<Result<Vec<_>, _>>()?;
    posts.sort_by_key(|post| post.published);
    Ok(posts)
}

fn post(sheet: &Sheet, row: &[Data], by: TimeDelta) -> Result<Post, ExportError> {
    let permalink = sheet.text(row, "Post link")?;
    let wrong = |found: &str| ExportError::Cell { column: "Post link", found: found.to_owned() };
    let number = permalink.rsplit(':').next().unwrap_or_default();
    let published = published(number).ok_or_else(|| wrong(&permalink))? + by;
    Ok(Post {
        id: format!("urn:li:share:{number}"),
        published,
        // The column for the kind is almost always empty.
        format: if sheet.text(row, "Content Type")? == "Video" { PostFormat::Video } else { PostFormat::Other },
        text: sheet.text(row, "Post title")?,
        link: None,
        permalink,
        campaign: None,
        views: sheet.count(row, "Impressions")?,
        reach: 0,
        reactions: sheet.count(row, "Likes")?,
        comments: sheet.count(row, "Comments")?,
        shares: sheet.count(row, "Reposts")?,
        saves: 0,
        clicks: sheet.count(row, "Clicks")?,
        settled: true,
    })
}

/// The number of an activity begins with the milliseconds at which it was published. `Created date` is only the day on
/// which the post was written, up to a week earlier.
fn published(number: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(number.parse::<i64>().ok()? >> 22)
}
