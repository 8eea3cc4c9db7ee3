//! The Pages Data Portability API: the same page through the door of the Digital Markets Act.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::restli::{interval, list, milliseconds, raw};
use super::{elements, organisation};
use crate::sandbox::ask::{Answer, Ask, linkedin_error};
use crate::sandbox::model::Model;
use crate::sandbox::world::noise::decimal;
use crate::sandbox::world::{Day, Post};

/// A value of the platform's nested kind.
fn metric(kind: &str, entity: &str, start: NaiveDate, end: NaiveDate, value: &Value, paid: i64) -> Value {
    let (total, organic) = match value.as_i64() {
        Some(whole) => (json!({ "long": whole }), json!({"long": whole - paid})),
        None => (json!({"bigDecimal": value.to_string()}), json!({"bigDecimal": value.to_string()})),
    };
    json!({
        "type": kind,
        "sourceEntity": entity,
        "metric": {
            "timeIntervals": {"timeRange": {"start": milliseconds(start), "end": milliseconds(end)}, "timeGranularityType": "DAY"},
            "value": {
                "totalCount": total,
                "typeSpecificValue": {"contentAnalyticsValue": {"organicValue": organic, "sponsoredValue": {"long": paid}}},
            },
        },
    })
}

fn share(part: i64, whole: i64) -> Value {
    json!(if whole == 0 { 0.0 } else { decimal(part) / decimal(whole) })
}

fn of_day(kind: &str, day: &Day) -> Option<Value> {
    Some(match kind {
        "IMPRESSIONS" => json!(day.views),
        "UNIQUE_IMPRESSIONS" => json!(day.reach),
        "CLICKS" => json!(day.clicks),
        "COMMENTS" => json!(day.comments),
        "REACTIONS" => json!(day.reactions),
        "REPOSTS" => json!(day.shares),
        "ENGAGEMENT_RATE" => share(day.engagements(), day.views),
        "CTR" => share(day.clicks, day.views),
        _ => return None,
    })
}

/// Answers `/dmaOrganizationalPageContentAnalytics?q=trend` for a page or one of its posts.
pub(super) fn content(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    let invalid = |name: &str| {
        Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &format!("Parameter '{name}' is invalid")))
    };
    if ask.get("q") != Some("trend") {
        return Err(invalid("q"));
    }
    let kinds = list(ask, "metricTypes")?.ok_or_else(|| invalid("metricTypes"))?;
    let interval = interval(ask, model.world.now)?.ok_or_else(|| invalid("timeIntervals"))?;
    let entity = ask.get("sourceEntity").unwrap_or_default();
    if raw(ask, "sourceEntity").is_some_and(|raw| raw.contains(':')) {
        return Err(invalid("sourceEntity"));
    }
    let post = model.object(entity).map(|(_, post)| post);
    let ledger = if post.is_none() { Some(organisation(model, ask, "sourceEntity")?) } else { None };
    let mut rows = Vec::new();
    for kind in &kinds {
        for (start, end) in interval.buckets() {
            let (day, paid) = match (post, ledger) {
                (Some(post), _) => (part_of(post, start), 0),
                (None, Some(ledger)) => match ledger.settled(start).filter(|day| day.reported) {
                    Some(day) => (day, if kind == "IMPRESSIONS" { day.ad_views } else { 0 }),
                    None => continue,
                },
                (None, None) => continue,
            };
            let value = of_day(kind, &day).ok_or_else(|| invalid("metricTypes"))?;
            rows.push(metric(kind, entity, start, end, &value, paid));
        }
    }
    Ok(elements(&rows))
}

/// What a post brought on one day: three fifths on the first, less and less on the next three.
fn part_of(post: &Post, day: NaiveDate) -> Day {
    let percent = match (day - post.published.date_naive()).num_days() {
        0 => 60,
        1 => 25,
        2 => 10,
        3 => 5,
        _ => 0,
    };
    let part = |whole: i64| whole * percent / 100;
    Day {
        views: part(post.views),
        reach: part(post.reach),
        clicks: part(post.clicks),
        comments: part(post.comments),
        reactions: part(post.reactions),
        shares: part(post.shares),
        ..Day::quiet(day)
    }
}

/// Answers `/dmaOrganizationalPageEdgeAnalytics?q=trend`: followers won and visitors.
pub(super) fn edges(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    let invalid = |name: &str| {
        Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &format!("Parameter '{name}' is invalid")))
    };
    let parameter = if ask.get("organizationalPage").is_some() { "organizationalPage" } else { "sourceEntity" };
    let ledger = organisation(model, ask, parameter)?;
    let interval = interval(ask, model.world.now)?.ok_or_else(|| invalid("timeIntervals"))?;
    let kind = ask.get("analyticsType").unwrap_or("FOLLOWER");
    let rows: Vec<Value> = interval
        .buckets()
        .into_iter()
        .filter_map(|(start, end)| Some((start, end, ledger.settled(start).filter(|day| day.reported)?)))
        .map(|(start, end, day)| {
            // Other than with content the parts stand bare, and nothing is wrapped in a metric.
            let (total, parts) = if kind == "VISITOR" {
                (day.profile_views, json!({"visitorEdgeAnalyticsValue": {"uniqueCount": day.profile_visitors}}))
            } else {
                let parts = json!({"organicValue": day.gains, "sponsoredValue": 0});
                (day.gains, json!({ "followerEdgeAnalyticsValue": parts }))
            };
            json!({
                "type": kind,
                "organizationalPage": ask.get(parameter),
                "timeIntervals": {"timeRange": {"start": milliseconds(start), "end": milliseconds(end)}, "timeGranularityType": "DAY"},
                "value": {"totalCount": {"long": total}, "typeSpecificValue": parts},
            })
        })
        .collect();
    Ok(elements(&rows))
}

/// Answers `/dmaFeedContentsExternal?q=postsByAuthor`: ids only.
pub(super) fn feed(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    let ledger = organisation(model, ask, "author")?;
    let number = |name: &str, default: usize| ask.get(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (start, count) = (number("paginationCursor", 0), number("maxPaginationCount", 10).min(100));
    let rows: Vec<Value> =
        ledger.posts.iter().rev().skip(start).take(count).map(|post| json!({"id": post.id})).collect();
    let next = if start + count < ledger.posts.len() { (start + count).to_string() } else { String::new() };
    // The key is misspelt in the platform's own answers.
    Ok(Answer::ok(json!({"metadata": {"paginationCursorMetdata": {"nextPaginationCursor": next}}, "elements": rows})))
}

/// Answers `/dmaOrganizationalPageFollows`: only how many, the followers themselves are masked.
pub(super) fn follows(model: &Model, ask: &Ask) -> Answer {
    match organisation(model, ask, "followee") {
        Ok(ledger) => Answer::ok(
            json!({"paging": {"start": 0, "count": 0, "total": ledger.followers(), "links": []}, "elements": []}),
        ),
        Err(refused) => *refused,
    }
}
