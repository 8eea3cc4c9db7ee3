//! Posts as planned, before anything was published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A planned post: a card of a board, a row of a plan, an entry of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPost {
    /// The plan's own id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// When it is to be published, as the plan says now; none: not dated.
    pub due: Option<DateTime<Utc>>,
    /// Whether `due` tells a time of day, not only a day.
    pub timed: bool,
    /// Earlier due times, ascending: until the moment of the change, the plan said that.
    pub earlier: Vec<EarlierDue>,
    /// Labels, as written; a label without a name goes by its colour.
    pub labels: Vec<String>,
    /// The channels that the plan names, as written.
    pub channels: Vec<String>,
    /// Whether the plan says that it is done.
    pub done: bool,
    /// Whether it was put away.
    pub archived: bool,
    /// Addresses found on it: one of them may be the published post's.
    pub links: Vec<String>,
    /// Short codes such as `#GL-123` that may stand in the post too.
    pub codes: Vec<String>,
}

/// What a plan said before it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierDue {
    /// When it was changed.
    pub until: DateTime<Utc>,
    /// What it said until then.
    pub due: Option<DateTime<Utc>>,
}

impl PlannedPost {
    /// When it was to be published, as the plan said at the moment.
    pub fn due_at(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let then = self.earlier.iter().find(|earlier| moment < earlier.until);
        then.map_or(self.due, |earlier| earlier.due)
    }
}
