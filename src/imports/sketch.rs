//! A table that no dictionary knows: its columns, what each may mean by its words, and the mapping file that says so from
//! then on.

use std::fmt::Write as _;

use super::ImportError;
use super::cell::{self, Clock};
use super::layout::normal;
use super::rows::Row;
use super::table;
use crate::catalog::{Additivity, Catalog, PlatformMetric, Subject};
use crate::model::Platform;
use crate::model::told::files as told;

/// So many rows are shown.
const SHOWN: usize = 3;
/// So many rows below the header are looked at to tell what a column holds.
const LOOKED_AT: usize = 50;

/// The columns of a table, and its first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The labels of the columns.
    pub labels: Vec<String>,
    /// The first rows, as many cells as there are labels.
    pub rows: Vec<Vec<String>>,
    /// What each column holds.
    pub holds: Vec<Holds>,
}

/// What the cells of a column look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Days.
    Days,
    /// Numbers.
    Numbers,
    /// Addresses.
    Links,
    /// Anything else, or nothing.
    Words,
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The day of the row, or when the post was published.
    Date,
    /// The post's id.
    Id,
    /// Where the post can be read.
    Link,
    /// The post's text.
    Text,
    /// The account's id.
    Account,
    /// A metric of the catalogue, by the platform's own name.
    Metric(String),
    /// Of no use here.
    Nothing,
}

/// The words by which columns are recognised, the canonical metric after them. The longest that fits counts.
const WORDS: [(&str, &[&str]); 19] = [
    ("new_followers", &["nya följare", "new followers", "follower gains", "followers gained", "page_fan_adds"]),
    ("followers", &["följare", "followers", "fans", "prenumeranter", "subscribers", "page_fans", "follower count"]),
    ("views", &["visningar", "views", "impressions", "exponeringar", "impression_count", "sidvisningar i flödet"]),
    ("reach", &["räckvidd", "reach", "unika personer", "unique impressions", "reached"]),
    ("engagements", &["interaktioner", "engagements", "engagement", "post engagements", "page_post_engagements"]),
    ("reactions", &["reaktioner", "reactions", "likes", "gilla", "gilla-markeringar", "like_count"]),
    ("comments", &["kommentarer", "comments", "replies", "svar", "comment_count"]),
    ("shares", &["delningar", "shares", "reposts", "retweets", "share_count"]),
    ("saves", &["sparade", "saves", "saved", "bookmarks"]),
    ("clicks", &["klick", "clicks", "link clicks", "klickningar", "click_count"]),
    ("video_views", &["videovisningar", "video views", "uppspelningar", "plays"]),
    ("profile_views", &["profilvisningar", "profile views", "profile visits", "profilbesök", "page views"]),
    ("visits", &["besök", "visits", "sessions", "sessioner"]),
    ("conversions", &["konverteringar", "conversions", "key events", "nyckelhändelser"]),
    ("applications", &["ansökningar", "applications"]),
    ("calls", &["samtal", "telefonsamtal", "calls"]),
    ("desk_visits", &["besök i servicedisken", "desk visits", "receptionsbesök"]),
    ("participants", &["deltagare", "participants"]),
    ("lost_followers", &["avslutade följare", "lost followers", "unfollows", "page_fan_removes"]),
];

const DATES: [&str; 14] = [
    "datum",
    "date",
    "dag",
    "day",
    "publicerad",
    "publicerat",
    "published",
    "publiceringstid",
    "publish time",
    "created",
    "created date",
    "created_at",
    "time",
    "tid",
];
const IDS: [&str; 9] =
    ["id", "post id", "post_id", "inläggs-id", "publicerings-id", "tweet id", "media id", "content id", "inlägg-id"];
const TEXTS: [&str; 12] = [
    "text",
    "inlägg",
    "post",
    "message",
    "meddelande",
    "caption",
    "bildtext",
    "rubrik",
    "title",
    "titel",
    "beskrivning",
    "description",
];
const LINKS: [&str; 8] = ["länk", "link", "url", "permalink", "permalänk", "post link", "post url", "adress"];
const ACCOUNTS: [&str; 6] = ["account id", "page id", "konto-id", "sid-id", "page_id", "account_id"];

