//! What must hold for any connector and any answer: nothing panics, nothing is made up, nothing secret comes out.

use genomslag::connectors::facebook::Facebook;
use genomslag::connectors::instagram::Instagram;
use genomslag::connectors::linkedin::{Community, Dma};
use genomslag::connectors::matomo::Matomo;
use genomslag::connectors::{Connector, Reply, Request, Task};
use genomslag::model::{Channel, LinkedInDoor, Platform, PostId, Reading, State};
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use serde_json::{Value as Json, json};

use crate::support::readings::{all_recorded, day, period, recorded, task};

/// Every connector with everything that it can be brought to ask.
fn everything() -> Vec<(&'static dyn Connector, Task, Vec<Request>)> {
    let whole = |platform: Platform, door: LinkedInDoor| {
        let task = task(platform, "1");
        let channel = Channel { stories: true, demographics: true, door, ..task.channel.clone() };
        let windows = vec![period("2026-11-09", "2026-11-16"), period("2026-10-01", "2026-11-01")];
        Task { channel, windows, posts_since: day("2010-01-01"), ..task }
    };
    let platforms: [(&dyn Connector, Task); 5] = [
        (&Facebook, whole(Platform::Facebook, LinkedInDoor::Community)),
        (&Instagram, whole(Platform::Instagram, LinkedInDoor::Community)),
        (&Community, whole(Platform::LinkedIn, LinkedInDoor::Community)),
        (&Dma, whole(Platform::LinkedIn, LinkedInDoor::Dma)),
        (&Matomo, whole(Platform::Matomo, LinkedInDoor::Community)),
    ];
    platforms.into_iter().map(|(connector, task)| (connector, task.clone(), questions(connector, &task))).collect()
}

/// The plan, the probe, and what follows from answers that lead on.
fn questions(connector: &dyn Connector, task: &Task) -> Vec<Request> {
    let rows = json!([{
        "id": "urn:li:share:1", "post_id": "1", "created_time": "2026-11-10T09:00:00+0000", "creation_time": "1794268800",
        "timestamp": "2026-11-10T09:00:00+0000", "media_product_type": "REELS", "publishedAt": 1_794_268_800_000_i64,
        "content": {"media": {"id": "urn:li:video:1"}},
    }]);
    let leading = json!({"data": rows, "elements": rows, "results": {"1": rows[0]}, "access_token": "a-page-token"});
    let goals = json!([[{"idgoal": 4}]]);
    let mut asked = connector.plan(task);
    asked.extend(connector.probe(task));
    for _ in 0..3 {
        let next: Vec<Request> = asked
            .iter()
            .flat_map(|request| {
                [&leading, &goals].map(|body| connector.read(task, request, body.to_string().as_bytes()))
            })
            .filter_map(Result::ok)
            .flat_map(|reply| reply.next)
            .filter(|next| !asked.contains(next))
            .collect();
        asked.extend(next);
        asked.dedup();
    }
    asked.extend(asked.clone().into_iter().flat_map(|request| request.items));
    asked.sort_by(|one, other| one.ask.cmp(&other.ask));
    asked.dedup_by(|one, other| one.ask == other.ask && one.items.len() == other.items.len());
    asked
}

/// What must hold of every reply, wherever it came from.
fn is_honest(reply: &Reply, name: &str) {
    for reading in &reply.readings {
        assert_eq!(reading.state.has_value(), reading.value.is_some(), "{name}: {reading:?}");
        assert!(reading.start < reading.end, "{name}: {reading:?}");
        assert!(!reading.metric.is_empty());
    }
    assert!(!format!("{reply:?}").contains("a-page-token"), "{name}: a token can be read");
    assert!(!serde_json::to_string(reply).unwrap().contains("a-page-token"), "{name}: a token can be stored");
}

#[test]
fn the_questions_cover_every_kind() {
    let asks: Vec<usize> = everything().iter().map(|(_, _, requests)| requests.len()).collect();
    assert!(asks.iter().zip([13, 13, 12, 7, 5]).all(|(found, least)| *found >= least), "{asks:?}");
}

#[test]
fn every_recorded_body_as_an_answer_to_every_question() {
    let bodies = all_recorded();
    assert!(bodies.len() > 60, "{} recorded bodies", bodies.len());
    for (connector, task, requests) in everything() {
        for request in &requests {
            for (name, body) in &bodies {
                if let Ok(reply) = connector.read(&task, request, body) {
                    is_honest(&reply, name);
                }
                for status in [200, 400, 401, 403, 404, 429, 500] {
                    let refusal = connector.explain(request, status, body);
                    assert!(!format!("{refusal:?}").is_empty());
                }
            }
        }
    }
}

