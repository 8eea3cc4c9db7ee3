//! Every recorded answer of Meta through the parsers. What came out was compared with the files by eye once and stands
//! as snapshots; the figures that matter most stand here, counted by hand.

use genomslag::connectors::facebook::Facebook;
use genomslag::connectors::instagram::Instagram;
use genomslag::connectors::{Connector, Refusal, Request, Task};
use genomslag::model::{Period, Platform, State, Value};
use genomslag::words::problems::english;
use serde_json::{Value as Json, json};

use crate::support::readings::{
    asking, at, day, lines, of_post, one, period, played, recorded, sent, task as plain_task,
};

/// A task that leaves no recorded row out for its age.
fn task(platform: Platform) -> Task {
    Task { posts_since: day("2010-01-01"), ..plain_task(platform, "1") }
}

pub fn on(platform: Platform, now: &str, days: Period) -> Task {
    Task { now: at(now), days, ..task(platform) }
}

fn facebook(request: &Request, path: &str) -> String {
    played(&Facebook, &task(Platform::Facebook), request, path, &recorded(path))
}

fn instagram(request: &Request, path: &str) -> String {
    played(&Instagram, &task(Platform::Instagram), request, path, &recorded(path))
}

pub fn list(ask: &str, metrics: &[&str]) -> Request {
    Request { limit: Some(50), ..asking(ask, metrics) }
}

/// A batch that would have been answered by as many items.
fn batch(connector: &dyn Connector, items: &[Request]) -> Request {
    connector.with_items(&Request::post("batch", "v25.0/"), items.to_vec())
}

fn refusal(connector: &dyn Connector, status: u16, path: &str) -> String {
    let refusal = connector.explain(&asking("page_insights", &["a"]), status, &recorded(path));
    let permission = match &refusal {
        Refusal::Forbidden { permission: Some(name), .. } => format!(" ({name})"),
        _ => String::new(),
    };
    format!("## {path} ({status})\n{}{permission}: {}\n\n", word(&refusal), english(refusal.told()))
}

