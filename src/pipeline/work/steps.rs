//! The real steps: each job's work, by the functions that the command line calls too.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Done, Errand, Steps, Task, report};
use crate::model::Gravity;
use crate::pipeline::apart::{self, Wanted};
use crate::pipeline::{Live, PipelineError, alerts, compact, deliver, desk, fetch, weed};
use crate::state::NewAlert;
use crate::words::fill;

/// Files that nothing has needed for so many days are removed when the store is compacted.
const VACUUM_DAYS: u32 = 14;

/// The steps of the product.
#[derive(Debug, Clone)]
pub struct RealSteps {
    live: Live,
}

impl RealSteps {
    /// The steps upon what is opened, each with the configuration as it is when it begins.
    pub fn new(live: Live) -> Self {
        Self { live }
    }
}

impl Steps for RealSteps {
    async fn perform(&self, errand: &Errand) -> Result<Done, PipelineError> {
        let now = errand.now;
        self.live.refresh().await?;
        let app = &self.live.app();
        if !is_light(&errand.task)
            && let Some(done) = apart::ask(app, &Wanted::Job(errand.clone())).await?
        {
            return Ok(done);
        }
        match &errand.task {
            Task::Fetch { channels } => {
                desk::sweep_uploads(app);
                let fetched = fetch(app, channels, now, |_| {}).await?;
                alerts::after_fetch(app, &fetched, now).await?;
                let complete = fetched.channels.iter().filter(|channel| channel.complete).count();
                let told = format!("{complete} of {} channels complete, run {}", fetched.channels.len(), fetched.run);
                Ok(Done::Finished(told))
            }
            Task::Draft { report, instant } => report::draft(app, report, *instant, now).await,
            Task::Report { report, instant } => Box::pin(report::report(app, report, *instant, now)).await,
            Task::Make(wish) => {
                let id = desk::make_wanted(app, wish, now).await?;
                Ok(Done::Finished(format!("{id} was made for {}", wish.by)))
            }
            Task::Outbox => {
                let tried = deliver::send_due(app, now).await?;
                Ok(Done::Finished(format!("{tried} deliveries tried")))
            }
            Task::Alerts => {
                desk::sweep_uploads(app);
                let told = Box::pin(alerts::look_through(app, now)).await?;
                Ok(Done::Finished(format!("{told} alerts told")))
            }
            Task::Compact => {
                let (compacted, vacuumed) = compact(app, Some(VACUUM_DAYS)).await?;
                let (before, after, gone) = (compacted.before, compacted.after, vacuumed.files);
                Ok(Done::Finished(format!("{before} files into {after}, {gone} removed")))
            }
            Task::Weed => {
                let weeded = weed::weed(app, false, now).await?;
                Ok(Done::Finished(format!("{} classes gone through", weeded.len())))
            }
        }
    }

    async fn buried(&self, task: &Task, why: &PipelineError, now: DateTime<Utc>) -> Result<(), PipelineError> {
        // Whoever asked for it has been told on the page where they wait.
        if matches!(task, Task::Make(_)) {
            return Ok(());
        }
        let kind = task.kind();
        let subject = match task {
            Task::Report { report, .. } | Task::Draft { report, .. } => report.clone(),
            _ => kind.to_owned(),
        };
        let app = self.live.app();
        let why = why.said(app.config.organisation.language);
        let values = [("job", kind), ("subject", subject.as_str()), ("why", why.as_str())];
        let what = fill(&app.words().alert.job_dead, &values);
        let key = format!("job/{kind}/{subject}");
        let alert = NewAlert { key, gravity: Gravity::Action, subject, what, cool_down: TimeDelta::days(1) };
        app.state.raise_alert(&alert, now).await?;
        Ok(())
    }
}

/// Whether the task needs neither figures nor drawings: what lies ready is sent, nothing is made.
fn is_light(task: &Task) -> bool {
    matches!(task, Task::Outbox)
}
