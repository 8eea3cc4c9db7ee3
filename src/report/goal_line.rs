//! One goal in one line: name, now, target with date, pace, status word, and one sentence why.

use chrono::Datelike;

use super::draft::{Draft, Part, upper_first, words_cell};
use super::{Cell, GoalLine, Sentence};
use crate::analysis::Standing;
use crate::model::told::traces;
use crate::model::{Direction, Figure, GoalKind, Granularity, Missing, Number, Pace, Status, Unit};

use Part::{Behind, Signed, Size, Text, Value};

/// What stands where there is no value.
pub(super) const NONE: &str = "–";

/// The line of the goal.
pub(super) fn line(draft: &mut Draft<'_>, standing: &Standing) -> GoalLine {
    let why = why(draft, standing);
    GoalLine {
        id: standing.goal.id.to_string(),
        title: standing.goal.title.clone(),
        now: now(draft, standing),
        target: target(draft, standing),
        pace: pace(draft, standing),
        status: standing.status,
        word: word(draft, standing.status),
        why: why.text,
        why_figures: why.figures,
    }
}

/// The status word.
pub(super) fn word(draft: &Draft<'_>, status: Status) -> String {
    let words = &draft.words.status;
    let word = match status {
        Status::Achieved => &words.achieved,
        Status::OnTrack => &words.on_track,
        Status::Lagging => &words.lagging,
        Status::Behind => &words.behind,
        Status::CannotBeJudged => &words.cannot_be_judged,
    };
    word.clone()
}

/// The value wanted, in words, without its date.
pub(super) fn wanted(draft: &mut Draft<'_>, standing: &Standing) -> Cell {
    let words = &draft.words.goal;
    let target = &standing.target;
    let up = standing.goal.direction == Direction::Up;
    match standing.goal.kind {
        GoalKind::Absolute { .. } => draft.phrase_cell("{target}", &[("target", Value(target))]),
        GoalKind::RelativeGrowth { growth } => {
            let growth = configured(standing, "growth", growth, Unit::Change);
            if target.value.is_ok() {
                draft.phrase_cell(&words.target_growth, &[("target", Value(target)), ("growth", Signed(&growth))])
            } else {
                draft.phrase_cell("{growth}", &[("growth", Signed(&growth))])
            }
        }
        GoalKind::Floor { .. } | GoalKind::SurveyShare { .. } | GoalKind::Conversion { .. } => {
            draft.phrase_cell(&words.target_floor, &[("target", Value(target))])
        }
        GoalKind::Ceiling { .. } => draft.phrase_cell(&words.target_ceiling, &[("target", Value(target))]),
        GoalKind::Range { low, high } => {
            let unit = target.value.as_ref().map_or(Unit::Count, |number| number.unit);
            let (low, high) = (configured(standing, "low", low, unit), configured(standing, "high", high, unit));
            draft.phrase_cell(&words.target_range, &[("low", Value(&low)), ("high", Value(&high))])
        }
        GoalKind::Cadence { .. } => {
            let phrase = if up { &words.target_cadence } else { &words.target_cadence_most };
            draft.phrase_cell(phrase, &[("target", Value(target))])
        }
        GoalKind::Milestone { .. } => words_cell(words.target_milestone.clone()),
        GoalKind::Direction if target.value.is_err() => words_cell(words.target_better.clone()),
        GoalKind::Direction => {
            let phrase = if up { &words.target_above } else { &words.target_below };
            draft.phrase_cell(phrase, &[("target", Value(target))])
        }
        GoalKind::Benchmark { .. } => draft.phrase_cell(&words.target_percentile, &[("target", Value(target))]),
    }
}

/// A number that stands in the goal's configuration.
pub(super) fn configured(standing: &Standing, name: &str, value: f64, unit: Unit) -> Figure {
    let mut figure = standing.target.clone();
    figure.id.0 = format!("goal.{}.{name}", standing.goal.id);
    figure.value = Ok(Number { value, unit });
    figure.trace = crate::model::Trace {
        how: traces::as_configured().into(),
        config: [traces::goal_value(&standing.goal.id, name, value)].into_iter().collect(),
        ..crate::model::Trace::default()
    };
    figure
}

/// Whether the last day that counts has passed.
pub(super) fn over(draft: &Draft<'_>, standing: &Standing) -> bool {
    draft.material.facts.today > standing.goal.due
}

fn now(draft: &mut Draft<'_>, standing: &Standing) -> Cell {
    let figure = &standing.now;
    if figure.value.is_err() {
        let id = draft.register(figure);
        return Cell { text: NONE.to_owned(), figure: Some(id), ..Cell::default() };
    }
    let words = &draft.words.goal;
    match standing.goal.kind {
        GoalKind::Milestone { .. } => {
            let done = standing.status == Status::Achieved;
            let phrase = if done { &words.now_done } else { &words.now_not_done };
            draft.phrase_cell(phrase, &[("", Behind(figure))])
        }
        GoalKind::Cadence { .. } => draft.phrase_cell(&words.now_cadence, &[("now", Value(figure))]),
        _ => draft.cell(figure),
    }
}

