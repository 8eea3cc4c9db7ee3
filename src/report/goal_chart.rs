//! The chart of a goal: how it went, what was wanted by when, where a definition changed, and which campaigns ran.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::draft::{Draft, Part, lower_first, words_cell};
use super::{
    Align, Cell, Chart, ChartSize, Column, Drawing, FigureId, Line, LineRole, Mark, Span, Table, Trend, goal_line,
};
use crate::analysis::Standing;
use crate::model::{Campaign, Figure, GoalKind, Normalise, Number, Period, Status, Unit};

use Part::{Text, Value};

/// A data table longer than this is thinned to the last day of every week, then of every month.
const ROWS: usize = 40;

/// The chart, where there is anything to draw.
pub(super) fn chart(draft: &mut Draft<'_>, standing: &Standing, size: ChartSize) -> Option<Chart> {
    if standing.history.iter().all(|(_, value)| value.is_none()) {
        return None;
    }
    let goal = &standing.goal;
    let first = standing.history.first().map_or(goal.start, |(day, _)| *day).min(goal.start);
    let last = standing.history.last().map_or(goal.due, |(day, _)| *day).max(goal.due);
    let unit = unit(standing);
    let mut lines = lines(draft, standing, first);
    let band = super::outlook::fan(draft, standing).map(|(line, band)| {
        lines.push(line);
        band
    });
    let trend = Trend {
        days: (first, last),
        unit: unit_words(draft, standing),
        percent: matches!(unit, Unit::Share | Unit::Change),
        from_zero: from_zero(standing),
        lines,
        band,
        breaks: breaks(draft, standing, first, last),
        spans: spans(draft, standing, first, last),
    };
    let (alt, figures) = alt(draft, standing);
    Some(Chart {
        id: format!("goal-{}", goal.id),
        caption: goal.title.clone(),
        alt,
        figures,
        size,
        drawing: Drawing::Trend(trend),
        data: table(draft, standing),
    })
}

fn unit(standing: &Standing) -> Unit {
    let figures = [&standing.now, &standing.target, &standing.baseline];
    // A cadence draws so many per week, though it is judged by the share of weeks.
    let figures = if matches!(standing.goal.kind, GoalKind::Cadence { .. }) { &figures[1..2] } else { &figures[..] };
    figures.iter().find_map(|it| it.value.as_ref().ok()).map_or(Unit::Count, |number| number.unit)
}

fn unit_words(draft: &Draft<'_>, standing: &Standing) -> String {
    let metric = draft.metric_within(&standing.goal.metric);
    let words = &draft.words.goal;
    let phrase = match standing.goal.normalise {
        None => return metric,
        Some(Normalise::Per1000Inhabitants) => &words.unit_per_inhabitants,
        Some(Normalise::PerFollower) => &words.unit_per_follower,
        Some(Normalise::PerPost) => &words.unit_per_post,
    };
    crate::words::fill(phrase, &[("metric", &metric)])
}

/// What is counted from nothing is drawn from nothing; a stock's way would be a flat line then.
fn from_zero(standing: &Standing) -> bool {
    let grown = matches!(standing.goal.kind, GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. })
        && standing.path.first().is_some_and(|(_, value)| *value == 0.0);
    grown || matches!(standing.goal.kind, GoalKind::Cadence { .. })
}

fn lines(draft: &Draft<'_>, standing: &Standing, first: NaiveDate) -> Vec<Line> {
    let words = &draft.words.goal;
    let (start, due) = (first.max(standing.goal.start), standing.goal.due);
    let finite = |value: &Option<f64>| value.filter(|it| it.is_finite());
    let measured = standing.history.iter().map(|(day, value)| (*day, finite(value))).collect();
    let level = |label: &str, value: f64| Line {
        label: label.to_owned(),
        role: LineRole::Target,
        points: vec![(start, Some(value)), (due, Some(value))],
    };
    let mut lines = vec![Line { label: words.line_measured.clone(), role: LineRole::Measured, points: measured }];
    match standing.goal.kind {
        GoalKind::Range { low, high } => {
            lines.push(level(&words.line_low, low));
            lines.push(level(&words.line_high, high));
        }
        GoalKind::Direction => {
            lines.extend(
                standing
                    .target
                    .number()
                    .map(|value| Line { role: LineRole::Comparison, ..level(&words.line_compared, value) }),
            );
        }
        _ => lines.extend(standing.target.number().map(|value| level(&words.line_target, value))),
    }
    let leads = standing.path.windows(2).any(|pair| (pair[0].1 - pair[1].1).abs() > f64::EPSILON);
    if leads {
        let points = standing.path.iter().map(|(day, value)| (*day, Some(*value))).collect();
        lines.push(Line { label: words.line_pace.clone(), role: LineRole::Pace, points });
    }
    lines.retain(|line| line.points.iter().all(|(_, value)| value.is_none_or(f64::is_finite)));
    lines
}

fn breaks(draft: &Draft<'_>, standing: &Standing, first: NaiveDate, last: NaiveDate) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (channel, it) in standing.breaks.iter().filter(|(_, it)| first <= it.day && it.day <= last) {
        let platform = draft.channel(channel).map_or("", |channel| channel.platform.title());
        let label = crate::words::fill(&draft.words.goal.break_mark, &[("platform", platform)]);
        let mark = Mark { day: it.day, label };
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks.sort_by(|left, right| (left.day, &left.label).cmp(&(right.day, &right.label)));
    marks
}

