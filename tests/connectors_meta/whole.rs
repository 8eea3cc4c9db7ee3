//! Whole runs of the real connectors against a server that answers as Meta does: what is stored, what it cost, and where
//! tokens went.

use genomslag::connectors::fetch::{Address, Client, Collected, Credential, Limits, collect, probe};
use genomslag::connectors::{Connector, Task, facebook::Facebook, instagram::Instagram};
use genomslag::model::{Gravity, OrganisationId, Platform, Secret, State, Value};
use serde_json::{Value as Json, json};

use crate::support::readings::{at, day, period, recorded, task};
use crate::support::server::{Answer, Asked, ok, start, status};

const USER: &str = "EAAB-token-of-the-system-user";
const PAGE: &str = "EAAB-token-of-the-page";
const APP: &str = "secret-of-the-app";

fn limits() -> Limits {
    Limits { backoff: std::time::Duration::from_millis(2), ..Limits::default() }
}

async fn client(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Client, crate::support::server::Log) {
    let (base, log) = start(answer).await;
    let address = Address { base, platform: Platform::Facebook, version: "v25.0".to_owned() };
    let credential = Credential::Meta { token: Secret::new(USER), app_secret: Some(Secret::new(APP)) };
    (Client::new(address, credential, limits()).unwrap(), log)
}

async fn run(
    connector: &dyn Connector,
    task: &Task,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Collected, Vec<Asked>) {
    let (client, log) = client(answer).await;
    let collected = collect(&client, connector, task, "run-1", &OrganisationId::from("granvik"), |_| {}).await;
    let told = format!("{collected:?}");
    for secret in [USER, PAGE, APP] {
        assert!(!told.contains(secret), "a secret stands in what was collected");
    }
    let asked = log.lock().unwrap().clone();
    assert!(asked.iter().all(|one| ![USER, PAGE, APP].iter().any(|secret| one.target.contains(secret))));
    (collected, asked)
}

fn text(path: &str) -> String {
    String::from_utf8(recorded(path)).unwrap()
}

/// Facts of the token, in the form of a batch.
fn facts() -> Answer {
    let facts = json!({"data": {
        "is_valid": true, "expires_at": 0, "data_access_expires_at": 1_795_000_000,
        "scopes": ["pages_show_list", "pages_read_engagement", "read_insights"],
    }});
    ok(json!([{"code": 200, "body": facts.to_string()}]).to_string())
}

/// A batch in which every item gets the same body.
fn same_for_all(asked: &Asked, body: &str) -> Answer {
    let items = asked.body.matches("relative_url").count();
    ok(json!(vec![json!({"code": 200, "body": body}); items]).to_string())
}

