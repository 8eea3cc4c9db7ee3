//! The seal: a hash over all that a report says, and a name that carries its beginning.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Report;
use crate::model::Calendar;

/// How many digits of the hash the name carries.
const SHOWN: usize = 8;

/// Gives the report its hash and its name: `weekly-2026-W46-sv-3f9a1c2b`.
///
/// The hash is SHA-256 over the report's JSON with `id` and `hash` empty. Whoever has the JSON can check it.
pub fn seal(report: Report, calendar: Calendar) -> Report {
    let mut report = steady(report);
    report.hash = digest(&report);
    let short = report.hash.get(..SHOWN).unwrap_or_default();
    let period = report.period.code(calendar).replace("..", "_");
    report.id = format!("{}-{period}-{}-{short}", report.kind.as_str(), report.language.code());
    report
}

/// SHA-256 over the report's data, hexadecimal: what `hash` must be.
pub fn digest(report: &Report) -> String {
    let bare = Report { id: String::new(), hash: String::new(), ..report.clone() };
    let json = serde_json::to_vec(&bare).expect("a report is plain data with text keys");
    hex::encode(Sha256::digest(&json))
}

/// The report with every number rounded to fifteen significant digits: as many as any reader of JSON gives back
/// unchanged, so that what was stored has the same hash as what was made.
fn steady(report: Report) -> Report {
    let rounded = serde_json::to_value(&report).ok().map(|mut json| {
        round(&mut json);
        json
    });
    rounded.and_then(|json| serde_json::from_value(json).ok()).unwrap_or(report)
}

fn round(json: &mut Value) {
    match json {
        Value::Number(number) if number.is_f64() => {
            let rounded = number.as_f64().and_then(|it| format!("{it:.14e}").parse::<f64>().ok());
            if let Some(rounded) = rounded.and_then(serde_json::Number::from_f64) {
                *number = rounded;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(round),
        Value::Object(map) => map.values_mut().for_each(round),
        _ => {}
    }
}
