//! What reports an organisation wants, and who gets them.

use serde::{Deserialize, Serialize};

use super::{Granularity, Language, UnitId};

/// The kinds of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// At most two pages: goals with needed pace, what changed, what needs attention.
    Weekly,
    /// One page for one unit.
    Unit,
    /// Everything, for a month.
    Monthly,
    /// Everything, for a tertial, with campaign effect.
    Tertial,
    /// The effect of one campaign.
    Campaign,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Weekly, Self::Unit, Self::Monthly, Self::Tertial, Self::Campaign];

    /// The word used in configuration and file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weekly => "weekly",
            Self::Unit => "unit",
            Self::Monthly => "monthly",
            Self::Tertial => "tertial",
            Self::Campaign => "campaign",
        }
    }

    /// The kind of the word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The length of its periods.
    pub fn granularity(self) -> Granularity {
        match self {
            Self::Weekly | Self::Unit => Granularity::Week,
            Self::Monthly => Granularity::Month,
            Self::Tertial | Self::Campaign => Granularity::Tertial,
        }
    }
}

/// Whether a person stands before the send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Approval {
    /// Nobody is asked.
    #[default]
    Auto,
    /// The owner gets a draft the day before.
    Owner,
}

/// Somebody who gets a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// Only this unit's part; none: the whole report.
    pub unit: Option<UnitId>,
    /// The language; none: the report's.
    pub language: Option<Language>,
}

/// One report that is made on a schedule or on demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportSpec {
    /// Its name in the configuration.
    pub id: String,
    /// Its kind.
    pub kind: ReportKind,
    /// The language.
    pub language: Language,
    /// Only this unit; none: the whole organisation.
    pub unit: Option<UnitId>,
    /// When it is sent, `wednesday 07:00` or five-field Unix cron; none: only on demand.
    pub schedule: Option<String>,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// Whether a person stands before the send.
    pub approve: Approval,
    /// Case number (diarienummer) of the series of reports.
    pub case_no: Option<String>,
}
