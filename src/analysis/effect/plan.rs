//! Before the start: how large an effect would have to be to be seen, which control would help, and a start drawn by
//! lot.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::super::Facts;
use super::super::statistics::chance::Chance;
use super::claim::visible;
use super::estimate::Setting;
use super::outcome::{self, Outcome};
use super::rivals;
use crate::catalog::Catalog;
use crate::model::{Campaign, ChannelId, MetricName, Missing, Period};

/// The lengths that are tried, in weeks, besides the campaign's own.
const LENGTHS: [u32; 4] = [1, 2, 4, 8];
/// How far back is looked.
const BACK: u64 = 500;

/// The smallest effect that would be seen in four of five campaigns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visible {
    /// For a campaign of so many days.
    pub days: u32,
    /// With this control; none: with the outcome's own history.
    pub control: Option<ChannelId>,
    /// The probability that the control moves with the outcome.
    pub inclusion: Option<f64>,
    /// The effect, as a share.
    pub change: Result<f64, Missing>,
}

/// What a planned campaign could show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The campaign.
    pub campaign: Campaign,
    /// What would be counted.
    pub metric: MetricName,
    /// On which channels.
    pub channels: Vec<ChannelId>,
    /// The days that are known so far, on which it rests.
    pub before: Option<Period>,
    /// With the history alone, for the campaign's own length.
    pub own: Visible,
    /// For other lengths.
    pub lengths: Vec<Visible>,
    /// With each channel that could be left untouched, the most helpful first.
    pub controls: Vec<Visible>,
}

/// What the planned campaign could show, by all that is known on the day of the facts.
pub fn plan(campaign: &Campaign, others: &[Campaign], facts: &Facts, catalog: &Catalog) -> Plan {
    let days = Period::new(campaign.start, Period::day(campaign.end).end()).map_or(1, Period::days);
    let nothing = |missing: Missing| Visible { days, control: None, inclusion: None, change: Err(missing) };
    let opened = opened(campaign, facts, catalog);
    let (outcome, before) = match opened {
        Ok(found) => found,
        Err(missing) => {
            let metric = campaign.outcome.clone().unwrap_or_else(|| MetricName::from("campaign_visits"));
            let (channels, own) = (Vec::new(), nothing(missing));
            return Plan {
                campaign: campaign.clone(),
                metric,
                channels,
                before: None,
                own,
                lengths: vec![],
                controls: vec![],
            };
        }
    };
    let beside = rivals::beside((campaign, &outcome.channels), others, (facts, catalog));
    let not_ordinary = rivals::not_ordinary(campaign, &beside);
    let ahead = Ahead { others, facts, catalog, outcome: &outcome, before, not_ordinary };
    let mut controls: Vec<Visible> = candidates(campaign, &outcome, facts)
        .iter()
        .map(|id| ahead.visible(days, Some(id)))
        .filter(|it| it.change.is_ok())
        .collect();
    controls.sort_by(|a, b| {
        let size = |it: &Visible| it.change.clone().unwrap_or(f64::INFINITY);
        size(a).total_cmp(&size(b)).then_with(|| a.control.cmp(&b.control))
    });
    Plan {
        own: ahead.visible(days, None),
        lengths: LENGTHS.iter().map(|weeks| ahead.visible(weeks * 7, None)).collect(),
        controls,
        campaign: campaign.clone(),
        metric: outcome.metric.clone(),
        channels: outcome.channels.clone(),
        before: Some(before),
    }
}

fn opened(campaign: &Campaign, facts: &Facts, catalog: &Catalog) -> Result<(Outcome, Period), Missing> {
    let outcome = Outcome::of(campaign, facts, catalog)?;
    let counted = outcome.channels.iter().map(|id| facts.counted_end(id, facts.today)).min();
    let end = counted.unwrap_or(facts.today).min(campaign.start);
    let first = outcome.first_day(facts).ok_or(Missing::NotFetched)?;
    let first = first.max(super::super::aggregate::days::day_before(end, BACK));
    let broken = outcome.breaks(facts, catalog, Period::day(end)).0;
    let before = Period::new(broken.map_or(first, |on| on.max(first)), end);
    before.map(|before| (outcome, before)).ok_or(Missing::TooShort { have: 0, need: 28 })
}

/// The channels that the campaign does not use, those named as controls first.
fn candidates(campaign: &Campaign, outcome: &Outcome, facts: &Facts) -> Vec<ChannelId> {
    let free = |id: &&ChannelId| !campaign.channels.contains(id) && !outcome.channels.contains(id);
    let mut found: Vec<ChannelId> = campaign.control_channels.iter().filter(free).cloned().collect();
    for channel in facts.channels.iter().map(|it| &it.id).filter(free) {
        if !found.contains(channel) {
            found.push(channel.clone());
        }
    }
    found
}

struct Ahead<'a> {
    others: &'a [Campaign],
    facts: &'a Facts,
    catalog: &'a Catalog,
    outcome: &'a Outcome,
    before: Period,
    /// Days that are known not to be ordinary.
    not_ordinary: Vec<Period>,
}

impl Ahead<'_> {
    fn visible(&self, days: u32, control: Option<&ChannelId>) -> Visible {
        let found = self.measured(days, control);
        let inclusion = found.as_ref().ok().and_then(|it| it.1);
        Visible { days, control: control.cloned(), inclusion, change: found.map(|it| it.0) }
    }

    /// As if the campaign had run in the last known days: how wide is what would have been expected of them?
    fn measured(&self, days: u32, control: Option<&ChannelId>) -> Result<(f64, Option<f64>), Missing> {
        let window = Period::new(self.before.end() - Days::new(u64::from(days)), self.before.end());
        let window = window.filter(|it| it.start() > self.before.start());
        let need = days.saturating_mul(4).max(28);
        let window = window.ok_or(Missing::TooShort { have: self.before.days(), need })?;
        let from = usize::try_from((window.start() - self.before.start()).num_days()).unwrap_or(0);
        let daily = self.outcome.days(self.facts, self.before);
        let weekly = days >= 7 && self.outcome.is_weekly(&daily);
        let steps = daily.without(&self.not_ordinary).steps(from, weekly);
        let mut controls = Vec::new();
        if let Some(id) = control {
            let asked = (id, self.outcome);
            let around = (self.before, window, weekly);
            let (_, steps) = outcome::control(asked, self.others, (self.facts, self.catalog), around)
                .map_err(|_| Missing::NotFetched)?;
            controls.push(steps.logarithms);
        }
        let length = usize::try_from(if weekly { days / 7 } else { days }).unwrap_or(0);
        let seen = steps.logarithms[steps.before..].to_vec();
        let setting = Setting {
            past: steps.logarithms[..steps.before].to_vec(),
            window: length.min(seen.len()),
            seen,
            controls,
            season: if weekly { 1 } else { 7 },
        };
        let run = setting.run()?;
        let (_, wider) = setting.make_believe();
        Ok((visible(&run.effect.widened(wider)).exp_m1(), run.posterior.inclusion().first().copied()))
    }
}

/// A start drawn by lot among the days: the same campaign and the same days give the same draw, so that nobody can draw
/// again until it suits.
pub fn draw(campaign: &Campaign, starts: &[NaiveDate]) -> Option<NaiveDate> {
    let mut sorted = starts.to_vec();
    sorted.sort();
    sorted.dedup();
    let named: Vec<String> = sorted.iter().map(ToString::to_string).collect();
    let mut chance = Chance::named(&format!("{}/{}", campaign.id, named.join(",")));
    sorted.get(chance.below(sorted.len())).copied()
}
