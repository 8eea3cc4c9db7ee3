//! Effect and goals: the mathematics beside what other programs found, and the judgements built on it.

pub mod campaigns;
mod cases;
mod content;
mod dense;
mod goals;
mod peers;
mod series;
mod smoothing;
mod words;

use std::path::{Path, PathBuf};

/// The folder of the reference cases: that of the variable when it is set, so that others can be played.
fn folder() -> PathBuf {
    let ours = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference-cases");
    std::env::var_os("GENOMSLAG_CASES").map_or_else(ours, PathBuf::from)
}

/// Every case of the folder, within the tolerances that it states.
#[test]
fn reference_cases() {
    let folder = folder();
    let played = cases::play(&folder);
    assert!(!played.is_empty(), "no case in {}", folder.display());
    let missed: Vec<String> = played.iter().flat_map(|case| case.missed.clone()).collect();
    let compared: usize = played.iter().map(|case| case.compared).sum();
    assert!(played.iter().all(|case| case.compared > 0), "a case without any figure to compare: {played:?}");
    assert!(missed.is_empty(), "{} of {compared} figures missed:\n{}", missed.len(), missed.join("\n"));
}
