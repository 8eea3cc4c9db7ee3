//! What the store answers: the latest that was seen, as known when, with reasons where there is no value.

use chrono::TimeDelta;
use genomslag::model::{ChannelId, MetricName, OrganisationId, Period, Platform, Source, State, Window};
use genomslag::store::{Appended, Batch, ExportFilter, Refusal, StoreError};

use super::{
    at, catalog, day, facebook, keep, of_post, on_linkedin, open, post, rows, value, values, wanted, without_value,
};

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
    // A counter of all its days, and only the last of them one by one.
    let whole = on_linkedin(of_post(value("post_views", day(11, 3), 70, at(11, 3, 5)), "c", Window::Lifetime));
    let some =
        [4, 5].map(|on| on_linkedin(of_post(value("post_views", day(11, on), 2, at(11, 6, 5)), "c", Window::Day)));
    keep(&store, 5, &[&[whole], some.as_slice()].concat()).await;
    let metrics = [MetricName::from("views"), MetricName::from("reach")];
    let found = store.view(None).await.unwrap().post_values(&catalog(), &[], &metrics).unwrap();
    let found: Vec<_> =
        found.iter().map(|it| (it.post.as_str(), it.metric.as_str(), it.value, it.state, it.day)).collect();
    let wanted = [
        ("1", "views", Some(70.0), State::Ok, day(11, 3)),
        ("2", "views", None, State::Refused, day(11, 3)),
        ("a", "views", Some(6.0), State::Ok, day(11, 3)),
        ("c", "views", Some(70.0), State::Ok, day(11, 3)),
    ];
    assert_eq!(found, wanted, "days with a hole are no total, and unique counts are never added");
}

#[tokio::test]
async fn of_a_counter_the_last_reading_of_the_interface_stands_and_a_file_fills_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let counter = |post: &str, on, number| {
        of_post(value("post_views", day(11, on), number, at(11, on, 5)), post, Window::Lifetime)
    };
    let of_file = |post: &str, on, number| {
        let mut row = counter(post, on, number);
        row.source = format!("import:0123456789abcdef@2026-11-{on:02}T05:00:00Z");
        row
    };
    let refused = |post: &str, on| without_value(counter(post, on, 0), State::Refused);
    // Read three times by the interface; the file was made after the last of them.
    keep(&store, 1, &[counter("both", 2, 50), counter("both", 3, 70), of_file("both", 5, 60)]).await;
    // The interface has nothing to say any more: the file does.
    keep(&store, 2, &[counter("refused", 2, 50), of_file("refused", 3, 55), refused("refused", 4)]).await;
    // Two files: the later one, in whichever order they came.
    keep(&store, 3, &[of_file("files", 5, 9), of_file("files", 4, 8)]).await;
    keep(&store, 4, &[counter("alone", 2, 50), counter("alone", 4, 80), counter("alone", 3, 70)]).await;
    let found = store.view(None).await.unwrap().post_values(&catalog(), &[], &[MetricName::from("views")]).unwrap();
    let found: Vec<_> = found.iter().map(|it| (it.post.as_str(), it.value, it.day)).collect();
    let wanted = [
        ("alone", Some(80.0), day(11, 4)),
        ("both", Some(70.0), day(11, 3)),
        ("files", Some(9.0), day(11, 5)),
        ("refused", Some(55.0), day(11, 3)),
    ];
    assert_eq!(found, wanted);
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
