//! The store on real files: what is kept, what is read, and what becomes of two at once.

mod killed;
mod laws;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use genomslag::catalog::Catalog;
use genomslag::model::{
    ChannelId, MetricName, Observation, OrganisationId, Period, Platform, Post, PostFormat, PostId, Reading, Source,
    State, Value, Window,
};
use genomslag::store::{Appended, Batch, ExportFilter, Refusal, Store, StoreError, Wanted};

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

#[tokio::test]
async fn an_empty_store_answers_everything_with_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let view = open(folder.path()).await.view(None).await.unwrap();
    let question = [facebook("views", day(11, 1), day(11, 8))];
    assert!(view.series(&catalog(), &question).unwrap()[0].points.is_empty());
    assert!(view.wholes(&catalog(), &question).unwrap().is_empty());
    assert_eq!(view.totals(&catalog(), &question).unwrap()[0].value, Err(Refusal::NoValue));
    assert_eq!(view.coverage(&catalog(), &question).unwrap()[0].gaps, [question[0].days]);
    assert!(view.last_days().unwrap().days.is_empty());
    assert!(view.posts(&[], None, None).unwrap().is_empty());
    assert!(view.post_values(&catalog(), &[], &[MetricName::from("views")]).unwrap().is_empty());
    assert!(view.export(&catalog(), &ExportFilter::default()).unwrap().is_empty());
}

#[tokio::test]
async fn what_was_known_when_stays_known() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut first = [value("views", day(11, 1), 10, at(11, 2, 5)), value("views", day(11, 2), 20, at(11, 2, 5))];
    first[1].reading.state = State::Preliminary;
    assert_eq!(keep(&store, 1, &first).await, Appended { new: 2, ..Appended::default() });
    let second = [
        value("views", day(11, 1), 11, at(11, 3, 5)),
        value("views", day(11, 2), 20, at(11, 3, 5)),
        value("views", day(11, 3), 30, at(11, 3, 5)),
    ];
    let appended = keep(&store, 2, &second).await;
    assert_eq!(appended, Appended { new: 1, restated: 1, settled: 1, ..Appended::default() });
    let third: Vec<_> = second
        .iter()
        .cloned()
        .map(|mut row| {
            row.seen = at(11, 4, 5);
            row
        })
        .collect();
    assert_eq!(keep(&store, 3, &third).await, Appended { unchanged: 3, ..Appended::default() });
    assert_eq!(rows(&store).await, 5, "what was known already is not kept again");

    // Another program, the same files.
    let store = open(folder.path()).await;
    let november = || facebook("views", day(11, 1), day(12, 1));
    let now = [(day(11, 1), Some(11.0)), (day(11, 2), Some(20.0)), (day(11, 3), Some(30.0))];
    assert_eq!(values(&store, november(), None).await, now);
    let then = [(day(11, 1), Some(10.0)), (day(11, 2), Some(20.0))];
    assert_eq!(values(&store, november(), Some(at(11, 2, 5))).await, then);
    assert_eq!(values(&store, november(), Some(at(11, 2, 5) - TimeDelta::microseconds(1))).await, []);
    let view = store.view(Some(at(11, 2, 6))).await.unwrap();
    let total = &view.totals(&catalog(), &[november()]).unwrap()[0];
    assert_eq!((total.value.clone(), total.days, total.expected, total.preliminary), (Ok(30.0), 2, 30, true));
}

#[tokio::test]
async fn the_same_run_lands_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let rows_of = |number| [value("views", day(11, 1), number, at(11, 2, 5))];
    keep(&store, 7, &rows_of(1)).await;
    for version in [7, 6] {
        let again = keep(&store, version, &rows_of(2)).await;
        assert_eq!(again, Appended { skipped_duplicate_run: true, ..Appended::default() });
    }
    let other = Batch { observations: &rows_of(1), posts: &[], application: "import/history", version: 1 };
    assert_eq!(store.append(other).await.unwrap().unchanged, 1);
    assert_eq!(rows(&store).await, 1);
}

