//! Heavy jobs in processes of their own. A report touches a hundred megabytes of the program's file and of memory that the
//! process then never quite gives back; one that ends gives back all of it, and when the system takes memory away, or a
//! fault stops the work, the job fails and is tried again while the service lives on.
//!
//! The service writes the errand to the other's standard input and keeps that open; the other ends at once when it closes,
//! so that a service that was killed leaves nobody behind who sends. The answer comes on standard output, the log goes where
//! the service's own goes.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tracing::Instrument;

use super::{Done, Errand, RealSteps, Steps, Task};
use crate::pipeline::{App, Live, PipelineError};

/// What the process that did the errand says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// It ended as it should.
    Ended(Done),
    /// It did not.
    Failed {
        /// Why.
        why: String,
        /// What a person can do about it.
        hint: Option<String>,
    },
    /// It was not begun: the configuration could not be read.
    Unready,
}

/// The product's steps, the heavy ones each in a process of its own.
#[derive(Debug, Clone)]
pub struct Apart {
    live: Live,
    inside: RealSteps,
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Apart {
    /// The steps upon what is opened; the other process is this same program with the arguments, which must make it call
    /// [`answer`].
    ///
    /// # Errors
    /// When the system does not say which program this is.
    pub fn new(live: Live, arguments: Vec<OsString>) -> io::Result<Self> {
        Ok(Self { inside: RealSteps::new(live.clone()), live, program: this_program()?, arguments })
    }

    async fn ask(&self, errand: &Errand) -> io::Result<(Vec<u8>, ExitStatus)> {
        let mut command = Command::new(&self.program);
        #[cfg(unix)]
        command.arg0("genomslag");
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let (ask, said) = (child.stdin.take(), child.stdout.take());
        let (Some(mut ask), Some(mut said)) = (ask, said) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        let mut line = serde_json::to_vec(errand)?;
        line.push(b'\n');
        // One that ended already says so by its status.
        let _written = ask.write_all(&line).await;
        let mut answer = Vec::new();
        said.read_to_end(&mut answer).await?;
        let status = child.wait().await?;
        drop(ask);
        Ok((answer, status))
    }
}

impl Steps for Apart {
    async fn perform(&self, errand: &Errand) -> Result<Done, PipelineError> {
        self.live.refresh().await?;
        let app = self.live.app();
        // The other process would read the configuration that has faults, or none at all.
        if is_light(&errand.task) || app.source.is_none() || app.faults.is_some() {
            return Box::pin(self.inside.perform(errand)).await;
        }
        let (said, status) = match self.ask(errand).await {
            Ok(asked) => asked,
            Err(error) => {
                tracing::warn!(%error, "no process of its own can be had for the job: it is done here");
                return Box::pin(self.inside.perform(errand)).await;
            }
        };
        match serde_json::from_slice(&said) {
            Ok(Answer::Ended(done)) => Ok(done),
            Ok(Answer::Failed { why, hint }) => Err(PipelineError::Apart { why, hint }),
            Ok(Answer::Unready) => Box::pin(self.inside.perform(errand)).await,
            Err(_) => Err(PipelineError::Apart {
                why: format!("the process that did the job broke off: {status}"),
                hint: Some("the log says more; signal 9 means that the system was short of memory".to_owned()),
            }),
        }
    }

    async fn buried(&self, task: &Task, why: &str, now: DateTime<Utc>) -> Result<(), PipelineError> {
        self.inside.buried(task, why, now).await
    }
}

/// Whether the task needs neither figures nor drawings: what lies ready is sent, nothing is made.
fn is_light(task: &Task) -> bool {
    matches!(task, Task::Outbox)
}

/// This program, also after another version was put in its place.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// Does the errand that is written as JSON, upon what `open` opens, which is nothing when the configuration has faults; the
/// answer as JSON for the [`Apart`] that asked.
///
/// # Errors
/// When the errand is not one.
pub async fn answer(
    errand: &str,
    open: impl AsyncFnOnce() -> Result<Option<App>, PipelineError>,
) -> Result<String, serde_json::Error> {
    let errand: Errand = serde_json::from_str(errand)?;
    let done = async {
        let Some(app) = open().await? else { return Ok(None) };
        Box::pin(RealSteps::new(Live::new(app)).perform(&errand)).await.map(Some)
    };
    let answer = match done.instrument(errand.span()).await {
        Ok(Some(done)) => Answer::Ended(done),
        Ok(None) => Answer::Unready,
        Err(error) => Answer::Failed { why: error.to_string(), hint: error.hint().map(str::to_owned) },
    };
    serde_json::to_string(&answer)
}
