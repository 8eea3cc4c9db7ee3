//! The goals: every field of the goal model, its defaults, and what does not fit together.

use super::fault::say;
use super::goal_metric;
use super::organisation::{ring, ring_fault};
use super::refer::{Names, Thing};
use super::table::Table;
use crate::catalog::Catalog;
use crate::model::{
    Calendar, Campaign, CampaignId, Channel, ChannelId, Closing, Goal, GoalId, GoalKind, GoalRecord, Granularity,
    MetricName, Pace, Period, Scope, Step, Tolerance, UnitId, Units,
};

/// What goals are checked against.
pub(super) struct Surroundings<'a> {
    pub units: &'a Units,
    pub channels: &'a [Channel],
    pub campaigns: &'a [Campaign],
    pub catalog: &'a Catalog,
    pub calendar: Calendar,
}

pub(super) fn goals(root: &Table<'_>, names: &Names, around: &Surroundings<'_>) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut places = Vec::new();
    for table in root.tables("goal") {
        let Some(goal) = goal(&table, names, around) else { continue };
        check_days(&table, &goal);
        check_numbers(&table, &goal);
        goal_metric::check(&table, &goal, around);
        places.push(table.place("contributes_to"));
        goals.push(goal);
    }
    check_versions(root, &goals);
    for (goal, place) in goals.iter().zip(places) {
        let above =
            |id: &GoalId| goals.iter().find(|goal| &goal.id == id).and_then(|goal| goal.contributes_to.as_ref());
        if let Some(ring) = ring(&goal.id, above) {
            root.faults.push(ring_fault(place, &ring));
        }
    }
    goals
}

fn goal(table: &Table<'_>, names: &Names, around: &Surroundings<'_>) -> Option<Goal> {
    let scope = Scope {
        channels: names.many(table, "channels", Thing::Channel).into_iter().map(ChannelId::from).collect(),
        labels: names.many(table, "labels", Thing::Label),
        campaign: names.one(table, "campaign", Thing::Campaign).map(CampaignId::from),
    };
    let unit = names.one(table, "unit", Thing::Unit).map(UnitId::from);
    let contributes_to = names.one(table, "contributes_to", Thing::Goal).map(GoalId::from);
    let steps = steps(table);
    let record = record(table);
    let kind = kind(table);
    let metric = goal_metric::metric(table, around.catalog);
    let (id, title, due) = (table.text("id")?, table.text("title")?, table.day("due")?);
    let pace = table.word("pace").unwrap_or(if steps.is_empty() { Pace::Linear } else { Pace::Steps });
    Some(Goal {
        id: GoalId::from(id),
        title,
        metric: metric?,
        kind: kind?,
        due,
        start: table
            .day("start")
            .unwrap_or_else(|| Period::containing(due, Granularity::Year, around.calendar).start()),
        direction: table.word("direction").unwrap_or_default(),
        scope,
        unit,
        baseline: table.number("baseline"),
        why: table.text("why"),
        owner_role: table.text("owner_role"),
        contributes_to,
        weight: table.number("weight").unwrap_or(1.0),
        minimum: table.number("minimum"),
        stretch: table.number("stretch"),
        steps,
        pace,
        tolerance: table.number("tolerance").map_or_else(Tolerance::default, Tolerance),
        min_sample: table.whole("min_sample"),
        period: table.word("period").unwrap_or(Granularity::Week),
        recurs: table.flag("recurs").unwrap_or(false),
        normalise: table.word("normalise"),
        compare_with: table.words("compare_with"),
        rivals: table.texts("rivals").into_iter().map(|(text, _)| text).collect(),
        on_metric_break: table.word("on_metric_break").unwrap_or_default(),
        level: table.word("level"),
        effect_state: table.word("effect_state"),
        audience: table.text("audience"),
        record,
    })
}

