//! Values per inhabitant, follower or post.

use super::super::{aggregate, facts::POSTS};
use super::case::Case;
use crate::model::told::traces;
use crate::model::{ChannelId, Figure, How, MetricName, Missing, Normalise, Number, Period, Unit};

/// The canonical metric that counts followers.
const FOLLOWERS: &str = "followers";

/// The unit after normalising.
pub(super) fn unit(normalise: Option<Normalise>, unit: Unit) -> Unit {
    match normalise {
        None => unit,
        Some(Normalise::Per1000Inhabitants) => Unit::PerThousand,
        Some(Normalise::PerFollower | Normalise::PerPost) => Unit::Decimal,
    }
}

/// The figure divided as the goal says.
pub(super) fn normalised(case: &Case<'_>, mut figure: Figure, channels: &[ChannelId]) -> Figure {
    let Some(normalise) = case.goal.normalise else { return figure };
    let divisor = match normalise {
        Normalise::Per1000Inhabitants => inhabitants(case, &mut figure),
        Normalise::PerFollower => {
            // Followers at the end of the stretch: the ones who could have seen it.
            let day = Period::day(figure.period.last());
            counted(case, &mut figure, channels, FOLLOWERS, day)
        }
        Normalise::PerPost => {
            let period = figure.period;
            counted(case, &mut figure, channels, POSTS, period)
        }
    };
    let unit = unit(Some(normalise), case.canonical.unit);
    figure.value = figure.value.and_then(|number| match divisor? {
        0.0 => Err(Missing::ZeroDenominator),
        divisor => Ok(Number { value: number.value / divisor, unit }),
    });
    figure
}

fn inhabitants(case: &Case<'_>, figure: &mut Figure) -> Result<f64, Missing> {
    let population = case.facts.population_on(figure.period.last()).ok_or(Missing::NoPopulation)?;
    figure.trace.how.within(traces::per_inhabitants);
    let (people, date, source) = (population.inhabitants, population.date, &population.source);
    figure.trace.config.push(traces::population(people, date, source));
    Ok(f64::from(people) / 1000.0)
}

fn counted(
    case: &Case<'_>,
    figure: &mut Figure,
    channels: &[ChannelId],
    metric: &str,
    period: Period,
) -> Result<f64, Missing> {
    let id = case.id(metric);
    let below = aggregate::total(case.facts, case.catalog, &MetricName::from(metric), channels, period, id);
    figure.trace.how.within(|how| traces::divided_by(how, below.trace.how));
    figure.trace.sources.extend(below.trace.sources);
    figure.preliminary |= below.preliminary;
    below.value.map(|number| number.value)
}

/// A sum so far, divided as the goal says, on the day.
pub(super) fn on_day(case: &Case<'_>, value: f64, day: chrono::NaiveDate) -> Option<f64> {
    let (period, unit) = (Period::day(day), case.canonical.unit);
    let mut figure = case.computed("history", Ok(value), unit, How::default());
    figure.period = period;
    normalised(case, figure, &case.channels).number()
}
