//! What was asked and did not come: written down as such, so that absent is never taken for zero or for not asked.

use chrono::NaiveDate;

use crate::connectors::{Request, Task};
use crate::model::{Period, Reading, State, Window};

/// The platform's day on which the run takes place.
pub(in crate::connectors) fn today(task: &Task) -> NaiveDate {
    task.now.with_timezone(&task.channel.zone).date_naive()
}

/// One reading without a value: of the post's counters, of the window that was asked for as a whole, of the one day that
/// was asked for, or of the day of the run.
pub(in crate::connectors) fn mark(task: &Task, request: &Request, metric: &str, state: State) -> Reading {
    let today = today(task);
    let now = Period::day(today);
    let (window, days) = match (&request.post, window_of(request)) {
        (Some(_), _) => (Window::Lifetime, now),
        // A refused metric is refused today, whatever day was asked for; what is absent is absent on its own day.
        (None, Some(placed)) if state != State::Refused => placed,
        (None, _) => (Window::Day, now),
    };
    Reading {
        post: request.post.clone(),
        metric: metric.to_owned(),
        dimension: None,
        window,
        start: days.start(),
        end: days.end(),
        value: None,
        state,
    }
}

/// The one window that a question is about, where it is about one.
fn window_of(request: &Request) -> Option<(Window, Period)> {
    let span = request.span?;
    let day = (span.days() == 1).then_some(Window::Day);
    Some((request.window.or(day)?, span))
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

/// Whether the one day, window or post that a missing metric belongs to is known.
pub(in crate::connectors) fn has_its_place(request: &Request) -> bool {
    request.post.is_some() || window_of(request).is_some()
}
