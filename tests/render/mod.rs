//! Drawings of whole reports: what comes out must be readable, complete, the same twice, and free of anything foreign.

mod charts;
mod pages;
mod pdf;
mod sheets;

use genomslag::render::Look;
use genomslag::report::{Block, Chart, Report};

/// The sample reports by name.
const SAMPLES: [(&str, &str); 4] = [
    ("demo-weekly", include_str!("sample/demo-weekly.json")),
    ("weekly", include_str!("sample/made-weekly.json")),
    ("unit", include_str!("sample/made-unit.json")),
    ("stress", include_str!("sample/made-stress.json")),
];

fn sample(name: &str) -> Report {
    let (_, text) = SAMPLES.iter().find(|(own, _)| *own == name).unwrap();
    serde_json::from_str(text).unwrap()
}

fn samples() -> impl Iterator<Item = (&'static str, Report)> {
    SAMPLES.iter().map(|(name, text)| (*name, serde_json::from_str(text).unwrap())).chain(another())
}

/// The built-in look; while working on templates, that of the folder that `RENDER_LOOK` names.
fn look() -> Look {
    std::env::var_os("RENDER_LOOK")
        .map_or_else(Look::builtin, |folder| Look::with_folder(std::path::Path::new(&folder)).unwrap())
}

/// A report of one's own to look at, from the file that `RENDER_REPORT` names.
fn another() -> Option<(&'static str, Report)> {
    let file = std::env::var_os("RENDER_REPORT")?;
    Some(("another", serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()))
}

fn charts_of(report: &Report) -> Vec<Chart> {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    blocks
        .flat_map(|block| match block {
            Block::Goal { chart, .. } => chart.iter().cloned().collect::<Vec<_>>(),
            Block::Chart(chart) => vec![chart.clone()],
            Block::Multiples { charts } => charts.clone(),
            _ => Vec::new(),
        })
        .collect()
}

/// Writes a file into the folder that `RENDER_OUT` names, for looking at it; nothing without it.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("RENDER_OUT") {
        let path = std::path::Path::new(&folder).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
