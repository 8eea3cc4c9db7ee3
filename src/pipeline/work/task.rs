//! What a job says.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{ChannelId, Language, Period, ReportKind, UnitId};
use crate::state::NewJob;

/// A report that a person wants now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeWish {
    /// What the wish is found again by: chosen with the form, so that a form that is sent twice is one wish.
    pub ticket: String,
    /// The report of the configuration, where it is one.
    pub spec: Option<String>,
    /// Its kind.
    pub kind: ReportKind,
    /// Its language.
    pub language: Language,
    /// Only this unit.
    pub unit: Option<UnitId>,
    /// What it covers.
    pub period: Period,
    /// Sections to leave out.
    pub without: Vec<String>,
    /// Who wants it.
    pub by: String,
}

/// What a job says is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Fetch what is new.
    Fetch {
        /// Only from these; none named: all.
        channels: Vec<ChannelId>,
    },
    /// Send the draft of a report to its owner.
    Draft {
        /// The report of the configuration.
        report: String,
        /// The instant at which the report itself is to go.
        instant: DateTime<Utc>,
    },
    /// Make and send a report.
    Report {
        /// The report of the configuration.
        report: String,
        /// The instant that it answers.
        instant: DateTime<Utc>,
    },
    /// Make a report that a person wants now, and keep it; nothing is sent.
    Make(MakeWish),
    /// Send what was put off or left behind.
    Outbox,
    /// Look everything through, and tell whoever should know.
    Alerts,
    /// Put small files together.
    Compact,
    /// Remove what the decisions on retention say.
    Weed,
}

impl Task {
    /// The word for its kind, as the queue and the metrics know it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Fetch { .. } => "fetch",
            Self::Draft { .. } => "draft",
            Self::Report { .. } => "report",
            Self::Make(_) => "make",
            Self::Outbox => "outbox",
            Self::Alerts => "alerts",
            Self::Compact => "compact",
            Self::Weed => "weed",
        }
    }

    /// Mails and reports go before what can wait.
    fn priority(&self) -> i64 {
        match self {
            // Somebody sits and waits.
            Self::Make(_) => 50,
            Self::Outbox => 40,
            Self::Report { .. } | Self::Draft { .. } => 30,
            Self::Fetch { .. } => 20,
            Self::Alerts => 10,
            Self::Compact | Self::Weed => 0,
        }
    }

    /// How often it is tried: with back-off, ten times are a day and a half.
    fn attempts(&self) -> u32 {
        match self {
            Self::Report { .. } | Self::Draft { .. } => 10,
            Self::Fetch { .. } => 5,
            Self::Outbox | Self::Alerts | Self::Compact | Self::Weed => 3,
            // Whoever waits is told what went wrong, and can ask again.
            Self::Make(_) => 1,
        }
    }

    /// The job that says so; `key` is what "the same job" is.
    pub fn job(&self, key: String, run_at: DateTime<Utc>) -> NewJob {
        NewJob {
            kind: self.kind().to_owned(),
            payload: serde_json::to_value(self).unwrap_or_default(),
            key,
            run_at,
            priority: self.priority(),
            max_attempts: self.attempts(),
        }
    }
}

/// What "the same job" is: what wanted it, and for which instant.
pub(in crate::pipeline) fn key(of: &str, instant: DateTime<Utc>) -> String {
    format!("{of} {}", instant.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_the_same_after_the_queue() {
        let instant = "2026-11-18T06:00:00Z".parse().expect("an instant");
        let tasks = [
            Task::Fetch { channels: vec!["fb".into()] },
            Task::Report { report: "vecka".to_owned(), instant },
            Task::Make(MakeWish {
                ticket: "a1".to_owned(),
                spec: Some("vecka".to_owned()),
                kind: ReportKind::Weekly,
                language: Language::Swedish,
                unit: Some("kultur".into()),
                period: Period::day(instant.date_naive()),
                without: vec!["channels".to_owned()],
                by: "a@b.example".to_owned(),
            }),
            Task::Outbox,
        ];
        for task in tasks {
            let job = task.job(key("x", instant), instant);
            assert_eq!(serde_json::from_value::<Task>(job.payload).expect("a task"), task);
        }
        assert_eq!(key("report/vecka", instant), "report/vecka 2026-11-18T06:00:00Z");
    }
}