#[tokio::test]
async fn a_row_that_cannot_be_true_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut stranger = value("views", day(11, 1), 1, at(11, 2, 5));
    stranger.organisation = OrganisationId::from("granvik");
    let mut silent = value("views", day(11, 1), 1, at(11, 2, 5));
    silent.reading.state = State::Absent;
    let mut backwards = value("views", day(11, 1), 1, at(11, 2, 5));
    backwards.reading.end = backwards.reading.start;
    for row in [stranger, silent, backwards] {
        let batch = Batch { observations: &[row], posts: &[], application: "collect", version: 1 };
        assert!(matches!(store.append(batch).await, Err(StoreError::Wrong(_))));
    }
    assert_eq!(rows(&store).await, 0);
}

#[tokio::test]
async fn a_renamed_metric_is_one_series_with_a_break() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let seen = at(7, 1, 5);
    let kept = [
        value("old_views", day(6, 14), 1, seen),
        // The platform still answers under the old name for a while: that is not what the metric means now.
        value("old_views", day(6, 15), 1000, seen),
        value("views", day(6, 15), 2, seen),
        value("views", day(6, 16), 3, seen),
    ];
    keep(&store, 1, &kept).await;
    let view = store.view(None).await.unwrap();
    let asked = [facebook("views", day(6, 1), day(7, 1)), facebook("views", day(6, 15), day(7, 1))];
    let series = view.series(&catalog(), &asked).unwrap();
    let points: Vec<_> = series[0].points.iter().map(|it| (it.metric.as_str(), it.value.unwrap())).collect();
    assert_eq!(points, [("old_views", 1.0), ("views", 2.0), ("views", 3.0)]);
    assert_eq!(series[0].breaks.len(), 1);
    assert_eq!((series[0].breaks[0].day, series[0].breaks[0].after.as_str()), (day(6, 15), "views"));
    assert_eq!(series[1].points.len(), 2);
    assert!(series[1].breaks.is_empty(), "nothing of the old meaning is in it");
}

#[tokio::test]
async fn a_stock_is_read_at_an_instant_where_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let instant = |on, number, hour| {
        let mut row = value("follows", on, number, on.and_hms_opt(hour, 0, 0).unwrap().and_utc());
        row.reading.window = Window::Instant;
        row
    };
    let kept = [
        value("follows", day(11, 1), 100, at(11, 2, 5)),
        value("follows", day(11, 2), 101, at(11, 3, 5)),
        instant(day(11, 2), 111, 6),
        instant(day(11, 2), 112, 18),
    ];
    keep(&store, 1, &kept).await;
    let asked = facebook("followers", day(11, 1), day(11, 8));
    assert_eq!(values(&store, asked.clone(), None).await, [(day(11, 1), Some(100.0)), (day(11, 2), Some(112.0))]);
    let total = store.view(None).await.unwrap().totals(&catalog(), &[asked]).unwrap().remove(0);
    assert_eq!((total.value, total.days), (Ok(112.0), 2), "of a stock the last stands");
}

#[tokio::test]
async fn a_sum_needs_every_summand() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let seen = at(11, 9, 5);
    let kept = [
        value("clicks", day(11, 1), 3, seen),
        value("likes", day(11, 1), 4, seen),
        value("clicks", day(11, 2), 3, seen),
        without_value(value("likes", day(11, 2), 0, seen), State::Absent),
        value("clicks", day(11, 3), 3, seen),
    ];
    keep(&store, 1, &kept.map(on_linkedin)).await;
    let asked = wanted("li-kommun", Platform::LinkedIn, "engagements", day(11, 1), day(11, 8));
    let view = store.view(None).await.unwrap();
    let series = view.series(&catalog(), std::slice::from_ref(&asked)).unwrap().remove(0);
    let points: Vec<_> = series.points.iter().map(|it| (it.day, it.value, it.state)).collect();
    let wanted = [(day(11, 1), Some(7.0), State::Ok), (day(11, 2), None, State::Absent)];
    assert_eq!(points, wanted, "the third day is not known at all");
    assert_eq!(series.points[0].metric, "clicks+likes");
    let total = &view.totals(&catalog(), &[asked]).unwrap()[0];
    assert_eq!((total.value.clone(), total.days), (Ok(7.0), 1));
}