#[test]
fn every_recorded_body_cut_short_anywhere() {
    let bodies = all_recorded();
    for (connector, task, requests) in everything() {
        for (name, body) in bodies.iter().filter(|(_, body)| body.len() < 1500) {
            let request = &requests[body.len() % requests.len()];
            let end = body.trim_ascii_end().len();
            for cut in (0..end).step_by(37) {
                assert!(connector.read(&task, request, &body[..cut]).is_err(), "{name} cut at {cut}");
            }
        }
    }
}

/// The body with every number under `value` written in another way.
fn with_values(body: &Json, write: &dyn Fn(&Json) -> Json) -> Json {
    match body {
        Json::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                let value = if value.is_number() && key == "value" { write(value) } else { with_values(value, write) };
                (key.clone(), value)
            })
            .collect(),
        Json::Array(rows) => rows.iter().map(|row| with_values(row, write)).collect(),
        other => other.clone(),
    }
}

const SERIES: &str = "meta/synthetic/page_insights_day_dst_change.json";

fn series(body: &Json) -> Vec<Reading> {
    let metrics = ["page_media_view", "page_total_media_view_unique", "page_follows"].map(str::to_owned).to_vec();
    let request = Request { metrics, ..Request::get("page_insights", "x") };
    Facebook.read(&task(Platform::Facebook, "1"), &request, body.to_string().as_bytes()).unwrap().readings
}

#[test]
fn numbers_as_text_are_the_same_numbers_and_null_is_never_zero() {
    let body: Json = serde_json::from_slice(&recorded(SERIES)).unwrap();
    let plain = series(&body);
    assert_eq!(plain.len(), 12);
    assert_eq!(series(&with_values(&body, &|value| json!(value.to_string()))), plain);
    let without = series(&with_values(&body, &|_| Json::Null));
    assert_eq!(without.len(), 12);
    assert!(without.iter().all(|one| one.value.is_none() && one.state == State::Absent));
    let nonsense = series(&with_values(&body, &|_| json!({"x": 1}).get("y").cloned().unwrap_or(json!(true))));
    assert!(nonsense.iter().all(|one| one.value.is_none() && one.state == State::Unreadable));
}

/// The body without the n-th key that it has anywhere.
fn without_key(body: &Json, left: &mut usize) -> Json {
    match body {
        Json::Object(fields) => {
            let mut kept = serde_json::Map::new();
            for (key, value) in fields {
                if *left == 0 {
                    *left = usize::MAX;
                    continue;
                }
                *left -= 1;
                kept.insert(key.clone(), without_key(value, left));
            }
            Json::Object(kept)
        }
        Json::Array(rows) => Json::Array(rows.iter().map(|row| without_key(row, left)).collect()),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_missing_key_never_changes_another_value(key in 0_usize..60) {
        let body: Json = serde_json::from_slice(&recorded(SERIES)).unwrap();
        let plain = series(&body);
        let mut left = key;
        for reading in series(&without_key(&body, &mut left)) {
            prop_assert!(reading.value.is_none() || plain.contains(&reading), "{reading:?}");
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        for (connector, task, requests) in everything() {
            for request in requests.iter().take(3) {
                if let Ok(reply) = connector.read(&task, request, &bytes) {
                    is_honest(&reply, "any bytes");
                }
                let _refusal = connector.explain(request, 400, &bytes);
            }
        }
    }
}

#[test]
fn a_smaller_question_asks_for_exactly_what_it_is_told() {
    for (connector, task, requests) in everything() {
        for request in requests.iter().filter(|request| request.metrics.len() > 1 && request.items.is_empty()) {
            let half = request.metrics[..request.metrics.len() / 2].to_vec();
            let Some(smaller) = connector.with_metrics(request, &half) else { continue };
            assert_eq!(smaller.metrics, half);
            let text = crate::support::readings::sent(&smaller);
            let left_out = &request.metrics[request.metrics.len() / 2..];
            assert!(half.iter().all(|metric| text.contains(metric.as_str())), "{text}");
            assert!(
                left_out.iter().all(|metric| !text.split([',', '=', '&', '(', ')']).any(|word| word == metric)),
                "{text}"
            );
        }
        assert_eq!(task.channel.account, "1");
    }
    let post = Request { post: Some(PostId::from("1")), ..Request::default() };
    assert!(Facebook.with_metrics(&post, &[]).is_none(), "nothing left to ask");
}
