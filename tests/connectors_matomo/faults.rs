//! The loop with Matomo: the token in the form of a POST and nowhere else, refusals in answers with status 200.

use std::time::Duration;

use genomslag::connectors::fetch::{Address, Client, Collected, Credential, Limits, collect};
use genomslag::connectors::matomo::Matomo;
use genomslag::model::{Gravity, OrganisationId, Platform, Secret, State, Value};
use serde_json::json;

use super::task;
use crate::support::server::{Answer, Asked, ok, start};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn run(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Collected, Vec<Asked>) {
    let (base, log) = start(answer).await;
    let address = Address { base: base.join("matomo/").unwrap(), platform: Platform::Matomo, version: "5".to_owned() };
    let limits = Limits { backoff: Duration::from_millis(2), attempts: 3, ..Limits::default() };
    let credential = Credential::Form { field: "token_auth".to_owned(), value: Secret::new(TOKEN) };
    let client = Client::new(address, credential, limits).unwrap();
    let collected = collect(&client, &Matomo, &task(), "run-1", &OrganisationId::from("granvik"), |_| {}).await;
    assert!(!format!("{collected:?}").contains(TOKEN), "the token stands in what was collected");
    let asked = log.lock().unwrap().clone();
    for one in &asked {
        assert_eq!(one.target, "/matomo/index.php");
        assert!(one.head.starts_with("post ") && !one.head.contains(TOKEN));
        assert!(one.body.ends_with(&format!("token_auth={TOKEN}")));
    }
    (collected, asked)
}

fn site(asked: &Asked) -> Answer {
    let visits = json!({"2026-11-16": {"nb_visits": 40, "nb_uniq_visitors": 39}, "2026-11-17": {"nb_visits": 50, "nb_uniq_visitors": 49}});
    let whole = json!({"nb_visits": 300, "nb_uniq_visitors": 210});
    if asked.body.contains("Goals.getGoals") {
        ok(json!([[{"idgoal": 4}]]).to_string())
    } else if asked.body.contains("idGoal=4") {
        ok(json!([visits, {"2026-11-16": {"nb_conversions": 3}, "2026-11-17": {"nb_conversions": 1}}]).to_string())
    } else if asked.body.contains("period=week") {
        ok(json!([whole, whole]).to_string())
    } else {
        ok(json!([visits, [], [], [], {"2026-11-16": {"nb_conversions": 3}, "2026-11-17": {"nb_conversions": 1}}])
            .to_string())
    }
}

fn of(collected: &Collected, metric: &str) -> Vec<(Option<Value>, State)> {
    let name = |one: &&genomslag::model::Observation| one.reading.metric == metric && one.reading.dimension.is_none();
    collected.observations.iter().filter(name).map(|one| (one.reading.value, one.reading.state)).collect()
}

fn told(collected: &Collected, words: &str) -> bool {
    collected.problems.iter().any(|problem| problem.what.contains(words))
}

#[tokio::test]
async fn a_site_costs_four_calls() {
    let (collected, asked) = run(site).await;
    assert_eq!((asked.len(), collected.cost.calls), (4, 4));
    let whole = |value| (Some(Value::Whole(value)), State::Ok);
    assert_eq!(of(&collected, "nb_visits"), [whole(40), whole(50), whole(300), whole(300)]);
    assert_eq!(of(&collected, "nb_conversions"), [whole(3), whole(1)]);
    let goal = collected.observations.iter().filter(|one| one.reading.dimension.as_deref() == Some("goal=4")).count();
    assert_eq!(goal, 2);
    assert!(collected.complete, "{:?}", collected.problems);
    assert_eq!(collected.observations[0].zone, "Europe/Stockholm");
    assert_eq!(collected.observations[0].source, "api:5");
}

#[tokio::test]
async fn a_dead_token_in_a_good_answer_stops_the_channel() {
    let (collected, asked) = run(|_| {
        ok(r#"{"result":"error","message":"Unable to authenticate with the provided token. It is either invalid, expired or is required to be sent as a POST parameter."}"#)
    })
    .await;
    assert_eq!(asked.len(), 1);
    assert_eq!(collected.token.as_ref().unwrap().valid, Some(false));
    let acts = collected.problems.iter().filter(|problem| problem.gravity == Gravity::Action).count();
    assert!(acts == 1 && !collected.complete && collected.observations.is_empty());
}

#[tokio::test]
async fn maintenance_passes_and_a_login_page_does_not() {
    let (collected, _) = run(|asked| match asked.before {
        0 => ok(r#"{"result":"error","message":"Matomo is in scheduled maintenance. Please try again later."}"#),
        _ => site(asked),
    })
    .await;
    assert!(collected.complete && collected.cost.retries == 1);

    let (collected, _) = run(|asked| {
        if asked.body.contains("period=week") { ok("<!DOCTYPE html><title>Logga in</title>") } else { site(asked) }
    })
    .await;
    assert_eq!(of(&collected, "nb_conversions").len(), 2, "the days came");
    assert!(
        !collected.complete && told(&collected, "a web page came instead of data") && !told(&collected, "Logga in")
    );
}
