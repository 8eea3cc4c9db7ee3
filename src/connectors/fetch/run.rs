//! One channel's run: the queue of questions, and what becomes of each refusal.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::Pace;
use super::decide::{Step, Tries};
use super::redact::redact;
use super::take::{PageKey, PageState, PostKeys, ReadingKey};
use super::wire::{Answer, WireError};
use super::{Client, Collected, Progress};
use crate::connectors::{Connector, ReadError, Refusal, Reply, Request, Task};
use crate::model::told::{self, Told};
use crate::model::{Gravity, PostId, Reading, Secret};
use crate::words::problems::problem;

/// What one channel's run knows while it works.
pub(super) struct Run<'r> {
    pub(super) client: &'r Client,
    pub(super) connector: &'r dyn Connector,
    pub(super) task: &'r Task,
    pub(super) queue: VecDeque<Request>,
    pub(super) asked: HashSet<u64>,
    pub(super) pages: BTreeMap<PageKey, PageState>,
    pub(super) readings: Vec<Reading>,
    pub(super) known: HashSet<ReadingKey>,
    pub(super) posts: PostKeys,
    pub(super) gone: BTreeSet<PostId>,
    pub(super) absent: BTreeSet<String>,
    pub(super) out: Collected,
    /// The API version that really answered.
    pub(super) served: Option<String>,
    /// How many questions were answered.
    pub(super) answered: u32,
    /// Whether the platform closed the door: dead token or missing permission.
    pub(super) closed: bool,
    /// Metrics that were refused, by what was asked.
    pub(super) refused: BTreeMap<String, BTreeSet<String>>,
    /// The page size that worked, by what was asked.
    pub(super) smaller: BTreeMap<String, u32>,
    pub(super) secrets: Vec<Secret>,
    started: Instant,
}

/// What may have gone wrong with one question.
enum Fault {
    Refused(Refusal),
    Unreadable(Told),
}

impl<'r> Run<'r> {
    pub(super) fn new(client: &'r Client, connector: &'r dyn Connector, task: &'r Task, first: Vec<Request>) -> Self {
        let mut run = Self {
            client,
            connector,
            task,
            queue: VecDeque::new(),
            asked: HashSet::new(),
            pages: BTreeMap::new(),
            readings: Vec::new(),
            known: HashSet::new(),
            posts: PostKeys::default(),
            gone: BTreeSet::new(),
            absent: BTreeSet::new(),
            out: Collected { complete: true, ..Collected::default() },
            served: None,
            answered: 0,
            closed: false,
            refused: BTreeMap::new(),
            smaller: BTreeMap::new(),
            secrets: client.secrets(),
            started: Instant::now(),
        };
        run.enqueue(first);
        run
    }

    /// Adds questions that were not asked before; gives back how many were new.
    pub(super) fn enqueue(&mut self, requests: Vec<Request>) -> usize {
        let before = self.queue.len();
        for request in requests {
            self.secrets.extend(request.token.clone().filter(|token| !self.secrets.contains(token)));
            if self.asked.insert(identity(&request)) {
                self.queue.push_back(request);
            }
        }
        self.queue.len() - before
    }

    /// Puts parts of a rejected question in front: they have the right of way, asked before or not.
    pub(super) fn put_first(&mut self, requests: Vec<Request>) {
        for request in requests.into_iter().rev() {
            self.queue.push_front(request);
        }
    }

    /// Works until nothing is left or nothing more may be asked.
    pub(super) async fn work<F: Fn(Progress) + Sync>(&mut self, progress: &F) {
        while let Some(request) = self.queue.pop_front() {
            let Some(request) = self.without_refused(request) else { continue };
            progress(self.progress(&request.ask));
            let stop = matches!(self.settle(self.with_known_limit(request)).await, Step::Stop);
            if stop {
                self.out.complete = false;
                self.queue.clear();
            }
        }
        progress(self.progress(""));
    }

    fn progress(&self, ask: &str) -> Progress {
        Progress {
            channel: self.task.channel.id.clone(),
            ask: ask.to_owned(),
            calls: self.out.cost.calls,
            pending: self.queue.len(),
            observations: self.readings.len(),
        }
    }

    /// The question without metrics already refused for the same ask; none when nothing is left of it.
    fn without_refused(&mut self, mut request: Request) -> Option<Request> {
        if !request.items.is_empty() {
            let all = request.items.len();
            let items: Vec<_> =
                std::mem::take(&mut request.items).into_iter().filter_map(|item| self.without_refused(item)).collect();
            return match items.len() {
                0 => None,
                left if left == all && items.iter().all(|item| !self.refused.contains_key(&item.ask)) => {
                    Some(Request { items, ..request })
                }
                _ => Some(self.connector.with_items(&request, items)),
            };
        }
        let Some(dead) = self.refused.get(&request.ask) else { return Some(request) };
        let alive: Vec<_> = request.metrics.iter().filter(|metric| !dead.contains(*metric)).cloned().collect();
        match alive.len() {
            left if left == request.metrics.len() => Some(request),
            0 => None,
            _ => self.connector.with_metrics(&request, &alive).or(Some(request)),
        }
    }

    /// The question with the page size that worked before for the same list.
    fn with_known_limit(&self, request: Request) -> Request {
        let (Some(limit), Some(known)) = (request.limit, self.smaller.get(&request.ask)) else { return request };
        if *known >= limit {
            return request;
        }
        self.connector.with_limit(&request, *known).unwrap_or(request)
    }

