//! Which content carries: labels, formats, weekdays, hours and lengths, each beside the mean of all, with everything
//! else counted out, drawn in to what they share, and never called a finding before it is one.

mod design;

use serde::{Deserialize, Serialize};

use super::Facts;
use super::statistics::pool::{benjamini_hochberg, pooled};
use super::statistics::regression::{Estimate, Fit};
use crate::catalog::Catalog;
use crate::model::{ChannelId, MetricName, Period, Platform, PostId};
use design::Design;

/// So many posts a group must have before it is named.
const ENOUGH: u32 = 8;
/// Under so many posts on a platform nothing is looked at.
const FEWEST: usize = 20;

/// What posts are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// By label.
    Label,
    /// By format.
    Format,
    /// By weekday of publication.
    Weekday,
    /// By the hours of the day.
    Hours,
    /// By the length of the text.
    Length,
}

impl Grouping {
    /// Every grouping, in the order in which reports show them.
    pub const ALL: [Self; 5] = [Self::Label, Self::Format, Self::Weekday, Self::Hours, Self::Length];
}

/// How much is known of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Enough posts, and no difference that luck would not make.
    None,
    /// Too few posts.
    Thin,
    /// It differs from the mean of all.
    Ok,
}

/// One group beside the mean of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupEffect {
    /// The group: a label's name, a format's word, a weekday from 1 for Monday, `06-09`, `short`.
    pub group: String,
    /// How many posts.
    pub posts: u32,
    /// The difference, as a share, drawn in.
    pub change: f64,
    /// The ends of its 95 % interval.
    pub interval: (f64, f64),
    /// The difference as it looks before it is drawn in.
    pub plain: f64,
    /// What share of findings as striking would be luck (Benjamini and Hochberg), before drawing in.
    pub luck: f64,
    /// How much is known.
    pub signal: Signal,
}

/// The groups of one grouping on one platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupingEffect {
    /// The grouping.
    pub grouping: Grouping,
    /// The groups, the one with most first. All that were looked at are here.
    pub groups: Vec<GroupEffect>,
}

/// What carries on one platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentEffect {
    /// The platform.
    pub platform: Platform,
    /// What is counted.
    pub measure: MetricName,
    /// How many posts with a value.
    pub posts: u32,
    /// The groupings that could be looked at; none when there are too few posts.
    pub groupings: Vec<GroupingEffect>,
}

/// A post's labels, as readers know them.
pub type PostLabels = std::collections::BTreeMap<(ChannelId, PostId), Vec<String>>;

/// What carries, per platform, among the posts published in the period. Weekdays and hours are those of the
/// organisation's clocks.
pub fn content(
    facts: &Facts,
    catalog: &Catalog,
    channels: &[ChannelId],
    labels: &PostLabels,
    period: Period,
) -> Vec<ContentEffect> {
    let rankings = super::ranked(facts, catalog, channels, period);
    let of = |ranking: &super::PostRanking| {
        let posts: Vec<design::Row> =
            ranking.posts.iter().filter_map(|it| design::Row::of(facts, it, labels)).collect();
        ContentEffect {
            platform: ranking.platform,
            measure: ranking.measure.clone(),
            posts: u32::try_from(posts.len()).unwrap_or(u32::MAX),
            groupings: if posts.len() < FEWEST { Vec::new() } else { groupings(&posts) },
        }
    };
    rankings.iter().map(of).collect()
}

fn groupings(posts: &[design::Row]) -> Vec<GroupingEffect> {
    let design = Design::of(posts);
    let Some(fit) = Fit::least_squares(&design.rows, &design.values) else { return Vec::new() };
    Grouping::ALL.iter().filter_map(|grouping| grouped(&design, &fit, *grouping)).collect()
}

fn grouped(design: &Design, fit: &Fit, grouping: Grouping) -> Option<GroupingEffect> {
    let contrasts = design.contrasts(grouping);
    if contrasts.len() < 2 {
        return None;
    }
    let estimates: Vec<Estimate> = contrasts.iter().map(|it| fit.estimate(&it.weights, &fit.covariance)).collect();
    let luck = benjamini_hochberg(&estimates.iter().map(|it| it.probability).collect::<Vec<f64>>());
    let pooled = pooled(&estimates.iter().map(|it| (it.value, it.error)).collect::<Vec<_>>())?;
    let mut groups: Vec<GroupEffect> = contrasts
        .iter()
        .zip(&estimates)
        .zip(&pooled.groups)
        .zip(luck)
        .map(|(((contrast, plain), drawn), luck)| GroupEffect {
            group: contrast.group.clone(),
            posts: contrast.posts,
            change: drawn.value.exp_m1(),
            interval: (drawn.interval.0.exp_m1(), drawn.interval.1.exp_m1()),
            plain: plain.value.exp_m1(),
            luck,
            signal: signal(contrast.posts, drawn.interval),
        })
        .collect();
    groups.sort_by(|a, b| b.change.total_cmp(&a.change).then_with(|| a.group.cmp(&b.group)));
    Some(GroupingEffect { grouping, groups })
}

fn signal(posts: u32, (low, high): (f64, f64)) -> Signal {
    if posts < ENOUGH {
        Signal::Thin
    } else if low > 0.0 || high < 0.0 {
        Signal::Ok
    } else {
        Signal::None
    }
}
