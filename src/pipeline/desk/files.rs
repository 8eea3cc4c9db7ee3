//! Writing a file of the configuration for somebody: read, checked as a whole, compared, written whole or not at all. The
//! file stays the truth: whoever changed it by hand meanwhile is never overwritten.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};
use similar::{ChangeTag, TextDiff};
use tokio::sync::{Mutex, MutexGuard};

use crate::config::{self, Edited, Fault, Source};
use crate::delivery::folder;
use crate::model::told::faults;
use crate::pipeline::PipelineError;

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// What a line of a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// In both.
    Same,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
    /// Lines that are left out here.
    Gap,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// What it is.
    pub kind: LineKind,
    /// Its text, without the end of the line.
    pub text: String,
}

/// A file as it is and as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The file.
    pub edited: Edited,
    /// The digest of the text before: what must still stand there when it is saved.
    pub digest: String,
    /// What differs.
    pub lines: Vec<DiffLine>,
}

/// Why something was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    /// The configuration is the built-in example: there are no files.
    #[error("the configuration is built in; make one of your own with `genomslag init`")]
    BuiltIn,
    /// It would not be a right configuration.
    #[error("the configuration would have mistakes")]
    Faults(Box<config::Sorted>),
    /// A number that was decided is another, and nobody says why.
    #[error("a changed target needs a reason")]
    NoReason,
    /// Somebody changed the file meanwhile; here is what saving would do to it now.
    #[error("somebody else changed the file meanwhile")]
    Conflict(Box<Proposal>),
    /// It is not there.
    #[error("{0}")]
    Unknown(String),
    /// The disk, or the state.
    #[error(transparent)]
    Trouble(#[from] PipelineError),
}

/// One saves at a time, so that what was compared is what is replaced.
pub(super) async fn one_at_a_time() -> MutexGuard<'static, ()> {
    static SAVING: Mutex<()> = Mutex::const_new(());
    SAVING.lock().await
}

/// The files of a configuration that can be written.
pub(super) fn texts(source: &Source) -> Result<Vec<(String, String)>, NotSaved> {
    if *source == Source::Embedded {
        return Err(NotSaved::BuiltIn);
    }
    config::texts(source).map_err(|faults| elsewhere(faults.0))
}

/// Faults that are about no field of a form.
pub(super) fn elsewhere(faults: Vec<Fault>) -> NotSaved {
    NotSaved::Faults(Box::new(config::Sorted { elsewhere: faults, ..config::Sorted::default() }))
}

/// The digest of a text, as forms carry it.
pub(super) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// What is proposed, compared.
pub(super) fn proposal(edited: Edited) -> Proposal {
    Proposal { digest: digest(&edited.before), lines: compared(&edited.before, &edited.after), edited }
}

/// Writes the file.
pub(super) fn write(edited: &Edited) -> Result<(), NotSaved> {
    let path = Path::new(&edited.name);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let parent = path.parent().unwrap_or(Path::new("."));
    folder::write(parent, &name, edited.after.as_bytes()).map(|_| ()).map_err(|error| {
        NotSaved::Trouble(PipelineError::File { path: edited.name.clone(), why: faults::fault_said(error.to_string()) })
    })
}

fn compared(before: &str, after: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if !lines.is_empty() {
            lines.push(DiffLine { kind: LineKind::Gap, text: "…".to_owned() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let kind = match change.tag() {
                ChangeTag::Equal => LineKind::Same,
                ChangeTag::Insert => LineKind::Added,
                ChangeTag::Delete => LineKind::Removed,
            };
            lines.push(DiffLine { kind, text: change.value().trim_end_matches(['\n', '\r']).to_owned() });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_shows_what_differs_and_a_little_around() {
        let before = (1..=20).map(|line| format!("rad {line}")).collect::<Vec<_>>().join("\n") + "\n";
        let after = before.replace("rad 10\n", "rad tio\n").replace("rad 20\n", "");
        let lines = compared(&before, &after);
        let kinds = |kind| lines.iter().filter(|line| line.kind == kind).map(|line| line.text.as_str()).collect();
        let (added, removed): (Vec<&str>, Vec<&str>) = (kinds(LineKind::Added), kinds(LineKind::Removed));
        assert_eq!((added, removed), (vec!["rad tio"], vec!["rad 10", "rad 20"]));
        assert_eq!(lines.iter().filter(|line| line.kind == LineKind::Gap).count(), 1);
        assert_eq!(lines.iter().filter(|line| line.kind == LineKind::Same).count(), 9);
    }
}
