//! Many groups looked at together: estimates are drawn in to what they share, and luck is not called a finding.

use statrs::distribution::{ContinuousCDF, Normal};

use super::linear::dot;

/// Estimates drawn in to their common centre.
#[derive(Debug, Clone, PartialEq)]
pub struct Pooled {
    /// The variance between the groups.
    pub between: f64,
    /// The common centre and its standard error.
    pub centre: (f64, f64),
    /// Per group.
    pub groups: Vec<Shrunk>,
}

/// One group's estimate, drawn in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// The ends of its 95 % interval.
    pub interval: (f64, f64),
}

/// Paule and Mandel's variance between the groups: the one for which the weighted squares are what they should be.
pub fn between(estimates: &[(f64, f64)]) -> f64 {
    let excess = |between: f64| {
        let weights = weights(estimates, between);
        let centre = centre(estimates, &weights);
        let squares: f64 =
            estimates.iter().zip(&weights).map(|((value, _), weight)| weight * (value - centre).powi(2)).sum();
        squares - (super::float(estimates.len()) - 1.0)
    };
    if estimates.len() < 2 || excess(0.0) <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while excess(high) > 0.0 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if excess(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Draws the estimates, each a value with its standard error, in to their common centre.
pub fn pooled(estimates: &[(f64, f64)]) -> Option<Pooled> {
    pooled_with(estimates, between(estimates))
}

/// The same with a variance between the groups from elsewhere.
pub fn pooled_with(estimates: &[(f64, f64)], between: f64) -> Option<Pooled> {
    if estimates.is_empty() || estimates.iter().any(|(value, error)| !value.is_finite() || *error <= 0.0) {
        return None;
    }
    let weights = weights(estimates, between);
    let whole: f64 = weights.iter().sum();
    let centre = centre(estimates, &weights);
    let reach = Normal::new(0.0, 1.0).ok()?.inverse_cdf(0.975);
    let of = |(value, error): &(f64, f64)| {
        // How much of the group's own estimate is kept; the centre's own uncertainty is carried along.
        let kept = between / (between + error * error);
        let value = kept * value + (1.0 - kept) * centre;
        let error = (kept * error * error + (1.0 - kept).powi(2) / whole).sqrt();
        Shrunk { value, error, interval: (value - reach * error, value + reach * error) }
    };
    let groups = estimates.iter().map(of).collect();
    Some(Pooled { between, centre: (centre, (1.0 / whole).sqrt()), groups })
}

fn weights(estimates: &[(f64, f64)], between: f64) -> Vec<f64> {
    estimates.iter().map(|(_, error)| 1.0 / (error * error + between)).collect()
}

fn centre(estimates: &[(f64, f64)], weights: &[f64]) -> f64 {
    let values: Vec<f64> = estimates.iter().map(|(value, _)| *value).collect();
    dot(&values, weights) / weights.iter().sum::<f64>()
}

/// Benjamini and Hochberg's probabilities: what share of the findings up to here would be luck.
pub fn benjamini_hochberg(probabilities: &[f64]) -> Vec<f64> {
    let count = super::float(probabilities.len());
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    let mut adjusted = vec![1.0; probabilities.len()];
    let mut lowest = 1.0_f64;
    for (place, index) in order.into_iter().enumerate() {
        lowest = lowest.min(probabilities[index] * count / (count - super::float(place)));
        adjusted[index] = lowest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luck_is_counted_as_benjamini_and_hochberg_did() {
        // R: p.adjust(c(.01, .04, .03, .005), "BH") is .02, .04, .04, .02.
        let found = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in found.iter().zip([0.02, 0.04, 0.04, 0.02]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn groups_that_differ_no_more_than_luck_become_one() {
        let pooled = pooled(&[(0.1, 0.2), (-0.1, 0.2), (0.05, 0.2)]).unwrap();
        assert!(pooled.between.abs() < 1e-12);
        assert!(pooled.groups.iter().all(|group| (group.value - pooled.centre.0).abs() < 1e-12));
    }
}
