//! The store: every observation and post, in two Delta tables (a log of small JSON files, data in Parquet), read with lazy
//! Polars expressions. Neither crate's types pass this module's border.
//!
//! What is kept, and what is not. Rows are appended, never changed; the latest wins for "now", `seen ≤ T` for "as known at
//! T". A value that is read again and is the same as what was known when it was read is *not* appended: `seen` on a row
//! says when we were first told that value, and the run ledger in `state` says when it was last asked for. So a figure as
//! known at any time is exact, and a daily refetch of 28 days costs the rows that really changed.
//!
//! Which row wins for one key. Within one kind of source: an answer before none (a refusal or an unreadable answer says
//! nothing of the value that we knew, so it never hides one; "absent" and "suppressed" are answers and do), then of files
//! the one that was made last, whenever it was imported, then the latest `seen`, then the later run. Between kinds (see
//! `rank`): a value before none, then the platform's interface before its export files before older histories. So files and
//! histories fill what is missing, and the order of imports does not matter for "now".
//!
//! On a local disk everything is flushed before it counts (see `disk`). A process that is killed leaves at most files that
//! no log entry names: they are not read, and a vacuum takes them away.

mod append;
mod counters;
mod coverage;
mod disk;
mod error;
mod export;
mod frame;
mod fresh;
mod maintain;
mod parquet;
mod plan;
mod posts;
mod rank;
mod resolve;
mod schema;
mod series;
mod table;
mod totals;
mod trace;
mod twins;
mod view;
mod weed;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use polars::prelude::{DataFrame, LazyFrame};

pub use append::{Appended, Batch};
pub use coverage::{Coverage, LastDays};
pub use error::StoreError;
pub use export::{ExportFilter, ExportRow};
pub use maintain::{Compacted, Vacuumed};
pub use posts::PostReadingValue;
pub use series::{DimensionDay, Wanted, Whole, WholeWanted};
pub use totals::{Refusal, Total};
pub use twins::Twins;
pub use view::View;
pub use weed::{Kept, Weeds};

use crate::model::{ChannelId, OrganisationId};
use rank::FilesFirst;
use schema::Kind;
use table::Table;

/// One organisation's part of the two tables.
#[derive(Debug, Clone)]
pub struct Store {
    organisation: OrganisationId,
    observations: Table,
    posts: Table,
    /// For how long rows are kept.
    kept: Kept,
    /// The channels whose files are believed before the interface.
    files_first: FilesFirst,
}

impl Store {
    /// Opens the organisation's part of the store below `root`; makes the tables where there are none.
    pub async fn open(root: &Path, organisation: &OrganisationId) -> Result<Self, StoreError> {
        if organisation.as_str().is_empty() {
            return Err(StoreError::Wrong("an organisation without a name".to_owned()));
        }
        let observations = Table::open(root, Kind::Observations, organisation.as_str()).await?;
        let posts = Table::open(root, Kind::Posts, organisation.as_str()).await?;
        let (organisation, kept, files_first) = (organisation.clone(), Kept::default(), FilesFirst::default());
        Ok(Self { organisation, observations, posts, kept, files_first })
    }

    /// The versions of the two tables. Whoever finds the same ones again finds the same observations and posts.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn versions(&self) -> Result<(u64, u64), StoreError> {
        Ok((self.observations.newest()?, self.posts.newest()?))
    }

    /// Believes files before the interface for these channels.
    #[must_use]
    pub fn with_files_first(self, channels: impl IntoIterator<Item = ChannelId>) -> Self {
        Self { files_first: Arc::new(channels.into_iter().collect()), ..self }
    }

    /// Everything as it is known now, or as it was known at a time.
    pub async fn view(&self, as_known_at: Option<DateTime<Utc>>) -> Result<View, StoreError> {
        let (observations, posts) = futures::try_join!(self.observations.snapshot(), self.posts.snapshot())?;
        let files_first = Arc::clone(&self.files_first);
        Ok(View::new(self.organisation.clone(), observations.files, posts.files, as_known_at, files_first))
    }
}

/// Runs Polars where it may take its time.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::BrokenOff(error.to_string()))?
}

/// Computes the frame on a thread of its own. Polars waits for its threads in a way that a runtime with a single thread
/// forbids, and nobody who asks a view should have to know in which runtime they are.
fn computed(frame: LazyFrame) -> Result<DataFrame, StoreError> {
    let done = std::thread::scope(|scope| scope.spawn(|| frame.collect()).join());
    let done = done.map_err(|_| StoreError::BrokenOff("the computation panicked".to_owned()))?;
    Ok(done?)
}
