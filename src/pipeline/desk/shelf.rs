//! The shelf: every report that was made, where it went, and its files. A file is only ever given out when the report's own
//! list names it.

use std::path::{Path, PathBuf};

use crate::delivery::archive;
use crate::pipeline::deliver::place_of;
use crate::pipeline::{App, PipelineError, computing};
use crate::state::{Delivery, DeliveryFilter, DraftApproval, ReportEntry, ReportFilter, StateError};

/// The largest number of files that a report can have: some pages, charts and tables each.
const MOST_FILES: usize = 2_000;

/// A report with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelved {
    /// What is known of it.
    pub entry: ReportEntry,
    /// Its rows of the ledger, newest first.
    pub deliveries: Vec<Delivery>,
    /// Where the question to its owner stands, for drafts.
    pub approval: Option<DraftApproval>,
    /// Whether it lies in the archive, from where it can be sent.
    pub archived: bool,
}

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Its name within the report's folder, with `/` between.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
}

/// Every report, newest first, without drafts that were made for approval unless they are asked for.
///
/// # Errors
/// When the state cannot be read.
pub async fn shelf(app: &App, drafts: bool) -> Result<Vec<Shelved>, PipelineError> {
    let filter = ReportFilter { draft: (!drafts).then_some(false), ..ReportFilter::default() };
    let entries = app.state.reports(&filter).await?;
    let deliveries = app.state.deliveries(&DeliveryFilter::default()).await?;
    let mut shelf = Vec::with_capacity(entries.len());
    for entry in entries {
        let own = deliveries.iter().filter(|delivery| delivery.report == entry.id).cloned().collect();
        let approval = if entry.draft { app.state.approval(&entry.id).await? } else { None };
        // Whether it can be sent is only looked at on its own page: that asks the disk.
        shelf.push(Shelved { entry, deliveries: own, approval, archived: false });
    }
    Ok(shelf)
}

/// The report of exactly this id, with its files in the order of their names.
///
/// # Errors
/// When the state cannot be read.
pub async fn shelved(app: &App, id: &str) -> Result<Option<(Shelved, Vec<ReportFile>)>, PipelineError> {
    let Some(entry) = exactly(app, id).await? else { return Ok(None) };
    let filter = DeliveryFilter { report: Some(entry.id.clone()), ..DeliveryFilter::default() };
    let deliveries = app.state.deliveries(&filter).await?;
    let approval = app.state.approval(&entry.id).await?;
    let place = place_of(app, &entry);
    let (files, archived) = computing(move || listed(&place)).await?;
    Ok(Some((Shelved { entry, deliveries, approval, archived }, files)))
}

/// A file of the report, if the report's list names it; from the archive it is checked against its hash.
///
/// # Errors
/// When the state or the file cannot be read, or the file is not what was archived.
pub async fn report_file(app: &App, id: &str, name: &str) -> Result<Option<Vec<u8>>, PipelineError> {
    let Some(entry) = exactly(app, id).await? else { return Ok(None) };
    let (place, name) = (place_of(app, &entry), name.to_owned());
    computing(move || {
        let (files, archived) = listed(&place);
        if !files.iter().any(|file| file.name == name) {
            return Ok(None);
        }
        if archived {
            return Ok(Some(archive::read(&place, &name)?));
        }
        let path = place.join(&name);
        std::fs::read(&path).map(Some).map_err(|error| PipelineError::file(&path, &error))
    })
    .await?
}

/// The report whose id is exactly this: the beginning of an id, which commands take, is none.
async fn exactly(app: &App, id: &str) -> Result<Option<ReportEntry>, PipelineError> {
    match app.state.report(id).await {
        Ok(found) => Ok(found.filter(|entry| entry.id == id)),
        Err(StateError::Ambiguous { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The files of a report, and whether they are archived. Reports that a command wrote into a folder have no list of their
/// own: there the folder is the list, two levels deep, links and hidden files left out.
fn listed(place: &Path) -> (Vec<ReportFile>, bool) {
    if let Ok(manifest) = archive::manifest(place) {
        let safe = manifest.files.into_iter().filter(|file| is_plain(&file.name));
        let mut files: Vec<ReportFile> = safe.map(|file| ReportFile { name: file.name, bytes: file.bytes }).collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        return (files, true);
    }
    let mut files = Vec::new();
    look_into(place, "", 0, &mut files);
    files.sort_by(|one, other| one.name.cmp(&other.name));
    (files, false)
}

fn look_into(folder: &Path, before: &str, depth: usize, files: &mut Vec<ReportFile>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') || kind.is_symlink() || files.len() >= MOST_FILES {
            continue;
        }
        if kind.is_dir() && depth == 0 && ["charts", "tables"].contains(&name.as_str()) {
            look_into(&entry.path(), &format!("{name}/"), depth + 1, files);
        } else if kind.is_file() {
            let bytes = entry.metadata().map_or(0, |facts| facts.len());
            files.push(ReportFile { name: format!("{before}{name}"), bytes });
        }
    }
}

/// Whether a name stays within its folder.
fn is_plain(name: &str) -> bool {
    let path = PathBuf::from(name);
    !name.contains('\\') && path.components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_stay_in_the_folder_are_plain() {
        assert!(is_plain("report.pdf") && is_plain("tables/goals.csv"));
        for wrong in ["../state.sqlite", "/etc/passwd", "tables/../../x", "..\\x", "./x"] {
            assert!(!is_plain(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_folder_without_a_list_gives_its_own_files_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("report");
        for name in ["report.pdf", "tables/a.csv", ".hidden", "other/secret.txt"] {
            crate::delivery::folder::write(&place, name, b"x").expect("written");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", place.join("link.txt")).expect("a link");
        let (files, archived) = listed(&place);
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!((names, archived), (vec!["report.pdf", "tables/a.csv"], false));
    }
}
