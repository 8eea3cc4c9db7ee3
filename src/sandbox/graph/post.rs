//! What a Page's post or video brought, over its whole life.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::page::{REACTIONS, no_metric, reaction_map};
use crate::model::PostFormat;
use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::world::Post;

/// Answers `/{post}/insights` and its expansion in a list of posts.
pub(super) fn insights(post: &Post, ask: &Ask, now: DateTime<Utc>) -> Answer {
    let names: Vec<&str> = ask.get("metric").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return no_metric();
    }
    let mut data = Vec::new();
    for name in names {
        let Some(value) = value(post, name, now) else {
            return graph_error(400, 100, None, "(#100) The value must be a valid insights metric");
        };
        let title = if name.ends_with("_unique") { Value::Null } else { json!("Lifetime figure of the post") };
        data.push(json!({
            "name": name,
            "period": "lifetime",
            "values": [{ "value": value }],
            "title": title,
            "description": "Sandbox: invented figures in the platform's shape.",
            "id": format!("{}/insights/{name}/lifetime", post.id),
        }));
    }
    Answer::ok(json!({ "data": data }))
}

fn value(post: &Post, name: &str, now: DateTime<Utc>) -> Option<Value> {
    let count = |in_the_end: i64| post.so_far(in_the_end, now);
    let reactions = count(post.reactions);
    let plays = if matches!(post.format, PostFormat::Video | PostFormat::Reel) { count(post.views) * 2 / 5 } else { 0 };
    Some(match name {
        "post_media_view" => json!(count(post.views)),
        "post_total_media_view_unique" => json!(count(post.reach)),
        "post_clicks" => json!(count(post.clicks)),
        "post_clicks_by_type" => {
            let links = count(post.clicks) / 3;
            json!({"link clicks": links, "other clicks": count(post.clicks) - links})
        }
        "post_reactions_by_type_total" => reaction_map(reactions),
        "post_activity_by_action_type" | "post_activity_by_action_type_unique" => {
            activity(reactions, count(post.comments), count(post.shares))
        }
        "post_video_views" => json!(plays),
        "post_video_avg_time_watched" => json!(if plays > 0 { 7_400 } else { 0 }),
        "post_video_view_time" => json!(plays * 7_400),
        _ => {
            let kind = name.strip_prefix("post_reactions_")?.strip_suffix("_total")?;
            REACTIONS.iter().find(|(reaction, _)| *reaction == kind)?;
            json!(reaction_map(reactions).get(kind).and_then(Value::as_i64).unwrap_or(0))
        }
    })
}

/// Only what happened is listed.
fn activity(likes: i64, comments: i64, shares: i64) -> Value {
    [("like", likes), ("comment", comments), ("share", shares)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| (kind.to_owned(), json!(count)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Answers `/{video}/video_insights`: a default set without `metric`.
pub(super) fn video_insights(post: &Post, id: &str, now: DateTime<Utc>) -> Answer {
    let count = |in_the_end: i64| post.so_far(in_the_end, now);
    let plays = count(post.views) * 2 / 5;
    let figures = [
        ("blue_reels_play_count", json!(count(post.views))),
        ("fb_reels_total_plays", json!(count(post.views))),
        ("post_video_views", json!(plays)),
        ("post_video_avg_time_watched", json!(7_400)),
        ("post_video_view_time", json!(plays * 7_400)),
        ("post_video_likes_by_reaction_type", reaction_map(count(post.reactions))),
        ("post_video_social_actions", activity(0, count(post.comments), count(post.shares))),
    ];
    let data: Vec<Value> = figures
        .into_iter()
        .map(|(name, value)| {
            json!({
                "name": name,
                "period": "lifetime",
                "values": [{ "value": value }],
                "title": "Lifetime figure of the video",
                "description": "Sandbox: invented figures in the platform's shape.",
                "id": format!("{id}/video_insights/{name}/lifetime"),
            })
        })
        .collect();
    Answer::ok(json!({ "data": data }))
}
