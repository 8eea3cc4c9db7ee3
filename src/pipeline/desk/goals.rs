//! Setting a goal by a form that writes the same file as a person would.

use chrono::{DateTime, NaiveDate, Utc};

use super::files::{NotSaved, Proposal, digest, one_at_a_time, proposal, texts, write};
use crate::config::{self, Config, Edited, Fields, Source};
use crate::model::{ChannelId, Goal, GoalId, UnitId};
use crate::pipeline::{App, computing};

/// What was decided: to change one of these takes a reason, and makes a new version of the goal.
const DECIDED: [&str; 9] = ["kind", "metric", "target", "low", "high", "due", "start", "baseline", "steps"];

/// A goal as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalSheet {
    /// Its fields.
    pub fields: Fields,
    /// The digest of its file: goes back with the form.
    pub digest: String,
    /// Its file.
    pub file: String,
}

/// What a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalWish {
    /// The goal; none: a new one.
    pub id: Option<String>,
    /// Its fields.
    pub fields: Fields,
    /// The digest of the file when the form was opened.
    pub digest: String,
}

/// The goal as it stands in its file; without a name, an empty form.
///
/// # Errors
/// When the configuration is built in or cannot be read, or there is no such goal.
pub async fn goal_sheet(source: &Source, id: Option<&str>) -> Result<GoalSheet, NotSaved> {
    let (source, id) = (source.clone(), id.map(str::to_owned));
    computing(move || {
        let files = texts(&source)?;
        let fields = match &id {
            Some(id) => config::goal_fields(&files, id).ok_or_else(|| unknown(id))?,
            None => Fields::new(),
        };
        let (file, text) = config::goal_file(&files, id.as_deref()).cloned().unwrap_or_default();
        Ok(GoalSheet { fields, digest: digest(&text), file })
    })
    .await?
}

/// What saving would do to the file, checked as the whole configuration is when it is loaded.
///
/// # Errors
/// When it would not be right, a reason is missing, or somebody changed the file meanwhile.
pub async fn propose_goal(source: &Source, wish: &GoalWish, today: NaiveDate) -> Result<Proposal, NotSaved> {
    let (source, wish) = (source.clone(), wish.clone());
    computing(move || checked(&source, &wish, today)).await?
}

