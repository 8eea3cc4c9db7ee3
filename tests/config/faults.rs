//! Whatever is wrong is told at once: with the file, the line, what was found, what was expected and how to mend it.

use genomslag::config::{Look, check_text};
use genomslag::model::Language;

use super::file;

const PLAIN: Look = Look { terminal: false, width: 110 };

/// A configuration without a fault, to which a case adds its own.
const SOUND: &str = r#"
[organisation]
id = "granvik"
name = "Granviks kommun"

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[[channel]]
id = "fb"
title = "Granvik på Facebook"
platform = "facebook"
account = "1000"
unit = "kommunikation"

[[channel]]
id = "li"
title = "Granvik på LinkedIn"
platform = "linkedin"
account = "2000"
unit = "kommunikation"
"#;

/// The drawings of everything that is wrong, in both languages. Which keys there are besides is not these tests' matter.
fn told(files: &[(String, String)]) -> String {
    let faults = check_text(files).unwrap_err();
    let drawn =
        format!("{}\n════════\n\n{}", faults.render(Language::Swedish, PLAIN), faults.render(Language::English, PLAIN));
    let keys = regex::Regex::new(r"(här kan stå|accepted here): `[a-z_]+`(,\s*`[a-z_]+`)*").unwrap();
    keys.replace_all(&drawn, "$1: …").into_owned()
}

fn beside(text: &str) -> Vec<(String, String)> {
    vec![file("granvik.toml", SOUND), file("more.toml", text)]
}

#[test]
fn the_ground_of_the_cases_is_sound() {
    check_text(&[file("granvik.toml", SOUND)]).unwrap();
}

#[test]
fn misspelt_keys_and_words() {
    let told = told(&beside(
        r#"
[[goal]]
id = "foljare"
titel = "Fler följer oss"
metric = "folowers"
targett = 14000
due = 2027-06-30
kind = "absolut"

[[campain]]
id = "sommarjobb"
"#,
    ));
    insta::assert_snapshot!(told);
}

#[test]
fn wrong_kinds_of_value() {
    let told = told(&[file(
        "granvik.toml",
        r#"
[organisation]
id = "Granviks kommun"
name = ""
zone = "Europe/Stokholm"
language = "svenska"
municipality = 180
year_start = 13

[[unit]]
id = "kommunikation"
title = "Kommunikation"

[[channel]]
id = "fb"
title = "Granvik på Facebook"
platform = "facebok"
account = 1000
unit = "kommunikation"
stories = "ja"

[[goal]]
id = "foljare"
title = "Fler följer oss"
metric = "followers"
target = "14 000"
due = "30 juni"
tolerance = 5
channels = "fb"

[population]
date = 2025-12-31
inhabitants = 41_203
source = "SCB"

[fetch]
schedule = "onsdax 07:00"

[[report]]
id = "vecka"
kind = "weekly"
schedule = "wednesday 25:00"
"#,
    )]);
    insta::assert_snapshot!(told);
}

#[test]
fn names_that_lead_nowhere() {
    let told = told(&beside(
        r#"
[[unit]]
id = "ung"
title = "Ung"
parent = "kulturen"

[[unit]]
id = "a"
title = "A"
parent = "b"

[[unit]]
id = "b"
title = "B"
parent = "a"

[[goal]]
id = "foljare"
title = "Fler följer oss"
metric = "followers"
target = 14000
due = 2027-06-30
unit = "komunikation"
channels = ["fb", "fbb"]
contributes_to = "ingenting"

[[campaign]]
id = "sommarjobb"
title = "Sommarjobb"
start = 2026-04-01
end = 2026-03-01
channels = ["fb"]
control_channels = ["fb"]
"#,
    ));
    insta::assert_snapshot!(told);
}

