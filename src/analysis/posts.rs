//! Which posts carried: ranked within a platform by what that platform counts.

use std::collections::HashMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Facts, PostValue};
use crate::catalog::{Catalog, Subject};
use crate::model::told::traces;
use crate::model::{
    ChannelId, Figure, FigureId, MetricName, Missing, Number, Period, Platform, Post, Rollup, Source, State, Trace,
    Unit, Window,
};

/// A reading earlier than this after publication says little about a post.
const MINIMUM_AGE: TimeDelta = TimeDelta::hours(48);

/// The platform's measures, the first that it has counts.
const MEASURES: [&str; 2] = ["views", "engagements"];

/// The rate that is told beside a post, and over all of them.
const RATE: &str = "engagement_rate";

/// A post with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedPost {
    /// The post.
    pub post: Post,
    /// The channel.
    pub channel: ChannelId,
    /// Its place, 1 for the most; posts with the same value share one.
    pub rank: u32,
    /// Its figures, the one it is ranked by first: `post.<channel>.<post id>.<metric>`.
    pub figures: Vec<Figure>,
}

/// The posts of one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct PostRanking {
    /// The platform.
    pub platform: Platform,
    /// What they are ranked by.
    pub measure: MetricName,
    /// The posts, the one with most first.
    pub posts: Vec<RankedPost>,
    /// Posts whose latest reading was made less than 48 hours after publication.
    pub too_young: u32,
    /// Posts that the platform gave no value for.
    pub without_value: u32,
    /// The rate over all ranked posts, sum by sum: `posts.<platform>.engagement_rate`.
    pub rate: Figure,
}

/// A post with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostFigures {
    /// The post.
    pub post: Post,
    /// Its figures, the one that its platform ranks by first: `post.<channel>.<post id>.<metric>`.
    pub figures: Vec<Figure>,
    /// Whether its latest reading was made less than 48 hours after publication.
    pub young: bool,
}

impl PostRanking {
    /// The best, at most so many.
    pub fn best(&self, count: usize) -> &[RankedPost] {
        &self.posts[..count.min(self.posts.len())]
    }

    /// The worst, at most so many, the very worst last; none that is among the best as many.
    pub fn worst(&self, count: usize) -> &[RankedPost] {
        let from = self.posts.len().saturating_sub(count).max(count.min(self.posts.len()));
        &self.posts[from..]
    }
}

/// The values of each post, so that a post's are found without going through those of all the others.
pub(super) struct ByPost<'a>(HashMap<(&'a str, &'a str), Vec<&'a PostValue>>);

impl<'a> ByPost<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for value in &facts.post_values {
            found.entry((value.channel.as_str(), value.post.as_str())).or_default().push(value);
        }
        Self(found)
    }

    fn values<'b>(&'b self, post: &'b Post) -> &'b [&'a PostValue] {
        self.0.get(&(post.channel.as_str(), post.id.as_str())).map_or(&[], Vec::as_slice)
    }

    fn value(&self, post: &Post, metric: &MetricName) -> Option<&'a PostValue> {
        self.values(post).iter().copied().find(|it| it.metric == *metric)
    }
}

