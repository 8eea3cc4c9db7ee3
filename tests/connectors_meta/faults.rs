//! Every fault class against the loop: the state that is recorded, what stays untouched, what the run's summary says.

use std::time::{Duration, Instant};

use genomslag::connectors::fetch::{Address, Client, Collected, Credential, Limits, collect};
use genomslag::connectors::{Connector, PostReading, ReadError, Refusal, Reply, Request, Task, facebook::Facebook};
use genomslag::model::{
    Gravity, OrganisationId, Platform, PostFormat, PostId, Reading, Secret, State, Value, Window, told,
};

use crate::support::readings::{day, now, period, task};
use crate::support::server::{Answer, Asked, ok, start, status};

/// A plain platform: `{"values":{metric: number},"posts":[id],"after":cursor,"host":host}`; Meta's errors.
struct Plain(Vec<Request>);

impl Connector for Plain {
    fn plan(&self, _task: &Task) -> Vec<Request> {
        self.0.clone()
    }

    fn read(&self, _task: &Task, request: &Request, body: &[u8]) -> Result<Reply, ReadError> {
        let answer: serde_json::Value =
            serde_json::from_slice(body).map_err(|error| ReadError::Shape(told::said(error.to_string())))?;
        let mut reply = Reply::default();
        for (metric, value) in answer["values"].as_object().into_iter().flatten() {
            let (start, end) = (day("2026-11-16"), day("2026-11-17"));
            let value = value.as_i64().map(Value::Whole);
            let state = if value.is_some() { State::Ok } else { State::Absent };
            let (metric, window) = (metric.clone(), Window::Day);
            reply.readings.push(Reading { post: None, metric, dimension: None, window, start, end, value, state });
        }
        for id in answer["posts"].as_array().into_iter().flatten().filter_map(|id| id.as_str()) {
            let (id, format, text) = (PostId::from(id), PostFormat::Text, String::new());
            reply.posts.push(PostReading { id, published: now(), format, text, permalink: None, link: None });
        }
        if let Some(after) = answer["after"].as_str() {
            reply.next.push(request.clone().with_value("after", after));
        }
        reply.hosts.extend(answer["host"].as_str().map(str::to_owned));
        Ok(reply)
    }

    fn explain(&self, request: &Request, status: u16, body: &[u8]) -> Refusal {
        Facebook.explain(request, status, body)
    }

    fn probe(&self, _task: &Task) -> Vec<Request> {
        self.0.clone()
    }
}

const TOKEN: &str = "EAAB-a-token-that-nobody-may-see";

fn limits() -> Limits {
    Limits {
        call_deadline: Duration::from_millis(400),
        total_deadline: Duration::from_secs(20),
        body_bytes: 1 << 20,
        attempts: 3,
        backoff: Duration::from_millis(2),
        longest_wait: Duration::from_millis(300),
        slow_pause: Duration::from_millis(30),
        ..Limits::default()
    }
}

async fn run(
    first: Vec<Request>,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Collected, Vec<Asked>) {
    let (base, log) = start(answer).await;
    let address = Address { base, platform: Platform::Facebook, version: "v25.0".to_owned() };
    let credential = Credential::Meta { token: Secret::new(TOKEN), app_secret: Some(Secret::new("app-secret")) };
    let client = Client::new(address, credential, limits()).unwrap();
    // Spawned, as the pipeline does: the loop's future must be free to move between threads.
    let job = tokio::spawn(async move {
        let connector = Plain(first);
        let task = task(Platform::Facebook, "1");
        collect(&client, &connector, &task, "run-1", &OrganisationId::from("granvik"), |_| {}).await
    });
    let collected = job.await.unwrap();
    let told = format!("{:?}", collected.problems);
    assert!(!told.contains(TOKEN) && !told.contains("app-secret"), "{told}");
    let asked = log.lock().unwrap().clone();
    assert!(asked.iter().all(|one| !one.target.contains(TOKEN)), "a token stands in an address");
    (collected, asked)
}

