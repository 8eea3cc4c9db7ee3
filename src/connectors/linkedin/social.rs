//! Reactions and comments of posts, through either door: how many of each kind, never the lists of those who reacted.

use serde_json::Value as Json;

use super::fields::About;
use super::{BATCH, question, restli, today};
use crate::connectors::{ReadError, Reply, Request, Task, answer};
use crate::model::{Period, PostId, Window, told};

/// The catalogue's name of the question.
const ASK: &str = "social_metadata";

/// The questions about the posts, many in one. Both doors answer alike, under different names.
pub(super) fn of_posts(task: &Task, ask: &str, resource: &str, ids: &[&str]) -> Vec<Request> {
    let path = format!("/rest/{resource}");
    ids.chunks(BATCH).map(|ids| question(task, ask, path.clone(), format!("ids={}", restli::list(ids)))).collect()
}

/// Reads the answer: a map of posts, and one of those that were refused.
pub(super) fn read(task: &Task, request: &Request, answer: &Json) -> Result<Reply, ReadError> {
    let results = answer
        .get("results")
        .and_then(Json::as_object)
        .ok_or_else(|| ReadError::Shape(told::map_missing("results")))?;
    let mut reply = Reply::default();
    for (urn, result) in results {
        let post = PostId::from(restli::decoded(urn));
        let about = About { ask: ASK, post: Some(&post), window: Window::Lifetime, days: Period::day(today(task)) };
        for (kind, summary) in result.get("reactionSummaries").and_then(Json::as_object).into_iter().flatten() {
            let dimension = Some(format!("reaction_type={kind}"));
            let value = answer::whole(summary.get("count"));
            reply.readings.push(about.reading("reactionSummaries.count", dimension, value));
        }
        reply.readings.extend(about.readings(result));
    }
    let refused = answer.get("errors").and_then(Json::as_object).map_or(0, serde_json::Map::len);
    if refused > 0 {
        let asked = restli::members(request.raw_query.as_deref().unwrap_or_default(), "ids").len();
        reply.notices.push(told::linkedin_posts_refused(refused, asked));
    }
    Ok(reply)
}
