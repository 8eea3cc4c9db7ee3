//! The workbook.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::figures;
use crate::model::{FigureId, Unit};
use crate::render::furniture::word;
use crate::render::walk;
use crate::report::{Align, Cell, Column, Report, Table};

/// The longest name that a sheet may have.
const LONGEST_NAME: usize = 31;
/// The widest column, in characters.
const WIDEST: f64 = 60.0;
/// The longest text that a cell may hold.
const LONGEST_TEXT: usize = 32_767;

/// Writes it; the same bytes for the same report.
pub(super) fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report)?);
    let units = units(report);
    let mut names = BTreeSet::new();
    for table in walk::tables(report) {
        sheet(workbook.add_worksheet(), &table, &mut names, &units)?;
    }
    sheet(workbook.add_worksheet(), &figure_table(report), &mut names, &units)?;
    workbook.save_to_buffer()
}

/// One table of the report; the same bytes for the same report.
pub(super) fn single(report: &Report, table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report)?);
    sheet(workbook.add_worksheet(), table, &mut BTreeSet::new(), &units(report))?;
    workbook.save_to_buffer()
}

/// What each figure is a number of.
fn units(report: &Report) -> BTreeMap<&FigureId, Unit> {
    report.figures.iter().filter_map(|figure| Some((&figure.id, figure.value.as_ref().ok()?.unit))).collect()
}

fn properties(report: &Report) -> Result<DocProperties, XlsxError> {
    let made = report.made.naive_utc();
    let part = |part: u32| u8::try_from(part).unwrap_or(1);
    let date =
        ExcelDateTime::from_ymd(u16::try_from(made.year()).unwrap_or(1900), part(made.month()), part(made.day()))?;
    let moment =
        date.and_hms(u16::try_from(made.hour()).unwrap_or(0), part(made.minute()), f64::from(made.second()))?;
    Ok(DocProperties::new()
        .set_title(&report.title)
        .set_subject(&report.period_text)
        .set_company(&report.organisation)
        .set_author(&report.organisation)
        .set_comment(&report.id)
        .set_creation_datetime(&moment))
}

fn figure_table(report: &Report) -> Table {
    let align = |head: &str| if head == "value" { Align::Number } else { Align::Text };
    let column = |head: &&str| Column { heading: (*head).to_owned(), align: align(head) };
    Table {
        id: word(report, "figures").to_owned(),
        caption: String::new(),
        columns: figures::HEADS.iter().map(column).collect(),
        rows: report.figures.iter().map(|figure| figures::row(figure, report.language)).collect(),
        note: None,
    }
}

fn sheet(
    sheet: &mut Worksheet,
    table: &Table,
    names: &mut BTreeSet<String>,
    units: &BTreeMap<&FigureId, Unit>,
) -> Result<(), XlsxError> {
    sheet.set_name(name(&table.id, names))?;
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    for (column, index) in table.columns.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, index, short(&column.heading), &head)?;
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(index)));
        let longest = cells.map(|cell| cell.text.chars().count()).max().unwrap_or(0);
        let longest = longest.max(column.heading.chars().count()).max(8);
        sheet.set_column_width(index, f64::from(u32::try_from(longest).unwrap_or(8)).min(WIDEST) + 2.0)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (cells, row) in table.rows.iter().zip(1_u32..) {
        for (cell, column) in cells.iter().zip(0_u16..) {
            write(sheet, row, column, cell, units)?;
        }
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    units: &BTreeMap<&FigureId, Unit>,
) -> Result<(), XlsxError> {
    match cell.number.filter(|number| number.is_finite()) {
        Some(number) => {
            let unit = cell.figure.as_ref().and_then(|figure| units.get(figure)).copied();
            sheet.write_number_with_format(row, column, number, &number_format(unit, number))?;
        }
        // Never as a formula and never as a link: the text of a post must not act.
        None if !cell.text.is_empty() => {
            sheet.write_string(row, column, short(&cell.text))?;
        }
        None => {}
    }
    Ok(())
}

/// How a number is shown; the cell holds it unrounded.
fn number_format(unit: Option<Unit>, number: f64) -> Format {
    let pattern = match unit {
        Some(Unit::Share | Unit::Change) => "0.0%",
        Some(Unit::Count | Unit::Milliseconds) => "#,##0",
        Some(Unit::PerThousand | Unit::Decimal) => "#,##0.00",
        None if number.fract() == 0.0 => "#,##0",
        None => "General",
    };
    Format::new().set_num_format(pattern)
}

/// A name that a sheet may have and that no other sheet has.
fn name(id: &str, names: &mut BTreeSet<String>) -> String {
    let allowed = |letter: char| if "[]:*?/\\'".contains(letter) || letter.is_control() { '-' } else { letter };
    let clean: String = id.chars().map(allowed).take(LONGEST_NAME).collect();
    let clean = if clean.is_empty() { "-".to_owned() } else { clean };
    let mut name = clean.clone();
    let mut number = 2;
    while !names.insert(name.to_lowercase()) {
        let ending = format!("~{number}");
        name = clean.chars().take(LONGEST_NAME - ending.len()).collect::<String>() + &ending;
        number += 1;
    }
    name
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// A workbook of one sheet. Cells below `value` are numbers where they can be read as such.
pub(super) fn plain(name: &str, header: &[&str], rows: &[[String; 16]]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    let head = Format::new().set_bold();
    for (text, column) in header.iter().zip(0_u16..) {
        sheet.write_string_with_format(0, column, *text, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (cells, row) in rows.iter().zip(1_u32..) {
        for ((text, column), heading) in cells.iter().zip(0_u16..).zip(header) {
            match text.parse::<f64>() {
                Ok(number) if *heading == "value" => sheet.write_number(row, column, number)?,
                _ => sheet.write_string(row, column, short(text))?,
            };
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_allowed_and_unique() {
        let mut names = BTreeSet::new();
        let long = "channel-facebook-kommunen-views-per-week";
        let first = name(long, &mut names);
        let second = name(long, &mut names);
        assert_eq!(first.chars().count(), 31);
        assert!(second.ends_with("~2") && second.chars().count() == 31, "{second}");
        assert_eq!(name("a/b:c", &mut names), "a-b-c");
    }
}
