//! Literal secrets are a fault, and that fault must not print them: they are masked in the text that faults show,
//! byte for byte, so that lines and columns stay where they are.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Kind, ROOT, Section};

/// The text with everything that may be a literal secret masked.
pub(super) fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let (root, _) = DeTable::parse_recoverable(text);
    hide_in_table(root.get_ref(), &ROOT, &mut bytes);
    hide_in_lines(text, &mut bytes);
    // Only whole values were replaced, by ASCII; should a parser ever give half a character, nothing is shown at all.
    String::from_utf8(bytes)
        .unwrap_or_else(|_| text.chars().map(|letter| if letter == '\n' { '\n' } else { '*' }).collect())
}

fn hide(span: Range<usize>, bytes: &mut [u8]) {
    if let Some(part) = bytes.get_mut(span) {
        for byte in part.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            *byte = b'*';
        }
    }
}

fn hide_in_table(table: &DeTable<'_>, section: &Section, bytes: &mut [u8]) {
    let holds_secrets = section.keys.iter().any(|key| matches!(key.kind, Kind::Secret));
    for (name, value) in table {
        match section.key(name.get_ref()).map(|key| key.kind) {
            Some(Kind::Secret) => hide_secret(value, bytes),
            Some(Kind::Table(inner) | Kind::Tables(inner)) => hide_below(value, inner, bytes),
            // A password within an address; or a misspelt key beside keys that hold secrets.
            Some(_) if value.get_ref().as_str().is_some_and(names_a_password) => hide(value.span(), bytes),
            None if holds_secrets => hide_secret(value, bytes),
            Some(_) | None => {}
        }
    }
}

fn hide_below(value: &Spanned<DeValue<'_>>, section: &Section, bytes: &mut [u8]) {
    match value.get_ref() {
        DeValue::Table(table) => hide_in_table(table, section, bytes),
        DeValue::Array(list) => list.iter().for_each(|value| hide_below(value, section, bytes)),
        _ => {}
    }
}

fn hide_secret(value: &Spanned<DeValue<'_>>, bytes: &mut [u8]) {
    match value.get_ref() {
        DeValue::Table(table) => {
            for (name, value) in table {
                let harmless = match name.get_ref().as_ref() {
                    "env" => value.get_ref().as_str().is_some_and(is_variable),
                    "file" => value.get_ref().as_str().is_some_and(is_path),
                    _ => false,
                };
                if !harmless {
                    hide(value.span(), bytes);
                }
            }
        }
        _ => hide(value.span(), bytes),
    }
}

/// What the parser could not read, by the look of the line.
fn hide_in_lines(text: &str, bytes: &mut [u8]) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once('=') {
            let name = name.trim().trim_start_matches('#').trim();
            let secret = ["token", "secret", "password", "key"].iter().any(|word| name.ends_with(word));
            if secret && !value.trim_start().starts_with('{') && !name.contains(' ') {
                hide(start + line.len() - value.len()..start + line.len(), bytes);
            }
        }
        start += line.len();
    }
}

/// Whether a text can be the name of an environment variable.
pub(super) fn is_variable(name: &str) -> bool {
    name.len() <= 64
        && name.chars().next().is_some_and(|first| first.is_ascii_uppercase() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
}

/// Whether a text can be the path of a file with a secret in it.
pub(super) fn is_path(path: &str) -> bool {
    path.contains(['/', '\\', '.']) && !path.contains(char::is_whitespace)
}

/// Whether an address holds a password, `scheme://user:password@host`.
pub(super) fn names_a_password(address: &str) -> bool {
    address.split_once("://").is_some_and(|(_, rest)| {
        rest.split(['/', '?'])
            .next()
            .and_then(|authority| authority.rsplit_once('@'))
            .is_some_and(|(user, _)| user.contains(':'))
    })
}