/// A goal that stands again is a version of it, and says why it was changed.
fn check_versions(root: &Table<'_>, goals: &[Goal]) {
    for table in root.told_to(&super::table::Faults::default()).tables("goal") {
        let (Some(id), Some(from)) = (table.text("id"), table.day("valid_from")) else { continue };
        let earlier = goals.iter().any(|it| it.id.as_str() == id && it.record.valid_from.is_none_or(|day| day < from));
        if earlier && !table.has("change_reason") {
            let fault = table.fault(
                "valid_from",
                say(
                    format!("`{id}` is changed from {from}, without a reason"),
                    format!("`{id}` ändras från {from}, utan skäl"),
                ),
                say("expected `change_reason`, one sentence", "väntade `change_reason`, en mening"),
            );
            root.faults.push_unsure(fault);
        }
    }
}

fn record(table: &Table<'_>) -> GoalRecord {
    GoalRecord {
        decided_by: table.text("decided_by"),
        decided_on: table.day("decided_on"),
        case_no: table.text("case_no"),
        review_on: table.day("review_on"),
        version: table.whole("version"),
        valid_from: table.day("valid_from"),
        change_reason: table.text("change_reason"),
        closing: table
            .table("closing")
            .and_then(|table| Some(Closing { date: table.day("date")?, learning: table.text("learning")? })),
    }
}

fn steps(table: &Table<'_>) -> Vec<Step> {
    let rows = table.tables("steps");
    let mut steps: Vec<Step> = Vec::new();
    for row in rows {
        let (Some(date), Some(value)) = (row.day("date"), row.number("value")) else { continue };
        if let Some(before) = steps.last().filter(|before| before.date >= date) {
            table.faults.push(row.fault(
                "date",
                say(
                    format!("{date} does not come after {}", before.date),
                    format!("{date} kommer inte efter {}", before.date),
                ),
                say("expected ascending dates", "väntade stigande datum"),
            ));
        }
        steps.push(Step { date, value });
    }
    steps
}

/// The word of the kind, and the keys that go with it: must, may, and — all others of the list — must not.
const KIND_KEYS: [(&str, &[&str], &[&str]); 11] = [
    ("absolute", &["target"], &[]),
    ("relative_growth", &["target"], &[]),
    ("floor", &["target"], &[]),
    ("ceiling", &["target"], &[]),
    ("range", &["low", "high"], &[]),
    ("cadence", &["target"], &[]),
    ("milestone", &[], &["done_on"]),
    ("direction", &[], &[]),
    ("survey_share", &["target"], &["confidence"]),
    ("benchmark", &["target"], &["peers"]),
    ("conversion", &["target"], &[]),
];
const OWN_KEYS: [&str; 6] = ["target", "low", "high", "done_on", "confidence", "peers"];

/// The kind's word; `absolute` unless another stands there; none when what stands there is no kind.
pub(super) fn kind_word(table: &Table<'_>) -> Option<String> {
    if table.has("kind") { table.text("kind") } else { Some("absolute".to_owned()) }
}

fn kind(table: &Table<'_>) -> Option<GoalKind> {
    let word = kind_word(table)?;
    let (_, must, may) = KIND_KEYS.iter().find(|(kind, _, _)| *kind == word)?;
    for key in must.iter().filter(|key| !table.has(key)) {
        table.faults.push_unsure(super::Fault::new(
            table.start(),
            say(format!("`{key}` is missing"), format!("`{key}` saknas")),
            say(
                format!("a goal of kind `{word}` needs `{key}`"),
                format!("ett mål av sorten `{word}` behöver `{key}`"),
            ),
        ));
    }
    for key in OWN_KEYS.iter().filter(|key| table.has(key) && !must.contains(key) && !may.contains(key)) {
        let kinds: Vec<&str> = KIND_KEYS
            .iter()
            .filter(|(_, must, may)| must.contains(key) || may.contains(key))
            .map(|(kind, _, _)| *kind)
            .collect();
        let kinds = super::near::listed(kinds);
        table.faults.push(table.fault(
            key,
            say(
                format!("`{key}` means nothing for a goal of kind `{word}`"),
                format!("`{key}` betyder inget för ett mål av sorten `{word}`"),
            ),
            say(format!("only for {kinds}"), format!("bara för {kinds}")),
        ));
    }
    let target = table.number("target");
    Some(match word.as_str() {
        "absolute" => GoalKind::Absolute { target: target? },
        "relative_growth" => GoalKind::RelativeGrowth { growth: target? },
        "floor" => GoalKind::Floor { target: target? },
        "ceiling" => GoalKind::Ceiling { target: target? },
        "range" => GoalKind::Range { low: table.number("low")?, high: table.number("high")? },
        "cadence" => GoalKind::Cadence { per_week: target? },
        "milestone" => GoalKind::Milestone { done_on: table.day("done_on") },
        "direction" => GoalKind::Direction,
        "survey_share" => {
            GoalKind::SurveyShare { target: target?, confidence: table.number("confidence").unwrap_or(0.95) }
        }
        "benchmark" => GoalKind::Benchmark { target: target?, peers: table.text("peers") },
        _ => GoalKind::Conversion { target: target? },
    })
}

