//! Björkvalla kommun, which does not exist.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Account, Campaign, FIRST_DAY, Site, Tokens, Voice, World};
use crate::model::{LinkedInDoor, Platform};

impl World {
    /// The example organisation at a time. Days that have been are the same whatever the time.
    pub fn example(now: DateTime<Utc>) -> Self {
        Self {
            organisation: "bjorkvalla".to_owned(),
            now,
            seed: 9901,
            accounts: accounts(),
            campaigns: campaigns(),
            sites: vec![Site {
                id: "1".to_owned(),
                address: "https://www.bjorkvalla.example".to_owned(),
                zone: chrono_tz::Europe::Stockholm,
                visits_per_day: 2600.0,
                goal: "Intresseanmälan familjehem".to_owned(),
                goals_per_day: 0.092,
                goal_campaign: ("familjehem-hosten".to_owned(), 0.72),
            }],
            tokens: Tokens::default(),
            recorded: Vec::new(),
            notice: None,
        }
    }
}

/// What differs between the example's accounts.
struct Sketch {
    platform: Platform,
    channel: &'static str,
    id: &'static str,
    name: &'static str,
    handle: &'static str,
    page: Option<&'static str>,
    voice: Voice,
    /// At the first day, at New Year 2025, at New Year 2026 and on the day before the demo.
    followers: [i64; 4],
    views_per_day: f64,
    trend: f64,
    engagement: f64,
    posts_per_week: f64,
    quiet: &'static [(i32, u32, u32)],
    missing: &'static [(i32, u32, u32)],
}

fn day(date: (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(date.0, date.1, date.2).unwrap_or(FIRST_DAY)
}

fn account(sketch: &Sketch) -> Account {
    let anchors = [FIRST_DAY, day((2024, 12, 31)), day((2025, 12, 31)), day((2026, 11, 17))];
    Account {
        platform: sketch.platform,
        channel: sketch.channel.to_owned(),
        id: sketch.id.to_owned(),
        name: sketch.name.to_owned(),
        handle: sketch.handle.to_owned(),
        page: sketch.page.map(str::to_owned),
        door: LinkedInDoor::Community,
        voice: sketch.voice,
        followers: anchors.into_iter().zip(sketch.followers).collect(),
        views_per_day: sketch.views_per_day,
        trend: sketch.trend,
        engagement: sketch.engagement,
        posts_per_week: sketch.posts_per_week,
        quiet: sketch.quiet.iter().copied().map(day).collect(),
        missing: sketch.missing.iter().copied().map(day).collect(),
    }
}

fn accounts() -> Vec<Account> {
    SKETCHES.iter().map(account).collect()
}

const SKETCHES: [Sketch; 8] = [
    Sketch {
        platform: Platform::Facebook,
        channel: "fb-kommun",
        id: "100000000000001",
        name: "Björkvalla kommun",
        handle: "bjorkvallakommun",
        page: None,
        voice: Voice::Kommun,
        followers: [10_080, 10_410, 11_085, 11_903],
        views_per_day: 6400.0,
        trend: 0.07,
        engagement: 0.038,
        posts_per_week: 6.0,
        quiet: &[],
        missing: &[(2026, 6, 19)],
    },
    Sketch {
        platform: Platform::Instagram,
        channel: "ig-kommun",
        id: "17841400000000001",
        name: "Björkvalla kommun",
        handle: "bjorkvalla",
        page: Some("100000000000001"),
        voice: Voice::Kommun,
        followers: [3_180, 3_420, 3_868, 4_302],
        views_per_day: 2300.0,
        trend: 0.12,
        engagement: 0.041,
        posts_per_week: 4.0,
        quiet: &[],
        missing: &[],
    },
    Sketch {
        platform: Platform::LinkedIn,
        channel: "li-kommun",
        id: "9000001",
        name: "Björkvalla kommun",
        handle: "bjorkvalla-kommun",
        page: None,
        voice: Voice::Kommun,
        followers: [2_270, 2_440, 2_765, 3_101],
        views_per_day: 1150.0,
        trend: 0.1,
        engagement: 0.047,
        posts_per_week: 3.0,
        quiet: &[],
        missing: &[(2026, 3, 8)],
    },
    Sketch {
        platform: Platform::LinkedIn,
        channel: "li-jobb",
        id: "9000002",
        name: "Jobba i Björkvalla kommun",
        handle: "jobba-i-bjorkvalla",
        page: None,
        voice: Voice::Jobb,
        followers: [452, 520, 638, 741],
        views_per_day: 330.0,
        trend: 0.09,
        engagement: 0.0455,
        posts_per_week: 2.5,
        quiet: &[],
        missing: &[],
    },
    Sketch {
        platform: Platform::Facebook,
        channel: "fb-bibliotek",
        id: "100000000000002",
        name: "Björkvalla bibliotek",
        handle: "bjorkvallabibliotek",
        page: None,
        voice: Voice::Bibliotek,
        followers: [2_120, 2_190, 2_322, 2_451],
        views_per_day: 940.0,
        trend: 0.03,
        engagement: 0.046,
        posts_per_week: 2.0,
        quiet: &[(2026, 10, 5), (2026, 10, 26)],
        missing: &[],
    },
    Sketch {
        platform: Platform::Instagram,
        channel: "ig-bibliotek",
        id: "17841400000000002",
        name: "Björkvalla bibliotek",
        handle: "bjorkvallabibliotek",
        page: Some("100000000000002"),
        voice: Voice::Bibliotek,
        followers: [1_240, 1_310, 1_475, 1_621],
        views_per_day: 720.0,
        trend: 0.05,
        engagement: 0.052,
        posts_per_week: 1.6,
        quiet: &[(2026, 10, 5), (2026, 10, 26)],
        missing: &[(2026, 9, 30)],
    },
    Sketch {
        platform: Platform::Instagram,
        channel: "ig-ung",
        id: "17841400000000003",
        name: "Ung i Björkvalla",
        handle: "ungibjorkvalla",
        page: Some("100000000000004"),
        voice: Voice::Ung,
        followers: [870, 940, 1_069, 1_241],
        views_per_day: 980.0,
        trend: 0.22,
        engagement: 0.058,
        posts_per_week: 3.5,
        quiet: &[],
        missing: &[],
    },
    Sketch {
        platform: Platform::Facebook,
        channel: "fb-social",
        id: "100000000000003",
        name: "Socialtjänsten i Björkvalla",
        handle: "socialtjanstenbjorkvalla",
        page: None,
        voice: Voice::Social,
        followers: [655, 700, 778, 860],
        views_per_day: 420.0,
        trend: 0.04,
        engagement: 0.034,
        posts_per_week: 1.8,
        quiet: &[],
        missing: &[],
    },
];

fn campaigns() -> Vec<Campaign> {
    vec![
        Campaign {
            slug: "familjehem-hosten".to_owned(),
            first: day((2026, 9, 14)),
            last: day((2026, 10, 11)),
            accounts: vec!["100000000000003".to_owned(), "100000000000001".to_owned()],
            voice: Voice::Familjehem,
            lift: 0.35,
            visits_per_day: 46.0,
        },
        Campaign {
            slug: "sommarjobb".to_owned(),
            first: day((2026, 3, 2)),
            last: day((2026, 3, 29)),
            accounts: vec!["17841400000000003".to_owned(), "17841400000000001".to_owned(), "9000002".to_owned()],
            voice: Voice::Sommarjobb,
            lift: 0.3,
            visits_per_day: 85.0,
        },
    ]
}
