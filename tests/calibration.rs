//! Is what the engine promises kept? Simulated series whose truth is known, and real series at dates when nothing is
//! known to have happened. Slow: run by itself with `cargo test --release --test calibration -- --nocapture`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where it fails, and prints what it found"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use chrono::NaiveDate;
use genomslag::analysis::statistics::chance::Chance;
use genomslag::analysis::statistics::engine::{Question, answer};
use genomslag::analysis::statistics::float;
use genomslag::analysis::statistics::mixture::Mixture;
use genomslag::analysis::statistics::placebo::{inflation, placebos};
use genomslag::imports::{Circumstances, Dictionaries, read};
use genomslag::model::{Value, Window};

/// How the errors of a made-up series follow each other.
#[derive(Debug, Clone, Copy)]
enum Errors {
    White,
    Autoregression(f64),
    Level,
    Bursts,
}

const ERRORS: [Errors; 5] =
    [Errors::White, Errors::Autoregression(0.3), Errors::Autoregression(0.6), Errors::Level, Errors::Bursts];

fn errors(kind: Errors, count: usize, chance: &mut Chance) -> Vec<f64> {
    let (mut state, mut burst) = (0.0, 0.0);
    (0..count)
        .map(|_| match kind {
            Errors::White => chance.normal(),
            Errors::Autoregression(coefficient) => {
                state = coefficient * state + (1.0 - coefficient * coefficient).sqrt() * chance.normal();
                state
            }
            Errors::Level => {
                state += 0.3 * chance.normal();
                state + chance.normal()
            }
            Errors::Bursts => {
                burst *= 0.5;
                if chance.share() < 0.05 {
                    burst += 3.0 - 2.0 * chance.share().ln();
                }
                burst + 0.7 * chance.normal()
            }
        })
        .collect()
}

/// The widened mean effect per step.
fn effect(past: &[f64], seen: &[f64], season: usize, controls: &[Vec<f64>]) -> Option<Mixture> {
    let question = Question {
        past: past.iter().copied().map(Some).collect(),
        controls: controls.iter().map(|it| it.iter().copied().map(Some).collect()).collect(),
        season,
        steps: seen.len(),
    };
    let expected = answer(&question).ok()?.predict(&vec![1.0; seen.len()])?;
    let wider = inflation(&placebos(&question, seen.len()));
    Some(expected.taken_from(seen.iter().sum()).moved(0.0, 1.0 / float(seen.len())).widened(wider))
}

/// Of so many tries, how many; and the share with the ends of its 95 % interval (Wilson).
fn share(hits: usize, tries: usize) -> (f64, f64, f64) {
    let (hits, tries) = (float(hits), float(tries));
    let (share, square) = (hits / tries, 1.96_f64.powi(2));
    let centre = (share + square / (2.0 * tries)) / (1.0 + square / tries);
    let half = 1.96 / (1.0 + square / tries) * (share * (1.0 - share) / tries + square / (4.0 * tries * tries)).sqrt();
    (share, centre - half, centre + half)
}

fn leaves_zero(effect: &Mixture, probability: f64) -> bool {
    let (low, high) = effect.interval(probability);
    low > 0.0 || high < 0.0
}

#[test]
fn campaigns_without_effect_are_seldom_called_effects() {
    let tries = 200;
    let (mut all, mut wrong) = (0, 0);
    for (before, after) in [(12, 4), (26, 4), (52, 8)] {
        for kind in ERRORS {
            let mut chance = Chance::named(&format!("null {before} {kind:?}"));
            let hits = (0..tries)
                .filter(|_| {
                    let series = errors(kind, before + after, &mut chance);
                    effect(&series[..before], &series[before..], 1, &[]).is_some_and(|it| leaves_zero(&it, 0.95))
                })
                .count();
            let (found, low, high) = share(hits, tries);
            println!("no effect, {before}+{after} weeks, {kind:?}: {found:.3} ({low:.3} to {high:.3})");
            assert!(low <= 0.10, "{kind:?} {before}+{after}: {found}");
            (all, wrong) = (all + tries, wrong + hits);
        }
    }
    let (found, low, high) = share(wrong, all);
    println!("no effect, all cells: {found:.3} ({low:.3} to {high:.3})");
    assert!(low <= 0.05, "more false alarms than promised: {found} ({low} to {high})");
}

