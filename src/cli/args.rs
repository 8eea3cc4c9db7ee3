//! What the command line accepts. The texts here are the `--help` of every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// What did our communication achieve, against the goals we set?
///
/// Genomslag fetches Facebook, Instagram, LinkedIn and Matomo figures, keeps every observation, judges the goals of your
/// configuration and writes effect reports as PDF, PNG, CSV and XLSX.
///
/// Start with `genomslag demo`: it needs no account and nothing to configure.
#[derive(Debug, Parser)]
#[command(name = "genomslag", version, about, long_about, max_term_width = 100, after_long_help = EXIT_CODES)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The exit codes, as printed by `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  not done: the error says what, where and how to mend it
  2  the command line was not understood
  3  done, but something needs a person (a dead token, a missing permission): see the list printed";

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder with the configuration (`*.toml`), or one file
    #[arg(long, global = true, value_name = "DIR", env = "GENOMSLAG_CONFIG", default_value = "config", value_hint = ValueHint::AnyPath)]
    pub config: PathBuf,
    /// The clock, for runs that can be made again: `2026-11-18T07:00` (the organisation's zone) or with an offset
    #[arg(long, global = true, value_name = "TIME")]
    pub now: Option<String>,
    /// Language of what is printed and of reports made: the configuration's, unless given
    #[arg(long, global = true, value_name = "LANG", value_enum)]
    pub lang: Option<Lang>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Say more about what is done (repeat for still more)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Swedish
    Sv,
    /// English
    En,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole main job on built-in example data: no account, nothing to configure
    Demo(Demo),
    /// Make a configuration by answering a few questions
    Init(Init),
    /// Check the configuration, then each channel's access
    Check(Check),
    /// Fetch what is new from every channel
    Fetch(Fetch),
    /// Import the platforms' own export files: files, folders, zip archives
    Import(Import),
    /// Say where to click to get each export file
    ExportGuide(ExportGuide),
    /// Compare planned posts (Trello, CSV, ICS) with what was published
    Plan(Plan),
    /// Figures to compare with other organisations'
    Peers(Peers),
    /// Show how the goals stand
    Goals(Goals),
    /// Show what a campaign achieved, or what a planned one could show
    Effect(Effect),
    /// Make campaign-tagged links, one per channel
    Tag(Tag),
    /// Make a report now
    Report(Report),
    /// Make a report and deliver it to its recipients
    Send(Send),
    /// Run by itself: fetch and deliver on schedule until stopped
    Serve(Serve),
    /// Show what went to whom, and what the other side answered
    Deliveries(Deliveries),
    /// Deliver once more, or note that an uncertain delivery did arrive
    Resend(Resend),
    /// Approve or stop a draft that waits for its owner
    Approve(Approve),
    /// Show the jobs of `serve`: waiting, running, done, dead
    Jobs(Jobs),
    /// Show what somebody should know, and acknowledge it
    Alerts(Alerts),
    /// Show who has an account of the web, or invite somebody
    #[command(alias = "users")]
    User(User),
    /// Copy state, store and archive into a folder, while everything runs
    Backup(Backup),
    /// Put a backup back where nothing is yet
    Restore(Restore),
    /// Show what the decisions on retention would remove, or remove it
    Retention(Retention),
    /// Show where a figure of a report comes from, down to the observations
    Explain(Explain),
    /// Write the observations as a table
    Export(Export),
    /// Show what the last runs fetched, and what it cost
    Runs(Runs),
    /// Show the tokens: valid, expiry, permissions, last success
    Tokens,
    /// Merge small files of the store, and remove those no longer needed
    Compact(Compact),
    /// Show the metric catalogue: what every platform counts
    Metrics(Metrics),
    /// Print the JSON Schema of the configuration, for editors
    Schema,
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The platform sandbox by itself
    #[command(hide = true)]
    Sandbox(Sandbox),
    /// One piece of the work of `serve`, in a process of its own
    #[command(hide = true)]
    Perform,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder for the reports and the store
    #[arg(long, value_name = "DIR", default_value = "genomslag-demo", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// Which data: the invented municipality, or a recorded real year of a LinkedIn page
    #[arg(long, value_enum, default_value = "example")]
    pub data: DemoData,
    /// Leave the sandbox running, so that the web and the other commands can be tried against it
    #[arg(long)]
    pub keep: bool,
    /// With `--keep`: the port of the web on this machine
    #[arg(long, value_name = "PORT", requires = "keep")]
    pub web: Option<u16>,
}