#[tokio::test]
async fn absent_is_an_answer_and_a_refusal_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let first: Vec<_> = (1..=3).map(|on| value("views", day(11, on), 5, at(11, 4, 5))).collect();
    keep(&store, 1, &first).await;
    let later = [
        without_value(value("views", day(11, 1), 0, at(11, 5, 5)), State::Refused),
        without_value(value("views", day(11, 2), 0, at(11, 5, 5)), State::Absent),
        value("views", day(11, 3), 0, at(11, 5, 5)),
        without_value(value("views", day(11, 4), 0, at(11, 5, 5)), State::Refused),
    ];
    assert_eq!(keep(&store, 2, &later).await.restated, 3);
    let series = store.view(None).await.unwrap().series(&catalog(), &[facebook("views", day(11, 1), day(11, 8))]);
    let points: Vec<_> = series.unwrap()[0].points.iter().map(|it| (it.value, it.state)).collect();
    let wanted = [(Some(5.0), State::Ok), (None, State::Absent), (Some(0.0), State::Ok), (None, State::Refused)];
    assert_eq!(points, wanted);
}

#[tokio::test]
async fn at_the_same_moment_the_interface_wins_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut history = value("views", day(11, 1), 8, at(11, 2, 5));
    history.source = "history:2026.csv".to_owned();
    history.run = "9".to_owned();
    keep(&store, 1, &[value("views", day(11, 1), 9, at(11, 2, 5))]).await;
    keep(&store, 2, std::slice::from_ref(&history)).await;
    assert_eq!(values(&store, facebook("views", day(11, 1), day(11, 2)), None).await, [(day(11, 1), Some(9.0))]);
    assert_eq!(keep(&store, 3, &[history]).await.unchanged, 1, "the same file again brings nothing");
    // A file that tells an older truth is kept as such: as known then.
    let mut older = value("views", day(11, 1), 4, at(11, 1, 5));
    older.source = "history:2026.csv".to_owned();
    assert_eq!(keep(&store, 4, &[older]).await.new, 1);
    let asked = || facebook("views", day(11, 1), day(11, 2));
    assert_eq!(values(&store, asked(), None).await, [(day(11, 1), Some(9.0))]);
    assert_eq!(values(&store, asked(), Some(at(11, 1, 6))).await, [(day(11, 1), Some(4.0))]);
}

/// A value of a file that was made at the end of the day.
fn filed(value: Observation, hash: &str, made: NaiveDate) -> Observation {
    Observation { source: format!("import:{hash:0>16}@{made}T00:00:00Z"), ..value }
}

