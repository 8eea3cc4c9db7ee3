//! What Facebook and Instagram are asked, to the letter.

use genomslag::connectors::facebook::Facebook;
use genomslag::connectors::instagram::Instagram;
use genomslag::connectors::{Connector, Request, Task};
use genomslag::model::Platform;
use serde_json::json;

use super::recorded::{list, on};
use crate::support::readings::{asking, at, day, lines, one, period, sent, shown, task as plain_task};

#[test]
fn facebook_asks_exactly_this() {
    let task = plain_task(Platform::Facebook, "100000000000001");
    let mut text: String = Facebook.plan(&task).iter().map(|request| sent(request) + "\n").collect();
    let stories = Task { channel: genomslag::model::Channel { stories: true, ..task.channel.clone() }, ..task.clone() };
    let page = one(&Facebook.plan(&stories), "page");
    let body =
        br#"{"id":"100000000000001","name":"x","followers_count":4119,"fan_count":"4000","access_token":"page-token"}"#;
    text += &shown(&Facebook.read(&stories, &page, body));
    insta::assert_snapshot!(text);
    // Pacific midnights: 2026-11-09 is winter there, eight hours behind.
    let series = Facebook.read(&task, &page, body).unwrap().next;
    let series = one(&series, "page_insights");
    assert_eq!(series.value("since"), Some(at("2026-11-09T08:00:00Z").timestamp().to_string().as_str()));
    assert_eq!(series.value("until"), Some(at("2026-11-17T08:00:00Z").timestamp().to_string().as_str()));
}

#[test]
fn a_long_history_is_asked_in_slices_that_facebook_accepts() {
    let task = on(Platform::Facebook, "2026-11-18T06:00:00Z", period("2020-01-01", "2026-11-18"));
    let page = one(&Facebook.plan(&task), "page");
    let next = Facebook.read(&task, &page, br#"{"id":"1"}"#).unwrap().next;
    let slices: Vec<_> = next.iter().filter(|one| one.ask == "page_insights").filter_map(|one| one.span).collect();
    assert!(slices.iter().all(|slice| slice.days() <= 89));
    // Two years and no more, to the last day that is over in California (06:00Z on the 18th is still the 17th there).
    assert_eq!(slices.first().map(|slice| slice.end()), Some(day("2026-11-17")));
    assert_eq!(slices.last().map(|slice| slice.start()), Some(day("2024-11-17")));
    assert_eq!(slices.iter().map(|slice| slice.days()).sum::<u32>(), 730);
}

#[test]
fn instagram_asks_exactly_this() {
    let mut task = plain_task(Platform::Instagram, "17840000000000001");
    task.days = period("2026-11-15", "2026-11-17");
    let mut text = String::new();
    for request in Instagram.plan(&task) {
        let questions = if request.items.is_empty() { std::slice::from_ref(&request) } else { &request.items };
        for question in questions {
            text.extend([request.ask.as_str(), ": ", &sent(question), "\n"]);
        }
    }
    insta::assert_snapshot!(text);
    // Instagram filters on the end of a day: the first end of 15 November is midnight of the 16th.
    let series = one(&Instagram.plan(&task), "account_series");
    assert_eq!(series.value("since"), Some(at("2026-11-16T08:00:00Z").timestamp().to_string().as_str()));
    assert_eq!(series.value("until"), Some((at("2026-11-17T08:00:00Z").timestamp() + 1).to_string().as_str()));
}

#[test]
fn a_month_of_31_days_has_no_unique_window_and_a_week_has_one() {
    let mut task = plain_task(Platform::Instagram, "1");
    task.windows = vec![
        period("2026-10-01", "2026-11-01"),
        // Thirty days and, for California's clocks, an hour.
        period("2026-11-01", "2026-12-01"),
        period("2026-09-01", "2026-10-01"),
        period("2026-11-09", "2026-11-16"),
    ];
    let batches = Instagram.plan(&task);
    let windows: Vec<_> = batches
        .iter()
        .flat_map(|batch| &batch.items)
        .filter(|item| item.ask == "account_windows")
        .filter_map(|item| item.span)
        .collect();
    assert_eq!(windows, [period("2026-09-01", "2026-10-01"), period("2026-11-09", "2026-11-16")]);
    let week = Request { span: Some(windows[1]), ..asking("account_windows", &["reach"]) };
    let body = br#"{"data":[{"name":"reach","period":"day","total_value":{"value":5211}}]}"#;
    let readings = Instagram.read(&task, &week, body).unwrap().readings;
    assert_eq!(lines(&readings), ["reach week 2026-11-09..2026-11-16 5211 ok"]);
}

#[test]
fn media_are_asked_by_their_product_and_less_often_as_they_age() {
    let row = |id: &str, product: &str, time: &str| json!({"id": id, "media_type": "VIDEO", "media_product_type": product, "timestamp": time, "like_count": 3});
    let rows = json!({"data": [
        row("1", "FEED", "2026-11-10T09:00:00+0000"),
        row("2", "REELS", "2026-11-10T09:00:00+0000"),
        row("3", "STORY", "2026-11-17T09:00:00+0000"),
        row("4", "AD", "2026-11-10T09:00:00+0000"),
        row("5", "FEED", "2026-08-01T09:00:00+0000"),
    ]});
    let plain = Task { posts_since: day("2026-01-01"), ..plain_task(Platform::Instagram, "1") };
    let reply = Instagram.read(&plain, &list("media", &["like_count"]), rows.to_string().as_bytes()).unwrap();
    let asked: Vec<_> =
        reply.next.iter().flat_map(|batch| &batch.items).map(|item| (item.ask.as_str(), item.path.as_str())).collect();
    assert_eq!(
        asked,
        [
            ("media_insights FEED", "v25.0/1/insights"),
            ("media_insights REELS", "v25.0/2/insights"),
            ("media_insights STORY", "v25.0/3/insights"),
        ]
    );
    assert_eq!(reply.posts.len(), 5);
    assert_eq!(reply.posts[1].format, genomslag::model::PostFormat::Reel);
    // The story's replies are always 0 in Europe, by a privacy rule: never asked.
    let story = reply.next.iter().flat_map(|batch| &batch.items).find(|item| item.ask == "media_insights STORY");
    assert!(!story.unwrap().metrics.iter().any(|metric| metric == "replies"));
    // A run that fetches history asks the old one too.
    let history = Task { days: period("2026-08-20", "2026-11-17"), ..plain };
    let reply = Instagram.read(&history, &list("media", &["like_count"]), rows.to_string().as_bytes()).unwrap();
    assert_eq!(reply.next.iter().map(|batch| batch.items.len()).sum::<usize>(), 4);
}

#[test]
fn people_are_not_kept() {
    let row = json!({"data": [{
        "id": "1_2", "created_time": "2026-11-10T09:00:00+0000", "message": "Välkommen Anna Andersson till Biblioteket!",
        "message_tags": [
            {"name": "Anna Andersson", "type": "user", "id": "5"},
            {"name": "Biblioteket", "type": "page", "id": "6"},
        ],
    }]});
    let reply =
        Facebook.read(&plain_task(Platform::Facebook, "1"), &list("posts", &[]), row.to_string().as_bytes()).unwrap();
    assert_eq!(reply.posts[0].text, "Välkommen [namn] till Biblioteket!");
}
