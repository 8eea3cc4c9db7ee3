//! The example organisation: it parses without a fault, it explains every key, and it is the one that the sandbox serves.

use std::collections::BTreeSet;

use genomslag::config::{Config, Key, Kind, ROOT, Section, Source, check_text, embedded_files, load};
use genomslag::model::{Approval, GoalKind, Platform, ReportKind};
use genomslag::sandbox::World;

fn example() -> Config {
    load(&Source::Embedded).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Whether the line, without its `# `, is a key or the head of a table that the example does not use.
fn is_sleeping(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("# ") else { return false };
    let name =
        |text: &str| !text.is_empty() && text.chars().all(|sign| sign.is_ascii_lowercase() || "_.".contains(sign));
    let head = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let head = head.map(|head| head.strip_prefix('[').and_then(|head| head.strip_suffix(']')).unwrap_or(head));
    head.is_some_and(name) || rest.split_once(" = ").is_some_and(|(key, _)| name(key))
}

/// What does not go together in `[mail]`: a password, and a token instead of it.
const PASSWORD: &[&str] = &["# password = "];
const TOKEN: &[&str] =
    &["# token_url = ", "# client_id = \"0000", "# scope = ", "# client_secret = { env = \"GENOMSLAG_MAIL"];

/// The example with everything awake that only stands there to be explained, but for these lines.
fn awake(asleep: &[&str]) -> Vec<(String, String)> {
    let wakes = |line: &str| is_sleeping(line) && !asleep.iter().any(|start| line.starts_with(start));
    let wake = |line: &str| if wakes(line) { line["# ".len()..].to_owned() } else { line.to_owned() };
    embedded_files()
        .into_iter()
        .map(|(name, text)| {
            let text: Vec<String> = text.lines().map(wake).collect();
            // Nor does a password go over a line without protection.
            (name, text.join("\n").replace("protection = \"none\"", "protection = \"starttls\""))
        })
        .collect()
}

#[test]
fn it_parses_without_a_fault() {
    let config = example();
    assert_eq!(config.organisation.name, "Björkvalla kommun");
    assert!(config.units.0.len() >= 3 && config.units.0.iter().any(|unit| unit.parent.is_some()));
    let social = config.channels.iter().filter(|channel| channel.platform != Platform::Matomo).count();
    assert_eq!((social, config.channels.len()), (8, 9));
    assert_eq!((config.campaigns.len(), config.population.len()), (2, 2));
    assert_eq!(config.comments.len(), 2);
    assert!(config.comments.iter().all(|comment| comment.decision.is_some() && !comment.text.is_empty()));
    assert_eq!(config.channels.iter().filter(|channel| config.token(channel).is_none()).count(), 0);
}

#[test]
fn its_goals_show_the_kinds() {
    let config = example();
    let kind = |id: &str| {
        let goal = config.goals.iter().find(|goal| goal.id.as_str() == id).unwrap();
        serde_json::to_value(&goal.kind).unwrap()["kind"].as_str().unwrap().to_owned()
    };
    assert!(config.goals.len() >= 6 && config.goals.len() <= 7, "page one has room for seven");
    let kinds: BTreeSet<String> = config.goals.iter().map(|goal| kind(goal.id.as_str())).collect();
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        ["absolute", "cadence", "ceiling", "direction", "floor", "relative_growth"]
    );
    // The five-line goal stands on defaults alone.
    let first = &config.goals[0];
    assert_eq!(first.kind, GoalKind::Absolute { target: 26_500.0 });
    assert_eq!((first.start.to_string(), first.unit.clone()), ("2026-01-01".to_owned(), None));
    assert!(config.goals.iter().any(|goal| goal.contributes_to.as_ref() == Some(&first.id)));
}

#[test]
fn its_reports_are_those_of_the_demo() {
    let config = example();
    let kinds: Vec<ReportKind> = config.reports.iter().map(|report| report.kind).collect();
    assert_eq!(kinds, [ReportKind::Weekly, ReportKind::Unit, ReportKind::Monthly, ReportKind::Tertial]);
    assert!(config.reports.iter().all(|report| report.schedule.is_some() && !report.recipients.is_empty()));
    let tertial = config.report("tertialrapport").unwrap();
    assert_eq!(tertial.approve, Approval::Owner);
    assert!(config.report_owners.contains_key("tertialrapport"));
    let mail = config.mail.as_ref().unwrap();
    assert_eq!((mail.host.as_str(), mail.username.is_none()), ("localhost", true));
}

