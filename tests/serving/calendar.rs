//! Two years by a clock that is made: every report exactly once, at the right local time.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use genomslag::model::{Calendar, Granularity, Period};
use genomslag::pipeline::{Missed, Task};

use super::setting::{Counting, REPORTS, at, service, state};

/// Summer time in Sweden, from public almanacs: the last Sundays of March and October, 01:00 UTC.
fn is_summer(instant: DateTime<Utc>) -> bool {
    let summers = [
        (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z")),
        (at("2027-03-28T01:00:00Z"), at("2027-10-31T01:00:00Z")),
    ];
    summers.iter().any(|(from, to)| *from <= instant && instant < *to)
}

async fn nothing_missed(_: DateTime<Utc>, missed: Vec<Missed>) {
    assert_eq!(missed, Vec::new());
}

#[tokio::test]
async fn two_years_bring_every_report_exactly_once_at_its_local_time() {
    let folder = tempfile::tempdir().unwrap();
    let (state, steps) = (state(folder.path()).await, Arc::new(Counting::default()));
    let service = service("one", &state, REPORTS, &steps);
    service.simulate(at("2025-12-31T23:00:00Z"), at("2027-12-31T22:59:59Z"), nothing_missed).await.unwrap();

    // 2026 and 2027 have 52 Wednesdays each: 7 January to 30 December, 6 January to 29 December.
    let weekly = steps.reports("vecka");
    assert_eq!(weekly.len(), 104);
    let mut expected = at("2026-01-07T06:00:00Z");
    for (instant, when) in &weekly {
        let utc = if is_summer(*instant) { 5 } else { 6 };
        assert_eq!(instant.date_naive(), expected.date_naive());
        assert_eq!((instant.hour(), instant.minute()), (utc, 0), "07:00 in Stockholm: {instant}");
        assert_eq!(when, instant, "done at its time");
        expected += TimeDelta::days(7);
    }
    let monthly = steps.reports("manad");
    assert_eq!(monthly.len(), 24);
    assert!(monthly.iter().all(|(instant, _)| instant.hour() == if is_summer(*instant) { 5 } else { 6 }));
    let tertial: Vec<String> = steps.reports("tertial").iter().map(|(instant, _)| instant.to_rfc3339()).collect();
    // 02:30 in Stockholm: 01:30 UTC in January, 00:30 UTC in May and September.
    let expected = [
        "2026-01-15T01:30",
        "2026-05-15T00:30",
        "2026-09-15T00:30",
        "2027-01-15T01:30",
        "2027-05-15T00:30",
        "2027-09-15T00:30",
    ];
    assert_eq!(tertial, expected.map(|text| format!("{text}:00+00:00")));
    // The draft of each went to its owner a day ahead.
    let done = steps.done();
    let drafts = done.iter().filter_map(|(task, when)| match task {
        Task::Draft { instant, .. } => Some(*instant - *when),
        _ => None,
    });
    assert_eq!(drafts.collect::<Vec<_>>(), [TimeDelta::days(1); 6]);
    // The weeks that the reports cover follow each other without gap: 53 ISO weeks in 2026.
    let stockholm = chrono_tz::Europe::Stockholm;
    let weeks = weekly.iter().map(|(instant, _)| {
        let day = instant.with_timezone(&stockholm).date_naive();
        Period::last_closed(day, Granularity::Week, Calendar::default()).code(Calendar::default())
    });
    let weeks: Vec<String> = weeks.collect();
    let named = |year: i32, week: u32| format!("{year}-W{week:02}");
    let all = (1..=53).map(|week| named(2026, week)).chain((1..=51).map(|week| named(2027, week)));
    assert_eq!(weeks, all.collect::<Vec<_>>());
}

#[tokio::test]
async fn processes_beside_each_other_do_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let steps = Arc::new(Counting::default());
    let (one, other) = (state(folder.path()).await, state(folder.path()).await);
    let (one, other) = (service("one", &one, REPORTS, &steps), service("other", &other, REPORTS, &steps));
    let (from, to) = (at("2026-09-01T00:00:00Z"), at("2026-11-30T00:00:00Z"));
    let both = tokio::join!(one.simulate(from, to, nothing_missed), other.simulate(from, to, nothing_missed));
    both.0.unwrap();
    both.1.unwrap();
    let mut weekly: Vec<_> = steps.reports("vecka").into_iter().map(|(instant, _)| instant).collect();
    weekly.sort();
    let count = weekly.len();
    weekly.dedup();
    // Wednesdays from 2 September to 25 November.
    assert_eq!((count, weekly.len()), (13, 13));
}

