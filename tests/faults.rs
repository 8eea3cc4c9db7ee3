//! The program is killed at random moments, through fetch, commit, compaction, render and send, and started again. At the
//! end every report that was scheduled went exactly once, or is marked uncertain with the reason, and the store holds what
//! that of an undisturbed run holds.
//!
//! Run by name: `cargo test --release --test faults`. `GENOMSLAG_KILLS` says how often (25), `GENOMSLAG_SEED` repeats a run.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop where it fails, and says what it does")]

#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/rest.rs"]
mod rest;
#[path = "support/smtp.rs"]
#[expect(dead_code, reason = "shared with the tests that need no services")]
mod smtp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use genomslag::config::{Source, load};
use genomslag::model::Platform;
use genomslag::sandbox::{Faults, Sandbox, World, serve};
use genomslag::state::{Delivery, DeliveryFilter, DeliveryStatus, JobState, State, Way};
use tokio::net::TcpListener;

/// Three Wednesdays: 11, 18 and 25 November 2026.
const FROM: &str = "2026-11-10T12:00:00Z";
const UNTIL: &str = "2026-11-27T12:00:00Z";
const WEDNESDAYS: usize = 3;

/// Recipients and ways of both reports together.
const EACH_WEEK: usize = 4 + 2;

const CONFIGURATION: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[platform.facebook]
base_url = "@facebook@"
token = { env = "GENOMSLAG_META_TOKEN" }

[platform.matomo]
base_url = "@matomo@"
token = { env = "GENOMSLAG_MATOMO_TOKEN" }

[[channel]]
id = "fb-kommun"
title = "Björkvalla kommun på Facebook"
platform = "facebook"
account = "100000000000001"
unit = "kommunikation"

[[channel]]
id = "webb"
title = "bjorkvalla.example"
platform = "matomo"
account = "1"
unit = "kommunikation"

[[goal]]
id = "foljare"
title = "Fler följer oss"
metric = "followers"
target = 26500
due = 2026-12-31

[storage]
data = "@folder@/data"

[fetch]
since = 2026-06-01

[mail]
host = "127.0.0.1"
port = @port@
protection = "none"
from = "Genomslag <genomslag@bjorkvalla.example>"

[serve]
compact = "daily 05:30"

[delivery]
folder = "@folder@/ut"

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 07:00"
recipients = [
    "ett@bjorkvalla.example", "tva@bjorkvalla.example",
    { address = "mayor@bjorkvalla.example", language = "en" },
]

[[report]]
id = "enhet"
kind = "unit"
unit = "kommunikation"
schedule = "wednesday 07:00"
recipients = ["enhet@bjorkvalla.example"]
"#;

/// Chance that can be repeated (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let span = u64::try_from(high.saturating_sub(low).as_millis()).unwrap().max(1);
        low + Duration::from_millis(self.next() % span)
    }
}

/// A folder with a configuration of its own.
struct Place {
    folder: PathBuf,
    tokens: Vec<(String, String)>,
    /// Where the program writes what it says.
    log: PathBuf,
}

impl Place {
    fn new(folder: PathBuf, sandbox: &Sandbox, mail: u16) -> Self {
        std::fs::create_dir_all(folder.join("config")).unwrap();
        let text = CONFIGURATION
            .replace("@facebook@", &sandbox.base(Platform::Facebook))
            .replace("@matomo@", &sandbox.base(Platform::Matomo))
            .replace("@folder@", &folder.display().to_string())
            .replace("@port@", &mail.to_string());
        std::fs::write(folder.join("config/genomslag.toml"), text).unwrap();
        let log = folder.join("log");
        Self { folder, tokens: sandbox.world().tokens.variables().into_iter().collect(), log }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(FROM, arguments)
    }

    fn command_at(&self, now: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_genomslag"));
        command
            .args(arguments)
            .args(["--config", &self.folder.join("config").display().to_string(), "--now", now])
            .envs(self.tokens.iter().cloned())
            .stdout(Stdio::null())
            .stderr(std::fs::File::options().create(true).append(true).open(&self.log).unwrap());
        command
    }

