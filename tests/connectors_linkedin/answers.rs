//! What LinkedIn's answers mean: documented forms with figures made by hand, and every recorded body.

use genomslag::connectors::linkedin::Community;
use genomslag::connectors::{Connector, Request, Task};
use genomslag::model::{Channel, PostFormat, State, Value, told};
use serde_json::{Value as Json, json};

use super::task;
use crate::support::readings::{at, day, lines, of_post, one, played, recorded, shown};

fn asked(ask: &str) -> Request {
    let task = task();
    let task = Task { channel: Channel { demographics: true, ..task.channel.clone() }, ..task };
    Community.plan(&task).into_iter().find(|request| request.ask == ask).unwrap()
}

fn read(request: &Request, body: &Json) -> Vec<String> {
    lines(&Community.read(&task(), request, body.to_string().as_bytes()).unwrap().readings)
}

fn range(first: &str) -> Json {
    let start = day(first).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    json!({"start": start, "end": start + 86_400_000})
}

#[test]
fn the_total_of_followers_is_a_gauge_of_the_day_of_the_run() {
    let lines = read(&asked("network_size"), &json!({"firstDegreeSize": 219_145}));
    assert_eq!(lines, ["firstDegreeSize instant 2026-11-18..2026-11-19 219145 ok"]);
    assert_eq!(
        read(&asked("network_size"), &json!({})),
        ["firstDegreeSize instant 2026-11-18..2026-11-19 - absent"],
        "a missing number is not zero"
    );
}

#[test]
fn gains_are_kept_by_the_returned_day_and_a_missing_day_stays_missing() {
    let row = |first: &str, organic: Json, paid: i64| json!({"timeRange": range(first), "followerGains": {"organicFollowerGain": organic, "paidFollowerGain": paid}, "organizationalEntity": "urn:li:organization:2414183"});
    let body = json!({"elements": [row("2026-11-09", json!(4), 0), row("2026-11-11", json!(-2), 1), row("2026-11-12", json!("7"), 0)]});
    assert_eq!(
        read(&asked("follower_gains"), &body),
        [
            "followerGains.organicFollowerGain day 2026-11-09..2026-11-10 4 ok",
            "followerGains.paidFollowerGain day 2026-11-09..2026-11-10 0 ok",
            "followerGains.organicFollowerGain day 2026-11-11..2026-11-12 -2 ok",
            "followerGains.paidFollowerGain day 2026-11-11..2026-11-12 1 ok",
            "followerGains.organicFollowerGain day 2026-11-12..2026-11-13 7 ok",
            "followerGains.paidFollowerGain day 2026-11-12..2026-11-13 0 ok",
        ]
    );
}

#[test]
fn a_day_of_posts_may_be_negative_and_ratios_stay_decimals() {
    // The real day 2021-11-16 of the Leeds festival's page: reposts −4, engagements −3 of 30 impressions.
    let statistics = json!({
        "impressionCount": 30, "uniqueImpressionsCount": 21, "clickCount": 1, "likeCount": 0, "commentCount": 0,
        "shareCount": -4, "engagement": -0.1,
    });
    let body = json!({"elements": [{"timeRange": range("2026-11-10"), "totalShareStatistics": statistics}]});
    assert_eq!(
        read(&asked("share_statistics"), &body),
        [
            "totalShareStatistics.impressionCount day 2026-11-10..2026-11-11 30 ok",
            "totalShareStatistics.uniqueImpressionsCount day 2026-11-10..2026-11-11 21 ok",
            "totalShareStatistics.clickCount day 2026-11-10..2026-11-11 1 ok",
            "totalShareStatistics.likeCount day 2026-11-10..2026-11-11 0 ok",
            "totalShareStatistics.commentCount day 2026-11-10..2026-11-11 0 ok",
            "totalShareStatistics.shareCount day 2026-11-10..2026-11-11 -4 ok",
            "totalShareStatistics.engagement day 2026-11-10..2026-11-11 -0.1000 ok",
        ]
    );
}