fn series(ask: &str, metrics: &[&str]) -> Request {
    let metrics: Vec<String> = metrics.iter().map(|metric| (*metric).to_owned()).collect();
    let request = Request::get(ask, format!("v25.0/{ask}")).with("metric", metrics.join(","));
    Request { metrics, span: Some(period("2026-11-09", "2026-11-17")), ..request }
}

fn list() -> Request {
    Request { limit: Some(4), ..Request::get("list", "v25.0/list").with("limit", "4") }
}

fn values_for(asked: &Asked) -> Answer {
    let metrics = asked.target.split("metric=").nth(1).unwrap_or_default().split('&').next().unwrap_or_default();
    let values: Vec<_> = metrics.split(',').map(|metric| format!("\"{metric}\":7")).collect();
    ok(format!("{{\"values\":{{{}}}}}", values.join(",")))
}

fn refusal(code_of: u16, code: u32, message: &str) -> Answer {
    status(code_of, format!("{{\"error\":{{\"code\":{code},\"message\":\"{message}\"}}}}"))
}

fn states(collected: &Collected) -> Vec<(String, State)> {
    collected.observations.iter().map(|one| (one.reading.metric.clone(), one.reading.state)).collect()
}

fn told(collected: &Collected, words: &str) -> bool {
    collected.problems.iter().any(|problem| problem.what.contains(words))
}

fn needs_a_person(collected: &Collected) -> bool {
    collected.problems.iter().any(|problem| problem.gravity == Gravity::Action)
}

const DEAD: &str = "(#100) The value must be a valid insights metric";

#[tokio::test]
async fn one_dead_metric_is_found_and_the_others_come() {
    let names = ["a", "b", "c", "d", "e", "f", "dead", "h"];
    let first = vec![series("one", &names), series("one", &names).with("slice", "2")];
    let (collected, asked) =
        run(first, |asked| if asked.target.contains("dead") { refusal(400, 100, DEAD) } else { values_for(asked) })
            .await;
    let alive = collected.observations.iter().filter(|one| one.reading.state == State::Ok).count();
    assert_eq!(alive, 7, "each living metric once: the second slice repeats the same day");
    let refused: Vec<_> = collected.observations.iter().filter(|one| one.reading.state == State::Refused).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].reading.metric.as_str(), refused[0].reading.start), ("dead", day("2026-11-17")));
    assert_eq!(collected.refused_metrics.len(), 1);
    assert!(collected.complete && !needs_a_person(&collected));
    // 8 → 4 + 4 → 2 + 2 → 1 + 1, and one for the second slice, asked without the dead one.
    assert_eq!(asked.len(), 8);
    assert!(!asked[7].target.contains("dead"));
}

#[tokio::test]
async fn throttled_waits_as_told_and_gives_up_on_long_waits() {
    let (collected, asked) = run(vec![series("one", &["a"])], |asked| match asked.before {
        0 => Answer::Whole(429, "retry-after: 0\r\n".to_owned(), "slow down".to_owned()),
        1 => refusal(400, 4, "(#4) Application request limit reached"),
        _ => values_for(asked),
    })
    .await;
    assert_eq!((asked.len(), collected.cost.retries), (3, 2));
    assert_eq!(states(&collected), [("a".to_owned(), State::Ok)]);
    assert!(collected.complete);

    let (collected, asked) = run(vec![series("one", &["a"]), series("two", &["a"])], |_| {
        Answer::Whole(429, "retry-after: 3600\r\n".to_owned(), "slow down".to_owned())
    })
    .await;
    assert_eq!(asked.len(), 1, "the whole channel waits");
    assert!(!collected.complete && told(&collected, "asks to wait") && !needs_a_person(&collected));
}

#[tokio::test]
async fn usage_headers_slow_down_and_stop() {
    let first = vec![series("one", &["a"]), series("two", &["b"]), series("three", &["c"])];
    let (collected, asked) = run(first, |asked| {
        let usage = if asked.before == 0 {
            "x-app-usage: {\"call_count\":80}\r\n"
        } else {
            "x-app-usage: {\"call_count\":97}\r\n"
        };
        let Answer::Whole(status, _, body) = values_for(asked) else { unreachable!("values are whole") };
        Answer::Whole(status, usage.to_owned(), body)
    })
    .await;
    assert_eq!(asked.len(), 2);
    assert_eq!(collected.cost.throttled, Duration::from_millis(30));
    assert_eq!(collected.observations.len(), 2);
    assert!(!collected.complete && told(&collected, "97 % of the platform's budget"));
}

