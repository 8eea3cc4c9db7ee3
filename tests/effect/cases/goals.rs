//! Goals: closed forms by hand, and the engine.

use genomslag::analysis::statistics::engine::{Question, answer};
use genomslag::analysis::statistics::{deviation, float, mean};
use serde_json::Value;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::{Case, list};

pub fn compare(case: &mut Case) {
    if case.json["kind"] == "goal_stock" { stock(case) } else { flow(case) }
}

fn stock(case: &mut Case) {
    let values = case.numbers("y");
    let (steps, goal) = (case.whole("h").unwrap(), case.json["setup"]["goal"].as_f64().unwrap());
    let growth: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let expected = case.json["expected"].clone();
    let last = *values.last().unwrap();
    closed_form(case, &growth, last, &expected);
    let past = growth.iter().copied().map(Some).collect();
    let posterior = answer(&Question { past, controls: Vec::new(), season: 1, steps }).unwrap();
    let sum = posterior.predict(&vec![1.0; steps]).unwrap().moved(last, 1.0);
    let stated = &expected["engine"];
    let wide = |key: &str| list(&stated[key])[1] - list(&stated[key])[0];
    let close = 0.005 * wide("pi80");
    for (key, found) in [("mean", sum.mean()), ("sd", sum.deviation()), ("median", sum.quantile(0.5))] {
        case.near(key, found, stated[key].as_f64().unwrap(), close);
    }
    intervals(case, &sum, stated);
    case.near("prob_goal", sum.above(goal), stated["prob_goal"].as_f64().unwrap(), 0.002);
    case.near("weight_ar", posterior.autoregression(), stated["weight_ar"].as_f64().unwrap(), 0.002);
}

/// A random walk with drift: what a spreadsheet would say.
fn closed_form(case: &mut Case, growth: &[f64], last: f64, expected: &Value) {
    let (steps, goal) = (float(case.whole("h").unwrap()), case.json["setup"]["goal"].as_f64().unwrap());
    let (pace, spread, count) = (mean(growth).unwrap(), deviation(growth).unwrap(), float(growth.len()));
    let error = spread * (steps + steps * steps / count).sqrt();
    let point = last + steps * pace;
    let normal = Normal::new(0.0, 1.0).unwrap();
    let tail = StudentsT::new(0.0, 1.0, count - 1.0).unwrap();
    let figures = [
        ("last_value", last),
        ("weekly_growth_mean", pace),
        ("weekly_growth_sd", spread),
        ("n_growth", count),
        ("needed_per_week", (goal - last) / steps),
        ("pace_ratio", pace / ((goal - last) / steps)),
        ("point", point),
        ("se", error),
        ("prob_goal_normal", normal.sf((goal - point) / error)),
        ("prob_goal_t", tail.sf((goal - point) / error)),
    ];
    for (key, found) in figures {
        case.close(key, found, expected[key].as_f64().unwrap(), 1e-6);
    }
    for (key, reach) in [
        ("pi80_normal", normal.inverse_cdf(0.9)),
        ("pi80_t", tail.inverse_cdf(0.9)),
        ("pi95_normal", normal.inverse_cdf(0.975)),
        ("pi95_t", tail.inverse_cdf(0.975)),
    ] {
        let ends = list(&expected[key]);
        case.close(key, point - reach * error, ends[0], 1e-6);
        case.close(key, point + reach * error, ends[1], 1e-6);
    }
}

fn flow(case: &mut Case) {
    let values = case.numbers("y");
    let (steps, last) = (case.whole("h").unwrap(), case.whole("last").unwrap());
    let goal = case.json["setup"]["goal"].as_f64().unwrap();
    let expected = case.json["expected"].clone();
    let recent = mean(&values[values.len() - last..]).unwrap();
    case.close("last4_average", recent, expected["last4_average"].as_f64().unwrap(), 1e-6);
    let weights: Vec<f64> = (0..steps).map(|step| if step + last >= steps { 1.0 / float(last) } else { 0.0 }).collect();
    for (name, logarithm) in [("level", false), ("log", true)] {
        let stated = expected["engine"][name].clone();
        if !stated.is_object() {
            continue;
        }
        let into = |value: f64| if logarithm { value.ln() } else { value };
        let back = |value: f64| if logarithm { value.exp() } else { value };
        let past = values.iter().map(|value| Some(into(*value))).collect();
        let posterior = answer(&Question { past, controls: Vec::new(), season: 1, steps }).unwrap();
        let found = posterior.predict(&weights).unwrap();
        for (key, share) in [("pi80", 0.8), ("pi95", 0.95)] {
            let (ends, (low, high)) = (list(&stated[key]), found.interval(share));
            let close = 0.005 * (ends[1] - ends[0]);
            case.near(&format!("{name} {key}"), back(low), ends[0], close);
            case.near(&format!("{name} {key}"), back(high), ends[1], close);
        }
        let ends = list(&stated["pi80"]);
        let mean = stated["mean_of_last"].as_f64().unwrap();
        case.near(&format!("{name} mean"), back(found.mean()), mean, 0.005 * (ends[1] - ends[0]));
        case.near(&format!("{name} prob_goal"), found.above(into(goal)), stated["prob_goal"].as_f64().unwrap(), 0.002);
        let weight = stated["weight_ar"].as_f64().unwrap();
        case.near(&format!("{name} weight_ar"), posterior.autoregression(), weight, 0.002);
    }
}

fn intervals(case: &mut Case, found: &genomslag::analysis::statistics::mixture::Mixture, stated: &Value) {
    for (key, share) in [("pi80", 0.8), ("pi95", 0.95)] {
        let (ends, (low, high)) = (list(&stated[key]), found.interval(share));
        let close = 0.005 * (ends[1] - ends[0]);
        case.near(key, low, ends[0], close);
        case.near(key, high, ends[1], close);
    }
}
