//! The organisation, its units and its inhabitants.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Calendar, OrganisationId, UnitId};

/// A language that readers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub enum Language {
    /// Swedish.
    #[default]
    #[serde(rename = "sv")]
    Swedish,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The code, as in BCP 47.
    pub fn code(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language of the code, if we have it.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// The organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its slug.
    pub id: OrganisationId,
    /// Its name, for readers.
    pub name: String,
    /// The zone of its clocks.
    pub zone: chrono_tz::Tz,
    /// The language of its reports unless a report says otherwise.
    pub language: Language,
    /// The four-digit municipality code, text because of leading zeros.
    pub municipality: Option<String>,
    /// When its year begins.
    pub calendar: Calendar,
    /// The vision that goals add up to, one sentence.
    pub vision: Option<String>,
    /// The retention class of its reports and the decision behind it, printed in the report's identity.
    pub retention: Option<String>,
}

/// A unit in the tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its name in the configuration.
    pub id: UnitId,
    /// Its name for readers.
    pub title: String,
    /// The unit above; none directly under the organisation.
    pub parent: Option<UnitId>,
    /// What it is for, one sentence.
    pub purpose: Option<String>,
}

/// The tree of units.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Units(pub Vec<Unit>);

impl Units {
    /// The unit of the name.
    pub fn find(&self, id: &UnitId) -> Option<&Unit> {
        self.0.iter().find(|unit| &unit.id == id)
    }

    /// Whether `unit` is `ancestor` or lies somewhere below it.
    pub fn within(&self, unit: &UnitId, ancestor: &UnitId) -> bool {
        let mut current = Some(unit);
        // A tree is at most as deep as it has units; a ring in a broken configuration ends here.
        for _ in 0..=self.0.len() {
            match current {
                Some(id) if id == ancestor => return true,
                Some(id) => current = self.find(id).and_then(|unit| unit.parent.as_ref()),
                None => return false,
            }
        }
        false
    }
}

/// How many inhabitants, when, and who says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// The day that was counted.
    pub date: NaiveDate,
    /// How many.
    pub inhabitants: u32,
    /// Who says so, e.g. `SCB, TAB5557`.
    pub source: String,
}
