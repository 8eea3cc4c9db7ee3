//! Tables for machines and spreadsheets: CSV and XLSX.
//!
//! CSV is RFC 4180 with commas, UTF-8 with a byte order mark, numbers unrounded with a decimal point. A text that a
//! spreadsheet would take for a formula gets an apostrophe before it.

mod figures;
mod xlsx;

use super::{RenderError, walk};
use crate::report::{Cell, Report, Table};

/// What tells a spreadsheet that the file is UTF-8.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A table as CSV: the number where a cell has one, else its text.
pub fn csv(table: &Table) -> String {
    let head = table.columns.iter().map(|column| text_field(&column.heading)).collect();
    let rows = table.rows.iter().map(|row| row.iter().map(cell_field).collect());
    written(std::iter::once(head).chain(rows))
}

/// Every figure of the report, one a row, with its id, the reason where there is no number, and how it was computed.
pub fn figures_csv(report: &Report) -> String {
    let head = figures::HEADS.iter().map(|head| (*head).to_owned()).collect();
    let rows = report.figures.iter().map(|figure| {
        let row = figures::row(figure, report.language);
        row.into_iter().map(|field| field.number.map_or_else(|| text_field(&field.text), number_field)).collect()
    });
    written(std::iter::once(head).chain(rows))
}

/// The whole report as a workbook: a sheet for each table, the numbers behind each chart, all figures last.
pub fn xlsx(report: &Report) -> Result<Vec<u8>, RenderError> {
    xlsx::workbook(report)
        .map_err(|error| RenderError::Write { what: "report.xlsx".to_owned(), message: error.to_string() })
}

/// The table of the name: the goals, one of a section, or the numbers behind a chart.
pub fn find_table(report: &Report, id: &str) -> Option<Table> {
    walk::tables(report).into_iter().find(|table| table.id == id)
}

/// The name of a table's file without its ending: nothing in it leads out of a folder or ends a header.
pub fn file_name(table: &Table) -> String {
    walk::file_name(&table.id)
}

/// One table of the report as a workbook.
pub fn table_xlsx(report: &Report, table: &Table) -> Result<Vec<u8>, RenderError> {
    xlsx::single(report, table)
        .map_err(|error| RenderError::Write { what: format!("{}.xlsx", table.id), message: error.to_string() })
}

/// The long table of observations as a workbook of one sheet. Columns named `value` hold numbers where they can be read
/// as such; everything else stays the text that it is, so that ids keep their digits.
pub fn long_table(header: &[&str], rows: &[[String; 16]]) -> Result<Vec<u8>, RenderError> {
    xlsx::plain("observations", header, rows)
        .map_err(|error| RenderError::Write { what: "the workbook".to_owned(), message: error.to_string() })
}

fn written(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    for row in rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cell_field(cell: &Cell) -> String {
    cell.number.map_or_else(|| text_field(&cell.text), number_field)
}

fn number_field(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { String::new() }
}

fn text_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_only_where_they_must_and_never_become_formulas() {
        assert_eq!(text_field("Familjehem"), "Familjehem");
        assert_eq!(text_field("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(text_field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(text_field("−3\u{202f}%"), "−3\u{202f}%");
        assert_eq!(text_field("rad ett\nrad två"), "\"rad ett\nrad två\"");
    }

    #[test]
    fn numbers_are_unrounded_with_a_point() {
        assert_eq!(number_field(12_490.0), "12490");
        assert_eq!(number_field(0.123_456_789), "0.123456789");
        assert_eq!(number_field(-3.5), "-3.5");
        assert_eq!(number_field(f64::NAN), "");
    }
}
