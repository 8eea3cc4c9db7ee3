//! How wide the columns of a table are: numbers as wide as they need, words share the rest.

use crate::render::measure::{Weight, width};
use crate::report::{Align, Table};

/// The type size of a table.
const SIZE: f64 = 10.0;
/// What the template leaves free left and right of a cell's text, together; a little more for what kerning adds.
const INSET: f64 = 9.0;
/// What a status shape takes before its word.
const SHAPE: f64 = 14.0;
/// A word longer than this is hyphenated before it makes a column wider.
const LONGEST_WORD: f64 = 74.0;

/// A column as it is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measured {
    /// Its width in points.
    pub width: f64,
    /// Whether its longest word does not fit, so that words must be hyphenated.
    pub narrow: bool,
}

/// The columns of a table, adding up to `total` at most.
pub(super) fn columns(table: &Table, total: f64) -> Vec<Measured> {
    let columns: Vec<Needs> = (0..table.columns.len()).map(|index| needs(table, index)).collect();
    let widths = shared(&columns, total);
    let measured = |(column, width): (&Needs, f64)| Measured { width, narrow: width < column.unbroken };
    columns.iter().zip(widths).map(measured).collect()
}

fn shared(columns: &[Needs], total: f64) -> Vec<f64> {
    let natural: f64 = columns.iter().map(|column| column.natural).sum();
    if natural <= total {
        return widened(columns, total - natural);
    }
    let least: f64 = columns.iter().map(|column| column.least).sum();
    if least >= total {
        return columns.iter().map(|column| column.least * total / least).collect();
    }
    // Between least and natural, everybody gets the same share of what they would like more.
    let share = (total - least) / (natural - least);
    columns.iter().map(|column| column.least + (column.natural - column.least) * share).collect()
}

/// What a column needs.
struct Needs {
    natural: f64,
    least: f64,
    unbroken: f64,
}

fn needs(table: &Table, index: usize) -> Needs {
    let column = &table.columns[index];
    let head_word = longest_word(&column.heading, Weight::Semibold);
    let mut unbroken = head_word;
    let cells = table.rows.iter().filter_map(|row| row.get(index));
    let (mut natural, mut least) = (0.0_f64, head_word.min(LONGEST_WORD));
    for cell in cells {
        let shape = if cell.status.is_some() { SHAPE } else { 0.0 };
        // A status is set semibold.
        let weight = if cell.status.is_some() { Weight::Semibold } else { Weight::Regular };
        let text = width(&cell.text, SIZE, weight) + shape;
        natural = natural.max(text);
        let number = column.align == Align::Number && cell.number.is_some();
        let word = longest_word(&cell.text, weight) + shape;
        unbroken = unbroken.max(word);
        least = least.max(if number { text } else { word.min(LONGEST_WORD) });
    }
    let natural = natural.max(in_two_lines(&column.heading)).max(least);
    Needs { natural: natural + INSET, least: least + INSET, unbroken: unbroken + INSET }
}

/// How wide a head must be to stand in two lines, broken where it is narrowest.
fn in_two_lines(heading: &str) -> f64 {
    let width = |text: &str| width(text, SIZE, Weight::Semibold);
    heading
        .match_indices(' ')
        .map(|(at, _)| width(&heading[..at]).max(width(&heading[at + 1..])))
        .fold(width(heading), f64::min)
}

fn longest_word(text: &str, weight: Weight) -> f64 {
    let words = text.split_ascii_whitespace().map(|word| width(word, SIZE, weight));
    words.fold(0.0, f64::max)
}

/// Room that is left over is shared, but only a little of it.
fn widened(columns: &[Needs], over: f64) -> Vec<f64> {
    let count = f64::from(u32::try_from(columns.len()).unwrap_or(1)).max(1.0);
    // A table with much room to spare stays compact: rows are easier to follow when cells stand near each other.
    let each = (over / count).min(26.0);
    columns.iter().map(|column| column.natural + each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Cell, Column};

    fn table(heads: &[(&str, Align)], rows: &[&[&str]]) -> Table {
        let cell = |text: &&str| Cell { text: (*text).to_owned(), ..Cell::default() };
        Table {
            id: "t".to_owned(),
            caption: String::new(),
            columns: heads
                .iter()
                .map(|(heading, align)| Column { heading: (*heading).to_owned(), align: *align })
                .collect(),
            rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
            note: None,
        }
    }

    #[test]
    fn columns_never_take_more_than_there_is() {
        let long = "En mycket lång beskrivning av ett inlägg som handlar om familjehem i kommunen och om hur man söker";
        let table = table(
            &[("Inlägg", Align::Text), ("Etikett", Align::Text), ("Visningar", Align::Number)],
            &[&[long, "Familjehem", "12 490"], &["Kort", long, "3"]],
        );
        let widths: Vec<f64> = columns(&table, 481.0).iter().map(|column| column.width).collect();
        assert!(widths.iter().sum::<f64>() <= 481.0 + 1e-9, "{widths:?}");
        assert!(widths[0] > widths[2] && widths[1] > widths[2], "{widths:?}");
    }

    #[test]
    fn a_head_breaks_between_words_and_not_within() {
        let whole = width("Tertialet före", SIZE, Weight::Semibold);
        let two = in_two_lines("Tertialet före");
        assert!((two - width("Tertialet", SIZE, Weight::Semibold)).abs() < 1e-9 && two < whole);
    }

    #[test]
    fn a_small_table_is_not_spread_over_the_page() {
        let table = table(&[("Kanal", Align::Text), ("Nu", Align::Number)], &[&["Facebook", "12"]]);
        assert!(columns(&table, 481.0).iter().map(|column| column.width).sum::<f64>() < 250.0);
    }
}
