//! The colours of charts. Each is also a class in the SVG, so every one has a value of its own.

use plotters::style::RGBColor;

/// What a thing is drawn with. Contrast against white is noted; text needs 4.5, strokes 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Words and the measured value's own label: 14.
    Words,
    /// Ticks and remarks: 5.9.
    Muted,
    /// Hairlines behind everything: decoration.
    Grid,
    /// What was measured: 7.4.
    Measured,
    /// A second measured line: 5.2.
    Second,
    /// A third: 6.5.
    Third,
    /// A fourth: 8.
    Fourth,
    /// The target: 5.0.
    Target,
    /// The way there: 5.8.
    Pace,
    /// A comparison: 4.0.
    Comparison,
    /// The band of a forecast.
    Band,
    /// The stretch of a campaign.
    Span,
    /// A bar: 4.7.
    Bar,
    /// A break of definition: 11.
    Break,
    /// The ground.
    Paper,
}

impl Ink {
    const ALL: [Self; 15] = [
        Self::Words,
        Self::Muted,
        Self::Grid,
        Self::Measured,
        Self::Second,
        Self::Third,
        Self::Fourth,
        Self::Target,
        Self::Pace,
        Self::Comparison,
        Self::Band,
        Self::Span,
        Self::Bar,
        Self::Break,
        Self::Paper,
    ];

    /// The measured lines' inks, in order.
    pub(super) const SERIES: [Self; 4] = [Self::Measured, Self::Second, Self::Third, Self::Fourth];

    fn parts(self) -> (u8, u8, u8) {
        match self {
            Self::Words => (0x1f, 0x29, 0x33),
            Self::Muted => (0x5a, 0x66, 0x72),
            Self::Grid => (0xd9, 0xde, 0xe3),
            Self::Measured => (0x00, 0x57, 0x9e),
            Self::Second => (0x0b, 0x7a, 0x75),
            Self::Third => (0x8a, 0x3f, 0x7d),
            Self::Fourth => (0x4a, 0x4e, 0x54),
            Self::Target => (0xb4, 0x53, 0x09),
            Self::Pace => (0x5b, 0x67, 0x73),
            Self::Comparison => (0x73, 0x7f, 0x8b),
            Self::Band => (0x01, 0x58, 0x9f),
            Self::Span => (0x5c, 0x68, 0x74),
            Self::Bar => (0x35, 0x76, 0xad),
            Self::Break => (0x33, 0x3c, 0x46),
            Self::Paper => (0xff, 0xff, 0xff),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Measured => "measured",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Target => "target",
            Self::Pace => "pace",
            Self::Comparison => "comparison",
            Self::Band => "band",
            Self::Span => "span",
            Self::Bar => "bar",
            Self::Break => "break",
            Self::Paper => "paper",
        }
    }

    /// The colour for plotters.
    pub(super) fn colour(self) -> RGBColor {
        let (red, green, blue) = self.parts();
        RGBColor(red, green, blue)
    }

    fn hexadecimal(self) -> String {
        let (red, green, blue) = self.parts();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// Adds each colour's class beside the colour; one thing has one colour, as fill or as line.
pub(super) fn with_classes(mut svg: String) -> String {
    for ink in Ink::ALL {
        let (colour, class) = (ink.hexadecimal(), ink.class());
        svg = svg.replace(&format!(" fill=\"{colour}\""), &format!(" class=\"{class}-fill\" fill=\"{colour}\""));
        svg = svg.replace(&format!(" stroke=\"{colour}\""), &format!(" class=\"{class}-line\" stroke=\"{colour}\""));
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(ink: Ink) -> f64 {
        let (red, green, blue) = ink.parts();
        let linear = |part: u8| {
            let share = f64::from(part) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast_on_white(ink: Ink) -> f64 {
        1.05 / (luminance(ink) + 0.05)
    }

    #[test]
    fn contrast_is_enough_for_text_and_strokes() {
        // The recipe's figure for this blue on white is 7.35.
        assert!((contrast_on_white(Ink::Measured) - 7.35).abs() < 0.01);
        for ink in Ink::ALL {
            let needed = match ink {
                Ink::Grid | Ink::Band | Ink::Span | Ink::Paper => 1.0,
                Ink::Bar | Ink::Comparison => 3.0,
                _ => 4.5,
            };
            assert!(contrast_on_white(ink) >= needed, "{ink:?} has {:.2}", contrast_on_white(ink));
        }
    }

    #[test]
    fn every_ink_has_a_colour_and_a_class_of_its_own() {
        for (index, ink) in Ink::ALL.iter().enumerate() {
            for other in &Ink::ALL[index + 1..] {
                assert_ne!(ink.parts(), other.parts(), "{ink:?} and {other:?}");
                assert_ne!(ink.class(), other.class());
            }
        }
    }
}
