//! Files for people who prefer files: written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{path} could not be written: {source}")]
pub struct FolderError {
    path: String,
    source: io::Error,
}

/// Writes a file whole or not at all: beside it first, flushed, then renamed over it. Makes the folder if need be.
///
/// # Errors
/// When the disk or the rights do not allow it.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, FolderError> {
    let path = folder.join(name);
    let attempt = || -> io::Result<()> {
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let beside = path.with_extension(format!("{}.part", path.extension().unwrap_or_default().to_string_lossy()));
        let mut file = fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    };
    attempt().map_err(|source| FolderError { path: path.display().to_string(), source })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_replaces_the_one_before_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "a/report.pdf", b"one").expect("written");
        let path = write(folder.path(), "a/report.pdf", b"two").expect("written");
        assert_eq!(fs::read(path).expect("read"), b"two");
        assert_eq!(fs::read_dir(folder.path().join("a")).expect("a folder").count(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("taken"), b"").expect("written");
        let error = write(&folder.path().join("taken"), "report.pdf", b"one").expect_err("refused");
        assert!(error.to_string().contains("report.pdf"), "{error}");
    }
}
