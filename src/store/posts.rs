//! The posts, and the latest values of each.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::*;

use super::frame::{Rows, must, must_day, must_moment};
use super::plan::joined;
use super::rank::FilesFirst;
use super::resolve::{amount, descending, latest, state_in};
use super::twins::{Twins, twins};
use super::view::Range;
use super::{StoreError, View, computed};
use crate::catalog::{Additivity, Catalog, Subject};
use crate::model::{ChannelId, MetricName, Platform, Post, PostId, State, Window};

/// The latest value of a post's metric.
#[derive(Debug, Clone, PartialEq)]
pub struct PostReadingValue {
    /// The channel.
    pub channel: ChannelId,
    /// The post.
    pub post: PostId,
    /// The canonical metric.
    pub metric: MetricName,
    /// The platform's own name; several joined by `+` for a sum.
    pub name: String,
    /// The value; none in every state but `Ok` and `Preliminary`.
    pub value: Option<f64>,
    /// What became of the question.
    pub state: State,
    /// The day of the reading; of values per day the last.
    pub day: NaiveDate,
    /// When we were told.
    pub seen: DateTime<Utc>,
    /// Where it came from.
    pub source: String,
}

/// One way to know a canonical metric of a platform's posts.
struct Way {
    platform: Platform,
    metric: MetricName,
    names: Vec<String>,
    joined: String,
    additive: bool,
}

impl View {
    /// The posts of the channels (none named: all), as last told, ascending by publication, each once whatever its names
    /// (see [`Twins`]). `from` and `to` bound the time of publication, half-open.
    pub fn posts(
        &self,
        channels: &[ChannelId],
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
    ) -> Result<Vec<Post>, StoreError> {
        let mut posts = self.told_posts(channels)?;
        let twins = twins(&posts);
        posts.retain(|post| {
            let within = from.is_none_or(|from| from <= post.published) && to.is_none_or(|to| post.published < to);
            within && twins.name(&post.channel, &post.id) == Some(&post.id)
        });
        Ok(posts)
    }

    /// The latest value of each of the metrics for each post of the channels (none named: all). A counter is the last
    /// reading; where a platform gives a post's values per day, the sum of its days, if no day between is missing.
    pub fn post_values(
        &self,
        catalog: &Catalog,
        channels: &[ChannelId],
        metrics: &[MetricName],
    ) -> Result<Vec<PostReadingValue>, StoreError> {
        let ways = ways(catalog, metrics);
        if ways.is_empty() {
            return Ok(Vec::new());
        }
        let readings = self.readings(channels, &ways)?;
        let frame = readings.join(
            way_frame(&ways)?.lazy(),
            [col("platform"), col("metric")],
            [col("platform"), col("metric")],
            JoinArgs::new(JoinType::Inner),
        );
        // Days of a unique count are never added, whoever gives them.
        let frame = frame.filter(col("added").not().or(col("additive")));
        let values = read(&computed(summed(frame))?, &ways)?;
        Ok(named(values, &self.twins(channels)?, &self.files_first))
    }

