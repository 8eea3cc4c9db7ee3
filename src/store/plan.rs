//! From the words that goals use to the rows that may answer: which platform metrics, in which window, on which days. A
//! small frame, joined with the observations, so that many questions are one scan.

use polars::prelude::*;

use super::frame::day_number;
use super::view::Range;
use crate::catalog::{Additivity, Catalog, PlatformMetric, Subject};
use crate::model::{ChannelId, MetricName, Period, Platform, Window};

/// One question: a canonical metric of a channel in a stretch.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    pub(super) channel: &'a ChannelId,
    pub(super) platform: Platform,
    pub(super) metric: &'a MetricName,
    pub(super) days: Period,
}

/// What the questions are answered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// A value per day.
    Days,
    /// The value that the platform counted for exactly the stretch.
    Whole,
}

/// The plan for some questions.
pub(super) struct Plan {
    rows: Vec<Row>,
    /// Per question and way: the platform metrics whose sum it is, joined by `+`.
    pub(super) names: Vec<Vec<String>>,
    /// Which grain.
    pub(super) grain: Grain,
}

struct Row {
    question: u32,
    channel: String,
    metric: String,
    window: &'static str,
    way: u32,
    members: u32,
    preference: u32,
    from: i32,
    to: i32,
    days: Period,
}

impl Plan {
    /// What may answer the questions.
    pub(super) fn new(catalog: &Catalog, questions: &[Question<'_>], grain: Grain) -> Self {
        let (mut rows, mut names) = (Vec::new(), Vec::new());
        for (number, question) in questions.iter().enumerate() {
            let ways = catalog.summands(question.metric, question.platform, Subject::Account);
            for (way, members) in ways.iter().enumerate() {
                for metric in members {
                    add(&mut rows, (number, question), (way, members.len()), metric, grain);
                }
            }
            names.push(ways.iter().map(|members| joined(members)).collect());
        }
        Self { rows, names, grain }
    }

    /// Whether nothing can answer.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether the same metric may be there in several windows.
    pub(super) fn several_windows(&self) -> bool {
        self.rows.iter().any(|row| row.preference > 0)
    }

    /// What has to be read at most.
    pub(super) fn range(&self) -> Range {
        Range {
            channels: self.rows.iter().map(|row| row.channel.clone()).collect(),
            metrics: self.rows.iter().map(|row| row.metric.clone()).collect(),
            start: self.rows.iter().map(|row| row.days.start()).min(),
            end: self.rows.iter().map(|row| row.days.last()).max(),
            ..Range::default()
        }
    }

    /// The plan as a frame.
    pub(super) fn frame(&self) -> PolarsResult<DataFrame> {
        let number = |name: &str, get: fn(&Row) -> u32| {
            Column::new(name.into(), self.rows.iter().map(get).collect::<Vec<u32>>())
        };
        let text = |name: &str, get: fn(&Row) -> &str| {
            Column::new(name.into(), self.rows.iter().map(get).collect::<Vec<&str>>())
        };
        let day = |name: &str, get: fn(&Row) -> i32| {
            Column::new(name.into(), self.rows.iter().map(get).collect::<Vec<i32>>()).cast(&DataType::Date)
        };
        DataFrame::new_infer_height(vec![
            number("question", |row| row.question),
            text("channel", |row| &row.channel),
            text("metric", |row| &row.metric),
            text("window", |row| row.window),
            number("way", |row| row.way),
            number("members", |row| row.members),
            number("preference", |row| row.preference),
            day("from", |row| row.from)?,
            day("to", |row| row.to)?,
        ])
    }
}

/// The names of the summands, in the catalogue's order.
pub(super) fn joined(members: &[&PlatformMetric]) -> String {
    members.iter().map(|metric| metric.name.as_str()).collect::<Vec<_>>().join("+")
}

fn add(
    rows: &mut Vec<Row>,
    (number, question): (usize, &Question<'_>),
    (way, members): (usize, usize),
    metric: &PlatformMetric,
    grain: Grain,
) {
    let Some(days) = valid_days(metric, question.days) else { return };
    if grain == Grain::Whole && days != question.days {
        return; // A stretch that lies only partly in the metric's life is not what was asked for.
    }
    for (preference, window) in windows(metric, grain).iter().enumerate() {
        rows.push(Row {
            question: small(number),
            channel: question.channel.as_str().to_owned(),
            metric: metric.name.clone(),
            window: window.as_str(),
            way: small(way),
            members: small(members),
            preference: small(preference),
            from: day_number(days.start()),
            to: day_number(days.end()),
            days,
        });
    }
}

/// The days of the stretch on which the metric exists.
fn valid_days(metric: &PlatformMetric, days: Period) -> Option<Period> {
    let start = metric.valid_from.map_or(days.start(), |from| from.max(days.start()));
    let end = metric.valid_to.map_or(days.end(), |to| to.min(days.end()));
    Period::new(start, end)
}

/// The windows in the order of preference. A stock is best read at an instant; some platforms give it per day.
fn windows(metric: &PlatformMetric, grain: Grain) -> &'static [Window] {
    match (grain, metric.additivity) {
        (Grain::Days, Additivity::Gauge) => &[Window::Instant, Window::Day, Window::Lifetime],
        (Grain::Days, _) => &[Window::Day],
        (Grain::Whole, Additivity::Gauge) => &[],
        (Grain::Whole, _) => &[Window::Range, Window::Week, Window::Month, Window::Days28, Window::Day],
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
