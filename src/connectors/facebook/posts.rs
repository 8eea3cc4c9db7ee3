//! A Page's posts, Reels and stories, with what they have brought so far.

use serde_json::Value as Json;

use super::{is_ratio, living, names, with_token};
use crate::catalog::Subject;
use crate::connectors::fetch::{mark, missing, today};
use crate::connectors::{PostReading, Reply, Request, Task, graph};
use crate::model::{PostFormat, PostId, Reading, State, told};

/// Posts with their figures, in one call per page.
pub(super) const POSTS: &str = "posts";
const REELS: &str = "reels";
const STORIES: &str = "stories";
/// The catalogue's words for figures of one post, one Reel, one story.
const POST_INSIGHTS: &str = "post_insights";
const VIDEO_INSIGHTS: &str = "video_insights";
const STORY_INSIGHTS: &str = "story_insights";

/// Figures that only a video can have: for other posts their zero means nothing.
const OF_VIDEO: &str = "post_video_";

/// What is asked of each post beside its figures. No one else's content, no commenters, no reactors.
const FIELDS: &str = "id,created_time,message,message_tags,permalink_url,status_type,is_published,attachments{media_type,type,title,url}";

/// The lists; what belongs to each row follows from the rows.
pub(super) fn plan(task: &Task) -> Vec<Request> {
    let metrics = names(&living(task, Subject::Post, POST_INSIGHTS));
    let posts = list(task, POSTS, "published_posts", &fields(&metrics));
    let mut requests = vec![Request { metrics, ..posts }];
    requests.push(list(task, REELS, "video_reels", "id,created_time,description,permalink_url"));
    if task.channel.stories {
        requests.push(list(task, STORIES, "stories", "post_id,status,creation_time,media_type,url"));
    }
    requests
}

/// The fields of a post, with its figures by expansion.
pub(super) fn fields(metrics: &[String]) -> String {
    if metrics.is_empty() { FIELDS.to_owned() } else { format!("{FIELDS},insights.metric({})", metrics.join(",")) }
}

fn list(task: &Task, ask: &str, edge: &str, fields: &str) -> Request {
    let request = Request::get(ask, graph::path(task, &format!("{}/{edge}", task.channel.account)))
        .with("fields", fields)
        .with("since", graph::midnight(task.posts_since).to_string())
        .with("limit", graph::PAGE.to_string());
    Request { limit: Some(graph::PAGE), ..request }
}

/// Rows, their figures or the questions for them, and the next page.
pub(super) fn read(task: &Task, request: &Request, answer: &Json) -> Reply {
    let mut reply = Reply::default();
    if matches!(request.ask.as_str(), VIDEO_INSIGHTS | STORY_INSIGHTS) {
        reply.readings = figures(task, request, answer, request.post.as_ref());
        return reply;
    }
    let mut follow = Vec::new();
    let mut unreadable = 0;
    for row in answer.get("data").and_then(Json::as_array).into_iter().flatten() {
        let Some(post) = understood(request, row) else {
            unreadable += 1;
            continue;
        };
        if !published(row) || post.published < since(task) {
            continue;
        }
        match request.ask.as_str() {
            POSTS => reply.readings.extend(figures_of_row(task, request, row, &post)),
            REELS => follow.push(of_object(task, VIDEO_INSIGHTS, "video_insights", &post.id)),
            _ => follow.push(of_object(task, STORY_INSIGHTS, "insights", &post.id)),
        }
        reply.posts.push(post);
    }
    if unreadable > 0 {
        reply.notices.push(told::rows_left_out(unreadable, &request.ask));
    }
    graph::next_page(request, answer, &mut reply);
    reply.next.extend(with_token(graph::batches(task, follow, request.token.as_ref()), request.token.as_ref()));
    reply
}

fn since(task: &Task) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(graph::midnight(task.posts_since), 0).unwrap_or_default()
}

/// Drafts and scheduled posts are nobody's reading.
fn published(row: &Json) -> bool {
    row.get("is_published").and_then(Json::as_bool).unwrap_or(true)
}

