//! The posts of the period, chosen and sorted, and one of them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::json;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, Looked, given, look};
use super::picker::{Choice, Picker};
use super::shown::{Shower, ShownTable};
use crate::model::{ChannelId, PostId};
use crate::pipeline::PostAnswer;
use crate::report::{Align, Block, Cell, Seen, Table};

/// So many rows a page.
const ROWS: usize = 50;
/// The columns of the table by which posts are chosen.
const FORMAT: usize = 3;
/// The column of the days: its order is the order that the table comes in.
const PUBLISHED: usize = 2;

/// The posts of the period.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Posts).await?;
    let report = &looked.sight.report;
    let all = report.sections.iter().flat_map(|it| &it.blocks).find_map(|block| match block {
        Block::Table(table) if table.id == "posts-all" => Some(table),
        _ => None,
    });
    let posts = looked.sight.posts(&looked.app, None).posts;
    let chosen = all.map(|all| chosen(all, &posts, &asked));
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let found = chosen.as_ref().map_or(0, |table| table.rows.len());
    let pages = found.div_ceil(ROWS);
    let page = asked.page.unwrap_or(1).clamp(1, pages.max(1));
    let table = chosen.map(|mut table| {
        table.rows = table.rows.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
        sortable(shower.table(&table, true), &looked, &asked)
    });
    let turn = |to: usize| looked.links.with("/posts", &with_page(&asked, &to.to_string()));
    let ranked = report.sections.iter().find(|it| it.id == "posts").map(|it| shower.section(it));
    let context = json!({
        "picker": Picker::of(&looked, &asked, "/posts", shared.now()),
        "notices": report.notices,
        "filters": filters(&looked, &posts, all, &asked),
        "kept": looked.links.kept(&[]),
        "table": table,
        "found": found,
        "page": page,
        "pages": pages,
        "earlier": (page > 1).then(|| turn(page - 1)),
        "later": (page < pages).then(|| turn(page + 1)),
        "ranked": ranked,
        "words": report.furniture,
    });
    Ok(show(&shared, &visitor, "see-posts.html", visitor.t("see.posts"), "/posts", context))
}

/// The rows that were asked for, in the order that was asked for. Row and post stand side by side: both are in the order of
/// publication, the latest first.
fn chosen(all: &Table, posts: &[PostAnswer], asked: &Asked) -> Table {
    let pairs = all.rows.iter().zip(posts);
    let mut rows: Vec<&Vec<Cell>> = pairs.filter(|(_, post)| asked.fits(post)).map(|(row, _)| row).collect();
    let up = given(asked.order.as_ref()) == Some("up");
    match given(asked.sort.as_ref()).and_then(|column| column.parse::<usize>().ok()) {
        None | Some(PUBLISHED) => {
            if up {
                rows.reverse();
            }
        }
        Some(column) => rows.sort_by(|left, right| {
            let number = |row: &Vec<Cell>| row.get(column).and_then(|cell| cell.number);
            let text = |row: &Vec<Cell>| row.get(column).map(|cell| cell.text.to_lowercase());
            match (number(left), number(right)) {
                // What has no value stands last, whichever way.
                (Some(left), Some(right)) if up => left.total_cmp(&right),
                (Some(left), Some(right)) => right.total_cmp(&left),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) if up => text(left).cmp(&text(right)),
                (None, None) => text(right).cmp(&text(left)),
            }
        }),
    }
    Table { rows: rows.into_iter().cloned().collect(), ..all.clone() }
}

/// The heads lead to the table sorted by them; a second time the other way.
fn sortable(mut table: ShownTable, looked: &Looked, asked: &Asked) -> ShownTable {
    let sorted = given(asked.sort.as_ref()).and_then(|it| it.parse::<usize>().ok()).unwrap_or(PUBLISHED);
    let up = given(asked.order.as_ref()) == Some("up");
    for (at, column) in table.columns.iter_mut().enumerate() {
        let own = at == sorted;
        // Numbers begin with the most, words with A.
        let upwards = if own { !up } else { column.align == Align::Text && at != PUBLISHED };
        let mut query = with_page(asked, "");
        let index = at.to_string();
        query.retain(|(key, _)| !["sort", "order"].contains(key));
        query.push(("sort", &index));
        query.push(("order", if upwards { "up" } else { "" }));
        column.sort = Some(looked.links.with("/posts", &query));
        column.sorted = own.then_some(if up { "ascending" } else { "descending" });
    }
    table
}

