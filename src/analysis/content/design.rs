//! Posts as rows of a regression: what each is, and what it reached.

use chrono::{Datelike, Timelike};

use super::super::statistics::float;
use super::super::{Facts, RankedPost};
use super::{Grouping, PostLabels};
use crate::model::Figure;

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
    /// [`Grouping::ALL`].
    pub fn of(posts: &[Row]) -> Self {
        let mut columns: Vec<Vec<f64>> = vec![vec![1.0; posts.len()]];
        let one = |yes: bool| f64::from(u8::from(yes));
        for channel in names(posts.iter().map(|it| it.channel.as_str())).into_iter().skip(1) {
            columns.push(posts.iter().map(|it| one(it.channel == channel)).collect());
        }
        let mut groups = Vec::new();
        for grouping in Grouping::ALL {
            let (found, wanted) = if grouping == Grouping::Label { labelled(posts) } else { grouped(posts, grouping) };
            if (columns.len() + wanted.len() + 1) * PER_COLUMN > posts.len() {
                continue;
            }
            let first = columns.len();
            groups.extend(found.into_iter().map(|(name, column, posts)| Group {
                grouping,
                name,
                column: column.map(|it| it + first),
                posts,
            }));
            columns.extend(wanted);
        }
        let row = |index: usize| columns.iter().map(|column| column[index]).collect();
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

/// A group's name, its column among those that follow, and how many posts it has.
type Found = (Vec<(String, Option<usize>, usize)>, Vec<Vec<f64>>);

/// Each post belongs to one group; the largest is the base.
fn grouped(posts: &[Row], grouping: Grouping) -> Found {
    let mut counted: Vec<(String, usize)> = names(posts.iter().map(|it| it.group(grouping)))
        .into_iter()
        .map(|name| {
            let count = posts.iter().filter(|it| it.group(grouping) == name).count();
            (name, count)
        })
        .collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let kept: Vec<(String, usize)> = counted.into_iter().filter(|(_, count)| *count >= COLUMN).collect();
    let column = |name: &String| posts.iter().map(|it| f64::from(u8::from(it.group(grouping) == name))).collect();
    let columns = kept.iter().skip(1).map(|(name, _)| column(name)).collect();
    let groups = kept.into_iter().enumerate().map(|(at, (name, count))| (name, at.checked_sub(1), count)).collect();
    (groups, columns)
}

/// A post may carry several labels or none, so every label has a column. Where each carries exactly one, the commonest
/// is the base.
fn labelled(posts: &[Row]) -> Found {
    let one_each = posts.iter().all(|it| it.labels.len() == 1);
    let all = names(posts.iter().flat_map(|it| it.labels.iter().map(String::as_str)));
    let mut counted: Vec<(String, usize)> = all
        .into_iter()
        .map(|name| {
            let count = posts.iter().filter(|it| it.labels.contains(&name)).count();
            (name, count)
        })
        .filter(|(_, count)| *count >= COLUMN && *count < posts.len())
        .collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let base = usize::from(one_each);
    let column = |name: &String| posts.iter().map(|it| f64::from(u8::from(it.labels.contains(name)))).collect();
    let columns = counted.iter().skip(base).map(|(name, _)| column(name)).collect();
    let groups =
        counted.into_iter().enumerate().map(|(at, (name, count))| (name, at.checked_sub(base), count)).collect();
    (groups, columns)
}

/// The distinct names, sorted.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = all.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}