#[test]
fn of_a_month_only_the_unique_count_is_kept_and_a_week_is_left_out() {
    let statistics = json!({"impressionCount": 900, "uniqueImpressionsCount": 512, "clickCount": 3, "likeCount": 1, "commentCount": 0, "shareCount": 0, "engagement": 0.004});
    let month = json!({"start": 1_790_812_800_000_i64, "end": 1_793_491_200_000_i64});
    let week = json!({"start": 1_794_182_400_000_i64, "end": 1_794_787_200_000_i64});
    let body = json!({"elements": [
        {"timeRange": month, "totalShareStatistics": statistics},
        {"timeRange": week, "totalShareStatistics": statistics},
        {"totalShareStatistics": statistics},
    ]});
    let reply = Community.read(&task(), &asked("share_statistics"), body.to_string().as_bytes()).unwrap();
    assert_eq!(
        lines(&reply.readings),
        ["totalShareStatistics.uniqueImpressionsCount month 2026-10-01..2026-11-01 512 ok"]
    );
    assert_eq!(reply.notices.len(), 2, "{:?}", reply.notices);
}

#[test]
fn the_lifetime_aggregate_is_read_at_the_day_of_the_run() {
    let statistics = json!({"impressionCount": 14_490_816, "uniqueImpressionsCount": 9_327, "clickCount": 109_276,
        "likeCount": -2, "commentCount": 70, "shareCount": null, "engagement": 0.0076, "shareMentionsCount": 2, "commentMentionsCount": 12});
    let body = json!({"elements": [{"totalShareStatistics": statistics, "organizationalEntity": "urn:li:organization:2414183"}]});
    let lines = read(&asked("share_statistics lifetime"), &body);
    assert!(
        lines.contains(&"totalShareStatistics.impressionCount lifetime 2026-11-18..2026-11-19 14490816 ok".to_owned())
    );
    assert!(lines.contains(&"totalShareStatistics.likeCount lifetime 2026-11-18..2026-11-19 -2 ok".to_owned()));
    assert!(lines.contains(&"totalShareStatistics.shareCount lifetime 2026-11-18..2026-11-19 - absent".to_owned()));
    assert_eq!(lines.len(), 9);
}

#[test]
fn views_of_the_page_are_read_where_they_stand() {
    let views =
        json!({"allPageViews": {"pageViews": 55, "uniquePageViews": 31}, "overviewPageViews": {"pageViews": 40}});
    let body = json!({"elements": [{"timeRange": range("2026-11-10"), "totalPageStatistics": {"views": views}}]});
    assert_eq!(
        read(&asked("page_statistics"), &body),
        [
            "totalPageStatistics.views.allPageViews.pageViews day 2026-11-10..2026-11-11 55 ok",
            "totalPageStatistics.views.allPageViews.uniquePageViews day 2026-11-10..2026-11-11 31 ok",
            "totalPageStatistics.views.overviewPageViews.pageViews day 2026-11-10..2026-11-11 40 ok",
        ]
    );
}

#[test]
fn a_post_that_is_left_out_of_the_answer_is_absent() {
    let query = "q=x&shares=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)".to_owned();
    let request = Request { raw_query: Some(query), ..Request::get("post_statistics", "/rest/x") };
    let statistics = json!({"impressionCount": 10, "uniqueImpressionsCount": 8, "clickCount": 1, "likeCount": 2, "commentCount": 0, "shareCount": 0, "engagement": 0.3});
    let body = json!({"elements": [{"share": "urn:li:share:1", "totalShareStatistics": statistics}]});
    let reply = Community.read(&task(), &request, body.to_string().as_bytes()).unwrap();
    let of = |id: &str| -> Vec<_> {
        let of_post = reply.readings.iter().filter(|one| one.post.as_ref().is_some_and(|post| post.as_str() == id));
        of_post.map(|one| (one.metric.rsplit('.').next().unwrap().to_owned(), one.state, one.value)).collect()
    };
    assert_eq!(of("urn:li:share:1")[0], ("impressionCount".to_owned(), State::Ok, Some(Value::Whole(10))));
    assert!(of("urn:li:share:2").iter().all(|(_, state, value)| *state == State::Absent && value.is_none()));
    assert_eq!(of("urn:li:share:2").len(), 6, "every figure that a goal can want");
}

