//! The Delta table: its log, its list of files, its commits. The only file that names `deltalake_core` beside the errors
//! and the schema.
//!
//! Two rules of the recipe live here. A run is recorded as (application, version) in the same commit as its rows and asked
//! for first, against the same snapshot: the crate itself does not refuse a version that is there. And whoever rewrites
//! files carries the rewrite lock, a transaction `rewrite/<organisation>` with the next number: the crate's conflict
//! checker does not see that two compactions take the same files, and the rows would be doubled.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use deltalake_core::kernel::transaction::{CommitBuilder, CommitConflictError, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Add, Remove, Transaction};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::operations::vacuum::VacuumMode;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::StoreError;
use super::disk::DurableDisk;
use super::parquet::{self, Bounds};
use super::schema::{Kind, PARTITION};

/// What a partition's folder name may hold as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// How often a commit starts again because another writer was faster. Each round costs one listing and one put.
const COMMIT_ROUNDS: usize = 200;

/// A checkpoint after so many commits keeps opening fast.
const CHECKPOINT_EVERY: &str = "50";

/// One organisation's part of one table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    log_store: LogStoreRef,
    root: PathBuf,
    kind: Kind,
    organisation: String,
}

/// The table as it is at one version: the files of the organisation and what is recorded of runs.
pub(super) struct Snapshot {
    table: DeltaTable,
    /// The organisation's files.
    pub(super) files: Vec<DataFile>,
}

/// One Parquet file.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What the log knows of its values.
    pub(super) bounds: Bounds,
    remove: Remove,
}

