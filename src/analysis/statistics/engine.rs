//! Bayesian structural time series, integrated on a grid: nothing is drawn and nothing is searched for, so the same
//! input gives the same digits.
//!
//! y = a + season·g + controls·b + u + e, with u a random walk and e white (local level), or u a stationary
//! autoregression and no e. Given the shape of the noise and the choice of controls, all else has a closed form: the
//! scalar filter of the noise whitens y and every column alike, and what is left is a regression with a conjugate
//! prior. The answer is the mixture over all shapes and all choices of controls.

use statrs::function::gamma::ln_gamma;

use super::linear::{Cholesky, Symmetric, dot};
use super::posterior::{Component, Ending, Posterior, Scaling};
use super::{deviation, float, mean};

/// More controls than this would mean more subsets than anybody can wait for.
pub const MOST_CONTROLS: usize = 8;
/// Fewer values before than this say nothing.
pub const FEWEST: usize = 8;
/// The variance of the intercept's and of the season's prior.
const INTERCEPT_VARIANCE: f64 = 1e4;
const SEASON_VARIANCE: f64 = 100.0;
/// Components that weigh less than this beside the heaviest are left out.
const NEGLIGIBLE: f64 = 1e-11;

/// What the engine is asked: values before, and how many steps after.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The values before, in even steps; none where there is no value.
    pub past: Vec<Option<f64>>,
    /// Values of series that were not touched, over the past and the steps after.
    pub controls: Vec<Vec<Option<f64>>>,
    /// The length of the season in steps; one or less: none.
    pub season: usize,
    /// How many steps after.
    pub steps: usize,
}

/// Why the engine does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too few values.
    #[error("{have} values before, {need} are needed")]
    TooShort {
        /// How many there are.
        have: usize,
        /// How many are needed.
        need: usize,
    },
    /// All values are the same, of the outcome or of a control.
    #[error("the values before are all the same")]
    Constant,
    /// Too many controls.
    #[error("{have} controls; choose at most 8 by judgement, before looking at the outcome")]
    TooManyControls {
        /// How many there are.
        have: usize,
    },
}

/// The noise: its name decides how it moves from step to step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Noise {
    /// A random walk under white noise; the walk's deviation beside the noise's.
    Level(f64),
    /// A stationary autoregression with this coefficient.
    Autoregression(f64),
}

/// One shape of the noise with its prior weight and what it adds to the prior of the variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// The noise.
    pub noise: Noise,
    /// The logarithm of its weight.
    pub log_weight: f64,
    /// Added to the shape of the variance's prior.
    pub more_shape: f64,
    /// Added to its scale.
    pub more_scale: f64,
}

/// What is believed before the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The shapes of the noise.
    pub shapes: Vec<Shape>,
    /// The inverse gamma prior of the noise's variance: shape and scale.
    pub variance: (f64, f64),
    /// How many observations the prior of the controls' coefficients is worth, of those that there are.
    pub information: f64,
    /// The probability that a control belongs to it.
    pub inclusion: f64,
}

impl Prior {
    /// The product's own: 24 local levels and 20 autoregressions, half the weight each.
    pub fn product(controls: usize) -> Self {
        let ratio = |index: usize| 0.003 * 1000.0_f64.powf(float(index) / 23.0);
        let weight = |ratio: f64| ratio * (-ratio * ratio / 0.5).exp();
        let whole: f64 = (0..24).map(|index| weight(ratio(index))).sum();
        let shape = |noise, weight: f64| Shape { noise, log_weight: weight.ln(), more_shape: 0.0, more_scale: 0.0 };
        let levels = (0..24).map(ratio).map(|it| shape(Noise::Level(it), 0.5 * weight(it) / whole));
        let steps = (0..20).map(|index| shape(Noise::Autoregression(float(index) * 0.05), 0.5 / 20.0));
        Self {
            shapes: levels.chain(steps).collect(),
            variance: (0.005, 0.005),
            information: 1.0,
            inclusion: (3.0 / float(controls.max(1))).min(0.5),
        }
    }

