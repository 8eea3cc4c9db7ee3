//! Which source is believed where several speak of the same thing: the interface, then newer files, then older ones.

use chrono::NaiveDate;
use genomslag::model::{ChannelId, MetricName, Observation, Platform, Post, State, Window};
use genomslag::store::{Appended, Batch};

use super::{at, catalog, day, facebook, keep, of_post, on_linkedin, open, post, value, values, without_value};

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
