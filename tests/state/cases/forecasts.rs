//! Forecasts are kept once, as they were, and settled once.

use genomslag::state::{ForecastEntry, ForecastOutcome};

use super::{at, open};

fn entry(goal: &str, about: &str, chance: f64) -> ForecastEntry {
    ForecastEntry {
        goal: goal.into(),
        made: "2026-11-16".parse().unwrap(),
        about: about.to_owned(),
        due: "2026-12-31".parse().unwrap(),
        definition: format!("{{\"id\":\"{goal}\"}}"),
        report: "weekly-2026-W46-sv-3f9a1c2b".to_owned(),
        chance,
        low: 0.1 + 0.2,
        middle: 11_999.5,
        high: 1e300,
        kept: at(0),
        outcome: None,
    }
}

pub async fn a_forecast_is_kept_once_and_settled_once(url: &str) {
    let (state, other) = (open(url).await, open(url).await);
    let first = entry("foljare", "a", 0.3);
    assert!(state.keep_forecast(&first).await.unwrap());
    let again = ForecastEntry { chance: 0.9, ..first.clone() };
    assert!(!other.keep_forecast(&again).await.unwrap(), "what was told first stands");
    assert!(state.keep_forecast(&entry("foljare", "b", 0.4)).await.unwrap(), "a changed goal is another");
    let all = state.forecasts().await.unwrap();
    assert_eq!((all.len(), &all[0]), (2, &first), "every digit comes back");
    let met = ForecastOutcome { met: Some(true), value: Some(0.1 + 0.7), why: None, scored: at(60) };
    assert!(state.settle_forecast(&first, &met).await.unwrap());
    let later = ForecastOutcome { met: Some(false), ..met.clone() };
    assert!(!other.settle_forecast(&first, &later).await.unwrap());
    let unknown =
        ForecastOutcome { met: None, value: None, why: Some("{\"why\":\"absent\"}".to_owned()), scored: at(61) };
    assert!(state.settle_forecast(&entry("foljare", "b", 0.4), &unknown).await.unwrap());
    let outcomes: Vec<_> = state.forecasts().await.unwrap().into_iter().map(|it| it.outcome.unwrap()).collect();
    assert_eq!(outcomes, [met, unknown]);
}