/// The table of a file that no dictionary knows: of a workbook, its longest sheet.
///
/// # Errors
/// When the file is broken or holds no table with a header.
pub fn sketch(bytes: &[u8]) -> Result<Sketch, ImportError> {
    let found = table::heads(bytes, LOOKED_AT + 10)?.into_iter().filter_map(|(sheet, rows)| drawn(sheet, &rows));
    // Of sheets with as many rows the first.
    let best = found.reduce(|best, other| if other.1 > best.1 { other } else { best });
    best.map(|(sketch, _)| sketch).ok_or_else(|| ImportError::Unknown(told::header_absent()))
}

/// The sketch of the rows, and how many there are.
fn drawn(sheet: Option<String>, rows: &[Row]) -> Option<(Sketch, usize)> {
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let widest = rows.iter().map(filled).max().filter(|widest| *widest >= 2)?;
    let at = rows.iter().position(|row| filled(row) * 2 > widest && filled(row) >= 2)?;
    let labels: Vec<String> = rows[at].cells.iter().map(|label| label.trim().to_owned()).collect();
    let below: Vec<&Row> = rows[at + 1..].iter().filter(|row| filled(row) > 0).collect();
    let cells = |column: usize| below.iter().filter_map(move |row| row.cells.get(column)).map(str::trim);
    let holds = (0..labels.len()).map(|column| holds(cells(column).filter(|cell| !cell.is_empty()))).collect();
    let row = |row: &&Row| (0..labels.len()).map(|at| row.cells.get(at).unwrap_or_default().to_owned()).collect();
    let shown = below.iter().take(SHOWN).map(row).collect();
    (!below.is_empty()).then_some((Sketch { sheet, labels, rows: shown, holds }, below.len()))
}

fn holds<'c>(cells: impl Iterator<Item = &'c str>) -> Holds {
    let cells: Vec<&str> = cells.collect();
    let all = |fits: fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|cell| fits(cell));
    match () {
        () if all(|cell| cell.starts_with("http")) => Holds::Links,
        () if all(|cell| cell::value(cell::Kind::Decimal, cell).is_ok()) => Holds::Numbers,
        () if all(|cell| cell::day(Clock::Either, cell, true).is_ok()) => Holds::Days,
        () => Holds::Words,
    }
}

impl Sketch {
    /// Whether its rows are posts, by what its columns are called and hold.
    pub fn looks_like_posts(&self) -> bool {
        let word = |words: &[&str]| self.labels.iter().any(|label| words.contains(&normal(label).as_str()));
        word(&IDS) || self.holds.contains(&Holds::Links)
    }

    /// What each column probably means, for a table of the platform.
    pub fn guesses(&self, platform: Platform, posts: bool) -> Vec<Meaning> {
        let mut guesses: Vec<Meaning> = Vec::new();
        for (label, holds) in self.labels.iter().zip(&self.holds) {
            let guess = guess(&normal(label), *holds, platform, posts);
            // A second column of the same meaning is left out unless a person says otherwise.
            let taken = guess != Meaning::Nothing && guesses.contains(&guess);
            guesses.push(if taken { Meaning::Nothing } else { guess });
        }
        guesses
    }
}

fn guess(label: &str, holds: Holds, platform: Platform, posts: bool) -> Meaning {
    let is = |words: &[&str]| words.contains(&label);
    match holds {
        Holds::Days if is(&DATES) || label.contains("datum") || label.contains("date") => return Meaning::Date,
        Holds::Links if posts => return Meaning::Link,
        _ if is(&ACCOUNTS) => return Meaning::Account,
        _ if posts && is(&IDS) => return Meaning::Id,
        Holds::Words if posts && is(&TEXTS) => return Meaning::Text,
        Holds::Links | Holds::Words | Holds::Days if posts && is(&LINKS) => return Meaning::Link,
        Holds::Numbers => {}
        _ => return Meaning::Nothing,
    }
    let fits = |(canonical, words): &(&str, &[&str])| {
        let longest = words.iter().filter(|word| has_word(label, word)).map(|word| word.len()).max()?;
        Some((longest, metric_of(platform, posts, canonical)?.name.clone()))
    };
    let best = WORDS.iter().filter_map(fits).max_by_key(|(longest, _)| *longest);
    best.map_or(Meaning::Nothing, |(_, name)| Meaning::Metric(name))
}

