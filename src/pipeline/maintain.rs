//! Keeping the store in shape.

use std::time::Duration;

use super::{App, PipelineError};
use crate::store::{Compacted, StoreError, Vacuumed};

/// Puts small files together, and removes those that nothing has needed for so many days, at least one.
///
/// # Errors
/// When the store cannot be rewritten. Another compaction at the same time is no error: it did the work.
pub async fn compact(app: &App, vacuum: Option<u32>) -> Result<(Compacted, Vacuumed), PipelineError> {
    let compacted = match app.store.compact().await {
        Ok(compacted) => compacted,
        Err(StoreError::Racing { .. }) => Compacted::default(),
        Err(error) => return Err(error.into()),
    };
    let vacuumed = match vacuum {
        Some(days) => app.store.vacuum(Duration::from_hours(24 * u64::from(days.max(1)))).await?,
        None => Vacuumed::default(),
    };
    Ok((compacted, vacuumed))
}
