//! The posts with a label, or of a campaign.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::super::aggregate::days::known_of_posts;
use super::super::{Facts, POSTS, PostValue};
use super::{Cut, about, bare, parts_of};
use crate::catalog::{Catalog, Subject};
use crate::model::{
    Break, Campaign, ChannelId, Goal, MetricName, Missing, Normalise, Period, Point, Post, PostId, Rollup, Series,
    Source, State, Window,
};

/// A reading earlier than this after publication is still far from what the post will bring.
const YOUNG: TimeDelta = TimeDelta::hours(48);

/// Cuts the facts down to the goal's posts.
pub(super) fn cut(goal: &Goal, campaign: Option<&Campaign>, facts: &Facts, catalog: &Catalog) -> Result<Cut, Missing> {
    match catalog.canonical(&goal.metric).map(|it| &it.rollup) {
        None => return Err(Missing::NotFetched),
        Some(Rollup::Last) => return Err(Missing::NotOfPosts),
        Some(Rollup::Never) => return Err(Missing::NotAdditive),
        Some(Rollup::Sum | Rollup::RatioOfSums { .. }) => {}
    }
    let belonging = Belonging::of(goal, campaign, facts)?;
    let metrics = parts_of(catalog, &goal.metric);
    let channels = channels(goal, campaign, facts, catalog, &metrics);
    if channels.is_empty() {
        return Err(Missing::NotOfPosts);
    }
    let mut goal = about(goal, channels);
    if let Some(days) = belonging.days {
        // Outside of its days there is nothing of the campaign to count.
        (goal.start, goal.due) = (goal.start.max(days.start()), goal.due.min(days.last()));
    }
    let mut cut = Cut { facts: bare(facts), sources: Vec::new(), counted: Vec::new(), goal };
    let mut wanted = metrics;
    if cut.goal.normalise == Some(Normalise::PerPost) && !wanted.iter().any(|it| it.as_str() == POSTS) {
        wanted.push(MetricName::from(POSTS));
    }
    for channel in cut.goal.scope.channels.clone() {
        let posts: Vec<&Post> = facts.posts.iter().filter(|it| it.channel == channel && belonging.holds(it)).collect();
        for metric in &wanted {
            let values = Values::of(facts, &channel, metric);
            let mut series = values.series(facts, &channel, metric, &posts);
            series.breaks = values.breaks(facts, catalog, &posts);
            cut.facts.series.push(series);
            cut.sources.extend(values.sources(facts, &posts));
            cut.counted.extend(posts.iter().map(|post| (facts.local_day(post.published), values.has(post))));
        }
        if cut.goal.normalise == Some(Normalise::PerFollower) {
            cut.facts.series.extend(facts.series_of(&channel, &MetricName::from("followers")).cloned());
        }
        cut.facts.posts.extend(posts.into_iter().cloned());
    }
    cut.facts.posts.sort_by_key(|post| post.published);
    Ok(cut)
}

/// The channels whose posts have the metric: those named, else the campaign's, else the unit's.
fn channels(
    goal: &Goal,
    campaign: Option<&Campaign>,
    facts: &Facts,
    catalog: &Catalog,
    metrics: &[MetricName],
) -> Vec<ChannelId> {
    if !goal.scope.channels.is_empty() {
        return goal.scope.channels.clone();
    }
    let of_campaign = |id: &ChannelId| campaign.is_none_or(|it| it.channels.is_empty() || it.channels.contains(id));
    let within = facts.channels_of(goal.unit.as_ref()).into_iter().filter(|channel| of_campaign(&channel.id));
    let counts = |channel: &&crate::model::Channel| {
        metrics.iter().all(|metric| {
            if metric.as_str() == POSTS {
                return channel.platform.has_posts();
            }
            let fed = !catalog.feeding(metric, channel.platform, Subject::Post).is_empty();
            fed || facts.post_values.iter().any(|it| it.channel == channel.id && &it.metric == metric)
        })
    };
    within.filter(counts).map(|channel| channel.id.clone()).collect()
}

/// Which posts belong.
struct Belonging<'a> {
    facts: &'a Facts,
    /// One of these labels, where the goal names any.
    labels: &'a [String],
    /// And one of these, for a campaign.
    of_campaign: &'a [String],
    /// Published on one of these days.
    days: Option<Period>,
    /// In one of these channels, where the campaign names any.
    channels: &'a [ChannelId],
}

impl<'a> Belonging<'a> {
    fn of(goal: &'a Goal, campaign: Option<&'a Campaign>, facts: &'a Facts) -> Result<Self, Missing> {
        let labels = &goal.scope.labels[..];
        let Some(campaign) = campaign else {
            return Ok(Self { facts, labels, of_campaign: &[], days: None, channels: &[] });
        };
        if campaign.labels.is_empty() && labels.is_empty() {
            return Err(Missing::NoLabels);
        }
        let days = Period::new(campaign.start, Period::day(campaign.end).end()).ok_or(Missing::NothingClosed)?;
        Ok(Self { facts, labels, of_campaign: &campaign.labels, days: Some(days), channels: &campaign.channels })
    }

