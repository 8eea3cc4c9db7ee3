//! What was asked and did not come: written down as such, so that absent is never taken for zero or for not asked.

use chrono::{Days, NaiveDate};

use crate::connectors::{Request, Task};
use crate::model::{Reading, State, Window};

/// The platform's day on which the run takes place.
pub(in crate::connectors) fn today(task: &Task) -> NaiveDate {
    task.now.with_timezone(&task.channel.zone).date_naive()
}

/// One reading without a value: of the post's counters, or of the day of the run.
pub(in crate::connectors) fn mark(task: &Task, request: &Request, metric: &str, state: State) -> Reading {
    let today = today(task);
    let (window, start) = match (&request.post, request.span.filter(|span| span.days() == 1)) {
        (Some(_), _) => (Window::Lifetime, today),
        // A refused metric is refused today, whatever day was asked for; what is absent is absent on its own day.
        (None, Some(span)) if state != State::Refused => (Window::Day, span.start()),
        (None, _) => (Window::Day, today),
    };
    Reading {
        post: request.post.clone(),
        metric: metric.to_owned(),
        dimension: None,
        window,
        start,
        end: start + Days::new(1),
        value: None,
        state,
    }
}

/// Every metric of a request that did not answer, items of a batch included.
pub(super) fn mark_all(task: &Task, request: &Request, state: State) -> Vec<Reading> {
    let questions = std::iter::once(request).chain(&request.items);
    questions.flat_map(|one| one.metrics.iter().map(|metric| mark(task, one, metric, state))).collect()
}

/// The metrics that were asked for and do not stand in the answer. A metric is there when a reading has its name, or
/// one below it (`post_activity_by_action_type.comment`). Lists are left out: a page of posts may well be empty.
pub(in crate::connectors) fn missing<'r>(request: &'r Request, readings: &[Reading]) -> Vec<&'r str> {
    if request.span.is_none() && request.post.is_none() {
        return Vec::new();
    }
    let is_of = |name: &str, metric: &str| {
        name.strip_prefix(metric).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let asked = request.metrics.iter().map(String::as_str);
    asked.filter(|metric| !readings.iter().any(|reading| is_of(&reading.metric, metric))).collect()
}

/// Whether the one day (or post) that a missing metric belongs to is known.
pub(in crate::connectors) fn has_its_place(request: &Request) -> bool {
    request.post.is_some() || request.span.is_some_and(|span| span.days() == 1)
}