/// Saves the goal, and notes who changed what and why. Whether they may is asked before ([`goal_units`]).
///
/// # Errors
/// As [`propose_goal`]; and when the disk or the state does not allow it.
pub async fn save_goal(
    app: &App,
    source: &Source,
    wish: &GoalWish,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Proposal, NotSaved> {
    let _alone = one_at_a_time().await;
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let (read, form) = (source.clone(), wish.clone());
    let proposal = computing(move || {
        let proposal = checked(&read, &form, today)?;
        if !proposal.edited.changed.is_empty() {
            write(&proposal.edited)?;
        }
        Ok::<_, NotSaved>(proposal)
    })
    .await??;
    let edited = &proposal.edited;
    if !edited.changed.is_empty() {
        let what = if wish.id.is_some() { "goal changed" } else { "goal added" };
        let detail = serde_json::json!({
            "file": edited.name,
            "keys": edited.changed,
            "why": wish.fields.get("change_reason").and_then(|reasons| reasons.first()),
            "lines": proposal.lines.iter().filter_map(told).collect::<Vec<_>>(),
        });
        app.state.note(by, what, &wished_id(wish), &detail, now).await.map_err(crate::pipeline::PipelineError::from)?;
    }
    Ok(proposal)
}

/// The units that have a say in the goal: as it stands, as the form says, and of what it would count. None: the whole
/// organisation.
pub fn goal_units(config: &Config, wish: &GoalWish) -> Vec<Option<UnitId>> {
    let wished = wish.fields.get("unit").and_then(|units| units.first()).map(|unit| unit.trim());
    let wished = wished.filter(|unit| !unit.is_empty()).map(UnitId::from);
    // Every version counts: whoever may not set one of them may set none. A new goal may be written as a version of another.
    let id = GoalId::from(wished_id(wish).as_str());
    let there: Vec<&Goal> = config.goals.iter().filter(|goal| goal.id == id).collect();
    let said = |key: &str| wish.fields.get(key).into_iter().flatten().map(|text| text.trim());
    // What the goal comes to rest on, unless it did so before: figures of other units are not read by way of a goal.
    let channels =
        said("channels").map(ChannelId::from).filter(|id| !there.iter().any(|goal| goal.scope.channels.contains(id)));
    let channels = channels.filter_map(|id| config.channel(&id)).map(|channel| Some(channel.unit.clone()));
    let campaigns = said("campaign")
        .filter(|id| !there.iter().any(|goal| goal.scope.campaign.as_ref().is_some_and(|it| it.as_str() == *id)));
    let campaigns =
        campaigns.filter_map(|id| config.campaigns.iter().find(|it| it.id.as_str() == id)).map(|it| it.unit.clone());
    there.iter().map(|goal| goal.unit.clone()).chain([wished]).chain(channels).chain(campaigns).collect()
}

fn told(line: &super::DiffLine) -> Option<String> {
    match line.kind {
        super::LineKind::Added => Some(format!("+ {}", line.text)),
        super::LineKind::Removed => Some(format!("- {}", line.text)),
        super::LineKind::Same | super::LineKind::Gap => None,
    }
}

fn checked(source: &Source, wish: &GoalWish, today: NaiveDate) -> Result<Proposal, NotSaved> {
    let files = texts(source)?;
    let now = config::goal_file(&files, wish.id.as_deref()).map(|(_, text)| text.clone()).unwrap_or_default();
    let stale = digest(&now) != wish.digest;
    let edited = edited(&files, wish.clone(), today)?;
    let id = wished_id(wish);
    config::check_text(&edited.among(&files))
        .map_err(|faults| NotSaved::Faults(Box::new(config::sorted(&edited.name, &edited.after, &id, faults.0))))?;
    let proposal = proposal(edited);
    if stale { Err(NotSaved::Conflict(Box::new(proposal))) } else { Ok(proposal) }
}

/// The file with the form in it. A changed number is a new version of the goal, from today unless the form says otherwise,
/// and has a reason of its own.
fn edited(files: &[(String, String)], mut wish: GoalWish, today: NaiveDate) -> Result<Edited, NotSaved> {
    let plain = config::with_goal(files, wish.id.as_deref(), &wish.fields).map_err(NotSaved::Unknown)?;
    let Some(id) = &wish.id else { return Ok(plain) };
    if !plain.changed.iter().any(|key| DECIDED.contains(&key.as_str())) {
        return Ok(plain);
    }
    let before = config::goal_fields(files, id).ok_or_else(|| unknown(id))?;
    let said = |fields: &Fields, key: &str| {
        fields.get(key).and_then(|values| values.first()).map(|text| text.trim().to_owned()).unwrap_or_default()
    };
    let reason = said(&wish.fields, "change_reason");
    if reason.is_empty() || reason == said(&before, "change_reason") {
        return Err(NotSaved::NoReason);
    }
    let same = |fields: &Fields, key: &str| !fields.contains_key(key) || said(fields, key) == said(&before, key);
    if same(&wish.fields, "version") {
        let version = said(&before, "version").parse().unwrap_or(1_u32).saturating_add(1);
        wish.fields.insert("version".to_owned(), vec![version.to_string()]);
    }
    if same(&wish.fields, "valid_from") {
        wish.fields.insert("valid_from".to_owned(), vec![today.to_string()]);
    }
    config::with_goal(files, Some(id), &wish.fields).map_err(NotSaved::Unknown)
}

fn wished_id(wish: &GoalWish) -> String {
    let said = wish.fields.get("id").and_then(|ids| ids.first()).map(|id| id.trim().to_owned());
    wish.id.clone().or(said).unwrap_or_default()
}

fn unknown(id: &str) -> NotSaved {
    NotSaved::Unknown(format!("there is no goal `{id}`"))
}
