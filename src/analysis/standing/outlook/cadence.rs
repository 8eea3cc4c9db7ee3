//! So many a week: weeks that meet the number are counted, and no engine is needed.

use statrs::function::beta::ln_beta;

use super::super::super::statistics::float;
use super::super::at_least;
use super::super::case::Case;
use super::{FanPoint, Outlook};
use crate::model::told::traces;
use crate::model::{Direction, Granularity, Missing};

/// The share of all weeks that must meet the number.
const NEEDED: f64 = 0.9;
/// Under so many closed weeks nothing is said.
const FEWEST: usize = 8;

/// Beta and binomial: the closed weeks say how often a week meets the number, chance says the rest.
pub(super) fn outlook(case: &Case<'_>, per_week: f64) -> Result<Outlook, Missing> {
    let weeks = case.closed(Granularity::Week);
    let values: Vec<f64> = weeks.iter().filter_map(|week| case.value("week", *week).number()).collect();
    if values.len() < FEWEST {
        let have = u32::try_from(values.len()).unwrap_or(u32::MAX);
        return Err(Missing::TooShort { have, need: u32::try_from(FEWEST).unwrap_or(u32::MAX) });
    }
    let meets = |value: &&f64| match case.goal.direction {
        Direction::Up => at_least(**value, per_week),
        Direction::Down => at_least(per_week, **value),
    };
    let met = values.iter().filter(meets).count();
    let left = super::super::case::closed_between(case.end, case.after_due(), Granularity::Week, case.facts).len();
    let chances = chances(met, values.len() - met, left);
    let share = |more: usize| float(met + more) / float(values.len() + left);
    let reached = |more: &usize| at_least(share(*more), NEEDED);
    let chance = (0..=left).filter(reached).map(|more| chances[more]).sum();
    let end = |probability: f64| share(up_to(&chances, probability));
    let ends = [0.025, 0.1, 0.5, 0.9, 0.975].map(end);
    let point =
        FanPoint { day: case.goal.due, middle: ends[2], eighty: (ends[1], ends[3]), ninety_five: (ends[0], ends[4]) };
    Ok(Outlook {
        chance,
        middle: ends[2],
        low: ends[1],
        high: ends[3],
        fan: vec![point],
        history: u32::try_from(values.len()).unwrap_or(u32::MAX),
        how: traces::foreseen_weeks_met(met, values.len(), left).into(),
    })
}

/// The probability of so many more weeks that meet the number, with Jeffreys' prior.
pub(super) fn chances(met: usize, missed: usize, left: usize) -> Vec<f64> {
    let (alpha, beta) = (float(met) + 0.5, float(missed) + 0.5);
    let mut ways = 0.0;
    (0..=left)
        .map(|more| {
            if more > 0 {
                ways += (float(left + 1 - more) / float(more)).ln();
            }
            (ways + ln_beta(alpha + float(more), beta + float(left - more)) - ln_beta(alpha, beta)).exp()
        })
        .collect()
}

/// The number that is not exceeded with the probability.
fn up_to(chances: &[f64], probability: f64) -> usize {
    let mut sum = 0.0;
    let found = chances.iter().position(|chance| {
        sum += chance;
        sum >= probability
    });
    found.unwrap_or(chances.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chances_are_those_of_beta_and_binomial() {
        // By hand: after 1 met and 1 missed Jeffreys' prior is Beta(1.5, 1.5); of two more weeks
        // P(0) = B(1.5, 3.5)/B(1.5, 1.5) = (1.5·2.5)/(3·4) = 0.3125, P(2) the same, P(1) the rest.
        let found = chances(1, 1, 2);
        for (found, expected) in found.iter().zip([0.3125, 0.375, 0.3125]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!((chances(9, 3, 40).iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
