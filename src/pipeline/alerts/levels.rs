//! New levels: what has stayed higher or lower for two weeks. A day is told of by `unusual`; this is what no single day shows.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::raise;
use crate::analysis::{LevelShift, level_shifts};
use crate::model::{ChannelId, Gravity, MetricName, Period};
use crate::pipeline::facts::{Asked, facts};
use crate::pipeline::{App, PipelineError, computing};
use crate::words::{Locale, Words, fill};

/// What is watched, where a channel has it.
const WATCHED: [&str; 3] = ["views", "engagements", "visits"];
/// A shift is news for so many days after it came; it takes two weeks to be seen.
const NEWS: u64 = 28;

/// Looks once a day for levels that changed.
pub(super) async fn levels(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let before: Option<NaiveDate> = app.state.setting("levels-through").await?.and_then(|day| day.parse().ok());
    if before.is_some_and(|before| before >= today) {
        return Ok(());
    }
    let Some(period) = Period::new(today - Days::new(NEWS), today) else { return Ok(()) };
    let metrics = WATCHED.map(MetricName::from);
    let view = app.store.view(None).await?;
    let facts =
        facts(app, &view, Asked { goals: &[], metrics: &metrics, campaigns: &[], period, at: now, only: None }).await?;
    let channels: Vec<ChannelId> = facts.channels.iter().map(|channel| channel.id.clone()).collect();
    let (catalog, ids) = (app.catalog, channels.clone());
    let found = computing(move || level_shifts(&facts, catalog, &ids, period)).await?;
    for channel in &channels {
        for metric in &metrics {
            let newest = found.iter().rev().find(|it| &it.channel == channel && &it.metric == metric);
            tell(app, (channel, metric), newest, now).await?;
        }
    }
    app.state.keep_setting("levels-through", &today.to_string(), now).await?;
    Ok(())
}

async fn tell(
    app: &App,
    (channel, metric): (&ChannelId, &MetricName),
    found: Option<&LevelShift>,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let key = format!("level/{channel}/{metric}");
    let rules = &app.config.alerts;
    let change = found.map_or(0.0, |it| (it.levels.1 + 1.0) / (it.levels.0 + 1.0) - 1.0);
    // A jump must reach as far up, in proportion, as a drop reaches down.
    let limit = if change < 0.0 { rules.unusual } else { rules.unusual / (1.0 - rules.unusual).max(0.05) };
    let told = if change < 0.0 { rules.drops } else { rules.jumps };
    let Some(found) = found.filter(|it| told && change.abs() >= limit && it.levels.0.max(it.levels.1) >= rules.floor)
    else {
        app.state.resolve_alert(&key, now).await?;
        return Ok(());
    };
    let language = app.config.organisation.language;
    let locale = Locale::of(language);
    let title = app.config.channel(channel).map_or_else(|| channel.to_string(), |it| it.title.clone());
    let name = app.catalog.canonical(metric).map_or_else(|| metric.to_string(), |it| it.title.get(language).to_owned());
    let (name, date) = (name.to_lowercase(), locale.date(found.day));
    let (after, before) = (locale.whole(found.levels.1.round()), locale.whole(found.levels.0.round()));
    let parts =
        [("channel", title.as_str()), ("metric", &name), ("date", &date), ("after", &after), ("before", &before)];
    let what = fill(&Words::builtin(language).change.shift, &parts);
    let gravity = if change < 0.0 { Gravity::Warning } else { Gravity::Notice };
    raise(app, &key, gravity, channel.as_str(), &what, now).await?;
    Ok(())
}