/// The same values, whatever the order: what stands on the first four days of November, and as known in between.
#[tokio::test]
async fn the_interface_stands_before_files_and_newer_files_before_older_in_any_order() {
    let (asked, none) = (|| facebook("views", day(11, 1), day(11, 6)), Appended::default());
    let interface = |seen| [value("views", day(11, 1), 10, seen), value("views", day(11, 2), 20, seen)];
    let older = |seen| [1, 2, 3, 4].map(|on| filed(value("views", day(11, on), 7, seen), "a", day(11, 5)));
    let newer = |seen| [2, 3, 5].map(|on| filed(value("views", day(11, on), 8, seen), "b", day(11, 9)));
    let now = [(day(11, 1), 10.0), (day(11, 2), 20.0), (day(11, 3), 8.0), (day(11, 4), 7.0), (day(11, 5), 8.0)];
    let now: Vec<_> = now.into_iter().map(|(day, value)| (day, Some(value))).collect();

    let first = tempfile::tempdir().unwrap();
    let store = open(first.path()).await;
    assert_eq!(keep(&store, 1, &older(at(11, 10, 5))).await, Appended { new: 4, ..none });
    assert_eq!(keep(&store, 2, &interface(at(11, 11, 5))).await, Appended { restated: 2, ..none });
    let appended = keep(&store, 3, &newer(at(11, 12, 5))).await;
    assert_eq!(appended, Appended { new: 1, restated: 1, stood_back: 1, ..none });
    assert_eq!(values(&store, asked(), None).await, now);
    let before = [10.0, 20.0, 7.0, 7.0].into_iter().zip(1..).map(|(value, on)| (day(11, on), Some(value)));
    assert_eq!(values(&store, asked(), Some(at(11, 11, 6))).await, before.collect::<Vec<_>>(), "as known then");
    let covered = store.view(None).await.unwrap().coverage(&catalog(), &[asked()]).unwrap().remove(0);
    assert_eq!((covered.days, covered.stood_back, covered.restated), (5, 2, 2), "1 and 2 November; 2 and 3 November");

    let second = tempfile::tempdir().unwrap();
    let store = open(second.path()).await;
    keep(&store, 1, &newer(at(11, 10, 5))).await;
    assert_eq!(keep(&store, 2, &older(at(11, 11, 5))).await, Appended { new: 2, stood_back: 2, ..none });
    assert_eq!(keep(&store, 3, &older(at(11, 11, 6))).await, Appended { unchanged: 4, ..none }, "the same file again");
    keep(&store, 4, &interface(at(11, 12, 5))).await;
    assert_eq!(values(&store, asked(), None).await, now);

    // A channel that is fed by files: the other way round.
    let store = store.with_files_first([ChannelId::from("fb-kommun")]);
    let by_files = [7.0, 8.0, 8.0, 7.0, 8.0].into_iter().zip(1..).map(|(value, on)| (day(11, on), Some(value)));
    assert_eq!(values(&store, asked(), None).await, by_files.collect::<Vec<_>>());
}

#[tokio::test]
async fn files_fill_what_the_interface_does_not_say() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let file = [1, 2].map(|on| filed(value("views", day(11, on), 7, at(11, 9, 5)), "a", day(11, 5)));
    keep(&store, 1, &file).await;
    let interface = [
        without_value(value("views", day(11, 1), 0, at(11, 10, 5)), State::Absent),
        without_value(value("views", day(11, 2), 0, at(11, 10, 5)), State::Refused),
        without_value(value("views", day(11, 3), 0, at(11, 10, 5)), State::Absent),
    ];
    keep(&store, 2, &interface).await;
    let found = values(&store, facebook("views", day(11, 1), day(11, 5)), None).await;
    assert_eq!(found, [(day(11, 1), Some(7.0)), (day(11, 2), Some(7.0)), (day(11, 3), None)]);
    // What the interface said, and then withdrew, is withdrawn; the file that agrees with what was said speaks on.
    keep(&store, 3, &[value("views", day(11, 4), 9, at(11, 11, 5))]).await;
    keep(&store, 4, &[filed(value("views", day(11, 4), 9, at(11, 12, 5)), "c", day(11, 8))]).await;
    keep(&store, 5, &[without_value(value("views", day(11, 4), 0, at(11, 13, 5)), State::Absent)]).await;
    assert_eq!(values(&store, facebook("views", day(11, 4), day(11, 5)), None).await, [(day(11, 4), Some(9.0))]);
}

