//! Who asks, and what the token may do.

use serde_json::json;

use super::{encode, paged};
use crate::model::Platform;
use crate::sandbox::ask::{Answer, Ask, graph_error};
use crate::sandbox::model::Model;

const SCOPES: [&str; 6] = [
    "pages_show_list",
    "pages_read_engagement",
    "read_insights",
    "instagram_basic",
    "instagram_manage_insights",
    "business_management",
];

/// The token of a person who has just given consent.
const SHORT: &str = "sandbox-meta-short";

/// The token of a Page.
fn page_token(page: &str) -> String {
    format!("sandbox-page-{page}")
}

/// Why the question is not answered, if it is not.
pub(super) fn refusal(model: &Model, ask: &Ask, route: &[&str]) -> Option<Answer> {
    if route == ["oauth", "access_token"] || route == ["dialog", "oauth"] {
        return None;
    }
    let Some(token) = ask.bearer().or_else(|| ask.get("access_token")) else {
        let text = "An access token is required to request this resource.";
        return Some(graph_error(400, 104, None, text));
    };
    if token == model.world.tokens.meta || token == consented(model) {
        return None;
    }
    let Some(page) = token.strip_prefix("sandbox-page-") else {
        return Some(graph_error(401, 190, None, "Invalid OAuth access token - Cannot parse access token"));
    };
    // A Page's token opens the Page, its posts and the Instagram account that hangs on it.
    let target = route.first().copied().unwrap_or_default();
    let owner = model.account_of(target).or_else(|| model.object(target).map(|(ledger, _)| ledger));
    let opens = owner.is_none_or(|ledger| ledger.account.id == page || ledger.account.page.as_deref() == Some(page));
    let text = "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages for details.";
    (!opens).then(|| graph_error(403, 10, None, text))
}

/// The Pages of the system user, in the order of their ids.
pub(super) fn accounts(model: &Model, ask: &Ask) -> Answer {
    let mut pages = std::collections::BTreeMap::new();
    for account in &model.world.accounts {
        match (account.platform, &account.page) {
            (Platform::Facebook, _) => {
                pages.insert(account.id.clone(), (account.name.clone(), model.followers(&account.id)));
            }
            (Platform::Instagram, Some(page)) => {
                pages.entry(page.clone()).or_insert_with(|| (account.name.clone(), 0));
            }
            _ => {}
        }
    }
    let rows = pages
        .into_iter()
        .map(|(id, (name, followers))| {
            let mut row = json!({
                "id": id,
                "name": name,
                "access_token": page_token(&id),
                "category": "Government organization",
                "tasks": ["ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"],
                "followers_count": followers,
                "link": format!("https://www.facebook.com/{id}"),
            });
            let linked = model.world.accounts.iter().find(|account| account.page.as_deref() == Some(&id));
            if let Some(linked) = linked {
                row["instagram_business_account"] = json!({"id": linked.id, "username": linked.handle});
            }
            row
        })
        .collect();
    paged(ask, rows)
}

/// A Page's own token, for `fields=access_token`.
pub(super) fn of_page(page: &str) -> String {
    page_token(page)
}

/// What the token may do.
pub(super) fn permissions() -> Answer {
    let data: Vec<_> = SCOPES.iter().map(|scope| json!({"permission": scope, "status": "granted"})).collect();
    Answer::ok(json!({ "data": data }))
}

/// Answers `/debug_token`.
pub(super) fn debug(model: &Model, ask: &Ask) -> Answer {
    let Some(token) = ask.get("input_token") else {
        return graph_error(400, 100, None, "(#100) The parameter input_token is required");
    };
    let page = token.strip_prefix("sandbox-page-");
    if token != model.world.tokens.meta && token != consented(model) && page.is_none() {
        return Answer::ok(json!({"data": {
            "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
            "is_valid": false,
            "scopes": [],
        }}));
    }
    let now = model.world.now.timestamp();
    let mut data = json!({
        "app_id": model.world.tokens.meta_app,
        "type": if page.is_some() { "PAGE" } else { "SYSTEM_USER" },
        "application": "Genomslag sandlåda",
        "data_access_expires_at": now + 71 * 86_400,
        "expires_at": 0,
        "is_valid": true,
        "issued_at": now - 19 * 86_400,
        "scopes": SCOPES,
        "granular_scopes": SCOPES.iter().map(|scope| json!({"scope": scope})).collect::<Vec<_>>(),
        "user_id": "122100000000000001",
    });
    if let Some(page) = page {
        data["profile_id"] = json!(page);
    }
    Answer::ok(json!({ "data": data }))
}

/// The long-lived token of a person who gave consent.
fn consented(model: &Model) -> String {
    format!("{}-consented", model.world.tokens.meta)
}

/// Answers `/dialog/oauth`: a person who gives consent at once, and is sent back with a code that remembers the challenge.
pub(super) fn dialog(model: &Model, ask: &Ask) -> Answer {
    let redirect = ask.get("redirect_uri").filter(|address| address.starts_with("http"));
    let (Some(redirect), Some(state)) = (redirect, ask.get("state").filter(|state| !state.is_empty())) else {
        return graph_error(400, 191, None, "Missing redirect_uri or state parameter.");
    };
    if ask.get("client_id") != Some(&model.world.tokens.meta_app) || ask.get("response_type") != Some("code") {
        return graph_error(400, 101, None, "Invalid App ID: The provided app ID does not look like a valid app ID.");
    }
    let challenge = match ask.get("code_challenge_method") {
        Some("S256") => ask.get("code_challenge").unwrap_or_default(),
        Some(_) => return graph_error(400, 100, None, "(#100) code_challenge_method must be S256"),
        None => "",
    };
    let to = format!("{redirect}?code={}&state={}", encode(&format!("sandbox-code-{challenge}")), encode(state));
    Answer::status(302, json!({})).with("location", to)
}

/// Whether the code is one of ours, and the verifier what its challenge was made of.
fn is_redeemed(ask: &Ask) -> bool {
    use base64::Engine as _;
    use sha2::{Digest, Sha256};
    let Some(challenge) = ask.get("code").and_then(|code| code.strip_prefix("sandbox-code-")) else { return false };
    let verifier = ask.get("code_verifier").unwrap_or_default();
    let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    challenge.is_empty() || digest == challenge
}

/// Answers `/oauth/access_token`: a short user token for a code, and a long one for a short.
pub(super) fn exchange(model: &Model, ask: &Ask) -> Answer {
    if ask.get("code").is_some() {
        let known = ask.get("client_id") == Some(&model.world.tokens.meta_app)
            && ask.get("client_secret") == Some(&model.world.tokens.meta_app_secret)
            && ask.get("redirect_uri").is_some();
        if !known || !is_redeemed(ask) {
            return graph_error(400, 100, Some(36_009), "This authorization code has been used or is not valid.");
        }
        return Answer::ok(json!({"access_token": SHORT, "token_type": "bearer", "expires_in": 5_400}));
    }
    if ask.get("grant_type") != Some("fb_exchange_token")
        || ask.get("client_secret") != Some(&model.world.tokens.meta_app_secret)
    {
        return graph_error(400, 1, None, "Error validating client secret.");
    }
    let token = ask.get("fb_exchange_token").map(encode).unwrap_or_default();
    if token.is_empty() {
        return graph_error(400, 100, None, "(#100) The parameter fb_exchange_token is required");
    }
    let long =
        if ask.get("fb_exchange_token") == Some(SHORT) { consented(model) } else { model.world.tokens.meta.clone() };
    Answer::ok(json!({"access_token": long, "token_type": "bearer", "expires_in": 5_183_944}))
}
