//! Properties of every format: parts make the whole, broken bytes never stop the program, and nothing gets lost in silence.

use proptest::prelude::*;

use super::written::{GA4, SWEDISH, wide};
use super::{data, facts, says, take};

fn small() -> Vec<(&'static str, Vec<u8>)> {
    let chart = "sep=,\n\"Facebook reach\"\n\"Date\",\"Primary\"\n\"2025-03-08T00:00:00\",\"5\"\n\"2025-03-09T00:00:00\",\"8\"\n";
    let board =
        r#"{"cards":[{"id":"1","name":"x","due":"2026-11-16T07:00:00.000Z","idList":"l"}],"lists":[{"id":"l"}]}"#;
    vec![
        ("content.csv", SWEDISH.as_bytes().to_vec()),
        ("data-export.csv", GA4.as_bytes().to_vec()),
        ("Reach.csv", wide(chart)),
        ("Totals.csv", data("youtube-studio/Totals.csv")[..600].to_vec()),
        ("twitter.csv", data("leeds-digital-festival/twitter.csv")),
        ("plan.json", board.as_bytes().to_vec()),
        (
            "values.csv",
            "datum;mått;värde;n;källa\n2026-11-16;ansökningar;12;;Diariet\n2026-W46;samtal;310;;\n".as_bytes().to_vec(),
        ),
    ]
}

/// Whatever the bytes, an answer comes; a plan is asked as a plan.
fn ask(name: &str, bytes: &[u8]) -> (u64, usize) {
    let _ = genomslag::imports::read_plan(name, bytes, chrono_tz::Europe::Stockholm);
    match take(name, bytes) {
        Ok(found) => found.iter().fold((0, 0), |(rows, skipped), one| (rows + one.rows, skipped + one.skipped.len())),
        Err(_) => (0, usize::MAX),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_byte_never_stops_the_program(file in 0_usize..7, at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let (name, mut bytes) = small().swap_remove(file);
        let at = at.index(bytes.len());
        bytes[at] ^= with;
        ask(name, &bytes);
    }

    #[test]
    fn a_cut_never_loses_rows_in_silence(file in 0_usize..7, at in any::<prop::sample::Index>()) {
        let (name, bytes) = small().swap_remove(file);
        let cut = &bytes[..at.index(bytes.len())];
        let (rows, skipped) = ask(name, cut);
        // Refused, or every begun line below the header is there: taken, or named.
        if skipped != usize::MAX && name == "twitter.csv" {
            let lines = cut.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && line != b"\r").count();
            prop_assert_eq!(rows + skipped as u64, lines.saturating_sub(1) as u64);
        }
        if let Ok(found) = take(name, cut)
            && !cut.ends_with(b"\n") && !cut.ends_with(b"\r") && name.ends_with("csv") && name != "Reach.csv"
        {
            prop_assert!(found[0].notices.iter().any(|what| says(what, "cut short")), "{:?}", found[0].notices);
        }
    }

    #[test]
    fn the_parts_of_a_file_make_the_whole(at in 1_usize..74) {
        let bytes = data("leeds-digital-festival/twitter.csv");
        let text = String::from_utf8(bytes.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let at = at.min(lines.len() - 1);
        let part = |lines: &[&str]| format!("{}\n{}\n", text.lines().next().unwrap(), lines.join("\n"));
        let (first, second) = (part(&lines[1..at]), part(&lines[at..]));
        let mut parts = facts(&take("x.csv", first.as_bytes()).unwrap());
        parts.extend(facts(&take("x.csv", second.as_bytes()).unwrap()));
        prop_assert_eq!(parts, facts(&take("x.csv", &bytes).unwrap()));
    }

    #[test]
    fn anything_at_all_gets_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_usize..6) {
        let heads: [&[u8]; 6] = [b"", b"PK\x03\x04", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], b"# Start date: 20250101\n", b"Date,Views\n", b"BEGIN:VCALENDAR\n"];
        let bytes: Vec<u8> = heads[kind].iter().copied().chain(bytes).collect();
        ask("file.csv", &bytes);
    }
}

#[test]
fn broken_workbooks_never_stop_the_program() {
    let bytes = data("linkedin-page/linkedin-followers.xls");
    for at in (0..bytes.len()).step_by(997) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x5a;
        ask("followers.xls", &flipped);
    }
    for cut in (0..bytes.len()).step_by(4001) {
        let (rows, skipped) = ask("followers.xls", &bytes[..cut]);
        assert!(
            skipped == usize::MAX || rows == 365,
            "a workbook that is cut is refused or whole: {rows} rows of {cut} bytes"
        );
    }
}
