//! The interface for programs.

use genomslag::model::UnitId;
use genomslag::pipeline::{self, Role, SeeOrder};
use serde_json::Value;

use super::see::example;
use crate::support::browser::{Browser, Site};

async fn program(site: &Site, scopes: &[&str], units: Option<&[UnitId]>) -> Browser {
    let made = site.app.state.make_api_token("test", scopes, units, "test", None, site.now()).await.unwrap();
    let mut browser = site.browser();
    browser.headers.push(("authorization", format!("Bearer {}", made.1.expose())));
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_read_reads() {
    let (_test, site) = example().await;
    let mut nobody = site.browser();
    let answer = nobody.get("/api/v1/goals").await;
    assert_eq!((answer.status, answer.header("www-authenticate").as_str()), (401, "Bearer"));
    assert_eq!(answer.json()["error"]["status"], 401);
    let mut wrong = site.browser();
    wrong.headers.push(("authorization", "Bearer wrong".to_owned()));
    assert_eq!(wrong.get("/api/v1/goals").await.status, 401);
    assert_eq!(program(&site, &["write"], None).await.get("/api/v1/goals").await.status, 403);
    assert_eq!(program(&site, &["read"], None).await.get("/api/v1/goals").await.status, 200);
    let mut limited = program(&site, &["read"], Some(&[UnitId::from("bibliotek")])).await;
    assert_eq!(limited.get("/api/v1/channels/fb-social").await.status, 404);
    assert_eq!(limited.get("/api/v1/channels/fb-bibliotek").await.status, 200);
    // A token opens the interface, not the pages.
    assert_eq!(program(&site, &["read"], None).await.get("/").await.status, 303);
    assert_eq!(nobody.get("/api/v1/openapi.json").await.status, 200, "the description is for everybody");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_goals_are_those_of_the_command_and_an_answer_that_is_known_is_not_sent_again() {
    let (test, site) = example().await;
    let mut browser = program(&site, &["read"], None).await;
    let answer = browser.get("/api/v1/goals?language=en").await;
    let order = SeeOrder::whole(genomslag::model::Language::English);
    let sight = pipeline::see(&test.app, &order, test.now).await.unwrap();
    let command = serde_json::to_value(sight.goals(&test.app)).unwrap();
    // Through text and back, as the answer came: reading a number may cost its last bit.
    let read: serde_json::Value = serde_json::from_str(&command.to_string()).unwrap();
    assert_eq!(answer.json(), read);
    // Against what judging itself says, goal by goal.
    let judged = pipeline::judge(&test.app, &pipeline::JudgeOrder::default(), test.now).await.unwrap();
    for (told, standing) in command["goals"].as_array().unwrap().iter().zip(&judged.standings) {
        assert_eq!(told["id"], standing.goal.id.as_str());
        assert_eq!(told["status"], standing.status.as_str());
        assert_eq!(told["now"].as_f64(), standing.now.number(), "{}", standing.goal.id);
        assert_eq!(told["ahead"].as_f64(), standing.ahead.number(), "{}", standing.goal.id);
    }
    let tag = answer.header("etag");
    browser.headers.push(("if-none-match", tag.clone()));
    let again = browser.get("/api/v1/goals?language=en").await;
    assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, tag));
    assert_eq!(browser.get("/api/v1/goals?language=sv").await.status, 200, "another answer has another mark");
}

/// Whether the value is what the schema says, as far as types, constants, required keys and references go; else where not.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return fits(document, document.pointer(&reference[1..]).unwrap(), value, place);
    }
    for one in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        fits(document, one, value, place)?;
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(any) = schema.get(key).and_then(Value::as_array)
            && any.iter().all(|it| fits(document, it, value, place).is_err())
        {
            return Err(format!("{place}: nothing of {key} fits {value}"));
        }
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        other => other.and_then(Value::as_str).into_iter().collect(),
    };
    let own = kind_of(value);
    let allowed = kinds.is_empty() || kinds.contains(&own) || own == "integer" && kinds.contains(&"number");
    if !allowed {
        return Err(format!("{place}: {own} is not {kinds:?}"));
    }
    let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|list| list.contains(value));
    if !listed || schema.get("const").is_some_and(|constant| constant != value) {
        return Err(format!("{place}: {value} is none of those that are allowed"));
    }
    for key in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if value.as_object().is_some_and(|object| !object.contains_key(key)) {
            return Err(format!("{place}: no `{key}`"));
        }
    }
    for (key, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(value) = value.get(key) {
            fits(document, schema, value, &format!("{place}.{key}"))?;
        }
    }
    if let (Some(list), Some(items)) = (value.as_array(), schema.get("items")) {
        for (at, it) in list.iter().enumerate() {
            fits(document, items, it, &format!("{place}[{at}]"))?;
        }
    }
    Ok(())
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_as_the_document_says() {
    let (test, site) = example().await;
    let weekly = pipeline::Order::kind(genomslag::model::ReportKind::Weekly, genomslag::model::Language::Swedish);
    let made = pipeline::make(&test.app, &weekly, test.now).await.unwrap();
    pipeline::write(&test.app, &weekly, &made, &test.folder.path().join("out"), false).await.unwrap();
    let mut browser = program(&site, &["read"], None).await;
    let document = browser.get("/api/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let posts = browser.get("/api/v1/posts?period=month").await.json();
    let post = &posts["posts"][0];
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 14, "{paths:?}");
    for (path, item) in paths {
        let figure = if path.contains("{report}") {
            made.report.figures[0].id.0.as_str()
        } else {
            "channel.fb-kommun.views.total"
        };
        let real = path
            .replace("{goal}", test.app.config.goals[0].id.as_str())
            .replace("{channel}", if path.contains("{post}") { post["channel"].as_str().unwrap() } else { "fb-kommun" })
            .replace("{post}", post["id"].as_str().unwrap())
            .replace("{campaign}", "familjehem-hosten")
            .replace("{report}", &made.report.id)
            .replace("{figure}", figure);
        let answer = browser.get(&real).await;
        assert_eq!(answer.status, 200, "{real}: {}", answer.text());
        let schema = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        fits(&document, schema, &answer.json(), path).unwrap();
        assert!(!answer.header("etag").is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_leads_to_the_observations_that_the_world_gave() {
    let (test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let answer = browser.get("/api/v1/figures/channel.fb-kommun.views.total?view=channel%2Ffb-kommun").await.json();
    let channel = test.app.config.channel(&"fb-kommun".into()).unwrap();
    let week = pipeline::named_period(&test.app, "week", test.now).unwrap();
    let truths = test.sandbox.world().truths(channel.platform, &channel.account, "views", week.start(), week.end());
    let told: Vec<f64> =
        answer["sources"][0]["observations"].as_array().unwrap().iter().filter_map(|it| it["value"].as_f64()).collect();
    assert_eq!(told, truths.iter().map(|(_, value)| *value).collect::<Vec<f64>>());
    assert_eq!(answer["figure"]["value"]["Ok"]["value"].as_f64(), Some(told.iter().sum()));
    let page = browser.get("/trace/now/channel.fb-kommun.views.total?view=channel%2Ffb-kommun").await;
    let locale = genomslag::words::Locale::of(genomslag::model::Language::Swedish);
    assert!(page.text().contains(&locale.whole(told.iter().sum())), "{}", page.text());
    assert_eq!(browser.get("/trace/now/channel.fb-kommun.nonsense?view=whole").await.status, 404);
    assert_eq!(browser.get("/trace/..%2F..%2Fetc%2Fpasswd/x").await.status, 404);
}
