//! What can go wrong with the state, in plain words: what, where, how to mend it. Never a password, never a secret.

use std::path::PathBuf;

use super::DeliveryStatus;
use crate::model::told::{Told, faults};

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
    /// Somebody of that address has an account.
    #[error("`{email}` has an account already")]
    Twice {
        /// The address.
        email: String,
    },
    /// Nobody would be left who lets others in.
    #[error("nobody would be left who administers; make somebody else an administrator first")]
    Last,
    /// It may still go by itself, so it does not go once more.
    #[error("the delivery `{id}` is `{status}` and still goes by itself; wait for it")]
    GoesYet {
        /// The delivery.
        id: String,
        /// How it stands.
        status: DeliveryStatus,
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
    /// The same in no language yet.
    pub fn told(&self) -> Told {
        match self {
            Self::Url { url } => faults::state_url(url),
            Self::File { path, why } => faults::state_file(path.display().to_string(), why),
            Self::Unreachable { place, why } => faults::state_unreachable(place, why),
            Self::Busy { place, why } => faults::state_busy(place, why),
            Self::Disk { place, why } => faults::state_disk(place, why),
            Self::Damaged { place, why } => faults::state_damaged(place, why),
            Self::Newer { place, found, known } => faults::state_newer(place, *found, *known),
            Self::Foreign { place, version } => faults::state_foreign(place, *version),
            Self::NoKey { name } => faults::state_no_key(name, "key = { env = \"GENOMSLAG_KEY\" }"),
            Self::WrongKey { name } => faults::state_wrong_key(name),
            Self::Ambiguous { prefix, ids } => faults::ambiguous(prefix, ids.join(", ")),
            Self::Unknown { what: "account", id } => faults::no_account_of(id),
            Self::Unknown { what: "delivery", id } => faults::no_delivery_of(id),
            Self::Unknown { id, .. } => faults::state_nothing_of(id),
            Self::Twice { email } => faults::account_twice(email),
            Self::Last => faults::account_last(),
            Self::GoesYet { id, status } => faults::delivery_goes_yet(id, status.as_str()),
            Self::Wrong(why) => faults::fault_said(why),
            Self::Unreadable { place, column, why } => faults::state_unreadable(place, column, why),
            Self::Backup { path, why } => faults::state_backup(path.display().to_string(), why),
            Self::Refused { place, why } => faults::state_refused(place, why),
        }
    }

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
