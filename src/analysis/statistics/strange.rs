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

/// Decomposes; none under four seasons, or when the rests do not vary.
pub fn rests(values: &[f64], season: usize) -> Option<Rests> {
    let periodic = values.len() < PERIODIC_UNDER * season;
    rests_with(values, season, if periodic { periodic_window(values.len()) } else { SEASON_WINDOW })
}

/// R's window for a periodic season.
pub fn periodic_window(count: usize) -> usize {
    10 * count + 1
}

/// Decomposes with the window of the season.
pub fn rests_with(values: &[f64], season: usize, window: usize) -> Option<Rests> {
    if season < 2 || values.len() < 4 * season {
        return None;
    }
    let split = stlrs::params().robust(true).seasonal_length(window).fit(values, season).ok()?;
    let centre = median(split.remainder())?;
    let away: Vec<f64> = split.remainder().iter().map(|rest| (rest - centre).abs()).collect();
    let spread = 1.482_602_218_505_602 * median(&away)?;
    let size = median(&values.iter().map(|value| value.abs()).collect::<Vec<f64>>())?;
    if !spread.is_finite() || spread <= 1e-9 * size.max(1e-9) {
        return None;
    }
    let expected = split.seasonal().iter().zip(split.trend()).map(|(season, trend)| season + trend).collect();
    let distances = split.remainder().iter().map(|rest| (rest - centre) / spread).collect();
    Some(Rests { expected, season: split.seasonal().to_vec(), distances, spread })
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
