//! A mixture of Student t distributions with the same degrees of freedom: what the engine answers with.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::float;

/// One of the distributions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Its share of the whole.
    pub weight: f64,
    /// Where it lies.
    pub centre: f64,
    /// How wide it is.
    pub scale: f64,
}

/// The mixture. Its weights add up to one.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    parts: Vec<Part>,
    freedom: f64,
}

/// How often an interval is halved at most: past the last digit of any double.
const HALVINGS: usize = 200;

impl Mixture {
    /// A mixture of the parts with these degrees of freedom.
    pub fn new(parts: Vec<Part>, freedom: f64) -> Self {
        Self { parts, freedom }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.parts.iter().map(|part| part.weight * part.centre).sum()
    }

    /// The standard deviation; infinite under two degrees of freedom.
    pub fn deviation(&self) -> f64 {
        if self.freedom <= 2.0 {
            return f64::INFINITY;
        }
        let (mean, stretch) = (self.mean(), self.freedom / (self.freedom - 2.0));
        let of = |part: &Part| part.weight * (part.scale.powi(2) * stretch + (part.centre - mean).powi(2));
        self.parts.iter().map(of).sum::<f64>().sqrt()
    }

    /// The probability of at most the value.
    pub fn up_to(&self, value: f64) -> f64 {
        self.up_to_by(&Tail::new(self.freedom, self.parts.len() > MANY), value)
    }

    /// The probability of more than the value.
    pub fn above(&self, value: f64) -> f64 {
        1.0 - self.up_to(value)
    }

    /// The value that is not exceeded with the probability.
    pub fn quantile(&self, probability: f64) -> f64 {
        self.quantiles(&[probability])[0]
    }

    /// The values that are not exceeded with the probabilities.
    pub fn quantiles(&self, probabilities: &[f64]) -> Vec<f64> {
        let tail = Tail::new(self.freedom, self.parts.len() * probabilities.len() > MANY);
        self.quantiles_by(&tail, probabilities)
    }

    /// The same with a tail that is already there.
    pub fn quantiles_by(&self, tail: &Tail, probabilities: &[f64]) -> Vec<f64> {
        probabilities.iter().map(|probability| self.find(tail, *probability)).collect()
    }

    /// The middle interval that holds the probability.
    pub fn interval(&self, probability: f64) -> (f64, f64) {
        let found = self.quantiles(&[0.5 - 0.5 * probability, 0.5 + 0.5 * probability]);
        (found[0], found[1])
    }

    /// The distribution of `offset + factor × value`.
    #[must_use]
    pub fn moved(&self, offset: f64, factor: f64) -> Self {
        let move_part = |part: &Part| Part {
            weight: part.weight,
            centre: offset + factor * part.centre,
            scale: factor.abs() * part.scale,
        };
        Self { parts: self.parts.iter().map(move_part).collect(), freedom: self.freedom }
    }

    /// The distribution of what is left when the value is taken from `whole`.
    #[must_use]
    pub fn taken_from(&self, whole: f64) -> Self {
        self.moved(whole, -1.0)
    }

    /// The same distribution, wider by the factor around its own mean.
    #[must_use]
    pub fn widened(&self, factor: f64) -> Self {
        let mean = self.mean();
        self.moved(mean * (1.0 - factor), factor)
    }

    fn up_to_by(&self, tail: &Tail, value: f64) -> f64 {
        self.parts.iter().map(|part| part.weight * tail.up_to((value - part.centre) / part.scale)).sum()
    }

    fn density(&self, tail: &Tail, value: f64) -> f64 {
        let of = |part: &Part| part.weight / part.scale * tail.density((value - part.centre) / part.scale);
        self.parts.iter().map(of).sum()
    }

    /// Newton's steps, kept between two bounds; halves them where a step would leave.
    fn find(&self, tail: &Tail, probability: f64) -> f64 {
        let (mut low, mut high) = self.bounds(tail, probability);
        let mut value = self.mean().clamp(low, high);
        for _ in 0..HALVINGS {
            let miss = self.up_to_by(tail, value) - probability;
            if miss > 0.0 {
                high = value;
            } else {
                low = value;
            }
            let step = value - miss / self.density(tail, value);
            let next = if step > low && step < high { step } else { f64::midpoint(low, high) };
            let close = 1e-12 * (high - low).abs().max(value.abs()).max(f64::MIN_POSITIVE);
            if (next - value).abs() <= close || high - low <= close {
                return next;
            }
            value = next;
        }
        value
    }

    fn bounds(&self, tail: &Tail, probability: f64) -> (f64, f64) {
        let widest = self.parts.iter().map(|part| part.scale).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let low = self.parts.iter().map(|part| part.centre).fold(f64::INFINITY, f64::min);
        let high = self.parts.iter().map(|part| part.centre).fold(f64::NEG_INFINITY, f64::max);
        let mut reach = 4.0 * widest;
        while self.up_to_by(tail, low - reach) > probability || self.up_to_by(tail, high + reach) < probability {
            reach *= 2.0;
            if !reach.is_finite() {
                break;
            }
        }
        (low - reach, high + reach)
    }
}

