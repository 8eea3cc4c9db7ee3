//! Why Meta said no. Codes and subcodes decide; English texts only where the platform leaves no other way.

use serde_json::Value as Json;

use crate::connectors::Refusal;
use crate::model::told::{self, Told};

/// What an error body says.
struct Fault {
    code: i64,
    subcode: i64,
    transient: bool,
    message: String,
}

impl Fault {
    fn read(body: &[u8]) -> Option<Self> {
        let answer: Json = serde_json::from_slice(body).ok()?;
        let error = answer.get("error")?;
        let number = |key: &str| {
            error.get(key).and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok())).unwrap_or(0)
        };
        Some(Self {
            code: number("code"),
            subcode: number("error_subcode"),
            transient: error.get("is_transient").and_then(Json::as_bool).unwrap_or(false),
            message: error.get("message").and_then(Json::as_str).unwrap_or("no text").to_owned(),
        })
    }

    fn says(&self, words: &[&str]) -> bool {
        let message = self.message.to_lowercase();
        words.iter().any(|word| message.contains(word))
    }
}

/// What the loop should make of an answer that is none.
pub(in crate::connectors) fn explain(status: u16, body: &[u8]) -> Refusal {
    let Some(fault) = Fault::read(body) else { return without_envelope(status) };
    let text = told::said(&fault.message);
    match fault.code {
        102 | 190 => Refusal::TokenDead(why_dead(&fault)),
        104 if fault.says(&["access token"]) => Refusal::TokenDead(text),
        368 => Refusal::TokenDead(told::app_blocked(text)),
        4 | 17 | 32 | 613 | 80_000..=80_014 => Refusal::Throttled { wait: None, what: text },
        10 if fault.says(&["not enough viewers"]) => Refusal::Suppressed(text),
        200..=299 if fault.says(&["metric"]) => Refusal::BadMetric(text),
        3 | 10 | 200..=299 => Refusal::Forbidden { permission: permission(&fault.message), what: text },
        100 => bad_parameter(&fault),
        803 => Refusal::ObjectGone(text),
        2500 | 2635 if fault.says(&["version"]) => Refusal::Version(text),
        36_104 => Refusal::BadMetric(text),
        _ if fault.says(&["reduce the amount of data"]) => Refusal::TooMuch(text),
        1 | 2 | 99 | 104 | 960 => Refusal::Transient(text),
        _ if fault.transient || status >= 500 => Refusal::Transient(text),
        code => Refusal::Failed(told::said_status(fault.message, code, status)),
    }
}

fn without_envelope(status: u16) -> Refusal {
    match status {
        401 => Refusal::TokenDead(told::token_not_accepted(status)),
        429 => Refusal::Throttled { wait: None, what: told::too_many_questions() },
        500.. | 408 => Refusal::Transient(told::platform_fault(status)),
        _ => Refusal::Failed(told::not_the_platforms(status)),
    }
}

fn why_dead(fault: &Fault) -> Told {
    let reason = match fault.subcode {
        458 => told::app_removed,
        459 => told::checkpoint,
        460 => told::password_changed,
        463 => told::token_expired,
        464 => told::account_unconfirmed,
        467 => told::token_invalid,
        492 => told::role_lost,
        _ => return told::said(&fault.message),
    };
    reason(format!("{}/{}", fault.code, fault.subcode))
}

/// Code 100: the parameter may be a metric, a window, a missing object or a missing permission.
fn bad_parameter(fault: &Fault) -> Refusal {
    let text = told::said(&fault.message);
    match fault.subcode {
        // Posted before the account became a professional one. The title's wording changes; the number does not.
        2_108_006 => return Refusal::ObjectGone(told::older_than_account()),
        // The stretch of days is too long: our slices are wrong, and no metric is to blame.
        1_504_016 => return Refusal::Failed(told::span_not_accepted(text)),
        1_504_018 => return Refusal::Transient(text),
        33 => return Refusal::ObjectGone(text),
        _ => {}
    }
    let needs = permission(&fault.message);
    if needs.is_some() || fault.says(&["app secret proof", "appsecret_proof", "secret proof"]) {
        return Refusal::Forbidden { permission: needs, what: text };
    }
    if fault.says(&["between since and until", "since param", "until param", "limit parameter"]) {
        return Refusal::Failed(text);
    }
    if fault.says(&["metric", "nonexisting field"]) {
        return Refusal::BadMetric(text);
    }
    if fault.says(&["does not exist"]) {
        return Refusal::ObjectGone(text);
    }
    Refusal::Failed(text)
}

/// The permission that a text names in quotation marks: `requires the 'pages_read_engagement' permission`.
fn permission(text: &str) -> Option<String> {
    let named = text.split('\'').skip(1).step_by(2);
    let like_one =
        |name: &&str| name.contains('_') && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    named.into_iter().find(like_one).map(str::to_owned)
}
