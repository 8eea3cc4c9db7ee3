//! What was made and what was fetched: reports and runs.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::super::Shared;
use super::super::refusal::Refusal;
use super::{Caller, answer};
use crate::pipeline::{RunAnswer, TraceAnswer, explain, report_lines, run_answers, stored_report};

/// So many at most, unless fewer are asked for.
const MOST: u32 = 200;

/// How many are wanted.
#[derive(Deserialize)]
pub(super) struct Many {
    most: Option<u32>,
}

/// The reports that were made, the latest first.
pub(super) async fn reports(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(many): Query<Many>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let mut reports = report_lines(&app, many.most.unwrap_or(MOST).min(MOST)).await?;
    reports.retain(|it| {
        let unit = it.unit.as_deref().map(crate::model::UnitId::from);
        visitor.may_see(&app, unit.as_ref()).is_ok()
    });
    answer(&headers, &reports)
}

/// One report, as it was made.
pub(super) async fn report(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path(report): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let (entry, report) = stored_report(&app, &report).await?;
    visitor.may_see(&app, entry.unit.as_ref())?;
    answer(&headers, &report)
}

/// Where a figure of a report comes from.
pub(super) async fn trace(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path((report, figure)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let (entry, report) = stored_report(&app, &report).await?;
    visitor.may_see(&app, entry.unit.as_ref())?;
    answer(&headers, &TraceAnswer::of(explain(&app, &report, &figure).await?))
}

/// What the last runs fetched, and what it cost.
pub(super) async fn runs(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(many): Query<Many>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    // Runs are of the whole organisation.
    let app = shared.app();
    visitor.may_see(&app, None)?;
    let runs: Vec<RunAnswer> = run_answers(&app, many.most.unwrap_or(20).min(MOST)).await?;
    answer(&headers, &runs)
}