#[test]
fn reactions_by_kind_and_comments_without_anybodys_name() {
    let request = Request {
        raw_query: Some("ids=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)".to_owned()),
        ..Request::get("social_metadata", "/rest/x")
    };
    let body = json!({
        "results": {"urn:li:share:1": {
            "reactionSummaries": {"LIKE": {"reactionType": "LIKE", "count": 12}, "PRAISE": {"reactionType": "PRAISE", "count": 3}},
            "commentSummary": {"count": 4, "topLevelCount": 2}, "commentsState": "OPEN",
        }},
        "errors": {"urn:li:share:2": {"status": 403}}, "statuses": {},
    });
    let reply = Community.read(&task(), &request, body.to_string().as_bytes()).unwrap();
    assert_eq!(
        lines(&reply.readings),
        [
            "urn:li:share:1 reactionSummaries.count[reaction_type=LIKE] lifetime 2026-11-18..2026-11-19 12 ok",
            "urn:li:share:1 reactionSummaries.count[reaction_type=PRAISE] lifetime 2026-11-18..2026-11-19 3 ok",
            "urn:li:share:1 commentSummary.count lifetime 2026-11-18..2026-11-19 4 ok",
            "urn:li:share:1 commentSummary.topLevelCount lifetime 2026-11-18..2026-11-19 2 ok",
        ]
    );
    assert_eq!(reply.notices, [told::linkedin_posts_refused(1_u32, 2_u32)]);
}

#[test]
fn views_of_a_video_belong_to_its_post() {
    let request = of_post("video VIDEO_VIEW", "urn:li:ugcPost:2", &["VIDEO_VIEW"]);
    let body = json!({"elements": [{"value": 81, "statisticsType": "VIDEO_VIEW", "entity": "urn:li:ugcPost:2"}]});
    assert_eq!(read(&request, &body), ["urn:li:ugcPost:2 VIDEO_VIEW lifetime 2026-11-18..2026-11-19 81 ok"]);
    assert_eq!(
        read(&request, &json!({"elements": []})),
        ["urn:li:ugcPost:2 VIDEO_VIEW lifetime 2026-11-18..2026-11-19 - absent"]
    );
}

