//! What sections tell of forecasts, new levels and campaigns: figures that were made by hand, in words.

use genomslag::analysis::{KeptForecast, LevelShift, campaign_effect, score};
use genomslag::model::{Campaign, Goal, GoalKind, Language, Pace, ReportKind, Step};
use genomslag::report::{Block, Report, compose};
use genomslag::words::Words;

use super::sample::{Held, covered, sample};
use crate::analysis::sample::{add_break, catalog, day};
use crate::effect::campaigns::{campaign, sites};

fn kept(goal: &str, chance: f64, met: Option<bool>, value: Option<f64>) -> KeptForecast {
    KeptForecast {
        goal: goal.into(),
        made: day("2026-05-04"),
        due: day("2026-06-30"),
        chance,
        range: (90.0, 110.0),
        settled: true,
        met,
        value,
    }
}

fn paragraphs(report: &Report, section: &str) -> Vec<String> {
    let blocks = report.sections.iter().filter(|it| it.id == section).flat_map(|it| &it.blocks);
    blocks
        .flat_map(|block| match block {
            Block::Paragraph { text, .. } => vec![text.clone()],
            Block::List { items } => items.iter().map(|item| item.text.clone()).collect(),
            _ => Vec::new(),
        })
        .map(|text| text.replace(['\u{202f}', '\u{a0}'], " "))
        .collect()
}

fn with_scores(held: &Held, language: Language) -> Report {
    let mut material = held.material(ReportKind::Tertial, language, covered(ReportKind::Tertial));
    material.score = Some(score(&[
        kept("a", 0.8, Some(true), Some(100.0)),
        kept("a", 0.7, Some(false), Some(80.0)),
        kept("b", 0.2, Some(false), Some(95.0)),
        kept("c", 0.5, None, None),
    ]));
    material.shifts = vec![LevelShift {
        channel: "fb-kommun".into(),
        metric: "views".into(),
        day: day("2026-07-15"),
        levels: (400.0, 900.4),
    }];
    compose(&material, Words::builtin(language))
}

#[test]
fn the_tertial_report_says_how_often_likely_came_true() {
    let held = sample(ReportKind::Tertial);
    let swedish = paragraphs(&with_scores(&held, Language::Swedish), "forecasts");
    assert_eq!(
        swedish,
        [
            "Hittills har 3 prognoser nått sin dag (antal mål: 2).",
            "Av 1 som sa ”osannolikt” slog 0 in.",
            "Av 2 som sa ”troligt” slog 1 in.",
            "Det troliga spannet höll utfallet 2 gånger av 3; meningen är åtta av tio.",
            "Medelfelet (Brier) är 0,19: noll är fullträff, 0,25 är som att singla slant.",
            "Prognoser om samma mål slår in eller slår fel tillsammans, så talen väger lättare än de ser ut.",
            "En prognos nådde sin dag utan att målet gick att bedöma.",
        ]
    );
    let english = paragraphs(&with_scores(&held, Language::English), "forecasts");
    assert!(english.contains(&"Of 2 that said “likely”, 1 came true.".to_owned()), "{english:?}");
    assert!(
        english.contains(&"The mean error (Brier) is 0.19: nought is perfect, 0.25 is the toss of a coin.".to_owned())
    );
}

#[test]
fn a_new_level_is_told_among_the_changes_and_marked_in_its_curve() {
    let held = sample(ReportKind::Tertial);
    let report = with_scores(&held, Language::Swedish);
    let told = paragraphs(&report, "changes").join("\n");
    let sentence = "visningar ligger sedan den 15 juli 2026 på en ny nivå, ungefär 900 en vanlig dag mot 400 tidigare.";
    assert!(told.contains(sentence), "{told}");
    let curves = report.sections.iter().filter(|it| it.id == "channels").flat_map(|it| &it.blocks);
    let marked = curves.filter_map(|block| if let Block::Multiples { charts } = block { Some(charts) } else { None });
    let curve = marked.flatten().find(|chart| chart.id == "fb-kommun-views").unwrap();
    let json = serde_json::to_value(&curve.drawing).unwrap();
    let marks: Vec<&str> = json["breaks"].as_array().unwrap().iter().filter_map(|it| it["label"].as_str()).collect();
    assert!(marks.contains(&"ny nivå"), "{marks:?} {}", json["days"]);
}