#[test]
fn it_is_the_organisation_that_the_sandbox_serves() {
    let config = example();
    let world = World::example("2026-11-18T06:00:00Z".parse().unwrap());
    assert_eq!(config.organisation.id.as_str(), world.organisation);
    for account in &world.accounts {
        let channel = config.channels.iter().find(|channel| channel.id.as_str() == account.channel).unwrap();
        assert_eq!((channel.platform, &channel.account), (account.platform, &account.id));
        assert_eq!((&channel.page, channel.door, channel.zone), (&account.page, account.door, account.zone()));
    }
    for site in &world.sites {
        let mut channels = config.channels.iter().filter(|channel| channel.platform == Platform::Matomo);
        assert!(channels.any(|channel| channel.account == site.id && channel.zone == site.zone));
    }
    for campaign in &world.campaigns {
        let ours = config.campaigns.iter().find(|ours| ours.id.as_str() == campaign.slug).unwrap();
        assert_eq!((ours.start, ours.end), (campaign.first, campaign.last));
        let accounts =
            |id: &str| config.channels.iter().find(|channel| channel.id.as_str() == id).unwrap().account.clone();
        let used: BTreeSet<String> = ours.channels.iter().map(|id| accounts(id.as_str())).collect();
        assert_eq!(used, campaign.accounts.iter().cloned().collect());
    }
    for platform in config.platforms_used() {
        let name = match config.platforms.access(platform).token.clone().unwrap() {
            genomslag::config::SecretRef::Env(name) => name,
            genomslag::config::SecretRef::File(path) => panic!("{}", path.display()),
        };
        assert!(world.tokens.variables().contains_key(&name), "{name}");
    }
}

#[test]
fn what_sleeps_in_it_is_right_too() {
    for (asleep, by_token) in [(PASSWORD, true), (TOKEN, false)] {
        let config = check_text(&awake(asleep)).unwrap_or_else(|faults| panic!("{faults}"));
        assert!(config.goals.len() > example().goals.len());
        assert!(config.platforms.linkedin_app.is_some() && config.key.is_some());
        let mail = config.mail.unwrap();
        assert_eq!((mail.oauth.is_some(), mail.password.is_some()), (by_token, !by_token));
    }
}

fn seen(value: &toml::Value, section: &'static Section, into: &mut BTreeSet<(&'static str, &'static str)>) {
    match value {
        toml::Value::Array(list) => list.iter().for_each(|value| seen(value, section, into)),
        toml::Value::Table(table) => {
            for (name, value) in table {
                let key: &Key = section.key(name).unwrap();
                into.insert((section.head, key.name));
                if let Kind::Table(inner) | Kind::Tables(inner) | Kind::Recipients(inner) = key.kind {
                    seen(value, inner, into);
                }
            }
        }
        // A recipient may be an address alone.
        _ => {}
    }
}

fn every(section: &'static Section, into: &mut BTreeSet<(&'static str, &'static str)>) {
    for key in section.keys {
        into.insert((section.head, key.name));
        if let Kind::Table(inner) | Kind::Tables(inner) | Kind::Recipients(inner) = key.kind {
            every(inner, into);
        }
    }
}

#[test]
fn every_key_stands_in_it() {
    let (mut there, mut all) = (BTreeSet::new(), BTreeSet::new());
    every(&ROOT, &mut all);
    let files = [awake(PASSWORD), awake(TOKEN)].concat();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".toml")) {
        let table: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        seen(&toml::Value::Table(table), &ROOT, &mut there);
    }
    let lacking: Vec<_> = all.difference(&there).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    assert!(all.len() > 120, "the walk through the keys lost its way: {}", all.len());
    let comments: String = files.into_iter().filter(|(name, _)| name.ends_with(".md")).map(|(_, text)| text).collect();
    for key in genomslag::config::COMMENT.keys {
        assert!(comments.lines().any(|line| line.starts_with(&format!("{} = ", key.name))), "{}", key.name);
    }
}

/// Every key is explained where it stands first in its kind of table: a remark comes right before it or before its block.
#[test]
fn every_key_is_explained() {
    let mut explained = BTreeSet::new();
    for (name, text) in embedded_files() {
        let mut head = String::new();
        // A remark opens a block of keys, an empty line closes it.
        let mut remark = false;
        for line in text.lines() {
            let plain = if is_sleeping(line) { &line["# ".len()..] } else { line };
            if let Some(found) = plain.strip_prefix('[') {
                found.trim_matches(['[', ']']).clone_into(&mut head);
                remark = false;
            } else if line.starts_with('#') && !is_sleeping(line) {
                remark = true;
            } else if line.is_empty() {
                remark = false;
            } else if let Some((key, _)) = plain.split_once(" = ").filter(|_| remark) {
                explained.insert((name.clone(), head.clone(), key.to_owned()));
            }
        }
    }
    let tables = [
        "organisation",
        "unit",
        "population",
        "channel",
        "fetch",
        "storage",
        "campaign",
        "label",
        "report",
        "mail",
        "delivery",
    ];
    for table in tables {
        let (Kind::Table(section) | Kind::Tables(section)) = ROOT.key(table).unwrap().kind else { panic!("{table}") };
        for key in section.keys {
            assert!(
                explained.iter().any(|(_, head, found)| head == table && found == key.name),
                "{table}.{}",
                key.name
            );
        }
    }
}
