//! What changed most: ranked, with small numbers and small changes left out.

use serde::{Deserialize, Serialize};

use super::{Compared, Facts, total};
use crate::catalog::Catalog;
use crate::model::{Figure, FigureId, Period, Rollup};

/// Counts of which neither side reaches this are too small to be news: 2 → 4 is chance.
const VOLUME: f64 = 30.0;
/// A rate needs so many of what it is divided by, on both sides.
const RATE_VOLUME: f64 = 500.0;
/// A change must be at least this large; stocks move slowly and need less.
const RELATIVE: f64 = 0.10;
const RELATIVE_STOCK: f64 = 0.01;
/// And at least so many times the spread that independent counts of that size have by chance.
const SPREADS: f64 = 3.0;

/// What a change is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The period before.
    Previous,
    /// The same period last year.
    YearBefore,
}

/// A change worth telling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The figures behind it.
    pub compared: Compared,
    /// What it is measured against.
    pub against: Against,
    /// The relative change.
    pub relative: f64,
    /// How far it lies outside what chance alone does; the list is ranked by it.
    pub score: f64,
}

/// The changes worth telling, the most striking first. Unique counts take part with the platform's own numbers.
pub fn changes(facts: &Facts, catalog: &Catalog, compared: &[Compared], against: Against) -> Vec<Change> {
    let mut found: Vec<Change> = compared.iter().filter_map(|it| change(facts, catalog, it, against)).collect();
    found.sort_by(|left, right| {
        let key = |it: &Change| (it.compared.channel.clone(), it.compared.metric.clone());
        right.score.total_cmp(&left.score).then_with(|| key(left).cmp(&key(right)))
    });
    found
}

fn change(facts: &Facts, catalog: &Catalog, compared: &Compared, against: Against) -> Option<Change> {
    let (change, before) = match against {
        Against::Previous => (&compared.change, &compared.previous),
        Against::YearBefore => (&compared.change_year, &compared.year_before),
    };
    let relative = change.number()?;
    let (now, earlier) = (compared.total.number()?, before.number()?);
    let rollup = &catalog.canonical(&compared.metric)?.rollup;
    let score = match rollup {
        Rollup::RatioOfSums { denominator, .. } => {
            let cases = |figure: &Figure| cases(facts, catalog, compared, denominator, figure.period);
            let (cases, cases_before) = (cases(&compared.total)?, cases(before)?);
            if cases.min(cases_before) < RATE_VOLUME {
                return None;
            }
            let share = (now * cases + earlier * cases_before) / (cases + cases_before);
            (now - earlier).abs() / (share.max(1e-6) * (1.0 / cases + 1.0 / cases_before)).sqrt()
        }
        _ if now.max(earlier) < VOLUME => return None,
        // The square root of a count spreads by one half whatever its size.
        _ => 2.0 * (now.max(0.0).sqrt() - earlier.max(0.0).sqrt()).abs() / std::f64::consts::SQRT_2,
    };
    let (least, spreads) = match rollup {
        // A stock is no draw of chance: what left or came, left or came.
        Rollup::Last => (RELATIVE_STOCK, 0.0),
        _ => (RELATIVE, SPREADS),
    };
    (relative.abs() >= least && score >= spreads).then(|| Change {
        compared: compared.clone(),
        against,
        relative,
        score,
    })
}

fn cases(
    facts: &Facts,
    catalog: &Catalog,
    compared: &Compared,
    denominator: &crate::model::MetricName,
    period: Period,
) -> Option<f64> {
    let id = FigureId(format!("channel.{}.{denominator}.cases", compared.channel));
    total(facts, catalog, denominator, std::slice::from_ref(&compared.channel), period, id).number()
}