/// What the demo runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoData {
    /// Björkvalla kommun, invented
    Example,
    /// A research group's LinkedIn page, 365 recorded days
    Real,
    /// Three export files of that page, imported: no interface at all
    Files,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Take the answers from these options and ask nothing
    #[arg(long)]
    pub yes: bool,
    /// Name of the organisation
    #[arg(long)]
    pub name: Option<String>,
    /// Four-digit municipality code
    #[arg(long)]
    pub municipality: Option<String>,
    /// A channel as `platform:account`, e.g. `facebook:1234567890` (repeatable)
    #[arg(long = "channel", value_name = "PLATFORM:ACCOUNT")]
    pub channels: Vec<String>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Check only the configuration: ask no platform
    #[arg(long)]
    pub offline: bool,
}

/// Options of `fetch`.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Only this channel (repeatable)
    #[arg(long = "channel", value_name = "ID")]
    pub channels: Vec<String>,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, folders and zip archives
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Only show what would be imported; needs no configuration
    #[arg(long)]
    pub dry_run: bool,
    /// The channel, for files that do not name their account
    #[arg(long, value_name = "ID")]
    pub channel: Option<String>,
    /// The platform, for files that fit several: facebook, instagram
    #[arg(long, value_name = "PLATFORM")]
    pub platform: Option<String>,
    /// The days, for files that do not say them: `2025-01` or `2025-01-01..2025-01-31`
    #[arg(long)]
    pub period: Option<String>,
    /// When the files were downloaded, if later copied or changed
    #[arg(long, value_name = "TIME")]
    pub taken: Option<String>,
    /// Folder with mapping files (`*.toml`) for other tables; default: `imports` in the configuration
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub mapping: Option<PathBuf>,
    /// A single mapping file for the tables among the files; in a terminal `import` writes one by asking
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub map: Vec<PathBuf>,
}

/// Options of `export-guide`.
#[derive(Debug, Args)]
pub struct ExportGuide {
    /// Only this platform: facebook, instagram, linkedin, x, youtube, ga4, own
    pub platform: Option<String>,
}

/// Options of `plan`.
#[derive(Debug, Args)]
pub struct Plan {
    /// Plans: Trello's board as JSON, a table as CSV, a calendar as ICS
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// The days; default: the last closed month
    #[arg(long)]
    pub period: Option<String>,
}

/// Options of `peers`.
#[derive(Debug, Args)]
pub struct Peers {
    /// What to do
    #[command(subcommand)]
    pub action: PeersAction,
}

/// What is done with peers' figures.
#[derive(Debug, Subcommand)]
pub enum PeersAction {
    /// Write your own totals as a small file for others
    Export {
        /// The period; default: the last closed tertial
        #[arg(long)]
        period: Option<String>,
        /// The file; without it, standard output
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: Option<PathBuf>,
    },
    /// Turn another organisation's file into `[[peer]]` blocks for the configuration
    Import {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The group of peers, as goals name it
        #[arg(long)]
        group: String,
        /// Take the figures per 1 000 inhabitants
        #[arg(long)]
        per_inhabitant: bool,
    },
}

/// Which figures, as known when.
#[derive(Debug, Clone, Args)]
pub struct When {
    /// `2026-W46`, `2026-11`, `2026-T3`, `2026-Q4`, `2026`, or `2026-11-01..2026-11-15`; default: the last closed one
    #[arg(long)]
    pub period: Option<String>,
    /// Use only what was known at this time
    #[arg(long, value_name = "TIME")]
    pub as_known_at: Option<String>,
}

