//! One run of fetching: what is new from every channel, into the store, with what it cost and what went wrong.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use serde::Serialize;

use super::credentials::Clients;
use super::history::{HistoryImport, import_history};
use super::import::import_values;
use super::{App, PipelineError, beside, plan};
use crate::connectors::fetch::{Client, Collected, Progress, collect};
use crate::connectors::{Task, connector, linkedin};
use crate::model::{Channel, ChannelId, Gravity, Platform, Problem, told};
use crate::state::{ChannelRun, RunKind, RunOutcome, TokenCheck};
use crate::store::{Appended, Batch};
use crate::words::problems::{action, problem};

/// Channels that are asked at the same time; each client bounds its own open questions besides.
const AT_ONCE: usize = 6;

/// What a run brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fetched {
    /// The run.
    pub run: String,
    /// What each channel brought, in the order of the configuration.
    pub channels: Vec<ChannelFetch>,
    /// The history files of the configuration.
    pub history: Vec<HistoryImport>,
    /// What went wrong or is worth telling.
    pub problems: Vec<Problem>,
}

/// What one channel brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelFetch {
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// Whether it had been fetched before: only what may be new was asked.
    pub again: bool,
    /// Whether everything came that was asked.
    pub complete: bool,
    /// Questions sent.
    pub calls: u32,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Values of something that was not known before.
    pub new: u64,
    /// Values that differ from what was known.
    pub restated: u64,
    /// Values that were known, and are settled now.
    pub settled: u64,
    /// Values that were known already.
    pub unchanged: u64,
    /// Posts that were not known before.
    pub posts_new: u64,
    /// Where it came from.
    pub source: String,
    /// What went wrong or is worth telling.
    pub problems: Vec<Problem>,
}

/// A channel with all that it takes to ask it.
struct Ready {
    channel: Channel,
    client: Client,
    task: Task,
    again: bool,
}

/// Fetches what is new from the channels (none named: all), after the history files. `progress` is told how far each
/// channel has come.
///
/// # Errors
/// When store or state cannot be used at all. What goes wrong with a channel is told in its result.
pub async fn fetch(
    app: &App,
    only: &[ChannelId],
    now: DateTime<Utc>,
    progress: impl Fn(Progress) + Send + Sync,
) -> Result<Fetched, PipelineError> {
    let run = app.state.begin_run(RunKind::Fetch, now).await?.id;
    let (mut history, mut problems) = import_history(app, &run, now).await?;
    history.extend(Box::pin(import_values(app, &run, now, &mut problems)).await?);
    problems.extend(versions(app, now));
    problems.extend(beside::problems(app));
    let mut clients = Clients::default();
    let (mut ready, mut done) = (Vec::new(), Vec::new());
    let wanted: BTreeSet<&ChannelId> = only.iter().collect();
    for channel in app.config.channels.iter().filter(|channel| !channel.platform.only_files()) {
        if !wanted.is_empty() && !wanted.contains(&channel.id) {
            continue;
        }
        if !app.config.asks(channel) {
            problems.extend(fed_by_files(app, channel, wanted.contains(&channel.id), now).await?);
            continue;
        }
        match clients.of(app, channel, now).await {
            Ok(client) => ready.push(prepare(app, channel, client, now).await?),
            Err(problem) => done.push(unasked(app, &run, channel, problem, now).await?),
        }
    }
    problems.append(&mut clients.problems);
    let progress = &progress;
    let run_name = run.as_str();
    let asked = stream::iter(ready).map(|ready| one(app, run_name, ready, now, progress)).buffer_unordered(AT_ONCE);
    let asked: Vec<Result<ChannelFetch, PipelineError>> = asked.collect().await;
    for result in asked {
        done.push(result?);
    }
    let place = |id: &ChannelId| app.config.channels.iter().position(|channel| &channel.id == id);
    done.sort_by_key(|fetch| place(&fetch.channel));
    let complete = done.iter().all(|fetch| fetch.complete);
    let outcome = match (complete, done.iter().any(|fetch| fetch.calls > 0)) {
        (true, _) => RunOutcome::Complete,
        (false, true) => RunOutcome::Partial,
        (false, false) => RunOutcome::Failed,
    };
    app.state.finish_run(&run, outcome, None, now).await?;
    Ok(Fetched { run, channels: done, history, problems })
}

/// What is told of a channel that is not asked because it is fed by files: once, and whenever it is named.
async fn fed_by_files(
    app: &App,
    channel: &Channel,
    named: bool,
    now: DateTime<Utc>,
) -> Result<Option<Problem>, PipelineError> {
    let first = app.state.claim_setting(&format!("fed-by-files/{}", channel.id), "told", now).await?;
    Ok((first || named).then(|| by_files(channel)))
}

/// A channel that nobody asks: its values come as files.
pub(super) fn by_files(channel: &Channel) -> Problem {
    let title = channel.platform.title();
    let (what, remedy) = if channel.by_files {
        (told::fed_by_files(title), told::mend_export_guide(channel.platform))
    } else {
        (told::no_token_files(title), told::mend_import_or_token(channel.platform, "{ env = \"…\" }"))
    };
    problem(channel.id.as_str(), Gravity::Notice, what, Some(remedy))
}

