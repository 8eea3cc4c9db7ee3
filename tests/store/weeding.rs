//! Retention in the store: what is older than a decision allows goes, nothing else does, and it does not come back.

use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Utc};
use genomslag::catalog::Catalog;
use genomslag::model::{
    ChannelId, Observation, OrganisationId, Platform, Post, PostFormat, PostId, Reading, State, Value, Window,
};
use genomslag::store::{Appended, Batch, ExportFilter, Kept, Store, Weeds};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn open(folder: &Path) -> Store {
    Store::open(folder, &OrganisationId::from("bjorkvalla")).await.unwrap()
}

fn value(on: NaiveDate, value: i64, seen: &str) -> Observation {
    Observation {
        organisation: OrganisationId::from("bjorkvalla"),
        platform: Platform::Facebook,
        channel: ChannelId::from("fb-kommun"),
        account: "1".to_owned(),
        reading: Reading {
            post: None,
            metric: "views".to_owned(),
            dimension: None,
            window: Window::Day,
            start: on,
            end: on + Days::new(1),
            value: Some(Value::Whole(value)),
            state: State::Ok,
        },
        zone: "America/Los_Angeles".to_owned(),
        seen: at(seen),
        source: "api:v25.0".to_owned(),
        run: "1".to_owned(),
    }
}

fn post(id: &str, published: &str) -> Post {
    Post {
        organisation: OrganisationId::from("bjorkvalla"),
        platform: Platform::Facebook,
        channel: ChannelId::from("fb-kommun"),
        id: PostId::from(id),
        published: at(published),
        format: PostFormat::Image,
        text: "Isbanan är öppen".to_owned(),
        permalink: None,
        link: None,
        seen: at("2026-11-18T06:00:00Z"),
        source: "api:v25.0".to_owned(),
    }
}

/// Ten days of November 2024 and ten of November 2026, in two runs.
async fn filled(folder: &Path) -> Store {
    let store = open(folder).await;
    for (version, first, seen) in [(1, "2024-11-01", "2024-11-12T05:00:00Z"), (2, "2026-11-01", "2026-11-12T05:00:00Z")]
    {
        let rows: Vec<Observation> =
            (0..10).map(|on| value(day(first) + Days::new(on), i64::try_from(on).unwrap(), seen)).collect();
        keep(&store, version, &rows, &[post(&format!("p{version}"), &format!("{first}T12:00:00Z"))]).await;
    }
    store
}

async fn keep(store: &Store, version: i64, observations: &[Observation], posts: &[Post]) -> Appended {
    store.append(Batch { observations, posts, application: "collect/fb-kommun", version }).await.unwrap()
}

async fn starts(store: &Store) -> Vec<NaiveDate> {
    let view = store.view(None).await.unwrap();
    let mut starts: Vec<NaiveDate> = view
        .export(Catalog::builtin(), &ExportFilter::default())
        .unwrap()
        .iter()
        .map(|row| row.observation.reading.start)
        .collect();
    starts.sort();
    starts
}

#[tokio::test]
async fn what_is_older_goes_to_the_day_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let open_view = store.view(None).await.unwrap();
    // The value of 4 November covers the day that ends on the fifth.
    let before = day("2024-11-05");
    assert_eq!(store.weed_dry(Weeds::Observations, before).await.unwrap(), 4);
    assert_eq!(starts(&store).await.len(), 20, "a dry run removes nothing");
    assert_eq!(store.weed(Weeds::Observations, before).await.unwrap(), 4);
    let left = starts(&store).await;
    assert_eq!((left.len(), left[0]), (16, day("2024-11-05")));
    assert_eq!(store.weed(Weeds::Observations, before).await.unwrap(), 0, "nothing is left to remove");
    // Whoever had opened the store before still reads what there was.
    assert_eq!(open_view.export(Catalog::builtin(), &ExportFilter::default()).unwrap().len(), 20);
    // A whole file, and then all of them.
    assert_eq!(store.weed(Weeds::Observations, day("2026-01-01")).await.unwrap(), 6);
    assert_eq!(starts(&store).await.len(), 10);
    assert_eq!(store.weed(Weeds::Observations, day("2027-01-01")).await.unwrap(), 10);
    assert!(starts(&open(folder.path()).await).await.is_empty());
}

#[tokio::test]
async fn posts_go_by_when_they_were_published() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path()).await;
    let channels = [ChannelId::from("fb-kommun")];
    assert_eq!(store.weed_dry(Weeds::Posts, day("2024-11-01")).await.unwrap(), 0, "published on the day itself");
    assert_eq!(store.weed_dry(Weeds::Posts, day("2024-11-02")).await.unwrap(), 1);
    assert_eq!(store.weed(Weeds::Posts, day("2024-11-02")).await.unwrap(), 1);
    let left = store.view(None).await.unwrap().posts(&channels, None, None).unwrap();
    assert_eq!(left.iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), ["p2"]);
    assert_eq!(starts(&store).await.len(), 20, "their values are another matter");
}

#[tokio::test]
async fn what_was_weeded_does_not_come_back_with_the_next_fetch() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await.weed(Weeds::Observations, day("2025-11-18")).await.unwrap();
    let store = open(folder.path()).await.keeping(Kept { observations: Some(365), posts: Some(365) });
    let seen = "2026-11-18T06:00:00Z";
    let rows =
        [value(day("2024-11-03"), 3, seen), value(day("2025-11-17"), 4, seen), value(day("2025-11-18"), 5, seen)];
    let appended =
        keep(&store, 3, &rows, &[post("p1", "2024-11-01T12:00:00Z"), post("p3", "2026-11-01T12:00:00Z")]).await;
    // 18 November 2025 is 365 days before: a day that ends then is too old, one that ends on the 19th is kept.
    assert_eq!((appended.new, appended.too_old, appended.posts_new), (1, 3, 1));
    assert_eq!(starts(&store).await[0], day("2025-11-18"));
}

#[tokio::test]
async fn rows_that_come_meanwhile_are_kept_and_two_at_once_remove_each_row_once() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (filled(folder.path()).await, open(folder.path()).await);
    let fresh = [value(day("2026-11-20"), 7, "2026-11-21T05:00:00Z")];
    let (first, second, third, appended) = tokio::join!(
        one.weed(Weeds::Observations, day("2024-11-06")),
        other.weed(Weeds::Observations, day("2024-11-06")),
        one.compact(),
        keep(&other, 3, &fresh, &[]),
    );
    assert_eq!(first.unwrap() + second.unwrap(), 5);
    // The compaction may have been overtaken: it is told so, and nothing is lost by it.
    drop(third);
    assert_eq!(appended.new, 1);
    let left = starts(&one).await;
    assert_eq!((left.len(), left.first().copied()), (16, Some(day("2024-11-06"))));
}
