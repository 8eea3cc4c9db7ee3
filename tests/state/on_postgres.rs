//! Every case on a PostgreSQL database of its own.

use std::time::Duration;

use genomslag::model::Secret;
use genomslag::state::{JobState, NewJob, State, StateError};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use url::Url;

use super::cases::jobs::job;
use super::cases::{at, every_case, minutes};

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
async fn killed_again_and_again_everything_goes_once_or_is_uncertain() {
    let empty = empty_database().await;
    Box::pin(super::killed::once_or_uncertain(empty.url())).await;
}

/// Does a thing until the server answers again; anything but a passing error is one too many.
async fn patiently<T, F: Future<Output = Result<T, StateError>>>(ask: impl Fn() -> F) -> T {
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(error) => assert!(error.is_passing(), "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Every connection is cut again and again, as by a server that is restarted under load.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_costs_nothing() {
    let empty = empty_database().await;
    let state = State::open(empty.url(), None, None).await.unwrap();
    for number in 0..60 {
        state.enqueue(&NewJob { max_attempts: 1_000, ..job(&format!("job {number}")) }, at(0)).await.unwrap();
    }
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..3 {
        let state = State::open(empty.url(), None, None).await.unwrap();
        workers.spawn(async move {
            // Time passes, so that what was claimed when the line was cut comes back.
            let mut now = 0;
            while state_of(&state).await != [(JobState::Done, 60)] {
                now += 1;
                let name = format!("worker {worker}");
                if let Some(job) = patiently(|| state.claim(&name, &[], minutes(5), at(now))).await {
                    patiently(|| state.finish_job(&job, at(now))).await;
                }
            }
        });
    }
    let mut server = PgConnection::connect(server().as_str()).await.unwrap();
    let name = Url::parse(empty.url()).unwrap().path().trim_start_matches('/').to_owned();
    let mut cuts = 0;
    while !workers.is_empty() {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        cuts += sqlx::query(cut).bind(&name).fetch_all(&mut server).await.unwrap().len();
        tokio::time::sleep(Duration::from_millis(40)).await;
        while let Some(ended) = workers.try_join_next() {
            ended.unwrap();
        }
    }
    assert!(cuts > 3, "only {cuts} connections were cut");
    let jobs = patiently(|| state.jobs(None, 100)).await;
    assert!(jobs.iter().all(|job| job.state == JobState::Done), "{jobs:?}");
}

async fn state_of(state: &State) -> Vec<(JobState, u64)> {
    patiently(|| state.job_counts()).await
}

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
