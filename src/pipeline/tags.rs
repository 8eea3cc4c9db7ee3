//! What the websites counted by campaign tag: rows of the store to a series per campaign.

use crate::analysis::{Facts, Tagged, TaggedRow};
use crate::catalog::{Catalog, Subject};
use crate::model::{CampaignId, ChannelId, MetricName, Period, Platform, Series};
use crate::store::{StoreError, View, Wanted};

/// The platforms' own metrics that are broken down by campaign: visits, and what they led to.
const VISITS: &str = "Referrers.getCampaigns.nb_visits";
const CONVERSIONS: &str = "Referrers.getCampaigns.nb_conversions";

/// The campaigns' visits and conversions on every website that counts by campaign.
pub(super) fn read(
    view: &View,
    catalog: &Catalog,
    facts: &Facts,
    campaigns: &[CampaignId],
    days: Period,
) -> Result<Vec<Tagged>, StoreError> {
    let mut tagged = Vec::new();
    if campaigns.is_empty() {
        return Ok(tagged);
    }
    let counts = |platform: Platform| catalog.metric(platform, Subject::Account, VISITS).is_some();
    for channel in facts.channels.iter().filter(|channel| counts(channel.platform)) {
        let metric = MetricName::from("campaign_visits");
        let wanted = Wanted { channel: channel.id.clone(), platform: channel.platform, metric: metric.clone(), days };
        let all = view.series(catalog, std::slice::from_ref(&wanted))?;
        let (visits, conversions) =
            (rows(view, &channel.id, VISITS, days)?, rows(view, &channel.id, CONVERSIONS, days)?);
        for campaign in campaigns {
            let came = Tagged::of(campaign, (&channel.id, &metric), &visits, all.first(), days);
            let conversion = MetricName::from("conversions");
            let did = Tagged::of(campaign, (&channel.id, &conversion), &conversions, Some(&came.series), days);
            tagged.extend([came, did].into_iter().filter(|it| has_any(&it.series)));
        }
    }
    Ok(tagged)
}

fn rows(view: &View, channel: &ChannelId, metric: &str, days: Period) -> Result<Vec<TaggedRow>, StoreError> {
    let found = view.dimension_days(channel, metric, days)?;
    Ok(found.into_iter().map(|it| TaggedRow { dimension: it.dimension, point: it.point }).collect())
}

fn has_any(series: &Series) -> bool {
    series.points.iter().any(|point| point.value.is_some())
}
