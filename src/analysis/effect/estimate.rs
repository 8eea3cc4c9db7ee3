//! One run of the engine on one arrangement of the question, and what it says of the campaign's steps.

use super::super::statistics::chance::Chance;
use super::super::statistics::engine::{Question, Refusal, answer};
use super::super::statistics::mixture::{Mixture, Tail};
use super::super::statistics::placebo::{Placebo, inflation, placebos};
use super::super::statistics::posterior::Posterior;
use super::super::statistics::{float, quantile};
use super::Band;
use crate::model::Missing;

/// How many courses are drawn where a sum of logarithms has no closed form.
const COURSES: usize = 4000;
/// The shares of the ends of a band, its middle the third.
pub(super) const SHARES: [f64; 5] = [0.025, 0.1, 0.5, 0.9, 0.975];

/// An arrangement: values before, in the campaign and after it, in the scale of the engine.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub past: Vec<Option<f64>>,
    /// What was observed in the campaign and after.
    pub seen: Vec<Option<f64>>,
    /// How many of those are the campaign's.
    pub window: usize,
    pub controls: Vec<Vec<Option<f64>>>,
    pub season: usize,
}

/// What the engine says of it.
pub(super) struct Run {
    pub posterior: Posterior,
    /// The mean effect per step of the campaign.
    pub effect: Mixture,
    /// The mean effect per step after it, once that is closed.
    pub after: Option<Mixture>,
    /// The campaign's steps that were counted.
    pub counted: Vec<usize>,
}

impl Setting {
    pub fn question(&self) -> Question {
        Question {
            past: self.past.clone(),
            controls: self.controls.clone(),
            season: self.season,
            steps: self.seen.len(),
        }
    }

    pub fn run(&self) -> Result<Run, Missing> {
        let posterior = answer(&self.question()).map_err(refused)?;
        let effect = |steps: std::ops::Range<usize>| {
            let counted: Vec<usize> =
                steps.filter(|step| self.seen[*step].is_some() && posterior.covers(*step)).collect();
            let weights: Vec<f64> =
                (0..self.seen.len()).map(|step| if counted.contains(&step) { 1.0 } else { 0.0 }).collect();
            let sum: f64 = counted.iter().filter_map(|step| self.seen[*step]).sum();
            let mixture = posterior.predict(&weights).filter(|_| !counted.is_empty())?;
            Some((mixture.taken_from(sum).moved(0.0, 1.0 / float(counted.len())), counted))
        };
        let (main, counted) = effect(0..self.window).ok_or(Missing::NotFetched)?;
        let later = self.window..self.seen.len();
        let complete = !later.is_empty() && later.clone().all(|step| self.seen[step].is_some());
        let after = if complete { effect(later).map(|it| it.0) } else { None };
        Ok(Run { posterior, effect: main, after, counted })
    }

    /// Make-believe campaigns before, and by how much they ask to widen.
    pub fn make_believe(&self) -> (Vec<Placebo>, f64) {
        let found = placebos(&self.question(), self.window);
        let wider = inflation(&found);
        (found, wider)
    }
}

/// Why the engine does not answer, in the words of figures.
pub(super) fn refused(refusal: Refusal) -> Missing {
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    match refusal {
        Refusal::TooShort { have, need } => Missing::TooShort { have: small(have), need: small(need) },
        Refusal::Constant | Refusal::TooManyControls { .. } => Missing::NoVariation,
    }
}

/// What was expected of each step, widened, back in the scale of the values.
pub(super) fn bands(run: &Run, steps: usize, wider: f64, back: impl Fn(f64) -> f64) -> Vec<Option<Band>> {
    let tail = Tail::new(run.posterior.freedom(), true);
    let band = |step: usize| {
        let weights: Vec<f64> = (0..steps).map(|it| if it == step { 1.0 } else { 0.0 }).collect();
        let ends = run.posterior.predict(&weights)?.widened(wider).quantiles_by(&tail, &SHARES);
        Some(band_of(&ends.into_iter().map(&back).collect::<Vec<f64>>()))
    };
    (0..steps).map(band).collect()
}

pub(super) fn band_of(ends: &[f64]) -> Band {
    Band { middle: ends[2], eighty: (ends[1], ends[3]), ninety_five: (ends[0], ends[4]) }
}

/// Courses of what was expected, in the scale of the values: one per draw, the campaign's counted steps in order. The
/// seed follows from the name, so the same data give the same digits.
pub(super) fn courses(run: &Run, name: &str, wider: f64, back: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
    let mut chance = Chance::named(name);
    let width = run.counted.last().map_or(0, |last| last + 1);
    let drawn: Vec<Vec<f64>> = (0..COURSES)
        .map(|_| {
            let course = run.posterior.draw(&mut chance);
            run.counted.iter().map(|step| course.get(*step).copied().flatten().unwrap_or(0.0)).collect()
        })
        .collect();
    let centre = |place: usize| drawn.iter().map(|course: &Vec<f64>| course[place]).sum::<f64>() / float(COURSES);
    let centres: Vec<f64> = (0..run.counted.len().min(width)).map(centre).collect();
    let widened = |course: Vec<f64>| -> Vec<f64> {
        course.iter().zip(&centres).map(|(value, centre)| back(centre + wider * (value - centre))).collect()
    };
    drawn.into_iter().map(widened).collect()
}

/// The ends of what the courses leave over when they are taken from what was observed, added up to each step.
pub(super) fn cumulated(observed: &[f64], courses: &[Vec<f64>]) -> Vec<Band> {
    let mut sums = vec![0.0; courses.len()];
    let mut bands = Vec::with_capacity(observed.len());
    for (place, value) in observed.iter().enumerate() {
        for (sum, course) in sums.iter_mut().zip(courses) {
            *sum += value - course[place];
        }
        let ends: Vec<f64> = SHARES.iter().filter_map(|share| quantile(&sums, *share)).collect();
        if ends.len() == SHARES.len() {
            bands.push(band_of(&ends));
        }
    }
    bands
}
