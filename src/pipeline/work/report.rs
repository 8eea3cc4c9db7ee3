//! A report's job: first its owner, then its data, then off it goes.

use chrono::{DateTime, Utc};

use super::task::key;
use super::{Done, Task};
use crate::config::Sending;
use crate::model::{Approval, ChannelId, Gravity, Language, ReportSpec, Secret};
use crate::pipeline::deliver::{Wish, deliver, send_draft};
use crate::pipeline::fresh::{Gate, Stale, gate, stale};
use crate::pipeline::{App, PipelineError, alerts, fetch};
use crate::state::{ApprovalState, DeliveryStatus, DraftApproval};

/// Sends the draft to the owner.
pub(super) async fn draft(
    app: &App,
    report: &str,
    instant: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Done, PipelineError> {
    let spec = spec(app, report)?;
    let asked = send_draft(app, &Wish::scheduled(spec, instant), now).await?;
    Ok(Done::Finished(format!("the draft {} waits for {}", asked.report, asked.owner)))
}

/// Makes and sends the report, if its owner lets it and its data are there.
pub(super) async fn report(
    app: &App,
    report: &str,
    instant: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Done, PipelineError> {
    let spec = spec(app, report)?;
    let mut wish = Wish::scheduled(spec, instant);
    if let Some(why) = stopped(app, &wish, now).await? {
        return Ok(Done::Finished(why));
    }
    let Sending { freshness, wait_hours, .. } = app.config.sending(&spec.id);
    let missing = refreshed(app, &wish, now).await?;
    let late = format!("stale/{}", spec.id);
    match gate(freshness, wait_hours, instant, missing, now) {
        Gate::Open => {
            app.state.resolve_alert(&late, now).await?;
        }
        Gate::Preliminary(missing) => {
            alerts::raise(app, &late, Gravity::Warning, &spec.id, &went_preliminary(app, spec, &missing), now).await?;
            wish.preliminary = true;
        }
        Gate::Wait(until, missing) => return Ok(Done::Again(until, format!("data are missing: {}", listed(&missing)))),
        Gate::Hold(until, missing) => {
            alerts::raise(app, &late, Gravity::Action, &spec.id, &is_held(app, spec, &missing), now).await?;
            alerts::notify(app, now).await?;
            return Ok(Done::Again(until, format!("held, data are missing: {}", listed(&missing))));
        }
    }
    let delivered = deliver(app, &wish, now).await?;
    let taken = delivered.count(DeliveryStatus::Sent) + delivered.count(DeliveryStatus::Accepted);
    Ok(Done::Finished(format!(
        "{}: {taken} of {} deliveries taken",
        delivered.reports.join(", "),
        delivered.deliveries.len()
    )))
}

fn spec<'a>(app: &'a App, report: &str) -> Result<&'a ReportSpec, PipelineError> {
    app.config.report(report).ok_or_else(|| PipelineError::Unknown {
        what: format!("there is no report `{report}` in the configuration any more"),
        hint: "put it back, or let the job be".to_owned(),
    })
}

