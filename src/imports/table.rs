//! From a file to its tables: the header is found, the layout that fits it, and the rows are read.

use super::layout::{Fitted, fit};
use super::rows::{self, Reader, Row};
use super::sheet::{self, Sheet};
use super::text::{self, Text};
use super::{Detected, Dictionaries, ImportError, Imported, finish, ga4, results, values};
use crate::model::told::files as told;

/// How far down a header is looked for.
const HEADER_WITHIN: usize = 10;

/// A file opened.
enum Opened {
    Workbook(Vec<Sheet>),
    Plain(Text),
}

fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    if sheet::is_workbook(bytes) {
        return sheet::workbook(bytes).map(Opened::Workbook);
    }
    if sheet::is_spreadsheet_xml(bytes) {
        return sheet::spreadsheet_xml(bytes).map(Opened::Workbook);
    }
    // Before its cells are looked at: the quotation marks of JSON and HTML stand where those of a table must not.
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if let Some(error) = plain.first().and_then(|first| no_table(*first)) {
        return Err(error);
    }
    let text = text::decode(bytes)?;
    let first = text.content.trim_start().as_bytes().first().copied();
    let error = first.map_or_else(|| Some(ImportError::Unknown(told::file_empty())), no_table);
    error.map_or(Ok(Opened::Plain(text)), Err)
}

/// What a text that begins so is, if it is no table.
fn no_table(first: u8) -> Option<ImportError> {
    match first {
        b'{' | b'[' => Some(ImportError::Unknown(told::file_json())),
        b'<' => Some(ImportError::Unknown(told::file_web_page())),
        _ => None,
    }
}

/// The first rows of a text, which has no name, or of a sheet.
type Head = (Option<String>, Vec<Row>);

/// The first rows of a text, or of every sheet of a workbook.
pub(super) fn heads(bytes: &[u8], rows: usize) -> Result<Vec<Head>, ImportError> {
    Ok(match open(bytes)? {
        Opened::Plain(text) => vec![(None, rows::records(&text).take(rows).collect())],
        Opened::Workbook(sheets) => {
            let head = |sheet: Sheet| (Some(sheet.name), sheet.rows.into_iter().take(rows).collect());
            sheets.into_iter().map(head).collect()
        }
    })
}

pub(super) fn detect(name: &str, bytes: &[u8], dictionaries: &Dictionaries) -> Result<Detected, ImportError> {
    let known = |format: &str, fitted: &Fitted<'_>| Detected {
        format: format.to_owned(),
        language: fitted.spoken,
        platform: Some(fitted.layout.platform),
        plan: false,
    };
    match open(bytes)? {
        Opened::Workbook(sheets) => {
            for sheet in &sheets {
                if let Some(at) = header(dictionaries, Some(&sheet.name), &sheet.rows) {
                    return Ok(known(&at.1.layout.id, &at.1));
                }
            }
            Err(unknown_sheets(&sheets))
        }
        Opened::Plain(text) => {
            let head: Vec<Row> = rows::records(&text).take(HEADER_WITHIN).collect();
            if let Some(detected) = results::detect(dictionaries, &head) {
                return Ok(detected);
            }
            if ga4::is_ga4(&text) {
                return ga4::detect(dictionaries, &text);
            }
            if values::is_values(name, &head) {
                return Ok(values::detected());
            }
            match header(dictionaries, None, &head) {
                Some((_, fitted)) => Ok(known(&fitted.layout.id, &fitted)),
                None => Err(unknown(&head)),
            }
        }
    }
}

pub(super) fn read(reader: &Reader<'_>, bytes: &[u8]) -> Result<Vec<Imported>, ImportError> {
    match open(bytes)? {
        Opened::Workbook(sheets) => workbook(reader, sheets),
        Opened::Plain(text) => plain(reader, &text),
    }
}

fn plain(reader: &Reader<'_>, text: &Text) -> Result<Vec<Imported>, ImportError> {
    let mut records = rows::records(text);
    let head: Vec<Row> = records.by_ref().take(HEADER_WITHIN).collect();
    let mut found = if results::detect(reader.dictionaries, &head).is_some() {
        results::read(reader, head.into_iter().chain(records))?
    } else if ga4::is_ga4(text) {
        ga4::read(reader, text)?
    } else if values::is_values(reader.name, &head) {
        values::read(reader, head.into_iter().chain(records))?
    } else {
        let Some((at, fitted)) = header(reader.dictionaries, None, &head) else { return Err(unknown(&head)) };
        let rest = head.into_iter().skip(at + 1).chain(records);
        rows::read(reader, &fitted, None, rest)?
    };
    for imported in &mut found {
        imported.notices.extend(text.notices.iter().cloned());
    }
    Ok(found)
}

fn workbook(reader: &Reader<'_>, sheets: Vec<Sheet>) -> Result<Vec<Imported>, ImportError> {
    let mut found: Vec<Imported> = Vec::new();
    let mut unused = Vec::new();
    let lost = unknown_sheets(&sheets);
    for sheet in sheets {
        if ga4::is_ga4_sheet(&sheet.rows) {
            found.extend(ga4::read_sheet(reader, &sheet)?);
            continue;
        }
        let Some((at, fitted)) = header(reader.dictionaries, Some(&sheet.name), &sheet.rows) else {
            if !sheet.rows.is_empty() {
                unused.push(told::sheet_unused(sheet.name));
            }
            continue;
        };
        let name = sheet.name.clone();
        found.extend(rows::read(reader, &fitted, Some(&name), sheet.rows.into_iter().skip(at + 1))?);
    }
    let mut found = finish::joined(reader, found);
    match found.first_mut() {
        Some(first) => first.notices.extend(unused),
        None => return Err(lost),
    }
    Ok(found)
}

/// Where the header is, and the layout that fits it.
fn header<'a>(dictionaries: &'a Dictionaries, sheet: Option<&str>, rows: &[Row]) -> Option<(usize, Fitted<'a>)> {
    // The first row that fits is the header: a later one that fits better would be a row of numbers.
    rows.iter().take(HEADER_WITHIN).enumerate().find_map(|(at, row)| {
        let labels = rows::told_apart(&row.cells, rows.get(at + 1).map(|row| &row.cells));
        fit(dictionaries, sheet, None, &labels).map(|fitted| (at, fitted))
    })
}

fn unknown(head: &[Row]) -> ImportError {
    let labels = head.iter().find(|row| row.cells.len() > 1).or(head.first());
    let labels: Vec<String> =
        labels.map(|row| row.cells.iter().take(6).map(super::cell::short).collect()).unwrap_or_default();
    let begins = format!("`{}` …", labels.join("`, `"));
    let table = head.iter().filter(|row| row.cells.len() > 1).count() > 1;
    if table {
        ImportError::Unmapped(told::file_unmapped(begins))
    } else {
        ImportError::Unknown(told::text_begins(begins))
    }
}

fn unknown_sheets(sheets: &[Sheet]) -> ImportError {
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    if sheets.iter().any(|sheet| sheet.rows.iter().filter(|row| row.cells.len() > 1).count() > 1) {
        return ImportError::Unmapped(told::file_unmapped_sheets(names.join("`, `")));
    }
    ImportError::Unknown(told::sheets_unknown(names.join("`, `")))
}
