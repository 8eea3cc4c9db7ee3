//! Interrupted time series: least squares with Newey and West's errors, Prais and Winsten, restricted likelihood.

use genomslag::analysis::statistics::regression::{
    Autoregressed, Fit, autocorrelation, durbin_watson, ljung_box, prais_winsten, restricted_likelihood,
};
use genomslag::analysis::statistics::{float, mean};
use serde_json::Value;

use super::{Case, list};

struct Design {
    names: Vec<&'static str>,
    rows: Vec<Vec<f64>>,
    values: Vec<f64>,
}

pub fn compare(case: &mut Case) {
    let design = design(case);
    let expected = case.json["expected"].clone();
    let fit = Fit::least_squares(&design.rows, &design.values).unwrap();
    let hac = fit.newey_west(&design.rows, case.whole("maxlags").unwrap());
    for (index, name) in design.names.iter().enumerate() {
        let (plain, robust) = (fit.coefficient(index, &fit.covariance), fit.coefficient(index, &hac));
        let of = |table: &str| expected[table][name].as_f64().unwrap();
        case.close(&format!("coef {name}"), plain.value, of("coef"), 1e-6);
        case.close(&format!("se_ols {name}"), plain.error, of("se_ols"), 1e-6);
        case.close(&format!("se_hac {name}"), robust.error, of("se_hac"), 1e-6);
        case.close(&format!("t_hac {name}"), robust.value / robust.error, of("t_hac"), 1e-6);
        case.close(&format!("p_hac {name}"), robust.probability, of("p_hac"), 1e-6);
        let ends = list(&expected["ci95_hac"][name]);
        case.close(&format!("ci95_hac {name}"), robust.interval.0, ends[0], 1e-6);
        case.close(&format!("ci95_hac {name}"), robust.interval.1, ends[1], 1e-6);
    }
    for (name, contrast) in expected["contrasts"].as_object().into_iter().flatten() {
        let found = fit.estimate(&list(&contrast["weights"]), &hac);
        case.close(name, found.value, contrast["estimate"].as_f64().unwrap(), 1e-6);
        case.close(name, found.error, contrast["se_hac"].as_f64().unwrap(), 1e-6);
        case.close(name, found.interval.0, list(&contrast["ci95_hac"])[0], 1e-6);
        case.close(name, found.interval.1, list(&contrast["ci95_hac"])[1], 1e-6);
    }
    diagnostics(case, &design, &fit, &expected);
    let tight = prais_winsten(&design.rows, &design.values).unwrap();
    autoregressed(case, &design, &tight, &expected["prais_winsten"], ("rho", 1e-4, 1e-4));
    let reml = case.json["gls_ar1_reml"].clone();
    if reml.is_object() {
        let found = restricted_likelihood(&design.rows, &design.values).unwrap();
        case.near("gls phi", found.correlation, reml["phi"].as_f64().unwrap(), 0.01);
        autoregressed(case, &design, &found, &reml, ("", 0.02, 0.03));
    }
}

fn diagnostics(case: &mut Case, design: &Design, fit: &Fit, expected: &Value) {
    let centre = mean(&design.values).unwrap();
    let around: f64 = design.values.iter().map(|value| (value - centre).powi(2)).sum();
    let left: f64 = fit.residuals.iter().map(|it| it * it).sum();
    for (key, found) in [
        ("n", float(design.rows.len())),
        ("df_resid", fit.freedom),
        ("r2", 1.0 - left / around),
        ("durbin_watson", durbin_watson(&fit.residuals)),
        ("resid_acf1", autocorrelation(&fit.residuals, 1)),
        ("ljung_box_p_lag10", ljung_box(&fit.residuals, 10).unwrap()),
    ] {
        case.close(key, found, expected[key].as_f64().unwrap(), 1e-6);
    }
}

fn autoregressed(case: &mut Case, design: &Design, found: &Autoregressed, stated: &Value, how: (&str, f64, f64)) {
    let (key, coefficients, errors) = how;
    if let Some(correlation) = stated[key].as_f64() {
        case.close(key, found.correlation, correlation, coefficients);
    }
    for (index, name) in design.names.iter().enumerate() {
        let one = found.fit.coefficient(index, &found.fit.covariance);
        case.close(&format!("{key} coef {name}"), one.value, stated["coef"][name].as_f64().unwrap(), coefficients);
        case.close(&format!("{key} se {name}"), one.error, stated["se"][name].as_f64().unwrap(), errors);
        if let Some(probability) = stated["p"][name].as_f64() {
            // A relative step in t moves the logarithm of so small a probability much more.
            let close = coefficients * (1.0 + (one.value / one.error).powi(2).min(float(500)) * 2.0);
            case.close(&format!("{key} p {name}"), one.probability, probability, close);
            let ends = list(&stated["ci95"][name]);
            let width = coefficients * (ends[1] - ends[0]);
            case.near(&format!("{key} ci95 {name}"), one.interval.0, ends[0], width);
            case.near(&format!("{key} ci95 {name}"), one.interval.1, ends[1], width);
        }
    }
}

fn design(case: &Case) -> Design {
    let values = case.numbers("y");
    let time = |index: usize| float(index + 1);
    let within = |index: usize, (first, last): (usize, usize)| f64::from(u8::from(first <= index + 1 && index < last));
    let after = |index: usize| f64::from(u8::from(index + 1 > case.whole("T0").unwrap()));
    match case.json["kind"].as_str().unwrap() {
        "its" => {
            let start = float(case.whole("T0").unwrap());
            let row = |it: usize| vec![1.0, time(it), after(it), (time(it) - start) * after(it)];
            let rows = (0..values.len()).map(row).collect();
            Design { names: vec!["const", "time", "level", "slope"], rows, values }
        }
        "its_window" => {
            let spans = (case.span("window"), case.span("after"));
            let days: Vec<chrono::NaiveDate> = case.columns["date"].iter().map(|it| it.parse().unwrap()).collect();
            let row = |it: usize| {
                let mut row = vec![1.0, time(it), within(it, spans.0), within(it, spans.1)];
                let weekday = chrono::Datelike::weekday(&days[it]).num_days_from_monday();
                row.extend((1..7).map(|day| f64::from(u8::from(day == weekday))));
                row
            };
            let names = vec!["const", "time", "window", "after", "dow1", "dow2", "dow3", "dow4", "dow5", "dow6"];
            Design { names, rows: (0..values.len()).map(row).collect(), values }
        }
        _ => {
            let control = case.numbers("x");
            let rows = (0..values.len()).map(|it| vec![1.0, after(it)]).collect();
            let values = values.iter().zip(control).map(|(value, control)| value - control).collect();
            Design { names: vec!["const", "effect"], rows, values }
        }
    }
}
