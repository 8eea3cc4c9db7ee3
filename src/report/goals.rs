//! The goals, one by one: the line again, the chart, and what else is known.

use super::draft::{Draft, Part, lower_first, upper_first};
use super::{Align, Block, ChartSize, Section, Sentence, Table, goal_chart, goal_line};
use crate::analysis::{RolledUp, Standing};
use crate::model::told::traces;
use crate::model::{Number, Status, Unit};

use Part::{Text, Value};

/// Every goal with its chart.
pub(super) fn section(draft: &mut Draft<'_>) -> Section {
    let mut blocks = super::sections::opening(draft, "goals");
    if draft.material.standings.is_empty() {
        blocks.push(paragraph(draft.words.goal.none.clone()));
    }
    for standing in &draft.material.standings {
        let line = goal_line::line(draft, standing);
        let sentences = sentences(draft, standing);
        let chart = goal_chart::chart(draft, standing, ChartSize::Wide);
        blocks.push(Block::Goal { line, sentences, chart });
    }
    Section { id: "goals".to_owned(), heading: draft.words.section.goals.clone(), blocks }
}

/// The goals in little room: small charts of those that need attention first, and a table of those for which page one
/// had no room.
pub(super) fn compact(draft: &mut Draft<'_>, charts: usize, shown: usize) -> Option<Section> {
    let mut blocks = super::sections::opening(draft, "goals");
    let mut drawn: Vec<&Standing> = draft.material.standings.iter().collect();
    drawn.sort_by_key(|it| super::page_one::urgency(it.status));
    let small: Vec<_> =
        drawn.into_iter().filter_map(|it| goal_chart::chart(draft, it, ChartSize::Small)).take(charts).collect();
    if !small.is_empty() {
        blocks.push(Block::Multiples { charts: small });
    }
    if draft.material.standings.len() > shown {
        blocks.push(Block::Table(rest(draft, shown)));
    }
    let heading = draft.words.section.goals.clone();
    (!blocks.is_empty()).then(|| Section { id: "goals".to_owned(), heading, blocks })
}

/// The goals for which page one had no room.
fn rest(draft: &mut Draft<'_>, shown: usize) -> Table {
    let told = super::page_one::chosen(draft.material, shown);
    let material = draft.material;
    let others = material.standings.iter().filter(|it| !told.iter().any(|other| other.goal.id == it.goal.id));
    let rows = others
        .map(|standing| {
            let line = goal_line::line(draft, standing);
            let status = super::Cell { text: line.word.clone(), status: Some(line.status), ..super::Cell::default() };
            vec![goal_chart::name_cell(&line.title), line.now, line.target, status]
        })
        .collect();
    let words = &draft.words.furniture;
    let columns = [(&words.goal, Align::Text), (&words.now, Align::Number), (&words.target, Align::Text)];
    let columns = columns.into_iter().chain([(&words.status, Align::Text)]);
    Table {
        id: "goals-more".to_owned(),
        caption: draft.words.goal.more_caption.clone(),
        columns: columns.map(|(heading, align)| goal_chart::column(heading, align)).collect(),
        rows,
        note: None,
    }
}

/// A paragraph without figures.
pub(super) fn paragraph(text: String) -> Block {
    Block::Paragraph { text, figures: Vec::new() }
}

/// A paragraph of one sentence.
pub(super) fn told(sentence: Sentence) -> Block {
    Block::Paragraph { text: sentence.text, figures: sentence.figures }
}

fn sentences(draft: &mut Draft<'_>, standing: &Standing) -> Vec<Sentence> {
    let goal = &standing.goal;
    let words = &draft.words.goal;
    let mut told = Vec::new();
    told.extend(goal.why.as_ref().map(|why| draft.say(&words.purpose, &[("purpose", Text(why))])));
    told.extend(super::goal_record::about(draft, standing));
    told.extend(super::outlook::sentences(draft, standing));
    told.extend(origin(draft, standing));
    told.extend(parts(draft, standing));
    told.extend(bounds(draft, standing));
    if standing.coverage.value.is_ok() && !matches!(goal.kind, crate::model::GoalKind::Milestone { .. }) {
        told.push(draft.say(&words.coverage, &[("coverage", Value(&standing.coverage))]));
    }
    if let Some(rolled) = draft.material.rolled_up.iter().find(|it| it.goal == goal.id) {
        told.extend(rolled_up(draft, rolled));
    }
    if let Some(above) = goal.contributes_to.as_ref() {
        let above = draft.material.standings.iter().find(|it| &it.goal.id == above);
        told.extend(above.map(|it| draft.say(&words.contributes, &[("goal", Text(&it.goal.title))])));
    }
    if !goal.rivals.is_empty() {
        let rivals = draft.locale.list(&goal.rivals);
        told.push(draft.say(&words.rivals, &[("rivals", Text(&rivals))]));
    }
    told.extend(super::goal_record::record(draft, standing));
    told
}

