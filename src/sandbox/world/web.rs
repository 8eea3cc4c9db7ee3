//! What happened on a website.

use chrono::{Datelike, NaiveDate};

use super::ledger::season_factor;
use super::noise::{Noise, decimal, whole};
use super::{Campaign, FIRST_DAY, Site, World};

/// One day of a website.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "visits are what a day of a website counts first")]
pub(crate) struct Visits {
    pub(crate) day: NaiveDate,
    pub(crate) visits: i64,
    pub(crate) visitors: i64,
    pub(crate) actions: i64,
    pub(crate) bounces: i64,
    pub(crate) seconds: i64,
    /// By social network.
    pub(crate) social: [(&'static str, i64); 4],
    /// By campaign.
    pub(crate) campaigns: Vec<(String, i64)>,
    /// From search engines.
    pub(crate) search: i64,
    /// From other websites.
    pub(crate) websites: i64,
    /// Without a referrer.
    pub(crate) direct: i64,
    /// Times that the goal was reached.
    pub(crate) conversions: i64,
    /// Those of them that came through the goal's campaign.
    pub(crate) campaign_conversions: i64,
}

impl Visits {
    /// Visits from all social networks.
    pub(crate) fn through_social(&self) -> i64 {
        self.social.iter().map(|(_, visits)| visits).sum()
    }

    /// Visits through all campaign links.
    pub(crate) fn through_campaigns(&self) -> i64 {
        self.campaigns.iter().map(|(_, visits)| visits).sum()
    }
}

/// A website with everything that happened to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WebLedger {
    pub(crate) site: Site,
    pub(crate) today: NaiveDate,
    days: Vec<Visits>,
}

impl WebLedger {
    pub(crate) fn new(world: &World, site: &Site) -> Self {
        let today = world.today(site.zone);
        let days = FIRST_DAY.iter_days().take_while(|day| *day < today).map(|day| one_day(world, site, day)).collect();
        Self { site: site.clone(), today, days }
    }

    /// The closed day.
    pub(crate) fn day(&self, day: NaiveDate) -> Option<&Visits> {
        let index = usize::try_from((day - FIRST_DAY).num_days()).ok()?;
        self.days.get(index)
    }

    /// Unique visitors of the closed days of a stretch.
    pub(crate) fn visitors(&self, days: &[NaiveDate]) -> i64 {
        let each: Vec<i64> = days.iter().filter_map(|day| self.day(*day)).map(|day| day.visitors).collect();
        let together = decimal(each.iter().sum()) * decimal(each.len().max(1).try_into().unwrap_or(1)).powf(-0.24);
        whole(together).max(each.iter().copied().max().unwrap_or(0))
    }
}

fn campaign_visits(campaign: &Campaign, noise: Noise, day: NaiveDate) -> i64 {
    let at = i64::from(day.num_days_from_ce());
    let after = (day - campaign.last).num_days();
    if day < campaign.first || after > 14 {
        return 0;
    }
    let fading = if after > 0 { 0.35 * (-decimal(after) / 4.0).exp() } else { 1.0 };
    noise.round(&campaign.slug, at, campaign.visits_per_day * fading * noise.factor(&campaign.slug, at, 0.25))
}

fn one_day(world: &World, site: &Site, day: NaiveDate) -> Visits {
    let noise = Noise::new(world.seed, &format!("site {}", site.id));
    let at = i64::from(day.num_days_from_ce());
    let weekday = [1.15, 1.14, 1.12, 1.1, 0.98, 0.66, 0.76][day.weekday().num_days_from_monday() as usize];
    let usual = site.visits_per_day * weekday * season_factor(day) * noise.factor("visits", at, 0.07);
    let share = |what: &str, part: f64| noise.round(what, at, usual * part * noise.factor(what, at, 0.12));
    let social = [
        ("Facebook", share("Facebook", 0.058)),
        ("Instagram", share("Instagram", 0.014)),
        ("LinkedIn", share("LinkedIn", 0.011)),
        ("Twitter", share("Twitter", 0.001)),
    ];
    let mut campaigns: Vec<(String, i64)> =
        world.campaigns.iter().map(|campaign| (campaign.slug.clone(), campaign_visits(campaign, noise, day))).collect();
    campaigns.push(("nyhetsbrev".to_owned(), share("nyhetsbrev", 0.006)));
    campaigns.retain(|(_, visits)| *visits > 0);
    let (search, websites, direct) = (share("search", 0.53), share("websites", 0.08), share("direct", 0.3));
    let visits = search
        + websites
        + direct
        + social.iter().map(|(_, visits)| visits).sum::<i64>()
        + campaigns.iter().map(|(_, visits)| visits).sum::<i64>();
    let pushed = world.campaigns.iter().any(|campaign| campaign.slug == site.goal_campaign.0 && campaign.runs(day));
    let campaign_conversions = if pushed { noise.round("pushed", at, site.goal_campaign.1) } else { 0 };
    Visits {
        day,
        visits,
        visitors: whole(decimal(visits) * (0.8 + 0.05 * noise.share("visitors", at))),
        actions: whole(decimal(visits) * (2.6 + 0.5 * noise.share("actions", at))),
        bounces: whole(decimal(visits) * (0.47 + 0.06 * noise.share("bounces", at))),
        seconds: visits * (128 + i64::try_from(noise.number("seconds", at) % 30).unwrap_or(0)),
        social,
        campaigns,
        search,
        websites,
        direct,
        conversions: campaign_conversions + noise.round("goal", at, site.goals_per_day),
        campaign_conversions,
    }
}
