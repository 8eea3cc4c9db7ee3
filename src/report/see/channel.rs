//! One channel: every metric beside what it was, and each of them day by day.

use chrono::{Days, NaiveDate};

use super::super::draft::{Draft, Part, upper_first};
use super::super::goal_chart::column;
use super::super::sections::{compared_table, marks};
use super::super::{
    Align, Block, Cell, Chart, ChartSize, Drawing, Line, LineRole, Section, Span, Table, Trend, channels, goals,
    quality,
};
use crate::analysis::{Against, Compared, POSTS, total};
use crate::model::{ChannelId, Figure, FigureId, MetricName, Missing, Period, Rollup, Unit};
use crate::words::fill;

use Part::{Text, Value};

/// A quarter of a year: what a chart shows at least, so that a week is seen in its course.
const LEAST: u64 = 91;
/// A longer stretch is drawn week by week.
const MOST_DAYS: u32 = 200;

/// All about the channel.
pub(super) fn sections(draft: &mut Draft<'_>, channel: &ChannelId, against: Against) -> Vec<Section> {
    let rows: Vec<&Compared> = channels::of(draft, channel);
    let mut blocks = Vec::new();
    if rows.is_empty() {
        blocks.push(goals::paragraph(draft.words.see.nothing.clone()));
    } else {
        let caption = draft.channel_title(channel);
        blocks.push(Block::Table(compared_table(draft, format!("channel-{channel}"), caption, &rows)));
    }
    let heading = draft.words.see.metrics.clone();
    let mut sections = vec![Section { id: "metrics".to_owned(), heading, blocks }];
    let charts: Vec<Block> =
        rows.iter().filter_map(|it| chart(draft, channel, &it.metric, against)).map(Block::Chart).collect();
    if !charts.is_empty() {
        let heading = draft.words.see.course.clone();
        sections.push(Section { id: "course".to_owned(), heading, blocks: charts });
    }
    sections.push(quality::section(draft));
    sections
}

/// The stretches of an axis: days, or weeks that end with it.
struct Axis {
    steps: Vec<Period>,
    weekly: bool,
}

impl Axis {
    fn of(period: Period, metric: &MetricName) -> Self {
        let start = period.start().min(period.end() - Days::new(LEAST));
        let whole = Period::new(start, period.end()).unwrap_or(period);
        let weekly = whole.days() > MOST_DAYS || metric.as_str() == POSTS;
        if !weekly {
            return Self { steps: whole.iter_days().map(Period::day).collect(), weekly };
        }
        let count = whole.days() / 7;
        let last = Period::new(whole.end() - Days::new(7), whole.end()).unwrap_or(period);
        Self { steps: (0..count).rev().map(|back| last.shifted(-7 * i64::from(back))).collect(), weekly }
    }

    fn whole(&self) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.steps.first()?.last(), self.steps.last()?.last()))
    }

    /// How far back the comparison lies.
    fn back(&self, against: Against) -> i64 {
        match against {
            Against::YearBefore => 364,
            Against::Previous => self.steps.iter().map(|step| i64::from(step.days())).sum(),
        }
    }
}

