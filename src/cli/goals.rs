//! `genomslag goals`: how the goals stand.

use serde_json::json;

use super::Ending;
use super::args::Goals;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Language, ReportKind, Status, UnitId};
use crate::pipeline::{self, JudgeOrder, Judged, Order};
use crate::report::{Block, GoalLine};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Goals) -> anyhow::Result<Ending> {
    if options.forecasts {
        return super::forecasts::run(setup).await;
    }
    let opened = setup.open().await?;
    let (period, as_known_at) = opened.when(&options.when)?;
    let order = JudgeOrder { period, as_known_at, unit: options.unit.as_deref().map(UnitId::from) };
    let judged = pipeline::judge(&opened.app, &order, opened.now).await?;
    let lines = lines(&opened, &JudgeOrder { period: Some(judged.period), ..order }).await?;
    if setup.common.json {
        output::json(&as_json(&opened, &judged, &lines))?;
    } else {
        show(&opened, &judged, &lines);
    }
    Ok(Ending::Done)
}

/// The goals as lines, worded as in a report that holds them all.
async fn lines(opened: &Opened, order: &JudgeOrder) -> anyhow::Result<Vec<GoalLine>> {
    let whole = Order {
        unit: order.unit.clone(),
        period: order.period,
        as_known_at: order.as_known_at,
        ..Order::kind(ReportKind::Monthly, opened.language)
    };
    let (report, _) = pipeline::compose_only(&opened.app, &whole, opened.now).await?;
    let blocks = report.sections.into_iter().flat_map(|section| section.blocks);
    Ok(blocks
        .filter_map(|block| match block {
            Block::Goal { line, .. } => Some(line),
            _ => None,
        })
        .collect())
}

fn show(opened: &Opened, judged: &Judged, lines: &[GoalLine]) {
    let locale = Locale::of(opened.language);
    let calendar = opened.app.config.organisation.calendar;
    output::line(format!("{}: {}", opened.app.config.organisation.name, locale.period(judged.period, calendar)));
    table(opened.language, lines);
    if !judged.not_complete.is_empty() {
        let channels: Vec<&str> = judged.not_complete.iter().map(crate::model::ChannelId::as_str).collect();
        let text = opened
            .say
            .pick("Preliminärt: alla dagar är inte klara än för", "Preliminary: not all days are complete yet for");
        output::aside(format!("{text} {}", channels.join(", ")));
    }
}

/// Prints the goals as a table.
pub(super) fn table(language: Language, lines: &[GoalLine]) {
    let heads = match language {
        Language::Swedish => ["Mål", "Nu", "Målvärde", "Takt", "Läge"],
        Language::English => ["Goal", "Now", "Target", "Pace", "Status"],
    };
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let status = format!("{} {}", shape(line.status), line.word);
            vec![line.title.clone(), line.now.text.clone(), line.target.text.clone(), line.pace.text.clone(), status]
        })
        .collect();
    output::table(&heads, &rows, &[1]);
}

/// The shape that goes with the word.
fn shape(status: Status) -> char {
    match status {
        Status::Achieved => '✓',
        Status::OnTrack => '●',
        Status::Lagging => '◆',
        Status::Behind => '▼',
        Status::CannotBeJudged => '?',
    }
}

fn as_json(opened: &Opened, judged: &Judged, lines: &[GoalLine]) -> serde_json::Value {
    let calendar = opened.app.config.organisation.calendar;
    let number = |figure: &crate::model::Figure| figure.number();
    let goals: Vec<serde_json::Value> = judged
        .standings
        .iter()
        .map(|standing| {
            let line = lines.iter().find(|line| line.id == standing.goal.id.as_str());
            json!({
                "id": standing.goal.id,
                "title": standing.goal.title,
                "metric": standing.goal.metric,
                "unit": standing.goal.unit,
                "due": standing.goal.due,
                "status": standing.status.as_str(),
                "word": line.map(|line| &line.word),
                "why": line.map(|line| &line.why),
                "reason": standing.reason,
                "now": number(&standing.now),
                "baseline": number(&standing.baseline),
                "target": number(&standing.target),
                "expected": number(&standing.expected),
                "ahead": number(&standing.ahead),
                "tolerance": standing.tolerance,
                "needed_per_week": standing.needed_per_week.as_ref().and_then(number),
                "lately_per_week": standing.lately_per_week.as_ref().and_then(number),
                "coverage": number(&standing.coverage),
            })
        })
        .collect();
    json!({
        "organisation": opened.app.config.organisation.id,
        "period": judged.period.code(calendar),
        "first": judged.period.start(),
        "last": judged.period.last(),
        "preliminary": judged.not_complete,
        "goals": goals,
    })
}
