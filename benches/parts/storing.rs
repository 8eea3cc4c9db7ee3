//! Three years of day values appended in one batch, then a year of views of ten channels read.

use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, Utc};
use genomslag::catalog::Catalog;
use genomslag::model::{Observation, OrganisationId, Period, Platform, Reading, State, Value, Window};
use genomslag::store::{Batch, Store, Wanted};

use super::process::{again, peak_told, timed};

const METRICS: [&str; 5] =
    ["page_media_view", "page_post_engagements", "page_views_total", "page_video_views", "page_total_actions"];

pub fn all() {
    for channels in ["20", "180"] {
        again(&["storing", channels]);
    }
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

pub fn measure(channels: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let first = NaiveDate::from_ymd_opt(2023, 11, 18).unwrap();
    let seen: DateTime<Utc> = "2026-11-18T06:00:00Z".parse().unwrap();
    let rows: Vec<Observation> = (0..channels)
        .flat_map(|channel| METRICS.iter().map(move |metric| (channel, *metric)))
        .flat_map(|(channel, metric)| {
            let days = first.iter_days().take(1096).zip(0_i64..);
            days.map(move |(day, index)| observation(channel, metric, day, (index * 7919) % 5000, seen))
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
            "{} observations: appended in {appended:.2?}; a year of 10 series read cold {cold:.1?}, warm {warm:.1?}; peak memory {}",
            rows.len(),
            peak_told()
        );
    });
}
