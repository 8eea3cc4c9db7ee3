//! From the campaign's posts to the website: how many were left at each step, and why a step cannot be known.

use super::super::draft::{Draft, Part, upper_first, words_cell};
use super::super::goal_chart::{column, name_cell};
use super::super::goals::paragraph;
use super::super::{Align, Block, Cell, Table};
use crate::analysis::{CampaignEffect, Caveat, JourneyStep};
use crate::model::Missing;
use crate::words::fill;

use Part::Value;

/// The table, with what has to be said beside it; nothing where no step is known at all and none could be.
pub(super) fn blocks(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Vec<Block> {
    let unasked = |step: &JourneyStep| step.count.value == Err(Missing::NotFetched);
    if effect.journey.iter().all(unasked) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for step in &effect.journey {
        let name = name(draft, step);
        let count = draft.cell(&step.count);
        let share = match &step.share {
            Some(share) => draft.cell(share),
            None => words_cell("–"),
        };
        let lost = lost(draft, step);
        rows.push(vec![name_cell(&name), count, share, lost, words_cell(remark(draft, step))]);
    }
    let words = &draft.words.campaigns;
    let columns = vec![
        column(&words.step, Align::Text),
        column(&words.count, Align::Number),
        column(&words.left, Align::Number),
        column(&words.lost, Align::Number),
        column(&words.remark, Align::Text),
    ];
    let caption = fill(&words.journey, &[("title", &effect.campaign.title)]);
    let id = format!("campaign-{}-journey", effect.campaign.id);
    let note = paragraph(words.journey_note.clone());
    vec![Block::Table(Table { id, caption, columns, rows, note: None }), note]
}

fn name(draft: &Draft<'_>, step: &JourneyStep) -> String {
    let words = &draft.words.campaigns;
    let name = match step.step.as_str() {
        "impressions" => &words.impressions,
        "clicks" => &words.clicks,
        "visits" => &words.visits,
        _ => &words.conversions,
    };
    match step.platform {
        Some(platform) => fill(&words.on_platform, &[("step", name), ("platform", platform.title())]),
        None => name.clone(),
    }
}

/// How many fell away since the step before, where there was one that can be told.
fn lost(draft: &mut Draft<'_>, step: &JourneyStep) -> Cell {
    let Some((share, number)) = step.share.as_ref().and_then(|share| Some((share, share.value.clone().ok()?))) else {
        return words_cell("–");
    };
    if number.value > 1.0 {
        return words_cell("–");
    }
    let mut figure = share.clone();
    figure.id = crate::model::FigureId(format!("{}.lost", step.count.id));
    figure.value = Ok(crate::model::Number { value: 1.0 - number.value, ..number });
    figure.trace.how = crate::model::told::traces::rest_of_share().into();
    figure.trace.figures = vec![share.id.clone()];
    draft.phrase_cell("{lost}", &[("lost", Value(&figure))])
}

fn remark(draft: &Draft<'_>, step: &JourneyStep) -> String {
    if let Err(missing) = &step.count.value {
        return upper_first(&draft.locale.missing(missing));
    }
    let words = &draft.words.campaigns;
    let mut told: Vec<String> = step
        .caveats
        .iter()
        .map(|caveat| match caveat {
            Caveat::NotEveryClickIsALink => words.not_every_click.clone(),
            Caveat::CountedElsewhere => words.counted_elsewhere.clone(),
            Caveat::MoreThanBefore => words.more_than_before.clone(),
            Caveat::OfAllVisits => words.of_all_visits.clone(),
            Caveat::SomeChannelsLack => words.some_lack.clone(),
        })
        .collect();
    if let Some(Err(missing)) = step.share.as_ref().map(|share| &share.value) {
        let reason = draft.locale.missing(missing);
        told.push(fill(&words.not_divided, &[("reason", &reason)]));
    }
    told.iter().map(|text| upper_first(text)).collect::<Vec<_>>().join(" ")
}
