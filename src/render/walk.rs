//! Finding what a report holds: its charts, and its tables with the goal table and the numbers behind each chart.

use std::collections::BTreeSet;

use super::RenderError;
use super::furniture::word;
use crate::report::{Align, Block, Cell, Chart, Column, GoalLine, Report, Table};

/// Every chart, in reading order.
pub(super) fn charts(report: &Report) -> Vec<&Chart> {
    blocks(report)
        .flat_map(|block| match block {
            Block::Goal { chart, .. } => chart.iter().collect(),
            Block::Chart(chart) => vec![chart],
            Block::Multiples { charts } => charts.iter().collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// Every table, in reading order: the goals, the tables of the sections, the numbers behind the charts.
pub(super) fn tables(report: &Report) -> Vec<Table> {
    let mut tables = vec![goals(report)];
    for block in blocks(report) {
        match block {
            Block::Table(table) => tables.push(table.clone()),
            Block::Goal { chart, .. } => tables.extend(chart.iter().map(|chart| chart.data.clone())),
            Block::Chart(chart) => tables.push(chart.data.clone()),
            Block::Multiples { charts } => tables.extend(charts.iter().map(|chart| chart.data.clone())),
            _ => {}
        }
    }
    tables
}

/// All goals that the report tells of, as a table: those of page one, then those that stand further on only.
pub(super) fn goals(report: &Report) -> Table {
    let mut lines: Vec<&GoalLine> = report.goals.iter().collect();
    for block in blocks(report) {
        if let Block::Goal { line, .. } = block
            && lines.iter().all(|known| known.id != line.id)
        {
            lines.push(line);
        }
    }
    let heads = [("goal", Align::Text), ("now", Align::Number), ("target", Align::Number), ("pace", Align::Text)];
    let more = [("status", Align::Text), ("why", Align::Text)];
    let column = |(key, align): (&str, Align)| Column { heading: word(report, key).to_owned(), align };
    Table {
        id: "goals".to_owned(),
        caption: word(report, "goals").to_owned(),
        columns: heads.into_iter().chain(more).map(column).collect(),
        rows: lines.into_iter().map(goal_row).collect(),
        note: report.goals_note.clone(),
    }
}

/// The name of a chart's or table's file: its id, with nothing in it that could lead out of the folder.
pub(super) fn file_name(id: &str) -> String {
    let allowed = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    let name: String = id.chars().map(allowed).collect();
    if name.starts_with('.') { format!("-{name}") } else { name }
}

/// Refuses a report in which one file would overwrite another.
pub(super) fn check_names(report: &Report) -> Result<(), RenderError> {
    let mut seen = BTreeSet::new();
    let tables = tables(report).into_iter().map(|table| format!("tables/{}", file_name(&table.id)));
    let charts = charts(report).into_iter().map(|chart| format!("charts/{}", file_name(&chart.id)));
    for name in tables.chain(charts) {
        if !seen.insert(name.to_lowercase()) {
            return Err(RenderError::Twice { id: name });
        }
    }
    Ok(())
}

fn blocks(report: &Report) -> impl Iterator<Item = &Block> {
    report.sections.iter().flat_map(|section| &section.blocks)
}

fn goal_row(line: &GoalLine) -> Vec<Cell> {
    let text = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
    let status = Cell { status: Some(line.status), ..text(&line.word) };
    vec![text(&line.title), line.now.clone(), line.target.clone(), line.pace.clone(), status, text(&line.why)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_leads_out_of_its_folder() {
        assert_eq!(file_name("goal-foljare-2027"), "goal-foljare-2027");
        assert_eq!(file_name("../../etc/passwd"), "-..-..-etc-passwd");
        assert_eq!(file_name("förskola och skola"), "förskola-och-skola");
    }
}
