//! The one table of keys: what may stand in a configuration. The reader, the did-you-mean, the JSON Schema and the test
//! that the example explains every key all go by it.

mod goal;
mod login;
mod organisation;
mod platform;
mod report;
mod serve;

use crate::catalog::Texts;

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text, not empty.
    Text,
    /// A name for things: lower-case letters, digits, `-` and `_`.
    Slug,
    /// `true` or `false`.
    Flag,
    /// A whole number within limits, both included.
    Whole(i64, i64),
    /// Any number.
    Number,
    /// A number from 0 to 1.
    Share,
    /// A day, `2026-12-31`.
    Date,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words.
    Words(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A list of names of things.
    Slugs,
    /// An address on the web.
    Url,
    /// A time zone by its IANA name.
    Zone,
    /// A time at which something runs.
    Schedule,
    /// A mail address.
    Address,
    /// A secret: `{ env = "…" }` or `{ file = "…" }`.
    Secret,
    /// A table.
    Table(&'static Section),
    /// A list of tables.
    Tables(&'static Section),
    /// A list of mail addresses, each text or a table.
    Recipients(&'static Section),
}

/// Whether a key must stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may; nothing stands for it.
    Optional,
    /// It may; this (as TOML) stands for it.
    Default(&'static str),
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// Whether it must stand there.
    pub need: Need,
    /// What it means, in Swedish.
    pub sv: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

/// A table of the configuration.
#[derive(Debug)]
pub struct Section {
    /// How it is written: `[organisation]`, `[[goal]]`.
    pub head: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// What it is for, in Swedish.
    pub sv: &'static str,
    /// What it is for, in English.
    pub en: &'static str,
}

impl Section {
    /// The key of the name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// What it is called in a sentence: the head as it is written, and the whole in words.
    pub(super) fn named(&self) -> Texts {
        let whole = Texts { sv: "inställningarna".to_owned(), en: "the configuration".to_owned() };
        if self.head == ROOT.head {
            whole
        } else {
            Texts { sv: format!("`{}`", self.head), en: format!("`{}`", self.head) }
        }
    }
}

const fn key(name: &'static str, kind: Kind, need: Need, sv: &'static str, en: &'static str) -> Key {
    Key { name, kind, need, sv, en }
}

/// The words of `language`.
pub const LANGUAGES: &[&str] = &["sv", "en"];
/// The words of `period`.
pub const PERIODS: &[&str] = &["week", "month", "tertial", "quarter", "year"];
/// The words of a report's `kind`.
pub const REPORT_KINDS: &[&str] = &["weekly", "unit", "monthly", "tertial", "campaign"];
/// The words of `freshness`.
pub const FRESHNESS: &[&str] = &["wait", "hold", "send"];
/// The words of `ways`.
pub const WAYS: &[&str] = &["mail", "folder", "teams", "slack"];
/// The words of a retention's `class`.
pub const RETENTION_CLASSES: &[&str] =
    &["drafts", "reports", "observations", "posts", "runs", "jobs", "alerts", "audit", "sessions"];
/// The words of a login's `role`.
pub const LOGIN_ROLES: &[&str] = &["none", "reader", "editor", "administrator"];
/// The words of `platform`.
pub const PLATFORMS: &[&str] = &["facebook", "instagram", "linkedin", "matomo", "x", "youtube", "ga4", "own"];
/// The words of a goal's `kind`.
pub const GOAL_KINDS: &[&str] = &[
    "absolute",
    "relative_growth",
    "floor",
    "ceiling",
    "range",
    "cadence",
    "milestone",
    "direction",
    "survey_share",
    "benchmark",
    "conversion",
];

pub use goal::GOAL;

use Kind::{Table, Tables};
use Need::Optional;

/// The whole configuration.
pub static ROOT: Section = Section {
    head: "the configuration",
    sv: "Allt som kan stå i en inställningsfil.",
    en: "All that may stand in a configuration file.",
    keys: &[
        key("organisation", Table(&organisation::ORGANISATION), Need::Required, "Organisationen.", "The organisation."),
        key("unit", Tables(&organisation::UNIT), Optional, "Förvaltningar och enheter.", "Departments and units."),
        key("population", Tables(&organisation::POPULATION), Optional, "Antal invånare.", "Number of inhabitants."),
        key("platform", Table(&platform::PLATFORM), Optional, "Plattformarna.", "The platforms."),
        key("channel", Tables(&platform::CHANNEL), Optional, "Kanalerna.", "The channels."),
        key("fetch", Table(&platform::FETCH), Optional, "När vi hämtar.", "When we fetch."),
        key("storage", Table(&platform::STORAGE), Optional, "Var allt sparas.", "Where everything is kept."),
        key("formula", Tables(&goal::FORMULA), Optional, "Egna mått.", "Metrics of your own."),
        key("goal", Tables(&goal::GOAL), Optional, "Målen.", "The goals."),
        key("campaign", Tables(&goal::CAMPAIGN), Optional, "Insatserna.", "The campaigns."),
        key("survey", Tables(&goal::SURVEY), Optional, "Enkäter.", "Surveys."),
        key(
            "peer",
            Tables(&goal::PEER),
            Optional,
            "Värden från jämförbara organisationer.",
            "Figures of comparable organisations.",
        ),
        key("label", Tables(&goal::LABEL), Optional, "Etiketter på inlägg.", "Labels of posts."),
        key("report", Tables(&report::REPORT), Optional, "Rapporterna.", "The reports."),
        key("mail", Table(&report::MAIL), Optional, "E-postservern.", "The mail server."),
        key("delivery", Table(&report::DELIVERY), Optional, "Mappar, Teams och Slack.", "Folders, Teams and Slack."),
        key("serve", Table(&serve::SERVE), Optional, "Drift: `genomslag serve`.", "Operation: `genomslag serve`."),
        key("login", Table(&login::LOGIN), Optional, "Inloggning genom organisationen.", "Login by the organisation."),
        key("alerts", Table(&serve::ALERTS), Optional, "Larm.", "Alerts."),
        key("retention", Tables(&serve::RETENTION), Optional, "Gallring.", "Retention."),
    ],
};

/// What may stand between the `+++` lines of a comment.
pub static COMMENT: &Section = &report::COMMENT;
