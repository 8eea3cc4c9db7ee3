//! How figures were computed, in the language of whoever reads it: metrics by their titles, numbers and days as readers
//! write them. The English stands beside the kinds (`model/told/traces.rs`), since it is stored with every figure.

use std::sync::OnceLock;

use chrono::NaiveDate;

use super::Locale;
use super::problems::Phrases;
use crate::model::told::traces::template;
use crate::model::told::{Part, Told};
use crate::model::{Configured, How, Language, Period, Platform};

const SWEDISH: &str = include_str!("../../reports/words/traces.sv.toml");

/// What readers call a metric of the canonical name; none where nobody has a title for it.
pub type Titles<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The parts that name a metric.
const METRICS: [&str; 4] = ["metric", "numerator", "denominator", "measure"];
/// The parts that are numbers.
const NUMBERS: [&str; 19] = [
    "have",
    "count",
    "above",
    "below",
    "agreed",
    "answered",
    "confidence",
    "low",
    "high",
    "design",
    "share",
    "from",
    "to",
    "span",
    "history",
    "past",
    "factor",
    "value",
    "inhabitants",
];
/// More decimals than this are noise of the arithmetic.
const DECIMALS: usize = 6;

fn swedish() -> &'static Phrases {
    static BUILTIN: OnceLock<Phrases> = OnceLock::new();
    // Readable in a build that passed its tests; without phrases the English would be shown.
    BUILTIN.get_or_init(|| toml::from_str(SWEDISH).unwrap_or_default())
}

/// How the figure was computed. What was stored before there were kinds, or by a later version, stays in English.
pub fn how(language: Language, how: &How, titles: Titles<'_>) -> String {
    how.told().and_then(|told| text(language, told, titles)).unwrap_or_else(|| how.english().to_owned())
}

/// The values from the configuration, a line each; likewise.
pub fn configured(language: Language, values: &Configured, titles: Titles<'_>) -> Vec<String> {
    let line = |(english, told): (&str, Option<&Told>)| {
        told.and_then(|told| text(language, told, titles)).unwrap_or_else(|| english.to_owned())
    };
    values.lines().map(line).collect()
}

/// The text in the language; none where it, or anything within it, is of a kind that this version does not know.
pub fn text(language: Language, told: &Told, titles: Titles<'_>) -> Option<String> {
    let phrase = match language {
        Language::Swedish => swedish().get(&told.kind)?.of(told),
        Language::English => {
            let template = template(&told.kind)?;
            if told.is_one() { template.one } else { template.other }
        }
    };
    let known = |part: &Part| match part {
        Part::Text(_) => true,
        Part::Told(inner) => text(language, inner, titles).is_some(),
    };
    if !told.parts.values().all(known) {
        return None;
    }
    Some(told.filled(phrase, &|name, part| match part {
        Part::Told(inner) => text(language, inner, titles).unwrap_or_default(),
        Part::Text(text) => written(Locale::of(language), name, text, titles),
    }))
}

/// A part as readers write it. What is not what its name says stands as it is.
fn written(locale: Locale, name: &str, text: &str, titles: Titles<'_>) -> String {
    let shown = match name {
        "day" => text.parse().ok().map(|day: NaiveDate| locale.date(day)),
        "period" => stretch(text).map(|period| locale.days(period, true)),
        "platform" => Platform::parse(text).map(|platform| platform.title().to_owned()),
        _ if METRICS.contains(&name) => titles(text).map(|title| small(&title)),
        _ if NUMBERS.contains(&name) => number(locale, text),
        _ => None,
    };
    shown.unwrap_or_else(|| text.to_owned())
}

