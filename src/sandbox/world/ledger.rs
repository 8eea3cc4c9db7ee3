//! What happened to one account, day by day.

use chrono::{Datelike, Days, NaiveDate};

use super::noise::{Noise, decimal, fnv, whole};
use super::{Account, Day, FIRST_DAY, Post, World, posts};
use crate::model::Platform;

/// How engagements fall apart on a platform; together 1.
#[expect(clippy::struct_field_names, reason = "shares of posts are one of the kinds of engagement")]
pub(crate) struct Shares {
    pub(crate) reactions: f64,
    pub(crate) comments: f64,
    pub(crate) shares: f64,
    pub(crate) saves: f64,
    pub(crate) clicks: f64,
}

/// How engagements fall apart on the platform.
pub(crate) fn shares(platform: Platform) -> Shares {
    match platform {
        Platform::Instagram => Shares { reactions: 0.8, comments: 0.04, shares: 0.09, saves: 0.07, clicks: 0.0 },
        Platform::LinkedIn => Shares { reactions: 0.31, comments: 0.025, shares: 0.035, saves: 0.0, clicks: 0.63 },
        _ => Shares { reactions: 0.44, comments: 0.07, shares: 0.06, saves: 0.0, clicks: 0.43 },
    }
}

/// An account with everything that happened to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ledger {
    pub(crate) account: Account,
    /// The platform's day that has begun but not ended.
    pub(crate) today: NaiveDate,
    /// Every closed day, ascending, without holes.
    days: Vec<Day>,
    /// Every post, ascending by time.
    pub(crate) posts: Vec<Post>,
    /// Whether it was recorded: what the record does not hold is then left out, never made up.
    pub(crate) recorded: bool,
}

impl Ledger {
    pub(crate) fn new(world: &World, account: &Account) -> Self {
        let today = world.today(account.zone());
        let recorded = world
            .recorded
            .iter()
            .find(|recorded| recorded.platform == account.platform && recorded.account == account.id);
        if let Some(recorded) = recorded {
            let days = recorded.days.iter().take_while(|day| day.day < today).copied().collect();
            let posts = recorded.posts.iter().filter(|post| post.published <= world.now).cloned().collect();
            return Self { account: account.clone(), today, days, posts, recorded: true };
        }
        let posts = posts::of_account(world, account);
        let mut days = traffic(world, account, &posts, today);
        follow(world, account, &mut days);
        Self { account: account.clone(), today, days, posts, recorded: false }
    }

    /// The day as the platform tells it now: the two latest closed days are still being counted.
    pub(crate) fn day(&self, day: NaiveDate) -> Option<Day> {
        let settled = self.settled(day)?;
        Some(match (self.today - day).num_days() {
            1 => settled.scaled(0.92),
            2 => settled.scaled(0.975),
            _ => settled,
        })
    }

    /// The day as the platform will once have settled it, if it is over.
    pub(crate) fn settled(&self, day: NaiveDate) -> Option<Day> {
        let first = self.days.first()?.day;
        let index = usize::try_from((day - first).num_days()).ok()?;
        self.days.get(index).copied()
    }

    /// The first day with data.
    pub(crate) fn first_day(&self) -> Option<NaiveDate> {
        self.days.first().map(|day| day.day)
    }

    /// Whether the platform lists the post of the id. `LinkedIn` leaves one in a hundred out: they were removed later.
    pub(crate) fn lists(&self, id: &str) -> bool {
        self.recorded || self.account.platform != Platform::LinkedIn || !fnv(id).is_multiple_of(97)
    }

    /// Whether the number of followers is known at all.
    pub(crate) fn knows_followers(&self) -> bool {
        !self.account.followers.is_empty()
    }

    /// Followers now: those at the end of the last closed day.
    pub(crate) fn followers(&self) -> i64 {
        self.days.last().map_or(0, |day| day.followers)
    }