fn target(draft: &mut Draft<'_>, standing: &Standing) -> Cell {
    let cell = wanted(draft, standing);
    let due = standing.goal.due;
    let date = format!("{} {}", draft.locale.short_date(due), due.year());
    let by = crate::words::fill(&draft.words.goal.target_by, &[("target", &cell.text), ("date", &date)]);
    Cell { text: by, ..cell }
}

fn pace(draft: &mut Draft<'_>, standing: &Standing) -> Cell {
    let words = &draft.words.goal;
    let nothing = || words_cell(NONE);
    if standing.status == Status::CannotBeJudged || over(draft, standing) {
        return nothing();
    }
    match standing.goal.kind {
        GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. } => {
            if standing.status == Status::Achieved {
                return words_cell(words.pace_reached.clone());
            }
            match (known(standing.needed_per_week.as_ref()), known(standing.lately_per_week.as_ref())) {
                (Some(needed), Some(lately)) => {
                    let phrase = if budget(standing) { &words.pace_budget } else { &words.pace_needed };
                    draft.phrase_cell(phrase, &[("needed", Value(needed)), ("lately", Value(lately))])
                }
                (Some(needed), None) => draft.phrase_cell(&words.pace_needed_only, &[("needed", Value(needed))]),
                (None, _) => margin(draft, standing).unwrap_or_else(nothing),
            }
        }
        GoalKind::Cadence { .. } => draft.phrase_cell(&words.pace_share, &[("needed", Value(&standing.expected))]),
        GoalKind::Milestone { .. } => nothing(),
        _ => margin(draft, standing).unwrap_or_else(nothing),
    }
}

/// How far from what is wanted: counts as they are, shares in percentage points.
fn margin(draft: &mut Draft<'_>, standing: &Standing) -> Option<Cell> {
    let ahead = known(Some(&standing.ahead))?;
    let words = &draft.words.goal;
    let compared = matches!(standing.goal.kind, GoalKind::Direction);
    let phrase = match (compared, percent(ahead)) {
        (false, false) => &words.pace_margin,
        (false, true) => &words.pace_margin_points,
        (true, false) => &words.pace_compared,
        (true, true) => &words.pace_compared_points,
    };
    let points = in_points(ahead);
    Some(draft.phrase_cell(phrase, &[("ahead", Signed(&points))]))
}

/// A share's difference as a number of percentage points, for the words.
fn in_points(figure: &Figure) -> Figure {
    let mut points = figure.clone();
    if percent(figure) {
        points.id.0.push_str("_points");
        points.trace.how = traces::in_points(&figure.id).into();
        points.trace.figures = vec![figure.id.clone()];
        points.value = points.value.map(|number| Number { value: number.value * 100.0, unit: Unit::Decimal });
    }
    points
}

fn percent(figure: &Figure) -> bool {
    figure.value.as_ref().is_ok_and(|number| matches!(number.unit, Unit::Share | Unit::Change))
}

/// Whether what is needed is really what is left to use: a sum that is to stay low.
fn budget(standing: &Standing) -> bool {
    standing.goal.direction == Direction::Down && standing.baseline.number() == Some(0.0)
}

fn known(figure: Option<&Figure>) -> Option<&Figure> {
    figure.filter(|it| it.value.is_ok())
}

/// One sentence why the status word is what it is.
pub(super) fn why(draft: &mut Draft<'_>, standing: &Standing) -> Sentence {
    if let (Status::CannotBeJudged, Some(reason)) = (standing.status, &standing.reason) {
        return cannot(draft, standing, reason);
    }
    match standing.goal.kind {
        GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. } => way(draft, standing),
        GoalKind::Milestone { done_on } => {
            let words = &draft.words.goal;
            let (phrase, day) = match (standing.status, done_on) {
                (Status::Achieved, Some(day)) => (&words.why_done, day),
                (Status::Behind, _) => (&words.why_overdue, standing.goal.due),
                _ => (&words.why_open, standing.goal.due),
            };
            let day = draft.locale.date(day);
            draft.say(phrase, &[("date", Text(&day))])
        }
        GoalKind::Cadence { .. } => cadence(draft, standing),
        GoalKind::Direction => compared(draft, standing),
        _ => level(draft, standing),
    }
}

/// The reason that a goal cannot be judged, as a sentence with a figure behind its numbers.
pub(super) fn cannot(draft: &mut Draft<'_>, standing: &Standing, reason: &Missing) -> Sentence {
    let mut figure = standing.now.clone();
    figure.id.0 = format!("goal.{}.judgement", standing.goal.id);
    figure.trace.how = traces::not_judged().into();
    figure.value = Err(reason.clone());
    let text = upper_first(&draft.locale.missing(reason));
    draft.say(&draft.words.goal.why_cannot, &[("reason", Text(&text)), ("", Behind(&figure))])
}