/// The campaigns that may have touched the goal: of its channels, within the days of the chart.
fn spans(draft: &Draft<'_>, standing: &Standing, first: NaiveDate, last: NaiveDate) -> Vec<Span> {
    let own: Vec<_> = standing.parts.iter().map(|(channel, _)| channel).chain(&standing.goal.scope.channels).collect();
    let sources = standing.now.trace.sources.iter().map(|it| &it.channel);
    let own: Vec<_> = own.into_iter().chain(sources).collect();
    let touches = |it: &&Campaign| {
        it.start <= last
            && it.end >= first
            && (it.channels.is_empty() || it.channels.iter().any(|channel| own.contains(&channel)))
    };
    let span = |it: &Campaign| Span { start: it.start.max(first), end: it.end.min(last), label: it.title.clone() };
    draft.material.campaigns.iter().filter(touches).map(span).collect()
}

/// The gist in words: from where to where, what is wanted, what would be expected by now, and the status word.
fn alt(draft: &mut Draft<'_>, standing: &Standing) -> (String, Vec<FigureId>) {
    let words = &draft.words.goal;
    let word = lower_first(&goal_line::word(draft, standing.status));
    let wanted = goal_line::wanted(draft, standing);
    let due = draft.locale.date(standing.goal.due);
    let mut known = standing.history.iter().filter_map(|(day, value)| Some((*day, (*value)?)));
    let (first, last) = (known.clone().next(), known.next_back());
    let unit = unit(standing);
    let (Some(first), Some(last)) = (first, last) else { return (word, Vec::new()) };
    let (from, to) = (point(draft, standing, first, unit), point(draft, standing, last, unit));
    let (from_day, to_day) = (draft.locale.date(first.0), draft.locale.date(last.0));
    let parts = [
        ("title", Text(&standing.goal.title)),
        ("from", Value(&from)),
        ("from_day", Text(&from_day)),
        ("to", Value(&to)),
        ("to_day", Text(&to_day)),
        ("wanted", Text(&wanted.text)),
        ("date", Text(&due)),
        ("status", Text(&word)),
        ("expected", Value(&standing.expected)),
    ];
    let way = standing.path.len() > 1 && standing.expected.value.is_ok() && standing.status != Status::CannotBeJudged;
    let grows = matches!(standing.goal.kind, GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. });
    let mut sentence =
        if way && grows { draft.say(&words.alt_way, &parts) } else { draft.say(&words.alt, &parts[..8]) };
    sentence.figures.extend(wanted.figure.into_iter().chain(wanted.also));
    (sentence.text, sentence.figures)
}

/// A point of the history as a figure: computed as the goal's value now is.
fn point(draft: &Draft<'_>, standing: &Standing, at: (NaiveDate, f64), unit: Unit) -> Figure {
    let id = format!("goal.{}.history.{}", standing.goal.id, at.0);
    let how = crate::model::told::traces::goal_at_end_of_day();
    let mut figure = draft.figure(id, standing.goal.metric.as_str(), Number { value: at.1, unit }, how);
    figure.period = Period::day(at.0);
    figure.trace.figures = vec![standing.now.id.clone()];
    figure
}

fn table(draft: &mut Draft<'_>, standing: &Standing) -> Table {
    let words = &draft.words.goal;
    let unit = unit(standing);
    let days: Vec<NaiveDate> = standing.history.iter().map(|(day, _)| *day).collect();
    let kept = thinned(&days);
    let daily = kept.len() < days.len();
    let mut rows = Vec::new();
    for (day, value) in standing.history.iter().filter(|(day, _)| kept.contains(day)) {
        let value = match value.filter(|it| it.is_finite()) {
            Some(value) => {
                let figure = point(draft, standing, (*day, value), unit);
                draft.cell(&figure)
            }
            None => words_cell(draft.words.missing_short.absent.clone()),
        };
        rows.push(vec![words_cell(draft.locale.date(*day)), value]);
    }
    let heading = super::draft::upper_first(&unit_words(draft, standing));
    Table {
        id: format!("goal-{}", standing.goal.id),
        caption: crate::words::fill(&words.table_caption, &[("title", &standing.goal.title)]),
        columns: vec![column(&words.table_day, Align::Text), column(&heading, Align::Number)],
        rows,
        note: daily.then(|| words.table_thinned.clone()),
    }
}

/// A column.
pub(super) fn column(heading: &str, align: Align) -> Column {
    Column { heading: heading.to_owned(), align }
}

/// A row's name.
pub(super) fn name_cell(text: &str) -> Cell {
    words_cell(text)
}

/// The days that a table tells: all, or the Sundays, or the last days of months; always the first and the last.
fn thinned(days: &[NaiveDate]) -> Vec<NaiveDate> {
    if days.len() <= ROWS {
        return days.to_vec();
    }
    let month_ends = |day: &NaiveDate| (*day + Days::new(1)).month() != day.month();
    let sundays = |day: &NaiveDate| day.weekday() == Weekday::Sun;
    let ends = [days.first().copied(), days.last().copied()];
    let with_ends = |keep: &dyn Fn(&NaiveDate) -> bool| -> Vec<NaiveDate> {
        days.iter().filter(|day| keep(day) || ends.contains(&Some(**day))).copied().collect()
    };
    let weekly = with_ends(&sundays);
    if weekly.len() <= 2 * ROWS { weekly } else { with_ends(&month_ends) }
}