/// The question for one Reel's or story's figures. A Reel's default set is asked: naming one retired figure would
/// lose all, and only known ones are kept.
fn of_object(task: &Task, ask: &str, edge: &str, post: &PostId) -> Request {
    let metrics = names(&living(task, Subject::Post, ask));
    let mut request = Request::get(ask, graph::path(task, &format!("{post}/{edge}")));
    if ask == STORY_INSIGHTS {
        request = request.with("metric", metrics.join(","));
    }
    Request { metrics, post: Some(post.clone()), ..request }
}

fn figures_of_row(task: &Task, request: &Request, row: &Json, post: &PostReading) -> Vec<Reading> {
    let of_post = Request { post: Some(post.id.clone()), ..request.clone() };
    let mut readings = match row.get("insights") {
        Some(_) => figures(task, request, row, Some(&post.id)),
        None => Vec::new(),
    };
    let absent: Vec<_> =
        missing(&of_post, &readings).into_iter().map(|metric| mark(task, &of_post, metric, State::Absent)).collect();
    readings.extend(absent);
    readings.retain(|reading| post.format == PostFormat::Video || !reading.metric.starts_with(OF_VIDEO));
    readings
}

/// Counters since the post was published. Entries of other periods may stand beside them.
fn figures(task: &Task, request: &Request, answer: &Json, post: Option<&PostId>) -> Vec<Reading> {
    let asked = |name: &str| request.metrics.iter().any(|metric| metric == name);
    let entries = graph::entries(answer).into_iter();
    let lifetime = entries.filter(|insight| insight.period == "lifetime" && asked(insight.name));
    lifetime.flat_map(|insight| graph::values_of(&insight, post, today(task), None, is_ratio(insight.name))).collect()
}

fn understood(request: &Request, row: &Json) -> Option<PostReading> {
    let (id_key, time_key) = if request.ask == STORIES { ("post_id", "creation_time") } else { ("id", "created_time") };
    let published = row.get(time_key).and_then(Json::as_str).and_then(graph::time);
    let published = published.or_else(|| graph::unix_time(row.get(time_key)))?;
    let attachment = row.pointer("/attachments/data/0");
    let link = attachment.filter(|one| kind(one) == Some("link")).and_then(|one| graph::text(one, "url"));
    Some(PostReading {
        id: PostId::from(graph::id(row, id_key)?),
        published,
        format: format(request, row, attachment),
        text: text_without_names(row),
        permalink: graph::text(row, "permalink_url").or_else(|| graph::text(row, "url")).map(absolute),
        link,
    })
}

/// Reels come with an address below the site's.
fn absolute(address: String) -> String {
    if address.starts_with('/') { format!("https://www.facebook.com{address}") } else { address }
}

fn kind(attachment: &Json) -> Option<&str> {
    attachment.get("media_type").and_then(Json::as_str)
}

fn format(request: &Request, row: &Json, attachment: Option<&Json>) -> PostFormat {
    match request.ask.as_str() {
        REELS => return PostFormat::Reel,
        STORIES => return PostFormat::Story,
        _ => {}
    }
    let by_status = || match row.get("status_type").and_then(Json::as_str) {
        Some("added_photos") => PostFormat::Image,
        Some("added_video") => PostFormat::Video,
        Some("shared_story") => PostFormat::Link,
        Some("mobile_status_update") | None => PostFormat::Text,
        Some(_) => PostFormat::Other,
    };
    match attachment.and_then(kind) {
        Some("photo") => PostFormat::Image,
        Some("album") => PostFormat::Carousel,
        Some("video") => PostFormat::Video,
        Some("link") => PostFormat::Link,
        Some(_) => PostFormat::Other,
        None => by_status(),
    }
}

/// The text with people who are named in it taken out; Pages and places may stand.
fn text_without_names(row: &Json) -> String {
    let text = row.get("message").or_else(|| row.get("description")).and_then(Json::as_str).unwrap_or_default();
    let mut clean = text.trim().to_owned();
    for tag in row.get("message_tags").and_then(Json::as_array).into_iter().flatten() {
        let person = tag.get("type").and_then(Json::as_str).is_none_or(|kind| kind == "user");
        if let Some(name) = graph::text(tag, "name").filter(|_| person) {
            clean = clean.replace(&name, "[namn]");
        }
    }
    clean
}
