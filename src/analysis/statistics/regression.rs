//! Regression with errors that follow each other: for readers who know interrupted time series, and for the posts.

use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, StudentsT};

use super::linear::{Cholesky, Symmetric, dot};
use super::{float, mean};

/// A linear regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One per column.
    pub coefficients: Vec<f64>,
    /// What is left of each value.
    pub residuals: Vec<f64>,
    /// Their covariance when errors are alike and independent.
    pub covariance: Symmetric,
    /// Rows less columns.
    pub freedom: f64,
    /// (X'X)⁻¹.
    inverse: Symmetric,
}

/// A weighted sum of coefficients with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The sum.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// The ends of its 95 % interval.
    pub interval: (f64, f64),
    /// The probability of a sum as far from nothing, were it nothing.
    pub probability: f64,
}

impl Fit {
    /// Least squares; none when columns say the same twice or rows are too few.
    pub fn least_squares(rows: &[Vec<f64>], values: &[f64]) -> Option<Self> {
        let width = rows.first()?.len();
        if rows.len() <= width || rows.len() != values.len() {
            return None;
        }
        let inverse = Cholesky::of(&Symmetric::gram(rows, width))?.inverse();
        let mut along = vec![0.0; width];
        for (row, value) in rows.iter().zip(values) {
            along.iter_mut().zip(row).for_each(|(cell, column)| *cell += column * value);
        }
        let coefficients = inverse.times(&along);
        let residuals: Vec<f64> = rows.iter().zip(values).map(|(row, value)| value - dot(row, &coefficients)).collect();
        let freedom = float(rows.len() - width);
        let variance = dot(&residuals, &residuals) / freedom;
        let covariance = scaled(&inverse, variance);
        Some(Self { coefficients, residuals, covariance, freedom, inverse })
    }

    /// The residuals' standard deviation.
    pub fn deviation(&self) -> f64 {
        (dot(&self.residuals, &self.residuals) / self.freedom).sqrt()
    }

    /// The covariance of Newey and West: errors may follow each other over so many steps.
    pub fn newey_west(&self, rows: &[Vec<f64>], lags: usize) -> Symmetric {
        let width = self.coefficients.len();
        let mut middle = Symmetric::zero(width);
        for (row, residual) in rows.iter().zip(&self.residuals) {
            middle.add_outer(row, residual * residual);
        }
        for lag in 1..=lags.min(rows.len().saturating_sub(1)) {
            let weight = 1.0 - float(lag) / float(lags + 1);
            for index in lag..rows.len() {
                let product = weight * self.residuals[index] * self.residuals[index - lag];
                for (row, left) in rows[index].iter().enumerate() {
                    for (column, right) in rows[index - lag].iter().enumerate() {
                        // Both x·x' and its mirror image, so that a diagonal cell is added to twice.
                        let twice = if row == column { 2.0 } else { 1.0 };
                        middle.add(row, column, twice * product * left * right);
                    }
                }
            }
        }
        let correction = float(rows.len()) / self.freedom;
        scaled(&between(&self.inverse, &middle), correction)
    }

    /// A weighted sum of the coefficients, with the covariance.
    pub fn estimate(&self, weights: &[f64], covariance: &Symmetric) -> Estimate {
        let value = dot(weights, &self.coefficients);
        let error = dot(weights, &covariance.times(weights)).max(0.0).sqrt();
        estimate(value, error, self.freedom)
    }

    /// One coefficient, with the covariance.
    pub fn coefficient(&self, index: usize, covariance: &Symmetric) -> Estimate {
        estimate(self.coefficients[index], covariance.at(index, index).max(0.0).sqrt(), self.freedom)
    }

    /// Whether several weighted sums are all nothing: F, its first degrees of freedom, and the probability.
    pub fn together(&self, sums: &[Vec<f64>]) -> Option<(f64, f64, f64)> {
        let mut spread = Symmetric::zero(sums.len());
        let found: Vec<f64> = sums.iter().map(|weights| dot(weights, &self.coefficients)).collect();
        for (row, left) in sums.iter().enumerate() {
            let along = self.covariance.times(left);
            for (column, right) in sums.iter().enumerate().take(row + 1) {
                spread.add(row, column, dot(&along, right));
            }
        }
        let count = float(sums.len());
        let value = dot(&found, &Cholesky::of(&spread)?.solve(&found)) / count;
        let tail = FisherSnedecor::new(count, self.freedom).ok()?.sf(value);
        Some((value, count, tail))
    }
}

/// A value with its error as an estimate: Student's t with the degrees of freedom.
pub fn estimate(value: f64, error: f64, freedom: f64) -> Estimate {
    let Ok(tail) = StudentsT::new(0.0, 1.0, freedom) else {
        return Estimate { value, error, interval: (f64::NEG_INFINITY, f64::INFINITY), probability: 1.0 };
    };
    let reach =
        super::mixture::Mixture::new(vec![super::mixture::Part { weight: 1.0, centre: 0.0, scale: 1.0 }], freedom)
            .quantile(0.975)
            * error;
    let probability = if error > 0.0 { 2.0 * tail.cdf(-(value / error).abs()) } else { 1.0 };
    Estimate { value, error, interval: (value - reach, value + reach), probability }
}

