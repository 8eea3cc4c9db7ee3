//! From the store to the facts that judging needs: series, wholes, posts, all as known at one time.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{App, PipelineError, computing};
use crate::analysis::{self, Facts, Needs, PostValue, Whole, complete_through, needs};
use crate::catalog::Catalog;
use crate::model::{Campaign, ChannelId, Goal, MetricName, Period, Platform, Series};
use crate::store::{StoreError, View, Wanted};

/// The metrics that reports compare for every channel that has them.
pub(super) const COMPARED: [&str; 14] = [
    "followers",
    "new_followers",
    "views",
    "reach",
    "engagements",
    "engagement_rate",
    "clicks",
    "video_views",
    "posts",
    "visits",
    "social_visits",
    "campaign_visits",
    "conversions",
    "conversion_rate",
];

/// The metrics of posts that reports show.
const OF_POSTS: [&str; 9] =
    ["views", "reach", "engagements", "reactions", "comments", "shares", "saves", "clicks", "video_views"];

/// What is asked of the store.
pub(super) struct Asked<'a> {
    pub(super) goals: &'a [Goal],
    pub(super) metrics: &'a [MetricName],
    /// Campaigns whose effect is estimated.
    pub(super) campaigns: &'a [Campaign],
    /// What is reported on.
    pub(super) period: Period,
    /// The moment at which the days are looked at: `as known at`, else the clock that was given.
    pub(super) at: DateTime<Utc>,
    /// Only these channels; none: all.
    pub(super) only: Option<&'a [ChannelId]>,
}

/// The facts of the whole organisation, as the view knows them. Later restatements are not in it.
pub(super) async fn facts(app: &App, view: &View, asked: Asked<'_>) -> Result<Facts, PipelineError> {
    let bare = bare(app, &asked);
    let mut needs = needs(&bare, app.catalog, asked.goals, asked.metrics, asked.period);
    analysis::add_effect_needs(&mut needs, asked.campaigns, &bare, app.catalog);
    let (view, catalog) = (view.clone(), app.catalog);
    let read = computing(move || read(&view, catalog, bare, &needs)).await?;
    Ok(read?)
}

/// Everything but what has to be read.
fn bare(app: &App, asked: &Asked<'_>) -> Facts {
    let (config, at) = (&app.config, asked.at);
    let within = |channel: &&crate::model::Channel| asked.only.is_none_or(|only| only.contains(&channel.id));
    let channels: Vec<crate::model::Channel> = config.channels.iter().filter(within).cloned().collect();
    let through =
        |channel: &crate::model::Channel| (channel.id.clone(), complete_through(channel.platform, channel.zone, at));
    Facts {
        calendar: config.organisation.calendar,
        zone: config.organisation.zone,
        units: config.units.clone(),
        population: config.population.clone(),
        series: Vec::new(),
        wholes: Vec::new(),
        posts: Vec::new(),
        post_values: Vec::new(),
        surveys: config.surveys.clone(),
        peers: config.peers.clone(),
        complete_through: channels.iter().map(through).collect(),
        channels,
        today: asked.period.end(),
    }
}

fn read(view: &View, catalog: &Catalog, bare: Facts, needs: &Needs) -> Result<Facts, StoreError> {
    let platform = |id: &ChannelId| bare.channel(id).map(|channel| channel.platform);
    let wanted = |channel: &ChannelId, metric: &MetricName, days: Period| {
        let platform = platform(channel)?;
        Some(Wanted { channel: channel.clone(), platform, metric: metric.clone(), days })
    };
    let series: Vec<Wanted> =
        needs.series.iter().filter_map(|(channel, metric)| wanted(channel, metric, needs.days)).collect();
    let series: Vec<Series> = view.series(catalog, &series)?;
    let wholes: Vec<Wanted> =
        needs.wholes.iter().filter_map(|(channel, metric, days)| wanted(channel, metric, *days)).collect();
    let wholes = view.wholes(catalog, &wholes)?.into_iter().map(|whole| Whole {
        channel: whole.channel,
        metric: whole.metric,
        period: whole.period,
        point: whole.point,
    });
    let wholes = wholes.collect();
    let social: Vec<ChannelId> = bare
        .channels
        .iter()
        .filter(|channel| channel.platform != Platform::Matomo)
        .map(|channel| channel.id.clone())
        .collect();
    let posts = view.posts(&social, Some(before(needs.days.start())), Some(after(needs.days.end())))?;
    let values = view.post_values(catalog, &social, &OF_POSTS.map(MetricName::from))?;
    let post_values = values
        .into_iter()
        .map(|value| PostValue {
            channel: value.channel,
            post: value.post,
            metric: value.metric,
            name: value.name,
            value: value.value,
            state: value.state,
            day: value.day,
            seen: value.seen,
            source: value.source,
        })
        .collect();
    Ok(Facts { series, wholes, posts, post_values, ..bare })
}

/// A day before midnight UTC of the first day: zones differ by less, and whoever counts filters exactly.
fn before(day: NaiveDate) -> DateTime<Utc> {
    (day - Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A day after midnight UTC of the day after the last, likewise.
fn after(day: NaiveDate) -> DateTime<Utc> {
    (day + Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()
}
