//! Posts: labels beside the mean of all, and drawn in.

use genomslag::analysis::statistics::float;
use genomslag::analysis::statistics::pool::{Pooled, benjamini_hochberg, pooled, pooled_with};
use genomslag::analysis::statistics::regression::{Estimate, Fit};
use serde_json::Value;

use super::Case;

pub fn compare(case: &mut Case) {
    let expected = case.json["expected"].clone();
    let stated = &expected["regression"];
    let labels: Vec<String> = stated["labels"].as_object().unwrap().keys().cloned().collect();
    let (rows, fixed) = design(case, &labels);
    let values: Vec<f64> = case.numbers("reach").iter().map(|reach| reach.ln()).collect();
    let fit = Fit::least_squares(&rows, &values).unwrap();
    case.close("n", float(rows.len()), stated["n"].as_f64().unwrap(), 1e-6);
    case.close("sigma", fit.deviation(), stated["sigma"].as_f64().unwrap(), 1e-6);
    let counts: Vec<f64> =
        labels.iter().map(|label| float(case.columns["label"].iter().filter(|it| *it == label).count())).collect();
    let whole: f64 = counts.iter().sum();
    // The first label is the base: a label beside the mean of all, weighted by their posts.
    let contrast = |label: usize| -> Vec<f64> {
        let mut weights = vec![0.0; fixed];
        weights.extend((1..labels.len()).map(|it| f64::from(u8::from(it == label)) - counts[it] / whole));
        weights
    };
    let found: Vec<Estimate> = (0..labels.len()).map(|label| fit.estimate(&contrast(label), &fit.covariance)).collect();
    let adjusted = benjamini_hochberg(&found.iter().map(|it| it.probability).collect::<Vec<f64>>());
    for (index, label) in labels.iter().enumerate() {
        let stated = &stated["labels"][label];
        let figures = [
            ("estimate", found[index].value),
            ("se", found[index].error),
            ("p", found[index].probability),
            ("bh", adjusted[index]),
            ("n", counts[index]),
        ];
        for (key, figure) in figures {
            case.close(&format!("{label} {key}"), figure, stated[key].as_f64().unwrap(), 1e-6);
        }
    }
    let sums: Vec<Vec<f64>> = (1..labels.len()).map(|label| unit(fixed + label - 1, rows[0].len())).collect();
    let (value, first, probability) = fit.together(&sums).unwrap();
    let joint = &stated["joint_F_labels"];
    for (key, found) in [("F", value), ("df1", first), ("df2", fit.freedom), ("p", probability)] {
        case.close(&format!("joint {key}"), found, joint[key].as_f64().unwrap(), 1e-6);
    }
    let estimates: Vec<(f64, f64)> = found.iter().map(|it| (it.value, it.error)).collect();
    shrinkage(case, &labels, &estimates, &expected["shrinkage"]);
}

fn shrinkage(case: &mut Case, labels: &[String], estimates: &[(f64, f64)], stated: &Value) {
    for (method, stated) in stated.as_object().unwrap() {
        let between = stated["tau2"].as_f64().unwrap();
        let found = if method == "PM" { pooled(estimates) } else { pooled_with(estimates, between) }.unwrap();
        case.near(&format!("{method} tau2"), found.between, between, (0.01 * between).max(1e-4));
        case.near(&format!("{method} mu"), found.centre.0, stated["mu"].as_f64().unwrap(), 0.005);
        case.near(&format!("{method} mu_se"), found.centre.1, stated["mu_se"].as_f64().unwrap(), 0.005);
        if method == "PM" {
            named(case, labels, &found);
        }
        for (label, group) in labels.iter().zip(&found.groups) {
            let of = |table: &str| stated[table][label].as_f64().unwrap();
            case.near(&format!("{method} {label}"), group.value, of("shrunk"), 0.005);
            case.near(&format!("{method} se {label}"), group.error, of("shrunk_se"), 0.005);
            case.near(&format!("{method} low {label}"), group.interval.0, of("pi_lb"), 0.01);
            case.near(&format!("{method} high {label}"), group.interval.1, of("pi_ub"), 0.01);
        }
    }
}

/// Few posts are drawn in further than many.
fn named(case: &mut Case, labels: &[String], found: &Pooled) {
    let error = |label: &str| labels.iter().position(|it| it == label).map(|at| found.groups[at].error);
    if let (Some(few), Some(many)) = (error("samråd"), error("service")) {
        case.holds("few posts say less than many", few > many);
    }
}

/// `log(reach) ~ format + weekday + evening + label`, and how many columns come before the labels.
fn design(case: &Case, labels: &[String]) -> (Vec<Vec<f64>>, usize) {
    let mut formats: Vec<&String> = case.columns["format"].iter().collect();
    formats.sort();
    formats.dedup();
    let one = |yes: bool| f64::from(u8::from(yes));
    let weekday = |index: usize| {
        let day: chrono::NaiveDate = case.columns["date"][index].parse().unwrap();
        chrono::Datelike::weekday(&day).num_days_from_monday()
    };
    let hours = case.numbers("hour");
    let row = |index: usize| -> Vec<f64> {
        let mut row = vec![1.0];
        row.extend(formats[1..].iter().map(|it| one(case.columns["format"][index] == **it)));
        row.extend((1..7).map(|day| one(weekday(index) == day)));
        row.push(one(hours[index] >= 17.0));
        row.extend(labels[1..].iter().map(|it| one(case.columns["label"][index] == *it)));
        row
    };
    let rows: Vec<Vec<f64>> = (0..hours.len()).map(row).collect();
    let fixed = rows[0].len() - (labels.len() - 1);
    (rows, fixed)
}

fn unit(index: usize, size: usize) -> Vec<f64> {
    (0..size).map(|it| f64::from(u8::from(it == index))).collect()
}
