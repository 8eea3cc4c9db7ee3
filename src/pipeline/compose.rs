//! From an order to a finished report: facts, judgement, the worded report, its drawings, its place in the archive.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::facts::{Asked, COMPARED, facts};
use super::fresh::stale_of;
use super::judge::{goals_of, last_closed};
use super::material::material;
use super::weed::{self, RowsWeeded};
use super::{App, PipelineError, beside, computing, forecasts};
use crate::analysis::{self, Facts, GoalForecast};
use crate::delivery::folder;
use crate::model::told::faults;
use crate::model::{
    Campaign, CampaignId, ChannelId, Goal, Language, MetricName, OrganisationUnit, Period, ReportKind, ReportSpec,
    UnitId,
};
use crate::render;
use crate::report::{LastFetch, PlannedMaterial, Report, compose};
use crate::state::ReportEntry;
use crate::store::{LastDays, View, Wanted};
use crate::words::Words;

/// What report is wanted.
#[derive(Debug, Clone)]
pub struct Order {
    /// The report of the configuration that it is, where it is one.
    pub spec: Option<String>,
    /// Its kind.
    pub kind: ReportKind,
    /// Its language.
    pub language: Language,
    /// Only this unit.
    pub unit: Option<UnitId>,
    /// For a report on one campaign: which.
    pub campaign: Option<CampaignId>,
    /// What it covers; none: the last closed period of its kind.
    pub period: Option<Period>,
    /// Only with what was known then.
    pub as_known_at: Option<DateTime<Utc>>,
    /// The case number.
    pub case_no: Option<String>,
    /// Sections to leave out, of [`crate::report::OPTIONAL_SECTIONS`].
    pub without: Vec<String>,
}

impl Order {
    /// A report of the configuration, for the last closed period of its kind.
    pub fn of(spec: &ReportSpec) -> Self {
        Self {
            spec: Some(spec.id.clone()),
            kind: spec.kind,
            language: spec.language,
            unit: spec.unit.clone(),
            campaign: None,
            period: None,
            as_known_at: None,
            case_no: spec.case_no.clone(),
            without: Vec::new(),
        }
    }

    /// A kind of report that is not in the configuration.
    pub fn kind(kind: ReportKind, language: Language) -> Self {
        Self {
            spec: None,
            kind,
            language,
            unit: None,
            campaign: None,
            period: None,
            as_known_at: None,
            case_no: None,
            without: Vec::new(),
        }
    }
}

