//! What a spreadsheet program does to a file, what is cut, and what is no export at all: refused with advice, or recovered
//! whole.

use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;

use genomslag::imports::{
    Dictionaries, ImportError, Limits, PEERS_FORMAT, PeerFigure, PeerFile, detect, expand, expand_zip, guides,
    read_peers, write_peers,
};
use genomslag::model::{MetricName, Platform};
use genomslag::words::problems::english;

use super::written::{SWEDISH, wide};
use super::{data, one, says, take};

fn refused(name: &str, bytes: &[u8]) -> String {
    let error = take(name, bytes).expect_err("a ruined file is refused as a whole");
    assert!(matches!(error, ImportError::Ruined { .. }), "{error}");
    let told = english(&error.told());
    assert!(told.contains("Download the file again"), "{told}");
    told
}

#[test]
fn what_a_spreadsheet_program_ruined_is_refused_with_advice() {
    let content = String::from_utf8(data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    let cases = [
        // Ids cut to fifteen digits, shown as 1,22E+17 or rounded.
        (content.replace("122121248420644102", "\"1,22121E+17\""), "1,22121E+17"),
        (
            regex::Regex::new(r"(?m)^(\d{15})\d{3},").unwrap().replace_all(&content, "${1}000,").into_owned(),
            "ends in zeros",
        ),
        // A date that the platform never writes.
        (content.replace("03/13/2025 22:26", "2025-03-13 22:26"), "2025-03-13 22:26"),
        // A number that became a date.
        (content.replacen(",Lifetime,0,2,", ",Lifetime,3.apr,2,", 1), "3.apr"),
    ];
    for (text, expected) in cases {
        assert_ne!(text, content);
        let message = refused("content.csv", text.as_bytes());
        assert!(message.contains(expected), "{message}");
    }
    let cyrillic = encoding_rs::WINDOWS_1251.encode("Age & gender;;\n;Women;Men\n18-24;3.апр;1.фев\n").0.into_owned();
    assert!(refused("Audience.csv", &cyrillic).contains("3.апр"));
    // Dates dragged down into the future.
    let dragged =
        "sep=,\n\"Reach\"\n\"Date\",\"Primary\"\n\"2026-11-01T00:00:00\",\"5\"\n\"2032-11-02T00:00:00\",\"5\"\n";
    assert!(refused("Reach.csv", &wide(dragged)).contains("future"));
}

/// The workbook with another cell name in its first sheet.
fn renamed(book: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut whole = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..whole.len() {
        let mut entry = whole.by_index(at).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        changed.start_file(entry.name().unwrap().into_owned(), zip::write::SimpleFileOptions::default()).unwrap();
        changed.write_all(text.replace(from, to).as_bytes()).unwrap();
    }
    changed.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_that_claims_more_columns_than_there_are_is_refused() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "Date").unwrap().write(0, 1, "Views").unwrap();
    let book = book.save_to_buffer().unwrap();
    // XFD is the last column that a spreadsheet program knows, and 1 048 576 the last row.
    for (name, large) in [("XFD1", false), ("XFE1", true), ("XFD1048576", true)] {
        let answer = take("data.xlsx", &renamed(&book, "\"B1\"", &format!("\"{name}\"")));
        assert_eq!(matches!(answer, Err(ImportError::TooLarge(_))), large, "{name}: {answer:?}");
    }
    // As many texts as would fill all memory there is.
    assert!(
        refused("data.xlsx", &renamed(&book, "uniqueCount=\"2\"", "uniqueCount=\"99999999999\"")).contains("claims")
    );
}

#[test]
fn an_old_workbook_that_claims_terabytes_is_refused() {
    let mut book = data("linkedin-page/linkedin-followers.xls");
    let dimensions = book.windows(4).position(|bytes| bytes == [0x00, 0x02, 0x0e, 0x00]).unwrap();
    // The row after the last.
    book[dimensions + 8..dimensions + 12].copy_from_slice(&[0xff; 4]);
    assert!(refused("followers.xls", &book).contains("claims"));
}