    /// That of `CausalImpact`, with its prior for the deviation of the level's steps: only for comparison.
    pub fn causal_impact(level_deviation: f64, controls: usize) -> Self {
        let half = 16.0;
        let nodes =
            (0..80).map(|index| (0.0005_f64.ln() + (10.0_f64.ln() - 0.0005_f64.ln()) * float(index) / 79.0).exp());
        let shape = |ratio: f64| Shape {
            noise: Noise::Level(ratio),
            log_weight: -2.0 * half * ratio.ln(),
            more_shape: half,
            more_scale: half * (level_deviation / ratio).powi(2),
        };
        Self {
            shapes: nodes.map(shape).collect(),
            variance: if controls == 0 { (0.005, 0.005) } else { (25.0, 5.0) },
            information: 0.01,
            inclusion: (3.0 / float(controls.max(1))).min(1.0),
        }
    }
}

/// Answers with the product's own prior.
pub fn answer(question: &Question) -> Result<Posterior, Refusal> {
    answer_with(question, &Prior::product(question.controls.len()))
}

/// Answers with the prior.
pub fn answer_with(question: &Question, prior: &Prior) -> Result<Posterior, Refusal> {
    let design = Design::of(question)?;
    let choices = choices(&design, prior);
    let freedom = prior.variance.0 - float(1 + design.seasonal) / 2.0 + design.observed / 2.0;
    let mut components = Vec::new();
    let mut endings = Vec::new();
    for (index, shape) in prior.shapes.iter().enumerate() {
        let filtered = Filtered::through(&design, shape.noise);
        let of = |choice: &Choice| component(&filtered, choice, shape, index, (freedom, prior.variance.1));
        components.extend(choices.iter().filter_map(of));
        endings.push(filtered.ending);
    }
    let components = normalised(components);
    let more_shape = prior.shapes.first().map_or(0.0, |shape| shape.more_shape);
    let levels: Vec<bool> = prior.shapes.iter().map(|it| matches!(it.noise, Noise::Level(_))).collect();
    Ok(Posterior {
        freedom: 2.0 * (freedom + more_shape),
        inclusion: inclusion(&components, &design),
        autoregression: components.iter().filter(|it| !levels[it.shape]).map(|it| it.weight).sum(),
        components,
        endings,
        future: design.future,
        scaling: design.scaling,
    })
}

/// The columns of the regression, standardised.
struct Design {
    /// Per step before: the columns and y; none where something is missing.
    past: Vec<Option<Vec<f64>>>,
    /// Per step after: the columns; none where a control is missing.
    future: Vec<Option<Vec<f64>>>,
    /// How many columns the season has.
    seasonal: usize,
    controls: usize,
    observed: f64,
    scaling: Scaling,
    /// The controls' X'X/n.
    gram: Symmetric,
}

