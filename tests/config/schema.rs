//! The JSON Schema for editors accepts what the program accepts, and marks the commonest slips.

use genomslag::config::{embedded_files, schema};
use regex::Regex;
use serde_json::{Value, json};

/// Why the value is not what the schema wants: the words of JSON Schema that the schema uses, and no others.
fn wrong(value: &Value, schema: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (word, rule) in schema.as_object().unwrap() {
        let holds = match word.as_str() {
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64(),
                "number" => value.is_number(),
                other => panic!("{other}"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() >= 1),
            "pattern" => value.as_str().is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "required" => rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    if let Some(rule) = rule.get(name) {
                        found.extend(wrong(inner, rule, &format!("{at}.{name}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_none_or(|value| value.keys().all(|name| known.contains_key(name)))
            }
            "items" => {
                for inner in value.as_array().into_iter().flatten() {
                    found.extend(wrong(inner, rule, &format!("{at}[]")));
                }
                true
            }
            "oneOf" => rule.as_array().unwrap().iter().filter(|rule| wrong(value, rule, at).is_empty()).count() == 1,
            "anyOf" => rule.as_array().unwrap().iter().any(|rule| wrong(value, rule, at).is_empty()),
            "$schema" | "title" | "description" | "default" | "format" => true,
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if !holds {
            found.push(format!("{at}: {word}"));
        }
    }
    found
}

/// TOML as editors hand it on: dates as text.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(list) => list.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(name, value)| (name, as_json(value))).collect(),
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(whole) => json!(whole),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
    }
}

fn read(text: &str) -> Value {
    as_json(toml::Value::Table(toml::from_str(text).unwrap()))
}

#[test]
fn it_accepts_every_file_of_the_example() {
    for (name, text) in embedded_files().into_iter().filter(|(name, _)| name.ends_with(".toml")) {
        assert_eq!(wrong(&read(&text), &schema(), &name), Vec::<String>::new());
    }
}

#[test]
fn it_marks_the_commonest_slips() {
    let cases = [
        ("[[goal]]\nid = \"x\"\ntitle = \"X\"\ntarget = 1\n", "goal[]: required"),
        ("[[goal]]\nid = \"x\"\ntitle = \"X\"\ndue = 2026-12-31\ntargett = 1\n", "goal[]: additionalProperties"),
        ("[[goal]]\nid = \"X y\"\ntitle = \"X\"\ndue = 2026-12-31\n", "goal[].id: pattern"),
        ("[[goal]]\nid = \"x\"\ntitle = \"X\"\ndue = 2026-12-31\nkind = \"absolut\"\n", "goal[].kind: enum"),
        ("[[goal]]\nid = \"x\"\ntitle = \"X\"\ndue = 2026-12-31\ntolerance = 5\n", "goal[].tolerance: maximum"),
        ("[organisation]\nyear_start = 13\n", "organisation.year_start: maximum"),
        ("[platform.facebook]\ntoken = \"EAAB\"\n", "platform.facebook.token: oneOf"),
        ("[mail]\nport = \"25\"\n", "mail.port: type"),
    ];
    for (text, expected) in cases {
        let found = wrong(&read(text), &schema(), "");
        assert!(found.iter().any(|found| found.trim_start_matches('.') == expected), "{expected} not in {found:?}");
    }
}

#[test]
fn defaults_are_told_in_the_type_of_the_key() {
    let schema = schema();
    let default = |path: &str| schema.pointer(path).cloned();
    assert_eq!(default("/properties/organisation/properties/year_start/default"), Some(json!(1)));
    assert_eq!(default("/properties/goal/items/properties/tolerance/default"), Some(json!(0.05)));
    assert_eq!(default("/properties/goal/items/properties/channels/default"), Some(json!([])));
    assert_eq!(default("/properties/goal/items/properties/kind/default"), Some(json!("absolute")));
}
