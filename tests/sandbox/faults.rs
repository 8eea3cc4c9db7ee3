//! Faults can be armed from within and over HTTP, for some questions and for a number of times.

use std::time::Duration;

use genomslag::model::Platform;
use genomslag::sandbox::{Fault, FaultKind, Faults, Sandbox, World};
use serde_json::{Value, json};

use super::{asked, milliseconds, now, started};

const FOLLOWS: &str = "v25.0/100000000000001/insights?metric=page_follows&period=day&since=2026-11-01&until=2026-11-10";
const POSTS: &str = "v25.0/100000000000001/posts?fields=id,message&limit=25";

async fn sandbox() -> Sandbox {
    started(World::example(now())).await
}

async fn with(sandbox: &Sandbox, kind: FaultKind, platform: Platform, target: &str) -> (u16, Value) {
    sandbox.set_faults(Faults::of([Fault::always(kind)]));
    let answer = asked(sandbox, platform, target).await;
    sandbox.set_faults(Faults::none());
    answer
}

#[tokio::test]
async fn refusals_have_the_platforms_own_words() {
    let sandbox = sandbox().await;
    let cases = [
        (FaultKind::ExpiredToken, 400, 190, Some(463)),
        (FaultKind::RevokedToken, 400, 190, Some(458)),
        (FaultKind::RoleLost, 400, 190, Some(492)),
        (FaultKind::MissingPermission, 403, 200, None),
        (FaultKind::Throttled, 403, 4, None),
        (FaultKind::BusinessThrottled { minutes: 7 }, 400, 80_001, Some(2_446_079)),
        (FaultKind::DeadMetric { metric: "page_follows".to_owned() }, 400, 100, None),
        (FaultKind::Transient, 500, 2, None),
        (FaultKind::ObjectGone, 400, 100, Some(33)),
        (FaultKind::Blocked, 400, 368, None),
    ];
    for (kind, status, code, subcode) in cases {
        let (found, body) = with(&sandbox, kind.clone(), Platform::Facebook, FOLLOWS).await;
        let error = &body["error"];
        assert_eq!(
            (found, error["code"].as_i64(), error["error_subcode"].as_i64()),
            (status, Some(code), subcode),
            "{kind:?}"
        );
    }
    let organisation = "rest/organizations/9000001";
    let cases = [
        (FaultKind::ExpiredToken, 401, "EXPIRED_ACCESS_TOKEN"),
        (FaultKind::MissingPermission, 403, "ACCESS_DENIED"),
        (FaultKind::Throttled, 429, "TOO_MANY_REQUESTS"),
        (FaultKind::VersionGone, 426, "NONEXISTENT_VERSION"),
        (FaultKind::Transient, 500, "INTERNAL_SERVER_ERROR"),
    ];
    for (kind, status, code) in cases {
        let (found, body) = with(&sandbox, kind.clone(), Platform::LinkedIn, organisation).await;
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{kind:?}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn answers_are_bent_in_their_shape() {
    let sandbox = sandbox().await;
    let values = |body: &Value| body["data"][0]["values"].as_array().cloned().unwrap_or_default();
    let sound = values(&asked(&sandbox, Platform::Facebook, FOLLOWS).await.1);
    assert_eq!(sound.len(), 9);
    let (_, body) = with(&sandbox, FaultKind::NumbersAsStrings, Platform::Facebook, FOLLOWS).await;
    assert_eq!(values(&body)[0]["value"], json!(sound[0]["value"].to_string()));
    let (_, body) = with(&sandbox, FaultKind::NullValues, Platform::Facebook, FOLLOWS).await;
    assert_eq!(values(&body)[0]["value"], Value::Null);
    let (_, body) = with(&sandbox, FaultKind::MissingRows, Platform::Facebook, FOLLOWS).await;
    assert_eq!(values(&body).len(), 6);
    let (_, body) =
        with(&sandbox, FaultKind::MissingKeys { keys: vec!["value".to_owned()] }, Platform::Facebook, FOLLOWS).await;
    assert!(values(&body).iter().all(|row| row.get("value").is_none() && row.get("end_time").is_some()));
    let (status, body) = with(&sandbox, FaultKind::EmptyData, Platform::Facebook, FOLLOWS).await;
    assert_eq!((status, body), (200, json!({"data": []})));
    let (_, body) =
        with(&sandbox, FaultKind::ForeignNext { host: "evil.example".to_owned() }, Platform::Facebook, POSTS).await;
    assert!(body["paging"]["next"].as_str().unwrap().starts_with("https://evil.example/"), "{}", body["paging"]);
    let (_, body) = with(&sandbox, FaultKind::EmptyPageWithNext, Platform::Facebook, POSTS).await;
    assert!(body["data"].as_array().unwrap().is_empty() && body["paging"]["next"].is_string());
    let (status, _) = with(&sandbox, FaultKind::TooMuch { above: 10 }, Platform::Facebook, POSTS).await;
    assert_eq!(status, 500);
    let (status, _) = with(&sandbox, FaultKind::TooMuch { above: 25 }, Platform::Facebook, POSTS).await;
    assert_eq!(status, 200);
    sandbox.stop().await;
}

#[tokio::test]
async fn pages_turn_in_a_ring_or_overlap() {
    let sandbox = sandbox().await;
    let ids = |body: &Value| -> Vec<String> {
        body["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let (_, first) = asked(&sandbox, Platform::Facebook, POSTS).await;
    let second = format!("{POSTS}&after={}", first["paging"]["cursors"]["after"].as_str().unwrap());
    let (_, sound) = asked(&sandbox, Platform::Facebook, &second).await;
    assert!(ids(&sound).iter().all(|id| !ids(&first).contains(id)));
    let (_, doubled) = with(&sandbox, FaultKind::DuplicatePosts, Platform::Facebook, &second).await;
    assert_eq!(ids(&doubled).first(), ids(&first).last());
    let (_, ring) = with(&sandbox, FaultKind::PagingLoop, Platform::Facebook, &second).await;
    assert_eq!(ids(&ring), ids(&first));
    sandbox.stop().await;
}

#[tokio::test]
async fn bodies_break_below_the_level_of_json() {
    let sandbox = sandbox().await;
    let address = format!("{}/{FOLLOWS}", sandbox.base(Platform::Facebook));
    let send = |client: reqwest::Client| client.get(&address).bearer_auth(&sandbox.world().tokens.meta).send();
    let arm = |kind: FaultKind| sandbox.set_faults(Faults::of([Fault::always(kind)]));
    arm(FaultKind::Html);
    let page = send(reqwest::Client::new()).await.unwrap().text().await.unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    arm(FaultKind::Truncated);
    let half = send(reqwest::Client::new()).await.unwrap().bytes().await.unwrap();
    assert!(serde_json::from_slice::<Value>(&half).unwrap_err().is_eof());
    arm(FaultKind::Status { code: 503 });
    assert_eq!(send(reqwest::Client::new()).await.unwrap().status().as_u16(), 503);
    arm(FaultKind::Huge { megabytes: 3 });
    assert!(send(reqwest::Client::new()).await.unwrap().bytes().await.unwrap().len() > 3 << 20);
    arm(FaultKind::Reset);
    let broken = match send(reqwest::Client::new()).await {
        Ok(response) => response.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken);
    arm(FaultKind::Drip { milliseconds: 50 });
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(300)).build().unwrap();
    let slow = match send(impatient).await {
        Ok(response) => response.bytes().await.is_err(),
        Err(error) => error.is_timeout(),
    };
    assert!(slow);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_fault_comes_as_often_and_where_it_is_told_to() {
    let sandbox = sandbox().await;
    let fault =
        Fault::always(FaultKind::Transient).on(Platform::Facebook).account("100000000000001").at("insights").times(1);
    sandbox.set_faults(Faults::of([fault]));
    let other = FOLLOWS.replace("100000000000001", "100000000000002");
    assert_eq!(asked(&sandbox, Platform::Facebook, &other).await.0, 200, "another account");
    assert_eq!(asked(&sandbox, Platform::Facebook, POSTS).await.0, 200, "another question");
    assert_eq!(asked(&sandbox, Platform::Facebook, FOLLOWS).await.0, 500);
    assert_eq!(asked(&sandbox, Platform::Facebook, FOLLOWS).await.0, 200, "once is once");
    sandbox.stop().await;
}

#[tokio::test]
async fn faults_are_armed_over_http() {
    let sandbox = sandbox().await;
    let control = format!("http://{}/control/faults", sandbox.address);
    let client = reqwest::Client::new();
    let faults = Faults::of([Fault::always(FaultKind::Throttled).on(Platform::LinkedIn)]);
    let taken = client.post(&control).json(&faults).send().await.unwrap();
    assert_eq!(taken.status().as_u16(), 200);
    assert_eq!(asked(&sandbox, Platform::LinkedIn, "rest/organizations/9000001").await.0, 429);
    assert_eq!(asked(&sandbox, Platform::Facebook, FOLLOWS).await.0, 200);
    let listed: Faults = client.get(&control).send().await.unwrap().json().await.unwrap();
    assert_eq!(listed, faults);
    let wrong = client.post(&control).json(&json!({"faults": [{"kind": "gremlins"}]})).send().await.unwrap();
    assert_eq!(wrong.status().as_u16(), 400);
    assert_eq!((sandbox.calls()[&Platform::LinkedIn], sandbox.calls()[&Platform::Facebook]), (1, 1));
    sandbox.stop().await;
}

#[tokio::test]
async fn privacy_budgets_are_linkedins_second_door_only() {
    let sandbox = sandbox().await;
    let (start, end) = (milliseconds("2026-11-01"), milliseconds("2026-11-03"));
    let target = format!(
        "rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A9000001&timeIntervals=(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)"
    );
    let (_, body) = with(&sandbox, FaultKind::PrivacyBudget, Platform::LinkedIn, &target).await;
    assert!(body["elements"][0]["totalShareStatistics"]["impressionCount"].as_i64().unwrap() > 0);
    assert!(body.get("metadata").is_none());
    sandbox.stop().await;
}
