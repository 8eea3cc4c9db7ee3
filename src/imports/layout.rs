//! What the formats' columns are called: the header dictionaries. They are data (`headers/*.toml`), in English and
//! Swedish, and an administrator can add to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::cell::{Clock, Kind};
use crate::catalog::{Catalog, Subject};
use crate::model::told::{Told, files as told};
use crate::model::{Platform, PostFormat, Window};

/// The built-in dictionaries.
const BUILTIN: [(&str, &str); 6] = [
    ("meta.toml", include_str!("headers/meta.toml")),
    ("insights.toml", include_str!("headers/insights.toml")),
    ("linkedin.toml", include_str!("headers/linkedin.toml")),
    ("x.toml", include_str!("headers/x.toml")),
    ("youtube.toml", include_str!("headers/youtube.toml")),
    ("ga4.toml", include_str!("headers/ga4.toml")),
];

/// A dictionary that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the header dictionary `{file}` cannot be read: {what}")]
pub struct DictionaryError {
    /// Which file.
    pub file: String,
    /// What is wrong.
    pub what: String,
}

/// Every format's header dictionary.
#[derive(Debug, Clone, PartialEq)]
pub struct Dictionaries {
    pub(super) layouts: Vec<Layout>,
    pub(super) titles: Vec<Title>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    layout: Vec<Layout>,
    #[serde(default)]
    title: Vec<Title>,
    #[serde(default)]
    more: Vec<More>,
}

/// More names for the columns of a layout that is already there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    layout: String,
    #[serde(default)]
    column: Vec<Column>,
}

/// What a table is a table of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Of {
    /// A row per post.
    Posts,
    /// A row per day.
    Days,
    /// A row per value of a dimension, over a stretch that stands elsewhere.
    Breakdown,
}

/// One kind of table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the dictionary files, said only where it holds")]
pub(super) struct Layout {
    pub(super) id: String,
    pub(super) platform: Platform,
    pub(super) of: Of,
    #[serde(default)]
    pub(super) clock: Clock,
    /// The zone of publishing times, where they name none.
    #[serde(default)]
    pub(super) zone: Option<chrono_tz::Tz>,
    pub(super) requires: Vec<Role>,
    /// The words that mark a row of sums.
    #[serde(default)]
    pub(super) sums: Vec<String>,
    /// The row under the header describes the columns.
    #[serde(default)]
    pub(super) described: bool,
    /// What a post's numbers cover, where it is not its whole life: a stretch that stands elsewhere.
    #[serde(default)]
    pub(super) over_period: bool,
    /// Its rows are no posts (they have no id that other files know): values only.
    #[serde(default)]
    pub(super) values_only: bool,
    /// Values of demographics or the like: only on request.
    #[serde(default)]
    pub(super) demographic: bool,
    #[serde(default)]
    pub(super) column: Vec<Column>,
    /// Columns that are left out, by how their label begins, and why.
    #[serde(default)]
    pub(super) leave: Vec<Leave>,
    /// Kinds of posts by their words.
    #[serde(default)]
    pub(super) formats: BTreeMap<String, PostFormat>,
    /// Whether it is the administrator's own: it goes before those that are built in.
    #[serde(skip)]
    own: bool,
    /// It fits only where every one of its columns is there: few columns, or such as many tables have.
    #[serde(default)]
    pub(super) whole: bool,
    /// Sheets in which the table is looked for; empty: any.
    #[serde(default)]
    pub(super) sheets: Vec<String>,
}

/// What a column is, where it is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// The post's id.
    Id,
    /// The account's id.
    Account,
    /// The account's name.
    AccountName,
    /// The day of a row.
    Day,
    /// When the post was published.
    Published,
    /// The post's text; the first of them that is filled.
    Text,
    /// Where it can be read.
    Permalink,
    /// What kind it is.
    Format,
    /// What the platform says about the row itself.
    Comment,
    /// What the row is broken down by.
    Dimension,
    /// Known, and of no use here.
    Nothing,
    /// A person: dropped.
    Person,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    #[serde(default)]
    pub(super) role: Option<Role>,
    /// The platform's own name of the metric, as the catalogue has it.
    #[serde(default)]
    pub(super) metric: Option<String>,
    #[serde(default, rename = "as")]
    pub(super) kind: Kind,
    /// The window of a day's value, where it is not the day.
    #[serde(default)]
    pub(super) window: Option<Window>,
    /// The key of the dimension.
    #[serde(default)]
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) en: Vec<String>,
    #[serde(default)]
    pub(super) sv: Vec<String>,
}

