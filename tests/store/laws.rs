//! What must hold for any data: the view is that of the rows, however they came.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use genomslag::model::{ChannelId, MetricName, Observation, Platform, State, Value, Window};
use genomslag::store::{Batch, ExportFilter};
use proptest::prelude::{ProptestConfig, Strategy, prop_assert_eq, proptest};

use super::{at, catalog, day, keep, of_post, open, value, wanted, without_value};

/// A row: channel, day, minute of the reading, value; none: refused, below zero: absent.
type Row = (usize, u32, i64, Option<i64>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0_usize..2, 1_u32..4, 0_i64..6, proptest::option::weighted(0.8, -1_i64..4)), 1..24)
}

fn seen(minute: i64) -> DateTime<Utc> {
    at(11, 10, 5) + TimeDelta::minutes(minute)
}

fn observation((channel, on, minute, number): Row) -> Observation {
    let mut row = value("views", day(11, on), number.unwrap_or(0), seen(minute));
    row.channel = ChannelId::from(format!("channel-{channel}"));
    match number {
        None => without_value(row, State::Refused),
        Some(number) if number < 0 => without_value(row, State::Absent),
        Some(_) => row,
    }
}

/// What a reader must see, found by plain counting: an answer before a refusal, then the latest.
fn expected(rows: &[Row], known_at: i64, channel: usize) -> Vec<(NaiveDate, Option<f64>, State)> {
    let mut latest: BTreeMap<u32, (bool, i64, Observation)> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.0 == channel && row.2 <= known_at) {
        let ranked = (row.3.is_some(), row.2, observation(*row));
        let best = latest.entry(row.1).or_insert_with(|| ranked.clone());
        if (best.0, best.1) <= (ranked.0, ranked.1) {
            *best = ranked;
        }
    }
    let shown = |(on, (_, _, row)): (u32, (bool, i64, Observation))| {
        (day(11, on), row.reading.value.map(genomslag::model::Value::as_f64), row.reading.state)
    };
    latest.into_iter().map(shown).collect()
}

/// One row per channel, day and moment: a platform says one thing at a time.
fn one_answer_at_a_time(rows: Vec<Row>) -> Vec<Row> {
    let by_key: BTreeMap<(i64, usize, u32), Row> = rows.into_iter().map(|row| ((row.2, row.0, row.1), row)).collect();
    by_key.into_values().collect()
}

/// A reading of a counter: post, day, minute of the reading, what became of it, who says it (0 to 2 the interface, 3 a
/// file, 4 another file, 5 a history), and whether it is one value of a breakdown.
type Counter = (usize, u32, i64, Option<i64>, usize, bool);

fn counters() -> impl Strategy<Value = Vec<Counter>> {
    let number = proptest::option::weighted(0.8, -1_i64..4);
    let one = (0_usize..3, 1_u32..6, 0_i64..9, number, 0_usize..6, proptest::bool::weighted(0.15));
    proptest::collection::vec(one, 1..40)
}

fn counter((post, on, minute, number, source, of_breakdown): Counter) -> Observation {
    // Half of the posts are read in two windows.
    let window = if post > 0 && on % 2 == 0 { Window::Instant } else { Window::Lifetime };
    let row = value("post_views", day(11, on), number.unwrap_or(0), seen(minute));
    let mut row = of_post(row, &format!("post-{post}"), window);
    row.reading.dimension = of_breakdown.then(|| "age=old".to_owned());
    let source = match source {
        0..=2 => "api:v25.0",
        3 => "import:000000000000000a@2026-11-05T05:00:00Z",
        4 => "import:000000000000000b@2026-11-04T05:00:00Z",
        _ => "history:old.csv",
    };
    source.clone_into(&mut row.source);
    match number {
        None => without_value(row, State::Refused),
        Some(number) if number < 0 => without_value(row, State::Absent),
        Some(_) => row,
    }
}

/// How much a source is believed, and when its file was made.
fn believed(source: &str) -> (u8, &str) {
    match source.split_once('@') {
        Some((_, made)) => (1, made),
        None if source.starts_with("api:") => (2, ""),
        None => (0, ""),
    }
}

/// The greatest of the rows of each key, by plain counting.
fn greatest<'a, K: Ord, G: Ord>(
    rows: impl IntoIterator<Item = &'a Observation>,
    key: impl Fn(&'a Observation) -> K,
    grade: impl Fn(&'a Observation) -> G,
) -> Vec<&'a Observation> {
    let mut best: BTreeMap<K, &Observation> = BTreeMap::new();
    for row in rows {
        let held = best.entry(key(row)).or_insert(row);
        if grade(held) < grade(row) {
            *held = row;
        }
    }
    best.into_values().collect()
}

