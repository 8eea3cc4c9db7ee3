//! Login by the organisation's own identity provider: `OpenID` Connect, authorisation code with PKCE, state and nonce.
//!
//! What a login needs to be finished stands in the state, under the hash of its `state`, for ten minutes and once: so it
//! holds over restarts and processes, and nothing of it is in the browser but a name that is bound to its cookie.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

use super::enter;
use crate::config::Login;
use crate::delivery::web::{self, WebError};
use crate::model::told::faults;
use crate::model::{Secret, UnitId};
use crate::pipeline::{App, PipelineError};
use crate::state::{NewUser, Role, StateError, User};

/// For so long a login may be under way.
const UNDER_WAY: TimeDelta = TimeDelta::minutes(10);
/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Under which names logins that are under way are remembered.
const NAMES: &str = "login under way/";
/// The path that the provider leads back to.
const BACK: &str = "/login/organisation/back";
/// Signatures that are believed. `none` and those by shared secrets are not.
const SIGNATURES: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What the provider sent the browser back with.
#[derive(Debug, Clone)]
pub struct Back {
    /// Which login it answers.
    pub state: String,
    /// The code to be exchanged.
    pub code: String,
    /// What the browser is known by, the same as at the beginning.
    pub holder: String,
    /// From which network address.
    pub network: String,
}

/// What came of it.
#[derive(Debug)]
pub enum Entry {
    /// Let in: who, the pass of a new session, and where to.
    In(Box<User>, Secret, String),
    /// Not let in.
    Shut(Shut),
}

/// Why somebody is not let in by the provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shut {
    /// The login is not one that is under way here, or took too long.
    Stale,
    /// The provider's answer proves nothing; why stands in the log.
    Unproven,
    /// The provider names no address, or one that it does not call verified.
    NoAddress,
    /// Whoever it is has no role here.
    NoRole(String),
    /// The account is closed.
    Closed,
}

/// A login that is under way.
#[derive(Serialize, Deserialize)]
struct UnderWay {
    nonce: String,
    verifier: String,
    holder: String,
    next: String,
    until: DateTime<Utc>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Where to send the browser. `base` is where the web is reached, `holder` what the browser is known by.
///
/// # Errors
/// When no provider is configured, it does not answer as one, or the state cannot be used.
pub async fn begin(
    app: &App,
    base: &str,
    holder: &str,
    next: &str,
    now: DateTime<Utc>,
) -> Result<String, PipelineError> {
    let login = configured(app)?;
    let client = client(app, login, base).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (address, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let way = UnderWay {
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
        holder: holder.to_owned(),
        next: next.to_owned(),
        until: now + UNDER_WAY,
    };
    app.state.forget_settings(NAMES, now - UNDER_WAY).await?;
    app.state.keep_setting(&name_of(state.secret()), &json!(way).to_string(), now).await?;
    Ok(address.to_string())
}

/// Whether what the provider sent back lets somebody in.
///
/// # Errors
/// When the provider cannot be reached, or the state cannot be used.
pub async fn finish(app: &App, base: &str, back: &Back, now: DateTime<Utc>) -> Result<Entry, PipelineError> {
    let login = configured(app)?;
    let Some(way) = taken(app, back, now).await? else { return Ok(Entry::Shut(Shut::Stale)) };
    let client = client(app, login, base).await?;
    let claims = match proven(&client, &way, &back.code, now).await {
        Ok(claims) => claims,
        Err(why) => {
            tracing::warn!(%why, "the provider's answer to a login proves nothing");
            let detail = json!({ "network": back.network, "why": "not proven" });
            app.state.note("web", "login refused", "?", &detail, now).await?;
            return Ok(Entry::Shut(Shut::Unproven));
        }
    };
    let user = match admit(app, login, &claims, now).await? {
        Ok(user) => user,
        Err(shut) => {
            let who = claims.email.as_deref().unwrap_or("?");
            let detail = json!({ "network": back.network, "why": "no role or address" });
            app.state.note("web", "login refused", who, &detail, now).await?;
            return Ok(Entry::Shut(shut));
        }
    };
    let pass = enter(app, &user, &back.network, now).await?;
    Ok(Entry::In(Box::new(user), pass, way.next))
}

fn configured(app: &App) -> Result<&Login, PipelineError> {
    let none = || PipelineError::hinted(faults::no_login_configured(), faults::mend_login_password());
    app.config.login.as_ref().ok_or_else(none)
}

fn name_of(state: &str) -> String {
    format!("{NAMES}{}", hex::encode(Sha256::digest(state.as_bytes())))
}

/// The login that the answer is about: once, in time, and from the browser that began it.
async fn taken(app: &App, back: &Back, now: DateTime<Utc>) -> Result<Option<UnderWay>, PipelineError> {
    let name = name_of(&back.state);
    let Some(kept) = app.state.setting(&name).await? else { return Ok(None) };
    let once = app.state.forget_setting(&name).await?;
    let way: Option<UnderWay> = serde_json::from_str(&kept).ok();
    Ok(way.filter(|way| once && now < way.until && way.holder == back.holder))
}

/// The client of the provider, which says of itself where its doors are.
async fn client(app: &App, login: &Login, base: &str) -> Result<Client, PipelineError> {
    let secret = login.client_secret.as_ref();
    let secret = secret.map(|reference| app.secret(faults::secret_login(), reference)).transpose()?;
    let issuer = IssuerUrl::new(login.issuer.clone()).map_err(|error| unusable(login, &error))?;
    let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await.map_err(|error| unusable(login, &error))?;
    let back = RedirectUrl::new(format!("{base}{BACK}")).map_err(|error| unusable(login, &error))?;
    let id = ClientId::new(login.client_id.clone());
    let secret = secret.map(|secret| ClientSecret::new(secret.expose().to_owned()));
    Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(back))
}

fn unusable(login: &Login, error: &dyn std::error::Error) -> PipelineError {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        why = format!("{why}: {inner}");
        cause = inner.source();
    }
    PipelineError::Login { issuer: login.issuer.clone(), why }
}

