//! Numbers as readers of a language write them, and why there is none.

use super::{Words, fill};
use crate::model::{Language, Missing, Number, Unit};

/// The narrow no-break space, between thousands and before the per cent sign: one number never breaks over two lines.
const NARROW: char = '\u{202f}';
/// The minus sign: longer than a hyphen, and never broken after.
const MINUS: char = '\u{2212}';

/// How readers of a language write numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    language: Language,
}

impl Locale {
    /// The ways of the language.
    pub fn of(language: Language) -> Self {
        Self { language }
    }

    /// The language.
    pub fn language(self) -> Language {
        self.language
    }

    pub(super) fn words(self) -> &'static Words {
        Words::builtin(self.language)
    }

    /// Rounded to a whole number: `12 490`, `−3`.
    pub fn whole(self, value: f64) -> String {
        self.number(value, 0)
    }

    /// Rounded to so many decimals: `1 234,5`.
    pub fn number(self, value: f64, decimals: usize) -> String {
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::with_capacity(plain.len() + 8);
        // What rounds to nothing has no sign.
        if value < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            text.push(MINUS);
        }
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(self.between_thousands());
            }
            text.push(digit);
        }
        if !part.is_empty() {
            text.push(self.decimal_sign());
            text.push_str(part);
        }
        text
    }

    /// A share as per cent with so many decimals: `12,5 %`. A part of the whole never reads as all of it.
    pub fn percent(self, share: f64, decimals: usize) -> String {
        let step = 10_f64.powi(-i32::try_from(decimals).unwrap_or(0)) / 100.0;
        let nearly = share < 1.0 && share + step / 2.0 >= 1.0;
        let shown = if nearly { 1.0 - step } else { share };
        self.with_sign_of_per_cent(self.number(shown * 100.0, decimals))
    }

    /// A relative change: `+12 %`, `−3 %`, `+2,6 %`; `0 %` for none.
    pub fn change(self, share: f64) -> String {
        let percent = share * 100.0;
        let decimals = usize::from(percent.abs() < 9.95);
        let text = self.trimmed(percent, decimals);
        let text = if percent > 0.0 && text != "0" { format!("+{text}") } else { text };
        self.with_sign_of_per_cent(text)
    }

    /// A number as its unit is written, rounded as a reader needs it.
    pub fn written(self, number: Number) -> String {
        let value = number.value;
        match number.unit {
            Unit::Count => self.trimmed(value, usize::from(value.abs() < 9.95)),
            Unit::Milliseconds => self.duration(value),
            Unit::Share => self.share(value),
            Unit::Change => self.change(value),
            Unit::PerThousand => self.trimmed(
                value,
                match value.abs() {
                    size if size < 9.95 => 2,
                    size if size < 99.5 => 1,
                    _ => 0,
                },
            ),
            Unit::Decimal => self.trimmed(value, 2),
        }
    }

    /// A number with its sign always told: `+120`, `−3`, `0`.
    pub fn signed(self, number: Number) -> String {
        let text = self.written(number);
        if number.value > 0.0 && text.chars().any(|letter| ('1'..='9').contains(&letter)) && !text.starts_with('+') {
            format!("+{text}")
        } else {
            text
        }
    }

    /// `a, b och c`.
    pub fn list(self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [before @ .., last] => format!("{} {} {last}", before.join(", "), self.words().calendar.and),
        }
    }

    /// Why there is no number, as a clause without capital and full stop.
    pub fn missing(self, missing: &Missing) -> String {
        let words = &self.words().missing;
        let counts = |phrase: &str, have: u32, need: u32| {
            let (have, need) = (self.whole(f64::from(have)), self.whole(f64::from(need)));
            fill(phrase, &[("have", &have), ("of", &need)])
        };
        match missing {
            Missing::NotFetched => words.not_fetched.clone(),
            Missing::Absent => words.absent.clone(),
            Missing::Suppressed => words.suppressed.clone(),
            Missing::Refused => words.refused.clone(),
            Missing::Unreadable => words.unreadable.clone(),
            Missing::NotAdditive => words.not_additive.clone(),
            Missing::DefinitionsDiffer => words.definitions_differ.clone(),
            Missing::Coverage { have, of } => counts(&words.coverage, *have, *of),
            Missing::ChannelsLacking { have, of } => counts(&words.channels_lacking, *have, *of),
            Missing::MetricBreak { on } => fill(&words.metric_break, &[("date", &self.date(*on))]),
            Missing::NoBaseline => words.no_baseline.clone(),
            Missing::NoPopulation => words.no_population.clone(),
            Missing::SampleTooSmall { have, need } => counts(&words.sample_too_small, *have, *need),
            Missing::NothingClosed => words.nothing_closed.clone(),
            Missing::ZeroDenominator => words.zero_denominator.clone(),
            Missing::NotJudged => words.not_judged.clone(),
            Missing::TooShort { have, need } => counts(&words.too_short, *have, *need),
            Missing::TooFewEvents { have, need } => counts(&words.too_few_events, *have, *need),
            Missing::NoVariation => words.no_variation.clone(),
            Missing::NoSurvey => words.no_survey.clone(),
            Missing::PostsLacking { have, of } => counts(&words.posts_lacking, *have, *of),
            Missing::NotOfPosts => words.not_of_posts.clone(),
            Missing::NotByCampaign => words.not_by_campaign.clone(),
            Missing::NoLabels => words.no_labels.clone(),
            Missing::TooFewPeers { have, need } => counts(&words.too_few_peers, *have, *need),
        }
    }

    fn between_thousands(self) -> char {
        match self.language {
            Language::Swedish => NARROW,
            Language::English => ',',
        }
    }

    fn decimal_sign(self) -> char {
        match self.language {
            Language::Swedish => ',',
            Language::English => '.',
        }
    }

    fn with_sign_of_per_cent(self, mut text: String) -> String {
        if self.language == Language::Swedish {
            text.push(NARROW);
        }
        text.push('%');
        text
    }

    /// At most so many decimals: zeros at the end are left out.
    fn trimmed(self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        if decimals == 0 {
            return text;
        }
        text.trim_end_matches('0').trim_end_matches(self.decimal_sign()).to_owned()
    }

    /// A share with the decimals that its size needs; what is more than nothing never reads as nothing.
    fn share(self, share: f64) -> String {
        let decimals = match share.abs() {
            size if size < 0.000_095 => 3,
            size if size < 0.009_95 => 2,
            _ => 1,
        };
        if share != 0.0 && share.abs() < 0.000_005 {
            return format!("<{}", self.percent(0.000_01, 3));
        }
        let text = self.percent(share, decimals);
        let end = if self.language == Language::Swedish { "\u{202f}%" } else { "%" };
        let digits = text.trim_end_matches(end);
        let digits = if digits.contains(self.decimal_sign()) {
            digits.trim_end_matches('0').trim_end_matches(self.decimal_sign())
        } else {
            digits
        };
        format!("{digits}{end}")
    }

    /// Milliseconds, as seconds, minutes and seconds, or hours and minutes.
    fn duration(self, milliseconds: f64) -> String {
        let units = &self.words().calendar;
        let seconds = (milliseconds / 1000.0).round();
        let part = |whole: f64, unit: &str| format!("{}\u{a0}{unit}", self.whole(whole));
        if seconds < 60.0 {
            part(seconds, &units.second)
        } else if seconds < 3600.0 {
            let minutes = (seconds / 60.0).floor();
            format!("{} {}", part(minutes, &units.minute), part(seconds - minutes * 60.0, &units.second))
        } else {
            let minutes = (seconds / 60.0).round();
            let hours = (minutes / 60.0).floor();
            format!("{} {}", part(hours, &units.hour), part(minutes - hours * 60.0, &units.minute))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SV: Locale = Locale { language: Language::Swedish };
    const EN: Locale = Locale { language: Language::English };

    #[test]
    fn numbers_stay_whole_and_carry_a_real_minus() {
        let cases = [(12_490.0, "12\u{202f}490", "12,490"), (-3.4, "\u{2212}3", "\u{2212}3"), (-0.4, "0", "0")];
        for (value, swedish, english) in cases {
            assert_eq!((SV.whole(value).as_str(), EN.whole(value).as_str()), (swedish, english));
        }
        assert_eq!(SV.number(1234.5, 1), "1\u{202f}234,5");
        assert_eq!(EN.number(1234.5, 1), "1,234.5");
        assert_eq!(SV.whole(1_234_567.0), "1\u{202f}234\u{202f}567");
        assert_eq!(SV.whole(999.6), "1\u{202f}000");
    }

    #[test]
    fn shares_and_changes_are_per_cent() {
        assert_eq!(SV.percent(0.125, 1), "12,5\u{202f}%");
        assert_eq!(EN.percent(0.125, 1), "12.5%");
        assert_eq!(SV.percent(0.9996, 1), "99,9\u{202f}%");
        assert_eq!(SV.change(0.12), "+12\u{202f}%");
        assert_eq!(SV.change(-0.03), "\u{2212}3\u{202f}%");
        assert_eq!(EN.change(0.026), "+2.6%");
        assert_eq!(EN.change(0.0), "0%");
        assert_eq!(EN.change(0.0004), "0%");
        assert_eq!(SV.change(12.34), "+1\u{202f}234\u{202f}%");
    }

    #[test]
    fn every_unit_has_its_way() {
        let of = |value, unit| SV.written(Number { value, unit });
        assert_eq!(of(48.25, Unit::Count), "48");
        assert_eq!(of(2.5, Unit::Count), "2,5");
        assert_eq!(of(9.97, Unit::Count), "10");
        assert_eq!(of(7.0, Unit::Count), "7");
        assert_eq!(of(0.0347, Unit::Share), "3,5\u{202f}%");
        assert_eq!(of(0.02, Unit::Share), "2\u{202f}%");
        assert_eq!(of(1.0, Unit::Share), "100\u{202f}%");
        assert_eq!(of(0.0034, Unit::Share), "0,34\u{202f}%");
        assert_eq!(of(0.000_03, Unit::Share), "0,003\u{202f}%");
        assert_eq!(of(0.000_001, Unit::Share), "<0,001\u{202f}%");
        assert_eq!(of(77.46, Unit::PerThousand), "77,5");
        assert_eq!(of(18_795.8, Unit::PerThousand), "18\u{202f}796");
        assert_eq!(of(83_000.0, Unit::Milliseconds), "1\u{a0}min 23\u{a0}s");
        assert_eq!(of(3_600_000.0, Unit::Milliseconds), "1\u{a0}tim 0\u{a0}min");
        assert_eq!(SV.signed(Number { value: 120.0, unit: Unit::Count }), "+120");
        assert_eq!(SV.signed(Number { value: 0.01, unit: Unit::Count }), "0");
    }

    #[test]
    fn lists_end_with_and() {
        let items: Vec<String> = ["Facebook", "Instagram", "LinkedIn"].map(str::to_owned).to_vec();
        assert_eq!(SV.list(&items), "Facebook, Instagram och LinkedIn");
        assert_eq!(EN.list(&items[..2]), "Facebook and Instagram");
        assert_eq!(SV.list(&[]), "");
    }

    #[test]
    fn reasons_tell_their_numbers() {
        assert_eq!(SV.missing(&Missing::Coverage { have: 3, of: 7 }), "bara 3 av 7 dagar har värden");
        let on = "2025-11-15".parse().expect("a day");
        assert!(EN.missing(&Missing::MetricBreak { on }).contains("15 November 2025"));
    }
}
