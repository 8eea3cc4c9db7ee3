//! The waist. Everything before it computes; everything after it only draws or sends. A report is worded, ordered, plain
//! data: stored as JSON beside what was sent, drawn as PDF, PNG, mail and web page, never computed again.

mod attention;
mod campaign_page;
mod campaigns;
mod carries;
mod channels;
mod compose;
mod decision;
mod draft;
mod effects;
mod furniture;
mod goal_chart;
mod goal_line;
mod goal_record;
mod goals;
mod identity;
mod inhabitants;
mod material;
mod method;
mod monthly;
mod outlook;
mod page_one;
mod peers;
mod planned;
mod posts;
mod printed;
mod quality;
mod scored;
mod seal;
mod sections;
mod see;
mod shifts;
mod tertial;
mod unit;
mod units;
mod website;
mod weekly;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Figure, FigureId, Language, Period, ReportKind, Status};

pub use compose::{OPTIONAL_SECTIONS, compose};
pub use material::{Comment, LastFetch, Material, PeerMaterial, PlannedMaterial, Record};
pub use outlook::{frequency, likelihood_word};
pub use printed::{Printed, find_figure, printed_figures};
pub use seal::{digest, seal};
pub use see::{Leads, Seen, compose_seen};

/// Everything a reader is told, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its stable name: `weekly-2026-W46-sv-3f9a1c2b`, the end being the first eight digits of `hash`.
    pub id: String,
    /// SHA-256 over the report's data (this value with `id` and `hash` empty, as JSON), hexadecimal.
    pub hash: String,
    /// Its kind.
    pub kind: ReportKind,
    /// Its language.
    pub language: Language,
    /// The organisation's name.
    pub organisation: String,
    /// The unit's name, for a report about one unit.
    pub unit: Option<String>,
    /// e.g. `Effektrapport vecka 46`.
    pub title: String,
    /// What it covers.
    pub period: Period,
    /// The period as people write it: `vecka 46, 9–15 november 2026`.
    pub period_text: String,
    /// When it was made (the clock that was given).
    pub made: DateTime<Utc>,
    /// `known at`: later observations were not looked at.
    pub as_known_at: Option<DateTime<Utc>>,
    /// What a reader must know before anything else: preliminary data, demonstration data, moved dates.
    pub notices: Vec<String>,
    /// Page one: one sentence.
    pub headline: String,
    /// The figures in `headline` and `goals_note`.
    #[serde(default)]
    pub counts: Vec<FigureId>,
    /// Page one: what somebody wrote about the period, a paragraph each.
    #[serde(default)]
    pub comment: Vec<String>,
    /// Page one: at most seven goals, one line each.
    pub goals: Vec<GoalLine>,
    /// Page one: goals that found no room, said so: `Ytterligare 3 mål redovisas på sida 2.`
    pub goals_note: Option<String>,
    /// Page one: what changed most, a sentence each.
    pub changes: Vec<Sentence>,
    /// Page one: what needs attention, a sentence each.
    pub attention: Vec<Sentence>,
    /// Page one: one proposed decision.
    pub decision: Option<Decision>,
    /// All that follows page one.
    pub sections: Vec<Section>,
    /// Report version, data cut-off, hash, retention class, case number: name and value, worded.
    pub identity: Vec<(String, String)>,
    /// Every figure that is printed anywhere in it, by id.
    pub figures: Vec<Figure>,
    /// The fixed words that the drawing needs (headings of page one, table heads, page foot), so that templates hold
    /// no words of their own: key and text.
    pub furniture: std::collections::BTreeMap<String, String>,
}

/// A sentence, with the figures that stand in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// The words.
    pub text: String,
    /// The figures in it.
    pub figures: Vec<FigureId>,
}

/// A proposed or taken decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// `Förslag` when a rule proposes, `Förslag till beslut` when a person wrote it.
    pub label: String,
    /// The words.
    pub text: String,
    /// Which rule proposed it, worded; none when a person wrote it.
    pub rule: Option<String>,
    /// The figures in it.
    #[serde(default)]
    pub figures: Vec<FigureId>,
}

