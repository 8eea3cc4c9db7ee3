//! The overview, and one goal.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::json;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, Looked, look};
use super::picker::{Picker, tree};
use super::shown::{Shower, ShownGoal};
use crate::model::ChannelId;
use crate::pipeline::{Alert, SeeOrder, see};
use crate::report::{Block, Seen};

/// Everything at a glance.
pub(super) async fn overview(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let now = shared.now();
    let whole = match looked.order.unit {
        None => looked.sight.clone(),
        Some(_) => see(&looked.app, &SeeOrder { unit: None, ..looked.order.clone() }, now).await?,
    };
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let report = &looked.sight.report;
    let section = |id: &str| report.sections.iter().find(|it| it.id == id).map(|it| shower.section(it));
    let unit = looked.order.unit.as_ref().and_then(|unit| looked.app.config.units.find(unit));
    let context = json!({
        "picker": Picker::of(&looked, &asked, "/", now),
        "tree": tree(&looked, &visitor, &whole),
        "purpose": unit.and_then(|unit| unit.purpose.clone()),
        "notices": report.notices,
        "headline": { "text": report.headline, "traces": shower.traces(&report.counts) },
        "comment": report.comment,
        "goals": cards(&looked, shower),
        "changes": section("changes"),
        "attention": shower.sentences(&report.attention),
        "alerts": alerts(&looked, &visitor).await?,
        "decision": report.decision,
        "units": section("units"),
        "inhabitants": section("inhabitants"),
        "goals_csv": looked.links.table("goals", ".csv"),
        "goals_xlsx": looked.links.table("goals", ".xlsx"),
        "words": report.furniture,
    });
    let title = unit.map_or(report.organisation.clone(), |unit| unit.title.clone());
    Ok(show(&shared, &visitor, "see-overview.html", &title, "/", context))
}

/// Every goal with its chart in little room, in the order of the configuration.
fn cards(looked: &Looked, shower: Shower<'_>) -> Vec<ShownGoal> {
    let blocks = looked.sight.report.sections.iter().flat_map(|section| &section.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Goal { line, chart, .. } => Some(shower.card(line, chart.as_ref())),
            _ => None,
        })
        .collect()
}

/// What has been told of and is not over: for a visitor who is limited to units, what concerns their channels and goals.
async fn alerts(looked: &Looked, visitor: &Visitor) -> Result<Vec<serde_json::Value>, Refusal> {
    let app = &looked.app;
    let concerns = |alert: &Alert| {
        let channel = app.config.channel(&ChannelId::from(alert.subject.as_str()));
        let goal = app.config.goals.iter().find(|it| it.id.as_str() == alert.subject);
        let unit = channel.map(|it| &it.unit).or(goal.and_then(|it| it.unit.as_ref()));
        match unit {
            Some(unit) => visitor.may_see(app, Some(unit)).is_ok(),
            None => visitor.units.is_none(),
        }
    };
    let open = app.state.open_alerts().await.map_err(crate::pipeline::PipelineError::from)?;
    let shown = open.iter().filter(|it| concerns(it));
    Ok(shown.map(|it| json!({ "what": it.what, "gravity": it.gravity })).collect())
}

/// One goal: its line, its chart, and all else that is known.
pub(super) async fn goal(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(goal): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let blocks = looked.sight.report.sections.iter().flat_map(|section| &section.blocks);
    let found = blocks.into_iter().find_map(|block| match block {
        Block::Goal { line, sentences, chart } if line.id == goal => Some((line, sentences, chart)),
        _ => None,
    });
    let (line, sentences, chart) = found.ok_or(Refusal::NotFound)?;
    let configured = looked.app.config.goals.iter().find(|it| it.id.as_str() == goal);
    let path = format!("/goal/{}", super::asked::part(&goal));
    let context = json!({
        "picker": Picker::of(&looked, &asked, &path, shared.now()),
        "notices": looked.sight.report.notices,
        "goal": shower.goal(line),
        "why_traces": shower.traces(&line.why_figures),
        "sentences": shower.sentences(sentences),
        "chart": chart.as_ref().map(|chart| shower.chart(chart)),
        "overview": looked.links.to("/"),
        "others": looked.sight.goal_lines().into_iter().map(|it| shower.goal(it)).collect::<Vec<_>>(),
        "purpose": configured.and_then(|goal| goal.why.clone()),
        "words": looked.sight.report.furniture,
    });
    Ok(show(&shared, &visitor, "see-goal.html", &line.title, "/", context))
}
