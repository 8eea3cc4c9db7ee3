//! `cargo bench --bench effect`: how long judging a campaign and foreseeing goals take, and the same campaign by the Python
//! reference in the same run where one is there: `GENOMSLAG_PYTHON=/path/to/python` with `tfp-causalimpact` installed.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement may stop where it fails, and prints")]

#[path = "../tests/analysis/sample.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod sample;

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::Days;
use genomslag::analysis::campaign_effect;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::statistics::engine::{Question, answer};
use genomslag::model::{Campaign, Platform, State};
use sample::{add_channel, add_points, catalog, day, facts, point};

const BEFORE: usize = 500;
const DURING: usize = 28;
const CONTROLS: usize = 6;
const WEEKDAYS: [f64; 7] = [1.1, 1.2, 1.15, 1.1, 0.95, 0.7, 0.8];

/// The counts of a site and of six others that share its whims to a degree; the site has three tenths more in the
/// campaign's days.
fn counts() -> Vec<Vec<f64>> {
    let mut chance = Chance::named("benches/effect");
    let whims: Vec<f64> = (0..BEFORE + DURING)
        .scan(0.0, |state, _| {
            *state = 0.6 * *state + 0.1 * chance.normal();
            Some(*state)
        })
        .collect();
    (0..=CONTROLS)
        .map(|site| {
            let share = if site < 3 { 1.0 } else { 0.2 };
            (0..BEFORE + DURING)
                .map(|at| {
                    let lift = if site == 0 && at >= BEFORE { 1.3 } else { 1.0 };
                    let own = 0.05 * chance.normal();
                    (500.0 * lift * WEEKDAYS[at % 7] * (share * whims[at] + own).exp()).round()
                })
                .collect()
        })
        .collect()
}

fn timed(runs: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..=runs)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .skip(1)
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn logarithms(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().map(|value| Some(value.ln_1p())).collect()
}

/// The engine alone: expectation and interval of the campaign's days.
fn engine(sites: &[Vec<f64>]) {
    let own = logarithms(&sites[0]);
    let controls = sites[1..].iter().map(|site| logarithms(site)).collect();
    let question = Question { past: own[..BEFORE].to_vec(), controls, season: 7, steps: DURING };
    let seen: f64 = own[BEFORE..].iter().flatten().sum();
    let effect = || {
        let mixture = answer(&question).unwrap().predict(&[1.0; DURING]).unwrap();
        #[expect(clippy::cast_precision_loss, reason = "a few days")]
        mixture.taken_from(seen).moved(0.0, 1.0 / DURING as f64)
    };
    let median = timed(10, || assert!(effect().deviation() > 0.0));
    let (found, (low, high)) = (effect().mean(), effect().interval(0.95));
    println!(
        "effect, {BEFORE} days, {CONTROLS} controls: {median:?} (median of 10); {found:.4} ({low:.4} to {high:.4})"
    );
}

/// Everything that a report tells of a campaign: make-believe dates, other ways of calculating, the drawn courses.
fn whole(sites: &[Vec<f64>]) {
    let first = day("2025-01-06");
    let start = first + Days::new(u64::try_from(BEFORE).unwrap());
    let end = start + Days::new(u64::try_from(DURING - 1).unwrap());
    let mut held = facts(&(end + Days::new(1)).to_string());
    for (site, values) in sites.iter().enumerate() {
        let id = format!("site-{site}");
        add_channel(&mut held, &id, Platform::Matomo);
        let days = first.iter_days().zip(values);
        add_points(&mut held, &id, "visits", days.map(|(day, value)| point(day, Some(*value), State::Ok)).collect());
    }
    let campaign = Campaign {
        id: "insats".into(),
        title: "En insats".to_owned(),
        start,
        end,
        unit: None,
        channels: vec!["site-0".into()],
        labels: Vec::new(),
        landing_pages: Vec::new(),
        control_channels: (1..=CONTROLS).map(|site| format!("site-{site}").as_str().into()).collect(),
        events: Vec::new(),
        why: None,
        outcome: Some("visits".into()),
        outcome_channels: vec!["site-0".into()],
        smallest_effect: Some(0.1),
        drawn: false,
    };
    let catalog = catalog();
    let median = timed(5, || {
        let found = campaign_effect(&campaign, &[], &held, &catalog).unwrap();
        assert!(found.reason.is_none() && found.variants.len() > 4 && found.make_believe.len() > 3);
    });
    println!("the same with make-believe dates and all gates: {median:?} (median of 5)");
}

/// A thousand forecasts from a year of weeks, on two threads.
fn forecasts() {
    let mut chance = Chance::named("benches/forecasts");
    let questions: Vec<Question> = (0..1_000)
        .map(|_| {
            let past = (0..52).map(|_| Some(40.0 + 10.0 * chance.normal())).collect();
            Question { past, controls: Vec::new(), season: 1, steps: 26 }
        })
        .collect();
    let foresee = |part: &[Question]| {
        for question in part {
            assert!(answer(question).unwrap().predict(&[1.0; 26]).unwrap().interval(0.8).1 > 0.0);
        }
    };
    let started = Instant::now();
    std::thread::scope(|scope| {
        for part in questions.chunks(500) {
            scope.spawn(move || foresee(part));
        }
    });
    let took = started.elapsed();
    println!("1 000 forecasts from 52 weeks on two threads: {took:?}, {:.0} a second", 1_000.0 / took.as_secs_f64());
}

/// The same campaign by the Python reference.
fn reference(sites: &[Vec<f64>]) {
    let Some(python) = std::env::var_os("GENOMSLAG_PYTHON") else {
        println!("tfp-causalimpact: not run (GENOMSLAG_PYTHON is not set)");
        return;
    };
    let mut table = String::from("y,x1,x2,x3,x4,x5,x6\n");
    for at in 0..BEFORE + DURING {
        let row: Vec<String> = sites.iter().map(|site| format!("{:?}", site[at].ln_1p())).collect();
        writeln!(table, "{}", row.join(",")).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("campaign.csv");
    std::fs::write(&path, table).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/causal_impact.py");
    let found = Command::new(python).arg(script).arg(&path).arg(BEFORE.to_string()).output().unwrap();
    let text = String::from_utf8_lossy(&found.stdout);
    let numbers: Vec<&str> = text.lines().last().unwrap_or_default().split_whitespace().collect();
    let [warm, first, effect, low, high] = numbers[..] else {
        println!("tfp-causalimpact: not run ({})", String::from_utf8_lossy(&found.stderr).lines().last().unwrap_or(""));
        return;
    };
    println!("tfp-causalimpact: {warm} s (median of 3; the first {first} s); {effect} ({low} to {high})");
}

fn main() {
    let sites = counts();
    engine(&sites);
    whole(&sites);
    forecasts();
    reference(&sites);
}
