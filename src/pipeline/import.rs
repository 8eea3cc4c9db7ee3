//! Export files into the store: what each is, which channel it belongs to, what it brought. Without a store it is a
//! preview.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;

use super::collect::version;
use super::history::HistoryImport;
use super::{App, PipelineError};
use crate::config::Config;
use crate::imports::{
    Circumstances, Dictionaries, FoundFile, Imported, LeftOut, Limits, Need, Skipped, Spoken, Stamp, detect, expand,
    hash, observations, posts, read, read_plan,
};
use crate::model::{Channel, ChannelId, Period, Platform, Problem, Value, told};
use crate::state::{ImportedFile, RunKind, RunOutcome};
use crate::store::Batch;
use crate::words::problems::action;

/// What is to be imported, and what is known about it.
#[derive(Debug, Clone, Default)]
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
}

/// What was found in a file about one account, and what became of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
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
    pub skipped: Vec<Skipped>,
    /// Columns that were left out, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// What else is worth knowing.
    pub notices: Vec<String>,
    /// Sums of what may be summed.
    pub totals: BTreeMap<String, Value>,
    /// What has to be told first.
    pub needs: Vec<Need>,
    /// Why it was not taken, and how to mend it.
    pub error: Option<String>,
    /// Whether the same bytes had been imported before: nothing was done.
    pub known: bool,
    /// Values that were not in the store.
    pub new: u64,
    /// Values that differ from what was in the store.
    pub restated: u64,
    /// Values that the store had already.
    pub unchanged: u64,
}

impl FileSeen {
    fn refused(file: &str, error: &(impl ToString + ?Sized)) -> Self {
        Self { file: file.to_owned(), error: Some(error.to_string()), ..Self::default() }
    }

    fn of(imported: &Imported, channel: Option<&Channel>) -> Self {
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

/// The dictionaries: the built-in ones and those of the folder, where there is one.
///
/// # Errors
/// When a file of the folder cannot be read.
pub fn dictionaries(folder: Option<&Path>) -> Result<Dictionaries, PipelineError> {
    let builtin = Dictionaries::builtin();
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else { return Ok(builtin.clone()) };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|error| PipelineError::file(folder, &error))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).map_err(|error| PipelineError::file(path, &error))?;
        texts.push((path.display().to_string(), text));
    }
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let hint = "correct the mapping file; the built-in ones show the form".to_owned();
    builtin.with(&texts).map_err(|error| PipelineError::Unknown { what: error.to_string(), hint })
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
    let dictionaries = dictionaries(order.dictionaries.as_deref())?;
    let (files, mut seen) = found(order);
    for file in &files {
        match taken_apart(file, order, &dictionaries, config, now) {
            Ok((_, parts)) => seen.extend(parts.iter().map(|imported| {
                let channel = config.and_then(|config| channel_of(config, imported, order, &[]).ok());
                FileSeen::of(imported, channel)
            })),
            Err(refused) => seen.push(*refused),
        }
    }
    Ok(seen)
}

/// Takes the files into the store. The same bytes twice do nothing; newer files restate what older ones said.
///
/// # Errors
/// When store or state cannot be used; a file that cannot be read is told in its result.
pub async fn import(app: &App, order: &ImportOrder, now: DateTime<Utc>) -> Result<Vec<FileSeen>, PipelineError> {
    let dictionaries = dictionaries(order.dictionaries.as_deref())?;
    let run = app.state.begin_run(RunKind::Import, now).await?.id;
    let (mut files, mut seen) = found(order);
    // Older downloads first, so that of two files that overlap the newer one's figures stand.
    files.sort_by(|one, other| (one.modified, &one.name).cmp(&(other.modified, &other.name)));
    for (number, file) in (0..).zip(&files) {
        // One run has one clock, but its files have an order.
        let moment = now + TimeDelta::milliseconds(number);
        match taken_apart(file, order, &dictionaries, Some(&app.config), now) {
            Ok((hash, parts)) => seen.extend(keep(app, order, &run, (&file.name, &hash), &parts, moment).await?),
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
        let read = file.bytes().map_err(|error| error.to_string()).and_then(|bytes| {
            let circumstances = Circumstances { zone: app.config.organisation.zone, ..Circumstances::at(now) };
            let parts = read(&file.name, &bytes, Dictionaries::builtin(), &circumstances);
            parts.map(|parts| (hash(&bytes), parts)).map_err(|error| error.to_string())
        });
        let (hash, parts) = match read {
            Ok(read) => read,
            Err(what) => {
                problems.push(action(&file.name, told::file_refused(what), told::mend_values()));
                continue;
            }
        };
        let seen = keep(app, &ImportOrder::default(), run, (&file.name, &hash), &parts, now).await?;
        for seen in seen {
            if let Some(what) = &seen.error {
                problems.push(action(&file.name, told::file_refused(what), told::mend_values()));
                continue;
            }
            for row in seen.skipped.iter().filter(|_| !seen.known) {
                problems.push(action(&file.name, told::row_skipped(row.row, &row.reason), told::mend_values()));
            }
            let skipped = seen.skipped.len() as u64;
            done.push(HistoryImport { file: seen.file, known: seen.known, rows: seen.rows, new: seen.new, skipped });
        }
    }
    Ok(done)
}

fn found(order: &ImportOrder) -> (Vec<FoundFile>, Vec<FileSeen>) {
    let expanded = expand(&order.paths, Limits::default());
    let refused = expanded.faults.iter().map(|(file, what)| FileSeen::refused(file, what)).collect();
    (expanded.files, refused)
}

/// The hash of a file and what stands in it.
fn taken_apart(
    file: &FoundFile,
    order: &ImportOrder,
    dictionaries: &Dictionaries,
    config: Option<&Config>,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Imported>), Box<FileSeen>> {
    let refused = |error: &dyn std::fmt::Display| Box::new(FileSeen::refused(&file.name, error));
    let bytes = match &file.bytes {
        Some(bytes) => bytes.clone(),
        None => std::fs::read(&file.path).map_err(|error| refused(&error))?,
    };
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
            None => refused(&error),
        }),
    }
}

