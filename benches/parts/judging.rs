//! Effect over 500 days with six controls, and a forecast from a year of weeks.

use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::statistics::engine::{Question, answer};

use super::process::timed;

pub fn measure() {
    let mut chance = Chance::named("measure");
    let mut series = |count: usize| -> Vec<Option<f64>> {
        let mut level = 6.0;
        (0..count)
            .map(|_| {
                level += 0.02 * chance.normal();
                Some(level + 0.2 * chance.normal())
            })
            .collect()
    };
    let controls = (0..6).map(|_| series(528)).collect();
    let effect = Question { past: series(500), controls, season: 7, steps: 28 };
    let (_, warm) = timed(11, || {
        assert!(answer(&effect).unwrap().predict(&[1.0; 28]).unwrap().deviation() > 0.0);
    });
    println!("effect of a campaign, 500 days, 6 controls: {warm:.1?} (median of 10)");
    let forecast = Question { past: series(52), controls: Vec::new(), season: 1, steps: 26 };
    let (_, warm) = timed(101, || {
        assert!(answer(&forecast).unwrap().predict(&[1.0; 26]).unwrap().interval(0.8).1 > 0.0);
    });
    println!("forecast from 52 weeks: {warm:.2?} (median of 100)");
}
