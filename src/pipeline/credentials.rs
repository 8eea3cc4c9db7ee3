//! From the configuration's references to clients that can ask: resolves secrets, renews LinkedIn's tokens.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::page_tokens::of_page;
use super::{App, PipelineError};
use crate::config::LinkedInApp;
use crate::connectors::fetch::{Address, Client, Credential, linkedin_tokens};
use crate::connectors::linkedin::oauth::{self, OauthError, Step, Tokens};
use crate::connectors::meta_consent;
use crate::connectors::meta_consent::App as MetaApp;
use crate::model::told::{self, Told};
use crate::model::{Channel, Platform, Problem, Secret};
use crate::words::problems::action;

/// The name under which LinkedIn's tokens are kept, encrypted.
const LINKEDIN: &str = "linkedin/tokens";

/// The name under which Meta's token of a consent on the web is kept, encrypted.
const META: &str = "meta/token";

/// The clients of one run: channels with the same platform and token share connections and budget.
#[derive(Default)]
pub(super) struct Clients {
    known: BTreeMap<(Platform, String), Client>,
    /// LinkedIn's token as renewed by us, looked up once in a run.
    linkedin: Renewed,
    /// What is to be told once, whatever channel asks.
    pub(super) problems: Vec<Problem>,
}

/// What is known of LinkedIn's token in this run.
#[derive(Default)]
enum Renewed {
    /// Nobody has asked yet.
    #[default]
    NotAsked,
    /// There is none of ours: no app is configured, or renewing failed.
    None,
    /// The token that holds.
    Token(Secret),
}

impl Clients {
    /// The client that asks for the channel.
    pub(super) async fn of(&mut self, app: &App, channel: &Channel, now: DateTime<Utc>) -> Result<Client, Problem> {
        let reference = app.config.token(channel);
        let key = (channel.platform, reference.map(ToString::to_string).unwrap_or_default());
        if let Some(client) = self.known.get(&key) {
            let client = client.clone();
            return Ok(self.for_page(app, channel, client, now).await);
        }
        let credential = Box::pin(self.credential(app, channel, now)).await?;
        let access = app.config.platforms.access(channel.platform);
        let base = access.base_url.clone().ok_or_else(|| {
            action(channel.id.as_str(), told::no_address(), told::mend_write_base_url(channel.platform))
        })?;
        let address = Address { base, platform: channel.platform, version: access.version.clone() };
        let client = Client::new(address, credential, app.limits(channel.platform)).map_err(|error| {
            action(channel.id.as_str(), error.told(), told::mend_correct_base_url(channel.platform))
        })?;
        self.known.insert(key, client.clone());
        Ok(self.for_page(app, channel, client, now).await)
    }

    /// The same client with the token of the channel's own Page, where a person's token is to be exchanged for it.
    async fn for_page(&mut self, app: &App, channel: &Channel, client: Client, now: DateTime<Utc>) -> Client {
        let access = app.config.platforms.access(channel.platform);
        let (Some(id), Credential::Meta { token, app_secret: Some(secret) }) = (&access.app_id, client.credential())
        else {
            return client;
        };
        let (meta, person) = (MetaApp { id: id.clone(), secret: secret.clone() }, token.clone());
        let own = Box::pin(of_page(app, channel, &client, &meta, &person, now, &mut self.problems)).await;
        own.map_or(client.clone(), |token| {
            client.with_credential(Credential::Meta { token, app_secret: Some(meta.secret) })
        })
    }

    async fn credential(&mut self, app: &App, channel: &Channel, now: DateTime<Utc>) -> Result<Credential, Problem> {
        if channel.platform == Platform::LinkedIn
            && !app.config.channel_tokens.contains_key(&channel.id)
            && let Some(token) = self.renewed(app, now).await
        {
            return Ok(Credential::Bearer(token));
        }
        let meta = matches!(channel.platform, Platform::Facebook | Platform::Instagram);
        if meta
            && !app.config.channel_tokens.contains_key(&channel.id)
            && let Some(token) = self.consented(app, channel.platform, now).await
        {
            return Ok(Credential::Meta { token, app_secret: app_secret(app, channel)? });
        }
        let reference = app.config.token(channel).ok_or_else(|| {
            let mend = told::mend_write_token(channel.platform, "{ env = \"…\" }");
            action(channel.id.as_str(), told::no_token(channel.platform.title()), mend)
        })?;
        let token = reference.resolve(&|name| app.lookup(name)).map_err(|error| {
            action(channel.id.as_str(), told::token_unreadable(error.told()), told::mend_put_token())
        })?;
        Ok(match channel.platform {
            Platform::Facebook | Platform::Instagram => {
                Credential::Meta { token, app_secret: app_secret(app, channel)? }
            }
            Platform::LinkedIn => Credential::Bearer(token),
            Platform::Matomo => Credential::Form { field: "token_auth".to_owned(), value: token },
            // Their figures come only as files: nobody asks them anything.
            Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => Credential::Open,
        })
    }

