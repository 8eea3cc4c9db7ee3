//! Goals about some posts or one campaign: the facts cut down to what belongs to them, so that everything else can be
//! judged as it is for whole channels.
//!
//! What posts brought is counted on the day of publication: a post's day has what the platform has counted for it since.
//! Only what adds can be cut out this way; people counted once per post are never added, and followers belong to no post.
//! What came through a campaign's links is counted by the website on the day of the visit.

mod posts;
mod tagged;

pub use tagged::TaggedRow;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Facts, GoalForecast, Standing, aggregate};
use crate::catalog::Catalog;
use crate::model::told::traces;
use crate::model::{
    Campaign, CampaignId, ChannelId, Figure, FigureId, Goal, GoalKind, MetricName, Missing, Number, Period, PostId,
    Rollup, Scope, Series, Source, Status, Trace, Unit,
};

/// Who belongs to what.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scopes {
    /// The labels of each post, by their ids.
    pub labels: BTreeMap<(ChannelId, PostId), Vec<String>>,
    /// The campaigns.
    pub campaigns: Vec<Campaign>,
    /// What the websites counted of visits through campaign-tagged links, by campaign.
    pub tagged: Vec<Tagged>,
    /// Whether these facts are cut down already: their series are no channel's own.
    pub(super) cut: bool,
}

/// What a website counted of visits with a campaign's tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tagged {
    /// The campaign.
    pub campaign: CampaignId,
    /// `campaign_visits`: the visits through its links; `conversions`: those that such visits led to.
    pub series: Series,
}

/// A goal about a part, as a goal about everything in the facts of that part alone.
pub(super) struct Cut {
    pub goal: Goal,
    pub facts: Facts,
    /// For the figures' traces: what a day of a series rests on.
    sources: Vec<(chrono::NaiveDate, Source)>,
    /// The day of each post that belongs, and whether it has a value.
    counted: Vec<(chrono::NaiveDate, bool)>,
}

/// So many of a hundred posts must have a value, as of days.
const NEEDED_PERCENT: u64 = 80;

impl Cut {
    /// The cut of a goal about a part; none for goals about everything.
    pub fn of(goal: &Goal, facts: &Facts, catalog: &Catalog) -> Option<Result<Self, Missing>> {
        let scope = &goal.scope;
        let counted = !matches!(goal.kind, GoalKind::Milestone { .. } | GoalKind::SurveyShare { .. });
        if !counted || facts.scopes.cut || (scope.labels.is_empty() && scope.campaign.is_none()) {
            return None;
        }
        let campaign = scope.campaign.as_ref().map(|id| {
            let known = facts.scopes.campaigns.iter().find(|it| &it.id == id);
            known.ok_or(Missing::NotFetched)
        });
        Some(match campaign.transpose() {
            Err(missing) => Err(missing),
            Ok(Some(campaign)) if scope.labels.is_empty() && tagged::counts(catalog, &goal.metric) => {
                tagged::cut(goal, campaign, facts, catalog)
            }
            Ok(campaign) => posts::cut(goal, campaign, facts, catalog),
        })
    }

    /// The standing under the goal's own name, its figures traced to what they rest on.
    pub fn named(&self, goal: &Goal, standing: Standing) -> Standing {
        let standing = self.covered(standing);
        let traced = |figure: Figure| self.traced(figure);
        Standing {
            goal: goal.clone(),
            now: traced(standing.now),
            baseline: traced(standing.baseline),
            lately_per_week: standing.lately_per_week.map(traced),
            parts: standing.parts.into_iter().map(|(channel, figure)| (channel, self.traced(figure))).collect(),
            ..standing
        }
    }

    /// Held to the posts that have a value: days without a post are known, and say nothing of those with one.
    fn covered(&self, mut standing: Standing) -> Standing {
        let (have, of) = self.posts_in(standing.coverage.period);
        let Ok(days) = standing.coverage.value.clone() else { return standing };
        let share = f64::from(have) / f64::from(of.max(1));
        if of == 0 || have == of || share >= days.value {
            return standing;
        }
        standing.coverage.value = Ok(Number { value: share, unit: Unit::Share });
        standing.coverage.trace.how = traces::posts_known(have, of).into();
        if let Some(missing) = self.posts_lacking(standing.coverage.period) {
            standing.now.value = Err(missing.clone());
            (standing.status, standing.reason) = (Status::CannotBeJudged, Some(missing));
        }
        standing
    }

