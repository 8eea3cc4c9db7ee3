//! `genomslag runs`: what the last runs fetched, and what it cost.

use serde_json::json;

use super::Ending;
use super::args::Runs;
use super::output;
use super::setup::Setup;
use crate::model::Language;

pub(super) async fn run(setup: &Setup, options: &Runs) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let state = &opened.app.state;
    let mut listed = Vec::new();
    for run in state.last_runs(options.last).await? {
        let channels = state.channel_runs(&run.id).await?;
        listed.push((run, channels));
    }
    if setup.common.json {
        let runs: Vec<_> = listed.iter().map(|(run, channels)| json!({"run": run, "channels": channels})).collect();
        output::json(&runs)?;
        return Ok(Ending::Done);
    }
    let heads = match opened.language {
        Language::Swedish => ["Körning", "Sort", "Utfall", "Kanal", "Nya", "Ändrade", "Anrop", "Kilobyte"],
        Language::English => ["Run", "Kind", "Outcome", "Channel", "New", "Changed", "Calls", "Kilobytes"],
    };
    let mut rows = Vec::new();
    for (run, channels) in &listed {
        let outcome = run.outcome.map_or_else(
            || opened.say.pick("pågår eller avbröts", "under way or broken off").to_owned(),
            |outcome| opened.say.word("work.outcome_", outcome.as_str()),
        );
        let front = [run.id.clone(), run.kind.as_str().to_owned(), outcome];
        if channels.is_empty() {
            rows.push(front.iter().cloned().chain(std::iter::repeat_n(String::new(), 5)).collect());
        }
        for channel in channels {
            let back = [
                channel.channel.to_string(),
                channel.new.to_string(),
                (channel.restated + channel.settled).to_string(),
                channel.calls.to_string(),
                channel.bytes.div_ceil(1000).to_string(),
            ];
            rows.push(front.iter().cloned().chain(back).collect());
        }
    }
    output::table(&heads, &rows, &[4, 5, 6, 7]);
    Ok(Ending::Done)
}
