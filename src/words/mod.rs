//! What readers read: texts as a struct per language, numbers and dates as they expect them. Nothing else formats for
//! readers, and no other room holds a word that is printed.

#[macro_use]
mod phrases;

mod alerts;
mod dates;
mod effects;
mod locale;
pub mod problems;
pub mod traces;
mod web;

pub use crate::model::told::{fill, placeholders};
pub use alerts::*;
pub use effects::*;
pub use locale::Locale;
pub use phrases::*;
pub use web::web_text;

use std::sync::OnceLock;

use crate::model::Language;

/// The built-in texts, one file per language.
const SWEDISH: &str = include_str!("../../reports/words/sv.toml");
const ENGLISH: &str = include_str!("../../reports/words/en.toml");

/// Texts that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the file of words cannot be read: {0}")]
pub struct WordsError(#[from] toml::de::Error);

impl Words {
    /// Reads a file of words: every phrase must be there, and none that is not known.
    pub fn read(text: &str) -> Result<Self, WordsError> {
        Ok(toml::from_str(text)?)
    }

    /// The built-in texts of the language.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the built-in files are read by one of them.
    pub fn builtin(language: Language) -> &'static Self {
        static BUILTIN: [OnceLock<Words>; 2] = [OnceLock::new(), OnceLock::new()];
        let (cell, text) = match language {
            Language::Swedish => (&BUILTIN[0], SWEDISH),
            Language::English => (&BUILTIN[1], ENGLISH),
        };
        cell.get_or_init(|| Self::read(text).expect("the built-in words are tested"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn leaves(value: &toml::Value, path: &str, found: &mut BTreeMap<String, String>) {
        match value {
            toml::Value::String(text) => {
                found.insert(path.to_owned(), text.clone());
            }
            toml::Value::Table(table) => table.iter().for_each(|(key, it)| leaves(it, &format!("{path}.{key}"), found)),
            toml::Value::Array(list) => {
                list.iter().enumerate().for_each(|(at, it)| leaves(it, &format!("{path}.{at}"), found));
            }
            other => panic!("{path}: {other:?} is no text"),
        }
    }

    fn texts(language: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        leaves(&toml::from_str(language).expect("TOML"), "", &mut found);
        found
    }

    #[test]
    fn every_language_has_every_phrase_with_the_same_placeholders() {
        for language in Language::ALL {
            assert!(!Words::builtin(language).status.achieved.is_empty());
        }
        let (swedish, english) = (texts(SWEDISH), texts(ENGLISH));
        assert_eq!(swedish.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
        let mut wrong = Vec::new();
        for (key, text) in &swedish {
            if placeholders(text) != placeholders(&english[key]) {
                wrong.push(format!("{key}: {text} | {}", english[key]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn no_phrase_is_empty_and_none_has_stray_spaces() {
        for (key, text) in texts(SWEDISH).into_iter().chain(texts(ENGLISH)) {
            assert!(!text.is_empty() && text.trim() == text && !text.contains("  "), "{key}: `{text}`");
        }
    }

    #[test]
    fn a_missing_and_an_unknown_phrase_are_refused() {
        let without = SWEDISH.replacen("achieved = ", "achived = ", 1);
        let error = Words::read(&without).expect_err("a misspelt phrase").to_string();
        assert!(error.contains("achived"), "{error}");
    }
}
