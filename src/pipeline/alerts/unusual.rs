//! Unusual days: the newest settled days of every channel beside the same weekdays before.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::raise;
use crate::analysis::{Rule, Surprise, complete_through, surprise};
use crate::model::{Channel, Gravity, MetricName, Period, Series};
use crate::pipeline::{App, PipelineError, computing};
use crate::store::Wanted;
use crate::words::{Locale, fill};

/// What is watched, where a channel has it.
const WATCHED: [&str; 3] = ["views", "engagements", "visits"];

/// How far back days are compared: eight weeks, and the same a year ago.
const BACK: u64 = 371 + 63;

/// At most so many days are looked at that were not looked at before.
const DAYS: u64 = 3;

/// Days that deviate strongly from what is usual on their weekday, once each.
pub(super) async fn unusual(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let rules = &app.config.alerts;
    let rule = Rule { share: rules.unusual, floor: rules.floor, drops: rules.drops, jumps: rules.jumps };
    for channel in &app.config.channels {
        let through = complete_through(channel.platform, channel.zone, now);
        // What is settled by the clock must have been read since, or its last day is half a day.
        let read = app.state.last_success(&channel.id).await?;
        let Some(read) = read.map(|read| complete_through(channel.platform, channel.zone, read).min(through)) else {
            continue;
        };
        let name = format!("unusual-through/{}", channel.id);
        let before: Option<NaiveDate> = app.state.setting(&name).await?.and_then(|day| day.parse().ok());
        let first = before.map_or(read, |before| (before + Days::new(1)).max(read - Days::new(DAYS - 1)));
        if first > read {
            continue;
        }
        for series in series(app, channel, read).await? {
            let days = first.iter_days().take_while(|day| *day <= read);
            let latest = days.filter_map(|day| surprise(&series, day, rule)).last();
            tell(app, channel, &series.metric, latest, now).await?;
        }
        app.state.keep_setting(&name, &read.to_string(), now).await?;
    }
    Ok(())
}

async fn series(app: &App, channel: &Channel, through: NaiveDate) -> Result<Vec<Series>, PipelineError> {
    let Some(days) = Period::new(through - Days::new(BACK), through + Days::new(1)) else { return Ok(Vec::new()) };
    let wanted: Vec<Wanted> = WATCHED
        .iter()
        .map(|metric| Wanted {
            channel: channel.id.clone(),
            platform: channel.platform,
            metric: MetricName::from(*metric),
            days,
        })
        .collect();
    let (view, catalog) = (app.store.view(None).await?, app.catalog);
    Ok(computing(move || view.series(catalog, &wanted)).await??)
}

async fn tell(
    app: &App,
    channel: &Channel,
    metric: &MetricName,
    found: Option<Surprise>,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let key = format!("unusual/{}/{metric}", channel.id);
    let Some(found) = found else {
        app.state.resolve_alert(&key, now).await?;
        return Ok(());
    };
    let language = app.config.organisation.language;
    let locale = Locale::of(language);
    let title =
        app.catalog.canonical(metric).map_or_else(|| metric.to_string(), |it| it.title.get(language).to_owned());
    let (day, weekday) = (locale.date(found.day), locale.weekday(found.day));
    let (value, usual) = (locale.whole(found.value), locale.whole(found.usual));
    let change = locale.change(found.value / found.usual - 1.0);
    let values = [
        ("channel", channel.title.as_str()),
        ("metric", &title),
        ("day", &day),
        ("value", &value),
        ("usual", &usual),
        ("weekday", &weekday),
        ("change", &change),
    ];
    let what = fill(&app.words().alert.unusual, &values);
    let gravity = if found.value < found.usual { Gravity::Warning } else { Gravity::Notice };
    raise(app, &key, gravity, channel.id.as_str(), &what, now).await?;
    Ok(())
}
