//! What an earlier tool had kept: the long table of what lies before the platforms' own reach, under the names that the
//! metrics had then.

use std::fmt::Write as _;

use chrono::{Days, Months, NaiveDate, SecondsFormat, TimeDelta};

use super::ledger::Ledger;
use super::{Day, World, midnight, next};
use crate::model::Platform;

/// The columns of the long table.
pub(super) const HEADER: &str = "organisation,platform,channel,account,object,metric,canonical,dimension,window,start,end,zone,value,state,seen,source";
/// What every row says of where it comes from.
const SOURCE: &str = "history:earlier-tool";
/// For so many days both the earlier tool and the platforms tell: nobody changes tools over night.
const OVERLAP: u64 = 7;
/// The last day on which Facebook's first names lived is the one before.
const FACEBOOK_VIEWS: NaiveDate = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day of the calendar");
/// The same for its unique counts.
const FACEBOOK_VIEWERS: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 15).expect("a day of the calendar");
/// The same for Instagram's impressions.
const INSTAGRAM_VIEWS: NaiveDate = NaiveDate::from_ymd_opt(2025, 4, 21).expect("a day of the calendar");

/// Up to when the earlier tool has a series.
#[derive(Clone, Copy)]
enum Until {
    /// Up to yesterday: the platform only ever tells the present.
    Yesterday,
    /// Up to what the platform itself still gives.
    Reach,
    /// Up to, not including, the day on which the name died.
    Death(NaiveDate),
}

/// One series that the earlier tool kept.
struct Series {
    metric: &'static str,
    window: &'static str,
    from: Option<NaiveDate>,
    until: Until,
    value: fn(&Day) -> i64,
}

const fn series(metric: &'static str, window: &'static str, until: Until, value: fn(&Day) -> i64) -> Series {
    Series { metric, window, from: None, until, value }
}

/// Facebook's dead names count something else than those that followed them: likes are fewer than followers, and more
/// came up on a screen than was viewed.
const FACEBOOK: [Series; 6] = [
    series("page_fans", "instant", Until::Death(FACEBOOK_VIEWS), |day| day.followers - day.followers / 27),
    series("page_impressions", "day", Until::Death(FACEBOOK_VIEWS), |day| day.views * 6 / 5 + day.shares * 9),
    series("page_impressions_unique", "day", Until::Death(FACEBOOK_VIEWERS), |day| {
        day.reach * 21 / 20 + day.shares * 2
    }),
    series("page_post_engagements", "day", Until::Reach, Day::engagements),
    series("page_daily_follows_unique", "day", Until::Reach, |day| day.gains),
    series("page_daily_unfollows_unique", "day", Until::Reach, |day| day.losses),
];

const INSTAGRAM: [Series; 7] = [
    series("followers_count", "instant", Until::Yesterday, |day| day.followers),
    series("follower_count", "day", Until::Reach, |day| day.gains),
    series("impressions", "day", Until::Death(INSTAGRAM_VIEWS), |day| day.views * 9 / 10 + day.saves),
    Series { metric: "views", window: "day", from: Some(INSTAGRAM_VIEWS), until: Until::Reach, value: |day| day.views },
    series("reach", "day", Until::Reach, |day| day.reach),
    series("total_interactions", "day", Until::Reach, Day::engagements),
    series("likes", "day", Until::Reach, |day| day.reactions),
];

const LINKEDIN: [Series; 9] = [
    series("firstDegreeSize", "instant", Until::Yesterday, |day| day.followers),
    series("followerGains.organicFollowerGain", "day", Until::Reach, |day| day.gains - day.paid_gains),
    series("followerGains.paidFollowerGain", "day", Until::Reach, |day| day.paid_gains),
    series("totalShareStatistics.impressionCount", "day", Until::Reach, |day| day.views),
    series("totalShareStatistics.uniqueImpressionsCount", "day", Until::Reach, |day| day.reach),
    series("totalShareStatistics.clickCount", "day", Until::Reach, |day| day.clicks),
    series("totalShareStatistics.likeCount", "day", Until::Reach, |day| day.reactions),
    series("totalShareStatistics.commentCount", "day", Until::Reach, |day| day.comments),
    series("totalShareStatistics.shareCount", "day", Until::Reach, |day| day.shares),
];

/// Matomo keeps everything itself; the others are no platforms of the sandbox.
fn kept(platform: Platform) -> &'static [Series] {
    match platform {
        Platform::Facebook => &FACEBOOK,
        Platform::Instagram => &INSTAGRAM,
        Platform::LinkedIn => &LINKEDIN,
        _ => &[],
    }
}

/// The first day that the platform itself still gives.
fn reach(platform: Platform, today: NaiveDate) -> NaiveDate {
    match platform {
        Platform::Facebook => today - Days::new(730),
        Platform::Instagram => today - Days::new(90),
        Platform::LinkedIn => today - Months::new(12),
        _ => today,
    }
}

