//! The fields of a goal, made from the same table of keys as the loader checks with: what each takes, what it means, what
//! may be chosen, and what is wrong with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Tongue, allowed};
use crate::config::{Fields, GOAL, Key, Kind, Need, Section};
use crate::pipeline::{App, GoalWish};
use crate::web::gate::Visitor;
use crate::words::web_text;

/// The fields that every goal has, and those that only some kinds have.
const FIRST: [&str; 13] = [
    "id",
    "title",
    "kind",
    "metric",
    "target",
    "low",
    "high",
    "done_on",
    "confidence",
    "peers",
    "due",
    "unit",
    "channels",
];
/// What the public record wants to know.
const RECORD: [&str; 8] =
    ["change_reason", "valid_from", "version", "decided_by", "decided_on", "case_no", "review_on", "closing"];
/// Whose label says it all.
const LABEL_ALONE: [&str; 14] = [
    "kind",
    "low",
    "high",
    "direction",
    "minimum",
    "stretch",
    "compare_with",
    "normalise",
    "level",
    "case_no",
    "decided_on",
    "review_on",
    "version",
    "change_reason",
];
/// Empty rows for more interim values.
const MORE_STEPS: usize = 3;

/// The fields in their groups: what every goal has, what it may have, what is for the record.
pub(super) fn groups(
    app: &App,
    visitor: &Visitor,
    tongue: Tongue,
    wish: &GoalWish,
    errors: &BTreeMap<String, Vec<String>>,
) -> Vec<Value> {
    let form = Form { app, visitor, tongue, wish, errors };
    let named = |names: &[&str]| -> Vec<Value> {
        names.iter().filter_map(|name| GOAL.key(name)).map(|key| form.field(key)).collect()
    };
    let rest = GOAL.keys.iter().filter(|key| !FIRST.contains(&key.name) && !RECORD.contains(&key.name));
    let rest: Vec<Value> = rest.map(|key| form.field(key)).collect();
    let group = |id: &str, fields: Vec<Value>| {
        // A group with something wrong in it is open: nobody should have to look for it.
        let wrong = fields.iter().any(|field| field["errors"].as_array().is_some_and(|errors| !errors.is_empty()));
        json!({"id": id, "fields": fields, "wrong": wrong, "open": wrong || id == "first"})
    };
    vec![group("first", named(&FIRST)), group("more", rest), group("record", named(&RECORD))]
}

/// What a form sent: the fields of a goal, the digest of the file that it was about, and which button was pressed. A field
/// that is not a goal's is left out; a list that nothing was chosen of is empty, not absent.
pub(super) fn taken(pairs: Vec<(String, String)>, id: Option<&str>) -> (Fields, String, String) {
    let (mut fields, mut digest, mut step) = (Fields::new(), String::new(), String::new());
    for (name, value) in pairs {
        match name.as_str() {
            "digest" => digest = value,
            "step" => step = value,
            // The id names the goal for everybody who refers to it: it stays.
            "id" if id.is_some() => {}
            // Every list says that it is on the form, so that one without a choice is known to be emptied.
            "listed" => {
                fields.entry(value).or_default();
            }
            _ if is_field(&name) => fields.entry(name).or_default().push(value.replace("\r\n", "\n")),
            _ => {}
        }
    }
    // A text with a line for each is a list.
    for key in GOAL.keys.iter().filter(|key| matches!(key.kind, Kind::Texts)) {
        if let Some(values) = fields.get_mut(key.name) {
            *values = values.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
        }
    }
    fields.retain(|name, _| is_field(name));
    (fields, digest, step)
}

fn is_field(name: &str) -> bool {
    let (key, part) = name.split_once('.').map_or((name, None), |(key, part)| (key, Some(part)));
    match (GOAL.key(key).map(|key| key.kind), part) {
        (Some(Kind::Tables(inner) | Kind::Table(inner)), Some(part)) => inner.key(part).is_some(),
        (Some(Kind::Tables(_) | Kind::Table(_)), None) | (None, _) => false,
        (Some(_), part) => part.is_none(),
    }
}

struct Form<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    tongue: Tongue,
    wish: &'a GoalWish,
    errors: &'a BTreeMap<String, Vec<String>>,
}

