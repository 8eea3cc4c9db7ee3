//! What people wrote about single periods: `comments/2026-W46.md`.

use std::sync::Arc;

use super::fault::{Fault, Place, SourceFile, say};
use super::keys::COMMENT;
use super::refer::{Names, Thing};
use super::table::{Faults, Table};
use super::tree::parse;
use crate::model::{Calendar, Language, Period, UnitId};

/// What somebody wrote about one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The period.
    pub period: Period,
    /// The file, as faults name it.
    pub file: String,
    /// The decision that is proposed.
    pub decision: Option<String>,
    /// Only in reports for this unit.
    pub unit: Option<UnitId>,
    /// Only in reports in this language.
    pub language: Option<Language>,
    /// The text before the first heading.
    pub text: String,
    /// The text below each heading: the section's name (`goals`, `channels`, `posts` … or the heading as written when it
    /// names no section) and the text.
    pub sections: Vec<(String, String)>,
}

/// The sections of a report by the words that people use for them.
const SECTIONS: [(&str, &str); 18] = [
    ("planerat och publicerat", "planned"),
    ("planned and published", "planned"),
    ("jämfört med andra", "peers"),
    ("compared with others", "peers"),
    ("mål", "goals"),
    ("målen", "goals"),
    ("goals", "goals"),
    ("kanaler", "channels"),
    ("channels", "channels"),
    ("inlägg", "posts"),
    ("posts", "posts"),
    ("insatser", "campaigns"),
    ("campaigns", "campaigns"),
    ("webbplatsen", "website"),
    ("website", "website"),
    ("datakvalitet", "quality"),
    ("data quality", "quality"),
    ("quality", "quality"),
];

/// Whether a file of the folder is a comment, by the ending of its name.
pub(super) fn is_comment(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "md")
}

pub(super) fn comments(files: &[(String, String)], calendar: Calendar, names: &Names, found: &Faults) -> Vec<Comment> {
    let mut comments: Vec<Comment> = files
        .iter()
        .filter(|(name, _)| is_comment(name))
        .filter_map(|(name, text)| comment(name, text, calendar, names, found))
        .collect();
    comments.sort_by(|left, right| (left.period, &left.file).cmp(&(right.period, &right.file)));
    comments
}

fn comment(name: &str, text: &str, calendar: Calendar, names: &Names, found: &Faults) -> Option<Comment> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shown = Arc::new(SourceFile { name: name.to_owned(), text: text.to_owned() });
    let whole = Place { file: Arc::clone(&shown), span: 0..0 };
    let stem = name.rsplit(['/', '\\']).next().unwrap_or(name).trim_end_matches(".md");
    // `2026-W46.kultur.md`: what follows the first dot only tells files apart.
    let code = stem.split('.').next().unwrap_or(stem);
    let period = Period::parse(code, calendar).map_err(|_| {
        found.push(
            Fault::new(
                whole.clone(),
                say(format!("the file's name `{code}` is no period"), format!("filens namn `{code}` är ingen period")),
                say(
                    "expected e.g. `2026-W46.md`, `2026-11.md`, `2026-T3.md`",
                    "väntade till exempel `2026-W46.md`, `2026-11.md`, `2026-T3.md`",
                ),
            )
            .help(say(
                "`2026-W46.kultur.md` is possible too, for a second comment on a period",
                "`2026-W46.kultur.md` går också bra, för en andra kommentar till en period",
            )),
        );
    });
    let (matter, start, body) = front_matter(text);
    if matter.is_none() && text.starts_with("+++") {
        found.push(Fault::new(
            whole.clone(),
            say("`+++` is opened but not closed", "`+++` öppnas men stängs inte"),
            say("expected a second line `+++`", "väntade en andra rad `+++`"),
        ));
        return None;
    }
    let parsed = parse(matter.unwrap_or_default(), &shown, start);
    let broken = !parsed.faults.is_empty();
    parsed.faults.into_iter().for_each(|fault| found.push(fault));
    if broken {
        return None;
    }
    let table = Table::open(&parsed.entries, &whole, COMMENT, found);
    let (text, sections) = split(body);
    Some(Comment {
        period: period.ok()?,
        file: name.to_owned(),
        decision: table.text("decision"),
        unit: names.one(&table, "unit", Thing::Unit).map(UnitId::from),
        language: table.word("language"),
        text,
        sections,
    })
}

/// What stands between the `+++` lines, where it begins, and what follows.
pub(super) fn front_matter(text: &str) -> (Option<&str>, usize, &str) {
    let Some(first) = text.strip_prefix("+++").and_then(|rest| rest.find('\n')).map(|at| at + 4) else {
        return (None, 0, text);
    };
    if !text[3..first].trim().is_empty() {
        return (None, 0, text);
    }
    let mut at = first;
    for line in text[first..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return (Some(&text[first..at]), first, &text[at + line.len()..]);
        }
        at += line.len();
    }
    (None, 0, text)
}

fn split(body: &str) -> (String, Vec<(String, String)>) {
    let mut lead = String::new();
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in without_remarks(body).lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            let lower = heading.to_lowercase();
            let known = SECTIONS.iter().find(|(word, _)| *word == lower);
            sections.push((known.map_or(heading, |(_, id)| id).to_owned(), String::new()));
            continue;
        }
        let text = sections.last_mut().map_or(&mut lead, |(_, text)| text);
        text.push_str(line);
        text.push('\n');
    }
    let trimmed = sections.into_iter().map(|(name, text)| (name, text.trim().to_owned())).collect();
    (lead.trim().to_owned(), trimmed)
}

/// `<!-- remarks -->` are for those who write, not for those who read the report.
fn without_remarks(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
