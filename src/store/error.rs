//! What can go wrong with the store.

use std::path::PathBuf;

use deltalake_core::DeltaTableError;
use polars::error::PolarsError;

use crate::model::told::{Told, faults};

/// What can go wrong, one variant per thing that the caller does differently.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be used.
    #[error("the store's folder {path} cannot be used: {source}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder holds a table that is not ours, or of another make.
    #[error("{path} holds a table that this version cannot read: {what}", path = path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// What is different.
        what: String,
    },
    /// Somebody else rewrote the same files at the same time: nothing was changed, try again later.
    #[error("another process is rewriting the store of {organisation}; nothing was changed")]
    Racing {
        /// Whose part.
        organisation: String,
    },
    /// What was handed in does not belong here.
    #[error("this does not belong in the store: {0}")]
    Wrong(String),
    /// The log cannot be read or written.
    #[error("the store's log cannot be read or written: {0}")]
    Log(#[source] Box<DeltaTableError>),
    /// The data files cannot be read or written.
    #[error("the store's files cannot be read or written: {0}")]
    Data(#[from] PolarsError),
    /// The program stopped in the midst of a question.
    #[error("the question was broken off: {0}")]
    BrokenOff(String),
}

impl From<DeltaTableError> for StoreError {
    fn from(error: DeltaTableError) -> Self {
        Self::Log(Box::new(error))
    }
}

impl StoreError {
    /// The same in no language yet.
    pub fn told(&self) -> Told {
        match self {
            Self::Folder { path, source } => faults::store_folder(path.display().to_string(), faults::io(source)),
            Self::Foreign { path, what } => faults::store_foreign(path.display().to_string(), what),
            Self::Racing { .. } => faults::store_racing(),
            Self::Log(error) => faults::store_fault(error.to_string()),
            Self::Data(error) => faults::store_fault(error.to_string()),
            Self::Wrong(why) | Self::BrokenOff(why) => faults::store_fault(why),
        }
    }
}
