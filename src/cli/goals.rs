//! `genomslag goals`: how the goals stand.

use super::Ending;
use super::args::Goals;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Language, Status, UnitId};
use crate::pipeline::{self, SeeOrder, Sight};
use crate::report::GoalLine;
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Goals) -> anyhow::Result<Ending> {
    if options.forecasts {
        return super::forecasts::run(setup).await;
    }
    let opened = setup.open().await?;
    let (period, as_known_at) = opened.when(&options.when)?;
    let unit = options.unit.as_deref().map(UnitId::from);
    let order = SeeOrder { unit, period, as_known_at, ..SeeOrder::whole(opened.language) };
    let sight = pipeline::see(&opened.app, &order, opened.now).await?;
    if setup.common.json {
        output::json(&sight.goals(&opened.app))?;
    } else {
        show(&opened, &sight);
    }
    Ok(Ending::Done)
}

fn show(opened: &Opened, sight: &Sight) {
    let locale = Locale::of(opened.language);
    let calendar = opened.app.config.organisation.calendar;
    output::line(format!("{}: {}", opened.app.config.organisation.name, locale.period(sight.report.period, calendar)));
    let lines: Vec<GoalLine> = sight.goal_lines().into_iter().cloned().collect();
    table(opened.language, &lines);
    if !sight.not_complete.is_empty() {
        let channels: Vec<&str> = sight.not_complete.iter().map(crate::model::ChannelId::as_str).collect();
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
