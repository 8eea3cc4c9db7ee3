//! The campaigns (insatser) that touch the period: when they ran and where. What they achieved is told here too, once
//! it has been estimated.

use super::draft::Draft;
use super::goal_chart::{column, name_cell};
use super::sections::opening;
use super::{Align, Block, Cell, Section, Table};
use crate::model::{Campaign, Period, ReportKind};

/// The section, where a campaign ran.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    // A report on one campaign is about that one; what else ran stands among what else may have mattered.
    let about: Vec<_> = material.effects.iter().map(|it| &it.campaign.id).collect();
    let alone = material.kind == ReportKind::Campaign;
    let ran = |it: &&Campaign| {
        let within = it.start <= material.period.last() && it.end >= material.period.start();
        if alone { about.contains(&&it.id) } else { within }
    };
    let campaigns: Vec<&Campaign> = material.campaigns.iter().filter(ran).collect();
    if campaigns.is_empty() {
        return None;
    }
    let rows = campaigns.iter().map(|it| row(draft, it)).collect();
    let words = &draft.words.campaigns;
    let columns = vec![
        column(&words.campaign, Align::Text),
        column(&words.days, Align::Text),
        column(&words.channels, Align::Text),
    ];
    let caption = words.caption.clone();
    let mut blocks = opening(draft, "campaigns");
    blocks.push(Block::Table(Table { id: "campaigns".to_owned(), caption, columns, rows, note: None }));
    for effect in &material.effects {
        blocks.extend(super::effects::blocks(draft, effect));
    }
    Some(Section { id: "campaigns".to_owned(), heading: draft.words.section.campaigns.clone(), blocks })
}

/// The campaign's name, its days and its channels.
pub(super) fn row(draft: &Draft<'_>, campaign: &Campaign) -> Vec<Cell> {
    let days = Period::new(campaign.start, Period::day(campaign.end).end());
    let days = days.map_or_else(String::new, |it| draft.days(it));
    let channels: Vec<String> = campaign.channels.iter().map(|id| draft.channel_title(id)).collect();
    vec![name_cell(&campaign.title), name_cell(&days), name_cell(&draft.locale.list(&channels))]
}