#[tokio::test]
async fn a_post_under_two_names_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    // Ids as LinkedIn makes them: milliseconds in the upper bits. 12:00:00.000 and 12:00:01.000 on 1 November 2026.
    let id = |kind: &str, milliseconds: i64| format!("urn:li:{kind}:{}", milliseconds << 22 | 5);
    let noon = at(11, 1, 12).timestamp_millis();
    let (share, activity) = (id("share", noon), id("activity", noon + 1000));
    let on_platform = |post: Post| Post { platform: Platform::LinkedIn, channel: ChannelId::from("li-kommun"), ..post };
    let told = on_platform(post(&share, "Vi söker #undersköterskor", at(11, 2, 5)));
    let source = "import:000000000000000a@2026-11-05T00:00:00Z";
    let file = post(&activity, "Vi söker hashtag#undersköterskor", at(11, 3, 5));
    let file = Post { source: source.to_owned(), ..on_platform(file) };
    let counter = |post: &str, on, number, source: &str| {
        let row = on_linkedin(of_post(value("post_views", day(11, on), number, at(11, 9, 5)), post, Window::Day));
        Observation { source: source.to_owned(), ..row }
    };
    let rows = [counter(&share, 2, 50, "api:202608"), counter(&activity, 8, 40, source)];
    for (version, (posts, rows)) in (1..).zip([(&file, &rows[1]), (&told, &rows[0])]) {
        let (posts, observations) = (std::slice::from_ref(posts), std::slice::from_ref(rows));
        store.append(Batch { observations, posts, application: "both", version }).await.unwrap();
    }
    let view = store.view(None).await.unwrap();
    let posts = view.posts(&[], None, None).unwrap();
    assert_eq!(posts.iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), [share.as_str()]);
    let found = view.post_values(&catalog(), &[], &[MetricName::from("views")]).unwrap();
    let found: Vec<_> = found.iter().map(|it| (it.post.as_str(), it.value)).collect();
    assert_eq!(found, [(share.as_str(), Some(50.0))], "the interface's reading, and not 90");
    // Before the interface told of it, the file's name is the only one.
    let view = store.view(Some(at(11, 1, 12))).await.unwrap();
    assert!(view.posts(&[], None, None).unwrap().is_empty());
}

#[tokio::test]
async fn unique_counts_are_never_added() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut kept: Vec<_> = (2..=8).map(|on| value("reached", day(11, on), 100, at(11, 12, 5))).collect();
    let mut week = value("reached", day(11, 2), 333, at(11, 12, 5));
    (week.reading.window, week.reading.end) = (Window::Week, day(11, 9));
    kept.push(week);
    let mut part = value("reached", day(11, 2), 1, at(11, 12, 5));
    part.reading.dimension = Some("gender=f".to_owned());
    kept.push(part);
    keep(&store, 1, &kept).await;
    let view = store.view(None).await.unwrap();
    let asked = [
        facebook("reach", day(11, 2), day(11, 9)),
        facebook("reach", day(11, 1), day(11, 9)),
        facebook("rate", day(11, 2), day(11, 9)),
        facebook("nonsense", day(11, 2), day(11, 9)),
    ];
    let refusals: Vec<_> =
        view.totals(&catalog(), &asked).unwrap().into_iter().map(|it| it.value.unwrap_err()).collect();
    let (numerator, denominator) = (MetricName::from("engagements"), MetricName::from("views"));
    let ratio = Refusal::MadeFromParts { numerator, denominator };
    assert_eq!(refusals, [Refusal::NotAdditive, Refusal::NotAdditive, ratio, Refusal::Unknown]);
    let wholes = view.wholes(&catalog(), &asked).unwrap();
    assert_eq!(wholes.len(), 1, "only the stretch that the platform counted");
    assert_eq!((wholes[0].period, wholes[0].point.value), (asked[0].days, Some(333.0)));
    let days = view.series(&catalog(), &asked[..1]).unwrap();
    assert!(days[0].points.iter().all(|point| point.value == Some(100.0)) && days[0].points.len() == 7);
}

#[tokio::test]
async fn gaps_restatements_and_the_newest_day_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    keep(&store, 1, &[1, 2, 5].map(|on| value("views", day(11, on), 5, at(11, 6, 5)))).await;
    keep(&store, 2, &[value("views", day(11, 2), 6, at(11, 7, 5))]).await;
    keep(&store, 3, &[without_value(value("views", day(11, 6), 0, at(11, 8, 5)), State::Absent)]).await;
    let view = store.view(None).await.unwrap();
    let covered = view.coverage(&catalog(), &[facebook("views", day(11, 1), day(11, 8))]).unwrap().remove(0);
    assert_eq!((covered.days, covered.expected, covered.restated), (3, 7, 1));
    let gap = |from, to| Period::new(day(11, from), day(11, to)).unwrap();
    assert_eq!(covered.gaps, [gap(3, 5), gap(6, 8)]);
    let last = view.last_days().unwrap();
    let channel = ChannelId::from("fb-kommun");
    assert_eq!(last.days[&(channel.clone(), "views".to_owned())], day(11, 5));
    assert_eq!(last.seen[&channel], at(11, 8, 5));
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

