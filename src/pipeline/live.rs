//! The configuration as it is now, while the program runs.

use std::sync::{Arc, RwLock};

use super::App;

/// Everything opened, with the newest configuration that is whole. Cheap to clone; every clone sees the same.
#[derive(Debug, Clone)]
pub struct Live {
    current: Arc<RwLock<App>>,
}

impl Live {
    /// With the configuration that was loaded.
    pub fn new(app: App) -> Self {
        Self { current: Arc::new(RwLock::new(app)) }
    }

    /// Everything opened, as it is now.
    pub fn app(&self) -> App {
        // Whoever panicked while holding the lock had only read or replaced it whole.
        self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}
