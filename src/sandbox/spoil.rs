//! How a fault changes a question or its answer.

use chrono::{Days, Utc};
use serde_json::{Value, json};

use super::ask::{Answer, Ask, graph_error, linkedin_error, matomo_error};
use super::faults::FaultKind;
use crate::model::Platform;

/// The refusal that takes the answer's place, where the fault is one.
pub(super) fn refusal(kind: &FaultKind, ask: &Ask) -> Option<Answer> {
    match ask.platform {
        Platform::Facebook | Platform::Instagram => graph(kind, ask),
        Platform::LinkedIn => linkedin(kind, ask),
        Platform::Matomo => matomo(kind),
        Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => None,
    }
}

fn graph(kind: &FaultKind, ask: &Ask) -> Option<Answer> {
    let limit: u32 = ask.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(25);
    Some(match kind {
        FaultKind::ExpiredToken => graph_error(
            400,
            190,
            Some(463),
            "Error validating access token: Session has expired on Tuesday, 17-Nov-26 04:00:00 PST.",
        ),
        FaultKind::RevokedToken => graph_error(
            400,
            190,
            Some(458),
            "Error validating access token: The user has not authorized application 1180000000000001.",
        ),
        FaultKind::RoleLost => graph_error(
            400,
            190,
            Some(492),
            "Error validating access token: The session is invalid because the user no longer has a role on the Page.",
        ),
        FaultKind::MissingPermission => {
            graph_error(403, 200, None, "(#200) Requires read_insights permission to manage the object")
        }
        FaultKind::Throttled => graph_error(403, 4, None, "(#4) Application request limit reached"),
        FaultKind::BusinessThrottled { minutes } => business_throttled(*minutes, ask),
        FaultKind::DeadMetric { .. } => graph_error(400, 100, None, "(#100) The value must be a valid insights metric"),
        FaultKind::RemovedField { field } => graph_error(
            400,
            100,
            None,
            &format!("(#100) Tried accessing nonexisting field ({field}) on node type (Page)"),
        ),
        FaultKind::TooMuch { above } if limit > *above => {
            graph_error(500, 1, None, "Please reduce the amount of data you're asking for, then retry your request")
        }
        FaultKind::Transient => {
            graph_error(500, 2, None, "An unexpected error has occurred. Please retry your request later.")
        }
        FaultKind::ShortError => {
            Answer::status(500, json!({"error": {"code": 1, "message": "An unknown error occurred"}}))
        }
        FaultKind::ObjectGone => super::graph::no_object(ask.path.get(1).map_or("0", String::as_str)),
        FaultKind::OldMedia => old_media(),
        FaultKind::FewViewers => graph_error(400, 10, None, "(#10) Not enough viewers for the media to show insights"),
        FaultKind::Blocked => {
            graph_error(400, 368, None, "The action attempted has been deemed abusive or is otherwise disallowed")
        }
        _ => return None,
    })
}

fn business_throttled(minutes: u32, ask: &Ask) -> Answer {
    let instagram = ask.platform == Platform::Instagram || ask.line().contains("/1784");
    let (code, kind) = if instagram { (80_002, "instagram") } else { (80_001, "pages") };
    let text = format!("(#{code}) There have been too many calls to this account. Wait a bit and try again.");
    let usage = json!({"100000000000001": [{"type": kind, "call_count": 100, "total_cputime": 25, "total_time": 25, "estimated_time_to_regain_access": minutes}]});
    graph_error(400, code, Some(2_446_079), &text).with("x-business-use-case-usage", usage.to_string())
}

fn old_media() -> Answer {
    let mut answer = graph_error(400, 100, Some(2_108_006), "Invalid parameter");
    answer.body["error"]["error_user_title"] = json!("Inlägget publicerades före bytet till företagskonto");
    answer.body["error"]["error_user_msg"] = json!("Mediet publicerades före det senaste bytet till företagskonto.");
    answer.body["error"]["error_data"] = json!({"blame_field_specs": [[""]]});
    answer
}