/// Whether the words stand in the label as words of their own.
fn has_word(label: &str, word: &str) -> bool {
    label.match_indices(word).any(|(at, _)| {
        let free = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
        free(label[..at].chars().next_back()) && free(label[at + word.len()..].chars().next())
    })
}

fn subject(posts: bool) -> Subject {
    if posts { Subject::Post } else { Subject::Account }
}

/// The platform's metric of today for a canonical name.
fn metric_of(platform: Platform, posts: bool, canonical: &str) -> Option<&'static PlatformMetric> {
    let feeding = Catalog::builtin().feeding(&canonical.into(), platform, subject(posts));
    feeding.into_iter().rfind(|metric| {
        metric.valid_to.is_none() && metric.canonical.as_ref().is_some_and(|name| name.as_str() == canonical)
    })
}

/// The canonical names that a table of the platform can give, each with the platform's own name.
pub fn offered(platform: Platform, posts: bool) -> Vec<(&'static str, &'static str)> {
    let own = |(canonical, _): &(&'static str, &[&str])| {
        metric_of(platform, posts, canonical).map(|metric| (*canonical, metric.name.as_str()))
    };
    WORDS.iter().filter_map(own).collect()
}

/// The metric that a person means: a canonical name, or the platform's own.
pub fn metric_named(platform: Platform, posts: bool, word: &str) -> Option<String> {
    if let Some(metric) = metric_of(platform, posts, word) {
        return Some(metric.name.clone());
    }
    Catalog::builtin().metric(platform, subject(posts), word).map(|metric| metric.name.clone())
}

/// The mapping file: a header dictionary with one layout, to be put into the configuration's folder `imports`.
pub fn mapping(id: &str, platform: Platform, posts: bool, sketch: &Sketch, meanings: &[Meaning]) -> String {
    let has = |meaning: &Meaning| meanings.contains(meaning);
    let mut requires = vec![if posts { "published" } else { "day" }];
    requires.extend(has(&Meaning::Account).then_some("account"));
    // An address is an id too, where there is no other.
    let linked = posts && !has(&Meaning::Id);
    requires.extend((posts && (has(&Meaning::Id) || has(&Meaning::Link))).then_some("id"));
    let quoted = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let of = if posts { "posts" } else { "days" };
    let mut text = format!(
        "[[layout]]\nid = \"{id}\"\nplatform = \"{platform}\"\nof = \"{of}\"\nclock = \"either\"\nwhole = true\nrequires = [{}]\n",
        quoted(&requires)
    );
    if let Some(sheet) = &sketch.sheet {
        let _infallible = writeln!(text, "sheets = [{}]", literal(sheet));
    }
    for (label, meaning) in sketch.labels.iter().zip(meanings).filter(|(label, _)| !label.is_empty()) {
        for what in written(meaning, platform, posts, linked) {
            let _infallible = write!(text, "\n[[layout.column]]\n{what}\nen = [{}]\n", literal(label));
        }
    }
    text
}

fn written(meaning: &Meaning, platform: Platform, posts: bool, linked: bool) -> Vec<String> {
    let role = |role: &str| format!("role = \"{role}\"");
    match meaning {
        Meaning::Date => vec![role(if posts { "published" } else { "day" })],
        Meaning::Id => vec![role("id")],
        Meaning::Link if linked => vec![role("id"), role("permalink")],
        Meaning::Link => vec![role("permalink")],
        Meaning::Text => vec![role("text")],
        Meaning::Account => vec![role("account")],
        Meaning::Nothing => vec![role("nothing")],
        Meaning::Metric(name) => {
            let known = Catalog::builtin().metric(platform, subject(posts), name);
            let stock = !posts && known.is_some_and(|metric| metric.additivity == Additivity::Gauge);
            let window = if stock { "\nwindow = \"instant\"" } else { "" };
            vec![format!("metric = {}{window}", literal(name))]
        }
    }
}

/// A text in quotation marks, as TOML wants it: JSON's way, but for the one control character that JSON lets stand.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
