//! The sample reports that the drawings are tested with: composed here, kept as files beside those tests.

use std::path::Path;

use genomslag::model::{Language, ReportKind};

use super::sample::sample;

const SAMPLES: [(&str, ReportKind, Language); 4] = [
    ("weekly-sv", ReportKind::Weekly, Language::Swedish),
    ("unit-sv", ReportKind::Unit, Language::Swedish),
    ("monthly-sv", ReportKind::Monthly, Language::Swedish),
    ("tertial-en", ReportKind::Tertial, Language::English),
];

/// Written anew when `WRITE_SAMPLES` is set; else compared.
#[test]
fn the_sample_reports_are_those_that_are_composed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/sample");
    for (name, kind, language) in SAMPLES {
        let report = sample(kind).report(kind, language);
        let path = folder.join(format!("{name}.json"));
        if std::env::var_os("WRITE_SAMPLES").is_some() {
            std::fs::write(&path, serde_json::to_string(&report).unwrap() + "\n").unwrap();
        }
        let kept: genomslag::report::Report = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(kept == report, "{name}.json is older than the code: run the test with WRITE_SAMPLES=1");
    }
}
