//! How platforms are asked and understood. A connector never waits: `plan`, `read` and `explain` are plain functions,
//! tested with recorded answers. Everything that waits is the one loop in `fetch`.

mod answer;
pub mod facebook;
pub mod fetch;
mod graph;
pub mod instagram;
pub mod linkedin;
pub mod matomo;

pub use graph::consent as meta_consent;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::model::told::{self, Told};
use crate::model::{Channel, LinkedInDoor, Period, Platform, PostFormat, PostId, Reading, Secret, Window};
use crate::words::problems::english;

/// What one run wants to know of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The channel.
    pub channel: Channel,
    /// The platform's days whose series are asked for: the back-fill on the first run, the refetch span later.
    /// A connector narrows it to what the platform really gives, and cuts it into slices.
    pub days: Period,
    /// Whole periods (ISO weeks, months) for which unique counts and totals are asked as one window.
    pub windows: Vec<Period>,
    /// Posts published on or after this day are listed and their values read.
    pub posts_since: NaiveDate,
    /// The time of the run.
    pub now: DateTime<Utc>,
    /// The API version to ask for, as configured.
    pub version: String,
}

/// Stands in the form of a POST where the loop writes the credential's own token. In addresses it means nothing.
pub const TOKEN_MARK: &str = "{token}";

/// The way a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Default)]
pub enum Method {
    /// GET with a query.
    #[default]
    Get,
    /// POST with a form body (Matomo, Meta's batch).
    Post,
}

/// One question to a platform. Holds no host and no token of the configuration: the loop adds both.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Request {
    /// What is asked, in the connector's own words; `read` goes by it.
    pub ask: String,
    /// GET or POST.
    pub method: Method,
    /// The path below the platform's base address, percent-encoded where the platform wants it.
    pub path: String,
    /// The query, or the form of a POST; encoded by the loop.
    pub query: Vec<(String, String)>,
    /// A query that is sent exactly as it stands (Rest.li: parentheses raw, values encoded).
    pub raw_query: Option<String>,
    /// Headers that only this platform wants, e.g. `LinkedIn-Version`.
    pub headers: Vec<(&'static str, String)>,
    /// The metrics that the request asks for: what a rejected batch is bisected over.
    pub metrics: Vec<String>,
    /// The stretch of days that the request asks for, where it has one.
    pub span: Option<Period>,
    /// What kind of window the stretch is, where it is counted as a whole; none for a series of days.
    pub window: Option<Window>,
    /// The post that the request is about.
    pub post: Option<PostId>,
    /// How many rows a page may have, where the platform takes such a number: halved when it says "too much".
    pub limit: Option<u32>,
    /// A token read from an answer (a Page's). Never printed.
    #[serde(skip)]
    pub token: Option<Secret>,
    /// The questions that are sent together in this one (Meta's batch); empty for all others.
    pub items: Vec<Request>,
}

impl Request {
    /// A GET in the connector's own words, with everything else empty.
    pub fn get(ask: &str, path: impl Into<String>) -> Self {
        Self { ask: ask.to_owned(), path: path.into(), ..Self::default() }
    }

    /// The same as a POST with a form.
    pub fn post(ask: &str, path: impl Into<String>) -> Self {
        Self { method: Method::Post, ..Self::get(ask, path) }
    }

    /// With one more pair in the query (or form).
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.query.push((key.to_owned(), value.into()));
        self
    }

    /// With another value for a key of the query (or form): in place where the key stands, else at the end.
    #[must_use]
    pub fn with_value(mut self, key: &str, value: impl Into<String>) -> Self {
        match self.query.iter_mut().find(|(name, _)| name == key) {
            Some(pair) => pair.1 = value.into(),
            None => self.query.push((key.to_owned(), value.into())),
        }
        self
    }

    /// The value of a key of the query (or form).
    pub fn value(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// A post as a platform tells it, without channel and time of reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostReading {
    /// The platform's id.
    pub id: PostId,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// What kind it is.
    pub format: PostFormat,
    /// Its own text, plain; people's names in mentions replaced.
    pub text: String,
    /// Where it can be read.
    pub permalink: Option<String>,
    /// Where it leads.
    pub link: Option<String>,
}

/// What a platform says about the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct TokenFacts {
    /// Whether it works.
    pub valid: Option<bool>,
    /// When it dies; `None` with `never_expires` for those that do not.
    pub expires: Option<DateTime<Utc>>,
    /// Whether it has no expiry.
    pub never_expires: bool,
    /// When consent to the data ends (Meta's `data_access_expires_at`).
    pub data_access_expires: Option<DateTime<Utc>>,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// What one answer says, and what to ask next.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Reply {
    /// The values.
    pub readings: Vec<Reading>,
    /// The posts.
    pub posts: Vec<PostReading>,
    /// Follow-up questions: the next page, insights of each post, the same with a Page's token.
    pub next: Vec<Request>,
    /// What it says about the token.
    pub token: Option<TokenFacts>,
    /// Things worth telling, e.g. that a privacy budget is used up until 2026-12-01.
    pub notices: Vec<Told>,
    /// What could not be read to its end: the run is then not complete.
    pub gaps: Vec<Told>,
    /// The hosts of the addresses that the answer gives for its next pages. They are never followed; the loop reports
    /// those that are neither the configured host nor one of `Connector::hosts`.
    pub hosts: Vec<String>,
}

/// An answer that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not the format that was expected: truncated JSON, HTML of a login page.
    #[error("the answer is not what the platform documents: {}", english(.0))]
    Shape(Told),
    /// The platform refused inside an answer with status 200 (Matomo, items of Meta's batch).
    #[error("the platform refused within its answer")]
    Refused(Refusal),
}

