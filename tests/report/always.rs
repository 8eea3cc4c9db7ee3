//! What holds for every report: no number without a figure, no figure twice, the same twice, nothing lost in JSON.

use std::collections::BTreeSet;

use genomslag::model::{Figure, Language, Missing, Number, ReportKind, Unit};
use genomslag::render::{Look, typeset::Typeset};
use genomslag::report::{Block, Chart, Report, find_figure, printed_figures};
use genomslag::words::Locale;
use proptest::prelude::*;
use regex::Regex;

use super::sample::{Held, held, sample};

fn kinds() -> impl Iterator<Item = (ReportKind, Language)> {
    let kinds = [ReportKind::Weekly, ReportKind::Unit, ReportKind::Monthly, ReportKind::Tertial];
    kinds.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language)))
}

/// Every way in which a figure may stand in a text.
fn ways(figure: &Figure, locale: Locale) -> Vec<String> {
    match &figure.value {
        Ok(number) => {
            let size = Number { value: number.value.abs(), ..*number };
            vec![locale.signed(*number), locale.written(*number), locale.written(size)]
        }
        Err(missing) => vec![locale.missing(missing)],
    }
}

/// Dates, weeks and clocks are not numbers of ours.
fn without_dates(text: &str) -> String {
    let months = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|January|\
                  February|March|April|May|June|July|August|September|October|November|December|jan|feb|aug|sep|okt|nov|\
                  dec|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec|June";
    let date = Regex::new(&format!(r"(\d{{1,2}}–)?\d{{1,2}} ({months})( \d{{4}})?")).unwrap();
    let month = Regex::new(&format!(r"({months}) \d{{4}}")).unwrap();
    let week = Regex::new(r"([Vv]ecka|[Ww]eek) \d{1,2}").unwrap();
    let clock = Regex::new(r"(kl\. \d\d\.\d\d|, \d\d:\d\d)").unwrap();
    let text = date.replace_all(text, "");
    let text = month.replace_all(&text, "");
    let text = week.replace_all(&text, "");
    clock.replace_all(&text, "").into_owned()
}

/// What people wrote, and names: taken out before looking for numbers.
fn names(held: &Held) -> Vec<String> {
    let goals = held
        .goals
        .iter()
        .flat_map(|it| [Some(it.title.clone()), it.why.clone(), it.record.case_no.clone()].into_iter().flatten());
    let channels = held.facts.channels.iter().map(|it| it.title.clone());
    let population = held.facts.population.iter().map(|it| it.source.clone());
    let posts = held.facts.posts.iter().map(|it| it.text.chars().take(60).collect());
    let posts = posts.chain(held.facts.posts.iter().map(|it| format!("familjehem, {}", it.id)));
    goals.chain(channels).chain(population).chain(posts).collect()
}

fn stray(report: &Report, held: &Held) -> Vec<String> {
    let locale = Locale::of(report.language);
    let mut wrong = Vec::new();
    for printed in printed_figures(report) {
        let mut text = printed.text.to_owned();
        for name in &names(held) {
            text = text.replace(name, "");
        }
        let mut texts: Vec<String> = Vec::new();
        for id in &printed.figures {
            match find_figure(report, id) {
                Some(figure) => texts.extend(ways(figure, locale)),
                None => wrong.push(format!("{}: {id} is printed and not kept: {}", printed.place, printed.text)),
            }
        }
        // A reason may stand with a capital letter.
        texts.extend(texts.clone().iter().map(|it| it.chars().skip(1).collect()));
        texts.sort_by_key(|it| std::cmp::Reverse(it.len()));
        text = without_dates(&text);
        texts.iter().filter(|it| !it.is_empty()).for_each(|it| text = text.replace(it.as_str(), ""));
        if text.chars().any(|letter| letter.is_ascii_digit()) {
            wrong.push(format!("{}: `{}` leaves `{text}`", printed.place, printed.text));
        }
    }
    wrong
}

fn charts(report: &Report) -> Vec<&Chart> {
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    blocks
        .flat_map(|block| match block {
            Block::Goal { chart, .. } => chart.iter().collect::<Vec<_>>(),
            Block::Chart(chart) => vec![chart],
            Block::Multiples { charts } => charts.iter().collect(),
            _ => Vec::new(),
        })
        .collect()
}

#[test]
fn every_number_is_a_figure() {
    for (kind, language) in kinds() {
        let held = sample(kind);
        let wrong = stray(&held.report(kind, language), &held);
        assert!(wrong.is_empty(), "{kind:?} {language:?}\n{}", wrong.join("\n"));
    }
}

#[test]
fn the_search_for_stray_numbers_finds_one() {
    let held = held();
    let mut report = held.report(ReportKind::Weekly, Language::Swedish);
    report.changes[0].text.push_str(" Det är 17 fler.");
    assert_eq!(stray(&report, &held).len(), 1);
}

#[test]
fn figures_have_names_of_their_own_and_each_cell_the_number_of_its_figure() {
    for (kind, language) in kinds() {
        let report = sample(kind).report(kind, language);
        let ids: BTreeSet<_> = report.figures.iter().map(|it| &it.id).collect();
        assert_eq!(ids.len(), report.figures.len());
        let json = serde_json::to_value(&report).unwrap();
        let mut cells = Vec::new();
        collect_cells(&json, &mut cells);
        for (id, number) in cells {
            let figure = report.figures.iter().find(|it| it.id.0 == id).unwrap_or_else(|| panic!("{id}"));
            if let Some(number) = number {
                assert_eq!(figure.number(), Some(number), "{id}");
            }
        }
    }
}

