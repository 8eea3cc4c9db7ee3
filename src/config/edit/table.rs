//! Values of forms as values of TOML, and back.

use toml_edit::{Array, InlineTable, Item, Table, Value};

use super::Fields;
use crate::config::keys::{Key, Kind, Need, Section};

/// Sets every key of the section to what the form says; the names of those that changed. A key that stands with its default
/// is left out unless it stood there.
pub(super) fn fill(table: &mut Table, section: &Section, fields: &Fields) -> Vec<String> {
    let mut changed = Vec::new();
    for key in section.keys {
        let new = match given(key, fields) {
            Given::Nothing => continue,
            Given::Empty => None,
            Given::This(value) => Some(value),
        };
        let old = table.get(key.name).cloned().and_then(|item| item.into_value().ok());
        match (old, new) {
            (Some(old), Some(new)) if same(&old, &new) => {}
            (None, None) => {}
            (None, Some(new)) if is_default(key, &new) => {}
            (Some(old), Some(mut new)) => {
                *new.decor_mut() = old.decor().clone();
                if let Some(item) = table.get_mut(key.name) {
                    *item = Item::Value(new);
                }
                changed.push(key.name.to_owned());
            }
            (None, Some(new)) => {
                table.insert(key.name, Item::Value(new));
                changed.push(key.name.to_owned());
            }
            (Some(_), None) => {
                remove(table, key.name);
                changed.push(key.name.to_owned());
            }
        }
    }
    changed
}

/// What the form holds for a table, key by key.
pub(super) fn shown(table: &Table, section: &Section) -> Fields {
    let mut fields = Fields::new();
    for key in section.keys {
        let Some(value) = table.get(key.name).cloned().and_then(|item| item.into_value().ok()) else { continue };
        match (key.kind, &value) {
            (Kind::Tables(inner), Value::Array(rows)) => {
                for part in inner.keys {
                    let cells = rows.iter().map(|row| row.as_inline_table().and_then(|row| row.get(part.name)));
                    let cells = cells.map(|cell| cell.map(text).unwrap_or_default()).collect();
                    fields.insert(format!("{}.{}", key.name, part.name), cells);
                }
            }
            (Kind::Table(inner), Value::InlineTable(row)) => {
                for part in inner.keys {
                    let cell = row.get(part.name).map(text).unwrap_or_default();
                    fields.insert(format!("{}.{}", key.name, part.name), vec![cell]);
                }
            }
            (_, Value::Array(list)) => {
                fields.insert(key.name.to_owned(), list.iter().map(text).collect());
            }
            (_, single) => {
                fields.insert(key.name.to_owned(), vec![text(single)]);
            }
        }
    }
    fields
}

/// What a form says of one key.
enum Given {
    /// The form has no such field: the key stays as it is.
    Nothing,
    /// The field was left empty: the key goes.
    Empty,
    This(Value),
}

impl Given {
    fn or_empty(value: Option<Value>) -> Self {
        value.map_or(Self::Empty, Self::This)
    }
}

fn given(key: &Key, fields: &Fields) -> Given {
    if let Kind::Tables(inner) | Kind::Table(inner) = key.kind {
        let columns: Vec<(&Key, &Vec<String>)> = inner
            .keys
            .iter()
            .filter_map(|part| Some((part, fields.get(&format!("{}.{}", key.name, part.name))?)))
            .collect();
        if columns.is_empty() {
            return Given::Nothing;
        }
        let count = columns.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let rows: Vec<Value> = (0..count).filter_map(|at| row(&columns, at)).collect();
        if matches!(key.kind, Kind::Table(_)) {
            return Given::or_empty(rows.into_iter().next());
        }
        return Given::or_empty((!rows.is_empty()).then(|| Value::Array(in_lines(rows))));
    }
    let Some(cells) = fields.get(key.name) else { return Given::Nothing };
    let texts: Vec<&str> = cells.iter().map(|text| text.trim()).filter(|it| !it.is_empty()).collect();
    if matches!(key.kind, Kind::Texts | Kind::Slugs | Kind::Words(_)) {
        return Given::or_empty((!texts.is_empty()).then(|| Value::Array(texts.into_iter().collect())));
    }
    Given::or_empty(texts.first().map(|text| single(key.kind, text)))
}

