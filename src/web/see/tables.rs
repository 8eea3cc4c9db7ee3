//! A table by itself: as a page on which every figure leads to where it comes from, as CSV, as a workbook.

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, look, named_view};
use super::shown::Shower;
use crate::pipeline::{PipelineError, stored_report};
use crate::render::sheet::{csv, file_name, find_table, table_xlsx};
use crate::report::{Report, Seen};

/// The table, in the way that the end of its name says.
pub(super) async fn table(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((report, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let (id, ending) = match name.rsplit_once('.') {
        Some((id, ending @ ("csv" | "xlsx"))) => (id, ending),
        _ => (name.as_str(), ""),
    };
    if report != "now" {
        let app = shared.app();
        let (entry, stored) = stored_report(&app, &report).await?;
        visitor.may_see(&app, entry.unit.as_ref())?;
        // The tables of a report that was made stand in the report itself; here they are files.
        return file(&stored, id, ending).transpose().unwrap_or_else(|| Err(Refusal::NotFound));
    }
    let seen = asked.view.as_deref().map_or(Some(Seen::Whole), named_view);
    let looked = look(&shared, &visitor, &asked, seen.ok_or(Refusal::NotFound)?).await?;
    if let Some(file) = file(&looked.sight.report, id, ending)? {
        return Ok(file);
    }
    let table = find_table(&looked.sight.report, id).ok_or(Refusal::NotFound)?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let context = json!({
        "table": shower.table(&table, true),
        "notices": looked.sight.report.notices,
        "period": looked.sight.report.period_text,
        "words": looked.sight.report.furniture,
    });
    Ok(show(&shared, &visitor, "see-table.html", &table.caption, "", context))
}

/// The table as a file; none where no file is asked for.
fn file(report: &Report, id: &str, ending: &str) -> Result<Option<Response>, Refusal> {
    let find = || find_table(report, id).ok_or(Refusal::NotFound);
    let (kind, bytes, name) = match ending {
        "csv" => {
            let table = find()?;
            ("text/csv; charset=utf-8", csv(&table).into_bytes(), file_name(&table))
        }
        "xlsx" => {
            let table = find()?;
            let bytes = table_xlsx(report, &table).map_err(PipelineError::from)?;
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes, file_name(&table))
        }
        _ => return Ok(None),
    };
    let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    let disposition =
        format!("attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{}.{ending}", super::asked::part(&name));
    Ok(Some(
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response(),
    ))
}
