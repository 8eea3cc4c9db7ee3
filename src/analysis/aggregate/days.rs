//! The days of one channel and metric: which have a value, which have none and why, and where the values come from.

use std::collections::BTreeMap;

use chrono::{Days as DayCount, NaiveDate};

use super::super::{Facts, facts::POSTS};
use crate::model::{Break, ChannelId, MetricName, Missing, Period, Point, Post, Source, State, Window};

/// Of a period's days at least this share must have a value before a sum over them is shown.
const NEEDED_PERCENT: u64 = 80;

/// Whether so many days with a value are enough.
pub(in super::super) fn enough(have: u32, of: u32) -> bool {
    u64::from(have) * 100 >= u64::from(of) * NEEDED_PERCENT
}

/// The days of one channel and metric within a period.
#[derive(Debug, Clone)]
pub(in super::super) struct ChannelDays {
    /// The days with a value, ascending.
    pub values: Vec<(NaiveDate, f64)>,
    /// How many days the period has.
    pub of: u32,
    /// Where the values come from; none without values.
    pub source: Option<Source>,
    /// Whether the platform may still change something, or part of the period is not complete.
    pub preliminary: bool,
    /// Why there is nothing, should there be nothing.
    pub lacking: Missing,
}

impl ChannelDays {
    /// How many days have a value.
    pub fn have(&self) -> u32 {
        u32::try_from(self.values.len()).unwrap_or(u32::MAX)
    }

    /// The sum of the values.
    pub fn sum(&self) -> f64 {
        self.values.iter().map(|(_, value)| value).sum()
    }

    /// Why the days do not carry a sum, if they do not.
    pub fn problem(&self) -> Option<Missing> {
        if self.values.is_empty() {
            return Some(self.lacking.clone());
        }
        (!enough(self.have(), self.of)).then(|| Missing::Coverage { have: self.have(), of: self.of })
    }

    /// The first of the breaks with values on both of its sides.
    pub fn broken_on(&self, breaks: &[Break]) -> Option<NaiveDate> {
        let (first, last) = (self.values.first()?.0, self.values.last()?.0);
        breaks.iter().map(|it| it.day).find(|day| first < *day && *day <= last)
    }
}

/// Looks up the days of a channel and metric within the period. Days after the last complete one do not count.
pub(in super::super) fn channel_days(
    facts: &Facts,
    channel: &ChannelId,
    metric: &MetricName,
    period: Period,
) -> ChannelDays {
    if metric.as_str() == POSTS && facts.series_of(channel, metric).is_none() {
        return post_days(facts, channel, metric, period);
    }
    let end = facts.counted_end(channel, period.end());
    let points = facts.series_of(channel, metric).map_or(&[][..], |series| series.between(period.start(), end));
    let valued: Vec<&Point> = points.iter().filter(|point| usable(point).is_some()).collect();
    ChannelDays {
        values: valued.iter().filter_map(|point| Some((point.day, usable(point)?))).collect(),
        of: period.days(),
        source: source_of(channel, &valued, Window::Day, period),
        preliminary: end < period.end() || valued.iter().any(|point| point.state == State::Preliminary),
        lacking: lacking(points.iter().map(|point| point.state)),
    }
}

/// The value of a point that may be used.
pub(in super::super) fn usable(point: &Point) -> Option<f64> {
    point.value.filter(|value| value.is_finite() && point.state.has_value())
}

/// Why there is no value, from the states of what was asked: the one met most often, the gravest first.
pub(in super::super) fn lacking(states: impl Iterator<Item = State>) -> Missing {
    let mut counts: BTreeMap<State, usize> = BTreeMap::new();
    for state in states {
        *counts.entry(state).or_default() += 1;
    }
    match counts.into_iter().max_by_key(|(state, count)| (*count, *state)).map(|(state, _)| state) {
        Some(State::Absent) => Missing::Absent,
        Some(State::Suppressed) => Missing::Suppressed,
        Some(State::Refused) => Missing::Refused,
        // A state that promises a value without giving one is an answer that could not be read.
        Some(State::Unreadable | State::Ok | State::Preliminary) => Missing::Unreadable,
        None => Missing::NotFetched,
    }
}

/// What a figure rests on, for points of one channel.
pub(in super::super) fn source_of(
    channel: &ChannelId,
    points: &[&Point],
    window: Window,
    period: Period,
) -> Option<Source> {
    let seen = points.iter().map(|point| point.seen).max()?;
    Some(Source {
        channel: channel.clone(),
        post: None,
        metrics: distinct(points.iter().map(|point| point.metric.as_str())),
        window,
        start: period.start(),
        end: period.end(),
        observations: u32::try_from(points.len()).unwrap_or(u32::MAX),
        seen: Some(seen),
        from: distinct(points.iter().map(|point| point.source.as_str())),
    })
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        // Nameless: nothing was counted on the day, and nothing is there to be found again.
        if !word.is_empty() && !kept.iter().any(|it| it == word) {
            kept.push(word.to_owned());
        }
    }
    kept
}

/// The days of which it is known what was published: from the first post to the day before the channel was last heard of.
pub(in super::super) fn known_of_posts(facts: &Facts, channel: &ChannelId) -> Option<Period> {
    let from = facts.posts.iter().filter(|post| &post.channel == channel).map(|post| post.published).min()?;
    Period::new(facts.local_day(from), facts.local_day(facts.last_heard(channel)?))
}

/// Posts per day of publication, in the organisation's zone. A day without a post is a true zero only between the
/// first post that we know of and the day before the channel was last heard of; outside, nothing is known.
fn post_days(facts: &Facts, channel: &ChannelId, metric: &MetricName, period: Period) -> ChannelDays {
    let counted = facts.counted_end(channel, period.end());
    let known = known_of_posts(facts, channel).and_then(|known| Period::new(known.start(), known.end().min(counted)));
    let Some(known) = known.and_then(|known| known.intersect(period)) else {
        let of = period.days();
        return ChannelDays { values: vec![], of, source: None, preliminary: false, lacking: Missing::NotFetched };
    };
    let posts: Vec<&Post> = facts.posts_between(channel, known.start(), known.end()).collect();
    let mut counts: BTreeMap<NaiveDate, f64> = known.iter_days().map(|day| (day, 0.0)).collect();
    for post in &posts {
        *counts.entry(facts.local_day(post.published)).or_default() += 1.0;
    }
    let source = Source {
        channel: channel.clone(),
        post: None,
        metrics: vec![metric.as_str().to_owned()],
        window: Window::Day,
        start: known.start(),
        end: known.end(),
        observations: u32::try_from(posts.len()).unwrap_or(u32::MAX),
        seen: facts.last_heard(channel),
        from: distinct(posts.iter().map(|post| post.source.as_str())),
    };
    ChannelDays {
        values: counts.into_iter().collect(),
        of: period.days(),
        source: Some(source),
        preliminary: known.end() < period.end(),
        lacking: Missing::NotFetched,
    }
}

/// The day before, or the day itself at the beginning of time.
pub(in super::super) fn day_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(DayCount::new(days)).unwrap_or(NaiveDate::MIN)
}
