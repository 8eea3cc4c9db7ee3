//! A calendar (iCalendar, RFC 5545): every event is a planned post. Attendees and organisers are not read.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::{PlanFile, codes, links, noon};
use crate::imports::cell::{in_zone, short};
use crate::imports::text::decode;
use crate::imports::{ImportError, Skipped};
use crate::model::PlannedPost;
use crate::model::told::{Told, files as told};

/// One line of the calendar: name, parameters, value.
struct Line {
    number: u64,
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

pub(super) fn read(bytes: &[u8], zone: chrono_tz::Tz) -> Result<PlanFile, ImportError> {
    let text = decode_plain(bytes)?;
    let mut plan = PlanFile { format: "calendar".to_owned(), posts: Vec::new(), skipped: Vec::new() };
    let (mut event, mut inner, mut closed): (Option<Vec<Line>>, u32, bool) = (None, 0, false);
    for line in lines(&text) {
        match (line.name.as_str(), line.value.as_str()) {
            ("BEGIN", "VEVENT") => event = Some(Vec::new()),
            ("BEGIN", _) if event.is_some() => inner += 1,
            ("END", "VEVENT") => {
                if let Some(lines) = event.take() {
                    take(&lines, line.number, zone, &mut plan);
                }
                inner = 0;
            }
            ("END", "VCALENDAR") => closed = true,
            ("END", _) if event.is_some() => inner = inner.saturating_sub(1),
            // What stands within an alarm is not about the event.
            _ if inner == 0 => {
                if let Some(lines) = &mut event {
                    lines.push(line);
                }
            }
            _ => {}
        }
    }
    if event.is_some() || !closed {
        return Err(ImportError::Ruined { line: 0, what: told::calendar_cut() });
    }
    Ok(plan)
}

fn decode_plain(bytes: &[u8]) -> Result<String, ImportError> {
    // Quotation marks mean something else here than in tables.
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(_) => decode(bytes).map(|text| text.content),
    }
}

/// The lines, with those that were folded made whole.
fn lines(text: &str) -> Vec<Line> {
    let mut whole: Vec<(u64, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ => whole.push((number, line.to_owned())),
        }
    }
    whole.into_iter().filter_map(|(number, line)| parsed(number, &line)).collect()
}

fn parsed(number: u64, line: &str) -> Option<Line> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == ':' && !quoted
    })?;
    let (head, value) = (&line[..colon.0], &line[colon.0 + 1..]);
    let mut parts = head.split(';');
    let name = parts.next()?.trim().to_uppercase();
    let parameters = parts
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.to_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    Some(Line { number, name, parameters, value: value.trim_end().to_owned() })
}

fn take(lines: &[Line], end: u64, zone: chrono_tz::Tz, plan: &mut PlanFile) {
    match post(lines, zone) {
        Ok(post) => {
            let repeats = lines.iter().any(|line| line.name == "RRULE");
            if repeats {
                let reason = told::event_repeats(short(&post.title));
                plan.skipped.push(Skipped { row: lines.first().map_or(end, |line| line.number), sheet: None, reason });
            }
            plan.posts.push(post);
        }
        Err(reason) => {
            plan.skipped.push(Skipped { row: lines.first().map_or(end, |line| line.number), sheet: None, reason });
        }
    }
}

fn post(lines: &[Line], zone: chrono_tz::Tz) -> Result<PlannedPost, Told> {
    let find = |name: &str| lines.iter().find(|line| line.name == name);
    let text = |name: &str| find(name).map(|line| unescaped(&line.value)).unwrap_or_default();
    let title = text("SUMMARY");
    let start = find("DTSTART").ok_or_else(|| told::event_no_start(short(&title)))?;
    let (due, timed) = moment(start, zone).ok_or_else(|| told::event_no_time(short(&start.value)))?;
    let (mut found, mut marks) = (BTreeSet::new(), BTreeSet::new());
    for part in [title.as_str(), &text("DESCRIPTION"), &text("URL")] {
        links(part, &mut found);
        codes(part, &mut marks);
    }
    let labels = lines.iter().filter(|line| line.name == "CATEGORIES");
    let labels = labels.flat_map(|line| line.value.split(',').map(|label| unescaped(label.trim())).collect::<Vec<_>>());
    let state = text("STATUS");
    let id = text("UID");
    Ok(PlannedPost {
        id: if id.is_empty() { format!("{due} {title}") } else { id },
        title,
        due: Some(due),
        timed,
        earlier: Vec::new(),
        labels: labels.filter(|label| !label.is_empty()).collect(),
        channels: Vec::new(),
        done: false,
        archived: state.eq_ignore_ascii_case("cancelled"),
        links: found.into_iter().collect(),
        codes: marks.into_iter().collect(),
    })
}

fn moment(line: &Line, zone: chrono_tz::Tz) -> Option<(DateTime<Utc>, bool)> {
    let value = line.value.trim();
    if let Some(utc) = value.strip_suffix('Z') {
        return NaiveDateTime::parse_from_str(utc, "%Y%m%dT%H%M%S").ok().map(|time| (time.and_utc(), true));
    }
    let named = line.parameters.iter().find(|(key, _)| key == "TZID").and_then(|(_, zone)| zone.parse().ok());
    let zone: chrono_tz::Tz = named.unwrap_or(zone);
    if let Ok(time) = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S") {
        return Some((in_zone(zone, time), true));
    }
    let shape = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
    let day = NaiveDate::parse_from_str(value, "%Y%m%d").ok().filter(|_| shape)?;
    Some((noon(day, zone), false))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            (letter, false) => plain.push(letter),
        }
    }
    plain
}
