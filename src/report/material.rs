//! What a report is made of: everything is computed already, nothing here is worded yet. The pipeline fills it, `compose`
//! reads it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::analysis::{
    BesidePeers, CampaignEffect, Change, ChannelQuality, Compared, ContentEffect, Facts, GoalForecast, LevelShift,
    PlanSummary, PostRanking, RolledUp, Score, Standing, StrangeDay, UnitStanding,
};
use crate::catalog::Catalog;
use crate::model::{
    Campaign, ChannelId, FigureId, Language, Organisation, OrganisationUnit, Period, PostId, Problem, ReportKind,
};

/// Everything that a report is made of.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The kind of report.
    pub kind: ReportKind,
    /// The language.
    pub language: Language,
    /// The organisation.
    pub organisation: &'a Organisation,
    /// The unit, for a report about one unit and those below it.
    pub unit: Option<&'a OrganisationUnit>,
    /// What the report covers.
    pub period: Period,
    /// The clock that was given.
    pub made: DateTime<Utc>,
    /// Later observations were not looked at.
    pub as_known_at: Option<DateTime<Utc>>,
    /// What must be said before anything else (demonstration data, moved dates), in the report's language.
    pub notices: Vec<String>,
    /// The metric catalogue.
    pub catalog: &'a Catalog,
    /// Series, posts and the rest, for charts.
    pub facts: &'a Facts,
    /// The channels of the report, in the order of the configuration.
    pub channels: Vec<ChannelId>,
    /// How the goals of the report stand, in the order of the configuration.
    pub standings: Vec<Standing>,
    /// Where they are going.
    pub forecasts: Vec<GoalForecast>,
    /// How earlier ones turned out, for kinds of report that tell it.
    pub score: Option<Score>,
    /// Goals that others contribute to.
    pub rolled_up: Vec<RolledUp>,
    /// The units with goals of their own or below.
    pub units: Vec<UnitStanding>,
    /// Every metric of every channel beside the period before and last year.
    pub compared: Vec<Compared>,
    /// What changed most against the period before, the most striking first.
    pub changes: Vec<Change>,
    /// The same against last year.
    pub changes_year: Vec<Change>,
    /// The posts of the period, a ranking per platform.
    pub rankings: Vec<PostRanking>,
    /// The readers' names of the labels that each post carries.
    pub post_labels: BTreeMap<(ChannelId, PostId), Vec<String>>,
    /// The readers' names of all labels, by their ids.
    pub label_titles: BTreeMap<String, String>,
    /// Campaigns that touch the period or the goals' charts.
    pub campaigns: Vec<Campaign>,
    /// What campaigns achieved, for kinds of report that tell it.
    pub effects: Vec<CampaignEffect>,
    /// What carries among the posts of the last year, per platform.
    pub content: Vec<ContentEffect>,
    /// The days of the period that were not like others.
    pub strange: Vec<StrangeDay>,
    /// The days on which a level changed and stayed, of the period and of the weeks that curves show.
    pub shifts: Vec<LevelShift>,
    /// The quality of every channel's data in the period.
    pub quality: Vec<ChannelQuality>,
    /// What the last fetch of every channel told.
    pub fetches: Vec<LastFetch>,
    /// Days whose value changed after it was first told, per channel, within the period and the four weeks before it.
    pub restated: Vec<(ChannelId, u32)>,
    /// Days on which a source that is believed less (a file beside the interface, an older file beside a newer) says
    /// another value than the one that stands, per channel, within the same days.
    pub stood_back: Vec<(ChannelId, u32)>,
    /// What became of what was planned; none where there is no plan, or the kind of report does not tell it.
    pub planned: Option<PlannedMaterial>,
    /// The organisation beside its peers; none where there are none, or the kind of report does not tell it.
    pub peers: Option<PeerMaterial>,
    /// What people wrote about the period.
    pub comment: Option<Comment>,
    /// What the public record wants to know.
    pub record: Record,
}

/// What the last fetch of a channel told.
#[derive(Debug, Clone, PartialEq)]
pub struct LastFetch {
    /// The channel.
    pub channel: ChannelId,
    /// When; none: never.
    pub at: Option<DateTime<Utc>>,
    /// When it last went well.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// Whether everything came that was asked.
    pub complete: bool,
    /// Questions sent.
    pub calls: u32,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Where it came from: `api:v25.0`.
    pub source: String,
    /// When the token ends; none: it has no end, or none is known.
    pub token_expires: Option<DateTime<Utc>>,
    /// Whether anything was known of the token.
    pub token_known: bool,
    /// What went wrong or is worth telling.
    pub problems: Vec<Problem>,
}

/// What became of what was planned.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedMaterial {
    /// What was due in the period.
    pub summary: PlanSummary,
    /// Plans that could not be read.
    pub refused: Vec<String>,
}

/// The organisation beside its peers.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerMaterial {
    /// The peers that have figures of the period.
    pub names: Vec<String>,
    /// The metrics for which both sides have a value.
    pub beside: Vec<BesidePeers>,
}

/// What people wrote about the period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comment {
    /// The text for page one.
    pub text: String,
    /// The decision that is proposed.
    pub decision: Option<String>,
    /// The text for single sections: the section's name and the text.
    pub sections: Vec<(String, String)>,
}

/// What the public record wants to know of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The version of the program.
    pub program: String,
    /// SHA-256 over the configuration, hexadecimal.
    pub configuration: String,
    /// When the newest observation that was looked at was seen: the data cut-off.
    pub cut_off: Option<DateTime<Utc>>,
    /// The retention class and its decision.
    pub retention: Option<String>,
    /// The case number.
    pub case_no: Option<String>,
    /// The last day of data, per channel.
    pub data_through: Vec<(ChannelId, Option<NaiveDate>)>,
    /// Sections that whoever ordered the report left out, by name.
    pub left_out: Vec<String>,
    /// Figures that are printed although no observation is behind them; they are named in the tests.
    pub configured: Vec<FigureId>,
}
