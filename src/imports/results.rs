//! The chart downloads of Meta Business Suite: blocks of a title, `Date,Primary` and a row per day. Titles often fit
//! Facebook and Instagram alike.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::cell::{self, Clock, Fault, Kind, short};
use super::layout::{Title, normal};
use super::rows::{Reader, Row, next};
use super::{Detected, Dictionaries, ImportError, Imported, LeftOut, Need, Skipped, Spoken};
use crate::model::told::{Part, Told, files as told};
use crate::model::{Platform, Reading, State, Value, Window};

const FORMAT: &str = "meta-results";
const AUDIENCE: &str = "meta-audience";
const DATE: [&str; 2] = ["date", "datum"];
/// Titles of the tables in `Audience.csv`, followers apart; all of them demographics.
const SHARES: [(&str, &str); 8] = [
    ("age & gender", "age"),
    ("ålder och kön", "age"),
    ("top cities", "city"),
    ("top towns/cities", "city"),
    ("populäraste städerna", "city"),
    ("top countries", "country"),
    ("populäraste länderna", "country"),
    ("gender", "gender"),
];
const FOLLOWERS: [(&str, Platform); 4] = [
    ("facebook followers", Platform::Facebook),
    ("facebook-följare", Platform::Facebook),
    ("instagram followers", Platform::Instagram),
    ("instagram-följare", Platform::Instagram),
];

/// What a row is.
enum Line {
    Title(String),
    Header,
    Cells,
}

fn line(row: &Row) -> Line {
    let filled: Vec<&str> = row.cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).collect();
    match filled.as_slice() {
        [title] if row.cells.get(0).is_some_and(|cell| !cell.trim().is_empty()) && !is_number(title) => {
            Line::Title(normal(title))
        }
        [date, ..] if filled.len() > 1 && DATE.contains(&normal(date).as_str()) => Line::Header,
        _ => Line::Cells,
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn share_of(title: &str) -> Option<&'static str> {
    SHARES.iter().find(|(name, _)| *name == title).map(|(_, key)| *key)
}

fn followers_of(title: &str) -> Option<Platform> {
    FOLLOWERS.iter().find(|(name, _)| *name == title).map(|(_, platform)| *platform)
}

/// Whether the first rows are such a file's.
pub(super) fn detect(dictionaries: &Dictionaries, head: &[Row]) -> Option<Detected> {
    let Line::Title(title) = line(head.first()?) else { return None };
    if title.starts_with('#') {
        return None; // Google Analytics' preamble.
    }
    let charted = head.get(1).is_some_and(|row| matches!(line(row), Line::Header) && row.cells.len() <= 4);
    let known = dictionaries.title(head[0].cells.get(0).unwrap_or_default());
    let audience = share_of(&title).is_some() || followers_of(&title).is_some();
    if !charted && !audience {
        return None;
    }
    let platform = match known {
        Some((Title { facebook: Some(_), instagram: None, .. }, _)) => Some(Platform::Facebook),
        Some((Title { facebook: None, instagram: Some(_), .. }, _)) => Some(Platform::Instagram),
        _ => followers_of(&title),
    };
    let format = if charted { FORMAT } else { AUDIENCE };
    Some(Detected { format: format.to_owned(), language: known.map(|(_, spoken)| spoken), platform, plan: false })
}

/// Reads the blocks.
///
/// # Errors
/// When a spreadsheet program changed the file.
pub(super) fn read(reader: &Reader<'_>, rows: impl Iterator<Item = Row>) -> Result<Vec<Imported>, ImportError> {
    let mut blocks = Blocks { reader, parts: Vec::new(), block: Block::None, bare: Vec::new(), seen: BTreeSet::new() };
    for row in rows {
        blocks.take(&row).map_err(|what| ImportError::Ruined { line: row.line, what })?;
    }
    blocks.close();
    Ok(blocks.parts)
}

/// The block that is being read.
enum Block<'a> {
    None,
    Chart { title: &'a Title, name: String, platform: Platform, days: BTreeSet<NaiveDate> },
    Unknown(String),
    Shares { key: &'static str, heads: Vec<String> },
    Followers(Platform),
}

struct Blocks<'a> {
    reader: &'a Reader<'a>,
    parts: Vec<Imported>,
    block: Block<'a>,
    /// Bare titles met so far: the second of a name is Instagram's.
    bare: Vec<String>,
    seen: BTreeSet<(Platform, String, NaiveDate)>,
}

