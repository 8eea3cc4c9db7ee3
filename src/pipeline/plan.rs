//! What one run asks of a channel: everything that the platform still gives on the first run, later the days that may
//! have changed since the last one that went well.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use crate::connectors::Task;
use crate::model::{Calendar, Channel, Granularity, Period};

/// How far back a first run asks. No platform gives a series further back (Facebook two years); connectors narrow it.
const FIRST_MONTHS: u32 = 25;
/// Days asked again on every run: Instagram and LinkedIn settle within two, LinkedIn corrects within seven.
const SPAN: u64 = 9;
/// Days asked again once a week: Meta has been seen to restate a month.
const WEEKLY_SPAN: u64 = 35;
/// Posts whose figures are read on every run, by age in days, once a week, and on the first run.
const POSTS: u64 = 30;
const WEEKLY_POSTS: u64 = 90;
const FIRST_POSTS: u64 = 400;

/// The task of a run. `last` is when the last run of the channel went well, none on the first.
pub(super) fn task(
    channel: &Channel,
    version: &str,
    calendar: Calendar,
    since: Option<NaiveDate>,
    last: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Task {
    let today = now.with_timezone(&channel.zone).date_naive();
    let weekly = last.is_some_and(|last| week_of(last, channel) != week_of(now, channel));
    let (from, posts) = match last {
        None => (today - Months::new(FIRST_MONTHS), FIRST_POSTS),
        Some(last) => {
            let known = last.with_timezone(&channel.zone).date_naive().min(today);
            let (span, posts) = if weekly { (WEEKLY_SPAN, WEEKLY_POSTS) } else { (SPAN, POSTS) };
            // A channel that was silent for long has its posts of that time still to be read.
            let gone = u64::try_from((today - known).num_days()).unwrap_or(0);
            (known - Days::new(span), posts + gone)
        }
    };
    let from = since.map_or(from, |since| from.max(since)).min(today);
    let days = Period::new(from, today + Days::new(1)).unwrap_or(Period::day(today));
    Task {
        channel: channel.clone(),
        windows: windows(days, today, calendar, last.is_none() || weekly),
        posts_since: today - Days::new(posts),
        days,
        now,
        version: version.to_owned(),
    }
}

fn week_of(moment: DateTime<Utc>, channel: &Channel) -> (i32, u32) {
    let week = moment.with_timezone(&channel.zone).iso_week();
    (week.year(), week.week())
}

/// The closed weeks and months for which unique people are asked as one number each; tertials, quarters and years too
/// where everything is asked. Of the days of a short run those that touch it, and always the latest closed ones.
fn windows(days: Period, today: NaiveDate, calendar: Calendar, all: bool) -> Vec<Period> {
    let kinds: &[Granularity] = if all {
        &[Granularity::Week, Granularity::Month, Granularity::Tertial, Granularity::Quarter, Granularity::Year]
    } else {
        &[Granularity::Week, Granularity::Month]
    };
    let mut windows: Vec<Period> = kinds
        .iter()
        .flat_map(|kind| {
            let latest = Period::last_closed(today, *kind, calendar);
            let earlier = std::iter::successors(Some(latest), move |period| Some(period.previous(calendar)));
            let touching = earlier.take_while(move |period| *period == latest || period.start() >= days.start());
            touching.take(120)
        })
        .collect();
    windows.sort_unstable();
    windows.dedup();
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LinkedInDoor, Platform};

    fn channel() -> Channel {
        Channel {
            id: "fb".into(),
            title: "Kommunen".to_owned(),
            platform: Platform::Facebook,
            account: "1".to_owned(),
            unit: "kommunikation".into(),
            zone: chrono_tz::America::Los_Angeles,
            door: LinkedInDoor::default(),
            page: None,
            stories: false,
            demographics: false,
            by_files: false,
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn planned(last: Option<&str>, now: &str) -> Task {
        task(&channel(), "v25.0", Calendar::default(), None, last.map(at), at(now))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_first_run_asks_for_everything() {
        // 18 November 2026 06:00 UTC is still 17 November in Los Angeles.
        let task = planned(None, "2026-11-18T06:00:00Z");
        assert_eq!(task.days.start(), day("2024-10-17"));
        assert_eq!(task.days.last(), day("2026-11-17"));
        assert!(task.windows.contains(&Period::parse("2026-W46", Calendar::default()).expect("a week")));
        assert!(task.windows.contains(&Period::parse("2026-T2", Calendar::default()).expect("a tertial")));
        assert_eq!(task.posts_since, day("2025-10-13"));
    }

    #[test]
    fn a_later_run_asks_for_what_may_have_changed() {
        let next_day = planned(Some("2026-11-18T06:00:00Z"), "2026-11-19T06:00:00Z");
        assert_eq!(next_day.days.start(), day("2026-11-08"));
        assert_eq!(next_day.posts_since, day("2026-10-18"));
        // A week later the month is read again.
        let next_week = planned(Some("2026-11-18T06:00:00Z"), "2026-11-25T06:00:00Z");
        assert_eq!(next_week.days.start(), day("2026-10-13"));
        assert_eq!(next_week.windows.iter().filter(|window| window.days() == 7).count(), 5);
    }

    #[test]
    fn nothing_before_the_day_that_is_configured() {
        let since = day("2026-06-01");
        let task = task(&channel(), "v25.0", Calendar::default(), Some(since), None, at("2026-11-18T06:00:00Z"));
        assert_eq!(task.days.start(), since);
    }
}
