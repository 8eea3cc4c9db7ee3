//! Where a printed figure comes from, down to the observations in the store.

use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::apart::{self, Wanted};
use super::weed::{self, RowsWeeded};
use super::{App, PipelineError, computing};
use crate::analysis::POSTS;
use crate::model::told::faults;
use crate::model::{Figure, FigureId, How, Observation, Post, Source};
use crate::report::Report;
use crate::state::ReportEntry;
use crate::store::{StoreError, View};

/// A figure with everything that it rests on.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The figure.
    pub figure: Figure,
    /// Its sources, each with its observations.
    pub sources: Vec<ExplainedSource>,
    /// The figures that it was computed from, one level down.
    pub figures: Vec<Figure>,
    /// What of its sources was removed by a decision since: the observations are not all there any more.
    pub weeded: Vec<RowsWeeded>,
}

/// A source with the observations in the store that belong to it, as they were known when the report was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExplainedSource {
    /// The source.
    pub source: Source,
    /// The observations.
    pub observations: Vec<Observation>,
    /// The posts, where posts were counted.
    pub posts: Vec<Post>,
}

/// A line of the list of a report's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureLine {
    /// Its id.
    pub id: FigureId,
    /// Its value, where it has one.
    pub value: Option<f64>,
    /// How it was computed.
    #[serde(flatten)]
    pub how: How,
}

/// The report of the name: an id as printed on its last page (or the beginning of one), or the path of its
/// `report.json` or its folder.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn find_report(app: &App, name: &str) -> Result<Report, PipelineError> {
    let path = Path::new(name);
    let file = match (path.is_file(), path.is_dir()) {
        (true, _) => path.to_owned(),
        (_, true) => path.join("report.json"),
        _ => {
            return Ok(stored_report(app, name).await?.1);
        }
    };
    read_report(&file)
}

/// The report of the id that is printed on its last page (or the beginning of one), and what the ledger knows of it. Unlike
/// [`find_report`] it never takes the name for a path.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn stored_report(app: &App, id: &str) -> Result<(ReportEntry, Report), PipelineError> {
    let entry = app.state.report(id).await?;
    let entry = entry.ok_or_else(|| PipelineError::hinted(faults::no_report_of(id), faults::mend_report_id()))?;
    let report = read_report(&Path::new(&entry.folder).join("report.json"))?;
    Ok((entry, report))
}

fn read_report(file: &Path) -> Result<Report, PipelineError> {
    let bytes = std::fs::read(file).map_err(|error| PipelineError::file(file, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| PipelineError::File {
        path: file.display().to_string(),
        why: faults::not_a_report(error.to_string()),
    })
}

/// All figures of a report, in the order of their ids.
pub fn list_figures(report: &Report) -> Vec<FigureLine> {
    let mut lines: Vec<FigureLine> = report
        .figures
        .iter()
        .map(|figure| FigureLine { id: figure.id.clone(), value: figure.number(), how: figure.trace.how.clone() })
        .collect();
    lines.sort_by(|left, right| left.id.cmp(&right.id));
    lines
}

/// The figure's trace, with the observations that were known when the report was made.
///
/// # Errors
/// When the report has no such figure, or the store cannot be read.
pub async fn explain(app: &App, report: &Report, id: &str) -> Result<Explained, PipelineError> {
    let find = |id: &FigureId| report.figures.iter().find(|figure| &figure.id == id).cloned();
    let figure = find(&FigureId(id.to_owned()));
    let none = || PipelineError::hinted(faults::no_figure_of(&report.id, id), faults::mend_list_figures());
    let figure = figure.ok_or_else(none)?;
    let (known_at, sources) = (report.as_known_at.unwrap_or(report.made), figure.trace.sources.clone());
    let wanted = Wanted::Sources { sources: sources.clone(), known_at };
    let sources = apart::done(app, &wanted, read_sources(app, sources, known_at)).await?;
    let mut weeded = Vec::new();
    for (class, counts_posts) in [(weed::OBSERVATIONS, false), (weed::POSTS, true)] {
        let of_class = figure.trace.sources.iter().filter(|source| {
            let counted = source.metrics.iter().any(|metric| metric == POSTS);
            counted == counts_posts
        });
        if let Some(start) = of_class.map(|source| source.start).min() {
            let since = weed::weeded(app, class, start).await?;
            weeded.extend(since.filter(|weeded| weeded.at > report.made));
        }
    }
    let figures = figure.trace.figures.iter().filter_map(find).collect();
    Ok(Explained { figure, sources, figures, weeded })
}

/// The sources with what the store was told of them until then.
pub(super) async fn read_sources(
    app: &App,
    sources: Vec<Source>,
    known_at: DateTime<Utc>,
) -> Result<Vec<ExplainedSource>, PipelineError> {
    let view = app.store.view(Some(known_at)).await?;
    let zone = app.config.organisation.zone;
    let read = move || {
        let read = |source: Source| {
            // Posts are counted, and stand in a table of their own.
            let counted = source.metrics.iter().any(|metric| metric == POSTS);
            let posts = if counted { posts(&view, &source, zone)? } else { Vec::new() };
            Ok(ExplainedSource { observations: view.trace(&source)?, posts, source })
        };
        sources.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()
    };
    Ok(computing(read).await??)
}

/// The posts of the channel that were published on the organisation's days of the source.
fn posts(view: &View, source: &Source, zone: Tz) -> Result<Vec<Post>, StoreError> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    // A day's margin on both sides: zones differ by less, and the days are compared below.
    let (from, to) = (midnight(source.start) - TimeDelta::days(1), midnight(source.end) + TimeDelta::days(1));
    let mut posts = view.posts(std::slice::from_ref(&source.channel), Some(from), Some(to))?;
    posts.retain(|post| {
        let day = post.published.with_timezone(&zone).date_naive();
        source.start <= day && day < source.end && source.post.as_ref().is_none_or(|id| post.id.as_str() == id)
    });
    Ok(posts)
}
