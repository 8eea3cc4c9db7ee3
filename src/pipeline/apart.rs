//! Heavy work in processes of its own. A report or a page touches a hundred megabytes of the program's file and of memory that
//! a process then never quite gives back; one that ends gives back all of it. When the system takes memory away from it, or a
//! fault stops it, the work fails and is tried again, while the service lives on.
//!
//! The service writes what it wants to the other's standard input and keeps that open; the other ends at once when it closes,
//! so that a service that was killed leaves nobody behind who sends. The answer comes on standard output, the log goes where
//! the service's own goes.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tracing::Instrument;

use super::explain::read_sources;
use super::see::{compose, look_up_post};
use super::work::Errand;
use super::{App, ImportOrder, Live, PipelineError, RealSteps, SeeOrder, Steps, computing, desk, import};
use crate::model::told::{Told, faults};
use crate::model::{ChannelId, PostId, Source};

/// So many questions of pages are worked on at the same time, each in a process: the others wait.
const AT_ONCE: usize = 2;

/// What is wanted of the other process.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    /// A job done; a [`Done`](super::Done) is given.
    Job(Errand),
    /// A [`Sight`](super::Sight).
    Sight {
        /// Of what, with its period.
        order: SeeOrder,
        /// When.
        now: DateTime<Utc>,
    },
    /// A post, if there is one.
    Post {
        /// Its channel.
        channel: ChannelId,
        /// Its id.
        post: PostId,
        /// Only if it was known then.
        as_known_at: Option<DateTime<Utc>>,
    },
    /// What is there of every channel.
    Coverage {
        /// For so many days up to today.
        days: u32,
        /// When.
        now: DateTime<Utc>,
    },
    /// What is in the files of each of the orders.
    Files {
        /// The orders.
        orders: Vec<ImportOrder>,
        /// When.
        now: DateTime<Utc>,
    },
    /// Files taken in, and what became of each.
    Import {
        /// Which.
        order: ImportOrder,
        /// When.
        now: DateTime<Utc>,
    },
    /// The sources of a figure with their observations.
    Sources {
        /// The sources.
        sources: Vec<Source>,
        /// What was known then.
        known_at: DateTime<Utc>,
    },
}

/// What the other process says.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Answer<T> {
    /// What was wanted.
    Given(T),
    /// It could not be had.
    Failed {
        /// Why.
        what: Told,
        /// What a person can do about it.
        hint: Option<Told>,
        /// Whether something was asked for that is not there.
        unknown: bool,
    },
    /// It was not begun: the configuration has faults.
    Unready,
}

impl<T> Answer<T> {
    fn of(done: Result<T, PipelineError>) -> Self {
        match done {
            Ok(given) => Self::Given(given),
            Err(error) => Self::Failed {
                what: error.told(),
                hint: error.hint().cloned(),
                unknown: matches!(error, PipelineError::Unknown { .. }),
            },
        }
    }
}

/// Who does heavy work elsewhere: this same program once more, for each piece of it.
#[derive(Debug, Clone)]
pub struct Apart {
    program: PathBuf,
    arguments: Vec<OsString>,
    room: Arc<Semaphore>,
}

impl Apart {
    /// This program with the arguments, which must make it call [`answer`].
    ///
    /// # Errors
    /// When the system does not say which program this is.
    pub fn new(arguments: Vec<OsString>) -> io::Result<Self> {
        // On Linux also after another version was put in its place.
        let linux = cfg!(target_os = "linux").then(|| PathBuf::from("/proc/self/exe"));
        let program = linux.map_or_else(std::env::current_exe, Ok)?;
        Ok(Self::by(program, arguments))
    }

