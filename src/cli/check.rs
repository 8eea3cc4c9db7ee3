//! `genomslag check`: the configuration, then each channel's access, in plain words.

use serde_json::json;

use super::Ending;
use super::args::Check;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Gravity, Language, Problem};
use crate::pipeline::{self, ChannelCheck};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Check) -> anyhow::Result<Ending> {
    let config = setup.config()?;
    let counts = [
        (config.channels.len(), ("kanal", "kanaler"), ("channel", "channels")),
        (config.goals.len(), ("mål", "mål"), ("goal", "goals")),
        (config.campaigns.len(), ("insats", "insatser"), ("campaign", "campaigns")),
        (config.reports.len(), ("rapport", "rapporter"), ("report", "reports")),
    ];
    let say = super::say::Say(setup.asked_language().unwrap_or(config.organisation.language));
    let counted: Vec<String> = counts.into_iter().map(|(count, sv, en)| say.count(count as u64, sv, en)).collect();
    let summary = format!("{}: {}", config.organisation.name, counted.join(", "));
    if options.offline {
        if setup.common.json {
            output::json(&json!({"configuration": "ok", "digest": config.digest, "channels": []}))?;
        } else {
            output::line(format!(
                "{summary}. {}",
                say.pick("Inställningarna är felfria.", "The configuration has no mistakes.")
            ));
        }
        return Ok(Ending::Done);
    }
    let digest = config.digest.clone();
    let opened = setup.open_with(config, pipeline::Opening::default()).await?;
    let (checks, problems) = pipeline::check(&opened.app, opened.now).await?;
    if setup.common.json {
        output::json(&json!({"configuration": "ok", "digest": digest, "channels": checks, "problems": problems}))?;
    } else {
        output::line(summary);
        show(&opened, &checks, &problems);
    }
    let grave = |problem: &Problem| problem.gravity == Gravity::Action;
    let person =
        problems.iter().any(grave) || checks.iter().any(|check| !check.reachable || check.problems.iter().any(grave));
    Ok(if person { Ending::NeedsPerson } else { Ending::Done })
}

fn show(opened: &Opened, checks: &[ChannelCheck], problems: &[Problem]) {
    let (say, locale) = (opened.say, Locale::of(opened.language));
    let heads = match opened.language {
        Language::Swedish => ["Kanal", "Plattform", "Åtkomst", "Nyckeln gäller"],
        Language::English => ["Channel", "Platform", "Access", "Token lasts"],
    };
    let lasts = |check: &ChannelCheck| match (check.expires, check.days_left, check.never_expires) {
        (Some(end), Some(days), _) => {
            let date = locale.date(end.with_timezone(&opened.app.config.organisation.zone).date_naive());
            let left =
                say.count(u64::try_from(days).unwrap_or(0), ("dag kvar", "dagar kvar"), ("day left", "days left"));
            format!("{} {date}, {left}", say.pick("till", "until"))
        }
        (_, _, true) => say.pick("utan slutdatum", "without end").to_owned(),
        _ => say.pick("plattformen säger inte", "the platform does not say").to_owned(),
    };
    let rows: Vec<Vec<String>> = checks
        .iter()
        .map(|check| {
            let access = if check.reachable { say.pick("ja", "yes") } else { say.pick("NEJ", "NO") };
            vec![check.channel.to_string(), check.platform.title().to_owned(), access.to_owned(), lasts(check)]
        })
        .collect();
    output::table(&heads, &rows, &[]);
    let all: Vec<Problem> = problems.iter().chain(checks.iter().flat_map(|check| &check.problems)).cloned().collect();
    output::problems(opened.language, &all);
}
