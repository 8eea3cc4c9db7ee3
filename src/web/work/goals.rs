//! The goals as a list and as a form that writes their file.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::goal_form::{groups, taken};
use super::{Tongue, allowed, go, who};
use crate::config::{Fault, Sorted};
use crate::model::{Goal, GoalId, GoalKind, Unit};
use crate::pipeline::{self, App, GoalSheet, GoalWish, NotSaved, Role};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::{not_taken, show};

/// The goals, with what each wants.
pub(super) async fn list(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    let app = shared.app();
    let tongue = Tongue::of(&visitor, &app);
    let newest = |goal: &&Goal| goal_of(&app, goal.id.as_str()).is_ok_and(|newest| std::ptr::eq(newest, *goal));
    let goals = app.config.goals.iter().filter(newest).filter(|goal| allowed(&visitor, &app, goal.unit.as_ref()));
    let rows: Vec<Value> = goals.map(|goal| row(&app, tongue, goal)).collect();
    let context = json!({
        "goals": rows,
        "may_edit": visitor.needs(Role::Editor).is_ok(),
    });
    Ok(show(&shared, &visitor, "work-goals.html", tongue.text("work.goals"), "/goals", context))
}

fn row(app: &App, tongue: Tongue, goal: &Goal) -> Value {
    let unit = goal.unit.as_ref().and_then(|unit| app.config.units.find(unit)).map(|unit| unit.title.clone());
    let canonical = app.catalog.canonical(&goal.metric);
    let metric = canonical.map(|metric| metric.title.get(tongue.language).to_owned());
    let of_share = canonical.is_some_and(|metric| metric.unit == Unit::Share);
    json!({
        "id": goal.id,
        "title": goal.title,
        "metric": metric.unwrap_or_else(|| goal.metric.to_string()),
        "kind": kind_word(&goal.kind),
        "target": target(tongue, &goal.kind, of_share),
        "due": tongue.day(goal.due),
        "unit": unit.unwrap_or_else(|| app.config.organisation.name.clone()),
        "version": goal.record.version,
    })
}

/// The number that the goal wants; that of a metric that is a share in per cent.
fn target(tongue: Tongue, kind: &GoalKind, of_share: bool) -> Option<String> {
    let share = |value: f64| tongue.locale().percent(value, usize::from((value * 100.0).fract().abs() > 1e-9));
    let number = |value: f64| {
        if of_share {
            return share(value);
        }
        let text = tongue.locale().number(value, 4);
        if text.contains([',', '.']) {
            text.trim_end_matches('0').trim_end_matches([',', '.']).to_owned()
        } else {
            text
        }
    };
    match *kind {
        GoalKind::Absolute { target } | GoalKind::Floor { target } | GoalKind::Ceiling { target } => {
            Some(number(target))
        }
        GoalKind::RelativeGrowth { growth } => Some(tongue.locale().change(growth)),
        GoalKind::Range { low, high } => Some(format!("{}–{}", number(low), number(high))),
        GoalKind::Cadence { per_week } => Some(tongue.say("work.goal_per_week", &[("number", &number(per_week))])),
        GoalKind::SurveyShare { target, .. } | GoalKind::Conversion { target } => Some(share(target)),
        GoalKind::Benchmark { target, .. } => Some(number(target)),
        GoalKind::Milestone { .. } | GoalKind::Direction => None,
    }
}

/// The word of the kind in the configuration.
fn kind_word(kind: &GoalKind) -> &'static str {
    match kind {
        GoalKind::Absolute { .. } => "absolute",
        GoalKind::RelativeGrowth { .. } => "relative_growth",
        GoalKind::Floor { .. } => "floor",
        GoalKind::Ceiling { .. } => "ceiling",
        GoalKind::Range { .. } => "range",
        GoalKind::Cadence { .. } => "cadence",
        GoalKind::Milestone { .. } => "milestone",
        GoalKind::Direction => "direction",
        GoalKind::SurveyShare { .. } => "survey_share",
        GoalKind::Benchmark { .. } => "benchmark",
        GoalKind::Conversion { .. } => "conversion",
    }
}

