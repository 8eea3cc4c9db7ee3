//! A goal in a form: its fields, the file that it stands in, and what is wrong with which field.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{ArrayOfTables, Document, DocumentMut, Item, Table};

use super::{Edited, Fields, table};
use crate::config::fault::Fault;
use crate::config::keys::GOAL;

/// The file in which the goal stands; without a name, the one in which a new goal belongs. None if there is no such goal.
pub fn goal_file<'a>(files: &'a [(String, String)], id: Option<&str>) -> Option<&'a (String, String)> {
    let tables = files.iter().filter(|(name, _)| is_toml(name));
    let goals = |text: &str| -> Vec<String> {
        let document: Option<DocumentMut> = text.parse().ok();
        let goals = document.as_ref().and_then(|document| document.get("goal")?.as_array_of_tables());
        goals.into_iter().flatten().map(|goal| id_of(goal).unwrap_or_default().to_owned()).collect()
    };
    match id {
        Some(id) => tables.clone().find(|(_, text)| goals(text).iter().any(|found| found == id)),
        None => tables
            .clone()
            .find(|(_, text)| !goals(text).is_empty())
            .or_else(|| {
                tables.clone().find(|(name, _)| Path::new(name).file_stem().is_some_and(|stem| stem == "goals"))
            })
            .or_else(|| files.iter().find(|(name, _)| is_toml(name)).filter(|_| tables.count() == 1)),
    }
}

/// What a form shows of the goal.
pub fn goal_fields(files: &[(String, String)], id: &str) -> Option<Fields> {
    let (_, text) = goal_file(files, Some(id))?;
    let document: DocumentMut = text.parse().ok()?;
    let goals = document.get("goal")?.as_array_of_tables()?;
    goals.get(newest(goals, id)?).map(|goal| table::shown(goal, &GOAL))
}

/// Where the goal's version with the latest day stands: a goal that was changed may stand once per version.
fn newest(goals: &ArrayOfTables, id: &str) -> Option<usize> {
    let from = |goal: &Table| goal.get("valid_from").and_then(Item::as_datetime).map(ToString::to_string);
    let versions = goals.iter().enumerate().filter(|(_, goal)| id_of(goal) == Some(id));
    versions.max_by_key(|(_, goal)| from(goal)).map(|(at, _)| at)
}

/// The file with the goal as the form says; without a name, with a new goal at its end.
///
/// # Errors
/// When the file is not TOML, or there is no such goal; in words for a log.
pub fn with_goal(files: &[(String, String)], id: Option<&str>, fields: &Fields) -> Result<Edited, String> {
    let new = || {
        let folder = files.first().and_then(|(name, _)| Path::new(name).parent()).unwrap_or(Path::new(""));
        (folder.join("goals.toml").display().to_string().replace('\\', "/"), String::new())
    };
    let (name, before) = match (goal_file(files, id), id) {
        (Some(found), _) => found.clone(),
        (None, None) => new(),
        (None, Some(id)) => return Err(format!("there is no goal `{id}`")),
    };
    let mut document: DocumentMut = before.parse().map_err(|error| format!("{name}: {error}"))?;
    let goals = document.entry("goal").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let goals = goals.as_array_of_tables_mut().ok_or_else(|| format!("{name}: `goal` is no `[[goal]]`"))?;
    let changed = if let Some(id) = id {
        let goal = newest(goals, id).and_then(|at| goals.get_mut(at));
        table::fill(goal.ok_or_else(|| format!("there is no goal `{id}`"))?, &GOAL, fields)
    } else {
        let mut goal = Table::new();
        if !before.is_empty() {
            goal.decor_mut().set_prefix("\n");
        }
        let changed = table::fill(&mut goal, &GOAL, fields);
        goals.push(goal);
        changed
    };
    Ok(Edited { name, before, after: document.to_string(), changed })
}

/// Faults by the field of the form that they are about, and those that are about something else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sorted {
    /// By the name of the key.
    pub fields: BTreeMap<String, Vec<Fault>>,
    /// About the goal, but no single field of it.
    pub goal: Vec<Fault>,
    /// Elsewhere in the configuration.
    pub elsewhere: Vec<Fault>,
}

/// Sorts the faults of a configuration by the fields of the goal of this id in this file.
pub fn sorted(file: &str, text: &str, id: &str, faults: Vec<Fault>) -> Sorted {
    let mut sorted = Sorted::default();
    let document = Document::parse(text).ok();
    let goals = document.as_ref().and_then(|document| document.as_table().get("goal")?.as_array_of_tables());
    let versions: Vec<&Table> =
        goals.into_iter().flatten().filter(|goal| id_of(goal).unwrap_or_default() == id).collect();
    for fault in faults {
        let at = fault.place.span.start;
        let here = fault.place.file.name == file;
        let within = versions.iter().find(|goal| here && covers(goal, at));
        let Some(goal) = within else {
            sorted.elsewhere.push(fault);
            continue;
        };
        let key = GOAL.keys.iter().map(|key| key.name).find(|key| {
            let span = |range: Option<std::ops::Range<usize>>| range.is_some_and(|range| range.contains(&at));
            goal.get_key_value(key).is_some_and(|(name, item)| span(name.span()) || span(item.span()))
        });
        // What is missing has no place of its own: it is told at the head, and names its key.
        let key = key.or_else(|| {
            let named = fault.what.en.split('`').nth(1)?;
            GOAL.key(named).map(|key| key.name)
        });
        match key {
            Some(key) => sorted.fields.entry(key.to_owned()).or_default().push(fault),
            None => sorted.goal.push(fault),
        }
    }
    sorted
}

