//! What came through a campaign's links, as the website counted it.

use super::super::{Facts, aggregate::days};
use super::{Cut, Tagged, about, bare, parts_of};
use crate::catalog::Catalog;
use crate::model::{Campaign, CampaignId, ChannelId, Goal, MetricName, Missing, Period, Point, Series, State};

/// The metrics that a website counts by campaign, and under which name it does.
const COUNTED: [(&str, &str); 3] =
    [("visits", "campaign_visits"), ("campaign_visits", "campaign_visits"), ("conversions", "conversions")];

fn counted_as(metric: &MetricName) -> Option<&'static str> {
    COUNTED.iter().find(|(name, _)| *name == metric.as_str()).map(|(_, counted)| *counted)
}

/// Whether a website counts the metric, or all its parts, by campaign.
pub(super) fn counts(catalog: &Catalog, metric: &MetricName) -> bool {
    parts_of(catalog, metric).iter().all(|part| counted_as(part).is_some())
}

/// Cuts the facts down to the campaign's visits.
pub(super) fn cut(goal: &Goal, campaign: &Campaign, facts: &Facts, catalog: &Catalog) -> Result<Cut, Missing> {
    let parts = parts_of(catalog, &goal.metric);
    let own = |channel: &ChannelId, metric: &MetricName| {
        let counted = MetricName::from(counted_as(metric)?);
        let found =
            facts.scopes.tagged.iter().find(|it| {
                it.campaign == campaign.id && &it.series.channel == channel && it.series.metric == counted
            })?;
        Some(Series { metric: metric.clone(), ..found.series.clone() })
    };
    let named = &goal.scope.channels;
    let candidates = facts.channels.iter().map(|it| &it.id).filter(|id| named.is_empty() || named.contains(id));
    let channels: Vec<ChannelId> =
        candidates.filter(|id| parts.iter().all(|part| own(id, part).is_some())).cloned().collect();
    if channels.is_empty() {
        return Err(Missing::NotByCampaign);
    }
    let mut cut =
        Cut { goal: about(goal, channels.clone()), facts: bare(facts), sources: Vec::new(), counted: Vec::new() };
    cut.goal.start = cut.goal.start.max(campaign.start);
    let series = channels.iter().flat_map(|id| parts.iter().filter_map(|part| own(id, part)));
    cut.facts.series = series.collect();
    Ok(cut)
}

/// One row of what a website counted by campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct TaggedRow {
    /// The breakdown, `campaign=…` and perhaps more.
    pub dimension: String,
    /// The value on its day; the metric is the platform's own name.
    pub point: Point,
}

impl Tagged {
    /// The campaign's days from the rows of all campaigns. A day on which the website lists other campaigns only, or
    /// none although it counted none, is a true zero; a day of which nothing is known, or whose list is shorter than its
    /// own total, has no value.
    ///
    /// `all` is what the rows are held against: for visits the channel's total of visits through campaigns, for
    /// conversions the campaign's own visits.
    pub fn of(
        campaign: &CampaignId,
        (channel, metric): (&ChannelId, &MetricName),
        rows: &[TaggedRow],
        all: Option<&Series>,
        days: Period,
    ) -> Self {
        let mut points = Vec::new();
        for day in days.iter_days() {
            let here: Vec<&TaggedRow> = rows.iter().filter(|row| row.point.day == day).collect();
            let total = all.and_then(|all| all.between(day, Period::day(day).end()).first());
            points.extend(point(campaign, metric, day, &here, total));
        }
        let series = Series { channel: channel.clone(), metric: metric.clone(), points, breaks: Vec::new() };
        Self { campaign: campaign.clone(), series }
    }
}

fn point(
    campaign: &CampaignId,
    metric: &MetricName,
    day: chrono::NaiveDate,
    rows: &[&TaggedRow],
    total: Option<&Point>,
) -> Option<Point> {
    let own: Vec<&&TaggedRow> = rows.iter().filter(|row| is_of(campaign, &row.dimension)).collect();
    if own.is_empty() {
        let total = total?;
        let counted = days::usable(total)?;
        let listed: f64 = rows.iter().filter_map(|row| days::usable(&row.point)).sum();
        // Conversions are listed under the visits that led to them: where those are known, none listed is none.
        let complete = metric.as_str() == "conversions" || listed + 0.5 >= counted;
        return complete.then(|| Point { day, value: Some(0.0), metric: String::new(), ..total.clone() });
    }
    let valued: Option<Vec<f64>> = own.iter().map(|row| days::usable(&row.point)).collect();
    let state = own.iter().map(|row| row.point.state).max().unwrap_or(State::Ok);
    Some(Point {
        day,
        value: valued.map(|values| values.iter().sum()),
        state,
        seen: own.iter().map(|row| row.point.seen).max()?,
        metric: own
            .iter()
            .map(|row| format!("{}{{{}}}", row.point.metric, row.dimension))
            .collect::<Vec<_>>()
            .join("+"),
        source: own.first()?.point.source.clone(),
    })
}

/// Whether the breakdown is about the campaign; the letters' case does not count in a link.
fn is_of(campaign: &CampaignId, dimension: &str) -> bool {
    let name = dimension.split(',').find_map(|part| part.strip_prefix("campaign="));
    name.is_some_and(|name| name.eq_ignore_ascii_case(campaign.as_str()))
}
