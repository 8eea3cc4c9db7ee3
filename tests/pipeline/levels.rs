//! A level that changed is told of once, and no other is.

use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};
use genomslag::model::{Gravity, Observation, Platform, Reading, State, Value, Window};
use genomslag::pipeline::{App, look_through};
use genomslag::store::Batch;

use crate::support::app::wednesday;
use crate::support::browser::empty_app;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Views of every day, a weekly pattern and a little to and fro; from the day of `shift` on so many tenths of it.
fn views(channel: &str, account: &str, shift: Option<(NaiveDate, i64)>) -> Vec<Observation> {
    let first = day("2026-05-01");
    let days = first.iter_days().take_while(|day| *day <= wednesday().date_naive() - Days::new(2));
    let one = |day: NaiveDate| {
        let noise = i64::from(day.ordinal()) * 7919 % 41 - 20;
        let usual = 400 + 60 * i64::from(day.weekday().num_days_from_monday() == 1) + noise;
        let tenths = shift.filter(|(from, _)| day >= *from).map_or(10, |(_, tenths)| tenths);
        Observation {
            organisation: "bjorkvalla".into(),
            platform: Platform::Facebook,
            channel: channel.into(),
            account: account.to_owned(),
            reading: Reading {
                post: None,
                metric: "page_media_view".to_owned(),
                dimension: None,
                window: Window::Day,
                start: day,
                end: day + Days::new(1),
                value: Some(Value::Whole(usual * tenths / 10)),
                state: State::Ok,
            },
            zone: "America/Los_Angeles".to_owned(),
            seen: wednesday(),
            source: "api:test".to_owned(),
            run: "test".to_owned(),
        }
    };
    days.map(one).collect()
}

async fn levels(app: &App) -> Vec<(String, Gravity, String)> {
    let open = app.state.open_alerts().await.unwrap();
    let of_levels = open.into_iter().filter(|alert| alert.key.starts_with("level/"));
    of_levels.map(|alert| (alert.key, alert.gravity, alert.what)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_fell_is_told_of_once() {
    let folder = tempfile::tempdir().unwrap();
    let app = empty_app(folder.path()).await;
    let account = |id: &str| app.config.channel(&id.into()).unwrap().account.clone();
    let mut observations = views("fb-kommun", &account("fb-kommun"), Some((day("2026-10-24"), 4)));
    observations.extend(views("fb-bibliotek", &account("fb-bibliotek"), None));
    let batch = Batch { observations: &observations, posts: &[], application: "test", version: 1 };
    app.store.append(batch).await.unwrap();

    Box::pin(look_through(&app, wednesday())).await.unwrap();
    let told = levels(&app).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let (key, gravity, text) = &told[0];
    assert_eq!((key.as_str(), *gravity), ("level/fb-kommun/views", Gravity::Warning));
    assert!(text.contains("24 oktober 2026"), "{text}");
    // The day after it is still so, and still one alert.
    Box::pin(look_through(&app, wednesday() + chrono::TimeDelta::days(1))).await.unwrap();
    assert_eq!(levels(&app).await.len(), 1);

    // Whoever wants to hear of no drops hears of none.
    let folder = tempfile::tempdir().unwrap();
    let mut app = empty_app(folder.path()).await;
    Arc::make_mut(&mut app.config).alerts.drops = false;
    let batch = Batch { observations: &observations, posts: &[], application: "test", version: 1 };
    app.store.append(batch).await.unwrap();
    Box::pin(look_through(&app, wednesday())).await.unwrap();
    assert_eq!(levels(&app).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_rose_is_worth_a_notice_unless_nobody_wants_it() {
    for jumps in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut app = empty_app(folder.path()).await;
        Arc::make_mut(&mut app.config).alerts.jumps = jumps;
        let account = app.config.channel(&"fb-kommun".into()).unwrap().account.clone();
        let observations = views("fb-kommun", &account, Some((day("2026-10-24"), 25)));
        let batch = Batch { observations: &observations, posts: &[], application: "test", version: 1 };
        app.store.append(batch).await.unwrap();
        Box::pin(look_through(&app, wednesday())).await.unwrap();
        let told: Vec<_> = levels(&app).await.into_iter().map(|(key, gravity, _)| (key, gravity)).collect();
        let rose = ("level/fb-kommun/views".to_owned(), Gravity::Notice);
        assert_eq!(told, if jumps { vec![rose] } else { Vec::new() });
    }
}
