//! The order of things: opens, asks each room in turn, and closes. Every function gives back what was done beside the
//! list of what went wrong, so that one broken part never stops the others. No arithmetic.

pub mod accounts;
mod alerts;
mod apart;
mod backup;
mod belongs;
mod beside;
mod check;
mod collect;
mod compose;
mod credentials;
mod deliver;
mod desk;
mod effect;
mod explain;
mod export;
mod facts;
mod forecasts;
mod fresh;
mod history;
mod import;
mod judge;
mod keep;
mod live;
mod maintain;
mod material;
mod operations;
mod page_tokens;
mod peers;
mod plan;
mod planned;
pub mod schedule;
mod see;
mod serve;
mod tags;
mod weed;
mod work;
mod written;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::{Catalog, Texts};
use crate::config::{Config, Faults, SecretRef};
use crate::connectors::fetch::Limits;
use crate::delivery::archive::ArchiveError;
use crate::model::told::{Told, faults};
use crate::model::{Language, Platform, Post, Secret};
use crate::render::{Look, RenderError};
use crate::state::State;
use crate::store::{Store, StoreError};
use crate::words::Words;
use crate::words::problems::{english, told};

pub use crate::analysis::{
    CoverageDay, CoverageDays, DayState, KeptForecast, Likelihood, Plan, Score, Visible, draw, score,
};
pub use alerts::{look_through, missed as tell_missed};
pub use apart::{Apart, answer};
pub use backup::{Backup, backup, restore};
pub use check::{ChannelCheck, check};
pub use collect::{ChannelFetch, Fetched, fetch};
pub use compose::{Made, Order, compose_only, make, write, write_file};
pub use deliver::{
    Delivered, Wish, deliver, enter_by_hand, resend, send_due, send_entered, test_mail, unsubscribe_pass,
};
pub use desk::{
    COST_DAYS, CommentWish, Confirmed, ConsentError, DiffLine, GoalSheet, GoalWish, Health, LARGEST_UPLOAD,
    LARGEST_UPLOADS, LineKind, MOST_UPLOADS, MakingStands, NotSaved, Proposal, ReportFile, Shelved, TokenLine, Upload,
    UploadedFile, acknowledge, alert, ask_for_report, begin_consent, comment_sheet, confirm_upload, consent_offered,
    coverage, do_wanted, finish_consent, forget_upload, goal_sheet, goal_units, health, making, propose_goal,
    report_file, retry_job, save_comment, save_goal, shelf, shelved, suggested_periods, sweep_uploads, upload,
    uploaded,
};
pub use effect::{campaign_days, effect, find_campaign, plan};
pub use explain::{Explained, ExplainedSource, FigureLine, explain, find_report, list_figures, stored_report};
pub use export::{ExportFormat, ExportOrder, export};
pub use forecasts::{kept_forecasts, scored_forecasts};
pub use history::{HistoryImport, import_history};
pub use import::{FileSeen, ImportOrder, dictionaries, import, preview, sketched};
pub use judge::{JudgeOrder, Judged, judge};
pub use live::Live;
pub use maintain::compact;
pub use operations::{Operations, draft_of_link, heartbeat, operations, unready, unsubscribe, unsubscription};
pub use peers::{peers_export, peers_import};
pub use planned::{Planned, planned};
pub use see::{
    CampaignAnswer, CampaignLine, ChannelAnswer, ChannelLine, ChannelRunLine, ChannelsAnswer, EffectAnswer,
    FigureAnswer, Frame, GoalAnswer, GoalsAnswer, MetricAnswer, ObservationAnswer, PostAnswer, PostFigure, PostsAnswer,
    ReportLine, RunAnswer, RunLine, SeeOrder, Sight, TraceAnswer, TraceSource, campaigns_of, find_channel, find_post,
    make_ready, named_period, report_lines, run_answers, see, stamp,
};
pub use serve::{Missed, Pulse, Service, Timetable};
pub use weed::{RowsWeeded, Weeded, weed};
pub use work::{Done, Errand, MakeWish, Patience, RealSteps, Steps, Task, Worker, approve};

pub use crate::analysis::{Against, PlanState};
pub use crate::imports::{Guide, Meaning, Need, Sketch, guides, mapping, metric_named, offered, sketch};

