//! What went wrong, in the reader's words. Collected beside what was done; never stops the others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::told::Told;

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

/// One thing that went wrong. Made by `words::problem`, so that the English texts are always those of the phrases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Where: a channel, a goal, a file, a recipient.
    pub subject: String,
    /// What, in one plain English sentence, without secrets.
    pub what: String,
    /// How to mend it, in English, where a person can.
    pub mend: Option<String>,
    /// How much it asks.
    pub gravity: Gravity,
    /// What, for readers of any language; none in what was kept before there was such a thing.
    #[serde(default)]
    pub told: Option<Told>,
    /// How to mend it, for readers of any language.
    #[serde(default)]
    pub remedy: Option<Told>,
}