/// A plan of posts is told as such: it holds no figures.
fn plan(name: &str, bytes: &[u8], dictionaries: &Dictionaries, circumstances: &Circumstances) -> Option<FileSeen> {
    let detected = detect(name, bytes, dictionaries).ok().filter(|detected| detected.plan)?;
    let seen = FileSeen { file: name.to_owned(), format: Some(detected.format), ..FileSeen::default() };
    Some(match read_plan(name, bytes, circumstances.zone) {
        Ok(plan) => FileSeen {
            posts: plan.posts.len() as u64,
            skipped: plan.skipped,
            error: Some("a plan of posts, not figures: show it with `genomslag plan`".to_owned()),
            ..seen
        },
        Err(error) => FileSeen { error: Some(error.to_string()), ..seen },
    })
}

async fn keep(
    app: &App,
    order: &ImportOrder,
    run: &str,
    (name, hash): (&str, &str),
    parts: &[Imported],
    moment: DateTime<Utc>,
) -> Result<Vec<FileSeen>, PipelineError> {
    let known = app.state.import(hash).await?.is_some();
    let before = app.state.imports().await?;
    let (mut seen, mut channels) = (Vec::new(), Vec::new());
    for imported in parts {
        let channel = match channel_of(&app.config, imported, order, &before) {
            Ok(channel) => channel,
            Err(what) => {
                seen.push(FileSeen { error: Some(what), ..FileSeen::of(imported, None) });
                continue;
            }
        };
        let mut file = FileSeen { known, ..FileSeen::of(imported, Some(channel)) };
        if let Some(need) = imported.needs.first() {
            file.error = Some(asked(*need).to_owned());
        } else if !known {
            let stamp = Stamp { organisation: &app.config.organisation.id, channel, seen: moment, hash, run };
            let (observations, posts) = (observations(imported, &stamp), posts(imported, &stamp));
            let application = format!("import/{}", channel.id);
            let version = version(app, &application, run, moment).await?;
            let batch = Batch { observations: &observations, posts: &posts, application: &application, version };
            let appended = app.store.append(batch).await?;
            app.state.confirm_version(&application, version, moment).await?;
            (file.new, file.restated, file.unchanged) = (appended.new, appended.restated, appended.unchanged);
            channels.push(channel.id.clone());
        }
        seen.push(file);
    }
    // Only a file that was taken whole is known the next time.
    if !known && seen.iter().all(|file| file.error.is_none()) {
        let entry = ImportedFile {
            hash: hash.to_owned(),
            name: name.to_owned(),
            channel: channels.first().filter(|first| channels.iter().all(|other| other == *first)).cloned(),
            format: parts.first().map(|part| part.format.clone()).unwrap_or_default(),
            imported_at: moment,
            rows: seen.iter().map(|file| file.rows).sum(),
            skipped: seen.iter().map(|file| file.skipped.len() as u64).sum(),
            run: run.to_owned(),
        };
        app.state.keep_import(&entry).await?;
    }
    Ok(seen)
}

fn asked(need: Need) -> &'static str {
    match need {
        Need::Platform => "the file does not say which platform it is about: tell with `--platform`",
        Need::Period => {
            "the file does not say which days it covers: import the archive as downloaded, or tell with `--period`"
        }
    }
}

/// The channel of what a file says: the account's; else the one that was told; else the only one of the platform; else
/// the one that the same page's file went to before.
fn channel_of<'a>(
    config: &'a Config,
    imported: &Imported,
    order: &ImportOrder,
    before: &[ImportedFile],
) -> Result<&'a Channel, String> {
    let here: Vec<&Channel> = config.channels.iter().filter(|channel| channel.platform == imported.platform).collect();
    let account = imported.account.as_deref();
    if let Some(channel) = here.iter().find(|channel| Some(channel.account.as_str()) == account) {
        return Ok(channel);
    }
    let names: Vec<&str> = here.iter().map(|channel| channel.id.as_str()).collect();
    let title = imported.platform.title();
    if let Some(told) = &order.channel {
        let found = here.iter().find(|channel| &channel.id == told).copied();
        return found.ok_or_else(|| format!("`{told}` is no channel on {title}; there are: {}", names.join(", ")));
    }
    match (here.as_slice(), account) {
        ([], _) => Err(format!("no channel on {title} is configured: add a `[[channel]]` with the account")),
        ([only], None) => Ok(only),
        (_, Some(account)) => Err(format!(
            "the file is about the account `{account}`, which is no configured channel's; tell with `--channel` which of {} it is",
            names.join(", ")
        )),
        (_, None) => {
            let last =
                before.iter().find(|file| file.channel.is_some() && page_of(&file.name) == page_of(&imported.file));
            let known = last.filter(|_| page_of(&imported.file).is_some()).and_then(|file| file.channel.as_ref());
            known
                .and_then(|id| here.iter().find(|channel| &channel.id == id).copied())
                .ok_or_else(|| format!("tell with `--channel` which of {} the file is about", names.join(", ")))
        }
    }
}

/// The page in the name of `LinkedIn`'s files (`<page>_content_<number>.xls`): what a file's channel is remembered by.
fn page_of(name: &str) -> Option<&str> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    ["_content_", "_followers_", "_visitors_", "_updates_"]
        .iter()
        .find_map(|part| name.split_once(part))
        .map(|(page, _)| page)
}