#[test]
fn intervals_hold_the_truth_and_effects_are_seen_as_often_as_told() {
    let tries = 200;
    for (before, after, size, least) in [(52, 8, 1.0, 0.25), (26, 4, 2.0, 0.3), (168, 28, 1.0, 0.6)] {
        for kind in [Errors::White, Errors::Autoregression(0.3)] {
            let mut chance = Chance::named(&format!("power {before} {kind:?}"));
            let found: Vec<Mixture> = (0..tries)
                .filter_map(|_| {
                    let series = errors(kind, before + after, &mut chance);
                    let seen: Vec<f64> = series[before..].iter().map(|it| it + size).collect();
                    effect(&series[..before], &seen, 1, &[])
                })
                .collect();
            let holds = |it: &&Mixture| {
                let (low, high) = it.interval(0.95);
                low <= size && size <= high
            };
            let (covered, _, most) = share(found.iter().filter(holds).count(), tries);
            let (seen, ..) = share(found.iter().filter(|it| leaves_zero(it, 0.95)).count(), tries);
            println!("shift of {size} sd, {before}+{after}, {kind:?}: covered {covered:.3}, seen {seen:.3}");
            assert!(most >= 0.93, "{kind:?}: covered {covered}");
            assert!(seen >= least, "{kind:?}: seen {seen}");
        }
    }
}

#[test]
fn ranges_of_goals_hold_as_often_as_told() {
    let tries = 200;
    for (weeks, ahead) in [(12, 8), (26, 8), (26, 26), (52, 26)] {
        for kind in [Errors::White, Errors::Autoregression(0.5), Errors::Bursts] {
            let mut chance = Chance::named(&format!("goal {weeks} {ahead} {kind:?}"));
            let inside = (0..tries)
                .filter(|_| {
                    let growth: Vec<f64> =
                        errors(kind, weeks + ahead, &mut chance).iter().map(|it| 40.0 + 20.0 * it).collect();
                    let past = growth[..weeks].iter().copied().map(Some).collect();
                    let question = Question { past, controls: Vec::new(), season: 1, steps: ahead };
                    let (low, high) = answer(&question).unwrap().predict(&vec![1.0; ahead]).unwrap().interval(0.8);
                    let truth: f64 = growth[weeks..].iter().sum();
                    low <= truth && truth <= high
                })
                .count();
            let (found, low, high) = share(inside, tries);
            println!(
                "80 % range of a goal, {weeks} weeks, {ahead} ahead, {kind:?}: {found:.3} ({low:.3} to {high:.3})"
            );
            assert!(high >= 0.76, "{kind:?} {weeks}, {ahead}: {found}");
        }
    }
}

/// The daily series of a file, a column each; days that are mostly zero are left out.
fn daily(file: &str) -> Vec<(String, Vec<f64>)> {
    let path = format!("{}/tests/imports/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (column, cell) in columns.iter_mut().zip(record.unwrap().iter().skip(1)) {
            column.push(cell.trim().parse().unwrap_or(0.0));
        }
    }
    let usable = |values: &Vec<f64>| {
        let known = values.iter().filter(|it| **it > 0.0).count();
        2 * known > values.len() && values.iter().all(|it| it.fract() == 0.0)
    };
    names.into_iter().zip(columns).filter(|(_, values)| usable(values)).collect()
}

/// The daily series of a year of a LinkedIn page, from the platform's own export.
fn linkedin() -> Vec<(String, Vec<f64>)> {
    let now = "2026-11-18T06:00:00Z".parse().unwrap();
    let mut found: BTreeMap<(String, NaiveDate), f64> = BTreeMap::new();
    for name in ["linkedin-content.xls", "linkedin-visitors.xls", "linkedin-followers.xls"] {
        let path = format!("{}/tests/imports/data/linkedin-page/{name}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        for imported in read(name, &bytes, Dictionaries::builtin(), &Circumstances::at(now)).unwrap() {
            let days = imported.readings.iter().filter(|it| it.post.is_none() && it.dimension.is_none());
            for reading in days.filter(|it| it.window == Window::Day) {
                let Some(Value::Whole(value)) = reading.value else { continue };
                let Ok(value) = i32::try_from(value) else { continue };
                found.insert((reading.metric.clone(), reading.start), f64::from(value));
            }
        }
    }
    let mut series: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for ((metric, _), value) in found {
        series.entry(metric).or_default().push(value);
    }
    let usable =
        |values: &Vec<f64>| values.len() > 300 && 2 * values.iter().filter(|it| **it > 0.0).count() > values.len();
    series.into_iter().filter(|(_, values)| usable(values)).collect()
}

