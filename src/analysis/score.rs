//! How forecasts turned out: every one that was made is kept and held to its word when its day comes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::statistics::{float, mean};
use crate::model::GoalId;

/// The words for a chance, with their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// Under 10 %.
    VeryUnlikely,
    /// 10 to 33 %.
    Unlikely,
    /// 33 to 66 %.
    AsLikelyAsNot,
    /// 66 to 90 %.
    Likely,
    /// Over 90 %.
    VeryLikely,
}

impl Likelihood {
    /// Every word, the least likely first.
    pub const ALL: [Self; 5] =
        [Self::VeryUnlikely, Self::Unlikely, Self::AsLikelyAsNot, Self::Likely, Self::VeryLikely];

    /// The word of the chance.
    pub fn of(chance: f64) -> Self {
        match chance {
            it if it < 0.10 => Self::VeryUnlikely,
            it if it < 0.33 => Self::Unlikely,
            it if it <= 0.66 => Self::AsLikelyAsNot,
            it if it <= 0.90 => Self::Likely,
            _ => Self::VeryLikely,
        }
    }
}

/// A chance as it may be printed: never certain either way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "chance", rename_all = "snake_case")]
pub enum PrintedChance {
    /// Under 5 %.
    UnderFive,
    /// Rounded to whole fives, as a share.
    About {
        /// The share.
        share: f64,
    },
    /// Over 95 %.
    OverNinetyFive,
}

impl PrintedChance {
    /// The chance, rounded to what can be known of it.
    pub fn of(chance: f64) -> Self {
        if chance < 0.05 {
            Self::UnderFive
        } else if chance > 0.95 {
            Self::OverNinetyFive
        } else {
            Self::About { share: (chance * 20.0).round() / 20.0 }
        }
    }
}

/// A forecast that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptForecast {
    /// The goal.
    pub goal: GoalId,
    /// When it was made.
    pub made: NaiveDate,
    /// The day that it was about.
    pub due: NaiveDate,
    /// The chance that was given.
    pub chance: f64,
    /// The range that was to hold the value in eight cases of ten.
    pub range: (f64, f64),
    /// Whether its day has come and its figures are complete, so that nothing more is to be known of it.
    pub settled: bool,
    /// Whether the goal was met, once that is known.
    pub met: Option<bool>,
    /// The value on the day, once that is known.
    pub value: Option<f64>,
}

/// How forecasts turned out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// How many have had their day.
    pub known: u32,
    /// Of how many goals those are: forecasts of one goal come true or fail together.
    pub goals: u32,
    /// How many have had their day, but whose goal could not be judged then.
    pub unjudged: u32,
    /// How many still wait for their day.
    pub open: u32,
    /// Brier's score: the mean squared distance of the chance from what came. 0 is perfect, 0.25 is a coin.
    pub brier: Option<f64>,
    /// Per word: how often it was said, and how often it came true.
    pub words: Vec<(Likelihood, u32, u32)>,
    /// How often the value lay in its range, and of how many.
    pub covered: (u32, u32),
}

/// Scores the forecasts whose day has come. Of a goal's forecasts each counts, so a goal that is forecast weekly weighs
/// more than one forecast once.
pub fn score(kept: &[KeptForecast]) -> Score {
    let known: Vec<(&KeptForecast, bool)> = kept.iter().filter_map(|it| Some((it, it.met?))).collect();
    let distances: Vec<f64> = known.iter().map(|(it, met)| (it.chance - f64::from(u8::from(*met))).powi(2)).collect();
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let word = |word: &Likelihood| {
        let said = known.iter().filter(|(it, _)| Likelihood::of(it.chance) == *word);
        (*word, small(said.clone().count()), small(said.filter(|(_, met)| *met).count()))
    };
    let ranged: Vec<bool> =
        kept.iter().filter_map(|it| Some(it.range.0 <= it.value? && it.value? <= it.range.1)).collect();
    let mut goals: Vec<&GoalId> = known.iter().map(|(it, _)| &it.goal).collect();
    goals.sort();
    goals.dedup();
    Score {
        known: small(known.len()),
        goals: small(goals.len()),
        unjudged: small(kept.iter().filter(|it| it.settled && it.met.is_none()).count()),
        open: small(kept.iter().filter(|it| !it.settled).count()),
        brier: mean(&distances),
        words: Likelihood::ALL.iter().map(word).filter(|(_, said, _)| *said > 0).collect(),
        covered: (small(ranged.iter().filter(|inside| **inside).count()), small(ranged.len())),
    }
}

/// How many of ten, for a chance told in natural frequencies: at least one in twenty is said otherwise.
pub fn of_ten(chance: f64) -> u32 {
    (0..=10)
        .min_by(|a, b| (float(*a) / 10.0 - chance).abs().total_cmp(&(float(*b) / 10.0 - chance).abs()))
        .map_or(0, |it| u32::try_from(it).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_have_the_limits_that_are_printed() {
        for (chance, word) in [
            (0.09, Likelihood::VeryUnlikely),
            (0.287, Likelihood::Unlikely),
            (0.5, Likelihood::AsLikelyAsNot),
            (0.75, Likelihood::Likely),
            (0.91, Likelihood::VeryLikely),
        ] {
            assert_eq!(Likelihood::of(chance), word, "{chance}");
        }
        assert_eq!(PrintedChance::of(0.287), PrintedChance::About { share: 0.3 });
        assert_eq!(PrintedChance::of(0.999), PrintedChance::OverNinetyFive);
        assert_eq!((of_ten(0.287), of_ten(0.97), of_ten(0.44)), (3, 10, 4));
    }

    #[test]
    fn forecasts_are_held_to_their_word() {
        let kept = |chance: f64, met: bool, value: f64| KeptForecast {
            goal: "mal".into(),
            made: NaiveDate::MIN,
            due: NaiveDate::MAX,
            chance,
            range: (90.0, 110.0),
            settled: true,
            met: Some(met),
            value: Some(value),
        };
        let found = score(&[kept(0.8, true, 100.0), kept(0.7, false, 80.0), kept(0.2, false, 95.0)]);
        // By hand: (0.04 + 0.49 + 0.04) / 3 = 0.19.
        assert!((found.brier.unwrap() - 0.19).abs() < 1e-12);
        assert_eq!(found.words, [(Likelihood::Unlikely, 1, 0), (Likelihood::Likely, 2, 1)]);
        assert_eq!((found.known, found.goals, found.covered), (3, 1, (2, 3)));
        let waiting = KeptForecast { settled: false, met: None, value: None, ..kept(0.9, true, 1.0) };
        let unjudged = KeptForecast { met: None, value: None, ..kept(0.9, true, 1.0) };
        let found = score(&[waiting, unjudged]);
        assert_eq!((found.known, found.unjudged, found.open, found.brier, found.covered), (0, 1, 1, None, (0, 0)));
        assert!(found.words.is_empty());
    }
}
