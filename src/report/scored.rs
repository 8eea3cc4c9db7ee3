//! How earlier forecasts turned out: the words that were said, and how often they came true.

use super::draft::{Draft, Part, words_cell};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::outlook::likelihood_word;
use super::{Align, Block, Section, Table};
use crate::analysis::{Likelihood, Score};
use crate::model::told::{Told, traces};
use crate::model::{Figure, Number, Unit};
use crate::words::ForecastWords;

use Part::{Behind, Text, Value};

/// The section, once any forecast has had its day.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let score = draft.material.score.clone().filter(|score| score.known + score.unjudged > 0)?;
    let mut blocks = Vec::new();
    if score.known > 0 {
        blocks.push(known(draft, &score));
        for (word, said, came) in &score.words {
            let (said, came) = (said_of(draft, *word, *said), came_of(draft, *word, *came));
            let likelihood = likelihood_word(&draft.words.forecast, *word);
            let parts = [("said", Value(&said)), ("likelihood", Text(likelihood)), ("came", Value(&came))];
            blocks.push(told(draft.say(&draft.words.forecast.score_word, &parts)));
        }
        blocks.extend(ranges(draft, &score));
        blocks.extend(brier(draft, &score));
        if score.goals < score.known {
            blocks.push(paragraph(draft.words.forecast.score_together.clone()));
        }
    }
    if score.unjudged > 0 {
        let count = counted(draft, "unjudged", score.unjudged, traces::forecasts_unjudged());
        let phrase = draft.words.forecast.score_unjudged.of(usize::try_from(score.unjudged).unwrap_or(usize::MAX));
        blocks.push(told(draft.say(phrase, &[("count", Value(&count))])));
    }
    if !score.words.is_empty() {
        blocks.push(Block::Table(table(draft, &score)));
    }
    Some(Section { id: "forecasts".to_owned(), heading: draft.words.forecast.score_heading.clone(), blocks })
}

fn known(draft: &mut Draft<'_>, score: &Score) -> Block {
    let count = counted(draft, "known", score.known, traces::forecasts_known());
    let goals = counted(draft, "goals", score.goals, traces::forecasts_goals());
    let phrase = draft.words.forecast.score_known.of(usize::try_from(score.known).unwrap_or(usize::MAX));
    let parts = [("known", Value(&count)), ("goals", Value(&goals)), ("", Behind(&count)), ("", Behind(&goals))];
    told(draft.say(phrase, &parts))
}

fn ranges(draft: &mut Draft<'_>, score: &Score) -> Option<Block> {
    let (inside, of) = score.covered;
    if of == 0 {
        return None;
    }
    let covered = counted(draft, "covered", inside, traces::forecasts_inside());
    let of = counted(draft, "ranged", of, traces::forecasts_ranged());
    let parts = [("covered", Value(&covered)), ("of", Value(&of))];
    Some(told(draft.say(&draft.words.forecast.score_ranges, &parts)))
}

fn brier(draft: &mut Draft<'_>, score: &Score) -> Option<Block> {
    let how = traces::brier();
    let number = Number { value: score.brier?, unit: Unit::Decimal };
    let brier = draft.figure("forecasts.brier", "forecasts", number, how);
    Some(told(draft.say(&draft.words.forecast.score_brier, &[("brier", Value(&brier))])))
}

fn table(draft: &mut Draft<'_>, score: &Score) -> Table {
    let mut rows = Vec::new();
    for (word, said, came) in &score.words {
        let share = Number { value: f64::from(*came) / f64::from((*said).max(1)), unit: Unit::Share };
        let id = format!("forecasts.{}.share", key(*word));
        let share = draft.figure(id, "forecasts", share, traces::forecasts_share());
        let (said, came) = (said_of(draft, *word, *said), came_of(draft, *word, *came));
        let words = &draft.words.forecast;
        let (name, limit) = (likelihood_word(words, *word).to_owned(), limit(words, *word).clone());
        rows.push(vec![name_cell(&name), words_cell(limit), draft.cell(&said), draft.cell(&came), draft.cell(&share)]);
    }
    let words = &draft.words.forecast;
    Table {
        id: "forecasts".to_owned(),
        caption: words.score_caption.clone(),
        columns: vec![
            column(&words.score_said, Align::Text),
            column(&words.score_chance, Align::Text),
            column(&words.score_made, Align::Number),
            column(&words.score_came, Align::Number),
            column(&words.score_share, Align::Number),
        ],
        rows,
        note: None,
    }
}

fn counted(draft: &Draft<'_>, name: &str, count: u32, how: Told) -> Figure {
    draft.count(format!("forecasts.{name}"), "forecasts", usize::try_from(count).unwrap_or(usize::MAX), how)
}

fn said_of(draft: &Draft<'_>, word: Likelihood, count: u32) -> Figure {
    counted(draft, &format!("{}.said", key(word)), count, traces::forecasts_said())
}

fn came_of(draft: &Draft<'_>, word: Likelihood, count: u32) -> Figure {
    counted(draft, &format!("{}.came", key(word)), count, traces::forecasts_met())
}

fn key(word: Likelihood) -> &'static str {
    match word {
        Likelihood::VeryUnlikely => "very_unlikely",
        Likelihood::Unlikely => "unlikely",
        Likelihood::AsLikelyAsNot => "as_likely_as_not",
        Likelihood::Likely => "likely",
        Likelihood::VeryLikely => "very_likely",
    }
}

fn limit(words: &ForecastWords, word: Likelihood) -> &String {
    match word {
        Likelihood::VeryUnlikely => &words.limit_very_unlikely,
        Likelihood::Unlikely => &words.limit_unlikely,
        Likelihood::AsLikelyAsNot => &words.limit_as_likely,
        Likelihood::Likely => &words.limit_likely,
        Likelihood::VeryLikely => &words.limit_very_likely,
    }
}
