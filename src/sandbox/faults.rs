//! Everything that can go wrong, on demand.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::ask::Ask;
use crate::model::Platform;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The token has run out.
    ExpiredToken,
    /// The token was withdrawn; with `times` 1 it works again the next time.
    RevokedToken,
    /// The person behind the token has lost the role on the Page.
    RoleLost,
    /// A permission is missing.
    MissingPermission,
    /// Too many questions; no word of how long to wait.
    Throttled,
    /// Meta's business-use-case limit, with the minutes to wait in a header.
    BusinessThrottled {
        /// The minutes.
        minutes: u32,
    },
    /// Everything works, but the usage headers say so much of the budget is gone.
    UsageAt {
        /// Per cent.
        percent: u32,
    },
    /// A request that names this metric is refused as a whole.
    DeadMetric {
        /// The metric.
        metric: String,
    },
    /// A request that names this field is refused as a whole.
    RemovedField {
        /// The field.
        field: String,
    },
    /// "Please reduce the amount of data" for pages with more rows than this.
    TooMuch {
        /// The largest page that works.
        above: u32,
    },
    /// The platform's own trouble; passes.
    Transient,
    /// The short form of an error: a code and a message only.
    ShortError,
    /// The object was deleted, or cannot be seen.
    ObjectGone,
    /// The media is older than the professional account.
    OldMedia,
    /// Too few people saw the story.
    FewViewers,
    /// Blocked as abusive.
    Blocked,
    /// The version is not served (LinkedIn 426); Meta serves its oldest one and says so in a header.
    VersionGone,
    /// Any status with a text body.
    Status {
        /// The status.
        code: u16,
    },
    /// JSON that ends in the middle.
    Truncated,
    /// A login page.
    Html,
    /// The body comes in small pieces, this long apart.
    Drip {
        /// Between two pieces.
        milliseconds: u64,
    },
    /// The connection breaks before the answer.
    Reset,
    /// A body of this size.
    Huge {
        /// The size.
        megabytes: u32,
    },
    /// Every page names the first as its next.
    PagingLoop,
    /// The next page lies on another host.
    ForeignNext {
        /// The host.
        host: String,
    },
    /// The first page is empty and still names a next one.
    EmptyPageWithNext,
    /// Each page begins with the last row of the page before.
    DuplicatePosts,
    /// Numbers are written as strings.
    NumbersAsStrings,
    /// Values are null.
    NullValues,
    /// These keys are left out wherever they stand.
    MissingKeys {
        /// The keys.
        keys: Vec<String>,
    },
    /// Every third day or row is left out.
    MissingRows,
    /// Nothing, with status 200.
    EmptyData,
    /// An item of a batch is null.
    BatchNull,
    /// LinkedIn's privacy budget is used up: zeros, with the day of renewal.
    PrivacyBudget,
}

/// A fault and when it happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Only on this platform.
    #[serde(default)]
    pub platform: Option<Platform>,
    /// Only for questions that hold this account's id.
    #[serde(default)]
    pub account: Option<String>,
    /// Only for questions that hold this text in path, query or form.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Not for the first so many questions that match.
    #[serde(default)]
    pub skip: u32,
    /// Only so many times; none: always.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    /// A fault that happens always and everywhere.
    pub fn always(kind: FaultKind) -> Self {
        Self { kind, platform: None, account: None, endpoint: None, skip: 0, times: None }
    }

    /// Only on the platform.
    #[must_use]
    pub fn on(mut self, platform: Platform) -> Self {
        self.platform = Some(platform);
        self
    }

    /// Only for the account.
    #[must_use]
    pub fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    /// Only for questions that hold the text.
    #[must_use]
    pub fn at(mut self, endpoint: &str) -> Self {
        self.endpoint = Some(endpoint.to_owned());
        self
    }

    /// Only so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn matches(&self, ask: &Ask) -> bool {
        let line = ask.line();
        self.platform.is_none_or(|platform| platform == ask.platform)
            && [&self.account, &self.endpoint].into_iter().flatten().all(|text| line.contains(text.as_str()))
    }
}

/// Everything that is to go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// The faults, the first that fits a question first.
    pub faults: Vec<Fault>,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// These go wrong.
    pub fn of(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: faults.into_iter().collect() }
    }
}

/// Faults with the count of how often each was met.
#[derive(Debug, Default)]
pub(crate) struct Armed(Mutex<Vec<(Fault, u32)>>);

impl Armed {
    pub(crate) fn new(faults: Faults) -> Self {
        Self(Mutex::new(faults.faults.into_iter().map(|fault| (fault, 0)).collect()))
    }

    /// Puts other faults in the place of these.
    pub(crate) fn replace(&self, faults: Faults) {
        if let Ok(mut armed) = self.0.lock() {
            *armed = faults.faults.into_iter().map(|fault| (fault, 0)).collect();
        }
    }

    /// The faults as they were given.
    pub(crate) fn list(&self) -> Faults {
        Faults {
            faults: self
                .0
                .lock()
                .map(|armed| armed.iter().map(|(fault, _)| fault.clone()).collect())
                .unwrap_or_default(),
        }
    }

    /// What goes wrong with this question.
    pub(crate) fn met_by(&self, ask: &Ask) -> Vec<FaultKind> {
        let Ok(mut armed) = self.0.lock() else { return Vec::new() };
        let mut met = Vec::new();
        for (fault, count) in armed.iter_mut() {
            if !fault.matches(ask) || !concerns(&fault.kind, ask) {
                continue;
            }
            *count += 1;
            let turn = *count - 1;
            if turn >= fault.skip && fault.times.is_none_or(|times| turn - fault.skip < times) {
                met.push(fault.kind.clone());
            }
        }
        met
    }
}

/// Whether a fault has anything to do with a question: one about a metric needs a question that names it.
fn concerns(kind: &FaultKind, ask: &Ask) -> bool {
    match kind {
        FaultKind::DeadMetric { metric } => named(ask, &["metric", "metricTypes", "fields"], metric),
        FaultKind::RemovedField { field } => named(ask, &["fields"], field),
        FaultKind::EmptyPageWithNext => ask.get("after").is_none() && ask.get("pageToken").is_none(),
        _ => true,
    }
}

fn named(ask: &Ask, parameters: &[&str], word: &str) -> bool {
    parameters
        .iter()
        .filter_map(|parameter| ask.get(parameter))
        .any(|value| value.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').any(|part| part == word))
}
