//! A plan as a table: title and date, and what else is there.

use std::collections::BTreeSet;

use super::{PlanFile, codes, links, noon};
use crate::imports::cell::{Clock, day, in_zone, short};
use crate::imports::layout::normal;
use crate::imports::rows::{Row, records};
use crate::imports::text::decode;
use crate::imports::{ImportError, Skipped};
use crate::model::PlannedPost;
use crate::model::told::{Told, files as told};

/// The columns, in English and Swedish; the table of Trello's own CSV export is one of them.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("title", &["title", "card name", "post", "rubrik", "titel", "inlägg"]),
    ("date", &["date", "due", "due date", "publish date", "datum", "publiceras", "publiceringsdatum"]),
    ("time", &["time", "tid", "klockslag"]),
    ("id", &["id", "card id"]),
    ("channel", &["channel", "channels", "list name", "kanal", "kanaler"]),
    ("label", &["label", "labels", "etikett", "etiketter"]),
    ("link", &["link", "url", "länk", "card url"]),
    ("done", &["done", "due complete", "klar", "publicerad"]),
    ("archived", &["archived", "arkiverad"]),
];

fn columns(header: &csv::StringRecord) -> [Option<usize>; 9] {
    let labels: Vec<String> = header.iter().map(normal).collect();
    COLUMNS.map(|(_, names)| labels.iter().position(|label| names.contains(&label.as_str())))
}

/// A table of numbers has titles and dates too: a plan has nothing but columns of a plan.
pub(super) fn is_list(_name: &str, head: &str) -> bool {
    let Some(line) = head.lines().next() else { return false };
    let sign = crate::imports::text::sniff(line);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(sign).from_reader(line.as_bytes());
    let Some(Ok(header)) = reader.records().next() else { return false };
    let found = columns(&header);
    let known = found.iter().flatten().count();
    found[0].is_some() && found[1].is_some() && known >= 3 && known * 2 >= header.len()
}

pub(super) fn read(bytes: &[u8], zone: chrono_tz::Tz) -> Result<PlanFile, ImportError> {
    let text = decode(bytes)?;
    let mut rows = records(&text);
    let header = rows.next().map(|row| columns(&row.cells)).unwrap_or_default();
    let mut plan = PlanFile { format: super::LIST.to_owned(), posts: Vec::new(), skipped: Vec::new() };
    for row in rows.filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())) {
        match post(&row, &header, zone) {
            Ok(post) => plan.posts.push(post),
            Err(reason) => plan.skipped.push(Skipped { row: row.line, sheet: None, reason }),
        }
    }
    Ok(plan)
}

fn post(row: &Row, columns: &[Option<usize>; 9], zone: chrono_tz::Tz) -> Result<PlannedPost, Told> {
    let cell = |column: usize| columns[column].and_then(|at| row.cells.get(at)).map(str::trim).unwrap_or_default();
    let title = cell(0);
    if title.is_empty() {
        return Err(told::row_no_title());
    }
    let (due, timed) = due(cell(1), cell(2), zone)?;
    let (mut found, mut marks) = (BTreeSet::new(), BTreeSet::new());
    for text in &row.cells {
        links(text, &mut found);
        codes(text, &mut marks);
    }
    let list =
        |text: &str| text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let yes = |text: &str| matches!(normal(text).as_str(), "true" | "yes" | "ja" | "x" | "1");
    let id = match cell(3) {
        "" => format!("{} {title}", due.map(|due| due.date_naive().to_string()).unwrap_or_default()),
        id => id.to_owned(),
    };
    Ok(PlannedPost {
        id,
        title: title.to_owned(),
        due,
        timed,
        earlier: Vec::new(),
        labels: list(cell(5)),
        channels: list(cell(4)),
        done: yes(cell(7)),
        archived: yes(cell(8)),
        links: found.into_iter().collect(),
        codes: marks.into_iter().collect(),
    })
}

type Due = (Option<chrono::DateTime<chrono::Utc>>, bool);

fn due(date: &str, time: &str, zone: chrono_tz::Tz) -> Result<Due, Told> {
    if date.is_empty() {
        return Ok((None, false));
    }
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(date) {
        return Ok((Some(moment.to_utc()), true));
    }
    let unreadable = || told::no_date(short(date));
    let on = day(Clock::Plain, date, false).or_else(|_| day(Clock::Us, date, true)).map_err(|_| unreadable())?;
    let written = if time.is_empty() { date.split([' ', 'T']).nth(1).unwrap_or_default() } else { time };
    let parsed =
        ["%H:%M", "%H.%M", "%H:%M:%S"].iter().find_map(|form| chrono::NaiveTime::parse_from_str(written, form).ok());
    Ok(match parsed {
        Some(time) => (Some(in_zone(zone, on.and_time(time))), true),
        None => (Some(noon(on, zone)), false),
    })
}