/// How many steps back errors are looked at: Newey and West's rule, at least seven for days.
pub fn lags(count: usize, daily: bool) -> usize {
    let rule = 4.0 * (float(count) / 100.0).powf(2.0 / 9.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let rule = rule as usize;
    if daily { rule.max(7) } else { rule.max(1) }
}

/// A regression whose errors are an autoregression of the first order.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoregressed {
    /// The coefficient of the errors.
    pub correlation: f64,
    /// The regression after the errors' dependence is taken out.
    pub fit: Fit,
}

/// Prais and Winsten: the first row is kept; until the correlation stands still.
pub fn prais_winsten(rows: &[Vec<f64>], values: &[f64]) -> Option<Autoregressed> {
    let mut correlation = 0.0;
    for _ in 0..500 {
        let fit = whitened(rows, values, correlation)?;
        let errors: Vec<f64> =
            rows.iter().zip(values).map(|(row, value)| value - dot(row, &fit.coefficients)).collect();
        let earlier = &errors[..errors.len() - 1];
        let next = (dot(&errors[1..], earlier) / dot(earlier, earlier)).clamp(-0.999, 0.999);
        let moved = (next - correlation).abs();
        correlation = next;
        if moved < 1e-10 {
            break;
        }
    }
    whitened(rows, values, correlation).map(|fit| Autoregressed { correlation, fit })
}

/// Restricted maximum likelihood for the same model.
pub fn restricted_likelihood(rows: &[Vec<f64>], values: &[f64]) -> Option<Autoregressed> {
    let likelihood = |correlation: f64| -> f64 {
        let Some(fit) = whitened(rows, values, correlation) else { return f64::NEG_INFINITY };
        let Some(factor) = Cholesky::of(&fit.inverse) else { return f64::NEG_INFINITY };
        let squares = dot(&fit.residuals, &fit.residuals);
        0.5 * (1.0 - correlation * correlation).ln() - 0.5 * fit.freedom * squares.ln() + 0.5 * factor.log_determinant()
    };
    // A grid first, so that a second hill is not climbed by mistake, then golden sections.
    let nodes: Vec<f64> = (-49..50).map(|step| f64::from(step) * 0.02).collect();
    let best = nodes.iter().copied().max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b)))?;
    let (mut low, mut high) = (best - 0.02, best + 0.02);
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..60 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if likelihood(left) > likelihood(right) { high = right } else { low = left }
    }
    let correlation = f64::midpoint(low, high);
    whitened(rows, values, correlation).map(|fit| Autoregressed { correlation, fit })
}

fn whitened(rows: &[Vec<f64>], values: &[f64], correlation: f64) -> Option<Fit> {
    let first = (1.0 - correlation * correlation).sqrt();
    let row = |index: usize| -> Vec<f64> {
        match index.checked_sub(1) {
            None => rows[0].iter().map(|cell| first * cell).collect(),
            Some(before) => rows[index].iter().zip(&rows[before]).map(|(now, was)| now - correlation * was).collect(),
        }
    };
    let value = |index: usize| match index.checked_sub(1) {
        None => first * values[0],
        Some(before) => values[index] - correlation * values[before],
    };
    let moved: Vec<Vec<f64>> = (0..rows.len()).map(row).collect();
    let moved_values: Vec<f64> = (0..values.len()).map(value).collect();
    Fit::least_squares(&moved, &moved_values)
}

/// Durbin and Watson's figure: two when errors do not follow each other.
pub fn durbin_watson(residuals: &[f64]) -> f64 {
    let steps: f64 = residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    steps / dot(residuals, residuals)
}

/// The correlation of the values with those so many steps before.
pub fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let centre = mean(values).unwrap_or(0.0);
    let moved: Vec<f64> = values.iter().map(|value| value - centre).collect();
    dot(&moved[lag.min(moved.len())..], &moved) / dot(&moved, &moved)
}

/// Ljung and Box: the probability of correlations as large over so many lags, were there none.
pub fn ljung_box(values: &[f64], lags: usize) -> Option<f64> {
    let count = float(values.len());
    let term = |lag: usize| autocorrelation(values, lag).powi(2) / (count - float(lag));
    let figure = count * (count + 2.0) * (1..=lags).map(term).sum::<f64>();
    Some(ChiSquared::new(float(lags)).ok()?.sf(figure))
}

fn scaled(matrix: &Symmetric, factor: f64) -> Symmetric {
    let mut found = Symmetric::zero(matrix.size());
    for row in 0..matrix.size() {
        for column in 0..=row {
            found.add(row, column, factor * matrix.at(row, column));
        }
    }
    found
}

/// The outer matrix on both sides of the inner one.
fn between(outer: &Symmetric, inner: &Symmetric) -> Symmetric {
    let size = outer.size();
    let column = |index: usize| -> Vec<f64> { (0..size).map(|row| outer.at(row, index)).collect() };
    let mut found = Symmetric::zero(size);
    for right in 0..size {
        let along = inner.times(&column(right));
        for left in 0..=right {
            found.add(left, right, dot(&column(left), &along));
        }
    }
    found
}
