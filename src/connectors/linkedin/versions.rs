//! When `LinkedIn`'s monthly versions stop being served. They live about a year; asking for a dead one gives 426 for
//! every question, so the warning comes two months ahead.

use chrono::{Months, NaiveDate};

use crate::model::told::{self, Told};

/// How many days ahead the end of a version is told.
pub const WARNING_DAYS: i64 = 60;

/// The days from which a version is no longer served, as the vendor's migration page lists them (read 2026-11).
const KNOWN: [(&str, &str); 5] = [
    ("202508", "2026-08-17"),
    ("202511", "2026-11-16"),
    ("202601", "2027-01-15"),
    ("202602", "2027-02-15"),
    ("202603", "2027-03-16"),
];

/// Months without a version.
const NEVER: [&str; 1] = ["202512"];

/// Where a version stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// Served, and for long enough.
    Served {
        /// The first day on which it is not.
        until: NaiveDate,
    },
    /// Served, but not for long.
    Ending {
        /// The first day on which it is not.
        until: NaiveDate,
        /// Days left.
        days: i64,
        /// Whether the day is computed (a year after its month), because no list names it yet.
        estimated: bool,
    },
    /// No longer served.
    Ended {
        /// Since when.
        since: NaiveDate,
    },
    /// There is none: its month has not begun, or was left out.
    None,
    /// Not a version: `YYYYMM` is expected.
    Unreadable,
}

/// Where the version stands on the day. Eight digits (`20260301`) are read as the month they begin with.
pub fn sunset(version: &str, today: NaiveDate) -> VersionState {
    let Some(month) = month_of(version) else { return VersionState::Unreadable };
    let name = month.format("%Y%m").to_string();
    if month > today || NEVER.contains(&name.as_str()) {
        return VersionState::None;
    }
    let known = KNOWN.iter().find(|(listed, _)| *listed == name).and_then(|(_, end)| end.parse().ok());
    let (until, estimated) = match known {
        Some(end) => (end, false),
        // The middle of the month, a year later: the earliest of the days seen so far.
        None => (month + Months::new(12) + chrono::Days::new(14), true),
    };
    let days = (until - today).num_days();
    if days <= 0 {
        VersionState::Ended { since: until }
    } else if days <= WARNING_DAYS {
        VersionState::Ending { until, days, estimated }
    } else {
        VersionState::Served { until }
    }
}

/// What there is to say about it, if anything.
pub fn warning(version: &str, today: NaiveDate) -> Option<Told> {
    match sunset(version, today) {
        VersionState::Served { .. } => None,
        VersionState::Ending { until, days, estimated } => {
            let ending = if estimated { told::linkedin_version_ending_about } else { told::linkedin_version_ending };
            Some(ending(version, until, days))
        }
        VersionState::Ended { since } => Some(told::linkedin_version_ended(version, since)),
        VersionState::None => Some(told::linkedin_version_none(version)),
        VersionState::Unreadable => Some(told::linkedin_version_unreadable(version)),
    }
}

fn month_of(version: &str) -> Option<NaiveDate> {
    if !(version.len() == 6 || version.len() == 8) || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    NaiveDate::from_ymd_opt(version[..4].parse().ok()?, version[4..6].parse().ok()?, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_calendar_is_counted_down() {
        let today = day("2026-11-18");
        let ending = |until: &str, days, estimated| VersionState::Ending { until: day(until), days, estimated };
        let cases = [
            ("202508", VersionState::Ended { since: day("2026-08-17") }),
            ("202511", VersionState::Ended { since: day("2026-11-16") }),
            ("202601", ending("2027-01-15", 58, false)),
            ("20260101", ending("2027-01-15", 58, false)),
            ("202602", VersionState::Served { until: day("2027-02-15") }),
            ("202608", VersionState::Served { until: day("2027-08-15") }),
            ("202612", VersionState::None),
            ("202512", VersionState::None),
            ("v202601", VersionState::Unreadable),
            ("202613", VersionState::Unreadable),
            ("2026", VersionState::Unreadable),
        ];
        for (version, expected) in cases {
            assert_eq!(sunset(version, today), expected, "{version}");
        }
        assert_eq!(sunset("202604", day("2027-03-01")), ending("2027-04-15", 45, true));
    }

    #[test]
    fn the_warning_starts_sixty_days_ahead_and_ends_as_an_error() {
        assert!(matches!(sunset("202601", day("2026-11-15")), VersionState::Served { .. }));
        assert!(matches!(sunset("202601", day("2026-11-16")), VersionState::Ending { days: 60, .. }));
        assert!(matches!(sunset("202601", day("2027-01-14")), VersionState::Ending { days: 1, .. }));
        assert!(matches!(sunset("202601", day("2027-01-15")), VersionState::Ended { .. }));
        assert_eq!(warning("202608", day("2026-11-18")), None);
        assert_eq!(
            warning("202601", day("2026-11-18")),
            Some(told::linkedin_version_ending("202601", "2027-01-15", 58_i64))
        );
    }
}
