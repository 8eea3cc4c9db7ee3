//! `genomslag jobs`: what waits, runs, is done and is dead; and trying again.

use serde_json::json;

use super::Ending;
use super::args::Jobs;
use super::output::{self, Hinted};
use super::setup::Setup;
use crate::model::Language;
use crate::pipeline::{JobState, Timetable};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Jobs) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let state = &opened.app.state;
    if let Some(id) = &options.retry {
        if !state.retry_dead_job(id, opened.now).await? {
            let hint = "`genomslag jobs --state dead` lists those that are";
            let error = Hinted::new(format!("there is no dead job `{id}`"), hint).swedish(
                format!("det finns inget dött jobb `{id}`"),
                "`genomslag jobs --state dead` visar dem som finns",
            );
            return Err(error.into());
        }
        output::line(opened.say.pick("Jobbet prövas igen.", "The job will be tried again."));
        return Ok(Ending::Done);
    }
    let known: Vec<&str> = JobState::ALL.iter().map(|it| it.as_str()).collect();
    let wanted =
        options.state.as_deref().map(|typed| opened.say.meant("work.job_state_", &known, typed)).transpose()?;
    let jobs = state.jobs(wanted.and_then(JobState::parse), options.last).await?;
    let dead = state.job_counts().await?.into_iter().any(|(state, many)| state == JobState::Dead && many > 0);
    let ending = if dead { Ending::NeedsPerson } else { Ending::Done };
    let upcoming = Timetable::of(&opened.app.config)?.upcoming(opened.now);
    if setup.common.json {
        let upcoming: Vec<_> = upcoming.iter().map(|(at, name)| json!({"at": at, "schedule": name})).collect();
        output::json(&json!({"jobs": jobs, "upcoming": upcoming}))?;
        return Ok(ending);
    }
    let heads = match opened.language {
        Language::Swedish => ["Jobb", "Vad", "Läge", "Försök", "Tid", "Anmärkning"],
        Language::English => ["Job", "What", "State", "Attempts", "Time", "Remark"],
    };
    let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
    let rows: Vec<Vec<String>> = jobs
        .iter()
        .map(|job| {
            vec![
                job.id.clone(),
                job.key.clone(),
                opened.say.word("work.job_state_", job.state.as_str()),
                format!("{}/{}", job.attempts, job.max_attempts),
                locale.instant(job.finished.unwrap_or(job.run_at), zone),
                job.error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(&heads, &rows, &[3]);
    output::line(opened.say.pick("\nNärmast på schemat:", "\nNext on the schedule:"));
    for (at, name) in upcoming.into_iter().take(8) {
        output::line(format!("  {}  {name}", locale.instant(at, zone)));
    }
    Ok(ending)
}
