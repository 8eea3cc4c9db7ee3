//! A run that is killed at any point leaves a store that can be read, and the next run completes it: nothing lost,
//! nothing doubled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use genomslag::model::Observation;
use genomslag::store::{Batch, Store};

use super::{at, bjorkvalla, day, files, open, post, rows, value};

/// The second run: a restated day, a new one, and a post.
fn second() -> Vec<Observation> {
    vec![value("views", day(11, 1), 11, at(11, 3, 5)), value("views", day(11, 2), 20, at(11, 3, 5))]
}

async fn run_second(store: &Store) -> genomslag::store::Appended {
    let posts = [post("1", "Hej", at(11, 3, 5))];
    let batch = Batch { observations: &second(), posts: &posts, application: "collect/fb-kommun", version: 2 };
    store.append(batch).await.unwrap()
}

async fn run_first(store: &Store) {
    let rows = [value("views", day(11, 1), 10, at(11, 2, 5))];
    let batch = Batch { observations: &rows, posts: &[], application: "collect/fb-kommun", version: 1 };
    store.append(batch).await.unwrap();
}

fn copied(from: &Path, to: &Path) {
    for file in files(from, "") {
        let there = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::copy(&file, &there).unwrap();
    }
}

/// What the second run wrote, in its order: posts before values, data before its log entry.
fn written(before: &Path, after: &Path) -> Vec<PathBuf> {
    let mut new: Vec<PathBuf> = files(after, "")
        .iter()
        .map(|file| file.strip_prefix(after).unwrap().to_owned())
        .filter(|file| !before.join(file).exists())
        .collect();
    new.sort_by_key(|file| (!file.starts_with("posts"), file.to_string_lossy().contains("_delta_log")));
    new
}

async fn state(store: &Store) -> (usize, usize, Option<f64>) {
    let view = store.view(None).await.unwrap();
    let series = view.series(&super::catalog(), &[super::facebook("views", day(11, 1), day(11, 2))]).unwrap();
    (
        rows(store).await,
        view.posts(&[], None, None).unwrap().len(),
        series[0].points.last().and_then(|point| point.value),
    )
}

#[tokio::test]
async fn after_every_write_of_a_run_the_store_reads_and_the_run_completes() {
    let (first, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run_first(&open(first.path()).await).await;
    copied(first.path(), whole.path());
    run_second(&open(whole.path()).await).await;
    let done = state(&open(whole.path()).await).await;
    assert_eq!(done, (3, 1, Some(11.0)));
    let new = written(first.path(), whole.path());
    assert_eq!(new.len(), 4, "data and log entry of two tables: {new:?}");

    for killed_after in 0..=new.len() {
        for half in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            copied(first.path(), folder.path());
            for file in &new[..killed_after] {
                fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
                fs::copy(whole.path().join(file), folder.path().join(file)).unwrap();
            }
            // Killed in the midst of the next file: it has no name yet, only that of a draft.
            if let (true, Some(next)) = (half, new.get(killed_after)) {
                let content = fs::read(whole.path().join(next)).unwrap();
                let draft = folder.path().join(format!("{}#12345", next.display()));
                fs::create_dir_all(draft.parent().unwrap()).unwrap();
                fs::write(draft, &content[..content.len() / 2]).unwrap();
            }
            let store = open(folder.path()).await;
            let (kept, posts, value) = state(&store).await;
            let landed = killed_after == new.len();
            assert_eq!(
                (kept, value),
                if landed { (3, Some(11.0)) } else { (1, Some(10.0)) },
                "after {killed_after} writes"
            );
            assert_eq!(posts, usize::from(killed_after >= 2));
            let again = run_second(&store).await;
            assert_eq!(again.skipped_duplicate_run, landed);
            assert_eq!(state(&open(folder.path()).await).await, done, "after {killed_after} writes, half {half}");
        }
    }
}

const RUNS: i64 = 40;

fn of_run(run: i64) -> [Observation; 2] {
    let on = day(11, 1) + chrono::Days::new(u64::try_from(run).unwrap());
    [value("views", on, run, at(12, 31, 5)), value("follows", on, 1000 + run, at(12, 31, 5))]
}

async fn append(store: &Store, run: i64) -> bool {
    let posts = [post(&run.to_string(), "Hej", at(12, 31, 5))];
    let batch = Batch { observations: &of_run(run), posts: &posts, application: "collect", version: run };
    store.append(batch).await.unwrap().skipped_duplicate_run
}

/// Does nothing in a usual run of the tests: the next test starts it as a program of its own, and kills it.
#[tokio::test]
async fn the_writer_that_is_killed() {
    let Some(folder) = std::env::var_os("GENOMSLAG_TEST_STORE_OF_KILLED") else { return };
    let store = Store::open(Path::new(&folder), &bjorkvalla()).await.unwrap();
    for run in 1..=RUNS {
        append(&store, run).await;
    }
}

#[tokio::test]
async fn a_program_killed_without_warning_loses_and_doubles_nothing() {
    for wait in [40, 120, 250] {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).await;
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::killed::the_writer_that_is_killed"])
            .env("GENOMSLAG_TEST_STORE_OF_KILLED", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Not how long, but that it may be anywhere: what must hold holds wherever it was.
        std::thread::sleep(Duration::from_millis(wait));
        writer.kill().unwrap();
        writer.wait().unwrap();

        let store = open(folder.path()).await;
        let kept = rows(&store).await;
        assert_eq!(kept % 2, 0, "a run is there or not: {kept} rows");
        let posts = store.view(None).await.unwrap().posts(&[], None, None).unwrap().len();
        assert!(posts == kept / 2 || posts == kept / 2 + 1, "{posts} posts, {kept} values");
        let mut skipped = 0;
        for run in 1..=RUNS {
            skipped += usize::from(append(&store, run).await);
        }
        assert_eq!(skipped, kept / 2, "what had landed was not done again");
        let view = store.view(None).await.unwrap();
        assert_eq!(view.posts(&[], None, None).unwrap().len(), 40);
        assert_eq!(rows(&store).await, 80);
        let total = view.totals(&super::catalog(), &[super::facebook("views", day(11, 1), day(12, 31))]).unwrap();
        assert_eq!(total[0].value, Ok(820.0), "1 + 2 + … + 40");
        store.compact().await.unwrap();
        assert_eq!(rows(&store).await, 80);
    }
}
