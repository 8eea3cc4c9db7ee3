//! Level shifts and strange days.

use genomslag::analysis::statistics::shifts::{cost, levels, pelt, spread_of_steps};
use genomslag::analysis::statistics::strange::{Rests, Season, rests, rests_with};
use genomslag::analysis::statistics::{float, median};

use super::{Case, list, whole_list};

pub fn changepoints(case: &mut Case) {
    let values = case.numbers("y");
    let expected = case.json["expected"].clone();
    let shortest = case.whole("min_size").unwrap();
    let spread = expected["sigma_mad_of_differences"].as_f64().unwrap();
    case.close("sigma", spread_of_steps(&values).unwrap(), spread, 1e-6);
    for (name, stated) in expected["pelt_l2"].as_object().unwrap() {
        let penalty = stated["penalty"].as_f64().unwrap();
        let found = pelt(&values, penalty, shortest);
        case.holds(&format!("{name}: the same points"), found == whole_list(&stated["last_index_of_each_segment"]));
        case.close(&format!("{name} cost"), cost(&values, &found), stated["cost"].as_f64().unwrap(), 1e-6);
        for (level, stated) in levels(&values, &found).into_iter().zip(list(&stated["segment_means"])) {
            case.close(&format!("{name} level"), level, stated, 1e-6);
        }
        let factor: f64 = name.split('_').next().unwrap().parse().unwrap();
        let ours = factor * spread_of_steps(&values).unwrap().powi(2) * float(values.len()).ln();
        case.close(&format!("{name} penalty"), ours, penalty, 1e-6);
    }
}

pub fn anomalies(case: &mut Case) {
    let values = case.numbers("y");
    let (season, threshold) = (case.whole("period").unwrap(), case.json["setup"]["threshold"].as_f64().unwrap());
    let truth = whole_list(&case.json["truth"]);
    let expected = case.json["expected"].clone();
    let stl = &expected["R_stl"];
    for (name, window) in [("s.window_35", Season::Smoothed(35)), ("s.window_periodic", Season::Periodic)] {
        // R's own fit of a periodic season differs in the fourth digit.
        let close = if window == Season::Periodic { 1e-3 } else { 1e-5 };
        if !stl[name].is_object() {
            continue;
        }
        let found = rests_with(&values, season, window).unwrap();
        let spread = stl[name]["mad"].as_f64().unwrap();
        case.close(&format!("{name} spread"), found.spread / 1.4826, spread, close);
        for (found, stated) in found.season.iter().zip(list(&stl[name]["seasonal_first7"])) {
            case.near(&format!("{name} season"), *found, stated, 100.0 * close);
        }
        let strange = flagged(&found, threshold);
        case.holds(&format!("{name}: the same days"), strange == whole_list(&stl[name]["flagged"]));
        for (day, stated) in strange.iter().zip(list(&stl[name]["z"])) {
            case.close(&format!("{name} distance"), found.distances[day - 1], stated, close);
        }
        let left: Vec<f64> = values.iter().zip(&found.expected).map(|(value, expected)| value - expected).collect();
        let sum = stl[name]["sum_abs_remainder"].as_f64().unwrap();
        case.close(&format!("{name} rests"), left.iter().map(|it| it.abs()).sum(), sum, close);
        case.close(&format!("{name} middle"), median(&left).unwrap(), stl[name]["median"].as_f64().unwrap(), close);
    }
    let strange = flagged(&rests(&values, season).unwrap(), threshold);
    case.holds("every planted day is found", truth.iter().all(|day| strange.contains(day)));
    case.holds("at most one day more", strange.len() <= truth.len() + 1);
}

fn flagged(found: &Rests, threshold: f64) -> Vec<usize> {
    let days = found.distances.iter().enumerate();
    days.filter(|(_, distance)| distance.abs() >= threshold).map(|(index, _)| index + 1).collect()
}
