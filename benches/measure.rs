//! `cargo bench`: what the main job costs, printed. No thresholds: figures are read by people, and stand with the machine in
//! `benches/README.md`. `cargo bench -- fetching drawing` runs only those parts; the parts are `starting`, `drawing`,
//! `judging`, `fetching`, `storing`, `reading`, `serving`.
//!
//! Every part works in a process of its own, so that its peak memory and processor time are its own too. Peers (`DuckDB`,
//! `WeasyPrint`, Chromium) run where `GENOMSLAG_PYTHON` names a Python that has them; else they are said not to have run.
//! `GENOMSLAG_OBSERVATIONS` lists the sizes of the stores that are read and served, in millions (1).
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement may stop where it fails, and prints")]

#[path = "parts/drawing.rs"]
mod drawing;
#[path = "parts/fetching.rs"]
mod fetching;
#[path = "parts/judging.rs"]
mod judging;
#[path = "parts/process.rs"]
mod process;
#[path = "parts/reading.rs"]
mod reading;
#[path = "parts/serving.rs"]
mod serving;
#[path = "parts/starting.rs"]
mod starting;
#[path = "parts/storing.rs"]
mod storing;

/// The parts, in the order in which they are run.
const PARTS: [(&str, fn()); 7] = [
    ("starting", starting::all),
    ("drawing", || process::again(&["drawing"])),
    ("judging", || process::again(&["judging"])),
    ("fetching", fetching::all),
    ("storing", storing::all),
    ("reading", reading::all),
    ("serving", serving::all),
];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    // A process that was started for one measurement.
    if let Some(work) = std::env::var(process::CHILD).ok().as_deref() {
        let number = |at: usize| words[at].parse().unwrap();
        return match work {
            "drawing" => drawing::measure(),
            "judging" => judging::measure(),
            "fetching" => fetching::measure(number(0)),
            "sandbox" => fetching::sandbox(number(0)),
            "storing" => storing::measure(number(0)),
            "filling" => reading::fill(words[0], number(1)),
            "reading" => reading::measure(words[0]),
            "serving" => serving::measure(words[0], number(1)),
            _ => panic!("no such work: {work}"),
        };
    }
    for (name, part) in PARTS {
        if words.is_empty() || words.contains(&name) {
            part();
        }
    }
}