impl Design {
    fn of(question: &Question) -> Result<Self, Refusal> {
        let controls = question.controls.len();
        if controls > MOST_CONTROLS {
            return Err(Refusal::TooManyControls { have: controls });
        }
        let length = question.past.len();
        let known = |step: &usize| question.controls.iter().all(|it| known_at(it, *step).is_some());
        let controlled: Vec<usize> = (0..length).filter(known).collect();
        let used: Vec<usize> =
            controlled.iter().copied().filter(|step| known_at(&question.past, *step).is_some()).collect();
        let seasonal = question.season.max(1) - 1;
        let need = if seasonal > 0 { 4 * question.season } else { FEWEST };
        if used.len() < need {
            return Err(Refusal::TooShort { have: used.len(), need });
        }
        let scaling = Scaling::of(&question.past, &used).ok_or(Refusal::Constant)?;
        let scalings: Option<Vec<Scaling>> =
            question.controls.iter().map(|control| Scaling::of(control, &controlled)).collect();
        let scalings = scalings.ok_or(Refusal::Constant)?;
        let columns = |step: usize| -> Option<Vec<f64>> {
            let mut row = vec![1.0];
            row.extend((0..seasonal).map(|column| season(step, column, question.season)));
            for (control, scaling) in question.controls.iter().zip(&scalings) {
                row.push(scaling.scaled(known_at(control, step)?));
            }
            Some(row)
        };
        let mut gram = Symmetric::zero(controls);
        let past = (0..length).map(|step| {
            let mut row = columns(step)?;
            row.push(scaling.scaled(known_at(&question.past, step)?));
            Some(row)
        });
        let past: Vec<Option<Vec<f64>>> = past.collect();
        // The prior of the coefficients is about the controls alone: steps without an outcome count too.
        for row in controlled.iter().filter_map(|step| columns(*step)) {
            gram.add_outer(&row[1 + seasonal..], 1.0 / float(controlled.len()));
        }
        let future = (length..length + question.steps).map(columns).collect();
        Ok(Self { past, future, seasonal, controls, observed: float(used.len()), scaling, gram })
    }

    /// How many columns are always in.
    fn fixed(&self) -> usize {
        1 + self.seasonal
    }
}

/// The value at the step, if there is one: what no number can hold is none.
fn known_at(values: &[Option<f64>], step: usize) -> Option<f64> {
    values.get(step).copied().flatten().filter(|value| value.is_finite())
}

/// One on its own position, minus one on the last, else nothing: the columns add up to nothing over a season.
fn season(step: usize, column: usize, length: usize) -> f64 {
    match step % length {
        position if position == column => 1.0,
        position if position == length - 1 => -1.0,
        _ => 0.0,
    }
}

/// Which controls are in, with all that does not depend on the noise.
struct Choice {
    columns: Vec<usize>,
    log_prior: f64,
    /// The precision of the coefficients' prior, and half the logarithm of its determinant.
    precision: Symmetric,
    half_log_determinant: f64,
}

fn choices(design: &Design, prior: &Prior) -> Vec<Choice> {
    let of = |mask: usize| {
        let chosen: Vec<usize> = (0..design.controls).filter(|index| mask & (1 << index) != 0).collect();
        let (inside, outside) = (float(chosen.len()), float(design.controls - chosen.len()));
        let log_prior = weighed(inside, prior.inclusion.ln()) + weighed(outside, (1.0 - prior.inclusion).ln());
        let fixed = design.fixed();
        let mut precision = Symmetric::zero(fixed + chosen.len());
        precision.add(0, 0, 1.0 / INTERCEPT_VARIANCE);
        (1..fixed).for_each(|column| precision.add(column, column, 1.0 / SEASON_VARIANCE));
        for (row, left) in chosen.iter().enumerate() {
            for (column, right) in chosen.iter().enumerate().take(row + 1) {
                let half = if left == right { 1.0 } else { 0.5 };
                precision.add(fixed + row, fixed + column, prior.information * half * design.gram.at(*left, *right));
            }
        }
        let half_log_determinant = 0.5 * Cholesky::of(&precision)?.log_determinant();
        let columns = (0..fixed).chain(chosen.iter().map(|index| fixed + index)).collect();
        log_prior.is_finite().then_some(Choice { columns, log_prior, precision, half_log_determinant })
    };
    (0..1_usize << design.controls).filter_map(of).collect()
}

/// The product, where nothing times minus infinity is nothing.
fn weighed(count: f64, logarithm: f64) -> f64 {
    if count == 0.0 { 0.0 } else { count * logarithm }
}

/// What the noise's filter leaves: the products of the whitened columns, y the last, and where each column ends.
struct Filtered {
    products: Symmetric,
    log_variances: f64,
    ending: Ending,
}

