//! Reading one table by its section of the key table: unknown keys, missing keys and wrong values are faults, and what is
//! handed out is always what the key wants.

use std::cell::RefCell;
use std::path::PathBuf;

use chrono::NaiveDate;
use url::Url;

use super::fault::{Fault, Place, say};
use super::keys::{Kind, Need, Section};
use super::near::{listed, nearest};
use super::secret::SecretRef;
use super::tree::{Entry, Item, Node};
use super::value::day;
use crate::catalog::Texts;

/// Faults as they are found, and how sure they are.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: RefCell<Vec<(Fault, bool)>>,
}

impl Faults {
    /// A fault that stands whatever else the files hold.
    pub(super) fn push(&self, fault: Fault) {
        self.found.borrow_mut().push((fault, true));
    }

    /// A fault that may come from something that could not be read: kept only when everything could be.
    pub(super) fn push_unsure(&self, fault: Fault) {
        self.found.borrow_mut().push((fault, false));
    }

    pub(super) fn into_inner(self) -> Vec<(Fault, bool)> {
        self.found.into_inner()
    }
}

/// A table with the section that says what may stand in it.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub faults: &'a Faults,
    section: &'static Section,
    place: &'a Place,
    entries: &'a [Entry],
}

impl<'a> Table<'a> {
    /// Opens a table and tells what is wrong with its keys.
    pub(super) fn open(entries: &'a [Entry], place: &'a Place, section: &'static Section, faults: &'a Faults) -> Self {
        let table = Self { faults, section, place, entries };
        for entry in entries {
            table.check(entry);
        }
        for key in section.keys.iter().filter(|key| key.need == Need::Required) {
            if !entries.iter().any(|entry| entry.name == key.name) {
                let expected = key.kind.expected();
                faults.push_unsure(
                    Fault::new(
                        place.clone(),
                        say(
                            format!("`{}` is missing in {}", key.name, section.named().en),
                            format!("`{}` saknas i {}", key.name, section.named().sv),
                        ),
                        expected,
                    )
                    .help(say(key.en, key.sv)),
                );
            }
        }
        table
    }

