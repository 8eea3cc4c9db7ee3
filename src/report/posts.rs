//! The posts of the period: which got most and least, and how they stand by label and format.

use chrono::Datelike;

use super::draft::{Draft, Part, words_cell};
use super::goal_chart::{column, name_cell};
use super::goals::{paragraph, told};
use super::sections::opening;
use super::{Align, Block, Cell, Column, Section, Sentence, Table};
use crate::analysis::{PostGroup, PostRanking, RankedPost, grouped};
use crate::model::told::{Told, traces};
use crate::model::{Figure, MetricName, Post, PostFormat};

use Part::{Text, Value};

/// So many of the best and of the worst.
pub(super) const BEST: usize = 5;
pub(super) const WORST: usize = 3;
/// So many letters of a post's text at most.
const EXCERPT: usize = 70;
/// Groups with fewer posts say nothing.
const ENOUGH: f64 = 8.0;

/// A ranking per platform.
pub(super) fn section(draft: &mut Draft<'_>) -> Section {
    let mut blocks = opening(draft, "posts");
    let material = draft.material;
    if material.rankings.is_empty() {
        blocks.push(paragraph(draft.words.posts.none.clone()));
    }
    for ranking in &material.rankings {
        blocks.push(Block::Heading { text: ranking.platform.title().to_owned() });
        blocks.extend(summary(draft, ranking).into_iter().map(told));
        let (best, worst) = (ranking.best(BEST), ranking.worst(WORST));
        if !best.is_empty() {
            blocks.push(Block::Table(table(draft, ranking, "best", best)));
        }
        if !worst.is_empty() {
            blocks.push(Block::Table(table(draft, ranking, "worst", worst)));
        }
        blocks.extend(groups(draft, ranking));
        blocks.extend(super::carries::content(draft, ranking.platform).into_iter().map(told));
    }
    Section { id: "posts".to_owned(), heading: draft.words.section.posts.clone(), blocks }
}

/// The best posts in a few lines.
pub(super) fn compact(draft: &mut Draft<'_>, room: usize) -> Option<Section> {
    let material = draft.material;
    let mut items: Vec<Sentence> = Vec::new();
    let rounds = (0..room)
        .flat_map(|place| material.rankings.iter().filter_map(move |it| it.posts.get(place).map(|post| (it, post))));
    for (ranking, post) in rounds.take(room) {
        let Some(figure) = post.figures.first() else { continue };
        let (text, measure) = (excerpt(draft, &post.post), draft.metric_within(&ranking.measure));
        let date = draft.locale.day_month(material.facts.local_day(post.post.published));
        let parts = [
            ("platform", Text(ranking.platform.title())),
            ("date", Text(&date)),
            ("text", Text(&text)),
            ("value", Value(figure)),
            ("measure", Text(&measure)),
        ];
        items.push(draft.say(&draft.words.posts.line, &parts));
    }
    if items.is_empty() {
        return None;
    }
    let mut blocks = opening(draft, "posts");
    blocks.push(Block::List { items });
    Some(Section { id: "posts".to_owned(), heading: draft.words.section.posts_best.clone(), blocks })
}

fn summary(draft: &mut Draft<'_>, ranking: &PostRanking) -> Vec<Sentence> {
    let words = &draft.words.posts;
    let measure = draft.metric_within(&ranking.measure);
    let count = |draft: &Draft<'_>, name: &str, number: usize, how: Told| {
        draft.count(format!("posts.{}.{name}", ranking.platform), "posts", number, how)
    };
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let ranked = count(draft, "ranked", ranking.posts.len(), traces::posts_settled());
    let parts = [("count", Value(&ranked)), ("measure", Text(&measure))];
    let mut told = vec![draft.say(words.ranked.of(ranking.posts.len()), &parts)];
    if ranking.rate.value.is_ok() {
        let rate = draft.metric_within(&ranking.rate.metric);
        told.push(draft.say(&words.rate, &[("metric", Text(&rate)), ("rate", Value(&ranking.rate))]));
    }
    if ranking.too_young > 0 {
        let figure = count(draft, "too_young", size(ranking.too_young), traces::posts_young());
        told.push(draft.say(words.too_young.of(size(ranking.too_young)), &[("count", Value(&figure))]));
    }
    if ranking.without_value > 0 {
        let figure = count(draft, "without_value", size(ranking.without_value), traces::posts_without_value());
        let parts = [("count", Value(&figure)), ("measure", Text(&measure))];
        told.push(draft.say(words.without_value.of(size(ranking.without_value)), &parts));
    }
    told
}

fn table(draft: &mut Draft<'_>, ranking: &PostRanking, which: &str, posts: &[RankedPost]) -> Table {
    let words = &draft.words.posts;
    let rate = MetricName::from("engagement_rate");
    let rows: Vec<Vec<Cell>> = posts.iter().map(|post| row(draft, post, &rate)).collect();
    let phrase = if which == "best" { &words.best } else { &words.worst };
    let measure = draft.metric_title(&ranking.measure);
    let caption = crate::words::fill(
        phrase,
        &[("platform", ranking.platform.title()), ("measure", &super::draft::lower_first(&measure))],
    );
    let columns: Vec<Column> = vec![
        column(&words.post, Align::Text),
        column(&words.published, Align::Text),
        column(&words.format, Align::Text),
        column(&words.labels, Align::Text),
        column(&measure, Align::Number),
        column(&draft.metric_title(&rate), Align::Number),
    ];
    Table { id: format!("posts-{}-{which}", ranking.platform), caption, columns, rows, note: None }
}