    fn holds(&self, post: &Post) -> bool {
        let carried = self.facts.scopes.labels.get(&(post.channel.clone(), post.id.clone()));
        let one_of = |wanted: &[String]| {
            wanted.is_empty() || carried.is_some_and(|labels| labels.iter().any(|it| wanted.contains(it)))
        };
        one_of(self.labels)
            && one_of(self.of_campaign)
            && (self.channels.is_empty() || self.channels.contains(&post.channel))
            && self.days.is_none_or(|days| days.contains(self.facts.local_day(post.published)))
    }
}

/// What a channel's posts have of one metric.
struct Values<'a> {
    counted: bool,
    of: BTreeMap<&'a PostId, &'a PostValue>,
}

impl<'a> Values<'a> {
    fn of(facts: &'a Facts, channel: &ChannelId, metric: &MetricName) -> Self {
        let own = facts.post_values.iter().filter(|it| &it.channel == channel && &it.metric == metric);
        Self { counted: metric.as_str() == POSTS, of: own.map(|it| (&it.post, it)).collect() }
    }

    /// What the posts of each day brought. A day without such a post is a true zero, as far as posts are known at all; a
    /// day with one that has no value has none.
    fn series(&self, facts: &Facts, channel: &ChannelId, metric: &MetricName, posts: &[&Post]) -> Series {
        let mut days: BTreeMap<NaiveDate, Vec<&Post>> = BTreeMap::new();
        for post in posts {
            days.entry(facts.local_day(post.published)).or_default().push(post);
        }
        let heard = facts.last_heard(channel);
        let point = |day: NaiveDate| {
            let published = days.get(&day).map_or(&[][..], Vec::as_slice);
            let seen = published.iter().filter_map(|post| self.of.get(&post.id)).map(|it| it.seen).max().or(heard)?;
            let (value, state) = self.sum(published)?;
            let source = published.iter().map(|post| post.source.clone()).next().unwrap_or_default();
            Some(Point { day, value, state, seen, metric: metric.as_str().to_owned(), source })
        };
        let known = known_of_posts(facts, channel);
        let points = known.map(|known| known.iter_days().filter_map(point).collect()).unwrap_or_default();
        Series { channel: channel.clone(), metric: metric.clone(), points, breaks: Vec::new() }
    }

    /// The sum over the posts of a day, or the state of the first without a value; nothing when one was never asked for.
    fn sum(&self, posts: &[&Post]) -> Option<(Option<f64>, State)> {
        if self.counted {
            return Some((Some(posts.iter().map(|_| 1.0).sum()), State::Ok));
        }
        let (mut sum, mut state) = (0.0, State::Ok);
        for post in posts {
            let found = self.of.get(&post.id)?;
            let Some(value) = found.value.filter(|it| it.is_finite() && found.state.has_value()) else {
                return Some((None, found.state));
            };
            sum += value;
            if found.state == State::Preliminary || found.seen - post.published < YOUNG {
                state = State::Preliminary;
            }
        }
        Some((Some(sum), state))
    }

    fn has(&self, post: &Post) -> bool {
        self.counted || self.of.get(&post.id).is_some_and(|it| it.value.is_some() && it.state.has_value())
    }

    /// Where the posts go from one naming of the metric to the one after it.
    fn breaks(&self, facts: &Facts, catalog: &Catalog, posts: &[&Post]) -> Vec<Break> {
        let Some(any) = posts.iter().find_map(|post| self.of.get(&post.id).map(|it| (post.platform, &it.metric)))
        else {
            return Vec::new();
        };
        let days_of = |name: &str| -> Vec<NaiveDate> {
            let called = |it: &&PostValue| it.name.split('+').any(|part| part == name);
            let named = posts.iter().filter(|post| self.of.get(&post.id).is_some_and(called));
            named.map(|post| facts.local_day(post.published)).collect()
        };
        let changed = |(before, after): (&str, &str)| {
            days_of(before).into_iter().min()?;
            let day = days_of(after).into_iter().min()?;
            Some(Break { day, before: before.to_owned(), after: after.to_owned() })
        };
        // The organisation's own metrics break where their parts do.
        let own = catalog.derived.iter().find(|it| it.name == *any.1);
        let parts = own.map_or_else(|| vec![any.1], |own| own.terms.iter().map(|(_, part)| part).collect());
        let feeding = parts.into_iter().flat_map(|part| catalog.feeding(part, any.0, Subject::Post));
        feeding.filter_map(|it| changed((&it.name, it.successor.as_deref()?))).collect()
    }

    /// The observations behind each post, with the day that it counts on.
    fn sources(&self, facts: &Facts, posts: &[&Post]) -> Vec<(NaiveDate, Source)> {
        posts.iter().filter_map(|post| Some((facts.local_day(post.published), self.source(facts, post)?))).collect()
    }

    fn source(&self, facts: &Facts, post: &Post) -> Option<Source> {
        if self.counted {
            let day = Period::day(facts.local_day(post.published));
            return Some(Source {
                channel: post.channel.clone(),
                post: Some(post.id.to_string()),
                metrics: vec![POSTS.to_owned()],
                window: Window::Day,
                start: day.start(),
                end: day.end(),
                observations: 1,
                seen: Some(post.seen),
                from: vec![post.source.clone()],
            });
        }
        let value = self.of.get(&post.id).filter(|it| it.value.is_some() && it.state.has_value())?;
        Some(super::super::posts::source(value))
    }
}
