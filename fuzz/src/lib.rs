//! The rooms that are fuzzed, from the product's own sources.

pub use genomslag_foundation::{imports, model};

use imports::{Circumstances, Dictionaries, ImportError, Imported, read};

/// Reads the bytes as a file of the name, and checks what holds for every answer.
pub fn check(name: &str, bytes: &[u8]) -> Result<Vec<Imported>, ImportError> {
    let now = "2026-11-18T06:00:00Z".parse().expect("a time");
    let circumstances = Circumstances { demographics: true, ..Circumstances::at(now) };
    let found = read(name, bytes, Dictionaries::builtin(), &circumstances)?;
    for imported in &found {
        for reading in &imported.readings {
            assert_eq!(reading.value.is_some(), reading.state.has_value(), "a value without a state, or the reverse");
            assert!(reading.start < reading.end, "a stretch of no days");
        }
        assert!(imported.skipped.iter().all(|row| !row.reason.kind.is_empty()), "a row is left out without a reason");
    }
    Ok(found)
}
