//! Observed and expected over time, and their difference added up.

use chrono::NaiveDate;

use super::super::draft::{Draft, Part, upper_first, words_cell};
use super::super::goal_chart::column;
use super::super::{Align, Band, Cell, Chart, ChartSize, Drawing, Line, LineRole, Span, Table, Trend};
use super::{derived, wording};
use crate::analysis::CampaignEffect;
use crate::model::{Period, Rollup, Unit};
use crate::words::fill;

use Part::{Text, Value};

/// Observed on top of what was expected, with its range over the campaign's days.
pub(super) fn observed(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Option<Chart> {
    let (first, last) = (effect.course.first()?.day, effect.course.last()?.day);
    let words = &draft.words.effect;
    let seen = effect.course.iter().map(|it| (it.day, it.observed)).collect();
    let middle = effect.course.iter().map(|it| (it.day, it.expected.map(|it| it.middle))).collect();
    let range =
        |it: &crate::analysis::CoursePoint| it.expected.map(|band| (it.day, band.ninety_five.0, band.ninety_five.1));
    let lines = vec![
        Line { label: words.line_observed.clone(), role: LineRole::Measured, points: seen },
        Line { label: words.line_expected.clone(), role: LineRole::Forecast, points: middle },
    ];
    let band = Band { label: words.band.clone(), points: effect.course.iter().filter_map(range).collect() };
    let rate = is_rate(draft, effect);
    let drawing = trend(draft, effect, (first, last), (lines, band), rate);
    let subject = upper_first(&wording::subject(draft, effect));
    let days = draft.days(effect.window);
    let found = &effect.figures;
    let parts = [
        ("subject", Text(&subject)),
        ("days", Text(&days)),
        ("change", Value(&found.change)),
        ("low", Value(&found.low)),
        ("high", Value(&found.high)),
    ];
    let alt = draft.say(&words.chart_alt, &parts);
    let unit = if rate { Unit::Share } else { Unit::Count };
    let rows = effect.course.iter().map(|point| {
        let expected = point.expected.map(|it| (it.middle, it.ninety_five));
        (point.day, [point.observed, expected.map(|it| it.0), expected.map(|it| it.1.0), expected.map(|it| it.1.1)])
    });
    let rows: Vec<(NaiveDate, [Option<f64>; 4])> = rows.collect();
    let heads = [&words.line_observed, &words.line_expected, &words.low, &words.high];
    let caption = fill(&words.chart_caption, &[("title", &effect.campaign.title)]);
    let data = table(draft, effect, ("course", &caption), (&heads, &rows), unit);
    let id = format!("campaign-{}-course", effect.campaign.id);
    Some(Chart { id, caption, alt: alt.text, figures: alt.figures, size: ChartSize::Wide, drawing, data })
}

/// The difference added up; never without the chart above, since it hides how wide each day is.
pub(super) fn cumulative(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Option<Chart> {
    let (first, last) = (effect.cumulative.first()?.0, effect.cumulative.last()?.0);
    if first == last {
        return None;
    }
    let words = &draft.words.effect;
    let points = effect.cumulative.iter().map(|(day, band)| (*day, Some(band.middle))).collect();
    let lines = vec![Line { label: words.line_extra.clone(), role: LineRole::Measured, points }];
    let range = |(day, band): &(NaiveDate, crate::analysis::Band)| (*day, band.ninety_five.0, band.ninety_five.1);
    let band = Band { label: words.interval.clone(), points: effect.cumulative.iter().map(range).collect() };
    let drawing = trend(draft, effect, (first, last), (lines, band), false);
    let found = &effect.figures;
    let parts = [
        ("extra", Part::Signed(&found.extra)),
        ("low", Part::Signed(&found.extra_low)),
        ("high", Part::Signed(&found.extra_high)),
    ];
    let alt = draft.say(&words.chart_cumulative_alt, &parts);
    let rows: Vec<(NaiveDate, [Option<f64>; 3])> = effect
        .cumulative
        .iter()
        .map(|(day, band)| (*day, [Some(band.middle), Some(band.ninety_five.0), Some(band.ninety_five.1)]))
        .collect();
    let heads = [&words.line_extra, &words.low, &words.high];
    let caption = fill(&words.chart_cumulative, &[("title", &effect.campaign.title)]);
    let data = table(draft, effect, ("cumulative", &caption), (&heads, &rows), Unit::Count);
    let id = format!("campaign-{}-cumulative", effect.campaign.id);
    Some(Chart { id, caption, alt: alt.text, figures: alt.figures, size: ChartSize::Wide, drawing, data })
}

fn is_rate(draft: &Draft<'_>, effect: &CampaignEffect) -> bool {
    let canonical = draft.material.catalog.canonical(&effect.metric);
    canonical.is_some_and(|it| matches!(it.rollup, Rollup::RatioOfSums { .. }))
}

fn trend(
    draft: &Draft<'_>,
    effect: &CampaignEffect,
    days: (NaiveDate, NaiveDate),
    (lines, band): (Vec<Line>, Band),
    percent: bool,
) -> Drawing {
    let campaign = &effect.campaign;
    let (start, end) = (effect.window.start().max(days.0), effect.window.last().min(days.1));
    Drawing::Trend(Trend {
        days,
        unit: draft.metric_within(&effect.metric),
        percent,
        from_zero: false,
        lines,
        band: Some(band).filter(|band| !band.points.is_empty()),
        breaks: Vec::new(),
        spans: vec![Span { start, end, label: campaign.title.clone() }],
    })
}

/// A day with its numbers.
type Row<const N: usize> = (NaiveDate, [Option<f64>; N]);

/// The numbers of a chart, a row per day or week.
fn table<const N: usize>(
    draft: &mut Draft<'_>,
    effect: &CampaignEffect,
    (name, caption): (&str, &str),
    (heads, points): (&[&String; N], &[Row<N>]),
    unit: Unit,
) -> Table {
    let parts = ["first", "second", "third", "fourth"];
    let mut rows = Vec::new();
    for (day, values) in points {
        let mut row: Vec<Cell> = vec![words_cell(draft.locale.date(*day))];
        for (value, part) in values.iter().zip(parts) {
            row.push(match value.filter(|it| it.is_finite()) {
                Some(value) => {
                    let id = format!("{name}.{day}.{part}");
                    let mut figure = derived(effect, &id, value, unit, crate::model::told::traces::point_of_chart());
                    figure.period = Period::day(*day);
                    draft.cell(&figure)
                }
                None => words_cell("–"),
            });
        }
        rows.push(row);
    }
    let day = column(&draft.words.effect.day, Align::Text);
    Table {
        id: format!("campaign-{}-{name}", effect.campaign.id),
        caption: caption.to_owned(),
        columns: std::iter::once(day).chain(heads.iter().map(|head| column(head, Align::Number))).collect(),
        rows,
        note: None,
    }
}
