//! The lists of the overview: units, what changed, channels and campaigns, each row leading to its page.

use super::super::draft::{Draft, Part};
use super::super::goal_chart::{column, name_cell};
use super::super::{Align, Block, Cell, Section, Table, campaigns as told_campaigns, channels as told_channels};
use super::super::{page_one, units as told_units, website};
use super::Leads;
use crate::analysis::Against;
use crate::model::{Campaign, ChannelId, MetricName, Period};

/// With more channels a grid of small charts is no overview any more.
const CHARTS: usize = 12;
/// So many changes; the tables of the channels hold all.
const CHANGES: usize = 10;

/// The units with goals, each leading to its page.
pub(super) fn units(draft: &mut Draft<'_>) -> Option<Section> {
    let mut section = told_units::section(draft)?;
    let ids: Vec<String> = draft.material.units.iter().map(|it| it.unit.to_string()).collect();
    for block in &mut section.blocks {
        if let Block::Table(table) = block {
            lead(table, ids.iter().map(|id| Leads::Unit(id.clone())));
        }
    }
    Some(section)
}

/// Gives the first cell of each row its link.
fn lead(table: &mut Table, leads: impl Iterator<Item = Leads>) {
    for (row, leads) in table.rows.iter_mut().zip(leads) {
        if let Some(first) = row.first_mut() {
            first.link = Some(leads.to_string());
        }
    }
}

/// The changes worth telling, against what was chosen.
pub(super) fn changes(draft: &mut Draft<'_>, against: Against) -> Section {
    let material = draft.material;
    let found = match against {
        Against::Previous => &material.changes,
        Against::YearBefore => &material.changes_year,
    };
    let items: Vec<_> = found.iter().take(CHANGES).map(|it| page_one::change(draft, it)).collect();
    let when = page_one::when(draft, against);
    let text = crate::words::fill(&draft.words.change.against, &[("when", &when)]);
    let rule = draft.say(&draft.words.change.rule, &[]).text;
    let blocks = if items.is_empty() {
        vec![Block::Heading { text }, Block::Paragraph { text: draft.words.change.none.clone(), figures: Vec::new() }]
    } else {
        vec![Block::Heading { text }, Block::List { items }, Block::Note { text: rule }]
    };
    Section { id: "changes".to_owned(), heading: draft.words.section.changes.clone(), blocks }
}

/// Every channel in one row, websites too; charts where they are few.
pub(super) fn channels(draft: &mut Draft<'_>, against: Against) -> Option<Section> {
    let ids: Vec<ChannelId> = draft.material.channels.clone();
    let mut table = told_channels::table(draft, &ids, against)?;
    lead(&mut table, ids.iter().map(|id| Leads::Channel(id.to_string())));
    let mut blocks = vec![Block::Table(table)];
    let social: Vec<ChannelId> = ids
        .into_iter()
        .filter(|id| draft.channel(id).is_some_and(|channel| !website::is_site(channel.platform)))
        .collect();
    if social.len() <= CHARTS {
        blocks.extend(told_channels::followers(draft).map(Block::Chart));
        for metric in told_channels::CURVES {
            blocks.extend(told_channels::curves(draft, &social, &MetricName::from(metric)));
        }
    }
    Some(Section { id: "channels".to_owned(), heading: draft.words.section.channels.clone(), blocks })
}

/// Every campaign that touches what is shown, the latest first.
pub(super) fn campaigns(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    let mut all: Vec<&Campaign> = material.campaigns.iter().collect();
    all.sort_by_key(|it| std::cmp::Reverse((it.start, it.id.clone())));
    if all.is_empty() {
        return None;
    }
    let rows: Vec<Vec<Cell>> = all.iter().map(|it| campaign_row(draft, it)).collect();
    let words = &draft.words.campaigns;
    let columns = vec![
        column(&words.campaign, Align::Text),
        column(&words.days, Align::Text),
        column(&words.channels, Align::Text),
    ];
    let caption = draft.words.see.campaigns.clone();
    let mut table = Table { id: "campaigns".to_owned(), caption, columns, rows, note: None };
    lead(&mut table, all.iter().map(|it| Leads::Campaign(it.id.to_string())));
    let blocks = vec![Block::Table(table)];
    Some(Section { id: "campaigns".to_owned(), heading: draft.words.section.campaigns.clone(), blocks })
}

fn campaign_row(draft: &Draft<'_>, campaign: &Campaign) -> Vec<Cell> {
    told_campaigns::row(draft, campaign)
}

/// A sentence without figures of its own.
pub(super) fn said(draft: &mut Draft<'_>, phrase: &str, parts: &[(&str, &str)]) -> Block {
    let parts: Vec<(&str, Part<'_>)> = parts.iter().map(|(name, text)| (*name, Part::Text(text))).collect();
    super::super::goals::told(draft.say(phrase, &parts))
}

/// The campaign's days; its last day counts.
pub(super) fn days_of(campaign: &Campaign) -> Period {
    Period::new(campaign.start, Period::day(campaign.end).end()).unwrap_or(Period::day(campaign.start))
}

/// A row of a name and a figure.
pub(super) fn named(name: &str, cell: Cell) -> Vec<Cell> {
    vec![name_cell(name), cell]
}
