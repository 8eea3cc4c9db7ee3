//! Synthetic control.

use genomslag::analysis::statistics::donors::{Synthetic, conformal, placebos, rank};

use super::{Case, list};

pub fn compare(case: &mut Case) {
    let series = case.numbers("y");
    let names = case.names("donors");
    let donors: Vec<Vec<f64>> = names.iter().map(|name| case.numbers(name)).collect();
    let before = case.whole("T0").unwrap();
    let expected = case.json["expected"].clone();
    let found = Synthetic::fitted(&series, &donors, before).unwrap();
    for (name, weight) in names.iter().zip(&found.weights) {
        case.near(&format!("weight of {name}"), *weight, expected["weights"][name].as_f64().unwrap(), 0.02);
    }
    let fit = expected["pre_rmspe"].as_f64().unwrap();
    case.close("fit before", found.before, fit, 0.01);
    case.near("effect", found.effect, expected["average_effect"].as_f64().unwrap(), 0.05 * fit);
    case.close("ratio", found.ratio(), expected["rmspe_ratio"].as_f64().unwrap(), 0.01);
    let others = placebos(&donors, before);
    for ((name, other), stated) in names.iter().zip(&others).zip(list(&expected["rmspe_ratios_donors"])) {
        case.close(&format!("ratio of {name}"), other.ratio(), stated, 0.01);
    }
    for ((name, other), stated) in names.iter().zip(&others).zip(list(&expected["placebo_average_gaps"])) {
        case.near(&format!("gap of {name}"), other.effect, stated, 0.05 * fit);
    }
    case.close("rank", rank(found.ratio(), &others), expected["placebo_p"].as_f64().unwrap(), 1e-6);
    let (statistic, probability) = conformal(&series, &donors, before);
    case.close("conformal statistic", statistic, expected["conformal"]["statistic"].as_f64().unwrap(), 0.01);
    case.close("conformal probability", probability, expected["conformal"]["p"].as_f64().unwrap(), 1e-6);
}
