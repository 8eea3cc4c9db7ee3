//! The house rules that a machine can check: who may use whom, which room may name which heavy crate, how long files are.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may use whom. The architecture, as a table.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("catalog", &["model"]),
    ("words", &["model"]),
    ("config", &["model", "catalog"]),
    ("connectors", &["model", "catalog", "words"]),
    ("imports", &["model", "catalog"]),
    ("store", &["model", "catalog"]),
    ("state", &["model", "catalog"]),
    ("analysis", &["model", "catalog"]),
    ("report", &["model", "catalog", "words", "analysis"]),
    ("render", &["model", "words", "report"]),
    ("delivery", &["model", "config", "render", "state"]),
    (
        "pipeline",
        &[
            "model",
            "catalog",
            "words",
            "config",
            "connectors",
            "imports",
            "store",
            "state",
            "analysis",
            "report",
            "render",
            "delivery",
        ],
    ),
    ("web", &["model", "words", "config", "report", "render", "pipeline"]),
    ("cli", &["model", "catalog", "words", "config", "report", "render", "pipeline", "web", "sandbox"]),
    ("sandbox", &["model"]),
];

/// Which files may name a heavy crate.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("polars", &["store/"]),
    ("deltalake_core", &["store/"]),
    ("object_store", &["store/"]),
    ("typst", &["render/typeset"]),
    ("typst_pdf", &["render/typeset"]),
    ("typst_render", &["render/typeset"]),
    ("typst_layout", &["render/typeset"]),
    ("comemo", &["render/typeset"]),
    ("ttf_parser", &["render/measure"]),
    ("plotters", &["render/chart"]),
    ("mrml", &["render/page"]),
    ("minijinja", &["render/page", "web/"]),
    ("rust_xlsxwriter", &["render/sheet"]),
    ("reqwest", &["connectors/fetch", "delivery/web.rs"]),
    ("axum", &["web/", "sandbox/"]),
    ("tower_http", &["web/"]),
    ("cookie", &["web/"]),
    ("openidconnect", &["web/", "pipeline/"]),
    ("argon2", &["pipeline/"]),
    ("sqlx", &["state/"]),
    ("lettre", &["delivery/email/"]),
    ("clap", &["cli/", "main.rs"]),
    ("indicatif", &["cli/"]),
    ("calamine", &["imports/", "sandbox/"]),
];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The file below `src`, with `/` between, and its text without comments.
fn sources() -> Vec<(String, String)> {
    let root = source_root();
    rust_files(&root)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            (name, code.join("\n"))
        })
        .collect()
}

/// Which modules of ours a text names: `crate::x` and the members of `crate::{x, y}`.
fn used_modules(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            used.extend(list.split(',').filter_map(|part| part.trim().split("::").next().map(str::to_owned)));
        } else {
            used.push(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    used
}

#[test]
fn modules_only_use_what_lies_before_them() {
    let mut wrong = Vec::new();
    for (name, code) in sources() {
        let room = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        // What only names the rooms.
        if ["lib", "main", "foundation"].contains(&room.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(module, _)| *module == room) else {
            wrong.push(format!("{name}: the room `{room}` is not in the table"));
            continue;
        };
        for used in used_modules(&code) {
            if used != room && MAY_USE.iter().any(|(module, _)| *module == used) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name}: `{room}` may not use `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn heavy_crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (name, code) in sources() {
        for (heavy, rooms) in MAY_NAME {
            let named = code.match_indices(&format!("{heavy}::")).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':')
            });
            if named && !rooms.iter().any(|room| name.starts_with(room)) {
                wrong.push(format!("{name}: may not name `{heavy}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_unfinished_marks() {
    let mut wrong = Vec::new();
    for (name, code) in sources() {
        for mark in ["todo!(", "unimplemented!(", "FIXME", "XXX", "#[ignore", "#[allow(", "#![allow("] {
            if code.contains(mark) {
                wrong.push(format!("{name}: `{mark}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_itself_finds_a_forbidden_use() {
    assert_eq!(used_modules("use crate::{model::Period, store};"), ["model", "store"]);
    assert_eq!(used_modules("let x = crate::report::seal(y);"), ["report"]);
}

/// Whoever reads the audit log reads words: each thing that is noted has one in both languages.
#[test]
fn what_is_noted_has_a_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/words");
    let (mut noted, mut without) = (0, Vec::new());
    for language in ["sv", "en"] {
        let words = fs::read_to_string(folder.join(format!("web.{language}.toml"))).unwrap();
        let known = words.split("\n[did]\n").nth(1).unwrap().split("\n[").next().unwrap();
        for (name, code) in sources() {
            for (at, call) in code.match_indices(".note(") {
                let Some(what) = code[at + call.len()..].split(',').nth(1).map(str::trim) else { continue };
                let Some(what) = what.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { continue };
                noted += 1;
                if !known.contains(&format!("{} = ", what.replace(' ', "_"))) {
                    without.push(format!("{language}: {what} ({name})"));
                }
            }
        }
    }
    assert!(without.is_empty(), "{without:?}");
    assert!(noted > 20, "{noted}");
}

/// A kind that nobody tells is a phrase that nobody reads: how figures were computed, kind by kind.
#[test]
fn every_kind_of_a_trace_is_told_somewhere() {
    let code: String = sources().into_iter().map(|(_, code)| code).collect();
    let told = |kind: &str| {
        let name = format!("traces::{kind}");
        code.match_indices(&name).any(|(at, _)| {
            let after = code[at + name.len()..].chars().next();
            after.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
        })
    };
    let kinds = genomslag::model::told::traces::KINDS.iter().map(|(kind, _)| *kind);
    let dead: Vec<&str> = kinds.filter(|kind| !told(kind)).collect();
    assert!(dead.is_empty(), "{dead:?}");
}
