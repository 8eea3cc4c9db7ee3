//! Typesetting: the report's pages as PDF and pictures, a chart alone as a picture. Everything of the typesetter stays
//! in here, since it changes its interface with each version.

mod columns;
mod glyphs;
mod material;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{Datelike, Timelike};
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;

use self::world::Desk;
use super::{Look, RenderError, furniture, walk};
use crate::model::{Language, ReportKind};
use crate::report::{Chart, Report};
use crate::words::Locale;

/// How many reports ago something must have been used to stay in the typesetter's memory.
const REMEMBERED: usize = 5;

/// A report, set once, to be written as PDF and as pictures.
#[derive(Debug)]
pub struct Typeset {
    document: PagedDocument,
    id: String,
    made: Option<Datetime>,
}

impl Typeset {
    /// Sets the report. Whatever the typesetter only warns of is refused too.
    pub fn new(report: &Report, look: &Look) -> Result<Self, RenderError> {
        furniture::check(report)?;
        walk::check_names(report)?;
        let template = look.template("report.typ", report.kind)?;
        let mut desk = Desk::new(look, template)?;
        let report = glyphs::printable(report, desk.fonts())?;
        desk.lay(&material::of_report(&report, false)?);
        let mut document = compile(&desk, "report.typ")?;
        if most_pages(report.kind).is_some_and(|most| document.pages().len() > most) {
            desk.lay(&material::of_report(&report, true)?);
            document = compile(&desk, "report.typ")?;
        }
        Ok(Self { document, id: report.id.clone(), made: moment(&report) })
    }

    /// The pages as PDF: PDF/UA-1 and PDF/A-2a in one file, the same bytes for the same report.
    pub fn pdf(&self) -> Result<Vec<u8>, RenderError> {
        let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
            .map_err(|error| RenderError::Standard { message: error.message().to_string() })?;
        let options = PdfOptions {
            standards,
            ident: Smart::Custom(self.id.clone()),
            creator: Smart::Custom(Some(concat!("Genomslag ", env!("CARGO_PKG_VERSION")).to_owned())),
            timestamp: self.made.map(Timestamp::new_utc),
            ..PdfOptions::default()
        };
        shielded("report.typ", || {
            typst_pdf::pdf(&self.document, &options)
                .map_err(|errors| RenderError::Standard { message: told(&errors, None) })
        })
    }

    /// The pages as PNG.
    pub fn pages(&self, pixels_per_inch: f32) -> Result<Vec<Vec<u8>>, RenderError> {
        pictures(&self.document, pixels_per_inch)
    }

    /// How many pages there are.
    pub fn page_count(&self) -> usize {
        self.document.pages().len()
    }
}

/// A chart alone, as PNG.
pub fn chart_png(chart: &Chart, language: Language, look: &Look, pixels_per_inch: f32) -> Result<Vec<u8>, RenderError> {
    let template = look.text("templates/chart.typ")?;
    let mut desk = Desk::new(look, template)?;
    let chart = glyphs::printable(chart, desk.fonts())?;
    let drawn = super::chart::svg(&chart, Locale::of(language));
    desk.lay(&material::of_chart(&chart, &drawn, language));
    let document = compile(&desk, "chart.typ")?;
    let mut pages = pictures(&document, pixels_per_inch)?;
    pages.pop().ok_or_else(|| RenderError::Template {
        template: "chart.typ".to_owned(),
        message: "it gives no page; it must give exactly one".to_owned(),
    })
}

/// How many pages a kind of report may have; what does not fit is set again, tighter.
fn most_pages(kind: ReportKind) -> Option<usize> {
    match kind {
        ReportKind::Weekly => Some(2),
        ReportKind::Unit => Some(1),
        ReportKind::Monthly | ReportKind::Tertial | ReportKind::Campaign => None,
    }
}

fn moment(report: &Report) -> Option<Datetime> {
    let made = report.made.naive_utc();
    let part = |part: u32| u8::try_from(part).ok();
    Datetime::from_ymd_hms(
        made.year(),
        part(made.month())?,
        part(made.day())?,
        part(made.hour())?,
        part(made.minute())?,
        part(made.second())?,
    )
}

fn compile(desk: &Desk, template: &str) -> Result<PagedDocument, RenderError> {
    let result = shielded(template, || {
        let Warned { output, warnings } = typst::compile::<PagedDocument>(desk);
        let refused = |problems: &[SourceDiagnostic]| RenderError::Template {
            template: template.to_owned(),
            message: told(problems, Some(desk)),
        };
        let document = output.map_err(|errors| refused(&errors))?;
        if warnings.is_empty() { Ok(document) } else { Err(refused(&warnings)) }
    });
    comemo::evict(REMEMBERED);
    result
}

/// Runs what others wrote; where it panics, that is an error of this report and not the end of the program.
fn shielded<T>(template: &str, run: impl FnOnce() -> Result<T, RenderError>) -> Result<T, RenderError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        Err(RenderError::Template {
            template: template.to_owned(),
            message: "the typesetter stopped in the middle; keep the report's JSON and report it as a fault".to_owned(),
        })
    })
}

fn told(problems: &[SourceDiagnostic], desk: Option<&Desk>) -> String {
    let one = |problem: &SourceDiagnostic| {
        let line = desk.and_then(|desk| desk.line(problem.span)).map(|line| format!("line {line}: "));
        let hints = problem.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<Vec<_>>().concat();
        format!("{}{}{hints}", line.unwrap_or_default(), problem.message)
    };
    problems.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn pictures(document: &PagedDocument, pixels_per_inch: f32) -> Result<Vec<Vec<u8>>, RenderError> {
    let options = RenderOptions { pixel_per_pt: (f64::from(pixels_per_inch) / 72.0).into(), render_bleed: false };
    let picture = |page: &typst_layout::Page| {
        shielded("a page", || {
            typst_render::render(page, &options)
                .encode_png()
                .map_err(|error| RenderError::Write { what: "a picture".to_owned(), message: error.to_string() })
        })
    };
    document.pages().iter().map(picture).collect()
}
