//! `genomslag peers`: figures to compare with others'; `genomslag plan`: what was planned against what was published.

use anyhow::Context;

use super::Ending;
use super::args::{Peers, PeersAction, Plan};
use super::output;
use super::setup::Setup;
use crate::model::{Language, Period};
use crate::pipeline;
use crate::words::problems::told;

pub(super) async fn run(setup: &Setup, options: &Peers) -> anyhow::Result<Ending> {
    match &options.action {
        PeersAction::Export { period, out } => {
            let opened = setup.open().await?;
            let calendar = opened.app.config.organisation.calendar;
            let period = period.as_deref().map(|text| Period::parse(text, calendar)).transpose()?;
            let (file, text) = pipeline::peers_export(&opened.app, period, opened.now).await?;
            match out {
                Some(path) => {
                    std::fs::write(path, text).with_context(|| format!("`{}` cannot be written", path.display()))?;
                    output::aside(format!("{}: {} {}", path.display(), file.organisation, file.period));
                }
                None => output::raw(&text),
            }
        }
        PeersAction::Import { file, group, per_inhabitant } => {
            let bytes = std::fs::read(file).with_context(|| format!("`{}` cannot be read", file.display()))?;
            output::raw(&pipeline::peers_import(&bytes, group, *per_inhabitant)?);
        }
    }
    Ok(Ending::Done)
}

pub(super) async fn plan(setup: &Setup, options: &Plan) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let calendar = opened.app.config.organisation.calendar;
    let period = options.period.as_deref().map(|text| Period::parse(text, calendar)).transpose()?;
    let planned = pipeline::planned(&opened.app, &options.files, period, opened.now).await?;
    if setup.common.json {
        output::json(&planned)?;
    } else {
        let say = opened.say;
        let heads = match say.0 {
            Language::Swedish => ["Planerat", "Läge", "Kanal", "Vad"],
            Language::English => ["Planned", "State", "Channel", "What"],
        };
        let zone = opened.app.config.organisation.zone;
        let rows: Vec<Vec<String>> = planned
            .summary
            .outcomes
            .iter()
            .map(|outcome| {
                let due = outcome.due.map(|due| due.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string());
                let channels: Vec<&str> = outcome.posts.iter().map(|(channel, _, _)| channel.as_str()).collect();
                let state = state(say, outcome.state);
                vec![due.unwrap_or_default(), state.to_owned(), channels.join(", "), outcome.title.clone()]
            })
            .collect();
        output::table(&heads, &rows, &[]);
        let unplanned = planned.summary.unplanned.len();
        output::line(format!("{}: {unplanned}", say.pick("Publicerat utan plan", "Published without a plan")));
        for (file, row) in &planned.skipped {
            output::aside(format!(" ! {file}, {}: {}", row.row, told(say.0, &row.reason)));
        }
        for (file, why) in &planned.refused {
            output::aside(format!("!! {file}: {}", told(say.0, why)));
        }
    }
    Ok(if planned.refused.is_empty() { Ending::Done } else { Ending::NeedsPerson })
}

fn state(say: super::say::Say, state: pipeline::PlanState) -> &'static str {
    match state {
        pipeline::PlanState::OnTime => say.pick("i tid", "on time"),
        pipeline::PlanState::Late => say.pick("sent", "late"),
        pipeline::PlanState::NeverPublished => say.pick("inte publicerat", "never published"),
        pipeline::PlanState::Ahead => say.pick("kommande", "ahead"),
        pipeline::PlanState::NotCounted => say.pick("räknas inte", "not counted"),
    }
}
