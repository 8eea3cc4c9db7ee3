//! The organisation's own metrics, made of what was read: a count on every day on which all its parts are known.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::aggregate::days::{channel_days, usable};
use super::{Facts, POSTS, PostValue};
use crate::catalog::{Catalog, Derived};
use crate::model::{Break, ChannelId, MetricName, Period, Point, Series, State};

/// Makes the series and the posts' values of the organisation's own metrics, in place of what stands under their names.
pub fn derive(facts: &mut Facts, catalog: &Catalog, days: Period) {
    for derived in &catalog.derived {
        facts.series.retain(|series| series.metric != derived.name);
        facts.post_values.retain(|value| value.metric != derived.name);
        let has_all = |id: &ChannelId| {
            let parts = derived.terms.iter();
            parts.clone().all(|(_, part)| part.as_str() == POSTS || facts.series_of(id, part).is_some())
        };
        let channels: Vec<ChannelId> = facts.channels.iter().map(|it| it.id.clone()).filter(has_all).collect();
        let made: Vec<Series> = channels.iter().map(|id| series(facts, catalog, derived, id, days)).collect();
        let values = post_values(facts, derived);
        facts.series.extend(made);
        facts.post_values.extend(values);
    }
}

fn series(facts: &Facts, catalog: &Catalog, derived: &Derived, channel: &ChannelId, days: Period) -> Series {
    let parts: Vec<BTreeMap<NaiveDate, Point>> =
        derived.terms.iter().map(|(_, part)| points(facts, channel, part, days)).collect();
    let mut breaks: Vec<Break> = derived
        .terms
        .iter()
        .flat_map(|(_, part)| facts.breaks_of(catalog, channel, part))
        .filter(|it| days.start() < it.day && it.day < days.end())
        .collect();
    breaks.sort_by_key(|it| it.day);
    breaks.dedup_by_key(|it| it.day);
    let point = |day: NaiveDate| {
        let here: Option<Vec<&Point>> = parts.iter().map(|part| part.get(&day)).collect();
        Some(summed(derived, &here?, day))
    };
    let points = days.iter_days().filter_map(point).collect();
    Series { channel: channel.clone(), metric: derived.name.clone(), points, breaks }
}

/// The days of a part. Posts have no series: they are counted.
fn points(facts: &Facts, channel: &ChannelId, part: &MetricName, days: Period) -> BTreeMap<NaiveDate, Point> {
    if let Some(series) = facts.series_of(channel, part) {
        return series.between(days.start(), days.end()).iter().map(|point| (point.day, point.clone())).collect();
    }
    let counted = channel_days(facts, channel, part, days);
    let Some(source) = counted.source else { return BTreeMap::new() };
    let point = |(day, value): (NaiveDate, f64)| {
        let point = Point {
            day,
            value: Some(value),
            state: State::Ok,
            seen: source.seen?,
            metric: part.as_str().to_owned(),
            source: source.from.first().cloned().unwrap_or_default(),
        };
        Some((day, point))
    };
    counted.values.into_iter().filter_map(point).collect()
}

/// The parts of a day as one: known when all are, as open as the most open, else in the gravest of their states.
fn summed(derived: &Derived, parts: &[&Point], day: NaiveDate) -> Point {
    let values: Option<Vec<f64>> = parts.iter().map(|part| usable(part)).collect();
    let sum = |values: Vec<f64>| derived.terms.iter().zip(values).map(|((weight, _), value)| weight * value).sum();
    Point {
        day,
        value: values.map(sum),
        state: parts.iter().map(|part| part.state).max().unwrap_or(State::Absent),
        seen: parts.iter().map(|part| part.seen).max().unwrap_or_default(),
        metric: joined(parts.iter().map(|part| part.metric.as_str())),
        source: joined(parts.iter().map(|part| part.source.as_str())),
    }
}

/// The distinct words, joined as summands are.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept.join("+")
}

/// The same of every post that has all parts; that it is a post counts as one.
fn post_values(facts: &Facts, derived: &Derived) -> Vec<PostValue> {
    let mut by_post: BTreeMap<(&ChannelId, &crate::model::PostId), BTreeMap<&MetricName, &PostValue>> = BTreeMap::new();
    for value in &facts.post_values {
        if derived.terms.iter().any(|(_, part)| part == &value.metric) {
            by_post.entry((&value.channel, &value.post)).or_default().insert(&value.metric, value);
        }
    }
    let made = |values: &BTreeMap<&MetricName, &PostValue>| {
        let mut sum = Some(0.0);
        let mut found: Vec<&PostValue> = Vec::new();
        for (weight, part) in &derived.terms {
            let number = if part.as_str() == POSTS {
                Some(1.0)
            } else {
                let value = *values.get(part)?;
                found.push(value);
                value.value.filter(|it| it.is_finite() && value.state.has_value())
            };
            sum = sum.zip(number).map(|(sum, number)| sum + weight * number);
        }
        let last = *found.iter().max_by_key(|value| value.seen)?;
        Some(PostValue {
            metric: derived.name.clone(),
            name: joined(found.iter().map(|value| value.name.as_str())),
            value: sum,
            state: found.iter().map(|value| value.state).max()?,
            ..last.clone()
        })
    };
    by_post.values().filter_map(made).collect()
}
