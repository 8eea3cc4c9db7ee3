//! The loop with the real connector against a server that misbehaves as LinkedIn does: what is recorded, what stays
//! untouched, what a person is told.

use std::time::Duration;

use genomslag::connectors::fetch::{Address, Client, Collected, Credential, Limits, collect};
use genomslag::connectors::linkedin::Community;
use genomslag::model::{Gravity, OrganisationId, Platform, Secret, State, Value};
use serde_json::{Value as Json, json};

use super::task;
use crate::support::readings::at;
use crate::support::server::{Answer, Asked, ok, start, status};

const TOKEN: &str = "AQV-a-token-that-nobody-may-see";

async fn run(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Collected, Vec<Asked>) {
    let (base, log) = start(answer).await;
    let address = Address { base, platform: Platform::LinkedIn, version: "202608".to_owned() };
    let limits = Limits {
        call_deadline: Duration::from_millis(400),
        attempts: 3,
        backoff: Duration::from_millis(2),
        longest_wait: Duration::from_millis(300),
        body_bytes: 1 << 20,
        ..Limits::default()
    };
    let client = Client::new(address, Credential::Bearer(Secret::new(TOKEN)), limits).unwrap();
    let collected = collect(&client, &Community, &task(), "run-1", &OrganisationId::from("granvik"), |_| {}).await;
    assert!(!format!("{collected:?}").contains(TOKEN), "the token stands in what was collected");
    let asked = log.lock().unwrap().clone();
    for one in &asked {
        assert!(!one.target.contains(TOKEN));
        assert!(one.head.contains("authorization: bearer aqv-") && one.head.contains("linkedin-version: 202608"));
    }
    (collected, asked)
}

fn path(asked: &Asked) -> &str {
    asked.target.split('?').next().unwrap_or_default().trim_start_matches("/rest/")
}

fn post(number: i64, kind: &str) -> Json {
    json!({"id": format!("urn:li:{kind}:{number}"), "publishedAt": at("2026-11-10T08:00:00Z").timestamp_millis() + number, "commentary": "Hej"})
}

fn statistics(impressions: i64, likes: i64) -> Json {
    json!({"impressionCount": impressions, "uniqueImpressionsCount": 8, "clickCount": 1, "likeCount": likes, "commentCount": 0, "shareCount": 0, "engagement": 0.1})
}

fn day_row(day: i64, impressions: i64) -> Json {
    let start = 1_794_182_400_000_i64 + day * 86_400_000;
    json!({"timeRange": {"start": start, "end": start + 86_400_000}, "totalShareStatistics": statistics(impressions, -2)})
}

/// A page with 1 234 followers, three of seven days, two posts.
fn healthy(asked: &Asked) -> Answer {
    let elements = |rows: Vec<Json>| ok(json!({"elements": rows}).to_string());
    match path(asked) {
        "organizationalEntityShareStatistics" if asked.target.contains("shares=List") => elements(vec![
            json!({"share": "urn:li:share:1", "totalShareStatistics": statistics(10, -1)}),
            json!({"share": "urn:li:share:2", "totalShareStatistics": statistics(20, 4)}),
        ]),
        "organizationalEntityShareStatistics" if asked.target.contains("DAY") => {
            elements(vec![day_row(0, 30), day_row(2, 0), day_row(6, 12)])
        }
        "posts" if asked.target.contains("start=0") => elements(vec![post(1, "share"), post(2, "share")]),
        // The other statistics are empty, and so is the second page of posts.
        "organizationalEntityShareStatistics"
        | "organizationalEntityFollowerStatistics"
        | "organizationPageStatistics"
        | "posts" => elements(Vec::new()),
        "socialMetadata" => ok(r#"{"results":{}}"#),
        size if size.starts_with("networkSizes/") => ok(r#"{"firstDegreeSize":1234}"#),
        _ => status(404, "{}"),
    }
}

fn of(collected: &Collected, metric: &str) -> Vec<(Option<Value>, State)> {
    let name = |one: &&genomslag::model::Observation| one.reading.metric.ends_with(metric);
    collected.observations.iter().filter(name).map(|one| (one.reading.value, one.reading.state)).collect()
}

fn whole(value: i64) -> (Option<Value>, State) {
    (Some(Value::Whole(value)), State::Ok)
}

fn told(collected: &Collected, words: &str) -> bool {
    collected.problems.iter().any(|problem| problem.what.contains(words))
}

fn acts(collected: &Collected) -> usize {
    collected.problems.iter().filter(|problem| problem.gravity == Gravity::Action).count()
}

#[tokio::test]
async fn days_without_activity_stay_without_and_likes_may_be_negative() {
    let (collected, asked) = run(healthy).await;
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)]);
    let days: Vec<_> = collected
        .observations
        .iter()
        .filter(|one| one.reading.metric.ends_with("impressionCount") && one.reading.post.is_none())
        .map(|one| (one.reading.start.to_string(), one.reading.value))
        .collect();
    let expected = [("2026-11-09", 30), ("2026-11-11", 0), ("2026-11-15", 12)];
    assert_eq!(days, expected.map(|(day, value)| (day.to_owned(), Some(Value::Whole(value)))));
    assert_eq!(of(&collected, "likeCount"), [whole(-2), whole(-2), whole(-2), whole(-1), whole(4)]);
    assert!(collected.complete && acts(&collected) == 0, "{:?}", collected.problems);
    // Size, lifetime, gains, shares, views, two of the month, posts, their counters and reactions, an empty page.
    assert_eq!((asked.len(), collected.cost.calls), (11, 11));
    assert!(asked.iter().all(|one| one.target.starts_with("/rest/")));
}

