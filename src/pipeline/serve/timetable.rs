//! Everything that happens by the clock: what, when, how early, and what is done about times that passed unseen.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::{Config, cron_expression};
use crate::model::told::faults;
use crate::model::{Approval, ChannelId};
use crate::pipeline::PipelineError;
use crate::pipeline::schedule::LocalSchedule;
use crate::pipeline::work::Task;

/// The owner sees the draft so long before the report goes.
const DRAFT_LEAD: TimeDelta = TimeDelta::hours(24);

/// What is done about an instant that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catch {
    /// It becomes a job.
    Run,
    /// It came too late, and somebody is told.
    Tell,
    /// A later one does its work.
    Pass,
}

/// What is done about times that passed unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lateness {
    /// Each has a meaning of its own: it is caught up within this time, else told.
    Each(TimeDelta),
    /// The latest does the work of all before it, however late.
    Latest,
    /// Too late is too late, and no harm.
    Never(TimeDelta),
}

/// One thing that happens by the clock.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name in the state: with the expression, so that a changed schedule is a new one.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How long before the schedule's instant it happens.
    pub lead: TimeDelta,
    schedule: LocalSchedule,
    lateness: Lateness,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Fetch(Vec<ChannelId>),
    Draft(String),
    Report(String),
    Alerts,
    Compact,
    Weed,
}

impl Entry {
    fn new(config: &Config, name: &str, written: &str, lateness: Lateness, what: What) -> Result<Self, PipelineError> {
        let unreadable =
            |why: String| PipelineError::hinted(faults::schedule_wrong(name, why), faults::mend_schedule());
        let expression = cron_expression(written).map_err(|error| unreadable(error.to_string()))?;
        let zone = config.organisation.zone;
        let schedule = LocalSchedule::new(&expression, zone).map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            id: format!("{name} @ {expression} {zone}"),
            name: name.to_owned(),
            lead: TimeDelta::zero(),
            schedule,
            lateness,
            what,
        })
    }

    /// The schedule's instants that are due now, after the last that was dealt with, ascending.
    pub fn due(&self, after: DateTime<Utc>, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let until = now + self.lead;
        if after >= until { Vec::new() } else { self.schedule.between(after, until) }
    }

    /// When it happens next, after the schedule's instant that was dealt with last.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.schedule.next(after).map(|instant| instant - self.lead)
    }

    /// What is done about each of the instants that are due.
    pub fn sorted(&self, due: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Catch)> {
        let last = due.last().copied();
        let fate = |instant: DateTime<Utc>| {
            let late = now - (instant - self.lead);
            match self.lateness {
                Lateness::Each(grace) if late <= grace => Catch::Run,
                Lateness::Each(_) => Catch::Tell,
                Lateness::Latest if Some(instant) == last => Catch::Run,
                Lateness::Never(grace) if late <= grace => Catch::Run,
                Lateness::Latest | Lateness::Never(_) => Catch::Pass,
            }
        };
        due.iter().map(|instant| (*instant, fate(*instant))).collect()
    }

    /// The task for one of its instants.
    pub fn task(&self, instant: DateTime<Utc>) -> Task {
        match &self.what {
            What::Fetch(channels) => Task::Fetch { channels: channels.clone() },
            What::Draft(report) => Task::Draft { report: report.clone(), instant },
            What::Report(report) => Task::Report { report: report.clone(), instant },
            What::Alerts => Task::Alerts,
            What::Compact => Task::Compact,
            What::Weed => Task::Weed,
        }
    }
}

/// Everything that happens by the clock.
#[derive(Debug, Clone)]
pub struct Timetable {
    entries: Vec<Entry>,
}

impl Timetable {
    /// The timetable of a configuration.
    ///
    /// # Errors
    /// When a schedule cannot be read, which the configuration has checked already.
    pub fn of(config: &Config) -> Result<Self, PipelineError> {
        let hour = TimeDelta::hours(1);
        let mut entries = Vec::new();
        let everything = What::Fetch(Vec::new());
        entries.push(Entry::new(config, "fetch", &config.fetch.schedule, Lateness::Latest, everything)?);
        let stories = config.channels.iter().filter(|channel| channel.stories);
        let stories: Vec<ChannelId> = stories.map(|channel| channel.id.clone()).collect();
        if !stories.is_empty() {
            let what = What::Fetch(stories);
            entries.push(Entry::new(config, "stories", &config.fetch.stories, Lateness::Latest, what)?);
        }
        let grace = TimeDelta::hours(i64::from(config.serve.grace_hours));
        for report in &config.reports {
            let Some(written) = &report.schedule else { continue };
            if report.approve == Approval::Owner {
                let name = format!("draft/{}", report.id);
                let what = What::Draft(report.id.clone());
                // Later than the report itself there is nothing to ask.
                let entry = Entry::new(config, &name, written, Lateness::Never(DRAFT_LEAD - hour), what)?;
                entries.push(Entry { lead: DRAFT_LEAD, ..entry });
            }
            let name = format!("report/{}", report.id);
            let what = What::Report(report.id.clone());
            entries.push(Entry::new(config, &name, written, Lateness::Each(grace), what)?);
        }
        entries.push(Entry::new(config, "alerts", &config.alerts.schedule, Lateness::Latest, What::Alerts)?);
        entries.push(Entry::new(config, "compact", &config.serve.compact, Lateness::Latest, What::Compact)?);
        if !config.retention.is_empty() {
            entries.push(Entry::new(config, "retention", &config.serve.retention, Lateness::Latest, What::Weed)?);
        }
        Ok(Self { entries })
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What happens next, by name, soonest first.
    pub fn upcoming(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, String)> {
        let next = |entry: &Entry| Some((entry.next(now + entry.lead)?, entry.name.clone()));
        let mut upcoming: Vec<_> = self.entries.iter().filter_map(next).collect();
        upcoming.sort();
        upcoming
    }
}
