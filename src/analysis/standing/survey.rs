//! A share in a survey, with its margin of error; a place among peers.

use statrs::distribution::{ContinuousCDF, Normal};

use super::super::peers::FEWEST_PEERS;
use super::super::{Facts, Standing};
use super::case::Case;
use super::level::sign;
use super::{at_least, conclude};
use crate::catalog::{Across, AcrossWord, Canonical, Catalog, Texts};
use crate::model::told::traces;
use crate::model::{Direction, Figure, Goal, Missing, Number, PeerValue, Period, Rollup, Status, Survey, Unit};

/// A percentile so far under the target is lagging, no more.
const LAGGING: f64 = 5.0;

/// Judges by the latest survey that closed by the day of judging: its share and the interval around it.
pub(super) fn share(goal: &Goal, facts: &Facts, catalog: &Catalog, target: f64, confidence: f64) -> Standing {
    let text = |text: &str| Texts { sv: text.to_owned(), en: text.to_owned() };
    let canonical = Canonical {
        name: goal.metric.clone(),
        title: text(&goal.title),
        unit: Unit::Share,
        rollup: Rollup::Last,
        across: Across::Word(AcrossWord::None),
        definition: text(""),
    };
    let (start, end) = (goal.start, facts.today);
    let over = facts.today > goal.due;
    let case =
        Case { goal, facts, catalog, canonical: &canonical, channels: Vec::new(), start, end, over, rebased: false };
    let mut standing = case.blank(&Missing::NoSurvey);
    standing.target = case.configured("target", target, Unit::Share);
    standing.expected = Figure { id: case.id("expected"), ..standing.target.clone() };
    if let Some(baseline) = goal.baseline {
        standing.baseline = case.configured("baseline", baseline, Unit::Share);
    }
    let mut surveys: Vec<&Survey> = facts.surveys.iter().filter(|it| it.goal == goal.id).collect();
    surveys.retain(|it| it.date < facts.today && it.date <= goal.due && it.answered > 0);
    surveys.sort_by_key(|it| it.date);
    standing.history = surveys.iter().map(|it| (it.date, Some(found(it)))).collect();
    standing.path = vec![(goal.start, target), (goal.due, target)];
    let Some(latest) = surveys.last() else { return standing };
    let (low, high) = interval(latest, confidence);
    let (point, answered) = (found(latest), latest.answered);
    let how = traces::survey_share(
        latest.agreed,
        answered,
        format!("{:.0}", confidence * 100.0),
        format!("{low:.3}"),
        format!("{high:.3}"),
        latest.design_effect,
    );
    standing.now = case.computed("now", Ok(point), Unit::Share, how);
    standing.now.period = Period::day(latest.date);
    standing.now.trace.config.push(traces::survey_of(latest.date, &latest.source));
    let ahead = sign(goal.direction) * (point - target);
    standing.ahead = case.computed("ahead", Ok(ahead), Unit::Share, traces::ahead_of_target());
    standing.tolerance = Some(0.5 * (high - low));
    standing.coverage = case.computed("coverage", Ok(1.0), Unit::Share, traces::survey_known());
    let word = if goal.min_sample.is_some_and(|need| answered < need) {
        Err(Missing::SampleTooSmall { have: answered, need: goal.min_sample.unwrap_or(0) })
    } else {
        Ok(word(goal.direction, (low, point, high), target))
    };
    (standing.status, standing.reason) = match word {
        Ok(status) => (status, None),
        Err(missing) => (Status::CannotBeJudged, Some(missing)),
    };
    standing
}

/// Above the target with its whole interval: achieved; with its point: on track; with a part of its interval: lagging.
fn word(direction: Direction, (low, point, high): (f64, f64, f64), target: f64) -> Status {
    let (near, far) = match direction {
        Direction::Up => (low, high),
        Direction::Down => (-high, -low),
    };
    let (point, target) = (sign(direction) * point, sign(direction) * target);
    if near > target {
        Status::Achieved
    } else if at_least(point, target) {
        Status::OnTrack
    } else if at_least(far, target) {
        Status::Lagging
    } else {
        Status::Behind
    }
}

fn found(survey: &Survey) -> f64 {
    f64::from(survey.agreed) / f64::from(survey.answered)
}

