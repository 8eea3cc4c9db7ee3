//! LinkedIn: twelve months back and two days behind, fourteen months at a stretch, totals only now, Rest.li's brackets.

use genomslag::model::Platform;
use genomslag::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use super::{asked, milliseconds, now, started};

const URN: &str = "urn%3Ali%3Aorganization%3A9000001";

async fn sandbox() -> Sandbox {
    started(World::example(now())).await
}

async fn shares(sandbox: &Sandbox, start: &str, end: &str) -> (u16, Value) {
    let (start, end) = (milliseconds(start), milliseconds(end));
    let intervals = format!("(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)");
    let target = format!(
        "rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={URN}&timeIntervals={intervals}"
    );
    asked(sandbox, Platform::LinkedIn, &target).await
}

#[tokio::test]
async fn days_go_twelve_months_back_and_end_two_days_ago() {
    let sandbox = sandbox().await;
    let (status, body) = shares(&sandbox, "2025-11-18", "2025-11-21").await;
    assert_eq!((status, body["elements"].as_array().map(Vec::len)), (200, Some(3)));
    let first = &body["elements"][0];
    assert_eq!(first["timeRange"], json!({"start": milliseconds("2025-11-18"), "end": milliseconds("2025-11-19")}));
    let statistics = &first["totalShareStatistics"];
    let sum: i64 = ["clickCount", "likeCount", "commentCount", "shareCount"]
        .iter()
        .map(|key| statistics[key].as_i64().unwrap())
        .sum();
    let rate = f64::from(i32::try_from(sum).unwrap()) / statistics["impressionCount"].as_f64().unwrap();
    assert!((statistics["engagement"].as_f64().unwrap() - rate).abs() < 1e-12, "the rate is sum by sum");
    // A day older, a day younger, less than a day, more than fourteen months.
    for (start, end) in [("2025-11-17", "2025-11-21"), ("2026-11-10", "2026-11-17"), ("2026-11-10", "2026-11-10")] {
        let (status, body) = shares(&sandbox, start, end).await;
        assert_eq!((status, body["code"].as_str()), (400, Some("ILLEGAL_ARGUMENT")), "{start} {end}");
        assert!(body["message"].as_str().unwrap().starts_with("Invalid timeIntervals parameter"), "{body}");
    }
    let (status, body) = shares(&sandbox, "2025-11-18", "2027-02-01").await;
    assert_eq!(status, 400);
    assert_eq!(body["message"], "Start time and end time must be less than 14 months apart.");
    sandbox.stop().await;
}

#[tokio::test]
async fn followers_in_all_are_only_told_for_now() {
    let sandbox = sandbox().await;
    let size = format!("rest/networkSizes/{URN}?edgeType=COMPANY_FOLLOWED_BY_MEMBER");
    let (status, body) = asked(&sandbox, Platform::LinkedIn, &size).await;
    // The day before the demo is the world's last anchor.
    assert_eq!((status, body), (200, json!({"firstDegreeSize": 3101})));
    let old = format!("rest/networkSizes/{URN}?edgeType=CompanyFollowedByMember");
    assert_eq!(asked(&sandbox, Platform::LinkedIn, &old).await.0, 400);
    let (start, end) = (milliseconds("2026-11-01"), milliseconds("2026-11-03"));
    let gains = format!(
        "rest/organizationalEntityFollowerStatistics?q=organizationalEntity&organizationalEntity={URN}&timeIntervals=(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)"
    );
    let (_, body) = asked(&sandbox, Platform::LinkedIn, &gains).await;
    let row = body["elements"][0].as_object().unwrap();
    assert_eq!(
        row.keys().map(String::as_str).collect::<Vec<_>>(),
        ["timeRange", "followerGains", "organizationalEntity"]
    );
    sandbox.stop().await;
}

#[tokio::test]
async fn the_kind_of_a_post_decides_where_it_may_be_asked_for() {
    let sandbox = sandbox().await;
    let list = format!("rest/posts?q=author&author={URN}&count=100&start=0&isDsc=false");
    let (_, body) = asked(&sandbox, Platform::LinkedIn, &list).await;
    let ids: Vec<&str> = body["elements"].as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap()).collect();
    let ugc = ids.iter().find(|id| id.starts_with("urn:li:ugcPost:")).unwrap().replace(':', "%3A");
    let share = ids.iter().find(|id| id.starts_with("urn:li:share:")).unwrap().replace(':', "%3A");
    let target = |parameter: &str, urn: &str| {
        format!(
            "rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={URN}&{parameter}=List({urn})"
        )
    };
    for (parameter, urn, status) in
        [("shares", &share, 200), ("ugcPosts", &ugc, 200), ("shares", &ugc, 400), ("ugcPosts", &share, 400)]
    {
        assert_eq!(asked(&sandbox, Platform::LinkedIn, &target(parameter, urn)).await.0, status, "{parameter} {urn}");
    }
    let (start, end) = (milliseconds("2026-11-01"), milliseconds("2026-11-03"));
    let timed = format!(
        "{}&timeIntervals=(timeRange:(start:{start},end:{end}),timeGranularityType:DAY)",
        target("shares", &share)
    );
    assert_eq!(asked(&sandbox, Platform::LinkedIn, &timed).await.0, 400, "single posts have no days");
    sandbox.stop().await;
}

#[tokio::test]
async fn colons_are_encoded_and_versions_live_a_year() {
    let sandbox = sandbox().await;
    let raw = "rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=urn:li:organization:9000001";
    assert_eq!(asked(&sandbox, Platform::LinkedIn, raw).await.0, 400);
    let target = format!("{}/rest/organizations/9000001", sandbox.base(Platform::LinkedIn));
    let client = reqwest::Client::new();
    let mut found = Vec::new();
    for version in ["202511", "202512", "202601", "202608", "202612"] {
        let request =
            client.get(&target).bearer_auth(&sandbox.world().tokens.linkedin).header("LinkedIn-Version", version);
        found.push((version, request.send().await.unwrap().status().as_u16()));
    }
    assert_eq!(found, [("202511", 426), ("202512", 426), ("202601", 200), ("202608", 200), ("202612", 426)]);
    let without = client.get(&target).bearer_auth(&sandbox.world().tokens.linkedin).send().await.unwrap();
    assert_eq!(without.status().as_u16(), 400);
    let stranger =
        client.get(&target).bearer_auth("another").header("LinkedIn-Version", "202608").send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401);
    sandbox.stop().await;
}