    /// The same table with its faults told elsewhere.
    pub(super) fn told_to<'b>(&self, faults: &'b Faults) -> Table<'b>
    where
        'a: 'b,
    {
        Table { faults, ..*self }
    }

    fn check(&self, entry: &Entry) {
        let Some(key) = self.section.key(&entry.name) else {
            self.faults.push(self.unknown(entry));
            return;
        };
        if let Kind::Tables(_) | Kind::Table(_) | Kind::Texts | Kind::Slugs | Kind::Words(_) | Kind::Recipients(_) =
            key.kind
            && let Item::List(list) = &entry.node.item
            && !matches!(key.kind, Kind::Table(_))
        {
            // Each member has a place of its own.
            let member = match key.kind {
                Kind::Texts => Kind::Text,
                Kind::Slugs => Kind::Slug,
                Kind::Words(words) => Kind::Word(words),
                Kind::Recipients(_) => Kind::Address,
                Kind::Tables(section) => Kind::Table(section),
                other => other,
            };
            for node in list {
                if !(matches!(key.kind, Kind::Recipients(_)) && matches!(node.item, Item::Table(_))) {
                    self.check_value(member, &entry.name, node);
                }
            }
            return;
        }
        self.check_value(key.kind, &entry.name, &entry.node);
    }

    fn check_value(&self, kind: Kind, name: &str, node: &Node) {
        if let Err(mismatch) = kind.check(node) {
            let what = say(format!("`{name}`: {}", mismatch.what.en), format!("`{name}`: {}", mismatch.what.sv));
            self.faults.push(Fault::new(node.place.clone(), what, mismatch.expected).maybe_help(mismatch.help));
        }
    }

    fn unknown(&self, entry: &Entry) -> Fault {
        let names = || self.section.keys.iter().map(|key| key.name);
        let all = listed(names());
        let near = nearest(&entry.name, names());
        let near_en = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let near_sv = near.map(|near| format!("menade du `{near}`? ")).unwrap_or_default();
        Fault::new(
            entry.key.clone(),
            say(
                format!("`{}` is not a key of {}", entry.name, self.section.named().en),
                format!("`{}` är ingen nyckel i {}", entry.name, self.section.named().sv),
            ),
            say("unknown key", "okänd nyckel"),
        )
        .help(say(format!("{near_en}accepted here: {all}"), format!("{near_sv}här kan stå: {all}")))
    }

    /// Where the table begins.
    pub(super) fn start(&self) -> Place {
        self.place.clone()
    }

    /// Where the key's value stands, or else the table.
    pub(super) fn place(&self, name: &str) -> Place {
        self.entry(name).map_or_else(|| self.start(), |entry| entry.node.place.clone())
    }

    /// Whether the key stands there, right or wrong.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// A fault at the key's value.
    pub(super) fn fault(&self, name: &str, what: Texts, expected: Texts) -> Fault {
        Fault::new(self.place(name), what, expected)
    }

    fn entry(&self, name: &str) -> Option<&'a Entry> {
        debug_assert!(
            self.section.key(name).is_some(),
            "`{name}` is not in the table of keys of {}",
            self.section.head
        );
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The value, when it is what its key wants.
    fn node(&self, name: &str) -> Option<&'a Node> {
        let node = &self.entry(name)?.node;
        self.section.key(name)?.kind.check(node).ok().map(|()| node)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match &self.node(name)?.item {
            Item::Text(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    }

    /// The name of something, with its place.
    pub(super) fn name(&self, name: &str) -> Option<(String, Place)> {
        Some((self.text(name)?, self.place(name)))
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    pub(super) fn url(&self, name: &str) -> Option<Url> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn zone(&self, name: &str) -> Option<chrono_tz::Tz> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.node(name)?.item {
            Item::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    pub(super) fn whole(&self, name: &str) -> Option<u32> {
        match self.node(name)?.item {
            Item::Whole(whole) => u32::try_from(whole).ok(),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "numbers that people write stay far below 2^53")]
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.node(name)?.item {
            Item::Number(number) => Some(number),
            Item::Whole(whole) => Some(whole as f64),
            _ => None,
        }
    }

    pub(super) fn day(&self, name: &str) -> Option<NaiveDate> {
        day(self.node(name)?)
    }

    /// A word of a closed list as the type that it stands for.
    pub(super) fn word<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_value(serde_json::Value::String(self.text(name)?)).ok()
    }

    /// The members of a list of texts or names, with their places; wrong ones are left out.
    pub(super) fn texts(&self, name: &str) -> Vec<(String, Place)> {
        let Some(Entry { node: Node { item: Item::List(list), .. }, .. }) = self.entry(name) else { return Vec::new() };
        list.iter()
            .filter_map(|node| match &node.item {
                Item::Text(text) if !text.trim().is_empty() => Some((text.trim().to_owned(), node.place.clone())),
                _ => None,
            })
            .collect()
    }

    /// The members of a list of words as the type that they stand for.
    pub(super) fn words<T: serde::de::DeserializeOwned>(&self, name: &str) -> Vec<T> {
        self.texts(name)
            .into_iter()
            .filter_map(|(word, _)| serde_json::from_value(serde_json::Value::String(word)).ok())
            .collect()
    }

    pub(super) fn secret(&self, name: &str) -> Option<SecretRef> {
        let Item::Table(entries) = &self.node(name)?.item else { return None };
        match entries.as_slice() {
            [Entry { name, node: Node { item: Item::Text(text), .. }, .. }] if name == "env" => {
                Some(SecretRef::Env(text.clone()))
            }
            [Entry { node: Node { item: Item::Text(text), .. }, .. }] => Some(SecretRef::File(PathBuf::from(text))),
            _ => None,
        }
    }

    /// The table below the key.
    pub(super) fn table(&self, name: &str) -> Option<Table<'a>> {
        let entry = self.entry(name)?;
        match (&entry.node.item, self.section.key(name)?.kind) {
            (Item::Table(entries), Kind::Table(section)) => {
                Some(Table::open(entries, &entry.node.place, section, self.faults))
            }
            _ => None,
        }
    }

    /// The tables of the list below the key.
    pub(super) fn tables(&self, name: &str) -> Vec<Table<'a>> {
        let (Some(entry), Some(Kind::Tables(section) | Kind::Recipients(section))) =
            (self.entry(name), self.section.key(name).map(|key| key.kind))
        else {
            return Vec::new();
        };
        let Item::List(list) = &entry.node.item else { return Vec::new() };
        list.iter()
            .filter_map(|node| match &node.item {
                Item::Table(entries) => Some(Table::open(entries, &node.place, section, self.faults)),
                _ => None,
            })
            .collect()
    }
}
