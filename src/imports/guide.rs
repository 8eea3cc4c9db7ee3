//! Where to click to get each file, step by step. The texts are data: `guide.toml`.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::catalog::Texts;
use crate::model::Platform;

/// How to get the files of one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// The platform.
    pub platform: Platform,
    /// What the files are.
    pub title: Texts,
    /// What has to be clicked, in order.
    pub steps: Vec<Texts>,
    /// What to know of the file.
    #[serde(default)]
    pub notes: Vec<Texts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    guide: Vec<Guide>,
}

/// All guides, in the order in which they are shown.
///
/// # Panics
/// Never in a build that passed its tests: the built-in file is read by one of them.
pub fn guides() -> &'static [Guide] {
    static GUIDES: OnceLock<Vec<Guide>> = OnceLock::new();
    GUIDES.get_or_init(|| {
        let file: File = toml::from_str(include_str!("guide.toml")).expect("the built-in guide is tested");
        file.guide
    })
}