fn row(draft: &mut Draft<'_>, post: &RankedPost, rate: &MetricName) -> Vec<Cell> {
    let material = draft.material;
    let text = Cell { text: excerpt(draft, &post.post), link: link(post), ..Cell::default() };
    let day = material.facts.local_day(post.post.published);
    let date =
        if day.year() == draft.last_day().year() { draft.locale.short_date(day) } else { draft.locale.date(day) };
    let labels = labels(draft, &post.post).join(", ");
    let find = |metric: &MetricName| post.figures.iter().find(|it| &it.metric == metric);
    let value = |draft: &mut Draft<'_>, figure: Option<&Figure>| match figure {
        Some(figure) => draft.cell(figure),
        None => words_cell(super::goal_line::NONE),
    };
    let format = format_word(draft, post.post.format);
    let labels = if labels.is_empty() { super::goal_line::NONE.to_owned() } else { labels };
    let measured = value(draft, post.figures.first());
    let rate = value(draft, find(rate));
    vec![text, name_cell(&date), name_cell(&format), name_cell(&labels), measured, rate]
}

/// By label and by format, where there is more than one of them.
fn groups(draft: &mut Draft<'_>, ranking: &PostRanking) -> Vec<Block> {
    let material = draft.material;
    let (facts, catalog, period) = (material.facts, material.catalog, material.period);
    let by_label = grouped(facts, catalog, ranking, period, "label", |post| labels(draft, &post.post));
    let by_format = grouped(facts, catalog, ranking, period, "format", |post| vec![post.post.format.to_string()]);
    let mut blocks = Vec::new();
    if !by_label.is_empty() {
        let heading = draft.words.posts.label.clone();
        blocks.push(Block::Table(group_table(draft, ranking, "label", &heading, &by_label)));
    }
    if by_format.len() > 1 {
        let heading = draft.words.posts.format.clone();
        blocks.push(Block::Table(group_table(draft, ranking, "format", &heading, &by_format)));
    }
    if !blocks.is_empty() {
        blocks.push(Block::Note { text: draft.words.posts.groups_note.clone() });
    }
    blocks
}

fn group_table(draft: &mut Draft<'_>, ranking: &PostRanking, kind: &str, heading: &str, groups: &[PostGroup]) -> Table {
    let mut few = false;
    let mut rows = Vec::new();
    for group in groups {
        let format = PostFormat::parse(&group.name).filter(|_| kind == "format");
        let mut name = format.map_or_else(|| group.name.clone(), |format| format_word(draft, format));
        if group.count.number().is_some_and(|count| count < ENOUGH) {
            few = true;
            name.push_str(FEW);
        }
        let rate = match &group.rate {
            Some(rate) => draft.cell(rate),
            None => words_cell(super::goal_line::NONE),
        };
        rows.push(vec![name_cell(&name), draft.cell(&group.count), draft.cell(&group.median), rate]);
    }
    let words = &draft.words.posts;
    let measure = draft.metric_title(&ranking.measure);
    let median = crate::words::fill(&words.median, &[("measure", &super::draft::lower_first(&measure))]);
    let rate = draft.metric_title(&MetricName::from("engagement_rate"));
    let columns = vec![
        column(heading, Align::Text),
        column(&words.count, Align::Number),
        column(&super::draft::upper_first(&median), Align::Number),
        column(&rate, Align::Number),
    ];
    let phrase = if kind == "label" { &words.by_label } else { &words.by_format };
    let caption = crate::words::fill(phrase, &[("platform", ranking.platform.title())]);
    let note = few.then(|| words.few.clone());
    Table { id: format!("posts-{}-{kind}", ranking.platform), caption, columns, rows, note }
}

/// The mark of a group with too few posts to say anything.
const FEW: &str = "\u{a0}†";

/// The readers' names of the post's labels.
pub(super) fn labels(draft: &Draft<'_>, post: &Post) -> Vec<String> {
    let key = (post.channel.clone(), post.id.clone());
    draft.material.post_labels.get(&key).cloned().unwrap_or_default()
}

/// The beginning of the post's text, cut between words; its kind where it has none.
pub(super) fn excerpt(draft: &Draft<'_>, post: &Post) -> String {
    let text: Vec<&str> = post.text.split_whitespace().collect();
    if text.is_empty() {
        return crate::words::fill(&draft.words.posts.no_text, &[("format", &format_word(draft, post.format))]);
    }
    let mut cut = String::new();
    for word in &text {
        if !cut.is_empty() && cut.chars().count() + word.chars().count() >= EXCERPT {
            return format!("{}…", cut.trim_end_matches([',', '.', ':', ';', '–', '-']));
        }
        if !cut.is_empty() {
            cut.push(' ');
        }
        cut.extend(word.chars().take(EXCERPT));
    }
    cut
}

/// Where the post can be read, if that is an address on the web.
fn link(post: &RankedPost) -> Option<String> {
    post.post.permalink.clone().filter(|address| address.starts_with("https://") || address.starts_with("http://"))
}

pub(super) fn format_word(draft: &Draft<'_>, format: PostFormat) -> String {
    let words = &draft.words.format;
    let word = match format {
        PostFormat::Text => &words.text,
        PostFormat::Image => &words.image,
        PostFormat::Carousel => &words.carousel,
        PostFormat::Video => &words.video,
        PostFormat::Reel => &words.reel,
        PostFormat::Story => &words.story,
        PostFormat::Link => &words.link,
        PostFormat::Document => &words.document,
        PostFormat::Poll => &words.poll,
        PostFormat::Other => &words.other,
    };
    word.clone()
}
