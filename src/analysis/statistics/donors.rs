//! Synthetic control: a mixture of peers that went like the one that was touched, and peers as make-believe campaigns.

use super::linear::{dot, root_mean_square};
use super::{float, mean};

/// A series beside a mixture of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Synthetic {
    /// Each donor's share of the mixture.
    pub weights: Vec<f64>,
    /// The series less the mixture, over all steps.
    pub gaps: Vec<f64>,
    /// The root of the mean of the squared gaps before.
    pub before: f64,
    /// The same after.
    pub after: f64,
    /// The mean gap after.
    pub effect: f64,
}

impl Synthetic {
    /// Fits the mixture to the steps before; none without donors, or without steps on both sides.
    pub fn fitted(series: &[f64], donors: &[Vec<f64>], before: usize) -> Option<Self> {
        if donors.is_empty() || before < 2 || before >= series.len() || donors.iter().any(|it| it.len() != series.len())
        {
            return None;
        }
        let weights = mixture(&series[..before], &donors.iter().map(|it| &it[..before]).collect::<Vec<_>>());
        let gaps = gaps(series, donors, &weights);
        Some(Self {
            before: root_mean_square(&gaps[..before])?,
            after: root_mean_square(&gaps[before..])?,
            effect: mean(&gaps[before..])?,
            weights,
            gaps,
        })
    }

    /// How much worse the mixture fits after than before.
    pub fn ratio(&self) -> f64 {
        self.after / self.before
    }
}

/// Every donor as if it had been touched, the others (never the touched one) its donors.
pub fn placebos(donors: &[Vec<f64>], before: usize) -> Vec<Synthetic> {
    let of = |index: usize| {
        let others: Vec<Vec<f64>> =
            donors.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, it)| it.clone()).collect();
        Synthetic::fitted(&donors[index], &others, before)
    };
    (0..donors.len()).filter_map(of).collect()
}

/// The share of all, the touched one counted, whose ratio is at least as large: never under 1/(J + 1).
pub fn rank(ratio: f64, placebos: &[Synthetic]) -> f64 {
    let above = placebos.iter().filter(|it| it.ratio() >= ratio).count();
    float(above + 1) / float(placebos.len() + 1)
}

/// The conformal test of Chernozhukov, Wüthrich and Zhu with moving blocks: the statistic of the steps after when the
/// mixture is fitted to all steps, as if there were no effect, and the share of the turned series that have as much.
pub fn conformal(series: &[f64], donors: &[Vec<f64>], before: usize) -> (f64, f64) {
    let weights = mixture(series, &donors.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let gaps: Vec<f64> = gaps(series, donors, &weights).iter().map(|gap| gap.abs()).collect();
    let (count, after) = (gaps.len(), gaps.len() - before);
    let statistic =
        |turn: usize| (0..after).map(|step| gaps[(before + step + turn) % count]).sum::<f64>() / float(after);
    let own = statistic(0);
    let as_much = (0..count).filter(|turn| statistic(*turn) >= own - 1e-12 * own.abs()).count();
    (own, float(as_much) / float(count))
}

fn gaps(series: &[f64], donors: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let mixed = |step: usize| donors.iter().zip(weights).map(|(donor, weight)| weight * donor[step]).sum::<f64>();
    series.iter().enumerate().map(|(step, value)| value - mixed(step)).collect()
}

/// Least squares over shares that are not negative and add up to one: weight is moved from donor to donor, each time as
/// much as helps most, until nothing helps. The problem is convex, so where it ends is where it is least.
fn mixture(series: &[f64], donors: &[&[f64]]) -> Vec<f64> {
    let count = donors.len();
    let products: Vec<Vec<f64>> = donors.iter().map(|a| donors.iter().map(|b| dot(a, b)).collect()).collect();
    let along: Vec<f64> = donors.iter().map(|donor| dot(donor, series)).collect();
    let mut weights = vec![1.0 / float(count); count];
    let scale = dot(series, series).max(f64::MIN_POSITIVE);
    for _ in 0..200_000 {
        let slopes: Vec<f64> = (0..count).map(|index| dot(&products[index], &weights) - along[index]).collect();
        let Some(to) = (0..count).min_by(|a, b| slopes[*a].total_cmp(&slopes[*b])) else { break };
        // Of the donors that have something to give, the one whose giving helps most.
        let gain = |from: usize| {
            let curve = products[from][from] + products[to][to] - 2.0 * products[from][to];
            let slope = slopes[from] - slopes[to];
            let step = (slope / curve.max(1e-300)).min(weights[from]);
            (step * slope - 0.5 * step * step * curve, step)
        };
        let givers = (0..count).filter(|from| *from != to && weights[*from] > 0.0);
        let best = givers.map(|from| (gain(from), from)).max_by(|a, b| a.0.0.total_cmp(&b.0.0));
        let Some(((gained, step), from)) = best else { break };
        if gained <= 1e-15 * scale {
            break;
        }
        weights[to] += step;
        weights[from] -= step;
    }
    weights
}
