//! Runs: what was done when, and what each channel gave and cost.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::database::{Row, cells};
use super::word::words;
use super::{State, StateError};
use crate::model::{ChannelId, Platform, Problem};

words! {
    /// What a run did.
    RunKind {
        /// Asked the platforms.
        Fetch = "fetch",
        /// Took files in.
        Import = "import",
        /// Made reports.
        Report = "report",
        /// Sent reports.
        Delivery = "delivery",
        /// Looked for what somebody should be told.
        Alerts = "alerts",
        /// Compacted, weeded, backed up.
        Upkeep = "upkeep",
    }
}

words! {
    /// How a run ended.
    RunOutcome {
        /// Everything that was asked for.
        Complete = "complete",
        /// Some of it; the problems say what is missing.
        Partial = "partial",
        /// Nothing of it.
        Failed = "failed",
        /// It was killed, or stopped in the midst.
        Interrupted = "interrupted",
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its name, `20261118T060000Z-0001`: when it began, and the running number in this database.
    pub id: String,
    /// What it did.
    pub kind: RunKind,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended; none while it works, or when it was killed.
    pub finished: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<RunOutcome>,
    /// One sentence about it.
    pub summary: Option<String>,
}

/// What one channel gave in one run, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRun {
    /// The run.
    pub run: String,
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// When it was first asked.
    pub started: DateTime<Utc>,
    /// When the last answer was in.
    pub finished: DateTime<Utc>,
    /// Whether everything that was asked for came.
    pub complete: bool,
    /// Calls over the network.
    pub calls: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Calls that were repeated.
    pub retries: u64,
    /// Calls that the platform put off.
    pub throttled: u64,
    /// Values of something that was not known before.
    pub new: u64,
    /// Values that differ from what was known.
    pub restated: u64,
    /// Preliminary values that are settled now.
    pub settled: u64,
    /// What was known already.
    pub unchanged: u64,
    /// Posts that were not known before.
    pub posts_new: u64,
    /// Where from: the version of the interface, or an import's hash.
    pub source: String,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// What a channel cost over a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelCost {
    /// The channel.
    pub channel: ChannelId,
    /// How often it was asked.
    pub runs: u64,
    /// How often not everything came.
    pub incomplete: u64,
    /// Calls over the network.
    pub calls: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Calls that were repeated.
    pub retries: u64,
    /// Seconds that were waited because the platform's quota was nearly used up.
    pub throttled: u64,
}

impl State {
    /// What every channel cost since the moment, by channel.
    pub async fn channel_costs(&self, since: DateTime<Utc>) -> Result<Vec<ChannelCost>, StateError> {
        let sql = "SELECT channel, COUNT(*) AS runs, CAST(SUM(1 - complete) AS BIGINT) AS incomplete, \
                   CAST(SUM(calls) AS BIGINT) AS calls, CAST(SUM(bytes) AS BIGINT) AS bytes, \
                   CAST(SUM(retries) AS BIGINT) AS retries, CAST(SUM(throttled) AS BIGINT) AS throttled \
                   FROM channel_runs WHERE finished >= $1 GROUP BY channel ORDER BY channel";
        self.database
            .all(sql, cells![since], |row| {
                Ok(ChannelCost {
                    channel: ChannelId::from(row.text("channel")?),
                    runs: row.count("runs")?,
                    incomplete: row.count("incomplete")?,
                    calls: row.count("calls")?,
                    bytes: row.count("bytes")?,
                    retries: row.count("retries")?,
                    throttled: row.count("throttled")?,
                })
            })
            .await
    }

    /// Begins a run.
    pub async fn begin_run(&self, kind: RunKind, now: DateTime<Utc>) -> Result<Run, StateError> {
        let number = self.next_number("run").await?;
        let id = format!("{}-{number:04x}", now.format("%Y%m%dT%H%M%SZ"));
        self.database
            .run("INSERT INTO runs (id, kind, started) VALUES ($1, $2, $3)", cells![&id, kind.as_str(), now])
            .await?;
        Ok(Run { id, kind, started: now, finished: None, outcome: None, summary: None })
    }

    /// Ends a run.
    pub async fn finish_run(
        &self,
        run: &str,
        outcome: RunOutcome,
        summary: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), StateError> {
        let changed = self
            .database
            .run(
                "UPDATE runs SET finished = $2, outcome = $3, summary = $4 WHERE id = $1",
                cells![run, now, outcome.as_str(), summary],
            )
            .await?;
        if changed == 0 { Err(StateError::Unknown { what: "run", id: run.to_owned() }) } else { Ok(()) }
    }

