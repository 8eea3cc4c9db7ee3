//! Consent on the web: a person is led to the platform with a state (and a challenge of RFC 7636 where the platform takes
//! one), comes back with a code, and the token that it gives is kept sealed. A state opens once, for whoever began, and not
//! for long.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::connectors::fetch::{linkedin_tokens, meta_token};
use crate::connectors::linkedin::oauth;
use crate::connectors::meta_consent;
use crate::model::told::{Told, faults};
use crate::model::{Platform, Secret};
use crate::pipeline::credentials::{keep_linkedin_consent, keep_meta_consent};
use crate::pipeline::{App, PipelineError};
use crate::state::SecretEntry;
use crate::words::problems::english;

/// For so long a consent may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// What stands before the names under which beginnings are kept.
const BEGUN: &str = "consent/";

/// Why consent cannot be given on the web, or did not lead to a token.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The platform knows no consent of this kind.
    #[error("the platform is not asked by consent")]
    NotOffered,
    /// Something is missing in the configuration: the key that it names.
    #[error("`{0}` is missing in the configuration")]
    Lacking(&'static str),
    /// The state is not one that this person began, or it is too old, or was used.
    #[error("the answer belongs to no consent that was begun here")]
    State,
    /// The platform gives no token.
    #[error("{}", english(.0))]
    Refused(Told),
    /// Secrets, state or disk.
    #[error(transparent)]
    Trouble(#[from] PipelineError),
}

/// A consent that was begun: kept sealed, by the hash of its state.
#[derive(Serialize, Deserialize)]
struct Begun {
    platform: Platform,
    by: String,
    redirect: String,
    verifier: String,
    until: DateTime<Utc>,
}

/// Whether consent can be given on the web for the platform; if not, why.
///
/// # Errors
/// With what is missing.
pub fn consent_offered(app: &App, platform: Platform) -> Result<(), ConsentError> {
    let platforms = &app.config.platforms;
    match platform {
        Platform::Facebook | Platform::Instagram => {
            let access = platforms.access(platform);
            if access.app_id.is_none() {
                return Err(ConsentError::Lacking("platform.facebook.app_id"));
            }
            if access.app_secret.is_none() {
                return Err(ConsentError::Lacking("platform.facebook.app_secret"));
            }
        }
        Platform::LinkedIn => {
            if platforms.linkedin_app.is_none() {
                return Err(ConsentError::Lacking("platform.linkedin.client_id"));
            }
        }
        _ => return Err(ConsentError::NotOffered),
    }
    if app.config.key.is_none() {
        return Err(ConsentError::Lacking("storage.key"));
    }
    Ok(())
}

/// Begins: the address at which the person gives consent. `redirect` is where they come back to.
///
/// # Errors
/// When something is missing in the configuration, or the state cannot be used.
pub async fn begin_consent(
    app: &App,
    platform: Platform,
    redirect: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<String, ConsentError> {
    consent_offered(app, platform)?;
    forget_old(app, now).await?;
    let state = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let verifier = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let begun = Begun { platform, by: by.to_owned(), redirect: redirect.to_owned(), verifier, until: now + PATIENCE };
    let address = if platform == Platform::LinkedIn {
        let at = linkedin_consent_page(app)?;
        // LinkedIn takes a challenge only from apps without a secret, which may not read organisations.
        oauth::consent_url(&at, &linkedin_app(app)?, redirect, oauth::SCOPES, &state)
    } else {
        let access = app.config.platforms.access(platform);
        let base = access.base_url.as_ref().map(ToString::to_string).unwrap_or_default();
        meta_consent::dialog_url(&base, &access.version, &meta_app(app, platform)?, redirect, &state, &challenge)
    };
    let text = serde_json::to_string(&begun).unwrap_or_default();
    app.state.keep_secret(&name_of(&state), &Secret::new(text), now).await.map_err(PipelineError::from)?;
    Ok(address)
}

/// Ends: redeems the code and keeps the token.
///
/// # Errors
/// When the state is not theirs, the platform gives no token, or it cannot be kept.
pub async fn finish_consent(
    app: &App,
    platform: Platform,
    (state, code): (&str, &Secret),
    by: &str,
    now: DateTime<Utc>,
) -> Result<(), ConsentError> {
    let name = name_of(state);
    let kept = app.state.secret(&name).await.map_err(PipelineError::from)?.ok_or(ConsentError::State)?;
    // Whatever becomes of it: a state opens once. Of two that come at once, one finds it.
    if !app.state.forget_secret(&name).await.map_err(PipelineError::from)? {
        return Err(ConsentError::State);
    }
    let begun: Begun = serde_json::from_str(kept.expose()).map_err(|_| ConsentError::State)?;
    if begun.platform != platform || begun.by != by || begun.until < now {
        return Err(ConsentError::State);
    }
    if platform == Platform::LinkedIn {
        let form = oauth::code_form(&linkedin_app(app)?, code, &begun.redirect);
        let address = app.config.platforms.linkedin_token_url.clone();
        let address = address.ok_or(ConsentError::Lacking("platform.linkedin.token_url"))?;
        let tokens = linkedin_tokens(&address, &form, None, &app.limits(platform), now).await;
        let tokens = tokens.map_err(|error| ConsentError::Refused(error.told()))?;
        keep_linkedin_consent(app, &tokens, now).await?;
    } else {
        let own = meta_app(app, platform)?;
        let address = meta_address(app, platform)?;
        let limits = app.limits(platform);
        let refused = |error: meta_consent::ConsentError| ConsentError::Refused(error.told());
        let form = meta_consent::code_form(&own, code, &begun.redirect, &Secret::new(begun.verifier));
        let short = meta_token(&address, &form, &limits, now).await.map_err(refused)?;
        let form = meta_consent::long_form(&own, &short.access);
        let long = meta_token(&address, &form, &limits, now).await.map_err(refused)?;
        keep_meta_consent(app, &long, now).await?;
    }
    let detail = serde_json::json!({});
    app.state.note(by, "consent given", platform.as_str(), &detail, now).await.map_err(PipelineError::from)?;
    Ok(())
}

/// Beginnings that nobody came back to.
async fn forget_old(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    for SecretEntry { name, stored_at } in app.state.secrets().await? {
        if name.starts_with(BEGUN) && now - stored_at > PATIENCE {
            app.state.forget_secret(&name).await?;
        }
    }
    Ok(())
}

fn name_of(state: &str) -> String {
    format!("{BEGUN}{}", hex::encode(Sha256::digest(state.as_bytes())))
}

fn linkedin_app(app: &App) -> Result<oauth::App, ConsentError> {
    let configured = app.config.platforms.linkedin_app.as_ref();
    let configured = configured.ok_or(ConsentError::Lacking("platform.linkedin.client_id"))?;
    let secret = app.secret(faults::secret_linkedin(), &configured.client_secret)?;
    Ok(oauth::App { id: configured.client_id.clone(), secret })
}

/// LinkedIn's page of consent stands beside where its tokens are given.
fn linkedin_consent_page(app: &App) -> Result<String, ConsentError> {
    let token = app.config.platforms.linkedin_token_url.as_ref();
    let page = token.and_then(|address| address.join("authorization").ok());
    page.map(|page| page.to_string()).ok_or(ConsentError::Lacking("platform.linkedin.token_url"))
}

fn meta_app(app: &App, platform: Platform) -> Result<meta_consent::App, ConsentError> {
    let access = app.config.platforms.access(platform);
    let id = access.app_id.clone().ok_or(ConsentError::Lacking("platform.facebook.app_id"))?;
    let secret = access.app_secret.as_ref().ok_or(ConsentError::Lacking("platform.facebook.app_secret"))?;
    Ok(meta_consent::App { id, secret: app.secret(faults::secret_meta(), secret)? })
}

fn meta_address(app: &App, platform: Platform) -> Result<url::Url, ConsentError> {
    let access = app.config.platforms.access(platform);
    let base = access.base_url.as_ref().map(ToString::to_string).unwrap_or_default();
    let address = format!("{}/{}/oauth/access_token", base.trim_end_matches('/'), access.version);
    address.parse().map_err(|_| ConsentError::Lacking("platform.facebook.base_url"))
}
