//! The list of all figures. Its heads and codes are fixed names, since programs read them; how a figure was computed is told
//! in the language of the report, metrics by the names that stand beside it.

use crate::model::{Figure, Language, Missing};
use crate::report::Cell;
use crate::words::traces;

/// The heads.
pub(super) const HEADS: [&str; 10] = [
    "id",
    "metric",
    "period_start",
    "period_end_exclusive",
    "value",
    "unit",
    "missing",
    "preliminary",
    "how",
    "sources",
];

/// A figure's row, one cell for each head.
pub(super) fn row(figure: &Figure, language: Language) -> Vec<Cell> {
    let text = |text: String| Cell { text, ..Cell::default() };
    let number = figure.value.as_ref().ok();
    let value = Cell { number: figure.number(), ..Cell::default() };
    let unit = number.map_or_else(String::new, |number| code(&number.unit));
    let missing = figure.value.as_ref().err().map_or_else(String::new, reason);
    vec![
        text(figure.id.to_string()),
        text(figure.metric.to_string()),
        text(figure.period.start().to_string()),
        text(figure.period.end().to_string()),
        value,
        text(unit),
        text(missing),
        text(figure.preliminary.to_string()),
        text(traces::how(language, &figure.trace.how, &|_| None)),
        text(sources(figure, language)),
    ]
}

/// `fb-kommun 2026-11-09..2026-11-16 page_views_total (7, api:v25.0)`, and the figures it was computed from.
fn sources(figure: &Figure, language: Language) -> String {
    let observed = figure.trace.sources.iter().map(|source| {
        format!(
            "{} {}..{} {} ({}, {})",
            source.channel,
            source.start,
            source.end,
            source.metrics.join("+"),
            source.observations,
            source.from.join("+")
        )
    });
    let computed = figure.trace.figures.iter().map(ToString::to_string);
    let configured = traces::configured(language, &figure.trace.config, &|_| None);
    observed.chain(computed).chain(configured).collect::<Vec<_>>().join("; ")
}

fn reason(missing: &Missing) -> String {
    let tree = serde_json::to_value(missing).unwrap_or_default();
    let Some(fields) = tree.as_object() else { return String::new() };
    let why = fields.get("why").map(plain).unwrap_or_default();
    let more: Vec<String> = fields
        .iter()
        .filter(|(name, _)| *name != "why")
        .map(|(name, value)| format!("{name}={}", plain(value)))
        .collect();
    if more.is_empty() { why } else { format!("{why} ({})", more.join(", ")) }
}

fn code(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).map(|value| plain(&value)).unwrap_or_default()
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::model::told::traces;
    use crate::model::{FigureId, MetricName, Number, Period, Trace, Unit};

    use super::*;

    #[test]
    fn how_it_was_computed_is_told_in_the_language_of_the_report() {
        let config = [traces::goal_value("svar", "target", 0.85)].into_iter().collect();
        let figure = Figure {
            id: FigureId("x".to_owned()),
            metric: MetricName::from("views"),
            period: Period::day(chrono::NaiveDate::MIN),
            value: Ok(Number { value: 1.0, unit: Unit::Count }),
            preliminary: false,
            trace: Trace { how: traces::sum_of_days("views", 6_u32, 7_u32).into(), config, ..Trace::default() },
        };
        let told = |language| row(&figure, language)[8..].iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
        assert_eq!(told(Language::Swedish), ["summan av views över 6 av 7 dagar", "målet svar: target 0,85"]);
        assert_eq!(told(Language::English), ["sum of views over 6 of 7 days", "goal svar: target 0.85"]);
    }

    #[test]
    fn a_reason_tells_its_numbers() {
        assert_eq!(reason(&Missing::Coverage { have: 5, of: 7 }), "coverage (have=5, of=7)");
        assert_eq!(reason(&Missing::NotAdditive), "not_additive");
    }
}
