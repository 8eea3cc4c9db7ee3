//! Alerts: what somebody should know before they notice themselves. Rules raise and resolve, the state keeps each open once
//! and says when it is told, the notice goes to the operator and to the owners of the channels concerned.

mod levels;
mod notice;
mod rules;
mod unusual;

use chrono::{DateTime, TimeDelta, Utc};

use super::serve::Missed;
use super::{App, Fetched, PipelineError};
use crate::model::{Gravity, Language, Problem};
use crate::state::{Alert, NewAlert};
use crate::words::{Locale, fill, problems};

pub use notice::notify;
pub use rules::ONCE;

/// Looks everything through by the rules, then tells what is due; how many alerts were told. A rule that cannot be
/// followed is itself told, and never stops the others.
///
/// # Errors
/// When the state cannot be used.
pub async fn look_through(app: &App, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    let looked = [
        ("tokens", rules::tokens(app, now).await),
        ("fetches", rules::silent_channels(app, now).await),
        ("goals", rules::goals(app, now).await),
        ("sleeping channels", rules::sleeping(app, now).await),
        ("unusual days", unusual::unusual(app, now).await),
        ("new levels", levels::levels(app, now).await),
    ];
    for (rule, looked) in looked {
        let key = format!("rule/{rule}");
        match looked {
            Ok(()) => {
                app.state.resolve_alert(&key, now).await?;
            }
            Err(error) => {
                let why = error.said(app.config.organisation.language);
                let what = fill(&app.words().alert.rule_failed, &[("rule", rule), ("why", &why)]);
                raise(app, &key, Gravity::Warning, rule, &what, now).await?;
            }
        }
    }
    notify(app, now).await
}

/// Raises an alert with the cool-down of the configuration.
pub(super) async fn raise(
    app: &App,
    key: &str,
    gravity: Gravity,
    subject: &str,
    what: &str,
    now: DateTime<Utc>,
) -> Result<Alert, PipelineError> {
    let cool_down = TimeDelta::days(i64::from(app.config.alerts.cool_down_days));
    let alert =
        NewAlert { key: key.to_owned(), gravity, subject: subject.to_owned(), what: what.to_owned(), cool_down };
    Ok(app.state.raise_alert(&alert, now).await?)
}

/// What went wrong and how it is mended, in the language.
fn told(language: Language, problem: &Problem) -> String {
    let what = problems::what(language, problem);
    problems::mend(language, problem).map_or(what.clone(), |mend| format!("{what} ({mend})"))
}

/// After a fetch: channels that failed or came in part are told, those that are whole again resolved.
///
/// # Errors
/// When the state cannot be used.
pub async fn after_fetch(app: &App, fetched: &Fetched, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let language = app.config.organisation.language;
    let words = &app.words().alert;
    for channel in &fetched.channels {
        let key = format!("fetch/{}", channel.channel);
        if channel.complete {
            app.state.resolve_alert(&key, now).await?;
            continue;
        }
        let worst = channel.problems.iter().max_by_key(|problem| problem.gravity);
        let gravity = worst.map_or(Gravity::Warning, |problem| problem.gravity.max(Gravity::Warning));
        let why = worst.map_or_else(String::new, |problem| format!(": {}", told(language, problem)));
        let phrase = if channel.calls > 0 { &words.fetch_partial } else { &words.fetch_nothing };
        let what = fill(phrase, &[("channel", channel.channel.as_str()), ("why", &why)]);
        raise(app, &key, gravity, channel.channel.as_str(), &what, now).await?;
    }
    for problem in fetched.problems.iter().filter(|problem| problem.gravity == Gravity::Action) {
        let what = told(language, problem);
        raise(app, &format!("problem/{}", problem.subject), Gravity::Action, &problem.subject, &what, now).await?;
    }
    Ok(())
}

/// Raises an alert for every report that should have gone while nobody was running.
///
/// # Errors
/// When the state cannot be used.
pub async fn missed(app: &App, missed: &[Missed], now: DateTime<Utc>) -> Result<(), PipelineError> {
    let organisation = &app.config.organisation;
    for one in missed {
        let when = Locale::of(organisation.language).instant(one.instant, organisation.zone);
        let report = one.schedule.rsplit('/').next().unwrap_or(&one.schedule);
        let what = fill(&app.words().alert.missed, &[("report", report), ("when", &when)]);
        let key = format!("missed/{}/{}", one.schedule, one.instant.timestamp());
        raise(app, &key, Gravity::Action, report, &what, now).await?;
    }
    if !missed.is_empty() {
        notify(app, now).await?;
    }
    Ok(())
}
