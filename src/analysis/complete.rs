//! Which of a platform's days are complete at a moment.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::model::Platform;

/// How long after the end of its day a platform still fills it in, in hours.
///
/// - `LinkedIn` (days of UTC): two days.
/// - Instagram (days of the US Pacific coast): up to 48 hours by its documentation, counted from the event; 45 hours
///   after the day's end, so that its Sunday is complete on Wednesday 07:00 Swedish time, 46 hours after it ended
///   (47 in the weeks in which only one of the two countries has summer time). What still comes later is found when
///   the day is read again, and told as a restatement.
/// - Facebook (the same days): a day.
/// - Matomo (days of the site): archives are made within the hours after midnight.
/// - Files: Google Analytics is processed within a day or two, `YouTube` and X like Instagram and Facebook; what a file says
///   of later days is marked preliminary when it is read.
/// - Own values are complete when they are written.
fn hours_to_settle(platform: Platform) -> i64 {
    match platform {
        Platform::LinkedIn => 48,
        Platform::Instagram | Platform::YouTube | Platform::Ga4 => 45,
        Platform::Facebook | Platform::X => 24,
        Platform::Matomo => 4,
        Platform::Own => 0,
    }
}

/// The last of the platform's days that is complete at the moment. `zone` is the one in which the channel's days are
/// cut; web analytics let the site choose it.
pub fn complete_through(platform: Platform, zone: chrono_tz::Tz, now: DateTime<Utc>) -> NaiveDate {
    let settled = now - TimeDelta::hours(hours_to_settle(platform));
    // At that moment this day was running; the one before it had ended, and has settled since.
    let running = settled.with_timezone(&platform.zone().unwrap_or(zone)).date_naive();
    running.pred_opt().unwrap_or(running)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use chrono_tz::Europe::Stockholm;

    use super::*;

    fn stockholm(day: &str, hour: u32) -> DateTime<Utc> {
        let day: NaiveDate = day.parse().expect("a day");
        let local = day.and_hms_opt(hour, 0, 0).expect("an hour");
        Stockholm.from_local_datetime(&local).single().expect("a time that exists once").to_utc()
    }

    #[test]
    fn a_week_is_complete_on_wednesday_at_seven_and_not_on_tuesday() {
        // Sunday, and the Tuesday and Wednesday after it: winter, both changes of the US (8 March, 1 November 2026)
        // and of Europe (29 March, 25 October 2026), and summer.
        let weeks = [
            ("2026-11-15", "2026-11-17", "2026-11-18"),
            ("2026-03-08", "2026-03-10", "2026-03-11"),
            ("2026-03-15", "2026-03-17", "2026-03-18"),
            ("2026-03-29", "2026-03-31", "2026-04-01"),
            ("2026-07-05", "2026-07-07", "2026-07-08"),
            ("2026-10-25", "2026-10-27", "2026-10-28"),
            ("2026-11-01", "2026-11-03", "2026-11-04"),
        ];
        for (sunday, tuesday, wednesday) in weeks {
            let last: NaiveDate = sunday.parse().expect("a day");
            for platform in Platform::ALL {
                let through = complete_through(platform, Stockholm, stockholm(wednesday, 7));
                assert!(through >= last, "{platform} on {wednesday}: {through}");
            }
            for platform in [Platform::LinkedIn, Platform::Instagram, Platform::Facebook] {
                let through = complete_through(platform, Stockholm, stockholm(tuesday, 7));
                assert!(through < last, "{platform} on {tuesday}: {through}");
            }
        }
    }

    #[test]
    fn the_site_decides_for_matomo_and_nobody_else() {
        let now = stockholm("2026-11-18", 7);
        assert_eq!(complete_through(Platform::Matomo, Stockholm, now).to_string(), "2026-11-17");
        // In Auckland it is 19:00 on the 18th; in Los Angeles still 22:00 on the 17th.
        assert_eq!(complete_through(Platform::Matomo, chrono_tz::Pacific::Auckland, now).to_string(), "2026-11-17");
        assert_eq!(complete_through(Platform::Matomo, chrono_tz::America::Los_Angeles, now).to_string(), "2026-11-16");
        assert_eq!(complete_through(Platform::LinkedIn, chrono_tz::Pacific::Auckland, now).to_string(), "2026-11-15");
    }
}
