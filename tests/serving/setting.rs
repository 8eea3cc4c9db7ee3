//! What the tests of this folder share: a configuration, steps that count, an empty state.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use genomslag::config::{Config, check_text};
use genomslag::pipeline::{Done, Errand, PipelineError, Service, Steps, Task, Timetable};
use genomslag::state::State;

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A configuration with reports of every length, all of whose schedules are sparse where they do not matter.
pub(super) const REPORTS: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[fetch]
schedule = "monday 05:00"

[alerts]
schedule = "monday 07:30"

[mail]
host = "127.0.0.1"
protection = "none"
from = "genomslag@bjorkvalla.example"

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 07:00"
recipients = ["ledning@bjorkvalla.example"]

[[report]]
id = "manad"
kind = "monthly"
schedule = "0 7 4 * *"
recipients = ["ledning@bjorkvalla.example"]

[[report]]
id = "tertial"
kind = "tertial"
schedule = "30 2 15 1,5,9 *"
recipients = ["ledning@bjorkvalla.example"]
approve = "owner"
owner = "chef@bjorkvalla.example"
"#;

pub(super) fn config(text: &str) -> Config {
    check_text(&[("config.toml".to_owned(), text.to_owned())]).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Steps that only write down what they were asked to do, and fail as often as they are told to.
#[derive(Default)]
pub(super) struct Counting {
    done: Mutex<Vec<(Task, DateTime<Utc>)>>,
    failures: Mutex<BTreeMap<&'static str, u32>>,
    buried: Mutex<Vec<String>>,
}

impl Counting {
    /// The next so many tasks of the kind fail.
    pub(super) fn fail(&self, kind: &'static str, times: u32) {
        self.failures.lock().unwrap().insert(kind, times);
    }

    /// What was done, and when.
    pub(super) fn done(&self) -> Vec<(Task, DateTime<Utc>)> {
        self.done.lock().unwrap().clone()
    }

    /// The reports of the name: the instants that they answer, and when each was done.
    pub(super) fn reports(&self, name: &str) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let done = self.done();
        let found = done.iter().filter_map(|(task, when)| match task {
            Task::Report { report, instant } if report == name => Some((*instant, *when)),
            _ => None,
        });
        found.collect()
    }

    /// What was given up.
    pub(super) fn buried(&self) -> Vec<String> {
        self.buried.lock().unwrap().clone()
    }
}

impl Steps for Counting {
    async fn perform(&self, errand: &Errand) -> Result<Done, PipelineError> {
        let (task, now) = (&errand.task, errand.now);
        if let Some(left) = self.failures.lock().unwrap().get_mut(task.kind())
            && *left > 0
        {
            *left -= 1;
            return Err(PipelineError::BrokenOff("as told".to_owned()));
        }
        self.done.lock().unwrap().push((task.clone(), now));
        Ok(Done::Finished(String::new()))
    }

    async fn buried(&self, task: &Task, why: &PipelineError, _: DateTime<Utc>) -> Result<(), PipelineError> {
        self.buried.lock().unwrap().push(format!("{}: {why}", task.kind()));
        Ok(())
    }
}

pub(super) async fn state(folder: &std::path::Path) -> State {
    let url = format!("sqlite:{}", folder.join("state.sqlite").display());
    State::open(&url, None, None).await.unwrap()
}

pub(super) fn service(name: &str, state: &State, text: &str, steps: &Arc<Counting>) -> Service<Counting> {
    let timetable = Timetable::of(&config(text)).unwrap();
    Service::new(name.to_owned(), state.clone(), timetable, Arc::clone(steps))
}
