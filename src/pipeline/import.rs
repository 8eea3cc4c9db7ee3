//! Export files into the store: what each is, which channel it belongs to, what it brought. Without a store it is a
//! preview.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::belongs::channel_of;
use super::history::HistoryImport;
use super::keep::{Taking, keep};
use super::{App, PipelineError, written};
use crate::config::Config;
use crate::imports::{
    Circumstances, Dictionaries, FoundFile, ImportError, Imported, LeftOut, Limits, Need, Sketch, Skipped, Spoken,
    detect, expand, hash, read, read_plan, sketch,
};
use crate::model::told::{self, Told, faults, files};
use crate::model::{Channel, ChannelId, Period, Platform, Problem, Value};
use crate::state::{RunKind, RunOutcome};
use crate::words::problems::action;

/// What is to be imported, and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportOrder {
    /// Files, folders and archives.
    pub paths: Vec<PathBuf>,
    /// The channel, for files that do not tell their account.
    pub channel: Option<ChannelId>,
    /// The platform, for files that fit several.
    pub platform: Option<Platform>,
    /// The days, for files that do not say them.
    pub period: Option<Period>,
    /// When the files were downloaded, where that is known better than by the files.
    pub taken: Option<DateTime<Utc>>,
    /// A folder with header dictionaries and mapping files of one's own.
    pub dictionaries: Option<PathBuf>,
    /// Further mapping files, one by one.
    pub maps: Vec<PathBuf>,
    /// The channels that were told for single files, by their name in the answer.
    pub channels: BTreeMap<String, ChannelId>,
    /// Only these files, by their name in the answer; empty: all.
    pub only: BTreeSet<String>,
    /// Only into these channels; none: into any.
    pub into: Option<BTreeSet<ChannelId>>,
}

/// What was found in a file about one account, and what became of it. As JSON its texts are English, for people and programs;
/// as `MessagePack` it is what it is, for another process.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FileSeen {
    /// The file.
    pub file: String,
    /// The format; none where it is not known.
    pub format: Option<String>,
    /// The language of its labels.
    pub language: Option<Spoken>,
    /// The platform.
    pub platform: Option<Platform>,
    /// The channel that it belongs to, where that is clear.
    pub channel: Option<ChannelId>,
    /// The account that the file names.
    pub account: Option<String>,
    /// Rows taken.
    pub rows: u64,
    /// Posts.
    pub posts: u64,
    /// Different days of its series.
    pub days: u64,
    /// The first day.
    pub first: Option<NaiveDate>,
    /// The last day.
    pub last: Option<NaiveDate>,
    /// Rows that were not taken, each with its reason.
    #[serde(serialize_with = "written::rows")]
    pub skipped: Vec<Skipped>,
    /// Columns that were left out, each with its reason.
    #[serde(serialize_with = "written::columns")]
    pub left_out: Vec<LeftOut>,
    /// What else is worth knowing.
    #[serde(serialize_with = "written::texts")]
    pub notices: Vec<Told>,
    /// Sums of what may be summed.
    pub totals: BTreeMap<String, Value>,
    /// What has to be told first.
    pub needs: Vec<Need>,
    /// Why it was not taken, and how to mend it.
    #[serde(serialize_with = "written::text")]
    pub error: Option<Told>,
    /// The channels that it may be about, where that has to be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChannelId>,
    /// Whether it is a table whose columns nobody has explained.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmapped: bool,
    /// Whether the same bytes had been imported before: nothing was done.
    pub known: bool,
    /// Values that were not in the store.
    pub new: u64,
    /// Values that differ from what was in the store.
    pub restated: u64,
    /// Values that the store had already.
    pub unchanged: u64,
    /// Values that differ from what stands and are kept beside it: the interface's, or those of a newer file, go before.
    pub stood_back: u64,
    /// Posts of the file that the interface told under another id: they count once.
    pub same_posts: u64,
    /// Posts of the file that may be one of those that the interface told: they are not counted beside them.
    pub unclear_posts: u64,
}

impl FileSeen {
    fn refused(file: &str, error: Told) -> Self {
        Self { file: file.to_owned(), error: Some(error), ..Self::default() }
    }

    pub(super) fn of(imported: &Imported, channel: Option<&Channel>) -> Self {
        Self {
            file: imported.file.clone(),
            format: Some(imported.format.clone()),
            language: imported.language,
            platform: Some(imported.platform),
            channel: channel.map(|channel| channel.id.clone()),
            account: imported.account.clone(),
            rows: imported.rows,
            posts: imported.posts.len() as u64,
            days: imported.days,
            first: imported.first,
            last: imported.last,
            skipped: imported.skipped.clone(),
            left_out: imported.left_out.clone(),
            notices: imported.notices.clone(),
            totals: imported.totals.clone(),
            needs: imported.needs.clone(),
            ..Self::default()
        }
    }
}