    fn serve(&self) -> Child {
        self.command(&["serve", "--until", UNTIL, "-v"]).spawn().unwrap()
    }

    async fn state(&self) -> State {
        let config = load(&Source::Folder(self.folder.join("config"))).unwrap();
        Box::pin(State::open(&config.state.url, None, None)).await.unwrap()
    }

    /// The observations as they are known at the end, without when and in which run they were seen.
    fn observations(&self) -> Vec<String> {
        let out = self.folder.join("observations.csv");
        let done = self.command(&["export", "--out", &out.display().to_string()]).status().unwrap();
        assert!(done.success());
        let text = std::fs::read_to_string(&out).unwrap();
        let mut rows = csv_rows(&text);
        rows.sort();
        rows
    }
}

/// The columns of a CSV that say what was observed; those that say when and how we heard of it are left out.
fn csv_rows(text: &str) -> Vec<String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let heads: Vec<&str> = lines.next().unwrap().split(',').collect();
    let kept: Vec<usize> = (0..heads.len()).filter(|at| !["seen", "run", "source"].contains(&heads[*at])).collect();
    assert!(kept.len() + 2 <= heads.len(), "{heads:?}");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        kept.iter().map(|at| cells.get(*at).copied().unwrap_or_default()).collect::<Vec<_>>().join(",")
    };
    lines.map(row).collect()
}

async fn sandbox() -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(World::example(UNTIL.parse::<DateTime<Utc>>().unwrap()), Faults::none(), listener).await
}

/// A mail server that takes its time over each letter, so that deaths fall into it.
async fn slow_mail() -> smtp::Server {
    smtp::Server::start(vec![smtp::Trick::SlowAfterData(Duration::from_millis(120)); 500]).await
}