/// The posts that were published in the period (by the organisation's days), one ranking per platform that has any.
pub fn ranked(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<PostRanking> {
    let known: Vec<&ChannelId> = channels.iter().filter(|id| facts.channel(id).is_some()).collect();
    let values = ByPost::of(facts);
    let of = |platform: &Platform| {
        let here = known.iter().filter(|id| facts.channel(id).is_some_and(|it| it.platform == *platform));
        let posts: Vec<&Post> = here.flat_map(|id| facts.posts_between(id, period.start(), period.end())).collect();
        (!posts.is_empty()).then(|| ranking((facts, &values), catalog, *platform, &posts, period))
    };
    Platform::ALL.iter().filter_map(of).collect()
}

/// Every post that was published in the period, ranked or not, with all that is known of it.
pub fn post_figures(facts: &Facts, catalog: &Catalog, channels: &[ChannelId], period: Period) -> Vec<PostFigures> {
    let known: Vec<&ChannelId> = channels.iter().filter(|id| facts.channel(id).is_some()).collect();
    let values = ByPost::of(facts);
    let mut found = Vec::new();
    for platform in Platform::ALL {
        let here = known.iter().filter(|id| facts.channel(id).is_some_and(|it| it.platform == platform));
        let posts: Vec<&Post> = here.flat_map(|id| facts.posts_between(id, period.start(), period.end())).collect();
        if posts.is_empty() {
            continue;
        }
        let measure = measure(&values, catalog, platform, &posts);
        found.extend(posts.into_iter().map(|post| PostFigures {
            post: post.clone(),
            figures: figures((facts, &values), catalog, post, &measure),
            young: values.value(post, &measure).is_some_and(|it| it.seen - post.published < MINIMUM_AGE),
        }));
    }
    found
}

fn ranking(
    (facts, values): (&Facts, &ByPost<'_>),
    catalog: &Catalog,
    platform: Platform,
    posts: &[&Post],
    period: Period,
) -> PostRanking {
    let measure = measure(values, catalog, platform, posts);
    let (mut too_young, mut without_value) = (0, 0);
    let mut ranked: Vec<RankedPost> = Vec::new();
    for post in posts {
        match values.value(post, &measure) {
            Some(value) if usable(value).is_none() => without_value += 1,
            None => without_value += 1,
            Some(value) if value.seen - post.published < MINIMUM_AGE => too_young += 1,
            Some(_) => ranked.push(RankedPost {
                post: (*post).clone(),
                channel: post.channel.clone(),
                rank: 0,
                figures: figures((facts, values), catalog, post, &measure),
            }),
        }
    }
    place(&mut ranked);
    let rate = rate(values, catalog, platform, &ranked, period);
    PostRanking { platform, measure, posts: ranked, too_young, without_value, rate }
}

/// Views where the platform gives them for posts, else engagements.
fn measure(values: &ByPost<'_>, catalog: &Catalog, platform: Platform, posts: &[&Post]) -> MetricName {
    let given = |name: &str| {
        let metric = MetricName::from(name);
        let fed = !catalog.feeding(&metric, platform, Subject::Post).is_empty();
        fed || posts.iter().any(|post| values.value(post, &metric).is_some())
    };
    let [first, second] = MEASURES;
    MetricName::from(if given(first) { first } else { second })
}

fn usable(value: &PostValue) -> Option<f64> {
    value.value.filter(|number| number.is_finite() && value.state.has_value())
}

/// Sorts by the first figure, most first, and gives equal values equal places.
fn place(ranked: &mut [RankedPost]) {
    let number = |it: &RankedPost| it.figures.first().and_then(Figure::number).unwrap_or(f64::NEG_INFINITY);
    ranked.sort_by(|left, right| {
        let later =
            || (left.post.published, left.post.id.as_str()).cmp(&(right.post.published, right.post.id.as_str()));
        number(right).total_cmp(&number(left)).then_with(later)
    });
    let values: Vec<f64> = ranked.iter().map(number).collect();
    for (index, it) in ranked.iter_mut().enumerate() {
        let above = values.iter().filter(|value| **value > values[index]).count();
        it.rank = u32::try_from(above).unwrap_or(u32::MAX).saturating_add(1);
    }
}

/// All that is known of the post, the measure first, and its own rate.
fn figures((facts, all): (&Facts, &ByPost<'_>), catalog: &Catalog, post: &Post, measure: &MetricName) -> Vec<Figure> {
    let mut values = all.values(post).to_vec();
    values.sort_by_key(|it| (it.metric != *measure, it.metric.clone()));
    values.dedup_by_key(|it| it.metric.clone());
    let mut figures: Vec<Figure> = values.into_iter().map(|value| figure(catalog, post, value)).collect();
    let metric = MetricName::from(RATE);
    let id = FigureId(format!("post.{}.{}.{metric}", post.channel, post.id));
    let day = facts.local_day(post.published);
    figures.extend(divided(all, catalog, &[post], &metric, id, Period::day(day)));
    figures
}

fn figure(catalog: &Catalog, post: &Post, value: &PostValue) -> Figure {
    let unit = catalog.canonical(&value.metric).map_or(Unit::Count, |canonical| canonical.unit);
    let number = usable(value).map(|value| Number { value, unit });
    Figure {
        id: FigureId(format!("post.{}.{}.{}", post.channel, post.id, value.metric)),
        metric: value.metric.clone(),
        period: Period::day(value.day),
        value: number.ok_or_else(|| super::aggregate::days::lacking(std::iter::once(value.state))),
        preliminary: value.state == State::Preliminary,
        trace: Trace {
            how: traces::latest_of_post(&value.name).into(),
            sources: vec![source(value)],
            ..Trace::default()
        },
    }
}

/// The observation behind a post's value.
pub(super) fn source(value: &PostValue) -> Source {
    Source {
        channel: value.channel.clone(),
        post: Some(value.post.to_string()),
        metrics: vec![value.name.clone()],
        window: Window::Lifetime,
        start: value.day,
        end: Period::day(value.day).end(),
        observations: 1,
        seen: Some(value.seen),
        from: vec![value.source.clone()],
    }
}

fn rate(values: &ByPost<'_>, catalog: &Catalog, platform: Platform, ranked: &[RankedPost], period: Period) -> Figure {
    let metric = MetricName::from(RATE);
    let id = FigureId(format!("posts.{platform}.{metric}"));
    let posts: Vec<&Post> = ranked.iter().map(|it| &it.post).collect();
    divided(values, catalog, &posts, &metric, id.clone(), period).unwrap_or(Figure {
        id,
        metric,
        period,
        value: Err(Missing::NotFetched),
        preliminary: false,
        trace: Trace { how: traces::ratio_of_no_post().into(), ..Trace::default() },
    })
}

/// A rate over posts: numerator and denominator summed over the posts that have both, then divided.
pub(super) fn divided(
    values: &ByPost<'_>,
    catalog: &Catalog,
    posts: &[&Post],
    metric: &MetricName,
    id: FigureId,
    period: Period,
) -> Option<Figure> {
    let canonical = catalog.canonical(metric)?;
    let Rollup::RatioOfSums { numerator, denominator } = &canonical.rollup else { return None };
    let find = |post: &Post, name: &MetricName| {
        values.values(post).iter().copied().find(|it| it.metric == *name && usable(it).is_some())
    };
    let pairs: Vec<(&PostValue, &PostValue)> =
        posts.iter().filter_map(|post| Some((find(post, numerator)?, find(post, denominator)?))).collect();
    if pairs.is_empty() {
        return None;
    }
    let above: f64 = pairs.iter().filter_map(|(above, _)| usable(above)).sum();
    let below: f64 = pairs.iter().filter_map(|(_, below)| usable(below)).sum();
    let value = if below == 0.0 { Err(Missing::ZeroDenominator) } else { Ok(above / below) };
    let how = traces::ratio_of_posts(numerator, above, denominator, below, pairs.len()).into();
    Some(Figure {
        id,
        metric: metric.clone(),
        period,
        value: value.map(|value| Number { value, unit: canonical.unit }),
        preliminary: pairs.iter().any(|(a, b)| a.state == State::Preliminary || b.state == State::Preliminary),
        trace: Trace {
            how,
            sources: pairs.iter().flat_map(|(above, below)| [source(above), source(below)]).collect(),
            ..Trace::default()
        },
    })
}
