//! Figures per inhabitant.

use super::Facts;
use crate::model::told::traces;
use crate::model::{Figure, FigureId, Missing, Number, Trace, Unit};

/// The figure per 1 000 inhabitants, by the latest population counted on or before the last day of its period.
pub fn per_inhabitants(facts: &Facts, figure: &Figure, id: FigureId) -> Figure {
    let population = facts.population_on(figure.period.last()).filter(|it| it.inhabitants > 0);
    let value = figure.value.clone().and_then(|number| {
        let population = population.ok_or(Missing::NoPopulation)?;
        let thousands = f64::from(population.inhabitants) / 1000.0;
        Ok(Number { value: number.value / thousands, unit: Unit::PerThousand })
    });
    let config = population.map(|it| traces::population(it.inhabitants, it.date, &it.source)).into_iter().collect();
    Figure {
        id,
        metric: figure.metric.clone(),
        period: figure.period,
        value,
        preliminary: figure.preliminary,
        trace: Trace {
            how: traces::figure_per_inhabitants(&figure.id).into(),
            sources: Vec::new(),
            figures: vec![figure.id.clone()],
            config,
        },
    }
}
