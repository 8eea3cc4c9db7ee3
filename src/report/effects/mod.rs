//! What campaigns achieved: the claim in words, the figures, the chart, and all that keeps it honest. Number first, then
//! range, then word; the limits and what else may have mattered in the same paragraph.

mod chart;
mod journey;
mod wording;

pub(super) use wording::{verdict, word};

use super::draft::{Draft, Part, words_cell};
use super::goal_chart::{column, name_cell};
use super::goals::told;
use super::{Align, Block, Sentence, Table};
use crate::analysis::{CampaignEffect, ControlRefusal, ControlUse, Way};
use crate::model::told::{Told, traces};
use crate::model::{Configured, Figure, Number, Period, Trace, Unit};
use crate::words::fill;

use Part::{Text, Value};

/// One campaign's blocks.
pub(super) fn blocks(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Vec<Block> {
    let mut blocks = vec![Block::Heading { text: effect.campaign.title.clone() }];
    blocks.push(told(wording::claim(draft, effect)));
    blocks.push(told(wording::rivals(draft, effect)));
    if effect.reason.is_none() {
        blocks.push(told(wording::method(draft, effect)));
        blocks.extend(wording::peers(draft, effect).map(told));
    }
    let refused: Vec<Sentence> = effect.controls.iter().filter_map(|it| refused(draft, it)).collect();
    blocks.extend(refused.into_iter().map(told));
    blocks.extend(chart::observed(draft, effect).map(Block::Chart));
    blocks.extend(chart::cumulative(draft, effect).map(Block::Chart));
    if effect.reason.is_none() {
        blocks.push(Block::Table(figures(draft, effect)));
    }
    blocks.extend(journey::blocks(draft, effect));
    blocks.extend(variants(draft, effect).map(Block::Table));
    blocks.extend(make_believe(draft, effect).map(Block::Table));
    blocks
}

fn refused(draft: &mut Draft<'_>, control: &ControlUse) -> Option<Sentence> {
    let words = &draft.words.effect;
    let reason = match control.refused.as_ref()? {
        ControlRefusal::NothingCounted => words.control_refused_nothing.clone(),
        ControlRefusal::Gaps => words.control_refused_gaps.clone(),
        ControlRefusal::DefinitionChange => words.control_refused_definition.clone(),
        ControlRefusal::OwnCampaign { title } => fill(&words.control_refused_campaign, &[("title", title)]),
    };
    let channel = draft.channel_title(&control.channel);
    Some(draft.say(&words.control_refused, &[("channel", Text(&channel)), ("reason", Text(&reason))]))
}

fn figures(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Table {
    let words = &draft.words.effect;
    let found = &effect.figures;
    let mut rows = Vec::new();
    for (name, value, range) in [
        (&words.row_change, Some(&found.change), Some((&found.low, &found.high))),
        (&words.row_change_80, None, Some((&found.low_80, &found.high_80))),
        (&words.row_observed, Some(&found.observed), None),
        (&words.row_expected, Some(&found.expected), None),
        (&words.row_extra, Some(&found.extra), Some((&found.extra_low, &found.extra_high))),
        (&words.row_visible, Some(&found.visible), None),
        (&words.row_after, Some(&found.after), Some((&found.after_low, &found.after_high))),
    ] {
        let known = value.or(range.map(|it| it.0)).is_some_and(|it| it.value.is_ok());
        if !known {
            continue;
        }
        let value = value.map_or_else(|| words_cell("–"), |it| draft.cell(it));
        let range = range.map_or_else(
            || words_cell("–"),
            |(low, high)| draft.phrase_cell(&words.interval_of, &[("low", Value(low)), ("high", Value(high))]),
        );
        rows.push(vec![name_cell(name), value, range]);
    }
    Table {
        id: format!("campaign-{}", effect.campaign.id),
        caption: fill(&words.table_caption, &[("title", &effect.campaign.title)]),
        columns: vec![
            column(&words.figure, Align::Text),
            column(&words.value, Align::Number),
            column(&words.interval, Align::Text),
        ],
        rows,
        note: Some(words.caution.clone()),
    }
}

fn variants(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Option<Table> {
    if effect.variants.is_empty() {
        return None;
    }
    let words = &draft.words.effect;
    let mut rows = Vec::new();
    for (index, variant) in effect.variants.iter().enumerate() {
        let way = match &variant.way {
            Way::WithoutControl { channel } => fill(&words.way_without, &[("channel", &draft.channel_title(channel))]),
            Way::StrangeDaysMasked { .. } => words.way_masked.clone(),
            Way::WeekEarlier => words.way_earlier.clone(),
            Way::WeekLater => words.way_later.clone(),
            Way::RawScale => words.way_raw.clone(),
            Way::Interrupted => words.way_interrupted.clone(),
        };
        let of = |part: &str, value: f64| {
            derived(effect, &format!("variant.{}.{part}", index + 1), value, Unit::Change, traces::in_another_way())
        };
        let (change, low, high) = (of("change", variant.change), of("low", variant.low), of("high", variant.high));
        let range = draft.phrase_cell(&words.interval_of, &[("low", Value(&low)), ("high", Value(&high))]);
        let holds = if variant.holds { &words.yes } else { &words.no };
        rows.push(vec![name_cell(&way), draft.cell(&change), range, words_cell(holds.clone())]);
    }
    Some(Table {
        id: format!("campaign-{}-variants", effect.campaign.id),
        caption: fill(&words.variants_caption, &[("title", &effect.campaign.title)]),
        columns: vec![
            column(&words.way, Align::Text),
            column(&words.row_change, Align::Number),
            column(&words.interval, Align::Text),
            column(&words.holds, Align::Text),
        ],
        rows,
        note: None,
    })
}

fn make_believe(draft: &mut Draft<'_>, effect: &CampaignEffect) -> Option<Table> {
    if effect.make_believe.is_empty() {
        return None;
    }
    let words = &draft.words.effect;
    let mut rows = vec![vec![name_cell(&words.date_real), draft.cell(&effect.figures.change), words_cell("–")]];
    for date in &effect.make_believe {
        let of = |part: &str, value: f64, unit: Unit| {
            let how = traces::at_earlier_date();
            let mut figure = derived(effect, &format!("date.{}.{part}", date.day), value, unit, how);
            figure.period = Period::day(date.day);
            figure
        };
        let change = of("change", date.change, Unit::Change);
        let distance = of("distance", date.distance, Unit::Decimal);
        let day = draft.locale.date(date.day);
        rows.push(vec![name_cell(&day), draft.cell(&change), draft.signed_cell(&distance)]);
    }
    Some(Table {
        id: format!("campaign-{}-dates", effect.campaign.id),
        caption: fill(&words.dates_caption, &[("title", &effect.campaign.title)]),
        columns: vec![
            column(&words.day, Align::Text),
            column(&words.row_change, Align::Number),
            column(&words.distance, Align::Number),
        ],
        rows,
        note: None,
    })
}

/// A figure of the campaign that follows from its estimate.
fn derived(effect: &CampaignEffect, name: &str, value: f64, unit: Unit, how: Told) -> Figure {
    let change = &effect.figures.change;
    Figure {
        id: crate::model::FigureId(format!("campaign.{}.{name}", effect.campaign.id)),
        metric: effect.metric.clone(),
        period: effect.window,
        value: Ok(Number { value, unit }),
        preliminary: false,
        trace: Trace {
            how: how.into(),
            sources: change.trace.sources.clone(),
            figures: vec![change.id.clone()],
            config: Configured::default(),
        },
    }
}