impl Form<'_> {
    fn field(&self, key: &Key) -> Value {
        let values = self.wish.fields.get(key.name).cloned().unwrap_or_default();
        let first = values.first().cloned().unwrap_or_default();
        // Some keys are told otherwise to whoever does not see the file, and some need no more than their label.
        let of_key = if self.tongue.language == crate::model::Language::Swedish { key.sv } else { key.en };
        let help = if LABEL_ALONE.contains(&key.name) {
            ""
        } else {
            web_text(self.tongue.language, &format!("work.goal_help_{}", key.name)).unwrap_or(of_key)
        };
        let mut field = json!({
            "name": key.name,
            "label": self.tongue.text(&format!("work.goal_{}", key.name)),
            "help": help,
            "required": key.need == Need::Required,
            "fixed": key.name == "id" && self.wish.id.is_some(),
            "value": first,
            "default": match key.need { Need::Default(text) => self.default(text.trim_matches('"')), _ => String::new() },
            "errors": self.errors.get(key.name).cloned().unwrap_or_default(),
        });
        let (control, more) = self.control(key, &values);
        field["control"] = json!(control);
        for (name, value) in more {
            field[name] = value;
        }
        field
    }

    /// What holds where nothing is said, as people say it: the word of the choice, or the number as it is written here.
    fn default(&self, text: &str) -> String {
        let word = web_text(self.tongue.language, &format!("work.goal_word_{text}"));
        let decimals = if text.ends_with(".0") { 0 } else { 2 };
        let number = text.parse().map(|number: f64| self.tongue.locale().number(number, decimals));
        word.map(str::to_owned).or(number.ok()).unwrap_or_else(|| text.to_owned())
    }

    fn control(&self, key: &Key, values: &[String]) -> (&'static str, Vec<(&'static str, Value)>) {
        let options = |mut list: Vec<(String, String)>| {
            // What stands there stays on the form, also where the visitor could not have chosen it.
            for value in values.iter().filter(|value| !value.trim().is_empty()) {
                if !list.iter().any(|(known, _)| known == value) {
                    list.push((value.clone(), value.clone()));
                }
            }
            let one = |(value, label): &(String, String)| json!({"value": value, "label": label, "chosen": values.iter().any(|chosen| chosen == value)});
            json!(list.iter().map(one).collect::<Vec<_>>())
        };
        match key.kind {
            Kind::Word(words) => ("select", vec![("options", options(self.words(words)))]),
            Kind::Words(words) => ("checks", vec![("options", options(self.words(words)))]),
            Kind::Slugs => ("checks", vec![("options", options(self.things(key.name)))]),
            Kind::Slug if key.name != "id" => ("select", vec![("options", options(self.things(key.name)))]),
            Kind::Text if key.name == "metric" => ("select", vec![("options", options(self.metrics()))]),
            Kind::Flag => {
                let yes_no = ["true", "false"]
                    .map(|word| (word.to_owned(), self.tongue.text(&format!("work.goal_word_{word}")).to_owned()));
                ("select", vec![("options", options(yes_no.to_vec()))])
            }
            Kind::Date => ("date", Vec::new()),
            Kind::Number | Kind::Share | Kind::Whole(..) => ("number", Vec::new()),
            Kind::Texts => ("lines", vec![("value", json!(values.join("\n")))]),
            Kind::Tables(inner) => {
                ("rows", vec![("columns", self.columns(inner)), ("rows", self.rows(key, inner, MORE_STEPS))])
            }
            Kind::Table(inner) => ("rows", vec![("columns", self.columns(inner)), ("rows", self.rows(key, inner, 0))]),
            _ if ["why", "change_reason", "audience"].contains(&key.name) => ("long", Vec::new()),
            _ => ("text", Vec::new()),
        }
    }

    fn words(&self, words: &[&str]) -> Vec<(String, String)> {
        let label = |word: &&str| {
            let text = self.tongue.text(&format!("work.goal_word_{word}"));
            ((*word).to_owned(), text.to_owned())
        };
        words.iter().map(label).collect()
    }

    /// What a key may refer to.
    fn things(&self, name: &str) -> Vec<(String, String)> {
        let config = &self.app.config;
        let seen = |unit: Option<&crate::model::UnitId>| allowed(self.visitor, self.app, unit);
        // What stands there already is not lost because somebody else opens the form.
        let chosen = |id: &str| self.wish.fields.get(name).is_some_and(|values| values.iter().any(|value| value == id));
        match name {
            "unit" => {
                let units = config.units.0.iter().filter(|unit| seen(Some(&unit.id)));
                units.map(|unit| (unit.id.to_string(), unit.title.clone())).collect()
            }
            "channels" => {
                let channels = config.channels.iter().filter(|channel| seen(Some(&channel.unit)));
                channels.map(|channel| (channel.id.to_string(), channel.title.clone())).collect()
            }
            "labels" => config.labels.iter().map(|label| (label.id.clone(), label.title.clone())).collect(),
            "campaign" => {
                let campaigns = config.campaigns.iter().filter(|it| seen(it.unit.as_ref()) || chosen(it.id.as_str()));
                campaigns.map(|it| (it.id.to_string(), it.title.clone())).collect()
            }
            "contributes_to" => {
                let own = self.wish.id.as_deref();
                let others = config.goals.iter().filter(|goal| Some(goal.id.as_str()) != own);
                let others = others.filter(|goal| seen(goal.unit.as_ref()) || chosen(goal.id.as_str()));
                // A goal that was changed stands there once for each version.
                let named: BTreeMap<_, _> = others.map(|goal| (goal.id.to_string(), goal.title.clone())).collect();
                named.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn metrics(&self) -> Vec<(String, String)> {
        let language = self.tongue.language;
        let mut all: Vec<(String, String)> = self
            .app
            .catalog
            .canonical
            .iter()
            // The parts of the organisation's own rates are no metrics that a goal may have.
            .filter(|metric| !metric.name.as_str().contains('.'))
            .map(|metric| (metric.name.to_string(), metric.title.get(language).to_owned()))
            .collect();
        all.sort_by(|one, other| one.1.cmp(&other.1));
        all
    }

    fn columns(&self, inner: &Section) -> Value {
        let one = |key: &Key| {
            let control = match key.kind {
                Kind::Date => "date",
                Kind::Number => "number",
                _ => "text",
            };
            json!({"name": key.name, "label": self.tongue.text(&format!("work.goal_{}", key.name)), "control": control})
        };
        json!(inner.keys.iter().map(one).collect::<Vec<_>>())
    }

    /// The rows as they are, and empty ones for more; one at least.
    fn rows(&self, key: &Key, inner: &Section, more: usize) -> Value {
        let column =
            |part: &Key| self.wish.fields.get(&format!("{}.{}", key.name, part.name)).cloned().unwrap_or_default();
        let columns: Vec<Vec<String>> = inner.keys.iter().map(column).collect();
        let filled = |at: usize| columns.iter().any(|cells| cells.get(at).is_some_and(|cell| !cell.trim().is_empty()));
        let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
        let count = (0..longest).filter(|at| filled(*at)).count();
        let kept = (0..longest).filter(|at| filled(*at)).chain((count..count + more).map(|_| longest));
        let mut rows: Vec<Value> = kept
            .map(|at| {
                let cells: Vec<&str> =
                    columns.iter().map(|cells| cells.get(at).map(String::as_str).unwrap_or_default()).collect();
                json!(cells)
            })
            .collect();
        if rows.is_empty() {
            rows.push(json!(vec![""; columns.len()]));
        }
        json!(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_of_a_goal_are_taken() {
        let pairs = [
            ("csrf", "x"),
            ("id", "annat"),
            ("title", "Titel"),
            ("steps.date", "2026-06-30"),
            ("steps.hopp", "1"),
            ("steps", "1"),
            ("rivals", "En sak\r\nEn till"),
            ("listed", "channels"),
            ("listed", "hopp"),
            ("digest", "d"),
            ("step", "save"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let (fields, digest, step) = taken(pairs, Some("mitt"));
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["channels", "rivals", "steps.date", "title"]);
        assert_eq!((fields["rivals"].len(), fields["channels"].len()), (2, 0));
        assert_eq!((digest.as_str(), step.as_str()), ("d", "save"));
    }

    #[test]
    fn every_key_of_a_goal_has_its_place() {
        for name in FIRST.iter().chain(&RECORD) {
            assert!(GOAL.key(name).is_some(), "{name}");
        }
    }
}