/// An empty form.
pub(super) async fn new(State(shared): State<Shared>, visitor: Visitor) -> Result<Response, Refusal> {
    open(&shared, &visitor, None).await
}

/// The form of a goal.
pub(super) async fn edit(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    open(&shared, &visitor, Some(id)).await
}

async fn open(shared: &Shared, visitor: &Visitor, id: Option<String>) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    if let Some(id) = &id {
        let goal = goal_of(&app, id)?;
        visitor.may_see(&app, goal.unit.as_ref())?;
    }
    let tongue = Tongue::of(visitor, &app);
    match pipeline::goal_sheet(&super::source(&app), id.as_deref()).await {
        Ok(GoalSheet { fields, digest, file }) => {
            let wish = GoalWish { id, fields, digest };
            Ok(page(shared, visitor, &wish, &Sorted::default(), &json!({"file": last(&file)})))
        }
        Err(error) => {
            let context = json!({"wrong": wrong(tongue, &error), "goal": id});
            Ok(show(shared, visitor, "work-goal-not.html", tongue.text("work.goal"), "/goals", context))
        }
    }
}

/// Looks a new goal through, or saves it.
pub(super) async fn save_new(
    State(shared): State<Shared>,
    visitor: Visitor,
    Signed(form): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    take(&shared, &visitor, None, form).await
}

/// Looks a change of a goal through, or saves it.
pub(super) async fn save(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(form): Signed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    goal_of(&shared.app(), &id)?;
    take(&shared, &visitor, Some(id), form).await
}

async fn take(
    shared: &Shared,
    visitor: &Visitor,
    id: Option<String>,
    form: Vec<(String, String)>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let (fields, digest, step) = taken(form, id.as_deref());
    let wish = GoalWish { id, fields, digest };
    for unit in pipeline::goal_units(&app.config, &wish) {
        visitor.may_see(&app, unit.as_ref())?;
    }
    let now = shared.now();
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let source = super::source(&app);
    if step == "save" {
        return match pipeline::save_goal(&app, &source, &wish, &who(visitor), now).await {
            Ok(_) => {
                super::reload(shared).await;
                Ok(go("/goals?saved=yes"))
            }
            Err(error) => refused(shared, visitor, &wish, error),
        };
    }
    if step == "back" {
        return Ok(page(shared, visitor, &wish, &Sorted::default(), &json!({})));
    }
    match pipeline::propose_goal(&source, &wish, today).await {
        Ok(proposal) => Ok(confirm(shared, visitor, &wish, &proposal, false)),
        Err(error) => refused(shared, visitor, &wish, error),
    }
}

/// The page that shows what saving would do to the file.
fn confirm(
    shared: &Shared,
    visitor: &Visitor,
    wish: &GoalWish,
    proposal: &pipeline::Proposal,
    conflict: bool,
) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    // A list that was emptied has no value to carry: it says that it is there.
    let emptied = wish.fields.iter().filter(|(_, values)| values.is_empty()).map(|(name, _)| ("listed", name.as_str()));
    let filled =
        wish.fields.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())));
    let hidden: Vec<(&str, &str)> = filled.chain(emptied).collect();
    let context = json!({
        "goal": wish.id,
        "title": wish.fields.get("title").and_then(|titles| titles.first()),
        "file": last(&proposal.edited.name),
        "lines": proposal.lines,
        "changed": proposal.edited.changed,
        // Whoever goes on after a conflict has seen what stands there now.
        "digest": proposal.digest,
        "hidden": hidden,
        "conflict": conflict,
        "nothing": proposal.edited.changed.is_empty(),
    });
    show(shared, visitor, "work-goal-diff.html", tongue.text("work.goal_diff"), "/goals", context)
}

