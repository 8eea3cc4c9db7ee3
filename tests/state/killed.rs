//! Workers that are killed again and again, as a power cut would: every delivery goes out once, or is said to be uncertain.
//! The workers are processes of their own (this test program, asked for one test), so nothing of them is left when they die.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use genomslag::state::{DeliveryFilter, DeliveryOrder, DeliveryStatus, JobState, NewJob, SendingResult, State, Way};
use serde_json::json;

use super::cases::{at, minutes, open, report};

/// How often all workers are killed.
const KILLS: i64 = 25;

/// How many deliveries are ordered between two kills.
const ORDERS: i64 = 5;

/// From one generation of workers to the next so much time passes: more than any lease.
const GENERATION: i64 = 100;

/// What a worker process is told: the database, the world outside (a file with one line for every delivery that went out)
/// and the time.
const URL: &str = "GENOMSLAG_TEST_WORKER_URL";
const WORLD: &str = "GENOMSLAG_TEST_WORKER_WORLD";
const NOW: &str = "GENOMSLAG_TEST_WORKER_NOW";

async fn order(state: &State, number: i64, now: i64) {
    let order = DeliveryOrder {
        report: "r1".to_owned(),
        spec: "veckan".to_owned(),
        part: String::new(),
        instant: at(0),
        recipient: format!("{number}@granvik.example"),
        way: Way::Mail,
        message_id: format!("<{number}>"),
    };
    let delivery = state.enter_delivery(&order, at(now)).await.unwrap().delivery();
    let job = NewJob {
        kind: "send".to_owned(),
        payload: json!({ "delivery": delivery.id }),
        key: format!("send {number}"),
        run_at: at(0),
        priority: 0,
        // Every kill costs an attempt.
        max_attempts: 1_000,
    };
    state.enqueue(&job, at(now)).await.unwrap();
}

/// Does jobs until there are none; how many.
async fn work(url: &str, world: &Path, worker: &str, now: i64) -> usize {
    let state = open(url).await;
    state.recover_interrupted(at(now)).await.unwrap();
    let mut done = 0;
    while let Some(job) = state.claim(worker, &[], minutes(GENERATION / 2), at(now)).await.unwrap() {
        let id = job.payload["delivery"].as_str().unwrap();
        if let Some(sending) = state.begin_sending(id, worker, minutes(GENERATION / 2), at(now)).await.unwrap() {
            let mut outside = OpenOptions::new().append(true).create(true).open(world).unwrap();
            outside.write_all(format!("{id}\n").as_bytes()).unwrap();
            state.end_sending(&sending, &SendingResult::Sent("250 ok".to_owned()), at(now)).await.unwrap();
        }
        assert!(state.finish_job(&job, at(now)).await.unwrap());
        done += 1;
    }
    done
}

fn start(url: &str, world: &Path, now: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "state::killed::a_worker_works_through_its_jobs", "--test-threads", "1"])
        .env(URL, url)
        .env(WORLD, world)
        .env(NOW, now.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// On its own: the work above does what it should. As a process of the test below: the same, until it is killed.
#[tokio::test]
async fn a_worker_works_through_its_jobs() {
    if let (Ok(url), Some(world), Ok(now)) = (std::env::var(URL), std::env::var_os(WORLD), std::env::var(NOW)) {
        let worker = format!("process {}", std::process::id());
        loop {
            work(&url, Path::new(&world), &worker, now.parse().unwrap()).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/state.sqlite", folder.path().display());
    let state = open(&url).await;
    state.keep_report(&report("r1")).await.unwrap();
    for number in 0..3 {
        order(&state, number, 0).await;
    }
    let world = folder.path().join("world");
    assert_eq!(work(&url, &world, "w", 1).await, 3);
    assert_eq!(std::fs::read_to_string(world).unwrap().lines().count(), 3);
}

/// How many deliveries have gone out so far.
fn lines(world: &Path) -> usize {
    std::fs::read_to_string(world).map_or(0, |text| text.lines().count())
}

/// Kills two workers again and again, lets a last one end the work, and counts.
pub async fn once_or_uncertain(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let world = folder.path().join("world");
    let state = open(url).await;
    state.keep_report(&report("r1")).await.unwrap();
    for generation in 0..KILLS {
        let now = generation * GENERATION;
        for number in 0..ORDERS {
            order(&state, generation * ORDERS + number, now).await;
        }
        let before = lines(&world);
        let mut workers = [start(url, &world, now), start(url, &world, now)];
        // Each generation does something, however slow the machine is; then it is killed at any moment.
        let mut patience = 20_000;
        while lines(&world) == before {
            patience -= 1;
            assert!(patience > 0, "the workers do nothing");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..30))).await;
        for worker in &mut workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
        }
    }
    work(url, &world, "last", KILLS * GENERATION).await;

    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    for id in std::fs::read_to_string(&world).unwrap().lines() {
        *outside.entry(id.to_owned()).or_default() += 1;
    }
    let deliveries = state.deliveries(&DeliveryFilter::default()).await.unwrap();
    assert_eq!(i64::try_from(deliveries.len()).unwrap(), KILLS * ORDERS);
    for delivery in deliveries {
        let times = outside.get(&delivery.id).copied().unwrap_or_default();
        match delivery.status {
            DeliveryStatus::Sent => assert_eq!(times, 1, "{delivery:?}"),
            DeliveryStatus::Uncertain => {
                assert!(times <= 1 && delivery.answer.is_some(), "{times} times: {delivery:?}");
            }
            other => panic!("{other}: {delivery:?}"),
        }
    }
    let all = u64::try_from(KILLS * ORDERS).unwrap();
    assert_eq!(state.job_counts().await.unwrap(), [(JobState::Done, all)]);
}
