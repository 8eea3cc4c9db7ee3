//! The world's own account of things, for tests that compare a report with it.

use chrono::NaiveDate;

use super::ledger::Ledger;
use super::noise::decimal;
use super::web::WebLedger;
use super::{Day, World};
use crate::model::Platform;

impl World {
    /// What the platform of the account says, at the world's time, of a closed day: the canonical metric's value, with
    /// Matomo's sites as accounts. None where it reports nothing. Posts are those published on the platform's day.
    pub fn truth(&self, platform: Platform, account: &str, metric: &str, day: NaiveDate) -> Option<f64> {
        self.truths(platform, account, metric, day, day + chrono::Days::new(1))
            .into_iter()
            .next()
            .map(|(_, value)| value)
    }

    /// The same for every reported day from `start` up to, not including, `end`, ascending.
    pub fn truths(
        &self,
        platform: Platform,
        account: &str,
        metric: &str,
        start: NaiveDate,
        end: NaiveDate,
    ) -> Vec<(NaiveDate, f64)> {
        let days = start.iter_days().take_while(|day| *day < end);
        if platform == Platform::Matomo {
            let Some(site) = self.sites.iter().find(|site| site.id == account) else { return Vec::new() };
            let ledger = WebLedger::new(self, site);
            return days.filter_map(|day| Some((day, decimal(of_site(&ledger, metric, day)?)))).collect();
        }
        let Some(account) = self.account(platform, account) else { return Vec::new() };
        let ledger = Ledger::new(self, account);
        days.filter_map(|day| Some((day, decimal(of_account(&ledger, metric, day)?)))).collect()
    }
}

fn of_account(ledger: &Ledger, metric: &str, day: NaiveDate) -> Option<i64> {
    if metric == "posts" {
        let zone = ledger.account.zone();
        let listed = ledger.posts.iter().filter(|post| ledger.lists(&post.id));
        let count = listed.filter(|post| post.published.with_timezone(&zone).date_naive() == day).count();
        return i64::try_from(count).ok();
    }
    if metric == "followers" && !ledger.knows_followers() {
        return None;
    }
    let value = ledger.day(day).filter(|day| day.reported)?;
    of_day(&value, metric)
}

fn of_day(day: &Day, metric: &str) -> Option<i64> {
    Some(match metric {
        "followers" => day.followers,
        "new_followers" => day.gains,
        "lost_followers" => day.losses,
        "views" => day.views,
        "reach" => day.reach,
        "engagements" => day.engagements(),
        "reactions" => day.reactions,
        "comments" => day.comments,
        "shares" => day.shares,
        "saves" => day.saves,
        "clicks" => day.clicks,
        "profile_views" => day.profile_views,
        "video_views" => day.video_views,
        _ => return None,
    })
}

fn of_site(ledger: &WebLedger, metric: &str, day: NaiveDate) -> Option<i64> {
    let visits = ledger.day(day)?;
    // Of one campaign: `campaign_visits/<its tag>`.
    if let Some(tag) = metric.strip_prefix("campaign_visits/") {
        let counted = visits.campaigns.iter().find(|(name, _)| name == tag);
        return Some(counted.map_or(0, |(_, count)| *count));
    }
    Some(match metric {
        "visits" => visits.visits,
        "visitors" => visits.visitors,
        "social_visits" => visits.through_social(),
        "campaign_visits" => visits.through_campaigns(),
        "conversions" => visits.conversions,
        "campaign_conversions" => visits.campaign_conversions,
        _ => return None,
    })
}
