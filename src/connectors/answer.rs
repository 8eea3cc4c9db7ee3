//! What every JSON answer needs before it means anything: is it JSON at all, and is this field a number.

use serde_json::Value as Json;

use super::ReadError;
use crate::model::{State, Value, told};

/// The body as JSON. The error says in plain words what came instead, and never repeats the body.
pub(super) fn json(body: &[u8]) -> Result<Json, ReadError> {
    let text = body.trim_ascii();
    if text.is_empty() {
        return Err(ReadError::Shape(told::answer_empty()));
    }
    if text.starts_with(b"<") {
        return Err(ReadError::Shape(told::answer_web_page()));
    }
    serde_json::from_slice(text).map_err(|error| {
        let what = if error.is_eof() { told::answer_breaks_off } else { told::answer_not_json };
        ReadError::Shape(what(error.line(), error.column()))
    })
}

/// The array of that name, or an error that names it.
pub(super) fn array<'a>(answer: &'a Json, name: &str) -> Result<&'a [Json], ReadError> {
    answer
        .get(name)
        .and_then(Json::as_array)
        .map(Vec::as_slice)
        .ok_or_else(|| ReadError::Shape(told::list_missing(name)))
}

/// A whole number, also where it is written as text or with a fraction of nothing (`"12"`, `12.0`).
pub(super) fn whole(value: Option<&Json>) -> (Option<Value>, State) {
    match value {
        None | Some(Json::Null) => (None, State::Absent),
        Some(Json::Number(number)) => stated(number.as_i64().or_else(|| number.as_f64().and_then(exact))),
        Some(Json::String(text)) => {
            let text = text.trim();
            stated(text.parse().ok().or_else(|| text.parse().ok().and_then(exact)))
        }
        Some(_) => (None, State::Unreadable),
    }
}

/// A decimal number: a platform's own ratio.
pub(super) fn decimal(value: Option<&Json>) -> (Option<Value>, State) {
    let found = match value {
        None | Some(Json::Null) => return (None, State::Absent),
        Some(Json::Number(number)) => number.as_f64(),
        Some(Json::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match found.filter(|number: &f64| number.is_finite()) {
        Some(number) => (Some(Value::Decimal(number)), State::Ok),
        None => (None, State::Unreadable),
    }
}

/// Cells of demographics below this are not kept: so few people can be recognised.
const SMALLEST_CELL: f64 = 5.0;

/// A cell of demographics, without its number where that is small.
pub(super) fn hidden_if_small((value, state): (Option<Value>, State)) -> (Option<Value>, State) {
    if value.is_some_and(|value| value.as_f64() < SMALLEST_CELL) { (None, State::Suppressed) } else { (value, state) }
}

/// A platform's word as part of a dimension, where `,` and `=` mean something.
pub(super) fn escaped(word: &str) -> String {
    word.replace('%', "%25").replace(',', "%2C").replace('=', "%3D")
}

fn stated(number: Option<i64>) -> (Option<Value>, State) {
    number.map_or((None, State::Unreadable), |number| (Some(Value::Whole(number)), State::Ok))
}

/// The number where it is whole; a fraction of a person is no count.
#[expect(clippy::cast_possible_truncation, reason = "bounded and without fraction, as checked")]
fn exact(number: f64) -> Option<i64> {
    const BOUND: f64 = 9_007_199_254_740_992.0; // 2^53, up to which every whole number is exact
    (number.fract() == 0.0 && number.abs() < BOUND).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_in_every_dress() {
        let cases = [
            (Some(json!(12)), (Some(Value::Whole(12)), State::Ok)),
            (Some(json!(-4)), (Some(Value::Whole(-4)), State::Ok)),
            (Some(json!("12")), (Some(Value::Whole(12)), State::Ok)),
            (Some(json!(12.0)), (Some(Value::Whole(12)), State::Ok)),
            (Some(json!("12.0")), (Some(Value::Whole(12)), State::Ok)),
            (Some(json!(0)), (Some(Value::Whole(0)), State::Ok)),
            (Some(json!(12.5)), (None, State::Unreadable)),
            (Some(json!("56%")), (None, State::Unreadable)),
            (Some(json!(false)), (None, State::Unreadable)),
            (Some(json!([])), (None, State::Unreadable)),
            (Some(json!(null)), (None, State::Absent)),
            (None, (None, State::Absent)),
        ];
        for (input, expected) in cases {
            assert_eq!(whole(input.as_ref()), expected, "{input:?}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_in_plain_words() {
        let cases: [(&[u8], &str); 4] = [
            (b"  ", "the answer is empty"),
            (b"<!DOCTYPE html><title>Sign in</title>", "a web page came instead of data"),
            (b"{\"elements\":[{\"a\":1", "breaks off in the middle"),
            (b"{oops}", "not valid JSON"),
        ];
        for (body, expected) in cases {
            let error = json(body).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
            assert!(!error.contains("Sign in"), "the body is never repeated");
        }
    }
}
