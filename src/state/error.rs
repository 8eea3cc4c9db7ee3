//! What can go wrong with the state, in plain words: what, where, how to mend it. Never a password, never a secret.

use std::path::PathBuf;

/// What can go wrong, one variant per thing that the caller does differently.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The address is none.
    #[error(
        "`{url}` is no place for the state; write `sqlite:path/to/state.sqlite` or `postgres://user@host/database` (the password stands in `state_password`)"
    )]
    Url {
        /// The address, without its password.
        url: String,
    },
    /// The file or its folder cannot be used.
    #[error("the file {path} cannot be used: {why}; check that the folder exists and may be written", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The server does not answer, or hung up: try again later.
    #[error(
        "{place} cannot be reached: {why}; check that the server runs and that name, port, user and password are right"
    )]
    Unreachable {
        /// Which database.
        place: String,
        /// What the system says.
        why: String,
    },
    /// Another process holds the lock for too long: try again.
    #[error("{place} is busy: {why}; try again, and look for a process that hangs")]
    Busy {
        /// Which database.
        place: String,
        /// What the database says.
        why: String,
    },
    /// Nothing can be written: the disk is full or read-only. Nothing was changed.
    #[error("{place} cannot be written: {why}; free space on the disk or mend its permissions, nothing was changed")]
    Disk {
        /// Which database.
        place: String,
        /// What the database says.
        why: String,
    },
    /// The file is no database, or is broken.
    #[error("{place} is damaged: {why}; put back the latest backup with `genomslag restore`")]
    Damaged {
        /// Which database.
        place: String,
        /// What the database says.
        why: String,
    },
    /// A newer program wrote it.
    #[error(
        "{place} was written by a newer version (schema {found}, this program knows {known}); install the newer version"
    )]
    Newer {
        /// Which database.
        place: String,
        /// The schema that was found.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A step of the schema is not the one that this program knows.
    #[error(
        "{place} has another step {version} of the schema than this program; it belongs to another program or was changed by hand"
    )]
    Foreign {
        /// Which database.
        place: String,
        /// The step.
        version: i64,
    },
    /// There is no key, so nothing secret is kept or read.
    #[error(
        "the secret `{name}` is only kept encrypted, and there is no key; set `key` under `[storage]`, for instance `key = {{ env = \"GENOMSLAG_KEY\" }}`"
    )]
    NoKey {
        /// The name of the secret.
        name: String,
    },
    /// The key is another than the one that sealed it.
    #[error(
        "the secret `{name}` cannot be opened with this key; put back the key that it was kept with, or connect the account again"
    )]
    WrongKey {
        /// The name of the secret.
        name: String,
    },
    /// More than one begins so.
    #[error("`{prefix}` is not enough, these begin so: {}", ids.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// What begins so.
        ids: Vec<String>,
    },
    /// There is none of that name.
    #[error("there is no {what} `{id}`")]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The caller asks for something that cannot be.
    #[error("{0}")]
    Wrong(String),
    /// A row holds something that this program cannot read.
    #[error("the column `{column}` of {place} holds something unreadable: {why}")]
    Unreadable {
        /// Which database.
        place: String,
        /// The column.
        column: String,
        /// What is wrong.
        why: String,
    },
    /// A backup that cannot be used.
    #[error("the backup {path} cannot be used: {why}", path = path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Anything else that the database refused.
    #[error("{place} refused: {why}")]
    Refused {
        /// Which database.
        place: String,
        /// What the database says.
        why: String,
    },
}

impl StateError {
    /// Whether the same may well succeed in a little while.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. } | Self::Disk { .. })
    }
}

/// The library's error as ours. What it says holds names and codes, never values that were bound.
pub(super) fn explain(error: &sqlx::Error, place: &str) -> StateError {
    let place = place.to_owned();
    let why = error.to_string();
    match error {
        sqlx::Error::Database(refusal) => {
            let code = refusal.code().unwrap_or_default().into_owned();
            let why = refusal.message().to_owned();
            if refusal.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                explain_sqlite(&code, place, why)
            } else {
                explain_postgres(&code, place, why)
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => StateError::Unreachable { place, why },
        _ => StateError::Refused { place, why },
    }
}

fn explain_sqlite(code: &str, place: String, why: String) -> StateError {
    // The low byte is the primary result code, whatever the extended one adds.
    match code.parse::<i32>().unwrap_or_default() & 0xff {
        5 | 6 => StateError::Busy { place, why },
        8 | 10 | 13 | 14 => StateError::Disk { place, why },
        11 | 26 => StateError::Damaged { place, why },
        _ => StateError::Refused { place, why },
    }
}

fn explain_postgres(code: &str, place: String, why: String) -> StateError {
    match code {
        "40001" | "40P01" | "55P03" | "53300" => StateError::Busy { place, why },
        "53100" | "25006" => StateError::Disk { place, why },
        "57P01" | "57P02" | "57P03" | "28000" | "28P01" | "3D000" => StateError::Unreachable { place, why },
        _ if code.starts_with("08") => StateError::Unreachable { place, why },
        "XX001" | "XX002" => StateError::Damaged { place, why },
        _ => StateError::Refused { place, why },
    }
}
