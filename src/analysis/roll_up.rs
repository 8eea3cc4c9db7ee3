//! Goals that add up to others, and goals under the units of the tree.

use serde::{Deserialize, Serialize};

use super::standing::channels_of;
use super::{Facts, Standing, total};
use crate::catalog::Catalog;
use crate::model::told::{Told, traces};
use crate::model::{
    ChannelId, Figure, FigureId, Goal, GoalId, GoalKind, MetricName, Missing, Period, Status, Trace, UnitId,
};

/// Every status, the best first.
const STATUSES: [Status; 5] =
    [Status::Achieved, Status::OnTrack, Status::Lagging, Status::Behind, Status::CannotBeJudged];

/// A goal seen through those that contribute to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolledUp {
    /// The goal above.
    pub goal: GoalId,
    /// The goals that contribute to it, however far below.
    pub children: Vec<GoalId>,
    /// Per status, the share of the judged weight. Empty when nothing could be judged.
    pub shares: Vec<(Status, f64)>,
    /// The share of the weight that could be judged at all.
    pub judged: f64,
    /// The children's metric over all their channels, each channel once: sums add, rates are divided anew, stocks add,
    /// unique counts never: `goal.<id>.rolled_up`. Only where the children count the same metric.
    pub total: Figure,
}

/// How the goals of a unit and of all below it stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitStanding {
    /// The unit.
    pub unit: UnitId,
    /// Its goals and those below.
    pub goals: Vec<GoalId>,
    /// Per status, how many goals.
    pub counts: Vec<(Status, u32)>,
    /// Per status, the share of the judged weight.
    pub shares: Vec<(Status, f64)>,
    /// The share of the weight that could be judged at all.
    pub judged: f64,
}

/// Every goal that others contribute to. A goal that cannot be judged takes no part in the shares: lack of data is not
/// a bad result, and is told by `judged` instead.
pub fn roll_up(standings: &[Standing], facts: &Facts, catalog: &Catalog) -> Vec<RolledUp> {
    let parents = standings
        .iter()
        .filter(|parent| standings.iter().any(|child| child.goal.contributes_to.as_ref() == Some(&parent.goal.id)));
    parents.map(|parent| rolled(parent, standings, facts, catalog)).collect()
}

/// Every unit of the tree that has goals of its own or below.
pub fn roll_up_units(standings: &[Standing], facts: &Facts) -> Vec<UnitStanding> {
    let of = |unit: &crate::model::OrganisationUnit| {
        let below = |it: &&Standing| it.goal.unit.as_ref().is_some_and(|own| facts.units.within(own, &unit.id));
        let goals: Vec<&Standing> = standings.iter().filter(below).collect();
        let (shares, judged) = shares(&goals);
        let count = |status: &Status| {
            let count = goals.iter().filter(|it| it.status == *status).count();
            (*status, u32::try_from(count).unwrap_or(u32::MAX))
        };
        let ids = goals.iter().map(|it| it.goal.id.clone()).collect();
        let counts = STATUSES.iter().map(count).collect();
        (!goals.is_empty()).then(|| UnitStanding { unit: unit.id.clone(), goals: ids, counts, shares, judged })
    };
    facts.units.0.iter().filter_map(of).collect()
}

fn rolled(parent: &Standing, standings: &[Standing], facts: &Facts, catalog: &Catalog) -> RolledUp {
    let children = descendants(&parent.goal.id, standings);
    let (shares, judged) = shares(&children);
    RolledUp {
        goal: parent.goal.id.clone(),
        children: children.iter().map(|it| it.goal.id.clone()).collect(),
        shares,
        judged,
        total: together(parent, &children, facts, catalog),
    }
}

/// All goals below, each once; a ring in a broken configuration ends where it began.
fn descendants<'a>(id: &GoalId, standings: &'a [Standing]) -> Vec<&'a Standing> {
    let mut found: Vec<&Standing> = Vec::new();
    let mut open = vec![id.clone()];
    while let Some(above) = open.pop() {
        for child in standings.iter().filter(|it| it.goal.contributes_to.as_ref() == Some(&above)) {
            if &child.goal.id != id && !found.iter().any(|it| it.goal.id == child.goal.id) {
                found.push(child);
                open.push(child.goal.id.clone());
            }
        }
    }
    found
}

/// The share of the judged weight per status, and the share of the weight that was judged.
fn shares(goals: &[&Standing]) -> (Vec<(Status, f64)>, f64) {
    let weight = |it: &Standing| if it.goal.weight.is_finite() { it.goal.weight.max(0.0) } else { 0.0 };
    let of = |status: Status| goals.iter().filter(|it| it.status == status).map(|it| weight(it)).sum::<f64>();
    let all: f64 = goals.iter().map(|it| weight(it)).sum();
    let judged = all - of(Status::CannotBeJudged);
    if all <= 0.0 || judged <= 0.0 {
        return (Vec::new(), 0.0);
    }
    let words = STATUSES.iter().filter(|status| **status != Status::CannotBeJudged);
    (words.map(|status| (*status, of(*status) / judged)).collect(), judged / all)
}

fn together(parent: &Standing, children: &[&Standing], facts: &Facts, catalog: &Catalog) -> Figure {
    let id = FigureId(format!("goal.{}.rolled_up", parent.goal.id));
    let metrics: Vec<&MetricName> =
        children.iter().filter(|it| has_channels(&it.goal)).map(|it| &it.goal.metric).collect();
    let period = children.first().map_or(parent.now.period, |child| child.now.period);
    let refuse = |missing, how: Told| Figure {
        id: id.clone(),
        metric: parent.goal.metric.clone(),
        period,
        value: Err(missing),
        preliminary: false,
        trace: Trace { how: how.into(), ..Trace::default() },
    };
    let Some(metric) = metrics.first() else { return refuse(Missing::NotFetched, traces::nothing_below()) };
    if metrics.iter().any(|other| other != metric) {
        return refuse(Missing::DefinitionsDiffer, traces::below_count_different());
    }
    let limited = |goal: &Goal| !goal.scope.labels.is_empty() || goal.scope.campaign.is_some();
    if children.iter().any(|child| limited(&child.goal)) {
        return refuse(Missing::NotAdditive, traces::below_share_posts());
    }
    let mut channels: Vec<ChannelId> = Vec::new();
    for child in children {
        for channel in channels_of(&child.goal, facts, catalog) {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
    }
    let stretch = Period::new(parent.goal.start, facts.today.min(Period::day(parent.goal.due).end()));
    let mut figure = total(facts, catalog, metric, &channels, stretch.unwrap_or(period), id.clone());
    figure.trace.figures = children.iter().map(|it| it.now.id.clone()).collect();
    figure
}

/// Milestones have no metric to add.
fn has_channels(goal: &Goal) -> bool {
    !matches!(goal.kind, GoalKind::Milestone { .. })
}