/// What came of make-believe campaigns of so many days after so many before: how many were tried, the share flagged at
/// 95 %, and the ends of its interval. Series of one page on one date share what happened there, so that they are one
/// throw, not many: the interval counts dates, not series.
fn dates(pages: &[Vec<(String, Vec<f64>)>], before: usize, after: usize) -> (usize, f64, f64, f64) {
    let (mut throws, mut inside, mut widths): (Vec<(f64, f64)>, usize, Vec<f64>) = (Vec::new(), 0, Vec::new());
    for page in pages {
        let longest = page.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        for start in (before..=longest.saturating_sub(after)).step_by(after) {
            let (mut tries, mut flagged) = (0.0, 0.0);
            for (_, values) in page.iter().filter(|(_, values)| values.len() >= start + after) {
                let logarithms: Vec<f64> = values.iter().map(|it| it.max(0.0).ln_1p()).collect();
                let (past, seen) = (&logarithms[start - before..start], &logarithms[start..start + after]);
                let Some(effect) = effect(past, seen, 7, &[]) else { continue };
                tries += 1.0;
                flagged += f64::from(u8::from(leaves_zero(&effect, 0.95)));
                inside += usize::from(!leaves_zero(&effect, 0.8));
                let (low, high) = effect.interval(0.95);
                widths.push(0.5 * (high - low));
            }
            throws.push((tries, flagged));
        }
    }
    let tries: f64 = throws.iter().map(|it| it.0).sum();
    let share = throws.iter().map(|it| it.1).sum::<f64>() / tries;
    let squares: f64 = throws.iter().map(|(tries, flagged)| (flagged - share * tries).powi(2)).sum();
    let reach = 2.1 * squares.sqrt() / tries;
    widths.sort_by(f64::total_cmp);
    println!(
        "real series, {before}+{after} days, {} dates, {} in all: flagged {share:.3} ({:.3} to {:.3}), zero inside 80 % {:.3}, median half width a factor of {:.2}",
        throws.len(),
        widths.len(),
        share - reach,
        share + reach,
        float(inside) / tries,
        widths[widths.len() / 2].exp()
    );
    (widths.len(), share, share - reach, share + reach)
}

#[test]
fn real_series_at_dates_when_nothing_is_known_to_have_happened() {
    let files = ["linkedin-updates.csv", "linkedin-visitors.csv", "twitter.csv", "website.csv"];
    let festival: Vec<(String, Vec<f64>)> =
        files.iter().flat_map(|file| daily(&format!("leeds-digital-festival/{file}"))).collect();
    let pages = [linkedin(), festival];
    for (name, values) in pages.iter().flatten() {
        println!("{name}: {} days", values.len());
    }
    let (tries, found, low, high) = dates(&pages, 84, 14);
    assert!(tries >= 30, "{tries}");
    assert!(low <= 0.05, "more false alarms than promised: {found} ({low} to {high})");
    // Told, not promised: with so short a history the product describes and claims nothing.
    dates(&pages, 42, 7);
}

#[test]
fn how_long_it_takes() {
    let mut chance = Chance::named("time");
    let controls: Vec<Vec<f64>> = (0..6).map(|_| errors(Errors::Level, 528, &mut chance)).collect();
    let series: Vec<f64> =
        errors(Errors::White, 528, &mut chance).iter().zip(&controls[0]).map(|(own, control)| own + control).collect();
    let clock = Instant::now();
    let question = Question {
        past: series[..500].iter().copied().map(Some).collect(),
        controls: controls.iter().map(|it| it.iter().copied().map(Some).collect()).collect(),
        season: 7,
        steps: 28,
    };
    let posterior = answer(&question).unwrap();
    let (low, high) = posterior.predict(&[1.0; 28]).unwrap().interval(0.95);
    println!("effect, 500 days, 6 controls: {:?} ({low:.2} to {high:.2})", clock.elapsed());
    let clock = Instant::now();
    let found = effect(&series[..500], &series[500..], 7, &controls).unwrap();
    println!("the same with make-believe dates: {:?} ({:.2})", clock.elapsed(), found.mean());
    let clock = Instant::now();
    for _ in 0..200 {
        let past = errors(Errors::White, 52, &mut chance).into_iter().map(Some).collect();
        let question = Question { past, controls: Vec::new(), season: 1, steps: 26 };
        let predicted = answer(&question).unwrap().predict(&[1.0; 26]).unwrap();
        assert!(predicted.interval(0.8).0 < predicted.above(0.0) * 1e9);
    }
    println!("200 forecasts of 52 weeks: {:?}", clock.elapsed());
}
