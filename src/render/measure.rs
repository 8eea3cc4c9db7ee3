//! How wide a text is, in the type that reports are set in: for places where the width decides before anything is set.

use std::sync::LazyLock;

use ttf_parser::Face;

static REGULAR: &[u8] = include_bytes!("../../reports/fonts/SourceSans3-Regular.ttf");
static SEMIBOLD: &[u8] = include_bytes!("../../reports/fonts/SourceSans3-Semibold.ttf");

static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| [REGULAR, SEMIBOLD].map(|bytes| Face::parse(bytes, 0).ok()));

/// What a character takes that the face does not have, in em: an emoji or another script is about square.
const UNKNOWN: f64 = 1.1;

/// The weight of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// 400.
    Regular,
    /// 600.
    Semibold,
}

/// The width of one line at the given size, in the size's unit. Kerning is left out: it only makes text narrower.
pub(super) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let [regular, semibold] = &*FACES;
    let face = if weight == Weight::Semibold { semibold } else { regular };
    text.chars().map(|letter| advance(face.as_ref(), letter)).sum::<f64>() * size
}

fn advance(face: Option<&Face<'_>>, letter: char) -> f64 {
    let Some(face) = face else { return UNKNOWN };
    let Some(glyph) = face.glyph_index(letter) else { return UNKNOWN };
    let units = f64::from(face.units_per_em());
    face.glyph_hor_advance(glyph).map_or(UNKNOWN, |advance| f64::from(advance) / units)
}

/// The text in lines no wider than `limit`, broken between words; at most `most` lines, the last one cut with an
/// ellipsis if the text goes on. A word wider than the limit is cut too.
pub(super) fn wrap(text: &str, size: f64, weight: Weight, limit: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_ascii_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) if width(&longer, size, weight) <= limit => *line = longer,
            _ => lines.push(word.to_owned()),
        }
    }
    let cut = lines.len() > most;
    lines.truncate(most.max(1));
    let count = lines.len();
    for (index, line) in lines.iter_mut().enumerate() {
        let goes_on = cut && index + 1 == count;
        if goes_on || width(line, size, weight) > limit {
            *line = shortened(line, size, weight, limit, goes_on);
        }
    }
    lines
}

fn shortened(line: &str, size: f64, weight: Weight, limit: f64, goes_on: bool) -> String {
    let mut kept: Vec<char> = line.chars().collect();
    let with_dots = |kept: &[char]| format!("{}…", kept.iter().collect::<String>().trim_end());
    if !goes_on && width(line, size, weight) <= limit {
        return line.to_owned();
    }
    while kept.len() > 1 && width(&with_dots(&kept), size, weight) > limit {
        kept.pop();
    }
    with_dots(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Source Sans 3 Regular: every digit is 497 units of 1000 wide, so that columns of numbers line up.
        assert!((width("12490", 10.0, Weight::Regular) - 5.0 * 4.97).abs() < 1e-9);
        assert!(width("Wi", 10.0, Weight::Semibold) > width("Wi", 10.0, Weight::Regular));
        assert!((width("åäö", 10.0, Weight::Regular) - width("aao", 10.0, Weight::Regular)).abs() < 1e-9);
    }

    #[test]
    fn text_breaks_between_words_and_is_cut_where_it_must() {
        let lines = wrap("Familjehem söks i hela kommunen", 10.0, Weight::Regular, 72.0, 5);
        assert_eq!(lines, ["Familjehem söks", "i hela", "kommunen"]);
        let cut = wrap("Familjehem söks i hela kommunen", 10.0, Weight::Regular, 72.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…') && cut[1].starts_with("i hela"), "{cut:?}");
        let long = wrap("Kommunikationsavdelningen", 10.0, Weight::Regular, 60.0, 2);
        assert!(width(&long[0], 10.0, Weight::Regular) <= 60.0 && long[0].ends_with('…'), "{long:?}");
    }
}