/// What is to be committed beside the files.
pub(super) enum Intent<'a> {
    /// New rows of a run.
    Append { application: &'a str, version: i64 },
    /// The same rows in other files, under the rewrite lock.
    Rewrite { replaced: &'a [DataFile] },
    /// The same without the rows that a decision removes, under the same lock.
    Weed { replaced: &'a [DataFile] },
}

/// How a commit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Committed {
    /// It stands.
    Yes,
    /// Another one with the same name was first: nothing was changed.
    Overtaken,
}

impl Table {
    /// Opens the table, makes it where there is none.
    pub(super) async fn open(root: &Path, kind: Kind, organisation: &str) -> Result<Self, StoreError> {
        let root = root.join(kind.folder());
        let folder_error = |source| StoreError::Folder { path: root.clone(), source };
        tokio::fs::create_dir_all(&root).await.map_err(folder_error)?;
        let root = tokio::fs::canonicalize(&root).await.map_err(folder_error)?;
        let url = Url::from_directory_path(&root)
            .map_err(|()| StoreError::Wrong(format!("{} is no absolute folder", root.display())))?;
        let log_store = DeltaTableBuilder::from_url(url.clone())?
            .with_storage_backend(Arc::new(DurableDisk::new()), url)
            .build_storage()?;
        let table = Self { log_store, root, kind, organisation: organisation.to_owned() };
        if !table.exists().await? {
            table.create().await?;
        }
        table.check_columns().await?;
        Ok(table)
    }

    async fn exists(&self) -> Result<bool, StoreError> {
        Ok(DeltaTable::new(self.log_store.clone()).verify_deltatable_existence().await?)
    }

    async fn create(&self) -> Result<(), StoreError> {
        let made = CreateBuilder::new()
            .with_log_store(self.log_store.clone())
            .with_columns(self.kind.fields())
            .with_partition_columns([PARTITION])
            .with_configuration([("delta.checkpointInterval", Some(CHECKPOINT_EVERY))])
            .with_save_mode(SaveMode::ErrorIfExists)
            .await;
        match made {
            Ok(_) => Ok(()),
            // Two programs may start at the same time on an empty folder: whoever was first has made it.
            Err(error) => {
                if self.exists().await? {
                    Ok(())
                } else {
                    Err(error.into())
                }
            }
        }
    }

    async fn check_columns(&self) -> Result<(), StoreError> {
        let snapshot = self.load().await?;
        let found = snapshot.snapshot()?.schema();
        let found: Vec<_> = found.fields().map(|field| (field.name().clone(), field.data_type().clone())).collect();
        let wanted = self.kind.fields();
        let wanted: Vec<_> = wanted.iter().map(|field| (field.name().clone(), field.data_type().clone())).collect();
        if found == wanted {
            return Ok(());
        }
        let what = format!("its columns are {}", found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>().join(", "));
        Err(StoreError::Foreign { path: self.root.clone(), what })
    }

    async fn load(&self) -> Result<DeltaTable, StoreError> {
        let mut table = DeltaTable::new(self.log_store.clone());
        table.load().await?;
        Ok(table)
    }

    /// The number of the newest log entry: what is committed later has another. Nothing but names is read.
    pub(super) fn newest(&self) -> Result<u64, StoreError> {
        let folder = self.root.join("_delta_log");
        let failed = |source| StoreError::Folder { path: folder.clone(), source };
        let mut newest = 0;
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".json")).and_then(|name| name.parse().ok());
            newest = newest.max(number.unwrap_or(0));
        }
        Ok(newest)
    }

    /// The table as it is now.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let table = self.load().await?;
        let views: Vec<_> = table.get_active_add_actions_by_partitions(&[]).try_collect().await?;
        let mut files: Vec<DataFile> = views
            .iter()
            .filter(|view| view.partition_values_map().get(PARTITION) == Some(&Some(self.organisation.clone())))
            .map(|view| DataFile {
                path: self.root.join(view.object_store_path().as_ref()),
                bounds: Bounds::read(view.stats().as_deref()),
                remove: view.remove_action(false),
            })
            .collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(Snapshot { table, files })
    }

    /// Which run of the application was the last to land.
    pub(super) async fn last_version(&self, snapshot: &Snapshot, application: &str) -> Result<Option<i64>, StoreError> {
        Ok(snapshot.table.snapshot()?.transaction_version(self.log_store.as_ref(), application).await?)
    }

    /// Puts a file beside the others. It counts only once it is committed.
    pub(super) async fn put(&self, file: parquet::Encoded, now: DateTime<Utc>) -> Result<Add, StoreError> {
        let folder = utf8_percent_encode(&self.organisation, PLAIN);
        let name = format!("{PARTITION}={folder}/part-{:032x}.parquet", rand::random::<u128>());
        let location = object_store::path::Path::parse(&name)
            .map_err(|error| StoreError::Wrong(format!("`{name}` is no path: {error}")))?;
        let size = i64::try_from(file.bytes.len()).unwrap_or(i64::MAX);
        self.log_store.object_store(None).put(&location, file.bytes.into()).await.map_err(DeltaTableError::from)?;
        Ok(Add {
            path: name,
            partition_values: HashMap::from([(PARTITION.to_owned(), Some(self.organisation.clone()))]),
            size,
            modification_time: now.timestamp_millis(),
            data_change: true,
            stats: Some(file.stats),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        })
    }

    /// Makes the files count, all of them or none.
    pub(super) async fn commit(
        &self,
        snapshot: &Snapshot,
        mut files: Vec<Add>,
        intent: Intent<'_>,
    ) -> Result<Committed, StoreError> {
        let (transaction, operation, removed) = match intent {
            Intent::Append { application, version } => {
                let write = DeltaOperation::Write {
                    mode: SaveMode::Append,
                    partition_by: Some(vec![PARTITION.to_owned()]),
                    predicate: None,
                };
                (Transaction::new(application, version), write, Vec::new())
            }
            Intent::Rewrite { replaced } => {
                for file in &mut files {
                    file.data_change = false;
                }
                let optimize = DeltaOperation::Optimize { predicate: None, target_size: 0 };
                (
                    self.rewrite_lock(snapshot).await?,
                    optimize,
                    replaced.iter().map(|file| file.remove.clone()).collect(),
                )
            }
            Intent::Weed { replaced } => {
                let removed = replaced.iter().map(|file| Remove { data_change: true, ..file.remove.clone() });
                (self.rewrite_lock(snapshot).await?, DeltaOperation::Delete { predicate: None }, removed.collect())
            }
        };
        let actions = removed.into_iter().map(Action::Remove).chain(files.into_iter().map(Action::Add)).collect();
        let properties = CommitProperties::default()
            .with_max_retries(COMMIT_ROUNDS)
            .with_cleanup_expired_logs(Some(false))
            .with_application_transaction(transaction);
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(snapshot.table.snapshot()?), self.log_store.clone(), operation)
            .await;
        match done {
            Ok(_) => Ok(Committed::Yes),
            Err(error) if overtaken(&error) => Ok(Committed::Overtaken),
            Err(error) => Err(error.into()),
        }
    }

    /// The next number of the lock that whoever rewrites files takes.
    async fn rewrite_lock(&self, snapshot: &Snapshot) -> Result<Transaction, StoreError> {
        let lock = format!("rewrite/{}", self.organisation);
        let next = self.last_version(snapshot, &lock).await?.unwrap_or(0) + 1;
        Ok(Transaction::new(lock, next))
    }

    /// Deletes files that no version younger than `keep` needs, orphans of killed runs among them, and old log entries.
    pub(super) async fn vacuum(&self, keep: chrono::Duration) -> Result<usize, StoreError> {
        let table = self.load().await?;
        let (_, metrics) = table
            .vacuum()
            .with_mode(VacuumMode::Full)
            .with_retention_period(keep)
            .with_enforce_retention_duration(false)
            .await?;
        Ok(metrics.files_deleted.len())
    }
}

/// Whether somebody else was first: with the same name, or with rows that were weeded while this was being written. Whoever
/// hears so looks again and starts over.
fn overtaken(error: &DeltaTableError) -> bool {
    matches!(
        error,
        DeltaTableError::Transaction {
            source: TransactionError::CommitConflict(
                CommitConflictError::ConcurrentTransaction
                    | CommitConflictError::ConcurrentDeleteRead
                    | CommitConflictError::ConcurrentDeleteDelete
            )
        }
    )
}
