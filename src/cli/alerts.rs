//! `genomslag alerts`, and `genomslag approve`: what waits for a person.

use super::Ending;
use super::args::{Alerts, AlertsAction, Approve};
use super::output::{self, Hinted};
use super::setup::Setup;
use crate::model::{Gravity, Language};
use crate::pipeline;
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Alerts) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let state = &opened.app.state;
    match &options.action {
        Some(AlertsAction::Ack { id, by }) => {
            if !state.acknowledge_alert(id, by, opened.now).await? {
                return Err(none_open(id).into());
            }
            output::line(opened.say.pick("Kvitterat.", "Acknowledged."));
            return Ok(Ending::Done);
        }
        Some(AlertsAction::Look) => {
            let told = Box::pin(pipeline::look_through(&opened.app, opened.now)).await?;
            output::aside(opened.say.count(
                told as u64,
                ("larm skickat", "larm skickade"),
                ("alert told", "alerts told"),
            ));
        }
        None => {}
    }
    let alerts = if options.all { state.last_alerts(200).await? } else { state.open_alerts().await? };
    let grave = |alert: &pipeline::Alert| {
        alert.resolved_at.is_none() && alert.acknowledged_at.is_none() && alert.gravity == Gravity::Action
    };
    let ending = if alerts.iter().any(grave) { Ending::NeedsPerson } else { Ending::Done };
    if setup.common.json {
        output::json(&alerts)?;
        return Ok(ending);
    }
    if alerts.is_empty() {
        output::line(opened.say.pick("Inga larm.", "No alerts."));
        return Ok(ending);
    }
    let heads = match opened.language {
        Language::Swedish => ["Larm", "Sedan", "Gånger", "Kvitterat", "Vad"],
        Language::English => ["Alert", "Since", "Times", "Acknowledged", "What"],
    };
    let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
    let rows: Vec<Vec<String>> = alerts
        .iter()
        .map(|alert| {
            let mark = if grave(alert) { "!! " } else { "" };
            vec![
                alert.id.clone(),
                locale.instant(alert.raised_at, zone),
                alert.times.to_string(),
                alert.acknowledged_by.clone().unwrap_or_default(),
                format!("{mark}{}", alert.what),
            ]
        })
        .collect();
    output::table(&heads, &rows, &[2]);
    Ok(ending)
}

fn none_open(id: &str) -> Hinted {
    let what = format!("there is no open alert `{id}` that nobody acknowledged");
    Hinted::new(what, "`genomslag alerts` lists them")
        .swedish(format!("det finns inget öppet larm `{id}` som ingen kvitterat"), "`genomslag alerts` visar dem")
}

pub(super) async fn approve(setup: &Setup, options: &Approve) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let Some(draft) = &options.draft else {
        let waiting = opened.app.state.open_approvals().await?;
        if setup.common.json {
            output::json(&waiting)?;
            return Ok(Ending::Done);
        }
        if waiting.is_empty() {
            output::line(opened.say.pick("Inget utkast väntar.", "No draft waits."));
        }
        let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
        for asked in waiting {
            output::line(format!(
                "{}  {}  {}  {}",
                asked.report,
                asked.owner,
                asked.state,
                locale.instant(asked.deadline, zone)
            ));
        }
        return Ok(Ending::Done);
    };
    let asked = pipeline::approve(&opened.app, draft, !options.reject, &options.by, opened.now).await?;
    if setup.common.json {
        output::json(&asked)?;
    } else {
        output::line(format!("{}: {}", asked.report, asked.state));
    }
    Ok(Ending::Done)
}
