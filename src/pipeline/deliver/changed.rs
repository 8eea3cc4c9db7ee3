//! Whether the figures that an owner approved are others by now.

use chrono::{DateTime, Utc};

use super::archived::archived_report;
use super::parts::parts;
use super::{Wish, wanted_ways};
use crate::pipeline::{App, PipelineError, compose_only};
use crate::report::Report;

/// How many figures of the approved drafts have another value, or another reason for having none, in what would be made now.
///
/// # Errors
/// When a draft cannot be read, or a report cannot be made.
pub async fn changed_figures(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    let Some((drafts, _)) = &wish.approved else { return Ok(0) };
    let mut changed = 0;
    for part in parts(wish, &wanted_ways(app, wish)) {
        let Some(draft) = drafts.get(&part.name) else { continue };
        let approved = archived_report(app, draft).await?.report;
        let (made, _) = compose_only(app, &wish.order(app, &part), now).await?;
        changed += differing(&approved, &made);
    }
    Ok(changed)
}

fn differing(approved: &Report, made: &Report) -> usize {
    let other = |figure: &&crate::model::Figure| {
        !made.figures.iter().any(|again| again.id == figure.id && again.value == figure.value)
    };
    approved.figures.iter().filter(other).count()
}
