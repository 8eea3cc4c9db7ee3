//! A recorded real year: the `LinkedIn` page of a research group, served through the same dialect as the invented ones,
//! with its own configuration and with two other real sets as history. What the records do not hold is left out.

mod export;
mod older;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Account, Notice, Tokens, Voice, World};
use crate::model::{LinkedInDoor, Platform};

/// By how many weeks the dates are moved: the last recorded day, Tuesday 20 May 2025, becomes Tuesday 17 November 2026,
/// the day before the demo's clock. It is the same at any time, so that a day keeps its values from run to run.
const WEEKS: i64 = 78;
/// The number that the page has in the sandbox; its real one is not in the record.
const PAGE: &str = "9100001";
/// The id of the organisation in its configuration.
const ORGANISATION: &str = "ghe";
const CHANNEL: &str = "li-ghe";

impl World {
    /// The recorded year at a time.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the embedded export is read by one of them.
    pub fn recorded(now: DateTime<Utc>) -> Self {
        let recorded = export::read(PAGE, WEEKS).expect("the embedded export is tested");
        Self {
            organisation: ORGANISATION.to_owned(),
            now,
            seed: 0,
            accounts: vec![account()],
            campaigns: Vec::new(),
            sites: Vec::new(),
            tokens: Tokens::default(),
            recorded: vec![Arc::new(recorded)],
            notice: Some(notice()),
        }
    }

    /// The configuration that goes with the recorded year: names and texts of its files.
    pub fn recorded_configuration() -> Vec<(String, String)> {
        vec![("recorded/config.toml".to_owned(), include_str!("config.toml").to_owned())]
    }

    /// The page's export files as they were downloaded: names and bytes.
    pub fn recorded_files() -> [(&'static str, &'static [u8]); 3] {
        [
            ("ghe_content_1747809000000.xls", export::CONTENT),
            ("ghe_followers_1747809000000.xls", export::FOLLOWERS),
            ("ghe_visitors_1747809000000.xls", export::VISITORS),
        ]
    }

    /// The configuration that goes with these files: the same, in the year of the files.
    pub fn files_configuration() -> Vec<(String, String)> {
        let text = include_str!("config.toml").replace("2026-12-31", "2025-12-31");
        vec![("recorded/config.toml".to_owned(), text)]
    }

    /// The history that goes with the recorded year: names and texts of long tables. A festival's weeks on `LinkedIn` in
    /// 2021 and five hundred posts of a brand on Facebook in 2014, in their own years and under metrics of their own,
    /// which feed nothing.
    pub fn recorded_history() -> Vec<(String, String)> {
        vec![
            ("leeds-digital-festival-2021.csv".to_owned(), older::festival(ORGANISATION)),
            ("uci-facebook-metrics-2014.csv".to_owned(), older::brand(ORGANISATION)),
        ]
    }
}

fn account() -> Account {
    Account {
        platform: Platform::LinkedIn,
        channel: CHANNEL.to_owned(),
        id: PAGE.to_owned(),
        name: "Global Health Engineering".to_owned(),
        handle: "global-health-engineering".to_owned(),
        page: None,
        door: LinkedInDoor::Community,
        voice: Voice::Kommun,
        // The export holds who came on a day, and no total.
        followers: Vec::new(),
        views_per_day: 0.0,
        trend: 0.0,
        engagement: 0.0,
        posts_per_week: 0.0,
        quiet: Vec::<NaiveDate>::new(),
        missing: Vec::new(),
    }
}

