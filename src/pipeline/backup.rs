//! Backups: a folder with the state, the store and the archive, taken while everything runs. The state first: a store that
//! is newer than its state is what a killed run leaves too, and the next run mends it.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{App, Environment, PipelineError, computing, resolved};
use crate::config::Config;
use crate::model::told::faults;
use crate::state::State;

/// The list that is written last: a folder without it is no backup.
const LIST: &str = "backup.json";
const STORE: &str = "store";
const ARCHIVE: &str = "archive";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// The organisation.
    pub organisation: String,
    /// When it was taken.
    pub taken: DateTime<Utc>,
    /// The program that took it.
    pub program: String,
    /// The file of the state.
    pub state: String,
    /// Files of the store.
    pub store_files: u64,
    /// Files of the archive.
    pub archive_files: u64,
    /// Bytes in all.
    pub bytes: u64,
}

/// Takes a backup into a new folder below `out`; the folder, and what is in it.
///
/// # Errors
/// When something cannot be read or written; an unfinished folder has no list and is no backup.
pub async fn backup(app: &App, out: &Path, now: DateTime<Utc>) -> Result<(PathBuf, Backup), PipelineError> {
    let organisation = app.config.organisation.id.to_string();
    let place = out.join(format!("genomslag-{organisation}-{}", now.format("%Y%m%dT%H%M%SZ")));
    fs::create_dir_all(out).map_err(|error| PipelineError::file(out, &error))?;
    fs::create_dir(&place).map_err(|error| PipelineError::file(&place, &error))?;
    let name = if app.config.state.url.starts_with("sqlite:") { "state.sqlite" } else { "state.jsonl" };
    app.state.backup_to(&place.join(name)).await?;
    let (data, archive, to) = (app.config.data.clone(), app.config.places.archive.clone(), place.clone());
    let copied = computing(move || -> Result<(Copied, Copied), PipelineError> {
        let mut store = Copied::default();
        for table in tables(&data, &archive)? {
            store.table(&table, &to.join(STORE).join(table.file_name().unwrap_or_default()))?;
        }
        let mut kept = Copied::default();
        if archive.exists() {
            kept.folder(&archive, &to.join(ARCHIVE), &|_| true)?;
        }
        Ok((store, kept))
    });
    let (store, archive) = copied.await??;
    let list = Backup {
        organisation,
        taken: now,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        state: name.to_owned(),
        store_files: store.files,
        archive_files: archive.files,
        bytes: store.bytes + archive.bytes + fs::metadata(place.join(name)).map_or(0, |it| it.len()),
    };
    let text = serde_json::to_vec_pretty(&list).unwrap_or_default();
    super::write_file(&place, LIST, &text)?;
    Ok((place, list))
}

/// Puts a backup back where the configuration says that everything is kept. Nothing may be there yet.
///
/// # Errors
/// When it is no whole backup, is another organisation's, or something is there already.
pub async fn restore(config: &Config, environment: &Environment, from: &Path) -> Result<Backup, PipelineError> {
    let text = fs::read(from.join(LIST)).map_err(|error| PipelineError::file(&from.join(LIST), &error))?;
    let list: Backup = serde_json::from_slice(&text).map_err(|error| PipelineError::File {
        path: from.join(LIST).display().to_string(),
        why: faults::fault_said(error.to_string()),
    })?;
    if list.organisation != config.organisation.id.as_str() {
        let what = faults::backup_of_other(&list.organisation, config.organisation.id.as_str());
        return Err(PipelineError::hinted(what, faults::mend_backup_configuration()));
    }
    for there in tables(&config.data, &config.places.archive)?.into_iter().chain([config.places.archive.clone()]) {
        if there.exists() {
            let what = faults::something_at(there.display().to_string());
            return Err(PipelineError::hinted(what, faults::mend_move_away()));
        }
    }
    let password = resolved(faults::secret_state(), config.state.password.as_ref(), environment)?;
    let key = resolved(faults::secret_key(), config.key.as_ref(), environment)?;
    let state = from.join(&list.state);
    State::restore_from(&config.state.url, password.as_ref(), key.as_ref(), &state).await?.close().await;
    let (data, archive, from) = (config.data.clone(), config.places.archive.clone(), from.to_owned());
    computing(move || -> Result<(), PipelineError> {
        let mut copied = Copied::default();
        if from.join(STORE).exists() {
            copied.folder(&from.join(STORE), &data, &|_| true)?;
        }
        if from.join(ARCHIVE).exists() {
            copied.folder(&from.join(ARCHIVE), &archive, &|_| true)?;
        }
        Ok(())
    })
    .await??;
    Ok(list)
}

/// The folders of the store: every folder in the data folder that is a Delta table or holds one.
fn tables(data: &Path, archive: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(PipelineError::file(data, &error)),
    };
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut tables: Vec<PathBuf> = folders.filter(|path| path != archive && path.join(LOG).is_dir()).collect();
    tables.sort();
    Ok(tables)
}

/// The folder of a table's log.
const LOG: &str = "_delta_log";

/// What was copied.
#[derive(Debug, Default)]
struct Copied {
    files: u64,
    bytes: u64,
}

impl Copied {
    /// A table while others write: its log first, so that every file which the copied log names is there when it is
    /// copied afterwards. Files are never changed, and a vacuum leaves what is younger than a day.
    fn table(&mut self, from: &Path, to: &Path) -> Result<(), PipelineError> {
        self.folder(&from.join(LOG), &to.join(LOG), &|path| {
            path.extension().is_some_and(|ending| ending == "json" || ending == "parquet" || ending == "crc")
                || path.file_name().is_some_and(|name| name == "_last_checkpoint")
        })?;
        self.folder(from, to, &|path| path.file_name().is_none_or(|name| name != LOG))
    }

    /// A folder and all below it that is wanted. What vanishes meanwhile was a file being written beside another.
    fn folder(&mut self, from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<(), PipelineError> {
        fs::create_dir_all(to).map_err(|error| PipelineError::file(to, &error))?;
        for entry in fs::read_dir(from).map_err(|error| PipelineError::file(from, &error))? {
            let path = entry.map_err(|error| PipelineError::file(from, &error))?.path();
            if !wanted(&path) {
                continue;
            }
            let target = to.join(path.file_name().unwrap_or_default());
            if path.is_dir() {
                self.folder(&path, &target, wanted)?;
                continue;
            }
            match fs::copy(&path, &target) {
                Ok(bytes) => {
                    self.files += 1;
                    self.bytes += bytes;
                    let written = fs::File::open(&target).and_then(|file| file.sync_all());
                    written.map_err(|error| PipelineError::file(&target, &error))?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(PipelineError::file(&path, &error)),
            }
        }
        Ok(())
    }
}
