//! The ranked posts of a platform by label or format: how many, how much the middle one got, and their rate together.

use std::collections::BTreeMap;

use super::posts::{ByPost, divided};
use super::{Facts, PostRanking, RankedPost};
use crate::catalog::Catalog;
use crate::model::told::{Told, traces};
use crate::model::{Figure, FigureId, MetricName, Missing, Number, Period, Post, Trace, Unit};

/// Posts that have something in common.
#[derive(Debug, Clone, PartialEq)]
pub struct PostGroup {
    /// What they have in common: a label or a format, as given.
    pub name: String,
    /// How many: `posts.<platform>.<kind>.<name>.count`.
    pub count: Figure,
    /// What the middle one of them got: `….median`.
    pub median: Figure,
    /// Their rate together, sum by sum: `….engagement_rate`; none where no post has both parts.
    pub rate: Option<Figure>,
}

/// The posts of the ranking by the names that `names` gives each (none, one or several), the largest group first.
/// `kind` tells groupings of the same posts apart: `label`, `format`.
pub fn grouped(
    facts: &Facts,
    catalog: &Catalog,
    ranking: &PostRanking,
    period: Period,
    kind: &str,
    names: impl Fn(&RankedPost) -> Vec<String>,
) -> Vec<PostGroup> {
    let mut groups: BTreeMap<String, Vec<&RankedPost>> = BTreeMap::new();
    for post in &ranking.posts {
        for name in names(post) {
            let members = groups.entry(name).or_default();
            if !members.iter().any(|it| it.channel == post.channel && it.post.id == post.post.id) {
                members.push(post);
            }
        }
    }
    let values = ByPost::of(facts);
    let of = |(name, posts): (String, Vec<&RankedPost>)| {
        let stem = format!("posts.{}.{kind}.{}", ranking.platform, slug(&name));
        let id = |end: &str| FigureId(format!("{stem}.{end}"));
        let rate_metric = MetricName::from("engagement_rate");
        let all: Vec<&Post> = posts.iter().map(|it| &it.post).collect();
        PostGroup {
            count: count(ranking, &posts, period, id("count")),
            median: median(ranking, &posts, period, id("median")),
            rate: divided(&values, catalog, &all, &rate_metric, id("engagement_rate"), period),
            name,
        }
    };
    let mut groups: Vec<PostGroup> = groups.into_iter().map(of).collect();
    groups.sort_by(|left, right| {
        let size = |it: &PostGroup| it.count.number().unwrap_or(0.0);
        size(right).total_cmp(&size(left)).then_with(|| left.name.cmp(&right.name))
    });
    groups
}

fn count(ranking: &PostRanking, posts: &[&RankedPost], period: Period, id: FigureId) -> Figure {
    let value = f64::from(u32::try_from(posts.len()).unwrap_or(u32::MAX));
    let how = traces::posts_ranked(ranking.platform);
    made(ranking, posts, period, id, Ok(Number { value, unit: Unit::Count }), how)
}

fn median(ranking: &PostRanking, posts: &[&RankedPost], period: Period, id: FigureId) -> Figure {
    let mut values: Vec<f64> = posts.iter().filter_map(|it| it.figures.first()?.number()).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let value = match values.len() {
        0 => Err(Missing::NotFetched),
        length if length % 2 == 1 => Ok(values[middle]),
        _ => Ok(f64::midpoint(values[middle - 1], values[middle])),
    };
    let unit = posts.iter().find_map(|it| it.figures.first()?.value.as_ref().ok()).map_or(Unit::Count, |it| it.unit);
    let how = traces::median_of_posts(&ranking.measure, values.len());
    made(ranking, posts, period, id, value.map(|value| Number { value, unit }), how)
}

fn made(
    ranking: &PostRanking,
    posts: &[&RankedPost],
    period: Period,
    id: FigureId,
    value: Result<Number, Missing>,
    how: Told,
) -> Figure {
    let first = |it: &&RankedPost| it.figures.first().cloned();
    let figures: Vec<Figure> = posts.iter().filter_map(first).collect();
    Figure {
        id,
        metric: ranking.measure.clone(),
        period,
        value,
        preliminary: figures.iter().any(|it| it.preliminary),
        trace: Trace {
            how: how.into(),
            sources: figures.iter().flat_map(|it| it.trace.sources.iter().cloned()).collect(),
            ..Trace::default()
        },
    }
}

/// A name as a segment of a figure's id: lower case, letters and digits, a hyphen for all else.
fn slug(name: &str) -> String {
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_alphanumeric() {
            text.push(letter);
        } else if !text.ends_with('-') {
            text.push('-');
        }
    }
    text.trim_matches('-').to_owned()
}
