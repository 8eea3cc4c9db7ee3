//! What a row says of a post: its id, when it was published, its own text. People are left at the door.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::ImportedPost;
use super::cell::{self, moment};
use super::layout::{Fitted, Role, normal};
use super::rows::{Reader, Row, Stop};
use crate::model::told::files as told;
use crate::model::{Period, Platform, PostFormat, PostId};

/// What was seen of ids so far: a spreadsheet program keeps fifteen digits and writes zeros for the rest.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    long: u64,
    rounded: u64,
    /// How often a row without an id stood there before.
    pub(super) same: std::collections::BTreeMap<String, u64>,
}

impl Ids {
    /// Whether every long id ends in zeros, which no platform's do.
    pub(super) fn all_rounded(&self) -> bool {
        self.long >= 3 && self.long == self.rounded
    }

    fn see(&mut self, id: &str) {
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        if digits && id.len() >= 16 {
            self.long += 1;
            self.rounded += u64::from(id[15..].bytes().all(|byte| byte == b'0'));
        }
    }
}

/// The post's id, as the platform's interface writes it where the file allows that.
pub(super) fn id(fitted: &Fitted<'_>, ids: &mut Ids, found: &str, account: &str, row: &Row) -> Result<PostId, Stop> {
    if fitted.cells(Role::Id).is_empty() {
        return Ok(PostId::from(of_contents(ids, row)));
    }
    let digits = found.bytes().all(|byte| byte.is_ascii_digit());
    if !digits && (cell::is_scientific(found) || cell::scar(found).is_some()) {
        return Err(Stop::Ruin(told::post_id_cut(cell::short(found))));
    }
    ids.see(found);
    let layout = fitted.layout;
    Ok(PostId::from(match layout.platform {
        _ if layout.values_only => format!("video:{found}"),
        Platform::Facebook if !found.contains('_') && !account.is_empty() => format!("{account}_{found}"),
        Platform::LinkedIn => urn(found).unwrap_or(found).to_owned(),
        _ => found.to_owned(),
    }))
}

/// A row without an id goes by what stands in it.
fn of_contents(ids: &mut Ids, row: &Row) -> String {
    let mut hasher = Sha256::new();
    for cell in &row.cells {
        hasher.update(cell.trim().as_bytes());
        hasher.update([0]);
    }
    let hash = hex::encode(&hasher.finalize()[..8]);
    let before = ids.same.entry(hash.clone()).or_default();
    *before += 1;
    if *before == 1 { format!("row:{hash}") } else { format!("row:{hash}:{before}") }
}

/// `urn:li:activity:71…` out of an address.
fn urn(address: &str) -> Option<&str> {
    let from = address.find("urn:li:")?;
    let rest = &address[from..];
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != ':').unwrap_or(rest.len());
    Some(&rest[..end])
}

/// The longest that `LinkedIn` keeps a post that waits for its day.
const WAITS: TimeDelta = TimeDelta::days(92);

/// When the post was made public, to the millisecond, as `LinkedIn` writes it into the upper bits of its long ids. Its files
/// give a day only, and that is the day on which the post was written: of the 78 posts of a real page
/// (`linkedin-page/linkedin-content.xls`) 26 have an id of one of the mornings after, on the hour, when a waiting post went out.
fn made(id: &str) -> Option<DateTime<Utc>> {
    let digits = id.strip_prefix("urn:li:")?.rsplit(':').next()?;
    let number: i64 = digits.parse().ok().filter(|_| digits.len() == 19)?;
    DateTime::from_timestamp_millis(number >> 22)
}