/// Wilson's interval, on the answers that the design effect leaves, narrower when most of all were asked.
pub(super) fn interval(survey: &Survey, confidence: f64) -> (f64, f64) {
    let share = found(survey);
    let mut answers = f64::from(survey.answered) / survey.design_effect.max(1.0);
    if let Some(population) = survey.population.map(f64::from).filter(|it| *it > f64::from(survey.answered)) {
        answers *= (population - 1.0) / (population - f64::from(survey.answered));
    }
    let reach = Normal::new(0.0, 1.0).map_or(1.96, |normal| normal.inverse_cdf(0.5 + 0.5 * confidence));
    let square = reach * reach;
    let centre = (share + square / (2.0 * answers)) / (1.0 + square / answers);
    let half = reach / (1.0 + square / answers)
        * (share * (1.0 - share) / answers + square / (4.0 * answers * answers)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Judges by the place among the peers: the share of them that lie below, ties counting half.
pub(super) fn percentile(case: &mut Case<'_>, target: f64, group: Option<&str>) -> Standing {
    let breaks = case.breaks(case.start);
    case.obey(&breaks);
    let mut standing = case.blank(&Missing::NothingClosed);
    standing.target = case.configured("target", target, Unit::Decimal);
    standing.expected = Figure { id: case.id("expected"), ..standing.target.clone() };
    standing.tolerance = Some(LAGGING);
    let own = match case.judged_on(case.end) {
        Ok(period) => case.value("own", period),
        Err(missing) => case.without("own", missing),
    };
    let last = Period::new(case.start, case.end).map_or(case.end, Period::last);
    let peers = latest(&case.facts.peers, case, group, last);
    let have = u32::try_from(peers.len()).unwrap_or(u32::MAX);
    let place = own.value.clone().and_then(|number| {
        if have < FEWEST_PEERS {
            return Err(Missing::TooFewPeers { have, need: FEWEST_PEERS });
        }
        Ok(place(number.value, &peers, case.goal.direction))
    });
    let how = traces::place_among(have, own.trace.how);
    standing.now = case.computed("now", place.clone(), Unit::Decimal, how);
    standing.now.period = own.period;
    standing.now.preliminary = own.preliminary;
    standing.now.trace.sources = own.trace.sources;
    standing.now.trace.config =
        peers.iter().map(|it| traces::peer_on(&it.name, it.value, it.date, &it.source)).collect();
    standing.coverage = super::coverage::figure(case, own.period);
    if let Ok(place) = place {
        standing.ahead = case.computed("ahead", Ok(place - target), Unit::Decimal, traces::now_minus_target());
    }
    let over = case.over;
    let word = case.unbroken(&breaks).and(standing.now.value.clone()).map(|Number { value, .. }| {
        if at_least(value, target) {
            if over { Status::Achieved } else { Status::OnTrack }
        } else if at_least(value, target - LAGGING) {
            Status::Lagging
        } else {
            Status::Behind
        }
    });
    conclude(case, standing, word)
}

/// The latest value of each peer of the group, not after the day.
fn latest<'a>(
    all: &'a [PeerValue],
    case: &Case<'_>,
    group: Option<&str>,
    last: chrono::NaiveDate,
) -> Vec<&'a PeerValue> {
    let mut found: Vec<&PeerValue> = Vec::new();
    let fits = |it: &&PeerValue| {
        it.metric == case.goal.metric && it.date <= last && group.is_none_or(|group| it.group == group)
    };
    for peer in all.iter().filter(fits) {
        match found.iter_mut().find(|it| it.name == peer.name) {
            Some(known) if known.date < peer.date => *known = peer,
            Some(_) => {}
            None => found.push(peer),
        }
    }
    found
}

/// The share of the peers that lie on the worse side, ties counting half, of a hundred.
fn place(own: f64, peers: &[&PeerValue], direction: Direction) -> f64 {
    let worse = |peer: &&&PeerValue| sign(direction) * peer.value < sign(direction) * own;
    let (worse, same) =
        (peers.iter().filter(worse).count(), peers.iter().filter(|it| it.value.total_cmp(&own).is_eq()).count());
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    100.0 * (count(worse) + 0.5 * count(same)) / count(peers.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // R: prop.test(221, 612, correct = FALSE) gives 0.3240 to 0.3999.
        let mut survey = Survey {
            goal: "mal".into(),
            date: chrono::NaiveDate::MIN,
            answered: 612,
            agreed: 221,
            population: None,
            design_effect: 1.0,
            source: String::new(),
        };
        let (low, high) = interval(&survey, 0.95);
        assert!((low - 0.3240).abs() < 1e-4 && (high - 0.3999).abs() < 1e-4, "{low} {high}");
        survey.design_effect = 4.0;
        let (wide_low, wide_high) = interval(&survey, 0.95);
        assert!(wide_high - wide_low > 1.9 * (high - low));
        survey.population = Some(700);
        let (narrow_low, narrow_high) = interval(&survey, 0.95);
        assert!(narrow_high - narrow_low < 0.5 * (wide_high - wide_low));
    }
}
