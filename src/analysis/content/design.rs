//! Posts as rows of a regression: what each is, and what it reached.

use chrono::{Datelike, NaiveTime, Timelike};

use super::super::statistics::float;
use super::super::statistics::linear::dot;
use super::super::{Facts, RankedPost};
use super::{Grouping, PostLabels};
use crate::model::{Figure, Post};

/// Under so many posts a group is counted with the others: a column for it would say nothing.
const COLUMN: usize = 3;
/// So many posts are needed for each column.
const PER_COLUMN: usize = 3;

/// What a post is, and what it reached.
pub(super) struct Row {
    channel: String,
    labels: Vec<String>,
    /// Its one group in each of the other groupings.
    format: String,
    weekday: String,
    hours: String,
    length: String,
    /// The logarithm of what it reached.
    value: f64,
}

impl Row {
    /// None for a post without a value.
    pub fn of(facts: &Facts, ranked: &RankedPost, labels: &PostLabels) -> Option<Self> {
        let value = ranked.figures.first().and_then(Figure::number)?;
        let post = &ranked.post;
        let published = post.published.with_timezone(&facts.zone);
        let hours = match published.hour() {
            _ if day_only(post) => "",
            0..=5 => "00-06",
            6..=8 => "06-09",
            9..=11 => "09-12",
            12..=14 => "12-15",
            15..=17 => "15-18",
            18..=20 => "18-21",
            _ => "21-24",
        };
        let length = match post.text.chars().count() {
            0..=120 => "short",
            121..=400 => "middle",
            _ => "long",
        };
        Some(Self {
            channel: post.channel.to_string(),
            labels: labels.get(&(post.channel.clone(), post.id.clone())).cloned().unwrap_or_default(),
            format: post.format.to_string(),
            weekday: published.weekday().number_from_monday().to_string(),
            hours: hours.to_owned(),
            length: length.to_owned(),
            value: value.max(0.0).ln_1p(),
        })
    }

    /// Whether the post belongs to the group. It may carry several labels, or none.
    fn is_in(&self, grouping: Grouping, name: &str) -> bool {
        match grouping {
            Grouping::Label => self.labels.iter().any(|it| it == name),
            _ => self.group(grouping) == name,
        }
    }

    fn group(&self, grouping: Grouping) -> &str {
        match grouping {
            Grouping::Label => "",
            Grouping::Format => &self.format,
            Grouping::Weekday => &self.weekday,
            Grouping::Hours => &self.hours,
            Grouping::Length => &self.length,
        }
    }
}

/// Whether only the day is known on which the post was published: files that do not tell more put noon there.
fn day_only(post: &Post) -> bool {
    post.source.starts_with("import:") && NaiveTime::from_hms_opt(12, 0, 0) == Some(post.published.time())
}

/// One group's weights on the coefficients: itself beside the mean of all posts.
pub(super) struct Contrast {
    pub group: String,
    pub posts: u32,
    pub weights: Vec<f64>,
}

/// A group with its column; none for the base.
struct Group {
    grouping: Grouping,
    name: String,
    column: Option<usize>,
    posts: usize,
}

/// The regression's rows and what its columns mean.
pub(super) struct Design {
    pub rows: Vec<Vec<f64>>,
    pub values: Vec<f64>,
    groups: Vec<Group>,
}

impl Design {
    /// Columns for channels, labels and every other grouping; as many groupings as the posts can carry, in the order of
    /// [`Grouping::ALL`]. A column that others say already is left out: its group is the base of theirs.
    pub fn of(posts: &[Row]) -> Self {
        let mut columns = Columns::default();
        let one = |yes: bool| f64::from(u8::from(yes));
        columns.take(vec![1.0; posts.len()]);
        for channel in names(posts.iter().map(|it| it.channel.as_str())) {
            columns.take(posts.iter().map(|it| one(it.channel == channel)).collect());
        }
        let mut groups = Vec::new();
        for grouping in Grouping::ALL {
            let found = grouped(posts, grouping);
            if (columns.taken.len() + found.len()) * PER_COLUMN > posts.len() {
                continue;
            }
            for (name, count) in found {
                let column = columns.take(posts.iter().map(|it| one(it.is_in(grouping, &name))).collect());
                groups.push(Group { grouping, name, column, posts: count });
            }
        }
        let row = |index: usize| columns.taken.iter().map(|column| column[index]).collect();
        let rows = (0..posts.len()).map(row).collect();
        Self { rows, values: posts.iter().map(|it| it.value).collect(), groups }
    }

    /// The groups of the grouping, each beside the mean of all posts.
    pub fn contrasts(&self, grouping: Grouping) -> Vec<Contrast> {
        let width = self.rows.first().map_or(0, Vec::len);
        let here: Vec<&Group> = self.groups.iter().filter(|it| it.grouping == grouping).collect();
        let all = float(self.rows.len());
        let of = |group: &&Group| {
            let mut weights = vec![0.0; width];
            for other in &here {
                if let Some(column) = other.column {
                    weights[column] = -float(other.posts) / all;
                }
            }
            if let Some(column) = group.column {
                weights[column] += 1.0;
            }
            let posts = u32::try_from(group.posts).unwrap_or(u32::MAX);
            Contrast { group: group.name.clone(), posts, weights }
        };
        here.iter().map(of).collect()
    }
}

/// Columns that say something that the ones before do not.
#[derive(Default)]
struct Columns {
    taken: Vec<Vec<f64>>,
    /// The same, at right angles to each other and of length one.
    basis: Vec<Vec<f64>>,
}

impl Columns {
    /// Takes the column, and says where it is; none when the others say it already.
    fn take(&mut self, column: Vec<f64>) -> Option<usize> {
        let mut rest = column.clone();
        // Twice, so that rounding does not pass for news.
        for _ in 0..2 {
            for known in &self.basis {
                let along = dot(known, &rest);
                rest.iter_mut().zip(known).for_each(|(cell, known)| *cell -= along * known);
            }
        }
        let (left, whole) = (dot(&rest, &rest).sqrt(), dot(&column, &column).sqrt());
        if left <= 1e-6 * whole {
            return None;
        }
        self.basis.push(rest.into_iter().map(|cell| cell / left).collect());
        self.taken.push(column);
        Some(self.taken.len() - 1)
    }
}

/// The groups with enough posts and how many they have, the largest first.
fn grouped(posts: &[Row], grouping: Grouping) -> Vec<(String, usize)> {
    let all = match grouping {
        Grouping::Label => names(posts.iter().flat_map(|it| it.labels.iter().map(String::as_str))),
        // Posts of an unknown hour have no group.
        _ => names(posts.iter().map(|it| it.group(grouping)).filter(|name| !name.is_empty())),
    };
    let count = |name: &String| posts.iter().filter(|it| it.is_in(grouping, name)).count();
    let counted = all.into_iter().map(|name| (count(&name), name));
    let mut kept: Vec<(String, usize)> =
        counted.filter(|(count, _)| (COLUMN..posts.len()).contains(count)).map(|(count, name)| (name, count)).collect();
    kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    kept
}

/// The distinct names, sorted.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = all.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}
