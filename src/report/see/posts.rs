//! The posts of the period: all of them in one table, and what carried by platform, label and format.

use super::super::draft::{Draft, words_cell};
use super::super::goal_chart::{column, name_cell};
use super::super::{Align, Block, Cell, Column, Section, Table, goal_line, posts as told};
use super::Leads;
use crate::analysis::{PostFigures, RankedPost, post_figures};
use crate::model::MetricName;

/// What is shown of each post, as far as its platform tells it.
const SHOWN: [&str; 7] = ["views", "reach", "engagements", "engagement_rate", "clicks", "comments", "shares"];

/// The table, then the rankings.
pub(super) fn sections(draft: &mut Draft<'_>) -> Vec<Section> {
    let mut ranked = told::section(draft);
    let mut sections = Vec::new();
    if let Some(table) = table(draft) {
        let heading = draft.words.see.posts.clone();
        sections.push(Section { id: "posts-all".to_owned(), heading, blocks: vec![Block::Table(table)] });
    }
    lead_on(draft, &mut ranked);
    sections.push(ranked);
    sections
}

/// The rows of the best and the worst lead to the posts' own pages.
fn lead_on(draft: &Draft<'_>, section: &mut Section) {
    for block in &mut section.blocks {
        let Block::Table(table) = block else { continue };
        for ranking in &draft.material.rankings {
            let of = |which: &str| format!("posts-{}-{which}", ranking.platform);
            let posts: &[RankedPost] = if table.id == of("best") {
                ranking.best(told::BEST)
            } else if table.id == of("worst") {
                ranking.worst(told::WORST)
            } else {
                continue;
            };
            for (row, post) in table.rows.iter_mut().zip(posts) {
                if let Some(first) = row.first_mut() {
                    first.link = Some(leads(&post.channel, &post.post.id));
                }
            }
        }
    }
}

fn leads(channel: &crate::model::ChannelId, post: &crate::model::PostId) -> String {
    Leads::Post(channel.to_string(), post.to_string()).to_string()
}

fn table(draft: &mut Draft<'_>) -> Option<Table> {
    let material = draft.material;
    let mut posts = post_figures(material.facts, material.catalog, &material.channels, material.period);
    if posts.is_empty() {
        return None;
    }
    posts.sort_by_key(|it| std::cmp::Reverse((it.post.published, it.post.id.clone())));
    let told: Vec<MetricName> = SHOWN
        .map(MetricName::from)
        .into_iter()
        .filter(|metric| posts.iter().any(|it| it.figures.iter().any(|figure| &figure.metric == metric)))
        .collect();
    let mut rows = Vec::new();
    for post in &posts {
        rows.push(row(draft, post, &told));
    }
    let words = &draft.words.posts;
    let mut columns: Vec<Column> = [&words.post, &draft.words.table.channel, &words.published, &words.format]
        .map(|head| column(head, Align::Text))
        .into();
    columns.push(column(&words.labels, Align::Text));
    columns.extend(told.iter().map(|metric| column(&draft.metric_title(metric), Align::Number)));
    let caption = draft.words.see.posts.clone();
    let note = posts.iter().any(|it| it.young).then(|| draft.words.see.young.clone());
    Some(Table { id: "posts-all".to_owned(), caption, columns, rows, note })
}

fn row(draft: &mut Draft<'_>, post: &PostFigures, told: &[MetricName]) -> Vec<Cell> {
    let day = draft.material.facts.local_day(post.post.published);
    let text = Cell {
        text: told::excerpt(draft, &post.post),
        link: Some(leads(&post.post.channel, &post.post.id)),
        ..Cell::default()
    };
    let labels = told::labels(draft, &post.post).join(", ");
    let labels = if labels.is_empty() { goal_line::NONE.to_owned() } else { labels };
    let mut date = words_cell(draft.locale.short_date(day));
    date.text = if post.young { format!("{}\u{a0}†", date.text) } else { date.text };
    let mut cells = vec![
        text,
        name_cell(&draft.channel_title(&post.post.channel)),
        date,
        name_cell(&told::format_word(draft, post.post.format)),
        name_cell(&labels),
    ];
    for metric in told {
        cells.push(match post.figures.iter().find(|it| &it.metric == metric) {
            Some(figure) => draft.cell(figure),
            None => words_cell(goal_line::NONE),
        });
    }
    cells
}
