//! Finding things among the facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::Facts;
use crate::catalog::{Catalog, Subject};
use crate::model::{Break, Channel, ChannelId, MetricName, Platform, Population, Post, Rollup, Series, UnitId};

/// The canonical metric that no platform gives: it is counted from the posts.
pub const POSTS: &str = "posts";

impl Facts {
    /// The channel of the name.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| &channel.id == id)
    }

    /// The channels of the unit and of all below it; of the whole organisation without a unit.
    pub fn channels_of(&self, unit: Option<&UnitId>) -> Vec<&Channel> {
        let within = |channel: &&Channel| unit.is_none_or(|unit| self.units.within(&channel.unit, unit));
        self.channels.iter().filter(within).collect()
    }

    /// The series of the channel and metric.
    pub fn series_of(&self, channel: &ChannelId, metric: &MetricName) -> Option<&Series> {
        self.series.iter().find(|series| &series.channel == channel && &series.metric == metric)
    }

    /// The last platform's day of the channel that is complete, where that is known.
    pub fn complete_through_of(&self, channel: &ChannelId) -> Option<NaiveDate> {
        self.complete_through.iter().find(|(id, _)| id == channel).map(|(_, day)| *day)
    }

    /// The latest population that was counted on or before the day.
    pub fn population_on(&self, day: NaiveDate) -> Option<&Population> {
        self.population.iter().filter(|population| population.date <= day).max_by_key(|population| population.date)
    }

    /// Whether the channel can have the metric at all: its platform feeds it. Where the catalogue knows of no platform
    /// that does, whoever has values is asked.
    pub fn offers(&self, catalog: &Catalog, channel: &Channel, metric: &MetricName) -> bool {
        if metric.as_str() == POSTS {
            return channel.platform.has_posts();
        }
        if let Some(derived) = catalog.derived(metric) {
            return derived.terms.iter().all(|(_, part)| self.offers(catalog, channel, part));
        }
        if let Some(Rollup::RatioOfSums { numerator, denominator }) = catalog.canonical(metric).map(|it| &it.rollup) {
            return self.offers(catalog, channel, numerator) && self.offers(catalog, channel, denominator);
        }
        let fed = |platform| !catalog.feeding(metric, platform, Subject::Account).is_empty();
        if Platform::ALL.into_iter().any(fed) {
            return fed(channel.platform);
        }
        self.series_of(&channel.id, metric).is_some()
            || self.wholes.iter().any(|whole| whole.channel == channel.id && &whole.metric == metric)
    }

    /// The days on which the metric's meaning changes for the channel, ascending; for a ratio those of both parts.
    pub fn breaks_of(&self, catalog: &Catalog, channel: &ChannelId, metric: &MetricName) -> Vec<Break> {
        let mut breaks = match catalog.canonical(metric).map(|it| &it.rollup) {
            Some(Rollup::RatioOfSums { numerator, denominator }) => {
                let mut both = self.breaks_of(catalog, channel, numerator);
                both.extend(self.breaks_of(catalog, channel, denominator));
                both
            }
            _ => self.own_breaks(catalog, channel, metric),
        };
        breaks.sort_by_key(|it| it.day);
        let mut seen = BTreeSet::new();
        breaks.retain(|it| seen.insert((it.day, it.before.clone(), it.after.clone())));
        breaks
    }

    fn own_breaks(&self, catalog: &Catalog, channel: &ChannelId, metric: &MetricName) -> Vec<Break> {
        let mut breaks = self.series_of(channel, metric).map(|series| series.breaks.clone()).unwrap_or_default();
        if let Some(channel) = self.channel(channel).filter(|_| !self.scopes.cut) {
            breaks.extend(catalog.breaks(metric, channel.platform));
        }
        breaks
    }

    /// The organisation's day of the moment.
    pub fn local_day(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// The posts of the channel that were published on the organisation's days of the stretch.
    pub fn posts_between<'a>(
        &'a self,
        channel: &'a ChannelId,
        start: NaiveDate,
        end: NaiveDate,
    ) -> impl Iterator<Item = &'a Post> {
        self.posts.iter().filter(move |post| {
            let day = self.local_day(post.published);
            &post.channel == channel && start <= day && day < end
        })
    }

    /// The day after the last of the channel's days that counts, at most `end`.
    pub(super) fn counted_end(&self, channel: &ChannelId, end: NaiveDate) -> NaiveDate {
        let complete = self.complete_through_of(channel).and_then(|day| day.checked_add_days(Days::new(1)));
        complete.map_or(end, |complete| complete.min(end)).min(self.today)
    }

    /// Finds once and for all when each channel was last heard of. Call it when everything has been read: what is put into
    /// the facts later is not heard.
    pub fn hear(&mut self) {
        let mut heard: BTreeMap<&ChannelId, DateTime<Utc>> = BTreeMap::new();
        let points = self.series.iter().flat_map(|it| it.points.iter().map(|point| (&it.channel, point.seen)));
        let posts = self.posts.iter().map(|post| (&post.channel, post.seen));
        let values = self.post_values.iter().map(|value| (&value.channel, value.seen));
        for (channel, seen) in points.chain(posts).chain(values) {
            let last = heard.entry(channel).or_insert(seen);
            *last = seen.max(*last);
        }
        self.heard = heard.into_iter().map(|(channel, seen)| (channel.clone(), seen)).collect();
    }

    /// When the channel was last heard of in any way: posts are known up to then, and not beyond.
    pub(super) fn last_heard(&self, channel: &ChannelId) -> Option<DateTime<Utc>> {
        if let Some(heard) = self.heard.get(channel) {
            return Some(*heard);
        }
        let points = self.series.iter().filter(|series| &series.channel == channel).flat_map(|series| &series.points);
        let posts = self.posts.iter().filter(|post| &post.channel == channel).map(|post| post.seen);
        let values = self.post_values.iter().filter(|value| &value.channel == channel).map(|value| value.seen);
        points.map(|point| point.seen).chain(posts).chain(values).max()
    }
}
