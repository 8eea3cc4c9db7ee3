//! The weekly report drawn: ours, and the same report as a page drawn by `WeasyPrint` and by Chromium.

use genomslag::render::typeset::Typeset;
use genomslag::render::{Look, page};
use genomslag::report::Report;

use super::process::{peak_told, peer, timed};

pub fn measure() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/render/sample/demo-weekly.json"));
    let report: Report = serde_json::from_str(&text.unwrap()).unwrap();
    let look = Look::builtin();
    let (cold, warm) = timed(31, || {
        assert!(!Typeset::new(&report, &look).unwrap().pdf().unwrap().is_empty());
    });
    println!("weekly report as PDF: cold {cold:.1?}, warm {warm:.1?} (median of 30)");
    let typeset = Typeset::new(&report, &look).unwrap();
    let (cold, pages) = timed(11, || assert!(!typeset.pages(144.0).unwrap().is_empty()));
    println!("its pages as PNG, 144 dots an inch: cold {cold:.1?}, warm {pages:.1?} (median of 10)");
    println!("peak memory of both: {}", peak_told());
    let folder = tempfile::tempdir().unwrap();
    let html = folder.path().join("report.html");
    std::fs::write(&html, page::html(&report, &look).unwrap()).unwrap();
    let Some(told) = peer("drawing.py", &[&html.display().to_string()]) else {
        return println!("WeasyPrint and Chromium on the same report as a page: not run (GENOMSLAG_PYTHON is not set)");
    };
    for peer in told.as_array().unwrap() {
        let seconds = |key: &str| peer[key].as_f64();
        let name = peer["name"].as_str().unwrap();
        match (seconds("cold"), seconds("warm")) {
            (Some(cold), Some(best)) => println!(
                "{name} on the same report as a page: cold {cold:.2} s, warm {best:.2} s (median of {}): {:.0} times ours",
                peer["runs"],
                best / warm.as_secs_f64()
            ),
            _ => println!("{name}: not run ({})", peer["why"].as_str().unwrap_or("it is not there")),
        }
    }
}
