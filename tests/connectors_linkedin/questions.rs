//! What is asked, to the letter: Rest.li refuses a question whose parentheses are encoded, or whose values are not.

use genomslag::connectors::linkedin::{Community, Dma};
use genomslag::connectors::{Connector, Request, Task};
use genomslag::model::Channel;
use serde_json::json;

use super::{dma_task, task};
use crate::support::readings::{at, day, one, period, sent};

fn questions(requests: &[Request]) -> Vec<String> {
    requests.iter().map(sent).collect()
}

#[test]
fn a_weekly_run_asks_exactly_this() {
    let urn = "urn%3Ali%3Aorganization%3A2414183";
    // Milliseconds at midnight UTC: 9 and 16 November, 1 October and 1 November 2026. LinkedIn gives nothing of the
    // last two days, so the run's last day, the 16th, is not asked for.
    let days = "(timeRange:(start:1794182400000,end:1794787200000),timeGranularityType:DAY)";
    let month = "(timeRange:(start:1790812800000,end:1793491200000),timeGranularityType:MONTH)";
    let q = format!("q=organizationalEntity&organizationalEntity={urn}");
    let page = format!("q=organization&organization={urn}");
    let expected = [
        format!("Get /rest/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"),
        format!("Get /rest/organizationalEntityShareStatistics?{q}"),
        format!("Get /rest/organizationalEntityFollowerStatistics?{q}&timeIntervals={days}"),
        format!("Get /rest/organizationalEntityShareStatistics?{q}&timeIntervals={days}"),
        format!("Get /rest/organizationPageStatistics?{page}&timeIntervals={days}"),
        format!("Get /rest/organizationalEntityShareStatistics?{q}&timeIntervals={month}"),
        format!("Get /rest/organizationPageStatistics?{page}&timeIntervals={month}"),
        format!("Get /rest/posts?q=author&author={urn}&count=100&start=0&sortBy=CREATED&viewContext=AUTHOR"),
    ];
    let plan = Community.plan(&task());
    assert_eq!(questions(&plan), expected);
    for request in &plan {
        let headers = [("LinkedIn-Version", "202608".to_owned()), ("X-Restli-Protocol-Version", "2.0.0".to_owned())];
        assert_eq!(request.headers, headers);
        assert!(request.query.is_empty(), "a query that the loop would encode: {request:?}");
    }
}

#[test]
fn demographics_are_asked_only_where_that_was_decided() {
    let task = task();
    let decided = Task { channel: Channel { demographics: true, ..task.channel.clone() }, ..task.clone() };
    let facets = |task: &Task| Community.plan(task).iter().filter(|one| one.ask == "follower_facets").count();
    assert_eq!((facets(&task), facets(&decided)), (0, 1));
}

#[test]
fn a_first_run_asks_twelve_months_in_slices_of_ninety_days() {
    let year = Task { days: period("2024-01-01", "2026-11-18"), ..task() };
    let plan = Community.plan(&year);
    let slices: Vec<_> = plan.iter().filter(|one| one.ask == "follower_gains").filter_map(|one| one.span).collect();
    assert!(slices.iter().all(|slice| slice.days() <= 90));
    assert_eq!(slices.first().map(|slice| slice.start()), Some(day("2025-11-19")));
    assert_eq!(slices.last().map(|slice| slice.end()), Some(day("2026-11-16")));
    assert_eq!(slices.len(), 5);
}

#[test]
fn days_that_are_not_published_yet_are_not_asked() {
    let young = Task { days: period("2026-11-16", "2026-11-19"), windows: Vec::new(), ..task() };
    let asks: Vec<String> = Community.plan(&young).into_iter().map(|one| one.ask).collect();
    assert_eq!(asks, ["network_size", "share_statistics lifetime", "posts"], "the gauges and the posts are left");
}

#[test]
fn months_beside_each_other_are_one_question() {
    let windows = vec![
        period("2026-09-01", "2026-10-01"),
        period("2026-10-01", "2026-11-01"),
        period("2026-06-01", "2026-07-01"),
        period("2026-11-01", "2026-12-01"),
    ];
    let plan = Community.plan(&Task { windows, ..task() });
    let months = plan.iter().filter(|one| one.ask == "share_statistics" && sent(one).contains("MONTH"));
    let spans: Vec<_> = months.filter_map(|one| one.span).collect();
    // November is not over.
    assert_eq!(spans, [period("2026-06-01", "2026-07-01"), period("2026-09-01", "2026-11-01")]);
}

