//! The labels of lines: beside their ends, in a column at the right edge or inside the plot where the line stops
//! earlier. No legend, and no label over another.

use super::canvas::Place;
use super::ink::Ink;
use crate::render::measure::{Weight, width, wrap};

/// The height of a line of a label.
pub(super) const LINE: f64 = 11.0;
/// The least room between two labels.
const APART: f64 = 3.0;

/// How many points further away a label goes rather than hide one more place of a line.
const HIDING: f64 = 6.0;

/// A label and where its line ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct End {
    /// The colour, that of the line.
    pub ink: Ink,
    /// Its lines of text; the first is semibold where `value` says so.
    pub lines: Vec<String>,
    /// Whether the first line is the value.
    pub value: bool,
    /// Where the line ends.
    pub at: Place,
    /// Its width.
    pub width: f64,
    /// Its upper left corner, once placed.
    pub corner: Place,
}

impl End {
    /// A label that is not placed yet.
    pub(super) fn new(ink: Ink, label: &str, value: Option<String>, size: f64, limit: f64) -> Self {
        let mut lines: Vec<String> = value.into_iter().collect();
        let value = !lines.is_empty();
        lines.extend(wrap(label, size, Weight::Regular, limit, 3));
        let wide = |(index, line): (usize, &String)| {
            let weight = if value && index == 0 { Weight::Semibold } else { Weight::Regular };
            width(line, size, weight)
        };
        let width = lines.iter().enumerate().map(wide).fold(0.0, f64::max);
        Self { ink, lines, value, at: (0.0, 0.0), width, corner: (0.0, 0.0) }
    }

    /// Its height.
    pub(super) fn height(&self) -> f64 {
        u32::try_from(self.lines.len()).map_or(0.0, f64::from) * LINE
    }

    /// Left, top, right, bottom.
    pub(super) fn frame(&self) -> Frame {
        let (x, y) = self.corner;
        Frame { left: x, top: y, right: x + self.width, bottom: y + self.height() }
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Frame {
    /// Whether two have a part in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn holds(self, (x, y): Place) -> bool {
        x > self.left && x < self.right && y > self.top && y < self.bottom
    }

    fn within(self, outer: Self) -> bool {
        self.left >= outer.left && self.right <= outer.right && self.top >= outer.top && self.bottom <= outer.bottom
    }
}

/// The height that labels in one column need.
pub(super) fn needed(ends: &[End]) -> f64 {
    ends.iter().map(|end| end.height() + APART).sum()
}

/// Places labels in a column that begins at `x`, each as near to its line's end as the others allow.
pub(super) fn in_column(ends: &mut [End], x: f64, (top, bottom): (f64, f64)) {
    ends.sort_by(|one, other| one.at.1.total_cmp(&other.at.1));
    let mut free = top;
    for end in ends.iter_mut() {
        let wished = end.at.1 - end.height() / 2.0;
        end.corner = (x, wished.max(free));
        free = end.corner.1 + end.height() + APART;
    }
    let mut free = bottom;
    for end in ends.iter_mut().rev() {
        let lowest = free - end.height();
        end.corner.1 = end.corner.1.min(lowest);
        free = end.corner.1 - APART;
    }
}

/// Places a label inside the plot beside the end of its line, where it hides the least; false where there is no room
/// without meeting another label.
pub(super) fn inside(end: &mut End, plot: Frame, traces: &[Place], others: &[Frame]) -> bool {
    let (x, y) = end.at;
    let (wide, high) = (end.width, end.height());
    let columns = [x - wide / 2.0, x + 6.0, x - wide, x - wide - 6.0];
    let rows = (0_u32..18).flat_map(|step| {
        let away = 5.0 + f64::from(step) * 4.0;
        [y - high - away, y + away]
    });
    let corners = rows.chain([y - high / 2.0]).flat_map(|top| columns.map(|left| (left, top)));
    let candidates = corners.filter_map(|corner| {
        let placed = End { corner, ..end.clone() };
        let frame = placed.frame();
        let roomy = Frame { left: frame.left - APART, right: frame.right + APART, ..frame };
        let fits = frame.within(plot) && !others.iter().any(|other| roomy.meets(*other));
        let hidden = traces.iter().filter(|place| frame.holds(**place)).count();
        let hidden = u32::try_from(hidden).map_or(f64::INFINITY, f64::from);
        let far = (f64::midpoint(frame.left, frame.right) - x).hypot(f64::midpoint(frame.top, frame.bottom) - y);
        fits.then_some((hidden * HIDING + far, corner))
    });
    let Some((_, corner)) = candidates.min_by(|one, other| one.0.total_cmp(&other.0)) else { return false };
    end.corner = corner;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(y: f64) -> End {
        let mut end = End::new(Ink::Measured, "Följare", Some("12 412".to_owned()), 9.0, 100.0);
        end.at = (400.0, y);
        end
    }

    #[test]
    fn labels_in_a_column_never_overlap_and_stay_inside() {
        let mut ends = vec![end(100.0), end(101.0), end(99.0), end(160.0), end(158.0)];
        in_column(&mut ends, 406.0, (20.0, 170.0));
        for pair in ends.windows(2) {
            assert!(!pair[0].frame().meets(pair[1].frame()), "{pair:?}");
        }
        assert!(ends.iter().all(|end| end.frame().top >= 20.0 && end.frame().bottom <= 170.0), "{ends:?}");
    }

    #[test]
    fn a_label_inside_avoids_the_line_above_it() {
        let plot = Frame { left: 40.0, top: 20.0, right: 440.0, bottom: 180.0 };
        let mut label = end(100.0);
        label.at = (240.0, 100.0);
        let target: Vec<Place> = (0..200).map(|step| (40.0 + f64::from(step) * 2.0, 85.0)).collect();
        assert!(inside(&mut label, plot, &target, &[]));
        let frame = label.frame();
        assert!(!target.iter().any(|place| frame.holds(*place)), "{frame:?}");
    }
}
