//! What went wrong, in the reader's words. Collected beside what was done; never stops the others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a problem asks of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// Worth knowing; nothing to do.
    Notice,
    /// Something is missing; it may mend itself.
    Warning,
    /// A person has to act.
    Action,
}

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Where: a channel, a goal, a file, a recipient.
    pub subject: String,
    /// What, in one plain sentence, without secrets.
    pub what: String,
    /// How to mend it, where a person can.
    pub mend: Option<String>,
    /// How much it asks.
    pub gravity: Gravity,
}

impl Problem {
    /// A problem that needs a person.
    pub fn action(subject: impl Into<String>, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { subject: subject.into(), what: what.into(), mend: Some(mend.into()), gravity: Gravity::Action }
    }

    /// A gap that may mend itself.
    pub fn warning(subject: impl Into<String>, what: impl Into<String>) -> Self {
        Self { subject: subject.into(), what: what.into(), mend: None, gravity: Gravity::Warning }
    }

    /// Something worth knowing.
    pub fn notice(subject: impl Into<String>, what: impl Into<String>) -> Self {
        Self { subject: subject.into(), what: what.into(), mend: None, gravity: Gravity::Notice }
    }
}