    /// Asks until the question is answered, given up, or the run has to stop.
    async fn settle(&mut self, mut request: Request) -> Step {
        let mut tries = Tries::default();
        loop {
            if let Some(step) = self.wait_for_budget().await {
                return step;
            }
            if tries.sent > 0 {
                self.out.cost.retries += 1;
            }
            tries.sent += 1;
            let step = match self.ask(&request).await {
                Ok(reply) => {
                    self.answered += 1;
                    self.take(&request, reply);
                    Step::Done
                }
                Err(Fault::Unreadable(what)) => self.unreadable(&request, what, &mut tries).await,
                Err(Fault::Refused(refusal)) => self.decide(&mut request, refusal, &mut tries).await,
            };
            if !matches!(step, Step::Again) {
                return step;
            }
        }
    }

    /// One call: a permit, the wire, the connector's reading of the answer.
    async fn ask(&mut self, request: &Request) -> Result<Reply, Fault> {
        self.out.cost.calls += u32::try_from(request.items.len()).unwrap_or(u32::MAX).max(1);
        let answer = {
            let _permit = self.client.open.acquire().await;
            self.client.send(request).await
        };
        let answer = answer.map_err(|error| Fault::Refused(wire_refusal(error)))?;
        self.out.cost.bytes += answer.body.len() as u64;
        self.client.budget.note(self.task.channel.id.as_str(), answer.usage);
        self.note_version(&answer);
        if !(200..300).contains(&answer.status) {
            return Err(Fault::Refused(self.refusal(request, &answer)));
        }
        self.connector.read(self.task, request, &answer.body).map_err(|error| match error {
            ReadError::Shape(what) => Fault::Unreadable(what),
            ReadError::Refused(refusal) => Fault::Refused(refusal),
        })
    }

    fn refusal(&self, request: &Request, answer: &Answer) -> Refusal {
        let refusal = self.connector.explain(request, answer.status, &answer.body);
        match refusal {
            Refusal::Throttled { wait, what } => Refusal::Throttled { wait: wait.or(answer.retry_after), what },
            Refusal::TokenDead(_) => refusal,
            _ if answer.status == 429 => {
                Refusal::Throttled { wait: answer.retry_after, what: told::too_many_questions() }
            }
            _ => refusal,
        }
    }

    fn note_version(&mut self, answer: &Answer) {
        if self.served.is_some() {
            return;
        }
        let Some(served) = answer.served.clone() else { return };
        let asked = &self.client.address.version;
        if &served != asked {
            let what = told::other_version(asked, &served);
            self.tell(Gravity::Warning, what, None);
        }
        self.served = Some(served);
    }

    /// Waits as the usage headers want it; a step when the run has to stop instead.
    async fn wait_for_budget(&mut self) -> Option<Step> {
        let limits = &self.client.limits;
        let channel = self.task.channel.id.as_str();
        if self.started.elapsed() >= limits.total_deadline {
            self.tell(Gravity::Warning, told::run_time_up(), None);
            return Some(Step::Stop);
        }
        match self.client.budget.pace(channel, limits.slow_at, limits.stop_at) {
            Pace::Free => None,
            Pace::Slow => {
                self.pause(limits.slow_pause).await;
                None
            }
            Pace::Stop { wait: Some(wait), .. } if self.may_wait(wait) => {
                self.pause(wait).await;
                self.client.budget.forget(channel);
                None
            }
            Pace::Stop { used, wait } => {
                let what = match wait {
                    Some(wait) => told::budget_used_until(used, wait.as_secs() / 60),
                    None => told::budget_used(used),
                };
                self.tell(Gravity::Warning, what, None);
                Some(Step::Stop)
            }
        }
    }

    pub(super) fn may_wait(&self, wait: Duration) -> bool {
        let left = self.client.limits.total_deadline.saturating_sub(self.started.elapsed());
        wait <= self.client.limits.longest_wait && wait < left
    }

    pub(super) async fn pause(&mut self, wait: Duration) {
        self.out.cost.throttled += wait;
        tokio::time::sleep(wait).await;
    }

    /// Doubled each time, with a jitter that is the same in every run of the same question.
    pub(super) async fn back_off(&mut self, request: &Request, sent: u32) {
        let longest = self.client.limits.longest_wait;
        let wait = self.client.limits.backoff.saturating_mul(1 << sent.saturating_sub(1).min(10));
        let share = u32::try_from(identity(request).rotate_left(sent) % 1000).unwrap_or(0);
        tokio::time::sleep((wait / 2 + wait * share / 2000).min(longest)).await;
    }

    /// Writes down a problem once, without secrets.
    pub(super) fn tell(&mut self, gravity: Gravity, what: Told, remedy: Option<Told>) {
        let clean = what.map(&|text| redact(text, &self.secrets));
        let problem = problem(self.task.channel.id.as_str(), gravity, clean, remedy);
        if !self.out.problems.contains(&problem) {
            self.out.problems.push(problem);
        }
    }
}

/// What makes two questions the same: everything that is sent, but for secrets.
fn identity(request: &Request) -> u64 {
    let mut hasher = DefaultHasher::new();
    (request.method, &request.path, &request.query, &request.raw_query).hash(&mut hasher);
    hasher.finish()
}

fn wire_refusal(error: WireError) -> Refusal {
    match error {
        WireError::Broken(_) | WireError::Slow => Refusal::Transient(error.told()),
        WireError::TooLarge => Refusal::TooMuch(error.told()),
        WireError::Redirected | WireError::Unsendable(_) => Refusal::Failed(error.told()),
    }
}