/// The post of a row; none where the format does not say when it was published.
pub(super) fn read<'r>(
    reader: &Reader<'_>,
    fitted: &Fitted<'_>,
    id: &PostId,
    in_sheet: bool,
    cell: impl Fn(Role) -> &'r str,
) -> Result<Option<ImportedPost>, Stop> {
    if fitted.cells(Role::Published).is_empty() {
        return Ok(None);
    }
    let layout = fitted.layout;
    let written = cell(Role::Published);
    if written.is_empty() {
        return Err(Stop::Skip(told::row_no_publication()));
    }
    let (stated, timed) = moment(layout.clock, layout.zone.unwrap_or(chrono_tz::UTC), written, in_sheet)?;
    let within = if timed {
        None
    } else {
        made(id.as_str()).filter(|made| (-TimeDelta::hours(36)..WAITS).contains(&(*made - stated)))
    };
    let (published, timed) = (within.unwrap_or(stated), timed || within.is_some());
    if published.date_naive() > reader.tomorrow() {
        return Err(Stop::Skip(told::row_published_ahead(written)));
    }
    let permalink = Some(cell(Role::Permalink)).filter(|link| link.starts_with("http")).map(str::to_owned);
    Ok(Some(ImportedPost {
        id: id.clone(),
        published,
        timed,
        format: format(fitted, cell(Role::Format)),
        text: own_text(layout.platform, cell(Role::Text)),
        permalink,
    }))
}

fn format(fitted: &Fitted<'_>, word: &str) -> PostFormat {
    let word = normal(word);
    let known = fitted.layout.formats.iter().find(|(name, _)| normal(name) == word);
    known.map_or(PostFormat::Other, |(_, format)| *format)
}

/// The organisation's own words. On X a reply begins with somebody's name and a repost is somebody's text: both are
/// dropped; names within are replaced.
fn own_text(platform: Platform, text: &str) -> String {
    if platform != Platform::X {
        return text.to_owned();
    }
    if text.starts_with('@') || text.starts_with("RT @") {
        return String::new();
    }
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let name = word.trim_start_matches(['(', '"', '.', '”']);
        if name.starts_with('@') && name.chars().nth(1).is_some_and(char::is_alphanumeric) {
            let end: String = word.chars().rev().take_while(|letter| letter.is_whitespace()).collect();
            format!("@…{end}")
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

/// The days that a file's name tells: two dates, as Meta (`Feb-01-2025_Mar-15-2025`) and `YouTube` (`2025-01-01_2025-02-01`,
/// the second not counted) write them.
pub(super) fn period_in(name: &str) -> Option<Period> {
    for part in name.split(['/', '\\']).rev() {
        let words: Vec<&str> = part.split(['_', ' ', ',']).collect();
        for pair in words.windows(2) {
            let day = |word: &str, format: &str| NaiveDate::parse_from_str(word, format).ok();
            let meta = (day(pair[0], "%b-%d-%Y"), day(pair[1], "%b-%d-%Y"));
            if let (Some(first), Some(last)) = meta {
                return Period::new(first, last.succ_opt()?);
            }
            if let (Some(first), Some(end)) = (day(pair[0], "%Y-%m-%d"), day(pair[1], "%Y-%m-%d")) {
                return Period::new(first, end);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_left_at_the_door() {
        assert_eq!(own_text(Platform::X, "@anna tack!"), "");
        assert_eq!(own_text(Platform::X, "RT @bo: hej"), "");
        assert_eq!(
            own_text(Platform::X, "Möt @anna_b och @bo i kväll, mejla a@b.se"),
            "Möt @… och @… i kväll, mejla a@b.se"
        );
        assert_eq!(own_text(Platform::Facebook, "@anna"), "@anna");
    }

    #[test]
    fn names_tell_periods() {
        let told = |name: &str| period_in(name).map(|period| (period.start().to_string(), period.last().to_string()));
        let expected = Some(("2025-02-01".to_owned(), "2025-03-15".to_owned()));
        assert_eq!(told("Feb-01-2025_Mar-15-2025_613168031534769.csv"), expected);
        let expected = Some(("2025-01-01".to_owned(), "2025-01-31".to_owned()));
        assert_eq!(told("Content 2025-01-01_2025-02-01 Kommunen.zip/Table data.csv"), expected);
        assert_eq!(told("Table data.csv"), None);
    }

    #[test]
    fn urns_are_taken_out_of_addresses() {
        let address = "https://www.linkedin.com/feed/update/urn:li:activity:7199999999999999999/?x=1";
        assert_eq!(urn(address), Some("urn:li:activity:7199999999999999999"));
    }

    #[test]
    fn ids_that_all_end_in_zeros_were_cut() {
        let mut ids = Ids::default();
        for id in ["122121474620644000", "122121248420644000", "122120973458644000"] {
            ids.see(id);
        }
        assert!(ids.all_rounded());
        ids.see("122121474620644102");
        assert!(!ids.all_rounded());
    }
}
