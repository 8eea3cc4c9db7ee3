//! What the terminal shows: tables, lines, JSON, progress. The only file that prints.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::model::{Gravity, Language, PeriodError, Problem};
use crate::pipeline::{PipelineError, StateError};
use crate::words::problems as words;

/// Why standard output takes no more.
static CLOSED: OnceLock<io::Error> = OnceLock::new();

/// Prints a line.
pub fn line(text: impl AsRef<str>) {
    raw(&format!("{}\n", text.as_ref()));
}

/// Prints a text as it is. Whoever reads may stop (`| head -1`): the command goes on and says no more.
pub fn raw(text: &str) {
    put(text.as_bytes());
}

fn put(bytes: &[u8]) {
    if CLOSED.get().is_some() {
        return;
    }
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
        let _first_reason_stays = CLOSED.set(error);
    }
}

/// Standard output for those who write themselves. What nobody reads any more is dropped.
pub struct Standard;

impl Write for Standard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why what was printed did not arrive; nothing where the reader has just read enough.
pub fn lost() -> Option<&'static io::Error> {
    CLOSED.get().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
}

/// Prints a question to standard error, and stays on its line.
pub fn ask(question: &str) {
    beside(&format!("{question}: "));
}

/// Prints a line to standard error.
pub fn aside(text: impl AsRef<str>) {
    beside(&format!("{}\n", text.as_ref()));
}

/// There is nowhere to tell that standard error is closed.
fn beside(text: &str) {
    let _told_or_not = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints a value as JSON, indented.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// An error with what a person can do about it.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Hinted {
    what: String,
    hint: String,
    swedish: Option<(String, String)>,
}

impl Hinted {
    /// What is wrong, and what to do.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into(), swedish: None }
    }

    /// The same in Swedish.
    #[must_use]
    pub fn swedish(self, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { swedish: Some((what.into(), hint.into())), ..self }
    }
}

/// Prints why a command was not done, and what to do about it.
pub fn error(language: Language, error: &anyhow::Error) {
    let (wrong, help) = match language {
        Language::Swedish => ("fel", "råd"),
        Language::English => ("error", "hint"),
    };
    let hinted = error.downcast_ref::<Hinted>();
    if let (Language::Swedish, Some((what, hint))) = (language, hinted.and_then(|hinted| hinted.swedish.as_ref())) {
        aside(format!("{wrong}: {what}"));
        return aside(format!("{help}: {hint}"));
    }
    if let Some((what, hint)) = in_words(language, error) {
        aside(format!("{wrong}: {what}"));
        if let Some(hint) = hint {
            aside(format!("{help}: {hint}"));
        }
        return;
    }
    let mut text = format!("{wrong}: {error}");
    for cause in error.chain().skip(1) {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
    }
    aside(text);
    if let Some(hinted) = hinted {
        aside(format!("{help}: {}", hinted.hint));
    }
}

/// What is wrong and what to do, in the language, where the error has words of its own.
fn in_words(language: Language, error: &anyhow::Error) -> Option<(String, Option<String>)> {
    if let Some(error) = error.downcast_ref::<PipelineError>() {
        return Some((words::told(language, &error.told()), error.hint().map(|hint| words::told(language, hint))));
    }
    let told = error.downcast_ref::<StateError>().map(StateError::told);
    let told = told.or_else(|| error.downcast_ref::<PeriodError>().map(PeriodError::told));
    Some((words::told(language, &told?), None))
}

/// Whether a person looks on.
pub fn is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Prints a table: the last column is not padded, numbers are set right.
pub fn table(heads: &[&str], rows: &[Vec<String>], numeric: &[usize]) {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain(heads.get(column).map(|head| head.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let set = |cells: &[String]| {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let space = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            if numeric.contains(&column) {
                text.push_str(&space);
                text.push_str(cell);
            } else {
                text.push_str(cell);
                text.push_str(&space);
            }
            text.push_str("  ");
        }
        text.trim_end().to_owned()
    };
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    line(set(&heads));
    line(widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("  "));
    for row in rows {
        line(set(row));
    }
}

/// Prints what went wrong, gravest first.
pub fn problems(language: Language, problems: &[Problem]) {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| std::cmp::Reverse(problem.gravity));
    for problem in sorted {
        let mark = match problem.gravity {
            Gravity::Action => "!!",
            Gravity::Warning => " !",
            Gravity::Notice => "  ",
        };
        aside(format!("{mark} {}: {}", problem.subject, words::what(language, problem)));
        if let Some(mend) = words::mend(language, problem) {
            aside(format!("   → {mend}"));
        }
    }
}

/// What is under way: bars where a person looks on, one calm line per finished part where nobody does.
pub struct Progress {
    bars: MultiProgress,
    shown: bool,
    quiet: bool,
}

impl Progress {
    /// Shows nothing at all when `quiet` (JSON is wanted).
    pub fn new(quiet: bool) -> Self {
        Self { bars: MultiProgress::new(), shown: is_terminal() && !quiet, quiet }
    }

    /// Begins a part.
    pub fn part(&self, title: &str) -> Part {
        if !self.shown {
            return Part { bar: None, title: title.to_owned(), quiet: self.quiet };
        }
        let style = ProgressStyle::with_template("{spinner} {prefix:28} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(title.to_owned()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Part { bar: Some(bar), title: title.to_owned(), quiet: self.quiet }
    }
}

/// One part of what is under way.
pub struct Part {
    bar: Option<ProgressBar>,
    title: String,
    quiet: bool,
}

impl Part {
    /// Says how far it has come.
    pub fn says(&self, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
        }
    }

    /// Ends it, with what came out.
    pub fn done(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.finish_with_message(message.to_owned()),
            None if !self.quiet => aside(format!("{}: {message}", self.title)),
            None => {}
        }
    }
}