fn linkedin(kind: &FaultKind, ask: &Ask) -> Option<Answer> {
    Some(match kind {
        FaultKind::ExpiredToken => {
            linkedin_error(401, "EXPIRED_ACCESS_TOKEN", Some(65_602), "The token used in the request has expired")
        }
        FaultKind::RevokedToken => linkedin_error(
            401,
            "REVOKED_ACCESS_TOKEN",
            Some(65_601),
            "The token used in the request has been revoked by the user",
        ),
        FaultKind::MissingPermission | FaultKind::RoleLost => linkedin_error(
            403,
            "ACCESS_DENIED",
            Some(100),
            "Not enough permissions to access: organizationalEntityShareStatistics.FINDER-organizationalEntity.NO_VERSION",
        ),
        FaultKind::Throttled => linkedin_error(
            429,
            "TOO_MANY_REQUESTS",
            Some(101),
            "Resource level throttle limit for calls to this resource is reached.",
        ),
        FaultKind::VersionGone => {
            let asked = ask.header("linkedin-version").unwrap_or_default();
            linkedin_error(426, "NONEXISTENT_VERSION", None, &format!("Requested version {asked:0<8} is not active"))
        }
        FaultKind::DeadMetric { .. } | FaultKind::RemovedField { .. } => linkedin_error(
            400,
            "ILLEGAL_ARGUMENT",
            None,
            "Invalid param. Please see errorDetails for more information.",
        ),
        FaultKind::Transient | FaultKind::ShortError => {
            linkedin_error(500, "INTERNAL_SERVER_ERROR", None, "Internal Server Error")
        }
        FaultKind::ObjectGone => linkedin_error(404, "RESOURCE_NOT_FOUND", Some(0), "No virtual resource found"),
        _ => return None,
    })
}

fn matomo(kind: &FaultKind) -> Option<Answer> {
    let token = "Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter.";
    Some(match kind {
        FaultKind::ExpiredToken | FaultKind::RevokedToken => Answer::status(401, matomo_error(token).body),
        FaultKind::MissingPermission | FaultKind::RoleLost => {
            matomo_error("You can't access this resource as it requires 'view' access for the website id = 1.")
        }
        FaultKind::Throttled => Answer::status(429, json!("Too many requests")),
        FaultKind::DeadMetric { .. } => {
            matomo_error("The method 'get' does not exist or is not available in the module 'Goals'.")
        }
        FaultKind::Transient | FaultKind::ShortError => {
            matomo_error("Mysqli statement execute error : Lock wait timeout exceeded; try restarting transaction")
        }
        FaultKind::ObjectGone => {
            matomo_error("An unexpected website was found in the request: website id was set to '1'.")
        }
        _ => return None,
    })
}

/// Changes the question: pages that begin a row too early, or at the beginning again.
pub(super) fn question(kind: &FaultKind, ask: &mut Ask) {
    let shift = |value: &str| -> Option<String> {
        let (head, rest) = value.split_at(value.find(|sign: char| sign.is_ascii_digit())?);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse::<u64>().ok()?.checked_sub(1)?;
        Some(format!("{head}{number:0width$}{}", &rest[digits.len()..], width = digits.len()))
    };
    match kind {
        FaultKind::PagingLoop => ask.query.retain(|(key, _)| !matches!(key.as_str(), "after" | "start" | "pageToken")),
        FaultKind::DuplicatePosts => {
            for (key, value) in &mut ask.query {
                if matches!(key.as_str(), "after" | "start" | "pageToken")
                    && let Some(earlier) = shift(value)
                {
                    *value = earlier;
                }
            }
        }
        _ => {}
    }
}