    /// Meta's token of a consent on the web, unless the configuration has got another token since. After its end it is still
    /// the one for which the Pages' own were had, where an app is configured that may exchange it.
    async fn consented(&mut self, app: &App, platform: Platform, now: DateTime<Utc>) -> Option<Secret> {
        let kept = match app.state.secret(META).await {
            Ok(kept) => kept?,
            Err(error) => {
                let unreadable = action("meta", error.told(), told::mend_same_key());
                if !self.problems.contains(&unreadable) {
                    self.problems.push(unreadable);
                }
                return None;
            }
        };
        let kept: KeptMeta = serde_json::from_str(kept.expose()).ok()?;
        let same = kept.consent == mark(configured_meta(app, platform).as_ref());
        let exchanged = app.config.platforms.access(platform).app_id.is_some();
        (same && (exchanged || kept.until.is_none_or(|until| until > now))).then(|| Secret::new(kept.access))
    }

    /// LinkedIn's token as renewed by us, where an app is configured that may renew it.
    async fn renewed(&mut self, app: &App, now: DateTime<Utc>) -> Option<Secret> {
        match &self.linkedin {
            Renewed::Token(token) => return Some(token.clone()),
            Renewed::None => return None,
            Renewed::NotAsked => {}
        }
        let renewed = match &app.config.platforms.linkedin_app {
            Some(configured) => renew(app, configured, now, &mut self.problems).await,
            None => Ok(None),
        };
        let token = renewed.unwrap_or_else(|problem| {
            self.problems.push(problem);
            None
        });
        let token = token.map(|tokens| tokens.access);
        self.linkedin = token.clone().map_or(Renewed::None, Renewed::Token);
        token
    }
}

/// The app's secret, where questions are to be signed with it.
fn app_secret(app: &App, channel: &Channel) -> Result<Option<Secret>, Problem> {
    let reference = app.config.platforms.access(channel.platform).app_secret.as_ref();
    reference.map(|reference| reference.resolve(&|name| app.lookup(name))).transpose().map_err(|error| {
        action(channel.id.as_str(), told::app_secret_unreadable(error.told()), told::mend_app_secret())
    })
}

/// The token that the configuration gives Meta's platforms, where it can be had.
fn configured_meta(app: &App, platform: Platform) -> Option<Secret> {
    let reference = app.config.platforms.access(platform).token.as_ref()?;
    reference.resolve(&|name| app.lookup(name)).ok()
}

/// What tells whether the configuration has got another token since a person gave consent on the web.
fn mark(secret: Option<&Secret>) -> String {
    hex::encode(Sha256::digest(secret.map(Secret::expose).unwrap_or_default().as_bytes()))
}

/// Keeps LinkedIn's tokens of a consent that a person gave on the web.
///
/// # Errors
/// When there is no key to keep them with, or the state cannot be used.
pub(super) async fn keep_linkedin_consent(app: &App, tokens: &Tokens, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let configured = app.config.platforms.linkedin_app.as_ref().and_then(|it| it.refresh_token.as_ref());
    let configured = configured.and_then(|reference| reference.resolve(&|name| app.lookup(name)).ok());
    let kept = Kept { consent: Some(mark(configured.as_ref())), ..Kept::from(tokens) };
    let text = serde_json::to_string(&kept).unwrap_or_default();
    Ok(app.state.keep_secret(LINKEDIN, &Secret::new(text), now).await?)
}

/// Keeps Meta's token of a consent that a person gave on the web.
///
/// # Errors
/// When there is no key to keep it with, or the state cannot be used.
pub(super) async fn keep_meta_consent(
    app: &App,
    token: &meta_consent::Token,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let consent = mark(configured_meta(app, Platform::Facebook).as_ref());
    let kept = KeptMeta { access: token.access.expose().to_owned(), until: token.until, consent };
    let text = serde_json::to_string(&kept).unwrap_or_default();
    Ok(app.state.keep_secret(META, &Secret::new(text), now).await?)
}

/// Meta's token as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptMeta {
    access: String,
    until: Option<DateTime<Utc>>,
    /// [`mark`] of the configuration's token when consent was given.
    consent: String,
}

/// The tokens as they are kept: encrypted as a whole by `state`.
#[derive(Serialize, Deserialize)]
struct Kept {
    access: String,
    access_until: DateTime<Utc>,
    refresh: Option<String>,
    refresh_until: Option<DateTime<Utc>>,
    scopes: Vec<String>,
    /// For a consent on the web: [`mark`] of the configuration's refresh token at that time.
    #[serde(default)]
    consent: Option<String>,
}

impl Kept {
    /// Whether these hold beside the configuration: a person has consented anew when it holds another refresh token than
    /// the one that we started from.
    fn holds(&self, configured: Option<&Secret>) -> bool {
        match &self.consent {
            Some(consent) => *consent == mark(configured),
            None => self.refresh.as_ref().is_none_or(|refresh| configured.is_none_or(|it| it.expose() == refresh)),
        }
    }
}