#[test]
fn a_second_layer_of_quotes_is_recovered_whole() {
    let raw = data("leeds-digital-festival/twitter.csv");
    let text = String::from_utf8(raw.clone()).unwrap();
    let lines: Vec<String> = text.lines().map(|line| format!("\"{}\"", line.replace('"', "\"\""))).collect();
    let wrapped = lines.join("\n") + "\n";
    let (plain, recovered) = (one("x.csv", &raw), one("x.csv", wrapped.as_bytes()));
    assert_eq!(plain.readings, recovered.readings);
    assert!(recovered.notices.iter().any(|what| says(what, "second layer")), "{:?}", recovered.notices);
    let half = wrapped.replacen("\"2021-08-03", "2021-08-03", 1);
    assert!(take("x.csv", half.as_bytes()).is_err());
}

#[test]
fn a_swedish_code_page_is_recognised() {
    let bytes = encoding_rs::WINDOWS_1252.encode(SWEDISH.trim_start_matches('\u{feff}')).0.into_owned();
    let found = take("content.csv", &bytes).unwrap();
    assert_eq!(found[0].readings, take("content.csv", SWEDISH.as_bytes()).unwrap()[0].readings);
    assert!(found[0].notices.iter().any(|what| says(what, "windows-1252")), "{:?}", found[0].notices);
}

#[test]
fn what_is_no_export_is_refused_by_name() {
    for (bytes, expected) in [
        (b"".as_slice(), "empty"),
        (b"<html><body>Log in</body></html>", "web page"),
        (b"{\"data\":[]}", "JSON"),
        (b"\xEF\xBB\xBF [{\"data\": \"a\"}, \"b\"]", "JSON"),
        (b"a,b,c\n1,2,3\n", "`a`, `b`, `c`"),
        (b"PK\x03\x04broken", "broken"),
        (&[0xd0, 0xcf, 0x11, 0xe0, 1, 2], "broken"),
        (&[0xff, 0xfe, 0x41], "UTF-16LE"),
        (&[0x00, 0x01, 0x02, 0x03, 0x04], "neither text nor"),
    ] {
        let message = english(&take("file", bytes).expect_err("refused").told());
        assert!(message.contains(expected), "{message}");
    }
    let seed = "id,updated_at,name\n1,2021-09-30T15:48:49,Fivetran\n";
    assert!(take("account_history.csv", seed.as_bytes()).is_err(), "a table without figures is no export");
    // A row per tweet or per country has dates and numbers too: none of its rows is the account's day.
    for name in ["dbt-seeds/organic_tweet_report.csv", "dbt-seeds/youtube_channel_basic_data.csv"] {
        let refused = take(name, &data(name)).expect_err(name);
        assert!(matches!(refused, ImportError::Unknown(_) | ImportError::Unmapped(_)), "{name}: {refused}");
    }
    let parts = "# Start date: 20250401\nDate,Own dimension,Sessions\n20250401,A,5\n20250401,B,7\n";
    let error = take("data-export.csv", parts.as_bytes()).expect_err("the first part is not the day");
    let error = english(&error.told());
    assert!(error.contains("Own dimension") && error.contains("Download totals per day"), "{error}");
    let twice = "Date,Views\n2025-01-01,5\n2025-01-01,5\n";
    assert_eq!(one("Totals.csv", twice.as_bytes()).skipped.len(), 1, "the same row twice is left out and named");
}