    /// One row per post and platform metric: `amount`, `valued`, `preliminary`, `state`, `day`, `seen`, `source`, and
    /// whether days were `added`.
    fn readings(&self, channels: &[ChannelId], ways: &[Way]) -> Result<LazyFrame, StoreError> {
        let metrics = ways.iter().flat_map(|way| way.names.clone()).collect();
        let range = Range { channels: names(channels), metrics, ..Range::default() };
        let needed = [
            "platform", "channel", "object", "metric", "window", "start", "end", "value", "decimal", "state", "seen",
            "source", "run",
        ];
        let of_posts = col("object").is_not_null().and(col("dimension").is_null());
        let rows = self.observations(range)?.filter(of_posts).select(needed.map(col));
        let rows = latest(
            newest_counters(rows)?,
            &["channel", "object", "metric", "window", "start", "end"],
            &self.files_first,
        );
        let per_day = col("window").eq(lit(Window::Day.as_str()));
        let valued = state_in(&[State::Ok, State::Preliminary]);
        let preliminary = state_in(&[State::Preliminary]);
        let shared = [col("platform"), col("channel"), col("object"), col("metric")];
        let counters = rows
            .clone()
            .filter(per_day.clone().not())
            .sort_by_exprs([col("made"), col("start"), col("seen")], descending(3))
            .unique_stable(Some(cols(["channel", "object", "metric", "rank"])), UniqueKeepStrategy::First)
            // Of a counter, too, the interface's reading stands before a file's, on whatever day either was read.
            .sort_by_exprs([valued.clone(), col("rank")], descending(2))
            .unique_stable(Some(cols(["channel", "object", "metric"])), UniqueKeepStrategy::First)
            .select(
                [
                    shared.as_slice(),
                    &[
                        amount().alias("amount"),
                        valued.clone().alias("valued"),
                        preliminary.clone().alias("preliminary"),
                        col("state"),
                        col("start").alias("day"),
                        col("seen"),
                        col("source"),
                        col("rank"),
                        lit(false).alias("added"),
                    ],
                ]
                .concat(),
            );
        let span = (col("start").max() - col("start").min()).dt().total_days(false) + lit(1);
        let whole = valued.clone().cast(DataType::Int64).sum().eq(span);
        let days = rows.filter(per_day.and(valued)).group_by(shared).agg([
            amount().sum().alias("amount"),
            whole.alias("valued"),
            preliminary.any(true).alias("preliminary"),
            col("state").first(),
            col("start").max().alias("day"),
            col("seen").max(),
            col("source").max(),
            col("rank").min(),
            lit(true).first().alias("added"),
        ]);
        Ok(concat([counters, days.filter(col("valued"))], UnionArgs::default())?)
    }
}

/// Of counters that only the interface tells, and it tells them every day, the last day's alone: no earlier one can be the
/// last reading, and sorting them all is what costs. Where files speak too, which row counts is for [`latest`] to say.
fn newest_counters(rows: LazyFrame) -> PolarsResult<LazyFrame> {
    let same = ["channel", "object", "metric", "window"].map(col);
    let told = col("source").str().starts_with(lit("api:")).all(true).over(same.clone())?;
    let last = col("start").eq(col("start").max().over(same)?);
    let per_day = col("window").eq(lit(Window::Day.as_str()));
    Ok(rows.filter(per_day.or(told.not()).or(last)))
}

/// The values under the names that count. Where a post has two names, a value stands before none, then the interface's
/// before the file's, or the other way round where files are believed more.
fn named(values: Vec<PostReadingValue>, twins: &Twins, files_first: &FilesFirst) -> Vec<PostReadingValue> {
    // Beside each value: whether there is one, and whether its source is the one that is believed.
    type Held = ((bool, bool), PostReadingValue);
    // They come in order, each once: only where a channel has posts under two names is there anything to sort out.
    let touched = twins.channels();
    let (values, mut plain): (Vec<_>, Vec<_>) = values.into_iter().partition(|it| touched.contains(&it.channel));
    if values.is_empty() {
        return plain;
    }
    let mut named: BTreeMap<(ChannelId, PostId, MetricName), Held> = BTreeMap::new();
    for mut value in values {
        let Some(name) = twins.name(&value.channel, &value.post) else { continue };
        let believed = (*name == value.post) != files_first.contains(&value.channel);
        let place = (value.value.is_some(), believed);
        value.post = name.clone();
        match named.entry((value.channel.clone(), value.post.clone(), value.metric.clone())) {
            Entry::Vacant(slot) => {
                slot.insert((place, value));
            }
            Entry::Occupied(mut slot) if slot.get().0 < place => {
                slot.insert((place, value));
            }
            Entry::Occupied(_) => {}
        }
    }
    plain.extend(named.into_values().map(|(_, value)| value));
    plain.sort_by(|one, two| (&one.channel, &one.post, &one.metric).cmp(&(&two.channel, &two.post, &two.metric)));
    plain
}

fn names(channels: &[ChannelId]) -> Vec<String> {
    channels.iter().map(|channel| channel.as_str().to_owned()).collect()
}

