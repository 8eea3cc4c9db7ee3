//! The channels: every metric beside what it was, and small curves of the last weeks.

use super::draft::{Draft, Part, lower_first, upper_first};
use super::goal_chart::{column, name_cell};
use super::goals::told;
use super::sections::{compared_table, opening, weekly_curve};
use super::{Align, Bar, Bars, Block, Cell, Chart, ChartSize, Drawing, Section, Table, page_one};
use crate::analysis::{Against, Compared};
use crate::model::{ChannelId, Figure, MetricName};

use Part::{Text, Value};

/// What a channel is told by where one number has to do, the first that it has.
const MAIN: [&str; 3] = ["views", "visits", "engagements"];
/// So many changes against each of the two; the tables hold all.
const CHANGES: usize = 10;
/// The metrics that are drawn week by week.
pub(super) const CURVES: [&str; 2] = ["followers", "views"];

/// Every channel with all its metrics, the curves first. The website has a section of its own.
pub(super) fn section(draft: &mut Draft<'_>) -> Option<Section> {
    let social = social(draft);
    if social.is_empty() {
        return None;
    }
    let mut blocks = opening(draft, "channels");
    blocks.extend(followers(draft).map(Block::Chart));
    for metric in CURVES {
        blocks.extend(curves(draft, &social, &MetricName::from(metric)));
    }
    for channel in &social {
        let rows: Vec<&Compared> = of(draft, channel);
        if !rows.is_empty() {
            let caption = draft.channel_title(channel);
            blocks.push(Block::Table(compared_table(draft, format!("channel-{channel}"), caption, &rows)));
        }
    }
    Some(Section { id: "channels".to_owned(), heading: draft.words.section.channels.clone(), blocks })
}

/// One row per channel: followers and its main number, beside the period before.
pub(super) fn compact(draft: &mut Draft<'_>, rows: usize) -> Option<Section> {
    let channels = draft.material.channels.clone();
    let shown = &channels[..rows.min(channels.len())];
    let mut table = table(draft, shown, Against::Previous)?;
    table.note = (channels.len() > rows).then(|| draft.words.channels.more.clone());
    let mut blocks = opening(draft, "channels");
    blocks.push(Block::Table(table));
    blocks.extend(super::website::sentences(draft));
    Some(Section { id: "channels".to_owned(), heading: draft.words.section.channels.clone(), blocks })
}

/// The channels, a row each: followers and the main number beside what they are held against.
pub(super) fn table(draft: &mut Draft<'_>, channels: &[ChannelId], against: Against) -> Option<Table> {
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    for channel in channels {
        let compared = of(draft, channel);
        let find = |name: &str| compared.iter().find(|it| it.metric.as_str() == name).copied();
        let main = MAIN.iter().find_map(|name| find(name));
        let title = draft.channel_title(channel);
        let mut row = vec![name_cell(&title)];
        row.extend(pair(draft, find("followers"), against, false));
        row.extend(pair(draft, main, against, true));
        cells.push(row);
    }
    if cells.is_empty() {
        return None;
    }
    let words = &draft.words.table;
    let when = page_one::when(draft, against);
    let columns = vec![
        column(&words.channel, Align::Text),
        column(&draft.metric_title(&MetricName::from("followers")), Align::Number),
        column(&words.change, Align::Number),
        column(&draft.words.channels.main, Align::Number),
        column(&words.change, Align::Number),
    ];
    let caption = crate::words::fill(&draft.words.channels.compact, &[("when", &when)]);
    Some(Table { id: "channels".to_owned(), caption, columns, rows: cells, note: None })
}

/// The value and its change; `named` says what is counted.
fn pair(draft: &mut Draft<'_>, compared: Option<&Compared>, against: Against, named: bool) -> Vec<Cell> {
    let Some(compared) = compared else {
        let none = || super::draft::words_cell(super::goal_line::NONE);
        return vec![none(), none()];
    };
    let mut value = draft.cell(&compared.total);
    if named && compared.total.value.is_ok() {
        value.text = format!("{} {}", value.text, draft.metric_within(&compared.metric));
    }
    let change = match against {
        Against::Previous => &compared.change,
        Against::YearBefore => &compared.change_year,
    };
    vec![value, draft.signed_cell(change)]
}

/// The compared metrics of the channel.
pub(super) fn of<'m>(draft: &Draft<'m>, channel: &ChannelId) -> Vec<&'m Compared> {
    draft.material.compared.iter().filter(|it| &it.channel == channel).collect()
}

