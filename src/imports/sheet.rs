//! Workbooks: Excel's two formats, and the XML that Facebook once called `.xls`.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Cell, Data, Reader as _};
use quick_xml::events::{BytesStart, Event};

use super::new_workbook::Cells;
use super::rows::Row;
use super::{ImportError, container, new_workbook, old_workbook};
use crate::model::told::{Part, files as told};

/// One sheet, its rows as text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// The most cells that a sheet may have: an empty workbook can claim to be billions wide.
const MOST_CELLS: u64 = 60_000_000;

/// The most columns that a spreadsheet program knows: a sheet that claims more is broken.
const WIDEST: u64 = 16_384;

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
    let old = bytes.starts_with(&OLD);
    if old && let Some(fault) = container::fault(bytes) {
        return Err(broken(fault));
    }
    let too_much = if old {
        container::workbook(bytes).is_none_or(|stream| old_workbook::claims_too_much(&stream))
    } else {
        new_workbook::claims_too_much(bytes)
    };
    if too_much {
        return Err(broken(told::workbook_claims()));
    }
    // What others wrote reads what others broke: where it falls over, that is an answer about this file.
    let read = catch_unwind(AssertUnwindSafe(|| {
        if old {
            old_sheets(bytes).map_err(|error| broken(error.to_string()))
        } else {
            new_workbook::sheets(bytes).map_err(|error| broken(error.to_string()))
        }
    }));
    let sheets = read.unwrap_or_else(|_| Err(broken(told::workbook_unreadable())))?;
    sheets.into_iter().map(|(name, cells)| sheet(name, cells)).collect()
}

fn broken(why: impl Into<Part>) -> ImportError {
    ImportError::Ruined { line: 0, what: told::workbook_broken(why) }
}

fn old_sheets(bytes: &[u8]) -> Result<Vec<(String, Cells)>, calamine::XlsError> {
    let mut workbook = calamine::Xls::new(Cursor::new(bytes))?;
    let names = workbook.sheet_names();
    let read = |name: String| {
        let range = workbook.worksheet_range(&name)?;
        let (top, left) = range.start().unwrap_or_default();
        let place =
            |row: usize, column: usize| Some((top + u32::try_from(row).ok()?, left + u32::try_from(column).ok()?));
        let cells =
            range.used_cells().filter_map(|(row, column, cell)| Some(Cell::new(place(row, column)?, cell.clone())));
        Ok((name, cells.collect()))
    };
    names.into_iter().map(read).collect()
}

/// The rows from the first to the last cell of the sheet, each up to its own last cell: what lies between costs nothing.
fn sheet(name: String, mut cells: Cells) -> Result<Sheet, ImportError> {
    let places = || cells.iter().map(Cell::get_position);
    let (Some(top), Some(bottom)) = (places().map(|it| it.0).min(), places().map(|it| it.0).max()) else {
        return Ok(Sheet { name, rows: Vec::new() });
    };
    let (left, right) = (places().map(|it| it.1).min().unwrap_or(0), places().map(|it| it.1).max().unwrap_or(0));
    let (height, width) = (u64::from(bottom - top) + 1, u64::from(right - left) + 1);
    if width > WIDEST || height.saturating_mul(width) > MOST_CELLS {
        return Err(ImportError::TooLarge(told::sheet_large(name, height, width)));
    }
    cells.sort_by_key(Cell::get_position);
    let mut cells = cells.into_iter().peekable();
    let row = |row: u32| {
        let mut texts: Vec<String> = Vec::new();
        while let Some(cell) = cells.next_if(|cell| cell.get_position().0 == row) {
            let place = usize::try_from(cell.get_position().1 - left).unwrap_or_default();
            // Of a cell that is told twice the last counts.
            texts.resize(texts.len().max(place + 1), String::new());
            texts[place] = text(cell.get_value());
        }
        Row { line: u64::from(row) + 1, cells: csv::StringRecord::from(texts) }
    };
    Ok(Sheet { name, rows: (top..=bottom).map(row).collect() })
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
