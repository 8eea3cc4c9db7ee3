//! The effect of a campaign: the engine, and the engine with `CausalImpact`'s prior.

use genomslag::analysis::statistics::engine::{Prior, Question, answer_with};
use genomslag::analysis::statistics::mixture::Mixture;
use genomslag::analysis::statistics::placebo;
use serde_json::Value;

use super::{Case, list, whole_list};

/// What the engine says of a window.
struct Found {
    /// The mean effect per step.
    effect: Mixture,
    expected: f64,
    steps: f64,
    inclusion: Vec<f64>,
    autoregression: f64,
}

pub fn compare(case: &mut Case) {
    let question = question(case, false);
    let json = case.json.clone();
    if let Some(expected) = json["expected"].as_object() {
        for (name, stated) in expected {
            let masked = name.starts_with("masked_");
            let question = if masked { self::question(case, true) } else { question.clone() };
            let level = name.rsplit('_').next().unwrap().parse().unwrap();
            let prior = Prior::causal_impact(level, question.controls.len());
            let found = run(case, &question, &prior);
            causal_impact(case, name, &found, stated);
        }
    }
    for (name, masked) in [("raw", false), ("masked", true)] {
        let stated = &json["recommended_engine"][name];
        if stated.is_object() {
            let question = self::question(case, masked);
            engine(case, name, &question, stated);
        }
    }
    verdict(case, &question);
}

fn question(case: &Case, masked: bool) -> Question {
    let ((first, last), (from, to)) = (case.span("pre"), case.span("post"));
    let mut past = case.optional("y")[first - 1..last].to_vec();
    if masked {
        for step in whole_list(&case.json["setup"]["mask"]) {
            past[step - first] = None;
        }
    }
    let controls = case.names("controls").iter().map(|it| case.optional(it)[first - 1..to].to_vec()).collect();
    assert_eq!(from, last + 1);
    Question { past, controls, season: case.whole("nseasons").unwrap_or(1), steps: to - last }
}

fn run(case: &Case, question: &Question, prior: &Prior) -> Found {
    let (from, to) = case.span("post");
    let observed = &case.optional("y")[from - 1..to];
    let posterior = answer_with(question, prior).unwrap();
    let weights: Vec<f64> = observed.iter().map(|value| if value.is_some() { 1.0 } else { 0.0 }).collect();
    let steps: f64 = weights.iter().sum();
    let sum: f64 = observed.iter().flatten().sum();
    let expected = posterior.predict(&weights).unwrap();
    Found {
        effect: expected.taken_from(sum).moved(0.0, 1.0 / steps),
        expected: expected.mean() / steps,
        steps,
        inclusion: posterior.inclusion().to_vec(),
        autoregression: posterior.autoregression(),
    }
}

fn causal_impact(case: &mut Case, name: &str, found: &Found, stated: &Value) {
    let effect = found.effect.mean();
    let (low, high) = found.effect.interval(0.95);
    let above = found.effect.above(0.0);
    let figures = [
        ("average_effect", effect),
        ("cumulative_effect", effect * found.steps),
        ("ci95_lower", low),
        ("ci95_upper", high),
        ("relative_effect", effect / found.expected),
        ("p_one_sided", above.min(1.0 - above)),
    ];
    for (key, value) in figures {
        case.stated(&format!("{name} {key}"), value, &stated[key]);
    }
}

fn engine(case: &mut Case, name: &str, question: &Question, stated: &Value) {
    let found = run(case, question, &Prior::product(question.controls.len()));
    let (low, high) = found.effect.interval(0.95);
    let deviation = found.effect.deviation();
    for (key, value) in [
        ("average_effect", found.effect.mean()),
        ("sd", deviation),
        ("ci95_lower", low),
        ("ci95_upper", high),
        ("prob_effect_positive", found.effect.above(0.0)),
    ] {
        case.stated(&format!("{name} {key}"), value, &stated[key]);
    }
    let small = 0.005 * deviation;
    let eighty = found.effect.interval(0.8);
    for (found, expected) in [eighty.0, eighty.1].into_iter().zip(list(&stated["ci80"])) {
        case.near(&format!("{name} ci80"), found, expected, small);
    }
    for (control, share) in case.names("controls").iter().zip(&found.inclusion) {
        if let Some(expected) = stated["inclusion_probability"][control].as_f64() {
            case.near(&format!("{name} inclusion of {control}"), *share, expected, 0.002);
        }
    }
    if let Some(expected) = stated["weight_of_ar_noise"].as_f64() {
        case.near(&format!("{name} weight of autoregression"), found.autoregression, expected, 0.002);
    }
    let placebos = placebo::placebos(question, question.steps);
    let distances = list(&stated["placebo_z"]);
    case.holds(&format!("{name}: {} make-believe dates", distances.len()), placebos.len() == distances.len());
    for (found, expected) in placebos.iter().zip(distances) {
        case.near(&format!("{name} make-believe date"), found.distance, expected, 0.005);
    }
    let inflation = placebo::inflation(&placebos);
    if let Some(expected) = stated["inflation"].as_f64() {
        case.near(&format!("{name} inflation"), inflation, expected, 0.003);
    }
    let wide = found.effect.widened(inflation).interval(0.95);
    for (found, expected) in [wide.0, wide.1].into_iter().zip(list(&stated["ci95_calibrated"])) {
        case.near(&format!("{name} widened interval"), found, expected, 2.0 * small);
    }
}

fn verdict(case: &mut Case, question: &Question) {
    let Some(level) = case.json["verdict"]["level"].as_str().map(str::to_owned) else { return };
    let found = run(case, question, &Prior::product(question.controls.len()));
    let wide = found.effect.widened(placebo::inflation(&placebo::placebos(question, question.steps)));
    let (low, high) = wide.interval(0.95);
    let truth = case.json["true_average_effect"].as_f64();
    match level.as_str() {
        "effect" => {
            case.holds("the interval leaves nothing", low > 0.0 || high < 0.0);
            case.holds("the truth lies inside", truth.is_none_or(|it| low <= it && it <= high));
        }
        "no_claim" => case.holds("nothing lies inside the interval", low <= 0.0 && 0.0 <= high),
        _ => case.holds("the truth lies inside", truth.is_none_or(|it| low <= it && it <= high)),
    }
    for (name, share) in case.names("controls").iter().zip(&found.inclusion) {
        if case.names("true_controls").contains(name) {
            case.holds(&format!("{name} is found to matter"), *share > 0.9);
        }
    }
}
