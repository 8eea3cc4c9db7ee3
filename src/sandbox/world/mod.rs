//! The world that the sandbox's platforms look upon: accounts, campaigns and a website, as plain data. What happened on
//! a day follows from it by hashing, so that any day can be asked at any time with the same answer.

pub(crate) mod example;
mod history;
pub(crate) mod ledger;
pub(crate) mod noise;
mod posts;
mod recorded;
mod texts;
mod truth;
pub(crate) mod web;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::model::{LinkedInDoor, Platform, PostFormat};

/// Before this day nothing exists.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2024, 6, 1).expect("a day of the calendar");

/// Who speaks: decides what the posts are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// The municipality.
    Kommun,
    /// The library.
    Bibliotek,
    /// The youth centre.
    Ung,
    /// The social services.
    Social,
    /// The employer.
    Jobb,
    /// The campaign for foster homes.
    Familjehem,
    /// The campaign for summer jobs.
    Sommarjobb,
}

/// When in the year a text fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    Always,
    Winter,
    Summer,
}

/// One account on one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The platform; never Matomo, which has a [`Site`].
    pub platform: Platform,
    /// The channel's id in the example configuration, for the history file.
    pub channel: String,
    /// The platform's id.
    pub id: String,
    /// The name that readers see.
    pub name: String,
    /// The name in addresses.
    pub handle: String,
    /// The Page that an Instagram account is linked to.
    pub page: Option<String>,
    /// Which of LinkedIn's doors answers for it.
    pub door: LinkedInDoor,
    /// What the posts are about.
    pub voice: Voice,
    /// Followers at the end of these days, ascending; between them they move evenly, after the last they go on. Empty:
    /// nobody knows (recorded accounts), and then the platform does not tell either.
    pub followers: Vec<(NaiveDate, i64)>,
    /// Views on an ordinary day at New Year 2026.
    pub views_per_day: f64,
    /// Growth of views in a year, 0.1 being ten per cent.
    pub trend: f64,
    /// Engagements for a view.
    pub engagement: f64,
    /// Posts in an ordinary week.
    pub posts_per_week: f64,
    /// Mondays of weeks in which hardly anything was published.
    pub quiet: Vec<NaiveDate>,
    /// Days for which the platform reports nothing.
    pub missing: Vec<NaiveDate>,
}

impl Account {
    /// The zone in which the platform cuts the account's days.
    pub fn zone(&self) -> Tz {
        self.platform.zone().unwrap_or(chrono_tz::Europe::Stockholm)
    }
}

/// A campaign: more views while it lasts, visits and applications on the website.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Its `utm_campaign`.
    pub slug: String,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// The platforms' ids of the accounts that carry it.
    pub accounts: Vec<String>,
    /// What its posts are about.
    pub voice: Voice,
    /// How much more is seen while it lasts, 0.5 being half as much again.
    pub lift: f64,
    /// Visits to its landing page on one of its days.
    pub visits_per_day: f64,
}

impl Campaign {
    /// Whether the campaign runs on the day.
    pub fn runs(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// A website that Matomo watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Matomo's number of it.
    pub id: String,
    /// Its address.
    pub address: String,
    /// The zone in which its days are cut.
    pub zone: Tz,
    /// Visits on an ordinary day.
    pub visits_per_day: f64,
    /// The name of its one goal.
    pub goal: String,
    /// Times a day that the goal is reached without a campaign.
    pub goals_per_day: f64,
    /// Times a day that the goal is reached while the campaign of this name runs.
    pub goal_campaign: (String, f64),
}

/// What opens the doors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Facebook's and Instagram's system user.
    pub meta: String,
    /// The id of Meta's app.
    pub meta_app: String,
    /// The secret of Meta's app, for `appsecret_proof`.
    pub meta_app_secret: String,
    /// LinkedIn's access token.
    pub linkedin: String,
    /// LinkedIn's refresh token.
    pub linkedin_refresh: String,
    /// The id of LinkedIn's app.
    pub linkedin_client: String,
    /// The secret of LinkedIn's app.
    pub linkedin_secret: String,
    /// Matomo's `token_auth`.
    pub matomo: String,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            meta: "sandbox-meta-system-user".to_owned(),
            meta_app: "1180000000000001".to_owned(),
            meta_app_secret: "sandbox-meta-app-secret".to_owned(),
            linkedin: "sandbox-linkedin-access".to_owned(),
            linkedin_refresh: "sandbox-linkedin-refresh".to_owned(),
            linkedin_client: "sandbox-linkedin-client".to_owned(),
            linkedin_secret: "sandbox-linkedin-client-secret".to_owned(),
            matomo: "sandboxmatomo0123456789abcdef0123".to_owned(),
        }
    }
}

impl Tokens {
    /// The environment variables of the built-in configurations, and what stands in them.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let named = [
            ("GENOMSLAG_META_TOKEN", &self.meta),
            ("GENOMSLAG_META_APP_SECRET", &self.meta_app_secret),
            ("GENOMSLAG_LINKEDIN_TOKEN", &self.linkedin),
            ("GENOMSLAG_LINKEDIN_REFRESH_TOKEN", &self.linkedin_refresh),
            ("GENOMSLAG_LINKEDIN_CLIENT_SECRET", &self.linkedin_secret),
            ("GENOMSLAG_MATOMO_TOKEN", &self.matomo),
        ];
        named.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// Everything that the platforms know about.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The organisation's id in the configuration, for the history file.
    pub organisation: String,
    /// The time at which the platforms answer.
    pub now: DateTime<Utc>,
    /// What the chance hangs on.
    pub seed: u64,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The campaigns.
    pub campaigns: Vec<Campaign>,
    /// The websites.
    pub sites: Vec<Site>,
    /// What opens the doors.
    pub tokens: Tokens,
    /// Recorded days and posts, which stand in for invented ones.
    pub recorded: Vec<Arc<Recorded>>,
    /// What a reader of a report from this world must know.
    pub notice: Option<Notice>,
}

