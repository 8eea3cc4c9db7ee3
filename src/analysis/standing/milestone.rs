//! Milestones: done or not.

use chrono::NaiveDate;

use super::super::{Facts, Standing};
use super::case::Case;
use crate::catalog::{Across, AcrossWord, Canonical, Catalog, Texts};
use crate::model::told::traces;
use crate::model::{Goal, Missing, Rollup, Status, Unit};

/// Done: achieved. Not done: on track up to and on the day `due`, behind after it.
pub(super) fn judge(goal: &Goal, facts: &Facts, done_on: Option<NaiveDate>) -> Standing {
    let canonical = nothing_to_count(goal);
    let catalog = Catalog::default();
    let (start, end) = (goal.start, facts.today);
    let over = facts.today > goal.due;
    let case = Case {
        goal,
        facts,
        catalog: &catalog,
        canonical: &canonical,
        channels: vec![],
        start,
        end,
        over,
        rebased: false,
    };
    // What is done later than the day that is judged is not yet done then.
    let done = done_on.filter(|day| *day < facts.today);
    let mut standing = case.blank(&Missing::NotFetched);
    let value = if done.is_some() { 1.0 } else { 0.0 };
    standing.now = case.computed("now", Ok(value), Unit::Count, traces::done_or_not());
    if let Some(day) = done {
        standing.now.trace.config.push(traces::goal_done(&goal.id, day));
    }
    standing.target = case.configured("target", 1.0, Unit::Count);
    standing.expected = case.computed("expected", Ok(1.0), Unit::Count, traces::done_when_due());
    standing.ahead = case.computed("ahead", Ok(value - 1.0), Unit::Count, traces::now_minus_expected());
    standing.coverage = case.computed("coverage", Ok(1.0), Unit::Share, traces::nothing_to_measure());
    standing.status = match (done, over) {
        (Some(_), _) => Status::Achieved,
        (None, false) => Status::OnTrack,
        (None, true) => Status::Behind,
    };
    standing.reason = None;
    standing
}

/// What stands for the metric where none is needed, or the catalogue has none of the name.
pub(super) fn nothing_to_count(goal: &Goal) -> Canonical {
    let texts = Texts { sv: goal.title.clone(), en: goal.title.clone() };
    Canonical {
        name: goal.metric.clone(),
        title: texts.clone(),
        unit: Unit::Count,
        rollup: Rollup::Last,
        across: Across::Word(AcrossWord::None),
        definition: texts,
    }
}