/// Why the report does not go, if its owner has a say and has not let it.
async fn stopped(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<Option<String>, PipelineError> {
    if wish.spec.approve != Approval::Owner {
        return Ok(None);
    }
    let spec = &wish.spec.id;
    // A draft that was never sent, because nobody was running the day before, goes now.
    let asked = match app.state.approval_of_slot(spec, wish.instant).await? {
        Some(asked) => asked,
        None => send_draft(app, wish, now).await?,
    };
    let asked = if asked.state == ApprovalState::Waiting && now >= asked.deadline {
        app.state.close_overdue_approvals(now).await?;
        app.state.approval(&asked.report).await?.unwrap_or(asked)
    } else {
        asked
    };
    let by = asked.decided_by.as_deref().unwrap_or_default();
    Ok(match asked.state {
        ApprovalState::Approved | ApprovalState::Lapsed => None,
        ApprovalState::Rejected => Some(format!("stopped by {by}")),
        ApprovalState::Held | ApprovalState::Waiting => {
            let text = awaits_owner(app, &asked);
            alerts::raise(app, &format!("held/{}", asked.report), Gravity::Action, spec, &text, now).await?;
            alerts::notify(app, now).await?;
            Some(format!("held until {} approves {}", asked.owner, asked.report))
        }
    })
}

/// The channels whose data are missing, after asking those again that have settled since they were last asked.
async fn refreshed(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<Vec<Stale>, PipelineError> {
    let period = wish.covers(app);
    let missing = stale(app, &wish.spec, period, now).await?;
    let worth: Vec<ChannelId> =
        missing.iter().filter(|stale| stale.settled).map(|stale| stale.channel.clone()).collect();
    if worth.is_empty() {
        return Ok(missing);
    }
    let fetched = fetch(app, &worth, now, |_| {}).await?;
    alerts::after_fetch(app, &fetched, now).await?;
    stale(app, &wish.spec, period, now).await
}

/// Decides about a draft, by its id or the pass of its link. What was held, or is due already, goes at once.
///
/// # Errors
/// When there is no such draft, it was decided already, or the state cannot be used.
pub async fn approve(
    app: &App,
    draft: &str,
    approved: bool,
    by: &str,
    now: DateTime<Utc>,
) -> Result<DraftApproval, PipelineError> {
    let asked = find(app, draft).await?;
    if !app.state.decide_approval(&asked.report, approved, by, now).await? {
        let state = asked.state;
        return Err(PipelineError::Unknown {
            what: format!("the draft `{}` is decided already: {state}", asked.report),
            hint: "`genomslag send` sends a report whatever was decided".to_owned(),
        });
    }
    let detail = serde_json::json!({"approved": approved, "owner": asked.owner});
    app.state.note(by, "draft decided", &asked.report, &detail, now).await?;
    app.state.resolve_alert(&format!("held/{}", asked.report), now).await?;
    if approved && now >= asked.instant {
        let task = Task::Report { report: asked.spec.clone(), instant: asked.instant };
        let same = key(&format!("approved/{}", asked.spec), asked.instant);
        app.state.enqueue(&task.job(same, now), now).await?;
    }
    Ok(app.state.approval(&asked.report).await?.unwrap_or(asked))
}

/// The draft of the id, of the only id that begins so, of a link's pass, or the only one of the report that waits.
async fn find(app: &App, draft: &str) -> Result<DraftApproval, PipelineError> {
    if let Some(asked) = app.state.approval_of_pass(&Secret::new(draft)).await? {
        return Ok(asked);
    }
    if let Some(report) = app.state.report(draft).await?
        && let Some(asked) = app.state.approval(&report.id).await?
    {
        return Ok(asked);
    }
    let open = app.state.open_approvals().await?;
    let ids: Vec<String> = open.iter().map(|asked| asked.report.clone()).collect();
    open.into_iter().find(|asked| asked.spec == draft).ok_or_else(|| PipelineError::Unknown {
        what: format!("there is no draft `{draft}` that waits"),
        hint: if ids.is_empty() { "none waits".to_owned() } else { format!("these wait: {}", ids.join(", ")) },
    })
}

fn listed(missing: &[Stale]) -> String {
    missing.iter().map(|stale| stale.channel.as_str()).collect::<Vec<_>>().join(", ")
}

fn went_preliminary(app: &App, spec: &ReportSpec, missing: &[Stale]) -> String {
    let listed = listed(missing);
    match app.config.organisation.language {
        Language::Swedish => format!("{} skickades märkt preliminär: siffror saknas från {listed}.", spec.id),
        Language::English => format!("{} was sent marked preliminary: figures of {listed} are missing.", spec.id),
    }
}

fn is_held(app: &App, spec: &ReportSpec, missing: &[Stale]) -> String {
    let listed = listed(missing);
    match app.config.organisation.language {
        Language::Swedish => {
            format!(
                "{} hålls kvar tills siffrorna är kompletta: de saknas från {listed}. Skicka ändå: `genomslag send {}`.",
                spec.id, spec.id
            )
        }
        Language::English => {
            format!(
                "{} is held until its figures are complete: {listed} are missing. To send it all the same: `genomslag send {}`.",
                spec.id, spec.id
            )
        }
    }
}

fn awaits_owner(app: &App, asked: &DraftApproval) -> String {
    let DraftApproval { spec, owner, report, .. } = asked;
    match app.config.organisation.language {
        Language::Swedish => format!("{spec} väntar på att {owner} godkänner: `genomslag approve {report}`."),
        Language::English => format!("{spec} waits for {owner} to approve it: `genomslag approve {report}`."),
    }
}
