//! Page one: one true sentence, the goals, and what changed most.

use super::draft::{Draft, Part, upper_first};
use super::{GoalLine, Material, Sentence, goal_line};
use crate::analysis::{Against, Change, Standing};
use crate::model::told::traces;
use crate::model::{Figure, Granularity, Status};

use Part::{Behind, Signed, Spelled, Text, Value};

/// So many changes of one channel at most: the others are mostly the same event told again.
const PER_CHANNEL: usize = 2;

/// The more urgent, the smaller.
pub(super) fn urgency(status: Status) -> u8 {
    match status {
        Status::Behind => 0,
        Status::Lagging => 1,
        Status::CannotBeJudged => 2,
        Status::OnTrack => 3,
        Status::Achieved => 4,
    }
}

/// The goals for page one, in the order of the configuration: all, or those that need attention most.
pub(super) fn chosen<'m>(material: &'m Material<'_>, room: usize) -> Vec<&'m Standing> {
    let mut all: Vec<(usize, &Standing)> = material.standings.iter().enumerate().collect();
    all.sort_by(|(at, left), (other, right)| {
        let key = |it: &Standing| urgency(it.status);
        key(left)
            .cmp(&key(right))
            .then_with(|| right.goal.weight.total_cmp(&left.goal.weight))
            .then_with(|| at.cmp(other))
    });
    all.truncate(room);
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, standing)| standing).collect()
}

/// The lines of page one, and where the other goals are told.
pub(super) fn goals(draft: &mut Draft<'_>, room: usize) -> (Vec<GoalLine>, Option<Sentence>) {
    let material = draft.material;
    let told = chosen(material, room);
    let lines: Vec<GoalLine> = told.iter().map(|standing| goal_line::line(draft, standing)).collect();
    let more = material.standings.len() - told.len();
    let note = (more > 0).then(|| {
        let count = draft.count("goals.more", "goals", more, traces::goals_left_over());
        let heading = draft.words.section.goals.clone();
        let phrase = draft.words.goal.more.of(more);
        let sentence = draft.say(phrase, &[("count", Spelled(&count)), ("section", Text(&heading))]);
        Sentence { text: upper_first(&sentence.text), ..sentence }
    });
    (lines, note)
}

/// One true sentence about all goals.
pub(super) fn headline(draft: &mut Draft<'_>) -> Sentence {
    let material = draft.material;
    let words = &draft.words.headline;
    let of =
        |status: Status| -> Vec<&Standing> { material.standings.iter().filter(|it| it.status == status).collect() };
    let all = material.standings.len();
    let good = of(Status::OnTrack).len() + of(Status::Achieved).len();
    let count = draft.count("goals.count", "goals", all, traces::goals_of_report());
    let good_count = draft.count("goals.good", "goals", good, traces::goals_good());
    match material.standings.as_slice() {
        [] => return draft.say(&words.none, &[]),
        [only] => return alone(draft, only, &count),
        _ => {}
    }
    let clauses: Vec<Sentence> = [Status::Behind, Status::Lagging, Status::CannotBeJudged]
        .into_iter()
        .filter_map(|status| clause(draft, status, &of(status)))
        .collect();
    let start = if good == all && of(Status::Achieved).len() == all {
        draft.say(&words.all_achieved, &[("all", Spelled(&count))])
    } else if good == all && of(Status::Achieved).is_empty() {
        draft.say(&words.all_on_track, &[("all", Spelled(&count))])
    } else if good == all {
        draft.say(&words.all_good, &[("all", Spelled(&count))])
    } else if good == 0 {
        draft.say(&words.none_good, &[("all", Spelled(&count)), ("", Behind(&good_count))])
    } else {
        draft.say(words.good.of(good), &[("good", Spelled(&good_count)), ("all", Spelled(&count))])
    };
    let mut figures = start.figures;
    figures.extend(clauses.iter().flat_map(|it| it.figures.clone()));
    let texts: Vec<String> = clauses.into_iter().map(|it| it.text).collect();
    // The clauses may hold an "and" of their own, so commas part them.
    let rest = if texts.is_empty() { String::new() } else { format!("; {}", texts.join(", ")) };
    Sentence { text: format!("{}{rest}.", upper_first(&start.text)), figures }
}

