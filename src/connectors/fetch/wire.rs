//! One question on the wire: address, credential, deadline, size limit. The only place where a secret is sent.

use std::time::Duration;

use chrono::DateTime;
use futures::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;
use url::form_urlencoded;

use super::budget::Usage;
use super::{Client, ClientError, Credential, Limits};
use crate::connectors::{Method, Request, TOKEN_MARK};
use crate::model::Secret;
use crate::model::told::{self, Told};

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    pub(super) retry_after: Option<Duration>,
    /// The API version that really answered, where the platform says so.
    pub(super) served: Option<String>,
    pub(super) usage: Usage,
}

/// A bearer token, and the parameters that go with it.
type Proof = (Option<Secret>, Vec<(String, String)>);

/// Why nothing usable came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WireError {
    /// The connection failed or broke: may pass.
    Broken(Told),
    /// Not finished within the deadline of a call: may pass.
    Slow,
    /// The answer grew past the limit.
    TooLarge,
    /// The platform sent us elsewhere; not followed.
    Redirected,
    /// The request could not even be written.
    Unsendable(Told),
}

impl WireError {
    /// What happened, in plain words.
    pub(super) fn told(self) -> Told {
        match self {
            Self::Broken(what) => what,
            Self::Slow => told::answer_slow(),
            Self::TooLarge => told::answer_large(),
            Self::Redirected => told::redirected(),
            Self::Unsendable(what) => told::unsendable(what),
        }
    }
}

/// A connection pool that follows nothing.
pub(super) fn http(base: &url::Url, limits: &Limits) -> Result<reqwest::Client, ClientError> {
    let web = matches!(base.scheme(), "http" | "https") && base.host_str().is_some() && base.username().is_empty();
    if !web {
        return Err(ClientError::Address(base.host_str().unwrap_or("no host").to_owned()));
    }
    let loopback = match base.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(limits.call_deadline.min(Duration::from_secs(15)))
        .user_agent(concat!("genomslag/", env!("CARGO_PKG_VERSION")));
    if loopback {
        // The sandbox is on this machine: no proxy of the organisation can reach it.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| ClientError::Setup(error.without_url().to_string()))
}

impl Client {
    /// The secrets that must never be shown.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match &self.credential {
            Credential::Open => Vec::new(),
            Credential::Bearer(token) | Credential::Form { value: token, .. } => vec![token.clone()],
            Credential::Meta { token, app_secret } => {
                [Some(token.clone()), app_secret.clone()].into_iter().flatten().collect()
            }
        }
    }

    /// Sends one question and reads its answer, within the deadline and the size limit.
    pub(super) async fn send(&self, request: &Request) -> Result<Answer, WireError> {
        let written = self.write(request)?;
        receive(&self.http, written, &self.limits).await
    }

    fn write(&self, request: &Request) -> Result<reqwest::Request, WireError> {
        let (bearer, mut own) =
            self.proof(request).ok_or_else(|| WireError::Unsendable(told::app_secret_unusable()))?;
        let form_credential = matches!(self.credential, Credential::Form { .. });
        let post = request.method == Method::Post || form_credential;
        let mut pairs = request.query.clone();
        pairs.append(&mut own);
        if post {
            self.write_token(&mut pairs);
        }
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();

        let mut url = self.address.base.clone();
        // Appended as text and never joined: a path from an answer cannot lead to another host.
        url.set_path(&format!("{}/{}", url.path().trim_end_matches('/'), request.path.trim_start_matches('/')));
        let in_address = if post { None } else { Some(encoded.as_str()).filter(|text| !text.is_empty()) };
        let query = [request.raw_query.as_deref(), in_address].into_iter().flatten().collect::<Vec<_>>().join("&");
        url.set_query(Some(query.as_str()).filter(|text| !text.is_empty()));

        let method = if post { reqwest::Method::POST } else { reqwest::Method::GET };
        let mut builder = self
            .http
            .request(method, url)
            .headers(headers(request).ok_or_else(|| WireError::Unsendable(told::header_unusable()))?);
        if let Some(token) = bearer {
            builder = builder.bearer_auth(token.expose());
        }
        if post {
            builder = builder.header("content-type", "application/x-www-form-urlencoded").body(encoded);
        }
        builder.build().map_err(|error| WireError::Unsendable(told::said(error.without_url().to_string())))
    }

    /// Meta's `debug_token` wants the token itself as a value: in the form of a POST, where no log keeps it.
    fn write_token(&self, pairs: &mut [(String, String)]) {
        let Credential::Meta { token, .. } = &self.credential else { return };
        for (_, value) in pairs.iter_mut().filter(|(_, value)| value.contains(TOKEN_MARK)) {
            let encoded: String = form_urlencoded::byte_serialize(token.expose().as_bytes()).collect();
            *value = value.replace(TOKEN_MARK, &encoded);
        }
    }

    /// The bearer token, and the parameters that go with it. None where the proof cannot be computed.
    fn proof(&self, request: &Request) -> Option<Proof> {
        let own = request.token.clone();
        match &self.credential {
            Credential::Open => Some((own, Vec::new())),
            Credential::Bearer(token) => Some((Some(own.unwrap_or_else(|| token.clone())), Vec::new())),
            Credential::Form { field, value } => {
                let value = own.as_ref().unwrap_or(value);
                Some((None, vec![(field.clone(), value.expose().to_owned())]))
            }
            Credential::Meta { token, app_secret } => {
                let token = own.unwrap_or_else(|| token.clone());
                let mut pairs = Vec::new();
                if let Some(secret) = app_secret.as_ref().filter(|secret| !secret.is_empty()) {
                    // The proof belongs to the token: a Page's token has its own.
                    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
                    mac.update(token.expose().as_bytes());
                    pairs.push(("appsecret_proof".to_owned(), hex::encode(mac.finalize().into_bytes())));
                }
                Some((Some(token), pairs))
            }
        }
    }
}

