//! The one loop that waits for platforms: it asks, follows up, retries, slows down, bisects and stamps. Nothing else in
//! the product opens a connection to a platform. It never fails as a whole: what came is returned, beside what did not.

mod budget;
mod decide;
mod marks;
mod page;
mod redact;
mod renew;
mod run;
mod take;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::connectors::{Connector, Task, TokenFacts};
use crate::model::told::{self, Told};
use crate::model::{ChannelId, Gravity, Observation, OrganisationId, Platform, Post, Problem, Secret};
use crate::words::problems::{action, english, problem};

pub(super) use marks::{mark, missing, today};
pub use page::meta_page_token;
pub use renew::{linkedin_tokens, meta_token};

use budget::Budget;
use run::Run;

/// Where a platform is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The base: scheme, host and what stands before every path. No request ever leaves this host.
    pub base: url::Url,
    /// The platform.
    pub platform: Platform,
    /// The API version, as configured; compared with the one that answers.
    pub version: String,
}

/// How the loop proves who asks. Held here and nowhere else; never printed.
#[derive(Debug, Clone)]
pub enum Credential {
    /// Nothing: the sandbox without tokens, public data.
    Open,
    /// A token in the header `Authorization: Bearer`.
    Bearer(Secret),
    /// A token as a field of the form; every question is then sent as POST, so that it never stands in an address.
    Form {
        /// The field, e.g. `token_auth`.
        field: String,
        /// The token.
        value: Secret,
    },
    /// Meta: the token in the header, and its proof (HMAC-SHA256 with the app's secret) as a parameter.
    Meta {
        /// The token of a system user, user or Page.
        token: Secret,
        /// The app's secret; without it no proof is sent.
        app_secret: Option<Secret>,
    },
}

/// How patient the loop is. The defaults fit the real platforms; tests make everything small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many questions may be open at once, over all channels of the client.
    pub concurrent: usize,
    /// How long one answer may take, to its last byte.
    pub call_deadline: Duration,
    /// How long one channel may take.
    pub total_deadline: Duration,
    /// How large an answer may be, unpacked.
    pub body_bytes: usize,
    /// How often a question is sent at most when the platform's fault may pass.
    pub attempts: u32,
    /// The first wait before a question is sent again; doubled each time, with jitter.
    pub backoff: Duration,
    /// The longest single wait that a platform may ask for; past it the channel stops until the next run.
    pub longest_wait: Duration,
    /// How many pages of one list are read.
    pub pages: u32,
    /// Per cent of the platform's budget at which the loop slows down.
    pub slow_at: u32,
    /// Per cent at which it stops.
    pub stop_at: u32,
    /// The pause before each call while it is slow.
    pub slow_pause: Duration,
}

impl Limits {
    /// The patience that a platform needs. Matomo computes reports while one waits, and is the organisation's own server:
    /// minutes of time, and one question at once.
    pub fn of(platform: Platform) -> Self {
        match platform {
            Platform::Matomo => Self { concurrent: 1, call_deadline: Duration::from_mins(3), ..Self::default() },
            _ => Self::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrent: 4,
            call_deadline: Duration::from_mins(1),
            total_deadline: Duration::from_mins(20),
            body_bytes: 32 << 20,
            attempts: 4,
            backoff: Duration::from_secs(1),
            longest_wait: Duration::from_mins(5),
            pages: 400,
            slow_at: 75,
            stop_at: 95,
            slow_pause: Duration::from_secs(2),
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{}", english(&self.told()))]
pub enum ClientError {
    /// The base address has no host or another scheme than http and https.
    Address(String),
    /// The library for connections could not be set up.
    Setup(String),
}

impl ClientError {
    /// What is wrong, for readers of any language.
    pub fn told(&self) -> Told {
        match self {
            Self::Address(address) => told::address_unusable(address),
            Self::Setup(why) => told::connections_unusable(why),
        }
    }
}

/// One platform, ready to be asked: address, credential, patience, and the budget that all its channels share.
#[derive(Clone)]
pub struct Client {
    address: Address,
    credential: Credential,
    limits: Limits,
    http: reqwest::Client,
    open: Arc<Semaphore>,
    budget: Arc<Budget>,
}

impl Client {
    /// A client for one platform. Clones share connections, budget and the number of open questions.
    ///
    /// # Errors
    /// When the address is none, or connections cannot be set up.
    pub fn new(address: Address, credential: Credential, limits: Limits) -> Result<Self, ClientError> {
        let http = wire::http(&address.base, &limits)?;
        let open = Arc::new(Semaphore::new(limits.concurrent.max(1)));
        Ok(Self { address, credential, limits, http, open, budget: Arc::default() })
    }

    /// Where it asks.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How it proves who asks.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The same connections and budget with another credential: a refreshed token.
    #[must_use]
    pub fn with_credential(&self, credential: Credential) -> Self {
        Self { credential, ..self.clone() }
    }
}

/// What a run cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Questions sent, those sent again included. An item of a batch counts one, as the platforms count.
    pub calls: u32,
    /// Bytes of the answers, unpacked.
    pub bytes: u64,
    /// Questions sent again.
    pub retries: u32,
    /// Time spent waiting because a platform asked for it or the budget ran low.
    pub throttled: Duration,
}

/// A metric that the platform refused, found by bisecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedMetric {
    /// What was asked, in the connector's own words.
    pub ask: String,
    /// The metric.
    pub metric: String,
    /// What the platform said.
    pub why: Told,
}

/// Where a run stands, for progress bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The channel.
    pub channel: ChannelId,
    /// What is being asked.
    pub ask: String,
    /// Questions sent so far.
    pub calls: u32,
    /// Questions known to be left.
    pub pending: usize,
    /// Observations so far.
    pub observations: usize,
}