/// The dictionaries: the built-in ones, those of the folder, where there is one, and the single files.
///
/// # Errors
/// When one of the files cannot be read.
pub fn dictionaries(folder: Option<&Path>, maps: &[PathBuf]) -> Result<Dictionaries, PipelineError> {
    let builtin = Dictionaries::builtin();
    let mut paths: Vec<PathBuf> = Vec::new();
    if let Some(folder) = folder.filter(|folder| folder.is_dir()) {
        let entries = std::fs::read_dir(folder).map_err(|error| PipelineError::file(folder, &error))?;
        let entries = entries.flatten().map(|entry| entry.path());
        paths.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")));
        paths.sort();
    }
    paths.extend(maps.iter().cloned());
    let mut texts = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).map_err(|error| PipelineError::file(path, &error))?;
        texts.push((path.display().to_string(), text));
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let wrong = |why: String| PipelineError::hinted(faults::fault_said(why), faults::mend_mapping_file());
    builtin.with(&texts).map_err(|error| wrong(error.to_string()))
}

/// What the files are and would bring. Needs no store, and no configuration.
///
/// # Errors
/// When a dictionary of one's own cannot be read; a file that cannot be read is told in its result.
pub fn preview(
    order: &ImportOrder,
    config: Option<&Config>,
    now: DateTime<Utc>,
) -> Result<Vec<FileSeen>, PipelineError> {
    let dictionaries = dictionaries(order.dictionaries.as_deref(), &order.maps)?;
    let (files, mut seen) = found(order);
    let look = |file: &FoundFile| match taken_apart(file, order, &dictionaries, config, now) {
        Ok((_, parts)) => {
            let channel = |imported| config.and_then(|config| channel_of(config, imported, order, None).ok());
            parts.iter().map(|imported| FileSeen::of(imported, channel(imported))).collect()
        }
        Err(refused) => vec![*refused],
    };
    let look = |files: &[FoundFile]| files.iter().flat_map(look).collect::<Vec<FileSeen>>();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(threads).max(1));
        let parts: Vec<_> = parts.map(|files| scope.spawn(move || look(files))).collect();
        for part in parts {
            seen.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    Ok(seen)
}

/// Takes the files into the store. The same bytes twice do nothing; newer files restate what older ones said.
///
/// # Errors
/// When store or state cannot be used; a file that cannot be read is told in its result.
pub async fn import(app: &App, order: &ImportOrder, now: DateTime<Utc>) -> Result<Vec<FileSeen>, PipelineError> {
    let dictionaries = dictionaries(order.dictionaries.as_deref(), &order.maps)?;
    let run = app.state.begin_run(RunKind::Import, now).await?.id;
    let (mut files, mut seen) = found(order);
    // Older downloads first, so that of two files that overlap the newer one's figures stand.
    files.sort_by(|one, other| (one.modified, &one.name).cmp(&(other.modified, &other.name)));
    for (number, file) in (0..).zip(&files) {
        // One run has one clock, but its files have an order.
        let moment = now + TimeDelta::milliseconds(number);
        match taken_apart(file, order, &dictionaries, Some(&app.config), now) {
            Ok((hash, parts)) => {
                let taking = Taking { order, dictionaries: &dictionaries, run: &run, moment };
                seen.extend(Box::pin(keep(app, &taking, (&file.name, &hash), &parts)).await?);
            }
            Err(refused) => seen.push(*refused),
        }
    }
    let done = seen.iter().filter(|file| file.error.is_none()).count();
    let outcome = match (done == seen.len(), done) {
        (true, _) => RunOutcome::Complete,
        (false, 0) => RunOutcome::Failed,
        (false, _) => RunOutcome::Partial,
    };
    app.state.finish_run(&run, outcome, None, now).await?;
    Ok(seen)
}