/// Where the way began and where it should be by now.
fn origin(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    let words = &draft.words.goal;
    let start = draft.locale.date(standing.goal.start);
    let (baseline, expected) = (&standing.baseline, &standing.expected);
    if standing.path.len() < 2 || expected.value.is_err() || standing.status == Status::CannotBeJudged {
        return None;
    }
    let level = standing.path.windows(2).all(|pair| (pair[0].1 - pair[1].1).abs() <= f64::EPSILON);
    if level {
        return None;
    }
    let parts = [("start", Text(&start)), ("expected", Value(expected)), ("baseline", Value(baseline))];
    if baseline.value.is_ok() && baseline.number() != Some(0.0) {
        Some(draft.say(&words.origin, &parts))
    } else {
        Some(draft.say(&words.origin_nothing, &parts[..2]))
    }
}

fn parts(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    if standing.parts.is_empty() || standing.now.value.is_err() {
        return None;
    }
    let mut texts = Vec::new();
    let mut figures = Vec::new();
    for (channel, figure) in &standing.parts {
        let title = draft.channel_title(channel);
        let part = draft.say(&draft.words.goal.part, &[("channel", Text(&title)), ("value", Value(figure))]);
        texts.push(part.text);
        figures.extend(part.figures);
    }
    let list = draft.locale.list(&texts);
    let mut sentence = draft.say(&draft.words.goal.parts, &[("list", Text(&list))]);
    sentence.figures = figures;
    Some(sentence)
}

/// The least that is acceptable and what would be splendid, where the goal says.
fn bounds(draft: &mut Draft<'_>, standing: &Standing) -> Vec<Sentence> {
    let unit = standing.target.value.as_ref().map_or(Unit::Count, |number| number.unit);
    let words = &draft.words.goal;
    let mut told = Vec::new();
    for (name, value, phrase) in
        [("minimum", standing.goal.minimum, &words.minimum), ("stretch", standing.goal.stretch, &words.stretch)]
    {
        if let Some(value) = value {
            let figure = goal_line::configured(standing, name, value, unit);
            told.push(draft.say(phrase, &[("value", Value(&figure))]));
        }
    }
    told
}

/// How the goals below add up.
fn rolled_up(draft: &mut Draft<'_>, rolled: &RolledUp) -> Vec<Sentence> {
    let words = &draft.words.goal;
    let id = |name: &str| format!("goal.{}.children.{name}", rolled.goal);
    let metric = rolled.total.metric.as_str().to_owned();
    let share = |draft: &Draft<'_>, name: &str, value: f64| {
        let number = Number { value, unit: Unit::Share };
        draft.figure(id(name), &metric, number, traces::share_of_weight())
    };
    let count = draft.count(id("count"), &metric, rolled.children.len(), traces::goals_contributing());
    let mut texts = Vec::new();
    let mut figures = Vec::new();
    for (status, value) in rolled.shares.iter().filter(|(_, value)| *value > 0.0) {
        let figure = share(draft, status.as_str(), *value);
        let word = lower_first(&goal_line::word(draft, *status));
        let part = draft.say(&words.child_share, &[("share", Value(&figure)), ("status", Text(&word))]);
        texts.push(part.text);
        figures.extend(part.figures);
    }
    let mut told = Vec::new();
    let phrase = words.children.of(rolled.children.len());
    if texts.is_empty() {
        let phrase = words.children_unjudged.of(rolled.children.len());
        let sentence = draft.say(phrase, &[("count", Part::Spelled(&count))]);
        told.push(Sentence { text: upper_first(&sentence.text), ..sentence });
    } else {
        let list = draft.locale.list(&texts);
        let judged = share(draft, "judged", rolled.judged);
        let mut sentence =
            draft.say(phrase, &[("count", Part::Spelled(&count)), ("list", Text(&list)), ("judged", Value(&judged))]);
        sentence.figures.extend(figures);
        told.push(Sentence { text: upper_first(&sentence.text), ..sentence });
    }
    if rolled.total.value.is_ok() {
        told.push(draft.say(&words.rolled_up, &[("total", Value(&rolled.total))]));
    }
    told
}
