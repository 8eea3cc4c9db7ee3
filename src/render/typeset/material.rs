//! What a template is given: the report as it is, its charts drawn, and the widths of its tables' columns.

use serde_json::{Map, Value, json};

use super::columns::columns;
use crate::model::Language;
use crate::render::chart::{Drawn, svg};
use crate::render::{RenderError, walk};
use crate::report::{Block, Chart, Report};
use crate::words::Locale;

/// The width of the text on a page, in points; `look.typ` sets the margins to match.
const TEXT_WIDTH: f64 = 481.0;

/// The data of a report's pages, to be set tightly where it must be short.
pub(super) fn of_report(report: &Report, tight: bool) -> Result<Value, RenderError> {
    let whole = serde_json::to_value(report)
        .map_err(|error| RenderError::Write { what: "the data of the pages".to_owned(), message: error.to_string() })?;
    let locale = Locale::of(report.language);
    let charts: Map<String, Value> =
        walk::charts(report).into_iter().map(|chart| (chart.id.clone(), picture(&svg(chart, locale)))).collect();
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let tables: Map<String, Value> = blocks
        .filter_map(|block| match block {
            Block::Table(table) => Some((
                table.id.clone(),
                Value::Array(
                    columns(table, TEXT_WIDTH)
                        .iter()
                        .map(|column| json!({ "width": column.width, "narrow": column.narrow }))
                        .collect(),
                ),
            )),
            _ => None,
        })
        .collect();
    Ok(json!({ "report": without_traces(whole), "charts": charts, "columns": tables, "tight": tight }))
}

/// The data of a chart that stands alone.
pub(super) fn of_chart(chart: &Chart, drawn: &Drawn, language: Language) -> Value {
    json!({ "chart": picture(drawn), "alt": chart.alt, "language": language })
}

fn picture(drawn: &Drawn) -> Value {
    json!({ "svg": drawn.svg, "width": drawn.width, "height": drawn.height })
}

/// The figures with their traces are for `explain`; no page prints them.
fn without_traces(mut report: Value) -> Value {
    if let Some(fields) = report.as_object_mut() {
        fields.remove("figures");
    }
    report
}
