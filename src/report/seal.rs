//! The seal: a hash over all that a report says, and a name that carries its beginning.

use sha2::{Digest, Sha256};

use super::Report;
use crate::model::Calendar;

/// How many digits of the hash the name carries.
const SHOWN: usize = 8;

/// Gives the report its hash and its name: `weekly-2026-W46-sv-3f9a1c2b`.
///
/// The hash is SHA-256 over the report's JSON with `id` and `hash` empty. Whoever has the JSON can check it.
pub fn seal(mut report: Report, calendar: Calendar) -> Report {
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