#[tokio::test]
async fn broken_answers_are_asked_again_then_recorded_as_unreadable() {
    let first = vec![series("cut", &["a"]), series("html", &["b"]), series("json", &["c"]), series("good", &["d"])];
    let (collected, _) = run(first, |asked| match asked.target.split('?').next().unwrap_or_default() {
        "/v25.0/cut" if asked.before == 0 => Answer::CutOff("{\"values\":".to_owned()),
        "/v25.0/html" => ok("<!DOCTYPE html><title>Logga in</title>"),
        "/v25.0/json" => ok("{\"values\":{\"c\":"),
        _ => values_for(asked),
    })
    .await;
    let expected = [("a", State::Ok), ("b", State::Unreadable), ("c", State::Unreadable), ("d", State::Ok)];
    assert_eq!(states(&collected), expected.map(|(name, state)| (name.to_owned(), state)));
    assert!(!collected.complete && told(&collected, "could not be understood") && !told(&collected, "Logga in"));
}

#[tokio::test]
async fn dripping_huge_and_reset_do_not_hold_the_others_up() {
    let first = vec![series("drip", &["a"]), series("huge", &["b"]), series("reset", &["c"]), series("good", &["d"])];
    let started = Instant::now();
    let (collected, asked) = run(first, |asked| match asked.target.split('?').next().unwrap_or_default() {
        "/v25.0/drip" => Answer::Drip,
        "/v25.0/huge" => Answer::Huge(200 << 20),
        "/v25.0/reset" => Answer::Reset,
        _ => values_for(asked),
    })
    .await;
    assert!(started.elapsed() < Duration::from_secs(10));
    let expected = [("a", State::Unreadable), ("b", State::Unreadable), ("c", State::Unreadable), ("d", State::Ok)];
    assert_eq!(states(&collected), expected.map(|(name, state)| (name.to_owned(), state)));
    assert!(told(&collected, "took too long") && told(&collected, "larger than we take"));
    assert_eq!(asked.len(), 3 + 3 + 3 + 1);
    assert!(collected.cost.bytes < 1 << 20);
}

#[tokio::test]
async fn lists_that_go_round_in_circles_end() {
    let (collected, asked) = run(vec![list()], |asked| {
        let page = if asked.target.contains("after=2") { ("b", "1") } else { ("a", "2") };
        ok(format!("{{\"posts\":[\"{}\"],\"after\":\"{}\"}}", page.0, page.1))
    })
    .await;
    assert_eq!(collected.posts.len(), 2);
    assert!(asked.len() <= 4 && !collected.complete && told(&collected, "the list `list`"));

    let (collected, asked) =
        run(vec![list()], |asked| ok(format!("{{\"posts\":[],\"after\":\"{}\"}}", asked.before))).await;
    assert!(asked.len() <= 10 && told(&collected, "without bringing anything"));
}

