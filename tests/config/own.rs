//! What an organisation makes itself: metrics of its own, labels by hand, goals about some posts.

use genomslag::config::{Config, Look, check_text};
use genomslag::model::{Language, Platform, Post, PostFormat};

use super::file;

const GROUND: &str = r#"
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

[[label]]
id = "jobb"
title = "Lediga jobb"
hashtags = ["jobb"]

[[label]]
id = "drift"
title = "Driftinformation"
text = ["avstängd"]
"#;

fn told(files: &[(String, String)]) -> String {
    let look = Look { terminal: false, width: 110 };
    let faults = check_text(files).unwrap_err();
    format!("{}\n════════\n\n{}", faults.render(Language::Swedish, look), faults.render(Language::English, look))
}

fn read(files: &[(String, String)]) -> Config {
    check_text(files).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn a_formula_is_a_metric_like_others() {
    let config = read(&[
        file("granvik.toml", GROUND),
        file(
            "more.toml",
            r#"
[[formula]]
id = "klickandel"
title = "Klick per visning"
formula = "clicks / views"
unit = "share"

[[goal]]
id = "klick"
title = "Fler klickar"
metric = "klickandel"
kind = "floor"
target = 0.02
due = 2027-06-30
labels = ["jobb"]

[[campaign]]
id = "host"
title = "Hösten"
start = 2026-09-01
end = 2026-09-30
outcome = "klickandel"
"#,
        ),
    ]);
    let catalog = config.catalog();
    let metric = catalog.canonical(&config.goals[0].metric).unwrap();
    assert_eq!(metric.title.get(Language::English), "Klick per visning");
    assert_eq!(metric.definition.get(Language::Swedish), "Räknas som clicks / views.");
    assert_eq!(config.campaigns[0].outcome.as_ref(), Some(&metric.name));
}

#[test]
fn formulas_that_cannot_be_are_pointed_at() {
    let formula = |id: &str, text: &str| format!("[[formula]]\nid = \"{id}\"\ntitle = \"X\"\nformula = \"{text}\"\n\n");
    let text: String = [
        ("a", "views + reach"),
        ("b", "views / followers"),
        ("c", "views / invånare"),
        ("d", "clicks + shares / views"),
        ("e", "(reactions + commments) / views"),
        ("f", "views +"),
        ("g", "views / 0"),
        ("views", "clicks"),
        ("h", "1000"),
    ]
    .iter()
    .map(|(id, text)| formula(id, text))
    .collect();
    let share = "[[formula]]\nid = \"i\"\ntitle = \"X\"\nformula = \"clicks + shares\"\nunit = \"share\"\n";
    let goal = "[[goal]]\nid = \"m\"\ntitle = \"M\"\nmetric = \"klik\"\ntarget = 1\ndue = 2027-01-01\n";
    insta::assert_snapshot!(told(&[file("granvik.toml", GROUND), file("more.toml", &(text + share + goal))]));
}

#[test]
fn goals_about_parts_that_cannot_be_cut_out_are_pointed_at() {
    let goal = |id: &str, rest: &str| format!("[[goal]]\nid = \"{id}\"\ntitle = \"X\"\ndue = 2027-12-31\n{rest}\n\n");
    let text = [
        goal("a", "metric = \"followers\"\ntarget = 1\nlabels = [\"jobb\"]"),
        goal("b", "metric = \"reach\"\nkind = \"floor\"\ntarget = 1\nlabels = [\"jobb\"]"),
        goal("c", "metric = \"views\"\ntarget = 1\ncampaign = \"host\""),
        goal("d", "metric = \"social_visits\"\ntarget = 1\nlabels = [\"jobb\"]"),
        "[[campaign]]\nid = \"host\"\ntitle = \"Hösten\"\nstart = 2026-09-01\nend = 2026-09-30\n".to_owned(),
    ]
    .concat();
    insta::assert_snapshot!(told(&[file("granvik.toml", GROUND), file("more.toml", &text)]));
}

fn post(id: &str, text: &str, permalink: Option<&str>) -> Post {
    Post {
        organisation: "granvik".into(),
        platform: Platform::Facebook,
        channel: "fb".into(),
        id: id.into(),
        published: "2026-11-02T08:00:00Z".parse().unwrap(),
        format: PostFormat::Text,
        text: text.to_owned(),
        permalink: permalink.map(str::to_owned),
        link: None,
        seen: "2026-11-03T08:00:00Z".parse().unwrap(),
        source: "api:test".to_owned(),
    }
}

#[test]
fn labels_by_hand_stand_beside_the_rules() {
    let by_hand = "\u{feff}# gjord i kalkylprogrammet\nInlägg;Etiketter;Varför\n\
        1000_1;jobb kultur;\n\
        \"https://www.facebook.com/1000/posts/2?locale=sv_SE\";\"-drift, jobb\"\n\
        ;;\n";
    let more = "[[label]]\nid = \"kultur\"\n";
    let config = read(&[file("granvik.toml", GROUND), file("more.toml", more), file("labels-2026.csv", by_hand)]);
    let of = |id: &str, text: &str, link: Option<&str>| config.labels_of(&post(id, text, link)).join(" ");
    assert_eq!(of("1000_1", "Vägen är avstängd", None), "jobb drift kultur");
    assert_eq!(of("1000_2", "Vägen är avstängd", Some("https://facebook.com/1000/posts/2/")), "jobb");
    assert_eq!(of("1000_3", "Vägen är avstängd #jobb", None), "jobb drift");
    assert_eq!(of("1000_4", "God morgon", None), "");
    let other =
        read(&[file("granvik.toml", GROUND), file("more.toml", more), file("labels.csv", "post,labels\n1,kultur")]);
    assert_ne!(config.digest, other.digest, "what was said by hand is part of the configuration");
}

#[test]
fn labels_by_hand_have_faults_with_places() {
    let by_hand =
        "inlagg;etiketter\n1000_1;job\n1000_2;\n;jobb\n1000_3;jobb\nhttps://facebook.com/x;drift\n1000_3;drift\n";
    insta::assert_snapshot!(told(&[file("granvik.toml", GROUND), file("labels.csv", by_hand)]));
}

const VERSIONS: &str = r#"
[[goal]]
id = "foljare"
title = "Fler följer oss"
metric = "followers"
target = 12000
due = 2027-06-30

[[goal]]
id = "foljare"
title = "Fler följer oss"
metric = "followers"
target = 14000
due = 2027-06-30
version = 2
valid_from = 2026-07-01
change_reason = "Målet höjdes i delårsrapporten."
"#;

#[test]
fn a_changed_goal_keeps_its_earlier_version() {
    let config = read(&[file("granvik.toml", GROUND), file("more.toml", VERSIONS)]);
    let target = |day: &str| {
        let goals = config.goals_on(day.parse().unwrap());
        assert_eq!(goals.len(), 1);
        serde_json::to_value(&goals[0].kind).unwrap()["target"].as_f64().unwrap()
    };
    assert_eq!((target("2026-06-30"), target("2026-07-01"), target("2027-01-01")), (12_000.0, 14_000.0, 14_000.0));
    let late = VERSIONS.replace("due = 2027-06-30\n\n", "due = 2027-06-30\nvalid_from = 2026-03-01\n\n");
    let config = read(&[file("granvik.toml", GROUND), file("more.toml", &late)]);
    assert!(config.goals_on("2026-02-28".parse().unwrap()).is_empty());
    assert_eq!(config.goals_on("2026-03-01".parse().unwrap()).len(), 1);
}

#[test]
fn versions_without_a_day_or_a_reason_are_pointed_at() {
    let text = VERSIONS.replace("change_reason = \"Målet höjdes i delårsrapporten.\"\n", "");
    let twice = VERSIONS.replace("valid_from = 2026-07-01\n", "");
    insta::assert_snapshot!(
        told(&[file("granvik.toml", GROUND), file("more.toml", &text)])
            + "\n════════ ════════\n\n"
            + &told(&[file("granvik.toml", GROUND), file("more.toml", &twice)])
    );
}