/// What the ledger, the queue and the alerts say, for whoever shows it.
pub use crate::state::{
    Alert, ApprovalState, ChannelCost, ChannelRun, Delivery, DeliveryFilter, DeliveryStatus, DraftApproval, Job,
    JobState, ReportEntry, Run, RunKind, RunOutcome, StateError, TokenStanding, TokenWarning, Way,
};

/// Who may do what.
pub use crate::state::{ApiToken, AuditEntry, Invitation, NewUser, Role, ShareLink, User};

/// Where names of the environment are looked up: the process's own, or what a test gives.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The clock: the system's, or what a test makes.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Everything opened that the steps need.
#[derive(Clone)]
pub struct App {
    /// The configuration, checked.
    pub config: Arc<Config>,
    /// The metric catalogue.
    pub catalog: &'static Catalog,
    /// The observations and posts.
    pub store: Store,
    /// Runs, tokens, reports and deliveries.
    pub state: State,
    /// Templates and fonts.
    pub look: Arc<Look>,
    /// How patient fetching is; none: as fits each platform.
    pub limits: Option<Limits>,
    /// What every report must say first: demonstration data, moved dates.
    pub notices: Vec<Texts>,
    /// The name of this process among all that share the state.
    pub worker: String,
    /// The file or folder that the configuration was read from; none: it is built in.
    pub source: Option<PathBuf>,
    /// What is wrong with the newest configuration, while the last whole one is used.
    pub faults: Option<Arc<Faults>>,
    /// Who does heavy work in processes of their own; none: it is done in this one.
    pub apart: Option<Apart>,
    environment: Environment,
    sights: Arc<see::Kept<SeeOrder, Sight>>,
    posts: Arc<see::Kept<see::PostKey, Post>>,
    coverage: Arc<see::Kept<u32, Vec<CoverageDays>>>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("organisation", &self.config.organisation.id).finish_non_exhaustive()
    }
}

/// What an [`App`] is opened with besides the configuration.
#[derive(Clone)]
pub struct Opening {
    /// Where names of the environment are looked up.
    pub environment: Environment,
    /// A folder whose files go before the built-in templates and fonts.
    pub reports_folder: Option<PathBuf>,
    /// How patient fetching is; none: as fits each platform.
    pub limits: Option<Limits>,
    /// What every report must say first.
    pub notices: Vec<Texts>,
    /// The file or folder that the configuration was read from; none: it is built in.
    pub source: Option<PathBuf>,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            environment: Arc::new(|name| std::env::var(name).ok()),
            reports_folder: None,
            limits: None,
            notices: Vec::new(),
            source: None,
        }
    }
}

/// Why a step could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database of runs and deliveries.
    #[error(transparent)]
    State(#[from] StateError),
    /// Templates, fonts or drawing.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A secret that is needed to open anything.
    #[error("{}", english(&self.told()))]
    Secret {
        /// What it is for.
        what: Told,
        /// Why it cannot be had; names only the place.
        why: Told,
    },
    /// Something was asked for that is not there, or cannot be.
    #[error("{}", english(what))]
    Unknown {
        /// What.
        what: Told,
        /// What there is instead.
        hint: Option<Told>,
    },
    /// A file could not be read or written.
    #[error("{}", english(&self.told()))]
    File {
        /// The file.
        path: String,
        /// What the system says.
        why: Told,
    },
    /// The archive of what was sent.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A mail that could not be written or sent.
    #[error("{0}")]
    Letter(String),
    /// The provider of the organisation's login.
    #[error("{}", english(&self.told()))]
    Login {
        /// Whose it is.
        issuer: String,
        /// What is wrong.
        why: String,
    },
    /// Work on a thread of its own broke off.
    #[error("{}", english(&self.told()))]
    BrokenOff(String),
    /// What went wrong in the process that did the work.
    #[error("{}", english(what))]
    Apart {
        /// As it said itself.
        what: Told,
        /// What a person can do about it.
        hint: Option<Told>,
    },
}

