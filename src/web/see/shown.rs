//! Parts of a report as a page shows them: every figure with the way to where it comes from, every chart with its table.

use serde::Serialize;

use super::asked::Links;
use crate::model::Status;
use crate::render::page::chart as drawn;
use crate::report::{Align, Block, Cell, Chart, ChartSize, Drawing, GoalLine, Section, Sentence, Table};
use crate::words::Locale;

/// A cell.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownCell {
    /// What is printed.
    pub(super) text: String,
    /// Where it leads.
    href: Option<String>,
    /// Whether that is elsewhere on the web.
    outside: bool,
    /// Where its figure comes from.
    trace: Option<String>,
    status: Option<Status>,
}

/// A column's head.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownColumn {
    pub(super) heading: String,
    pub(super) align: Align,
    /// Where it is sorted by this column.
    pub(super) sort: Option<String>,
    /// `ascending` or `descending`, where it is.
    pub(super) sorted: Option<&'static str>,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownTable {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) columns: Vec<ShownColumn>,
    pub(super) rows: Vec<Vec<ShownCell>>,
    note: Option<String>,
    csv: String,
    xlsx: String,
}

/// A chart with the numbers that it shows.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownChart {
    pub(super) id: String,
    caption: String,
    size: ChartSize,
    /// `trend` or `bars`: which way its values lie.
    kind: &'static str,
    /// The drawing.
    svg: String,
    width: f64,
    height: f64,
    /// Place, name and text of every value, for the script: a JSON list.
    marks: String,
    table: ShownTable,
    /// The same table on a page of its own, each figure with its trace.
    page: String,
}

/// A goal's line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownGoal {
    pub(super) id: String,
    title: String,
    href: String,
    now: ShownCell,
    target: ShownCell,
    pace: ShownCell,
    status: Status,
    word: String,
    why: String,
    /// Its chart, small, where there is one and room for it.
    chart: Option<String>,
}

/// One thing in a section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub(super) enum ShownBlock {
    /// A heading below the section's.
    Heading { text: String },
    /// A paragraph, with the way to each of its figures.
    Paragraph { text: String, traces: Vec<String> },
    /// A remark.
    Note { text: String },
    /// Sentences.
    List { items: Vec<ShownSentence> },
    /// Terms.
    Terms { items: Vec<(String, String)> },
    /// A table.
    Table { table: ShownTable },
    /// A chart.
    Chart { chart: ShownChart },
    /// Small charts.
    Multiples { charts: Vec<ShownChart> },
}

/// A sentence with the way to each of its figures.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownSentence {
    text: String,
    traces: Vec<String>,
}

/// A section.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownSection {
    id: String,
    heading: String,
    blocks: Vec<ShownBlock>,
}

/// Makes parts of a report into parts of a page.
#[derive(Clone, Copy)]
pub(super) struct Shower<'a> {
    pub(super) links: &'a Links,
    pub(super) locale: Locale,
}