/// Options of `goals`.
#[derive(Debug, Args)]
pub struct Goals {
    /// Which period, as known when
    #[command(flatten)]
    pub when: When,
    /// Only the goals of this unit
    #[arg(long)]
    pub unit: Option<String>,
    /// Show the forecasts that reports made, and how often they came true
    #[arg(long, conflicts_with_all = ["unit", "period", "as_known_at"])]
    pub forecasts: bool,
}

/// Options of `effect`.
#[derive(Debug, Args)]
pub struct Effect {
    /// The campaign by its name in the configuration
    pub campaign: String,
    /// Before the start: say how large an effect would be seen, and which channel left untouched would help
    #[arg(long)]
    pub plan: bool,
    /// With `--plan`: draw the start by lot among so many Mondays from the campaign's start
    #[arg(long, value_name = "WEEKS", value_parser = clap::value_parser!(u32).range(2..=52))]
    pub draw: Option<u32>,
    /// Use only what was known at this time
    #[arg(long, value_name = "TIME")]
    pub as_known_at: Option<String>,
    /// Also write the report on the campaign into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}

/// Options of `tag`.
#[derive(Debug, Args)]
pub struct Tag {
    /// The campaign by its name in the configuration
    pub campaign: String,
    /// Where the link leads
    pub link: String,
    /// Only this channel (repeatable); default: those of the campaign
    #[arg(long = "channel", value_name = "ID")]
    pub channels: Vec<String>,
    /// Only channels of this unit
    #[arg(long)]
    pub unit: Option<String>,
}

/// Options of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// A report of the configuration by its name, or a kind: weekly, unit, monthly, tertial
    pub report: String,
    /// Which period, as known when
    #[command(flatten)]
    pub when: When,
    /// Only this unit
    #[arg(long)]
    pub unit: Option<String>,
    /// Folder for the files
    #[arg(long, value_name = "DIR", default_value = "reports-out", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// Options of `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// A report of the configuration by its name
    #[arg(required_unless_present = "test")]
    pub report: Option<String>,
    /// Which period, as known when
    #[command(flatten)]
    pub when: When,
    /// Send to this address instead of the configured recipients and ways (repeatable)
    #[arg(long, value_name = "ADDRESS")]
    pub to: Vec<String>,
    /// Only try the mail server: as far as the login, or with a few words to the address of --to
    #[arg(long)]
    pub test: bool,
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Let the time from --now to this pass at once, doing all that is due, then stop
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// Options of `deliveries`.
#[derive(Debug, Args)]
pub struct Deliveries {
    /// Only this report of the configuration
    pub report: Option<String>,
    /// Only with this status: pending, sending, sent, accepted, refused, later, uncertain, held, skipped
    #[arg(long)]
    pub status: Option<String>,
    /// Only to this recipient
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// How many
    #[arg(long, default_value_t = 30)]
    pub last: u32,
}

/// Options of `resend`.
#[derive(Debug, Args)]
pub struct Resend {
    /// The delivery, as `genomslag deliveries` lists it
    pub delivery: String,
    /// Send nothing: note that the uncertain delivery did arrive
    #[arg(long)]
    pub arrived: bool,
}

/// Options of `approve`.
#[derive(Debug, Args)]
pub struct Approve {
    /// The draft's id, its report, or the pass of the link in the mail; without it, those that wait are listed
    pub draft: Option<String>,
    /// Stop it instead
    #[arg(long)]
    pub reject: bool,
    /// Who decides, for the log
    #[arg(long, value_name = "NAME", env = "USER", default_value = "genomslag approve")]
    pub by: String,
}

/// Options of `jobs`.
#[derive(Debug, Args)]
pub struct Jobs {
    /// Only in this state: waiting, running, done, dead
    #[arg(long)]
    pub state: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20)]
    pub last: u32,
    /// Have a dead job tried again
    #[arg(long, value_name = "ID")]
    pub retry: Option<String>,
}

