//! Files, folders and zip archives become a list of files, within limits: an archive can claim to hold anything.

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::ImportError;
use crate::model::told::{Told, faults, files as told};

/// How much is unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in all.
    pub files: usize,
    /// Bytes of one file.
    pub bytes: u64,
    /// Bytes of one archive's files together.
    pub archive_bytes: u64,
    /// Unpacked bytes per packed byte, above the first megabyte.
    pub ratio: u64,
    /// Folders within folders.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: 10_000, bytes: 1 << 30, archive_bytes: 2 << 30, ratio: 200, depth: 16 }
    }
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Its name for people: the path, within an archive after the archive's.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its bytes, where they came out of an archive.
    pub bytes: Option<Vec<u8>>,
    /// When it was last changed, as far as known: about when it was downloaded.
    pub modified: Option<DateTime<Utc>>,
}

/// What was found, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// The files, by name.
    pub files: Vec<FoundFile>,
    /// What could not be opened, each with the reason.
    pub faults: Vec<(String, Told)>,
}

/// The files of paths, folders and archives, in the order of their names.
pub fn expand(paths: &[PathBuf], limits: Limits) -> Expanded {
    let mut expanded = Expanded::default();
    for path in paths {
        walk(path, limits, 0, &mut expanded);
    }
    expanded
}

fn walk(path: &Path, limits: Limits, depth: usize, expanded: &mut Expanded) {
    let name = path.display().to_string();
    let fault = |expanded: &mut Expanded, what: Told| expanded.faults.push((name.clone(), what));
    let facts = match std::fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) => return fault(expanded, told::unreadable(faults::io(&error))),
    };
    if facts.is_dir() {
        if depth >= limits.depth {
            return fault(expanded, told::folders_deep());
        }
        let mut inner: Vec<PathBuf> = match std::fs::read_dir(path) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(error) => return fault(expanded, told::unreadable(faults::io(&error))),
        };
        inner.sort();
        let hidden =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~']));
        for path in inner.iter().filter(|path| !hidden(path)) {
            walk(path, limits, depth + 1, expanded);
        }
        return;
    }
    if expanded.files.len() >= limits.files {
        return fault(expanded, told::files_many(limits.files));
    }
    if facts.len() > limits.bytes {
        return fault(expanded, told::file_large());
    }
    let modified = facts.modified().ok().map(DateTime::<Utc>::from);
    match archive(path) {
        Some(Ok(bytes)) => match expand_zip(&name, &bytes, limits) {
            Ok(inner) => {
                expanded.files.extend(inner.into_iter().map(|file| FoundFile { path: path.to_owned(), ..file }));
            }
            Err(error) => fault(expanded, error.told()),
        },
        Some(Err(error)) => fault(expanded, told::unreadable(faults::io(&error))),
        None => expanded.files.push(FoundFile { name, path: path.to_owned(), bytes: None, modified }),
    }
}

/// The bytes of a file that is an archive and no workbook.
fn archive(path: &Path) -> Option<std::io::Result<Vec<u8>>> {
    let mut start = [0_u8; 4];
    let begins = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    if begins.is_err() || &start != b"PK\x03\x04" {
        return None;
    }
    let bytes = std::fs::read(path);
    match bytes {
        Ok(bytes) if is_workbook(&bytes) => None,
        other => Some(other),
    }
}

fn is_workbook(bytes: &[u8]) -> bool {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let parts = ["mimetype", "[Content_Types].xml"];
    archive.file_names().flatten().any(|name| name.starts_with("xl/") || parts.contains(&name.as_ref()))
}

/// The files of an archive, by name.
///
/// # Errors
/// When it is broken, or holds more than the limits allow.
pub fn expand_zip(name: &str, bytes: &[u8], limits: Limits) -> Result<Vec<FoundFile>, ImportError> {
    let broken =
        |error: &dyn std::fmt::Display| ImportError::Ruined { line: 0, what: told::archive_broken(error.to_string()) };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > limits.files {
        return Err(ImportError::TooLarge(told::archive_many(name, archive.len())));
    }
    let most = limits.archive_bytes.min((bytes.len() as u64).saturating_mul(limits.ratio).max(1 << 20));
    let (mut files, mut unpacked) = (Vec::new(), 0_u64);
    for number in 0..archive.len() {
        let entry = archive.by_index(number).map_err(|error| broken(&error))?;
        let inner = entry.name().map_err(|error| broken(&error))?.into_owned();
        let clutter =
            inner.starts_with("__MACOSX/") || inner.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        if entry.is_dir() || clutter {
            continue;
        }
        let modified = entry.last_modified().and_then(moment);
        let left = most.saturating_sub(unpacked).min(limits.bytes);
        let mut content = Vec::new();
        entry.take(left + 1).read_to_end(&mut content).map_err(|error| broken(&error))?;
        if content.len() as u64 > left {
            return Err(ImportError::TooLarge(told::archive_large(name)));
        }
        unpacked += content.len() as u64;
        let name = format!("{name}/{inner}");
        files.push(FoundFile { path: PathBuf::from(&name), name, bytes: Some(content), modified });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn moment(date: zip::DateTime) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(i32::from(date.year()), u32::from(date.month()), u32::from(date.day()))?;
    let time = day.and_hms_opt(u32::from(date.hour()), u32::from(date.minute()), u32::from(date.second().min(59)))?;
    Some(time.and_utc())
}