    /// Unique people over the days that end with, and hold, `last`: more than on any one of them, fewer than all added.
    /// On a real Page seven days added are 1.94 times the week, and 28 days 2.96 times.
    pub(crate) fn unique(&self, last: NaiveDate, length: u64) -> Option<i64> {
        let first = last.checked_sub_days(Days::new(length.checked_sub(1)?))?;
        let days: Vec<i64> = first
            .iter_days()
            .take_while(|day| *day <= last)
            .filter_map(|day| self.day(day))
            .map(|day| day.reach)
            .collect();
        if days.len() < usize::try_from(length).unwrap_or(usize::MAX) {
            return None;
        }
        let together = whole(decimal(days.iter().sum()) * decimal(length.cast_signed()).powf(-0.335));
        let alone = days.iter().copied().max().unwrap_or(0);
        let weeks = if length > 7 {
            (0..=length - 7).filter_map(|back| self.unique(last - Days::new(back), 7)).max().unwrap_or(0)
        } else {
            0
        };
        Some(together.max(alone).max(weeks))
    }
}

fn weekday_factor(platform: Platform, day: NaiveDate) -> f64 {
    let factors = match platform {
        Platform::LinkedIn => [1.18, 1.3, 1.28, 1.2, 0.94, 0.5, 0.6],
        _ => [1.04, 1.08, 1.07, 1.06, 0.98, 0.84, 0.93],
    };
    factors[day.weekday().num_days_from_monday() as usize]
}

/// Sweden closes in July and between Christmas and New Year.
pub(crate) fn season_factor(day: NaiveDate) -> f64 {
    let of_year = f64::from(day.ordinal());
    let bell = |middle: f64, width: f64| (-((of_year - middle) / width).powi(2)).exp();
    1.0 - 0.34 * bell(197.0, 17.0) - 0.22 * bell(361.0, 5.0) + 0.06 * bell(285.0, 40.0)
}

/// How much of the day's ordinary views come from what was published in the last four days.
fn burst(account: &Account, posts: &[Post], day: NaiveDate) -> f64 {
    const FADE: [f64; 4] = [0.6, 0.25, 0.1, 0.05];
    let zone = account.zone();
    let end = posts.partition_point(|post| post.published.with_timezone(&zone).date_naive() <= day);
    let recent: f64 = posts[..end]
        .iter()
        .rev()
        .map(|post| (post, (day - post.published.with_timezone(&zone).date_naive()).num_days()))
        .take_while(|(_, age)| *age < 4)
        .map(|(post, age)| decimal(post.views) * FADE[usize::try_from(age).unwrap_or(3)])
        .sum();
    // A post brings 0.62 of a week's worth of views over the posts of the week; here it is 0.5 of a day's.
    0.5 + 0.8 * recent / account.views_per_day.max(1.0)
}

fn campaign_factor(world: &World, account: &Account, day: NaiveDate) -> f64 {
    world.campaigns_of(&account.id).map(|campaign| campaign_lift(campaign, day)).fold(1.0, |all, lift| all + lift)
}

/// The campaign's lift grows over two days and fades over a week.
fn campaign_lift(campaign: &super::Campaign, day: NaiveDate) -> f64 {
    if day < campaign.first {
        return 0.0;
    }
    let since = decimal((day - campaign.first).num_days() + 1);
    let after = decimal((day - campaign.last).num_days().max(0));
    if after > 10.0 { 0.0 } else { campaign.lift * (since / 3.0).min(1.0) * (-after / 3.0).exp() }
}

fn traffic(world: &World, account: &Account, posts: &[Post], today: NaiveDate) -> Vec<Day> {
    let noise = Noise::new(world.seed, &account.id);
    let parts = shares(account.platform);
    FIRST_DAY
        .iter_days()
        .take_while(|day| *day < today)
        .map(|day| {
            let at = i64::from(day.num_days_from_ce());
            let years = decimal((day - NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or(day)).num_days()) / 365.25;
            let campaign = campaign_factor(world, account, day);
            let expected = account.views_per_day
                * (1.0 + account.trend).powf(years)
                * weekday_factor(account.platform, day)
                * season_factor(day)
                * burst(account, posts, day)
                * campaign
                * noise.factor("views", at, 0.11);
            one_day(account, noise, &parts, day, expected, campaign)
        })
        .collect()
}

