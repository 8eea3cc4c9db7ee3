//! Workbooks: Excel's two formats, and the XML that Facebook once called `.xls`.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader as _};
use quick_xml::events::{BytesStart, Event};

use super::rows::Row;
use super::{ImportError, container};
use crate::model::told::{Part, files as told};

/// One sheet, its rows as text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// The most cells that a sheet may have: an empty workbook can claim to be billions wide.
const MOST_CELLS: usize = 60_000_000;

/// How Excel's old container begins.
const OLD: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// Whether the bytes are Excel's.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(&OLD) || bytes.starts_with(b"PK\x03\x04")
}

/// Whether the bytes are `SpreadsheetML`.
pub(super) fn is_spreadsheet_xml(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    head.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && head.contains("urn:schemas-microsoft-com:office:spreadsheet")
}

/// The sheets of an `.xls` or `.xlsx` file.
///
/// # Errors
/// When it is broken.
pub(super) fn workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ImportError> {
    if bytes.starts_with(&OLD)
        && let Some(fault) = container::fault(bytes)
    {
        return Err(broken(fault));
    }
    // What others wrote reads what others broke: where it falls over, that is an answer about this file.
    let read = catch_unwind(AssertUnwindSafe(|| calamine_sheets(bytes)));
    read.unwrap_or_else(|_| Err(broken(told::workbook_unreadable())))
}

fn broken(why: impl Into<Part>) -> ImportError {
    ImportError::Ruined { line: 0, what: told::workbook_broken(why) }
}

fn calamine_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, ImportError> {
    let opened = calamine::open_workbook_auto_from_rs(Cursor::new(bytes));
    let mut workbook = opened.map_err(|error| broken(error.to_string()))?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names().clone() {
        let range = workbook.worksheet_range(&name).map_err(|error| broken(error.to_string()))?;
        let (height, width) = range.get_size();
        if height.saturating_mul(width) > MOST_CELLS {
            return Err(ImportError::TooLarge(told::sheet_large(name, height, width)));
        }
        let first = range.start().map_or(1, |(row, _)| u64::from(row) + 1);
        let rows = range.rows().zip(first..).map(|(cells, line)| Row { line, cells: cells.iter().map(text).collect() });
        sheets.push(Sheet { rows: rows.collect(), name });
    }
    Ok(sheets)
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) => of_number(*number),
        Data::Int(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(date) => match date.as_datetime() {
            Some(date) if date.time() == chrono::NaiveTime::MIN => date.format("%Y-%m-%d").to_string(),
            Some(date) => date.format("%Y-%m-%dT%H:%M:%S").to_string(),
            None => date.as_f64().to_string(),
        },
        Data::Error(error) => error.to_string(),
    }
}

/// A number as a spreadsheet shows it. Beyond fifteen digits it is not the number that was written (an id), and is shown
/// the way that gives it away.
fn of_number(number: f64) -> String {
    if number.abs() >= 1.0e15 { format!("{number:E}").replace('E', "E+") } else { number.to_string() }
}

/// The sheets of a `SpreadsheetML` file.
///
/// # Errors
/// When it is broken.
pub(super) fn spreadsheet_xml(bytes: &[u8]) -> Result<Vec<Sheet>, ImportError> {
    // One file on record holds a broken sequence of bytes in a text: it becomes the replacement sign there.
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, skip)) => encoding.decode_without_bom_handling(&bytes[skip..]).0,
        None => String::from_utf8_lossy(bytes),
    };
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut book = Book::default();
    loop {
        let ruined = |what| ImportError::Ruined { line: 0, what };
        match reader.read_event().map_err(|error| ruined(told::xml_broken(error.to_string())))? {
            Event::Start(start) => book.open(&start, false),
            Event::Empty(start) => book.open(&start, true),
            Event::End(end) => book.close(end.local_name().as_ref()),
            Event::Text(text) => book.text(&text.xml10_content()),
            Event::CData(text) => book.text(&text.xml10_content()),
            Event::GeneralRef(reference) => book.text(&resolved(&reference)),
            Event::Eof if !book.closed => {
                return Err(ruined(told::xml_cut()));
            }
            Event::Eof => return Ok(book.sheets),
            _ => {}
        }
        if book.too_wide {
            return Err(ImportError::TooLarge(told::sheet_wide()));
        }
    }
}

/// `&amp;`, `&#10;` and the like.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    match &**reference {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

#[derive(Default)]
struct Book {
    sheets: Vec<Sheet>,
    row: Vec<String>,
    cell: String,
    line: u64,
    in_value: bool,
    closed: bool,
    too_wide: bool,
}

impl Book {
    fn open(&mut self, start: &BytesStart<'_>, empty: bool) {
        match start.local_name().as_ref() {
            "Worksheet" => {
                self.sheets.push(Sheet { name: attribute(start, "Name").unwrap_or_default(), rows: Vec::new() });
                self.line = 0;
            }
            "Row" => {
                let index = attribute(start, "Index").and_then(|index| index.parse().ok());
                self.line = index.unwrap_or(self.line + 1);
                self.row.clear();
            }
            "Cell" => {
                let index = attribute(start, "Index").and_then(|index| index.parse::<usize>().ok());
                if let Some(index) = index.filter(|index| *index > self.row.len() + 1) {
                    self.too_wide |= index > 16_384;
                    self.row.resize((index - 1).min(16_384), String::new());
                }
                self.cell.clear();
                if empty {
                    self.row.push(String::new());
                }
            }
            "Data" => self.in_value = !empty,
            _ => {}
        }
        self.too_wide |= self.row.len() > 16_384;
    }

    fn close(&mut self, name: &str) {
        match name {
            "Data" => self.in_value = false,
            "Cell" => self.row.push(std::mem::take(&mut self.cell)),
            "Row" => {
                let row = Row { line: self.line, cells: self.row.drain(..).collect() };
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.rows.push(row);
                }
            }
            "Workbook" => self.closed = true,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_value {
            self.cell.push_str(text);
        }
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}