/// What was chosen and how it is sorted, with a page.
fn with_page<'a>(asked: &'a Asked, page: &'a str) -> Vec<(&'a str, &'a str)> {
    let kept = [
        ("channel", asked.channel.as_ref()),
        ("label", asked.label.as_ref()),
        ("format", asked.format.as_ref()),
        ("sort", asked.sort.as_ref()),
        ("order", asked.order.as_ref()),
    ];
    let mut query: Vec<(&str, &str)> = kept.into_iter().filter_map(|(key, it)| Some((key, given(it)?))).collect();
    query.push(("page", page));
    query
}

/// What posts can be chosen by: the channels, labels and kinds that occur.
fn filters(looked: &Looked, posts: &[PostAnswer], all: Option<&Table>, asked: &Asked) -> serde_json::Value {
    let mut channels: Vec<Choice> = Vec::new();
    let mut labels: Vec<Choice> = Vec::new();
    let mut formats: Vec<Choice> = Vec::new();
    let add = |list: &mut Vec<Choice>, value: &str, text: &str, chosen: Option<&str>| {
        if list.iter().all(|it| it.value != value) {
            list.push(Choice { value: value.to_owned(), text: text.to_owned(), chosen: chosen == Some(value) });
        }
    };
    let rows = all.map_or(&[][..], |table| &table.rows[..]);
    for (post, row) in posts.iter().zip(rows) {
        let id = ChannelId::from(post.channel.as_str());
        let title = looked.app.config.channel(&id).map_or(post.channel.as_str(), |it| it.title.as_str());
        add(&mut channels, &post.channel, title, given(asked.channel.as_ref()));
        let format = row.get(FORMAT).map_or(post.format.as_str(), |cell| cell.text.as_str());
        add(&mut formats, &post.format, format, given(asked.format.as_ref()));
        for label in &post.labels {
            add(&mut labels, label, label, given(asked.label.as_ref()));
        }
    }
    for list in [&mut channels, &mut labels, &mut formats] {
        list.sort_by_key(|it| it.text.to_lowercase());
    }
    json!({ "channels": channels, "labels": labels, "formats": formats })
}

/// One post: its text, what it got, its place among the others, and how it grew.
pub(super) async fn one(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((channel, post)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let seen = Seen::Post(ChannelId::from(channel.as_str()), PostId::from(post.as_str()));
    let looked = look(&shared, &visitor, &asked, seen).await?;
    let answer = looked.sight.posts(&looked.app, None).posts.into_iter().next().ok_or(Refusal::NotFound)?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let report = &looked.sight.report;
    let shown = report.sections.iter().find(|it| it.id == "post");
    let known = looked.app.config.channel(&ChannelId::from(channel.as_str()));
    let zone = looked.app.config.organisation.zone;
    let web =
        |address: &Option<String>| address.clone().filter(|it| it.starts_with("https://") || it.starts_with("http://"));
    let context = json!({
        "channel": known.map(|it| json!({
            "title": it.title,
            "href": looked.links.to(&format!("/channel/{}", super::asked::part(it.id.as_str()))),
        })),
        "text": answer.text,
        "published": looked.locale.instant(answer.published, zone),
        "labels": answer.labels,
        "permalink": web(&answer.permalink),
        "link": web(&answer.link),
        "all": looked.links.to("/posts"),
        "notices": report.notices,
        "section": shown.map(|it| shower.section(it)),
        "words": report.furniture,
    });
    Ok(show(&shared, &visitor, "see-post.html", visitor.t("see.post"), "/posts", context))
}