impl PipelineError {
    /// What went wrong, in no language yet.
    pub fn told(&self) -> Told {
        match self {
            Self::Store(error) => error.told(),
            Self::State(error) => error.told(),
            Self::Archive(error) => error.told(),
            Self::Render(error) => faults::fault_said(error.to_string()),
            Self::Letter(why) => faults::fault_said(why),
            Self::Secret { what, why } => faults::secret_missing(what.clone(), why.clone()),
            Self::File { path, why } => faults::at_place(path, why.clone()),
            Self::Login { issuer, why } => faults::login_unusable(issuer, why),
            Self::BrokenOff(why) => faults::broke_off(why),
            Self::Unknown { what, .. } | Self::Apart { what, .. } => what.clone(),
        }
    }

    /// What a person can do about it, where that can be said beside it.
    pub fn hint(&self) -> Option<&Told> {
        match self {
            Self::Unknown { hint, .. } | Self::Apart { hint, .. } => hint.as_ref(),
            _ => None,
        }
    }

    /// Both in one line of the language.
    pub fn said(&self, language: Language) -> String {
        let what = told(language, &self.told());
        self.hint().map_or_else(|| what.clone(), |hint| format!("{what} ({})", told(language, hint)))
    }

    fn unknown(what: Told) -> Self {
        Self::Unknown { what, hint: None }
    }

    fn hinted(what: Told, hint: Told) -> Self {
        Self::Unknown { what, hint: Some(hint) }
    }

    fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), why: faults::io(error) }
    }
}

/// The catalogue with the configuration's own metrics. It is handed to every thread that computes and lives as long as the
/// process does; formulas change a few times a year.
fn catalog_of(config: &Config) -> &'static Catalog {
    if config.formulas.is_empty() { Catalog::builtin() } else { Box::leak(Box::new(config.catalog())) }
}

impl App {
    /// Opens store and state, and reads templates and fonts.
    ///
    /// # Errors
    /// When one of them cannot be opened.
    pub async fn open(config: Config, opening: Opening) -> Result<Self, PipelineError> {
        let look = match &opening.reports_folder {
            Some(folder) => Look::with_folder(folder)?,
            None => Look::builtin(),
        };
        let environment = opening.environment;
        let catalog = catalog_of(&config);
        let password = resolved(faults::secret_state(), config.state.password.as_ref(), &environment)?;
        let key = resolved(faults::secret_key(), config.key.as_ref(), &environment)?;
        let state = Box::pin(State::open(&config.state.url, password.as_ref(), key.as_ref())).await?;
        let store = of_configuration(Box::pin(Store::open(&config.data, &config.organisation.id)).await?, &config);
        Ok(Self {
            config: Arc::new(config),
            catalog,
            store,
            state,
            look: Arc::new(look),
            limits: opening.limits,
            notices: opening.notices,
            worker: format!("{}-{:08x}", std::process::id(), rand::random::<u32>()),
            source: opening.source,
            faults: None,
            apart: None,
            environment,
            sights: Arc::default(),
            posts: Arc::default(),
            coverage: Arc::default(),
        })
    }

    /// The words in the organisation's language.
    fn words(&self) -> &'static Words {
        Words::builtin(self.config.organisation.language)
    }

    fn limits(&self, platform: Platform) -> Limits {
        self.limits.clone().unwrap_or_else(|| Limits::of(platform))
    }

    /// The secret that the reference names.
    fn secret(&self, what: Told, reference: &SecretRef) -> Result<Secret, PipelineError> {
        resolve(what, reference, &self.environment)
    }

    fn lookup(&self, name: &str) -> Option<String> {
        (self.environment)(name)
    }
}

fn resolve(what: Told, reference: &SecretRef, environment: &Environment) -> Result<Secret, PipelineError> {
    let secret = reference.resolve(&|name| environment(name));
    secret.map_err(|error| PipelineError::Secret { what, why: error.told() })
}

/// The store with what the configuration says of it: for how long rows are kept, and whose files are believed first.
fn of_configuration(store: Store, config: &Config) -> Store {
    let by_files = config.channels.iter().filter(|channel| channel.by_files).map(|channel| channel.id.clone());
    store.keeping(weed::kept(config)).with_files_first(by_files)
}

/// The secret that the reference names, where there is one.
fn resolved(
    what: Told,
    reference: Option<&SecretRef>,
    environment: &Environment,
) -> Result<Option<Secret>, PipelineError> {
    reference.map(|reference| resolve(what, reference, environment)).transpose()
}

/// Runs work that computes for a while on a thread where that disturbs nobody.
async fn computing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PipelineError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PipelineError::BrokenOff(error.to_string()))
}
