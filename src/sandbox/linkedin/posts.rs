//! Posts and what people did with them, in counts only.

use serde_json::{Map, Value, json};

use super::{elements, organisation, restli};
use crate::model::PostFormat;
use crate::sandbox::ask::{Answer, Ask, linkedin_error};
use crate::sandbox::model::Model;
use crate::sandbox::world::Post;
use crate::sandbox::world::ledger::Ledger;
use crate::sandbox::world::noise::fnv;

/// Answers `/posts?q=author`, `/posts/{urn}` and `/posts?ids=List(…)`.
pub(super) fn list(model: &Model, ask: &Ask, key: Option<&str>) -> Result<Answer, Box<Answer>> {
    if let Some(urn) = key {
        return Ok(model.object(urn).map_or_else(
            || linkedin_error(404, "NOT_FOUND", None, &format!("Post {urn} not found")),
            |(ledger, post)| Answer::ok(wire(ledger, post)),
        ));
    }
    if restli::raw(ask, "ids").is_some() {
        return batch(model, ask);
    }
    if ask.get("q") != Some("author") {
        return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), "Parameter 'q' is invalid")));
    }
    let ledger = organisation(model, ask, "author")?;
    let number = |name: &str, default: usize| ask.get(name).map_or(Some(default), |text| text.parse().ok());
    let start = ask.get("pageToken").map_or_else(|| number("start", 0), |token| token.parse().ok());
    let (Some(count), Some(start)) = (number("count", 10).filter(|count| *count <= 100), start) else {
        return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), "Parameter 'count' is invalid")));
    };
    let mut all: Vec<Value> = ledger.posts.iter().rev().map(|post| wire(ledger, post)).collect();
    if ask.get("isDsc") != Some("false") {
        all.extend(ledger.posts.first().map(|post| dark(ledger, post)));
    }
    // Removed posts hold their place in the count: a page may be shorter than asked for before the end.
    let rows: Vec<Value> = all
        .into_iter()
        .skip(start)
        .take(count)
        .filter(|post| post["id"].as_str().is_some_and(|id| ledger.lists(id)))
        .collect();
    Ok(Answer::ok(json!({"paging": {"start": start, "count": count, "links": []}, "elements": rows})))
}

/// Several posts by their URNs.
pub(super) fn batch(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    let urns = restli::list(ask, "ids")?.unwrap_or_default();
    let (mut results, mut statuses, mut errors) = (Map::new(), Map::new(), Map::new());
    for urn in urns {
        if let Some((ledger, post)) = model.object(&urn) {
            results.insert(urn.clone(), wire(ledger, post));
            statuses.insert(urn, json!(200));
        } else {
            errors.insert(urn.clone(), json!({"status": 404, "message": "Not found"}));
            statuses.insert(urn, json!(404));
        }
    }
    Ok(Answer::ok(json!({"results": results, "statuses": statuses, "errors": errors})))
}

/// A post as the wire carries it.
fn wire(ledger: &Ledger, post: &Post) -> Value {
    let time = post.published.timestamp_millis();
    let mut body = json!({
        "id": post.id,
        "author": format!("urn:li:organization:{}", ledger.account.id),
        "commentary": little_text(&post.text),
        "createdAt": time - 31,
        "publishedAt": time,
        "lastModifiedAt": time + 1,
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": false},
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "isReshareDisabledByAuthor": false,
    });
    let asset = format!("C4D{:013X}", fnv(&post.id) >> 12);
    body["content"] = match post.format {
        PostFormat::Text => return body,
        PostFormat::Video => json!({"media": {"id": format!("urn:li:video:{asset}")}}),
        PostFormat::Link => json!({"article": {"source": post.link, "title": ledger.account.name}}),
        PostFormat::Carousel => {
            json!({"multiImage": {"images": [{"id": format!("urn:li:image:{asset}")}, {"id": format!("urn:li:image:{asset}b")}]}})
        }
        PostFormat::Document => {
            json!({"media": {"id": format!("urn:li:document:{asset}"), "title": ledger.account.name}})
        }
        PostFormat::Poll => json!({"poll": {"question": ledger.account.name}}),
        PostFormat::Other => json!({"reference": {"id": format!("urn:li:reference:{asset}")}}),
        _ => json!({"media": {"id": format!("urn:li:image:{asset}"), "altText": "Bild till inlägget"}}),
    };
    body
}

