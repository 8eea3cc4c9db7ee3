//! From a JSON object to readings: the catalogue says which fields are numbers worth keeping and where they stand.

use serde_json::Value as Json;

use super::restli;
use crate::catalog::{Additivity, Catalog, PlatformMetric, Subject};
use crate::connectors::answer;
use crate::model::{Calendar, Granularity, Period, Platform, PostId, Reading, State, Window};

/// What a row is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// Which question it answers, as the catalogue's `ask` names it.
    pub(super) ask: &'a str,
    /// The post, for values of a post.
    pub(super) post: Option<&'a PostId>,
    pub(super) window: Window,
    pub(super) days: Period,
}

impl About<'_> {
    fn subject(self) -> Subject {
        if self.post.is_some() { Subject::Post } else { Subject::Account }
    }

    /// A reading of the metric over these days.
    pub(super) fn reading(
        self,
        metric: &str,
        dimension: Option<String>,
        (value, state): (Option<crate::model::Value>, State),
    ) -> Reading {
        Reading {
            post: self.post.cloned(),
            metric: metric.to_owned(),
            dimension,
            window: self.window,
            start: self.days.start(),
            end: self.days.end(),
            value,
            state,
        }
    }

    /// One reading per metric of the catalogue that the question can answer in this window. A missing field is `absent`
    /// where goals depend on it, and nothing where they do not (old versions lack some, and that is no gap).
    pub(super) fn readings(self, row: &Json) -> Vec<Reading> {
        metrics(self.ask, self.subject())
            .filter(|metric| metric.windows.contains(&self.window))
            .filter_map(|metric| {
                let found = field(row, &metric.name);
                (found.is_some() || matters(metric)).then(|| self.reading(&metric.name, None, judged(metric, found)))
            })
            .collect()
    }

    /// The same in a state without a value, for an object that was asked about and left out of the answer or refused.
    pub(super) fn without_value(self, state: State) -> Vec<Reading> {
        metrics(self.ask, self.subject())
            .filter(|metric| metric.windows.contains(&self.window) && matters(metric))
            .map(|metric| self.reading(&metric.name, None, (None, state)))
            .collect()
    }
}

/// The metrics that a question answers.
pub(super) fn metrics(ask: &str, subject: Subject) -> impl Iterator<Item = &'static PlatformMetric> {
    Catalog::builtin()
        .metric
        .iter()
        .filter(move |metric| metric.platform == Platform::LinkedIn && metric.subject == subject && metric.ask == ask)
}

/// The names of those on which goals depend, in one window: what a question without answer leaves open.
pub(super) fn names(ask: &str, subject: Subject, window: Window) -> Vec<String> {
    let asked = metrics(ask, subject).filter(|metric| metric.windows.contains(&window) && matters(metric));
    asked.map(|metric| metric.name.clone()).collect()
}

/// The value of a metric as the catalogue says to read it.
pub(super) fn judged(metric: &PlatformMetric, found: Option<&Json>) -> (Option<crate::model::Value>, State) {
    match metric.additivity {
        Additivity::Ratio => answer::decimal(found),
        Additivity::Additive | Additivity::Unique | Additivity::Gauge => answer::whole(found),
    }
}

/// The days of a row's `timeRange`, as returned: never those that were asked for.
pub(super) fn range(row: &Json) -> Option<Period> {
    let range = row.get("timeRange")?;
    restli::days(range.get("start")?.as_i64()?, range.get("end")?.as_i64()?)
}

/// What kind of stretch the days are: a day, a whole month, or none that we keep.
pub(super) fn window_of(days: Period) -> Option<Window> {
    if days.days() == 1 {
        return Some(Window::Day);
    }
    (days.granularity(Calendar::default()) == Some(Granularity::Month)).then_some(Window::Month)
}

fn matters(metric: &PlatformMetric) -> bool {
    metric.canonical.is_some() || !metric.also_feeds.is_empty()
}

fn field<'a>(row: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(row, |value, key| value.get(key))
}
