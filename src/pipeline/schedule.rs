//! When things run: cron expressions in the organisation's zone, right across both changes of the clock.

use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use cron::Schedule;

/// A schedule that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the schedule `{expression}` cannot be read: {why}")]
pub struct ScheduleError {
    expression: String,
    why: String,
}

/// Local times of an organisation at which something runs.
#[derive(Debug, Clone)]
pub struct LocalSchedule {
    schedule: Schedule,
    zone: Tz,
}

impl LocalSchedule {
    /// Reads an expression of the `cron` crate: seconds first, days of the week by name (the configuration translates
    /// what people write).
    ///
    /// # Errors
    /// When the expression is none.
    pub fn new(expression: &str, zone: Tz) -> Result<Self, ScheduleError> {
        let schedule = Schedule::from_str(expression)
            .map_err(|error| ScheduleError { expression: expression.to_owned(), why: error.to_string() })?;
        Ok(Self { schedule, zone })
    }

    /// The instants after `after`, up to and including `until`, ascending.
    ///
    /// The schedule is walked on the wall clock and each wall time is then turned into an instant: a time that does not
    /// exist (spring) runs at the first instant after the gap, one that exists twice (autumn) runs the first time only.
    pub fn between(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        // A day's margin on both sides covers every change of the clock; the filter below is exact.
        let from = after.with_timezone(&self.zone).naive_local() - TimeDelta::days(1);
        let to = until.with_timezone(&self.zone).naive_local() + TimeDelta::days(1);
        let mut instants: Vec<_> = self
            .schedule
            .after(&from.and_utc())
            .take_while(|wall| wall.naive_utc() <= to)
            .filter_map(|wall| self.instant(wall.naive_utc()))
            .filter(|instant| *instant > after && *instant <= until)
            .collect();
        // Two wall times within a gap become the same instant.
        instants.sort_unstable();
        instants.dedup();
        instants
    }

    /// The first instant after `after`, within two years.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        [8, 40, 400, 800]
            .into_iter()
            .find_map(|days| self.between(after, after + TimeDelta::days(days)).first().copied())
    }

    fn instant(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.zone.from_local_datetime(&wall) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant.to_utc()),
            LocalResult::None => (1..=180).find_map(|minutes| {
                self.zone.from_local_datetime(&(wall + TimeDelta::minutes(minutes))).earliest().map(|at| {
                    let into_the_hour = at.naive_local().and_utc().timestamp().rem_euclid(900);
                    (at - TimeDelta::seconds(into_the_hour)).to_utc()
                })
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn schedule(expression: &str) -> LocalSchedule {
        LocalSchedule::new(expression, chrono_tz::Europe::Stockholm).expect("a schedule")
    }

    #[test]
    fn wednesday_morning_keeps_its_wall_time_over_the_autumn_change() {
        // Sweden: summer time ends on Sunday 25 October 2026, so 07:00 is 05:00 UTC before and 06:00 UTC after.
        let found = schedule("0 0 7 * * Wed").between(instant("2026-10-20T00:00:00Z"), instant("2026-11-05T00:00:00Z"));
        assert_eq!(
            found,
            [instant("2026-10-21T05:00:00Z"), instant("2026-10-28T06:00:00Z"), instant("2026-11-04T06:00:00Z")]
        );
    }

    #[test]
    fn a_time_that_does_not_exist_runs_right_after_the_gap() {
        // 29 March 2026: 02:00 becomes 03:00, which is 01:00 UTC.
        let found = schedule("0 30 2 * * *").between(instant("2026-03-28T12:00:00Z"), instant("2026-03-30T12:00:00Z"));
        assert_eq!(found, [instant("2026-03-29T01:00:00Z"), instant("2026-03-30T00:30:00Z")]);
    }

    #[test]
    fn a_time_that_exists_twice_runs_once() {
        // 25 October 2026: 03:00 becomes 02:00; 02:30 is first 00:30 UTC, then 01:30 UTC.
        let found = schedule("0 30 2 * * *").between(instant("2026-10-24T12:00:00Z"), instant("2026-10-25T12:00:00Z"));
        assert_eq!(found, [instant("2026-10-25T00:30:00Z")]);
    }

    #[test]
    fn the_next_one_is_found_even_when_it_is_far_away() {
        let next = schedule("0 0 6 1 1 *").next(instant("2026-01-02T00:00:00Z"));
        assert_eq!(next, Some(instant("2027-01-01T05:00:00Z")));
    }
}