/// Everything that one channel told in one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Collected {
    /// The values, stamped.
    pub observations: Vec<Observation>,
    /// The posts, stamped.
    pub posts: Vec<Post>,
    /// What went wrong or is worth telling, in plain words.
    pub problems: Vec<Problem>,
    /// What it cost.
    pub cost: Cost,
    /// What the platform said about the token.
    pub token: Option<TokenFacts>,
    /// The metrics that the platform refused.
    pub refused_metrics: Vec<RefusedMetric>,
    /// Whether everything that was asked came, but for metrics and posts that will never come.
    pub complete: bool,
    /// Where it came from: `api:` and the version that answered.
    pub source: String,
}

/// Everything `connector` can tell about `task`, stamped with its channel, its `now` and the run. Partial on any
/// failure, with problems in plain words; a dead token stops only this channel.
pub async fn collect<F>(
    client: &Client,
    connector: &dyn Connector,
    task: &Task,
    run: &str,
    organisation: &OrganisationId,
    progress: F,
) -> Collected
where
    F: Fn(Progress) + Send + Sync,
{
    let mut job = Run::new(client, connector, task, connector.plan(task));
    job.work(&progress).await;
    job.finish(run, organisation)
}

/// Whether a channel can be asked, and for how long.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProbeResult {
    /// Whether the platform answered for this channel.
    pub reachable: bool,
    /// What it said about the token.
    pub token: Option<TokenFacts>,
    /// Whole days until the token or the consent to the data ends, whichever comes first; none: no end known.
    pub days_left: Option<i64>,
    /// Permissions that the connector needs and the token lacks, by the platform's names.
    pub missing: Vec<String>,
    /// What a person should know or do.
    pub problems: Vec<Problem>,
}

/// Asks what `genomslag check` wants to know: token valid, days left, missing permissions by name.
pub async fn probe(client: &Client, connector: &dyn Connector, task: &Task) -> ProbeResult {
    let mut job = Run::new(client, connector, task, connector.probe(task));
    job.work(&|_| {}).await;
    let reachable = job.answered > 0 && !job.closed;
    let collected = job.finish("check", &OrganisationId::from("check"));
    let mut result =
        ProbeResult { reachable, token: collected.token, problems: collected.problems, ..ProbeResult::default() };
    if let Some(token) = &result.token {
        let end = [token.expires, token.data_access_expires].into_iter().flatten().min();
        result.days_left = end.map(|end| (end - task.now).num_days());
        if !token.scopes.is_empty() {
            let has = |name: &&&str| !token.scopes.iter().any(|scope| scope == **name);
            result.missing = connector.permissions().iter().filter(has).map(|name| (*name).to_owned()).collect();
        }
    }
    let subject = task.channel.id.as_str();
    for name in &result.missing {
        result.problems.push(action(subject, told::token_lacks(name), told::mend_permission_renew(name)));
    }
    if let Some(days) = result.days_left.filter(|days| *days <= 30) {
        let gravity = if days <= 7 { Gravity::Action } else { Gravity::Warning };
        let remedy = Some(told::mend_renew_before());
        result.problems.push(problem(subject, gravity, told::token_ends(days), remedy));
    }
    result
}
