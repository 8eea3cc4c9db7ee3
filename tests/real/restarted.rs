//! PostgreSQL goes away and comes back while workers make and send reports: nothing is lost, nothing goes twice.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use genomslag::config::check_text;
use genomslag::pipeline::{
    App, Clock, DeliveryFilter, DeliveryStatus, JobState, Live, Opening, Patience, RealSteps, Service, Task, Timetable,
};
use tokio::sync::watch;

use crate::smtp;

const OFFICE: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[storage]
data = "FOLDER/data"
state = "STATE"

[fetch]
schedule = "monday 05:00"

[alerts]
schedule = "monday 07:30"

[mail]
host = "127.0.0.1"
port = PORT
protection = "none"
from = "Genomslag <genomslag@bjorkvalla.example>"

[serve]
listen = "off"

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 07:00"
recipients = ["ks@bjorkvalla.example", { address = "mayor@bjorkvalla.example", language = "en" }]
ways = ["mail"]
"#;

/// So many reports are wanted at once.
const REPORTS: u32 = 30;

/// How many of our seconds pass in one of the wall's: a lease of minutes ends in seconds.
const HASTE: i32 = 60;

const HASTY: Patience = Patience {
    lease: Duration::from_mins(2),
    heartbeat: Duration::from_millis(400),
    idle: Duration::from_millis(50),
    farewell: Duration::from_secs(5),
};

fn hurrying(from: DateTime<Utc>) -> Clock {
    let began = Instant::now();
    Arc::new(move || from + TimeDelta::from_std(began.elapsed()).unwrap() * HASTE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_restarted_under_load_and_nothing_is_lost_or_doubled() {
    let Ok(told) = std::env::var("GENOMSLAG_TEST_RESTARTED") else {
        println!("not run: PostgreSQL restarted under load (`.ci/services` starts one for it)");
        return;
    };
    let (control, url) = told.split_once(' ').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mail = smtp::Server::start(vec![smtp::Trick::SlowAfterData(Duration::from_millis(40)); 500]).await;
    let text = OFFICE.replace("FOLDER", &folder.path().display().to_string()).replace("STATE", url);
    let config = check_text(&[("config.toml".to_owned(), text.replace("PORT", &mail.port.to_string()))]).unwrap();
    let app = Box::pin(App::open(config, Opening::default())).await.unwrap();
    let now: DateTime<Utc> = "2026-11-18T06:00:00Z".parse().unwrap();
    for back in 0..REPORTS {
        let instant = now - TimeDelta::weeks(i64::from(back));
        let task = Task::Report { report: "vecka".to_owned(), instant };
        app.state.enqueue(&task.job(format!("prov {back}"), now), now).await.unwrap();
    }
    let timetable = Timetable::of(&app.config).unwrap();
    let steps = Arc::new(RealSteps::new(Live::new(app.clone())));
    let service = Service::new("prov".to_owned(), app.state.clone(), timetable, steps).with_patience(HASTY);
    let (stop, stopped) = watch::channel(false);
    let disturbing = async {
        // Away in the midst of it, four times: for a moment, and once for longer.
        for pause in [0, 3_000, 0, 0] {
            tokio::time::sleep(Duration::from_millis(900)).await;
            assert!(Command::new(control).arg("stop").status().unwrap().success());
            tokio::time::sleep(Duration::from_millis(pause)).await;
            assert!(Command::new(control).arg("start").status().unwrap().success());
        }
        all_ended(&app).await;
        stop.send(true).unwrap();
    };
    tokio::join!(Arc::new(service).live(3, hurrying(now), stopped, async |_, _| {}), disturbing);
    let rows = app.state.deliveries(&DeliveryFilter::default()).await.unwrap();
    assert_eq!(rows.len(), 2 * REPORTS as usize);
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for letter in mail.letters() {
        *arrived.entry(letter.message_id()).or_default() += 1;
    }
    let mut uncertain = 0;
    for row in &rows {
        let count = arrived.remove(&row.message_id).unwrap_or(0);
        if row.status == DeliveryStatus::Sent {
            assert_eq!(count, 1, "{row:#?}");
        } else {
            assert!(count <= 1 && row.answer.is_some(), "{row:#?}");
            uncertain += 1;
        }
    }
    assert!(arrived.keys().all(|id| id.starts_with("<alert.")), "{arrived:?}");
    println!("{} deliveries, {uncertain} of them uncertain", rows.len());
}

/// Until every report is made and every delivery decided.
async fn all_ended(app: &App) {
    let until = Instant::now() + Duration::from_secs(90);
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let jobs = app.state.jobs(None, 1_000).await.unwrap();
        let rows = app.state.deliveries(&DeliveryFilter::default()).await.unwrap();
        let reports: Vec<_> = jobs.iter().filter(|job| job.kind == "report").collect();
        let done = reports.iter().filter(|job| job.state == JobState::Done).count();
        let open = rows.iter().filter(|row| !ended(row.status)).count();
        if reports.len() >= REPORTS as usize && done == reports.len() && open == 0 {
            return;
        }
        assert!(Instant::now() < until, "{done} jobs done, {open} deliveries open: {jobs:#?}");
    }
}

fn ended(status: DeliveryStatus) -> bool {
    matches!(status, DeliveryStatus::Sent | DeliveryStatus::Uncertain)
}
