//! Meta's Graph API: Facebook Pages and Instagram, one dialect, one host.

mod feed;
mod fields;
mod instagram;
mod media;
mod node;
mod page;
mod post;
mod token;
mod window;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::ask::{Answer, Ask, graph_error};
use super::model::Model;
use crate::model::Platform;

/// The versions that are served, oldest first.
const LIVING: [&str; 6] = ["v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];

/// Encodes a value for a query.
fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The version that a request is served with: an unknown or expired one becomes the oldest living one, silently.
pub(super) fn served_version(ask: &Ask) -> &'static str {
    let asked = ask.path.first().map_or("", String::as_str);
    LIVING.into_iter().find(|version| *version == asked).unwrap_or(LIVING[0])
}

/// The path without the version.
fn route(ask: &Ask) -> &[String] {
    match ask.path.split_first() {
        Some((first, rest)) if is_version(first) => rest,
        _ => &ask.path,
    }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|number| number.contains('.') && number.parse::<f64>().is_ok())
}

/// Answers one question.
pub(super) fn answer(model: &Model, ask: &Ask) -> Answer {
    let answer = routed(model, ask);
    let percent = (model.calls(ask.platform) / 48).min(60);
    let account = route(ask).first().map_or("me", String::as_str).split('_').next().unwrap_or_default().to_owned();
    let kind = if model.account_of(&account).is_some_and(|ledger| ledger.account.platform == Platform::Instagram) {
        "instagram"
    } else {
        "pages"
    };
    let usage = json!({ account: [{"type": kind, "call_count": percent, "total_cputime": percent / 3, "total_time": percent / 2, "estimated_time_to_regain_access": 0}] });
    answer
        .with("facebook-api-version", served_version(ask))
        .with(
            "x-app-usage",
            json!({"call_count": percent, "total_time": percent / 2, "total_cputime": percent / 3}).to_string(),
        )
        .with("x-business-use-case-usage", usage.to_string())
}

fn routed(model: &Model, ask: &Ask) -> Answer {
    let route: Vec<&str> = route(ask).iter().map(String::as_str).collect();
    if let Some(refusal) = token::refusal(model, ask, &route) {
        return refusal;
    }
    if route.is_empty() {
        let text = if ask.in_query("ids") {
            "(#100) The ids parameter on the root is deprecated for versions v26.0 and higher"
        } else {
            "Unsupported get request."
        };
        return graph_error(400, 100, None, text);
    }
    match route.as_slice() {
        ["me"] => Answer::ok(json!({"id": "122100000000000001", "name": "Genomslag systemanvändare"})),
        ["me", "accounts"] => token::accounts(model, ask),
        ["me", "permissions"] => token::permissions(),
        ["debug_token"] => token::debug(model, ask),
        ["dialog", "oauth"] => token::dialog(model, ask),
        ["oauth", "access_token"] => token::exchange(model, ask),
        [id] => node::answer(model, ask, id),
        [id, edge] => edge_of(model, ask, id, edge),
        _ => unknown_path(&route.join("/")),
    }
}

fn edge_of(model: &Model, ask: &Ask, id: &str, edge: &str) -> Answer {
    let now = model.world.now;
    if let Some(ledger) = model.account_of(id) {
        return match (ledger.account.platform, edge) {
            (Platform::Facebook, "insights") => page::insights(ledger, ask, now),
            (Platform::Facebook, "posts" | "published_posts" | "feed") => feed::posts(ledger, ask, now),
            (Platform::Facebook, "videos") => feed::videos(ledger, ask, now, false),
            (Platform::Facebook, "video_reels") => feed::videos(ledger, ask, now, true),
            (Platform::Facebook, "stories") => feed::stories(),
            (Platform::Instagram, "insights") => instagram::insights(ledger, ask, now),
            (Platform::Instagram, "media") => media::list(ledger, ask, now),
            (Platform::Instagram, "stories") => Answer::ok(json!({"data": []})),
            _ => no_field(edge, if ledger.account.platform == Platform::Facebook { "Page" } else { "IGUser" }),
        };
    }
    if let Some((ledger, post)) = model.object(id) {
        return match (ledger.account.platform, edge) {
            (Platform::Facebook, "insights") => post::insights(post, ask, now),
            (Platform::Facebook, "video_insights") => post::video_insights(post, id, now),
            (Platform::Instagram, "insights") => media::insights(post, ask, now, served_version(ask)),
            (Platform::Instagram, "children") => Answer::ok(json!({"data": []})),
            _ => no_field(edge, if ledger.account.platform == Platform::Facebook { "Post" } else { "IGMedia" }),
        };
    }
    no_object(id)
}

/// A field or edge that the object does not have.
fn no_field(field: &str, node: &str) -> Answer {
    graph_error(400, 100, None, &format!("(#100) Tried accessing nonexisting field ({field}) on node type ({node})"))
}

/// The same words for deleted, forbidden and not yet there.
pub(super) fn no_object(id: &str) -> Answer {
    graph_error(
        400,
        100,
        Some(33),
        &format!(
            "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
        ),
    )
}

fn unknown_path(path: &str) -> Answer {
    graph_error(400, 2500, None, &format!("Unknown path components: /{path}"))
}

/// Cuts a page out of a list by `limit` and `after`, and says how to go on.
fn paged(ask: &Ask, rows: Vec<Value>) -> Answer {
    let limit: usize = match ask.get("limit").map_or(Ok(25), str::parse) {
        Ok(limit) if limit <= 100 => limit.max(1),
        _ => return graph_error(400, 100, None, "(#100) The limit parameter must be between 1 and 100"),
    };
    let start = match ask.get("after").map(cursor_offset) {
        None => 0,
        Some(Some(start)) => start,
        Some(None) => return graph_error(400, 100, None, "(#100) Invalid cursors values"),
    };
    let total = rows.len();
    let data: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    if data.is_empty() {
        return Answer::ok(json!({"data": []}));
    }
    let end = start + data.len();
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(end)}});
    if end < total {
        let mut query: Vec<String> = ask
            .query
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "after" | "access_token"))
            .map(|(key, value)| format!("{key}={}", encode(value)))
            .collect();
        // The real platform writes the token into its paging addresses; whoever logs them leaks it.
        query.push(format!("access_token={}", encode(ask.bearer().or(ask.get("access_token")).unwrap_or_default())));
        query.push(format!("after={}", cursor(end)));
        paging["next"] = json!(format!("{}/{}?{}", ask.base, ask.path.join("/"), query.join("&")));
    }
    Answer::ok(json!({"data": data, "paging": paging}))
}

fn cursor(offset: usize) -> String {
    format!("QVFIU{offset:06}ZD")
}

fn cursor_offset(cursor: &str) -> Option<usize> {
    cursor.strip_prefix("QVFIU")?.strip_suffix("ZD")?.parse().ok()
}
