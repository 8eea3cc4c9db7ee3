//! What becomes of a refusal: again, smaller, without the dead metric, or not at all.

use std::time::Duration;

use super::RefusedMetric;
use super::marks::mark_all;
use super::redact::redact;
use super::run::Run;
use crate::connectors::{Refusal, Request, TokenFacts};
use crate::model::told::{self, Told};
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
    pub(super) async fn unreadable(&mut self, request: &Request, what: Told, tries: &mut Tries) -> Step {
        tries.unreadable += 1;
        if tries.unreadable < 2 && tries.sent < self.client.limits.attempts {
            self.back_off(request, tries.sent).await;
            return Step::Again;
        }
        self.give_up(request, State::Unreadable, told::not_understood(what, &request.ask))
    }

    /// Writes down that a question stays without answer, and goes on with what can be asked without it.
    fn give_up(&mut self, request: &Request, state: State, what: Told) -> Step {
        self.out.complete = false;
        self.enqueue(self.connector.instead(self.task, request));
        let marks = mark_all(self.task, request, state);
        self.keep(marks);
        self.tell(Gravity::Warning, what, None);
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
                self.tell(Gravity::Action, told::token_dead(what), Some(told::mend_connect()));
                Step::Stop
            }
            Refusal::Version(what) => {
                self.closed = true;
                self.tell(Gravity::Action, told::version_not_served(what), Some(told::mend_served_version()));
                Step::Stop
            }
            Refusal::Throttled { wait, what } => self.throttled(request, wait, what, tries).await,
            Refusal::Transient(what) => {
                if tries.sent >= self.client.limits.attempts {
                    let what = told::no_answer(tries.sent, what, &request.ask);
                    return self.give_up(request, State::Unreadable, what);
                }
                self.back_off(request, tries.sent).await;
                Step::Again
            }
            Refusal::TooMuch(what) => self.too_much(request, what, tries).await,
            Refusal::BadMetric(what) => self.bisect(request, what),
            other => self.refused_for_good(request, other),
        }
    }

    async fn throttled(&mut self, request: &Request, wait: Option<Duration>, what: Told, tries: &Tries) -> Step {
        let doubled = self.client.limits.backoff.saturating_mul(1 << tries.sent.min(10));
        let wait = wait.unwrap_or(doubled);
        if tries.sent < self.client.limits.attempts && self.may_wait(wait) {
            tracing::debug!(channel = %self.task.channel.id, ask = request.ask, seconds = wait.as_secs(), "throttled");
            self.pause(wait).await;
            return Step::Again;
        }
        self.tell(Gravity::Warning, told::asks_to_wait(what), None);
        Step::Stop
    }

    /// The same again, twice; then half the page, down to one row; then fewer metrics.
    async fn too_much(&mut self, request: &mut Request, what: Told, tries: &mut Tries) -> Step {
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
            None => self.give_up(request, State::Unreadable, told::too_much(what, &request.ask)),
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

    fn bisect(&mut self, request: &Request, what: Told) -> Step {
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
            let why = what.clone().map(&|text| redact(text, &self.secrets));
            self.tell(Gravity::Warning, told::metric_refused(metric, &request.ask, why.clone()), None);
            self.out.refused_metrics.push(RefusedMetric { ask: request.ask.clone(), metric: metric.clone(), why });
        }
        if request.metrics.is_empty() {
            return self.give_up(request, State::Refused, told::question_refused(what, &request.ask));
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
                        return self.give_up(request, State::Refused, told::object_silent(what, &request.ask));
                    }
                }
            }
            Refusal::Forbidden { permission, what } => {
                self.closed = true;
                self.out.complete = false;
                self.enqueue(self.connector.instead(self.task, request));
                self.keep(mark_all(self.task, request, State::Refused));
                let remedy = permission.as_ref().map_or_else(told::mend_permissions, told::mend_permission);
                self.tell(Gravity::Action, told::no_permission(&request.ask, what), Some(remedy));
            }
            Refusal::Failed(what) => {
                return self.give_up(request, State::Unreadable, told::refused(what, &request.ask));
            }
            _ => {}
        }
        Step::Done
    }
}
