//! What the terminal says, in both languages.

use super::output::Hinted;
use crate::model::Language;
use crate::words::web_text;

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

    /// A word of the program, `uncertain`: in Swedish as the pages of the web have it, where the names of such words begin
    /// with `of`.
    pub(super) fn word(self, of: &str, word: &str) -> String {
        let swedish = || web_text(Language::Swedish, &format!("{of}{word}"));
        let shown = if self.0 == Language::Swedish { swedish() } else { None };
        shown.unwrap_or(word).to_owned()
    }

    /// The word of the program that was meant by what somebody typed: itself, or what the pages call it.
    pub(super) fn meant<'w>(self, of: &str, known: &[&'w str], typed: &str) -> Result<&'w str, Hinted> {
        let same = |word: &&&str| **word == typed || self.word(of, word).to_lowercase() == typed.to_lowercase();
        known.iter().find(same).copied().ok_or_else(|| {
            let listed = |say: Say| {
                let both = |word: &&str| match say.word(of, word) {
                    shown if shown == *word => shown,
                    shown => format!("{word} ({shown})"),
                };
                known.iter().map(both).collect::<Vec<_>>().join(", ")
            };
            let (english, swedish) = (listed(Say(Language::English)), listed(Say(Language::Swedish)));
            Hinted::new(format!("there is no status `{typed}`"), format!("there are: {english}"))
                .swedish(format!("det finns inget läge `{typed}`"), format!("det finns: {swedish}"))
        })
    }
}
