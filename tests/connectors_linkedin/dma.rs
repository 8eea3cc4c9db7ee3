//! The second door: daily trends of the page and of each post, and the privacy layer over them.

use genomslag::connectors::linkedin::Dma;
use genomslag::connectors::{Connector, Reply, Request};
use genomslag::model::{PostId, State, told};
use serde_json::{Value as Json, json};

use super::dma_task as task;
use crate::support::readings::{day, lines, one, period, sent, shown};

const PAGE: &str = r#"{"results":{"2414183":{"organizationalPage":"urn:li:organizationalPage:99"}}}"#;

fn asked(ask: &str) -> Request {
    let page = one(&Dma.plan(&task()), "dma_page");
    one(&Dma.read(&task(), &page, PAGE.as_bytes()).unwrap().next, ask)
}

fn read(request: &Request, body: &Json) -> Reply {
    Dma.read(&task(), request, body.to_string().as_bytes()).unwrap()
}

fn interval(first: &str) -> Json {
    let start = day(first).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis();
    json!({"timeRange": {"start": start, "end": start + 86_400_000}})
}

/// One metric of one day, as the documents show it.
fn row(kind: &str, first: &str, total: &Json, organic: &Json, sponsored: &Json) -> Json {
    json!({"type": kind, "sourceEntity": "urn:li:organizationalPage:99", "metric": {
        "timeIntervals": interval(first),
        "value": {"totalCount": total, "typeSpecificValue": {"contentAnalyticsValue": {"organicValue": organic, "sponsoredValue": sponsored}}},
    }})
}

#[test]
fn content_is_read_by_metric_and_day_with_its_organic_part() {
    let body = json!({"elements": [
        row("IMPRESSIONS", "2026-11-09", &json!({"long": 120}), &json!({"long": 100}), &json!({"long": 20})),
        row("REACTIONS", "2026-11-09", &json!(7), &json!(-1), &json!(8)),
        row("ENGAGEMENT_RATE", "2026-11-09", &json!({"bigDecimal": "0.0425"}), &json!(null), &json!(null)),
        row("SOMETHING_NEW", "2026-11-09", &json!({"long": 1}), &json!({"long": 1}), &json!({"long": 0})),
    ]});
    assert_eq!(
        lines(&read(&asked("dma_content_trend"), &body).readings),
        [
            "IMPRESSIONS.organicValue day 2026-11-09..2026-11-10 100 ok",
            "IMPRESSIONS.totalCount day 2026-11-09..2026-11-10 120 ok",
            "REACTIONS.organicValue day 2026-11-09..2026-11-10 -1 ok",
            "REACTIONS.totalCount day 2026-11-09..2026-11-10 7 ok",
            "ENGAGEMENT_RATE.totalCount day 2026-11-09..2026-11-10 0.0425 ok",
        ]
    );
}

#[test]
fn a_zero_under_a_used_up_privacy_budget_is_suppressed_and_not_zero() {
    let body = json!({
        "elements": [row("IMPRESSIONS", "2026-11-09", &json!({"long": 0}), &json!({"long": 0}), &json!({"long": 0}))],
        "metadata": {"privacyBudget": {"exhausted": true, "renewsAt": 1_796_083_200_000_i64}},
    });
    let reply = read(&asked("dma_content_trend"), &body);
    assert!(reply.readings.iter().all(|one| one.state == State::Suppressed && one.value.is_none()));
    assert_eq!(reply.readings.len(), 2);
    assert!(reply.notices[0] == told::linkedin_privacy_until("2026-12-01"), "{:?}", reply.notices);
    // The same without the metadata is a zero that was counted.
    let plain = json!({"elements": body["elements"]});
    assert!(read(&asked("dma_content_trend"), &plain).readings.iter().all(|one| one.state == State::Ok));
}

#[test]
fn followers_and_visitors_come_without_a_type_of_their_own() {
    let element = |value: Json| json!({"elements": [{"timeIntervals": interval("2026-11-10"), "value": value}]});
    let gains = element(
        json!({"totalCount": {"long": 5}, "typeSpecificValue": {"followerEdgeAnalyticsValue": {"organicValue": {"long": 4}, "sponsoredValue": {"long": 1}}}}),
    );
    assert_eq!(
        lines(&read(&asked("dma_follower_trend"), &gains).readings),
        [
            "FOLLOWER.organicValue day 2026-11-10..2026-11-11 4 ok",
            "FOLLOWER.sponsoredValue day 2026-11-10..2026-11-11 1 ok",
            "FOLLOWER.totalCount day 2026-11-10..2026-11-11 5 ok",
        ]
    );
    let visits = element(
        json!({"totalCount": {"long": 30}, "typeSpecificValue": {"visitorEdgeAnalyticsValue": {"uniqueCount": {"long": 21}}}}),
    );
    assert_eq!(
        lines(&read(&asked("dma_visitor_trend"), &visits).readings),
        ["VISITOR.totalCount day 2026-11-10..2026-11-11 30 ok", "VISITOR.uniqueCount day 2026-11-10..2026-11-11 21 ok"]
    );
}

