//! The posts, and the latest values of each.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use polars::prelude::*;

use super::frame::{Rows, must, must_day, must_moment};
use super::plan::joined;
use super::rank::FilesFirst;
use super::resolve::{amount, badness, first_of, latest, state_in, state_of};
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
    /// The place of the metric among those that are asked for, in the order of their names.
    asked: u32,
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
        let values = read(&computed(summed(computed(frame)?)?)?, &ways)?;
        Ok(named(values, &self.twins(channels)?, &self.files_first))
    }

    /// One row per post and platform metric: `post` and `counter` (see `of_posts`), `platform`, `channel`, `object`,
    /// `metric`, `amount`, `valued`, `preliminary`, `badness`, `day`, `seen`, `source`, `rank`, and whether days were
    /// `added`.
    fn readings(&self, channels: &[ChannelId], ways: &[Way]) -> Result<LazyFrame, StoreError> {
        let metrics = ways.iter().flat_map(|way| way.names.clone()).collect();
        let range = Range { channels: names(channels), metrics, ..Range::default() };
        let rows = latest(self.of_posts(&range)?.lazy(), &["kept", "start", "end"], &self.files_first)?;
        let per_day = col("window").eq(lit(Window::Day.as_str()));
        let days = added_days(rows.clone().filter(per_day.clone()));
        Ok(concat([last_readings(rows.filter(per_day.not()))?, days], UnionArgs::default())?)
    }
}

/// What a row is about.
const ABOUT: [&str; 4] = ["platform", "channel", "object", "metric"];

/// Of each counter the last reading; the interface's before a file's, on whatever day either was read.
fn last_readings(rows: LazyFrame) -> Result<LazyFrame, StoreError> {
    let valued = state_in(&[State::Ok, State::Preliminary]);
    let of_kinds = first_of(rows, &["counter", "rank"], &[col("made"), col("start"), col("seen")])?;
    let rows = first_of(of_kinds, &["counter"], &[valued.clone(), col("rank")])?;
    let keys = ["post", "counter"].into_iter().chain(ABOUT).map(col);
    Ok(rows.select(
        keys.chain([
            amount().alias("amount"),
            valued.alias("valued"),
            state_in(&[State::Preliminary]).alias("preliminary"),
            badness().alias("badness"),
            col("start").alias("day"),
            col("seen"),
            col("source"),
            col("rank"),
            lit(false).alias("added"),
        ])
        .collect::<Vec<_>>(),
    ))
}

/// Values per day, added, if no day between is missing.
fn added_days(rows: LazyFrame) -> LazyFrame {
    let valued = state_in(&[State::Ok, State::Preliminary]);
    let span = (col("start").max() - col("start").min()).dt().total_days(false) + lit(1);
    let about = ABOUT.map(|name| col(name).first());
    let sums = rows.filter(valued.clone()).group_by([col("post"), col("counter")]).agg(
        about
            .into_iter()
            .chain([
                amount().sum().alias("amount"),
                valued.cast(DataType::Int64).sum().eq(span).alias("valued"),
                state_in(&[State::Preliminary]).any(true).alias("preliminary"),
                lit(0).first().alias("badness"),
                col("start").max().alias("day"),
                col("seen").max(),
                col("source").max(),
                col("rank").min(),
                lit(true).first().alias("added"),
            ])
            .collect::<Vec<_>>(),
    );
    sums.filter(col("valued"))
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
    let in_order: BTreeSet<&MetricName> = metrics.iter().collect();
    for (asked, metric) in (0..).zip(in_order) {
        for platform in Platform::ALL {
            for members in catalog.summands(metric, platform, Subject::Post) {
                let names = members.iter().map(|member| member.name.clone()).collect();
                let additive = members.iter().all(|member| member.additivity == Additivity::Additive);
                ways.push(Way { platform, metric: metric.clone(), asked, names, joined: joined(&members), additive });
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
        Column::new("asked".into(), members.iter().map(|it| it.1.asked).collect::<Vec<u32>>()),
        Column::new("members".into(), counts.collect::<Vec<u32>>()),
        Column::new("additive".into(), members.iter().map(|it| it.1.additive).collect::<Vec<bool>>()),
    ])
}

/// Sums of one reading, then the newest way that is complete, per post and canonical metric.
fn summed(frame: DataFrame) -> Result<LazyFrame, StoreError> {
    let result = |values: Expr| {
        [
            col("post"),
            col("way"),
            col("channel"),
            col("object"),
            col("asked"),
            col("amount"),
            col("preliminary"),
            col("badness"),
            col("day"),
            col("seen"),
            col("source"),
            col("rank"),
            col("added"),
            values.eq(col("members")).alias("complete"),
        ]
    };
    let several = col("members").gt(lit(1));
    let (alone, parts) = (frame.clone().lazy().filter(several.clone().not()), frame.lazy().filter(several));
    let sums = parts
        .group_by([col("post"), col("way")])
        .agg([
            col("channel").first(),
            col("object").first(),
            col("asked").first(),
            col("amount").sum(),
            col("members").first(),
            len().cast(DataType::UInt32).alias("found"),
            col("valued").cast(DataType::UInt32).sum(),
            col("preliminary").any(true),
            col("badness").max(),
            col("day").max(),
            col("day").min().alias("first"),
            col("seen").max(),
            col("source").max(),
            col("rank").min(),
            col("added").any(true),
        ])
        // Summands of different readings are no sum.
        .filter(col("found").eq(col("members")).and(col("day").eq(col("first"))));
    let alone = alone.select(result(col("valued").cast(DataType::UInt32)));
    let all = concat([alone, sums.select(result(col("valued")))], UnionArgs::default())?;
    // A counter knows the post's first days too, whichever days came one by one.
    let order = [col("complete"), col("rank"), col("added").not(), col("day"), col("way")];
    let chosen = first_of(all, &["post", "asked"], &order)?;
    Ok(chosen.sort(["post", "asked"], SortMultipleOptions::default()))
}

fn read(frame: &DataFrame, ways: &[Way]) -> Result<Vec<PostReadingValue>, StoreError> {
    let rows = Rows(frame);
    let (channel, object, source) = (rows.text("channel")?, rows.text("object")?, rows.text("source")?);
    let badness = rows.whole("badness")?;
    let (way, day, seen, amount) =
        (rows.whole("way")?, rows.whole("day")?, rows.whole("seen")?, rows.decimal("amount")?);
    let (complete, preliminary) = (frame.column("complete")?.bool()?, frame.column("preliminary")?.bool()?);
    (0..frame.height())
        .map(|row| {
            let way = &ways[way.get(row).and_then(|it| usize::try_from(it).ok()).unwrap_or_default()];
            // A way that is not complete lacks something, whatever it is.
            let lack = badness.get(row).unwrap_or_default();
            let lack = if complete.get(row) == Some(true) { 0 } else { lack.max(1) };
            let state = state_of(lack, preliminary.get(row) == Some(true));
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