fn social(draft: &Draft<'_>) -> Vec<ChannelId> {
    let is = |id: &&ChannelId| draft.channel(id).is_some_and(|channel| !super::website::is_site(channel.platform));
    draft.material.channels.iter().filter(is).cloned().collect()
}

/// The curves of a metric, a small chart per channel that has it.
pub(super) fn curves(draft: &mut Draft<'_>, channels: &[ChannelId], metric: &MetricName) -> Vec<Block> {
    let has = |draft: &Draft<'_>, id: &ChannelId| of(draft, id).iter().any(|it| &it.metric == metric);
    let mut charts: Vec<Chart> = Vec::new();
    for channel in channels {
        if has(draft, channel) {
            charts.extend(weekly_curve(draft, channel, metric));
        }
    }
    if charts.is_empty() {
        return Vec::new();
    }
    let title = draft.metric_title(metric);
    let text = crate::words::fill(&draft.words.channels.curves, &[("metric", &title)]);
    vec![Block::Heading { text }, Block::Multiples { charts }]
}

/// The followers of all channels side by side: the one number that means the same on every platform.
pub(super) fn followers(draft: &mut Draft<'_>) -> Option<Chart> {
    let metric = MetricName::from("followers");
    let all: Vec<&Compared> = draft.material.compared.iter().filter(|it| it.metric == metric).collect();
    if all.iter().filter(|it| it.total.value.is_ok()).count() < 2 {
        return None;
    }
    let (mut bars, mut rows) = (Vec::new(), Vec::new());
    for it in &all {
        let label = draft.channel_title(&it.channel);
        let (now, before) = (draft.cell(&it.total), draft.cell(&it.previous));
        bars.push(Bar { label: label.clone(), value: now.number, text: now.text.clone(), before: before.number });
        rows.push(vec![name_cell(&label), now, before]);
    }
    let when = page_one::when(draft, Against::Previous);
    let title = draft.metric_title(&metric);
    let fill = crate::words::fill;
    let caption = fill(&draft.words.channels.bars, &[("metric", &title), ("when", &when)]);
    let (alt, figures) = most(draft, &all);
    let columns = vec![
        column(&draft.words.table.channel, Align::Text),
        column(&title, Align::Number),
        column(&upper_first(&when), Align::Number),
    ];
    let id = "followers-by-channel".to_owned();
    Some(Chart {
        caption: caption.clone(),
        alt,
        figures,
        size: ChartSize::Wide,
        drawing: Drawing::Bars(Bars { unit: lower_first(&title), bars }),
        data: Table { id: id.clone(), caption, columns, rows, note: None },
        id,
    })
}

/// Who has most and who has fewest.
fn most(draft: &mut Draft<'_>, all: &[&Compared]) -> (String, Vec<crate::model::FigureId>) {
    let number = |it: &&&Compared| it.total.number().unwrap_or(f64::NAN);
    let known: Vec<&&Compared> = all.iter().filter(|it| it.total.value.is_ok()).collect();
    let order = |left: &&&Compared, right: &&&Compared| number(left).total_cmp(&number(right));
    let (most, least) = (known.iter().copied().max_by(order), known.iter().copied().min_by(order));
    let (Some(most), Some(least)) = (most, least) else { return (String::new(), Vec::new()) };
    let (most_title, least_title) = (draft.channel_title(&most.channel), draft.channel_title(&least.channel));
    let (high, low): (&Figure, &Figure) = (&most.total, &least.total);
    let sentence = draft.say(
        &draft.words.channels.bars_alt,
        &[("most", Text(&most_title)), ("high", Value(high)), ("least", Text(&least_title)), ("low", Value(low))],
    );
    (sentence.text, sentence.figures)
}

/// The changes worth telling, those against the period before and those against last year: the clearest of each.
pub(super) fn changes(draft: &mut Draft<'_>) -> Option<Section> {
    let material = draft.material;
    let shifts = super::shifts::blocks(draft);
    if material.changes.is_empty() && material.changes_year.is_empty() && shifts.is_empty() {
        return None;
    }
    let mut blocks = vec![told(draft.say(&draft.words.change.rule, &[]))];
    for (against, found) in [(Against::Previous, &material.changes), (Against::YearBefore, &material.changes_year)] {
        let mut items = Vec::new();
        for change in found.iter().take(CHANGES) {
            items.push(page_one::change(draft, change));
        }
        if !items.is_empty() {
            let when = page_one::when(draft, against);
            let text = crate::words::fill(&draft.words.change.against, &[("when", &when)]);
            blocks.extend([Block::Heading { text }, Block::List { items }]);
        }
    }
    blocks.extend(shifts);
    Some(Section { id: "changes".to_owned(), heading: draft.words.section.changes.clone(), blocks })
}