fn ways(catalog: &Catalog, metrics: &[MetricName]) -> Vec<Way> {
    let mut ways = Vec::new();
    for metric in metrics {
        for platform in Platform::ALL {
            for members in catalog.summands(metric, platform, Subject::Post) {
                let names = members.iter().map(|member| member.name.clone()).collect();
                let additive = members.iter().all(|member| member.additivity == Additivity::Additive);
                ways.push(Way { platform, metric: metric.clone(), names, joined: joined(&members), additive });
            }
        }
    }
    ways
}

fn way_frame(ways: &[Way]) -> PolarsResult<DataFrame> {
    let members: Vec<(u32, &Way, &String)> =
        ways.iter().zip(0..).flat_map(|(way, number)| way.names.iter().map(move |name| (number, way, name))).collect();
    let counts = members.iter().map(|(_, way, _)| u32::try_from(way.names.len()).unwrap_or(u32::MAX));
    DataFrame::new_infer_height(vec![
        Column::new("way".into(), members.iter().map(|it| it.0).collect::<Vec<u32>>()),
        Column::new("platform".into(), members.iter().map(|it| it.1.platform.as_str()).collect::<Vec<&str>>()),
        Column::new("metric".into(), members.iter().map(|it| it.2.as_str()).collect::<Vec<&str>>()),
        Column::new("canonical".into(), members.iter().map(|it| it.1.metric.as_str()).collect::<Vec<&str>>()),
        Column::new("members".into(), counts.collect::<Vec<u32>>()),
        Column::new("additive".into(), members.iter().map(|it| it.1.additive).collect::<Vec<bool>>()),
    ])
}

/// Sums of one reading, then the newest way that is complete, per post and canonical metric.
fn summed(frame: LazyFrame) -> LazyFrame {
    let keys = [col("channel"), col("object"), col("canonical"), col("way")];
    let sums = frame
        .group_by(keys)
        .agg([
            col("amount").sum().alias("amount"),
            col("members").first(),
            len().cast(DataType::UInt32).alias("found"),
            col("valued").cast(DataType::UInt32).sum().alias("values"),
            col("preliminary").any(true),
            col("state").filter(col("valued").not()).first().alias("lack"),
            col("day").max(),
            col("day").n_unique().alias("days"),
            col("seen").max(),
            col("source").max(),
            col("rank").min(),
        ])
        // Summands of different readings are no sum.
        .filter(col("found").eq(col("members")).and(col("days").eq(lit(1))))
        .with_column(col("values").eq(col("members")).alias("complete"));
    sums.sort_by_exprs([col("complete"), col("rank"), col("day"), col("way")], descending(4))
        .unique_stable(Some(cols(["channel", "object", "canonical"])), UniqueKeepStrategy::First)
        .sort(["channel", "object", "canonical"], SortMultipleOptions::default())
}

fn read(frame: &DataFrame, ways: &[Way]) -> Result<Vec<PostReadingValue>, StoreError> {
    let rows = Rows(frame);
    let (channel, object, source, lack) =
        (rows.text("channel")?, rows.text("object")?, rows.text("source")?, rows.text("lack")?);
    let (way, day, seen, amount) =
        (rows.whole("way")?, rows.whole("day")?, rows.whole("seen")?, rows.decimal("amount")?);
    let (complete, preliminary) = (frame.column("complete")?.bool()?, frame.column("preliminary")?.bool()?);
    (0..frame.height())
        .map(|row| {
            let way = &ways[way.get(row).and_then(|it| usize::try_from(it).ok()).unwrap_or_default()];
            let state = match (complete.get(row), preliminary.get(row)) {
                (Some(true), Some(true)) => State::Preliminary,
                (Some(true), _) => State::Ok,
                _ => lack.get(row).and_then(State::parse).unwrap_or(State::Absent),
            };
            Ok(PostReadingValue {
                channel: ChannelId::from(must(channel, row)?),
                post: PostId::from(must(object, row)?),
                metric: way.metric.clone(),
                name: way.joined.clone(),
                value: amount.get(row).filter(|_| state.has_value()),
                state,
                day: must_day(&day, row)?,
                seen: must_moment(&seen, row)?,
                source: must(source, row)?.to_owned(),
            })
        })
        .collect()
}
