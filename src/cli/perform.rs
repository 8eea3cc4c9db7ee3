//! `genomslag perform`: one piece of the work of `serve`, in a process of its own. Nobody types it.

use std::io::{BufRead, Read, Write, stdin};

use anyhow::{Context, anyhow};
use tokio::sync::oneshot;

use super::Ending;
use super::output;
use super::setup::Setup;
use crate::config::{Source, load};
use crate::pipeline::{self, App, Opening, PipelineError};

pub(super) async fn run(setup: &Setup) -> anyhow::Result<Ending> {
    let _deaf = deaf();
    let wanted = wanted().await.context("`serve` starts this; by itself it has nothing to do")?;
    let path = &setup.common.config;
    let open = async || {
        let Ok(config) = load(&Source::at(path)) else { return Ok::<_, PipelineError>(None) };
        let opening = Opening { source: Some(path.clone()), ..Opening::default() };
        Box::pin(App::open(config, opening)).await.map(Some)
    };
    let answer = Box::pin(pipeline::answer(&wanted, open)).await.map_err(|error| anyhow!(error))?;
    output::Standard.write_all(&answer)?;
    Ok(Ending::Done)
}

/// What is wanted, from standard input. When that closes, whoever asked is gone, and this process ends at once: what it would
/// still do, nobody would know of.
async fn wanted() -> anyhow::Result<String> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let mut lines = stdin().lock();
        let mut line = String::new();
        let read = lines.read_line(&mut line).map(|_| line);
        if !read.as_ref().is_ok_and(String::is_empty) {
            if tell.send(read).is_err() {
                return;
            }
            // Nothing more is ever written: this returns when the other side is closed.
            let _closed = lines.read(&mut [0]);
        }
        std::process::exit(1);
    });
    Ok(told.await??)
}

/// The word to stop is for the service, which lets the job finish or ends it; a terminal and some supervisors tell everybody.
#[cfg(unix)]
fn deaf() -> Vec<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    [SignalKind::terminate(), SignalKind::interrupt()].into_iter().filter_map(|kind| signal(kind).ok()).collect()
}

#[cfg(not(unix))]
fn deaf() {}
