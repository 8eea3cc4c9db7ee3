//! From the store to the facts that judging needs: series, wholes, posts, all as known at one time.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{App, PipelineError, computing, tags};
use crate::analysis::{self, Facts, Needs, PostValue, Scopes, Whole, complete_through, needs};
use crate::catalog::Catalog;
use crate::config::Config;
use crate::model::{Campaign, CampaignId, ChannelId, Goal, MetricName, Period, Platform, Post, PostId, Series};
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
    let (view, catalog, config) = (view.clone(), app.catalog, std::sync::Arc::clone(&app.config));
    let tagged = wanted_tags(asked.goals, asked.campaigns);
    let read = computing(move || {
        let mut facts = read(&view, catalog, bare, &needs)?;
        analysis::derive(&mut facts, catalog, needs.days);
        facts.scopes.labels = facts.posts.iter().filter_map(|post| labels(&config, post)).collect();
        facts.scopes.campaigns.clone_from(&config.campaigns);
        facts.scopes.tagged = tags::read(&view, catalog, &facts, &tagged, needs.days)?;
        Ok::<Facts, StoreError>(facts)
    });
    Ok(read.await??)
}

/// The campaigns whose tagged visits are asked for.
fn wanted_tags(goals: &[Goal], campaigns: &[Campaign]) -> Vec<CampaignId> {
    let of_goals = goals.iter().filter_map(|goal| goal.scope.campaign.clone());
    let mut all: Vec<CampaignId> = of_goals.chain(campaigns.iter().map(|it| it.id.clone())).collect();
    all.sort();
    all.dedup();
    all
}

/// The labels of a post, where it carries any.
fn labels(config: &Config, post: &Post) -> Option<((ChannelId, PostId), Vec<String>)> {
    let labels = config.labels_of(post);
    (!labels.is_empty()).then(|| ((post.channel.clone(), post.id.clone()), labels))
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
        scopes: Scopes::default(),
        complete_through: channels.iter().map(through).collect(),
        heard: std::collections::BTreeMap::new(),
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
    let mut facts = Facts { series, wholes, posts, post_values, ..bare };
    facts.hear();
    Ok(facts)
}

/// A day before midnight UTC of the first day: zones differ by less, and whoever counts filters exactly.
fn before(day: NaiveDate) -> DateTime<Utc> {
    (day - Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()
}

/// A day after midnight UTC of the day after the last, likewise.
fn after(day: NaiveDate) -> DateTime<Utc> {
    (day + Days::new(1)).and_time(chrono::NaiveTime::MIN).and_utc()
}
