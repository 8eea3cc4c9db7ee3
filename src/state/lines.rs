//! The rows of all tables as lines of JSON, and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::backup::{TABLES, other_schema};
use super::database::Cell;
use super::{StateError, migrate};

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// The table.
    pub(super) table: String,
    /// Its columns and what they hold.
    pub(super) cells: Vec<(String, Cell)>,
}

/// Which columns each table has.
pub(super) type Columns = BTreeMap<String, Vec<String>>;

/// The lines, between the first that names the schema and the last that counts.
pub(super) fn to_lines(rows: &[Stored]) -> Result<String, StateError> {
    let mut text = String::new();
    let mut line = |value: &Value| -> Result<(), StateError> {
        text.push_str(&super::json(value)?);
        text.push('\n');
        Ok(())
    };
    line(&json!({ "genomslag_state": migrate::newest() }))?;
    for row in rows {
        let held = row.cells.iter().map(|(name, cell)| (name.clone(), value(cell))).collect::<Map<_, _>>();
        line(&json!({ "table": row.table, "row": held }))?;
    }
    line(&json!({ "rows": rows.len() }))?;
    Ok(text)
}

/// The rows of the lines, or what is wrong with them. Names are checked against what there is: they become part of
/// statements.
pub(super) fn from_lines(text: &str, columns: &Columns) -> Result<Vec<Stored>, String> {
    let mut lines = text.lines();
    let first = parse(1, lines.next().unwrap_or_default()).map_err(|_| "it is no backup of the state".to_owned())?;
    let Some(schema) = first["genomslag_state"].as_i64() else { return Err("it is no backup of the state".to_owned()) };
    if schema != migrate::newest() {
        return Err(other_schema(schema));
    }
    let mut rows = Vec::new();
    for (at, line) in lines.enumerate() {
        let line_number = at + 2;
        let parsed = parse(line_number, line)?;
        if let Some(count) = parsed["rows"].as_u64() {
            if count == rows.len() as u64 {
                return Ok(rows);
            }
            return Err(format!("it says {count} rows and has {}", rows.len()));
        }
        rows.push(stored(&parsed, columns).ok_or_else(|| format!("line {line_number} is no row of the state"))?);
    }
    Err("it ends in the midst: its last line is missing".to_owned())
}

fn parse(line_number: usize, line: &str) -> Result<Value, String> {
    serde_json::from_str(line).map_err(|error| format!("line {line_number} cannot be read: {error}"))
}

fn stored(parsed: &Value, columns: &Columns) -> Option<Stored> {
    let table = TABLES.iter().find(|table| parsed["table"] == **table)?;
    let known = columns.get(*table)?;
    let mut cells = Vec::new();
    for (name, value) in parsed["row"].as_object()? {
        if !known.contains(name) {
            return None;
        }
        cells.push((name.clone(), cell(value)?));
    }
    Some(Stored { table: (*table).to_owned(), cells })
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Whole(value) => value.map_or(Value::Null, Value::from),
        Cell::Text(text) => text.clone().map_or(Value::Null, Value::from),
    }
}

fn cell(value: &Value) -> Option<Cell> {
    match value {
        Value::Null => Some(Cell::Text(None)),
        Value::Number(number) => number.as_i64().map(|number| Cell::Whole(Some(number))),
        Value::String(text) => Some(Cell::Text(Some(text.clone()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Stored> {
        let cells = vec![
            ("name".to_owned(), Cell::Text(Some("åäö \"citat\"\nrad".to_owned()))),
            ("content".to_owned(), Cell::Text(Some(String::new()))),
            ("stored".to_owned(), Cell::Whole(Some(i64::MAX))),
        ];
        vec![Stored { table: "settings".to_owned(), cells }]
    }

    #[test]
    fn lines_come_back_as_they_were() {
        let text = to_lines(&rows()).expect("written");
        assert_eq!(text.lines().count(), 3);
        assert_eq!(from_lines(&text, &migrate::columns()).expect("read"), rows());
    }

    #[test]
    fn half_a_backup_is_none() {
        let text = to_lines(&rows()).expect("written");
        let lines: Vec<&str> = text.lines().collect();
        for broken in [
            String::new(),
            lines[..1].join("\n"),
            lines[..2].join("\n"),
            format!("{}\n{}", lines[0], lines[2]),
            format!("{}\n{}\n{}", lines[0], &lines[1][..20], lines[2]),
            text.replace("settings", "sqlite_master"),
            text.replace("\"stored\"", "\"stored) VALUES (1); --\""),
            text.replacen("1}", "99}", 1),
        ] {
            assert!(from_lines(&broken, &migrate::columns()).is_err(), "{broken}");
        }
    }
}
