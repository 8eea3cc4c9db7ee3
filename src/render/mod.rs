//! Drawings of a report: PDF, PNG, HTML, mail, CSV, XLSX. No arithmetic on figures, no words of its own: what a reader
//! reads stands in the report, its fixed words in `furniture`.

pub mod chart;
mod furniture;
mod look;
mod measure;
pub mod page;
pub mod sheet;
pub mod typeset;
mod walk;

use crate::report::Report;
use crate::words::Locale;

pub use furniture::NEEDED as FURNITURE;
pub use look::Look;

/// How sharp the pictures of pages and charts are, in pixels per inch.
pub const PICTURE_PPI: f32 = 144.0;

/// Why a report could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A file of the look could not be read.
    #[error("the look's file {path} could not be read ({source}); make it readable, or remove it from the folder")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The look has no such file.
    #[error("the look has no file {name}; put it back, or leave it out of your folder to use the built-in one")]
    NoFile {
        /// Which file.
        name: String,
    },
    /// A font file is not a font.
    #[error("{name} is not a font that can be embedded; use a TrueType or OpenType file")]
    Font {
        /// Which file.
        name: String,
    },
    /// A fixed word is missing from the report.
    #[error("the report lacks the fixed word `{key}`; add it to the words of its language")]
    Furniture {
        /// Its key.
        key: &'static str,
    },
    /// Two charts or two tables have the same name, so that one would overwrite the other.
    #[error("two charts or tables of the report are called `{id}`; ids are file names and must be unique")]
    Twice {
        /// The name.
        id: String,
    },
    /// A template is wrong.
    #[error("{template} cannot be set: {message}")]
    Template {
        /// Which template, with line where known.
        template: String,
        /// What is wrong.
        message: String,
    },
    /// The pages stand, but a standard (PDF/UA, PDF/A) is not met.
    #[error("the PDF would not meet its standards: {message}")]
    Standard {
        /// What is wrong.
        message: String,
    },
    /// A picture or spreadsheet could not be written.
    #[error("{what} could not be written: {message}")]
    Write {
        /// What.
        what: String,
        /// What is wrong.
        message: String,
    },
}

/// Everything a report is delivered as, by file name, in a fixed order: `report.pdf`, `page-1.png` …,
/// `charts/<id>.{svg,png}`, `tables/<id>.csv`, `figures.csv`, `report.xlsx`, `report.html`, `report.json`.
pub fn files(report: &Report, look: &Look) -> Result<Vec<(String, Vec<u8>)>, RenderError> {
    let typeset = typeset::Typeset::new(report, look)?;
    let mut files = vec![("report.pdf".to_owned(), typeset.pdf()?)];
    for (index, page) in typeset.pages(PICTURE_PPI)?.into_iter().enumerate() {
        files.push((format!("page-{}.png", index + 1), page));
    }
    for chart in walk::charts(report) {
        let drawn = chart::svg(chart, Locale::of(report.language));
        files.push((format!("charts/{}.svg", walk::file_name(&chart.id)), drawn.svg.into_bytes()));
        let picture = typeset::chart_png(chart, report.language, look, PICTURE_PPI)?;
        files.push((format!("charts/{}.png", walk::file_name(&chart.id)), picture));
    }
    for table in walk::tables(report) {
        files.push((format!("tables/{}.csv", walk::file_name(&table.id)), sheet::csv(&table).into_bytes()));
    }
    files.push(("figures.csv".to_owned(), sheet::figures_csv(report).into_bytes()));
    files.push(("report.xlsx".to_owned(), sheet::xlsx(report)?));
    files.push(("report.html".to_owned(), page::html(report, look)?.into_bytes()));
    let json = serde_json::to_vec_pretty(report)
        .map_err(|error| RenderError::Write { what: "report.json".to_owned(), message: error.to_string() })?;
    files.push(("report.json".to_owned(), json));
    Ok(files)
}
