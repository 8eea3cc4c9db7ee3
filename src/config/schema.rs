//! The JSON Schema of the configuration, for editors, made from the table of keys.

use serde_json::{Map, Value, json};

use super::keys::{Key, Kind, Need, ROOT, Section};

/// The JSON Schema (draft 2020-12) of a configuration file.
///
/// Required keys are only told for the members of lists: a single table may be spread over several files.
pub fn schema() -> Value {
    let mut root = table(&ROOT, false);
    let own = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Genomslag",
    });
    if let (Some(root), Some(own)) = (root.as_object_mut(), own.as_object()) {
        let mut whole = own.clone();
        whole.append(root);
        return Value::Object(whole);
    }
    root
}

fn table(section: &Section, complete: bool) -> Value {
    let properties: Map<String, Value> = section.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> =
        section.keys.iter().filter(|key| complete && key.need == Need::Required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": format!("{}\n\n{}", section.sv, section.en),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(key: &Key) -> Value {
    let mut value = kind(key.kind);
    if let Some(value) = value.as_object_mut() {
        value.insert("description".to_owned(), json!(format!("{}\n\n{}", key.sv, key.en)));
        if let Need::Default(written) = key.need
            && let Some(default) = default(written)
        {
            value.insert("default".to_owned(), default);
        }
    }
    value
}

/// A default as it is written in TOML, as JSON.
fn default(written: &str) -> Option<Value> {
    let text = format!("value = {written}");
    let table: toml::Table = toml::from_str(&text).ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

fn kind(kind: Kind) -> Value {
    let slug = json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$" });
    let text = json!({ "type": "string", "minLength": 1 });
    match kind {
        Kind::Text | Kind::Schedule => text,
        Kind::Slug => slug,
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        // Editors hand TOML dates on as text.
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Words(words) => json!({ "type": "array", "items": { "type": "string", "enum": words } }),
        Kind::Texts => json!({ "type": "array", "items": text }),
        Kind::Slugs => json!({ "type": "array", "items": slug }),
        Kind::Url => json!({ "type": "string", "format": "uri", "pattern": "^https?://" }),
        Kind::Zone => json!({ "type": "string", "pattern": "^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$" }),
        Kind::Address => json!({ "type": "string", "pattern": "@" }),
        Kind::Secret => json!({ "oneOf": [secret("env", "^[A-Z_][A-Z0-9_]*$"), secret("file", "[/.]")] }),
        Kind::Table(section) => table(section, false),
        Kind::Tables(section) => json!({ "type": "array", "items": table(section, true) }),
        Kind::Recipients(section) => {
            json!({ "type": "array", "items": { "anyOf": [{ "type": "string", "pattern": "@" }, table(section, true)] } })
        }
    }
}

fn secret(name: &str, pattern: &str) -> Value {
    json!({
        "type": "object",
        "properties": { name: { "type": "string", "pattern": pattern } },
        "required": [name],
        "additionalProperties": false,
    })
}