fn way(draft: &mut Draft<'_>, standing: &Standing) -> Sentence {
    let words = &draft.words.goal;
    let (now, target, expected) = (&standing.now, &standing.target, &standing.expected);
    let due = draft.locale.date(standing.goal.due);
    let over = over(draft, standing);
    if standing.status == Status::Achieved {
        let phrase = if over { &words.why_achieved_over } else { &words.why_achieved };
        return draft.say(phrase, &[("now", Value(now)), ("target", Value(target)), ("date", Text(&due))]);
    }
    if over {
        return draft.say(&words.why_ended, &[("now", Value(now)), ("target", Value(target)), ("date", Text(&due))]);
    }
    let ahead = standing.ahead.number().unwrap_or(0.0);
    let points = in_points(&standing.ahead);
    let up = standing.goal.direction == Direction::Up;
    let start = match (ahead < 0.0, up, percent(&standing.ahead)) {
        (true, true, false) => &words.why_under,
        (true, false, false) => &words.why_over,
        (true, true, true) => &words.why_under_points,
        (true, false, true) => &words.why_over_points,
        (false, _, _) => &words.why_expected,
    };
    let start = draft.say(start, &[("now", Value(now)), ("expected", Value(expected)), ("short", Size(&points))]);
    let start = paced(draft, standing, start);
    let end = match (known(standing.needed_per_week.as_ref()), known(standing.lately_per_week.as_ref())) {
        (Some(needed), Some(lately)) => {
            let phrase = if budget(standing) { &words.why_budget } else { &words.why_needed };
            draft.say(phrase, &[("needed", Value(needed)), ("lately", Value(lately))])
        }
        (Some(needed), None) => draft.say(&words.why_needed_only, &[("needed", Value(needed))]),
        (None, _) => draft.say(&words.why_target, &[("target", Value(target)), ("date", Text(&due))]),
    };
    joined(start, end)
}

/// What is expected by now does not follow from an even pace: said, since what is needed a week is even.
fn paced(draft: &mut Draft<'_>, standing: &Standing, start: Sentence) -> Sentence {
    let words = &draft.words.goal;
    let phrase = match standing.goal.pace {
        Pace::Linear => return start,
        Pace::Steps => &words.why_steps,
        Pace::Seasonal => &words.why_season,
    };
    let text = draft.say(phrase, &[("start", Text(&start.text))]).text;
    Sentence { text, ..start }
}

/// Two clauses as one sentence.
fn joined(start: Sentence, end: Sentence) -> Sentence {
    let mut figures = start.figures;
    figures.extend(end.figures.into_iter().filter(|id| !figures.contains(id)).collect::<Vec<_>>());
    Sentence { text: format!("{}; {}", start.text, end.text), figures }
}

fn level(draft: &mut Draft<'_>, standing: &Standing) -> Sentence {
    let words = &draft.words.goal;
    let days = draft.days(standing.now.period);
    let wanted = wanted(draft, standing);
    let per = match standing.goal.period {
        Granularity::Week => &words.per_week,
        Granularity::Month => &words.per_month,
        Granularity::Tertial => &words.per_tertial,
        Granularity::Quarter => &words.per_quarter,
        Granularity::Year => &words.per_year,
    };
    // Counts that add up are told as the mean per period; all else is the value itself.
    let mean = standing.now.trace.how.is(traces::MEAN_OF_PERIODS);
    let phrase = if mean { &words.why_level_mean } else { &words.why_level };
    let mut sentence = draft.say(
        phrase,
        &[("now", Value(&standing.now)), ("days", Text(&days)), ("per", Text(per)), ("wanted", Text(&wanted.text))],
    );
    sentence.figures.extend(wanted.figure.into_iter().chain(wanted.also));
    sentence
}

fn cadence(draft: &mut Draft<'_>, standing: &Standing) -> Sentence {
    let words = &draft.words.goal;
    let days = draft.days(standing.now.period);
    let phrase = if standing.goal.direction == Direction::Up { &words.why_cadence } else { &words.why_cadence_most };
    draft.say(
        phrase,
        &[
            ("now", Value(&standing.now)),
            ("target", Value(&standing.target)),
            ("needed", Value(&standing.expected)),
            ("days", Text(&days)),
        ],
    )
}

fn compared(draft: &mut Draft<'_>, standing: &Standing) -> Sentence {
    let words = &draft.words.goal;
    let (days, before) = (draft.days(standing.now.period), draft.days(standing.baseline.period));
    let (now, baseline) = (&standing.now, &standing.baseline);
    let parts = [("now", Value(now)), ("days", Text(&days)), ("baseline", Value(baseline))];
    let mean = |figure: &Figure| figure.trace.how.is(traces::MEAN_OF_WEEKS);
    if baseline.trace.config.is_empty() {
        // Fifty-two weeks back, as it is judged; else those weeks could not be compared with.
        let last_year = baseline.period.start() == now.period.shifted(-364).start();
        let phrase = match (mean(now) && mean(baseline), last_year) {
            (true, true) => &words.why_compared_mean,
            (false, true) => &words.why_compared,
            (true, false) => &words.why_compared_other_mean,
            (false, false) => &words.why_compared_other,
        };
        draft.say(phrase, &[parts[0], parts[1], parts[2], ("before", Text(&before))])
    } else {
        draft.say(&words.why_compared_baseline, &parts)
    }
}