/// The sentence where there is one goal only.
fn alone(draft: &mut Draft<'_>, standing: &Standing, count: &Figure) -> Sentence {
    let words = &draft.words.headline;
    let phrase = match standing.status {
        Status::Achieved => &words.alone_achieved,
        Status::OnTrack => &words.alone_on_track,
        Status::Lagging => &words.lagging.one,
        Status::Behind => &words.behind.one,
        Status::CannotBeJudged => &words.cannot.one,
    };
    let goal = crate::words::fill(&words.quoted, &[("goal", &standing.goal.title)]);
    let sentence = draft.say(phrase, &[("goals", Text(&goal)), ("", Behind(count))]);
    Sentence { text: format!("{}.", upper_first(&sentence.text)), ..sentence }
}

/// `”Familjehem” släpar`; more than two are counted.
fn clause(draft: &mut Draft<'_>, status: Status, goals: &[&Standing]) -> Option<Sentence> {
    let words = &draft.words.headline;
    let phrase = match status {
        Status::Behind => &words.behind,
        Status::Lagging => &words.lagging,
        _ => &words.cannot,
    };
    if goals.is_empty() {
        return None;
    }
    let id = format!("goals.{}", status.as_str());
    let count = draft.count(id, "goals", goals.len(), traces::goals_of_status());
    let who = if goals.len() <= 2 {
        let titles: Vec<String> =
            goals.iter().map(|it| crate::words::fill(&words.quoted, &[("goal", &it.goal.title)])).collect();
        draft.locale.list(&titles)
    } else {
        draft.spelled(goals.len())
    };
    Some(draft.say(phrase.of(goals.len()), &[("goals", Text(&who)), ("", Behind(&count))]))
}

/// What changed most, at most so many: against the period before, then one against last year.
pub(super) fn changes(draft: &mut Draft<'_>, room: usize) -> Vec<Sentence> {
    let material = draft.material;
    let mut told: Vec<&Change> = Vec::new();
    let years = usize::from(!material.changes_year.is_empty() && room > 2);
    for change in &material.changes {
        let same = told.iter().filter(|it| it.compared.channel == change.compared.channel).count();
        if told.len() + years < room && same < PER_CHANNEL {
            told.push(change);
        }
    }
    told.extend(material.changes_year.iter().take(room.saturating_sub(told.len()).min(years.max(1))));
    if told.is_empty() {
        return vec![draft.say(&draft.words.change.none, &[])];
    }
    told.into_iter().map(|it| change(draft, it)).collect()
}

/// One change with its numbers.
pub(super) fn change(draft: &mut Draft<'_>, change: &Change) -> Sentence {
    let compared = &change.compared;
    let (figure, before) = match change.against {
        Against::Previous => (&compared.change, &compared.previous),
        Against::YearBefore => (&compared.change_year, &compared.year_before),
    };
    let words = &draft.words.change;
    let when = when(draft, change.against);
    let channel = draft.channel_title(&compared.channel);
    let metric = draft.metric_within(&compared.metric);
    // Where days are missing the change is that of the days that both have; then it does not follow from the totals.
    let plain = match (compared.total.number(), before.number(), figure.number()) {
        (Some(now), Some(then), Some(told)) => ((now - then) / then - told).abs() < 1e-9,
        _ => true,
    };
    let phrase = if plain { &words.sentence } else { &words.sentence_common_days };
    draft.say(
        phrase,
        &[
            ("channel", Text(&channel)),
            ("metric", Text(&metric)),
            ("now", Value(&compared.total)),
            ("change", Signed(figure)),
            ("before", Value(before)),
            ("when", Text(&when)),
        ],
    )
}

/// `veckan före`, `samma vecka i fjol`.
pub(super) fn when(draft: &Draft<'_>, against: Against) -> String {
    let words = &draft.words.change;
    let kinds = match against {
        Against::Previous => &words.before,
        Against::YearBefore => &words.year_before,
    };
    let phrase = match draft.material.period.granularity(draft.material.facts.calendar) {
        Some(Granularity::Week) => &kinds.week,
        Some(Granularity::Month) => &kinds.month,
        Some(Granularity::Tertial) => &kinds.tertial,
        Some(Granularity::Quarter) => &kinds.quarter,
        Some(Granularity::Year) => &kinds.year,
        None => &kinds.other,
    };
    phrase.clone()
}
