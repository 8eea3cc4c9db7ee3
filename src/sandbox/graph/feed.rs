//! A Page's posts and videos.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::fields::{Field, parse};
use super::node::expanded;
use super::window::stamp;
use super::{no_field, paged, post};
use crate::model::PostFormat;
use crate::sandbox::ask::{Answer, Ask};
use crate::sandbox::world::Post;
use crate::sandbox::world::ledger::Ledger;
use crate::sandbox::world::noise::fnv;

/// Answers `/{page}/posts`: newest first, Reels not among them.
pub(super) fn posts(ledger: &Ledger, ask: &Ask, now: DateTime<Utc>) -> Answer {
    let fields = parse(ask.get("fields").unwrap_or("id,created_time,message"));
    let wanted = within(ledger, ask).filter(|post| post.format != PostFormat::Reel);
    let mut rows = Vec::new();
    for post in wanted {
        match one_row(post, &fields, ask, now) {
            Ok(row) => rows.push(row),
            Err(answer) => return *answer,
        }
    }
    paged(ask, rows)
}

/// The posts between `since` and `until`, newest first; two years back.
fn within<'a>(ledger: &'a Ledger, ask: &Ask) -> impl Iterator<Item = &'a Post> {
    let seconds = |name: &str| {
        let text = ask.get(name)?;
        text.parse::<i64>().ok().or_else(|| {
            let date: chrono::NaiveDate = text.get(..10)?.parse().ok()?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
        })
    };
    let since = seconds("since").unwrap_or(0);
    let until = seconds("until").unwrap_or(i64::MAX);
    ledger.posts.iter().rev().filter(move |post| (since..=until).contains(&post.published.timestamp()))
}

/// Answers `/{post}?fields=…`.
pub(super) fn one(post: &Post, fields: &[Field], ask: &Ask, now: DateTime<Utc>) -> Answer {
    one_row(post, fields, ask, now).map_or_else(|answer| *answer, Answer::ok)
}

fn one_row(post: &Post, fields: &[Field], ask: &Ask, now: DateTime<Utc>) -> Result<Value, Box<Answer>> {
    let mut row = Map::new();
    for field in fields {
        if field.name == "insights" {
            let answer = post::insights(post, &expanded(ask, field), now);
            if answer.status != 200 {
                return Err(Box::new(answer));
            }
            row.insert("insights".to_owned(), answer.body);
            continue;
        }
        match value(post, field, now) {
            Some(Value::Null) => {}
            Some(value) => {
                row.insert(field.key().to_owned(), value);
            }
            None => return Err(Box::new(no_field(&field.name, "Post"))),
        }
    }
    row.entry("id").or_insert_with(|| json!(post.id));
    Ok(Value::Object(row))
}

fn value(post: &Post, field: &Field, now: DateTime<Utc>) -> Option<Value> {
    let reactions = post.so_far(post.reactions, now);
    Some(match field.name.as_str() {
        "id" => json!(post.id),
        "created_time" => json!(stamp(post.published)),
        "updated_time" => json!(stamp(post.published + TimeDelta::hours(5))),
        "message" if post.text.is_empty() => Value::Null,
        "message" => json!(post.text),
        "permalink_url" => json!(post.permalink),
        "status_type" => json!(match post.format {
            PostFormat::Video => "added_video",
            PostFormat::Text => "mobile_status_update",
            PostFormat::Link => "shared_story",
            _ => "added_photos",
        }),
        "is_published" => json!(true),
        "is_hidden" | "is_expired" => json!(false),
        "full_picture" | "story" | "message_tags" => Value::Null,
        "from" => json!({"id": post.id.split('_').next().unwrap_or_default()}),
        // No key at all while nobody has shared it.
        "shares" => match post.so_far(post.shares, now) {
            0 => Value::Null,
            count => json!({ "count": count }),
        },
        "attachments" => attachments(post, field),
        "comments" => json!({"data": [], "summary": {
            "order": "ranked",
            "total_count": post.so_far(post.comments, now),
            "can_comment": true,
        }}),
        "reactions" => {
            let kinds = super::page::reaction_map(reactions);
            let count = field
                .argument("type")
                .map_or(reactions, |kind| kinds.get(kind.to_lowercase()).and_then(Value::as_i64).unwrap_or(0));
            json!({"data": [], "summary": {"total_count": count, "viewer_reaction": "NONE"}})
        }
        "likes" => json!({"data": [], "summary": {"total_count": reactions, "can_like": true, "has_liked": false}}),
        _ => return None,
    })
}

fn attachments(post: &Post, field: &Field) -> Value {
    let (media, kind) = match post.format {
        PostFormat::Text => return Value::Null,
        PostFormat::Video => ("video", "video_inline"),
        PostFormat::Link => ("link", "share"),
        _ if fnv(&post.id).is_multiple_of(4) => ("album", "album"),
        _ => ("photo", "photo"),
    };
    let url = match (&post.link, post.format) {
        (Some(link), PostFormat::Link) => link.clone(),
        _ => post.permalink.clone(),
    };
    let mut whole = json!({"media_type": media, "type": kind, "title": post.text.lines().next(), "url": url});
    if let (Value::Object(map), false) = (&mut whole, field.below.is_empty()) {
        map.retain(|key, _| field.below.iter().any(|below| below.name == *key));
    }
    json!({ "data": [whole] })
}

/// Answers `/{page}/videos` and `/{page}/video_reels`.
pub(super) fn videos(ledger: &Ledger, ask: &Ask, now: DateTime<Utc>, reels: bool) -> Answer {
    let format = if reels { PostFormat::Reel } else { PostFormat::Video };
    let rows = within(ledger, ask)
        .filter(|post| post.format == format)
        .map(|post| {
            let id = post.id.rsplit('_').next().unwrap_or_default();
            json!({
                "id": id,
                "created_time": stamp(post.published),
                "updated_time": stamp(now.min(post.published + TimeDelta::hours(5))),
                "description": post.text,
                "permalink_url": if reels { format!("/reel/{id}/") } else { format!("/{}/videos/{id}/", ledger.account.handle) },
                "length": 21.4,
                "post_id": post.id,
            })
        })
        .collect();
    paged(ask, rows)
}

/// Answers `/{page}/stories`: this organisation publishes none on its Pages.
pub(super) fn stories() -> Answer {
    Answer::ok(json!({"data": []}))
}
