//! Strange days: what a robust decomposition into season and trend leaves over, measured by its own middle.

use super::{float, median};

/// A decomposition with the size of each rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Rests {
    /// Season plus trend.
    pub expected: Vec<f64>,
    /// The seasonal part alone.
    pub season: Vec<f64>,
    /// How many robust standard deviations the value lies from what was expected.
    pub distances: Vec<f64>,
    /// That deviation.
    pub spread: f64,
}

/// The season's window of smoothing: near to periodic, since the usual seven calls every week's whim a season.
const SEASON_WINDOW: usize = 35;
/// Under so many seasons the season is held periodic.
const PERIODIC_UNDER: usize = 8;

/// How the season may change over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// Smoothed over so many seasons.
    Smoothed(usize),
    /// The same all the time.
    Periodic,
}

/// Decomposes; none under four seasons, or when the rests do not vary.
pub fn rests(values: &[f64], season: usize) -> Option<Rests> {
    let periodic = values.len() < PERIODIC_UNDER * season;
    rests_with(values, season, if periodic { Season::Periodic } else { Season::Smoothed(SEASON_WINDOW) })
}

/// Decomposes with a season of the kind.
pub fn rests_with(values: &[f64], length: usize, season: Season) -> Option<Rests> {
    if length < 2 || values.len() < 4 * length {
        return None;
    }
    let window = match season {
        Season::Smoothed(window) => window,
        Season::Periodic => 10 * values.len() + 1,
    };
    let split = stlrs::params().robust(true).seasonal_length(window).fit(values, length).ok()?;
    let mut seasonal = split.seasonal().to_vec();
    if season == Season::Periodic {
        // A window however wide leaves a trace of change; as in R, each position becomes its own mean.
        for position in 0..length {
            let of: Vec<f64> = seasonal.iter().skip(position).step_by(length).copied().collect();
            let level = super::mean(&of)?;
            seasonal.iter_mut().skip(position).step_by(length).for_each(|value| *value = level);
        }
    }
    let expected: Vec<f64> = seasonal.iter().zip(split.trend()).map(|(season, trend)| season + trend).collect();
    let left: Vec<f64> = values.iter().zip(&expected).map(|(value, expected)| value - expected).collect();
    let centre = median(&left)?;
    let away: Vec<f64> = left.iter().map(|rest| (rest - centre).abs()).collect();
    let spread = super::MIDDLE_DEVIATION * median(&away)?;
    let size = median(&values.iter().map(|value| value.abs()).collect::<Vec<f64>>())?;
    if !spread.is_finite() || spread <= 1e-9 * size.max(1e-9) {
        return None;
    }
    let distances = left.iter().map(|rest| (rest - centre) / spread).collect();
    Some(Rests { expected, season: seasonal, distances, spread })
}

/// The threshold of the distance such that, among so many values looked at, a false alarm stays as rare as 3.5 makes it
/// in a hundred.
pub fn threshold(looked_at: usize) -> f64 {
    use statrs::distribution::{ContinuousCDF, Normal};
    let usual = 3.5;
    let Ok(normal) = Normal::new(0.0, 1.0) else { return usual };
    let rarity = 2.0 * normal.sf(usual) * 100.0 / float(looked_at.max(100));
    normal.inverse_cdf(1.0 - 0.5 * rarity).max(usual)
}