/// One goal in one line: name, now, target, pace, status word with shape, one sentence why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoalLine {
    /// The goal's name in the configuration.
    pub id: String,
    /// The goal's name for readers.
    pub title: String,
    /// The value now, written; an en dash where there is none.
    pub now: Cell,
    /// The target, written, with its date: `14 000 till 30 juni 2027`.
    pub target: Cell,
    /// The pace, written: `behöver 62 i veckan, har haft 48`.
    pub pace: Cell,
    /// The status.
    pub status: Status,
    /// The status word: `I fas`.
    pub word: String,
    /// One sentence why.
    pub why: String,
    /// The figures in `why`.
    #[serde(default)]
    pub why_figures: Vec<FigureId>,
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Its stable name, used for anchors: `goals`, `channels`, `posts`, `quality`, `method`, `glossary`.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// One thing in a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a report holds some hundred of them")]
pub enum Block {
    /// A heading one level below the section's.
    Heading {
        /// The words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// The words.
        text: String,
        /// The figures in it.
        figures: Vec<FigureId>,
    },
    /// A remark, set smaller beside or below what it is about (never below 10 pt).
    Note {
        /// The words.
        text: String,
    },
    /// A list.
    List {
        /// The items.
        items: Vec<Sentence>,
    },
    /// Words explained: term and meaning.
    Terms {
        /// The terms.
        items: Vec<(String, String)>,
    },
    /// A goal: its line again, a chart, and what else is known.
    Goal {
        /// The line.
        line: GoalLine,
        /// Sentences below.
        sentences: Vec<Sentence>,
        /// The chart.
        chart: Option<Chart>,
    },
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// Charts of one kind in a grid, each small.
    Multiples {
        /// The charts.
        charts: Vec<Chart>,
    },
}

/// How the cells of a column are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Words: left.
    Text,
    /// Numbers: right, tabular digits.
    Number,
}

/// A column's head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// How its cells are set.
    pub align: Align,
}

/// A cell: the text that is printed, and what a spreadsheet gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default, JsonSchema)]
pub struct Cell {
    /// The text as printed.
    pub text: String,
    /// The unrounded number, for CSV and XLSX.
    pub number: Option<f64>,
    /// The figure that is printed, if it is one.
    pub figure: Option<FigureId>,
    /// The other figures in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<FigureId>,
    /// Where it leads.
    pub link: Option<String>,
    /// A status: drawn as shape before the word.
    pub status: Option<Status>,
}

/// A table. The first column names the row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Its stable name; also its file name as CSV and its sheet.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// A remark below.
    pub note: Option<String>,
}

/// A chart: drawn by `render`, with a text alternative and the table of what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Its stable name; also its file name.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// What a reader who cannot see it is told: the gist, not a description of the drawing.
    pub alt: String,
    /// The figures in `alt`.
    #[serde(default)]
    pub figures: Vec<FigureId>,
    /// How wide it is meant to be.
    pub size: ChartSize,
    /// What is drawn.
    pub drawing: Drawing,
    /// What it shows, as a table (goes to CSV, XLSX and the web; printed only where a section says so).
    pub data: Table,
}

/// How wide a chart is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartSize {
    /// The width of the text: 480 × 200 points.
    Wide,
    /// Half of it or a third, for small multiples: 232 × 100 points.
    Small,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "drawing", rename_all = "snake_case")]
pub enum Drawing {
    /// Values over time.
    Trend(Trend),
    /// Values side by side.
    Bars(Bars),
}

/// Values over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// First and last day of the axis.
    pub days: (NaiveDate, NaiveDate),
    /// What the numbers are, e.g. `följare`, for the axis.
    pub unit: String,
    /// Whether the numbers are shares, printed as per cent.
    pub percent: bool,
    /// Whether the axis begins at zero.
    pub from_zero: bool,
    /// The lines. A gap in the data is a gap in the line.
    pub lines: Vec<Line>,
    /// A band, e.g. the forecast's.
    pub band: Option<Band>,
    /// Days on which a definition changed: a line across with its label.
    pub breaks: Vec<Mark>,
    /// Campaigns: a shaded stretch with its label.
    pub spans: Vec<Span>,
}

/// What a line stands for; decides how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineRole {
    /// What was measured: solid.
    Measured,
    /// The target: dashed, another hue.
    Target,
    /// The expected way there: thin, dashed otherwise.
    Pace,
    /// A forecast: dotted.
    Forecast,
    /// The same stretch last year, or a comparison: thin grey.
    Comparison,
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its label, set at its end.
    pub label: String,
    /// What it stands for.
    pub role: LineRole,
    /// Its points; none is a gap.
    pub points: Vec<(NaiveDate, Option<f64>)>,
}

/// A band between two lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Its label.
    pub label: String,
    /// Day, lower, upper.
    pub points: Vec<(NaiveDate, f64, f64)>,
}

/// A day with a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// The day.
    pub day: NaiveDate,
    /// Its label.
    pub label: String,
}

/// A stretch with a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// Its label.
    pub label: String,
}

/// Values side by side: horizontal bars, each with its value written beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// What the numbers are.
    pub unit: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Its label.
    pub label: String,
    /// Its value; none is a missing bar with the reason as text.
    pub value: Option<f64>,
    /// The value, written.
    pub text: String,
    /// The value before, drawn as a mark.
    pub before: Option<f64>,
}
