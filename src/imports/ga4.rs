//! Google Analytics' downloads: tables under lines that begin with `#`, which name the days; several in one file.

use chrono::NaiveDate;

use super::layout::{Fitted, fit, normal};
use super::rows::{self, Reader, Row};
use super::sheet::Sheet;
use super::text::Text;
use super::{Circumstances, Detected, Dictionaries, ImportError, Imported, Skipped, finish};
use crate::model::told::files as told;
use crate::model::{Period, Platform, Reading};

/// Whether the text is one.
pub(super) fn is_ga4(text: &Text) -> bool {
    text.content.trim_start().starts_with('#')
}

/// Whether the sheet is one.
pub(super) fn is_ga4_sheet(rows: &[Row]) -> bool {
    rows.first().and_then(|row| row.cells.get(0)).is_some_and(|cell| cell.starts_with('#'))
}

/// One table with the days that stand above it.
#[derive(Default)]
struct Block {
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    header: Option<Row>,
    rows: Vec<Row>,
}

impl Block {
    fn note(&mut self, comment: &str) {
        let date = |key: &str| {
            let (name, value) = comment.trim_start_matches('#').split_once(':')?;
            (normal(name) == key).then(|| NaiveDate::parse_from_str(value.trim(), "%Y%m%d").ok()).flatten()
        };
        self.start = date("start date").or(date("startdatum")).or(self.start);
        self.end = date("end date").or(date("slutdatum")).or(self.end);
    }

    fn period(&self) -> Option<Period> {
        Period::new(self.start?, self.end?.succ_opt()?)
    }
}

fn blocks(rows: impl Iterator<Item = Row>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut above = true;
    for row in rows {
        let first = row.cells.get(0).unwrap_or_default().trim_start();
        let width = blocks.last().and_then(|block| block.header.as_ref()).map(|header| header.cells.len());
        if first.starts_with('#') && width.is_none_or(|width| width == 1 || width != row.cells.len()) {
            if !above || blocks.is_empty() {
                let kept = blocks.last().map(|block| (block.start, block.end)).unwrap_or_default();
                blocks.push(Block { start: kept.0, end: kept.1, ..Block::default() });
            }
            above = true;
            if let Some(block) = blocks.last_mut() {
                block.note(first);
            }
            continue;
        }
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if blocks.is_empty() {
            blocks.push(Block::default());
        }
        let Some(block) = blocks.last_mut() else { continue };
        if above {
            (block.header, above) = (Some(row), false);
        } else {
            block.rows.push(row);
        }
    }
    blocks.retain(|block| block.header.is_some());
    blocks
}

fn fitted<'a>(dictionaries: &'a Dictionaries, block: &Block) -> Option<Fitted<'a>> {
    fit(dictionaries, None, Some(Platform::Ga4), &block.header.as_ref()?.cells)
}

/// The columns, where they go by a running number and so carry no dates.
fn without_dates(block: &Block) -> Option<String> {
    let header = block.header.as_ref()?;
    header.cells.iter().find(|label| normal(label).starts_with("nth ")).map(str::to_owned)
}

pub(super) fn detect(dictionaries: &Dictionaries, text: &Text) -> Result<Detected, ImportError> {
    let found = blocks(rows::records(text));
    let known = found.iter().find_map(|block| fitted(dictionaries, block));
    match (known, found.iter().find_map(without_dates)) {
        (Some(fitted), _) => Ok(Detected {
            format: fitted.layout.id.clone(),
            language: fitted.spoken,
            platform: Some(fitted.layout.platform),
            plan: false,
        }),
        (None, Some(label)) => Err(undated(&label)),
        (None, None) => Err(unknown(&found)),
    }
}

fn undated(label: &str) -> ImportError {
    ImportError::Useless { what: told::analytics_undated(label), mend: told::mend_analytics_date() }
}

fn unknown(blocks: &[Block]) -> ImportError {
    let labels: Vec<&str> = blocks
        .iter()
        .filter_map(|block| block.header.as_ref())
        .flat_map(|header| header.cells.iter())
        .take(6)
        .collect();
    ImportError::Unknown(told::analytics_unknown(labels.join("`, `")))
}

pub(super) fn read(reader: &Reader<'_>, text: &Text) -> Result<Vec<Imported>, ImportError> {
    tables(reader, blocks(rows::records(text)), None)
}

pub(super) fn read_sheet(reader: &Reader<'_>, sheet: &Sheet) -> Result<Vec<Imported>, ImportError> {
    tables(reader, blocks(sheet.rows.iter().cloned()), Some(&sheet.name))
}

fn tables(reader: &Reader<'_>, blocks: Vec<Block>, sheet: Option<&str>) -> Result<Vec<Imported>, ImportError> {
    let mut found: Vec<Imported> = Vec::new();
    let mut lost: Vec<Skipped> = Vec::new();
    let (refused, nothing) = (blocks.iter().find_map(without_dates), unknown(&blocks));
    for block in blocks {
        let line = block.header.as_ref().map_or(0, |header| header.line);
        let Some(fitted) = fitted(reader.dictionaries, &block) else {
            let why = without_dates(&block).map_or_else(told::table_unknown, told::table_undated);
            let reason = told::table_left_out(block.rows.len(), why);
            lost.push(Skipped { row: line, sheet: sheet.map(str::to_owned), reason });
            continue;
        };
        let period = block.period().or(reader.circumstances.period);
        let circumstances = Circumstances { period, ..reader.circumstances.clone() };
        let inner = Reader { circumstances: &circumstances, ..*reader };
        found.extend(rows::read(&inner, &fitted, sheet, block.rows.into_iter())?);
    }
    if found.is_empty() {
        return Err(refused.map_or(nothing, |label| undated(&label)));
    }
    let mut found = finish::joined(reader, found);
    for imported in &mut found {
        let social: Vec<Reading> = imported.readings.iter().filter_map(organic_social).collect();
        imported.readings.extend(social);
    }
    found[0].skipped.append(&mut lost);
    Ok(found)
}

/// The sessions of one channel group have a name of their own, so that goals can use them.
fn organic_social(reading: &Reading) -> Option<Reading> {
    let is_it = reading.metric == "sessions" && reading.dimension.as_deref() == Some("channel_group=Organic Social");
    is_it.then(|| Reading { metric: "sessions.organic_social".to_owned(), dimension: None, ..reading.clone() })
}
