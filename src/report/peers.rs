//! Beside others: per inhabitant, and the place among the peers.

use super::draft::{Draft, Part};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::sections::opening;
use super::{Align, Block, Cell, Section, Table};

use Part::Text;

/// The section, where peers' figures are there; only for the whole organisation, whose inhabitants are counted.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    let peers = material.peers.as_ref().filter(|_| material.unit.is_none())?;
    let mut blocks = opening(draft, "peers");
    if peers.beside.is_empty() {
        blocks.push(paragraph(draft.words.peers.other_periods.clone()));
        return Some(Section { id: "peers".to_owned(), heading: draft.words.section.peers.clone(), blocks });
    }
    let names = draft.locale.list(&peers.names);
    blocks.push(told(draft.say(&draft.words.peers.who, &[("names", Text(&names))])));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for beside in &peers.beside {
        let (metric, platform) = (draft.metric_title(&beside.metric), beside.platform.title());
        let name = crate::words::fill(&draft.words.inhabitants.row, &[("metric", &metric), ("channel", platform)]);
        let figures = [&beside.own, &beside.median, &beside.least, &beside.most, &beside.place, &beside.peers];
        let mut row = vec![name_cell(&name)];
        for figure in figures {
            row.push(draft.cell(figure));
        }
        rows.push(row);
    }
    let words = &draft.words.peers;
    let columns = vec![
        column(&draft.words.table.metric, Align::Text),
        column(&words.own, Align::Number),
        column(&words.median, Align::Number),
        column(&words.least, Align::Number),
        column(&words.most, Align::Number),
        column(&words.place, Align::Number),
        column(&words.count, Align::Number),
    ];
    let (caption, note) = (words.caption.clone(), Some(words.note.clone()));
    blocks.push(Block::Table(Table { id: "peers".to_owned(), caption, columns, rows, note }));
    Some(Section { id: "peers".to_owned(), heading: draft.words.section.peers.clone(), blocks })
}