/// Changes the answer.
pub(super) fn answer(kind: &FaultKind, ask: &Ask, answer: &mut Answer) {
    if answer.status != 200 {
        return;
    }
    match kind {
        FaultKind::UsageAt { percent } => {
            for (name, value) in &mut answer.headers {
                match name.as_str() {
                    "x-app-usage" => {
                        *value = json!({"call_count": percent, "total_time": 1, "total_cputime": 1}).to_string();
                    }
                    "x-business-use-case-usage" => {
                        *value = json!({"100000000000001": [{"type": "pages", "call_count": percent, "total_cputime": 1, "total_time": 1, "estimated_time_to_regain_access": 0}]}).to_string();
                    }
                    _ => {}
                }
            }
        }
        FaultKind::VersionGone => {
            for (_, value) in answer.headers.iter_mut().filter(|(name, _)| name == "facebook-api-version") {
                "v21.0".clone_into(value);
            }
        }
        FaultKind::PagingLoop => name_next(ask, &mut answer.body, &ask.base, "QVFIU000000ZD", "0"),
        FaultKind::ForeignNext { host } => {
            let base = format!("https://{host}");
            name_next(ask, &mut answer.body, &base, "QVFIU000025ZD", "25");
        }
        FaultKind::EmptyPageWithNext => {
            empty(&mut answer.body);
            name_next(ask, &mut answer.body, &ask.base, "QVFIU000000ZD", "0");
        }
        FaultKind::NumbersAsStrings => each_number(&mut answer.body, &mut |number| Value::String(number.to_string())),
        FaultKind::NullValues => each_number(&mut answer.body, &mut |_| Value::Null),
        FaultKind::MissingKeys { keys } => without(&mut answer.body, keys),
        FaultKind::MissingRows => thin(&mut answer.body),
        FaultKind::EmptyData => empty(&mut answer.body),
        FaultKind::PrivacyBudget if ask.line().contains("dma") => {
            each_number(&mut answer.body, &mut |_| json!(0));
            let renewal = chrono::DateTime::<Utc>::UNIX_EPOCH.date_naive() + Days::new(20_789);
            answer.body["metadata"] = json!({"privacyBudget": {"exhausted": true, "renewsAt": renewal.to_string()}});
        }
        _ => {}
    }
}

/// Writes a next page into a list.
fn name_next(ask: &Ask, body: &mut Value, base: &str, cursor: &str, page: &str) {
    let path = ask.path.join("/");
    if body.get("data").is_some() {
        body["paging"] = json!({"cursors": {"before": cursor, "after": cursor}, "next": format!("{base}/{path}?limit=25&after={cursor}")});
    } else if body.get("elements").is_some() {
        body["metadata"] = json!({ "nextPageToken": page });
        body["paging"] = json!({"start": 0, "count": 10, "links": [{"rel": "next", "type": "application/json", "href": format!("{base}/{path}?start={page}")}]});
    }
}

fn empty(body: &mut Value) {
    for list in ["data", "elements"] {
        if body.get(list).is_some() {
            *body = json!({ list: [] });
            return;
        }
    }
    *body = json!([]);
}

/// Changes every number that is a measurement: times, ids and codes stay.
fn each_number(value: &mut Value, change: &mut dyn FnMut(&serde_json::Number) -> Value) {
    match value {
        Value::Number(number) => *value = change(&number.clone()),
        Value::Array(rows) => rows.iter_mut().for_each(|row| each_number(row, change)),
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                let kept =
                    ["timeRange", "createdAt", "publishedAt", "lastModifiedAt", "code", "paging", "start", "count"];
                if !kept.contains(&key.as_str()) {
                    each_number(inner, change);
                }
            }
        }
        _ => {}
    }
}

fn without(value: &mut Value, keys: &[String]) {
    match value {
        Value::Array(rows) => rows.iter_mut().for_each(|row| without(row, keys)),
        Value::Object(map) => {
            map.retain(|key, _| !keys.contains(key));
            map.values_mut().for_each(|inner| without(inner, keys));
        }
        _ => {}
    }
}

/// Leaves out every third of the innermost rows with a time, or of the elements.
fn thin(value: &mut Value) {
    let keep = |rows: &mut Vec<Value>| {
        let mut turn = 0;
        rows.retain(|_| {
            turn += 1;
            turn % 3 != 0
        });
    };
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                match inner {
                    Value::Array(rows) if key == "values" || key == "elements" => keep(rows),
                    _ => thin(inner),
                }
            }
        }
        Value::Array(rows) => rows.iter_mut().for_each(thin),
        _ => {}
    }
}