/// What the provider says of somebody, proven.
#[derive(Debug, Default)]
struct Claims {
    subject: String,
    email: Option<String>,
    verified: bool,
    name: Option<String>,
    all: Map<String, Value>,
}

/// Exchanges the code, and checks signature, issuer, audience, time and nonce of what comes back.
async fn proven(client: &Client, way: &UnderWay, code: &str, now: DateTime<Utc>) -> Result<Claims, String> {
    let code = AuthorizationCode::new(code.to_owned());
    let exchange = client.exchange_code(code).map_err(|error| error.to_string())?;
    let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(way.verifier.clone()));
    let answered =
        exchange.request_async(&ask).await.map_err(|error| format!("the code was not exchanged: {error}"))?;
    let token = answered.id_token().ok_or("there is no id token")?;
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || now);
    let nonce = Nonce::new(way.nonce.clone());
    let proven = token.claims(&verifier, &nonce).map_err(|error| format!("the id token is not valid: {error}"))?;
    let mut claims = Claims {
        subject: format!("{} {}", proven.issuer().as_str(), proven.subject().as_str()),
        email: proven.email().map(|email| email.as_str().to_owned()),
        verified: proven.email_verified().unwrap_or(false),
        name: proven.name().and_then(|name| name.get(None)).map(|name| name.as_str().to_owned()),
        all: payload(&token.to_string()),
    };
    if claims.email.is_none() {
        // Some providers tell the address only when they are asked for it.
        let asked = client.user_info(answered.access_token().clone(), Some(proven.subject().clone()));
        if let Ok(asked) = asked {
            let told: CoreUserInfoClaims =
                asked.request_async(&ask).await.map_err(|error| format!("the user's claims were not told: {error}"))?;
            claims.email = told.email().map(|email| email.as_str().to_owned());
            claims.verified = told.email_verified().unwrap_or(false);
            claims.name = claims.name.or_else(|| Some(told.name()?.get(None)?.as_str().to_owned()));
        }
    }
    Ok(claims)
}