    /// Keeps what a channel gave. The same run and channel again replaces what was kept.
    pub async fn keep_channel_run(&self, result: &ChannelRun) -> Result<(), StateError> {
        let problems = super::json(&result.problems)?;
        self.database
            .run(
                "INSERT INTO channel_runs (run, channel, platform, started, finished, complete, calls, bytes, retries, \
                 throttled, values_new, restated, settled, unchanged, posts_new, source, problems) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
                 ON CONFLICT (run, channel) DO UPDATE SET started = excluded.started, finished = excluded.finished, \
                 complete = excluded.complete, calls = excluded.calls, bytes = excluded.bytes, \
                 retries = excluded.retries, throttled = excluded.throttled, values_new = excluded.values_new, \
                 restated = excluded.restated, settled = excluded.settled, unchanged = excluded.unchanged, \
                 posts_new = excluded.posts_new, source = excluded.source, problems = excluded.problems",
                cells![
                    &result.run,
                    result.channel.as_str(),
                    result.platform.as_str(),
                    result.started,
                    result.finished,
                    result.complete,
                    result.calls,
                    result.bytes,
                    result.retries,
                    result.throttled,
                    result.new,
                    result.restated,
                    result.settled,
                    result.unchanged,
                    result.posts_new,
                    &result.source,
                    problems,
                ],
            )
            .await?;
        Ok(())
    }

    /// The run of the name.
    pub async fn run(&self, id: &str) -> Result<Option<Run>, StateError> {
        self.database.first("SELECT * FROM runs WHERE id = $1", cells![id]).await?.as_ref().map(read_run).transpose()
    }

    /// The latest runs, newest first.
    pub async fn last_runs(&self, most: u32) -> Result<Vec<Run>, StateError> {
        let sql = "SELECT * FROM runs ORDER BY started DESC, id DESC LIMIT $1";
        self.database.all(sql, cells![most], read_run).await
    }

    /// Runs that never ended: under way, or killed. Oldest first.
    pub async fn unfinished_runs(&self) -> Result<Vec<Run>, StateError> {
        let sql = "SELECT * FROM runs WHERE finished IS NULL ORDER BY started, id";
        self.database.all(sql, cells![], read_run).await
    }

    /// What every channel gave in a run, by channel.
    pub async fn channel_runs(&self, run: &str) -> Result<Vec<ChannelRun>, StateError> {
        let sql = "SELECT * FROM channel_runs WHERE run = $1 ORDER BY channel";
        self.database.all(sql, cells![run], read_channel_run).await
    }

    /// What the channel gave the last time that it was asked, up to the moment.
    pub async fn last_channel_run(
        &self,
        channel: &ChannelId,
        until: DateTime<Utc>,
    ) -> Result<Option<ChannelRun>, StateError> {
        let sql = "SELECT * FROM channel_runs WHERE channel = $1 AND finished <= $2 \
                   ORDER BY finished DESC, run DESC LIMIT 1";
        let row = self.database.first(sql, cells![channel.as_str(), until]).await?;
        row.as_ref().map(read_channel_run).transpose()
    }

    /// When the channel last gave everything that it was asked for.
    pub async fn last_success(&self, channel: &ChannelId) -> Result<Option<DateTime<Utc>>, StateError> {
        self.last_success_until(channel, DateTime::<Utc>::MAX_UTC).await
    }

    /// The same of every channel that ever did, in one question.
    pub async fn last_successes(&self) -> Result<BTreeMap<ChannelId, DateTime<Utc>>, StateError> {
        let sql = "SELECT channel, MAX(finished) AS finished FROM channel_runs \
                   WHERE complete = 1 AND finished IS NOT NULL GROUP BY channel";
        let read = |row: &Row| Ok((ChannelId::from(row.text("channel")?), row.time("finished")?));
        Ok(self.database.all(sql, cells![], read).await?.into_iter().collect())
    }

    /// The same, as it was known at the moment.
    pub async fn last_success_until(
        &self,
        channel: &ChannelId,
        until: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StateError> {
        let sql = "SELECT MAX(finished) AS finished FROM channel_runs \
                   WHERE channel = $1 AND complete = 1 AND finished <= $2";
        match self.database.first(sql, cells![channel.as_str(), until]).await? {
            Some(row) => row.maybe_time("finished"),
            None => Ok(None),
        }
    }
}

fn read_run(row: &Row) -> Result<Run, StateError> {
    Ok(Run {
        id: row.text("id")?,
        kind: row.word("kind", RunKind::parse)?,
        started: row.time("started")?,
        finished: row.maybe_time("finished")?,
        outcome: row.maybe_word("outcome", RunOutcome::parse)?,
        summary: row.maybe_text("summary")?,
    })
}

fn read_channel_run(row: &Row) -> Result<ChannelRun, StateError> {
    Ok(ChannelRun {
        run: row.text("run")?,
        channel: ChannelId::from(row.text("channel")?),
        platform: row.word("platform", Platform::parse)?,
        started: row.time("started")?,
        finished: row.time("finished")?,
        complete: row.flag("complete")?,
        calls: row.count("calls")?,
        bytes: row.count("bytes")?,
        retries: row.count("retries")?,
        throttled: row.count("throttled")?,
        new: row.count("values_new")?,
        restated: row.count("restated")?,
        settled: row.count("settled")?,
        unchanged: row.count("unchanged")?,
        posts_new: row.count("posts_new")?,
        source: row.text("source")?,
        problems: row.json("problems")?,
    })
}