fn check_days(table: &Table<'_>, goal: &Goal) {
    if goal.start >= goal.due {
        let at = if table.has("start") { "start" } else { "due" };
        table.faults.push(table.fault(
            at,
            say(
                format!("the goal starts on {} and is due on {}", goal.start, goal.due),
                format!("målet börjar {} och ska vara nått {}", goal.start, goal.due),
            ),
            say("expected `start` before `due`", "väntade `start` före `due`"),
        ));
    }
    for (step, row) in goal.steps.iter().zip(table.tables("steps")) {
        if step.date < goal.start || step.date > goal.due {
            table.faults.push(row.fault(
                "date",
                say(format!("{} lies outside of the goal", step.date), format!("{} ligger utanför målet", step.date)),
                say(
                    format!("expected {} to {}", goal.start, goal.due),
                    format!("väntade {} till {}", goal.start, goal.due),
                ),
            ));
        }
    }
    if goal.pace == Pace::Steps && goal.steps.is_empty() && !table.has("steps") {
        table.faults.push_unsure(table.fault(
            "pace",
            say("`pace = \"steps\"` without steps", "`pace = \"steps\"` utan delmål"),
            say(
                "expected `steps = [{ date = 2026-06-30, value = 100 }]`",
                "väntade `steps = [{ date = 2026-06-30, value = 100 }]`",
            ),
        ));
    }
}

fn check_numbers(table: &Table<'_>, goal: &Goal) {
    let wrong = |key: &str, expected: (&str, &str)| {
        let found = table.number(key).unwrap_or_default();
        table.faults.push(table.fault(
            key,
            say(format!("`{key}` is {found}"), format!("`{key}` är {found}")),
            say(expected.0, expected.1),
        ));
    };
    match goal.kind {
        GoalKind::Range { low, high } if low >= high => {
            wrong("low", ("expected less than `high`", "väntade mindre än `high`"));
        }
        GoalKind::Cadence { per_week } if per_week <= 0.0 => {
            wrong("target", ("expected more than 0 per week", "väntade mer än 0 per vecka"));
        }
        GoalKind::SurveyShare { target, .. } | GoalKind::Conversion { target } if !(0.0..=1.0).contains(&target) => {
            wrong("target", ("expected a share from 0 to 1", "väntade en andel från 0 till 1"));
        }
        GoalKind::Benchmark { target, .. } if !(0.0..=100.0).contains(&target) => {
            wrong("target", ("expected a percentile from 0 to 100", "väntade en percentil från 0 till 100"));
        }
        GoalKind::RelativeGrowth { growth } if growth == 0.0 || growth <= -1.0 || growth > 10.0 => {
            wrong(
                "target",
                (
                    "expected the growth as a share: 0.15 is 15 per cent",
                    "väntade tillväxten som andel: 0.15 är 15 procent",
                ),
            );
        }
        _ => {}
    }
    if goal.weight < 0.0 {
        wrong("weight", ("expected 0 or more", "väntade 0 eller mer"));
    }
}

/// The name of a milestone's or survey's metric need not be in the catalogue: nothing fetched feeds it.
pub(super) fn outside_catalogue(word: &str) -> Option<MetricName> {
    matches!(word, "milestone" | "survey_share").then(|| MetricName::from(word))
}