fn row(columns: &[(&Key, &Vec<String>)], at: usize) -> Option<Value> {
    let mut row = InlineTable::new();
    for (key, cells) in columns {
        let text = cells.get(at).map(|text| text.trim()).filter(|text| !text.is_empty());
        if let Some(text) = text {
            row.insert(key.name, single(key.kind, text));
        }
    }
    (!row.is_empty()).then_some(Value::InlineTable(row))
}

/// Rows of their own lines, as people write them.
fn in_lines(rows: Vec<Value>) -> Array {
    let mut array = Array::new();
    for mut row in rows {
        row.decor_mut().set_prefix("\n    ");
        array.push_formatted(row);
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
    array
}

/// One value. What is not of its kind stays text, so that whoever checks the file says what is wrong with it.
fn single(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Number | Kind::Share | Kind::Whole(..) => number(text).unwrap_or_else(|| Value::from(text)),
        Kind::Date => match text.parse::<chrono::NaiveDate>().ok().and_then(|day| day.to_string().parse().ok()) {
            Some(day) => Value::Datetime(toml_edit::Formatted::new(day)),
            None => Value::from(text),
        },
        Kind::Flag => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
        _ => Value::from(text),
    }
}

/// A number as people write it: `26 500`, `0,25`, `25 %`.
fn number(text: &str) -> Option<Value> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '_').collect();
    let plain = plain.replace(',', ".").replace('\u{2212}', "-");
    let finite = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some(percent) = plain.strip_suffix('%') {
        return Some(Value::from(finite(percent)? / 100.0));
    }
    match plain.parse::<i64>() {
        Ok(whole) => Some(Value::from(whole)),
        Err(_) => finite(&plain).map(Value::from),
    }
}

/// A value as a form shows it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.value().clone(),
        Value::Integer(whole) => whole.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(flag) => flag.value().to_string(),
        Value::Datetime(day) => day.value().to_string(),
        Value::Array(_) | Value::InlineTable(_) => value.to_string().trim().to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers that people write stay far below 2^53")]
fn same(one: &Value, other: &Value) -> bool {
    let float = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| same(one, other))
        }
        (Value::InlineTable(one), Value::InlineTable(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => match (float(one), float(other)) {
            // Both were read from text: the same number is the same number.
            (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
            (None, None) => one.type_name() == other.type_name() && text(one) == text(other),
            _ => false,
        },
    }
}

fn is_default(key: &Key, value: &Value) -> bool {
    match key.need {
        Need::Default(text) => text.parse::<Value>().is_ok_and(|default| same(&default, value)),
        Need::Required | Need::Optional => false,
    }
}

/// Removes a key. The comments above it were written by somebody: they go to the key after it, or stay at the end.
fn remove(table: &mut Table, name: &str) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let at = keys.iter().position(|key| key == name);
    let Some((key, _)) = table.remove_entry(name) else { return };
    let above = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
    if !above.contains('#') {
        return;
    }
    let Some(at) = at else { return };
    if let Some(mut next) = keys.get(at + 1).and_then(|next| table.key_mut(next)) {
        let own = next.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
        next.leaf_decor_mut().set_prefix(format!("{above}{own}"));
    } else if let Some(last) = at.checked_sub(1).and_then(|last| keys.get(last))
        && let Some(value) = table.get_mut(last).and_then(Item::as_value_mut)
    {
        let own = value.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default().to_owned();
        value.decor_mut().set_suffix(format!("{own}\n{}", above.trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text: &str| number(text).map(|value| value.to_string());
        assert_eq!(read("26 500").as_deref(), Some("26500"));
        assert_eq!(read("26\u{a0}500").as_deref(), Some("26500"));
        assert_eq!(read("0,25").as_deref(), Some("0.25"));
        assert_eq!(read("25 %").as_deref(), Some("0.25"));
        assert_eq!(read("4,5%").as_deref(), Some("0.045"));
        assert_eq!(read("\u{2212}3").as_deref(), Some("-3"));
        assert_eq!(read("många"), None);
        assert_eq!(read("1e999"), None);
    }
}