#[test]
fn a_list_of_posts_ends_on_an_empty_page_or_on_an_old_one() {
    let list = asked("posts");
    let next = |body: &Json| {
        let reply = Community.read(&task(), &list, body.to_string().as_bytes()).unwrap();
        reply.next.iter().find(|one| one.ask == "posts").map(crate::support::readings::sent)
    };
    let post = |time: &str| json!({"id": "urn:li:share:1", "publishedAt": at(time).timestamp_millis()});
    assert_eq!(next(&json!({"elements": []})), None);
    assert_eq!(next(&json!({"elements": [post("2026-01-01T00:00:00Z")]})), None);
    let short = next(&json!({"elements": [post("2026-11-10T00:00:00Z")], "paging": {"count": 100, "total": -1}}));
    assert!(short.unwrap().contains("count=100&start=100&"), "the platform counted a hundred, removed ones included");
    let token = next(&json!({"elements": [], "metadata": {"nextPageToken": "a+b/c="}}));
    assert!(token.unwrap().contains("&pageToken=a%2Bb%2Fc%3D&"));
    let broken = Community.read(&task(), &list, br#"{"items":[]}"#);
    assert_eq!(shown(&broken), "unreadable: the list `elements` is missing\n");
}

#[test]
fn another_host_in_a_paging_link_is_reported_and_not_asked() {
    let body = json!({"elements": [], "paging": {"links": [
        {"rel": "next", "href": "https://evil.example/rest/posts?start=100"}, {"rel": "next", "href": "/rest/posts?start=100"},
    ]}});
    let reply = Community.read(&task(), &asked("posts"), body.to_string().as_bytes()).unwrap();
    assert_eq!(reply.hosts, ["evil.example"]);
    assert!(reply.next.is_empty());
}

#[test]
fn the_role_decides_what_can_be_read_in_three_spellings() {
    let roles = one(&Community.probe(&task()), "roles");
    let notices = |key: &str, role: &str| {
        let body = json!({"elements": [{key: "urn:li:organization:2414183", "role": role, "state": "APPROVED"}]});
        let reply = Community.read(&task(), &roles, body.to_string().as_bytes()).unwrap();
        assert_eq!(reply.token.unwrap().valid, Some(true));
        reply.notices
    };
    for key in ["organization", "organizationTarget", "organizationalTarget"] {
        assert!(notices(key, "ADMINISTRATOR").is_empty(), "{key}");
    }
    assert!(
        notices("organization", "CONTENT_ADMINISTRATOR")[0]
            == told::linkedin_other_role("CONTENT_ADMINISTRATOR", "ADMINISTRATOR")
    );
    assert!(notices("somethingElse", "ADMINISTRATOR")[0] == told::linkedin_no_role("2414183"));
}

#[test]
fn the_end_of_the_version_is_told_in_time() {
    let old = Task { version: "202601".to_owned(), ..task() };
    let size = one(&Community.plan(&old), "network_size");
    let reply = Community.read(&old, &size, br#"{"firstDegreeSize":1}"#).unwrap();
    assert_eq!(reply.notices.len(), 1);
    assert_eq!(reply.notices, [told::linkedin_version_ending("202601", "2027-01-15", 58_i64)]);
}

#[test]
fn recorded_followers_by_group_and_small_groups_hidden() {
    let body = recorded("linkedin/ebx-sdk/organizationFollowerStatistics.json");
    let reply = Community.read(&task(), &asked("follower_facets"), &body).unwrap();
    let lines = lines(&reply.readings);
    // Counted in the file: 2 sizes, 10 functions, 4 seniorities; the association without a key is nobody's group.
    assert_eq!(lines.len(), 16);
    assert!(lines.contains(&"followerCountsByFunction.organicFollowerCount[function=urn:li:function:22] instant 2026-11-18..2026-11-19 1662 ok".to_owned()));
    assert!(lines.contains(&"followerCountsByStaffCountRange.organicFollowerCount[staffCountRange=SIZE_1] instant 2026-11-18..2026-11-19 6 ok".to_owned()));
    // Three functions (3, 1 and 1) and three seniorities (1, 3 and 1) have fewer than five people.
    let hidden = reply.readings.iter().filter(|one| one.state == State::Suppressed).count();
    assert_eq!(hidden, 6);
    assert!(reply.readings.iter().all(|one| (one.state == State::Suppressed) == one.value.is_none()));
}

#[test]
fn a_recorded_dark_post_is_no_post_of_the_feed() {
    let post: Json = serde_json::from_slice(&recorded("linkedin/ebx-sdk/post.json")).unwrap();
    let since = Task { posts_since: day("2021-01-01"), ..task() };
    let list = asked("posts");
    let posts =
        |post: &Json| Community.read(&since, &list, json!({"elements": [post]}).to_string().as_bytes()).unwrap().posts;
    assert!(posts(&post).is_empty());
    // The same post in the feed.
    let mut open = post;
    open["distribution"]["feedDistribution"] = json!("MAIN_FEED");
    open["adContext"]["isDsc"] = json!(false);
    let posts = posts(&open);
    assert_eq!(posts.len(), 1);
    assert_eq!((posts[0].format, posts[0].text.as_str()), (PostFormat::Video, "comment on Oct 20"));
    assert_eq!(posts[0].published.timestamp_millis(), 1_634_790_968_774);
}

#[test]
fn recorded_bodies_that_nobody_would_ask_for_say_so_or_say_nothing() {
    let mut text = String::new();
    for name in [
        "organization",
        "organizationBrand",
        "organizationStatistics",
        "post",
        "share",
        "commentResponse",
        "organizationFollowerStatistics",
    ] {
        let path = format!("linkedin/ebx-sdk/{name}.json");
        for ask in ["network_size", "share_statistics", "page_statistics", "posts"] {
            text += &played(&Community, &task(), &asked(ask), &path, &recorded(&path));
        }
    }
    insta::assert_snapshot!(text);
}