/// Kills the program so many times, or until its work is done, then lets it finish: how often it was killed, and how often
/// something was tried again by hand.
async fn disturb(place: &Place, kills: u32, chance: &mut Chance) -> (u32, usize) {
    let mut killed = 0;
    while killed < kills {
        let mut child = place.serve();
        // Mostly short lives, some long enough for anything to be finished.
        let longest = if killed % 3 == 2 { Duration::from_secs(8) } else { Duration::from_millis(2_500) };
        let death = Instant::now() + chance.between(Duration::from_millis(20), longest);
        while Instant::now() < death && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    let mut mended = 0;
    loop {
        let ended = place.serve().wait().unwrap();
        assert!(ended.success(), "{ended}; see {}", place.log.display());
        let state = place.state().await;
        let dead = state.jobs(Some(JobState::Dead), 100).await.unwrap();
        if dead.is_empty() {
            return (killed, mended);
        }
        // A job that was killed as often as it may be tried is dead, and a person has it tried again.
        for job in dead {
            println!("tried again by hand: {} ({})", job.key, job.error.unwrap_or_default());
            assert!(state.retry_dead_job(&job.id, UNTIL.parse().unwrap()).await.unwrap());
            mended += 1;
        }
        state.close().await;
    }
}

async fn ledger(place: &Place) -> Vec<Delivery> {
    let state = place.state().await;
    let rows = state.deliveries(&DeliveryFilter::default()).await.unwrap();
    state.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_it_sends_every_report_once_and_keeps_every_value() {
    let number = |name: &str, usual: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual);
    let (kills, seed) = (u32::try_from(number("GENOMSLAG_KILLS", 25)).unwrap(), number("GENOMSLAG_SEED", 20_261_118));
    println!("seed {seed}");
    let folder = tempfile::tempdir().unwrap();
    let (sandbox, calm_mail) = (sandbox().await, slow_mail().await);

    let (calm, expected) = undisturbed(folder.path(), &sandbox, &calm_mail).await;
    let mut chance = Chance(seed);
    let mut killed = 0;
    // One or two dozen deaths, and the work of three weeks is done all the same: the next round begins it anew.
    for round in 1.. {
        let mail = slow_mail().await;
        let place = Place::new(folder.path().join(format!("disturbed-{round}")), &sandbox, mail.port);
        let (times, mended) = disturb(&place, kills - killed, &mut chance).await;
        killed += times;
        println!("round {round}: killed {killed} of {kills} times, jobs tried again by hand: {mended}");
        check_deliveries(&ledger(&place).await, &expected, &mail);
        check_store(&calm, &place);
        nothing_broke(&place.log);
        if killed >= kills {
            break;
        }
        // Kept only where it failed.
        std::fs::remove_dir_all(&place.folder).unwrap();
    }
}

/// A run that nothing disturbs, and its ledger.
async fn undisturbed(folder: &Path, sandbox: &Sandbox, mail: &smtp::Server) -> (Place, Vec<Delivery>) {
    let calm = Place::new(folder.join("calm"), sandbox, mail.port);
    let began = Instant::now();
    let ended = calm.serve().wait().unwrap();
    assert!(ended.success(), "{ended}: {}", std::fs::read_to_string(&calm.log).unwrap());
    println!("undisturbed: {} s", began.elapsed().as_secs());
    let expected = ledger(&calm).await;
    assert_eq!(expected.len(), WEDNESDAYS * EACH_WEEK);
    assert!(expected.iter().all(|row| row.status == DeliveryStatus::Sent), "{expected:#?}");
    (calm, expected)
}

/// Every row of the undisturbed run is there, once; what was sent arrived once, what is uncertain at most once.
fn check_deliveries(rows: &[Delivery], expected: &[Delivery], mail: &smtp::Server) {
    let same = |row: &Delivery| (row.spec.clone(), row.part.clone(), row.instant, row.recipient.clone(), row.way);
    // Files that were being written when it was killed are written again, as a copy of their own: that harms nobody.
    let mut firsts: Vec<_> = rows.iter().filter(|row| row.copy == 0).map(same).collect();
    let mut wanted: Vec<_> = expected.iter().map(same).collect();
    firsts.sort();
    wanted.sort();
    assert_eq!(firsts, wanted);
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for letter in mail.letters() {
        *arrived.entry(letter.message_id()).or_default() += 1;
    }
    let mut uncertain = 0;
    for row in rows.iter().filter(|row| row.way == Way::Mail) {
        let count = arrived.remove(&row.message_id).unwrap_or(0);
        match row.status {
            DeliveryStatus::Sent => assert_eq!(count, 1, "{row:#?}"),
            DeliveryStatus::Uncertain => {
                assert!(count <= 1 && row.answer.is_some(), "{row:#?}");
                uncertain += 1;
            }
            status => panic!("{status}: {row:#?}"),
        }
        assert_eq!(row.copy, 0, "nobody asked for a second mail");
    }
    for row in rows.iter().filter(|row| row.way == Way::Folder) {
        assert!(matches!(row.status, DeliveryStatus::Sent | DeliveryStatus::Uncertain), "{row:#?}");
    }
    assert!(arrived.keys().all(|id| id.starts_with("<alert.")), "mails that nobody ordered: {arrived:?}");
    println!("deliveries: {}, uncertain: {uncertain}", rows.len());
}

fn check_store(calm: &Place, disturbed: &Place) {
    // A fetch that was tried again by hand came after all others and saw later days: both look once more at the end.
    for place in [calm, disturbed] {
        assert!(place.command_at(UNTIL, &["fetch"]).status().unwrap().success(), "see {}", place.log.display());
    }
    let (expected, found) = (calm.observations(), disturbed.observations());
    assert!(expected.len() > 1_000, "{}", expected.len());
    let difference: Vec<&String> = found.iter().filter(|row| expected.binary_search(row).is_err()).take(5).collect();
    assert!(difference.is_empty(), "{difference:#?}");
    let lost: Vec<&String> = expected.iter().filter(|row| found.binary_search(row).is_err()).take(5).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert_eq!(found.len(), expected.len());
    println!("observations: {}, the same in both", found.len());
}

/// Nothing in the log may look as if the program itself broke.
fn nothing_broke(log: &Path) {
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}
