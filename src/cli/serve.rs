//! `genomslag serve`: lives until told to stop, or lets a stretch of time pass.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};

use super::Ending;
use super::args::Serve;
use super::output::{self, Hinted};
use super::setup::{Opened, Setup, going_on, moment};
use crate::pipeline::{self, Apart, App, Clock, Live, Missed, RealSteps, Service, Timetable};
use crate::web::{self, Shared};

/// A sign of life is given so often.
const HEARTBEAT: TimeDelta = TimeDelta::minutes(5);

/// What people look at is looked through so often.
const LOOK: Duration = Duration::from_secs(20);

pub(super) async fn run(setup: &Setup, options: &Serve) -> anyhow::Result<Ending> {
    let mut opened = setup.open().await?;
    opened.app.apart = Some(Apart::new(elsewhere(setup))?);
    let app = &opened.app;
    let timetable = Timetable::of(&app.config)?;
    let current = Live::new(app.clone());
    let steps = Arc::new(RealSteps::new(current.clone()));
    let service = Service::new(app.worker.clone(), app.state.clone(), timetable.clone(), steps);
    if let Some(until) = &options.until {
        let until = moment(until, app.config.organisation.zone, "--until")?;
        let told = async |now, missed| tell(app, missed, now).await;
        let done = Box::pin(service.simulate(opened.now, until, told)).await?;
        output::line(opened.say.count(done as u64, ("jobb utfört", "jobb utförda"), ("job done", "jobs done")));
        return Ok(Ending::Done);
    }
    announce(&opened, &timetable);
    Box::pin(live(setup, &opened, current, Arc::new(service))).await?;
    Ok(Ending::Done)
}

async fn live(setup: &Setup, opened: &Opened, current: Live, service: Arc<Service<RealSteps>>) -> anyhow::Result<()> {
    let app = &opened.app;
    let clock: Clock = match &setup.common.now {
        // With a clock that is given, time goes on from there.
        Some(_) => going_on(opened.now),
        None => Arc::new(setup.clock),
    };
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        asked_to_stop().await;
        tracing::info!("stopping: what is under way is finished or handed back");
        // Nobody listens any more when everything has ended already.
        let _told = stop.send(true);
    });
    let shared = Shared::new(current.clone(), Arc::clone(&clock), service.pulse());
    let answering = answer(app, shared, stopped.clone());
    let workers = app.config.serve.workers;
    let beaten: Mutex<Option<DateTime<Utc>>> = Mutex::new(None);
    let looked = async |now: DateTime<Utc>, missed: Vec<Missed>| {
        follow(&current, &service).await;
        tell(&current.app(), missed, now).await;
        let mut beaten = beaten.lock().await;
        if beaten.is_none_or(|last| now - last >= HEARTBEAT) {
            *beaten = Some(now);
            pipeline::heartbeat(&current.app()).await;
        }
    };
    let ready = keep_ready(&current, &clock, stopped.clone());
    let living = Arc::clone(&service).live(workers, Arc::clone(&clock), stopped, looked);
    let (answered, (), ()) = tokio::join!(answering, living, ready);
    app.state.close().await;
    answered
}

/// What this program is told when it is to do one piece of work: the same configuration, and a log like ours.
fn elsewhere(setup: &Setup) -> Vec<OsString> {
    let common = &setup.common;
    let mut arguments: Vec<OsString> = ["perform", "--config"].map(OsString::from).into();
    arguments.push(common.config.clone().into_os_string());
    arguments.extend(std::iter::repeat_n("--verbose".into(), usize::from(common.verbose)));
    arguments.extend(common.json.then(|| "--json".into()));
    arguments
}

/// Keeps the pages that people look at made, until told to stop.
async fn keep_ready(current: &Live, clock: &Clock, mut stopped: watch::Receiver<bool>) {
    let mut before = String::new();
    // The sender lives until the program ends; a timeout is the usual case.
    while tokio::time::timeout(LOOK, stopped.wait_for(|stop| *stop)).await.is_err() {
        if let Err(error) = pipeline::make_ready(&current.app(), &mut before, clock()).await {
            tracing::warn!(%error, "what people look at could not be made ready");
        }
    }
}

/// Goes on by the schedules of the configuration as it is now.
async fn follow(current: &Live, service: &Service<RealSteps>) {
    let followed = match current.refresh().await {
        // Looked at by everybody who asks: whether it changed is only known to who saw it first.
        Ok(_) => Timetable::of(&current.app().config).map(|timetable| service.follow(timetable)),
        Err(error) => Err(error),
    };
    if let Err(error) = followed {
        tracing::error!(%error, "the schedules go on as they were");
    }
}

/// Tells of what was missed; what goes wrong with that must not stop anything.
async fn tell(app: &App, missed: Vec<Missed>, now: DateTime<Utc>) {
    if let Err(error) = pipeline::tell_missed(app, &missed, now).await {
        tracing::error!(%error, "what was missed could not be told");
    }
}

/// Answers the questions of health, metrics and readers.
async fn answer(app: &App, shared: Shared, mut stopped: watch::Receiver<bool>) -> anyhow::Result<()> {
    let Some(place) = &app.config.serve.listen else { return Ok(()) };
    let listener = TcpListener::bind(place).await.map_err(|error| {
        Hinted::new(
            format!("nobody can listen at `{place}`: {error}"),
            "change `listen` in `[serve]`, or write \"off\"",
        )
        .swedish(
            format!("det går inte att lyssna på `{place}`: {error}"),
            "ändra `listen` i `[serve]`, eller skriv \"off\"",
        )
    })?;
    tracing::info!(place, "listening");
    let stopped = async move {
        // The sender lives until the program ends.
        let _told = stopped.wait_for(|stop| *stop).await;
    };
    let shared = shared.at(listener.local_addr()?);
    Ok(web::listen(listener, web::router(shared), stopped).await?)
}

/// Until somebody wants us to stop: Ctrl-C, or the system.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    // Without signals of that kind only Ctrl-C is left.
    let _asked = tokio::signal::ctrl_c().await;
}

/// Says what happens next.
fn announce(opened: &Opened, timetable: &Timetable) {
    let locale = crate::words::Locale::of(opened.language);
    let zone = opened.app.config.organisation.zone;
    for (at, name) in timetable.upcoming(opened.now).into_iter().take(12) {
        output::aside(format!("{}  {name}", locale.instant(at, zone)));
    }
}
