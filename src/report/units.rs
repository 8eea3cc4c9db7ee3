//! How the goals of the units stand, each unit with all below it.

use super::draft::{Draft, words_cell};
use super::goal_chart::{column, name_cell};
use super::sections::opening;
use super::{Align, Block, Cell, Section, Table, goal_line};
use crate::analysis::UnitStanding;
use crate::model::told::traces;
use crate::model::{Number, Unit};

/// The section, where more than one unit has goals.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    if material.units.len() < 2 {
        return None;
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for standing in &material.units {
        rows.push(row(draft, standing));
    }
    let words = &draft.words.units;
    let mut columns = vec![column(&words.unit, Align::Text), column(&words.goals, Align::Number)];
    let statuses = material.units.first().map(|it| it.counts.clone()).unwrap_or_default();
    columns.extend(statuses.iter().map(|(status, _)| column(&goal_line::word(draft, *status), Align::Number)));
    columns.push(column(&words.judged, Align::Number));
    let caption = words.caption.clone();
    let mut blocks = opening(draft, "units");
    blocks.push(Block::Table(Table { id: "units".to_owned(), caption, columns, rows, note: None }));
    blocks.push(Block::Note { text: words.note.clone() });
    Some(Section { id: "units".to_owned(), heading: draft.words.section.units.clone(), blocks })
}

fn row(draft: &mut Draft<'_>, standing: &UnitStanding) -> Vec<Cell> {
    let unit = draft.material.facts.units.find(&standing.unit);
    let title = unit.map_or_else(|| standing.unit.to_string(), |unit| unit.title.clone());
    let id = |name: &str| format!("unit.{}.{name}", standing.unit);
    let all = draft.count(id("goals"), "goals", standing.goals.len(), traces::goals_of_unit());
    let mut cells = vec![name_cell(&title), draft.cell(&all)];
    for (status, count) in &standing.counts {
        let count = usize::try_from(*count).unwrap_or(usize::MAX);
        let figure = draft.count(id(status.as_str()), "goals", count, traces::goals_of_status());
        cells.push(draft.cell(&figure));
    }
    if standing.goals.is_empty() {
        cells.push(words_cell(goal_line::NONE));
    } else {
        let number = Number { value: standing.judged, unit: Unit::Share };
        let judged = draft.figure(id("judged"), "goals", number, traces::weight_judged());
        cells.push(draft.cell(&judged));
    }
    cells
}