/// The title within a sentence.
fn small(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// With the decimals that it has, as long as they say anything.
fn number(locale: Locale, text: &str) -> Option<String> {
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals <= DECIMALS {
        return Some(locale.number(value, decimals));
    }
    let rounded: f64 = format!("{value:.DECIMALS$}").parse().ok()?;
    let decimals = rounded.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    Some(locale.number(rounded, decimals))
}

/// `2026-11-09..2026-11-15`, both days within it.
fn stretch(text: &str) -> Option<Period> {
    let (first, last) = text.split_once("..")?;
    Period::new(first.parse().ok()?, Period::day(last.parse().ok()?).end())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::told::traces::{self, KINDS};

    /// The parts that are names, words of others, or told themselves.
    const AS_THEY_ARE: [&str; 14] = [
        "channel", "name", "platform", "figure", "before", "now", "goal", "key", "source", "text", "how", "divisor",
        "day", "period",
    ];

    fn titles(metric: &str) -> Option<String> {
        Some(match metric {
            "views" => "Visningar".to_owned(),
            "new_followers" => "Nya följare".to_owned(),
            _ => return None,
        })
    }

    fn sv(told: &Told) -> String {
        text(Language::Swedish, told, &titles).expect("a known kind")
    }

    #[test]
    fn every_kind_has_a_swedish_phrase_with_just_its_places() {
        let phrases: Phrases = toml::from_str(SWEDISH).expect("phrases");
        let known: BTreeSet<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(phrases.keys().map(String::as_str).collect::<BTreeSet<_>>(), known);
        for (kind, places) in KINDS {
            let places: BTreeSet<&str> = places.iter().copied().collect();
            for text in phrases[*kind].held(kind, &places) {
                let english = template(kind).expect("a kind");
                assert!(text != english.other && text != english.one, "{kind} is English");
            }
        }
    }

    #[test]
    fn every_part_is_written_as_what_it_is() {
        let used: BTreeSet<&str> = KINDS.iter().flat_map(|(_, places)| places.iter().copied()).collect();
        let listed: Vec<&str> = METRICS.iter().chain(&NUMBERS).chain(&AS_THEY_ARE).copied().collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), used);
        assert_eq!(listed.len(), used.len(), "a part is listed twice");
    }

    #[test]
    fn metrics_numbers_and_days_are_written_as_readers_do() {
        let sum = traces::sum_of_days("new_followers", 1_u32, 1_u32);
        assert_eq!(sv(&sum), "summan av nya följare över 1 av 1 dag");
        let mean = traces::mean_of_weeks(traces::over_channels(sum, 2_usize), 4_usize);
        assert_eq!(sv(&mean), "summan av nya följare över 1 av 1 dag, 2 kanaler, delat med 4 veckor");
        let ratio = traces::ratio_of_posts("views", 1234.5, "secret", 0.1 + 0.2, 3_usize);
        assert_eq!(sv(&ratio), "summan av visningar (1\u{202f}234,5) delad med summan av secret (0,3) för 3 inlägg");
        let english = text(Language::English, &ratio, &|_| None);
        assert_eq!(english.as_deref(), Some("sum of views (1,234.5) divided by sum of secret (0.3) of 3 posts"));
        let week = Period::new("2026-11-09".parse().expect("a day"), "2026-11-16".parse().expect("a day"));
        let counted = traces::counted_by_platform("views", week.expect("a week"));
        assert_eq!(sv(&counted), "visningar så som plattformen själv räknade för 9–15 november 2026");
        assert_eq!(sv(&traces::posts_ranked(Platform::LinkedIn)), "antalet rangordnade inlägg på LinkedIn");
        let day: NaiveDate = "2025-12-31".parse().expect("a day");
        let population = traces::population(142_000_u32, day, "SCB, TAB5557");
        assert_eq!(sv(&population), "folkmängd 142\u{202f}000 den 31 december 2025 (SCB, TAB5557)");
    }

    #[test]
    fn what_has_no_kind_or_an_unknown_one_stays_in_english() {
        let stored = |json: &str| serde_json::from_str::<How>(json).expect("how");
        let old = stored(r#"{"how":"sum of views over 7 of 7 days"}"#);
        assert_eq!(how(Language::Swedish, &old, &titles), "sum of views over 7 of 7 days");
        let newer = r#"{"how":"new, divided by 2 weeks","told":{"kind":"mean_of_weeks","parts":{"count":"2","how":{"kind":"of_tomorrow"}}}}"#;
        assert_eq!(how(Language::Swedish, &stored(newer), &titles), "new, divided by 2 weeks");
        assert_eq!(how(Language::English, &How::default(), &titles), "");
    }
}