    /// Another program, for tests.
    pub fn by(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, room: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Begins another process.
    fn begin(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        #[cfg(unix)]
        command.arg0("genomslag");
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        command.spawn()
    }

    /// Says what is wanted, and hears the answer; whatever it is, the work is begun.
    async fn say(mut child: Child, mut line: Vec<u8>) -> io::Result<(Vec<u8>, ExitStatus)> {
        let (say, hear) = (child.stdin.take(), child.stdout.take());
        let (Some(mut say), Some(mut hear)) = (say, hear) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        line.push(b'\n');
        // One that has ended already says so by its status.
        let _written = say.write_all(&line).await;
        let mut said = Vec::new();
        hear.read_to_end(&mut said).await?;
        let status = child.wait().await?;
        // Open until now: the other takes its end for ours.
        drop(say);
        Ok((said, status))
    }
}

/// What another process makes of it, else what is made of it `here`.
///
/// # Errors
/// When it fails, there or here.
pub(super) async fn done<T>(
    app: &App,
    wanted: &Wanted,
    here: impl Future<Output = Result<T, PipelineError>>,
) -> Result<T, PipelineError>
where
    T: DeserializeOwned + Send + 'static,
{
    match ask(app, wanted).await? {
        Some(given) => Ok(given),
        None => here.await,
    }
}

/// What another process makes of it; none where it is to be done in this one.
///
/// # Errors
/// When it fails there.
pub(super) async fn ask<T>(app: &App, wanted: &Wanted) -> Result<Option<T>, PipelineError>
where
    T: DeserializeOwned + Send + 'static,
{
    let Some(apart) = &app.apart else { return Ok(None) };
    // The other process would read the configuration that has faults, or none at all.
    if app.source.is_none() || app.faults.is_some() {
        return Ok(None);
    }
    // Jobs are as many as there are workers.
    let room = !matches!(wanted, Wanted::Job(_));
    let _room = if room { apart.room.acquire().await.ok() } else { None };
    let line = serde_json::to_vec(wanted).map_err(io::Error::from);
    let (child, line) = match line.and_then(|line| Ok((apart.begin()?, line))) {
        Ok(begun) => begun,
        Err(error) => {
            tracing::warn!(%error, "no other process can be had for the work: it is done in this one");
            return Ok(None);
        }
    };
    let broke_off =
        |how: String| PipelineError::Apart { what: faults::apart_broke_off(how), hint: Some(faults::mend_see_log()) };
    let (said, status) = Apart::say(child, line).await.map_err(|error| broke_off(error.to_string()))?;
    match computing(move || rmp_serde::from_slice(&said)).await? {
        Ok(Answer::Given(given)) => Ok(Some(given)),
        Ok(Answer::Unready) => Ok(None),
        Ok(Answer::Failed { what, hint, unknown: true }) => Err(PipelineError::Unknown { what, hint }),
        Ok(Answer::Failed { what, hint, unknown: false }) => Err(PipelineError::Apart { what, hint }),
        Err(_) => Err(broke_off(status.to_string())),
    }
}

/// Does what is wanted, upon what `open` opens, which is nothing when the configuration has faults; the answer for the
/// [`Apart`] that asked.
///
/// # Errors
/// When what is wanted is not understood, or the answer cannot be written.
pub async fn answer(
    wanted: &str,
    open: impl AsyncFnOnce() -> Result<Option<App>, PipelineError>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let wanted: Wanted = serde_json::from_str(wanted)?;
    let app = match open().await {
        Ok(Some(app)) => app,
        Ok(None) => return written(&Answer::<()>::Unready),
        Err(error) => return written(&Answer::<()>::of(Err(error))),
    };
    match wanted {
        Wanted::Job(errand) => {
            let steps = RealSteps::new(Live::new(app));
            written(&Answer::of(Box::pin(steps.perform(&errand)).instrument(errand.span()).await))
        }
        Wanted::Sight { order, now } => written(&Answer::of(Box::pin(compose(&app, &order, now)).await)),
        Wanted::Post { channel, post, as_known_at } => {
            written(&Answer::of(look_up_post(&app, &channel, &post, as_known_at).await))
        }
        Wanted::Coverage { days, now } => written(&Answer::of(Box::pin(desk::counted(&app, days, now)).await)),
        Wanted::Files { orders, now } => written(&Answer::of(desk::look_into(&app, orders, now).await)),
        Wanted::Import { order, now } => written(&Answer::of(Box::pin(import(&app, &order, now)).await)),
        Wanted::Sources { sources, known_at } => written(&Answer::of(read_sources(&app, sources, known_at).await)),
    }
}

/// With the names of all fields, and every number to its last bit.
fn written<T: Serialize>(answer: &Answer<T>) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    Ok(rmp_serde::to_vec_named(answer)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Done;

    fn there_and_back<T: Serialize + DeserializeOwned>(done: Result<T, PipelineError>) -> Answer<T> {
        rmp_serde::from_slice(&written(&Answer::of(done)).expect("written")).expect("read")
    }

    #[test]
    fn how_a_job_ended_is_told_whole() {
        let until: DateTime<Utc> = "2026-11-18T06:00:00.000001Z".parse().expect("an instant");
        for done in [Done::Finished("12 av 12".to_owned()), Done::Again(until, "data are missing".to_owned())] {
            assert!(matches!(there_and_back(Ok(done.clone())), Answer::Given(told) if told == done));
        }
        let (none, mend) = (faults::no_figure_of("weekly", "x"), faults::mend_list_figures());
        let told = there_and_back::<Done>(Err(PipelineError::hinted(none.clone(), mend.clone())));
        assert!(matches!(told, Answer::Failed { what, hint, unknown: true } if what == none && hint == Some(mend)));
        let broken = PipelineError::BrokenOff("in the midst".to_owned());
        let said = broken.told();
        let told = there_and_back::<Done>(Err(broken));
        assert!(matches!(told, Answer::Failed { hint: None, unknown: false, what } if what == said));
    }
}
