//! Running by itself: the clock is read, what is due becomes a job exactly once, workers do it. The clock is a function, so
//! that a year can pass in seconds.

mod timetable;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use super::work::{Patience, Steps, Task, Worker, key};
use super::{Clock, PipelineError};
use crate::state::{DeliveryFilter, DeliveryStatus, State};

pub use timetable::{Catch, Entry, Timetable};

/// How often the clock is read.
const TICK: Duration = Duration::from_secs(20);

/// A delivery that has no mail yet is left to its writer for so long.
const WRITERS_TIME: TimeDelta = TimeDelta::minutes(11);

/// What was missed, told to whoever raises the alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The schedule, as people know it: `report/vecka`.
    pub schedule: String,
    /// The instant that was missed.
    pub instant: DateTime<Utc>,
}

/// When the scheduler last looked at the clock, for the question of health.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    /// When it last did; none: never.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).filter(|at| at.timestamp() > 0)
    }

    fn beat(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp(), Ordering::Relaxed);
    }
}

/// Scheduler and workers of one process.
pub struct Service<S> {
    name: String,
    state: State,
    timetable: RwLock<Arc<Timetable>>,
    steps: Arc<S>,
    patience: Patience,
    pulse: Pulse,
    /// The last instant of each entry that is dealt with.
    seen: Mutex<BTreeMap<String, DateTime<Utc>>>,
}

impl<S: Steps> Service<S> {
    /// A service of the name, which no other process must have.
    pub fn new(name: String, state: State, timetable: Timetable, steps: Arc<S>) -> Self {
        Self {
            name,
            state,
            timetable: RwLock::new(Arc::new(timetable)),
            steps,
            patience: Patience::default(),
            pulse: Pulse::default(),
            seen: Mutex::default(),
        }
    }

    /// The same with other patience: tests are hasty.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Goes on by another timetable. What is new there has missed nothing; what is gone is forgotten.
    pub fn follow(&self, timetable: Timetable) {
        *self.timetable.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(timetable);
    }

