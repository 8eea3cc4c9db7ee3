//! One post: what it got, its place among the others, and how it grew.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::draft::{Draft, Part};
use super::super::goal_chart::{column, name_cell};
use super::super::{
    Align, Block, Cell, Chart, ChartSize, Drawing, Line, LineRole, Section, Sentence, Table, Trend, goals,
};
use crate::analysis::{PostFigures, PostRanking, grouped, post_figures};
use crate::model::told::traces;
use crate::model::{
    ChannelId, Figure, FigureId, MetricName, Number, Observation, Period, PostId, Source, State, Trace, Unit, Window,
};
use crate::words::fill;

use Part::{Text, Value};

/// All about the post.
pub(super) fn sections(
    draft: &mut Draft<'_>,
    channel: &ChannelId,
    id: &PostId,
    readings: &[Observation],
) -> Vec<Section> {
    let material = draft.material;
    let posts = post_figures(material.facts, material.catalog, std::slice::from_ref(channel), material.period);
    let heading = draft.words.see.result.clone();
    let Some(post) = posts.into_iter().find(|it| &it.post.id == id) else {
        let blocks = vec![goals::paragraph(draft.words.see.nothing.clone())];
        return vec![Section { id: "post".to_owned(), heading, blocks }];
    };
    let mut blocks: Vec<Block> = place(draft, &post).into_iter().map(goals::told).collect();
    blocks.push(Block::Table(table(draft, &post)));
    blocks.extend(growth(draft, &post, readings).map(Block::Chart));
    vec![Section { id: "post".to_owned(), heading, blocks }]
}

fn table(draft: &mut Draft<'_>, post: &PostFigures) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    // What the organisation's own rates are made of is no figure of its own.
    for figure in post.figures.iter().filter(|figure| !figure.metric.as_str().contains('.')) {
        let name = draft.metric_title(&figure.metric);
        let when = draft.locale.date(figure.period.last());
        rows.push(vec![name_cell(&name), draft.cell(figure), name_cell(&when)]);
    }
    let words = &draft.words.see;
    let columns = vec![
        column(&draft.words.table.metric, Align::Text),
        column(&words.value, Align::Number),
        column(&words.read_on, Align::Text),
    ];
    let note = post.young.then(|| words.young.clone());
    Table { id: "post".to_owned(), caption: words.result.clone(), columns, rows, note }
}

/// Its place among the posts of the platform in the period, and what the middle one got.
fn place(draft: &mut Draft<'_>, post: &PostFigures) -> Vec<Sentence> {
    let material = draft.material;
    let Some(ranking) = material.rankings.iter().find(|it| it.platform == post.post.platform) else {
        return Vec::new();
    };
    let Some(own) = ranking.posts.iter().find(|it| it.post.id == post.post.id) else { return Vec::new() };
    let (measure, platform) = (draft.metric_within(&ranking.measure), ranking.platform.title());
    let period = draft.locale.period(material.period, material.facts.calendar);
    let rank = usize::try_from(own.rank).unwrap_or(usize::MAX);
    let id = |name: &str| format!("post.{}.{}.{name}", post.post.channel, post.post.id);
    let rank = draft.count(id("rank"), "posts", rank, traces::post_rank());
    let count = draft.count(id("of"), "posts", ranking.posts.len(), traces::posts_of_period());
    let parts = [
        ("rank", Value(&rank)),
        ("count", Value(&count)),
        ("platform", Text(platform)),
        ("period", Text(&period)),
        ("measure", Text(&measure)),
    ];
    let mut told = vec![draft.say(&draft.words.see.rank, &parts)];
    told.extend(middle(draft, ranking, &measure));
    told
}

fn middle(draft: &mut Draft<'_>, ranking: &PostRanking, measure: &str) -> Option<Sentence> {
    let material = draft.material;
    let all = grouped(material.facts, material.catalog, ranking, material.period, "all", |_| vec!["all".to_owned()]);
    let median = &all.first()?.median;
    Some(draft.say(&draft.words.see.middle, &[("median", Value(median)), ("measure", Text(measure))]))
}

/// How what the post is ranked by grew from reading to reading; none with fewer than two readings.
fn growth(draft: &mut Draft<'_>, post: &PostFigures, readings: &[Observation]) -> Option<Chart> {
    let metric = post.figures.first()?.metric.clone();
    let title = draft.metric_title(&metric);
    // The last reading of a day stands for it.
    let days: BTreeMap<NaiveDate, Figure> =
        readings.iter().filter_map(|it| Some((it.reading.start, reading(post, &metric, it)?))).collect();
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    if first == last {
        return None;
    }
    let (from, to) = (days.values().next()?.clone(), days.values().next_back()?.clone());
    let (from_day, to_day) = (draft.locale.date(first), draft.locale.date(last));
    let within = draft.metric_within(&metric);
    let excerpt = super::super::posts::excerpt(draft, &post.post);
    let parts = [
        ("channel", Text(&excerpt)),
        ("metric", Text(&within)),
        ("from", Value(&from)),
        ("from_week", Text(&from_day)),
        ("to", Value(&to)),
        ("to_week", Text(&to_day)),
    ];
    let alt = draft.say(&draft.words.channels.curve_alt, &parts);
    let points = days.iter().map(|(day, figure)| (*day, figure.number())).collect();
    let label = draft.words.goal.line_measured.clone();
    let caption = fill(&draft.words.see.growth, &[("metric", &title)]);
    let mut rows = Vec::new();
    for (day, figure) in &days {
        let name = draft.locale.date(*day);
        rows.push(super::lists::named(&name, draft.cell(figure)));
    }
    let columns = vec![column(&draft.words.goal.table_day, Align::Text), column(&title, Align::Number)];
    let id = "post-growth".to_owned();
    let trend = Trend {
        days: (first, last),
        unit: within,
        percent: false,
        from_zero: true,
        lines: vec![Line { label, role: LineRole::Measured, points }],
        band: None,
        breaks: Vec::new(),
        spans: Vec::new(),
    };
    Some(Chart {
        data: Table { id: id.clone(), caption: caption.clone(), columns, rows, note: None },
        id,
        caption,
        alt: alt.text,
        figures: alt.figures,
        size: ChartSize::Wide,
        drawing: Drawing::Trend(trend),
    })
}

/// A reading as a figure, with the one observation that it is.
fn reading(post: &PostFigures, metric: &MetricName, seen: &Observation) -> Option<Figure> {
    let read = &seen.reading;
    let value = read.value?.as_f64();
    Some(Figure {
        id: FigureId(format!("post.{}.{}.{metric}.{}", post.post.channel, post.post.id, read.start)),
        metric: metric.clone(),
        period: Period::day(read.start),
        value: Ok(Number { value, unit: Unit::Count }),
        preliminary: read.state == State::Preliminary,
        trace: Trace {
            how: traces::reading_of_post(&read.metric).into(),
            sources: vec![Source {
                channel: post.post.channel.clone(),
                post: Some(post.post.id.to_string()),
                metrics: vec![read.metric.clone()],
                window: Window::Lifetime,
                start: read.start,
                end: Period::day(read.start).end(),
                observations: 1,
                seen: Some(seen.seen),
                from: vec![seen.source.clone()],
            }],
            ..Trace::default()
        },
    })
}
