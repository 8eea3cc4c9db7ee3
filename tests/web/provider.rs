//! A small identity provider on loopback: it keeps to `OpenID` Connect except in what a test wants it to get wrong.

use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tokio::net::TcpListener;

const KEY: &str = include_str!("data/key-for-tests-only.pem");
pub const SECRET: &str = "client secret for tests";

/// What it gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Nothing,
    Nonce,
    Audience,
    Issuer,
    Expired,
    NoSignature,
    SharedSecret,
    OtherKey,
    Tampered,
    NoIdToken,
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub nonce: String,
    pub challenge: String,
    pub redirect: String,
}

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    pub now: DateTime<Utc>,
    /// The claims of whoever logs in, besides those of the protocol.
    pub person: Arc<Mutex<Value>>,
    pub fault: Arc<Mutex<Fault>>,
    asked: Arc<Mutex<Option<Asked>>>,
}

impl Provider {
    pub async fn start(now: DateTime<Utc>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            now,
            person: Arc::new(Mutex::new(json!({}))),
            fault: Arc::new(Mutex::new(Fault::Nothing)),
            asked: Arc::new(Mutex::new(None)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn is(&self, person: Value) {
        *self.person.lock().unwrap() = person;
    }

    pub fn gets_wrong(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// What the browser asks when it is sent here: notes it, and gives back the state.
    pub fn asked(&self, address: &str) -> String {
        let url: url::Url = address.parse().unwrap();
        assert!(address.starts_with(&format!("{}/authorize", self.issuer)), "{address}");
        let pairs: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(
            (pairs["response_type"].as_str(), pairs["client_id"].as_str(), pairs["code_challenge_method"].as_str()),
            ("code", "genomslag", "S256")
        );
        assert!(pairs["scope"].split(' ').any(|scope| scope == "openid"));
        *self.asked.lock().unwrap() = Some(Asked {
            nonce: pairs["nonce"].clone(),
            challenge: pairs["code_challenge"].clone(),
            redirect: pairs["redirect_uri"].clone(),
        });
        pairs["state"].clone()
    }

    pub fn redirect(&self) -> String {
        self.asked.lock().unwrap().as_ref().unwrap().redirect.clone()
    }
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("test".to_owned()))).unwrap()
}

async fn metadata(State(provider): State<Provider>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", provider.issuer);
    Json(json!({
        "issuer": provider.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key().as_verification_key()] }))
}

async fn token(State(provider): State<Provider>, Form(form): Form<BTreeMap<String, String>>) -> Json<Value> {
    let asked = provider.asked.lock().unwrap().take().expect("nobody was sent here");
    // What RFC 7636 and RFC 6749 want of a provider.
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    assert_eq!(challenge, asked.challenge, "PKCE");
    assert_eq!((form["code"].as_str(), form["redirect_uri"].as_str()), ("the-code", asked.redirect.as_str()));
    let fault = *provider.fault.lock().unwrap();
    let mut answer = json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 300 });
    if fault != Fault::NoIdToken {
        answer["id_token"] = json!(id_token(&provider, &asked, fault));
    }
    Json(answer)
}

fn id_token(provider: &Provider, asked: &Asked, fault: Fault) -> String {
    let now = provider.now.timestamp();
    let expired = fault == Fault::Expired;
    let mut claims = json!({
        "iss": if fault == Fault::Issuer { "https://evil.example" } else { provider.issuer.as_str() },
        "aud": if fault == Fault::Audience { "another" } else { "genomslag" },
        "nonce": if fault == Fault::Nonce { "another" } else { asked.nonce.as_str() },
        "iat": if expired { now - 7_200 } else { now },
        "exp": if expired { now - 3_600 } else { now + 300 },
        "sub": "subject-1",
    });
    let person = provider.person.lock().unwrap().clone();
    for (name, value) in person.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let algorithm = match fault {
        Fault::NoSignature => "none",
        Fault::SharedSecret => "HS256",
        _ => "RS256",
    };
    let kid = if fault == Fault::OtherKey { "unknown" } else { "test" };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(&json!({ "alg": algorithm, "kid": kid, "typ": "JWT" }));
    let message = format!("{head}.{}", part(&claims));
    let signature = match fault {
        Fault::NoSignature => Vec::new(),
        Fault::SharedSecret => {
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(message.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        _ => key().sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, message.as_bytes()).unwrap(),
    };
    let signature = URL_SAFE_NO_PAD.encode(signature);
    if fault == Fault::Tampered {
        claims["email"] = json!("chef@granvik.example");
        return format!("{head}.{}.{signature}", part(&claims));
    }
    format!("{message}.{signature}")
}