/// Options of `alerts`.
#[derive(Debug, Args)]
pub struct Alerts {
    /// What to do; without it, the open alerts are listed
    #[command(subcommand)]
    pub action: Option<AlertsAction>,
    /// Also those that are over
    #[arg(long)]
    pub all: bool,
}

/// What can be done with alerts.
#[derive(Debug, Subcommand)]
pub enum AlertsAction {
    /// Acknowledge an alert: it is not told again unless it gets worse
    Ack {
        /// Its id
        id: String,
        /// Who knows, for the log
        #[arg(long, value_name = "NAME", env = "USER", default_value = "genomslag alerts")]
        by: String,
    },
    /// Look everything through now, and tell what is due
    Look,
}

/// Options of `user`.
#[derive(Debug, Args)]
pub struct User {
    /// What to do; without it, the accounts are listed
    #[command(subcommand)]
    pub action: Option<UserAction>,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Invite somebody, and print the link; somebody who has an account chooses a new password with it
    Add(UserAdd),
}

/// Options of `user add`.
#[derive(Debug, Args)]
pub struct UserAdd {
    /// The e-mail address; it is also the name to log in with
    #[arg(value_name = "EMAIL")]
    pub email: String,
    /// What they may do
    #[arg(long, value_enum, default_value = "reader")]
    pub role: RoleArg,
    /// Only this unit and those below (repeatable)
    #[arg(long = "unit", value_name = "ID")]
    pub units: Vec<String>,
    /// Who invites, for the log and the mail
    #[arg(long, value_name = "NAME", env = "USER", default_value = "genomslag user")]
    pub by: String,
}

/// The roles of the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// See
    Reader,
    /// See, and change goals, comments and reports
    Editor,
    /// Everything, accounts included
    Administrator,
}

impl From<RoleArg> for crate::pipeline::Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Reader => Self::Reader,
            RoleArg::Editor => Self::Editor,
            RoleArg::Administrator => Self::Administrator,
        }
    }
}

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// Folder in which the backup gets a folder of its own
    #[arg(long, value_name = "DIR", default_value = "genomslag-backup", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// The folder that `genomslag backup` made
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub from: PathBuf,
}

/// Options of `retention`.
#[derive(Debug, Args)]
pub struct Retention {
    /// Remove it; without this, only say what would be removed
    #[arg(long)]
    pub really: bool,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The report's id, printed on its last page; or the path of its `report.json`
    pub report: String,
    /// The figure's id; without it, all figures of the report are listed
    pub figure: Option<String>,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// The format
    #[arg(long, value_enum, default_value = "csv")]
    pub format: ExportFormat,
    /// The file; without it, CSV goes to standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Only this channel (repeatable)
    #[arg(long = "channel", value_name = "ID")]
    pub channels: Vec<String>,
    /// Every observation ever made, not only the latest of each
    #[arg(long)]
    pub all: bool,
    /// Use only what was known at this time
    #[arg(long, value_name = "TIME")]
    pub as_known_at: Option<String>,
}

/// The formats of `export`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated, UTF-8
    Csv,
    /// Parquet
    Parquet,
    /// Excel (at most 1 048 575 rows)
    Xlsx,
}

/// Options of `runs`.
#[derive(Debug, Args)]
pub struct Runs {
    /// How many
    #[arg(long, default_value_t = 10)]
    pub last: u32,
}

/// Options of `compact`.
#[derive(Debug, Args)]
pub struct Compact {
    /// Also remove files that nothing has needed for this many days (at least 1)
    #[arg(long, value_name = "DAYS")]
    pub vacuum: Option<u32>,
}

/// Options of `metrics`.
#[derive(Debug, Args)]
pub struct Metrics {
    /// Only this platform
    pub platform: Option<String>,
}

/// Options of `sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// What to do
    #[command(subcommand)]
    pub action: SandboxAction,
}

/// What the sandbox does.
#[derive(Debug, Subcommand)]
pub enum SandboxAction {
    /// Listen on loopback
    Serve {
        /// The port
        #[arg(long, default_value_t = 4680)]
        port: u16,
    },
    /// Print the example organisation's history file
    History,
}
