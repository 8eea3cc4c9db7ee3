//! The schema, step by step. Each step is one file in SQLite's words; for PostgreSQL two words of it are exchanged. (The
//! library's own migrations take no lock in SQLite, where several processes may start at once.)

use sha2::{Digest, Sha256};

use super::database::{Database, Work, cells};
use super::error::StateError;
use super::lines::Columns;

/// One step of the schema.
struct Step {
    version: i64,
    sql: &'static str,
}

/// Every step, oldest first. A step that was released is never changed: a new one follows it.
const STEPS: &[Step] = &[
    Step { version: 1, sql: include_str!("schema/0001_first.sql") },
    Step { version: 2, sql: include_str!("schema/0002_forecasts.sql") },
    Step { version: 3, sql: include_str!("schema/0003_parts.sql") },
];

/// Any number will do, as long as it is always the same: the lock under which PostgreSQL's schema is changed.
const LOCK: i64 = 0x67_656e_6f6d_736c;

/// The newest step that this program knows.
pub(super) fn newest() -> i64 {
    STEPS.iter().map(|step| step.version).max().unwrap_or_default()
}

/// Brings the schema up to date; one process at a time, the others wait and find it done.
pub(super) async fn migrate(database: &Database) -> Result<(), StateError> {
    let mut work = database.begin().await?;
    if !work.is_sqlite() {
        work.run("SELECT pg_advisory_xact_lock($1)", cells![LOCK]).await?;
    }
    let steps =
        "CREATE TABLE IF NOT EXISTS schema_steps (version INTEGER NOT NULL PRIMARY KEY, digest TEXT NOT NULL) STRICT";
    work.script(translated(steps, work.is_sqlite())).await?;
    let done = work.rows("SELECT version, digest FROM schema_steps ORDER BY version", cells![]).await?;
    let mut known = Vec::new();
    for row in &done {
        known.push((row.whole("version")?, row.text("digest")?));
    }
    if let Some((found, _)) = known.last().filter(|(version, _)| *version > newest()) {
        return Err(StateError::Newer { place: database.place.to_string(), found: *found, known: newest() });
    }
    for step in STEPS {
        let digest = hex::encode(Sha256::digest(step.sql));
        match known.iter().find(|(version, _)| *version == step.version) {
            Some((_, same)) if *same == digest => {}
            Some(_) => {
                return Err(StateError::Foreign { place: database.place.to_string(), version: step.version });
            }
            None => take(&mut work, step, &digest).await?,
        }
    }
    work.commit().await
}

async fn take(work: &mut Work, step: &Step, digest: &str) -> Result<(), StateError> {
    work.script(translated(step.sql, work.is_sqlite())).await?;
    work.run("INSERT INTO schema_steps (version, digest) VALUES ($1, $2)", cells![step.version, digest]).await?;
    Ok(())
}

/// Which columns each table has, as the steps write them.
pub(super) fn columns() -> Columns {
    let mut columns = Columns::new();
    let mut table = None;
    for line in STEPS.iter().flat_map(|step| step.sql.lines()) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split_whitespace().next().map(str::to_owned);
        } else if line.starts_with(')') {
            table = None;
        } else if let (Some(table), Some(column)) = (&table, column_of(line)) {
            columns.entry(table.clone()).or_default().push(column.to_owned());
        }
    }
    columns
}

/// The column that a line of a table's definition names: four spaces, a name in small letters, its kind.
fn column_of(line: &str) -> Option<&str> {
    let name = line.strip_prefix("    ")?.split_whitespace().next()?;
    name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_').then_some(name)
}

/// SQLite's `INTEGER` has 64 bits, as PostgreSQL's `BIGINT` has; `STRICT` only SQLite needs.
fn translated(sql: &str, sqlite: bool) -> String {
    if sqlite { sql.to_owned() } else { sql.replace(" INTEGER", " BIGINT").replace(" STRICT", "") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_gaps() {
        let versions: Vec<i64> = STEPS.iter().map(|step| step.version).collect();
        assert_eq!(versions, (1..=newest()).collect::<Vec<i64>>());
    }

    #[test]
    fn a_step_says_the_same_to_both() {
        let sql = "CREATE TABLE a (n INTEGER NOT NULL, t TEXT) STRICT;";
        assert_eq!(translated(sql, false), "CREATE TABLE a (n BIGINT NOT NULL, t TEXT);");
        assert_eq!(translated(sql, true), sql);
    }

    #[test]
    fn a_backup_knows_every_table_and_its_columns() {
        let columns = columns();
        let mut named: Vec<&str> = crate::state::backup::TABLES.to_vec();
        named.sort_unstable();
        assert_eq!(columns.keys().map(String::as_str).collect::<Vec<_>>(), named);
        assert_eq!(columns["slots"], ["schedule", "instant", "fate", "claimed"]);
    }

    #[test]
    fn every_table_is_strict_and_holds_numbers_and_text_only() {
        for step in STEPS {
            assert_eq!(step.sql.matches("CREATE TABLE").count(), step.sql.matches(") STRICT;").count());
            let plain: Vec<&str> = step.sql.lines().filter(|line| !line.starts_with("--")).collect();
            for word in ["BLOB", "REAL", "BIGINT", "BOOLEAN", "AUTOINCREMENT", "TIMESTAMP"] {
                assert!(!plain.join("\n").contains(word), "{word}");
            }
        }
    }
}