impl Filtered {
    fn through(design: &Design, noise: Noise) -> Self {
        let width = design.fixed() + design.controls + 1;
        let (transition, drift, white, mut variance) = match noise {
            Noise::Level(ratio) => (1.0, ratio * ratio, 1.0, 0.0),
            Noise::Autoregression(coefficient) => (coefficient, 1.0, 0.0, 1.0 / (1.0 - coefficient * coefficient)),
        };
        let mut products = Symmetric::zero(width);
        let mut log_variances = 0.0;
        let (mut state, mut errors) = (vec![0.0; width], vec![0.0; width]);
        for row in &design.past {
            if let Some(row) = row {
                let spread = variance + white;
                let gain = variance / spread;
                for ((error, value), state) in errors.iter_mut().zip(row).zip(&mut state) {
                    *error = value - *state;
                    *state = transition * (*state + gain * *error);
                }
                products.add_outer(&errors, 1.0 / spread);
                log_variances += spread.ln();
                variance *= 1.0 - gain;
            } else {
                for value in &mut state {
                    *value *= transition;
                }
            }
            variance = transition * transition * variance + drift;
        }
        Self { products, log_variances, ending: Ending { transition, drift, white, state, variance } }
    }
}

fn component(
    filtered: &Filtered,
    choice: &Choice,
    shape: &Shape,
    index: usize,
    prior: (f64, f64),
) -> Option<Component> {
    let products = &filtered.products;
    let target = products.size() - 1;
    let mut precision = products.part(&choice.columns);
    for row in 0..precision.size() {
        for column in 0..=row {
            precision.add(row, column, choice.precision.at(row, column));
        }
    }
    let factor = Cholesky::of(&precision)?;
    let along: Vec<f64> = choice.columns.iter().map(|column| products.at(*column, target)).collect();
    let half = factor.forward(&along);
    let shape_after = prior.0 + shape.more_shape;
    let explained = products.at(target, target) - dot(&half, &half);
    let scale_after = prior.1 + shape.more_scale + 0.5 * explained.max(0.0);
    let log_weight = shape.log_weight + choice.log_prior - 0.5 * filtered.log_variances + choice.half_log_determinant
        - 0.5 * factor.log_determinant()
        - shape_after * scale_after.ln()
        + ln_gamma(shape_after);
    Some(Component {
        shape: index,
        columns: choice.columns.clone(),
        weight: log_weight,
        coefficients: factor.backward(&half),
        factor,
        spread: scale_after / shape_after,
    })
}

/// Logarithms of weights to weights that add up to one.
fn normalised(mut components: Vec<Component>) -> Vec<Component> {
    let highest = components.iter().map(|it| it.weight).fold(f64::NEG_INFINITY, f64::max);
    for it in &mut components {
        it.weight = (it.weight - highest).exp();
    }
    components.retain(|it| it.weight > NEGLIGIBLE);
    let whole: f64 = components.iter().map(|it| it.weight).sum();
    for it in &mut components {
        it.weight /= whole;
    }
    components
}

fn inclusion(components: &[Component], design: &Design) -> Vec<f64> {
    let of = |control: usize| {
        let with = components.iter().filter(|it| it.columns.contains(&(design.fixed() + control)));
        with.map(|it| it.weight).sum::<f64>().min(1.0)
    };
    (0..design.controls).map(of).collect()
}

impl Scaling {
    /// Mean and deviation of the values at the steps; none when they do not vary.
    fn of(values: &[Option<f64>], used: &[usize]) -> Option<Self> {
        let known: Vec<f64> = used.iter().filter_map(|step| known_at(values, *step)).collect();
        let (centre, spread) = (mean(&known)?, deviation(&known)?);
        (spread > 1e-12 * centre.abs().max(1e-300)).then_some(Self { centre, spread })
    }

    fn scaled(self, value: f64) -> f64 {
        (value - self.centre) / self.spread
    }
}