/// API versions that are about to end.
fn versions(app: &App, now: DateTime<Utc>) -> Vec<Problem> {
    if !app.config.channels.iter().any(|it| it.platform == Platform::LinkedIn && app.config.asks(it)) {
        return Vec::new();
    }
    let version = &app.config.platforms.access(Platform::LinkedIn).version;
    let ending = linkedin::versions::warning(version, now.date_naive());
    ending.map(|what| action("linkedin", what, told::mend_linkedin_version())).into_iter().collect()
}

async fn prepare(app: &App, channel: &Channel, client: Client, now: DateTime<Utc>) -> Result<Ready, PipelineError> {
    let last = app.state.last_success(&channel.id).await?;
    let version = &app.config.platforms.access(channel.platform).version;
    let calendar = app.config.organisation.calendar;
    let task = plan::task(channel, version, calendar, app.config.fetch.since, last, now);
    Ok(Ready { channel: channel.clone(), client, task, again: last.is_some() })
}

async fn one(
    app: &App,
    run: &str,
    ready: Ready,
    now: DateTime<Utc>,
    progress: &(impl Fn(Progress) + Send + Sync),
) -> Result<ChannelFetch, PipelineError> {
    let Ready { channel, client, task, again } = ready;
    let organisation = &app.config.organisation.id;
    let mut collected = collect(&client, connector(&channel), &task, run, organisation, progress).await;
    let application = format!("collect/{}", channel.id);
    let version = version(app, &application, run, now).await?;
    let batch =
        Batch { observations: &collected.observations, posts: &collected.posts, application: &application, version };
    // The other channels go on when one cannot be kept; the next run asks for the same again.
    let kept = app.store.append(batch).await;
    if kept.is_ok() {
        app.state.confirm_version(&application, version, now).await?;
    }
    let appended = kept.unwrap_or_else(|error| {
        collected.complete = false;
        let what = told::nothing_kept(error.to_string());
        collected.problems.push(action(channel.id.as_str(), what, told::mend_disk()));
        Appended::default()
    });
    note_token(app, &channel, &collected, now).await?;
    let fetched = fetched(&channel, again, &collected, appended);
    app.state.keep_channel_run(&record(run, &fetched, &collected, now)).await?;
    Ok(fetched)
}

/// The number under which the store takes the batch. It is never below the clock's seconds: a state that was lost or put
/// back from a copy would hand out numbers that the store has seen, and the store would take the batch for one it has.
pub(super) async fn version(app: &App, application: &str, run: &str, now: DateTime<Utc>) -> Result<i64, PipelineError> {
    app.state.raise_version(application, now.timestamp()).await?;
    Ok(app.state.next_version(application, run, now).await?)
}

fn fetched(channel: &Channel, again: bool, collected: &Collected, appended: Appended) -> ChannelFetch {
    ChannelFetch {
        channel: channel.id.clone(),
        platform: channel.platform,
        again,
        complete: collected.complete,
        calls: collected.cost.calls,
        bytes: collected.cost.bytes,
        new: appended.new,
        restated: appended.restated,
        settled: appended.settled,
        unchanged: appended.unchanged,
        posts_new: appended.posts_new,
        source: collected.source.clone(),
        problems: collected.problems.clone(),
    }
}

fn record(run: &str, fetch: &ChannelFetch, collected: &Collected, now: DateTime<Utc>) -> ChannelRun {
    ChannelRun {
        run: run.to_owned(),
        channel: fetch.channel.clone(),
        platform: fetch.platform,
        started: now,
        finished: now,
        complete: fetch.complete,
        calls: u64::from(fetch.calls),
        bytes: fetch.bytes,
        retries: u64::from(collected.cost.retries),
        throttled: collected.cost.throttled.as_secs(),
        new: fetch.new,
        restated: fetch.restated,
        settled: fetch.settled,
        unchanged: fetch.unchanged,
        posts_new: fetch.posts_new,
        source: fetch.source.clone(),
        problems: fetch.problems.clone(),
    }
}

async fn note_token(
    app: &App,
    channel: &Channel,
    collected: &Collected,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    if collected.complete {
        app.state.note_token_success(channel.id.as_str(), now).await?;
    }
    let Some(facts) = &collected.token else { return Ok(()) };
    let check = TokenCheck {
        subject: channel.id.to_string(),
        valid: facts.valid.unwrap_or(collected.complete),
        expires: facts.expires,
        never_expires: facts.never_expires,
        data_access_expires: facts.data_access_expires,
        scopes: facts.scopes.clone(),
    };
    Ok(app.state.note_token(&check, now).await?)
}

/// A channel that could not even be asked.
async fn unasked(
    app: &App,
    run: &str,
    channel: &Channel,
    problem: Problem,
    now: DateTime<Utc>,
) -> Result<ChannelFetch, PipelineError> {
    let collected = Collected { problems: vec![problem], ..Collected::default() };
    let again = app.state.last_success(&channel.id).await?.is_some();
    let fetch = fetched(channel, again, &collected, Appended::default());
    app.state.keep_channel_run(&record(run, &fetch, &collected, now)).await?;
    Ok(fetch)
}