/// The metric over time, beside the time that was chosen to compare with; none with fewer than two values.
fn chart(draft: &mut Draft<'_>, channel: &ChannelId, metric: &MetricName, against: Against) -> Option<Chart> {
    let axis = Axis::of(draft.material.period, metric);
    let (first, last) = axis.whole()?;
    let back = axis.back(against);
    let points: Vec<(Period, Figure, Figure)> = axis
        .steps
        .iter()
        .map(|step| {
            (*step, at(draft, channel, metric, *step), beside(draft, channel, metric, (*step, step.shifted(-back))))
        })
        .collect();
    let known: Vec<&(Period, Figure, Figure)> = points.iter().filter(|(_, now, _)| now.value.is_ok()).collect();
    let ([begin, .., end], Some(unit)) = (known.as_slice(), unit_of(&points)) else { return None };
    let title = draft.channel_title(channel);
    let within = draft.metric_within(metric);
    let (from_day, to_day) = (draft.locale.date(begin.0.last()), draft.locale.date(end.0.last()));
    let parts = [
        ("channel", Text(&title)),
        ("metric", Text(&within)),
        ("from", Value(&begin.1)),
        ("from_week", Text(&from_day)),
        ("to", Value(&end.1)),
        ("to_week", Text(&to_day)),
    ];
    let alt = draft.say(&draft.words.channels.curve_alt, &parts);
    let words = &draft.words.see;
    let before = match against {
        Against::Previous => words.line_before.clone(),
        Against::YearBefore => words.line_year.clone(),
    };
    let phrase = if axis.weekly { &draft.words.channels.curves } else { &words.daily };
    let caption = fill(phrase, &[("metric", &draft.metric_title(metric))]);
    let line = |label: &str, role, points| Line { label: label.to_owned(), role, points };
    let now = points.iter().map(|(step, now, _)| (step.last(), now.number())).collect();
    let then: Vec<_> = points.iter().map(|(step, _, then)| (step.last(), then.number())).collect();
    let mut lines = vec![line(&draft.words.goal.line_measured, LineRole::Measured, now)];
    if then.iter().any(|(_, value)| value.is_some()) {
        lines.push(line(&before, LineRole::Comparison, then));
    }
    let trend = Trend {
        days: (first, last),
        unit: within,
        percent: matches!(unit, Unit::Share | Unit::Change),
        from_zero: !stock(draft, metric),
        lines,
        band: None,
        breaks: marks(draft, channel, metric, (first, last)),
        spans: chosen(draft, first).into_iter().collect(),
    };
    let id = format!("{channel}-{metric}");
    Some(Chart {
        data: table(draft, (&id, &caption), metric, &before, &points),
        id,
        caption,
        alt: alt.text,
        figures: alt.figures,
        size: ChartSize::Wide,
        drawing: Drawing::Trend(trend),
    })
}

fn stock(draft: &Draft<'_>, metric: &MetricName) -> bool {
    draft.material.catalog.canonical(metric).is_some_and(|it| it.rollup == Rollup::Last)
}

/// The period that was asked for, where the chart shows more than that.
fn chosen(draft: &Draft<'_>, first: NaiveDate) -> Option<Span> {
    let period = draft.material.period;
    let label = draft.locale.period_short(period, draft.material.facts.calendar);
    (period.start() > first).then(|| Span { start: period.start(), end: period.last(), label })
}

fn unit_of(points: &[(Period, Figure, Figure)]) -> Option<Unit> {
    points.iter().find_map(|(_, now, _)| now.value.as_ref().ok()).map(|number| number.unit)
}

fn at(draft: &Draft<'_>, channel: &ChannelId, metric: &MetricName, step: Period) -> Figure {
    let material = draft.material;
    let id = FigureId(format!("channel.{channel}.{metric}.{}", step.code(material.facts.calendar).to_lowercase()));
    total(material.facts, material.catalog, metric, std::slice::from_ref(channel), step, id)
}

/// What stood there then, to be set beside a step of now: not where the platform has counted in another way since.
fn beside(draft: &Draft<'_>, channel: &ChannelId, metric: &MetricName, (now, then): (Period, Period)) -> Figure {
    let figure = at(draft, channel, metric, then);
    let breaks = draft.material.facts.breaks_of(draft.material.catalog, channel, metric);
    match breaks.iter().map(|it| it.day).find(|day| then.start() < *day && *day <= now.last()) {
        Some(on) if figure.value.is_ok() => {
            Figure { id: FigureId(format!("{}.beside", figure.id)), value: Err(Missing::MetricBreak { on }), ..figure }
        }
        _ => figure,
    }
}

fn table(
    draft: &mut Draft<'_>,
    (id, caption): (&str, &str),
    metric: &MetricName,
    before: &str,
    points: &[(Period, Figure, Figure)],
) -> Table {
    let compared = points.iter().any(|(_, _, then)| then.value.is_ok());
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (step, now, then) in points {
        let name = upper_first(&draft.locale.days(*step, true));
        let mut row = super::lists::named(&name, draft.cell(now));
        if compared {
            row.push(draft.cell(then));
        }
        rows.push(row);
    }
    let mut columns =
        vec![column(&draft.words.goal.table_day, Align::Text), column(&draft.metric_title(metric), Align::Number)];
    if compared {
        columns.push(column(&upper_first(before), Align::Number));
    }
    Table { id: id.to_owned(), caption: caption.to_owned(), columns, rows, note: None }
}
