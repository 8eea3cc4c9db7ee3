//! Cadence: so many per ISO week.

use super::super::{Standing, aggregate::days};
use super::case::{Case, last_of};
use super::{at_least, conclude};
use crate::model::told::traces;
use crate::model::{Direction, Figure, Granularity, Missing, Period, Status, Unit};

/// The share of the weeks that must meet the number to be on track, and to be no more than lagging.
const ON_TRACK: f64 = 0.9;
const LAGGING: f64 = 0.7;
/// How many of the last closed weeks are looked at.
const WEEKS: usize = 8;

/// Judges by the share of the last eight closed weeks that met the number; once `due` has passed, of all weeks.
/// `now` is that share; `target` is the number per week; `expected` the share that is needed.
pub(super) fn judge(case: &mut Case<'_>, per_week: f64) -> Standing {
    let breaks = case.breaks(case.start);
    case.obey(&breaks);
    let mut standing = case.blank(&Missing::NothingClosed);
    standing.target = case.configured("target", per_week, case.unit());
    let all = case.closed(Granularity::Week);
    let weeks = if case.over { &all[..] } else { last_of(&all, WEEKS) };
    let counted: Vec<(Period, Figure)> = all.iter().map(|week| (*week, case.value("week", *week))).collect();
    standing.history = counted.iter().map(|(week, figure)| (week.last(), figure.number())).collect();
    let judged: Vec<&(Period, Figure)> = counted.iter().filter(|(week, _)| weeks.contains(week)).collect();
    standing.expected = case.computed("expected", Ok(ON_TRACK), Unit::Share, traces::weeks_needed());
    standing.coverage = coverage(case, &judged);
    let share = share(case, &judged, per_week);
    standing.now = now(case, &judged, share.clone());
    if let Ok(share) = share {
        standing.ahead = case.computed("ahead", Ok(share - ON_TRACK), Unit::Share, traces::now_minus_expected());
    }
    standing.parts = parts(case, weeks, per_week);
    let word = standing.now.value.clone().map(|number| word(number.value, case.over));
    let word = case.unbroken(&breaks).and(word);
    conclude(case, standing, word)
}

fn word(share: f64, over: bool) -> Status {
    if at_least(share, ON_TRACK) {
        if over { Status::Achieved } else { Status::OnTrack }
    } else if at_least(share, LAGGING) {
        Status::Lagging
    } else {
        Status::Behind
    }
}

/// The share of the weeks with a value that met the number.
fn share(case: &Case<'_>, weeks: &[&(Period, Figure)], per_week: f64) -> Result<f64, Missing> {
    let known: Vec<f64> = weeks.iter().filter_map(|(_, figure)| figure.number()).collect();
    let (have, of) = (count(known.len()), count(weeks.len()));
    let first_reason = weeks.iter().find_map(|(_, figure)| figure.value.clone().err());
    match first_reason {
        _ if of == 0 => return Err(Missing::NothingClosed),
        Some(reason) if have == 0 => return Err(reason),
        Some(_) if !days::enough(have, of) => return Err(Missing::Coverage { have: have * 7, of: of * 7 }),
        _ => {}
    }
    let meets = |value: &&f64| match case.goal.direction {
        Direction::Up => at_least(**value, per_week),
        Direction::Down => at_least(per_week, **value),
    };
    Ok(f64::from(count(known.iter().filter(meets).count())) / f64::from(have))
}

fn now(case: &Case<'_>, weeks: &[&(Period, Figure)], share: Result<f64, Missing>) -> Figure {
    let known = weeks.iter().filter(|(_, figure)| figure.value.is_ok()).count();
    let how = traces::weeks_met(known, weeks.len());
    let mut figure = case.computed("now", share, Unit::Share, how);
    if let (Some(first), Some(last)) = (weeks.first(), weeks.last()) {
        figure.period = Period::new(first.0.start(), last.0.end()).unwrap_or(first.0);
    }
    for (_, week) in weeks {
        figure.trace.sources.extend(week.trace.sources.iter().cloned());
        figure.preliminary |= week.preliminary;
    }
    figure
}

fn coverage(case: &Case<'_>, weeks: &[&(Period, Figure)]) -> Figure {
    if weeks.is_empty() {
        return case.without("coverage", Missing::NothingClosed);
    }
    let known = count(weeks.iter().filter(|(_, figure)| figure.value.is_ok()).count());
    let how = traces::weeks_known(known, weeks.len());
    let share = f64::from(known) / f64::from(count(weeks.len()));
    let mut figure = case.computed("coverage", Ok(share), Unit::Share, how);
    if let (Some(first), Some(last)) = (weeks.first(), weeks.last()) {
        figure.period = Period::new(first.0.start(), last.0.end()).unwrap_or(first.0);
    }
    figure
}

/// What each channel gave over the same weeks, in all.
fn parts(case: &Case<'_>, weeks: &[Period], per_week: f64) -> Vec<(crate::model::ChannelId, Figure)> {
    let Some(stretch) = super::case::joined(weeks).filter(|_| case.channels.len() > 1 && per_week.is_finite()) else {
        return Vec::new();
    };
    let part = |channel: &crate::model::ChannelId| {
        let name = format!("now.{channel}");
        (channel.clone(), case.value_of(std::slice::from_ref(channel), &name, stretch))
    };
    case.channels.iter().map(part).collect()
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
