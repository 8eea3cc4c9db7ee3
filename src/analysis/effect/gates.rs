//! The same question, asked in other ways: what holds only in one of them does not hold.

use super::super::statistics::float;
use super::super::statistics::mixture::Mixture;
use super::super::statistics::regression::{estimate, prais_winsten};
use super::super::statistics::strange::rests;
use super::claim::leaves_zero;
use super::estimate::Setting;
use super::outcome::Steps;
use super::{Variant, Way};
use crate::model::ChannelId;

/// A day before that lies so many robust deviations from what was expected is strange.
const STRANGE: f64 = 3.5;
/// And it must lie at least this far, in logarithms: three tenths.
const FAR: f64 = 0.262_364_264_467_491;

/// What the other ways are compared with.
pub(super) struct Base<'a> {
    pub setting: &'a Setting,
    /// The widened effect.
    pub effect: &'a Mixture,
    pub wider: f64,
    pub controls: &'a [ChannelId],
    pub steps: &'a Steps,
    /// The values of the controls as they are, for the raw scale.
    pub raw_controls: &'a [Vec<Option<f64>>],
    /// How many steps a week has.
    pub week: usize,
    /// Whether the values are counts, which have a raw scale.
    pub counts: bool,
}

impl Base<'_> {
    /// All other ways that can be gone.
    pub fn variants(&self) -> Vec<Variant> {
        let without = self.controls.iter().enumerate().filter_map(|(index, channel)| {
            let mut setting = self.setting.clone();
            setting.controls.remove(index);
            self.logarithmic(&setting, Way::WithoutControl { channel: channel.clone() })
        });
        let mut found: Vec<Variant> = without.collect();
        found.extend(self.masked());
        found.extend(self.moved());
        found.extend(self.raw());
        found.extend(self.interrupted());
        found
    }

    fn logarithmic(&self, setting: &Setting, way: Way) -> Option<Variant> {
        let effect = setting.run().ok()?.effect.widened(self.wider);
        let (low, high) = effect.interval(0.95);
        let holds = self.holds(&effect);
        Some(Variant { way, change: effect.mean().exp_m1(), low: low.exp_m1(), high: high.exp_m1(), holds })
    }

    /// The same sign and at least the same level; nothing where the main calculation finds nothing.
    fn holds(&self, effect: &Mixture) -> bool {
        let (own, other) = (bucket(self.effect), bucket(effect));
        if own == 0 { other == 0 } else { other >= own && (effect.mean() > 0.0) == (self.effect.mean() > 0.0) }
    }

    /// Without the strange days before. Never without those after: they may be the effect.
    fn masked(&self) -> Option<Variant> {
        let filled = filled(&self.setting.past)?;
        let found = rests(&filled, self.setting.season)?;
        let mut setting = self.setting.clone();
        let mut days = 0;
        for (step, value) in setting.past.iter_mut().enumerate() {
            let far = value.is_some_and(|it| (it - found.expected[step]).abs() >= FAR);
            if far && found.distances[step].abs() >= STRANGE {
                *value = None;
                days += 1;
            }
        }
        if days == 0 { None } else { self.logarithmic(&setting, Way::StrangeDaysMasked { days }) }
    }

    /// With the start a week earlier, and a week later.
    fn moved(&self) -> Vec<Variant> {
        let week = self.week;
        let all: Vec<Option<f64>> = self.setting.past.iter().chain(&self.setting.seen).copied().collect();
        let at = |start: usize, window: usize| Setting {
            past: all[..start].to_vec(),
            seen: all[start..].to_vec(),
            window,
            ..self.setting.clone()
        };
        let (before, window) = (self.setting.past.len(), self.setting.window);
        let mut found = Vec::new();
        if before > week {
            found.extend(self.logarithmic(&at(before - week, window + week), Way::WeekEarlier));
        }
        if window > week {
            found.extend(self.logarithmic(&at(before + week, window - week), Way::WeekLater));
        }
        found
    }

    /// On the values as they are.
    fn raw(&self) -> Option<Variant> {
        if !self.counts {
            return None;
        }
        let before = self.setting.past.len();
        let setting = Setting {
            past: self.steps.values[..before].to_vec(),
            seen: self.steps.values[before..before + self.setting.seen.len()].to_vec(),
            controls: self.raw_controls.to_vec(),
            ..self.setting.clone()
        };
        let run = setting.run().ok()?;
        let seen: Vec<f64> = run.counted.iter().filter_map(|step| setting.seen[*step]).collect();
        let observed = seen.iter().sum::<f64>() / float(seen.len());
        let effect = run.effect.widened(self.wider);
        let (low, high) = effect.interval(0.95);
        let change = |effect: f64| {
            let expected = observed - effect;
            (expected > 0.0).then(|| observed / expected - 1.0)
        };
        let holds = self.holds(&effect);
        Some(Variant {
            way: Way::RawScale,
            change: change(effect.mean())?,
            low: change(low)?,
            high: change(high)?,
            holds,
        })
    }

    /// As an interrupted time series: a trend, the weekdays, the campaign and the time after it.
    fn interrupted(&self) -> Option<Variant> {
        let before = self.setting.past.len();
        let values: Vec<Option<f64>> = self.setting.past.iter().chain(&self.setting.seen).copied().collect();
        let end = before + self.setting.window;
        let one = |yes: bool| f64::from(u8::from(yes));
        let row = |step: usize| {
            let mut row = vec![1.0, float(step), one((before..end).contains(&step))];
            if end < values.len() {
                row.push(one(step >= end));
            }
            row.extend((1..self.setting.season).map(|place| one(step % self.setting.season == place)));
            row
        };
        let known: Vec<usize> = (0..values.len()).filter(|step| values[*step].is_some()).collect();
        let rows: Vec<Vec<f64>> = known.iter().map(|step| row(*step)).collect();
        let outcomes: Vec<f64> = known.iter().filter_map(|step| values[*step]).collect();
        let found = prais_winsten(&rows, &outcomes)?;
        let one = found.fit.coefficient(2, &found.fit.covariance);
        let one = estimate(one.value, one.error, found.fit.freedom);
        let holds = (one.value > 0.0) == (self.effect.mean() > 0.0);
        let (low, high) = one.interval;
        Some(Variant {
            way: Way::Interrupted,
            change: one.value.exp_m1(),
            low: low.exp_m1(),
            high: high.exp_m1(),
            holds,
        })
    }
}

/// How much an effect shows: at 95 %, at 80 %, or not.
fn bucket(effect: &Mixture) -> u8 {
    u8::from(leaves_zero(effect, 0.8)) + u8::from(leaves_zero(effect, 0.95))
}

/// The values with gaps bridged in a straight line: only to find strange days by.
pub(super) fn filled(values: &[Option<f64>]) -> Option<Vec<f64>> {
    let known: Vec<(usize, f64)> = values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?))).collect();
    let (first, last) = (*known.first()?, *known.last()?);
    let at = |step: usize| {
        let after = known.partition_point(|(at, _)| *at < step);
        match (after.checked_sub(1).map(|it| known[it]), known.get(after).copied()) {
            (_, Some((at, value))) if at == step => value,
            (Some((from, low)), Some((to, high))) => low + (high - low) * float(step - from) / float(to - from),
            (None, _) => first.1,
            (_, None) => last.1,
        }
    };
    Some((0..values.len()).map(at).collect())
}