impl Column {
    /// What it may be called, in any language.
    fn labels(&self) -> impl Iterator<Item = &str> {
        self.en.iter().chain(&self.sv).map(String::as_str)
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leave {
    pub(super) begins: String,
    pub(super) why: String,
}

impl Leave {
    /// Why, where it is one of the reasons that have a name; a mapping file may give one in its own words.
    pub(super) fn told(&self) -> Told {
        match self.why.as_str() {
            "demographics" => told::column_demographics(),
            "money" => told::column_money(),
            "old" => told::column_old(),
            "returning" => told::column_returning(),
            own => told::column_told(own),
        }
    }
}

/// The title of a chart of Meta Business Suite.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    pub(super) en: Vec<String>,
    #[serde(default)]
    pub(super) sv: Vec<String>,
    /// The metric on Facebook.
    #[serde(default)]
    pub(super) facebook: Option<String>,
    /// The metric on Instagram.
    #[serde(default)]
    pub(super) instagram: Option<String>,
    /// The platforms whose files leave out days with zero.
    #[serde(default)]
    pub(super) zeros_left_out: Vec<Platform>,
}

/// The language of a file's labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Spoken {
    /// Swedish.
    #[serde(rename = "sv")]
    Swedish,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Both in one file.
    #[serde(rename = "mixed")]
    Mixed,
}

impl Dictionaries {
    /// The dictionaries that are built in.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the built-in files are read by one of them.
    pub fn builtin() -> &'static Self {
        static READ: OnceLock<Dictionaries> = OnceLock::new();
        READ.get_or_init(|| Self { layouts: Vec::new(), titles: Vec::new() }.with(&BUILTIN).expect("they are tested"))
    }

    /// These and those of further files, whose names come first: new layouts and titles, and `[[more]]` names for the
    /// columns of known ones.
    ///
    /// # Errors
    /// When a file has another shape, or names a layout or metric that is not there.
    pub fn with(&self, files: &[(&str, &str)]) -> Result<Self, DictionaryError> {
        let mut all = self.clone();
        for (file, text) in files {
            let fault = |what: String| DictionaryError { file: (*file).to_owned(), what };
            let read: File = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
            let own = !self.layouts.is_empty();
            all.layouts.extend(read.layout.into_iter().map(|layout| Layout { own, ..layout }.normalised()));
            all.titles.splice(0..0, read.title);
            for mut more in read.more {
                for column in &mut more.column {
                    column.normalise();
                }
                let Some(layout) = all.layouts.iter_mut().find(|layout| layout.id == more.layout) else {
                    return Err(fault(format!("there is no layout `{}`", more.layout)));
                };
                layout.column.splice(0..0, more.column);
            }
            if let Some(what) = all.contradiction() {
                return Err(fault(what));
            }
        }
        Ok(all)
    }

    fn contradiction(&self) -> Option<String> {
        let catalog = Catalog::builtin();
        for layout in &self.layouts {
            let subject = layout.subject();
            for column in &layout.column {
                match (&column.metric, column.role) {
                    (Some(metric), None) if catalog.metric(layout.platform, subject, metric).is_none() => {
                        return Some(format!("the catalogue has no `{metric}` of {} ({})", layout.platform, layout.id));
                    }
                    (Some(_), None) | (None, Some(_)) => {}
                    _ => return Some(format!("a column of `{}` must have either a role or a metric", layout.id)),
                }
            }
        }
        let of = |platform, name: &Option<String>| {
            name.as_ref().filter(|name| catalog.metric(platform, Subject::Account, name).is_none()).cloned()
        };
        let lost = |title: &Title| {
            of(Platform::Facebook, &title.facebook).or_else(|| of(Platform::Instagram, &title.instagram))
        };
        self.titles.iter().find_map(lost).map(|name| format!("the catalogue has no `{name}`"))
    }

    /// Whether the format is the administrator's own.
    pub fn is_own(&self, format: &str) -> bool {
        self.layouts.iter().any(|layout| layout.own && layout.id == format)
    }

    /// The chart of the title, with the platform that the title names by itself.
    pub(super) fn title(&self, text: &str) -> Option<(&Title, Spoken)> {
        let text = normal(text);
        self.titles.iter().find_map(|title| {
            let has = |names: &[String]| names.iter().any(|name| normal(name) == text);
            match (has(&title.en), has(&title.sv)) {
                (true, _) => Some((title, Spoken::English)),
                (_, true) => Some((title, Spoken::Swedish)),
                _ => None,
            }
        })
    }
}