    fn timetable(&self) -> Arc<Timetable> {
        Arc::clone(&self.timetable.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// When the scheduler last looked at the clock.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Lives until told to stop: so many workers, and the scheduler. After each look at the clock `looked` is called, with
    /// what was missed.
    pub async fn live(
        self: Arc<Self>,
        workers: u32,
        clock: Clock,
        stop: watch::Receiver<bool>,
        looked: impl AsyncFn(DateTime<Utc>, Vec<Missed>) + Send + Sync,
    ) {
        let mut crew = JoinSet::new();
        for number in 1..=workers.max(1) {
            let worker = self.worker(&number.to_string());
            let (clock, stop) = (Arc::clone(&clock), stop.clone());
            crew.spawn(async move { worker.live(&clock, stop).await });
        }
        let mut told = stop;
        while !*told.borrow() {
            let now = clock();
            match self.tick(now).await {
                Ok(missed) => {
                    self.pulse.beat(now);
                    looked(now, missed).await;
                }
                Err(error) => tracing::error!(%error, "the schedules could not be looked at; tried again shortly"),
            }
            let _woken = tokio::time::timeout(TICK, told.changed()).await;
        }
        while crew.join_next().await.is_some() {}
    }

    fn worker(&self, number: &str) -> Worker<S> {
        Worker::new(format!("{}/{number}", self.name), self.state.clone(), Arc::clone(&self.steps), self.patience)
    }

    /// Looks at the clock: what is due becomes a job, exactly once however many processes look; what was missed comes back.
    ///
    /// # Errors
    /// When the state cannot be used.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<Vec<Missed>, PipelineError> {
        let mut missed = Vec::new();
        let mut seen = self.seen.lock().await;
        for entry in self.timetable().entries() {
            let after = match seen.get(&entry.id) {
                Some(after) => *after,
                None => self.since(entry, now).await?,
            };
            let due = entry.due(after, now);
            let last = due.last().copied().unwrap_or(after);
            for (instant, fate) in entry.sorted(&due, now) {
                if fate == Catch::Run {
                    let job = entry.task(instant).job(key(&entry.name, instant), now);
                    self.state.claim_slot(&entry.id, instant, &[job], now).await?;
                } else if self.state.miss_slot(&entry.id, instant, now).await? && fate == Catch::Tell {
                    missed.push(Missed { schedule: entry.name.clone(), instant });
                }
            }
            seen.insert(entry.id.clone(), last);
        }
        drop(seen);
        self.outbox(now).await?;
        Ok(missed)
    }

    /// The instant after which the entry has something to do: its last slot, else when it was first seen. A schedule that is
    /// new has missed nothing.
    async fn since(&self, entry: &Entry, now: DateTime<Utc>) -> Result<DateTime<Utc>, PipelineError> {
        if let Some(slot) = self.state.last_slot(&entry.id).await? {
            return Ok(slot.instant);
        }
        let name = format!("schedule-since/{}", entry.id);
        // To the microsecond before: a schedule that is due at this very moment is due.
        let first = (now - TimeDelta::microseconds(1)).to_rfc3339_opts(SecondsFormat::Micros, true);
        self.state.claim_setting(&name, &first, now).await?;
        let kept = self.state.setting(&name).await?.unwrap_or(first);
        Ok(kept.parse().unwrap_or(now))
    }

    /// A job for what lies ready to be sent, and for what a dead process was sending.
    async fn outbox(&self, now: DateTime<Utc>) -> Result<(), PipelineError> {
        let due = !self.state.due_deliveries(now).await?.is_empty();
        let sending = DeliveryFilter { status: Some(DeliveryStatus::Sending), ..DeliveryFilter::default() };
        let sending = self.state.deliveries(&sending).await?;
        let left = sending.iter().any(|delivery| delivery.sending_until.is_some_and(|until| until <= now));
        if due || left {
            let minute = DateTime::from_timestamp(now.timestamp().div_euclid(60) * 60, 0).unwrap_or(now);
            self.state.enqueue(&Task::Outbox.job(key("outbox", minute), now), now).await?;
        }
        Ok(())
    }

    /// Lets the time from `from` to `until` pass: goes from one thing that happens to the next, and does it. What was missed
    /// comes to `looked`, as in [`Self::live`]. How many jobs were done.
    ///
    /// # Errors
    /// When the state cannot be used.
    pub async fn simulate(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        looked: impl AsyncFn(DateTime<Utc>, Vec<Missed>),
    ) -> Result<usize, PipelineError> {
        let worker = self.worker("simulated");
        let (mut now, mut done) = (from, 0);
        loop {
            let missed = self.tick(now).await?;
            self.pulse.beat(now);
            looked(now, missed).await;
            done += worker.drain(now).await?;
            match self.next(now).await? {
                Some(next) if next <= until => now = next.max(now + TimeDelta::seconds(1)),
                _ => return Ok(done),
            }
        }
    }

    /// When something happens next.
    async fn next(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, PipelineError> {
        let seen = self.seen.lock().await;
        let timetable = self.timetable();
        let entries = timetable.entries().iter();
        let scheduled = entries.filter_map(|entry| entry.next(seen.get(&entry.id).copied().unwrap_or(now)));
        let mut next: Vec<DateTime<Utc>> = scheduled.collect();
        drop(seen);
        next.extend(self.state.next_job_at().await?);
        for status in [DeliveryStatus::Later, DeliveryStatus::Sending, DeliveryStatus::Pending] {
            let filter = DeliveryFilter { status: Some(status), ..DeliveryFilter::default() };
            next.extend(self.state.deliveries(&filter).await?.iter().filter_map(|delivery| match status {
                DeliveryStatus::Later => delivery.retry_at,
                DeliveryStatus::Sending => delivery.sending_until,
                _ => Some(delivery.created + WRITERS_TIME).filter(|at| *at > now),
            }));
        }
        Ok(next.into_iter().min())
    }
}
