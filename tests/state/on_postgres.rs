//! Every case on a PostgreSQL database of its own.

use genomslag::model::Secret;
use genomslag::state::{State, StateError};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use url::Url;

use super::cases::every_case;

/// An empty database on the server, gone when the test has passed.
struct EmptyDatabase {
    url: String,
}

impl EmptyDatabase {
    fn url(&self) -> &str {
        &self.url
    }
}

fn server() -> Url {
    let url = std::env::var("GENOMSLAG_TEST_POSTGRES")
        .expect("GENOMSLAG_TEST_POSTGRES must hold the address of a PostgreSQL server; `.ci/services` starts one");
    Url::parse(&url).unwrap()
}

async fn empty_database() -> EmptyDatabase {
    let mut url = server();
    let name = format!("genomslag_{:016x}", rand::random::<u64>());
    let mut connection = PgConnection::connect(url.as_str()).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    url.set_path(&name);
    EmptyDatabase { url: url.to_string() }
}

every_case!(empty_database);

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let password = Secret::new("hemligt");
    let url = format!("postgres://genomslag@127.0.0.1:{port}/genomslag");
    let error = State::open(&url, Some(&password), None).await.unwrap_err();
    assert!(matches!(error, StateError::Unreachable { .. }) && error.is_passing(), "{error}");
    assert!(error.to_string().contains(&port.to_string()) && !error.to_string().contains("hemligt"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let mut url = server();
    url.set_path("no_such_database");
    let error = State::open(url.as_str(), None, None).await.unwrap_err();
    assert!(matches!(error, StateError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("no_such_database"), "{error}");
}