/// Sends a form of secrets and reads the answer, within the same limits.
pub(super) async fn post_form(
    http: &reqwest::Client,
    address: &url::Url,
    form: &[(&'static str, Secret)],
    limits: &Limits,
) -> Result<Answer, WireError> {
    let pairs = form.iter().map(|(name, value)| (*name, value.expose()));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let post = http.post(address.clone()).header("content-type", "application/x-www-form-urlencoded").body(body);
    let written = post.build().map_err(|error| WireError::Unsendable(told::said(error.without_url().to_string())))?;
    receive(http, written, limits).await
}

async fn receive(http: &reqwest::Client, written: reqwest::Request, limits: &Limits) -> Result<Answer, WireError> {
    tokio::time::timeout(limits.call_deadline, read(http, written, limits)).await.unwrap_or(Err(WireError::Slow))
}

async fn read(http: &reqwest::Client, written: reqwest::Request, limits: &Limits) -> Result<Answer, WireError> {
    let broken = |error: reqwest::Error| WireError::Broken(in_words(&error));
    let response = http.execute(written).await.map_err(broken)?;
    let status = response.status().as_u16();
    if (300..400).contains(&status) {
        return Err(WireError::Redirected);
    }
    let headers = response.headers().clone();
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(broken)?;
        if body.len() + chunk.len() > limits.body_bytes {
            return Err(WireError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Ok(Answer {
        status,
        body,
        retry_after: retry_after(text("retry-after"), text("date")),
        served: text("facebook-api-version").map(str::to_owned),
        usage: Usage::read(text),
    })
}

fn headers(request: &Request) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        headers.insert(HeaderName::try_from(*name).ok()?, HeaderValue::try_from(value.as_str()).ok()?);
    }
    Some(headers)
}

/// Seconds, or a date measured against the answer's own `Date`: our clock plays no part.
fn retry_after(value: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let value = value?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(value).ok()?;
    let sent = DateTime::parse_from_rfc2822(date?).ok()?;
    (until - sent).to_std().ok()
}

/// What broke, in plain words: the library's own texts name addresses and inner layers.
fn in_words(error: &reqwest::Error) -> Told {
    if error.is_connect() {
        told::connection_none()
    } else if error.is_decode() {
        told::answer_packed()
    } else if error.is_body() {
        told::connection_broke_midway()
    } else {
        told::connection_broke()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connectors::fetch::Address;
    use crate::model::Platform;

    fn client(base: &str, credential: Credential) -> Client {
        let base = url::Url::parse(base).expect("an address");
        let address = Address { base, platform: Platform::Facebook, version: "v25.0".to_owned() };
        Client::new(address, credential, Limits::default()).expect("a client")
    }

    #[test]
    fn no_path_leads_to_another_host_and_no_token_stands_in_an_address() {
        let token = Secret::new("EAAB-very-secret");
        let meta = Credential::Meta { token, app_secret: Some(Secret::new("app-secret")) };
        let client = client("https://graph.example/base/", meta);
        for path in ["//evil.example/x", "https://evil.example/x", "../../x", "a?access_token=1#f"] {
            let written = client.write(&Request::get("x", path)).expect("written");
            assert_eq!(written.url().host_str(), Some("graph.example"), "{path}");
            assert!(!written.url().as_str().contains("EAAB"), "{path}");
            assert_eq!(written.headers()["authorization"], "Bearer EAAB-very-secret");
        }
    }

    #[test]
    fn the_proof_is_that_of_the_token_in_use() {
        // HMAC-SHA256 of "what do ya want for nothing?" with key "Jefe": RFC 4231, test case 2.
        let credential = Credential::Meta { token: Secret::new("other"), app_secret: Some(Secret::new("Jefe")) };
        let client = client("https://graph.example", credential);
        let page = Request { token: Some(Secret::new("what do ya want for nothing?")), ..Request::get("x", "v25.0/1") };
        let written = client.write(&page).expect("written");
        let proof = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(written.url().as_str(), format!("https://graph.example/v25.0/1?appsecret_proof={proof}"));
    }

    #[test]
    fn a_form_token_makes_a_post_and_a_raw_query_stays_raw() {
        let form = Credential::Form { field: "token_auth".to_owned(), value: Secret::new("0123456789") };
        let written = client("http://matomo.example/m/", form).write(&Request::get("x", "index.php").with("a", "å b"));
        let written = written.expect("written");
        assert_eq!(written.method(), reqwest::Method::POST);
        assert_eq!(written.url().as_str(), "http://matomo.example/m/index.php");
        let body = written.body().and_then(|body| body.as_bytes()).expect("a body");
        assert_eq!(body, b"a=%C3%A5+b&token_auth=0123456789");

        let raw = "q=organizationalEntity&timeIntervals=(timeRange:(start:1,end:2))&x=urn%3Ali%3Aorganization%3A1";
        let request = Request { raw_query: Some(raw.to_owned()), ..Request::get("x", "rest/y") };
        let request = Request { headers: vec![("LinkedIn-Version", "202610".to_owned())], ..request };
        let written =
            client("https://api.example", Credential::Bearer(Secret::new("t"))).write(&request).expect("written");
        assert_eq!(written.url().query(), Some(raw));
        assert_eq!(written.headers()["linkedin-version"], "202610");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(Some("120"), None), Some(Duration::from_mins(2)));
        let sent = Some("Wed, 18 Nov 2026 06:00:00 GMT");
        assert_eq!(retry_after(Some("Wed, 18 Nov 2026 06:00:30 GMT"), sent), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(Some("soon"), sent), None);
    }
}
