//! Where a configuration comes from, and the way from files to a checked value.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::fault::{Fault, Place, SourceFile, say};
use super::hand_labels::{hand_labels, is_hand_labels};
use super::keys::ROOT;
use super::refer::Names;
use super::table::{Faults as Found, Table};
use super::tree::{Entry, merge, parse};
use super::{
    Config, Faults, campaigns, comments, formulas, goals, login, mask, organisation, platforms, reports, serve, storage,
};
use crate::catalog::Catalog;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/config");

/// Where a configuration comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder: its `*.toml`, `labels*.csv`, `comments/*.md`, `history/*.csv`, `values/*.csv`, `plans/*` and
    /// `peers/*.json`.
    Folder(PathBuf),
    /// One file.
    File(PathBuf),
    /// The example organisation that is built in.
    Embedded,
}

impl Source {
    /// A folder or a file, by what is there.
    pub fn at(path: &Path) -> Self {
        if path.is_file() { Self::File(path.to_owned()) } else { Self::Folder(path.to_owned()) }
    }
}

/// A file of older observations in the long-table format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryFile {
    /// Its name, without folders: what observations carry as `history:<name>`.
    pub name: String,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Embedded(&'static [u8]),
    Text(String),
    Path(PathBuf),
}

impl HistoryFile {
    /// A file that stands nowhere: its name and text.
    pub fn of_text(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), content: Content::Text(text) }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bytes(&self) -> io::Result<Cow<'static, [u8]>> {
        match &self.content {
            Content::Embedded(bytes) => Ok(Cow::Borrowed(bytes)),
            Content::Text(text) => Ok(Cow::Owned(text.clone().into_bytes())),
            Content::Path(path) => std::fs::read(path).map(Cow::Owned),
        }
    }
}

/// The texts of a configuration, unchecked: what [`check_text`] takes.
///
/// # Errors
/// When a file cannot be read.
pub fn texts(source: &Source) -> Result<Vec<(String, String)>, Faults> {
    match source {
        Source::Embedded => Ok(embedded_files()),
        Source::File(path) => Ok(vec![(path.display().to_string(), read(path)?)]),
        Source::Folder(folder) => folder_files(folder),
    }
}

/// Reads and checks a configuration.
///
/// # Errors
/// With everything that is wrong.
pub fn load(source: &Source) -> Result<Config, Faults> {
    let files = texts(source)?;
    let of = |below: &str, endings: &[&str]| match source {
        Source::Embedded => embedded_tables(below, endings),
        Source::File(_) => Vec::new(),
        Source::Folder(folder) => folder_tables(folder, below, endings),
    };
    check_text(&files).map(|config| Config {
        history: of("history", &["csv"]),
        values: of("values", &["csv"]),
        plans: of("plans", &["csv", "json", "ics"]),
        peer_files: of("peers", &["json"]),
        ..config
    })
}

/// The texts of the built-in example: what `check_text` takes, and what a copy of it is made of.
pub fn embedded_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in [Some(&EMBEDDED), EMBEDDED.get_dir("comments")].into_iter().flatten() {
        for file in folder.files() {
            let name = file.path().to_string_lossy().replace('\\', "/");
            if let Some(text) = file.contents_utf8().filter(|_| is_configuration(&name)) {
                files.push((format!("config/{name}"), text.to_owned()));
            }
        }
    }
    files.sort();
    files
}

fn embedded_tables(below: &str, endings: &[&str]) -> Vec<HistoryFile> {
    let files = EMBEDDED.get_dir(below).into_iter().flat_map(Dir::files);
    let mut history: Vec<HistoryFile> = files
        .filter(|file| endings.iter().any(|ending| has_ending(file.path(), ending)))
        .filter_map(|file| {
            let name = file.path().file_name()?.to_string_lossy().into_owned();
            Some(HistoryFile { name, content: Content::Embedded(file.contents()) })
        })
        .collect();
    history.sort_by(|left, right| left.name.cmp(&right.name));
    history
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

fn is_configuration(name: &str) -> bool {
    let path = Path::new(name);
    has_ending(path, "toml") || (has_ending(path, "md") && name.contains("comments/")) || is_hand_labels(name)
}

/// Whether a file is neither a comment nor a table of labels.
fn is_toml(name: &str) -> bool {
    !super::comments::is_comment(name) && !is_hand_labels(name)
}

fn folder_files(folder: &Path) -> Result<Vec<(String, String)>, Faults> {
    let mut paths = Vec::new();
    for (below, ending) in [(folder.to_owned(), "toml"), (folder.join("comments"), "md")] {
        paths.extend(listed(&below).into_iter().filter(|path| has_ending(path, ending)));
    }
    paths.extend(listed(folder).into_iter().filter(|path| is_hand_labels(&path.to_string_lossy())));
    if !paths.iter().any(|path| has_ending(path, "toml")) {
        let name = folder.display().to_string();
        return Err(Faults(vec![unreadable(
            &name,
            say("there is no configuration here", "här finns inga inställningar"),
            say(
                "expected a folder with `*.toml`, or one such file",
                "väntade en mapp med `*.toml`, eller en sådan fil",
            ),
            say("`genomslag init` makes one", "`genomslag init` gör en"),
        )]));
    }
    let mut files = Vec::new();
    let mut faults = Vec::new();
    for path in paths {
        match read(&path) {
            // Windows writes `\`; faults, digests and tests do not.
            Ok(text) => files.push((path.display().to_string().replace('\\', "/"), text)),
            Err(more) => faults.extend(more.0),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(Faults(faults)) }
}

fn folder_tables(folder: &Path, below: &str, endings: &[&str]) -> Vec<HistoryFile> {
    listed(&folder.join(below))
        .into_iter()
        .filter(|path| endings.iter().any(|ending| has_ending(path, ending)))
        .filter_map(|path| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some(HistoryFile { name, content: Content::Path(path) })
        })
        .collect()
}

/// The files of a folder in the order of their names, editors' hidden copies left out; none when there is no such folder.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file())
        .filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '#', '~'])))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Result<String, Faults> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        let why = error.kind();
        Faults(vec![unreadable(
            &name,
            say(format!("the file cannot be read: {why}"), format!("filen kan inte läsas: {why}")),
            say("expected a readable file", "väntade en läsbar fil"),
            say("check the path and its permissions", "kontrollera sökvägen och behörigheterna"),
        )])
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let readable = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = readable.matches('\n').count() + 1;
        Faults(vec![unreadable(
            &name,
            say(format!("line {line} is not UTF-8"), format!("rad {line} är inte UTF-8")),
            say("expected UTF-8", "väntade UTF-8"),
            say("save the file as UTF-8 in the editor", "spara filen som UTF-8 i redigeraren"),
        )])
    })?;
    Ok(text)
}