/// Why the platform said no: exactly the cases that the loop treats differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Refusal {
    /// The token is dead: everything of this token stops, a person has to connect again.
    TokenDead(Told),
    /// Too many questions: the scope waits.
    Throttled {
        /// How long, where the platform says so.
        wait: Option<Duration>,
        /// What it says.
        what: Told,
    },
    /// A permission or role is missing, by its name.
    Forbidden {
        /// The permission or role, where it can be told.
        permission: Option<String>,
        /// What it says.
        what: Told,
    },
    /// One of the metrics (or fields) asked for is refused: bisect.
    BadMetric(Told),
    /// Too much asked for at once: the same again, then a smaller page.
    TooMuch(Told),
    /// This object will never answer (older than the professional account, deleted): leave it, keep going.
    ObjectGone(Told),
    /// A number too small to be shown.
    Suppressed(Told),
    /// The API version is not served: configuration must change.
    Version(Told),
    /// The platform's fault, may pass: try again later.
    Transient(Told),
    /// Anything else; not tried again.
    Failed(Told),
}

impl Refusal {
    /// What the platform said, or what its answer means.
    pub fn told(&self) -> &Told {
        match self {
            Self::Throttled { what, .. }
            | Self::Forbidden { what, .. }
            | Self::TokenDead(what)
            | Self::BadMetric(what)
            | Self::TooMuch(what)
            | Self::ObjectGone(what)
            | Self::Suppressed(what)
            | Self::Version(what)
            | Self::Transient(what)
            | Self::Failed(what) => what,
        }
    }
}

/// How one platform is asked and understood.
pub trait Connector: Send + Sync {
    /// The first requests of a run, gauges first.
    fn plan(&self, task: &Task) -> Vec<Request>;

    /// What one answer says, and what to ask next.
    ///
    /// # Errors
    /// When the body is not what the platform documents, or holds a refusal.
    fn read(&self, task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError>;

    /// Why the platform said no.
    fn explain(&self, request: &Request, status: u16, body: &[u8]) -> Refusal;

    /// The requests that tell whether the channel can be reached with this token, and what the token may do.
    /// For `genomslag check`.
    fn probe(&self, task: &Task) -> Vec<Request>;

    /// The same question for only some of its metrics, for bisecting a rejected batch; none where it cannot be divided.
    /// By default the pair `metric` (or `metrics`) of the query is written anew, if there is one.
    fn with_metrics(&self, request: &Request, metrics: &[String]) -> Option<Request> {
        if metrics.is_empty() {
            return None;
        }
        let key = ["metric", "metrics"].into_iter().find(|key| request.value(key).is_some())?;
        Some(Request { metrics: metrics.to_vec(), ..request.clone().with_value(key, metrics.join(",")) })
    }

    /// The same question with a smaller page; none where the platform takes no such number.
    /// By default the pair `limit` (LinkedIn and others: `count`) of the query is written anew, if there is one.
    fn with_limit(&self, request: &Request, limit: u32) -> Option<Request> {
        let key = ["limit", "count"].into_iter().find(|key| request.value(key).is_some())?;
        Some(Request { limit: Some(limit), ..request.clone().with_value(key, limit.to_string()) })
    }

    /// A batch with other items, where the platform takes several questions in one.
    fn with_items(&self, batch: &Request, items: Vec<Request>) -> Request {
        Request { items, ..batch.clone() }
    }

    /// What can still be asked where this question stays without an answer although others hang on it. By default nothing.
    fn instead(&self, _task: &Task, _request: &Request) -> Vec<Request> {
        Vec::new()
    }

    /// Whether the question is sent once more, after a pause, before the refusal is believed: some platforms have been seen
    /// to call a token dead that was seconds old.
    fn doubts(&self, _refusal: &Refusal) -> bool {
        false
    }

    /// The platform's own hosts, which its answers may name without being reported.
    fn hosts(&self) -> &'static [&'static str] {
        &[]
    }

    /// The permissions that the token needs, by the platform's names; `check` compares them with the token's scopes.
    fn permissions(&self) -> &'static [&'static str] {
        &[]
    }
}

/// The platforms whose figures come only as files: nothing is asked, and nothing can be read.
struct OnlyFiles;

impl Connector for OnlyFiles {
    fn plan(&self, _task: &Task) -> Vec<Request> {
        Vec::new()
    }

    fn read(&self, task: &Task, _request: &Request, _body: &[u8]) -> Result<Reply, ReadError> {
        Err(ReadError::Shape(told::only_files(task.channel.platform.title())))
    }

    fn explain(&self, _request: &Request, status: u16, _body: &[u8]) -> Refusal {
        Refusal::Failed(told::status_unasked(status))
    }

    fn probe(&self, _task: &Task) -> Vec<Request> {
        Vec::new()
    }
}

/// The connector of a channel: the one list of platforms. Those whose figures come only as files
/// ([`Platform::only_files`]) have one that asks nothing.
pub fn connector(channel: &Channel) -> &'static dyn Connector {
    match (channel.platform, channel.door) {
        (Platform::Facebook, _) => &facebook::Facebook,
        (Platform::Instagram, _) => &instagram::Instagram,
        (Platform::LinkedIn, LinkedInDoor::Community) => &linkedin::Community,
        (Platform::LinkedIn, LinkedInDoor::Dma) => &linkedin::Dma,
        (Platform::Matomo, _) => &matomo::Matomo,
        (Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own, _) => &OnlyFiles,
    }
}
