//! What is looked at on a screen: composed as a report is, once for all who ask at the same time, and kept until anything
//! that it rests on changes.

mod answers;
mod kept;
mod records;
mod shapes;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::apart::{self, Wanted};
use super::compose::{Read, Scope, read};
use super::effect::{campaign_days, find_campaign};
use super::facts::COMPARED;
use super::judge::{goals_of, last_closed};
use super::material::material;
use super::{App, Order, PipelineError, computing};
use crate::analysis::{
    self, Against, CampaignEffect, Compared, PostFigures, Standing, UnitStanding, complete_through, not_complete,
};
use crate::model::told::faults;
use crate::model::{
    Campaign, ChannelId, Granularity, Language, MetricName, Observation, Period, PeriodError, Post, PostId, ReportKind,
    Source, UnitId,
};
use crate::report::{Report, Seen, compose_seen};
use crate::words::Words;

pub use kept::Kept;
pub use records::{
    ChannelRunLine, ObservationAnswer, ReportLine, RunAnswer, RunLine, TraceAnswer, TraceSource, report_lines,
    run_answers,
};
pub use shapes::{
    CampaignAnswer, CampaignLine, ChannelAnswer, ChannelLine, ChannelsAnswer, EffectAnswer, FigureAnswer, Frame,
    GoalAnswer, GoalsAnswer, MetricAnswer, PostAnswer, PostFigure, PostsAnswer,
};

/// So long a sight is kept that nobody asks for, unless it is among the last few.
const REST: Duration = Duration::from_hours(1);

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SeeOrder {
    /// What is looked at.
    pub seen: Seen,
    /// What it is held against.
    pub against: Against,
    /// The language.
    pub language: Language,
    /// Only this unit and those below.
    pub unit: Option<UnitId>,
    /// The period; none: the last closed week, for a post the month that it was published in, for a campaign its days.
    pub period: Option<Period>,
    /// Only with what was known then.
    pub as_known_at: Option<DateTime<Utc>>,
}

/// A post, as known at a time.
pub(super) type PostKey = (ChannelId, PostId, Option<DateTime<Utc>>);

impl SeeOrder {
    /// The whole of it, last week.
    pub fn whole(language: Language) -> Self {
        let (seen, against) = (Seen::Whole, Against::Previous);
        Self { seen, against, language, unit: None, period: None, as_known_at: None }
    }
}

/// What is seen: a report with the plain values that it was worded from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sight {
    /// The words, figures and charts.
    pub report: Report,
    /// Channels whose days are not complete through the period.
    pub not_complete: Vec<ChannelId>,
    /// How the goals stand.
    pub standings: Vec<Standing>,
    /// How the units stand.
    pub units: Vec<UnitStanding>,
    /// Every metric of the channels beside what it was.
    pub compared: Vec<Compared>,
    /// The posts of the period, for posts.
    pub posts: Vec<PostFigures>,
    /// What the campaign achieved, for a campaign.
    pub effects: Vec<CampaignEffect>,
}

/// What is seen now: from what is kept, where nothing has changed since.
///
/// # Errors
/// When there is no such unit, channel, post or campaign, or the store cannot be read.
pub async fn see(app: &App, order: &SeeOrder, now: DateTime<Utc>) -> Result<Arc<Sight>, PipelineError> {
    let stamp = stamp(app, now).await?;
    let asked = order;
    let order = SeeOrder { period: Some(period_of(app, asked, &stamp, now).await?), ..asked.clone() };
    let cell = app.sights.place(&stamp, &order, asked);
    cell.get_or_try_init(|| composed_somewhere(app, &order, now)).await.cloned()
}

async fn composed_somewhere(app: &App, order: &SeeOrder, now: DateTime<Utc>) -> Result<Arc<Sight>, PipelineError> {
    let wanted = Wanted::Sight { order: order.clone(), now };
    Ok(Arc::new(apart::done(app, &wanted, Box::pin(compose(app, order, now))).await?))
}

/// Makes again what was looked at before the last change, once the change has come to rest, so that whoever looks next does
/// not wait; how many. `before` is the mark of the look before this one. Nothing is made where nobody has looked, and what
/// nobody looks at any more is let go.
///
/// # Errors
/// When the state or the store cannot be read.
pub async fn make_ready(app: &App, before: &mut String, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    if let Some(since) = Instant::now().checked_sub(REST) {
        app.sights.rest(since);
    }
    let mark = stamp(app, now).await?;
    if *before != mark {
        // A run of fetching changes it with every channel: only what stands still for a while is worth the work.
        *before = mark;
        return Ok(0);
    }
    let orders = app.sights.left(&mark);
    for order in &orders {
        if let Err(error) = Box::pin(see(app, order, now)).await {
            tracing::debug!(%error, "what was looked at is not there any more");
        }
    }
    Ok(orders.len())
}

