//! Where each figure is printed: for `explain`, and for the tests that no number comes from elsewhere.

use super::{Block, Cell, Chart, FigureId, GoalLine, Report, Sentence, Table};
use crate::model::Figure;

/// A piece of text with the figures in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed<'a> {
    /// Where: `page one`, or a section's id, then the table, chart or goal.
    pub place: String,
    /// The text.
    pub text: &'a str,
    /// The figures in it.
    pub figures: Vec<&'a FigureId>,
}

/// The figure of the name.
pub fn find_figure<'a>(report: &'a Report, id: &FigureId) -> Option<&'a Figure> {
    report.figures.iter().find(|figure| &figure.id == id)
}

/// Every text of the report that may hold numbers, in the order of reading.
pub fn printed_figures(report: &Report) -> Vec<Printed<'_>> {
    let mut found = Walk { found: Vec::new() };
    let page = "page one";
    found.push(page, &report.headline, &report.counts);
    report.goals.iter().for_each(|line| found.line(page, line));
    if let Some(note) = &report.goals_note {
        found.push(page, note, &report.counts);
    }
    report.changes.iter().chain(&report.attention).for_each(|it| found.sentence(page, it));
    if let Some(decision) = &report.decision {
        found.push(page, &decision.text, &decision.figures);
    }
    for section in &report.sections {
        section.blocks.iter().for_each(|block| found.block(&section.id, block));
    }
    found.found
}

struct Walk<'a> {
    found: Vec<Printed<'a>>,
}

impl<'a> Walk<'a> {
    fn push(&mut self, place: &str, text: &'a str, figures: &'a [FigureId]) {
        self.found.push(Printed { place: place.to_owned(), text, figures: figures.iter().collect() });
    }

    fn sentence(&mut self, place: &str, sentence: &'a Sentence) {
        self.push(place, &sentence.text, &sentence.figures);
    }

    fn cell(&mut self, place: &str, cell: &'a Cell) {
        let figures = cell.figure.iter().chain(&cell.also).collect();
        self.found.push(Printed { place: place.to_owned(), text: &cell.text, figures });
    }

    fn line(&mut self, place: &str, line: &'a GoalLine) {
        let place = format!("{place}, goal {}", line.id);
        for cell in [&line.now, &line.target, &line.pace] {
            self.cell(&place, cell);
        }
        self.push(&place, &line.why, &line.why_figures);
    }

    fn table(&mut self, place: &str, table: &'a Table) {
        let place = format!("{place}, table {}", table.id);
        // The first column names the row; it holds no number of ours.
        for cell in table.rows.iter().flat_map(|row| row.iter().skip(1)) {
            self.cell(&place, cell);
        }
    }

    fn chart(&mut self, place: &str, chart: &'a Chart) {
        let place = format!("{place}, chart {}", chart.id);
        self.push(&place, &chart.alt, &chart.figures);
        self.table(&place, &chart.data);
    }

    fn block(&mut self, place: &str, block: &'a Block) {
        match block {
            Block::Heading { .. } | Block::Note { .. } | Block::Terms { .. } => {}
            Block::Paragraph { text, figures } => self.push(place, text, figures),
            Block::List { items } => items.iter().for_each(|it| self.sentence(place, it)),
            Block::Goal { line, sentences, chart } => {
                self.line(place, line);
                for it in sentences {
                    self.sentence(place, it);
                }
                if let Some(chart) = chart {
                    self.chart(place, chart);
                }
            }
            Block::Table(table) => self.table(place, table),
            Block::Chart(chart) => self.chart(place, chart),
            Block::Multiples { charts } => charts.iter().for_each(|it| self.chart(place, it)),
        }
    }
}
