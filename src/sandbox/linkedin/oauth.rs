//! LinkedIn's tokens: sixty days for access, a year for refreshing, counted from the first consent.

use serde_json::json;

use crate::sandbox::ask::{Answer, Ask};
use crate::sandbox::model::Model;

const SCOPES: &str = "r_organization_social,rw_organization_admin,r_organization_followers,r_dma_admin_pages_content";

/// The token that a refresh gives.
fn renewed(model: &Model) -> String {
    format!("{}-renewed", model.world.tokens.linkedin)
}

/// Whether the token opens anything.
pub(super) fn opens(model: &Model, token: &str) -> bool {
    token == model.world.tokens.linkedin || token == renewed(model)
}

fn refused(status: u16, error: &str, text: &str) -> Answer {
    Answer::status(status, json!({"error": error, "error_description": text}))
}

/// Answers `/oauth/v2/authorization`: a person who gives consent at once, and is sent back with a code.
pub(super) fn authorise(model: &Model, ask: &Ask) -> Answer {
    let redirect = ask.get("redirect_uri").filter(|address| address.starts_with("http"));
    let (Some(redirect), Some(state)) = (redirect, ask.get("state").filter(|state| !state.is_empty())) else {
        return refused(400, "invalid_request", "redirect_uri and state are required");
    };
    if ask.get("response_type") != Some("code") || ask.get("client_id") != Some(&model.world.tokens.linkedin_client) {
        return refused(401, "unauthorized_client", "The client is not known, or asks for something else than a code");
    }
    if ask.get("scope").is_none_or(str::is_empty) {
        return refused(400, "invalid_scope", "scope is required");
    }
    let state = percent_encoding::utf8_percent_encode(state, percent_encoding::NON_ALPHANUMERIC);
    Answer::status(302, json!({})).with("location", format!("{redirect}?code=sandbox-code&state={state}"))
}

/// Answers `/oauth/v2/accessToken`.
pub(super) fn token(model: &Model, ask: &Ask) -> Answer {
    let tokens = &model.world.tokens;
    if ask.method != "POST" || ask.in_query("client_secret") {
        return refused(400, "invalid_request", "A required parameter is missing: the form has to be sent by POST");
    }
    if ask.get("client_id") != Some(&tokens.linkedin_client)
        || ask.get("client_secret") != Some(&tokens.linkedin_secret)
    {
        return refused(401, "invalid_client", "Client authentication failed");
    }
    let given = match ask.get("grant_type") {
        Some("refresh_token") => ask.get("refresh_token") == Some(&tokens.linkedin_refresh),
        Some("authorization_code") => ask.get("code") == Some("sandbox-code") && ask.get("redirect_uri").is_some(),
        _ => return refused(400, "unsupported_grant_type", "The grant type is not supported"),
    };
    if !given {
        return refused(
            400,
            "invalid_request",
            "The provided authorization grant or refresh token is invalid, expired or revoked",
        );
    }
    Answer::ok(json!({
        "access_token": renewed(model),
        "expires_in": 5_184_000,
        "refresh_token": tokens.linkedin_refresh,
        // What is left of the year since consent: refreshing does not prolong it.
        "refresh_token_expires_in": 214 * 86_400,
        "scope": SCOPES,
        "token_type": "Bearer",
    }))
}

/// Answers `/oauth/v2/introspectToken`.
pub(super) fn introspect(model: &Model, ask: &Ask) -> Answer {
    let tokens = &model.world.tokens;
    if ask.get("client_id") != Some(&tokens.linkedin_client)
        || ask.get("client_secret") != Some(&tokens.linkedin_secret)
    {
        return refused(401, "invalid_client", "Client authentication failed");
    }
    let now = model.world.now.timestamp();
    if !opens(model, ask.get("token").unwrap_or_default()) {
        return Answer::ok(json!({"active": false}));
    }
    Answer::ok(json!({
        "active": true,
        "client_id": tokens.linkedin_client,
        "authorized_at": now - 19 * 86_400,
        "created_at": now - 19 * 86_400,
        "status": "active",
        "expires_at": now + 41 * 86_400,
        "scope": SCOPES,
        "auth_type": "3L",
    }))
}
