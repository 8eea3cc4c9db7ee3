//! Who asks the interface: a program with a token, or a person who is logged in.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;

/// What a token must open to read.
const READ: &str = "read";

/// Whoever may read by the interface.
pub(in crate::web) struct Caller(pub(in crate::web) Visitor);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refusal> {
        let visitor = Visitor::from_request_parts(parts, shared).await?;
        match visitor.token.as_ref() {
            Some(token) if !token.scopes.iter().any(|scope| scope == READ) => Err(Refusal::Forbidden),
            _ => Ok(Self(visitor)),
        }
    }
}