fn notice() -> Notice {
    Notice {
        sv: format!(
            "Inspelade värden: LinkedIn-sidan för Global Health Engineering vid ETH Zürich, 21\u{a0}maj 2024 till 20\u{a0}maj 2025, \
             flyttade {WEEKS}\u{a0}veckor framåt i tiden. Inläggens texter är maskerade och målen är påhittade."
        ),
        en: format!(
            "Recorded figures: the LinkedIn page of Global Health Engineering at ETH Zürich, 21\u{a0}May 2024 to 20\u{a0}May 2025, \
             moved {WEEKS}\u{a0}weeks forward in time. The texts of posts are masked and the goals are invented."
        ),
        weeks: WEEKS,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Day;
    use super::*;

    fn world() -> World {
        World::recorded("2026-11-18T06:00:00Z".parse().expect("an instant"))
    }

    fn days() -> Vec<Day> {
        world().recorded[0].days.clone()
    }

    #[test]
    fn a_whole_year_is_there_and_ends_the_day_before_the_demo() {
        let days = days();
        let text = |day: &Day| day.day.to_string();
        assert_eq!(days.len(), 365);
        assert_eq!(days.first().map(text).as_deref(), Some("2025-11-18"));
        assert_eq!(days.last().map(text).as_deref(), Some("2026-11-17"));
    }

    #[test]
    fn sums_are_those_of_the_files() {
        // Added up with another reader of spreadsheets (xlrd), column by column.
        let sum = |value: fn(&Day) -> i64| days().iter().map(value).sum::<i64>();
        assert_eq!(sum(|day| day.views), 146_200);
        assert_eq!(sum(|day| day.clicks), 12_834);
        assert_eq!(sum(|day| day.reactions), 3_133);
        assert_eq!(sum(|day| day.comments), 145);
        assert_eq!(sum(|day| day.shares), 58);
        assert_eq!(sum(|day| day.gains), 736);
        assert_eq!(sum(|day| day.profile_views), 1_869);
    }

    #[test]
    fn the_first_day_is_that_of_the_files_withdrawn_reactions_and_all() {
        let first = days()[0];
        assert_eq!((first.views, first.reach, first.clicks, first.reactions), (768, 227, 18, -6));
        assert_eq!((first.gains, first.profile_views, first.profile_visitors), (2, 37, 6));
    }

    #[test]
    fn the_posts_are_those_of_the_files() {
        let world = world();
        let posts = &world.recorded[0].posts;
        assert_eq!(posts.len(), 78);
        assert_eq!(posts.iter().map(|post| post.views).sum::<i64>(), 141_101);
        assert!(posts.windows(2).all(|pair| pair[0].published <= pair[1].published));
        let last = posts.last().expect("a post");
        assert_eq!(last.id, "urn:li:share:7330125177223049218");
        // 19 May 2025 at 07:00:29 by the number in its link, seventy-eight weeks on.
        assert_eq!(last.published.to_rfc3339(), "2026-11-16T07:00:29.390+00:00");
        assert_eq!((last.views, last.clicks, last.reactions, last.comments, last.shares), (1006, 169, 45, 0, 2));
    }

    #[test]
    fn the_older_sets_come_whole() {
        let history = World::recorded_history();
        let value = |text: &str, start: &str| {
            let line = text.lines().find(|line| line.contains(start)).expect("a row").to_owned();
            line.split(',').nth(12).map(str::to_owned)
        };
        let festival = &history[0].1;
        assert_eq!(value(festival, "leeds:impressions_total,,,day,2021-08-03").as_deref(), Some("316"));
        assert_eq!(value(festival, "leeds:total_page_views_total,,,day,2021-08-02").as_deref(), Some("15"));
        let brand = &history[1].1;
        // The first post of the file: 2 752 people, 100 interactions; 500 posts and 12 metrics, 5 cells empty.
        assert_eq!(value(brand, "uci-post-001,uci:lifetime_post_total_reach").as_deref(), Some("2752"));
        assert_eq!(value(brand, "uci-post-001,uci:total_interactions").as_deref(), Some("100"));
        assert_eq!(brand.lines().count(), 1 + 500 * 12 - 5);
    }

    #[test]
    fn every_line_has_every_column() {
        for (name, text) in World::recorded_history() {
            let broken = text.lines().find(|line| line.split(',').count() != 16);
            assert_eq!(broken, None, "{name}");
        }
    }
}
