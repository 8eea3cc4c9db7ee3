//! The engine a second time: whole covariance matrices, no filter. Slow, and written from the description alone.

use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::statistics::engine::{Question, Refusal, answer};
use genomslag::analysis::statistics::mixture::{Mixture, Part};
use genomslag::analysis::statistics::{deviation, float, mean};
use statrs::function::gamma::ln_gamma;

/// Gauss with pivots: the inverse and the logarithm of the determinant.
fn inverse(matrix: &[Vec<f64>]) -> (Vec<Vec<f64>>, f64) {
    let size = matrix.len();
    let mut work: Vec<Vec<f64>> = matrix
        .iter()
        .enumerate()
        .map(|(row, cells)| cells.iter().copied().chain((0..size).map(|it| f64::from(u8::from(it == row)))).collect())
        .collect();
    let mut logarithm = 0.0;
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| work[*a][column].abs().total_cmp(&work[*b][column].abs())).unwrap();
        work.swap(column, pivot);
        let head = work[column][column];
        logarithm += head.abs().ln();
        work[column].iter_mut().for_each(|cell| *cell /= head);
        let top = work[column].clone();
        for (row, cells) in work.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = cells[column];
            assert!(row < size);
            cells.iter_mut().zip(&top).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    (work.into_iter().map(|row| row[size..].to_vec()).collect(), logarithm)
}

