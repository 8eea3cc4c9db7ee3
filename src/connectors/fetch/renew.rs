//! Tokens for older ones, or for the code of a consent: the one kind of question that is asked outside a run.

use chrono::{DateTime, Utc};

use super::redact::redact;
use super::{Limits, wire};
use crate::connectors::linkedin::oauth::{OauthError, Tokens, read_tokens};
use crate::connectors::meta_consent::{ConsentError, Token, read_token};
use crate::model::Secret;

/// Sends a form of [`crate::connectors::linkedin::oauth`] to where tokens are given. `before` are the tokens that are
/// renewed; what the answer leaves out stays as it was.
///
/// # Errors
/// When the address cannot be asked, or `LinkedIn` gives no tokens.
pub async fn linkedin_tokens(
    address: &url::Url,
    form: &[(&'static str, Secret)],
    before: Option<&Tokens>,
    limits: &Limits,
    now: DateTime<Utc>,
) -> Result<Tokens, OauthError> {
    let client = wire::http(address, limits).map_err(|error| OauthError::Unreachable(error.told()))?;
    let answer = wire::post_form(&client, address, form, limits).await;
    let answer = answer.map_err(|error| OauthError::Unreachable(error.told()))?;
    read_tokens(answer.status, &answer.body, before, now)
}

/// What of a form is no secret. Nothing else of it may be told on, should Meta say it back.
const PUBLIC: [&str; 3] = ["grant_type", "client_id", "redirect_uri"];

/// Sends a form of [`crate::connectors::meta_consent`] to where Meta gives tokens.
///
/// # Errors
/// When the address cannot be asked, or Meta gives no token.
pub async fn meta_token(
    address: &url::Url,
    form: &[(&'static str, Secret)],
    limits: &Limits,
    now: DateTime<Utc>,
) -> Result<Token, ConsentError> {
    let client = wire::http(address, limits).map_err(|error| ConsentError::Unreachable(error.told()))?;
    let answer = wire::post_form(&client, address, form, limits).await;
    let answer = answer.map_err(|error| ConsentError::Unreachable(error.told()))?;
    let secrets: Vec<Secret> =
        form.iter().filter(|(name, _)| !PUBLIC.contains(name)).map(|(_, value)| value.clone()).collect();
    read_token(answer.status, &answer.body, now).map_err(|error| match error {
        ConsentError::Refused(text) => ConsentError::Refused(redact(&text, &secrets)),
        other => other,
    })
}