#[test]
fn restfb() {
    let page = "meta/restfb/v16_0_page-with-insights.json";
    let cities = asking("page_insights", &["page_fans_city"]);
    let two = |metric: &str| [of_post("video_insights", "1", &[metric]), of_post("video_insights", "2", &[metric])];
    let mut text: String = [
        facebook(&asking("page_insights", &["page_engaged_users"]), page),
        facebook(&cities, "meta/restfb/v3_3_insight_page-1.json"),
        facebook(&cities, "meta/restfb/v3_3_insight_page-2.json"),
        facebook(&cities, "meta/restfb/v3_3_insight_page-3.json"),
        facebook(&of_post("story_insights", "1", &["post_engaged_users"]), "meta/restfb/v16_0_post-with-insight.json"),
        facebook(&of_post("story_insights", "2", &["post_engaged_users"]), "meta/restfb/v16_0_photo-with-insight.json"),
        facebook(
            &of_post("video_insights", "3", &["total_video_views", "total_video_view_time_by_distribution_type"]),
            "meta/restfb/v16_0_video-with-insights.json",
        ),
        instagram(
            &of_post("media_insights STORY", "4", &["navigation"]),
            "meta/restfb/v16_0_ig-breakdown-insight.json",
        ),
        instagram(&list("media", &["like_count", "comments_count"]), "meta/restfb/instagram_media-carousel.json"),
        instagram(
            &of_post("media_insights STORY", "5", &["reach", "replies"]),
            "meta/restfb/instagram_wh-story_insights.json",
        ),
        facebook(&batch(&Facebook, &two("post_video_view_time")), "meta/restfb/batch_batch-simple.json"),
        facebook(&batch(&Facebook, &two("post_video_view_time")), "meta/restfb/batch_batch-first-error.json"),
        facebook(&asking("page", &["followers_count", "fan_count"]), "meta/restfb/v10_0_account.json"),
        facebook(&list("posts", &[]), "meta/restfb/v2_2_cursor_only_paging1.json"),
        facebook(&list("posts", &[]), "meta/restfb/v2_2_cursor_only_paging2.json"),
        facebook(&asking("page_insights", &["a"]), "meta/restfb/api_header-business.json"),
    ]
    .concat();
    for path in ["exampleErrorNew", "oauthExampleError", "instagram_ig_login_exception"] {
        text += &refusal(&Instagram, 400, &format!("meta/restfb/{path}.json"));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn python_facebook() {
    let counters = list("media", &["like_count", "comments_count"]);
    let path = |name: &str| format!("meta/python-facebook/{name}.json");
    let mut text: String = [
        facebook(
            &asking("page", &["followers_count", "fan_count"]),
            &path("facebook_apidata_pages_single_default_page"),
        ),
        facebook(&list("posts", &["post_media_view"]), &path("facebook_apidata_posts_feed_fields_p1")),
        facebook(&list("posts", &["post_media_view"]), &path("facebook_apidata_posts_feed_fields_p2")),
        facebook(&list("posts", &[]), &path("base_full_connecions_p1")),
        facebook(&list("posts", &[]), &path("base_full_connecions_p2")),
        facebook(&asking("page", &["fan_count"]), &path("facebook_apidata_users_user_accounts_p1")),
        facebook(&asking("page", &["fan_count"]), &path("facebook_apidata_users_user_accounts_p2")),
        facebook(&asking("token", &[]), &path("base_long_term_token")),
        instagram(
            &asking("account", &["followers_count", "follows_count", "media_count"]),
            &path("instagram_apidata_users_user_fields"),
        ),
        instagram(&asking("account_series", &["reach", "impressions"]), &path("instagram_apidata_users_user_insights")),
        instagram(
            &Request { span: Some(period("2023-11-20", "2023-11-21")), ..asking("account_totals", &["reach"]) },
            &path("instagram_apidata_users_user_insights_new"),
        ),
        instagram(&counters, &path("instagram_apidata_users_medias_p1")),
        instagram(&counters, &path("instagram_apidata_users_medias_p2")),
        instagram(&counters, &path("instagram_apidata_medias_children")),
        instagram(
            &of_post("media_insights FEED", "6", &["impressions", "reach", "saved"]),
            &path("instagram_apidata_medias_insights"),
        ),
        instagram(
            &of_post("media_insights FEED", "7", &["profile_activity"]),
            &path("instagram_apidata_medias_insights_new"),
        ),
        instagram(&list("stories", &[]), &path("instagram_apidata_stories_stories_fields_p1")),
        instagram(&list("stories", &[]), &path("instagram_apidata_stories_stories_fields_p2")),
    ]
    .concat();
    for name in ["base_error_data", "error"] {
        text += &refusal(&Facebook, 400, &path(name));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn the_same_answers_as_real_input_files() {
    let insights = of_post("media_insights FEED", "6", &["impressions", "reach", "saved"]);
    let text: String = [
        instagram(&asking("account_series", &["reach", "impressions"]), "instagram/users/user_insights.json"),
        instagram(&insights, "instagram/medias/insights.json"),
        instagram(&of_post("media_insights FEED", "7", &["profile_activity"]), "instagram/medias/insights_new.json"),
    ]
    .concat();
    insta::assert_snapshot!(text);
}

/// Its publisher wrote random words in place of names; the id of each entry still tells the metric. Rows without a time
/// get one, and the old answers by id are opened.
fn restored(body: &Json) -> Json {
    match body {
        Json::Object(fields) => {
            let mut kept: serde_json::Map<_, _> =
                fields.iter().map(|(key, value)| (key.clone(), restored(value))).collect();
            let metric = fields.get("id").and_then(Json::as_str).and_then(|id| id.split('/').nth(2));
            if let (Some(metric), true) = (metric, fields.contains_key("period")) {
                kept.insert("name".to_owned(), json!(metric));
            } else if fields.contains_key("id") && !fields.contains_key("created_time") {
                kept.insert("created_time".to_owned(), json!("2017-04-01T12:00:00+0000"));
            }
            Json::Object(kept)
        }
        Json::Array(rows) => rows.iter().map(restored).collect(),
        other => other.clone(),
    }
}

#[test]
fn keboola() {
    let posts = list("posts", &["post_engaged_fan", "post_consumptions"]);
    let path = |name: &str| format!("meta/keboola/{name}.json");
    let names = [
        "posts_summary_full_page",
        "posts_summary_short_page_with_next",
        "posts_summary_final_empty_page",
        "feed_likes_page_cursors_next_previous",
        "comments_page_cursors_last",
    ];
    let mut text: String = names.iter().map(|name| facebook(&posts, &path(name))).collect();
    for name in ["feed_with_nested_post_insights", "feed_likes_summary_multi_page"] {
        let body: Json = serde_json::from_slice(&recorded(&path(name))).unwrap();
        for (id, page) in body.as_object().unwrap() {
            let page = restored(page).to_string();
            text += &played(&Facebook, &task(Platform::Facebook), &posts, &format!("{name} {id}"), page.as_bytes());
        }
    }
    for name in ["post_insights_page_after_time_window", "post_insights_empty_end"] {
        let body = restored(&serde_json::from_slice(&recorded(&path(name))).unwrap()).to_string();
        let request =
            of_post("story_insights", "1", &["post_engaged_fan", "post_consumptions", "post_video_view_time"]);
        text += &played(&Facebook, &task(Platform::Facebook), &request, name, body.as_bytes());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn lists_that_page_by_time_are_followed_on_our_own_address() {
    let body = recorded("meta/keboola/posts_summary_full_page.json");
    let reply = Facebook.read(&task(Platform::Facebook), &list("posts", &[]), &body).unwrap();
    let next = one(&reply.next, "posts");
    assert_eq!(next.path, "v25.0/1/posts");
    assert!(next.value("__paging_token").unwrap().starts_with("enc_") && next.value("until").is_some());
    assert_eq!(next.value("access_token"), None, "the token of the address goes no further");
    assert!(reply.gaps.is_empty());
    // A list that goes on without saying where cannot be read to its end, and says so.
    let body = br#"{"data":[],"paging":{"next":"https://graph.facebook.com/v25.0/1/posts?access_token=x&limit=25"}}"#;
    let reply = Facebook.read(&task(Platform::Facebook), &list("posts", &[]), body).unwrap();
    assert_eq!((reply.next.len(), reply.gaps.len()), (0, 1));
}

#[test]
fn who_follows_is_asked_only_where_decided_and_small_groups_are_hidden() {
    let plain = plain_task(Platform::Instagram, "178");
    let decided =
        Task { channel: genomslag::model::Channel { demographics: true, ..plain.channel.clone() }, ..plain.clone() };
    let asked = |task: &Task| -> Vec<Request> {
        let items = Instagram.plan(task).into_iter().flat_map(|request| request.items);
        items.filter(|item| item.ask.starts_with("account_demographics")).collect()
    };
    assert!(asked(&plain).is_empty());
    let asked = asked(&decided);
    assert_eq!(asked.len(), 4);
    assert_eq!(
        sent(&asked[2]),
        "Get v25.0/178/insights?metric=follower_demographics&period=lifetime&metric_type=total_value&timeframe=this_month&breakdown=city"
    );
    let body = json!({"data": [{"name": "follower_demographics", "period": "lifetime", "total_value": {"breakdowns": [{
        "dimension_keys": ["timeframe", "city"],
        "results": [
            {"dimension_values": ["THIS_MONTH", "Björkvalla, Västmanland County"], "value": 58},
            {"dimension_values": ["THIS_MONTH", "Sala, Västmanland County"], "value": 4},
        ],
    }]}}]});
    let readings = Instagram.read(&decided, &asked[2], body.to_string().as_bytes()).unwrap().readings;
    assert_eq!(
        lines(&readings),
        [
            "follower_demographics[city=Björkvalla%2C Västmanland County] instant 2026-11-17..2026-11-18 58 ok",
            "follower_demographics[city=Sala%2C Västmanland County] instant 2026-11-17..2026-11-18 - suppressed",
        ]
    );
}

#[test]
fn synthetic() {
    let path = |name: &str| format!("meta/synthetic/{name}.json");
    let series =
        ["page_media_view", "page_total_media_view_unique", "page_follows", "page_actions_post_reactions_total"];
    let post = [
        "post_media_view",
        "post_total_media_view_unique",
        "post_reactions_by_type_total",
        "post_clicks",
        "post_activity_by_action_type",
    ];
    let items = [
        of_post("story_insights", "1", &["STORY_MEDIA_VIEW"]),
        of_post("story_insights", "2", &["STORY_MEDIA_VIEW"]),
        of_post("story_insights", "3", &["STORY_MEDIA_VIEW"]),
    ];
    let text: String = [
        facebook(&asking("page_insights", &series), &path("page_insights_day_dst_change")),
        facebook(
            &asking("page_insights by is_from_ads", &["page_media_view"]),
            &path("page_media_view_breakdown_is_from_ads_flat"),
        ),
        facebook(&of_post("video_insights", "100000000000001_200", &post), &path("post_insights_lifetime")),
        facebook(&batch(&Facebook, &items), &path("batch_with_null_and_error")),
        instagram(&asking("account_series", &["reach"]), &path("ig_reach_time_series_utc_window")),
        instagram(
            &Request {
                span: Some(period("2026-11-09", "2026-11-16")),
                ..asking("account_totals", &["views", "replies", "follows_and_unfollows"])
            },
            &path("ig_total_value_multi"),
        ),
        instagram(&asking("account_totals", &["views"]), &path("ig_empty_data")),
        instagram(&asking("account_online", &["online_followers"]), &path("ig_online_followers_lifetime")),
    ]
    .concat();
    insta::assert_snapshot!(text);
}

#[test]
fn days_across_the_american_clock_change_are_counted_once_each() {
    // end_time 31 Oct 07:00Z, 1 Nov 07:00Z (summer), 2 Nov 08:00Z and 3 Nov 08:00Z (winter): four days, 30 Oct to 2 Nov.
    let task = on(Platform::Facebook, "2026-11-05T12:00:00Z", period("2026-10-30", "2026-11-03"));
    let request = asking("page_insights", &["page_media_view", "page_follows"]);
    let body = recorded("meta/synthetic/page_insights_day_dst_change.json");
    let readings = Facebook.read(&task, &request, &body).unwrap().readings;
    assert_eq!(
        lines(&readings),
        [
            "page_media_view day 2026-10-30..2026-10-31 1210 ok",
            "page_media_view day 2026-10-31..2026-11-01 980 ok",
            "page_media_view day 2026-11-01..2026-11-02 1334 ok",
            "page_media_view day 2026-11-02..2026-11-03 0 ok",
            "page_follows instant 2026-10-30..2026-10-31 4120 ok",
            "page_follows instant 2026-10-31..2026-11-01 4121 ok",
            "page_follows instant 2026-11-01..2026-11-02 4121 ok",
            "page_follows instant 2026-11-02..2026-11-03 4119 ok",
        ]
    );
    // An hour before a day is 24 hours old it is still preliminary: 2 November ended at 08:00Z on the third.
    let early = Task { now: at("2026-11-04T07:59:00Z"), ..task };
    let readings = Facebook.read(&early, &request, &body).unwrap().readings;
    assert_eq!((readings[3].state, readings[2].state), (State::Preliminary, State::Ok));
    // A stock read at the end of a day does not change any more in that sense.
    assert_eq!(readings[7].state, State::Ok);
}

#[test]
fn parts_are_kept_beside_the_total_and_never_instead_of_it() {
    let request = Request { span: Some(period("2023-11-20", "2023-11-21")), ..asking("account_totals", &["reach"]) };
    let body = recorded("meta/python-facebook/instagram_apidata_users_user_insights_new.json");
    let readings = Instagram.read(&task(Platform::Instagram), &request, &body).unwrap().readings;
    let total: Vec<_> = readings.iter().filter(|reading| reading.dimension.is_none()).collect();
    assert_eq!(total.len(), 1);
    assert_eq!(total[0].value, Some(Value::Whole(14_516_883)));
    let parts: i64 = readings
        .iter()
        .filter(|reading| reading.dimension.is_some())
        .map(|reading| if let Some(Value::Whole(part)) = reading.value { part } else { 0 })
        .sum();
    // The fourteen parts of the file, added by hand: people are in several of them, and the total is less.
    assert_eq!((readings.len(), parts), (15, 14_646_174));
}

#[test]
fn reactions_are_the_sum_of_their_kinds_and_a_kind_left_out_is_zero() {
    let body = recorded("meta/synthetic/page_insights_day_dst_change.json");
    let request = asking("page_insights", &["page_actions_post_reactions_total"]);
    let readings = Facebook.read(&task(Platform::Facebook), &request, &body).unwrap().readings;
    let values: Vec<_> = readings.iter().map(|reading| reading.value).collect();
    assert_eq!(values, [13, 3, 0, 9].map(|sum| Some(Value::Whole(sum))));
}

#[test]
fn what_the_platform_says_of_a_token() {
    let wrapped = |body: Json| json!([{"code": 200, "body": body.to_string()}]).to_string();
    let read = |path: &str, in_envelope: bool| {
        let facts: Json = serde_json::from_slice(&recorded(path)).unwrap();
        let facts = if in_envelope { json!({"data": facts}) } else { facts };
        let reply = Facebook.read(&task(Platform::Facebook), &asking("token", &[]), wrapped(facts).as_bytes());
        reply.unwrap().token.unwrap()
    };
    let user = read("meta/python-facebook/base_token_info.json", false);
    assert_eq!((user.valid, user.never_expires), (Some(true), false));
    assert_eq!(user.expires, Some(at("2019-12-26T08:00:00Z")));
    assert_eq!(user.data_access_expires, Some(at("2020-03-24T08:59:09Z")));
    assert_eq!(user.scopes, ["email", "read_insights", "manage_pages", "pages_show_list", "public_profile"]);
    let system = read("meta/restfb/debug-token-info-4.json", true);
    assert_eq!((system.valid, system.expires, system.never_expires), (Some(true), None, true));
    let granular = read("meta/restfb/debug-token-info-3.json", true);
    assert_eq!(granular.expires, Some(at("2022-01-09T13:00:00Z")));
    assert_eq!(granular.data_access_expires, Some(at("2022-04-09T11:41:57Z")));
    let old = read("meta/restfb/data-debug-token-info.json", false);
    assert_eq!(old.expires, Some(at("2012-11-09T00:02:08Z")));
    // What is no such answer: a refusal within the batch, an exchanged token, nothing.
    for body in [json!([{"code": 400, "body": "{\"error\":{\"code\":190}}"}]), json!([null]), json!({}), json!([])] {
        let reply = Facebook.read(&task(Platform::Facebook), &asking("token", &[]), body.to_string().as_bytes());
        let reply = reply.unwrap();
        assert_eq!(reply.token, None, "{body}");
        assert_eq!(reply.notices.len(), 1);
    }
}

/// The word for a refusal, without what the platform said.
fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::TokenDead(_) => "token dead",
        Refusal::Throttled { .. } => "throttled",
        Refusal::Forbidden { .. } => "forbidden",
        Refusal::BadMetric(_) => "bad metric",
        Refusal::TooMuch(_) => "too much",
        Refusal::ObjectGone(_) => "object gone",
        Refusal::Suppressed(_) => "suppressed",
        Refusal::Version(_) => "version",
        Refusal::Transient(_) => "transient",
        Refusal::Failed(_) => "failed",
    }
}

#[test]
fn every_recorded_refusal_is_treated_as_it_must_be() {
    let bodies: Json = serde_json::from_slice(&recorded("meta/synthetic/errors.json")).unwrap();
    let mut text = String::new();
    for body in bodies.as_array().unwrap() {
        let status = u16::try_from(body["http_status"].as_u64().unwrap()).unwrap();
        let refusal =
            Instagram.explain(&asking("account_series", &["reach"]), status, body["body"].to_string().as_bytes());
        let error = &body["body"]["error"];
        let message: String = error["message"].as_str().unwrap_or("-").chars().take(70).collect();
        text.extend([format!("{status} {}/{} {message}: {}\n", error["code"], error["error_subcode"], word(&refusal))]);
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_code_of_the_documents_has_its_class() {
    let cases: [(u16, i64, i64, &str, &str); 37] = [
        (500, 1, 0, "An unknown error occurred", "transient"),
        (400, 1, 99, "An unknown error has occurred.", "transient"),
        (500, 1, 0, "Please reduce the amount of data you're asking for, then retry your request", "too much"),
        (400, 2, 0, "Service temporarily unavailable", "transient"),
        (400, 4, 0, "(#4) Application request limit reached", "throttled"),
        (400, 17, 0, "(#17) User request limit reached", "throttled"),
        (400, 32, 0, "(#32) Page request limit reached", "throttled"),
        (400, 613, 0, "(#613) Calls to this api have exceeded the rate limit.", "throttled"),
        (400, 80_000, 0, "too many calls", "throttled"),
        (400, 80_001, 0, "There have been too many calls to this Page account.", "throttled"),
        (400, 80_002, 0, "too many calls from this Instagram account", "throttled"),
        (400, 80_014, 0, "too many calls", "throttled"),
        (400, 10, 0, "(#10) Not enough viewers for the media to show insights", "suppressed"),
        (403, 10, 0, "(#10) Application does not have permission for this action", "forbidden"),
        (403, 200, 0, "(#200) Provide valid app ID", "forbidden"),
        (400, 283, 0, "(#283) requires extended permission", "forbidden"),
        (400, 100, 0, "(#100) The value must be a valid insights metric", "bad metric"),
        (400, 100, 0, "(#100) Tried accessing nonexisting field (x) on node type (Page)", "bad metric"),
        (400, 100, 33, "Unsupported get request. Object with ID '1' does not exist", "object gone"),
        (400, 100, 2_108_006, "Ogiltig parameter", "object gone"),
        (400, 100, 1_504_016, "Invalid parameter", "failed"),
        (400, 100, 1_504_018, "The request timed out", "transient"),
        (400, 3001, 1_504_028, "Invalid query", "failed"),
        (400, 190, 458, "x", "token dead"),
        (400, 190, 459, "x", "token dead"),
        (400, 190, 460, "x", "token dead"),
        (400, 190, 463, "x", "token dead"),
        (400, 190, 464, "x", "token dead"),
        (400, 190, 467, "x", "token dead"),
        (400, 190, 492, "x", "token dead"),
        (400, 102, 0, "session", "token dead"),
        (400, 368, 0, "blocked", "token dead"),
        (404, 803, 0, "(#803) Some of the aliases you requested do not exist", "object gone"),
        (400, 2500, 0, "Unknown path components: /impressions/day", "failed"),
        (400, 2635, 0, "(#2635) You are calling a deprecated version of the Ads API.", "version"),
        (400, 36_104, 0, "(#36104) field not allowed", "bad metric"),
        (400, 960, 0, "batch", "transient"),
    ];
    for (status, code, subcode, message, expected) in cases {
        let body = json!({"error": {"code": code, "error_subcode": subcode, "message": message}}).to_string();
        let refusal = Facebook.explain(&asking("page_insights", &["a"]), status, body.as_bytes());
        assert_eq!(word(&refusal), expected, "{code}/{subcode} {message}");
    }
    let transient = br#"{"error":{"code":12345,"message":"x","is_transient":true}}"#;
    assert_eq!(word(&Facebook.explain(&asking("a", &[]), 400, transient)), "transient");
    for (status, expected) in [(401, "token dead"), (429, "throttled"), (502, "transient"), (404, "failed")] {
        assert_eq!(word(&Facebook.explain(&asking("a", &[]), status, b"<html>")), expected, "{status}");
    }
}