/// Takes in the organisation's own values (`values/*.csv` of the configuration), each file the channel of its name.
pub(super) async fn import_values(
    app: &App,
    run: &str,
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) -> Result<Vec<HistoryImport>, PipelineError> {
    let mut done = Vec::new();
    for file in &app.config.values {
        let read = file.bytes().map_err(|error| files::unreadable(faults::io(&error))).and_then(|bytes| {
            let circumstances = Circumstances { zone: app.config.organisation.zone, ..Circumstances::at(now) };
            let parts = read(&file.name, &bytes, Dictionaries::builtin(), &circumstances);
            parts.map(|parts| (hash(&bytes), parts)).map_err(|error| error.told())
        });
        let (hash, parts) = match read {
            Ok(read) => read,
            Err(what) => {
                problems.push(action(&file.name, told::file_refused(what), told::mend_values()));
                continue;
            }
        };
        let order = ImportOrder::default();
        let taking = Taking { order: &order, dictionaries: Dictionaries::builtin(), run, moment: now };
        let seen = keep(app, &taking, (&file.name, &hash), &parts).await?;
        for seen in seen {
            if let Some(what) = seen.error.clone() {
                problems.push(action(&file.name, told::file_refused(what), told::mend_values()));
                continue;
            }
            for row in seen.skipped.iter().filter(|_| !seen.known) {
                problems.push(action(&file.name, told::row_skipped(row.row, row.reason.clone()), told::mend_values()));
            }
            let skipped = seen.skipped.len() as u64;
            done.push(HistoryImport { file: seen.file, known: seen.known, rows: seen.rows, new: seen.new, skipped });
        }
    }
    Ok(done)
}

fn found(order: &ImportOrder) -> (Vec<FoundFile>, Vec<FileSeen>) {
    let expanded = expand(&order.paths, Limits::default());
    let wanted = |name: &str| order.only.is_empty() || order.only.contains(name);
    let refused = expanded.faults.iter().filter(|(file, _)| wanted(file));
    let refused = refused.map(|(file, what)| FileSeen::refused(file, what.clone())).collect();
    (expanded.files.into_iter().filter(|file| wanted(&file.name)).collect(), refused)
}

/// The hash of a file and what stands in it.
fn taken_apart(
    file: &FoundFile,
    order: &ImportOrder,
    dictionaries: &Dictionaries,
    config: Option<&Config>,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Imported>), Box<FileSeen>> {
    let refused = |error| Box::new(FileSeen::refused(&file.name, error));
    let bytes = bytes_of(file).map_err(|error| refused(files::unreadable(faults::io(&error))))?;
    let demographics =
        |channel: &&Channel| channel.demographics && order.platform.is_none_or(|it| it == channel.platform);
    let circumstances = Circumstances {
        taken: order.taken,
        modified: file.modified,
        platform: order.platform,
        period: order.period,
        demographics: config.is_some_and(|config| config.channels.iter().any(|it| demographics(&it))),
        zone: config.map_or(chrono_tz::Europe::Stockholm, |config| config.organisation.zone),
        ..Circumstances::at(now)
    };
    match read(&file.name, &bytes, dictionaries, &circumstances) {
        Ok(parts) => Ok((hash(&bytes), parts)),
        Err(error) => Err(match plan(&file.name, &bytes, dictionaries, &circumstances) {
            Some(plan) => Box::new(plan),
            None => {
                Box::new(FileSeen { unmapped: matches!(error, ImportError::Unmapped(_)), ..*refused(error.told()) })
            }
        }),
    }
}

fn bytes_of(file: &FoundFile) -> std::io::Result<Vec<u8>> {
    file.bytes.clone().map_or_else(|| std::fs::read(&file.path), Ok)
}

/// The columns and first rows of a file that nobody has explained, by its name in the answer.
///
/// # Errors
/// When it is not there any more, or holds no table.
pub fn sketched(order: &ImportOrder, name: &str) -> Result<Sketch, PipelineError> {
    let (files, _) = found(&ImportOrder { only: BTreeSet::from([name.to_owned()]), ..order.clone() });
    let file = files.first().ok_or_else(|| PipelineError::unknown(faults::file_not_there(name)))?;
    let bytes = bytes_of(file).map_err(|error| PipelineError::file(&file.path, &error))?;
    sketch(&bytes).map_err(|error| PipelineError::unknown(error.told()))
}

/// A plan of posts is told as such: it holds no figures.
fn plan(name: &str, bytes: &[u8], dictionaries: &Dictionaries, circumstances: &Circumstances) -> Option<FileSeen> {
    let detected = detect(name, bytes, dictionaries).ok().filter(|detected| detected.plan)?;
    let seen = FileSeen { file: name.to_owned(), format: Some(detected.format), ..FileSeen::default() };
    Some(match read_plan(name, bytes, circumstances.zone) {
        Ok(plan) => {
            FileSeen { posts: plan.posts.len() as u64, skipped: plan.skipped, error: Some(files::plan_shown()), ..seen }
        }
        Err(error) => FileSeen { error: Some(error.told()), ..seen },
    })
}
