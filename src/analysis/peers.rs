//! The organisation beside its peers: per inhabitant, and its place among them.

use super::{Facts, per_inhabitants, total};
use crate::catalog::Catalog;
use crate::model::told::{Told, traces};
use crate::model::{
    ChannelId, Configured, Figure, FigureId, MetricName, Missing, Number, PeerTotals, Period, Platform, Trace, Unit,
};

/// Under so many peers there is no place among them.
pub(super) const FEWEST_PEERS: u32 = 5;

/// One metric on one platform, per 1 000 inhabitants, beside the peers'.
#[derive(Debug, Clone, PartialEq)]
pub struct BesidePeers {
    /// The platform.
    pub platform: Platform,
    /// The metric.
    pub metric: MetricName,
    /// The own value.
    pub total: Figure,
    /// The same per 1 000 inhabitants.
    pub own: Figure,
    /// How many peers have one.
    pub peers: Figure,
    /// The middle of the peers.
    pub median: Figure,
    /// The lowest of them.
    pub least: Figure,
    /// The highest.
    pub most: Figure,
    /// The share of the peers that lie below, ties counting half, of a hundred; none under five peers.
    pub place: Figure,
}

/// The metrics on the platforms for which both sides have a value of just this period, in the order of the platforms.
pub fn beside_peers(
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
    peers: &[PeerTotals],
    period: Period,
) -> Vec<BesidePeers> {
    let peers: Vec<&PeerTotals> = peers.iter().filter(|peer| peer.period == period).collect();
    let pairs = Platform::ALL.into_iter().flat_map(|platform| metrics.iter().map(move |metric| (platform, metric)));
    pairs.filter_map(|(platform, metric)| one(facts, catalog, platform, metric, &peers, period)).collect()
}

fn one(
    facts: &Facts,
    catalog: &Catalog,
    platform: Platform,
    metric: &MetricName,
    peers: &[&PeerTotals],
    period: Period,
) -> Option<BesidePeers> {
    let id = |name: &str| FigureId(format!("peers.{platform}.{metric}.{name}"));
    let value = |peer: &&PeerTotals| {
        let of = peer.totals.iter().find(|it| it.platform == Some(platform) && &it.metric == metric)?;
        Some((peer.organisation.clone(), peer.source.clone(), of.per_1000?))
    };
    let mut values: Vec<(String, String, f64)> = peers.iter().filter_map(value).collect();
    values.sort_by(|one, other| one.2.total_cmp(&other.2).then_with(|| one.0.cmp(&other.0)));
    let channels = facts.channels.iter().filter(|channel| channel.platform == platform);
    let channels: Vec<ChannelId> = channels.map(|channel| channel.id.clone()).collect();
    if values.is_empty() || channels.is_empty() {
        return None;
    }
    let total = total(facts, catalog, metric, &channels, period, id("total"));
    let own = per_inhabitants(facts, &total, id("own"));
    let mine = own.number()?;
    let all: Vec<f64> = values.iter().map(|(_, _, value)| *value).collect();
    let config: Configured = values.iter().map(|(name, source, value)| traces::peer(name, *value, source)).collect();
    let figure = |name: &str, value: Result<Number, Missing>, how: Told, figures: Vec<FigureId>| Figure {
        id: id(name),
        metric: metric.clone(),
        period,
        value,
        preliminary: false,
        trace: Trace { how: how.into(), sources: Vec::new(), figures, config: config.clone() },
    };
    let per =
        |value: Option<f64>| value.map(|value| Number { value, unit: Unit::PerThousand }).ok_or(Missing::NotFetched);
    let have = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let place = if have < FEWEST_PEERS {
        Err(Missing::TooFewPeers { have, need: FEWEST_PEERS })
    } else {
        Ok(Number { value: place(mine, &all), unit: Unit::Decimal })
    };
    let count = Number { value: f64::from(have), unit: Unit::Count };
    let how = traces::place_among_peers();
    Some(BesidePeers {
        platform,
        metric: metric.clone(),
        peers: figure("peers", Ok(count), traces::peers_known(), Vec::new()),
        median: figure("median", per(median(&all)), traces::peers_middle(), Vec::new()),
        least: figure("least", per(all.first().copied()), traces::peers_lowest(), Vec::new()),
        most: figure("most", per(all.last().copied()), traces::peers_highest(), Vec::new()),
        place: figure("place", place, how, vec![own.id.clone()]),
        total,
        own,
    })
}

/// The middle of ascending values; of two in the middle halfway between.
fn median(values: &[f64]) -> Option<f64> {
    let (left, right) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some(left.midpoint(*right))
}

/// The share of the values that lie below, ties counting half, of a hundred.
fn place(own: f64, values: &[f64]) -> f64 {
    let below = values.iter().filter(|value| **value < own).count();
    let same = values.iter().filter(|value| value.total_cmp(&own).is_eq()).count();
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    100.0 * (count(below) + 0.5 * count(same)) / count(values.len())
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "hand-counted values that are exact")]
mod tests {
    use super::*;

    #[test]
    fn places_and_middles_by_hand() {
        let values = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
        assert_eq!(median(&values), Some(35.0));
        assert_eq!(median(&values[..5]), Some(30.0));
        assert_eq!(median(&[]), None);
        assert_eq!(place(45.0, &values[..5]), 80.0, "four of five lie below");
        assert_eq!(place(30.0, &values[..5]), 50.0, "two below and one the same");
        assert_eq!((place(1.0, &values), place(99.0, &values)), (0.0, 100.0));
    }
}