fn times(matrix: &[Vec<f64>], column: &[f64]) -> Vec<f64> {
    matrix.iter().map(|row| row.iter().zip(column).map(|(a, b)| a * b).sum()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The covariance of the noise at two steps, counted from 0, in units of the variance.
type Noise = Box<dyn Fn(usize, usize) -> f64>;

fn shapes() -> Vec<(f64, Noise)> {
    let ratios: Vec<f64> =
        (0..24).map(|it| (0.003_f64.ln() + (3.0_f64.ln() - 0.003_f64.ln()) * float(it) / 23.0).exp()).collect();
    let weights: Vec<f64> = ratios.iter().map(|it| it * (-it * it / (2.0 * 0.25)).exp()).collect();
    let whole: f64 = weights.iter().sum();
    let mut shapes: Vec<(f64, Noise)> = Vec::new();
    for (ratio, weight) in ratios.into_iter().zip(weights) {
        let noise = move |a: usize, b: usize| ratio * ratio * float(a.min(b)) + f64::from(u8::from(a == b));
        shapes.push((0.5 * weight / whole, Box::new(noise)));
    }
    for step in 0..20 {
        let coefficient = 0.05 * float(step);
        let noise = move |a: usize, b: usize| {
            let power = if a == b { 1.0 } else { coefficient.powf(float(a.abs_diff(b))) };
            power / (1.0 - coefficient * coefficient)
        };
        shapes.push((0.5 / 20.0, Box::new(noise)));
    }
    shapes
}

fn standardised(values: &[Option<f64>], used: &[usize]) -> (Vec<Option<f64>>, f64, f64) {
    let known: Vec<f64> = used.iter().map(|it| values[*it].unwrap()).collect();
    let (centre, spread) = (mean(&known).unwrap(), deviation(&known).unwrap());
    (values.iter().map(|value| value.map(|it| (it - centre) / spread)).collect(), centre, spread)
}

#[expect(clippy::too_many_lines, reason = "one formula, written out from top to bottom")]
fn predict(question: &Question, weights: &[f64]) -> Mixture {
    let before = question.past.len();
    let used: Vec<usize> = (0..before)
        .filter(|it| question.past[*it].is_some() && question.controls.iter().all(|control| control[*it].is_some()))
        .collect();
    let (values, centre, spread) = standardised(&question.past, &used);
    let there: Vec<usize> =
        (0..before).filter(|it| question.controls.iter().all(|control| control[*it].is_some())).collect();
    let controls: Vec<Vec<Option<f64>>> =
        question.controls.iter().map(|control| standardised(control, &there).0).collect();
    let seasonal = question.season.max(1) - 1;
    let row = |step: usize, chosen: &[usize]| -> Vec<f64> {
        let mut row = vec![1.0];
        let place = step % question.season.max(1);
        row.extend((0..seasonal).map(|it| {
            if place == it {
                1.0
            } else if place == seasonal {
                -1.0
            } else {
                0.0
            }
        }));
        row.extend(chosen.iter().map(|it| controls[*it][step].unwrap()));
        row
    };
    let k = controls.len();
    let inclusion = (3.0 / float(k.max(1))).min(0.5);
    let shape_after = 0.005 - float(1 + seasonal) / 2.0 + float(used.len()) / 2.0;
    let mut parts = Vec::new();
    for (weight, noise) in shapes() {
        for mask in 0..1_usize << k {
            let chosen: Vec<usize> = (0..k).filter(|it| mask & (1 << it) != 0).collect();
            let prior = inclusion.powf(float(chosen.len())) * (1.0 - inclusion).powf(float(k - chosen.len()));
            let width = 1 + seasonal + chosen.len();
            let variance = prior_variance(&there, &chosen, &controls, seasonal);
            // The covariance of everything observed, the regression's coefficients integrated out.
            let rows: Vec<Vec<f64>> = used.iter().map(|it| row(*it, &chosen)).collect();
            let spread_rows: Vec<Vec<f64>> = rows.iter().map(|it| times(&variance, it)).collect();
            let cell = |a: usize, b: usize| dot(&rows[a], &spread_rows[b]) + noise(used[a], used[b]);
            let covariance: Vec<Vec<f64>> =
                (0..used.len()).map(|a| (0..used.len()).map(|b| cell(a, b)).collect()).collect();
            let (precision, logarithm) = inverse(&covariance);
            let y: Vec<f64> = used.iter().map(|it| values[*it].unwrap()).collect();
            let scale_after = 0.005 + 0.5 * dot(&y, &times(&precision, &y));
            // The sum after: its covariance with what was observed, and with itself.
            let mut summed = vec![0.0; width];
            let ahead: Vec<usize> = (0..weights.len()).filter(|it| weights[*it] != 0.0).collect();
            for it in &ahead {
                summed.iter_mut().zip(row(before + it, &chosen)).for_each(|(cell, x)| *cell += weights[*it] * x);
            }
            let shared: Vec<f64> = (0..used.len())
                .map(|a| {
                    let noise: f64 = ahead.iter().map(|it| weights[*it] * noise(used[a], before + it)).sum();
                    dot(&rows[a], &times(&variance, &summed)) + noise
                })
                .collect();
            let mut own = dot(&summed, &times(&variance, &summed));
            for a in &ahead {
                own += ahead.iter().map(|b| weights[*a] * weights[*b] * noise(before + a, before + b)).sum::<f64>();
            }
            let along = times(&precision, &shared);
            let left = own - dot(&shared, &along);
            let log_weight =
                (weight * prior).ln() - 0.5 * logarithm - shape_after * scale_after.ln() + ln_gamma(shape_after);
            let scale = (scale_after / shape_after * left).sqrt() * spread;
            let whole: f64 = weights.iter().sum();
            parts.push(Part { weight: log_weight, centre: dot(&along, &y) * spread + centre * whole, scale });
        }
    }
    let highest = parts.iter().map(|it| it.weight).fold(f64::NEG_INFINITY, f64::max);
    for it in &mut parts {
        it.weight = (it.weight - highest).exp();
    }
    let whole: f64 = parts.iter().map(|it| it.weight).sum();
    for it in &mut parts {
        it.weight /= whole;
    }
    Mixture::new(parts, 2.0 * shape_after)
}

fn prior_variance(used: &[usize], chosen: &[usize], controls: &[Vec<Option<f64>>], seasonal: usize) -> Vec<Vec<f64>> {
    let width = 1 + seasonal + chosen.len();
    let mut variance = vec![vec![0.0; width]; width];
    variance[0][0] = 1e4;
    (1..=seasonal).for_each(|it| variance[it][it] = 100.0);
    let product = |a: usize, b: usize| {
        used.iter().map(|it| controls[a][*it].unwrap() * controls[b][*it].unwrap()).sum::<f64>() / float(used.len())
    };
    let precision: Vec<Vec<f64>> = chosen
        .iter()
        .map(|a| chosen.iter().map(|b| product(*a, *b) * if a == b { 1.0 } else { 0.5 }).collect())
        .collect();
    for (row, cells) in inverse(&precision).0.into_iter().enumerate() {
        for (column, cell) in cells.into_iter().enumerate() {
            variance[1 + seasonal + row][1 + seasonal + column] = cell;
        }
    }
    variance
}

fn question(chance: &mut Chance, before: usize, steps: usize, controls: usize, season: usize) -> Question {
    let mut walk = 0.0;
    let control: Vec<Vec<f64>> =
        (0..controls).map(|_| (0..before + steps).map(|_| 50.0 + 5.0 * chance.normal()).collect()).collect();
    let mut value = |step: usize| {
        walk += 0.4 * chance.normal();
        let driven: f64 = control.iter().map(|it| 0.3 * it[step]).sum();
        100.0 + driven + 2.0 * walk + 3.0 * float(step % season.max(1)) + 2.0 * chance.normal()
    };
    let mut past: Vec<Option<f64>> = (0..before).map(|step| Some(value(step))).collect();
    let mut controls: Vec<Vec<Option<f64>>> = control.iter().map(|it| it.iter().copied().map(Some).collect()).collect();
    past[4] = None;
    if let Some(first) = controls.first_mut() {
        first[9] = None;
    }
    Question { past, controls, season, steps }
}

#[test]
fn the_engine_and_whole_matrices_agree() {
    let mut chance = Chance::named("dense");
    for (before, steps, controls, season) in [(14, 4, 0, 1), (22, 5, 2, 1), (40, 7, 1, 7)] {
        let question = question(&mut chance, before, steps, controls, season);
        let posterior = answer(&question).unwrap();
        let mut only_last = vec![0.0; steps];
        only_last[steps - 1] = 1.0;
        let mut uneven = vec![1.0; steps];
        uneven[1] = 0.0;
        for weights in [vec![1.0; steps], only_last, uneven] {
            let (found, expected) = (posterior.predict(&weights).unwrap(), predict(&question, &weights));
            let close = 1e-5 * expected.deviation();
            assert!((found.mean() - expected.mean()).abs() < close, "{} {}", found.mean(), expected.mean());
            assert!((found.deviation() - expected.deviation()).abs() < close);
            for share in [0.025, 0.1, 0.5, 0.9, 0.975] {
                assert!((found.quantile(share) - expected.quantile(share)).abs() < close);
            }
        }
    }
}

#[test]
fn drawn_courses_have_the_mean_and_width_of_the_closed_form() {
    let mut chance = Chance::named("courses");
    let question = question(&mut chance, 40, 6, 1, 1);
    let posterior = answer(&question).unwrap();
    let expected = posterior.predict(&[1.0; 6]).unwrap();
    let mut sums: Vec<f64> =
        (0..20_000).map(|_| posterior.draw(&mut chance).iter().map(|it| it.unwrap()).sum()).collect();
    sums.sort_by(f64::total_cmp);
    for (share, place) in [(0.1, 2_000), (0.5, 10_000), (0.9, 18_000)] {
        assert!((expected.up_to(sums[place]) - share).abs() < 0.012, "{share}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let ask = |past: Vec<Option<f64>>, controls: usize, season: usize| {
        let controls = vec![vec![Some(1.0); past.len() + 2]; controls];
        answer(&Question { past, controls, season, steps: 2 }).err()
    };
    let rising: Vec<Option<f64>> = (0..7).map(|it| Some(float(it))).collect();
    assert_eq!(ask(rising.clone(), 0, 1), Some(Refusal::TooShort { have: 7, need: 8 }));
    assert_eq!(ask(vec![Some(3.0); 40], 0, 1), Some(Refusal::Constant));
    assert_eq!(
        ask(rising.clone().into_iter().cycle().take(20).collect(), 0, 7),
        Some(Refusal::TooShort { have: 20, need: 28 })
    );
    let long: Vec<Option<f64>> = (0..40).map(|it| Some(float(it % 5))).collect();
    assert_eq!(ask(long.clone(), 9, 1), Some(Refusal::TooManyControls { have: 9 }));
    let mut broken = long.clone();
    (broken[3], broken[9]) = (Some(f64::NAN), Some(f64::INFINITY));
    let found = answer(&Question { past: broken, controls: Vec::new(), season: 1, steps: 2 }).unwrap();
    assert!(found.predict(&[1.0, 1.0]).unwrap().mean().is_finite(), "what is no number is missing");
    assert_eq!(ask(long, 1, 1), Some(Refusal::Constant), "a control that never moves");
}
