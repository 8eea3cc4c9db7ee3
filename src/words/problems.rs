//! What went wrong, in the language of whoever reads it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::Plural;
use crate::model::told::{Part, Told};
use crate::model::{Gravity, Language, Problem};

/// What goes wrong, what is told of files, and what stops a whole command.
const SWEDISH: [&str; 3] = [
    include_str!("../../reports/words/problems.sv.toml"),
    include_str!("../../reports/words/files.sv.toml"),
    include_str!("../../reports/words/faults.sv.toml"),
];
const ENGLISH: [&str; 3] = [
    include_str!("../../reports/words/problems.en.toml"),
    include_str!("../../reports/words/files.en.toml"),
    include_str!("../../reports/words/faults.en.toml"),
];

/// A phrase; one with a `count` may have a form of its own for one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Phrase {
    Text(String),
    Counted(Plural),
}

impl Phrase {
    /// The form for what is told: the singular where one is counted.
    pub(super) fn of(&self, told: &Told) -> &str {
        match self {
            Self::Text(phrase) => phrase,
            Self::Counted(phrase) => phrase.of(if told.is_one() { 1 } else { 2 }),
        }
    }
}

#[cfg(test)]
impl Phrase {
    /// Its forms, each held to just the places; a form for one only where something is counted.
    pub(super) fn held(&self, kind: &str, places: &std::collections::BTreeSet<&str>) -> Vec<&str> {
        let forms = match self {
            Self::Text(text) => vec![text.as_str()],
            Self::Counted(plural) => vec![plural.one.as_str(), plural.other.as_str()],
        };
        assert!(forms.len() == 1 || places.contains("count"), "{kind}: nothing is counted");
        for text in &forms {
            assert_eq!(super::placeholders(text), *places, "{kind}: {text}");
            assert!(!text.is_empty() && text.trim() == *text && !text.contains("  "), "{kind}: `{text}`");
        }
        forms
    }
}

pub(super) type Phrases = BTreeMap<String, Phrase>;

fn phrases(language: Language) -> &'static Phrases {
    static BUILTIN: [OnceLock<Phrases>; 2] = [OnceLock::new(), OnceLock::new()];
    let (cell, texts) = match language {
        Language::Swedish => (&BUILTIN[0], SWEDISH),
        Language::English => (&BUILTIN[1], ENGLISH),
    };
    // Readable in a build that passed its tests; without phrases the kinds themselves would be shown.
    cell.get_or_init(|| texts.iter().flat_map(|text| toml::from_str::<Phrases>(text).unwrap_or_default()).collect())
}

/// The text in the language.
pub fn told(language: Language, told: &Told) -> String {
    match phrases(language).get(&told.kind) {
        // What a platform said may be nothing.
        Some(phrase) => told.filled(phrase.of(told), &|_, value| part(language, value)).trim_end().to_owned(),
        None => told.to_string(),
    }
}

/// A part of a text in the language; a name is the same in every one.
pub fn part(language: Language, part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Told(inner) => told(language, inner),
    }
}

/// The same in English: for errors of the program and for JSON.
pub fn english(text: &Told) -> String {
    told(Language::English, text)
}

/// A problem of the gravity.
pub fn problem(subject: impl Into<String>, gravity: Gravity, what: Told, remedy: Option<Told>) -> Problem {
    Problem {
        subject: subject.into(),
        what: english(&what),
        mend: remedy.as_ref().map(english),
        gravity,
        told: Some(what),
        remedy,
    }
}

/// A problem that needs a person.
pub fn action(subject: impl Into<String>, what: Told, remedy: Told) -> Problem {
    problem(subject, Gravity::Action, what, Some(remedy))
}

/// What happened, in the language. What was kept before there were kinds stays in English.
pub fn what(language: Language, problem: &Problem) -> String {
    problem.told.as_ref().map_or_else(|| problem.what.clone(), |text| told(language, text))
}

/// How to mend it, in the language.
pub fn mend(language: Language, problem: &Problem) -> Option<String> {
    problem.remedy.as_ref().map(|text| told(language, text)).or_else(|| problem.mend.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::told::{self as kinds, KINDS, faults, files};

    #[test]
    fn every_kind_has_a_phrase_in_every_language_with_just_its_places() {
        let all: Vec<_> = KINDS.iter().chain(files::KINDS).chain(faults::KINDS).collect();
        let known: BTreeSet<&str> = all.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(known.len(), all.len(), "a kind is listed twice");
        for language in Language::ALL {
            for text in SWEDISH.iter().chain(&ENGLISH) {
                toml::from_str::<Phrases>(text).expect("phrases");
            }
            let phrases = phrases(language);
            assert_eq!(phrases.keys().map(String::as_str).collect::<BTreeSet<_>>(), known, "{language:?}");
            for (kind, places) in &all {
                let places: BTreeSet<&str> = places.iter().copied().collect();
                phrases[*kind].held(kind, &places);
            }
        }
    }

    #[test]
    fn what_stands_within_another_is_told_in_the_same_language() {
        let dead = kinds::token_dead(kinds::token_expired("190/463"));
        assert_eq!(told(Language::Swedish, &dead), "nyckeln gäller inte: den har gått ut (190/463)");
        assert_eq!(told(Language::English, &dead), "the token is dead: it has expired (190/463)");
        let problem = action("fb", dead, kinds::mend_connect());
        assert_eq!(problem.what, "the token is dead: it has expired (190/463)");
        assert_eq!(mend(Language::Swedish, &problem).as_deref(), Some("anslut kanalen på nytt"));
    }

    #[test]
    fn one_is_one_and_words_of_others_are_not_looked_into() {
        assert_eq!(told(Language::Swedish, &kinds::token_ends(1_i64)), "nyckeln går ut om 1 dag");
        assert_eq!(told(Language::Swedish, &kinds::token_ends(7_i64)), "nyckeln går ut om 7 dagar");
        assert_eq!(told(Language::Swedish, &kinds::said("{count} items")), "”{count} items”");
        assert_eq!(english(&kinds::matomo_token("")), "Matomo does not accept the token.");
    }

    #[test]
    fn a_problem_survives_being_kept_and_old_ones_are_read() {
        let problem = action("fb", kinds::no_permission("page", kinds::said("no")), kinds::mend_permissions());
        let kept = serde_json::to_string(&problem).expect("JSON");
        assert_eq!(serde_json::from_str::<Problem>(&kept).expect("a problem"), problem);
        let old = r#"{"subject":"fb","what":"the token is dead","mend":null,"gravity":"action"}"#;
        let old: Problem = serde_json::from_str(old).expect("a problem");
        assert_eq!(what(Language::Swedish, &old), "the token is dead");
        let newer = Told { kind: "of_tomorrow".to_owned(), parts: BTreeMap::new() };
        assert_eq!(told(Language::Swedish, &newer), "of_tomorrow");
    }
}
