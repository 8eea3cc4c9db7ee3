//! A day that is not like its like: far from the median of the same weekdays before it. Robust by the median, fair to the
//! week by comparing weekdays, to the season by last year's same week, to small numbers by a floor.

use chrono::{Days, NaiveDate};

use crate::model::Series;

/// How many of the same weekdays are looked back at.
const WEEKS: u64 = 8;

/// Of those, so many must be known.
const KNOWN: usize = 5;

/// The same weekday a year before.
const YEAR: u64 = 364;

/// What counts as unusual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The share of the usual by which a day must deviate.
    pub share: f64,
    /// Where the usual is below this, nothing is unusual.
    pub floor: f64,
    /// Whether drops count.
    pub drops: bool,
    /// Whether jumps count.
    pub jumps: bool,
}

/// A day that is not like its like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surprise {
    /// The day.
    pub day: NaiveDate,
    /// Its value.
    pub value: f64,
    /// What is usual on its weekday.
    pub usual: f64,
}

/// Whether the day is unusual by the rule. Where too little is known, nothing is; over a break in the definition neither;
/// and what deviates in the same direction as a year ago is the season.
pub fn surprise(series: &Series, day: NaiveDate, rule: Rule) -> Option<Surprise> {
    let found = deviation(series, day)?;
    let change = found.value / found.usual - 1.0;
    // A jump must reach as far up, in proportion, as a drop reaches down: half is as far as double.
    let limit = if change < 0.0 { rule.share } else { rule.share / (1.0 - rule.share).max(0.05) };
    let wanted = if change < 0.0 { rule.drops } else { rule.jumps };
    if !wanted || found.usual < rule.floor || change.abs() < limit {
        return None;
    }
    let seasonal = deviation(series, day - Days::new(YEAR)).is_some_and(|before| {
        let then = before.value / before.usual - 1.0;
        then.signum() == change.signum() && then.abs() >= limit / 2.0
    });
    (!seasonal).then_some(found)
}

/// The day beside the median of its like.
fn deviation(series: &Series, day: NaiveDate) -> Option<Surprise> {
    let first = day - Days::new(7 * WEEKS);
    if series.breaks.iter().any(|found| found.day > first && found.day <= day) {
        return None;
    }
    let value = on(series, day)?;
    let mut like: Vec<f64> = (1..=WEEKS).filter_map(|week| on(series, day - Days::new(7 * week))).collect();
    if like.len() < KNOWN {
        return None;
    }
    like.sort_by(f64::total_cmp);
    let middle = like.len() / 2;
    let usual = if like.len().is_multiple_of(2) { f64::midpoint(like[middle - 1], like[middle]) } else { like[middle] };
    (usual > 0.0).then_some(Surprise { day, value, usual })
}

fn on(series: &Series, day: NaiveDate) -> Option<f64> {
    series.between(day, day + Days::new(1)).first().and_then(|point| point.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Point, State};

    const RULE: Rule = Rule { share: 0.5, floor: 50.0, drops: true, jumps: true };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// Two years of days ending on Monday 16 November 2026: 100 on weekdays, 300 on Saturdays and Sundays.
    fn series(change: impl Fn(NaiveDate, f64) -> Option<f64>) -> Series {
        use chrono::Datelike;
        let points = day("2024-11-18").iter_days().take_while(|it| *it <= day("2026-11-16"));
        let points = points.filter_map(|day| {
            let usual = if day.weekday().num_days_from_monday() < 5 { 100.0 } else { 300.0 };
            Some(Point {
                day,
                value: Some(change(day, usual)?),
                state: State::Ok,
                seen: "2026-11-18T06:00:00Z".parse().expect("an instant"),
                metric: "views".to_owned(),
                source: String::new(),
            })
        });
        Series { channel: "fb".into(), metric: "views".into(), points: points.collect(), breaks: Vec::new() }
    }

    #[test]
    fn a_weekday_is_compared_with_its_like() {
        // A Sunday's 300 is no jump from Friday's 100.
        let calm = series(|_, usual| Some(usual));
        assert_eq!(surprise(&calm, day("2026-11-15"), RULE), None);
        // Half of the usual is a drop, double a jump; a little less is neither.
        let at = |value: f64| series(move |it, usual| Some(if it == day("2026-11-16") { value } else { usual }));
        let drop = surprise(&at(50.0), day("2026-11-16"), RULE).expect("a drop");
        assert_eq!((drop.value, drop.usual), (50.0, 100.0));
        assert_eq!(surprise(&at(51.0), day("2026-11-16"), RULE), None);
        assert!(surprise(&at(200.0), day("2026-11-16"), RULE).is_some());
        assert_eq!(surprise(&at(199.0), day("2026-11-16"), RULE), None);
        assert_eq!(surprise(&at(10.0), day("2026-11-16"), Rule { drops: false, ..RULE }), None);
        assert_eq!(surprise(&at(10.0), day("2026-11-16"), Rule { floor: 101.0, ..RULE }), None);
    }

    #[test]
    fn one_wild_week_does_not_move_what_is_usual() {
        let wild = series(|it, usual| Some(if it == day("2026-11-09") { 90_000.0 } else { usual }));
        assert_eq!(surprise(&wild, day("2026-11-16"), RULE), None);
    }

    #[test]
    fn what_happens_every_year_is_no_surprise() {
        // Monday 16 November 2026 lies 364 days after Monday 17 November 2025.
        let season = [day("2026-11-16"), day("2025-11-17")];
        let yearly = series(|it, usual| Some(if season.contains(&it) { 10.0 } else { usual }));
        assert_eq!(surprise(&yearly, day("2026-11-16"), RULE), None);
    }

    #[test]
    fn too_little_is_nothing() {
        let short =
            series(|it, usual| (it >= day("2026-10-19")).then_some(if it == day("2026-11-16") { 1.0 } else { usual }));
        assert_eq!(surprise(&short, day("2026-11-16"), RULE), None);
    }
}
