//! What stands above a plot: the labels of breaks and campaigns, in rows, none over another.

use super::canvas::{Canvas, Hang, Type};
use super::ink::Ink;
use crate::render::measure::{Weight, width, wrap};

/// The size of a note.
const SIZE: f64 = 9.0;
/// The height of a row.
pub(super) const ROW: f64 = 11.5;
/// The least room between two notes in one row.
const APART: f64 = 8.0;

/// A label that belongs to a place on the time axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Note {
    /// Where its text begins.
    pub x: f64,
    /// Its uppermost row, counted from above.
    pub row: usize,
    /// Its lines, one row each.
    pub lines: Vec<String>,
    /// How wide it is.
    pub width: f64,
}

/// Places labels, given with the place they belong to and in its order: in the first row where each has room, within
/// the stretch.
pub(super) fn place(labels: &[(f64, &str)], (left, right): (f64, f64)) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for (at, text) in labels {
        let limit = ((right - left) * 0.6).max(60.0);
        let lines = wrap(text, SIZE, Weight::Regular, limit, 2);
        let wide = lines.iter().map(|line| width(line, SIZE, Weight::Regular)).fold(0.0, f64::max);
        // Right of its line; where that has no room, left of it.
        let x = if at + 3.0 + wide <= right { at + 3.0 } else { (at - 3.0 - wide).min(right - wide).max(left) };
        let mut note = Note { x, row: 0, lines, width: wide };
        while notes.iter().any(|other| overlap(&note, other)) {
            note.row += 1;
        }
        notes.push(note);
    }
    notes
}

/// How many rows they take.
pub(super) fn rows(notes: &[Note]) -> usize {
    notes.iter().map(|note| note.row + note.lines.len()).max().unwrap_or(0)
}

/// Writes them, the first row's upper edge being at `top`.
pub(super) fn write(canvas: &Canvas<'_>, notes: &[Note], top: f64) {
    let look = Type { ink: Ink::Break, size: SIZE, weight: Weight::Regular, halo: true };
    for note in notes {
        for (row, line) in (note.row..).zip(&note.lines) {
            canvas.text(line, (note.x, base_line(top, row)), Hang::Left, look);
        }
    }
}

/// The base line of a row.
fn base_line(top: f64, row: usize) -> f64 {
    let rows = u32::try_from(row).map_or(0.0, f64::from);
    top + rows * ROW + SIZE
}

fn overlap(note: &Note, other: &Note) -> bool {
    let beside = note.x + note.width + APART <= other.x || other.x + other.width + APART <= note.x;
    let apart = note.row + note.lines.len() <= other.row || other.row + other.lines.len() <= note.row;
    !beside && !apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_labels_take_rows_of_their_own() {
        let labels = [(50.0, "Meta ändrade måttet"), (60.0, "Familjehemskampanjen"), (400.0, "Valet")];
        let notes = place(&labels, (40.0, 440.0));
        assert_eq!(notes.iter().map(|note| note.row).collect::<Vec<_>>(), [0, 1, 0]);
        assert_eq!(rows(&notes), 2);
    }

    #[test]
    fn a_label_at_the_edge_stays_inside() {
        let notes = place(&[(438.0, "Definitionen ändrades")], (40.0, 440.0));
        assert!(notes[0].x + notes[0].width <= 440.0 + 1e-9, "{notes:?}");
    }
}
