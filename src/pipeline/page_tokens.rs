//! A Page's own token, had once for a person's and kept sealed: it goes on working after the person's has ended.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::App;
use crate::connectors::fetch::{Client, meta_page_token};
use crate::connectors::meta_consent::App as MetaApp;
use crate::model::told;
use crate::model::{Channel, Gravity, Platform, Problem, Secret};
use crate::state::TokenCheck;
use crate::words::problems::{action, problem};

/// What is kept, encrypted as a whole by `state`.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Which person's token it was had for, as a hash: another one in the configuration means a new beginning.
    from: String,
    token: String,
}

/// The Page that the channel's figures hang on.
fn page(channel: &Channel) -> Option<&str> {
    match channel.platform {
        Platform::Facebook => Some(&channel.account),
        Platform::Instagram => channel.page.as_deref(),
        _ => None,
    }
}

/// The token of the channel's Page: the kept one, or a new one had for `person`. None where the configured one is used, with
/// the reason among the problems.
pub(super) async fn of_page(
    app: &App,
    channel: &Channel,
    client: &Client,
    meta: &MetaApp,
    person: &Secret,
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) -> Option<Secret> {
    let page = page(channel)?;
    let name = format!("meta/page/{page}");
    let from = hex::encode(Sha256::digest(person.expose()));
    if let Some(kept) = kept(app, &name).await.filter(|kept| kept.from == from)
        && alive(app, channel).await
    {
        return Some(Secret::new(kept.token));
    }
    let had = match meta_page_token(client, meta, person, page).await {
        Ok(had) => had,
        Err(why) => {
            let what = told::page_token_refused(page, why);
            problems.push(problem(channel.id.as_str(), Gravity::Warning, what, Some(told::mend_page_token())));
            return None;
        }
    };
    let kept = Kept { from, token: had.expose().to_owned() };
    if let Ok(text) = serde_json::to_string(&kept)
        && let Err(error) = app.state.keep_secret(&name, &Secret::new(text), now).await
    {
        let what = told::page_token_not_kept(error.told());
        problems.push(action(channel.id.as_str(), what, told::mend_set_key()));
    }
    // When the person's token ends is of no matter any more: the Page's own has no end. The consent to the data still has one.
    let known = app.state.token(channel.id.as_str()).await.ok().flatten().map(|standing| standing.check);
    let still = known.filter(|check| check.valid);
    let entry = TokenCheck {
        subject: channel.id.to_string(),
        valid: true,
        expires: None,
        never_expires: true,
        data_access_expires: still.as_ref().and_then(|check| check.data_access_expires),
        scopes: still.map(|check| check.scopes).unwrap_or_default(),
    };
    if let Err(error) = app.state.note_token(&entry, now).await {
        tracing::warn!(channel = %channel.id, %error, "the ledger of tokens could not be written");
    }
    Some(had)
}

/// A token that cannot be read (no key, another key) is had anew.
async fn kept(app: &App, name: &str) -> Option<Kept> {
    let secret = app.state.secret(name).await.ok()??;
    serde_json::from_str(secret.expose()).ok()
}

/// Whether the ledger knows nothing against the token.
async fn alive(app: &App, channel: &Channel) -> bool {
    app.state.token(channel.id.as_str()).await.ok().flatten().is_none_or(|token| token.check.valid)
}
