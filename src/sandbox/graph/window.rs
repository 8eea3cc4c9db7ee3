//! What `since` and `until` mean: the same dates are read differently by Pages and by Instagram.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::America::Los_Angeles;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::world::midnight;

/// A checked window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) since: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    /// The first Pacific day asked for.
    pub(super) first: NaiveDate,
    /// The day after the last one.
    pub(super) end: NaiveDate,
    /// Days before this one are no longer kept.
    pub(super) oldest: NaiveDate,
}

/// A time as the platform writes it: UTC, without the colon that RFC 3339 wants.
pub(super) fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// A number of seconds, or a date that begins at midnight in the zone.
fn instant(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    if let Ok(seconds) = text.parse::<i64>() {
        return DateTime::from_timestamp(seconds, 0);
    }
    text.get(..10).and_then(|date| date.parse().ok()).map(|date| midnight(date, zone))
}

fn parameter(ask: &Ask, name: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, Box<Answer>> {
    ask.get(name).map_or(Ok(None), |text| {
        instant(text, zone).map(Some).ok_or_else(|| {
            Box::new(graph_error(400, 100, None, &format!("(#100) Param {name} must be a valid date or time")))
        })
    })
}

impl Bounds {
    /// Pages: dates are Pacific days, the stretch is half-open, at most 90 days, two years back.
    pub(super) fn of_page(ask: &Ask, now: DateTime<Utc>) -> Result<Self, Box<Answer>> {
        let (since, until) = (parameter(ask, "since", Los_Angeles)?, parameter(ask, "until", Los_Angeles)?);
        let today = now.with_timezone(&Los_Angeles).date_naive();
        let closed = midnight(today, Los_Angeles);
        let end = until.unwrap_or(closed);
        let start = since.unwrap_or(end - TimeDelta::seconds(172_800));
        // One hour of grace: a stretch over the autumn change of clocks is 90 days and an hour long.
        let too_long = until.is_some() && end - start > TimeDelta::days(90) + TimeDelta::hours(1);
        if too_long || end < start {
            return Err(Box::new(graph_error(400, 100, Some(1_504_016), "Invalid parameter")));
        }
        let day = |time: DateTime<Utc>| time.with_timezone(&Los_Angeles).date_naive();
        Ok(Self {
            since: start,
            until: end,
            first: day(start),
            end: day(end).min(today),
            oldest: today - Days::new(730),
        })
    }

    /// Instagram: dates are UTC, at most 30 days, about 90 days back.
    pub(super) fn of_instagram(ask: &Ask, now: DateTime<Utc>) -> Result<Self, Box<Answer>> {
        let (since, until) = (parameter(ask, "since", chrono_tz::UTC)?, parameter(ask, "until", chrono_tz::UTC)?);
        let end = until.unwrap_or(now);
        let start = since.unwrap_or(end - TimeDelta::hours(24));
        // Thirty days over the autumn change of clocks are an hour longer, and refused: the platform counts seconds.
        if end - start > TimeDelta::seconds(2_592_000) {
            return Err(Box::new(graph_error(
                400,
                100,
                None,
                "(#100) There cannot be more than 30 days (2592000 s) between since and until",
            )));
        }
        if end < start {
            return Err(Box::new(graph_error(
                400,
                100,
                None,
                "(#100) since param is not valid. It should be before until",
            )));
        }
        let today = now.with_timezone(&Los_Angeles).date_naive();
        // A day belongs to the window in whose stretch its noon lies.
        let noon = |time: DateTime<Utc>| (time + TimeDelta::hours(12)).with_timezone(&Los_Angeles).date_naive();
        let first = noon(start);
        Ok(Self { since: start, until: end, first, end: noon(end).min(today), oldest: today - Days::new(90) })
    }

    /// How many days.
    pub(super) fn days(&self) -> u64 {
        u64::try_from((self.end - self.first).num_days()).unwrap_or(0)
    }

    /// `previous` and `next`: windows of the same length, for ever. Instagram leaves a second between them.
    pub(super) fn paging(&self, ask: &Ask, gap: i64) -> Value {
        let length = self.until - self.since;
        let gap = TimeDelta::seconds(gap);
        let address = |since: DateTime<Utc>, until: DateTime<Utc>| {
            let mut query: Vec<String> = ask
                .query
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "since" | "until"))
                .map(|(key, value)| format!("{key}={}", super::encode(value)))
                .collect();
            query.push(format!("since={}", since.timestamp()));
            query.push(format!("until={}", until.timestamp()));
            format!("{}/{}?{}", ask.base, ask.path.join("/"), query.join("&"))
        };
        json!({
            "previous": address(self.since - gap - length, self.since - gap),
            "next": address(self.until + gap, self.until + gap + length),
        })
    }
}
