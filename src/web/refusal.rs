//! What a handler answers when it does not do what was asked. The gate turns it into a page in the layout, or into JSON
//! for programs.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::pipeline::PipelineError;

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such thing, or the visitor may not know of it.
    NotFound,
    /// The visitor's role does not suffice.
    Forbidden,
    /// Nobody is logged in. Pages lead to the login and back.
    LogIn,
    /// The way of asking is not one of the address's.
    Method,
    /// The form does not come from a page of ours, or from one that is too old.
    Stale,
    /// What was sent cannot be used; the text says why, in the visitor's language.
    Bad(String),
    /// It would undo what somebody else did meanwhile; the text says what.
    Conflict(String),
    /// The program could not.
    Trouble(PipelineError),
}

impl From<PipelineError> for Refusal {
    fn from(error: PipelineError) -> Self {
        Self::Trouble(error)
    }
}

/// What the gate needs to make a page of a refusal.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// The key of the title; that of the text is the same with `_text`.
    pub key: &'static str,
    /// A text that goes before that of the key.
    pub text: Option<String>,
    /// Whether the visitor should log in first.
    pub log_in: bool,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, key, text) = match self {
            Self::NotFound | Self::Trouble(PipelineError::Unknown { .. }) => {
                (StatusCode::NOT_FOUND, "common.not_found", None)
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "common.forbidden", None),
            Self::LogIn => (StatusCode::UNAUTHORIZED, "access.log_in", None),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "common.bad", None),
            Self::Stale => (StatusCode::FORBIDDEN, "common.stale", None),
            Self::Bad(text) => (StatusCode::UNPROCESSABLE_ENTITY, "common.bad", Some(text)),
            Self::Conflict(text) => (StatusCode::CONFLICT, "common.trouble", Some(text)),
            Self::Trouble(error) => {
                // What broke may name files and addresses: it stands in the log, not on the page.
                tracing::error!(%error, "a page could not be made");
                (StatusCode::INTERNAL_SERVER_ERROR, "common.trouble", None)
            }
        };
        let mut response = status.into_response();
        let log_in = status == StatusCode::UNAUTHORIZED;
        response.extensions_mut().insert(Refused { key, text, log_in });
        response
    }
}
