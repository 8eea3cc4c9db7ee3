//! Many questions in one call. Each item is answered, refused or left out by itself; what the loop has to decide is
//! asked again, the first of its kind alone.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{BATCH, PLAIN, explain, path};
use crate::connectors::answer::json as read_json;
use crate::connectors::fetch::{mark, missing};
use crate::connectors::{Connector, ReadError, Refusal, Reply, Request, Task};
use crate::model::{Secret, State, told};
use percent_encoding::utf8_percent_encode;

/// Meta takes at most fifty.
const LARGEST: usize = 50;

/// The questions in as few calls as possible.
pub(in crate::connectors) fn batches(task: &Task, items: Vec<Request>, token: Option<&Secret>) -> Vec<Request> {
    let empty =
        Request { token: token.cloned(), ..Request::post(BATCH, path(task, "")).with("include_headers", "false") };
    let mut batches = Vec::new();
    let mut left = items.into_iter().peekable();
    while left.peek().is_some() {
        batches.push(with_items(&empty, left.by_ref().take(LARGEST).collect()));
    }
    batches
}

/// The batch with these items in place of its own.
pub(in crate::connectors) fn with_items(batch: &Request, items: Vec<Request>) -> Request {
    let rows: Vec<_> = items.iter().map(|item| json!({"method": "GET", "relative_url": relative(item)})).collect();
    Request { items, ..batch.clone().with_value("batch", Json::Array(rows).to_string()) }
}

/// The item's address below the version, which the batch itself carries.
fn relative(item: &Request) -> String {
    let below = item.path.split_once('/').map_or(item.path.as_str(), |(_, below)| below);
    let encode = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let pairs: Vec<_> = item.query.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
    if pairs.is_empty() { below.to_owned() } else { format!("{below}?{}", pairs.join("&")) }
}

/// What becomes of the items that gave nothing.
#[derive(Default)]
struct Left {
    /// Left out by the platform: a time-out.
    silent: Vec<Request>,
    /// To be decided by the loop, the first of each kind.
    alone: Vec<Request>,
    /// Others of the same kind, asked again when the loop has decided.
    after: Vec<Request>,
    kinds: BTreeSet<String>,
    gone: usize,
}

/// Reads a batch: each item as if it had been asked alone.
pub(in crate::connectors) fn read_batch(
    connector: &dyn Connector,
    task: &Task,
    request: &Request,
    body: &[u8],
) -> Result<Reply, ReadError> {
    let answer = read_json(body)?;
    let rows = answer.as_array().ok_or_else(|| ReadError::Shape(told::batch_no_list()))?;
    if rows.len() != request.items.len() {
        return Err(ReadError::Shape(told::batch_count(request.items.len(), rows.len())));
    }
    let mut reply = Reply::default();
    let mut left = Left::default();
    for (item, row) in request.items.iter().zip(rows) {
        let item = Request { token: request.token.clone(), ..item.clone() };
        let (Some(code), Some(body)) = (row.get("code").and_then(Json::as_u64), row.get("body").and_then(Json::as_str))
        else {
            left.silent.push(item);
            continue;
        };
        let status = u16::try_from(code).unwrap_or(500);
        if status == 200 {
            match connector.read(task, &item, body.as_bytes()) {
                Ok(one) => add(task, &item, one, &mut reply),
                Err(_) => left.silent.push(item),
            }
        } else {
            refused(task, item, &explain(status, body.as_bytes()), &mut reply, &mut left);
        }
    }
    if left.gone > 0 {
        reply.notices.push(told::posts_gone(left.gone));
    }
    ask_again(task, request, left, &mut reply);
    Ok(reply)
}

fn add(task: &Task, item: &Request, one: Reply, reply: &mut Reply) {
    let absent: Vec<_> =
        missing(item, &one.readings).into_iter().map(|metric| mark(task, item, metric, State::Absent)).collect();
    reply.readings.extend(one.readings);
    reply.readings.extend(absent);
    reply.posts.extend(one.posts);
    reply.next.extend(one.next);
    reply.notices.extend(one.notices);
    reply.gaps.extend(one.gaps);
    reply.hosts.extend(one.hosts);
}

fn refused(task: &Task, item: Request, refusal: &Refusal, reply: &mut Reply, left: &mut Left) {
    let marks = |state: State| item.metrics.iter().map(|metric| mark(task, &item, metric, state)).collect::<Vec<_>>();
    let kind = match refusal {
        Refusal::ObjectGone(_) => {
            left.gone += 1;
            return reply.readings.extend(marks(State::Refused));
        }
        Refusal::Suppressed(_) => return reply.readings.extend(marks(State::Suppressed)),
        Refusal::Transient(_) => return left.silent.push(item),
        // These end the matter for one question; the first is left to the loop, which tells about it.
        Refusal::Forbidden { .. } if !left.kinds.insert("forbidden".to_owned()) => {
            return reply.readings.extend(marks(State::Refused));
        }
        Refusal::Failed(_) if !left.kinds.insert("failed".to_owned()) => {
            return reply.readings.extend(marks(State::Unreadable));
        }
        Refusal::Forbidden { .. } | Refusal::Failed(_) => return left.alone.push(item),
        Refusal::BadMetric(_) => format!("metric of {}", item.ask),
        _ => "stop".to_owned(),
    };
    if left.kinds.insert(kind) { left.alone.push(item) } else { left.after.push(item) }
}

/// A batch that gets smaller each time, so that asking again ends.
fn ask_again(task: &Task, request: &Request, left: Left, reply: &mut Reply) {
    let token = request.token.as_ref();
    reply.next.extend(left.alone);
    reply.next.extend(batches(task, left.after, token));
    let mut silent = left.silent;
    if silent.len() == 1 {
        reply.next.append(&mut silent);
    } else if silent.len() == request.items.len() {
        let second = silent.split_off(silent.len() / 2);
        reply.next.extend(batches(task, silent, token));
        reply.next.extend(batches(task, second, token));
    } else {
        reply.next.extend(batches(task, silent, token));
    }
}
