//! What the terminal says, in both languages.

use crate::model::Language;

/// Texts in the language of whoever looks at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Say(pub(super) Language);

impl Say {
    /// The text in the language.
    pub(super) fn pick<'t>(self, sv: &'t str, en: &'t str) -> &'t str {
        match self.0 {
            Language::Swedish => sv,
            Language::English => en,
        }
    }

    /// A count with its word: `1 kanal`, `8 kanaler`.
    pub(super) fn count(self, count: u64, sv: (&str, &str), en: (&str, &str)) -> String {
        let (one, many) = match self.0 {
            Language::Swedish => sv,
            Language::English => en,
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }
}