impl Shower<'_> {
    pub(super) fn section(self, section: &Section) -> ShownSection {
        let blocks = section.blocks.iter().filter_map(|it| self.block(it)).collect();
        ShownSection { id: section.id.clone(), heading: section.heading.clone(), blocks }
    }

    fn block(self, block: &Block) -> Option<ShownBlock> {
        Some(match block {
            Block::Heading { text } => ShownBlock::Heading { text: text.clone() },
            Block::Paragraph { text, figures } => {
                ShownBlock::Paragraph { text: text.clone(), traces: self.traces(figures) }
            }
            Block::Note { text } => ShownBlock::Note { text: text.clone() },
            Block::List { items } => ShownBlock::List { items: self.sentences(items) },
            Block::Terms { items } => ShownBlock::Terms { items: items.clone() },
            // Goals have lists and pages of their own.
            Block::Goal { .. } => return None,
            Block::Table(table) => ShownBlock::Table { table: self.table(table, true) },
            Block::Chart(chart) => ShownBlock::Chart { chart: self.chart(chart) },
            Block::Multiples { charts } => {
                ShownBlock::Multiples { charts: charts.iter().map(|it| self.chart(it)).collect() }
            }
        })
    }

    pub(super) fn sentences(self, items: &[Sentence]) -> Vec<ShownSentence> {
        let one = |it: &Sentence| ShownSentence { text: it.text.clone(), traces: self.traces(&it.figures) };
        items.iter().map(one).collect()
    }

    /// The ways to the figures, each once.
    pub(super) fn traces(self, figures: &[crate::model::FigureId]) -> Vec<String> {
        let mut traces: Vec<String> = Vec::new();
        for figure in figures {
            let trace = self.links.trace(&figure.0);
            if !traces.contains(&trace) {
                traces.push(trace);
            }
        }
        traces
    }

    /// The goal's line with its chart in little room.
    pub(super) fn card(self, line: &GoalLine, chart: Option<&Chart>) -> ShownGoal {
        let small = |chart: &Chart| drawn(&Chart { size: ChartSize::Small, ..chart.clone() }, self.locale).svg;
        ShownGoal { chart: chart.map(small), ..self.goal(line) }
    }

    pub(super) fn goal(self, line: &GoalLine) -> ShownGoal {
        ShownGoal {
            chart: None,
            id: line.id.clone(),
            title: line.title.clone(),
            href: self.links.to(&format!("/goal/{}", super::asked::part(&line.id))),
            now: self.cell(&line.now, true),
            target: self.cell(&line.target, true),
            pace: self.cell(&line.pace, true),
            status: line.status,
            word: line.word.clone(),
            why: line.why.clone(),
        }
    }

    fn cell(self, cell: &Cell, traced: bool) -> ShownCell {
        let leads = cell.link.as_deref().and_then(|link| self.links.leads(link));
        let (href, outside) = leads.map_or((None, false), |(href, outside)| (Some(href), outside));
        let figure = cell.figure.as_ref().filter(|_| traced && href.is_none());
        let trace = figure.map(|figure| self.links.trace(&figure.0));
        ShownCell { text: cell.text.clone(), href, outside, trace, status: cell.status }
    }

    /// The table; behind a chart without the ways to its figures, which the page of the table has.
    pub(super) fn table(self, table: &Table, traced: bool) -> ShownTable {
        let column = |it: &crate::report::Column| ShownColumn {
            heading: it.heading.clone(),
            align: it.align,
            sort: None,
            sorted: None,
        };
        ShownTable {
            id: table.id.clone(),
            caption: table.caption.clone(),
            columns: table.columns.iter().map(column).collect(),
            rows: table.rows.iter().map(|row| row.iter().map(|it| self.cell(it, traced)).collect()).collect(),
            note: table.note.clone(),
            csv: self.links.table(&table.id, ".csv"),
            xlsx: self.links.table(&table.id, ".xlsx"),
        }
    }

    pub(super) fn chart(self, chart: &Chart) -> ShownChart {
        let drawn = drawn(chart, self.locale);
        let marks: Vec<(f64, f64, &str, &str)> = drawn
            .marks
            .iter()
            .map(|it| (tenth(it.x), tenth(it.y), it.label.as_str(), it.value_text.as_str()))
            .collect();
        ShownChart {
            id: chart.id.clone(),
            caption: chart.caption.clone(),
            size: chart.size,
            kind: match chart.drawing {
                Drawing::Trend(_) => "trend",
                Drawing::Bars(_) => "bars",
            },
            width: drawn.width,
            height: drawn.height,
            // Plain numbers and texts cannot fail to be written.
            marks: serde_json::to_string(&marks).unwrap_or_default(),
            svg: drawn.svg,
            table: self.table(&chart.data, false),
            page: self.links.table(&chart.id, ""),
        }
    }
}

/// A place to the tenth of a point: finer is not seen.
fn tenth(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}
