//! The website: visits, where they came from, and what they led to.

use super::Block;
use super::Section;
use super::channels::{curves, of};
use super::draft::{Draft, Part};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::sections::{compared_table, opening};
use super::{Align, Table};
use crate::analysis::Compared;
use crate::model::{ChannelId, MetricName, Platform};

use Part::{Text, Value};

/// The metrics that are drawn week by week.
const CURVES: [&str; 2] = ["visits", "social_visits"];
/// The steps on a website that posts may lead to.
const STEPS: [&str; 3] = ["social_visits", "campaign_visits", "conversions"];

/// The section, where a website is measured.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let sites: Vec<ChannelId> = sites(draft);
    if sites.is_empty() {
        return None;
    }
    let mut blocks = opening(draft, "website");
    for site in &sites {
        let rows: Vec<&Compared> = of(draft, site);
        if rows.is_empty() {
            continue;
        }
        let caption = draft.channel_title(site);
        blocks.push(Block::Table(compared_table(draft, format!("website-{site}"), caption, &rows)));
    }
    for metric in CURVES {
        blocks.extend(curves(draft, &sites, &MetricName::from(metric)));
    }
    blocks.extend(journey(draft));
    Some(Section { id: "website".to_owned(), heading: draft.words.section.website.clone(), blocks })
}

/// The same in one sentence per website.
pub(super) fn sentences(draft: &mut Draft<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for site in sites(draft) {
        let rows = of(draft, &site);
        let find = |name: &str| rows.iter().find(|it| it.metric.as_str() == name);
        if let (Some(visits), Some(social)) = (find("visits"), find("social_visits")) {
            let title = draft.channel_title(&site);
            let parts = [("site", Text(&title)), ("visits", Value(&visits.total)), ("social", Value(&social.total))];
            blocks.push(told(draft.say(&draft.words.website.sentence, &parts)));
        }
    }
    blocks
}

/// Whether the platform counts visits to a website.
pub(super) fn is_site(platform: Platform) -> bool {
    matches!(platform, Platform::Matomo | Platform::Ga4)
}

fn sites(draft: &Draft<'_>) -> Vec<ChannelId> {
    let is = |id: &&ChannelId| draft.channel(id).is_some_and(|channel| is_site(channel.platform));
    draft.material.channels.iter().filter(is).cloned().collect()
}

/// From the clicks in each channel to the visits and what they led to: side by side, never divided, since each system
/// counts its own way.
fn journey(draft: &mut Draft<'_>) -> Vec<Block> {
    let material = draft.material;
    let clicks = material.compared.iter().filter(|it| it.metric.as_str() == "clicks");
    let steps = STEPS.iter().flat_map(|step| material.compared.iter().filter(|it| it.metric.as_str() == *step));
    let rows: Vec<&Compared> = clicks.chain(steps).collect();
    let measured = rows.iter().any(|it| is_site(it.platform) && it.total.value.is_ok());
    if !measured {
        return Vec::new();
    }
    let mut cells = Vec::new();
    for it in rows {
        let (metric, channel) = (draft.metric_title(&it.metric), draft.channel_title(&it.channel));
        let name = crate::words::fill(&draft.words.website.step, &[("metric", &metric), ("channel", &channel)]);
        cells.push(vec![name_cell(&name), draft.cell(&it.total), draft.signed_cell(&it.change)]);
    }
    let words = &draft.words.website;
    let columns = vec![
        column(&words.step_heading, Align::Text),
        column(&words.count, Align::Number),
        column(&draft.words.table.change, Align::Number),
    ];
    let table = Table { id: "journey".to_owned(), caption: words.journey.clone(), columns, rows: cells, note: None };
    vec![Block::Heading { text: words.journey.clone() }, paragraph(words.journey_note.clone()), Block::Table(table)]
}