/// An advertisement that never stood on the page.
fn dark(ledger: &Ledger, post: &Post) -> Value {
    let mut body = wire(ledger, post);
    body["id"] = json!(format!("urn:li:share:70000000000{}", ledger.account.id));
    body["distribution"]["feedDistribution"] = json!("NONE");
    body["adContext"] = json!({"dscStatus": "ACTIVE", "dscAdType": "STANDARD", "isDsc": true, "dscAdAccount": "urn:li:sponsoredAccount:500000001"});
    body
}

/// LinkedIn's own text format: hashtags as templates, reserved signs with a backslash.
fn little_text(text: &str) -> String {
    let mut little = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '#' => {
                let mut word = String::new();
                while let Some(next) = signs.next_if(|next| next.is_alphanumeric()) {
                    word.push(next);
                }
                little.extend(["{hashtag|\\#|", word.as_str(), "}"]);
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '@' | '|' | '~' | '_' | '*' | '\\' => {
                little.push('\\');
                little.push(sign);
            }
            _ => little.push(sign),
        }
    }
    little
}

/// Answers `/socialMetadata/{urn}` and `?ids=List(…)`.
pub(super) fn social(model: &Model, ask: &Ask, key: Option<&str>) -> Result<Answer, Box<Answer>> {
    if let Some(urn) = key {
        return Ok(model.object(urn).map_or_else(
            || linkedin_error(404, "NOT_FOUND", None, &format!("Entity {urn} not found")),
            |(_, post)| Answer::ok(social_of(model, post)),
        ));
    }
    let urns = restli::list(ask, "ids")?.unwrap_or_default();
    let mut results = Map::new();
    let mut errors = Map::new();
    for urn in urns {
        match model.object(&urn) {
            Some((_, post)) => results.insert(urn, social_of(model, post)),
            None => errors.insert(urn, json!({"status": 404, "message": "Not found"})),
        };
    }
    Ok(Answer::ok(json!({"results": results, "statuses": {}, "errors": errors})))
}

fn social_of(model: &Model, post: &Post) -> Value {
    let all = post.so_far(post.reactions, model.world.now).max(0);
    let comments = post.so_far(post.comments, model.world.now);
    // Recorded posts come without the kinds.
    let (praise, empathy) = if post.settled { (0, 0) } else { (all / 8, all / 20) };
    let mut kinds = Map::new();
    for (kind, count) in [("LIKE", all - praise - empathy), ("PRAISE", praise), ("EMPATHY", empathy)] {
        if count > 0 {
            kinds.insert(kind.to_owned(), json!({"reactionType": kind, "count": count}));
        }
    }
    let summary = if post.settled {
        json!({"count": comments})
    } else {
        json!({"count": comments, "topLevelCount": comments - comments / 4})
    };
    json!({
        "reactionSummaries": kinds,
        "commentsState": "OPEN",
        "commentSummary": summary,
        "entity": post.id,
    })
}

/// Answers `/videoAnalytics`: one post and one type at a time.
pub(super) fn video(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    let urn = ask.get("entity").unwrap_or_default();
    let Some((_, post)) = model.object(urn) else {
        return Err(Box::new(linkedin_error(404, "NOT_FOUND", None, "Entity not found")));
    };
    let views = if post.format == PostFormat::Video { post.so_far(post.views, model.world.now) * 3 / 10 } else { 0 };
    let kind = ask.get("type").unwrap_or_default();
    let value = match kind {
        "VIDEO_VIEW" => views,
        "VIEWER" => views * 7 / 10,
        "TIME_WATCHED" | "TIME_WATCHED_FOR_VIDEO_VIEWS" => views * 8_600,
        _ => return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), "Parameter 'type' is invalid"))),
    };
    if post.format != PostFormat::Video || post.settled {
        return Ok(elements(&[]));
    }
    Ok(elements(&[json!({"value": value, "statisticsType": kind, "entity": urn})]))
}
