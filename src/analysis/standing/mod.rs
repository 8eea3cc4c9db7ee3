//! Where a goal stands, by the table of `product.md` ("How the status word is found"). A file per group of kinds.

mod cadence;
mod case;
mod coverage;
mod direction;
mod level;
mod milestone;
mod normalise;
mod outlook;
mod pace;
mod survey;
mod way;

pub(super) use case::channels_of;
pub use outlook::{FanPoint, GoalForecast, Unmodelled, forecast, forecast_of, forecasts, forecasts_of};

use super::scope::Cut;
use super::{Facts, Standing};
use crate::catalog::{Canonical, Catalog};
use crate::model::{Goal, GoalKind, Missing, Status};
use case::Case;

/// Where every goal stands.
pub fn standings(goals: &[Goal], facts: &Facts, catalog: &Catalog) -> Vec<Standing> {
    goals.iter().map(|goal| standing(goal, facts, catalog)).collect()
}

/// Where the goal stands on the day of the facts.
pub fn standing(goal: &Goal, facts: &Facts, catalog: &Catalog) -> Standing {
    match Cut::of(goal, facts, catalog) {
        None => of_all(goal, facts, catalog),
        Some(Ok(cut)) => cut.named(goal, of_all(&cut.goal, &cut.facts, catalog)),
        Some(Err(missing)) => closed_case(goal, facts, catalog, &missing),
    }
}

/// The same of a goal about everything that the facts hold.
fn of_all(goal: &Goal, facts: &Facts, catalog: &Catalog) -> Standing {
    if let GoalKind::Milestone { done_on } = goal.kind {
        return milestone::judge(goal, facts, done_on);
    }
    if let GoalKind::SurveyShare { target, confidence } = goal.kind {
        return survey::share(goal, facts, catalog, target, confidence);
    }
    let mut case = match Case::open(goal, facts, catalog) {
        Ok(case) => case,
        Err(missing) => return closed_case(goal, facts, catalog, &missing),
    };
    match &goal.kind {
        GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. } => way::judge(&mut case),
        GoalKind::Floor { target } | GoalKind::Conversion { target } => level::judge(&mut case, Some(*target), None),
        GoalKind::Ceiling { target } => level::judge(&mut case, None, Some(*target)),
        GoalKind::Range { low, high } => level::judge(&mut case, Some(*low), Some(*high)),
        GoalKind::Cadence { per_week } => cadence::judge(&mut case, *per_week),
        GoalKind::Direction => direction::judge(&mut case),
        GoalKind::Benchmark { target, peers } => survey::percentile(&mut case, *target, peers.as_deref()),
        GoalKind::Milestone { done_on } => milestone::judge(goal, facts, *done_on),
        GoalKind::SurveyShare { target, confidence } => survey::share(goal, facts, catalog, *target, *confidence),
    }
}

/// The standing of a goal whose case cannot even be opened.
fn closed_case(goal: &Goal, facts: &Facts, catalog: &Catalog, missing: &Missing) -> Standing {
    let unknown = milestone::nothing_to_count(goal);
    let canonical: &Canonical = catalog.canonical(&goal.metric).unwrap_or(&unknown);
    let channels = channels_of(goal, facts, catalog);
    let (start, end) = (goal.start, facts.today);
    Case { goal, facts, catalog, canonical, channels, start, end, over: false, rebased: false }.blank(missing)
}

/// Writes the word, unless the data do not carry one.
fn conclude(case: &Case<'_>, mut standing: Standing, word: Result<Status, Missing>) -> Standing {
    let verdict = word.and_then(|status| {
        coverage::sample(case, &standing)?;
        coverage::check(&standing)?;
        Ok(status)
    });
    (standing.status, standing.reason) = match verdict {
        Ok(status) => (status, None),
        Err(missing) => (Status::CannotBeJudged, Some(missing)),
    };
    standing
}

/// Whether `left` is at least `right`; differences that only arithmetic makes do not count.
fn at_least(left: f64, right: f64) -> bool {
    left >= right - 1e-9 * left.abs().max(right.abs()).max(1e-6)
}