/// From so many evaluations on a table pays.
const MANY: usize = 3000;
/// How far the table reaches, in scales; beyond it the function itself is asked.
const REACH: f64 = 16.0;
/// How many nodes the table has per scale.
const PER_SCALE: usize = 64;

/// The distribution function of Student's t, as a table with exact slopes where it is asked often.
#[derive(Debug, Clone)]
pub struct Tail {
    exact: Option<StudentsT>,
    freedom: f64,
    log_constant: f64,
    table: Vec<(f64, f64)>,
}

impl Tail {
    /// The distribution function, tabulated if it will be asked often.
    pub fn new(freedom: f64, often: bool) -> Self {
        use statrs::function::gamma::ln_gamma;
        let half = 0.5 * freedom;
        let log_constant =
            ln_gamma(f64::midpoint(1.0, freedom)) - ln_gamma(half) - 0.5 * (freedom * std::f64::consts::PI).ln();
        let mut tail = Self { exact: StudentsT::new(0.0, 1.0, freedom).ok(), freedom, log_constant, table: Vec::new() };
        if often {
            let nodes = (0..).map(|index| float(index) / float(PER_SCALE)).take_while(|node| *node <= REACH);
            tail.table = nodes.map(|node| (tail.exactly(-node), tail.density(node))).collect();
        }
        tail
    }

    fn exactly(&self, value: f64) -> f64 {
        self.exact.as_ref().filter(|_| !value.is_nan()).map_or(f64::NAN, |exact| exact.cdf(value))
    }

    /// The probability of at most the value.
    pub fn up_to(&self, value: f64) -> f64 {
        let below = self.below(value.abs());
        if value > 0.0 { 1.0 - below } else { below }
    }

    /// The probability of less than minus the value.
    fn below(&self, value: f64) -> f64 {
        let place = value * float(PER_SCALE);
        if place.is_nan() || place >= float(self.table.len().saturating_sub(1)) {
            return self.exactly(-value);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than the table's length")]
        let index = place as usize;
        let (from, to) = (self.table[index], self.table[index + 1]);
        let (part, width) = (place - float(index), 1.0 / float(PER_SCALE));
        // Hermite's cubic: both values and both slopes are exact; the function falls as minus the density.
        let rest = 1.0 - part;
        let ends = rest * rest * (1.0 + 2.0 * part) * from.0 + part * part * (3.0 - 2.0 * part) * to.0;
        ends - width * part * rest * (rest * from.1 - part * to.1)
    }

    /// The density.
    pub fn density(&self, value: f64) -> f64 {
        let power = -f64::midpoint(1.0, self.freedom);
        (self.log_constant + power * (value * value / self.freedom).ln_1p()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(freedom: f64) -> Mixture {
        Mixture::new(vec![Part { weight: 1.0, centre: 0.0, scale: 1.0 }], freedom)
    }

    #[test]
    fn quantiles_are_those_of_the_printed_tables() {
        // Student's table: 97.5 % with 4 and 10 degrees of freedom; one degree is Cauchy's.
        assert!((one(4.0).quantile(0.975) - 2.776_445_105).abs() < 1e-8);
        assert!((one(10.0).quantile(0.975) - 2.228_138_852).abs() < 1e-8);
        assert!((one(1.0).quantile(0.75) - 1.0).abs() < 1e-9);
        assert!((one(5.0).deviation() - (5.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_table_is_the_function() {
        for freedom in [1.01, 3.5, 33.0, 480.0] {
            let (table, exact) = (Tail::new(freedom, true), Tail::new(freedom, false));
            for step in -4000_i32..4000 {
                let value = f64::from(step) * 0.0051;
                assert!((table.up_to(value) - exact.up_to(value)).abs() < 1e-9, "{freedom} {value}");
            }
        }
    }

    #[test]
    fn a_mixture_is_the_sum_of_its_parts() {
        let parts =
            vec![Part { weight: 0.25, centre: -1.0, scale: 0.5 }, Part { weight: 0.75, centre: 2.0, scale: 1.5 }];
        let mixture = Mixture::new(parts, 7.0);
        let tail = StudentsT::new(0.0, 1.0, 7.0).unwrap();
        let expected = 0.25 * tail.cdf(1.0 / 0.5) + 0.75 * tail.cdf(-2.0 / 1.5);
        assert!((mixture.up_to(0.0) - expected).abs() < 1e-12);
        assert!((mixture.mean() - 1.25).abs() < 1e-12);
        let (low, high) = mixture.interval(0.8);
        assert!((mixture.up_to(low) - 0.1).abs() < 1e-9 && (mixture.above(high) - 0.1).abs() < 1e-9);
        let (wide_low, wide_high) = mixture.widened(2.0).interval(0.8);
        assert!((wide_low - (1.25 + 2.0 * (low - 1.25))).abs() < 1e-8);
        assert!((wide_high - (1.25 + 2.0 * (high - 1.25))).abs() < 1e-8);
        let left = mixture.taken_from(10.0);
        assert!((left.up_to(10.0 - high) - 0.1).abs() < 1e-9);
    }
}