#[test]
fn follow_ups_name_many_posts_at_once_by_the_kind_of_their_urn() {
    let post = |id: &str, video: bool| {
        let media = if video { "urn:li:video:C5" } else { "urn:li:image:C5" };
        json!({"id": id, "publishedAt": at("2026-11-10T08:00:00Z").timestamp_millis(), "lifecycleState": "PUBLISHED",
            "commentary": "Hej", "content": {"media": {"id": media}}})
    };
    let body = json!({"elements": [post("urn:li:share:1", false), post("urn:li:ugcPost:2", true), post("urn:li:share:3", false)]});
    let list = one(&Community.plan(&task()), "posts");
    let reply = Community.read(&task(), &list, body.to_string().as_bytes()).unwrap();
    let q = "q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A2414183";
    let video = "q=entity&entity=urn%3Ali%3AugcPost%3A2";
    assert_eq!(
        questions(&reply.next),
        [
            format!("Get /rest/organizationalEntityShareStatistics?{q}&shares=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A3)"),
            format!("Get /rest/organizationalEntityShareStatistics?{q}&ugcPosts=List(urn%3Ali%3AugcPost%3A2)"),
            "Get /rest/socialMetadata?ids=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3AugcPost%3A2,urn%3Ali%3Ashare%3A3)".to_owned(),
            format!("Get /rest/videoAnalytics?{video}&type=VIDEO_VIEW&aggregation=ALL"),
            format!("Get /rest/videoAnalytics?{video}&type=TIME_WATCHED&aggregation=ALL"),
            // Three rows of a hundred: not the end, pages may be shorter than asked for.
            "Get /rest/posts?q=author&author=urn%3Ali%3Aorganization%3A2414183&count=100&start=3&sortBy=CREATED&viewContext=AUTHOR".to_owned(),
        ]
    );
}

#[test]
fn no_question_about_posts_grows_past_what_an_address_may_hold() {
    let posts: Vec<_> = (0..100)
        .map(|number| json!({"id": format!("urn:li:share:{number}"), "publishedAt": at("2026-11-10T08:00:00Z").timestamp_millis()}))
        .collect();
    let list = one(&Community.plan(&task()), "posts");
    let reply = Community.read(&task(), &list, json!({"elements": posts}).to_string().as_bytes()).unwrap();
    let longest = reply.next.iter().map(|one| sent(one).len()).max().unwrap();
    assert!(longest < 3000, "{longest} letters");
    assert_eq!(
        reply.next.len(),
        2 + 2 + 1,
        "two questions of fifty each for counters and reactions, and the next page"
    );
}

#[test]
fn a_smaller_page_changes_the_count_and_nothing_else() {
    let list = one(&Community.plan(&task()), "posts");
    let smaller = Community.with_limit(&list, 25).unwrap();
    assert_eq!(sent(&smaller), sent(&list).replace("count=100", "count=25"));
    assert_eq!(smaller.limit, Some(25));
    let next =
        Community.read(&task(), &smaller, br#"{"elements":[{"id":"urn:li:share:1","publishedAt":1794268800000}]}"#);
    let next = one(&next.unwrap().next, "posts");
    assert!(sent(&next).contains("count=25&start=1&"), "{}", sent(&next));
}

#[test]
fn check_asks_for_the_role_and_the_page() {
    let urn = "urn%3Ali%3Aorganization%3A2414183";
    assert_eq!(
        questions(&Community.probe(&task())),
        [
            "Get /rest/organizationAcls?q=roleAssignee&state=APPROVED&count=100".to_owned(),
            format!("Get /rest/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"),
        ]
    );
    assert_eq!(questions(&Dma.probe(&dma_task())), ["Get /rest/dmaOrganizations?ids=List(2414183)"]);
}

#[test]
fn the_second_door_asks_for_the_page_first_and_then_for_its_days() {
    let author = "urn%3Ali%3Aorganization%3A2414183";
    let plan = Dma.plan(&dma_task());
    assert_eq!(
        questions(&plan),
        [
            "Get /rest/dmaOrganizations?ids=List(2414183)".to_owned(),
            format!("Get /rest/dmaFeedContentsExternal?q=postsByAuthor&author={author}&maxPaginationCount=100"),
        ]
    );
    let body = json!({"results": {"2414183": {"organizationalPage": "urn:li:organizationalPage:99"}}}).to_string();
    let reply = Dma.read(&dma_task(), &plan[0], body.as_bytes()).unwrap();
    let days = "(timeRange:(start:1794182400000,end:1794787200000),timeGranularityType:DAY)";
    let page = "urn%3Ali%3AorganizationalPage%3A99";
    let types = "List(IMPRESSIONS,UNIQUE_IMPRESSIONS,CLICKS,COMMENTS,REACTIONS,REPOSTS,ENGAGEMENT_RATE,CTR)";
    let edge = "Get /rest/dmaOrganizationalPageEdgeAnalytics?q=trend&organizationalPage";
    assert_eq!(
        questions(&reply.next),
        [
            format!("{edge}={page}&analyticsType=FOLLOWER&timeIntervals={days}"),
            format!("{edge}={page}&analyticsType=VISITOR&timeIntervals={days}"),
            format!(
                "Get /rest/dmaOrganizationalPageContentAnalytics?q=trend&sourceEntity={page}&metricTypes={types}&timeIntervals={days}"
            ),
        ]
    );
}
