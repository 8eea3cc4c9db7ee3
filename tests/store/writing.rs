//! What is written and kept: exports, writers at once, compaction, killed runs.

use std::fs;
use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use genomslag::model::{ChannelId, MetricName, OrganisationId, Period, State, Value, Window};
use genomslag::store::{Batch, ExportFilter, Store, StoreError};

use super::{at, catalog, day, facebook, files, keep, of_post, open, rows, value, values, without_value};

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
