//! The configuration as it is now, while the program runs: its files are the truth, and an edit by hand is taken over
//! within a second. One that is broken changes nothing: the last whole one goes on, and the fault is shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{App, PipelineError, catalog_of, computing, of_configuration};
use crate::config::{self, Config, Faults, Source};

/// The files are looked at so often at most.
const LOOK: Duration = Duration::from_secs(1);

/// Everything opened, with the newest configuration that is whole. Cheap to clone; every clone sees the same.
#[derive(Debug, Clone)]
pub struct Live {
    current: Arc<RwLock<App>>,
    looked: Arc<Mutex<Looked>>,
}

/// What was seen at the last look at the files.
#[derive(Debug)]
struct Looked {
    at: Option<Instant>,
    stamp: Option<Stamp>,
}

/// What the files looked like: their names, sizes and times.
type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl Live {
    /// With the configuration that was loaded.
    pub fn new(app: App) -> Self {
        let looked = Looked { at: None, stamp: None };
        Self { current: Arc::new(RwLock::new(app)), looked: Arc::new(Mutex::new(looked)) }
    }

    /// Everything opened, as it is now.
    pub fn app(&self) -> App {
        // Whoever panicked while holding the lock had only read or replaced it whole.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the files, unless that was done a moment ago; whether the configuration is another one now.
    ///
    /// # Errors
    /// When the work broke off. Faults in the configuration are none of these: they stand in [`App::faults`].
    pub async fn refresh(&self) -> Result<bool, PipelineError> {
        let Some(source) = self.app().source else { return Ok(false) };
        // Whoever comes while somebody looks goes on with what there is.
        let Ok(mut looked) = self.looked.try_lock() else { return Ok(false) };
        if looked.at.is_some_and(|at| at.elapsed() < LOOK) {
            return Ok(false);
        }
        let known = looked.stamp.take();
        let (stamp, loaded) = computing(move || {
            let stamp = stamp(&source);
            let changed = known.as_ref() != Some(&stamp);
            (stamp, changed.then(|| config::load(&Source::at(&source))))
        })
        .await?;
        looked.stamp = Some(stamp);
        looked.at = Some(Instant::now());
        let Some(loaded) = loaded else { return Ok(false) };
        Ok(self.take(loaded))
    }

    /// Looks at once, whenever the last look was: after the program wrote a file itself.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    pub async fn refresh_now(&self) -> Result<bool, PipelineError> {
        {
            let mut looked = self.looked.lock().await;
            looked.at = None;
            looked.stamp = None;
        }
        self.refresh().await
    }

    fn take(&self, loaded: Result<Config, Faults>) -> bool {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        match loaded {
            Ok(config) if config == *current.config => {
                current.faults = None;
                false
            }
            Ok(config) => {
                let opened_elsewhere = config.data != current.config.data || config.state != current.config.state;
                if opened_elsewhere || config.organisation.id != current.config.organisation.id {
                    tracing::warn!("another store or state is configured: it is used after a restart");
                }
                tracing::info!(digest = config.digest, "the configuration was changed, and is used from now on");
                if config.formulas != current.config.formulas {
                    current.catalog = catalog_of(&config);
                }
                current.store = of_configuration(current.store.clone(), &config);
                current.config = Arc::new(config);
                current.faults = None;
                true
            }
            Err(faults) => {
                tracing::warn!(
                    faults = faults.0.len(),
                    "the configuration was changed and has faults: the one before is used"
                );
                current.faults = Some(Arc::new(faults));
                false
            }
        }
    }
}

/// What the files of a configuration look like now.
fn stamp(source: &Path) -> Stamp {
    let mut stamp = Stamp::new();
    let below = ["comments", "history", "values", "plans", "peers"].map(|name| source.join(name));
    for folder in [source.to_owned()].into_iter().chain(below) {
        let inside = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for path in inside.chain([folder.clone()]) {
            // A file only: a folder's own time tells nothing that its files do not.
            if let Some(seen) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) {
                stamp.push((path, seen.len(), seen.modified().ok()));
            }
        }
    }
    stamp.sort();
    stamp
}
