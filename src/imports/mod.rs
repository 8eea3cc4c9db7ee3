//! The platforms' own export files become observations: what each file is, is found out from what stands in it. Knows
//! formats and labels (`headers/*.toml`), refuses to know channels' configuration and the store.
//!
//! Nothing is lost in silence: a row that is not taken is named with its reason, a column that is left out too, and a file
//! that a spreadsheet program changed is refused as a whole.

mod cell;
mod container;
mod expand;
mod finish;
mod ga4;
mod guide;
mod layout;
pub mod longtable;
mod new_workbook;
mod old_workbook;
mod peers;
mod plans;
mod post;
mod results;
mod rows;
mod sheet;
mod sketch;
mod stamp;
mod table;
mod text;
mod values;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use expand::{Expanded, FoundFile, Limits, expand, expand_zip};
pub use guide::{Guide, guides};
pub use layout::{Dictionaries, DictionaryError, Spoken};
pub use peers::{PEERS_FORMAT, PeerFigure, PeerFile, read_peers, write_peers};
pub use plans::{PlanFile, read_plan};
pub use sketch::{Holds, Meaning, Sketch, mapping, metric_named, offered, sketch};
pub use stamp::{Stamp, hash, observations, posts};
pub use values::{OWN_VALUES, template as own_values_template};

use crate::model::told::{Part, Told, files as told};
use crate::model::{Period, Platform, PostFormat, PostId, Reading, Value};

/// What the caller knows about a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Circumstances {
    /// The clock.
    pub now: DateTime<Utc>,
    /// When the file was downloaded, where that is known: the day on which counters were read. Else what the file's name
    /// says, else when it was last changed, else the clock.
    pub taken: Option<DateTime<Utc>>,
    /// When the file was last changed, which is about when it was downloaded.
    pub modified: Option<DateTime<Utc>>,
    /// The platform, for files that fit several.
    pub platform: Option<Platform>,
    /// The days that the file covers, for files that do not say so.
    pub period: Option<Period>,
    /// Whether breakdowns by age, place or trade are wanted.
    pub demographics: bool,
    /// The zone in which days of publication are told.
    pub zone: chrono_tz::Tz,
}

impl Circumstances {
    /// Nothing is known but the clock.
    pub fn at(now: DateTime<Utc>) -> Self {
        let zone = chrono_tz::Europe::Stockholm;
        Self { now, taken: None, modified: None, platform: None, period: None, demographics: false, zone }
    }
}

/// A post of a file, without channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedPost {
    /// The platform's id.
    pub id: PostId,
    /// When it was published; noon UTC where only the day is known.
    pub published: DateTime<Utc>,
    /// Whether the time of day is known.
    pub timed: bool,
    /// What kind it is.
    pub format: PostFormat,
    /// Its own text.
    pub text: String,
    /// Where it can be read.
    pub permalink: Option<String>,
}

/// A row that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The line in the file (in a workbook: the row of the sheet), the first being 1.
    pub row: u64,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// Why.
    pub reason: Told,
}

/// A column that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its label; of several with one reason the first, and how many they are.
    pub label: Part,
    /// Why.
    pub reason: Told,
}

/// What has to be told before the file can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Which platform it is about: its titles fit several.
    Platform,
    /// Which days it covers: it does not say.
    Period,
}

/// What a file says about one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The file.
    pub file: String,
    /// The format, e.g. `meta-content-facebook`; several joined by `+`.
    pub format: String,
    /// The language of its labels.
    pub language: Option<Spoken>,
    /// The platform.
    pub platform: Platform,
    /// The platform's id of the account, where the file names it.
    pub account: Option<String>,
    /// The account's name, where the file names it.
    pub account_name: Option<String>,
    /// The first day: of the series, or of publication.
    pub first: Option<NaiveDate>,
    /// The last day.
    pub last: Option<NaiveDate>,
    /// How many rows were taken.
    pub rows: u64,
    /// How many different days its series have.
    pub days: u64,
    /// Its posts.
    pub posts: Vec<ImportedPost>,
    /// Its values.
    pub readings: Vec<Reading>,
    /// The rows that were not taken.
    pub skipped: Vec<Skipped>,
    /// The columns that were left out.
    pub left_out: Vec<LeftOut>,
    /// What else is worth knowing.
    pub notices: Vec<Told>,
    /// Sums of what may be summed, by canonical name where there is one: never of unique counts or ratios. Of a file with
    /// both days and posts, those of posts are called `posts.…`.
    pub totals: BTreeMap<String, Value>,
    /// What has to be told first; nothing is taken before.
    pub needs: Vec<Need>,
    /// When it was downloaded, as far as known.
    pub taken: DateTime<Utc>,
    /// When it was made, as far as files can be put in order: as told, as its name says, else the end of the last day that
    /// it covers. A copy of a file is changed when it is copied, so that is not asked.
    pub made: DateTime<Utc>,
}