/// What each post's counter is, of all rows that were kept: of a day and a kind of source an answer before none, the file
/// made last, the latest; of the kinds a value before none, then the one that is believed more; then, over the days, the
/// same of each kind's last.
fn expected_counters(kept: &[Observation]) -> Vec<(String, Option<f64>, State)> {
    let post = |row: &Observation| row.reading.post.clone().unwrap();
    let said = |row: &Observation| !matches!(row.reading.state, State::Refused | State::Unreadable);
    let rank = |row: &Observation| believed(&row.source).0;
    let grade = |row: &Observation| (row.reading.state.has_value(), rank(row));
    let whole = kept.iter().filter(|row| row.reading.dimension.is_none());
    let of_day = |row: &Observation| (post(row), row.reading.window.as_str(), row.reading.start);
    let of_kinds =
        greatest(whole, |row| (of_day(row), rank(row)), |row| (said(row), believed(&row.source).1, row.seen));
    let days = greatest(of_kinds, of_day, grade);
    let last =
        greatest(days, |row| (post(row), rank(row)), |row| (believed(&row.source).1, row.reading.start, row.seen));
    let shown = |row: &Observation| (post(row).to_string(), row.reading.value.map(Value::as_f64), row.reading.state);
    greatest(last, post, grade).into_iter().map(shown).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_batching_gives_the_same_view(rows in rows(), cuts in proptest::collection::vec(0_usize..24, 0..6), replay in 0_usize..6) {
        let rows = one_answer_at_a_time(rows);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows.len())).chain([rows.len()]).collect();
        ends.sort_unstable();
        runtime.block_on(async {
            let store = open(folder.path()).await;
            let (mut start, mut version) = (0, 0);
            for (number, end) in ends.iter().enumerate() {
                // Each channel is a run of its own, and one of the runs is sent twice.
                for channel in 0..2 {
                    let part: Vec<_> = rows[start..*end].iter().filter(|row| row.0 == channel).map(|row| observation(*row)).collect();
                    version += 1;
                    for _ in 0..=usize::from(number == replay) {
                        let application = format!("collect/channel-{channel}");
                        let batch = Batch { observations: &part, posts: &[], application: &application, version };
                        store.append(batch).await.unwrap();
                    }
                }
                start = *end;
            }
            for channel in 0..2 {
                let name = format!("channel-{channel}");
                for known_at in -1..6 {
                    let wanted = wanted(&name, Platform::Facebook, "views", day(11, 1), day(12, 1));
                    let series = store.view(Some(seen(known_at))).await.unwrap().series(&catalog(), &[wanted]).unwrap();
                    let found: Vec<_> = series[0].points.iter().map(|point| (point.day, point.value, point.state)).collect();
                    prop_assert_eq!(found, expected(&rows, known_at, channel), "{} as known at {}", name, known_at);
                }
            }
            Ok(())
        })?;
    }

    /// Readings that were overtaken are left out file by file before anything is compared: that must never show.
    #[test]
    fn a_counter_is_what_all_of_its_readings_say(rows in counters(), files in 1_usize..5, compacted: bool) {
        // One answer of a source at a time.
        let one = |row: &Counter| ((row.2, row.0, row.1, row.4, row.5), *row);
        let rows: BTreeMap<_, Counter> = rows.iter().map(one).collect();
        let rows: Vec<Observation> = rows.into_values().map(counter).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        runtime.block_on(async {
            let store = open(folder.path()).await;
            for (version, part) in (1..).zip(rows.chunks(rows.len().div_ceil(files))) {
                keep(&store, version, part).await;
            }
            if compacted {
                store.compact().await.unwrap();
            }
            let view = store.view(None).await.unwrap();
            let everything = ExportFilter { every_reading: true, ..ExportFilter::default() };
            let kept = view.export(&catalog(), &everything).unwrap().into_iter().map(|row| row.observation);
            let found = view.post_values(&catalog(), &[], &[MetricName::from("views")]).unwrap();
            let found: Vec<_> = found.into_iter().map(|it| (it.post.to_string(), it.value, it.state)).collect();
            prop_assert_eq!(found, expected_counters(&kept.collect::<Vec<_>>()));
            Ok(())
        })?;
    }
}
