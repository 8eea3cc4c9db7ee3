//! Opening the database: address, password, the settings that keep what is promised, and the schema.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use url::Url;

use super::database::{Database, Pool};
use super::error::{StateError, explain};
use super::migrate;
use crate::model::Secret;

/// How long a writer waits for another in SQLite. Long, because what others do under the lock is short.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connections to the file: readers beside each other; writers take turns anyway.
const FILE_CONNECTIONS: u32 = 4;

/// Connections to the server, per process.
const SERVER_CONNECTIONS: u32 = 8;

/// How often opening is tried again while another process holds the file for the change to WAL.
const OPENING_ROUNDS: u32 = 60;

/// Where the state is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In a file.
    File(PathBuf),
    /// On a server; the address without a password.
    Server(String),
}

/// Reads the address.
pub(super) fn place(url: &str) -> Result<Place, StateError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return if path.is_empty() || path == ":memory:" {
            Err(StateError::Url { url: url.to_owned() })
        } else {
            Ok(Place::File(PathBuf::from(path)))
        };
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Place::Server(without_password(url)));
    }
    Err(StateError::Url { url: without_password(url) })
}

/// Opens the database and brings its schema up to date.
pub(super) async fn open(url: &str, password: Option<&Secret>) -> Result<Database, StateError> {
    let database = match place(url)? {
        Place::File(path) => open_file(&path).await?,
        Place::Server(shown) => open_server(url, &shown, password).await?,
    };
    migrate::migrate(&database).await?;
    Ok(database)
}

async fn open_file(path: &Path) -> Result<Database, StateError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let wrong = |error: std::io::Error| StateError::File { path: path.to_owned(), why: error.to_string() };
        tokio::fs::create_dir_all(folder).await.map_err(wrong)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what is committed survives a power cut. The delivery ledger rests on it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .disable_statement_logging();
    let place = format!("the state in {}", path.display());
    let mut round = 0;
    loop {
        let pool = SqlitePoolOptions::new()
            .max_connections(FILE_CONNECTIONS)
            .acquire_timeout(PATIENCE * 2)
            .connect_with(options.clone())
            .await;
        match pool.map_err(|error| explain(&error, &place)) {
            Ok(pool) => return Ok(Database { place: place.into(), pool: Pool::Sqlite(pool) }),
            // The change to WAL is refused at once, not made to wait, while another process does the same.
            Err(StateError::Busy { .. }) if round < OPENING_ROUNDS => {
                round += 1;
                tokio::time::sleep(Duration::from_millis(10 * u64::from(round))).await;
            }
            Err(StateError::Disk { why, .. }) => return Err(StateError::File { path: path.to_owned(), why }),
            Err(error) => return Err(error),
        }
    }
}

async fn open_server(url: &str, shown: &str, password: Option<&Secret>) -> Result<Database, StateError> {
    let mut options = PgConnectOptions::from_str(url)
        .map_err(|_| StateError::Url { url: shown.to_owned() })?
        .application_name("genomslag")
        .disable_statement_logging();
    if let Some(password) = password {
        options = options.password(password.expose());
    }
    let place = format!("the state in {shown}");
    let pool = PgPoolOptions::new()
        .max_connections(SERVER_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(15))
        .connect_with(options)
        .await
        .map_err(|error| explain(&error, &place))?;
    Ok(Database { place: place.into(), pool: Pool::Postgres(pool) })
}

/// The address as it may be shown. What is not understood may hold anything, and only its beginning is shown.
fn without_password(url: &str) -> String {
    let beginning = || url.split([':', '/', '?', '@']).next().unwrap_or_default().to_owned() + ":…";
    let Ok(mut parsed) = Url::parse(url) else { return beginning() };
    if parsed.host_str().is_none() || (parsed.password().is_some() && parsed.set_password(None).is_err()) {
        return beginning();
    }
    // `?password=` is read by the driver as well.
    parsed.set_query(None);
    parsed.set_fragment(None);
    parsed.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_files_or_servers() {
        assert_eq!(place("sqlite:a/b.sqlite").expect("a place"), Place::File(PathBuf::from("a/b.sqlite")));
        assert_eq!(
            place("sqlite:///var/lib/b.sqlite").expect("a place"),
            Place::File(PathBuf::from("/var/lib/b.sqlite"))
        );
        assert_eq!(place("postgres://g@db/g").expect("a place"), Place::Server("postgres://g@db/g".to_owned()));
        for wrong in ["", "sqlite:", "sqlite::memory:", "mysql://a/b", "state.sqlite"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "postgres://g:hemligt@db/g",
            "postgresql://g:hemligt@db/g?sslmode=require",
            "postgres://g@db/g?password=hemligt",
            "mysql://g:hemligt@db/g",
            "postgres://g:hemligt@db:port/g",
            "g:hemligt@db",
        ] {
            let shown = match place(url) {
                Ok(Place::Server(shown)) => shown,
                Ok(Place::File(path)) => path.display().to_string(),
                Err(error) => error.to_string(),
            };
            assert!(!shown.contains("hemligt"), "{shown}");
        }
    }
}