#[tokio::test]
async fn posts_are_as_last_told_and_their_counters_as_last_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let batch = |posts, version| Batch { observations: &[], posts, application: "collect", version };
    let first = [post("1", "Hej", at(11, 2, 5)), post("2", "Snö", at(11, 2, 5)), post("1", "Hej", at(11, 2, 5))];
    let appended = store.append(batch(&first, 1)).await.unwrap();
    assert_eq!((appended.posts_new, appended.posts_changed), (2, 0), "the same post on two pages is one");
    let second = [post("1", "Hej!", at(11, 3, 5)), post("2", "Snö", at(11, 3, 5))];
    let appended = store.append(batch(&second, 2)).await.unwrap();
    assert_eq!((appended.posts_new, appended.posts_changed), (0, 1));
    let texts = |view: genomslag::store::View| -> Vec<String> {
        view.posts(&[], Some(at(11, 1, 12)), Some(at(11, 1, 13))).unwrap().into_iter().map(|it| it.text).collect()
    };
    assert_eq!(texts(store.view(None).await.unwrap()), ["Hej!", "Snö"]);
    assert_eq!(texts(store.view(Some(at(11, 2, 6))).await.unwrap()), ["Hej", "Snö"]);
    assert!(store.view(None).await.unwrap().posts(&[], None, Some(at(11, 1, 12))).unwrap().is_empty());

    let counters = [
        of_post(value("post_views", day(11, 2), 50, at(11, 2, 5)), "1", Window::Lifetime),
        of_post(value("post_views", day(11, 3), 70, at(11, 3, 5)), "1", Window::Lifetime),
        of_post(without_value(value("post_views", day(11, 3), 0, at(11, 3, 5)), State::Refused), "2", Window::Lifetime),
    ];
    keep(&store, 1, &counters).await;
    let per_day =
        [1, 2, 3].map(|on| on_linkedin(of_post(value("post_views", day(11, on), 2, at(11, 4, 5)), "a", Window::Day)));
    keep(&store, 2, &per_day).await;
    let holed =
        [1, 3].map(|on| on_linkedin(of_post(value("post_views", day(11, on), 2, at(11, 4, 5)), "b", Window::Day)));
    keep(&store, 3, &holed).await;
    let unique =
        [1, 2].map(|on| on_linkedin(of_post(value("post_reached", day(11, on), 2, at(11, 4, 5)), "a", Window::Day)));
    keep(&store, 4, &unique).await;
    let metrics = [MetricName::from("views"), MetricName::from("reach")];
    let found = store.view(None).await.unwrap().post_values(&catalog(), &[], &metrics).unwrap();
    let found: Vec<_> =
        found.iter().map(|it| (it.post.as_str(), it.metric.as_str(), it.value, it.state, it.day)).collect();
    let wanted = [
        ("1", "views", Some(70.0), State::Ok, day(11, 3)),
        ("2", "views", None, State::Refused, day(11, 3)),
        ("a", "views", Some(6.0), State::Ok, day(11, 3)),
    ];
    assert_eq!(found, wanted, "days with a hole are no total, and unique counts are never added");
}

#[tokio::test]
async fn a_figure_leads_back_to_its_observations() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let kept = [1, 2, 3].map(|on| value("views", day(11, on), i64::from(on), at(11, 5, 5)));
    keep(&store, 1, &kept).await;
    keep(&store, 2, &[value("views", day(11, 2), 20, at(11, 6, 5))]).await;
    let source = Source {
        channel: ChannelId::from("fb-kommun"),
        post: None,
        metrics: vec!["views+likes".to_owned()],
        window: Window::Day,
        start: day(11, 1),
        end: day(11, 3),
        observations: 2,
        seen: None,
        from: Vec::new(),
    };
    let traced = store.view(None).await.unwrap().trace(&source).unwrap();
    assert_eq!(traced, [kept[0].clone(), value("views", day(11, 2), 20, at(11, 6, 5))]);
}

