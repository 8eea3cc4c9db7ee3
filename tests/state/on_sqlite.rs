//! Every case on a file of its own, and what only files can do: be broken, be read-only, be locked.

use std::fs;
use std::path::Path;

use genomslag::state::{State, StateError};
use tempfile::TempDir;

use super::cases::every_case;

/// An empty database in a folder that goes with it. The folder below is not there yet.
struct EmptyFile {
    _folder: TempDir,
    url: String,
}

impl EmptyFile {
    fn url(&self) -> &str {
        &self.url
    }
}

async fn empty_file() -> EmptyFile {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/data/state.sqlite", folder.path().display());
    tokio::task::yield_now().await;
    EmptyFile { _folder: folder, url }
}

every_case!(empty_file);

#[tokio::test]
async fn killed_again_and_again_everything_goes_once_or_is_uncertain() {
    let empty = empty_file().await;
    Box::pin(super::killed::once_or_uncertain(empty.url())).await;
}

async fn refused(path: &Path) -> StateError {
    State::open(&format!("sqlite:{}", path.display()), None, None).await.unwrap_err()
}

#[tokio::test]
async fn a_file_that_is_no_database_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    fs::write(&path, "detta är ingen databas. ".repeat(100)).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, StateError::Damaged { .. }) && error.to_string().contains("restore"), "{error}");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
}

#[tokio::test]
async fn a_place_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    let error = refused(&folder.path().join("file/state.sqlite")).await;
    assert!(matches!(error, StateError::File { .. }), "{error}");
    fs::create_dir(folder.path().join("state.sqlite")).unwrap();
    let error = refused(&folder.path().join("state.sqlite")).await;
    assert!(matches!(error, StateError::File { .. }), "{error}");
}

#[tokio::test]
async fn what_is_committed_is_flushed_and_references_hold() {
    let empty = empty_file().await;
    let state = State::open(empty.url(), None, None).await.unwrap();
    let file = empty.url().strip_prefix("sqlite:").unwrap().to_owned();
    assert!(Path::new(&format!("{file}-wal")).exists(), "write-ahead log");
    let nobody = state.open_session("nobody", super::cases::at(1), super::cases::at(0)).await;
    assert!(nobody.is_err(), "a session of nobody");
    state.close().await;
    assert!(!Path::new(&format!("{file}-wal")).exists(), "closed properly, one file is all there is");
}
