//! Matomo: the token only in the form, errors with status 200, and days of the site's zone.

use genomslag::model::Platform;
use genomslag::sandbox::{Sandbox, World};
use serde_json::Value;

use super::{day, now, started};

async fn asked(sandbox: &Sandbox, pairs: &[(&str, &str)]) -> (u16, Value) {
    let address = format!("{}/index.php", sandbox.base(Platform::Matomo));
    let token = sandbox.world().tokens.matomo.clone();
    let mut form = vec![("module", "API"), ("format", "JSON"), ("token_auth", token.as_str())];
    form.extend(pairs);
    let response = reqwest::Client::new().post(address).form(&form).send().await.unwrap();
    (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn visits_are_those_of_the_world_also_when_the_clock_changes() {
    let sandbox = started(World::example(now())).await;
    for range in ["2026-03-28,2026-03-30", "2026-10-24,2026-10-26"] {
        let question = [("method", "VisitsSummary.get"), ("idSite", "1"), ("period", "day"), ("date", range)];
        let (status, body) = asked(&sandbox, &question).await;
        assert_eq!((status, body.as_object().map(serde_json::Map::len)), (200, Some(3)));
        for (date, values) in body.as_object().unwrap() {
            let truth = |metric| sandbox.world().truth(Platform::Matomo, "1", metric, day(date));
            assert_eq!(values["nb_visits"].as_f64(), truth("visits"), "{date}");
            assert_eq!(values["nb_uniq_visitors"].as_f64(), truth("visitors"), "{date}");
        }
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_token_in_an_address_is_refused_and_errors_come_with_200() {
    let sandbox = started(World::example(now())).await;
    let token = &sandbox.world().tokens.matomo;
    let address = format!(
        "{}/index.php?module=API&method=API.getMatomoVersion&token_auth={token}",
        sandbox.base(Platform::Matomo)
    );
    assert_eq!(reqwest::Client::new().get(address).send().await.unwrap().status().as_u16(), 401);
    let question = [("method", "VisitsSummary.get"), ("idSite", "7"), ("period", "day"), ("date", "2026-11-10")];
    let (status, body) = asked(&sandbox, &question).await;
    assert_eq!((status, body["result"].as_str()), (200, Some("error")));
    sandbox.stop().await;
}