#[tokio::test]
async fn a_token_called_revoked_by_mistake_is_asked_about_once_more() {
    let revoked = r#"{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN","message":"revoked"}"#;
    let (collected, _) = run(move |asked| if asked.before == 0 { status(401, revoked) } else { healthy(asked) }).await;
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)]);
    assert!(collected.complete && collected.cost.retries == 1);

    let (collected, asked) = run(move |_| status(401, revoked)).await;
    assert_eq!(asked.len(), 2, "asked twice, then believed");
    assert_eq!(collected.token.as_ref().unwrap().valid, Some(false));
    assert!(!collected.complete && acts(&collected) == 1 && told(&collected, "has been revoked"));
}

#[tokio::test]
async fn an_expired_token_and_a_dead_version_stop_at_once() {
    let (collected, asked) = run(|_| status(401, r#"{"serviceErrorCode":65602,"code":"EXPIRED_ACCESS_TOKEN"}"#)).await;
    assert!(asked.len() == 1 && acts(&collected) == 1 && told(&collected, "has expired"));
    let body = r#"{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20250401 is not active"}"#;
    let (collected, asked) = run(move |_| status(426, body)).await;
    assert_eq!(asked.len(), 1, "a version is not tried again");
    assert!(acts(&collected) == 1 && told(&collected, "Requested version 20250401 is not active"));
}

#[tokio::test]
async fn statistics_that_one_may_not_see_leave_the_rest_untouched() {
    let (collected, _) = run(|asked| {
        if path(asked) == "organizationalEntityShareStatistics" && asked.target.contains("shares=List") {
            status(403, r#"{"code":"ACCESS_DENIED","message":"Not enough permissions"}"#)
        } else {
            healthy(asked)
        }
    })
    .await;
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)]);
    assert_eq!(collected.posts.len(), 2);
    let mend = collected.problems.iter().find_map(|problem| problem.mend.clone()).unwrap();
    assert!(mend.contains("`rw_organization_admin`"), "{mend}");
    assert!(!collected.complete);
}

#[tokio::test]
async fn the_daily_quota_ends_the_run_and_is_not_asked_again() {
    let quota = r#"{"status":429,"message":"Resource level throttle APPLICATION DAY limit for calls to this resource is reached."}"#;
    let (collected, asked) =
        run(
            move |asked| {
                if path(asked) == "organizationalEntityFollowerStatistics" {
                    status(429, quota)
                } else {
                    healthy(asked)
                }
            },
        )
        .await;
    assert_eq!(asked.iter().filter(|one| path(one) == "organizationalEntityFollowerStatistics").count(), 1);
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)], "what came before is kept");
    assert!(!collected.complete && told(&collected, "renewed at 00:00 UTC") && acts(&collected) == 0);
}

#[tokio::test]
async fn a_pause_without_a_length_is_short_and_the_run_goes_on() {
    let (collected, _) = run(|asked| if asked.before == 0 { status(429, "{}") } else { healthy(asked) }).await;
    assert!(collected.complete && collected.cost.retries == 1);
    assert!(collected.cost.throttled > Duration::ZERO);
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)]);
}

#[tokio::test]
async fn a_post_on_two_pages_is_one_post() {
    let (collected, asked) = run(|asked| {
        if path(asked) != "posts" {
            return healthy(asked);
        }
        let rows = match asked.target.split("start=").nth(1).and_then(|rest| rest.split('&').next()) {
            Some("0") => vec![post(1, "share"), post(2, "share")],
            Some("2") => vec![post(2, "share"), post(3, "share")],
            _ => Vec::new(),
        };
        ok(json!({"elements": rows}).to_string())
    })
    .await;
    let ids: Vec<_> = collected.posts.iter().map(|post| post.id.as_str().to_owned()).collect();
    assert_eq!(ids, ["urn:li:share:1", "urn:li:share:2", "urn:li:share:3"]);
    assert_eq!(asked.iter().filter(|one| path(one) == "posts").count(), 3, "two short pages and an empty one");
    assert!(collected.complete, "{:?}", collected.problems);
}

#[tokio::test]
async fn a_list_that_repeats_itself_ends() {
    let (collected, asked) = run(|asked| {
        if path(asked) == "posts" {
            ok(json!({"elements": [post(1, "share")], "paging": {"nextPageToken": format!("t{}", asked.before)}})
                .to_string())
        } else {
            healthy(asked)
        }
    })
    .await;
    assert_eq!(collected.posts.len(), 1);
    assert!(asked.iter().filter(|one| path(one) == "posts").count() <= 3);
    assert!(told(&collected, "only repeats what was read"));
}

#[tokio::test]
async fn a_login_page_and_a_broken_answer_touch_only_their_own_question() {
    let (collected, _) = run(|asked| match path(asked) {
        "organizationPageStatistics" => ok("<!DOCTYPE html><title>Sign in to LinkedIn</title>"),
        "organizationalEntityFollowerStatistics" => Answer::CutOff("{\"elements\":[{\"timeRange\"".to_owned()),
        _ => healthy(asked),
    })
    .await;
    assert_eq!(of(&collected, "firstDegreeSize"), [whole(1234)]);
    assert!(
        of(&collected, "organicFollowerGain")
            .iter()
            .all(|(value, state)| value.is_none() && *state == State::Unreadable)
    );
    assert!(!of(&collected, "organicFollowerGain").is_empty());
    assert!(
        of(&collected, "allPageViews.pageViews")
            .iter()
            .all(|(value, state)| value.is_none() && *state == State::Unreadable)
    );
    assert!(told(&collected, "a web page came instead of data") && !told(&collected, "Sign in"));
    assert!(!collected.complete && acts(&collected) == 0);
    assert_eq!(collected.posts.len(), 2);
}
