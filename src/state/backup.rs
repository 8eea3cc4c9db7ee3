//! Backups: everything as it was at one moment, taken while the program works, and put back into an empty database of
//! either kind.
//!
//! From SQLite a backup is an SQLite file; from PostgreSQL, or where the name ends in `.jsonl`, it is one JSON line per row,
//! between a first line that names the schema and a last one that counts, so that half a backup is never taken for a whole.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::database::{Cell, Database, Pool, Work, cells};
use super::error::explain;
use super::lines::{Stored, from_lines, to_lines};
use super::{State, StateError, migrate};
use crate::model::Secret;

/// Every table, each after those that it refers to.
pub(super) const TABLES: &[&str] = &[
    "counters",
    "runs",
    "channel_runs",
    "versions",
    "tokens",
    "secrets",
    "imports",
    "reports",
    "forecasts",
    "deliveries",
    "approvals",
    "approval_parts",
    "slots",
    "jobs",
    "alerts",
    "unsubscribes",
    "settings",
    "audit",
    "users",
    "sessions",
    "login_failures",
    "invitations",
    "api_tokens",
    "share_links",
];

/// How an SQLite file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

impl State {
    /// Writes everything as it is at this moment into a new file; others go on working meanwhile. The file is there whole or
    /// not at all. Secrets stay sealed in it: the key is to be kept elsewhere.
    pub async fn backup_to(&self, path: &Path) -> Result<(), StateError> {
        let wrong = |error: io::Error| StateError::File { path: path.to_owned(), why: error.to_string() };
        if path.exists() {
            return Err(StateError::File { path: path.to_owned(), why: "there is a file already".to_owned() });
        }
        let part = beside(path);
        if part.exists() {
            tokio::fs::remove_file(&part).await.map_err(wrong)?;
        }
        if self.database.is_sqlite() && path.extension().is_none_or(|ending| ending != "jsonl") {
            let name = part.display().to_string();
            self.database.run("VACUUM INTO $1", cells![name]).await?;
        } else {
            let mut work = self.database.begin_reading().await?;
            let rows = all_rows(&mut work).await?;
            tokio::fs::write(&part, to_lines(&rows)?).await.map_err(wrong)?;
        }
        settle(&part, path).map_err(wrong)
    }

    /// Puts a backup of either kind back into a database that is empty or not there yet: all of it or nothing.
    pub async fn restore_from(
        url: &str,
        password: Option<&Secret>,
        key: Option<&Secret>,
        backup: &Path,
    ) -> Result<Self, StateError> {
        let rows = read_backup(backup).await?;
        let state = Self::open(url, password, key).await?;
        let mut work = state.database.begin().await?;
        for table in TABLES {
            let sql = format!("SELECT COUNT(*) AS many FROM {table}");
            let row = work.first(AssertSqlSafe(sql), cells![]).await?;
            if row.map(|row| row.whole("many")).transpose()?.unwrap_or_default() > 0 {
                return Err(StateError::Wrong(format!(
                    "{} is not empty (there are {table}); move it away before a backup is put back",
                    state.place()
                )));
            }
        }
        for stored in &rows {
            insert(&mut work, stored).await?;
        }
        work.commit().await?;
        Ok(state)
    }
}

async fn all_rows(work: &mut Work) -> Result<Vec<Stored>, StateError> {
    let mut stored = Vec::new();
    for table in TABLES {
        let rows = work.rows(AssertSqlSafe(format!("SELECT * FROM {table}")), cells![]).await?;
        for row in rows {
            stored.push(Stored { table: (*table).to_owned(), cells: row.cells()? });
        }
    }
    Ok(stored)
}

async fn insert(work: &mut Work, stored: &Stored) -> Result<(), StateError> {
    // What is missing stays missing without being named; so no type is needed for it.
    let there = |cell: &Cell| !matches!(cell, Cell::Whole(None) | Cell::Text(None));
    let (names, cells): (Vec<&str>, Vec<Cell>) =
        stored.cells.iter().filter(|(_, cell)| there(cell)).map(|(name, cell)| (name.as_str(), cell.clone())).unzip();
    let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", stored.table, names.join(", "), places.join(", "));
    work.run(AssertSqlSafe(sql), cells).await.map(|_| ())
}

async fn read_backup(path: &Path) -> Result<Vec<Stored>, StateError> {
    let wrong = |error: io::Error| StateError::Backup { path: path.to_owned(), why: error.to_string() };
    let mut beginning = Vec::new();
    File::open(path).map_err(wrong)?.take(SQLITE.len() as u64).read_to_end(&mut beginning).map_err(wrong)?;
    if beginning == SQLITE {
        return read_file(path).await;
    }
    let text = tokio::fs::read_to_string(path).await.map_err(wrong)?;
    let columns = migrate::columns();
    from_lines(&text, &columns).map_err(|why| StateError::Backup { path: path.to_owned(), why })
}

/// Reads a file that nobody writes: nothing is changed beside it, and it may lie on a read-only disk.
async fn read_file(path: &Path) -> Result<Vec<Stored>, StateError> {
    let wrong = |why: String| StateError::Backup { path: path.to_owned(), why };
    let place = format!("the backup {}", path.display());
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| wrong(explain(&error, &place).to_string()))?;
    let database = Database { place: place.into(), pool: Pool::Sqlite(pool.clone()) };
    let mut work = database.begin_reading().await?;
    let check = work.first("PRAGMA integrity_check", cells![]).await?;
    let check = check.map(|row| row.text("integrity_check")).transpose()?.unwrap_or_default();
    if check != "ok" {
        return Err(wrong(format!("it is damaged: {check}")));
    }
    let schema = work.first("SELECT MAX(version) AS version FROM schema_steps", cells![]).await;
    let schema = schema.map_err(|_| wrong("it is no state of this program".to_owned()))?;
    let schema = schema.map(|row| row.whole("version")).transpose()?.unwrap_or_default();
    if schema != migrate::newest() {
        return Err(wrong(other_schema(schema)));
    }
    let rows = all_rows(&mut work).await?;
    drop(work);
    pool.close().await;
    Ok(rows)
}

/// What is said of a backup that another version of the program made.
pub(super) fn other_schema(found: i64) -> String {
    format!(
        "it has schema {found}, this program {}; put it back with the version that made it, which then can be upgraded",
        migrate::newest()
    )
}

/// The name under which a file is written until it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Gives the file its name once it is on the disk.
fn settle(part: &Path, path: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    std::fs::rename(part, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