fn refused(shared: &Shared, visitor: &Visitor, wish: &GoalWish, error: NotSaved) -> Result<Response, Refusal> {
    let tongue = Tongue::of(visitor, &shared.app());
    match error {
        NotSaved::Conflict(proposal) => Ok(confirm(shared, visitor, wish, &proposal, true)),
        NotSaved::Faults(sorted) => Ok(not_taken(page(shared, visitor, wish, &sorted, &json!({"faulty": true})))),
        NotSaved::NoReason => {
            let told = json!({"faulty": true, "no_reason": tongue.text("work.goal_no_reason")});
            Ok(not_taken(page(shared, visitor, wish, &Sorted::default(), &told)))
        }
        NotSaved::Trouble(error) => Err(error.into()),
        error => {
            let told = json!({"wrong": wrong(tongue, &error)});
            Ok(not_taken(page(shared, visitor, wish, &Sorted::default(), &told)))
        }
    }
}

/// The form with what is wrong at each field.
fn page(shared: &Shared, visitor: &Visitor, wish: &GoalWish, sorted: &Sorted, told: &Value) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    let elsewhere: Vec<String> = sorted.elsewhere.iter().map(|fault| fault.line(tongue.language)).collect();
    let about: Vec<String> = sorted.goal.iter().map(|fault| in_words(tongue, fault)).collect();
    let mut errors: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for (key, faults) in &sorted.fields {
        // What there is to choose from stands in the field: the loader's list of it would only hide what is wrong.
        let told = |fault: &Fault| if key == "metric" { in_short(tongue, fault) } else { in_words(tongue, fault) };
        errors.insert(key.clone(), faults.iter().map(told).collect());
    }
    if let Some(reason) = told.get("no_reason").and_then(Value::as_str) {
        errors.entry("change_reason".to_owned()).or_default().push(reason.to_owned());
    }
    let context = json!({
        "goal": wish.id,
        "title": wish.fields.get("title").and_then(|titles| titles.first()),
        "digest": wish.digest,
        "groups": groups(&app, visitor, tongue, wish, &errors),
        "count": errors.values().map(Vec::len).sum::<usize>(),
        "about": about,
        "elsewhere": elsewhere,
        "told": {"wrong": told.get("wrong")},
    });
    let title = if wish.id.is_some() { "work.goal" } else { "work.goal_new" };
    show(shared, visitor, "work-goal.html", tongue.text(title), "/goals", context)
}

/// What is wrong, for whoever cannot see the file: without line and column.
pub(super) fn wrong(tongue: Tongue, error: &NotSaved) -> Vec<String> {
    match error {
        NotSaved::BuiltIn => vec![tongue.text("work.built_in").to_owned()],
        NotSaved::Faults(sorted) => {
            let all = sorted.fields.values().flatten().chain(&sorted.goal);
            let lines = sorted.elsewhere.iter().map(|fault| fault.line(tongue.language));
            all.map(|fault| in_words(tongue, fault)).chain(lines).collect()
        }
        NotSaved::NoReason => vec![tongue.text("work.goal_no_reason").to_owned()],
        NotSaved::Conflict(_) => vec![tongue.text("work.conflict").to_owned()],
        NotSaved::Unknown(what) => vec![what.clone()],
        NotSaved::Trouble(error) => vec![error.to_string()],
    }
}

/// The loader's own words.
fn in_words(tongue: Tongue, fault: &Fault) -> String {
    let help = fault.help.as_ref().map(|help| format!(" ({})", help.get(tongue.language))).unwrap_or_default();
    format!("{}{help}", in_short(tongue, fault))
}

/// The same without what helps.
fn in_short(tongue: Tongue, fault: &Fault) -> String {
    format!("{}; {}", fault.what.get(tongue.language), fault.expected.get(tongue.language))
}

fn goal_of<'a>(app: &'a App, id: &str) -> Result<&'a Goal, Refusal> {
    // A goal that was changed stands once per version: the one with the latest day is the goal as it is.
    let versions = app.config.goals.iter().filter(|goal| goal.id == GoalId::from(id));
    versions.max_by_key(|goal| goal.record.valid_from).ok_or(Refusal::NotFound)
}

/// The name of a file without its folders.
fn last(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}
