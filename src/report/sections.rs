//! What sections share: what people wrote about them, tables of compared figures, and the curves of single channels.

use super::draft::{Draft, Part, upper_first};
use super::goal_chart::{column, name_cell};
use super::goals::paragraph;
use super::{Align, Block, Cell, Chart, ChartSize, Column, Drawing, Line, LineRole, Mark, Table, Trend, page_one};
use crate::analysis::{Against, Compared, total};
use crate::model::{ChannelId, Figure, FigureId, Granularity, MetricName, Period, Unit};

use Part::{Text, Value};

/// How many weeks the curves of single channels show: a quarter of a year.
const WEEKS: usize = 13;

/// What people wrote about the section, as its first paragraphs.
pub(super) fn opening(draft: &Draft<'_>, section: &str) -> Vec<Block> {
    let sections = draft.material.comment.iter().flat_map(|comment| &comment.sections);
    let written = sections.filter(|(name, text)| name == section && !text.is_empty());
    written
        .flat_map(|(_, text)| paragraphs(text))
        .map(|text| paragraph(crate::words::fill(&draft.words.section.comment, &[("text", &text)])))
        .collect()
}

/// The paragraphs of a text: an empty line parts them, a single line break does not.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut all: Vec<String> = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match all.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => all.push(String::new()),
        }
    }
    all.retain(|paragraph| !paragraph.is_empty());
    all
}

/// A table of metrics beside what they were before.
pub(super) fn compared_table(draft: &mut Draft<'_>, id: String, caption: String, rows: &[&Compared]) -> Table {
    let mut preliminary = false;
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    for it in rows {
        preliminary |= [&it.total, &it.previous, &it.year_before].iter().any(|figure| figure.preliminary);
        let name = draft.metric_title(&it.metric);
        cells.push(vec![
            name_cell(&name),
            draft.cell(&it.total),
            draft.cell(&it.previous),
            draft.signed_cell(&it.change),
            draft.cell(&it.year_before),
            draft.signed_cell(&it.change_year),
        ]);
    }
    let words = &draft.words.table;
    let share = rows.iter().any(|it| it.total.value.as_ref().is_ok_and(|number| number.unit == Unit::Share));
    let notes = [(preliminary, &words.preliminary), (share, &words.relative)];
    let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note.as_str()).collect();
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    Table { id, caption, columns: compared_columns(draft), rows: cells, note }
}

fn compared_columns(draft: &Draft<'_>) -> Vec<Column> {
    let words = &draft.words.table;
    let period = upper_first(&draft.locale.period_short(draft.material.period, draft.material.facts.calendar));
    let before = upper_first(&page_one::when(draft, Against::Previous));
    let year = upper_first(&page_one::when(draft, Against::YearBefore));
    [
        column(&words.metric, Align::Text),
        column(&period, Align::Number),
        column(&before, Align::Number),
        column(&words.change, Align::Number),
        column(&year, Align::Number),
        column(&words.change, Align::Number),
    ]
    .into()
}

/// The metric of the channel week by week, up to the report's last week; none with fewer than two values.
pub(super) fn weekly_curve(draft: &mut Draft<'_>, channel: &ChannelId, metric: &MetricName) -> Option<Chart> {
    let weeks = weeks(draft);
    let figures: Vec<(Period, Figure)> =
        weeks.iter().map(|week| (*week, of_week(draft, channel, metric, *week))).collect();
    let known: Vec<&(Period, Figure)> = figures.iter().filter(|(_, figure)| figure.value.is_ok()).collect();
    let ([first, .., last], Some(axis)) = (known.as_slice(), span(&weeks)) else { return None };
    let title = draft.channel_title(channel);
    let within = draft.metric_within(metric);
    let calendar = draft.material.facts.calendar;
    let week = |draft: &Draft<'_>, period: Period| draft.locale.period(period, calendar);
    let (from_week, to_week) = (week(draft, first.0), week(draft, last.0));
    let parts = [
        ("channel", Text(&title)),
        ("metric", Text(&within)),
        ("from", Value(&first.1)),
        ("from_week", Text(&from_week)),
        ("to", Value(&last.1)),
        ("to_week", Text(&to_week)),
    ];
    let alt = draft.say(&draft.words.channels.curve_alt, &parts);
    let unit = first.1.value.as_ref().map_or(Unit::Count, |number| number.unit);
    let stock = metric.as_str() == "followers";
    let points = figures.iter().map(|(period, figure)| (period.last(), figure.number())).collect();
    let trend = Trend {
        days: axis,
        unit: within.clone(),
        percent: matches!(unit, Unit::Share | Unit::Change),
        from_zero: !stock,
        lines: vec![Line { label: draft.words.goal.line_measured.clone(), role: LineRole::Measured, points }],
        band: None,
        breaks: marks(draft, channel, metric, axis),
        spans: Vec::new(),
    };
    Some(Chart {
        id: format!("{channel}-{metric}"),
        caption: title.clone(),
        alt: alt.text,
        figures: alt.figures,
        size: ChartSize::Small,
        drawing: Drawing::Trend(trend),
        data: curve_table(draft, &format!("{channel}-{metric}"), &format!("{title}: {within}"), metric, &figures),
    })
}

fn curve_table(
    draft: &mut Draft<'_>,
    id: &str,
    caption: &str,
    metric: &MetricName,
    figures: &[(Period, Figure)],
) -> Table {
    let calendar = draft.material.facts.calendar;
    let mut rows = Vec::new();
    for (week, figure) in figures {
        let name = upper_first(&draft.locale.period(*week, calendar));
        rows.push(vec![name_cell(&name), draft.cell(figure)]);
    }
    let columns =
        vec![column(&draft.words.table.week, Align::Text), column(&draft.metric_title(metric), Align::Number)];
    Table { id: id.to_owned(), caption: caption.to_owned(), columns, rows, note: None }
}

/// Where the metric's definition changed within the days.
pub(super) fn marks(
    draft: &Draft<'_>,
    channel: &ChannelId,
    metric: &MetricName,
    (first, last): (chrono::NaiveDate, chrono::NaiveDate),
) -> Vec<Mark> {
    let breaks = draft.material.facts.breaks_of(draft.material.catalog, channel, metric);
    let label = &draft.words.channels.break_mark;
    let shifts = draft.material.shifts.iter().filter(|it| &it.channel == channel && &it.metric == metric);
    let broken = breaks.into_iter().map(|it| (it.day, label));
    let all = broken.chain(shifts.map(|it| (it.day, &draft.words.channels.shift_mark)));
    let within = all.filter(|(day, _)| first < *day && *day <= last);
    within.map(|(day, label)| Mark { day, label: label.clone() }).collect()
}

fn of_week(draft: &Draft<'_>, channel: &ChannelId, metric: &MetricName, week: Period) -> Figure {
    let material = draft.material;
    let id = FigureId(format!("channel.{channel}.{metric}.{}", week.code(material.facts.calendar).to_lowercase()));
    total(material.facts, material.catalog, metric, std::slice::from_ref(channel), week, id)
}

/// The last whole weeks up to the end of the period, ascending.
fn weeks(draft: &Draft<'_>) -> Vec<Period> {
    let (period, calendar) = (draft.material.period, draft.material.facts.calendar);
    let last = Period::last_closed(period.end(), Granularity::Week, calendar);
    (0..WEEKS).rev().map(|back| last.shifted(-7 * i64::try_from(back).unwrap_or(0))).collect()
}

fn span(weeks: &[Period]) -> Option<(chrono::NaiveDate, chrono::NaiveDate)> {
    Some((weeks.first()?.last(), weeks.last()?.last()))
}
