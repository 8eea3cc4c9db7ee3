//! `cargo bench`: how fast a report is drawn and how fast the store is read, printed as medians. No thresholds: figures
//! are read by people, and stand with the machine in `benches/README.md`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement may stop where it fails, and prints")]

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, Utc};
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::statistics::engine::{Question, answer};
use genomslag::catalog::Catalog;
use genomslag::model::{Observation, OrganisationId, Period, Platform, Reading, State, Value, Window};
use genomslag::render::Look;
use genomslag::render::typeset::Typeset;
use genomslag::report::Report;
use genomslag::store::{Batch, Store, Wanted};

/// The median of the times.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn timed(runs: usize, mut work: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    let first = times.remove(0);
    (first, median(times))
}

/// Effect over 500 days with six controls, and a forecast from a year of weeks.
fn judging() {
    let mut chance = Chance::named("measure");
    let mut series = |count: usize| -> Vec<Option<f64>> {
        let mut level = 6.0;
        (0..count)
            .map(|_| {
                level += 0.02 * chance.normal();
                Some(level + 0.2 * chance.normal())
            })
            .collect()
    };
    let controls = (0..6).map(|_| series(528)).collect();
    let effect = Question { past: series(500), controls, season: 7, steps: 28 };
    let (_, warm) = timed(11, || {
        assert!(answer(&effect).unwrap().predict(&[1.0; 28]).unwrap().deviation() > 0.0);
    });
    println!("effect of a campaign, 500 days, 6 controls: {warm:?} (median of 10)");
    let forecast = Question { past: series(52), controls: Vec::new(), season: 1, steps: 26 };
    let (_, warm) = timed(101, || {
        assert!(answer(&forecast).unwrap().predict(&[1.0; 26]).unwrap().interval(0.8).1 > 0.0);
    });
    println!("forecast from 52 weeks: {warm:?} (median of 100)");
}

fn drawing() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/render/sample/demo-weekly.json"));
    let report: Report = serde_json::from_str(&text.unwrap()).unwrap();
    let look = Look::builtin();
    let (cold, warm) = timed(31, || {
        assert!(!Typeset::new(&report, &look).unwrap().pdf().unwrap().is_empty());
    });
    println!("weekly report as PDF: cold {cold:?}, warm {warm:?} (median of 30)");
    let (_, warm) = timed(11, || {
        assert!(!Typeset::new(&report, &look).unwrap().pages(144.0).unwrap().is_empty());
    });
    println!("its pages as PNG, 144 dots an inch: warm {warm:?} (median of 10)");
}

fn observation(channel: usize, metric: &str, day: NaiveDate, value: i64, seen: DateTime<Utc>) -> Observation {
    Observation {
        organisation: OrganisationId::from("bench"),
        platform: Platform::Facebook,
        channel: format!("fb-{channel}").into(),
        account: channel.to_string(),
        reading: Reading {
            post: None,
            metric: metric.to_owned(),
            dimension: None,
            window: Window::Day,
            start: day,
            end: day + Days::new(1),
            value: Some(Value::Whole(value)),
            state: State::Ok,
        },
        zone: "America/Los_Angeles".to_owned(),
        seen,
        source: "api:v25.0".to_owned(),
        run: "bench".to_owned(),
    }
}

/// Three years of `channels` × `METRICS` days, appended in one batch, then a year of views of ten channels read.
fn storing(channels: usize) {
    const METRICS: [&str; 5] =
        ["page_media_view", "page_post_engagements", "page_views_total", "page_video_views", "page_total_actions"];
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let first = NaiveDate::from_ymd_opt(2023, 11, 18).unwrap();
    let seen: DateTime<Utc> = "2026-11-18T06:00:00Z".parse().unwrap();
    let rows: Vec<Observation> = (0..channels)
        .flat_map(|channel| METRICS.iter().map(move |metric| (channel, *metric)))
        .flat_map(|(channel, metric)| {
            first
                .iter_days()
                .take(1096)
                .zip(0_i64..)
                .map(move |(day, index)| observation(channel, metric, day, (index * 7919) % 5000, seen))
        })
        .collect();
    runtime.block_on(async {
        let store = Store::open(folder.path(), &OrganisationId::from("bench")).await.unwrap();
        let started = Instant::now();
        let batch = Batch { observations: &rows, posts: &[], application: "bench", version: 1 };
        store.append(batch).await.unwrap();
        let appended = started.elapsed();
        let days = Period::new(first + Days::new(700), first + Days::new(1065)).unwrap();
        let wanted: Vec<Wanted> = (0..10)
            .map(|channel| Wanted {
                channel: format!("fb-{channel}").into(),
                platform: Platform::Facebook,
                metric: "views".into(),
                days,
            })
            .collect();
        let (cold, warm) = timed(11, || {
            let view = futures::executor::block_on(store.view(None)).unwrap();
            assert_eq!(view.series(Catalog::builtin(), &wanted).unwrap().len(), 10);
        });
        println!(
            "{} observations: appended in {appended:?}; a year of 10 series read cold {cold:?}, warm {warm:?}",
            rows.len()
        );
    });
}

fn main() {
    drawing();
    judging();
    for channels in [20, 180] {
        storing(channels);
    }
}
