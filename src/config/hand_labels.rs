//! Labels that people put on single posts: `labels.csv`, one post a row. Made in a spreadsheet, so semicolons, commas and
//! tabs all part the columns, and quotation marks may stand around a cell.

use std::sync::Arc;

use super::campaigns::LabelRule;
use super::fault::{Fault, Place, SourceFile, say};
use super::refer::{Names, Thing};
use super::table::Faults;
use crate::model::{Post, place_of};

/// The name of the file begins with this.
const NAME: &str = "labels";
/// What the first column is called.
const POST: [&str; 4] = ["post", "inlägg", "länk", "link"];

/// What a person said of one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandLabel {
    /// The post as it stands in the file: its id, or the address where it can be read.
    pub post: String,
    /// Labels that it carries whatever the rules say.
    pub with: Vec<String>,
    /// Labels that it does not carry whatever the rules say: written with `-` before.
    pub without: Vec<String>,
}

impl HandLabel {
    /// Whether the post is meant.
    pub fn is_of(&self, post: &Post) -> bool {
        post.id.as_str() == self.post
            || post.permalink.as_deref().is_some_and(|link| place_of(link) == place_of(&self.post))
    }
}

/// The labels of a post, in the order of the rules: by rule, and then as somebody said.
pub(super) fn labels_of(rules: &[LabelRule], by_hand: &[HandLabel], post: &Post) -> Vec<String> {
    let said: Vec<&HandLabel> = by_hand.iter().filter(|it| it.is_of(post)).collect();
    let carries = |rule: &&LabelRule| {
        let with = said.iter().any(|it| it.with.contains(&rule.id));
        let without = said.iter().any(|it| it.without.contains(&rule.id));
        with || (!without && rule.matches(&post.text, post.link.as_deref()))
    };
    rules.iter().filter(carries).map(|rule| rule.id.clone()).collect()
}

/// Whether a file of the folder holds labels by hand, by its name: `labels.csv`, `labels-2026.csv`.
pub(super) fn is_hand_labels(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    file.starts_with(NAME) && std::path::Path::new(&file).extension().is_some_and(|ending| ending == "csv")
}

pub(super) fn hand_labels(files: &[(String, String)], names: &Names, found: &Faults) -> Vec<HandLabel> {
    let own = files.iter().filter(|(name, _)| is_hand_labels(name));
    own.flat_map(|(name, text)| Sheet::of(name, text).read(names, found)).collect()
}

/// A cell with its place in the file.
type Cell<'a> = (&'a str, Place);

struct Sheet {
    file: Arc<SourceFile>,
    between: char,
}

impl Sheet {
    fn of(name: &str, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let head = text.lines().find(|line| is_row(line)).unwrap_or_default();
        let between = ['\t', ';', ','].into_iter().find(|mark| head.contains(*mark)).unwrap_or(';');
        Self { file: Arc::new(SourceFile { name: name.to_owned(), text: text.to_owned() }), between }
    }

    fn read(&self, names: &Names, found: &Faults) -> Vec<HandLabel> {
        let mut rows = self.rows();
        let Some(head) = rows.next() else { return Vec::new() };
        check_head(&head, found);
        let mut kept: Vec<(HandLabel, Place)> = Vec::new();
        for row in rows {
            let Some(label) = row_of(&row, names, found) else { continue };
            let same = kept.iter().find(|(it, _)| place_of(&it.post) == place_of(&label.0.post));
            if let Some((_, first)) = same {
                let fault = Fault::new(
                    label.1.clone(),
                    say("the post stands twice", "inlägget står två gånger"),
                    say("expected one row a post", "väntade en rad per inlägg"),
                );
                found.push(fault.other(first.clone(), say("the first", "den första")));
                continue;
            }
            kept.push(label);
        }
        kept.into_iter().map(|(label, _)| label).collect()
    }

    fn rows(&self) -> impl Iterator<Item = Vec<Cell<'_>>> {
        let mut at = 0;
        let lines = self.file.text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line.trim_end_matches(['\n', '\r']))
        });
        lines.filter(|(_, line)| is_row(line)).map(|(start, line)| self.cells(start, line))
    }

    fn cells<'a>(&'a self, start: usize, line: &'a str) -> Vec<Cell<'a>> {
        let (mut cells, mut from, mut quoted) = (Vec::new(), 0, false);
        let mut cut = |from: usize, to: usize| {
            let raw = &line[from..to];
            let text = raw.trim().trim_matches('"').trim();
            let lead = raw.find(text).unwrap_or(0);
            let begin = start + from + lead;
            cells.push((text, Place { file: Arc::clone(&self.file), span: begin..begin + text.len() }));
        };
        for (at, letter) in line.char_indices() {
            if letter == '"' {
                quoted = !quoted;
            } else if letter == self.between && !quoted {
                cut(from, at);
                from = at + letter.len_utf8();
            }
        }
        cut(from, line.len());
        cells
    }
}

/// Empty lines and lines for readers, which begin with `#`, are none.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn row_of(row: &[Cell<'_>], names: &Names, found: &Faults) -> Option<(HandLabel, Place)> {
    let ((post, place), rest) = row.split_first()?;
    if post.is_empty() {
        // An empty row of a spreadsheet, unless something stands in it.
        if let Some((label, place)) = rest.iter().find(|(text, _)| !text.is_empty()) {
            found.push(Fault::new(
                place.clone(),
                say(format!("`{label}` without a post"), format!("`{label}` utan inlägg")),
                say("expected the post's id or link", "väntade inläggets id eller länk"),
            ));
        }
        return None;
    }
    let mut label = HandLabel { post: (*post).to_owned(), with: Vec::new(), without: Vec::new() };
    for (text, place) in rest {
        for word in text.split([' ', ',', ';', '|']).filter(|word| !word.is_empty()) {
            let (name, kept) = match word.strip_prefix('-') {
                Some(name) => (name, &mut label.without),
                None => (word, &mut label.with),
            };
            if names.check(Thing::Label, name, place.clone(), found) {
                kept.push(name.to_owned());
            }
        }
    }
    if rest.iter().all(|(text, _)| text.is_empty()) {
        found.push(Fault::new(
            place.clone(),
            say(format!("no label for `{post}`"), format!("ingen etikett för `{post}`")),
            say("expected the id of a `[[label]]`", "väntade id för en `[[label]]`"),
        ));
    }
    Some((label, place.clone()))
}

fn check_head(head: &[Cell<'_>], found: &Faults) {
    let Some((word, place)) = head.first() else { return };
    if !POST.contains(&word.to_lowercase().as_str()) {
        let fault = Fault::new(
            place.clone(),
            say(format!("the first row begins with `{word}`"), format!("första raden börjar med `{word}`")),
            say("expected the heading `post;labels`", "väntade rubriken `inlägg;etiketter`"),
        );
        found.push(fault.help(say(
            "the first column is the post's id or link, the second its labels: `post;labels`",
            "första kolumnen är inläggets id eller länk, den andra dess etiketter: `inlägg;etiketter`",
        )));
    }
}