impl From<Kept> for Tokens {
    fn from(kept: Kept) -> Self {
        Self {
            access: Secret::new(kept.access),
            access_until: kept.access_until,
            refresh: kept.refresh.map(Secret::new),
            refresh_until: kept.refresh_until,
            scopes: kept.scopes,
        }
    }
}

impl From<&Tokens> for Kept {
    fn from(tokens: &Tokens) -> Self {
        Self {
            access: tokens.access.expose().to_owned(),
            access_until: tokens.access_until,
            refresh: tokens.refresh.as_ref().map(|secret| secret.expose().to_owned()),
            refresh_until: tokens.refresh_until,
            scopes: tokens.scopes.clone(),
            consent: None,
        }
    }
}

fn problem(what: Told, mend: Told) -> Problem {
    action("linkedin", what, mend)
}

/// The tokens that hold now, renewed where they are about to end.
async fn renew(
    app: &App,
    configured: &LinkedInApp,
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) -> Result<Option<Tokens>, Problem> {
    let resolve = |reference: &crate::config::SecretRef| {
        reference.resolve(&|name| app.lookup(name)).map_err(|error| problem(error.told(), told::mend_put_secret()))
    };
    let from_configuration = configured.refresh_token.as_ref().map(resolve).transpose()?;
    let kept = app.state.secret(LINKEDIN).await.unwrap_or_else(|error| {
        problems.push(problem(error.told(), told::mend_same_key()));
        None
    });
    let kept = kept.and_then(|secret| serde_json::from_str::<Kept>(secret.expose()).ok());
    let known = kept.filter(|kept| kept.holds(from_configuration.as_ref()));
    let consent = known.as_ref().and_then(|kept| kept.consent.clone());
    let tokens = match (known, from_configuration) {
        (Some(known), _) => Tokens::from(known),
        (None, Some(refresh)) => Tokens {
            access: Secret::new(String::new()),
            access_until: now,
            refresh: Some(refresh),
            refresh_until: None,
            scopes: Vec::new(),
        },
        // Nobody has given consent: what the configuration has of tokens is used as it is.
        (None, None) => return Ok(None),
    };
    match oauth::step(&tokens, now) {
        Step::Keep => Ok(Some(tokens)),
        Step::Consent { until } if until > now => {
            problems.push(problem(told::linkedin_ends(until.date_naive()), told::mend_consent()));
            Ok(Some(tokens))
        }
        Step::Consent { .. } => Err(problem(told::linkedin_ended(), told::mend_consent())),
        Step::Refresh => ask_for_new(app, configured, (&tokens, consent), now, problems).await.map(Some),
    }
}

async fn ask_for_new(
    app: &App,
    configured: &LinkedInApp,
    (tokens, consent): (&Tokens, Option<String>),
    now: DateTime<Utc>,
    problems: &mut Vec<Problem>,
) -> Result<Tokens, Problem> {
    let secret = configured.client_secret.resolve(&|name| app.lookup(name));
    let secret = secret.map_err(|error| problem(error.told(), told::mend_put_app_secret()))?;
    let own = oauth::App { id: configured.client_id.clone(), secret };
    let form = oauth::refresh_form(&own, tokens)
        .ok_or_else(|| problem(told::linkedin_no_refresh_token(), told::mend_consent()))?;
    let address = app.config.platforms.linkedin_token_url.clone();
    let address = address.ok_or_else(|| problem(told::linkedin_no_renewal_address(), told::mend_remove_token_url()))?;
    let still_good = !tokens.access.is_empty() && tokens.access_until > now;
    let renewed =
        linkedin_tokens(&address, &form, Some(tokens), &app.limits(Platform::LinkedIn), now).await.map_err(|error| {
            let mend = match error {
                OauthError::ConsentNeeded => told::mend_consent(),
                OauthError::App => told::mend_client(),
                OauthError::Later(_) | OauthError::Unreachable(_) | OauthError::Shape(_) => told::mend_nothing_yet(),
            };
            problem(error.told(), mend)
        });
    match renewed {
        Ok(renewed) => {
            keep(app, &renewed, consent, now, problems).await;
            Ok(renewed)
        }
        Err(told) if still_good => {
            problems.push(told);
            Ok(tokens.clone())
        }
        Err(told) => Err(told),
    }
}

async fn keep(app: &App, tokens: &Tokens, consent: Option<String>, now: DateTime<Utc>, problems: &mut Vec<Problem>) {
    let Ok(text) = serde_json::to_string(&Kept { consent, ..Kept::from(tokens) }) else { return };
    if let Err(error) = app.state.keep_secret(LINKEDIN, &Secret::new(text), now).await {
        problems.push(problem(told::linkedin_not_kept(error.told()), told::mend_set_key()));
    }
}