/// What a reader must know of replayed data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In Swedish.
    pub sv: String,
    /// In English.
    pub en: String,
    /// By how many weeks the dates were moved.
    pub weeks: i64,
}

/// Recorded days and posts of one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The platform.
    pub platform: Platform,
    /// The platform's id of the account.
    pub account: String,
    /// Every day, ascending, without holes.
    pub days: Vec<Day>,
    /// The posts, ascending by time.
    pub posts: Vec<Post>,
}

/// One day of one account, as the platform will once have settled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The platform's day.
    pub day: NaiveDate,
    /// Whether the platform reports the day at all.
    pub reported: bool,
    /// Views, advertisements included.
    pub views: i64,
    /// Views of advertisements.
    pub ad_views: i64,
    /// Unique people on the day.
    pub reach: i64,
    /// Reactions; negative where more were withdrawn than given.
    pub reactions: i64,
    /// Comments.
    pub comments: i64,
    /// Shares.
    pub shares: i64,
    /// Saves.
    pub saves: i64,
    /// Clicks.
    pub clicks: i64,
    /// Views of the account's own page.
    pub profile_views: i64,
    /// Unique people among them.
    pub profile_visitors: i64,
    /// Video plays.
    pub video_views: i64,
    /// Followers won, paid ones included.
    pub gains: i64,
    /// Followers won through advertisements.
    pub paid_gains: i64,
    /// Followers lost.
    pub losses: i64,
    /// Followers at the end of the day.
    pub followers: i64,
}

impl Day {
    /// A day on which nothing happened.
    pub fn quiet(day: NaiveDate) -> Self {
        Self {
            day,
            reported: true,
            views: 0,
            ad_views: 0,
            reach: 0,
            reactions: 0,
            comments: 0,
            shares: 0,
            saves: 0,
            clicks: 0,
            profile_views: 0,
            profile_visitors: 0,
            video_views: 0,
            gains: 0,
            paid_gains: 0,
            losses: 0,
            followers: 0,
        }
    }

    /// Reactions, comments, shares, saves and clicks.
    pub fn engagements(&self) -> i64 {
        self.reactions + self.comments + self.shares + self.saves + self.clicks
    }

    /// Every flow times a factor, rounded down: what a platform tells before it has counted everything.
    pub(crate) fn scaled(mut self, factor: f64) -> Self {
        let scale = |value: i64| noise::whole((noise::decimal(value) * factor).floor());
        for value in [
            &mut self.views,
            &mut self.ad_views,
            &mut self.reach,
            &mut self.reactions,
            &mut self.comments,
            &mut self.shares,
            &mut self.saves,
            &mut self.clicks,
            &mut self.profile_views,
            &mut self.profile_visitors,
            &mut self.video_views,
        ] {
            *value = scale(*value);
        }
        self
    }
}

/// One post, with what it will once have brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// The platform's id.
    pub id: String,
    /// When it was published.
    pub published: DateTime<Utc>,
    /// What kind it is.
    pub format: PostFormat,
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
    /// Where it can be read.
    pub permalink: String,
    /// The campaign that it belongs to.
    pub campaign: Option<String>,
    /// Views in the end.
    pub views: i64,
    /// Unique people in the end.
    pub reach: i64,
    /// Reactions in the end.
    pub reactions: i64,
    /// Comments in the end.
    pub comments: i64,
    /// Shares in the end.
    pub shares: i64,
    /// Saves in the end.
    pub saves: i64,
    /// Clicks in the end.
    pub clicks: i64,
    /// Whether the figures are what they are at any age (recorded posts).
    pub settled: bool,
}

impl Post {
    /// The share of its effect that a post has had at the time: most of it in the first days.
    pub(crate) fn progress(&self, now: DateTime<Utc>) -> f64 {
        if self.settled {
            return 1.0;
        }
        let hours = noise::decimal((now - self.published).num_hours());
        1.0 - (-hours.max(0.0) / 38.0).exp()
    }

    /// A figure of the post as the platform counts it at the time.
    pub(crate) fn so_far(&self, in_the_end: i64, now: DateTime<Utc>) -> i64 {
        noise::whole(noise::decimal(in_the_end) * self.progress(now))
    }
}

impl World {
    /// The account of the platform's id.
    pub fn account(&self, platform: Platform, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.platform == platform && account.id == id)
    }

    /// The day that has begun in the zone but not ended.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.now.with_timezone(&zone).date_naive()
    }

    /// The campaigns that the account carries.
    pub fn campaigns_of<'a>(&'a self, account: &'a str) -> impl Iterator<Item = &'a Campaign> {
        self.campaigns.iter().filter(move |campaign| campaign.accounts.iter().any(|id| id == account))
    }
}

/// The first instant of the day in the zone. Days whose midnight does not exist begin an hour later.
pub(crate) fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let start = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    let later = day.and_hms_opt(1, 0, 0).unwrap_or_default();
    start
        .and_local_timezone(zone)
        .earliest()
        .or_else(|| later.and_local_timezone(zone).earliest())
        .map_or_else(|| start.and_utc(), |time| time.with_timezone(&Utc))
}

/// The day after.
pub(crate) fn next(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}