impl Column {
    /// Labels are compared often: they are made alike once.
    fn normalise(&mut self) {
        for label in self.en.iter_mut().chain(&mut self.sv) {
            *label = normal(label);
        }
    }
}

impl Layout {
    fn normalised(mut self) -> Self {
        for column in &mut self.column {
            column.normalise();
        }
        for word in self.sums.iter_mut().chain(&mut self.sheets) {
            *word = normal(word);
        }
        for leave in &mut self.leave {
            leave.begins = normal(&leave.begins);
        }
        self
    }

    /// Whether the columns that it requires are enough to know it by. A date and a number stand in many tables: where
    /// most other columns are strange, it is some other table, whose rows may be parts of a day.
    fn is_sure(&self) -> bool {
        self.own || (self.requires.contains(&Role::Published) && self.requires.contains(&Role::Id))
    }

    /// Whether one of its labels stands there for each of its columns.
    fn is_whole(&self, labels: &[String]) -> bool {
        self.column.iter().all(|column| column.en.iter().chain(&column.sv).any(|label| labels.contains(label)))
    }

    /// Whether it is the administrator's own.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// Whether its numbers are about posts or the account.
    pub(super) fn subject(&self) -> Subject {
        if self.of == Of::Posts { Subject::Post } else { Subject::Account }
    }
}

/// A label without what differs between downloads: case, spaces, byte order marks.
pub(super) fn normal(label: &str) -> String {
    let label = label.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '\u{feff}' | '"'));
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A layout laid over the header of a table.
#[derive(Debug, Clone)]
pub(super) struct Fitted<'a> {
    pub(super) layout: &'a Layout,
    pub(super) width: usize,
    /// The cells of each role, in the order of the dictionary.
    pub(super) roles: BTreeMap<Role, Vec<usize>>,
    /// Each metric with its cells.
    pub(super) metrics: Vec<FittedMetric<'a>>,
    /// The keys of dimensions, with their cells.
    pub(super) dimensions: Vec<(String, usize)>,
    /// Labels that are left out, with the reason.
    pub(super) left: Vec<(String, Option<&'a Leave>)>,
    pub(super) labels: Vec<String>,
    pub(super) spoken: Option<Spoken>,
    pub(super) known: usize,
}

/// A metric and where it stands.
#[derive(Debug, Clone)]
pub(super) struct FittedMetric<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) window: Option<Window>,
    pub(super) cells: Vec<usize>,
    /// Whether goals use it, so that an empty cell is worth keeping as "not reported".
    pub(super) feeds: bool,
}

impl Fitted<'_> {
    /// The cells of the role.
    pub(super) fn cells(&self, role: Role) -> &[usize] {
        self.roles.get(&role).map_or(&[], Vec::as_slice)
    }
}

