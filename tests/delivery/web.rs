//! Webhooks and tokens: what each answer means.

use std::time::Duration;

use genomslag::delivery::web::{TokenWish, WebError, call, post_json, token};
use genomslag::model::Secret;
use serde_json::json;

use crate::support::hook::Hook;

const PATIENCE: Duration = Duration::from_secs(10);

fn address(hook: &Hook, path: &str) -> Secret {
    Secret::new(format!("http://127.0.0.1:{}{path}", hook.port))
}

#[tokio::test]
async fn every_answer_of_a_webhook_means_one_thing() {
    let answers = vec![(202, ""), (429, "slow down"), (400, "bad card"), (502, "bad gateway"), (0, ""), (302, "")];
    let hook = Hook::start(answers).await;
    let post = async || post_json(&address(&hook, "/hemlig"), &json!({"text": "Hej"}), PATIENCE).await;
    assert_eq!(post().await.unwrap().status, 202);
    assert!(matches!(post().await.unwrap_err(), WebError::Later { .. }));
    assert!(matches!(post().await.unwrap_err(), WebError::Refused { .. }));
    // A gateway does not know what became of it, and a line that broke says nothing.
    assert!(matches!(post().await.unwrap_err(), WebError::Uncertain { .. }));
    assert!(matches!(post().await.unwrap_err(), WebError::Uncertain { .. }));
    // Nobody else is given what was meant for this address.
    let redirected = post().await.unwrap_err();
    assert!(matches!(redirected, WebError::Refused { .. }));
    assert!(!redirected.to_string().contains("hemlig"), "{redirected}");
    assert!(hook.asked()[0].contains("{\"text\":\"Hej\"}"));
}

#[tokio::test]
async fn a_token_is_asked_for_by_client_credentials() {
    let hook = Hook::start(vec![
        (200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"abc\"}"),
        (401, "{\"error\":\"invalid_client\",\"error_description\":\"secret hemligt is wrong\"}"),
    ])
    .await;
    let wish = TokenWish {
        url: address(&hook, "/tenant/oauth2/v2.0/token").expose().parse().unwrap(),
        client_id: "app".to_owned(),
        client_secret: Secret::new("hemligt"),
        scope: "https://outlook.office365.com/.default".to_owned(),
    };
    assert_eq!(token(&wish, PATIENCE).await.unwrap(), Secret::new("abc"));
    let asked = hook.asked();
    assert!(asked[0].contains("grant_type=client_credentials"), "{}", asked[0]);
    assert!(asked[0].contains("scope=https%3A%2F%2Foutlook.office365.com%2F.default"), "{}", asked[0]);
    let refused = token(&wish, PATIENCE).await.unwrap_err().to_string();
    assert!(refused.contains("invalid_client") && !refused.contains("hemligt"), "{refused}");
}

#[tokio::test]
async fn the_heartbeat_is_a_plain_question() {
    let hook = Hook::start(vec![(200, "OK")]).await;
    call(&address(&hook, "/ping/1"), PATIENCE).await.unwrap();
    assert!(hook.asked()[0].starts_with("GET /ping/1 "));
}