/// A mark of all that a sight rests on: another mark, another sight.
///
/// # Errors
/// When the state or the store cannot be read.
pub async fn stamp(app: &App, now: DateTime<Utc>) -> Result<String, PipelineError> {
    let organisation = &app.config.organisation;
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update(part.as_bytes());
        hash.update([0]);
    };
    let (observations, posts) = app.store.versions()?;
    add(&format!("{observations} {posts} {}", app.config.digest));
    add(&now.with_timezone(&organisation.zone).date_naive().to_string());
    for channel in &app.config.channels {
        add(&complete_through(channel.platform, channel.zone, now).to_string());
    }
    for run in app.state.last_runs(1).await? {
        add(&format!("{} {:?}", run.id, run.finished));
    }
    for token in app.state.tokens().await? {
        add(&format!("{} {:?} {}", token.check.subject, token.ends(), token.check.valid));
    }
    Ok(hex::encode(hash.finalize()))
}

/// The period of the order: what was asked for, else what fits what is looked at.
async fn period_of(app: &App, order: &SeeOrder, stamp: &str, now: DateTime<Utc>) -> Result<Period, PipelineError> {
    let at = order.as_known_at.unwrap_or(now);
    match &order.seen {
        Seen::Post(channel, post) => {
            let key = (channel.clone(), post.clone(), order.as_known_at);
            let place = app.posts.place(stamp, &key, &key);
            let found =
                async || Ok::<_, PipelineError>(Arc::new(find_post(app, channel, post, order.as_known_at).await?));
            let day = local_day(app, place.get_or_try_init(found).await?.published);
            Ok(Period::containing(day, Granularity::Month, app.config.organisation.calendar))
        }
        Seen::Campaign(id) => Ok(campaign_days(app, &find_campaign(app, id.as_str())?, at)),
        _ => Ok(order.period.unwrap_or_else(|| last_closed(app, Granularity::Week, at))),
    }
}

/// The period of a name: the last closed `week`, `month`, `quarter`, `tertial` or `year`, else as [`Period::parse`] reads
/// it. The one resolver of pages, reports and commands.
///
/// # Errors
/// When the name is no period.
pub fn named_period(app: &App, name: &str, now: DateTime<Utc>) -> Result<Period, PeriodError> {
    let granularity = match name {
        "week" => Granularity::Week,
        "month" => Granularity::Month,
        "quarter" => Granularity::Quarter,
        "tertial" => Granularity::Tertial,
        "year" => Granularity::Year,
        other => return Period::parse(other, app.config.organisation.calendar),
    };
    Ok(last_closed(app, granularity, now))
}

fn local_day(app: &App, moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&app.config.organisation.zone).date_naive()
}

/// The post of the name.
///
/// # Errors
/// When there is none, or the store cannot be read.
pub async fn find_post(
    app: &App,
    channel: &ChannelId,
    post: &PostId,
    as_known_at: Option<DateTime<Utc>>,
) -> Result<Post, PipelineError> {
    let wanted = Wanted::Post { channel: channel.clone(), post: post.clone(), as_known_at };
    let found = apart::done(app, &wanted, look_up_post(app, channel, post, as_known_at)).await?;
    found.ok_or_else(|| PipelineError::unknown(faults::no_post_of(post.as_str(), channel)))
}

/// The post of the name, in the store.
pub(super) async fn look_up_post(
    app: &App,
    channel: &ChannelId,
    post: &PostId,
    as_known_at: Option<DateTime<Utc>>,
) -> Result<Option<Post>, PipelineError> {
    let view = app.store.view(as_known_at).await?;
    let only = channel.clone();
    let posts = computing(move || view.posts(&[only], None, None)).await??;
    Ok(posts.into_iter().find(|it| &it.id == post))
}

/// The channel of the name, if the configuration has it.
///
/// # Errors
/// When there is none.
pub fn find_channel<'a>(app: &'a App, channel: &ChannelId) -> Result<&'a crate::model::Channel, PipelineError> {
    let found = app.config.channel(channel);
    found.ok_or_else(|| PipelineError::hinted(faults::no_channel_of(channel), faults::mend_channels()))
}

/// Composes it anew.
pub(super) async fn compose(app: &App, order: &SeeOrder, now: DateTime<Utc>) -> Result<Sight, PipelineError> {
    let whole = Order {
        unit: order.unit.clone(),
        period: order.period,
        as_known_at: order.as_known_at,
        ..Order::kind(ReportKind::Monthly, order.language)
    };
    let read = read(app, &whole, &scope(app, order, now)?, now).await?;
    let readings = match &order.seen {
        Seen::Post(channel, post) => readings(app, order, &read, (channel, post)).await?,
        _ => Vec::new(),
    };
    let (app, order) = (app.clone(), order.clone());
    computing(move || composed(&app, &order, &whole, (&read, &readings), now)).await
}