/// A report on one campaign whose truth is known: half again as many visits as without it.
fn on_campaign(language: Language) -> (Report, Campaign) {
    let mut held = sample(ReportKind::Campaign);
    held.facts = sites("large", 300, 1.5);
    held.facts.scopes.campaigns = vec![campaign(&["granne"])];
    held.catalog = catalog();
    held.goals.clear();
    let campaign = campaign(&["granne"]);
    held.campaigns = vec![campaign.clone()];
    let mut material =
        held.material(ReportKind::Campaign, language, crate::analysis::sample::period("2026-11-02..2026-11-29"));
    material.effects = vec![campaign_effect(&campaign, &[], &held.facts, &held.catalog).unwrap()];
    (compose(&material, Words::builtin(language)), campaign)
}

#[test]
fn page_one_of_a_report_on_a_campaign_is_about_the_campaign() {
    let (report, campaign) = on_campaign(Language::Swedish);
    assert_eq!(report.title, "Insatsens effekt: En insats");
    assert!(report.headline.starts_with("Starkt stöd: under insatsen var antalet besök "), "{}", report.headline);
    assert!(report.headline.contains(" högre än väntat (spann "), "{}", report.headline);
    assert!(report.goals.is_empty() && report.changes.is_empty() && report.decision.is_none());
    assert_eq!(report.sections[0].id, "campaigns");
    assert!(!report.counts.is_empty(), "the headline's numbers are figures");
    let charts = report.sections[0].blocks.iter().filter(|block| matches!(block, Block::Chart(_))).count();
    assert_eq!(charts, 2);
    let (english, _) = on_campaign(Language::English);
    assert_eq!(english.title, "The campaign's effect: En insats");
    assert!(english.headline.starts_with("Strong support: during the campaign "), "{}", english.headline);
    assert_eq!(campaign.id.as_str(), "insats");
}

/// Why the only goal stands as it does, in the weekly report.
fn why(mut held: Held, goal: Goal, language: Language) -> String {
    held.goals = vec![goal];
    held.report(ReportKind::Weekly, language).goals.remove(0).why.replace(['\u{202f}', '\u{a0}'], " ")
}

#[test]
fn a_pace_that_is_not_even_is_named_beside_the_even_need() {
    let mut goal = sample(ReportKind::Weekly).goals.remove(0);
    goal.steps = vec![Step { date: day("2026-06-30"), value: 12_400.0 }];
    goal.pace = Pace::Steps;
    let swedish = why(sample(ReportKind::Weekly), goal.clone(), Language::Swedish);
    assert!(swedish.contains(", räknat från delmål till delmål; behöver "), "{swedish}");
    goal.pace = Pace::Seasonal;
    let english = why(sample(ReportKind::Weekly), goal.clone(), Language::English);
    assert!(english.contains(", counted by the same time last year; needs "), "{english}");
    goal.pace = Pace::Linear;
    assert!(!why(sample(ReportKind::Weekly), goal, Language::English).contains("counted"));
}

#[test]
fn a_comparison_with_other_weeks_than_last_years_says_that_those_cannot_be_compared_with() {
    let mut compared = sample(ReportKind::Weekly).goals.remove(2);
    compared.kind = GoalKind::Direction;
    compared.scope.channels = vec!["fb-kommun".into()];
    // 1 000 a day for three weeks and 1 500 for one, against 800 a day.
    assert_eq!(
        why(sample(ReportKind::Weekly), compared.clone(), Language::Swedish),
        "I snitt 7 875 i veckan (19 oktober–15 november 2026), mot 5 600 (20 oktober–16 november 2025)."
    );
    let mut redefined = sample(ReportKind::Weekly);
    add_break(&mut redefined.facts, "fb-kommun", "views", "2025-12-01");
    assert_eq!(
        why(redefined, compared, Language::Swedish),
        "I snitt 7 875 i veckan (19 oktober–15 november 2026), mot 5 600 (1–28 december 2025); samma veckor i fjol går inte att jämföra med."
    );
}