    /// Posts with a value, and posts in all, of the stretch.
    fn posts_in(&self, stretch: Period) -> (u32, u32) {
        let within: Vec<bool> =
            self.counted.iter().filter(|(day, _)| stretch.contains(*day)).map(|(_, valued)| *valued).collect();
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (small(within.iter().filter(|valued| **valued).count()), small(within.len()))
    }

    fn posts_lacking(&self, stretch: Period) -> Option<Missing> {
        let (have, of) = self.posts_in(stretch);
        (u64::from(have) * 100 < u64::from(of) * NEEDED_PERCENT).then_some(Missing::PostsLacking { have, of })
    }

    /// The forecast likewise.
    pub fn traced_forecast(&self, forecast: GoalForecast) -> GoalForecast {
        let traced = |figure: Figure| self.traced(figure);
        GoalForecast {
            chance: traced(forecast.chance),
            middle: traced(forecast.middle),
            low: traced(forecast.low),
            high: traced(forecast.high),
            pace: forecast.pace.map(traced),
            ..forecast
        }
    }

    /// The same figure with the observations of the part in place of the channel's.
    fn traced(&self, mut figure: Figure) -> Figure {
        if self.sources.is_empty() {
            return figure;
        }
        let stretches = std::mem::take(&mut figure.trace.sources);
        let rests = |source: &Source, day: &chrono::NaiveDate| {
            stretches.iter().any(|it| it.channel == source.channel && it.start <= *day && *day < it.end)
        };
        let parts = self.sources.iter().filter(|(day, source)| rests(source, day));
        figure.trace.sources = parts.map(|(_, source)| source.clone()).collect();
        figure
    }
}

/// What a campaign's posts, or the visits through its links, come to in the period; on these of its channels.
pub(super) fn of_campaign(
    campaign: &Campaign,
    metric: &MetricName,
    channels: &[ChannelId],
    period: Period,
    (facts, catalog): (&Facts, &Catalog),
    id: &FigureId,
) -> Figure {
    let scope = Scope { channels: channels.to_vec(), labels: Vec::new(), campaign: Some(campaign.id.clone()) };
    let goal = plain(metric, scope, campaign);
    let missing = |missing: Missing| Figure {
        id: id.clone(),
        metric: metric.clone(),
        period,
        value: Err(missing),
        preliminary: false,
        trace: Trace::default(),
    };
    match Cut::of(&goal, facts, catalog) {
        None => missing(Missing::NotFetched),
        Some(Err(reason)) => missing(reason),
        Some(Ok(cut)) => {
            let total = aggregate::total(&cut.facts, catalog, metric, &cut.goal.scope.channels, period, id.clone());
            match cut.posts_lacking(period) {
                Some(reason) => missing(reason),
                None => cut.traced(total),
            }
        }
    }
}

/// A goal that only says what is counted.
fn plain(metric: &MetricName, scope: Scope, campaign: &Campaign) -> Goal {
    let days = (campaign.start, campaign.end);
    let goal = Goal::new(campaign.id.as_str().into(), metric.clone(), GoalKind::Direction, days);
    Goal { scope, unit: campaign.unit.clone(), ..goal }
}

/// The goal without its limits, about these channels.
fn about(goal: &Goal, channels: Vec<ChannelId>) -> Goal {
    Goal { scope: Scope { channels, ..Scope::default() }, ..goal.clone() }
}

/// The metrics that a metric is made of.
fn parts_of(catalog: &Catalog, metric: &MetricName) -> Vec<MetricName> {
    match catalog.canonical(metric).map(|it| &it.rollup) {
        Some(Rollup::RatioOfSums { numerator, denominator }) => vec![numerator.clone(), denominator.clone()],
        _ => vec![metric.clone()],
    }
}

/// The facts without what belongs to channels as wholes.
fn bare(facts: &Facts) -> Facts {
    Facts {
        calendar: facts.calendar,
        zone: facts.zone,
        units: facts.units.clone(),
        channels: facts.channels.clone(),
        population: facts.population.clone(),
        series: Vec::new(),
        wholes: Vec::new(),
        posts: Vec::new(),
        post_values: Vec::new(),
        surveys: Vec::new(),
        peers: facts.peers.clone(),
        complete_through: facts.complete_through.clone(),
        heard: BTreeMap::new(),
        scopes: Scopes { cut: true, ..Scopes::default() },
        today: facts.today,
    }
}
