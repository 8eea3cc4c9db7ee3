//! The rules: tokens, silent channels, goals whose status changed, channels asleep.

use chrono::{DateTime, TimeDelta, Utc};

use super::raise;
use crate::model::{Gravity, Platform, Status};
use crate::pipeline::judge::JudgeOrder;
use crate::pipeline::{App, PipelineError, judge};
use crate::state::{NewAlert, TokenWarning};
use crate::words::{Locale, Words, fill};

/// A channel that gave nothing whole for so long is told of, whatever the single fetches said.
const SILENT: TimeDelta = TimeDelta::days(3);

/// What happened once is told once: it is not repeated.
pub const ONCE: TimeDelta = TimeDelta::days(3_650);

/// Tokens 30, 14, 7 and 1 days before their end, and at it. Each step is an alert of its own, and ends the one before it.
pub(super) async fn tokens(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let organisation = &app.config.organisation;
    for token in app.state.tokens().await? {
        let subject = &token.check.subject;
        let key = |warning: TokenWarning| format!("token/{subject}/{warning}");
        let warning = token.warning(now);
        for over in TokenWarning::ALL.iter().filter(|step| Some(**step) != warning) {
            app.state.resolve_alert(&key(*over), now).await?;
        }
        let Some(warning) = warning else { continue };
        if !app.state.claim_token_warning(subject, warning, now).await? {
            continue;
        }
        let end = token.ends().map(|end| end.with_timezone(&organisation.zone).date_naive());
        let end = end.map(|day| Locale::of(organisation.language).date(day));
        let words = &app.words().alert;
        let phrase = if warning == TokenWarning::Dead { &words.token_dead } else { &words.token_ends };
        let what = fill(phrase, &[("subject", subject), ("end", end.as_deref().unwrap_or("?"))]);
        let gravity = if warning >= TokenWarning::Days7 { Gravity::Action } else { Gravity::Warning };
        raise(app, &key(warning), gravity, subject, &what, now).await?;
    }
    Ok(())
}

/// Channels that were fetched before and have given nothing whole for days.
pub(super) async fn silent_channels(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let organisation = &app.config.organisation;
    for channel in &app.config.channels {
        let key = format!("silent/{}", channel.id);
        if !app.config.asks(channel) {
            // Fed by files now: nobody waits for an answer.
            for over in [key, format!("fetch/{}", channel.id)] {
                app.state.resolve_alert(&over, now).await?;
            }
            continue;
        }
        let Some(last) = app.state.last_success(&channel.id).await? else { continue };
        if now - last <= SILENT {
            app.state.resolve_alert(&key, now).await?;
            continue;
        }
        let since = Locale::of(organisation.language).date(last.with_timezone(&organisation.zone).date_naive());
        let what = fill(&app.words().alert.silent, &[("channel", &channel.title), ("since", &since)]);
        raise(app, &key, Gravity::Action, channel.id.as_str(), &what, now).await?;
    }
    Ok(())
}

/// Goals whose status is another than at the last look. The first look only remembers.
pub(super) async fn goals(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if app.config.goals.is_empty() {
        return Ok(());
    }
    let judged = judge(app, &JudgeOrder::default(), now).await?;
    let words = app.words();
    for standing in &judged.standings {
        let name = format!("goal-status/{}", standing.goal.id);
        let status = standing.status;
        let before = app.state.setting(&name).await?;
        let before = before.and_then(|word| STATUSES.into_iter().find(|status| status.as_str() == word));
        if before == Some(status) {
            continue;
        }
        if let Some(before) = before {
            let (before, after) = (word(words, before), word(words, status));
            let values = [("goal", standing.goal.title.as_str()), ("before", before), ("now", after)];
            let what = fill(&words.alert.goal, &values);
            let worse = matches!(status, Status::Lagging | Status::Behind | Status::CannotBeJudged);
            let gravity = if worse { Gravity::Warning } else { Gravity::Notice };
            let key = format!("goal/{}/{}", standing.goal.id, now.timestamp());
            let subject = standing.goal.id.to_string();
            let alert = NewAlert { key, gravity, subject, what, cool_down: ONCE };
            app.state.raise_alert(&alert, now).await?;
        }
        app.state.keep_setting(&name, status.as_str(), now).await?;
    }
    Ok(())
}

const STATUSES: [Status; 5] =
    [Status::Achieved, Status::OnTrack, Status::Lagging, Status::Behind, Status::CannotBeJudged];

fn word(words: &Words, status: Status) -> &str {
    let words = &words.status;
    match status {
        Status::Achieved => &words.achieved,
        Status::OnTrack => &words.on_track,
        Status::Lagging => &words.lagging,
        Status::Behind => &words.behind,
        Status::CannotBeJudged => &words.cannot_be_judged,
    }
}

/// Channels without a post for long. A channel that never had one, or whose data do not reach today, is not called asleep.
pub(super) async fn sleeping(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let organisation = &app.config.organisation;
    let days = i64::from(app.config.alerts.sleeping_days);
    let social: Vec<_> = app.config.channels.iter().filter(|channel| channel.platform != Platform::Matomo).collect();
    let ids: Vec<_> = social.iter().map(|channel| channel.id.clone()).collect();
    let view = app.store.view(None).await?;
    let posts = crate::pipeline::computing(move || view.posts(&ids, None, None)).await??;
    for channel in social {
        let key = format!("asleep/{}", channel.id);
        let last = posts.iter().filter(|post| post.channel == channel.id).map(|post| post.published).max();
        let fresh = app.state.last_success(&channel.id).await?.is_some_and(|read| now - read <= SILENT);
        let (Some(last), true) = (last, fresh) else { continue };
        if now - last < TimeDelta::days(days) {
            app.state.resolve_alert(&key, now).await?;
            continue;
        }
        let since = Locale::of(organisation.language).date(last.with_timezone(&organisation.zone).date_naive());
        let what = fill(&app.words().alert.asleep, &[("channel", &channel.title), ("since", &since)]);
        raise(app, &key, Gravity::Notice, channel.id.as_str(), &what, now).await?;
    }
    Ok(())
}