#[tokio::test]
async fn an_empty_page_with_a_next_is_followed_and_posts_come_once() {
    let (collected, asked) = run(vec![list()], |asked| match asked.before {
        0 => ok(r#"{"posts":["a","b"],"after":"1"}"#),
        1 => ok(r#"{"posts":[],"after":"2"}"#),
        _ => ok(r#"{"posts":["b","c"]}"#),
    })
    .await;
    let ids: Vec<_> = collected.posts.iter().map(|post| post.id.as_str()).collect();
    assert_eq!((ids, asked.len()), (vec!["a", "b", "c"], 3));
    assert!(collected.complete && collected.problems.is_empty());
}

#[tokio::test]
async fn another_host_is_reported_and_never_asked() {
    let (collected, asked) = run(vec![list()], |asked| match asked.before {
        0 => ok(r#"{"posts":["a"],"after":"1","host":"evil.example"}"#),
        _ => ok(r#"{"posts":["b"]}"#),
    })
    .await;
    assert_eq!((collected.posts.len(), asked.len()), (2, 2));
    assert!(told(&collected, "`evil.example`"));

    let (collected, asked) = run(vec![series("one", &["a"]), series("two", &["b"])], |asked| {
        if asked.target.starts_with("/v25.0/one") {
            Answer::Whole(302, "location: http://evil.example/\r\n".to_owned(), String::new())
        } else {
            values_for(asked)
        }
    })
    .await;
    assert_eq!(asked.len(), 2);
    assert!(told(&collected, "not followed"));
    assert_eq!(states(&collected)[1], ("b".to_owned(), State::Ok));
}

#[tokio::test]
async fn too_much_is_asked_again_then_with_smaller_pages() {
    let (collected, asked) = run(vec![list()], |asked| {
        let reduce = "Please reduce the amount of data you're asking for, then retry your request";
        match (asked.target.contains("limit=1"), asked.target.contains("after")) {
            (false, _) => refusal(500, 1, reduce),
            (true, false) => ok(r#"{"posts":["a"],"after":"1"}"#),
            (true, true) => ok(r#"{"posts":["b"]}"#),
        }
    })
    .await;
    assert_eq!(collected.posts.len(), 2);
    // 4, 4, 4, 2, 1, and the next page at once with the size that worked.
    assert_eq!(asked.len(), 6);
    assert!(collected.complete);
}

#[tokio::test]
async fn a_dead_token_stops_the_channel() {
    let text = format!("Error validating access token {TOKEN}: see https://x.example/?access_token={TOKEN}");
    let (collected, asked) =
        run(vec![series("one", &["a"]), series("two", &["b"])], move |_| refusal(400, 190, &text)).await;
    assert_eq!(asked.len(), 1);
    assert!(collected.observations.is_empty() && !collected.complete && needs_a_person(&collected));
    assert_eq!(collected.token.unwrap().valid, Some(false));
}

#[tokio::test]
async fn a_missing_permission_is_named_and_the_others_come() {
    let text = "(#10) This endpoint requires the 'pages_read_engagement' permission";
    let (collected, _) = run(vec![series("one", &["a"]), series("two", &["b"])], move |asked| {
        if asked.target.starts_with("/v25.0/one") { refusal(403, 10, text) } else { values_for(asked) }
    })
    .await;
    let expected = [("a", State::Refused), ("b", State::Ok)];
    assert_eq!(states(&collected), expected.map(|(name, state)| (name.to_owned(), state)));
    let mend = collected.problems.iter().find_map(|problem| problem.mend.clone()).unwrap();
    assert!(mend.contains("`pages_read_engagement`"), "{mend}");
}

#[tokio::test]
async fn what_is_asked_and_not_answered_is_absent_not_zero() {
    let one_day = Request { span: Some(period("2026-11-16", "2026-11-17")), ..series("one", &["a", "b"]) };
    let (collected, _) = run(vec![one_day, series("span", &["c", "d"])], |asked| {
        if asked.target.contains("one") { ok(r#"{"values":{"a":0}}"#) } else { ok(r#"{"values":{"c":null}}"#) }
    })
    .await;
    let expected = [("a", State::Ok), ("b", State::Absent), ("c", State::Absent)];
    assert_eq!(states(&collected), expected.map(|(name, state)| (name.to_owned(), state)));
    assert!(told(&collected, "`d`"), "a metric without any day is told");
    assert_eq!(collected.observations[1].reading.value, None);
}

#[tokio::test]
async fn the_served_version_is_kept_and_compared() {
    let (collected, _) = run(vec![series("one", &["a"])], |asked| {
        let Answer::Whole(status, _, body) = values_for(asked) else { unreachable!("values are whole") };
        Answer::Whole(status, "facebook-api-version: v26.0\r\n".to_owned(), body)
    })
    .await;
    assert_eq!(collected.observations[0].source, "api:v26.0");
    assert!(told(&collected, "asked for API version v25.0, but v26.0 answered"));
    let stamped = &collected.observations[0];
    assert_eq!((stamped.seen, stamped.run.as_str(), stamped.zone.as_str()), (now(), "run-1", "America/Los_Angeles"));
}
