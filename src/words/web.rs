//! The words of the web's pages, by key: `section.name`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::Language;

const SWEDISH: &str = include_str!("../../reports/words/web.sv.toml");
const ENGLISH: &str = include_str!("../../reports/words/web.en.toml");

type Texts = BTreeMap<String, String>;

/// The text of the key, with places to fill as [`super::fill()`] fills them; none if there is no such key.
pub fn web_text(language: Language, key: &str) -> Option<&'static str> {
    static BUILTIN: [OnceLock<Texts>; 2] = [OnceLock::new(), OnceLock::new()];
    let (cell, source) = match language {
        Language::Swedish => (&BUILTIN[0], SWEDISH),
        Language::English => (&BUILTIN[1], ENGLISH),
    };
    cell.get_or_init(|| read(source)).get(key).map(String::as_str)
}

/// Sections of texts, flat. A file that cannot be read has none, and a test says so.
fn read(source: &str) -> Texts {
    let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(source).unwrap_or_default();
    let flat = sections
        .into_iter()
        .flat_map(|(section, texts)| texts.into_iter().map(move |(name, text)| (format!("{section}.{name}"), text)));
    flat.collect()
}

#[cfg(test)]
mod tests {
    use super::super::placeholders;
    use super::*;

    #[test]
    fn both_languages_say_the_same_things_with_the_same_places() {
        let (swedish, english) = (read(SWEDISH), read(ENGLISH));
        assert!(swedish.len() > 20, "the file can be read");
        assert_eq!(swedish.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
        for (key, text) in &swedish {
            assert_eq!(placeholders(text), placeholders(&english[key]), "{key}");
            for text in [text, &english[key]] {
                assert!(!text.is_empty() && text.trim() == text && !text.contains("  "), "{key}: `{text}`");
            }
        }
    }
}