#[tokio::test]
async fn a_report_that_was_missed_is_caught_up_within_its_grace_and_told_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let (state, steps) = (state(folder.path()).await, Arc::new(Counting::default()));
    let before = service("before", &state, REPORTS, &steps);
    before.simulate(at("2026-11-16T00:00:00Z"), at("2026-11-17T12:00:00Z"), nothing_missed).await.unwrap();
    // Asleep over Wednesday 18 November 07:00 (06:00 UTC), awake at 17:59 UTC, within twelve hours.
    let awake = service("awake", &state, REPORTS, &steps);
    awake.simulate(at("2026-11-18T17:59:00Z"), at("2026-11-18T18:30:00Z"), nothing_missed).await.unwrap();
    assert_eq!(steps.reports("vecka"), [(at("2026-11-18T06:00:00Z"), at("2026-11-18T17:59:00Z"))]);
    // Asleep for two weeks: the one of this morning is caught up, the one of last week is told, the fetch is done once.
    let late = service("late", &state, REPORTS, &steps);
    let missed = late.tick(at("2026-12-02T10:00:00Z")).await.unwrap();
    let told = Missed { schedule: "report/vecka".to_owned(), instant: at("2026-11-25T06:00:00Z") };
    assert_eq!(missed, [told]);
    let count_fetches =
        |steps: &Counting| steps.done().iter().filter(|(task, _)| matches!(task, Task::Fetch { .. })).count();
    let before_waking = count_fetches(&steps);
    late.simulate(at("2026-12-02T10:00:00Z"), at("2026-12-02T10:01:00Z"), nothing_missed).await.unwrap();
    assert_eq!(count_fetches(&steps), before_waking + 1);
    assert_eq!(steps.reports("vecka").len(), 2);
    // Told once, also by the next process.
    let again = service("again", &state, REPORTS, &steps);
    assert_eq!(again.tick(at("2026-12-02T10:05:00Z")).await.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_clock_that_is_put_back_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (state, steps) = (state(folder.path()).await, Arc::new(Counting::default()));
    let (from, to) = (at("2026-11-16T00:00:00Z"), at("2026-11-19T00:00:00Z"));
    service("one", &state, REPORTS, &steps).simulate(from, to, nothing_missed).await.unwrap();
    let done = steps.done().len();
    service("two", &state, REPORTS, &steps).simulate(from, to, nothing_missed).await.unwrap();
    assert_eq!(steps.done().len(), done);
}

#[tokio::test]
async fn a_schedule_that_is_new_or_changed_has_missed_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (state, steps) = (state(folder.path()).await, Arc::new(Counting::default()));
    let (from, to) = (at("2026-11-16T00:00:00Z"), at("2026-11-19T00:00:00Z"));
    service("one", &state, REPORTS, &steps).simulate(from, to, nothing_missed).await.unwrap();
    // On Thursday somebody moves the report to Tuesdays: the Tuesday that is past was never its time.
    let moved = REPORTS.replace("wednesday 07:00", "tuesday 07:00");
    let service = service("two", &state, &moved, &steps);
    service.simulate(to, at("2026-11-25T23:00:00Z"), nothing_missed).await.unwrap();
    let instants: Vec<_> = steps.reports("vecka").into_iter().map(|(instant, _)| instant).collect();
    assert_eq!(instants, [at("2026-11-18T06:00:00Z"), at("2026-11-24T06:00:00Z")]);
}
