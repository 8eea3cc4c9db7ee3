//! A comment on a period, kept with its reports: the form writes the same file in `comments` as a person would.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::files::{NotSaved, digest, elsewhere, one_at_a_time, proposal, texts, write};
use crate::config::{self, CommentParts, Edited, Source};
use crate::model::{Language, Period, UnitId};
use crate::pipeline::{App, PipelineError, computing};

/// Which comment is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentWish {
    /// The period: a whole week, month, quarter, tertial or year.
    pub period: Period,
    /// Only in reports on this unit.
    pub unit: Option<UnitId>,
    /// Only in reports in this language.
    pub language: Option<Language>,
}

/// The comment as it stands, and the digest of its file, which goes back with the form.
///
/// # Errors
/// When the configuration is built in or cannot be read.
pub async fn comment_sheet(app: &App, source: &Source, wish: &CommentWish) -> Result<(CommentParts, String), NotSaved> {
    let (app, source, wish) = (app.clone(), source.clone(), wish.clone());
    computing(move || {
        let files = texts(&source)?;
        let (_, text) = file_of(&app, &source, &files, &wish)?;
        Ok((config::comment_parts(&text), digest(&text)))
    })
    .await?
}

/// Saves the decision and the text, and notes who did.
///
/// # Errors
/// When the configuration would have mistakes, somebody changed the file meanwhile, or the disk or the state does not
/// allow it.
pub async fn save_comment(
    app: &App,
    source: &Source,
    wish: &CommentWish,
    (decision, text, lock): (&str, &str, &str),
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), NotSaved> {
    let _alone = one_at_a_time().await;
    let parts = CommentParts {
        decision: decision.to_owned(),
        unit: wish.unit.as_ref().map(ToString::to_string),
        language: wish.language.map(|language| language.code().to_owned()),
        text: text.to_owned(),
    };
    let (opened, from, what, lock) = (app.clone(), source.clone(), wish.clone(), lock.to_owned());
    let edited = computing(move || {
        let files = texts(&from)?;
        let (name, before) = file_of(&opened, &from, &files, &what)?;
        let after = config::with_comment(&before, &parts).map_err(NotSaved::Unknown)?;
        let edited = Edited { name, after, changed: Vec::new(), before };
        config::check_text(&edited.among(&files)).map_err(|faults| elsewhere(faults.0))?;
        if digest(&edited.before) != lock {
            return Err(NotSaved::Conflict(Box::new(proposal(edited))));
        }
        write(&edited)?;
        Ok(edited)
    })
    .await??;
    let calendar = app.config.organisation.calendar;
    let subject = wish.period.code(calendar);
    let detail = serde_json::json!({"file": edited.name, "unit": wish.unit, "language": wish.language});
    app.state.note(by, "comment written", &subject, &detail, now).await.map_err(PipelineError::from)?;
    Ok(())
}

/// The file of the comment: the one that there is, else the one that its period, unit and language name.
fn file_of(
    app: &App,
    source: &Source,
    files: &[(String, String)],
    wish: &CommentWish,
) -> Result<(String, String), NotSaved> {
    let Source::Folder(folder) = source else { return Err(NotSaved::BuiltIn) };
    let calendar = app.config.organisation.calendar;
    if wish.period.granularity(calendar).is_none() {
        return Err(NotSaved::Unknown("a comment is about a whole week, month, quarter, tertial or year".to_owned()));
    }
    let config = config::check_text(files).map_err(|faults| elsewhere(faults.0))?;
    let same = |comment: &&config::Comment| {
        comment.period == wish.period && comment.unit == wish.unit && comment.language == wish.language
    };
    if let Some(comment) = config.comments.iter().find(same) {
        let text = files.iter().find(|(name, _)| *name == comment.file).map(|(_, text)| text.clone());
        return Ok((comment.file.clone(), text.unwrap_or_default()));
    }
    let unit = wish.unit.as_ref().map(|unit| format!(".{unit}")).unwrap_or_default();
    let language = wish.language.map(|language| format!(".{}", language.code())).unwrap_or_default();
    let stem = format!("{}{unit}{language}", wish.period.code(calendar));
    let named = |name: String| shown(&folder.join("comments").join(name));
    // A file of the name may be about another unit or language: it is never written over.
    let mut path = named(format!("{stem}.md"));
    for number in 2.. {
        if !files.iter().any(|(name, _)| *name == path) {
            break;
        }
        path = named(format!("{stem}.{number}.md"));
    }
    Ok((path, String::new()))
}

/// As the loader names files.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
