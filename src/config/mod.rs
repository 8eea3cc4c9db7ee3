//! TOML → checked configuration. Every fault is told at once, each with file, line, what was found, what was expected
//! and how to mend it. Secrets are never here, only the names of the places where they stand. No clock.

mod campaigns;
mod comments;
mod edit;
mod fault;
mod formulas;
mod goal_metric;
mod goal_scope;
mod goals;
mod hand_labels;
mod keys;
mod login;
mod mask;
mod near;
mod organisation;
mod platforms;
mod redirect;
mod refer;
mod reports;
mod schedule;
mod schema;
mod secret;
mod serve;
mod source;
mod starter;
mod storage;
mod table;
mod tree;
mod value;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::catalog::{Catalog, OwnMetric};
use crate::model::{
    Campaign, Channel, ChannelId, Goal, Organisation, PeerValue, Platform, Population, Post, ReportSpec, Survey, Units,
};

pub use campaigns::LabelRule;
pub use comments::Comment;
pub use edit::{
    CommentParts, Edited, Fields, Sorted, comment_parts, goal_fields, goal_file, sorted, with_comment, with_goal,
};
pub use fault::{Fault, Faults, Look, Place, SourceFile};
pub use hand_labels::HandLabel;
pub use keys::{COMMENT, GOAL, Key, Kind, Need, RETENTION_CLASSES, ROOT, Section};
pub use login::{Login, LoginRole};
pub use platforms::{Access, LinkedInApp, Platforms};
pub use redirect::{KEY, pointed_at};
pub use reports::{AtDeadline, DeliveryWay, Freshness, Mail, MailOauth, Places, Protection, Sending};
pub use schedule::{ScheduleError, cron_expression};
pub use schema::schema;
pub use secret::{SecretError, SecretRef};
pub use serve::{AlertRules, Retention, Serve};
pub use source::{HistoryFile, Source, check_text, embedded_files, load, texts};
pub use starter::{Answers, ChannelAnswer, starter};
pub use storage::{Fetch, StateSpec};
pub use value::is_address;

/// A configuration, checked and with its defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The organisation.
    pub organisation: Organisation,
    /// Its units.
    pub units: Units,
    /// Its inhabitants, ascending by date.
    pub population: Vec<Population>,
    /// How the platforms are reached.
    pub platforms: Platforms,
    /// The channels.
    pub channels: Vec<Channel>,
    /// Tokens of single channels, which go before the platform's.
    pub channel_tokens: BTreeMap<ChannelId, SecretRef>,
    /// Who is told when something is wrong with a channel, besides the operator.
    pub channel_owners: BTreeMap<ChannelId, String>,
    /// The organisation's own metrics.
    pub formulas: Vec<OwnMetric>,
    /// The goals, each version of one that was changed for itself.
    pub goals: Vec<Goal>,
    /// The campaigns.
    pub campaigns: Vec<Campaign>,
    /// What surveys found.
    pub surveys: Vec<Survey>,
    /// Figures of peers.
    pub peers: Vec<PeerValue>,
    /// The rules that label posts.
    pub labels: Vec<LabelRule>,
    /// What people said of single posts.
    pub hand_labels: Vec<HandLabel>,
    /// The reports.
    pub reports: Vec<ReportSpec>,
    /// Who gets the draft, by report: present for every report with `approve = "owner"`.
    pub report_owners: BTreeMap<String, String>,
    /// How each report is sent.
    pub sendings: BTreeMap<String, Sending>,
    /// The mail server.
    pub mail: Option<Mail>,
    /// Where finished files go.
    pub delivery_folder: PathBuf,
    /// Where finished reports go besides mail and that folder.
    pub places: Places,
    /// When new values are fetched.
    pub fetch: Fetch,
    /// How it runs by itself.
    pub serve: Serve,
    /// How people log in by the organisation's own identity provider.
    pub login: Option<Login>,
    /// When somebody is to be told.
    pub alerts: AlertRules,
    /// What is removed, after how long, and by which decision.
    pub retention: Vec<Retention>,
    /// The folder of the store.
    pub data: PathBuf,
    /// The database of runs, tokens and deliveries.
    pub state: StateSpec,
    /// The key that encrypts tokens obtained at run time.
    pub key: Option<SecretRef>,
    /// What people wrote about single periods.
    pub comments: Vec<Comment>,
    /// Files of older observations, to be imported.
    pub history: Vec<HistoryFile>,
    /// Files of the organisation's own values, one channel each.
    pub values: Vec<HistoryFile>,
    /// Plans of posts: boards, tables, calendars.
    pub plans: Vec<HistoryFile>,
    /// Other organisations' figures, as `genomslag peers export` writes them.
    pub peer_files: Vec<HistoryFile>,
    /// The names of the files that were read, as faults name them.
    pub files: Vec<String>,
    /// SHA-256 over names and texts of the TOML files and comments, hexadecimal. History files have their own.
    pub digest: String,
}