fn unreadable(
    name: &str,
    what: crate::catalog::Texts,
    expected: crate::catalog::Texts,
    help: crate::catalog::Texts,
) -> Fault {
    let file = Arc::new(SourceFile { name: name.to_owned(), text: String::new() });
    Fault::new(Place { file, span: 0..0 }, what, expected).help(help)
}

/// Checks texts as one configuration: names ending in `.toml`, comments ending in `.md`, labels in `labels*.csv`. Pure: no files, no clock.
///
/// # Errors
/// With everything that is wrong.
pub fn check_text(files: &[(String, String)]) -> Result<Config, Faults> {
    let mut faults = Vec::new();
    let mut root: Vec<Entry> = Vec::new();
    let mut first = None;
    for (name, text) in files.iter().filter(|(name, _)| is_toml(name)) {
        // Windows editors begin a file with a mark that TOML does not know.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let shown = Arc::new(SourceFile { name: name.clone(), text: mask::masked(text) });
        let parsed = parse(text, &shown, 0);
        faults.extend(parsed.faults);
        merge(&mut root, parsed.entries, &ROOT, &mut faults);
        first.get_or_insert(shown);
    }
    let syntax = faults.len();
    let start = first.unwrap_or_else(|| Arc::new(SourceFile { name: "config".to_owned(), text: String::new() }));
    let found = Found::default();
    let config = assemble(&root, &Place { file: start, span: 0..0 }, files, &found);
    let broken: Vec<(String, usize)> =
        faults[..syntax].iter().map(|fault| (fault.place.file.name.clone(), fault.place.line())).collect();
    faults.extend(
        found
            .into_inner()
            .into_iter()
            // What a broken line holds is not known, so neither is what is missing because of it.
            .filter(|(fault, sure)| {
                broken.is_empty() || (*sure && !broken.contains(&(fault.place.file.name.clone(), fault.place.line())))
            })
            .map(|(fault, _)| fault),
    );
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(Faults::sorted(faults)),
    }
}

fn assemble(root: &[Entry], start: &Place, files: &[(String, String)], found: &Found) -> Option<Config> {
    let root = Table::open(root, start, &ROOT, found);
    let names = Names::collect(&root);
    let organisation = organisation::organisation(&root);
    let calendar = organisation.as_ref().map(|organisation| organisation.calendar).unwrap_or_default();
    let zone = organisation.as_ref().map_or(chrono_tz::Europe::Stockholm, |organisation| organisation.zone);
    let language = organisation.as_ref().map(|organisation| organisation.language).unwrap_or_default();
    let units = organisation::units(&root, &names);
    let (population, platforms) = (organisation::population(&root), platforms::platforms(&root));
    let (channels, channel_tokens, channel_owners) = platforms::channels(&root, &names, zone);
    let hand_labels = hand_labels(files, &names, found);
    let (labels, formulas) = (campaigns::labels(&root, &hand_labels), formulas::formulas(&root));
    let catalog = Catalog::builtin().with(&formulas);
    let campaigns = campaigns::campaigns(&root, &names, &catalog);
    let around =
        goals::Surroundings { units: &units, channels: &channels, campaigns: &campaigns, catalog: &catalog, calendar };
    let goals = goals::goals(&root, &names, &around);
    let mail = reports::mail(&root);
    let (reports, report_owners, sendings) = reports::reports(&root, &names, language, mail.as_ref());
    let (data, state, key) = storage::storage(&root);
    let (delivery_folder, places) = reports::places(&root, &data);
    let (fetch, serve, alerts) = (storage::fetch(&root), serve::serve(&root), serve::alerts(&root));
    let (retention, login) = (serve::retention(&root), login::login(&root, &names));
    let comments = comments::comments(files, calendar, &names, found);
    // Only now may it end here: everything has told its faults.
    Some(Config {
        organisation: organisation?,
        units,
        population,
        platforms,
        channels,
        channel_tokens,
        channel_owners,
        formulas,
        goals,
        campaigns,
        surveys: campaigns::surveys(&root, &names),
        peers: campaigns::peers(&root),
        labels,
        hand_labels,
        reports,
        report_owners,
        sendings,
        mail,
        delivery_folder,
        places,
        fetch,
        serve,
        login,
        alerts,
        retention,
        data,
        state,
        key,
        comments,
        history: Vec::new(),
        values: Vec::new(),
        plans: Vec::new(),
        peer_files: Vec::new(),
        files: files.iter().map(|(name, _)| name.clone()).collect(),
        digest: digest(files),
    })
}

fn digest(files: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort();
    let mut hash = Sha256::new();
    for (name, text) in sorted {
        // The folder's own path does not count, so that a copy elsewhere is the same configuration.
        let name = name.rsplit('/').next().unwrap_or(name);
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}
