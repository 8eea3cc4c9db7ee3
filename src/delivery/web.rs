//! Questions over HTTP that deliver or help to deliver: webhooks, tokens for the mail server, the heartbeat. The addresses
//! are secrets: no error names more of them than the host.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::model::Secret;

/// The most of an answer that is kept.
const ANSWER: usize = 300;

/// The most bytes of an answer that is read whole.
const LARGEST: usize = 1 << 20;

/// An answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// The status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What the other side said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// The beginning of the text.
    pub text: String,
}

/// Why nothing was delivered; each is treated differently.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// The address is none.
    #[error("the address is not one of the web (`https://…`)")]
    Address,
    /// Not reached: nothing was handed over.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Who.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// Asked to come back.
    #[error("{host} asks us to try later: {answer}")]
    Later {
        /// Who.
        host: String,
        /// What it said.
        answer: String,
    },
    /// Refused for good.
    #[error("{host} refused: {answer}")]
    Refused {
        /// Who.
        host: String,
        /// What it said.
        answer: String,
    },
    /// Handed over, and no answer that tells what became of it.
    #[error("{host} may have taken it: {why}")]
    Uncertain {
        /// Who.
        host: String,
        /// What went wrong.
        why: String,
    },
}

/// Hands over JSON.
///
/// # Errors
/// As [`WebError`] says.
pub async fn post_json(address: &Secret, body: &Value, patience: Duration) -> Result<WebAnswer, WebError> {
    let (client, url, host) = ready(address.expose(), patience)?;
    let answered = client.post(url).json(body).send().await;
    read(answered, host).await
}

/// Calls an address: the heartbeat.
///
/// # Errors
/// As [`WebError`] says.
pub async fn call(address: &Secret, patience: Duration) -> Result<WebAnswer, WebError> {
    let (client, url, host) = ready(address.expose(), patience)?;
    read(client.get(url).send().await, host).await
}

/// What it takes to be given a token by client credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenWish {
    /// Who gives it.
    pub url: Url,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: Secret,
    /// What it is to be good for.
    pub scope: String,
}

/// A token for the mail server, by client credentials (RFC 6749, 4.4).
///
/// # Errors
/// As [`WebError`] says.
pub async fn token(wish: &TokenWish, patience: Duration) -> Result<Secret, WebError> {
    let (client, url, host) = ready(wish.url.as_str(), patience)?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", wish.client_id.as_str()),
        ("client_secret", wish.client_secret.expose()),
        ("scope", wish.scope.as_str()),
    ];
    let unreachable = |why: String| WebError::Unreachable { host: host.clone(), why };
    let answered = client.post(url).form(&form).send().await.map_err(|error| unreachable(in_words(error)))?;
    let status = answered.status();
    let body: Value = answered.json().await.map_err(|error| unreachable(in_words(error)))?;
    let given = body.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    match given {
        Some(token) if status.is_success() => Ok(Secret::new(token)),
        _ => {
            // The error's own word; its description may repeat what was sent.
            let answer =
                format!("{} {}", status.as_u16(), body.get("error").and_then(Value::as_str).unwrap_or("no token"));
            Err(WebError::Refused { host, answer })
        }
    }
}

/// One exchange over HTTP, as it is: what libraries ask through us. Follows nowhere.
///
/// # Errors
/// As [`WebError`] says; a status that is no success is none of these.
pub async fn exchange(
    method: &str,
    address: &str,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    patience: Duration,
) -> Result<Exchanged, WebError> {
    let (client, url, host) = ready(address, patience)?;
    let unreachable = |why: String| WebError::Unreachable { host: host.clone(), why };
    let method = method.parse().map_err(|_| unreachable("no such method".to_owned()))?;
    let mut request = client.request(method, url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut answered = request.send().await.map_err(|error| unreachable(in_words(error)))?;
    let headers = answered.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    let status = answered.status().as_u16();
    let mut body = Vec::new();
    while let Some(part) = answered.chunk().await.map_err(|error| unreachable(in_words(error)))? {
        body.extend_from_slice(&part);
        if body.len() > LARGEST {
            return Err(unreachable(format!("it answers with more than {LARGEST} bytes")));
        }
    }
    Ok(Exchanged { status, headers, body })
}

fn ready(address: &str, patience: Duration) -> Result<(reqwest::Client, Url, String), WebError> {
    let url: Url = address.trim().parse().map_err(|_| WebError::Address)?;
    let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")).ok_or(WebError::Address)?.to_owned();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(patience)
        .connect_timeout(patience.min(Duration::from_secs(15)))
        .user_agent(concat!("genomslag/", env!("CARGO_PKG_VERSION")));
    if matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]") {
        builder = builder.no_proxy();
    }
    let client = builder.build().map_err(|error| WebError::Unreachable { host: host.clone(), why: in_words(error) })?;
    Ok((client, url, host))
}

async fn read(answered: reqwest::Result<reqwest::Response>, host: String) -> Result<WebAnswer, WebError> {
    let answered = match answered {
        Ok(answered) => answered,
        Err(error) if error.is_connect() || error.is_builder() => {
            return Err(WebError::Unreachable { host, why: in_words(error) });
        }
        Err(error) => return Err(WebError::Uncertain { host, why: in_words(error) }),
    };
    let status = answered.status();
    let text: String = answered.text().await.unwrap_or_default().chars().take(ANSWER).collect();
    let answer = format!("{} {text}", status.as_u16()).trim().to_owned();
    match status {
        _ if status.is_success() => Ok(WebAnswer { status: status.as_u16(), text }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            Err(WebError::Later { host, answer })
        }
        _ if status.is_server_error() => Err(WebError::Uncertain { host, why: answer }),
        _ => Err(WebError::Refused { host, answer }),
    }
}

/// The error and its causes, without the address.
fn in_words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_leads_nowhere_is_not_printed() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let address = Secret::new(format!("http://127.0.0.1:{port}/hemlig-sokvag"));
        let error = call(&address, Duration::from_secs(5)).await.expect_err("nobody there");
        assert!(matches!(error, WebError::Unreachable { .. }), "{error}");
        assert!(!error.to_string().contains("hemlig"), "{error}");
        let error = call(&Secret::new("hemlig"), Duration::from_secs(5)).await.expect_err("no address");
        assert_eq!(error, WebError::Address);
    }
}
