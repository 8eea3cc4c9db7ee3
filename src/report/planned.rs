//! What was planned against what was published: in time, late, not at all, and without a plan.

use super::draft::{Draft, Part, upper_first, words_cell};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::sections::opening;
use super::{Align, Block, Cell, Section, Table};
use crate::analysis::{MatchedBy, PlanOutcome, PlanState, PlanSummary};
use crate::model::told::{Told, traces};
use crate::model::{Number, Unit};

use Part::{Spelled, Text, Value};

/// Planned posts that came late or not at all, beyond which they are counted, not listed.
const LISTED: usize = 12;

/// The section, where there is a plan; only for the whole organisation, whose plan it is.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    let planned = material.planned.as_ref().filter(|_| material.unit.is_none())?;
    let mut blocks = opening(draft, "planned");
    blocks.push(told(line(draft, &planned.summary)));
    if !planned.summary.by_label.is_empty() {
        blocks.push(Block::Table(labels(draft, &planned.summary)));
    }
    let missed: Vec<&PlanOutcome> = planned.summary.outcomes.iter().filter(|it| is_missed(it)).collect();
    if !missed.is_empty() {
        blocks.push(Block::Table(missed_table(draft, &missed)));
    }
    blocks.extend(suggestions(draft, &planned.summary));
    for file in &planned.refused {
        blocks.push(paragraph(crate::words::fill(&draft.words.planned.refused, &[("file", file)])));
    }
    Some(Section { id: "planned".to_owned(), heading: draft.words.section.planned.clone(), blocks })
}

fn is_missed(outcome: &PlanOutcome) -> bool {
    matches!(outcome.state, PlanState::Late | PlanState::NeverPublished)
}

/// How many were planned, and what became of them, in one paragraph.
fn line(draft: &mut Draft<'_>, summary: &PlanSummary) -> super::Sentence {
    let words = &draft.words.planned;
    let of = |state| summary.count(state);
    let (on_time, late, never) = (of(PlanState::OnTime), of(PlanState::Late), of(PlanState::NeverPublished));
    let due = on_time + late + never;
    let count =
        |name: &str, count: usize, how: Told| draft.count(format!("planned.{name}"), "planned_posts", count, how);
    let all = count("due", due, traces::plan_due());
    let on_time = count("on_time", on_time, traces::plan_on_time());
    let late = count("late", late, traces::plan_late());
    let never = count("never", never, traces::plan_never());
    let unplanned = count("unplanned", summary.unplanned.len(), traces::plan_unplanned());
    let ahead = count("ahead", of(PlanState::Ahead), traces::plan_ahead());
    let mut sentence = if due == 0 {
        draft.say(&words.nothing_due, &[])
    } else {
        let parts =
            [("all", Value(&all)), ("on_time", Value(&on_time)), ("late", Value(&late)), ("never", Value(&never))];
        draft.say(words.line.of(due), &parts)
    };
    let mut followed = vec![draft.say(words.unplanned.of(summary.unplanned.len()), &[("count", Spelled(&unplanned))])];
    if of(PlanState::Ahead) > 0 {
        followed.push(draft.say(words.ahead.of(of(PlanState::Ahead)), &[("count", Spelled(&ahead))]));
    }
    for next in followed {
        sentence.text = format!("{} {}", sentence.text, upper_first(&next.text));
        sentence.figures.extend(next.figures);
    }
    sentence
}

fn labels(draft: &mut Draft<'_>, summary: &PlanSummary) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (label, (due, published)) in &summary.by_label {
        let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let id = |name: &str| format!("planned.label.{}.{name}", slug(label));
        let all = draft.count(id("due"), "planned_posts", size(*due), traces::plan_due_of_label());
        let done = draft.count(id("published"), "planned_posts", size(*published), traces::plan_published_of_label());
        let share = if *due == 0 {
            words_cell(super::goal_line::NONE)
        } else {
            let number = Number { value: f64::from(*published) / f64::from(*due), unit: Unit::Share };
            let mut share = draft.figure(id("share"), "planned_posts", number, traces::plan_share());
            share.trace.figures = vec![all.id.clone(), done.id.clone()];
            draft.cell(&share)
        };
        rows.push(vec![name_cell(label), draft.cell(&all), draft.cell(&done), share]);
    }
    let words = &draft.words.planned;
    let columns = vec![
        column(&words.label, Align::Text),
        column(&words.planned, Align::Number),
        column(&words.published, Align::Number),
        column(&words.share, Align::Number),
    ];
    let note = Some(words.labels_note.clone());
    Table { id: "planned-labels".to_owned(), caption: words.labels_caption.clone(), columns, rows, note }
}

/// A label as part of a figure's name.
fn slug(label: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    label.to_lowercase().chars().map(plain).collect()
}

fn missed_table(draft: &mut Draft<'_>, missed: &[&PlanOutcome]) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let (material, words) = (draft.material, &draft.words.planned);
    for outcome in missed.iter().take(LISTED) {
        let due = outcome.due.map(|due| draft.locale.date(material.facts.local_day(due))).unwrap_or_default();
        let state = if outcome.state == PlanState::Late { &words.late } else { &words.never };
        rows.push(vec![words_cell(due), name_cell(&outcome.title), words_cell(state.clone())]);
    }
    let note = (missed.len() > LISTED).then(|| {
        let more = missed.len() - LISTED;
        let figure = draft.count("planned.missed.more", "planned_posts", more, traces::plan_more_missed());
        draft.say(words.more.of(more), &[("count", Value(&figure))]).text
    });
    let columns =
        vec![column(&words.due, Align::Text), column(&words.what, Align::Text), column(&words.state, Align::Text)];
    Table { id: "planned-missed".to_owned(), caption: words.missed_caption.clone(), columns, rows, note }
}

/// That some were brought together by time and words alone.
fn suggestions(draft: &mut Draft<'_>, summary: &PlanSummary) -> Option<Block> {
    let suggested = |outcome: &&PlanOutcome| {
        !outcome.posts.is_empty() && outcome.posts.iter().all(|(_, _, by)| *by == MatchedBy::Suggestion)
    };
    let count = summary.outcomes.iter().filter(suggested).count();
    if count == 0 {
        return None;
    }
    let figure = draft.count("planned.suggested", "planned_posts", count, traces::plan_suggested());
    let spelled = draft.spelled(count);
    let sentence = draft.say(
        draft.words.planned.suggested.of(count),
        &[("count", Text(&upper_first(&spelled))), ("", Part::Behind(&figure))],
    );
    Some(told(sentence))
}
