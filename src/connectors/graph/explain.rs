//! Why Meta said no. Codes and subcodes decide; English texts only where the platform leaves no other way.

use serde_json::Value as Json;

use crate::connectors::Refusal;

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
    let text = fault.message.clone();
    match fault.code {
        102 | 190 => Refusal::TokenDead(why_dead(&fault)),
        104 if fault.says(&["access token"]) => Refusal::TokenDead(text),
        368 => Refusal::TokenDead(format!("the platform has blocked the app for breaking its rules: {text}")),
        4 | 17 | 32 | 613 | 80_000..=80_014 => Refusal::Throttled { wait: None, what: text },
        10 if fault.says(&["not enough viewers"]) => Refusal::Suppressed(text),
        200..=299 if fault.says(&["metric"]) => Refusal::BadMetric(text),
        3 | 10 | 200..=299 => Refusal::Forbidden { permission: permission(&text), what: text },
        100 => bad_parameter(&fault),
        803 => Refusal::ObjectGone(text),
        2500 | 2635 if fault.says(&["version"]) => Refusal::Version(text),
        36_104 => Refusal::BadMetric(text),
        _ if fault.says(&["reduce the amount of data"]) => Refusal::TooMuch(text),
        1 | 2 | 99 | 104 | 960 => Refusal::Transient(text),
        _ if fault.transient || status >= 500 => Refusal::Transient(text),
        code => Refusal::Failed(format!("{text} (code {code}, status {status})")),
    }
}

fn without_envelope(status: u16) -> Refusal {
    match status {
        401 => Refusal::TokenDead("the platform does not accept the token (401)".to_owned()),
        429 => Refusal::Throttled { wait: None, what: "too many questions (429)".to_owned() },
        500.. | 408 => Refusal::Transient(format!("the platform has a fault of its own (status {status})")),
        _ => Refusal::Failed(format!("an answer that is not the platform's (status {status})")),
    }
}

fn why_dead(fault: &Fault) -> String {
    let reason = match fault.subcode {
        458 => "the app was removed from the account",
        459 => "the platform wants the person to log in and answer a question",
        460 => "the password was changed",
        463 => "it has expired",
        464 => "the account is not confirmed",
        467 => "it is no longer valid",
        492 => "the person lost the role on the Page",
        _ => return fault.message.clone(),
    };
    format!("{reason} ({}/{})", fault.code, fault.subcode)
}

/// Code 100: the parameter may be a metric, a window, a missing object or a missing permission.
fn bad_parameter(fault: &Fault) -> Refusal {
    let text = fault.message.clone();
    match fault.subcode {
        // Posted before the account became a professional one. The title's wording changes; the number does not.
        2_108_006 => return Refusal::ObjectGone("posted before the account became a professional one".to_owned()),
        // The stretch of days is too long: our slices are wrong, and no metric is to blame.
        1_504_016 => return Refusal::Failed(format!("the stretch of days is not accepted: {text}")),
        1_504_018 => return Refusal::Transient(text),
        33 => return Refusal::ObjectGone(text),
        _ => {}
    }
    let needs = permission(&text);
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