fn composed(
    app: &App,
    order: &SeeOrder,
    whole: &Order,
    (read, readings): (&Read, &[Observation]),
    now: DateTime<Utc>,
) -> Sight {
    let mut material = material(app, whole, now, read);
    let facts = &read.facts;
    material.campaigns = campaigns_of(app, order.unit.as_ref());
    if let Seen::Campaign(id) = &order.seen {
        let all = &app.config.campaigns;
        let one = all.iter().filter(|it| &it.id == id && it.start < read.period.end());
        let found = one.map(|it| analysis::campaign_effect(it, all, facts, app.catalog));
        material.effects = found.filter_map(Result::ok).collect();
    }
    let posts = match &order.seen {
        Seen::Posts => analysis::post_figures(facts, app.catalog, &read.channels, read.period),
        Seen::Post(channel, post) => {
            let all = analysis::post_figures(facts, app.catalog, std::slice::from_ref(channel), read.period);
            all.into_iter().filter(|it| &it.post.id == post).collect()
        }
        _ => Vec::new(),
    };
    let report = compose_seen(&material, Words::builtin(order.language), (&order.seen, order.against), readings);
    let incomplete = not_complete(facts, &read.channels, read.period);
    Sight {
        report,
        not_complete: incomplete.into_iter().map(|(channel, _)| channel).collect(),
        posts,
        effects: material.effects,
        standings: material.standings,
        units: material.units,
        compared: material.compared,
    }
}

/// How much has to be read for what is looked at.
fn scope(app: &App, order: &SeeOrder, now: DateTime<Utc>) -> Result<Scope, PipelineError> {
    let at = order.as_known_at.unwrap_or(now);
    let period = order.period.unwrap_or_else(|| last_closed(app, ReportKind::Monthly.granularity(), at));
    let metrics: Vec<MetricName> = COMPARED.map(MetricName::from).to_vec();
    let nothing = Scope { only: None, goals: Vec::new(), metrics: Vec::new(), campaigns: Vec::new() };
    Ok(match &order.seen {
        Seen::Whole => Scope { goals: goals_of(app, order.unit.as_ref(), period)?, metrics, ..nothing },
        Seen::Channel(channel) => {
            find_channel(app, channel)?;
            Scope { only: Some(vec![channel.clone()]), metrics, ..nothing }
        }
        Seen::Posts => {
            // A unit that is not there is told as everywhere else.
            goals_of(app, order.unit.as_ref(), period)?;
            nothing
        }
        Seen::Post(channel, _) => {
            let platform = find_channel(app, channel)?.platform;
            let same = app.config.channels.iter().filter(|it| it.platform == platform).map(|it| it.id.clone());
            Scope { only: Some(same.collect()), ..nothing }
        }
        Seen::Campaign(id) => Scope { metrics, campaigns: vec![find_campaign(app, id.as_str())?], ..nothing },
    })
}

/// The campaigns of the unit: its own, and those that use a channel of it.
pub fn campaigns_of(app: &App, unit: Option<&UnitId>) -> Vec<Campaign> {
    let Some(unit) = unit else { return app.config.campaigns.clone() };
    let units = &app.config.units;
    let within = |campaign: &&Campaign| {
        campaign.unit.as_ref().is_some_and(|own| units.within(own, unit))
            || campaign.channels.iter().any(|id| app.config.channel(id).is_some_and(|it| units.within(&it.unit, unit)))
    };
    app.config.campaigns.iter().filter(within).cloned().collect()
}

/// Everything that the store was told of what the post is ranked by, reading by reading.
async fn readings(
    app: &App,
    order: &SeeOrder,
    read: &Read,
    (channel, post): (&ChannelId, &PostId),
) -> Result<Vec<Observation>, PipelineError> {
    let all = analysis::post_figures(&read.facts, app.catalog, std::slice::from_ref(channel), read.period);
    let first = all.iter().find(|it| &it.post.id == post).and_then(|it| it.figures.first()?.trace.sources.first());
    let Some(first) = first else { return Ok(Vec::new()) };
    let published = all.iter().find(|it| &it.post.id == post).map_or(first.start, |it| it.post.published.date_naive());
    let start = published.min(first.start) - TimeDelta::days(2);
    let source = Source { start, ..first.clone() };
    let view = app.store.view(order.as_known_at).await?;
    Ok(computing(move || view.trace(&source)).await??)
}
