//! The archive of exactly what was sent: one folder per report, its files named with their hashes in `manifest.json`,
//! which is written last. A folder without it was never finished, and nothing was sent from it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::folder::{self, FolderError};
use crate::model::told::{Told, faults};

/// The name of the list.
const MANIFEST: &str = "manifest.json";

/// The folder of the mails.
pub const MAILS: &str = "mail";

/// A file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// Its name within the folder.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Who approved a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an archive says of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The report's id.
    pub report: String,
    /// The report in the configuration.
    pub spec: String,
    /// The hash of its content.
    pub hash: String,
    /// The period, `2026-W46`.
    pub period: String,
    /// Whether it is a draft, not for readers.
    pub draft: bool,
    /// Whether it was made before its figures were complete.
    pub preliminary: bool,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// What was known then: the same report can be made again from the store as known at this time.
    pub known_at: DateTime<Utc>,
    /// SHA-256 over the configuration.
    pub configuration: String,
    /// The version of the program.
    pub program: String,
    /// The retention class and the decision behind it.
    pub retention: Option<String>,
    /// The case number.
    pub case_no: Option<String>,
    /// The instant that it answers.
    pub instant: DateTime<Utc>,
    /// Who approved it, where somebody was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// The files.
    pub files: Vec<ArchivedFile>,
}

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file could not be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A file could not be read.
    #[error("{path} could not be read: {source}")]
    Unreadable {
        /// Which.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// The folder is not a finished archive.
    #[error("{path} is no finished archive: {why}")]
    Unfinished {
        /// Which.
        path: String,
        /// Why.
        why: String,
    },
    /// A file is not what was archived.
    #[error("{path} is not what was archived: its hash differs")]
    Changed {
        /// Which.
        path: String,
    },
}

impl ArchiveError {
    /// The same in no language yet.
    pub fn told(&self) -> Told {
        match self {
            Self::Folder(error) => faults::fault_said(error.to_string()),
            Self::Unreadable { path, source } => faults::archive_unreadable(path, faults::io(source)),
            Self::Unfinished { path, why } => faults::archive_unfinished(path, why),
            Self::Changed { path } => faults::archive_changed(path),
        }
    }
}

/// Writes the files, then the list of them.
///
/// # Errors
/// When the disk or the rights do not allow it.
pub fn write(place: &Path, mut manifest: Manifest, files: &[(String, Vec<u8>)]) -> Result<Manifest, ArchiveError> {
    manifest.files.clear();
    for (name, bytes) in files {
        folder::write(place, name, bytes)?;
        manifest.files.push(described(name, bytes));
    }
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| ArchiveError::Unfinished { path: place.display().to_string(), why: error.to_string() })?;
    folder::write(place, MANIFEST, &text)?;
    Ok(manifest)
}

/// Copies an archive to another place, each file checked against its hash on the way, mails included; the list of the new
/// one is the given one with the files of the old. What was copied is to the byte what lay there.
///
/// # Errors
/// When a file is not what was archived, or the disk or the rights do not allow it.
pub fn copy(from: &Path, to: &Path, list: Manifest) -> Result<Manifest, ArchiveError> {
    let files = manifest(from)?.files;
    for file in &files {
        folder::write(to, &file.name, &read(from, &file.name)?)?;
    }
    if let Ok(mails) = fs::read_dir(from.join(MAILS)) {
        for mail in mails.flatten() {
            let name = format!("{MAILS}/{}", mail.file_name().to_string_lossy());
            folder::write(to, &name, &read_file(&from.join(&name))?)?;
        }
    }
    let list = Manifest { files, ..list };
    let text = serde_json::to_vec_pretty(&list)
        .map_err(|error| ArchiveError::Unfinished { path: to.display().to_string(), why: error.to_string() })?;
    folder::write(to, MANIFEST, &text)?;
    Ok(list)
}