#[test]
fn a_row_over_several_days_is_left_out_and_said() {
    let mut week = row("IMPRESSIONS", "2026-11-09", &json!(1), &json!(1), &json!(0));
    week["metric"]["timeIntervals"] =
        json!({"timeRange": {"start": 1_794_182_400_000_i64, "end": 1_794_787_200_000_i64}});
    let reply = read(&asked("dma_content_trend"), &json!({"elements": [week]}));
    assert!(reply.readings.is_empty());
    assert!(reply.notices[0].kind == "linkedin_row_no_day");
}

#[test]
fn posts_are_listed_then_told_then_asked_day_by_day() {
    let list = one(&Dma.plan(&task()), "dma_posts_list 1");
    let body = json!({
        "elements": [{"id": "urn:li:share:1"}, "urn:li:ugcPost:2", {"postUrn": "urn:li:share:1"}, {"id": "urn:li:comment:3"}],
        "metadata": {"paginationCursorMetdata": {"nextPaginationCursor": "abc=="}},
    });
    let reply = read(&list, &body);
    let author = "urn%3Ali%3Aorganization%3A2414183";
    assert_eq!(
        reply.next.iter().map(sent).collect::<Vec<_>>(),
        [
            "Get /rest/dmaPosts?ids=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3AugcPost%3A2)&viewContext=AUTHOR".to_owned(),
            format!(
                "Get /rest/dmaFeedContentsExternal?q=postsByAuthor&author={author}&maxPaginationCount=100&paginationCursor=abc%3D%3D"
            ),
        ]
    );
    let posts = json!({"results": {
        "urn:li:share:1": {"id": "urn:li:share:1", "publishedAt": 1_794_268_800_000_i64, "commentary": "Hej"},
        "urn:li:ugcPost:2": {"id": "urn:li:ugcPost:2", "publishedAt": 1_600_000_000_000_i64, "commentary": "Gammalt"},
    }});
    let reply = read(&reply.next[0], &posts);
    assert_eq!(reply.posts.len(), 1, "the other is older than what is asked for");
    let [social, days] = &reply.next[..] else { panic!("{:?}", reply.next) };
    assert_eq!(sent(social), "Get /rest/dmaSocialMetadata?ids=List(urn%3Ali%3Ashare%3A1)");
    let counted = json!({"results": {"urn%3Ali%3Ashare%3A1": {
        "reactionSummaries": {"LIKE": {"reactionType": "LIKE", "count": 6}, "PRAISE": {"reactionType": "PRAISE", "count": 2}},
        "commentSummary": {"count": 3, "topLevelCount": 2}, "commentsState": "OPEN",
    }}, "errors": {}});
    assert_eq!(
        lines(&read(social, &counted).readings),
        [
            "urn:li:share:1 reactionSummaries.count[reaction_type=LIKE] lifetime 2026-11-18..2026-11-19 6 ok",
            "urn:li:share:1 reactionSummaries.count[reaction_type=PRAISE] lifetime 2026-11-18..2026-11-19 2 ok",
            "urn:li:share:1 commentSummary.count lifetime 2026-11-18..2026-11-19 3 ok",
            "urn:li:share:1 commentSummary.topLevelCount lifetime 2026-11-18..2026-11-19 2 ok",
        ]
    );
    assert_eq!(
        (days.post.clone(), days.span),
        (Some(PostId::from("urn:li:share:1")), Some(period("2026-11-10", "2026-11-16")))
    );
    let body = json!({"elements": [row("CLICKS", "2026-11-10", &json!(3), &json!(3), &json!(0))]});
    assert_eq!(
        lines(&read(days, &body).readings),
        [
            "urn:li:share:1 CLICKS.organicValue day 2026-11-10..2026-11-11 3 ok",
            "urn:li:share:1 CLICKS.totalCount day 2026-11-10..2026-11-11 3 ok",
        ]
    );
    assert!(read(&list, &json!({"elements": []})).next.is_empty());
}

#[test]
fn a_page_that_is_not_in_the_answer_is_said() {
    let page = one(&Dma.plan(&task()), "dma_page");
    let outcome = Dma.read(&task(), &page, br#"{"results":{},"errors":{"2414183":{"status":403}}}"#);
    assert_eq!(shown(&outcome), "unreadable: the page 2414183 is not in the answer\n");
}
