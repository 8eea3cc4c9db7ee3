//! Opening: by many at once, and what is not ours.

use genomslag::state::{RunKind, State, StateError};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use super::{at, open};

/// Changes the database behind the program's back.
async fn meddle(url: &str, sql: &str) {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }
}

pub async fn many_open_at_once(url: &str) {
    let mut openings = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = url.to_owned();
        openings.spawn(async move {
            let state = open(&url).await;
            state.begin_run(RunKind::Fetch, at(0)).await.unwrap().id
        });
    }
    let mut ids = openings.join_all().await;
    ids.sort();
    let expected: Vec<String> = (1..=6).map(|number| format!("20261118T060000Z-000{number}")).collect();
    assert_eq!(ids, expected);
    // And once more, when everything is there.
    assert_eq!(open(url).await.last_runs(100).await.unwrap().len(), 6);
}

pub async fn a_newer_schema_is_refused(url: &str) {
    open(url).await.close().await;
    meddle(url, "INSERT INTO schema_steps (version, digest) VALUES (99, 'later')").await;
    let error = State::open(url, None, None).await.unwrap_err();
    assert!(matches!(error, StateError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("install the newer version"), "{error}");
}

pub async fn a_foreign_schema_is_refused(url: &str) {
    open(url).await.close().await;
    meddle(url, "UPDATE schema_steps SET digest = 'other' WHERE version = 1").await;
    let error = State::open(url, None, None).await.unwrap_err();
    assert!(matches!(error, StateError::Foreign { version: 1, .. }), "{error}");
}