/// The claims of a token that was checked, also those that have no name in the standard.
fn payload(token: &str) -> Map<String, Value> {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap_or_default();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// What somebody may do by the claims: none: nothing is said of it.
fn mapped(login: &Login, claims: &Claims) -> Option<(Role, Option<Vec<UnitId>>)> {
    let values: Vec<&str> = match claims.all.get(&login.claim) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let found = login.map.iter().filter(|entry| values.contains(&entry.value.as_str()));
    let mut best: Option<(Role, Option<Vec<UnitId>>)> = None;
    for entry in found {
        let Some(role) = Role::parse(&entry.role) else { continue };
        let everywhere = entry.units.is_empty() || role == Role::Administrator;
        let units = (!everywhere).then(|| entry.units.clone());
        best = Some(match best {
            None => (role, units),
            Some((before, _)) if role > before => (role, units),
            // The same role twice: in the units of both.
            Some((before, own)) if role == before => {
                (before, own.zip(units).map(|(own, more)| own.into_iter().chain(more).collect()))
            }
            Some(kept) => kept,
        });
    }
    best
}

/// The account of whom the claims are about: known by the provider's subject, else by an address that is proven, else new,
/// if the configuration gives a role.
async fn admit(
    app: &App,
    login: &Login,
    claims: &Claims,
    now: DateTime<Utc>,
) -> Result<Result<User, Shut>, PipelineError> {
    let role = mapped(login, claims);
    let email = claims.email.as_deref().filter(|_| claims.verified || login.trust_email);
    let known = match app.state.user_of_oidc(&claims.subject).await? {
        Some(user) => Some(user),
        None => match email {
            Some(email) => app.state.user_of_email(email).await?,
            None => return Ok(Err(Shut::NoAddress)),
        },
    };
    let address = email.or(known.as_ref().map(|user| user.email.as_str())).unwrap_or_default().to_owned();
    let domain = address.rsplit('@').next().unwrap_or_default().to_lowercase();
    let welcome = login.domains.is_empty() || login.domains.contains(&domain);
    if !welcome || (!login.map.is_empty() && role.is_none()) {
        return Ok(Err(Shut::NoRole(address)));
    }
    match known {
        Some(user) if !user.active => Ok(Err(Shut::Closed)),
        Some(user) => Ok(Ok(renewed(app, user, claims, role, now).await?)),
        None => {
            let given = || Some((Role::parse(login.role.as_deref()?)?, None));
            let Some((role, units)) = role.or_else(given) else { return Ok(Err(Shut::NoRole(address))) };
            let name = claims.name.clone().unwrap_or_else(|| address.clone());
            let oidc_subject = Some(claims.subject.clone());
            let new = NewUser { email: address, name, role, units, password_hash: None, oidc_subject };
            let user = app.state.add_user(&new, now).await?;
            let detail = json!({ "role": user.role, "units": user.units, "by": login.issuer });
            app.state.note(&user.email, "account made", &user.email, &detail, now).await?;
            Ok(Ok(user))
        }
    }
}

/// The account with what the provider says of it now.
async fn renewed(
    app: &App,
    user: User,
    claims: &Claims,
    role: Option<(Role, Option<Vec<UnitId>>)>,
    now: DateTime<Utc>,
) -> Result<User, PipelineError> {
    let (role, units) = role.unwrap_or((user.role, user.units.clone()));
    let changed = User { role, units, oidc_subject: Some(claims.subject.clone()), ..user.clone() };
    if changed != user {
        match app.state.change_user(&changed).await {
            Ok(()) => {}
            Err(why @ (StateError::Last | StateError::Wrong(_))) => {
                // The last administrator stays one, whatever the provider says: somebody must be able to mend it.
                tracing::warn!(%why, "the provider's role was not taken over");
                return Ok(user);
            }
            Err(error) => return Err(error.into()),
        }
        let seen = |user: &User| json!({ "role": user.role, "units": user.units });
        let detail = json!({ "before": seen(&user), "after": seen(&changed), "by": "identity provider" });
        app.state.note(&user.email, "account changed", &user.email, &detail, now).await?;
    }
    Ok(changed)
}

/// Asks over our own way to the web.
async fn ask(request: HttpRequest) -> Result<HttpResponse, WebError> {
    let (parts, body) = request.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    let address = parts.uri.to_string();
    let answered = web::exchange(parts.method.as_str(), &address, headers, body, PATIENCE).await?;
    let mut response = openidconnect::http::Response::builder().status(answered.status);
    for (name, value) in answered.headers {
        response = response.header(name, value);
    }
    response.body(answered.body).map_err(|_| WebError::Address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LoginRole;

    fn login(map: &[(&str, &str, &[&str])]) -> Login {
        let entry = |(value, role, units): &(&str, &str, &[&str])| LoginRole {
            value: (*value).to_owned(),
            role: (*role).to_owned(),
            units: units.iter().map(|unit| UnitId::from(*unit)).collect(),
        };
        Login {
            issuer: "https://login.granvik.example".to_owned(),
            client_id: "genomslag".to_owned(),
            client_secret: None,
            name: None,
            domains: Vec::new(),
            role: None,
            trust_email: false,
            claim: "groups".to_owned(),
            map: map.iter().map(entry).collect(),
        }
    }

    #[test]
    fn the_highest_role_counts_and_the_same_role_adds_units() {
        let login = login(&[
            ("alla", "reader", &[]),
            ("kultur", "editor", &["kultur"]),
            ("ungdom", "editor", &["ungdom"]),
            ("chefer", "administrator", &["kultur"]),
        ]);
        let with = |groups: Value| {
            let all = Map::from_iter([("groups".to_owned(), groups)]);
            mapped(&login, &Claims { all, ..Claims::default() })
        };
        let units = |names: &[&str]| Some(names.iter().map(|name| UnitId::from(*name)).collect::<Vec<_>>());
        assert_eq!(with(json!(["alla"])), Some((Role::Reader, None)));
        assert_eq!(with(json!("alla")), Some((Role::Reader, None)));
        assert_eq!(with(json!(["alla", "kultur"])), Some((Role::Editor, units(&["kultur"]))));
        assert_eq!(with(json!(["ungdom", "kultur"])), Some((Role::Editor, units(&["kultur", "ungdom"]))));
        assert_eq!(
            with(json!(["kultur", "chefer"])),
            Some((Role::Administrator, None)),
            "administrators are not limited"
        );
        assert_eq!(with(json!(["andra", 7])), None);
        assert_eq!(with(Value::Null), None);
    }
}
