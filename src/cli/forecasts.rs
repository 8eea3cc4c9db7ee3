//! `genomslag goals --forecasts`: the forecasts that reports made, and how often they came true.

use serde_json::json;

use super::Ending;
use super::output;
use super::setup::{Opened, Setup};
use crate::model::Language;
use crate::pipeline::{self, KeptForecast, Score};
use crate::report::{frequency, likelihood_word};
use crate::words::{Locale, Words, fill};

pub(super) async fn run(setup: &Setup) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let kept = pipeline::scored_forecasts(&opened.app, opened.now).await?;
    let score = pipeline::score(&kept);
    if setup.common.json {
        output::json(&json!({"forecasts": kept, "score": score}))?;
    } else {
        show(&opened, &kept, &score);
    }
    Ok(Ending::Done)
}

fn show(opened: &Opened, kept: &[KeptForecast], score: &Score) {
    let (language, locale) = (opened.language, Locale::of(opened.language));
    if kept.is_empty() {
        output::line(opened.say.pick(
            "Ingen prognos är gjord ännu: de sparas när en rapport görs.",
            "No forecast has been made yet: they are kept when a report is made.",
        ));
        return;
    }
    let heads = match language {
        Language::Swedish => ["Mål", "Gjord", "Gäller", "Chans", "Troligt spann", "Utfall"],
        Language::English => ["Goal", "Made", "About", "Chance", "Likely range", "Outcome"],
    };
    let words = &Words::builtin(language).forecast;
    let shown = |value: f64| if value.abs() < 10.0 { locale.number(value, 3) } else { locale.whole(value) };
    let rows: Vec<Vec<String>> = kept
        .iter()
        .map(|it| {
            let range = format!("{}–{}", shown(it.range.0), shown(it.range.1));
            let outcome = match (it.settled, it.met) {
                (false, _) => opened.say.pick("väntar", "waits"),
                (true, None) => opened.say.pick("gick inte att bedöma", "could not be judged"),
                (true, Some(true)) => opened.say.pick("nåddes", "met"),
                (true, Some(false)) => opened.say.pick("nåddes inte", "not met"),
            };
            let (made, due) = (locale.date(it.made), locale.date(it.due));
            vec![it.goal.to_string(), made, due, frequency(words, locale, it.chance), range, outcome.to_owned()]
        })
        .collect();
    output::table(&heads, &rows, &[]);
    for (word, said, came) in &score.words {
        let (said, came) = (said.to_string(), came.to_string());
        let parts = [("said", said.as_str()), ("likelihood", likelihood_word(words, *word)), ("came", &came)];
        output::line(fill(&words.score_word, &parts));
    }
    if let Some(brier) = score.brier {
        output::line(fill(&words.score_brier, &[("brier", &locale.number(brier, 2))]));
    }
    if score.covered.1 > 0 {
        let (covered, of) = (score.covered.0.to_string(), score.covered.1.to_string());
        output::line(fill(&words.score_ranges, &[("covered", &covered), ("of", &of)]));
    }
}
