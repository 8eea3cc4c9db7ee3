//! The store on real files: what is kept, what is read, and what becomes of two at once.

mod believed;
mod killed;
mod laws;
mod reading;
mod weeding;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, NaiveDate, Utc};
use genomslag::catalog::Catalog;
use genomslag::model::{
    ChannelId, MetricName, Observation, OrganisationId, Period, Platform, Post, PostFormat, PostId, Reading, State,
    Value, Window,
};
use genomslag::store::{Appended, Batch, ExportFilter, Store, Wanted};

fn catalog() -> Catalog {
    let canonical = |name: &str, rollup: &str| {
        format!(
            "[[canonical]]\nname = \"{name}\"\ntitle = {{ sv = \"x\", en = \"x\" }}\nunit = \"count\"\nrollup = {rollup}\nacross = \"all\"\ndefinition = {{ sv = \"x\", en = \"x\" }}\n"
        )
    };
    let metric = |platform: &str, name: &str, subject: &str, window: &str, additivity: &str, more: &str| {
        format!(
            "[[metric]]\nplatform = \"{platform}\"\nname = \"{name}\"\nsubject = \"{subject}\"\nask = \"a\"\nwindows = [\"{window}\"]\nunit = \"count\"\nadditivity = \"{additivity}\"\ndefinition = {{ sv = \"x\", en = \"x\" }}\nsource = \"x\"\n{more}\n"
        )
    };
    let text = [
        canonical("followers", "\"last\""),
        canonical("views", "\"sum\""),
        canonical("reach", "\"never\""),
        canonical("engagements", "\"sum\""),
        canonical("rate", "{ ratio_of_sums = { numerator = \"engagements\", denominator = \"views\" } }"),
        metric(
            "facebook",
            "old_views",
            "account",
            "day",
            "additive",
            "canonical = \"views\"\nvalid_to = \"2026-06-15\"\nsuccessor = \"views\"",
        ),
        metric("facebook", "views", "account", "day", "additive", "canonical = \"views\"\nvalid_from = \"2026-06-15\""),
        metric("facebook", "follows", "account", "day", "gauge", "canonical = \"followers\""),
        metric("facebook", "reached", "account", "day", "unique", "canonical = \"reach\""),
        metric("linkedin", "clicks", "account", "day", "additive", "also_feeds = [\"engagements\"]"),
        metric("linkedin", "likes", "account", "day", "additive", "also_feeds = [\"engagements\"]"),
        metric("facebook", "post_views", "post", "lifetime", "gauge", "canonical = \"views\""),
        metric("linkedin", "post_views", "post", "day", "additive", "canonical = \"views\""),
        metric("linkedin", "post_reached", "post", "day", "unique", "canonical = \"reach\""),
    ];
    Catalog::read(&text.concat()).unwrap()
}

/// 2026-`month`-`day`.
fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn at(month: u32, on: u32, hour: u32) -> DateTime<Utc> {
    day(month, on).and_hms_opt(hour, 0, 0).unwrap().and_utc()
}

fn bjorkvalla() -> OrganisationId {
    OrganisationId::from("bjorkvalla")
}

async fn open(folder: &Path) -> Store {
    Store::open(folder, &bjorkvalla()).await.unwrap()
}

/// A value per day of the Facebook channel.
fn value(metric: &str, on: NaiveDate, value: i64, seen: DateTime<Utc>) -> Observation {
    Observation {
        organisation: bjorkvalla(),
        platform: Platform::Facebook,
        channel: ChannelId::from("fb-kommun"),
        account: "100000000000001".to_owned(),
        reading: Reading {
            post: None,
            metric: metric.to_owned(),
            dimension: None,
            window: Window::Day,
            start: on,
            end: on + Days::new(1),
            value: Some(Value::Whole(value)),
            state: State::Ok,
        },
        zone: "America/Los_Angeles".to_owned(),
        seen,
        source: "api:v25.0".to_owned(),
        run: "1".to_owned(),
    }
}

fn without_value(mut observation: Observation, state: State) -> Observation {
    observation.reading.value = None;
    observation.reading.state = state;
    observation
}

fn on_linkedin(mut observation: Observation) -> Observation {
    observation.platform = Platform::LinkedIn;
    observation.channel = ChannelId::from("li-kommun");
    observation
}

fn of_post(mut observation: Observation, post: &str, window: Window) -> Observation {
    observation.reading.post = Some(PostId::from(post));
    observation.reading.window = window;
    observation
}

fn wanted(channel: &str, platform: Platform, metric: &str, from: NaiveDate, to: NaiveDate) -> Wanted {
    Wanted {
        channel: ChannelId::from(channel),
        platform,
        metric: MetricName::from(metric),
        days: Period::new(from, to).unwrap(),
    }
}

fn facebook(metric: &str, from: NaiveDate, to: NaiveDate) -> Wanted {
    wanted("fb-kommun", Platform::Facebook, metric, from, to)
}

async fn keep(store: &Store, version: i64, observations: &[Observation]) -> Appended {
    store.append(Batch { observations, posts: &[], application: "collect/fb-kommun", version }).await.unwrap()
}

async fn values(store: &Store, wanted: Wanted, as_known_at: Option<DateTime<Utc>>) -> Vec<(NaiveDate, Option<f64>)> {
    let series = store.view(as_known_at).await.unwrap().series(&catalog(), &[wanted]).unwrap();
    series[0].points.iter().map(|point| (point.day, point.value)).collect()
}

/// Every file below the folder that ends so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

async fn rows(store: &Store) -> usize {
    let everything = ExportFilter { every_reading: true, ..ExportFilter::default() };
    store.view(None).await.unwrap().export(&catalog(), &everything).unwrap().len()
}

fn post(id: &str, text: &str, seen: DateTime<Utc>) -> Post {
    Post {
        organisation: bjorkvalla(),
        platform: Platform::Facebook,
        channel: ChannelId::from("fb-kommun"),
        id: PostId::from(id),
        published: at(11, 1, 12),
        format: PostFormat::Image,
        text: text.to_owned(),
        permalink: Some(format!("https://facebook.example/{id}")),
        link: None,
        seen,
        source: "api:v25.0".to_owned(),
    }
}