fn one_day(account: &Account, noise: Noise, parts: &Shares, day: NaiveDate, expected: f64, campaign: f64) -> Day {
    let at = i64::from(day.num_days_from_ce());
    let views = noise.round("views", at, expected);
    let engaged = expected * account.engagement * noise.factor("engagement", at, 0.16);
    let count = |what: &str, value: f64| noise.round(what, at, value);
    let withdrawn = account.platform == Platform::LinkedIn && noise.share("withdrawn", at) < 0.02;
    let profile_views = count("profile", expected * 0.022 + 2.0);
    Day {
        reported: !account.missing.contains(&day),
        views,
        ad_views: if campaign > 1.05 { whole(decimal(views) * (campaign - 1.0) * 0.5) } else { 0 },
        reach: whole(decimal(views) * (0.46 + 0.16 * noise.share("reach", at))),
        reactions: if withdrawn {
            -1 - count("withdrawn by", 0.8)
        } else {
            count("reactions", engaged * parts.reactions)
        },
        comments: count("comments", engaged * parts.comments),
        shares: count("shares", engaged * parts.shares),
        saves: count("saves", engaged * parts.saves),
        clicks: count("clicks", engaged * parts.clicks),
        profile_views,
        profile_visitors: whole(decimal(profile_views) * 0.74),
        video_views: count("video", expected * 0.12),
        ..Day::quiet(day)
    }
}

/// Lets the followers move from anchor to anchor; every day's total is that of the day before plus gains minus losses.
/// Whole stretches are planned at once, so that a day's value does not depend on when it is asked for.
fn follow(world: &World, account: &Account, days: &mut [Day]) {
    let noise = Noise::new(world.seed, &account.id);
    let Some(&(_, mut followers)) = account.followers.first() else { return };
    let mut moves = vec![(0, 0)];
    let mut rate = 0.0;
    for pair in account.followers.windows(2) {
        let stretch: Vec<NaiveDate> = pair[0].0.iter_days().skip(1).take_while(|day| *day <= pair[1].0).collect();
        let way = pair[1].1 - pair[0].1;
        rate = decimal(way) / decimal(stretch.len().max(1).try_into().unwrap_or(1));
        let mut planned: Vec<_> =
            stretch.iter().map(|day| step(world, account, noise, *day, pair[0].1, rate)).collect();
        even_out(&mut planned, way);
        moves.extend(planned);
    }
    let latest = account.followers.last().map_or(followers, |anchor| anchor.1);
    for (index, day) in days.iter_mut().enumerate() {
        let planned = moves.get(index).copied();
        let (gains, losses) = planned.unwrap_or_else(|| step(world, account, noise, day.day, latest, rate));
        followers += gains - losses;
        (day.gains, day.losses, day.followers) = (gains, losses, followers);
        if campaign_factor(world, account, day.day) > 1.05 {
            day.paid_gains = gains / 4;
        }
    }
}

/// Followers won and lost on one day.
fn step(world: &World, account: &Account, noise: Noise, day: NaiveDate, stock: i64, rate: f64) -> (i64, i64) {
    let at = i64::from(day.num_days_from_ce());
    let leaving = decimal(stock) * 0.00022;
    let weight = weekday_factor(account.platform, day) * campaign_factor(world, account, day);
    let losses = noise.round("losses", at, leaving * noise.factor("leaving", at, 0.4));
    let gains = noise.round("gains", at, ((rate + leaving) * weight * noise.factor("coming", at, 0.35)).max(0.0));
    (gains, losses)
}

/// Adds what is missing to the way, or takes what is too much, a follower at a time, spread over the stretch.
fn even_out(moves: &mut [(i64, i64)], way: i64) {
    let length = moves.len();
    let mut missing = way - moves.iter().map(|(gains, losses)| gains - losses).sum::<i64>();
    let mut index = 0;
    while missing != 0 && length > 0 {
        // A stride that has no factor in common with most lengths walks over all days before it comes back.
        index = (index + 89) % length;
        let (gains, losses) = &mut moves[index];
        match missing.signum() {
            1 => *gains += 1,
            _ if *gains > 0 => *gains -= 1,
            _ => *losses += 1,
        }
        missing -= missing.signum();
    }
}
