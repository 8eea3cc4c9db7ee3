//! What is believed after the data, and what it says about the steps after.

use super::chance::Chance;
use super::linear::{Cholesky, dot};
use super::mixture::{Mixture, Part};

/// The centre and the spread by which values were standardised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    pub(super) centre: f64,
    pub(super) spread: f64,
}

/// Where the filter of one shape of noise ends: the noise predicted for the first step after, per column, y the last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ending {
    pub transition: f64,
    pub drift: f64,
    pub white: f64,
    pub state: Vec<f64>,
    pub variance: f64,
}

/// One shape of the noise with one choice of controls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Component {
    pub shape: usize,
    pub columns: Vec<usize>,
    pub weight: f64,
    pub coefficients: Vec<f64>,
    pub factor: Cholesky,
    pub spread: f64,
}

/// What is believed after the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    pub(super) components: Vec<Component>,
    pub(super) endings: Vec<Ending>,
    pub(super) future: Vec<Option<Vec<f64>>>,
    pub(super) scaling: Scaling,
    pub(super) freedom: f64,
    pub(super) inclusion: Vec<f64>,
    pub(super) autoregression: f64,
}

/// A weighted sum of the steps after, as one shape of the noise sees it.
struct Sum {
    /// What is left of each column once the noise is predicted.
    columns: Vec<f64>,
    /// The noise predicted from y.
    noise: f64,
    variance: f64,
}

impl Posterior {
    /// The distribution of the weighted sum of the values that the steps after would have had. None when a step that
    /// counts lacks a control.
    pub fn predict(&self, weights: &[f64]) -> Option<Mixture> {
        let width = self.endings.first().map_or(0, |ending| ending.state.len() - 1);
        let mut design = vec![0.0; width];
        for (weight, row) in weights.iter().zip(&self.future).filter(|(weight, _)| **weight != 0.0) {
            for (cell, value) in design.iter_mut().zip(row.as_ref()?) {
                *cell += weight * value;
            }
        }
        let sums: Vec<Sum> = self.endings.iter().map(|ending| sum(ending, &design, weights)).collect();
        let (centre, spread) = (self.scaling.centre, self.scaling.spread);
        let whole: f64 = weights.iter().sum();
        let part = |component: &Component| {
            let sum = &sums[component.shape];
            let along: Vec<f64> = component.columns.iter().map(|column| sum.columns[*column]).collect();
            let half = component.factor.forward(&along);
            let mean = sum.noise + dot(&along, &component.coefficients);
            let variance = component.spread * (sum.variance + dot(&half, &half));
            Part { weight: component.weight, centre: mean * spread + centre * whole, scale: variance.sqrt() * spread }
        };
        Some(Mixture::new(self.components.iter().map(part).collect(), self.freedom))
    }

    /// Per control, the probability that it belongs to it.
    pub fn inclusion(&self) -> &[f64] {
        &self.inclusion
    }

    /// The probability that the noise is an autoregression.
    pub fn autoregression(&self) -> f64 {
        self.autoregression
    }

    /// Whether the step after can be predicted: no control lacks there.
    pub fn covers(&self, step: usize) -> bool {
        self.future.get(step).is_some_and(Option::is_some)
    }

    /// How many degrees of freedom its distributions have.
    pub fn freedom(&self) -> f64 {
        self.freedom
    }

    /// Draws one course of the steps after, widened around its mean by the factor; nothing where a control lacks.
    pub fn draw(&self, chance: &mut Chance) -> Vec<Option<f64>> {
        let mut left = chance.share();
        let chosen = self.components.iter().find(|component| {
            left -= component.weight;
            left <= 0.0
        });
        let Some(component) = chosen.or(self.components.last()) else { return Vec::new() };
        let half = 0.5 * self.freedom;
        let spread = (component.spread * half / chance.gamma(half)).sqrt();
        let normals: Vec<f64> = component.coefficients.iter().map(|_| chance.normal()).collect();
        let moved = component.factor.backward(&normals).into_iter();
        let coefficients: Vec<f64> =
            component.coefficients.iter().zip(moved).map(|(centre, step)| centre + spread * step).collect();
        let ending = &self.endings[component.shape];
        let last = ending.state.len() - 1;
        let carried: Vec<f64> = component.columns.iter().map(|column| ending.state[*column]).collect();
        let mut noise =
            ending.state[last] - dot(&carried, &coefficients) + spread * ending.variance.sqrt() * chance.normal();
        let mut course = Vec::with_capacity(self.future.len());
        for row in &self.future {
            let white = spread * ending.white.sqrt() * chance.normal();
            course.push(row.as_ref().map(|row| {
                let along: Vec<f64> = component.columns.iter().map(|column| row[*column]).collect();
                (dot(&along, &coefficients) + noise + white) * self.scaling.spread + self.scaling.centre
            }));
            noise = ending.transition * noise + spread * ending.drift.sqrt() * chance.normal();
        }
        course
    }
}

/// The variance comes from the same recursion as the filter's, with the covariance of the state and the sum so far.
fn sum(ending: &Ending, design: &[f64], weights: &[f64]) -> Sum {
    let (mut variance, mut covariance, mut total, mut carried, mut power) = (ending.variance, 0.0, 0.0, 0.0, 1.0);
    for weight in weights {
        total += weight * weight * (variance + ending.white) + 2.0 * weight * covariance;
        covariance = ending.transition * (covariance + weight * variance);
        carried += weight * power;
        power *= ending.transition;
        variance = ending.transition * ending.transition * variance + ending.drift;
    }
    let last = ending.state.len() - 1;
    let columns = design.iter().zip(&ending.state).map(|(value, state)| value - carried * state).collect();
    Sum { columns, noise: carried * ending.state[last], variance: total }
}
