//! What a group of untouched channels says: a mixture of them that went like the outcome before, and each of them as if
//! it had been touched itself.
//!
//! Channels differ in size, so each is taken from its own mean before. Where no mixture follows the outcome before, it
//! says nothing about after; the engine, which weighs the same channels as regressors, is then the only answer.

use serde::{Deserialize, Serialize};

use super::super::statistics::donors::{Synthetic, conformal, placebos};
use super::super::statistics::{float, mean};
use super::estimate::Setting;

/// So many channels are a group.
pub(super) const PEERS: usize = 5;
/// So many steps are needed before.
const FEWEST: usize = 8;
/// The mixture follows the outcome where its error before is at most this share of how the outcome varied.
const FOLLOWS: f64 = 0.5;

/// The second opinion of a group of channels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PeerOpinion {
    /// How many channels.
    pub donors: u32,
    /// Whether a mixture of them went like the outcome before; if not, the rest says nothing.
    pub follows: bool,
    /// The error of the mixture before, as a share of how the outcome varied.
    pub error: f64,
    /// The change beside the mixture, as a share.
    pub change: f64,
    /// How many of the channels, the touched one counted, moved away from their mixtures at least as much.
    pub as_much: u32,
    /// The share of the turned series that have as large a gap (conformal test with moving blocks).
    pub conformal: f64,
}

impl PeerOpinion {
    /// Whether another channel moved away as much although nothing was done there.
    pub fn is_alike(&self) -> bool {
        self.follows && self.as_much > 1
    }
}

/// The opinion, where there is a group and enough is known of all of them at once.
pub(super) fn opinion(setting: &Setting) -> Option<PeerOpinion> {
    if setting.controls.len() < PEERS {
        return None;
    }
    let own: Vec<Option<f64>> = setting.past.iter().chain(&setting.seen[..setting.window]).copied().collect();
    let known: Vec<usize> = (0..own.len())
        .filter(|step| {
            own[*step].is_some() && setting.controls.iter().all(|it| it.get(*step).copied().flatten().is_some())
        })
        .collect();
    let before = known.iter().filter(|step| **step < setting.past.len()).count();
    if before < FEWEST || before == known.len() {
        return None;
    }
    let centred = |values: &[Option<f64>]| -> Option<Vec<f64>> {
        let values: Vec<f64> = known.iter().filter_map(|step| values[*step]).collect();
        let centre = mean(&values[..before])?;
        Some(values.into_iter().map(|value| value - centre).collect())
    };
    let series = centred(&own)?;
    let donors: Vec<Vec<f64>> = setting.controls.iter().map(|it| centred(it)).collect::<Option<_>>()?;
    let found = Synthetic::fitted(&series, &donors, before)?;
    let varied = (series[..before].iter().map(|it| it * it).sum::<f64>() / float(before)).sqrt();
    let others = placebos(&donors, before);
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let error = found.before / varied.max(f64::MIN_POSITIVE);
    Some(PeerOpinion {
        donors: small(donors.len()),
        follows: error <= FOLLOWS,
        error,
        change: found.effect.exp_m1(),
        as_much: small(1 + others.iter().filter(|it| it.ratio() >= found.ratio()).count()),
        conformal: conformal(&series, &donors, before).1,
    })
}