/// Adds a file that was sent later than the list was written: a mail, beside its own hash.
///
/// # Errors
/// When the disk or the rights do not allow it.
pub fn add(place: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, ArchiveError> {
    let path = folder::write(place, name, bytes)?;
    folder::write(place, &format!("{name}.sha256"), format!("{}\n", described(name, bytes).sha256).as_bytes())?;
    Ok(path)
}

/// What the archive says of its report.
///
/// # Errors
/// When it was never finished, or cannot be read.
pub fn manifest(place: &Path) -> Result<Manifest, ArchiveError> {
    let text = read_file(&place.join(MANIFEST))?;
    serde_json::from_slice(&text).map_err(|error| ArchiveError::Unfinished {
        path: place.display().to_string(),
        why: format!("{MANIFEST} cannot be read ({error})"),
    })
}

/// A file of the archive, checked against its hash.
///
/// # Errors
/// When it is not there, or is not what was archived.
pub fn read(place: &Path, name: &str) -> Result<Vec<u8>, ArchiveError> {
    let path = place.join(name);
    let bytes = read_file(&path)?;
    let beside = place.join(format!("{name}.sha256"));
    let expected = if beside.exists() {
        Some(String::from_utf8_lossy(&read_file(&beside)?).trim().to_owned())
    } else {
        manifest(place)?.files.into_iter().find(|file| file.name == name).map(|file| file.sha256)
    };
    if expected.is_some_and(|expected| expected == described(name, &bytes).sha256) {
        Ok(bytes)
    } else {
        Err(ArchiveError::Changed { path: path.display().to_string() })
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    fs::read(path).map_err(|source| ArchiveError::Unreadable { path: path.display().to_string(), source })
}

fn described(name: &str, bytes: &[u8]) -> ArchivedFile {
    ArchivedFile { name: name.to_owned(), bytes: bytes.len() as u64, sha256: hex::encode(Sha256::digest(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        let at = "2026-11-18T06:00:00Z".parse().expect("an instant");
        Manifest {
            report: "weekly-2026-W46-sv-3f9a1c2b".to_owned(),
            spec: "vecka".to_owned(),
            hash: "3f9a".to_owned(),
            period: "2026-W46".to_owned(),
            draft: false,
            preliminary: false,
            made: at,
            known_at: at,
            configuration: "aa".to_owned(),
            program: "0.1.0".to_owned(),
            retention: None,
            case_no: None,
            instant: at,
            approved: None,
            files: Vec::new(),
        }
    }

    #[test]
    fn what_was_archived_is_read_back_and_a_change_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = vec![("report.pdf".to_owned(), b"abc".to_vec())];
        let written = write(folder.path(), sample(), &files).expect("written");
        // FIPS 180-2, appendix B.1.
        assert_eq!(written.files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(manifest(folder.path()).expect("read"), written);
        assert_eq!(read(folder.path(), "report.pdf").expect("read"), b"abc");
        add(folder.path(), "mail/1.eml", b"hej").expect("written");
        assert_eq!(read(folder.path(), "mail/1.eml").expect("read"), b"hej");
        fs::write(folder.path().join("report.pdf"), b"abd").expect("written");
        assert!(matches!(read(folder.path(), "report.pdf"), Err(ArchiveError::Changed { .. })));
        fs::write(folder.path().join("mail/1.eml"), b"hejd").expect("written");
        assert!(matches!(read(folder.path(), "mail/1.eml"), Err(ArchiveError::Changed { .. })));
    }

    #[test]
    fn a_copy_is_the_same_to_the_byte_and_never_of_what_was_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (draft, sent) = (folder.path().join("drafts/1"), folder.path().join("2026/1"));
        let list = Manifest { draft: true, ..sample() };
        write(&draft, list.clone(), &[("report.pdf".to_owned(), b"abc".to_vec())]).expect("written");
        add(&draft, "mail/1.eml", b"hej").expect("written");
        let copied = copy(&draft, &sent, Manifest { draft: false, ..list }).expect("copied");
        assert_eq!((copied.draft, copied.files.len()), (false, 1));
        assert_eq!(manifest(&sent).expect("read"), copied);
        assert_eq!(read(&sent, "report.pdf").expect("read"), b"abc");
        assert_eq!(read(&sent, "mail/1.eml").expect("read"), b"hej");
        fs::write(draft.join("report.pdf"), b"abd").expect("written");
        let other = folder.path().join("2026/2");
        assert!(matches!(copy(&draft, &other, sample()), Err(ArchiveError::Changed { .. })));
        assert!(manifest(&other).is_err(), "no list, no archive");
    }

    #[test]
    fn a_folder_without_its_list_is_no_archive() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("report.pdf"), b"abc").expect("written");
        assert!(manifest(folder.path()).is_err());
        assert!(read(folder.path(), "report.pdf").is_err());
    }
}
