//! The program itself: what it prints, where, and how it ends.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// One channel whose token nobody has set.
const CONFIGURATION: &str = r#"
[organisation]
id = "bjorkvalla"
name = "Björkvalla kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[platform.facebook]
base_url = "http://127.0.0.1:9/"
token = { env = "GENOMSLAG_TEST_NOT_SET" }

[[channel]]
id = "fb-kommun"
title = "Björkvalla kommun på Facebook"
platform = "facebook"
account = "100000000000001"
unit = "kommunikation"

[storage]
data = "@folder@/data"
"#;

fn genomslag(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_genomslag"));
    command
        .args(arguments)
        .args(["--now", "2026-11-18T06:00:00Z", "--config"])
        .arg(folder.join("genomslag.toml"))
        .env_remove("GENOMSLAG_TEST_NOT_SET")
        .env_remove("GENOMSLAG_CONFIG");
    command
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = CONFIGURATION.replace("@folder@", &folder.path().display().to_string());
    std::fs::write(folder.path().join("genomslag.toml"), text).unwrap();
    folder
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn states_are_named_as_the_pages_name_them_and_meant_by_either_word() {
    let folder = folder();
    for (command, option, swedish) in [("deliveries", "--status", "osäker"), ("jobs", "--state", "Gav upp")] {
        let ended = genomslag(folder.path(), &[command, option, swedish]).args(["--lang", "sv"]).output().unwrap();
        assert!(ended.status.success(), "{}", said(&ended).1);
        let ended = genomslag(folder.path(), &[command, option, swedish]).args(["--lang", "en"]).output().unwrap();
        assert!(said(&ended).1.contains("there is no status"), "{}", said(&ended).1);
    }
    let ended = genomslag(folder.path(), &["deliveries", "--status", "x"]).args(["--lang", "sv"]).output().unwrap();
    let (_, beside) = said(&ended);
    assert!(beside.contains("fel: det finns inget läge `x`") && beside.contains("uncertain (osäker)"), "{beside}");
    let ended = genomslag(folder.path(), &["deliveries", "--status", "uncertain"]).output().unwrap();
    assert!(ended.status.success());
}

#[test]
fn what_is_not_there_is_told_in_the_language_with_what_to_do() {
    let folder = folder();
    let cases: [(&[&str], [&str; 2], [&str; 2]); 4] = [
        (
            &["explain", "weekly-1"],
            ["fel: det finns ingen rapport `weekly-1`", "råd: ange det id som står på rapportens sista sida"],
            ["error: there is no report `weekly-1`", "hint: give the id that is printed on its last page"],
        ),
        (
            &["effect", "hosten"],
            ["fel: det finns ingen insats `hosten`", "råd: ingen insats står i inställningarna"],
            ["error: there is no campaign `hosten`", "hint: no campaign is configured"],
        ),
        (
            &["resend", "20261118"],
            ["fel: det finns inget utskick `20261118`", "råd: `genomslag deliveries` visar dem"],
            ["error: there is no delivery `20261118`", "hint: `genomslag deliveries` lists them"],
        ),
        (
            &["report", "weekly", "--period", "förra året"],
            ["fel: `förra året` är ingen period; skriv en vecka `2026-W46`", ""],
            ["error: `förra året` is not a period; write a week `2026-W46`", ""],
        ),
    ];
    for (arguments, swedish, english) in cases {
        for (language, expected) in [("sv", swedish), ("en", english)] {
            let ended = genomslag(folder.path(), arguments).args(["--lang", language]).output().unwrap();
            let (_, beside) = said(&ended);
            assert_eq!(ended.status.code(), Some(1), "{beside}");
            assert!(expected.iter().all(|it| beside.contains(it)), "{arguments:?} {language}: {beside}");
        }
    }
}

/// Every command that prints without a store; more than a pipe holds is not needed, the reader is gone before.
#[test]
fn a_reader_who_has_read_enough_is_no_fault() {
    let folder = folder();
    let commands: [&[&str]; 6] = [
        &["metrics", "facebook", "--json"],
        &["metrics", "linkedin"],
        &["schema"],
        &["completions", "bash"],
        &["runs", "--json"],
        &["export"],
    ];
    for arguments in commands {
        let mut child =
            genomslag(folder.path(), arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let (_, beside) = said(&ended);
        assert!(ended.status.success(), "{arguments:?}: {:?} {beside}", ended.status);
        assert_eq!(beside, "", "{arguments:?}");
    }
}

#[test]
fn the_first_line_is_whole_before_the_reader_goes() {
    let folder = folder();
    let mut child =
        genomslag(folder.path(), &["metrics", "facebook", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = [0_u8; 2];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"[\n");
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn what_could_not_be_written_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = genomslag(folder().path(), &["schema", "--lang", "en"]).stdout(full).output().unwrap();
    let (_, beside) = said(&ended);
    assert_eq!(ended.status.code(), Some(1));
    assert!(beside.contains("standard output could not be written"), "{beside}");
}

#[test]
fn what_went_wrong_is_told_in_the_language_that_is_asked_for() {
    let folder = folder();
    for (language, what, mend) in [
        ("sv", "nyckeln går inte att läsa: miljövariabeln `GENOMSLAG_TEST_NOT_SET` är inte satt", "lägg nyckeln där"),
        ("en", "the token cannot be read: the environment variable `GENOMSLAG_TEST_NOT_SET`", "put the token there"),
    ] {
        for command in ["fetch", "check"] {
            let ended = genomslag(folder.path(), &[command, "--lang", language]).output().unwrap();
            let (_, beside) = said(&ended);
            assert_eq!(ended.status.code(), Some(3), "{beside}");
            assert!(beside.contains(what) && beside.contains(mend), "{command} {language}: {beside}");
        }
    }
    let ended = genomslag(folder.path(), &["fetch", "--json", "--lang", "sv"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let problem = &told["channels"][0]["problems"][0];
    assert_eq!(problem["told"]["kind"], "token_unreadable");
    assert_eq!(problem["told"]["parts"]["why"]["kind"], "secret_unset");
    assert_eq!(problem["remedy"]["kind"], "mend_put_token");
    assert!(problem["what"].as_str().unwrap().starts_with("the token cannot be read"));
}

#[test]
fn an_error_and_its_remedy_are_told_in_the_language_that_is_asked_for() {
    let folder = folder();
    let told = |language: &str, arguments: &[&str]| {
        let ended = genomslag(folder.path(), arguments).args(["--lang", language]).output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        said(&ended).1
    };
    for arguments in [
        &["metrics", "myspace"][..],
        &["fetch", "--channel", "nowhere"],
        &["report", "none"],
        &["jobs", "--state", "odd"],
    ] {
        let (swedish, english) = (told("sv", arguments), told("en", arguments));
        assert!(swedish.starts_with("fel: det finns ing") && swedish.contains("\nråd: "), "{swedish}");
        assert!(english.starts_with("error: there is no ") && english.contains("\nhint: "), "{english}");
    }
}

/// A file of which a row is not taken, and one that is refused.
fn files(folder: &Path) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports/data/meta-facebook-content");
    let content = std::fs::read_to_string(data.join("Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    std::fs::create_dir(folder.join("files")).unwrap();
    std::fs::write(folder.join("files/a.csv"), content.replacen(",Lifetime,0,2,", ",Lifetime,fem,2,", 1)).unwrap();
    std::fs::write(folder.join("files/b.txt"), "Hej!").unwrap();
}

#[test]
fn what_is_not_taken_of_a_file_is_told_in_the_language_that_is_asked_for() {
    let folder = folder();
    files(folder.path());
    let place = folder.path().join("files").display().to_string();
    let swedish =
        ["`fem` är inget tal av den sort som väntades", "filen är ingen känd exportfil: texten börjar `Hej!`"];
    let english = ["`fem` is no number of the kind expected", "not a known export file: its text begins `Hej!`"];
    // Without being asked it is the organisation's.
    for (language, told) in [(None, swedish), (Some("sv"), swedish), (Some("en"), english)] {
        let mut command = genomslag(folder.path(), &["import", &place, "--dry-run"]);
        command.args(language.map(|language| ["--lang", language]).into_iter().flatten());
        let ended = command.output().unwrap();
        let (_, beside) = said(&ended);
        assert_eq!(ended.status.code(), Some(3), "{beside}");
        assert!(told.iter().all(|told| beside.contains(told)), "{language:?}: {beside}");
    }
    let ended = genomslag(folder.path(), &["import", &place, "--dry-run", "--json", "--lang", "sv"]).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert!(told["files"][0]["skipped"][0]["reason"].as_str().unwrap().ends_with(english[0]), "{told}");
    assert!(told["files"][1]["error"].as_str().unwrap().starts_with(english[1]), "{told}");
}

/// The figures of a kept report, in the language that is asked for; for programs always as they are stored.
#[test]
fn how_figures_were_computed_is_told_in_the_language() {
    let folder = folder();
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/sample/weekly-sv.json");
    let report = report.display().to_string();
    let asked = |more: &[&str]| {
        let arguments: Vec<&str> = ["explain", &report].iter().chain(more).copied().collect();
        let output = genomslag(folder.path(), &arguments).output().unwrap();
        let (told, beside) = said(&output);
        assert!(output.status.success(), "{beside}");
        told
    };
    let (swedish, english) = (asked(&["--lang", "sv"]), asked(&["--lang", "en"]));
    assert!(swedish.contains("summan av ") && !swedish.contains("sum of "), "{swedish}");
    assert!(swedish.contains("uträkning") && swedish.contains("enligt inställningarna"), "{swedish}");
    assert!(english.contains("sum of ") && !english.contains("summan av "), "{english}");
    let lines: serde_json::Value = serde_json::from_str(&asked(&["--lang", "sv", "--json"])).unwrap();
    let how = |line: &serde_json::Value| line["how"].as_str().unwrap_or_default().to_owned();
    let lines = lines.as_array().unwrap();
    assert!(lines.iter().any(|line| how(line) == "as configured" && line["told"]["kind"] == "as_configured"));
}
