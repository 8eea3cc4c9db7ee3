//! CSV and XLSX say what the report says, unrounded.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use genomslag::render::sheet::{csv, figures_csv, xlsx};
use genomslag::report::{Block, Report, Table};

use super::sample;

fn table(report: &Report, id: &str) -> Table {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let mut tables = blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table.clone()),
        _ => None,
    });
    tables.find(|table| table.id == id).unwrap()
}

fn read(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_table_comes_back_from_csv_as_it_was() {
    let report = sample("stress");
    let table = table(&report, "inlagg");
    let rows = read(&csv(&table));
    assert_eq!(rows.len(), table.rows.len() + 1);
    for (cells, row) in table.rows.iter().zip(&rows[1..]) {
        for (cell, field) in cells.iter().zip(row) {
            match cell.number {
                Some(number) => assert!((field.parse::<f64>().unwrap() - number).abs() < 1e-12),
                None => assert_eq!(field.trim_start_matches('\''), cell.text),
            }
        }
    }
    // What looks like a formula does not act as one.
    assert_eq!(rows[4][0], "'=SUMMA(A1:A9) är ingen formel");
}

#[test]
fn every_figure_has_a_row_with_its_id_and_its_reason() {
    let report = sample("stress");
    let rows = read(&figures_csv(&report));
    assert_eq!(rows.len(), report.figures.len() + 1);
    let missing = rows.iter().find(|row| row[0] == "goal.medvetenhet.now").unwrap();
    assert_eq!((missing[4].as_str(), missing[6].as_str()), ("", "sample_too_small (have=38, need=100)"));
    let followers = rows.iter().find(|row| row[0] == "goal.foljare-2027.now").unwrap();
    assert_eq!((followers[4].as_str(), followers[5].as_str()), ("12412", "count"));
    assert!(followers[9].contains("fb-kommun") && followers[9].contains("page_follows"), "{followers:?}");
}

#[test]
fn the_workbook_has_every_table_and_the_unrounded_numbers() {
    let report = sample("stress");
    let bytes = xlsx(&report).unwrap();
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    for needed in ["goals", "kanaler", "inlagg", "alla-inlagg", "goal-foljare-2027-data", "Siffror"] {
        assert!(names.iter().any(|name| name == needed), "{needed} of {names:?}");
    }
    let posts = workbook.worksheet_range("inlagg").unwrap();
    assert_eq!(posts.get_value((1, 2)), Some(&Data::Float(8120.0)));
    assert_eq!(posts.get_value((1, 3)), Some(&Data::Float(0.051)));
    assert_eq!(posts.get_value((4, 0)), Some(&Data::String("=SUMMA(A1:A9) är ingen formel".to_owned())));
    let figures = workbook.worksheet_range("Siffror").unwrap();
    assert_eq!(figures.height(), report.figures.len() + 1);
    // A missing value is an empty cell, not a zero.
    let goals = workbook.worksheet_range("goals").unwrap();
    let last = u32::try_from(report.goals.len()).unwrap();
    assert_eq!(goals.get_value((last, 1)), Some(&Data::String("–".to_owned())));
}