impl<'a> Blocks<'a> {
    fn part(&mut self, platform: Platform, format: &str) -> &mut Imported {
        let at = self.parts.iter().position(|part| part.platform == platform).unwrap_or_else(|| {
            self.parts.push(self.reader.empty(format, platform));
            self.parts.len() - 1
        });
        &mut self.parts[at]
    }

    fn any(&mut self) -> &mut Imported {
        let platform = self.parts.first().map(|part| part.platform).or(self.reader.circumstances.platform);
        self.part(platform.unwrap_or(Platform::Facebook), AUDIENCE)
    }

    fn take(&mut self, row: &Row) -> Result<(), Told> {
        match line(row) {
            Line::Title(title) => {
                self.close();
                self.block = self.opened(&title, row);
            }
            Line::Header if matches!(self.block, Block::Shares { .. }) => {}
            Line::Header => {
                if row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() > 2 {
                    let label = Part::from(row.cells.get(2).unwrap_or_default());
                    self.any().left_out.push(LeftOut { label, reason: told::column_earlier() });
                }
            }
            Line::Cells => self.cells(row)?,
        }
        Ok(())
    }

    fn opened(&mut self, title: &str, row: &Row) -> Block<'a> {
        if let Some(platform) = followers_of(title) {
            return Block::Followers(platform);
        }
        if let Some(key) = share_of(title) {
            return Block::Shares { key, heads: Vec::new() };
        }
        let Some((known, spoken)) = self.reader.dictionaries.title(title) else {
            // The line under the followers' title names the platform's own metric.
            return match self.block {
                Block::Followers(platform) => Block::Followers(platform),
                _ => Block::Unknown(row.cells.get(0).unwrap_or_default().trim().to_owned()),
            };
        };
        let (platform, certain) = self.platform(known, title);
        let part = self.part(platform, FORMAT);
        FORMAT.clone_into(&mut part.format);
        part.language = part.language.or(Some(spoken)).map(|one| if one == spoken { one } else { Spoken::Mixed });
        if !certain && !part.needs.contains(&Need::Platform) {
            part.needs.push(Need::Platform);
        }
        let name = if platform == Platform::Instagram { &known.instagram } else { &known.facebook };
        match name.clone() {
            Some(name) => Block::Chart { title: known, name, platform, days: BTreeSet::new() },
            None => Block::Unknown(row.cells.get(0).unwrap_or_default().trim().to_owned()),
        }
    }

    /// The platform of a chart, and whether that is known.
    fn platform(&mut self, title: &Title, name: &str) -> (Platform, bool) {
        match (&title.facebook, &title.instagram) {
            (Some(_), None) => (Platform::Facebook, true),
            (None, Some(_)) => (Platform::Instagram, true),
            _ => {
                let again = self.bare.iter().any(|before| before == name);
                self.bare.push(name.to_owned());
                if again {
                    // Two blocks of one name are Facebook's, then Instagram's: then the first is known too.
                    for part in &mut self.parts {
                        part.needs.retain(|need| *need != Need::Platform);
                    }
                    return (Platform::Instagram, true);
                }
                let likely = self.reader.circumstances.platform.or(self.parts.first().map(|part| part.platform));
                (likely.unwrap_or(Platform::Facebook), self.reader.circumstances.platform.is_some())
            }
        }
    }

    fn cells(&mut self, row: &Row) -> Result<(), Told> {
        let block = std::mem::replace(&mut self.block, Block::None);
        let (block, outcome) = match block {
            Block::Chart { title, name, platform, mut days } => {
                let outcome = self.day(row, &name, platform, &mut days);
                (Block::Chart { title, name, platform, days }, outcome)
            }
            Block::Followers(platform) => {
                let outcome = self.followers(row, platform);
                (Block::Followers(platform), outcome)
            }
            Block::Shares { key, mut heads } => {
                let outcome = self.shares(row, key, &mut heads);
                (Block::Shares { key, heads }, outcome)
            }
            Block::Unknown(title) => {
                let reason = told::chart_unknown(short(&title));
                (Block::Unknown(title), Err(Fault::Unreadable(reason)))
            }
            Block::None => (Block::None, Err(Fault::Unreadable(told::chart_untitled()))),
        };
        self.block = block;
        match outcome {
            Ok(()) => Ok(()),
            Err(Fault::Ruined(what)) => Err(what),
            Err(Fault::Unreadable(reason)) => {
                self.any().skipped.push(Skipped { row: row.line, sheet: None, reason });
                Ok(())
            }
        }
    }

    fn day(&mut self, row: &Row, name: &str, platform: Platform, days: &mut BTreeSet<NaiveDate>) -> Result<(), Fault> {
        let text = row.cells.get(0).unwrap_or_default();
        let day = cell::day(Clock::Plain, text, false)?;
        if day > self.reader.tomorrow() {
            return Err(Fault::Ruined(told::date_ahead(short(text))));
        }
        let value = cell::value(Kind::Count, row.cells.get(1).unwrap_or_default())?;
        if !self.seen.insert((platform, name.to_owned(), day)) {
            return Err(Fault::Unreadable(told::day_twice(day)));
        }
        days.insert(day);
        let state = if value.is_some() { State::Ok } else { State::Absent };
        let part = self.part(platform, FORMAT);
        part.readings.push(daily(name, day, value, state));
        part.rows += 1;
        Ok(())
    }

    fn followers(&mut self, row: &Row, platform: Platform) -> Result<(), Fault> {
        let text = row.cells.iter().find(|cell| !cell.trim().is_empty()).unwrap_or_default();
        let value = cell::value(Kind::Count, text)?;
        let metric = if platform == Platform::Instagram { "followers_count" } else { "page_follows" };
        let day = self.reader.reading_day(platform);
        let part = self.part(platform, AUDIENCE);
        part.rows += 1;
        part.readings.push(Reading { window: Window::Instant, ..daily(metric, day, value, State::Ok) });
        Ok(())
    }

    /// Shares by age, place and so on: looked at for the marks of a spreadsheet program, and kept on request only.
    fn shares(&mut self, row: &Row, key: &str, heads: &mut Vec<String>) -> Result<(), Fault> {
        let cells: Vec<&str> = row.cells.iter().map(str::trim).collect();
        let numbers = cells.iter().skip(1).any(|cell| is_number(cell))
            || cells.first().is_some_and(|one| cell::value(Kind::Percent, one).is_ok_and(|value| value.is_some()));
        if !numbers {
            if let Some(scar) = cells.iter().skip(1).find_map(|cell| cell::scar(cell)) {
                return Err(Fault::Ruined(scar));
            }
            *heads = cells.iter().map(|cell| (*cell).to_owned()).collect();
            return Ok(());
        }
        let lead = if key == "age" { cells.first().copied().unwrap_or_default() } else { "" };
        let day = self.reader.reading_day(Platform::Facebook);
        for (head, text) in heads.iter().zip(&cells).skip(usize::from(key == "age")) {
            let value = cell::value(Kind::Percent, text)?;
            let clean = |text: &str| text.replace(',', ";").replace('=', "≈");
            let dimension = if key == "age" {
                format!("age={},gender={}", clean(lead), clean(head))
            } else {
                format!("{key}={}", clean(head))
            };
            if value.is_some() && self.reader.circumstances.demographics {
                let dimension = Some(dimension);
                let reading = daily("export.audience_share", day, value, State::Ok);
                self.any().readings.push(Reading { window: Window::Instant, dimension, ..reading });
            }
        }
        if self.reader.circumstances.demographics {
            self.any().rows += 1;
            return Ok(());
        }
        Err(Fault::Unreadable(told::demographics_off()))
    }

    /// Some series leave out days with zero: those between the first and the last are filled in, and said.
    fn close(&mut self) {
        let Block::Chart { title, name, platform, days } = &self.block else { return };
        let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return };
        if !title.zeros_left_out.contains(platform) {
            return;
        }
        let (name, platform) = (name.clone(), *platform);
        let missing: Vec<NaiveDate> =
            first.iter_days().take_while(|day| *day <= last).filter(|day| !days.contains(day)).collect();
        let part = self.part(platform, FORMAT);
        part.readings.extend(missing.iter().map(|day| daily(&name, *day, Some(Value::Whole(0)), State::Ok)));
        if !missing.is_empty() {
            part.notices.push(told::zeros_filled(missing.len(), name));
        }
    }
}

fn daily(metric: &str, day: NaiveDate, value: Option<Value>, state: State) -> Reading {
    Reading {
        post: None,
        metric: metric.to_owned(),
        dimension: None,
        window: Window::Day,
        start: day,
        end: next(day),
        state: if value.is_some() { state } else { State::Absent },
        value,
    }
}