/// A report with its drawings.
#[derive(Debug, Clone)]
pub struct Made {
    /// The report.
    pub report: Report,
    /// Whether a platform may still change something under it.
    pub preliminary: bool,
    /// The forecasts of its goals, to be kept.
    pub(super) forecasts: Vec<(Goal, GoalForecast)>,
    /// Names and bytes: `report.pdf`, `page-1.png`, `charts/…`, `tables/…`, `report.xlsx`, `report.html`, `report.json`.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Makes the report, and draws it.
///
/// # Errors
/// When the store cannot be read, the unit is unknown or drawing fails.
pub async fn make(app: &App, order: &Order, now: DateTime<Utc>) -> Result<Made, PipelineError> {
    let Composed { report, preliminary, forecasts } = composed(app, order, now).await?;
    let look = app.look.clone();
    let (report, files) = computing(move || {
        let files = render::files(&report, &look);
        (report, files)
    })
    .await?;
    Ok(Made { report, preliminary, forecasts, files: files? })
}

/// Everything of the material that has to be waited for.
pub(super) struct Read {
    pub(super) facts: Facts,
    pub(super) goals: Vec<Goal>,
    pub(super) metrics: Vec<MetricName>,
    pub(super) period: Period,
    pub(super) channels: Vec<ChannelId>,
    pub(super) restated: Vec<(ChannelId, u32)>,
    pub(super) stood_back: Vec<(ChannelId, u32)>,
    pub(super) cut_off: Option<DateTime<Utc>>,
    pub(super) fetches: Vec<LastFetch>,
    pub(super) planned: Option<PlannedMaterial>,
    pub(super) unit: Option<OrganisationUnit>,
    pub(super) score: Option<analysis::Score>,
    /// Channels that have not been read since the period was settled.
    pub(super) stale: Vec<ChannelId>,
    /// What a decision removed of the period.
    pub(super) weeded: Option<RowsWeeded>,
}

/// The report without its drawings, and whether it is preliminary.
///
/// # Errors
/// When the store cannot be read, or the unit is unknown.
pub async fn compose_only(app: &App, order: &Order, now: DateTime<Utc>) -> Result<(Report, bool), PipelineError> {
    let composed = composed(app, order, now).await?;
    Ok((composed.report, composed.preliminary))
}

/// A report without its drawings.
struct Composed {
    report: Report,
    preliminary: bool,
    forecasts: Vec<(Goal, GoalForecast)>,
}

async fn composed(app: &App, order: &Order, now: DateTime<Utc>) -> Result<Composed, PipelineError> {
    let read = read(app, order, &Scope::of(app, order, now)?, now).await?;
    let (app, order) = (app.clone(), order.clone());
    computing(move || {
        let open = analysis::not_complete(&read.facts, &read.channels, read.period);
        let preliminary = !open.is_empty() || !read.stale.is_empty();
        let material = material(&app, &order, now, &read);
        let report = compose(&material, Words::builtin(order.language));
        // With what was known then: nothing that anybody was told.
        let told = order.as_known_at.is_none().then_some(material.forecasts);
        let forecasts = read.goals.iter().cloned().zip(told.into_iter().flatten()).collect();
        Composed { report, preliminary, forecasts }
    })
    .await
}

/// How much of the organisation is looked at.
pub(super) struct Scope {
    /// Only these channels.
    pub(super) only: Option<Vec<ChannelId>>,
    /// The goals that are judged.
    pub(super) goals: Vec<Goal>,
    /// The metrics that are compared.
    pub(super) metrics: Vec<MetricName>,
    /// The campaigns whose effect is estimated.
    pub(super) campaigns: Vec<Campaign>,
}

impl Scope {
    /// What a report looks at.
    fn of(app: &App, order: &Order, now: DateTime<Utc>) -> Result<Self, PipelineError> {
        let at = order.as_known_at.unwrap_or(now);
        let period = order.period.unwrap_or_else(|| last_closed(app, order.kind.granularity(), at));
        let estimated = matches!(order.kind, ReportKind::Tertial | ReportKind::Campaign);
        Ok(Self {
            only: None,
            goals: goals_of(app, order.unit.as_ref(), period)?,
            metrics: COMPARED.map(MetricName::from).to_vec(),
            campaigns: if estimated { app.config.campaigns.clone() } else { Vec::new() },
        })
    }
}

pub(super) async fn read(app: &App, order: &Order, scope: &Scope, now: DateTime<Utc>) -> Result<Read, PipelineError> {
    let at = order.as_known_at.unwrap_or(now);
    let period = order.period.unwrap_or_else(|| last_closed(app, order.kind.granularity(), at));
    let (goals, metrics) = (scope.goals.clone(), scope.metrics.clone());
    let view = app.store.view(order.as_known_at).await?;
    let only = scope.only.as_deref();
    let asked = Asked { goals: &goals, metrics: &metrics, campaigns: &scope.campaigns, period, at, only };
    let facts = facts(app, &view, asked).await?;
    let channels: Vec<ChannelId> =
        facts.channels_of(order.unit.as_ref()).into_iter().map(|channel| channel.id.clone()).collect();
    let Seen { restated, stood_back, last } = seen(app, &view, &facts, &channels, period).await?;
    let shown = channels.iter().filter_map(|id| facts.channel(id)).collect();
    let stale = stale_of(app, shown, &last, period, at).await?.into_iter().map(|stale| stale.channel).collect();
    let cut_off = last.seen.into_values().max();
    let mut fetches = Vec::new();
    for channel in facts.channels.iter().filter(|it| channels.contains(&it.id) && app.config.asks(it)) {
        fetches.push(last_fetch(app, &channel.id, at).await?);
    }
    let planned = match order.kind {
        ReportKind::Monthly | ReportKind::Tertial if order.unit.is_none() => {
            beside::planned(app, &view, period, at).await?
        }
        _ => None,
    };
    let unit = order.unit.as_ref().and_then(|unit| app.config.units.find(unit)).cloned();
    let forecasts_held = score(app, order, period, (at, now)).await?;
    let weeded = weed::weeded(app, weed::OBSERVATIONS, period.start()).await?;
    Ok(Read {
        facts,
        goals,
        metrics,
        period,
        channels,
        restated,
        stood_back,
        cut_off,
        fetches,
        planned,
        unit,
        score: forecasts_held,
        stale,
        weeded,
    })
}

/// How the forecasts about days up to the end of the period turned out, in the kinds of report that tell it.
async fn score(
    app: &App,
    order: &Order,
    period: Period,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<analysis::Score>, PipelineError> {
    if order.kind != ReportKind::Tertial {
        return Ok(None);
    }
    forecasts::settle(app, now).await?;
    let kept = forecasts::kept_forecasts(app, Some(period.end()), at).await?;
    Ok((!kept.is_empty()).then(|| analysis::score(&kept)))
}

/// What of the days of a period and the four weeks before it was told more than once, per channel, and how far each
/// channel's values reach.
struct Seen {
    restated: Vec<(ChannelId, u32)>,
    stood_back: Vec<(ChannelId, u32)>,
    last: LastDays,
}

async fn seen(
    app: &App,
    view: &View,
    facts: &Facts,
    channels: &[ChannelId],
    period: Period,
) -> Result<Seen, PipelineError> {
    let days = Period::new(period.start() - TimeDelta::days(28), period.end()).unwrap_or(period);
    let metrics = ["views", "engagements", "visits", "followers"].map(MetricName::from);
    let wanted: Vec<Wanted> = channels
        .iter()
        .filter_map(|id| facts.channel(id))
        .flat_map(|channel| metrics.iter().map(move |metric| (channel, metric)))
        .filter(|(channel, metric)| facts.offers(app.catalog, channel, metric))
        .map(|(channel, metric)| Wanted {
            channel: channel.id.clone(),
            platform: channel.platform,
            metric: metric.clone(),
            days,
        })
        .collect();
    let (view, catalog) = (view.clone(), app.catalog);
    let (coverage, last) = computing(move || (view.coverage(catalog, &wanted), view.last_days())).await?;
    // Of the metrics of a channel the one with the most days: days of several metrics do not add.
    let mut most: BTreeMap<ChannelId, (u32, u32)> = BTreeMap::new();
    for covered in coverage? {
        let most = most.entry(covered.channel).or_default();
        *most = (most.0.max(covered.restated), most.1.max(covered.stood_back));
    }
    let of = |id: &ChannelId| most.get(id).copied().unwrap_or_default();
    Ok(Seen {
        restated: channels.iter().map(|id| (id.clone(), of(id).0)).collect(),
        stood_back: channels.iter().map(|id| (id.clone(), of(id).1)).collect(),
        last: last?,
    })
}

/// What the fetch before `at` brought, and when the token ends, as far as that was known then.
async fn last_fetch(app: &App, channel: &ChannelId, at: DateTime<Utc>) -> Result<LastFetch, PipelineError> {
    let run = app.state.last_channel_run(channel, at).await?;
    let token = app.state.token(channel.as_str()).await?.filter(|token| token.checked_at <= at);
    let succeeded_at = app.state.last_success_until(channel, at).await?;
    let token_known = token.is_some();
    let token_expires = token.and_then(|token| token.ends());
    let never = LastFetch {
        channel: channel.clone(),
        at: None,
        succeeded_at,
        complete: false,
        calls: 0,
        bytes: 0,
        source: String::new(),
        token_expires,
        token_known,
        problems: Vec::new(),
    };
    Ok(match run {
        Some(run) => LastFetch {
            at: Some(run.finished),
            complete: run.complete,
            calls: u32::try_from(run.calls).unwrap_or(u32::MAX),
            bytes: run.bytes,
            source: run.source,
            problems: run.problems,
            ..never
        },
        None => never,
    })
}

/// Writes the files of a report into a folder of its own below `out`, and notes the report in the state.
///
/// # Errors
/// When a file cannot be written.
pub async fn write(app: &App, order: &Order, made: &Made, out: &Path, draft: bool) -> Result<PathBuf, PipelineError> {
    let report = &made.report;
    let calendar = app.config.organisation.calendar;
    let folder = out.join(folder_name(report, order, calendar));
    set_aside(app, &folder, &report.id).await?;
    let (place, files) = (folder.clone(), made.files.clone());
    let written =
        computing(move || files.iter().try_for_each(|(name, bytes)| folder::write(&place, name, bytes).map(|_| ())))
            .await?;
    written.map_err(|error| PipelineError::File {
        path: folder.display().to_string(),
        why: faults::fault_said(error.to_string()),
    })?;
    let entry = ReportEntry {
        id: report.id.clone(),
        spec: order.spec.clone().unwrap_or_else(|| report.kind.as_str().to_owned()),
        kind: report.kind,
        period: report.period,
        period_code: report.period.code(calendar),
        unit: order.unit.clone(),
        language: report.language,
        hash: report.hash.clone(),
        made_at: report.made,
        draft,
        preliminary: made.preliminary,
        folder: absolute(&folder).display().to_string(),
        known_at: report.as_known_at.unwrap_or(report.made),
        config_digest: app.config.digest.clone(),
    };
    app.state.keep_report(&entry).await?;
    forecasts::keep(app, &report.id, &made.forecasts, report.made).await?;
    Ok(folder)
}

/// Moves another report that lies in the folder aside, under its own id, and tells the ledger where it is now: the same
/// period made again never takes the place of what was made before.
async fn set_aside(app: &App, folder: &Path, id: &str) -> Result<(), PipelineError> {
    let Ok(bytes) = std::fs::read(folder.join("report.json")) else { return Ok(()) };
    let Some(other) = serde_json::from_slice::<Report>(&bytes).ok().map(|other| other.id).filter(|other| other != id)
    else {
        return Ok(());
    };
    let digits = other.rsplit('-').next().unwrap_or(&other);
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let place = folder.with_file_name(format!("{name}-{digits}"));
    if place.exists() {
        // The same report was set aside before: these files are its own again.
        std::fs::remove_dir_all(&place).map_err(|error| PipelineError::file(&place, &error))?;
    }
    std::fs::rename(folder, &place).map_err(|error| PipelineError::file(folder, &error))?;
    let known = app.state.report(&other).await?.filter(|known| known.folder == absolute(folder).display().to_string());
    if let Some(known) = known {
        app.state.keep_report(&ReportEntry { folder: absolute(&place).display().to_string(), ..known }).await?;
    }
    Ok(())
}

/// Writes one file below a folder, whole or not at all.
///
/// # Errors
/// When the disk or the rights do not allow it.
pub fn write_file(place: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, PipelineError> {
    folder::write(place, name, bytes).map_err(|error| PipelineError::File {
        path: place.join(name).display().to_string(),
        why: faults::fault_said(error.to_string()),
    })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// `weekly-2026-W46-sv`, with the unit where there is one.
fn folder_name(report: &Report, order: &Order, calendar: crate::model::Calendar) -> String {
    let unit = order.unit.as_ref().map(|unit| format!("-{unit}")).unwrap_or_default();
    format!("{}{unit}-{}-{}", report.kind.as_str(), report.period.code(calendar), report.language.code())
}