/// A Page with a hundred posts, recorded series, one Reel.
fn a_page(asked: &Asked) -> Answer {
    let path = asked.target.split('?').next().unwrap_or_default();
    let figures: Json = serde_json::from_str(&text("meta/synthetic/post_insights_lifetime.json")).unwrap();
    match path {
        "/v25.0/100000000000001" => ok(json!({
            "id": "100000000000001", "name": "x", "followers_count": 4119, "fan_count": 4000, "access_token": PAGE
        })
        .to_string()),
        "/v25.0/100000000000001/insights" if asked.target.contains("breakdown=is_from_ads") => {
            ok(text("meta/synthetic/page_media_view_breakdown_is_from_ads_flat.json"))
        }
        "/v25.0/100000000000001/insights" if asked.target.contains("breakdown=is_from_followers") => {
            ok(json!({"data": [{
            "name": "page_media_view", "period": "day", "values": [
                {"value": 900, "end_time": "2026-11-02T08:00:00+0000", "is_from_followers": "0"},
                {"value": 434, "end_time": "2026-11-02T08:00:00+0000", "is_from_followers": "1"},
            ]}]})
            .to_string())
        }
        "/v25.0/100000000000001/insights" if asked.target.contains("period=day&") => {
            ok(text("meta/synthetic/page_insights_day_dst_change.json"))
        }
        "/v25.0/100000000000001/insights" => ok(r#"{"data":[]}"#),
        "/v25.0/100000000000001/published_posts" => {
            let first = if asked.target.contains("after=") { 50 } else { 0 };
            let rows: Vec<Json> = (first..first + 50)
                .map(|number| {
                    json!({
                        "id": format!("100000000000001_{number}"), "created_time": "2026-11-01T09:00:00+0000",
                        "message": "Hej", "status_type": "added_photos", "insights": figures,
                    })
                })
                .collect();
            let next = format!("https://graph.facebook.com/v25.0/x?access_token={PAGE}&after=two");
            let paging = if first == 0 { json!({"cursors": {"after": "two"}, "next": next}) } else { json!({}) };
            ok(json!({"data": rows, "paging": paging}).to_string())
        }
        "/v25.0/100000000000001/video_reels" => ok(
            r#"{"data":[{"id":"77","created_time":"2026-11-02T09:00:00+0000","description":"Film","permalink_url":"/reel/77/"}]}"#,
        ),
        "/v25.0/" if asked.body.contains("debug_token") => facts(),
        "/v25.0/" => same_for_all(
            asked,
            r#"{"data":[{"name":"blue_reels_play_count","period":"lifetime","values":[{"value":321}]}]}"#,
        ),
        _ => status(404, "{}"),
    }
}

#[tokio::test]
async fn a_page_of_a_hundred_posts_costs_eleven_calls() {
    let mut task = task(Platform::Facebook, "100000000000001");
    task.days = period("2026-10-30", "2026-11-03");
    let (collected, asked) = run(&Facebook, &task, a_page).await;
    // Page, token, five series (day, by ads, by followers, week, 28 days), two pages of posts, Reels, and one batch with
    // one item.
    assert_eq!((asked.len(), collected.cost.calls, collected.cost.retries), (11, 11, 0));
    assert_eq!(collected.posts.len(), 101);
    let of = |metric: &str, day_of: &str| {
        let on = day(day_of);
        let same = |one: &&genomslag::model::Observation| {
            one.reading.metric == metric
                && one.reading.start == on
                && one.reading.dimension.is_none()
                && one.reading.post.is_none()
        };
        collected.observations.iter().find(same).and_then(|one| one.reading.value)
    };
    assert_eq!(of("followers_count", "2026-11-17"), Some(Value::Whole(4119)));
    assert_eq!(of("page_media_view", "2026-11-01"), Some(Value::Whole(1334)));
    assert_eq!(of("page_media_view", "2026-11-02"), Some(Value::Whole(0)), "a zero that was told");
    let part = |dimension: &str| {
        let same = |one: &&genomslag::model::Observation| one.reading.dimension.as_deref() == Some(dimension);
        collected.observations.iter().find(same).and_then(|one| one.reading.value)
    };
    assert_eq!(part("is_from_followers=1"), Some(Value::Whole(434)));
    assert_eq!(part("is_from_followers=0"), Some(Value::Whole(900)), "the two parts make the whole: 1334");
    let views: Vec<_> = collected
        .observations
        .iter()
        .filter(|one| one.reading.metric == "post_media_view")
        .filter_map(|one| one.reading.value)
        .collect();
    assert_eq!(views, vec![Value::Whole(842); 100]);
    let reel = collected.observations.iter().find(|one| one.reading.metric == "blue_reels_play_count").unwrap();
    assert_eq!((reel.reading.post.as_ref().unwrap().as_str(), reel.reading.value), ("77", Some(Value::Whole(321))));
    // What was asked and did not come is said so: page_post_engagements is not in the recorded answer.
    assert!(collected.problems.iter().any(|problem| problem.what.contains("`page_post_engagements`")));
    assert!(collected.problems.iter().all(|problem| problem.gravity != Gravity::Action), "{:?}", collected.problems);
    assert!(collected.complete);
}

#[tokio::test]
async fn the_pages_own_token_opens_the_page_and_each_has_its_own_proof() {
    let mut task = task(Platform::Facebook, "100000000000001");
    task.days = period("2026-10-30", "2026-11-03");
    let (_, asked) = run(&Facebook, &task, a_page).await;
    let proof = |one: &Asked| {
        let at = |text: &str| text.split("appsecret_proof=").nth(1).map(|rest| rest[..64].to_owned());
        at(&one.target).or_else(|| at(&one.body)).unwrap()
    };
    for one in &asked {
        let own = one.target.starts_with("/v25.0/100000000000001?") || one.body.contains("debug_token");
        let expected = if own { USER } else { PAGE };
        assert!(one.head.contains(&format!("authorization: bearer {}", expected.to_lowercase())), "{}", one.target);
        assert_eq!(proof(one) == proof(&asked[0]), own, "{}", one.target);
    }
    // The token that is asked about stands in the form, never in an address.
    let about = asked.iter().find(|one| one.body.contains("debug_token")).unwrap();
    assert!(about.body.contains(USER));
    assert_eq!(about.target, "/v25.0/");
}

/// An account with three media, of which one is older than the account is professional.
fn an_account(asked: &Asked) -> Answer {
    let path = asked.target.split('?').next().unwrap_or_default();
    match path {
        "/v25.0/178" => ok(r#"{"id":"178","username":"x","followers_count":2300,"follows_count":10,"media_count":3}"#),
        "/v25.0/178/insights" if asked.target.contains("follower_count") => status(
            400,
            r#"{"error":{"message":"(#100) metric[0] follower_count is not supported for accounts with fewer than 100 followers","code":100}}"#,
        ),
        "/v25.0/178/insights" => ok(text("meta/synthetic/ig_reach_time_series_utc_window.json")),
        "/v25.0/178/media" => {
            let media = |id: &str| json!({"id": id, "media_type": "IMAGE", "media_product_type": "FEED", "timestamp": "2026-11-10T09:00:00+0000", "like_count": 5, "comments_count": "2"});
            ok(json!({"data": [media("1"), media("2"), media("3")]}).to_string())
        }
        "/v25.0/" if asked.body.contains("debug_token") => facts(),
        "/v25.0/" if asked.body.contains("\"1/insights") => {
            let figures = r#"{"data":[{"name":"reach","period":"lifetime","values":[{"value":70}]},{"name":"views","period":"lifetime","values":[{"value":99}]}]}"#;
            let old = r#"{"error":{"message":"Ogiltig parameter","code":100,"error_subcode":2108006}}"#;
            let hidden = r#"{"error":{"message":"(#10) Not enough viewers for the media to show insights","code":10}}"#;
            ok(json!([
                {"code": 200, "body": figures}, {"code": 400, "body": old}, {"code": 400, "body": hidden},
            ])
            .to_string())
        }
        "/v25.0/" => same_for_all(asked, r#"{"data":[{"name":"views","period":"day","total_value":{"value":3310}}]}"#),
        _ => status(404, "{}"),
    }
}

#[tokio::test]
async fn an_account_with_old_and_hidden_media_still_gives_the_others() {
    let mut task = task(Platform::Instagram, "178");
    task.days = period("2026-11-15", "2026-11-17");
    let (collected, asked) = run(&Instagram, &task, an_account).await;
    let states: Vec<_> = collected
        .observations
        .iter()
        .filter(|one| one.reading.metric == "reach" && one.reading.post.is_some())
        .map(|one| (one.reading.post.as_ref().unwrap().as_str(), one.reading.value, one.reading.state))
        .collect();
    assert_eq!(
        states,
        [("1", Some(Value::Whole(70)), State::Ok), ("2", None, State::Refused), ("3", None, State::Suppressed)]
    );
    // A number as text is a number, and a counter of the list needs no call.
    let comments: Vec<_> = collected
        .observations
        .iter()
        .filter(|one| one.reading.metric == "comments_count")
        .map(|one| one.reading.value)
        .collect();
    assert_eq!(comments, vec![Some(Value::Whole(2)); 3]);
    // New followers are not given to small accounts: refused and said, and everything else came.
    assert_eq!(collected.refused_metrics.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(), ["follower_count"]);
    assert!(collected.complete, "what will never come does not make a run incomplete");
    assert!(collected.problems.iter().any(|problem| problem.what.contains("1 post gives no figures for good")));
    let views = collected.observations.iter().filter(|one| one.reading.metric == "views" && one.reading.post.is_none());
    assert_eq!(views.filter_map(|one| one.reading.value).collect::<Vec<_>>(), vec![Value::Whole(3310); 2]);
    assert!(asked.iter().all(|one| one.head.contains(&USER.to_lowercase())));
}

#[tokio::test]
async fn one_item_that_times_out_is_asked_again_alone() {
    let mut task = task(Platform::Instagram, "178");
    task.days = period("2026-11-15", "2026-11-17");
    let (collected, asked) = run(&Instagram, &task, |asked| {
        let figures = |value: u32| json!({"code": 200, "body": json!({"data": [{"name": "reach", "period": "lifetime", "values": [{"value": value}]}]}).to_string()});
        if asked.target.starts_with("/v25.0/2/insights") {
            return ok(r#"{"data":[{"name":"reach","period":"lifetime","values":[{"value":22}]}]}"#);
        }
        if asked.body.contains("\"1/insights") {
            return ok(json!([figures(11), null, figures(33)]).to_string());
        }
        an_account(asked)
    })
    .await;
    let reach: Vec<_> = collected
        .observations
        .iter()
        .filter(|one| one.reading.metric == "reach" && one.reading.post.is_some())
        .filter_map(|one| one.reading.value)
        .collect();
    assert_eq!(reach, [11, 33, 22].map(Value::Whole));
    assert_eq!(asked.iter().filter(|one| one.target.starts_with("/v25.0/2/insights")).count(), 1);
}

#[tokio::test]
async fn the_recorded_usage_header_stops_the_run_and_says_for_how_long() {
    let header = text("meta/restfb/api_header-business.json").replace(['\n', '\r'], " ");
    let task = task(Platform::Facebook, "100000000000001");
    let (collected, asked) = run(&Facebook, &task, move |asked| {
        let Answer::Whole(code, _, body) = a_page(asked) else { unreachable!("a page answers") };
        Answer::Whole(code, format!("x-business-use-case-usage: {header}\r\n"), body)
    })
    .await;
    // 100 % used, ten minutes until access again: longer than one run waits.
    assert_eq!(asked.len(), 1);
    assert!(!collected.complete);
    let told = |words: &str| collected.problems.iter().any(|problem| problem.what.contains(words));
    assert!(told("100 % of the platform's budget") && told("10 minutes"), "{:?}", collected.problems);
    assert_eq!(collected.observations.len(), 2, "the gauges came first");
}

#[tokio::test]
async fn check_tells_days_left_and_missing_permissions() {
    let (client, _) = client(|asked| {
        let data = json!({"data": {
            "is_valid": true, "expires_at": at("2026-11-23T06:00:00Z").timestamp(),
            "data_access_expires_at": at("2027-01-01T00:00:00Z").timestamp(), "scopes": ["pages_show_list", "read_insights"],
        }});
        if asked.target.starts_with("/v25.0/1") {
            ok(r#"{"id":"1","name":"x"}"#)
        } else {
            ok(json!([{"code": 200, "body": data.to_string()}]).to_string())
        }
    })
    .await;
    let result = probe(&client, &Facebook, &task(Platform::Facebook, "1")).await;
    assert!(result.reachable);
    assert_eq!((result.days_left, result.missing), (Some(5), vec!["pages_read_engagement".to_owned()]));
    let acts = result.problems.iter().filter(|problem| problem.gravity == Gravity::Action).count();
    assert_eq!(acts, 2, "the permission, and a token that ends within a week: {:?}", result.problems);
}
