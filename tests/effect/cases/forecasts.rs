//! Exponential smoothing: the usual forecast, as a peer of the engine. Three libraries stop in three optima, so only
//! the recursion with given parameters is a hard target.

use serde_json::Value;

use super::super::smoothing::{Model, Smoothing, automatic};
use super::{Case, list};

pub fn compare(case: &mut Case) {
    let (season, steps) = (case.whole("m").unwrap(), case.whole("h").unwrap());
    let expected = case.json["expected"].clone();
    for (name, stated) in expected.as_object().unwrap() {
        let reference = &stated["R_forecast_8_20"];
        let logarithm = reference["log_scale"] == true;
        let values: Vec<f64> =
            case.numbers("y").into_iter().map(|value| if logarithm { value.ln() } else { value }).collect();
        let given = &stated["given_R_parameters_and_initial_states"];
        if given.is_object() {
            let model = Model::parse(name, season);
            recursion(case, name, &given_by(model, reference), &values, given);
        }
        let agreement = &stated["agreement_at_the_horizon"];
        if agreement["fitted_values_usable_as_a_target"] == true {
            let fitted = if name == "AUTO" {
                automatic(&values, season)
            } else {
                Smoothing::fitted(Model::parse(name, season), &values)
            };
            usable(case, name, &fitted, &values, (steps, reference));
        }
    }
}

fn given_by(model: Model, reference: &Value) -> Smoothing {
    let parameter = |key: &str, other: f64| reference["params"][key].as_f64().unwrap_or(other);
    let states = &reference["initial_states"];
    // R numbers its seasonal states backwards in time: s1 is the one for the last step before the first.
    let backwards: Vec<f64> = (1..=model.season).map_while(|index| states[format!("s{index}")].as_f64()).collect();
    Smoothing {
        model,
        level_share: parameter("alpha", 0.0),
        trend_share: parameter("beta", 0.0),
        season_share: parameter("gamma", 0.0),
        damping: parameter("phi", 1.0),
        level: states["l"].as_f64().unwrap(),
        trend: states["b"].as_f64().unwrap_or(0.0),
        season: backwards.into_iter().rev().collect(),
    }
}

fn recursion(case: &mut Case, name: &str, model: &Smoothing, values: &[f64], given: &Value) {
    let means = list(&given["mean"]);
    let run = model.run(values);
    case.close(&format!("{name} sse"), run.squares, given["sse"].as_f64().unwrap(), 1e-6);
    for (step, (found, stated)) in run.forecast(means.len()).into_iter().zip(&means).enumerate() {
        case.close(&format!("{name} mean {}", step + 1), found, *stated, 1e-6);
    }
    for (step, (found, stated)) in
        model.variance_factors(means.len()).into_iter().zip(list(&given["variance_factor"])).enumerate()
    {
        case.close(&format!("{name} variance factor {}", step + 1), found, stated, 1e-5);
    }
    let reach = run.half_widths(model, means.len());
    for ((found, half), stated) in run.forecast(means.len()).into_iter().zip(reach).zip(list(&given["hi95"])) {
        case.close(&format!("{name} upper end"), found + half, stated, 1e-5);
    }
}

fn usable(case: &mut Case, name: &str, fitted: &Smoothing, values: &[f64], (steps, reference): (usize, &Value)) {
    let run = fitted.run(values);
    let (means, halves) = (run.forecast(steps), run.half_widths(fitted, steps));
    let (stated, upper) = (list(&reference["mean"]), list(&reference["hi95"]));
    let last = steps - 1;
    let half = upper[last] - stated[last];
    case.near(&format!("{name} fitted mean"), means[last], stated[last], 0.15 * half);
    case.close(&format!("{name} fitted half width"), halves[last], half, 0.15);
}
