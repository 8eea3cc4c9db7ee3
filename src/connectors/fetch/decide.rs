//! What becomes of a refusal: again, smaller, without the dead metric, or not at all.

use std::time::Duration;

use super::RefusedMetric;
use super::marks::mark_all;
use super::redact::redact;
use super::run::Run;
use crate::connectors::{Refusal, Request, TokenFacts};
use crate::model::{Gravity, State};

/// What to do after a fault.
pub(super) enum Step {
    Again,
    Done,
    Stop,
}

/// How often a question was sent, by reason.
#[derive(Default)]
pub(super) struct Tries {
    pub(super) sent: u32,
    unreadable: u32,
    too_much: u32,
}

impl Run<'_> {
    pub(super) async fn unreadable(&mut self, request: &Request, what: &str, tries: &mut Tries) -> Step {
        tries.unreadable += 1;
        if tries.unreadable < 2 && tries.sent < self.client.limits.attempts {
            self.back_off(request, tries.sent).await;
            return Step::Again;
        }
        self.give_up(request, State::Unreadable, &format!("an answer could not be understood: {what}"))
    }

    /// Writes down that a question stays without answer, and goes on with what can be asked without it.
    fn give_up(&mut self, request: &Request, state: State, what: &str) -> Step {
        self.out.complete = false;
        self.enqueue(self.connector.instead(self.task, request));
        let marks = mark_all(self.task, request, state);
        self.keep(marks);
        self.tell(Gravity::Warning, &format!("{what} (asked for: {})", request.ask), None);
        Step::Done
    }

    pub(super) async fn decide(&mut self, request: &mut Request, refusal: Refusal, tries: &mut Tries) -> Step {
        if tries.sent < 2 && self.connector.doubts(&refusal) {
            self.back_off(request, tries.sent).await;
            return Step::Again;
        }
        match refusal {
            Refusal::TokenDead(what) => {
                self.closed = true;
                self.out.token.get_or_insert_with(TokenFacts::default).valid = Some(false);
                self.tell(Gravity::Action, &format!("the token is dead: {what}"), Some("connect the channel again"));
                Step::Stop
            }
            Refusal::Version(what) => {
                self.closed = true;
                let mend = "set a version that the platform serves in the configuration";
                self.tell(Gravity::Action, &format!("the API version is not served: {what}"), Some(mend));
                Step::Stop
            }
            Refusal::Throttled { wait, what } => self.throttled(request, wait, &what, tries).await,
            Refusal::Transient(what) => {
                if tries.sent >= self.client.limits.attempts {
                    let what = format!("no answer after {} attempts: {what}", tries.sent);
                    return self.give_up(request, State::Unreadable, &what);
                }
                self.back_off(request, tries.sent).await;
                Step::Again
            }
            Refusal::TooMuch(what) => self.too_much(request, &what, tries).await,
            Refusal::BadMetric(what) => self.bisect(request, &what),
            other => self.refused_for_good(request, other),
        }
    }

    async fn throttled(&mut self, request: &Request, wait: Option<Duration>, what: &str, tries: &Tries) -> Step {
        let doubled = self.client.limits.backoff.saturating_mul(1 << tries.sent.min(10));
        let wait = wait.unwrap_or(doubled);
        if tries.sent < self.client.limits.attempts && self.may_wait(wait) {
            tracing::debug!(channel = %self.task.channel.id, ask = request.ask, seconds = wait.as_secs(), "throttled");
            self.pause(wait).await;
            return Step::Again;
        }
        let what = format!("the platform asks to wait ({what}); the rest comes with the next run");
        self.tell(Gravity::Warning, &what, None);
        Step::Stop
    }

    /// The same again, twice; then half the page, down to one row; then fewer metrics.
    async fn too_much(&mut self, request: &mut Request, what: &str, tries: &mut Tries) -> Step {
        tries.too_much += 1;
        if tries.too_much <= 2 && request.items.is_empty() {
            self.back_off(request, tries.too_much).await;
            return Step::Again;
        }
        if let Some(limit) = request.limit.filter(|limit| *limit > 1)
            && let Some(smaller) = self.connector.with_limit(request, limit / 2)
        {
            self.smaller.insert(request.ask.clone(), limit / 2);
            *request = smaller;
            return Step::Again;
        }
        match self.halves(request) {
            Some(halves) => {
                self.put_first(halves);
                Step::Done
            }
            None => self.give_up(request, State::Unreadable, &format!("the platform cannot give so much: {what}")),
        }
    }

    /// A batch is taken apart; a question with several metrics is halved.
    fn halves(&self, request: &Request) -> Option<Vec<Request>> {
        if !request.items.is_empty() {
            let token = &request.token;
            return Some(request.items.iter().map(|item| Request { token: token.clone(), ..item.clone() }).collect());
        }
        if request.metrics.len() < 2 {
            return None;
        }
        let (first, second) = request.metrics.split_at(request.metrics.len() / 2);
        Some(vec![self.connector.with_metrics(request, first)?, self.connector.with_metrics(request, second)?])
    }

    fn bisect(&mut self, request: &Request, what: &str) -> Step {
        if let Some(halves) = self.halves(request) {
            self.put_first(halves);
            return Step::Done;
        }
        // A list is worth reading without the metric: its posts are.
        if request.span.is_none() && request.post.is_none() && !request.metrics.is_empty() {
            let bare = self.connector.with_metrics(request, &[]);
            self.enqueue(bare.into_iter().collect());
        }
        for metric in &request.metrics {
            self.refused.entry(request.ask.clone()).or_default().insert(metric.clone());
            let why = redact(what, &self.secrets);
            self.tell(Gravity::Warning, &format!("the platform refuses `{metric}` ({}): {why}", request.ask), None);
            self.out.refused_metrics.push(RefusedMetric { ask: request.ask.clone(), metric: metric.clone(), why });
        }
        if request.metrics.is_empty() {
            return self.give_up(request, State::Refused, &format!("the platform refuses a question: {what}"));
        }
        self.keep(mark_all(self.task, request, State::Refused));
        Step::Done
    }

    fn refused_for_good(&mut self, request: &Request, refusal: Refusal) -> Step {
        if let Some(items) = self.halves(request).filter(|_| !request.items.is_empty()) {
            // The batch as a whole was refused: each question on its own may still be answered.
            self.put_first(items);
            return Step::Done;
        }
        match refusal {
            Refusal::Suppressed(_) => {
                self.keep(mark_all(self.task, request, State::Suppressed));
            }
            Refusal::ObjectGone(what) => {
                self.keep(mark_all(self.task, request, State::Refused));
                match &request.post {
                    Some(post) => drop(self.gone.insert(post.clone())),
                    None => {
                        return self.give_up(request, State::Refused, &format!("the object does not answer: {what}"));
                    }
                }
            }
            Refusal::Forbidden { permission, what } => {
                self.closed = true;
                self.out.complete = false;
                self.enqueue(self.connector.instead(self.task, request));
                self.keep(mark_all(self.task, request, State::Refused));
                let mend = match &permission {
                    Some(name) => format!("give the app and the token the permission `{name}`"),
                    None => "check the token's permissions and the role on the account".to_owned(),
                };
                self.tell(Gravity::Action, &format!("no permission for {}: {what}", request.ask), Some(&mend));
            }
            Refusal::Failed(what) => return self.give_up(request, State::Unreadable, &format!("refused: {what}")),
            _ => {}
        }
        Step::Done
    }
}
