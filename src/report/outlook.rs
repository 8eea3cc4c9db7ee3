//! Where a goal is going, in words: the chance as a word and a frequency, the range, and under which condition.

use super::draft::{Draft, Part};
use super::{Band, Line, LineRole, Sentence, goal_line};
use crate::analysis::{GoalForecast, Likelihood, PrintedChance, Standing, Unmodelled, of_ten};
use crate::model::{GoalKind, Missing};
use crate::words::{ForecastWords, Locale, fill};

use Part::{Behind, Text, Value};

/// The forecast of the goal, where one was made.
pub(super) fn forecast<'a>(draft: &Draft<'a>, standing: &Standing) -> Option<&'a GoalForecast> {
    draft.material.forecasts.iter().find(|it| it.goal == standing.goal.id)
}

/// The word for a chance.
pub fn likelihood_word(words: &ForecastWords, likelihood: Likelihood) -> &str {
    match likelihood {
        Likelihood::VeryUnlikely => &words.very_unlikely,
        Likelihood::Unlikely => &words.unlikely,
        Likelihood::AsLikelyAsNot => &words.as_likely,
        Likelihood::Likely => &words.likely,
        Likelihood::VeryLikely => &words.very_likely,
    }
}

/// How often of ten times, never finer than a forecast is: a chance from 0 to 1.
pub fn frequency(words: &ForecastWords, locale: Locale, chance: f64) -> String {
    match PrintedChance::of(chance) {
        PrintedChance::UnderFive => words.under.clone(),
        PrintedChance::OverNinetyFive => words.over.clone(),
        // Nought or ten of ten would be certainty.
        PrintedChance::About { .. } => {
            let count = locale.whole(f64::from(of_ten(chance).clamp(1, 9)));
            fill(&words.about, &[("count", &count)])
        }
    }
}

/// The sentences below a goal's line.
pub(super) fn sentences(draft: &mut Draft<'_>, standing: &Standing) -> Vec<Sentence> {
    let Some(forecast) = forecast(draft, standing) else { return Vec::new() };
    let words = &draft.words.forecast;
    let chance = match &forecast.chance.value {
        Ok(number) => number.value,
        // Without a judgement there is nothing to foresee, and the reason stands in the goal's line already.
        Err(Missing::NotJudged) => return Vec::new(),
        Err(missing) if standing.reason.as_ref() == Some(missing) => return Vec::new(),
        Err(missing) => {
            let reason = draft.locale.missing(missing);
            return vec![draft.say(&words.cannot, &[("reason", Text(&reason)), ("", Behind(&forecast.chance))])];
        }
    };
    let likelihood = likelihood_word(words, Likelihood::of(chance));
    let frequency = frequency(words, draft.locale, chance);
    let wanted = goal_line::wanted(draft, standing);
    let due = draft.locale.date(forecast.due);
    let parts = [
        ("likelihood", Text(likelihood)),
        ("wanted", Text(&wanted.text)),
        ("date", Text(&due)),
        ("chance", Text(&frequency)),
        ("", Behind(&forecast.chance)),
    ];
    let mut first = draft.say(&words.sentence, &parts);
    first.figures.extend(wanted.figure.into_iter().chain(wanted.also));
    let mut told = vec![first];
    if let (Some(pace), Some(needed)) = (&forecast.pace, &standing.needed_per_week)
        && pace.value.is_ok()
        && needed.value.is_ok()
    {
        told.push(draft.say(&words.pace, &[("pace", Value(pace)), ("needed", Value(needed))]));
    }
    told.push(draft.say(&words.range, &[("low", Value(&forecast.low)), ("high", Value(&forecast.high))]));
    told.extend(unmodelled(draft, forecast));
    told
}

fn unmodelled(draft: &mut Draft<'_>, forecast: &GoalForecast) -> Option<Sentence> {
    let words = &draft.words.forecast;
    let name = |it: &Unmodelled| match it {
        Unmodelled::Summer => words.summer.clone(),
        Unmodelled::Christmas => words.christmas.clone(),
        Unmodelled::Year => words.year.clone(),
    };
    let list: Vec<String> = forecast.unmodelled.iter().map(name).collect();
    let list = draft.locale.list(&list);
    (!list.is_empty()).then(|| draft.say(&words.unmodelled, &[("list", Text(&list))]))
}

/// The fan of the chart: the range that holds the value in eight cases of ten, and its middle.
pub(super) fn fan(draft: &Draft<'_>, standing: &Standing) -> Option<(Line, Band)> {
    // A cadence is drawn per week, but foreseen as a share of weeks.
    if matches!(standing.goal.kind, GoalKind::Cadence { .. }) {
        return None;
    }
    let forecast = forecast(draft, standing)?;
    let known = standing.history.iter().rev().find_map(|(day, value)| Some((*day, (*value)?)));
    let ahead: Vec<_> = forecast.fan.iter().filter(|it| known.is_none_or(|(day, _)| it.day > day)).collect();
    if ahead.is_empty() {
        return None;
    }
    let from = known.into_iter();
    let middle = from.clone().map(|(day, value)| (day, Some(value)));
    let middle = middle.chain(ahead.iter().map(|it| (it.day, Some(it.middle)))).collect();
    let range = from.map(|(day, value)| (day, value, value));
    let range = range.chain(ahead.iter().map(|it| (it.day, it.eighty.0, it.eighty.1))).collect();
    let words = &draft.words.forecast;
    let line = Line { label: words.line.clone(), role: LineRole::Forecast, points: middle };
    Some((line, Band { label: words.band.clone(), points: range }))
}