#[test]
fn archives_are_opened_within_limits() {
    let mut zipped = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    zipped.start_file("bomb.csv", options).unwrap();
    std::io::Write::write_all(&mut zipped, &vec![b'0'; 8 << 20]).unwrap();
    let bytes = zipped.finish().unwrap().into_inner();
    assert!(bytes.len() < 20_000);
    let error = expand_zip("bomb.zip", &bytes, Limits::default()).expect_err("far more than it is packed");
    assert!(matches!(error, ImportError::TooLarge(_)), "{error}");

    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("inner/b.csv"), "x").unwrap();
    std::fs::write(folder.path().join("a.csv"), "x").unwrap();
    std::fs::write(folder.path().join(".hidden"), "x").unwrap();
    std::fs::write(folder.path().join("c.zip"), &bytes).unwrap();
    let expanded = expand(&[folder.path().to_owned(), PathBuf::from("/nowhere/at/all")], Limits::default());
    let names: Vec<_> = expanded.files.iter().map(|file| file.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["a.csv", "b.csv"]);
    assert_eq!(expanded.faults.len(), 2, "{:?}", expanded.faults);
}

#[test]
fn dictionaries_can_be_added_to_and_are_checked() {
    let more = "[[more]]\nlayout = \"meta-content-instagram\"\n[[more.column]]\nmetric = \"views\"\nsv = [\"Uppspelningar\"]\n";
    let all = Dictionaries::builtin().with(&[("own.toml", more)]).unwrap();
    let text = "Publicerings-id,Konto-id,Publiceringstid,Uppspelningar\n1,2,03/08/2025 12:00,7\n";
    assert_eq!(detect("x.csv", text.as_bytes(), &all).unwrap().format, "meta-content-instagram");
    assert!(detect("x.csv", text.as_bytes(), Dictionaries::builtin()).is_err());
    for (text, expected) in [
        ("[[more]]\nlayout = \"none\"\n", "no layout `none`"),
        ("[[title]]\nen = [\"X\"]\nfacebook = \"no_such\"\n", "no `no_such`"),
        ("[[layout]]\nid = 1\n", "own.toml"),
    ] {
        let error = Dictionaries::builtin().with(&[("own.toml", text)]).expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn there_is_a_guide_for_every_platform_with_files() {
    for platform in Platform::ALL {
        assert_eq!(guides().iter().any(|guide| guide.platform == platform), platform != Platform::Matomo, "{platform}");
    }
}

#[test]
fn peers_figures_go_out_and_come_in() {
    let file = PeerFile {
        format: PEERS_FORMAT.to_owned(),
        organisation: "Granviks kommun".to_owned(),
        inhabitants: Some(41_200),
        period: "2026-T2".to_owned(),
        values: vec![PeerFigure {
            platform: Some(Platform::Facebook),
            metric: MetricName::from("followers"),
            value: 11_000.0,
            per_1000: Some(267.0),
        }],
    };
    let text = write_peers(&file);
    assert_eq!(read_peers(text.as_bytes()).unwrap(), file);
    assert_eq!(detect("peers.json", text.as_bytes(), Dictionaries::builtin()).unwrap().format, PEERS_FORMAT);
    for broken in
        [text.replace("followers", "nonsense"), text.replace("peers-1", "peers-9"), text.replace("values", "other")]
    {
        assert!(read_peers(broken.as_bytes()).is_err());
    }
}

/// Excel's old container chains its sectors; a broken file can chain them in a circle or out of the file.
#[test]
fn a_workbook_whose_chains_do_not_end_is_refused() {
    let whole = data("linkedin-page/linkedin-followers.xls");
    assert!(take("followers.xls", &whole).is_ok());
    // Cut at every sector: what a broken download leaves. The fuzzer found that the crate that reads workbooks falls over.
    for end in (512..whole.len() - 512).step_by(512) {
        assert!(take("followers.xls", &whole[..end]).is_err(), "cut at {end}");
    }
    // The directory's first sector follows itself.
    let number = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap());
    let (directory, table) = (number(48), number(76));
    let mut circle = whole.clone();
    let at = (usize::try_from(table).unwrap() + 1) * 512 + 4 * usize::try_from(directory).unwrap();
    circle[at..at + 4].copy_from_slice(&directory.to_le_bytes());
    assert!(take("followers.xls", &circle).is_err());
}
