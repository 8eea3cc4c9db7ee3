//! A report as plain text, for snapshots: what a reader would read, in order.

use std::fmt::Write;

use genomslag::report::{Block, Cell, Chart, Drawing, GoalLine, Report, Table};

pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let mut line = |text: &str| writeln!(out, "{text}").unwrap();
    line(&format!("{} · {}", report.title, report.period_text));
    report.notices.iter().for_each(|it| line(&format!("! {it}")));
    line(&format!("# {}", report.headline));
    report.comment.iter().for_each(|it| line(it));
    report.goals.iter().for_each(|it| line(&goal(it)));
    report.goals_note.iter().for_each(|it| line(it));
    report.changes.iter().for_each(|it| line(&format!("~ {}", it.text)));
    report.attention.iter().for_each(|it| line(&format!("! {}", it.text)));
    if let Some(decision) = &report.decision {
        line(&format!("{}: {} ({})", decision.label, decision.text, decision.rule.as_deref().unwrap_or("-")));
    }
    for section in &report.sections {
        line(&format!("\n## {} [{}]", section.heading, section.id));
        section.blocks.iter().for_each(|it| line(block(it).trim_end()));
    }
    line("");
    report.identity.iter().for_each(|(name, value)| line(&format!("{name}: {value}")));
    out.replace(['\u{202f}', '\u{a0}'], "_")
}

fn goal(line: &GoalLine) -> String {
    let GoalLine { title, now, target, pace, word, why, .. } = line;
    format!("- {title} | {} | {} | {} | {word} | {why}", now.text, target.text, pace.text)
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading { text } => format!("### {text}"),
        Block::Paragraph { text, .. } => text.clone(),
        Block::Note { text } => format!("({text})"),
        Block::List { items } => items.iter().fold(String::new(), |out, it| out + "* " + &it.text + "\n"),
        Block::Terms { items } => {
            items.iter().fold(String::new(), |out, (term, what)| out + term + " = " + what + "\n")
        }
        Block::Goal { line, sentences, chart } => {
            let mut out = goal(line);
            for it in sentences {
                write!(out, "\n    {}", it.text).unwrap();
            }
            if let Some(it) = chart {
                write!(out, "\n{}", chart_text(it)).unwrap();
            }
            out
        }
        Block::Table(it) => table(it, usize::MAX),
        Block::Chart(it) => chart_text(it),
        Block::Multiples { charts } => charts.iter().fold(String::new(), |out, it| out + &chart_text(it) + "\n"),
    }
}

fn chart_text(chart: &Chart) -> String {
    let drawn = match &chart.drawing {
        Drawing::Trend(trend) => {
            let lines: Vec<String> = trend.lines.iter().map(|it| format!("{} {}", it.label, it.points.len())).collect();
            let marks = (trend.breaks.len(), trend.spans.len());
            format!("{} {:?} lines {} marks {marks:?}", trend.unit, trend.days, lines.join(", "))
        }
        Drawing::Bars(bars) => format!("{} bars {}", bars.unit, bars.bars.len()),
    };
    format!("[{}] {} / {} / {drawn}\n{}", chart.id, chart.caption, chart.alt, table(&chart.data, 3))
}

/// The first rows of a table.
fn table(table: &Table, rows: usize) -> String {
    let heads: Vec<&str> = table.columns.iter().map(|it| it.heading.as_str()).collect();
    let mut out = format!("[{}] {}\n  {}", table.id, table.caption, heads.join(" | "));
    let cells = |row: &Vec<Cell>| row.iter().map(|it| it.text.clone()).collect::<Vec<_>>().join(" | ");
    table.rows.iter().take(rows).for_each(|row| write!(out, "\n  {}", cells(row)).unwrap());
    if table.rows.len() > rows {
        write!(out, "\n  … {} rows", table.rows.len()).unwrap();
    }
    table.note.iter().for_each(|it| write!(out, "\n  ({it})").unwrap());
    out
}