fn collect_cells(json: &serde_json::Value, found: &mut Vec<(String, Option<f64>)>) {
    match json {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::String(id)) = map.get("figure") {
                found.push((id.clone(), map.get("number").and_then(serde_json::Value::as_f64)));
            }
            map.values().for_each(|it| collect_cells(it, found));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|it| collect_cells(it, found)),
        _ => {}
    }
}

#[test]
fn every_chart_has_caption_gist_and_table() {
    for (kind, language) in kinds() {
        let report = sample(kind).report(kind, language);
        let charts = charts(&report);
        assert!(!charts.is_empty() || kind == ReportKind::Unit, "{kind:?}");
        let ids: BTreeSet<&str> = charts.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), charts.len(), "names of charts are file names");
        for chart in charts {
            assert!(!chart.caption.is_empty() && !chart.data.rows.is_empty(), "{}", chart.id);
            assert!(chart.alt.chars().any(|it| it.is_ascii_digit()), "{}: {}", chart.id, chart.alt);
            assert!(chart.data.rows.iter().all(|row| row.len() == chart.data.columns.len()), "{}", chart.id);
        }
    }
}

#[test]
fn tables_are_square_and_their_names_differ() {
    for (kind, language) in kinds() {
        let report = sample(kind).report(kind, language);
        let mut ids = BTreeSet::new();
        for section in &report.sections {
            for block in &section.blocks {
                if let Block::Table(table) = block {
                    assert!(ids.insert(table.id.clone()), "{}", table.id);
                    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.id);
                }
            }
        }
    }
}

#[test]
fn no_place_is_left_unfilled_and_no_space_doubled() {
    let places = Regex::new(r"\{[a-z_]+\}").unwrap();
    let odd = Regex::new(r".{0,60}(  | \.|\.\.|,,|; \.).{0,20}").unwrap();
    for (kind, language) in kinds() {
        let report = Report { figures: Vec::new(), ..sample(kind).report(kind, language) };
        let json = serde_json::to_string(&report).unwrap();
        assert!(places.find(&json).is_none(), "{:?}", places.find(&json));
        assert!(odd.find(&json).is_none(), "{kind:?} {language:?}: {:?}", odd.find(&json));
    }
}

#[test]
fn the_weekly_report_has_two_pages_and_that_of_a_unit_one() {
    let look = Look::builtin();
    for language in Language::ALL {
        for (kind, most) in [(ReportKind::Weekly, 2), (ReportKind::Unit, 1)] {
            let report = sample(kind).report(kind, language);
            let set = Typeset::new(&report, &look).unwrap();
            if let Some(folder) = std::env::var_os("RENDER_OUT") {
                let path = std::path::Path::new(&folder).join(format!("{}-{}.pdf", kind.as_str(), language.code()));
                std::fs::write(path, set.pdf().unwrap()).unwrap();
            }
            assert!(set.page_count() <= most, "{kind:?} {language:?}: {} pages", set.page_count());
        }
    }
}

#[test]
fn no_word_claims_a_cause() {
    for (kind, language) in kinds() {
        let json = serde_json::to_string(&sample(kind).report(kind, language)).unwrap().to_lowercase();
        for word in ["ledde till", "orsakade", "tack vare", "effekten blev", "led to", "caused", "thanks to"] {
            assert!(!json.contains(word), "{word}");
        }
    }
}

#[test]
fn the_same_material_gives_the_same_report() {
    let (first, second) = (held(), held());
    let of = |held: &Held| serde_json::to_string(&held.report(ReportKind::Tertial, Language::Swedish)).unwrap();
    assert_eq!(of(&first), of(&second));
}

#[test]
fn an_organisation_without_anything_still_gets_a_report() {
    let mut held = held();
    held.facts.channels.clear();
    held.facts.series.clear();
    held.facts.wholes.clear();
    held.facts.posts.clear();
    held.facts.post_values.clear();
    held.facts.population.clear();
    for (kind, language) in kinds().filter(|(kind, _)| *kind != ReportKind::Unit) {
        let with_goals = held.report(kind, language);
        assert!(with_goals.goals.iter().all(|it| !it.why.is_empty()), "{kind:?}");
        let wrong = stray(&with_goals, &held);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    held.goals.clear();
    let report = held.report(ReportKind::Weekly, Language::Swedish);
    assert_eq!(report.headline, "Inga mål är satta för perioden.");
    assert!(report.decision.is_none());
}

#[test]
fn reasons_with_numbers_carry_them() {
    let locale = Locale::of(Language::Swedish);
    assert_eq!(locale.missing(&Missing::SampleTooSmall { have: 12, need: 30 }).matches(char::is_numeric).count(), 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the followers do, the line tells the figure, and no number strays.
    #[test]
    fn any_numbers_are_told_as_they_are(target in 1_000.0_f64..1e6, level in 0.0_f64..1e6, step in -50.0_f64..50.0) {
        let mut held = held();
        held.goals.truncate(3);
        held.goals[0].kind = genomslag::model::GoalKind::Absolute { target };
        let mine = held.facts.series.iter_mut().find(|it| it.channel.as_str() == "fb-kommun" && it.metric.as_str() == "followers");
        for (at, point) in mine.unwrap().points.iter_mut().enumerate() {
            point.value = Some((level + step * f64::from(u32::try_from(at).unwrap())).round());
        }
        let report = held.report(ReportKind::Weekly, Language::Swedish);
        let wrong = stray(&report, &held);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let line = &report.goals[0];
        let number = Number { value: line.now.number.unwrap(), unit: Unit::Count };
        prop_assert_eq!(&line.now.text, &Locale::of(Language::Swedish).written(number));
    }
}
