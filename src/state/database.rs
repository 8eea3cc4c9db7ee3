//! Two databases behind one way of asking. Every statement is written once, in the words that SQLite and PostgreSQL share;
//! `$1` stands for a value in both. All that is stored is whole numbers and text (times are microseconds since 1970), so a
//! value is one of two things, and `sqlx`'s own `Any` (which is compiled in for three databases) is not needed.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Column, Decode, Postgres, Row as _, SqlSafeStr, Sqlite, Transaction, Type};

use super::error::{StateError, explain};

/// One of the two, and what it is called in errors.
#[derive(Clone)]
pub(super) struct Database {
    /// As people know it: `the state in …`.
    pub(super) place: Arc<str>,
    /// The connections.
    pub(super) pool: Pool,
}

/// The connections of one of the two.
#[derive(Clone)]
pub(super) enum Pool {
    /// A file.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

/// Several statements that count together or not at all. Dropped without [`Work::commit`], none of them happened.
pub(super) struct Work {
    place: Arc<str>,
    open: Open,
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A value that is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A whole number, a flag or a time.
    Whole(Option<i64>),
    /// Text.
    Text(Option<String>),
}

/// A row that came back.
pub(super) struct Row {
    place: Arc<str>,
    held: Held,
}

enum Held {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// The values of a statement, in order.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { vec![$($crate::state::database::Cell::from($value)),*] };
}
pub(super) use cells;

macro_rules! bound {
    ($sql:expr, $cells:expr) => {{
        let mut query = sqlx::query($sql);
        for cell in $cells {
            query = match cell {
                Cell::Whole(value) => query.bind(value),
                Cell::Text(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Database {
    /// Whether it is SQLite.
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self.pool, Pool::Sqlite(_))
    }

    /// The rows that a statement gives.
    pub(super) async fn rows(&self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<Vec<Row>, StateError> {
        let sql = sql.into_sql_str();
        match &self.pool {
            Pool::Sqlite(pool) => held(bound!(sql, cells).fetch_all(pool).await, &self.place, Held::Sqlite),
            Pool::Postgres(pool) => held(bound!(sql, cells).fetch_all(pool).await, &self.place, Held::Postgres),
        }
    }

    /// The first row, if there is one.
    pub(super) async fn first(&self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<Option<Row>, StateError> {
        Ok(self.rows(sql, cells).await?.into_iter().next())
    }

    /// Every row, read.
    pub(super) async fn all<T>(
        &self,
        sql: impl SqlSafeStr,
        cells: Vec<Cell>,
        read: impl Fn(&Row) -> Result<T, StateError>,
    ) -> Result<Vec<T>, StateError> {
        self.rows(sql, cells).await?.iter().map(read).collect()
    }

    /// How many rows a statement changed.
    pub(super) async fn run(&self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<u64, StateError> {
        let sql = sql.into_sql_str();
        let done = match &self.pool {
            Pool::Sqlite(pool) => bound!(sql, cells).execute(pool).await.map(|done| done.rows_affected()),
            Pool::Postgres(pool) => bound!(sql, cells).execute(pool).await.map(|done| done.rows_affected()),
        };
        done.map_err(|error| explain(&error, &self.place))
    }

    /// Begins work that writes. In SQLite it takes the lock at once: a transaction that reads first and writes later
    /// would be refused, not made to wait, when another writer came between.
    pub(super) async fn begin(&self) -> Result<Work, StateError> {
        self.begin_as("BEGIN IMMEDIATE", "BEGIN").await
    }

    /// Begins work that only reads and sees one moment.
    pub(super) async fn begin_reading(&self) -> Result<Work, StateError> {
        self.begin_as("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    async fn begin_as(&self, sqlite: &'static str, postgres: &'static str) -> Result<Work, StateError> {
        let open = match &self.pool {
            Pool::Sqlite(pool) => pool.begin_with(sqlite).await.map(Open::Sqlite),
            Pool::Postgres(pool) => pool.begin_with(postgres).await.map(Open::Postgres),
        };
        open.map(|open| Work { place: self.place.clone(), open }).map_err(|error| explain(&error, &self.place))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The connections know the password.
        f.debug_struct("Database").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Work {
    /// The rows that a statement gives.
    pub(super) async fn rows(&mut self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<Vec<Row>, StateError> {
        let sql = sql.into_sql_str();
        match &mut self.open {
            Open::Sqlite(open) => held(bound!(sql, cells).fetch_all(&mut **open).await, &self.place, Held::Sqlite),
            Open::Postgres(open) => held(bound!(sql, cells).fetch_all(&mut **open).await, &self.place, Held::Postgres),
        }
    }

    /// The first row, if there is one.
    pub(super) async fn first(&mut self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<Option<Row>, StateError> {
        Ok(self.rows(sql, cells).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    pub(super) async fn run(&mut self, sql: impl SqlSafeStr, cells: Vec<Cell>) -> Result<u64, StateError> {
        let sql = sql.into_sql_str();
        let done = match &mut self.open {
            Open::Sqlite(open) => bound!(sql, cells).execute(&mut **open).await.map(|done| done.rows_affected()),
            Open::Postgres(open) => bound!(sql, cells).execute(&mut **open).await.map(|done| done.rows_affected()),
        };
        done.map_err(|error| explain(&error, &self.place))
    }

    /// Several statements without values, as a step of the schema is.
    pub(super) async fn script(&mut self, sql: String) -> Result<(), StateError> {
        let script = sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        let done = match &mut self.open {
            Open::Sqlite(open) => script.execute(&mut **open).await.map(|_| ()),
            Open::Postgres(open) => script.execute(&mut **open).await.map(|_| ()),
        };
        done.map_err(|error| explain(&error, &self.place))
    }

    /// Whether it is SQLite.
    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self.open, Open::Sqlite(_))
    }

    /// Makes it count. After this it survives a power cut.
    pub(super) async fn commit(self) -> Result<(), StateError> {
        let done = match self.open {
            Open::Sqlite(open) => open.commit().await,
            Open::Postgres(open) => open.commit().await,
        };
        done.map_err(|error| explain(&error, &self.place))
    }
}

impl Row {
    /// Text that is always there.
    pub(super) fn text(&self, column: &str) -> Result<String, StateError> {
        self.get(column)
    }

    /// Text that may be missing.
    pub(super) fn maybe_text(&self, column: &str) -> Result<Option<String>, StateError> {
        self.get(column)
    }

    /// A whole number that is always there.
    pub(super) fn whole(&self, column: &str) -> Result<i64, StateError> {
        self.get(column)
    }

    /// A count.
    pub(super) fn count(&self, column: &str) -> Result<u64, StateError> {
        u64::try_from(self.whole(column)?).map_err(|error| self.unreadable(column, &error))
    }

    /// Yes or no.
    pub(super) fn flag(&self, column: &str) -> Result<bool, StateError> {
        Ok(self.whole(column)? != 0)
    }

    /// Yes or no, where it may be missing.
    pub(super) fn maybe_flag(&self, column: &str) -> Result<Option<bool>, StateError> {
        Ok(self.get::<Option<i64>>(column)?.map(|number| number != 0))
    }

    /// A time that is always there.
    pub(super) fn time(&self, column: &str) -> Result<DateTime<Utc>, StateError> {
        self.maybe_time(column)?.ok_or_else(|| self.unreadable(column, &"there is no time"))
    }

    /// A time that may be missing.
    pub(super) fn maybe_time(&self, column: &str) -> Result<Option<DateTime<Utc>>, StateError> {
        let Some(micros) = self.get::<Option<i64>>(column)? else { return Ok(None) };
        let time = DateTime::from_timestamp_micros(micros).ok_or_else(|| self.unreadable(column, &"no such time"))?;
        Ok(Some(time))
    }

    /// One of our words.
    pub(super) fn word<T>(&self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StateError> {
        let word = self.text(column)?;
        parse(&word).ok_or_else(|| self.unreadable(column, &format!("`{word}` is not one of its words")))
    }

    /// One of our words, where it may be missing.
    pub(super) fn maybe_word<T>(
        &self,
        column: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StateError> {
        match self.maybe_text(column)? {
            Some(_) => self.word(column, parse).map(Some),
            None => Ok(None),
        }
    }

    /// What was kept as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StateError> {
        serde_json::from_str(&self.text(column)?).map_err(|error| self.unreadable(column, &error))
    }

    /// Every column by name, for a backup.
    pub(super) fn cells(&self) -> Result<Vec<(String, Cell)>, StateError> {
        let names: Vec<String> = match &self.held {
            Held::Sqlite(row) => row.columns().iter().map(|column| column.name().to_owned()).collect(),
            Held::Postgres(row) => row.columns().iter().map(|column| column.name().to_owned()).collect(),
        };
        let cell = |name: String| {
            let cell = match self.get::<Option<i64>>(&name) {
                Ok(value) => Cell::Whole(value),
                Err(_) => Cell::Text(self.maybe_text(&name)?),
            };
            Ok((name, cell))
        };
        names.into_iter().map(cell).collect()
    }

    fn unreadable(&self, column: &str, why: &dyn fmt::Display) -> StateError {
        StateError::Unreadable { place: self.place.to_string(), column: column.to_owned(), why: why.to_string() }
    }

    fn get<T>(&self, column: &str) -> Result<T, StateError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = match &self.held {
            Held::Sqlite(row) => row.try_get::<T, _>(column),
            Held::Postgres(row) => row.try_get::<T, _>(column),
        };
        value.map_err(|error| self.unreadable(column, &error))
    }
}

fn held<R>(
    rows: Result<Vec<R>, sqlx::Error>,
    place: &Arc<str>,
    hold: impl Fn(R) -> Held,
) -> Result<Vec<Row>, StateError> {
    let rows = rows.map_err(|error| explain(&error, place))?;
    Ok(rows.into_iter().map(|row| Row { place: place.clone(), held: hold(row) }).collect())
}

macro_rules! cell_from {
    ($kind:ident: $($from:ty => |$value:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Cell {
            fn from($value: $from) -> Self {
                Self::$kind($to)
            }
        }
    )+};
}

cell_from!(Whole:
    i64 => |value| Some(value),
    u32 => |value| Some(i64::from(value)),
    // A count that no longer fits is beyond anything that can be counted here.
    u64 => |value| Some(i64::try_from(value).unwrap_or(i64::MAX)),
    bool => |value| Some(i64::from(value)),
    Option<bool> => |value| value.map(i64::from),
    DateTime<Utc> => |value| Some(value.timestamp_micros()),
    Option<DateTime<Utc>> => |value| value.map(|time| time.timestamp_micros()),
);
cell_from!(Text:
    &str => |value| Some(value.to_owned()),
    &String => |value| Some(value.clone()),
    String => |value| Some(value),
    Option<&str> => |value| value.map(str::to_owned),
    Option<String> => |value| value,
);