impl Config {
    /// Where the token of a channel stands: its own, else its platform's.
    pub fn token(&self, channel: &Channel) -> Option<&SecretRef> {
        self.channel_tokens.get(&channel.id).or_else(|| self.platforms.access(channel.platform).token.as_ref())
    }

    /// The goals as they were valid on the day: of several versions the latest that holds by then. A goal whose first
    /// version begins later is not there yet.
    pub fn goals_on(&self, day: NaiveDate) -> Vec<Goal> {
        let holds = |goal: &Goal| goal.record.valid_from.is_none_or(|from| from <= day);
        let later = |goal: &Goal, other: &Goal| other.record.valid_from > goal.record.valid_from;
        let newest = |goal: &&Goal| {
            let versions = self.goals.iter().filter(|other| other.id == goal.id && holds(other));
            holds(goal) && !versions.clone().any(|other| later(goal, other))
        };
        self.goals.iter().filter(newest).cloned().collect()
    }

    /// The metric catalogue with the organisation's own metrics in it.
    pub fn catalog(&self) -> Catalog {
        Catalog::builtin().with(&self.formulas)
    }

    /// The labels of a post, by their ids: those of its rules, and those that somebody put on it or took away.
    pub fn labels_of(&self, post: &Post) -> Vec<String> {
        hand_labels::labels_of(&self.labels, &self.hand_labels, post)
    }

    /// Whether the channel's platform is asked: it can be, there is a token to ask with or an app that a person may give
    /// consent to, and the channel is not fed by files.
    pub fn asks(&self, channel: &Channel) -> bool {
        let access = self.platforms.access(channel.platform);
        let by_consent = match channel.platform {
            Platform::LinkedIn => self.platforms.linkedin_app.is_some(),
            Platform::Facebook | Platform::Instagram => access.app_id.is_some() && access.app_secret.is_some(),
            _ => false,
        };
        !channel.platform.only_files() && !channel.by_files && (by_consent || self.token(channel).is_some())
    }

    /// The channel of the name.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| &channel.id == id)
    }

    /// The report of the name.
    pub fn report(&self, id: &str) -> Option<&ReportSpec> {
        self.reports.iter().find(|report| report.id == id)
    }

    /// How the report of the name is sent.
    pub fn sending(&self, report: &str) -> Sending {
        self.sendings.get(report).cloned().unwrap_or_default()
    }

    /// The platforms that any channel is on, in the order of [`Platform::ALL`].
    pub fn platforms_used(&self) -> Vec<Platform> {
        Platform::ALL
            .into_iter()
            .filter(|platform| self.channels.iter().any(|channel| channel.platform == *platform))
            .collect()
    }

    /// The latest population on or before the day.
    pub fn population_on(&self, day: NaiveDate) -> Option<&Population> {
        self.population.iter().rev().find(|population| population.date <= day)
    }
}
