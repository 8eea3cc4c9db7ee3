//! What is wrong with a configuration, where, what was expected and how to mend it: in both languages, for people and
//! for programs.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, ThemeCharacters,
};

use crate::catalog::Texts;
use crate::model::Language;

/// A text in both languages.
pub(super) fn say(en: impl Into<String>, sv: impl Into<String>) -> Texts {
    Texts { sv: sv.into(), en: en.into() }
}

/// A file of the configuration as it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name as people know it: the path they gave, or the name within the folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Bytes from and to.
    pub span: Range<usize>,
}

impl Place {
    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.before().rsplit('\n').next().unwrap_or_default().chars().count() + 1
    }

    fn before(&self) -> &str {
        let mut end = self.span.start.min(self.file.text.len());
        while !self.file.text.is_char_boundary(end) {
            end -= 1;
        }
        &self.file.text[..end]
    }

    /// What stands there.
    pub fn text(&self) -> &str {
        self.file.text.get(self.span.clone()).unwrap_or_default()
    }

    /// The first line of it: whole tables are shown by their head.
    fn first_line(&self) -> Range<usize> {
        let text = self.text();
        let length = text.find('\n').unwrap_or(text.len());
        self.span.start..self.span.start + length
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.name, self.line(), self.column())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What was found.
    pub what: Texts,
    /// What was expected there.
    pub expected: Texts,
    /// How to mend it, where that can be told.
    pub help: Option<Texts>,
    /// Another place that belongs to it, such as the first of two.
    pub other: Option<(Place, Texts)>,
}

impl Fault {
    pub(super) fn new(place: Place, what: Texts, expected: Texts) -> Self {
        Self { place, what, expected, help: None, other: None }
    }

    pub(super) fn help(mut self, help: Texts) -> Self {
        self.help = Some(help);
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<Texts>) -> Self {
        self.help = help;
        self
    }

    pub(super) fn other(mut self, place: Place, text: Texts) -> Self {
        self.other = Some((place, text));
        self
    }

    /// The fault for programs: file, line, column, message, expected, help.
    pub fn to_json(&self, language: Language) -> serde_json::Value {
        serde_json::json!({
            "file": self.place.file.name,
            "line": self.place.line(),
            "column": self.place.column(),
            "message": self.what.get(language),
            "expected": self.expected.get(language),
            "help": self.help.as_ref().map(|help| help.get(language)),
        })
    }

    /// The fault in one line: `file:line:column: what was found; what was expected (help)`.
    pub fn line(&self, language: Language) -> String {
        let help = self.help.as_ref().map_or(String::new(), |help| format!(" ({})", help.get(language)));
        format!("{}: {}; {}{help}", self.place, self.what.get(language), self.expected.get(language))
    }

    fn report(&self, language: Language) -> Report {
        let label = |place: &Place, text: &Texts| {
            let span = place.first_line();
            LabeledSpan::new(Some(text.get(language).to_owned()), span.start, span.len())
        };
        let mut labels = vec![label(&self.place, &self.expected)];
        let mut help = self.help.as_ref().map(|help| help.get(language).to_owned());
        if let Some((place, text)) = &self.other {
            if Arc::ptr_eq(&place.file, &self.place.file) {
                labels.push(label(place, text));
            } else {
                let elsewhere = format!("{}: {place}", text.get(language));
                help = Some(help.map_or(elsewhere.clone(), |help| format!("{help}\n{elsewhere}")));
            }
        }
        let mut diagnostic = MietteDiagnostic::new(self.what.get(language)).with_labels(labels);
        diagnostic.help = help;
        Report::new(diagnostic).with_source_code(NamedSource::new(&self.place.file.name, self.place.file.text.clone()))
    }
}

/// How faults are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With colours and line-drawing characters, for a terminal; else plain ASCII for logs and screen readers.
    pub terminal: bool,
    /// How many columns there are.
    pub width: usize,
}

/// Everything that is wrong, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub(super) fn sorted(mut faults: Vec<Fault>) -> Self {
        faults.sort_by(|left, right| {
            let key = |fault: &Fault| (fault.place.file.name.clone(), fault.place.span.start, fault.what.en.clone());
            key(left).cmp(&key(right))
        });
        faults.dedup();
        Self(faults)
    }

    /// All of them drawn, each with the line that it is about.
    pub fn render(&self, language: Language, look: Look) -> String {
        let theme = if look.terminal {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme { characters: ThemeCharacters::ascii(), ..GraphicalTheme::none() }
        };
        // Narrower than this and the drawing would be all folds.
        let handler = GraphicalReportHandler::new_themed(theme).with_width(look.width.max(40)).with_context_lines(1);
        let mut drawn = String::new();
        for fault in &self.0 {
            if handler.render_report(&mut drawn, fault.report(language).as_ref()).is_err() {
                drawn.push_str(&fault.line(language));
            }
            drawn.push('\n');
        }
        drawn
    }

    /// All of them for programs.
    pub fn to_json(&self, language: Language) -> serde_json::Value {
        self.0.iter().map(|fault| fault.to_json(language)).collect()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(|fault| fault.line(Language::English)).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Faults {}
