//! Plays reference cases: an index, and a CSV and a JSON a case.

mod campaigns;
mod forecasts;
mod goals;
mod interrupted;
mod peers;
mod posts;
mod series;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// One case: its input, its figures, and what was compared so far.
#[derive(Debug)]
pub struct Case {
    pub id: String,
    pub columns: BTreeMap<String, Vec<String>>,
    pub json: Value,
    pub compared: usize,
    pub missed: Vec<String>,
}

/// Plays every case of the index, and those in the folder of R's own.
pub fn play(folder: &Path) -> Vec<Case> {
    let index: Value = serde_json::from_str(&fs::read_to_string(folder.join("index.json")).unwrap()).unwrap();
    let mut cases: Vec<Case> = index["cases"].as_array().unwrap().iter().map(|entry| read(folder, entry)).collect();
    if let Ok(entries) = fs::read_dir(folder.join("r-causalimpact")) {
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|it| it == "json"));
        names.sort();
        cases.extend(names.iter().map(|path| {
            let json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            read_json(path.parent().unwrap(), json)
        }));
    }
    for case in &mut cases {
        match case.json["kind"].as_str().unwrap() {
            "campaign_effect" => campaigns::compare(case),
            "its" | "its_window" | "did" => interrupted::compare(case),
            "ets_forecast" => forecasts::compare(case),
            "goal_stock" | "goal_flow" => goals::compare(case),
            "changepoints" => series::changepoints(case),
            "anomalies" => series::anomalies(case),
            "synthetic_control" => peers::compare(case),
            "post_effect" => posts::compare(case),
            other => case.missed.push(format!("{}: the kind `{other}` is not known", case.id)),
        }
    }
    cases
}

fn read(folder: &Path, entry: &Value) -> Case {
    let path = folder.join(entry["expected"].as_str().unwrap());
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    for key in ["kind", "input", "id"] {
        if json.get(key).is_none() {
            json[key] = entry[key].clone();
        }
    }
    read_json(folder, json)
}

fn read_json(folder: &Path, json: Value) -> Case {
    let text = fs::read_to_string(folder.join(json["input"].as_str().unwrap())).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut columns: BTreeMap<String, Vec<String>> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
    for record in reader.records() {
        for (name, cell) in names.iter().zip(record.unwrap().iter()) {
            columns.get_mut(name).unwrap().push(cell.to_owned());
        }
    }
    Case { id: json["id"].as_str().unwrap().to_owned(), columns, json, compared: 0, missed: Vec::new() }
}

impl Case {
    /// A column of numbers; empty cells are missing.
    pub fn optional(&self, name: &str) -> Vec<Option<f64>> {
        self.columns[name].iter().map(|cell| cell.trim().parse().ok().filter(|it: &f64| it.is_finite())).collect()
    }

    /// A column of numbers without gaps.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.optional(name).into_iter().map(Option::unwrap).collect()
    }

    /// The names in a list of the set-up.
    pub fn names(&self, key: &str) -> Vec<String> {
        let list = self.json["setup"][key].as_array();
        list.into_iter().flatten().map(|it| it.as_str().unwrap().to_owned()).collect()
    }

    /// A whole number of the set-up.
    pub fn whole(&self, key: &str) -> Option<usize> {
        self.json["setup"][key].as_u64().map(|it| usize::try_from(it).unwrap())
    }

    /// First and last step of the set-up, counted from 1, both included.
    pub fn span(&self, key: &str) -> (usize, usize) {
        let ends = self.json["setup"][key].as_array().unwrap();
        (usize::try_from(ends[0].as_u64().unwrap()).unwrap(), usize::try_from(ends[1].as_u64().unwrap()).unwrap())
    }

    /// Compares with an absolute tolerance.
    pub fn near(&mut self, what: &str, found: f64, expected: f64, tolerance: f64) {
        self.compared += 1;
        let near = (found - expected).abs() <= tolerance;
        if !near {
            self.missed.push(format!("{} {what}: found {found}, expected {expected} ± {tolerance}", self.id));
        }
    }

    /// Compares with a relative tolerance.
    pub fn close(&mut self, what: &str, found: f64, expected: f64, relative: f64) {
        self.near(what, found, expected, relative * expected.abs() + 1e-300);
    }

    /// Checks what must hold.
    pub fn holds(&mut self, what: &str, holds: bool) {
        self.compared += 1;
        if !holds {
            self.missed.push(format!("{} does not hold: {what}", self.id));
        }
    }

    /// Compares with `{value, abs_tol}` of the JSON, where it is.
    pub fn stated(&mut self, what: &str, found: f64, stated: &Value) {
        if let (Some(value), Some(tolerance)) = (stated["value"].as_f64(), stated["abs_tol"].as_f64()) {
            self.near(what, found, value, tolerance);
        }
    }
}

/// The numbers of a JSON list.
pub fn list(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// The whole numbers of a JSON list.
pub fn whole_list(value: &Value) -> Vec<usize> {
    let numbers = value.as_array().into_iter().flatten().filter_map(Value::as_u64);
    numbers.map(|it| usize::try_from(it).unwrap()).collect()
}