/// The layout that fits the header best, if any does.
pub(super) fn fit<'a>(
    dictionaries: &'a Dictionaries,
    sheet: Option<&str>,
    only: Option<Platform>,
    header: &csv::StringRecord,
) -> Option<Fitted<'a>> {
    let labels: Vec<String> = header.iter().map(normal).collect();
    let mut places: Places<'_> = HashMap::new();
    for (at, label) in labels.iter().enumerate().filter(|(_, label)| !label.is_empty()) {
        places.entry(label).or_default().push(at);
    }
    let mut best: Option<Fitted<'a>> = None;
    for layout in &dictionaries.layouts {
        let in_sheet = layout.sheets.is_empty() || sheet.is_none_or(|sheet| layout.sheets.contains(&normal(sheet)));
        // Most layouts have nothing in common with the header: not worth a closer look.
        let metrics = || layout.column.iter().filter(|column| column.metric.is_some());
        if !in_sheet
            || only.is_some_and(|only| only != layout.platform)
            || !metrics().any(|column| column.labels().any(|label| places.contains_key(label)))
        {
            continue;
        }
        let fitted = lay(layout, header, &labels, &places);
        let complete = !fitted.metrics.is_empty()
            && (!layout.whole || layout.is_whole(&labels))
            && layout.requires.iter().all(|role| !fitted.cells(*role).is_empty())
            && (layout.is_sure() || fitted.known * 2 >= labels.iter().filter(|label| !label.is_empty()).count());
        let rank = |fitted: &Fitted<'_>| (fitted.layout.own, fitted.known);
        if complete && best.as_ref().is_none_or(|best| rank(best) < rank(&fitted)) {
            best = Some(fitted);
        }
    }
    best
}

/// Where each label stands.
type Places<'l> = HashMap<&'l str, Vec<usize>>;

fn lay<'a>(layout: &'a Layout, header: &csv::StringRecord, labels: &[String], places: &Places<'_>) -> Fitted<'a> {
    let mut fitted = Fitted {
        layout,
        width: header.len(),
        roles: BTreeMap::new(),
        metrics: Vec::new(),
        dimensions: Vec::new(),
        left: Vec::new(),
        labels: header.iter().map(|label| label.trim().to_owned()).collect(),
        spoken: None,
        known: 0,
    };
    let mut taken = vec![false; labels.len()];
    let (mut english, mut swedish) = (false, false);
    for column in &layout.column {
        // The user's own language first: of two filled cells for one meaning, the first counts.
        let mut found: Vec<usize> = column.labels().filter_map(|label| places.get(label)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        for at in found {
            let (en, sv) = (column.en.contains(&labels[at]), column.sv.contains(&labels[at]));
            // An address that is the post's id is also where it can be read.
            let address = column.role == Some(Role::Permalink) && fitted.cells(Role::Id).contains(&at);
            if taken[at] && !address {
                continue;
            }
            fitted.known += usize::from(!taken[at]);
            taken[at] = true;
            english |= en && !sv;
            swedish |= sv && !en;
            place(&mut fitted, column, at);
        }
    }
    fitted.spoken = match (swedish, english) {
        (true, true) => Some(Spoken::Mixed),
        (true, false) => Some(Spoken::Swedish),
        (false, true) => Some(Spoken::English),
        (false, false) => None,
    };
    for (at, label) in labels.iter().enumerate().filter(|(at, label)| !taken[*at] && !label.is_empty()) {
        let known = layout.leave.iter().find(|leave| label.starts_with(&leave.begins));
        fitted.known += usize::from(known.is_some());
        fitted.left.push((fitted.labels[at].clone(), known));
    }
    fitted
}

fn place<'a>(fitted: &mut Fitted<'a>, column: &'a Column, at: usize) {
    if let Some(role) = column.role {
        fitted.roles.entry(role).or_default().push(at);
        if role == Role::Dimension {
            let key = column.key.clone().unwrap_or_else(|| "dimension".to_owned());
            fitted.dimensions.push((key, at));
        }
    }
    let Some(name) = &column.metric else { return };
    if let Some(metric) = fitted.metrics.iter_mut().find(|metric| metric.name == name && metric.window == column.window)
    {
        metric.cells.push(at);
        return;
    }
    let known = Catalog::builtin().metric(fitted.layout.platform, fitted.layout.subject(), name);
    let feeds = known.is_some_and(|metric| metric.canonical.is_some());
    fitted.metrics.push(FittedMetric { name, kind: column.kind, window: column.window, cells: vec![at], feeds });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_reasons_for_leaving_out_a_column_have_names() {
        let mut all = Dictionaries::builtin().layouts.iter().flat_map(|layout| &layout.leave).peekable();
        assert!(all.peek().is_some());
        assert_eq!(all.find(|leave| leave.told().kind == "column_told"), None);
    }
}
