//! What is told of files, as JSON has it: in English, whatever the reader's language. Between two processes it stays as it is.

use serde::{Serialize, Serializer};

use crate::imports::{LeftOut, Skipped};
use crate::model::Language;
use crate::model::told::Told;
use crate::words::problems::{english, part};

#[derive(Serialize)]
struct NotTaken<'a> {
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    reason: String,
}

#[derive(Serialize)]
struct Column {
    label: String,
    reason: String,
}

fn row(skipped: &Skipped) -> NotTaken<'_> {
    NotTaken { row: skipped.row, sheet: skipped.sheet.as_deref(), reason: english(&skipped.reason) }
}

#[expect(clippy::ref_option, reason = "serde hands over what it finds")]
pub(super) fn text<S: Serializer>(text: &Option<Told>, serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return text.serialize(serializer);
    }
    text.as_ref().map(english).serialize(serializer)
}

pub(super) fn texts<S: Serializer>(texts: &[Told], serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return texts.serialize(serializer);
    }
    serializer.collect_seq(texts.iter().map(english))
}

pub(super) fn rows<S: Serializer>(rows: &[Skipped], serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return rows.serialize(serializer);
    }
    serializer.collect_seq(rows.iter().map(row))
}

pub(super) fn columns<S: Serializer>(columns: &[LeftOut], serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return columns.serialize(serializer);
    }
    let column = |left: &LeftOut| Column { label: part(Language::English, &left.label), reason: english(&left.reason) };
    serializer.collect_seq(columns.iter().map(column))
}

/// Rows, each after its file.
pub(super) fn rows_of_files<S: Serializer>(rows: &[(String, Skipped)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(|(file, skipped)| (file, row(skipped))))
}

/// Files, each with what is told of it.
pub(super) fn files<S: Serializer>(files: &[(String, Told)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(files.iter().map(|(file, told)| (file, english(told))))
}
