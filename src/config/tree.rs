//! TOML as an owned tree in which every key and value knows its place, and several files as one tree.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use toml::value::Datetime;

use super::fault::{Fault, Place, SourceFile, say};
use super::keys::{Kind, Section};

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Date(Datetime),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// A number that fits nowhere.
    TooBig,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub place: Place,
    pub item: Item,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub name: String,
    pub key: Place,
    pub node: Node,
}

/// What one file holds; broken lines are faults, the others are read all the same.
pub(super) struct Parsed {
    pub entries: Vec<Entry>,
    pub faults: Vec<Fault>,
}

/// Reads the text of one file. `shown` is the same text with literal secrets masked: faults point into it.
pub(super) fn parse(text: &str, shown: &Arc<SourceFile>, offset: usize) -> Parsed {
    let (root, errors) = DeTable::parse_recoverable(text);
    let reader = TreeReader { shown, offset };
    let faults = errors.iter().map(|error| reader.syntax_fault(error)).collect();
    Parsed { entries: reader.entries(root.get_ref()), faults }
}

struct TreeReader<'a> {
    shown: &'a Arc<SourceFile>,
    /// Where the text begins within the file that is shown (front matter).
    offset: usize,
}

impl TreeReader<'_> {
    fn place(&self, span: Range<usize>) -> Place {
        Place { file: Arc::clone(self.shown), span: span.start + self.offset..span.end + self.offset }
    }

    fn entries(&self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = table.iter().map(|(key, value)| self.entry(key, value)).collect();
        entries.sort_by_key(|entry| entry.key.span.start);
        entries
    }

    fn entry(&self, key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) -> Entry {
        Entry { name: key.get_ref().to_string(), key: self.place(key.span()), node: self.node(value) }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let item = match value.get_ref() {
            DeValue::String(text) => Item::Text(text.to_string()),
            DeValue::Integer(whole) => {
                let digits = whole.as_str().replace('_', "");
                i64::from_str_radix(&digits, whole.radix()).map_or(Item::TooBig, Item::Whole)
            }
            DeValue::Float(number) => number
                .as_str()
                .replace('_', "")
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map_or(Item::TooBig, Item::Number),
            DeValue::Boolean(flag) => Item::Flag(*flag),
            DeValue::Datetime(date) => Item::Date(*date),
            DeValue::Array(list) => Item::List(list.iter().map(|value| self.node(value)).collect()),
            DeValue::Table(table) => Item::Table(self.entries(table)),
        };
        Node { place: self.place(value.span()), item }
    }

    fn syntax_fault(&self, error: &toml::de::Error) -> Fault {
        let place = self.place(error.span().unwrap_or(0..0));
        let message = error.message();
        let what = say(format!("this is not TOML: {message}"), format!("det här är inte TOML: {}", swedish(message)));
        let expected = say("the file cannot be understood here", "här går filen inte att förstå");
        Fault::new(place, what, expected).maybe_help(syntax_help(message))
    }
}

/// The parser's commonest sentences in Swedish; the others stay as they are.
fn swedish(message: &str) -> String {
    let known = [
        ("duplicate key", "nyckeln står redan i samma tabell"),
        ("string values must be quoted", "text måste stå inom citattecken"),
        ("unclosed", "något öppnas men stängs inte"),
        ("invalid basic string", "texten avslutas inte med citattecken"),
        ("extra", "det står för mycket på raden"),
        ("missing value", "värdet saknas"),
        ("key with no value", "nyckeln saknar värde"),
    ];
    known
        .iter()
        .find(|(english, _)| message.starts_with(english))
        .map_or_else(|| message.to_owned(), |(_, swedish)| (*swedish).to_owned())
}

fn syntax_help(message: &str) -> Option<crate::catalog::Texts> {
    if message.contains("quoted") {
        return Some(say("write text within quotes: `title = \"…\"`", "skriv text inom citattecken: `title = \"…\"`"));
    }
    if message.starts_with("duplicate key") {
        return Some(say(
            "keep one of them; a new goal or channel begins with `[[goal]]` or `[[channel]]`",
            "behåll en av dem; ett nytt mål eller en ny kanal börjar med `[[goal]]` eller `[[channel]]`",
        ));
    }
    None
}

/// Puts the entries of another file to those already there: lists of tables grow, tables are joined, and a single key
/// that stands twice is a fault that names both places.
pub(super) fn merge(into: &mut Vec<Entry>, more: Vec<Entry>, section: &Section, faults: &mut Vec<Fault>) {
    for entry in more {
        let Some(present) = into.iter_mut().find(|present| present.name == entry.name) else {
            into.push(entry);
            continue;
        };
        match (&mut present.node.item, entry.node.item, section.key(&entry.name).map(|key| key.kind)) {
            (Item::List(list), Item::List(other), Some(Kind::Tables(_))) => list.extend(other),
            (Item::Table(table), Item::Table(other), Some(Kind::Table(inner))) => merge(table, other, inner, faults),
            (_, _, _) => faults.push(twice(&entry.name, entry.key, present.key.clone())),
        }
    }
}

fn twice(name: &str, second: Place, first: Place) -> Fault {
    Fault::new(
        second,
        say(format!("`{name}` stands twice"), format!("`{name}` står två gånger")),
        say("it may stand once in all files together", "den får stå en gång i alla filer tillsammans"),
    )
    .help(say(format!("it stands first at {first}"), format!("den står först på {first}")))
    .other(first, say("the first", "den första"))
}
