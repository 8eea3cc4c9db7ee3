//! Make-believe campaigns: the same question at earlier dates, where nothing happened that we know of. What comes out
//! there is what ordinary variation looks like to the engine.

use super::engine::{FEWEST, Question, answer};
use super::float;

/// One make-believe campaign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placebo {
    /// The first step of the make-believe campaign.
    pub start: usize,
    /// The observed sum less the expected, per step with a value.
    pub effect: f64,
    /// The same in standard deviations of what was expected.
    pub distance: f64,
}

/// With a season, so many steps must remain before a make-believe campaign.
const FEWEST_WITH_SEASON: usize = 28;

/// Make-believe campaigns of the window's length, going back from the end of the past, not overlapping, while half the
/// past remains before each.
pub fn placebos(question: &Question, window: usize) -> Vec<Placebo> {
    let whole = question.past.len();
    let floor = if question.season > 1 { FEWEST_WITH_SEASON } else { FEWEST };
    let need = floor.max(whole.div_ceil(2));
    let starts = (1..).map_while(|count: usize| whole.checked_sub(count * window.max(1)));
    starts.take_while(|start| *start >= need).filter_map(|start| placebo(question, start, window)).collect()
}

fn placebo(question: &Question, start: usize, window: usize) -> Option<Placebo> {
    let earlier = Question {
        past: question.past[..start].to_vec(),
        controls: question.controls.iter().map(|it| it[..(start + window).min(it.len())].to_vec()).collect(),
        season: question.season,
        steps: window,
    };
    let posterior = answer(&earlier).ok()?;
    let observed = &question.past[start..start + window];
    let weights: Vec<f64> =
        (0..window).map(|step| if observed[step].is_some() && posterior.covers(step) { 1.0 } else { 0.0 }).collect();
    let count: f64 = weights.iter().sum();
    // A window that is mostly unknown is no campaign, not even a make-believe one.
    if 2.0 * count < float(window) {
        return None;
    }
    let expected = posterior.predict(&weights)?;
    let sum: f64 = observed.iter().zip(&weights).filter_map(|(value, weight)| value.map(|it| it * weight)).sum();
    let distance = (sum - expected.mean()) / expected.deviation();
    distance.is_finite().then(|| Placebo { start, effect: (sum - expected.mean()) / count, distance })
}

/// How much wider an interval has to be than the engine says, by what the make-believe campaigns showed: as if four
/// had been as wide as promised, and never narrower.
pub fn inflation(placebos: &[Placebo]) -> f64 {
    let squares: f64 = placebos.iter().map(|it| it.distance.powi(2)).sum();
    ((4.0 + squares) / (4.0 + float(placebos.len()))).max(1.0).sqrt()
}