/// Why a file is not taken. Its `Display` is for logs; readers get [`Self::told`] in their language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub enum ImportError {
    /// Nothing that is known: what was seen instead.
    Unknown(Told),
    /// A table whose columns nobody has explained.
    Unmapped(Told),
    /// Changed by a spreadsheet program, or cut.
    Ruined {
        /// Where; 0: the whole file.
        line: u64,
        /// What was seen.
        what: Told,
    },
    /// A known format that cannot be of use as it is.
    Useless {
        /// Why.
        what: Told,
        /// What to download instead.
        mend: Told,
    },
    /// More than is read.
    TooLarge(Told),
}

impl ImportError {
    /// The whole of it, with what to do.
    pub fn told(&self) -> Told {
        match self.clone() {
            Self::Unknown(why) => told::file_unknown(why),
            Self::Ruined { line: 0, what } => told::file_ruined_whole(what),
            Self::Ruined { line, what } => told::file_ruined(line, what),
            Self::Useless { what, mend } => told::file_useless(what, mend),
            Self::Unmapped(told) | Self::TooLarge(told) => told,
        }
    }
}

/// What a file is, told from its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// The format.
    pub format: String,
    /// The language of its labels.
    pub language: Option<Spoken>,
    /// The platform, where the file says it.
    pub platform: Option<Platform>,
    /// Whether it is a plan of posts, to be read by [`read_plan`].
    pub plan: bool,
}

/// The largest file that is read.
pub const LARGEST_FILE: usize = 1 << 30;

/// What the file is. Looks at its beginning only, as far as its container allows.
///
/// # Errors
/// When it is nothing that is known.
pub fn detect(name: &str, bytes: &[u8], dictionaries: &Dictionaries) -> Result<Detected, ImportError> {
    if let Some(format) = plan_of(name, bytes, dictionaries) {
        return Ok(Detected { format: format.to_owned(), language: None, platform: None, plan: true });
    }
    if peers::is_peers(bytes) {
        return Ok(Detected { format: PEERS_FORMAT.to_owned(), language: None, platform: None, plan: false });
    }
    table::detect(name, head(bytes), dictionaries)
}

/// Which plan the file is. A table whose columns are explained as figures, by a mapping file or by us, is none, whatever its
/// columns are called.
fn plan_of(name: &str, bytes: &[u8], dictionaries: &Dictionaries) -> Option<&'static str> {
    let format = plans::format(name, bytes)?;
    (format != plans::LIST || table::detect(name, head(bytes), dictionaries).is_err()).then_some(format)
}

/// Enough of a text to know it by; workbooks are taken whole.
fn head(bytes: &[u8]) -> &[u8] {
    const HEAD: usize = 256 * 1024;
    let is_text = !bytes.starts_with(b"PK") && !bytes.starts_with(&[0xd0, 0xcf]) && bytes.len() > HEAD;
    match bytes[..if is_text { HEAD } else { 0 }].iter().rposition(|byte| *byte == b'\n') {
        Some(end) if !bytes.starts_with(&[0xff, 0xfe]) => &bytes[..=end],
        _ => bytes,
    }
}

/// Reads a file: one answer per account in it.
///
/// # Errors
/// When it is nothing that is known, was changed by a spreadsheet program, or is of no use as it is.
pub fn read(
    name: &str,
    bytes: &[u8],
    dictionaries: &Dictionaries,
    circumstances: &Circumstances,
) -> Result<Vec<Imported>, ImportError> {
    if bytes.len() > LARGEST_FILE {
        return Err(ImportError::TooLarge(told::file_huge(name)));
    }
    if let Some(format) = plan_of(name, bytes, dictionaries) {
        return Err(ImportError::Useless { what: told::plan_not_figures(format), mend: told::mend_import_plan() });
    }
    let known = circumstances.taken.or_else(|| named(name)).map(|known| known.min(circumstances.now));
    let taken = known.or(circumstances.modified).unwrap_or(circumstances.now).min(circumstances.now);
    let reader = rows::Reader { name, dictionaries, circumstances, taken };
    let mut found = table::read(&reader, bytes)?;
    for imported in &mut found {
        finish::finish(imported, circumstances);
        imported.made = known.unwrap_or_else(|| covered(imported, circumstances));
    }
    Ok(found)
}

/// When the file was downloaded, as its name says: `LinkedIn`'s end with milliseconds.
fn named(name: &str) -> Option<DateTime<Utc>> {
    let stem = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let stamp = stem.rsplit('_').next().filter(|digits| digits.len() == 13);
    stamp.and_then(|digits| digits.parse().ok()).and_then(DateTime::from_timestamp_millis)
}

/// The end of the last day that the file covers, never later than it was downloaded. The organisation's own tables are
/// written on by hand, and also get shorter: they are as new as they are read.
fn covered(imported: &Imported, circumstances: &Circumstances) -> DateTime<Utc> {
    let end = imported.last.and_then(|day| day.succ_opt()).map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    match end {
        Some(end) if imported.platform != Platform::Own => end.min(imported.taken),
        Some(_) => circumstances.now,
        None => imported.taken,
    }
}
