//! Facebook and Instagram: the two read the same dates differently, keep what they keep, and cut days in California.

use genomslag::model::Platform;
use genomslag::sandbox::{Sandbox, World};
use serde_json::Value;

use super::{asked, now, started};

const PAGE: &str = "v25.0/100000000000001";
const ACCOUNT: &str = "v25.0/17841400000000001";

async fn sandbox() -> Sandbox {
    started(World::example(now())).await
}

fn ends(body: &Value) -> Vec<&str> {
    body["data"][0]["values"].as_array().unwrap().iter().map(|value| value["end_time"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_page_gives_ninety_days_at_a_time() {
    let sandbox = sandbox().await;
    let insights = |since: &str, until: &str| {
        format!("{PAGE}/insights?metric=page_follows&period=day&since={since}&until={until}")
    };
    let (status, body) = asked(&sandbox, Platform::Facebook, &insights("2026-08-01", "2026-10-30")).await;
    assert_eq!((status, ends(&body).len()), (200, 90));
    let (status, body) = asked(&sandbox, Platform::Facebook, &insights("2026-08-01", "2026-11-01")).await;
    assert_eq!(
        (status, body["error"]["code"].as_i64(), body["error"]["error_subcode"].as_i64()),
        (400, Some(100), Some(1_504_016))
    );
    // Two years are kept: Pacific today is 17 November 2026.
    let (_, body) = asked(&sandbox, Platform::Facebook, &insights("2024-11-10", "2024-11-20")).await;
    assert_eq!(ends(&body), ["2024-11-18T08:00:00+0000", "2024-11-19T08:00:00+0000", "2024-11-20T08:00:00+0000"]);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_pages_days_are_californias_over_both_changes_of_the_clock() {
    let sandbox = sandbox().await;
    let insights = |since: &str, until: &str| {
        format!("{PAGE}/insights?metric=page_media_view&period=day&since={since}&until={until}")
    };
    let (_, body) = asked(&sandbox, Platform::Facebook, &insights("2026-03-07", "2026-03-10")).await;
    assert_eq!(ends(&body), ["2026-03-08T08:00:00+0000", "2026-03-09T07:00:00+0000", "2026-03-10T07:00:00+0000"]);
    let (_, body) = asked(&sandbox, Platform::Facebook, &insights("2026-10-31", "2026-11-03")).await;
    assert_eq!(ends(&body), ["2026-11-01T07:00:00+0000", "2026-11-02T08:00:00+0000", "2026-11-03T08:00:00+0000"]);
    sandbox.stop().await;
}

#[tokio::test]
async fn new_names_begin_and_old_names_are_dead() {
    let sandbox = sandbox().await;
    for dead in ["page_impressions", "page_impressions_unique", "page_fans", "page_engaged_users"] {
        let target = format!("{PAGE}/insights?metric=page_follows,{dead}&period=day&since=2026-11-01&until=2026-11-05");
        let (status, body) = asked(&sandbox, Platform::Facebook, &target).await;
        assert_eq!(
            (status, body["error"]["message"].as_str()),
            (400, Some("(#100) The value must be a valid insights metric")),
            "{dead}"
        );
    }
    let target = format!("{PAGE}/insights?metric=page_media_view&period=day&since=2025-10-28&until=2025-11-03");
    let (_, body) = asked(&sandbox, Platform::Facebook, &target).await;
    assert_eq!(ends(&body), ["2025-11-02T07:00:00+0000", "2025-11-03T08:00:00+0000"], "views begin on 1 November 2025");
    let target =
        format!("{PAGE}/insights?metric=page_total_media_view_unique&period=day&since=2026-02-16&until=2026-02-20");
    let (_, body) = asked(&sandbox, Platform::Facebook, &target).await;
    assert_eq!(ends(&body).len(), 2, "viewers begin on 18 February 2026");
    sandbox.stop().await;
}

#[tokio::test]
async fn unique_people_of_a_week_are_fewer_than_its_days_added() {
    let sandbox = sandbox().await;
    let of = |period: &str| {
        format!("{PAGE}/insights?metric=page_total_media_view_unique&period={period}&since=2026-11-09&until=2026-11-16")
    };
    let (_, days) = asked(&sandbox, Platform::Facebook, &of("day")).await;
    let (_, weeks) = asked(&sandbox, Platform::Facebook, &of("week")).await;
    let values = |body: &Value| -> Vec<i64> {
        body["data"][0]["values"].as_array().unwrap().iter().map(|value| value["value"].as_i64().unwrap()).collect()
    };
    let (days, week) = (values(&days), *values(&weeks).last().unwrap());
    assert!(days.iter().max().unwrap() <= &week && week < days.iter().sum(), "{days:?} {week}");
    sandbox.stop().await;
}

#[tokio::test]
async fn instagram_gives_thirty_days_at_a_time_and_keeps_ninety() {
    let sandbox = sandbox().await;
    let series =
        |since: &str, until: &str| format!("{ACCOUNT}/insights?metric=reach&period=day&since={since}&until={until}");
    let (status, body) = asked(&sandbox, Platform::Instagram, &series("2026-10-01", "2026-11-05")).await;
    let message = body["error"]["message"].as_str().unwrap();
    assert_eq!(status, 400);
    assert!(message.contains("more than 30 days (2592000 s)"), "{message}");
    let (status, body) = asked(&sandbox, Platform::Instagram, &series("2026-06-01", "2026-06-20")).await;
    assert_eq!((status, body["data"].as_array().map(Vec::len)), (200, Some(0)), "older than ninety days: nothing");
    let (_, body) = asked(&sandbox, Platform::Instagram, &series("2026-08-17", "2026-08-22")).await;
    assert_eq!(
        ends(&body),
        ["2026-08-20T07:00:00+0000", "2026-08-21T07:00:00+0000"],
        "the oldest day kept is 19 August"
    );
    let (status, body) = asked(
        &sandbox,
        Platform::Instagram,
        &format!("{ACCOUNT}/insights?metric=views&period=day&since=2026-11-01&until=2026-11-05"),
    )
    .await;
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("metric_type=total_value"), "{body}");
    sandbox.stop().await;
}

#[tokio::test]
async fn instagram_tells_followers_only_now() {
    let sandbox = sandbox().await;
    let (status, body) =
        asked(&sandbox, Platform::Instagram, &format!("{ACCOUNT}?fields=followers_count,username")).await;
    assert_eq!((status, body["username"].as_str()), (200, Some("bjorkvalla")));
    let followers = body["followers_count"].as_i64().unwrap();
    assert!((4_290..=4_302).contains(&followers), "{followers}: the last anchor is the day after");
    let (_, body) = asked(
        &sandbox,
        Platform::Instagram,
        &format!("{ACCOUNT}/insights?metric=follower_count&period=day&since=2026-11-10&until=2026-11-14"),
    )
    .await;
    let most = body["data"][0]["values"].as_array().unwrap().iter().filter_map(|value| value["value"].as_i64()).max();
    assert!(most.unwrap() < 200, "`follower_count` are new followers, not all of them");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_pages_token_opens_what_hangs_on_the_page_and_nothing_else() {
    let sandbox = sandbox().await;
    let client = reqwest::Client::new();
    let mut found = Vec::new();
    for id in ["100000000000001", "17841400000000001", "100000000000002", "17841400000000003"] {
        let address = format!("{}/v25.0/{id}?fields=id", sandbox.base(Platform::Facebook));
        let request = client.get(address).bearer_auth("sandbox-page-100000000000001");
        found.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!(found, [200, 200, 403, 403]);
    sandbox.stop().await;
}
