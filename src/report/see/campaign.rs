//! One campaign: what it was, the way from being seen to being of use, and what it achieved.

use super::super::draft::{Draft, words_cell};
use super::super::goal_chart::{column, name_cell};
use super::super::{Align, Block, Cell, Section, Table, effects, goal_line, goals};
use super::lists::{days_of, said};
use crate::analysis::{Caveat, JourneyStep, journey};
use crate::model::{Campaign, CampaignId, ChannelId};

/// All about the campaign.
pub(super) fn sections(draft: &mut Draft<'_>, id: &CampaignId) -> Vec<Section> {
    let material = draft.material;
    let Some(campaign) = material.campaigns.iter().find(|it| &it.id == id) else { return Vec::new() };
    let heading = draft.words.see.campaign.clone();
    let mut sections = vec![Section { id: "campaign".to_owned(), heading, blocks: about(draft, campaign) }];
    if let Some(table) = way(draft, campaign) {
        let heading = draft.words.see.journey.clone();
        sections.push(Section { id: "journey".to_owned(), heading, blocks: table });
    }
    let mut blocks = Vec::new();
    for effect in &material.effects {
        blocks.extend(effects::blocks(draft, effect));
    }
    if blocks.is_empty() {
        blocks.push(goals::paragraph(draft.words.see.not_yet.clone()));
    } else {
        // The heading of the blocks is the campaign's name, which stands above everything here.
        blocks.remove(0);
    }
    sections.push(Section { id: "effect".to_owned(), heading: draft.words.see.effect.clone(), blocks });
    sections
}

fn about(draft: &mut Draft<'_>, campaign: &Campaign) -> Vec<Block> {
    let words = draft.words;
    let days = draft.days(days_of(campaign));
    let channels: Vec<String> = campaign.channels.iter().map(|id| draft.channel_title(id)).collect();
    let channels = draft.locale.list(&channels);
    let mut blocks: Vec<Block> = campaign.why.iter().map(|why| goals::paragraph(why.clone())).collect();
    blocks.push(said(draft, &words.see.ran, &[("days", &days), ("channels", &channels)]));
    if !campaign.control_channels.is_empty() {
        let untouched: Vec<String> = campaign.control_channels.iter().map(|id| draft.channel_title(id)).collect();
        let untouched = draft.locale.list(&untouched);
        blocks.push(said(draft, &words.see.untouched, &[("channels", &untouched)]));
    }
    blocks
}

/// From being seen to being of use, each step beside the one before.
fn way(draft: &mut Draft<'_>, campaign: &Campaign) -> Option<Vec<Block>> {
    let material = draft.material;
    let mut channels: Vec<ChannelId> = campaign.channels.clone();
    let sites = material
        .channels
        .iter()
        .filter(|id| draft.channel(id).is_some_and(|channel| super::super::website::is_site(channel.platform)));
    channels.extend(sites.cloned());
    channels.dedup();
    let within = days_of(campaign).intersect(material.period)?;
    let steps = journey(material.facts, material.catalog, &channels, within);
    if steps.iter().all(|step| step.count.value.is_err()) {
        return None;
    }
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut caveats: Vec<Caveat> = Vec::new();
    for step in &steps {
        rows.push(step_row(draft, step));
        caveats.extend(step.caveats.iter().copied().filter(|it| !caveats.contains(it)).collect::<Vec<_>>());
    }
    let words = &draft.words.see;
    let columns = vec![
        column(&words.step, Align::Text),
        column(&words.value, Align::Number),
        column(&words.share, Align::Number),
    ];
    let id = format!("campaign-{}-journey", campaign.id);
    let table = Table { id, caption: words.journey.clone(), columns, rows, note: None };
    let notes = caveats.into_iter().map(|it| Block::Note { text: caveat(draft, it) });
    Some(std::iter::once(Block::Table(table)).chain(notes).collect())
}

fn step_row(draft: &mut Draft<'_>, step: &JourneyStep) -> Vec<Cell> {
    let words = &draft.words.see;
    let name = match step.step.as_str() {
        "impressions" => &words.step_impressions,
        "clicks" => &words.step_clicks,
        "visits" => &words.step_visits,
        _ => &words.step_conversions,
    };
    let share = match &step.share {
        Some(share) => draft.cell(share),
        None => words_cell(goal_line::NONE),
    };
    vec![name_cell(name), draft.cell(&step.count), share]
}

fn caveat(draft: &Draft<'_>, caveat: Caveat) -> String {
    let words = &draft.words.see;
    let text = match caveat {
        Caveat::NotEveryClickIsALink => &words.caveat_clicks,
        Caveat::CountedElsewhere => &words.caveat_elsewhere,
        Caveat::MoreThanBefore => &words.caveat_more,
        Caveat::OfAllVisits => &words.caveat_all,
        Caveat::SomeChannelsLack => &words.caveat_lack,
    };
    text.clone()
}
