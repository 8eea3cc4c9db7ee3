//! Instagram media: the list and the figures of one.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::fields::{Field, parse};
use super::node::expanded;
use super::page::no_metric;
use super::window::stamp;
use super::{no_field, paged};
use crate::model::PostFormat;
use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::world::Post;
use crate::sandbox::world::ledger::Ledger;

/// Answers `/{ig-user}/media`, newest first.
pub(super) fn list(ledger: &Ledger, ask: &Ask, now: DateTime<Utc>) -> Answer {
    let fields = parse(ask.get("fields").unwrap_or("id"));
    let bound = |name: &str| {
        let text = ask.get(name)?;
        text.parse::<i64>().ok().or_else(|| {
            let date: chrono::NaiveDate = text.get(..10)?.parse().ok()?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
        })
    };
    let span = bound("since").unwrap_or(0)..=bound("until").unwrap_or(i64::MAX);
    let mut rows = Vec::new();
    for post in ledger.posts.iter().rev().filter(|post| span.contains(&post.published.timestamp())) {
        match row(ledger, post, &fields, ask, now) {
            Ok(row) => rows.push(row),
            Err(answer) => return *answer,
        }
    }
    paged(ask, rows)
}

/// Answers `/{media}?fields=…`.
pub(super) fn one(ledger: &Ledger, post: &Post, fields: &[Field], ask: &Ask, now: DateTime<Utc>) -> Answer {
    row(ledger, post, fields, ask, now).map_or_else(|answer| *answer, Answer::ok)
}

fn row(ledger: &Ledger, post: &Post, fields: &[Field], ask: &Ask, now: DateTime<Utc>) -> Result<Value, Box<Answer>> {
    let mut row = Map::new();
    for field in fields {
        if field.name == "insights" {
            let answer = insights(post, &expanded(ask, field), now, super::served_version(ask));
            if answer.status != 200 {
                return Err(Box::new(answer));
            }
            row.insert("insights".to_owned(), answer.body);
            continue;
        }
        match value(ledger, post, &field.name, now) {
            Some(value) => {
                row.insert(field.key().to_owned(), value);
            }
            None if field.name == "view_count" => {
                return Err(Box::new(graph_error(
                    400,
                    36_104,
                    None,
                    "(#36104) The view_count field is only available through Business Discovery",
                )));
            }
            None => return Err(Box::new(no_field(&field.name, "IGMedia"))),
        }
    }
    row.entry("id").or_insert_with(|| json!(post.id));
    Ok(Value::Object(row))
}

fn product(post: &Post) -> &'static str {
    match post.format {
        PostFormat::Reel => "REELS",
        PostFormat::Story => "STORY",
        _ => "FEED",
    }
}

fn value(ledger: &Ledger, post: &Post, name: &str, now: DateTime<Utc>) -> Option<Value> {
    let count = |in_the_end: i64| json!(post.so_far(in_the_end, now));
    Some(match name {
        "id" | "ig_id" => json!(post.id),
        "caption" => json!(post.text),
        "media_type" => json!(match post.format {
            PostFormat::Reel | PostFormat::Video => "VIDEO",
            PostFormat::Carousel => "CAROUSEL_ALBUM",
            _ => "IMAGE",
        }),
        "media_product_type" => json!(product(post)),
        "media_url" | "thumbnail_url" => json!(format!("https://scontent.example/{}.jpg", post.id)),
        "permalink" => json!(post.permalink),
        "shortcode" => json!(post.permalink.trim_end_matches('/').rsplit('/').next()),
        "timestamp" => json!(stamp(post.published)),
        "username" => json!(ledger.account.handle),
        "like_count" | "total_like_count" => count(post.reactions),
        "comments_count" | "total_comments_count" => count(post.comments),
        "saved_count" => count(post.saves),
        "shares_count" => count(post.shares),
        "reposts_count" => count(post.shares / 6),
        "total_views_count" => count(post.views),
        "is_comment_enabled" => json!(true),
        _ => return None,
    })
}

/// Answers `/{media}/insights`: which names answer depends on what kind of media it is.
pub(super) fn insights(post: &Post, ask: &Ask, now: DateTime<Utc>, version: &str) -> Answer {
    let names: Vec<&str> = ask.get("metric").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return no_metric();
    }
    let mut data = Vec::new();
    for name in names {
        let value = match figure(post, name, now) {
            Ok(value) => value,
            Err(_) if name == "impressions" && version != "v21.0" => {
                let text = "(#100) Starting from version v22.0 and above, the impressions metric is no longer supported for the queried media.";
                return graph_error(400, 100, None, text);
            }
            Err(text) => return graph_error(400, 100, None, &text),
        };
        data.push(json!({
            "name": name,
            "period": "lifetime",
            "values": [{ "value": value }],
            "title": name,
            "description": "Sandbox: invented figures in the platform's shape.",
            "id": format!("{}/insights/{name}/lifetime", post.id),
        }));
    }
    Answer::ok(json!({ "data": data }))
}

fn figure(post: &Post, name: &str, now: DateTime<Utc>) -> Result<i64, String> {
    let count = |in_the_end: i64| post.so_far(in_the_end, now);
    let (feed, reel) = (product(post) == "FEED", product(post) == "REELS");
    let interactions = count(post.reactions) + count(post.comments) + count(post.shares) + count(post.saves);
    Ok(match name {
        "reach" => count(post.reach),
        "views" | "total_views" => count(post.views),
        "shares" => count(post.shares),
        "reposts" => count(post.shares / 6),
        "total_interactions" => interactions,
        "likes" | "total_likes" if feed || reel => count(post.reactions),
        "comments" | "total_comments" if feed || reel => count(post.comments),
        "saved" if feed || reel => count(post.saves),
        "follows" if !reel => count(post.reactions) / 25,
        "profile_visits" | "profile_activity" if !reel => count(post.reach) / 60,
        "ig_reels_avg_watch_time" if reel => 5_800,
        "ig_reels_video_view_total_time" if reel => count(post.views) * 5_800,
        "reels_skip_rate" if reel => 37,
        "crossposted_views" | "facebook_views" if reel => 0,
        "navigation" | "replies" | "link_clicks" if !feed && !reel => 0,
        "follows" | "profile_visits" | "profile_activity" | "ig_reels_avg_watch_time" | "likes" | "comments" | "saved"
        | "ig_reels_video_view_total_time" | "reels_skip_rate" | "crossposted_views" | "facebook_views" | "navigation"
        | "replies" | "link_clicks" => {
            return Err(format!("(#100) The Media Insights API does not support the {name} metric for this media product type."));
        }
        _ => return Err("(#100) metric[0] must be one of the following values: impressions, reach, replies, saved, likes, comments, shares, total_interactions, follows, profile_visits, profile_activity, navigation, views, reposts, ig_reels_video_view_total_time, ig_reels_avg_watch_time, reels_skip_rate, crossposted_views, facebook_views, total_views, total_likes, total_comments, link_clicks".to_owned()),
    })
}