#[tokio::test]
async fn the_export_is_what_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut ratio = value("engagement", day(11, 1), 0, at(11, 2, 5));
    ratio.reading.value = Some(Value::Decimal(0.0437));
    ratio.reading.dimension = Some("age=25-34,gender=f".to_owned());
    let kept = vec![
        ratio,
        value("follows", day(11, 1), -3, at(11, 2, 5)),
        of_post(value("post_views", day(11, 1), 1, at(11, 2, 5)), "1_2", Window::Lifetime),
        without_value(value("views", day(11, 1), 0, at(11, 2, 5)), State::Suppressed),
    ];
    keep(&store, 1, &kept).await;
    let view = store.view(None).await.unwrap();
    let exported = view.export(&catalog(), &ExportFilter::default()).unwrap();
    assert_eq!(exported.iter().map(|row| row.observation.clone()).collect::<Vec<_>>(), kept);
    let canonical: Vec<_> = exported.iter().map(|row| row.canonical.as_ref().map(MetricName::as_str)).collect();
    assert_eq!(canonical, [None, Some("followers"), Some("views"), Some("views")]);
    let narrow = ExportFilter {
        metrics: vec!["follows".to_owned()],
        days: Some(Period::day(day(11, 1))),
        ..ExportFilter::default()
    };
    assert_eq!(view.export(&catalog(), &narrow).unwrap().len(), 1);
    let path = folder.path().join("export.parquet");
    assert_eq!(view.export_parquet(&ExportFilter::default(), &path).unwrap(), 4);
    assert!(fs::read(&path).unwrap().starts_with(b"PAR1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_all_land() {
    let folder = tempfile::tempdir().unwrap();
    let writers = (0..6).map(|writer| {
        let root = folder.path().to_owned();
        tokio::spawn(async move {
            let store = open(&root).await;
            for round in 1..=4 {
                let mut row = value("views", day(11, 1), i64::from(round), at(11, round, 5));
                row.channel = ChannelId::from(format!("channel-{writer}"));
                let application = format!("collect/channel-{writer}");
                let batch =
                    Batch { observations: &[row], posts: &[], application: &application, version: i64::from(round) };
                store.append(batch).await.unwrap();
            }
        })
    });
    futures::future::join_all(writers).await.into_iter().for_each(|done| done.unwrap());
    assert_eq!(rows(&open(folder.path()).await).await, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn twins_of_one_run_land_once() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await;
    let twins = (0..4).map(|_| {
        let root = folder.path().to_owned();
        tokio::spawn(async move { keep(&open(&root).await, 1, &[value("views", day(11, 1), 1, at(11, 2, 5))]).await })
    });
    let appended: Vec<_> = futures::future::join_all(twins).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(appended.iter().map(|it| it.new).sum::<u64>(), 1);
    assert_eq!(appended.iter().filter(|it| it.skipped_duplicate_run).count(), 3);
    assert_eq!(rows(&open(folder.path()).await).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn compactions_and_appends_at_once_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for on in 1..=10 {
        keep(&store, i64::from(on), &[value("views", day(11, on), i64::from(on), at(11, 20, 5))]).await;
    }
    let compactions = (0..3).map(|_| {
        let root = folder.path().to_owned();
        tokio::spawn(async move {
            match open(&root).await.compact().await {
                Ok(compacted) => compacted.before,
                Err(StoreError::Racing { .. }) => 0,
                Err(error) => panic!("{error}"),
            }
        })
    });
    let appends = (11..=20).map(|on| {
        let root = folder.path().to_owned();
        tokio::spawn(async move {
            let rows = [value("views", day(11, on), i64::from(on), at(11, 20, 5))];
            let application = format!("import/{on}");
            let batch = Batch { observations: &rows, posts: &[], application: &application, version: 1 };
            usize::try_from(open(&root).await.append(batch).await.unwrap().new).unwrap()
        })
    });
    let done = futures::future::join_all(compactions.chain(appends).collect::<Vec<_>>()).await;
    let done: Vec<usize> = done.into_iter().map(Result::unwrap).collect();
    assert!(done[..3].iter().any(|files| *files >= 2), "one of them compacted: {done:?}");
    assert_eq!(done[3..], [1; 10]);
    assert_eq!(rows(&store).await, 20);
    store.compact().await.unwrap();
    assert_eq!(rows(&store).await, 20);
    let total = store.view(None).await.unwrap().totals(&catalog(), &[facebook("views", day(11, 1), day(12, 1))]);
    assert_eq!(total.unwrap()[0].value, Ok(210.0));
}

#[tokio::test]
async fn what_a_killed_run_leaves_is_not_read_and_goes_with_a_vacuum() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    keep(&store, 1, &[value("views", day(11, 1), 1, at(11, 2, 5))]).await;
    keep(&store, 2, &[value("views", day(11, 2), 2, at(11, 3, 5))]).await;
    // Killed after the data file and before the log entry, and in the midst of a log entry.
    let data = files(folder.path(), ".parquet");
    let orphan = data[0].with_file_name("part-0000.parquet");
    fs::copy(&data[0], &orphan).unwrap();
    let log = folder.path().join("observations/_delta_log");
    fs::write(log.join("00000000000000000003.json#77"), "{\"add\":{\"pa").unwrap();
    let store = open(folder.path()).await;
    assert_eq!(rows(&store).await, 2);
    // The run is made again and completes.
    keep(&store, 3, &[value("views", day(11, 3), 3, at(11, 4, 5))]).await;
    assert_eq!(rows(&store).await, 3);
    store.compact().await.unwrap();
    assert_eq!(store.vacuum(Duration::ZERO).await.unwrap().files, 0, "never anything younger than a day");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    fs::File::options().write(true).open(&orphan).unwrap().set_modified(old).unwrap();
    assert_eq!(store.vacuum(Duration::from_hours(24)).await.unwrap().files, 1);
    assert!(!orphan.exists());
    assert_eq!(rows(&open(folder.path()).await).await, 3);
}

#[tokio::test]
async fn organisations_share_a_table_and_see_only_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let strange = OrganisationId::from("Ação & Co/1");
    let store = Store::open(folder.path(), &strange).await.unwrap();
    let mut row = value("views", day(11, 1), 1, at(11, 2, 5));
    row.organisation = strange.clone();
    keep(&store, 1, std::slice::from_ref(&row)).await;
    let ours = open(folder.path()).await;
    assert_eq!(rows(&ours).await, 0);
    keep(&ours, 2, &[value("views", day(11, 1), 2, at(11, 2, 5)), value("views", day(11, 2), 2, at(11, 2, 5))]).await;
    keep(&ours, 3, &[value("views", day(11, 3), 2, at(11, 2, 5))]).await;
    assert_eq!(ours.compact().await.unwrap().rows, 3);
    assert_eq!((rows(&store).await, rows(&ours).await), (1, 3));
    let exported = store.view(None).await.unwrap().export(&catalog(), &ExportFilter::default()).unwrap();
    assert_eq!(exported[0].observation, row);
}

#[tokio::test]
async fn a_run_is_remembered_beyond_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for round in 1..=55_i64 {
        keep(&store, round, &[value("views", day(11, 1), round, at(11, 2, 5) + TimeDelta::minutes(round))]).await;
    }
    assert!(!files(folder.path(), ".checkpoint.parquet").is_empty());
    let store = open(folder.path()).await;
    assert!(keep(&store, 3, &[value("views", day(11, 2), 1, at(11, 4, 5))]).await.skipped_duplicate_run);
    assert_eq!(rows(&store).await, 55);
    assert_eq!(values(&store, facebook("views", day(11, 1), day(11, 2)), None).await, [(day(11, 1), Some(55.0))]);
    assert_eq!(store.compact().await.unwrap().before, 55);
    assert_eq!(values(&store, facebook("views", day(11, 1), day(11, 2)), None).await, [(day(11, 1), Some(55.0))]);
}
