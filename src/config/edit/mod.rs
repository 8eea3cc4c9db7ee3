//! Changing files of the configuration for somebody who fills in a form. Comments, order and the way numbers are written
//! stay as they are; only what was changed is written anew. Pure: texts in, texts out.

mod comment;
mod goal;
mod table;

use std::collections::BTreeMap;

pub use comment::{CommentParts, comment_parts, with_comment};
pub use goal::{Sorted, goal_fields, goal_file, sorted, with_goal};

/// What stands in a form: the name of a field and its values, as people write them. Lists have several values; what lies
/// within a key is written `steps.date`.
pub type Fields = BTreeMap<String, Vec<String>>;

/// A file as it was and as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file, as faults name it.
    pub name: String,
    /// Its text before; empty for a new file.
    pub before: String,
    /// Its text after.
    pub after: String,
    /// The keys whose values differ.
    pub changed: Vec<String>,
}

impl Edited {
    /// All files with this one in its place.
    pub fn among(&self, files: &[(String, String)]) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = files.iter().filter(|(name, _)| *name != self.name).cloned().collect();
        all.push((self.name.clone(), self.after.clone()));
        all.sort();
        all
    }
}
