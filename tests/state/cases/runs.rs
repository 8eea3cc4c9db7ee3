//! Runs, channels and the store's numbers.

use std::collections::BTreeSet;

use genomslag::model::{ChannelId, Platform, told};
use genomslag::state::{ChannelRun, RunKind, RunOutcome, StateError};
use genomslag::words::problems::action;

use super::{at, open};

fn result(run: &str, finished: i64, complete: bool) -> ChannelRun {
    ChannelRun {
        run: run.to_owned(),
        channel: ChannelId::from("fb-kommun"),
        platform: Platform::Facebook,
        started: at(finished - 1),
        finished: at(finished),
        complete,
        calls: 37,
        bytes: 5_000_000_000,
        retries: 2,
        throttled: 1,
        new: 280,
        restated: 4,
        settled: 3,
        unchanged: 1_000,
        posts_new: 5,
        source: "v25.0".to_owned(),
        problems: vec![action("fb-kommun", told::token_lacks("read_insights"), told::mend_permissions())],
    }
}

pub async fn a_run_lives_and_ends(url: &str) {
    let state = open(url).await;
    let first = state.begin_run(RunKind::Fetch, at(0)).await.unwrap();
    let second = state.begin_run(RunKind::Report, at(1)).await.unwrap();
    assert_eq!(first.id, "20261118T060000Z-0001");
    assert_eq!(second.id, "20261118T060100Z-0002");
    state.finish_run(&first.id, RunOutcome::Partial, Some("två av tre kanaler"), at(2)).await.unwrap();
    let unfinished = state.unfinished_runs().await.unwrap();
    assert_eq!(unfinished, std::slice::from_ref(&second));
    let ended = state.run(&first.id).await.unwrap().unwrap();
    assert_eq!((ended.finished, ended.outcome), (Some(at(2)), Some(RunOutcome::Partial)));
    assert_eq!(ended.summary.as_deref(), Some("två av tre kanaler"));
    let last = state.last_runs(1).await.unwrap();
    assert_eq!(last, [second]);
    let error = state.finish_run("none", RunOutcome::Failed, None, at(3)).await.unwrap_err();
    assert!(matches!(error, StateError::Unknown { .. }), "{error}");
}

pub async fn a_channels_results_are_kept(url: &str) {
    let state = open(url).await;
    let channel = ChannelId::from("fb-kommun");
    assert_eq!(state.last_success(&channel).await.unwrap(), None);
    let good = state.begin_run(RunKind::Fetch, at(0)).await.unwrap();
    let bad = state.begin_run(RunKind::Fetch, at(60)).await.unwrap();
    state.keep_channel_run(&result(&good.id, 5, true)).await.unwrap();
    state.keep_channel_run(&result(&bad.id, 65, true)).await.unwrap();
    // The same channel of the same run again: the later word counts.
    state.keep_channel_run(&result(&bad.id, 66, false)).await.unwrap();
    assert_eq!(state.channel_runs(&good.id).await.unwrap(), [result(&good.id, 5, true)]);
    assert_eq!(state.last_channel_run(&channel, at(90)).await.unwrap(), Some(result(&bad.id, 66, false)));
    assert_eq!(state.last_success(&channel).await.unwrap(), Some(at(5)));
    assert_eq!(state.last_successes().await.unwrap(), [(channel.clone(), at(5))].into());
    // As it was known between the two, and before both.
    assert_eq!(state.last_channel_run(&channel, at(10)).await.unwrap(), Some(result(&good.id, 5, true)));
    assert_eq!(state.last_success_until(&channel, at(5)).await.unwrap(), Some(at(5)));
    assert_eq!(state.last_channel_run(&channel, at(4)).await.unwrap(), None);
    assert_eq!(state.last_success_until(&channel, at(4)).await.unwrap(), None);
}

pub async fn numbers_only_grow(url: &str) {
    let state = open(url).await;
    for expected in 1..=3 {
        assert_eq!(state.next_version("collect/fb", "run", at(0)).await.unwrap(), expected);
    }
    assert_eq!(state.next_version("collect/ig", "run", at(0)).await.unwrap(), 1);
    // The store of a machine whose state was lost has seen more.
    state.raise_version("collect/fb", 40).await.unwrap();
    state.raise_version("collect/fb", 7).await.unwrap();
    assert_eq!(state.next_version("collect/fb", "run", at(0)).await.unwrap(), 41);
    state.raise_version("collect/li", 5).await.unwrap();
    assert_eq!(state.next_version("collect/li", "run", at(0)).await.unwrap(), 6);
}

pub async fn racing_numbers_differ(url: &str) {
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let state = open(url).await;
        askers.spawn(async move {
            let mut numbers = Vec::new();
            for _ in 0..5 {
                numbers.push(state.next_version("collect/fb", "run", at(0)).await.unwrap());
            }
            numbers
        });
    }
    let numbers: BTreeSet<i64> = askers.join_all().await.into_iter().flatten().collect();
    assert_eq!(numbers, (1..=20).collect());
}

pub async fn a_killed_run_leaves_its_number(url: &str) {
    let state = open(url).await;
    let done = state.next_version("collect/fb", "one", at(0)).await.unwrap();
    state.confirm_version("collect/fb", done, at(1)).await.unwrap();
    let killed = state.next_version("collect/fb", "two", at(2)).await.unwrap();
    drop(state);
    let state = open(url).await;
    let open = state.open_versions("collect/fb").await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].version, open[0].run.as_str(), open[0].allocated), (killed, "two", at(2)));
    state.confirm_version("collect/fb", killed, at(3)).await.unwrap();
    assert!(state.open_versions("collect/fb").await.unwrap().is_empty());
    assert!(state.confirm_version("collect/fb", 99, at(3)).await.is_err());
}
