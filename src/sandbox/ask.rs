//! One question that reached the sandbox, and one answer.

use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::model::Platform;

/// A question, taken apart as far as all platforms do it alike.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) platform: Platform,
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// The decoded segments below the platform's base address.
    pub(crate) path: Vec<String>,
    /// The query exactly as it was sent.
    pub(crate) raw_query: String,
    /// The decoded query.
    pub(crate) query: Vec<(String, String)>,
    /// The decoded form of a POST.
    pub(crate) form: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// The platform's base address as the caller sees it.
    pub(crate) base: String,
}

impl Ask {
    /// A parameter of the query, else of the form.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().chain(&self.form).find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query only.
    pub(crate) fn in_query(&self, name: &str) -> bool {
        self.query.iter().any(|(key, _)| key == name)
    }

    /// A header, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of the `Authorization` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization").and_then(|value| value.strip_prefix("Bearer "))
    }

    /// Path and query in one line, for matching faults against.
    pub(crate) fn line(&self) -> String {
        let form: Vec<String> = self.form.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{}?{}&{}", self.path.join("/"), decoded(&self.raw_query), form.join("&"))
    }
}

/// Takes `a=b&c=d` apart and decodes it.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(&key.replace('+', " ")), decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// Undoes per cent encoding.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A JSON answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Answer {
    /// The platform is content.
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body }
    }

    /// Any other status.
    pub(crate) fn status(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// The same with one header more.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// Meta's error envelope.
pub(crate) fn graph_error(status: u16, code: i64, subcode: Option<i64>, message: &str) -> Answer {
    let kind = if subcode == Some(33) { "GraphMethodException" } else { "OAuthException" };
    let mut error = json!({"message": message, "type": kind, "code": code});
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
    }
    if matches!(code, 1 | 2) || subcode == Some(1_504_016) {
        error["is_transient"] = json!(matches!(code, 1 | 2));
    }
    error["fbtrace_id"] = json!("AsandboxTraceId00000000");
    Answer::status(status, json!({ "error": error }))
}

/// LinkedIn's error body.
pub(crate) fn linkedin_error(status: u16, code: &str, service: Option<i64>, message: &str) -> Answer {
    let mut body = json!({"status": status, "code": code, "message": message});
    if let Some(service) = service {
        body["serviceErrorCode"] = json!(service);
    }
    Answer::status(status, body)
}

/// Matomo's error body, which comes with status 200.
pub(crate) fn matomo_error(message: &str) -> Answer {
    Answer::ok(json!({"result": "error", "message": message}))
}
