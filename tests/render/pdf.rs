//! The PDF and the pictures of its pages.

use std::io::Read;

use genomslag::render::typeset::{Typeset, chart_png};
use genomslag::render::{RenderError, files};
use genomslag::report::{Report, Section};

use super::{charts_of, keep, look, sample, samples};

/// Everything in a PDF that is text to a program: the file itself and its compressed streams, unpacked.
fn unpacked(pdf: &[u8]) -> Vec<u8> {
    let mut all = pdf.to_vec();
    let mut at = 0;
    while let Some(found) = find(&pdf[at..], b"stream\n").or_else(|| find(&pdf[at..], b"stream\r\n")) {
        let begin = at + found + pdf[at + found..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let mut text = Vec::new();
        if flate2::read::ZlibDecoder::new(&pdf[begin..]).read_to_end(&mut text).is_ok() {
            all.extend(text);
        }
        at = begin;
    }
    all
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn count(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).filter(|window| *window == needle).count()
}

/// A text as it stands in a PDF string that is not ASCII: UTF-16, written as hexadecimal digits.
fn as_string(text: &str) -> Vec<u8> {
    hex::encode_upper(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()).into_bytes()
}

fn set(report: &Report) -> (Typeset, Vec<u8>) {
    let typeset = Typeset::new(report, &look()).unwrap();
    let pdf = typeset.pdf().unwrap();
    (typeset, pdf)
}

#[test]
fn every_sample_becomes_a_tagged_pdf_that_claims_both_standards() {
    for (name, report) in samples() {
        let (typeset, pdf) = set(&report);
        keep(&format!("{name}.pdf"), &pdf);
        for (index, page) in typeset.pages(72.0).unwrap().iter().enumerate() {
            keep(&format!("{name}-{}.png", index + 1), page);
            assert!(page.starts_with(b"\x89PNG"), "{name}");
        }
        let all = unpacked(&pdf);
        for needed in [
            &b"/MarkInfo"[..],
            b"/StructTreeRoot",
            b"/Lang",
            b"<pdfuaid:part>1</pdfuaid:part>",
            b"<pdfaid:part>2</pdfaid:part>",
            b"<pdfaid:conformance>A</pdfaid:conformance>",
        ] {
            assert!(find(&all, needed).is_some(), "{name}: {}", String::from_utf8_lossy(needed));
        }
        let pages = count(&all, b"/Type /Page\n") + count(&all, b"/Type /Page ") + count(&all, b"/Type/Page/");
        assert_eq!(pages, typeset.page_count(), "{name}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = sample("weekly");
    assert!(set(&report).1 == set(&report).1, "two PDFs differ");
    let one = files(&report, &look()).unwrap();
    let two = files(&report, &look()).unwrap();
    for ((name, bytes), (_, again)) in one.iter().zip(&two) {
        assert!(bytes == again, "{name} differs");
    }
}

#[test]
fn every_chart_has_its_text_alternative_in_the_pdf() {
    let report = sample("stress");
    let all = unpacked(&set(&report).1);
    for chart in charts_of(&report) {
        let alt = chart.alt.replace(['(', ')', '\\'], "");
        let found = find(&all, alt.as_bytes()).is_some() || find(&all, &as_string(&chart.alt)).is_some();
        assert!(found, "{}: {alt}", chart.id);
    }
}

#[test]
fn a_weekly_report_has_two_pages_at_most_and_a_unit_one() {
    assert!(set(&sample("weekly")).0.page_count() <= 2);
    assert!(set(&sample("demo-weekly")).0.page_count() <= 2);
    assert_eq!(set(&sample("unit")).0.page_count(), 1);
}

#[test]
fn a_weekly_report_that_does_not_fit_is_set_tighter_before_it_takes_a_third_page() {
    let mut report = sample("demo-weekly");
    let more = report.changes[0].clone();
    report.changes.push(more);
    let weekly = set(&report).0.page_count();
    report.attention.extend(report.changes.clone());
    assert!(weekly <= 2 && set(&report).0.page_count() <= 2);
}

#[test]
fn text_of_posts_is_never_taken_for_markup() {
    let mut report = sample("weekly");
    "#panic(\"x\") *fet* $x$ <etikett> @ref // bort".clone_into(&mut report.headline);
    let typeset = Typeset::new(&report, &look()).unwrap();
    assert!(typeset.page_count() >= 1);
}

#[test]
fn a_report_without_anything_still_becomes_a_page() {
    let mut report = sample("unit");
    report.goals.clear();
    report.changes.clear();
    report.sections = vec![Section { id: "empty".to_owned(), heading: "Tomt".to_owned(), blocks: Vec::new() }];
    report.identity.clear();
    report.notices.clear();
    assert_eq!(set(&report).0.page_count(), 1);
}

#[test]
fn a_missing_word_and_a_name_used_twice_are_refused() {
    let mut report = sample("weekly");
    report.furniture.remove("pace");
    let error = Typeset::new(&report, &look()).unwrap_err();
    assert!(matches!(error, RenderError::Furniture { key: "pace" }), "{error}");

    let mut report = sample("stress");
    let again = report.sections[0].blocks[0].clone();
    report.sections[0].blocks.push(again);
    let error = Typeset::new(&report, &look()).unwrap_err();
    assert!(matches!(error, RenderError::Twice { .. }), "{error}");
}

#[test]
fn a_broken_template_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("templates/weekly")).unwrap();
    std::fs::write(folder.path().join("templates/weekly/report.typ"), "first line\n#nothing-of-that-name").unwrap();
    let look = genomslag::render::Look::with_folder(folder.path()).unwrap();
    let error = Typeset::new(&sample("weekly"), &look).unwrap_err().to_string();
    assert!(error.contains("line 2") && error.contains("report.typ"), "{error}");
}

#[test]
fn a_chart_alone_is_a_picture_of_its_size() {
    let report = sample("stress");
    for chart in charts_of(&report) {
        let png = chart_png(&chart, report.language, &look(), 144.0).unwrap();
        keep(&format!("charts/{}.png", chart.id), &png);
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        let drawn = genomslag::render::chart::svg(&chart, genomslag::words::Locale::of(report.language));
        // Six points of margin on each side, two pixels to the point.
        let expected = ((drawn.width + 12.0) * 2.0, (drawn.height + 12.0) * 2.0);
        assert!((f64::from(side(16)) - expected.0).abs() <= 1.0, "{}: {} {expected:?}", chart.id, side(16));
        assert!((f64::from(side(20)) - expected.1).abs() <= 1.0, "{}: {} {expected:?}", chart.id, side(20));
    }
}

#[test]
fn all_files_are_there_under_their_names() {
    let report = sample("stress");
    let files = files(&report, &look()).unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for needed in
        ["report.pdf", "page-1.png", "report.html", "report.json", "report.xlsx", "figures.csv", "tables/goals.csv"]
    {
        assert!(names.contains(&needed), "{needed} of {names:?}");
    }
    for chart in charts_of(&report) {
        assert!(names.contains(&format!("charts/{}.svg", chart.id).as_str()));
        assert!(names.contains(&format!("charts/{}.png", chart.id).as_str()));
        assert!(names.contains(&format!("tables/{}.csv", chart.data.id).as_str()));
    }
    let json = &files.iter().find(|(name, _)| name == "report.json").unwrap().1;
    assert_eq!(serde_json::from_slice::<Report>(json).unwrap(), report);
    for (name, bytes) in &files {
        keep(&format!("files/{name}"), bytes);
    }
}