#[test]
fn goals_that_cannot_be_counted_so() {
    let told = told(&beside(
        r#"
[[goal]]
id = "rackvidd"
title = "En miljon unika"
metric = "reach"
target = 1_000_000
due = 2026-12-31

[[goal]]
id = "visningar"
title = "Fler visningar"
metric = "views"
target = 500_000
due = 2026-12-31

[[goal]]
id = "grad"
title = "Fyra procent"
metric = "engagement_rate"
kind = "floor"
target = 4
channels = ["fb"]
due = 2026-12-31

[[goal]]
id = "spann"
title = "Spannet"
metric = "followers"
kind = "range"
low = 200
high = 100
target = 150
due = 2026-12-31

[[goal]]
id = "tillvaxt"
title = "Tjugo procent"
metric = "followers"
kind = "relative_growth"
target = 20
due = 2026-12-31
start = 2027-01-01

[[goal]]
id = "delmal"
title = "Delmålen"
metric = "followers"
target = 100
due = 2026-12-31
steps = [{ date = 2026-06-30, value = 50 }, { date = 2026-03-31, value = 20 }, { date = 2027-03-31, value = 90 }]

[[goal]]
id = "besok"
title = "Besök"
metric = "visits"
target = 100
due = 2026-12-31
"#,
    ));
    insta::assert_snapshot!(told);
}

#[test]
fn secrets_are_refused_and_never_shown() {
    let told = told(&beside(
        r#"
[platform.facebook]
token = "EAABsbCS1234hemlig"
app_secret = { env = "inte-en-variabel" }

[platform.linkedin]
client_id = "86abc"
refresh_token = { value = "AQXhemlig" }

[storage]
state = "postgres://genomslag:hemligt@db.granvik.example/genomslag"
"#,
    ));
    for secret in ["EAABsbCS1234hemlig", "AQXhemlig", "hemligt"] {
        assert!(!told.contains(secret), "{told}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_stands_twice() {
    let more = r#"
[organisation]
id = "granvik"

[[channel]]
id = "fb"
title = "Granvik på Facebook igen"
platform = "facebook"
account = "1000"
unit = "kommunikation"

[[population]]
date = 2025-12-31
inhabitants = 41_203
source = "SCB"

[[population]]
date = 2025-12-31
inhabitants = 41_204
source = "SCB"
"#;
    let told = told(&beside(more));
    insta::assert_snapshot!(told);
}

#[test]
fn what_belongs_together() {
    let told = told(&beside(
        r#"
[[channel]]
id = "webb"
title = "granvik.se"
platform = "matomo"
account = "1"
unit = "kommunikation"
door = "dma"

[[channel]]
id = "ig"
title = "Granvik på Instagram"
platform = "instagram"
account = "https://www.instagram.com/granvik"
unit = "kommunikation"

[[report]]
id = "vecka"
kind = "unit"
approve = "owner"
recipients = ["namn@granvik.example", "namn@granvik.example", "utan.snabel-a"]

[[label]]
id = "jobb"

[mail]
host = "smtp.granvik.example"
protection = "none"
username = "genomslag"
password = { env = "LOSENORD" }
from = "genomslag@granvik.example"
allow = ["annan.example"]
"#,
    ));
    insta::assert_snapshot!(told);
}

#[test]
fn lines_that_are_not_toml_leave_the_others_readable() {
    let told = told(&beside(
        r#"
[[goal]]
id = "foljare"
title = Fler följer oss
metric = "followers"
targett = 14000
due = 2027-06-30

[[goal]]
id = "inlagg"
title = "Fler inlägg"
metric = "posts
kind = "cadence"
target = 3
due = 2027-06-30
"#,
    ));
    insta::assert_snapshot!(told);
}

#[test]
fn comments_have_faults_too() {
    let files = [
        file("granvik.toml", SOUND),
        file("comments/vecka 46.md", "Text.\n"),
        file("comments/2026-W46.md", "+++\nbeslut = \"Ja\"\nunit = \"kommunikationen\"\n+++\nText.\n"),
        file("comments/2026-W47.md", "+++\ndecision = \"Ja\"\n\nText.\n"),
    ];
    let told = told(&files);
    insta::assert_snapshot!(told);
}

#[test]
fn nothing_at_all() {
    let told = told(&[file("tom.toml", "")]);
    insta::assert_snapshot!(told);
}

#[test]
fn the_same_for_programs() {
    let faults = check_text(&beside(
        "[[goal]]\nid = \"x\"\ntitle = \"X\"\nmetric = \"folowers\"\ntarget = 1\ndue = 2027-01-01\n",
    ))
    .unwrap_err();
    assert_eq!(
        faults.to_json(Language::Swedish),
        serde_json::json!([{
            "file": "more.toml",
            "line": 4,
            "column": 10,
            "message": "det finns inget mått `folowers`",
            "expected": "väntade ett mått ur katalogen",
            "help": "menade du `followers`?",
        }])
    );
}
