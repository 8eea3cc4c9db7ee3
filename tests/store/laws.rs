//! What must hold for any data: the view is that of the rows, however they came.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use genomslag::model::{ChannelId, Observation, Platform, State};
use genomslag::store::Batch;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert_eq, proptest};

use super::{at, catalog, day, open, value, wanted, without_value};

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
}