impl World {
    /// The long table of what lies before the platforms' reach at the world's time: `LinkedIn` older than twelve months,
    /// Instagram's series older than ninety days, followers of both from day to day, and Facebook under its dead names.
    pub fn history(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for account in &self.accounts {
            let ledger = Ledger::new(self, account);
            for series in kept(account.platform) {
                self.write(series, &ledger, &mut text);
            }
        }
        text
    }

    fn write(&self, series: &Series, ledger: &Ledger, text: &mut String) {
        let account = &ledger.account;
        let zone = account.zone();
        let end = match series.until {
            Until::Yesterday => ledger.today,
            Until::Reach => reach(account.platform, ledger.today) + Days::new(OVERLAP),
            Until::Death(day) => day.min(ledger.today),
        };
        let Some(first) = ledger.first_day() else { return };
        let start = series.from.unwrap_or(first).max(first);
        let days = start.iter_days().take_while(|day| *day < end).filter_map(|day| ledger.settled(day));
        for day in days.filter(|day| day.reported) {
            // A few hours after the platform's midnight, as such tools work.
            let seen = (midnight(next(day.day), zone) + TimeDelta::hours(4)).min(self.now);
            // Writing to a text does not fail.
            let _ = writeln!(
                text,
                "{},{},{},{},,{},,,{},{},{},{zone},{},ok,{},{SOURCE}",
                self.organisation,
                account.platform,
                account.channel,
                account.id,
                series.metric,
                series.window,
                day.day,
                next(day.day),
                (series.value)(&day),
                seen.to_rfc3339_opts(SecondsFormat::Secs, true),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn world() -> World {
        World::example("2026-11-18T06:00:00Z".parse::<DateTime<Utc>>().expect("an instant"))
    }

    /// The days of a metric of an account, and their values.
    fn rows<'a>(text: &'a str, account: &str, metric: &str) -> Vec<(&'a str, i64)> {
        text.lines()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .filter(|cells| cells[3] == account && cells[5] == metric)
            .map(|cells| (cells[9], cells[12].parse().expect("a number")))
            .collect()
    }

    #[test]
    fn it_ends_where_the_platforms_begin() {
        let text = world().history();
        let ends = |account, metric| {
            let rows = rows(&text, account, metric);
            (rows.first().expect("rows").0.to_owned(), rows.last().expect("rows").0.to_owned())
        };
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        // Pacific today is 17 November: ninety days back is 19 August, and a week of both.
        assert_eq!(ends("17841400000000001", "views"), pair("2025-04-21", "2026-08-25"));
        assert_eq!(ends("17841400000000001", "impressions"), pair("2024-06-01", "2025-04-20"));
        assert_eq!(ends("17841400000000001", "followers_count"), pair("2024-06-01", "2026-11-16"));
        assert_eq!(ends("9000001", "totalShareStatistics.impressionCount"), pair("2024-06-01", "2025-11-24"));
        assert_eq!(ends("9000001", "firstDegreeSize"), pair("2024-06-01", "2026-11-17"));
        assert_eq!(ends("100000000000001", "page_fans"), pair("2024-06-01", "2025-11-14"));
        assert_eq!(ends("100000000000001", "page_impressions_unique"), pair("2024-06-01", "2026-06-14"));
    }

    #[test]
    fn living_metrics_have_the_worlds_own_values_and_dead_ones_do_not() {
        let (world, text) = (world(), world().history());
        let day: NaiveDate = "2025-10-01".parse().expect("a day");
        let truth = |platform, account: &str, metric| world.truth(platform, account, metric, day);
        let value = |account, metric| {
            let found = rows(&text, account, metric).into_iter().find(|(start, _)| *start == "2025-10-01");
            found.map(|(_, value)| super::super::noise::decimal(value))
        };
        let instagram = "17841400000000002";
        assert_eq!(value(instagram, "views"), truth(Platform::Instagram, instagram, "views"));
        assert_eq!(value(instagram, "followers_count"), truth(Platform::Instagram, instagram, "followers"));
        assert_eq!(value("9000002", "totalShareStatistics.clickCount"), truth(Platform::LinkedIn, "9000002", "clicks"));
        let facebook = "100000000000001";
        assert!(value(facebook, "page_impressions") > truth(Platform::Facebook, facebook, "views"));
        assert!(value(facebook, "page_fans") < truth(Platform::Facebook, facebook, "followers"));
    }

    #[test]
    fn nothing_was_seen_before_its_day_was_over_or_after_now() {
        let (world, text) = (world(), world().history());
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 16, "{line}");
            let seen: DateTime<Utc> = cells[14].parse().expect("an instant");
            let end: NaiveDate = cells[10].parse().expect("a day");
            let zone: chrono_tz::Tz = cells[11].parse().expect("a zone");
            assert!(midnight(end, zone) <= seen && seen <= world.now, "{line}");
        }
    }
}
