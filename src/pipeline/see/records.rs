//! What was made and what was fetched, as plain data, and the traces of figures.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Figure, Observation, Post, Problem, Source, State as Became, Value, Window};
use crate::pipeline::{App, Explained, PipelineError, RowsWeeded};
use crate::state::{ChannelRun, ReportEntry, ReportFilter, Run};

/// A figure with everything that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TraceAnswer {
    /// The figure.
    pub figure: Figure,
    /// Its sources, each with its observations.
    pub sources: Vec<TraceSource>,
    /// The figures that it was computed from, one level down.
    pub figures: Vec<Figure>,
    /// What of its sources was removed by a decision since.
    pub weeded: Vec<RowsWeeded>,
}

/// A source with the observations in the store that belong to it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TraceSource {
    /// The source.
    pub source: Source,
    /// The observations.
    pub observations: Vec<ObservationAnswer>,
    /// The posts, where posts were counted.
    pub posts: Vec<Post>,
}

/// One value of one metric for one window, as it was told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ObservationAnswer {
    /// The platform's own name of the metric.
    pub metric: String,
    /// The post, for values of a post.
    pub post: Option<String>,
    /// A breakdown.
    pub dimension: Option<String>,
    /// What stretch it covers.
    pub window: Window,
    /// First of the platform's days.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// The zone in which the days are cut.
    pub zone: String,
    /// The value; none in every state but `ok` and `preliminary`.
    pub value: Option<Value>,
    /// What became of the question.
    pub state: Became,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// Where it came from.
    pub source: String,
    /// The run that brought it.
    pub run: String,
}

/// A report that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportLine {
    /// Its id, as it is printed.
    pub id: String,
    /// The report in the configuration.
    pub spec: String,
    /// Its kind.
    pub kind: String,
    /// Its period as people write it, `2026-W46`.
    pub period: String,
    /// The unit that it is about; none: the whole organisation.
    pub unit: Option<String>,
    /// Its language.
    pub language: String,
    /// The hash of its content.
    pub hash: String,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// Whether it is a draft, not yet for readers.
    pub draft: bool,
    /// Whether it was made before its figures were complete.
    pub preliminary: bool,
    /// What was known when it was made.
    pub known_at: DateTime<Utc>,
}

/// A run with what each channel gave and cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunAnswer {
    /// The run.
    pub run: RunLine,
    /// Its channels.
    pub channels: Vec<ChannelRunLine>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunLine {
    /// Its name.
    pub id: String,
    /// What it did.
    pub kind: String,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended; none while it works, or when it was killed.
    pub finished: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<String>,
    /// One sentence about it.
    pub summary: Option<String>,
}

/// What one channel gave in one run, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChannelRunLine {
    /// The channel.
    pub channel: String,
    /// Its platform.
    pub platform: String,
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
    /// Where from.
    pub source: String,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

impl TraceAnswer {
    /// The trace as plain data.
    pub fn of(explained: Explained) -> Self {
        let sources = explained.sources.into_iter().map(|it| TraceSource {
            source: it.source,
            observations: it.observations.into_iter().map(observation).collect(),
            posts: it.posts,
        });
        Self {
            figure: explained.figure,
            sources: sources.collect(),
            figures: explained.figures,
            weeded: explained.weeded,
        }
    }
}

fn observation(seen: Observation) -> ObservationAnswer {
    let reading = seen.reading;
    ObservationAnswer {
        metric: reading.metric,
        post: reading.post.map(|it| it.to_string()),
        dimension: reading.dimension,
        window: reading.window,
        start: reading.start,
        end: reading.end,
        zone: seen.zone,
        value: reading.value,
        state: reading.state,
        seen: seen.seen,
        source: seen.source,
        run: seen.run,
    }
}

/// The reports that were made, the latest first.
///
/// # Errors
/// When the state cannot be read.
pub async fn report_lines(app: &App, most: u32) -> Result<Vec<ReportLine>, PipelineError> {
    let filter = ReportFilter { most: Some(most), ..ReportFilter::default() };
    Ok(app.state.reports(&filter).await?.into_iter().map(report_line).collect())
}

fn report_line(entry: ReportEntry) -> ReportLine {
    ReportLine {
        id: entry.id,
        spec: entry.spec,
        kind: entry.kind.as_str().to_owned(),
        period: entry.period_code,
        unit: entry.unit.map(|it| it.to_string()),
        language: entry.language.code().to_owned(),
        hash: entry.hash,
        made: entry.made_at,
        draft: entry.draft,
        preliminary: entry.preliminary,
        known_at: entry.known_at,
    }
}

/// What the last runs fetched, and what it cost; the latest first.
///
/// # Errors
/// When the state cannot be read.
pub async fn run_answers(app: &App, most: u32) -> Result<Vec<RunAnswer>, PipelineError> {
    let mut answers = Vec::new();
    for run in app.state.last_runs(most).await? {
        let channels = app.state.channel_runs(&run.id).await?.into_iter().map(channel_run).collect();
        answers.push(RunAnswer { run: run_line(run), channels });
    }
    Ok(answers)
}

fn run_line(run: Run) -> RunLine {
    RunLine {
        id: run.id,
        kind: run.kind.to_string(),
        started: run.started,
        finished: run.finished,
        outcome: run.outcome.map(|it| it.to_string()),
        summary: run.summary,
    }
}

fn channel_run(run: ChannelRun) -> ChannelRunLine {
    ChannelRunLine {
        channel: run.channel.to_string(),
        platform: run.platform.to_string(),
        started: run.started,
        finished: run.finished,
        complete: run.complete,
        calls: run.calls,
        bytes: run.bytes,
        new: run.new,
        restated: run.restated,
        settled: run.settled,
        unchanged: run.unchanged,
        posts_new: run.posts_new,
        source: run.source,
        problems: run.problems,
    }
}