/// Whether the place lies between the head of the goal and the end of its last value.
fn covers(goal: &Table, at: usize) -> bool {
    let start = goal.span().map(|span| span.start);
    let ends = goal.iter().filter_map(|(_, item)| item.span()).map(|span| span.end);
    let end = ends.chain(goal.span().map(|span| span.end)).max();
    start.is_some_and(|start| start <= at) && end.is_some_and(|end| at <= end)
}

fn id_of(goal: &Table) -> Option<&str> {
    goal.get("id").and_then(Item::as_str)
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{check_text, embedded_files};

    fn files() -> Vec<(String, String)> {
        embedded_files()
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    }

    #[test]
    fn a_form_that_is_sent_back_as_it_came_changes_no_byte() {
        let files = files();
        let config = check_text(&files).expect("the example");
        for goal in &config.goals {
            let shown = goal_fields(&files, goal.id.as_str()).expect("a goal");
            let edited = with_goal(&files, Some(goal.id.as_str()), &shown).expect("edited");
            assert_eq!(edited.changed, Vec::<String>::new(), "{}", goal.id);
            assert_eq!(edited.before, edited.after, "{}", goal.id);
        }
    }

    #[test]
    fn only_the_line_that_changed_is_another() {
        let files = files();
        let edited = with_goal(&files, Some("foljare-2026"), &fields(&[("target", "27 000")])).expect("edited");
        assert_eq!(edited.changed, ["target"]);
        let lines: Vec<(&str, &str)> =
            edited.before.lines().zip(edited.after.lines()).filter(|(one, other)| one != other).collect();
        assert_eq!(lines, [("target = 26_500", "target = 27000")]);
        let config = check_text(&edited.among(&files)).expect("a configuration");
        let goal = config.goals.iter().find(|goal| goal.id.as_str() == "foljare-2026").expect("the goal");
        assert_eq!(goal.kind, crate::model::GoalKind::Absolute { target: 27_000.0 });
    }

    #[test]
    fn comments_of_a_key_that_goes_stay() {
        let files = files();
        let edited = with_goal(&files, Some("engagemang-linkedin"), &fields(&[("min_sample", "")])).expect("edited");
        assert_eq!(edited.changed, ["min_sample"]);
        assert!(!edited.after.contains("min_sample = 500"));
        let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect();
        let (before, after): (Vec<String>, Vec<String>) = (comments(&edited.before), comments(&edited.after));
        assert_eq!(before, after);
        check_text(&edited.among(&files)).expect("a configuration");
    }

    #[test]
    fn steps_and_lists_are_written_and_read() {
        let files = files();
        let mut new = fields(&[("id", "nytt"), ("title", "Nytt mål"), ("metric", "followers"), ("due", "2027-12-31")]);
        new.insert("target".to_owned(), vec!["1 000".to_owned()]);
        new.insert("kind".to_owned(), vec!["absolute".to_owned()]);
        new.insert("channels".to_owned(), vec!["fb-kommun".to_owned()]);
        new.insert("steps.date".to_owned(), vec!["2027-06-30".to_owned(), String::new()]);
        new.insert("steps.value".to_owned(), vec!["500".to_owned(), String::new()]);
        let edited = with_goal(&files, None, &new).expect("edited");
        assert!(edited.after.starts_with(edited.before.split("# ── Fler sorter").next().expect("a text").trim_end()));
        assert!(!edited.after.contains("kind = \"absolute\"\n\n# ── Fler"), "a default is not written");
        let config = check_text(&edited.among(&files)).expect("a configuration");
        let goal = config.goals.last().expect("a goal");
        assert_eq!((goal.id.as_str(), goal.steps.len(), goal.steps[0].value), ("nytt", 1, 500.0));
    }

    #[test]
    fn faults_are_told_at_their_fields() {
        let files = files();
        let wrong = fields(&[("target", "många"), ("due", "igår"), ("unit", "finns-inte"), ("title", "")]);
        let edited = with_goal(&files, Some("jobb-foljare-2026"), &wrong).expect("edited");
        let faults = check_text(&edited.among(&files)).expect_err("faults");
        let sorted = sorted(&edited.name, &edited.after, "jobb-foljare-2026", faults.0);
        let keys: Vec<&str> = sorted.fields.keys().map(String::as_str).collect();
        assert_eq!(keys, ["due", "target", "title", "unit"]);
        assert!(sorted.elsewhere.is_empty() && sorted.goal.is_empty(), "{sorted:?}");
    }
}
