//! A report's job: first its owner, then its data, then off it goes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::task::key;
use super::{Done, Task};
use crate::config::Sending;
use crate::delivery::archive::Approved;
use crate::model::told::faults;
use crate::model::{Approval, ChannelId, Gravity, ReportSpec, Secret};
use crate::pipeline::alerts::ONCE;
use crate::pipeline::deliver::{Wish, approved_parts, ask_again, changed_figures, deliver, send_draft};
use crate::pipeline::fresh::{Gate, Stale, gate, stale};
use crate::pipeline::{App, PipelineError, alerts, fetch};
use crate::state::{ApprovalState, DeliveryStatus, DraftApproval, NewAlert};
use crate::words::fill;

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
    match asked(app, &wish, now).await? {
        Say::Go => {}
        Say::AsApproved(approved) => {
            wish.approved = Some(approved);
            let told = sent(app, &wish, now).await?;
            if let Err(error) = changed_since(app, &wish, now).await {
                // It was sent as approved; that is what counts.
                tracing::warn!(%error, "whether approved figures have changed could not be told");
            }
            return Ok(Done::Finished(told));
        }
        Say::No(why) => return Ok(Done::Finished(why)),
    }
    let Sending { freshness, wait_hours, .. } = app.config.sending(&spec.id);
    let missing = refreshed(app, &wish, now).await?;
    let (late, words) = (format!("stale/{}", spec.id), &app.words().alert);
    match gate(freshness, wait_hours, instant, missing, now) {
        Gate::Open => {
            app.state.resolve_alert(&late, now).await?;
        }
        Gate::Preliminary(missing) => {
            let told = fill(&words.preliminary, &[("report", &spec.id), ("channels", &listed(&missing))]);
            alerts::raise(app, &late, Gravity::Warning, &spec.id, &told, now).await?;
        }
        Gate::Wait(until, missing) => return Ok(Done::Again(until, format!("data are missing: {}", listed(&missing)))),
        Gate::Hold(until, missing) => {
            let told = fill(&words.held, &[("report", &spec.id), ("channels", &listed(&missing))]);
            alerts::raise(app, &late, Gravity::Action, &spec.id, &told, now).await?;
            alerts::notify(app, now).await?;
            return Ok(Done::Again(until, format!("held, data are missing: {}", listed(&missing))));
        }
    }
    Ok(Done::Finished(sent(app, &wish, now).await?))
}

/// Delivers, and says what was taken.
async fn sent(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<String, PipelineError> {
    let delivered = deliver(app, wish, now).await?;
    let taken = delivered.count(DeliveryStatus::Sent) + delivered.count(DeliveryStatus::Accepted);
    Ok(format!("{}: {taken} of {} deliveries taken", delivered.reports.join(", "), delivered.deliveries.len()))
}

fn spec<'a>(app: &'a App, report: &str) -> Result<&'a ReportSpec, PipelineError> {
    let gone = || PipelineError::hinted(faults::no_report_configured_now(report), faults::mend_report_back());
    app.config.report(report).ok_or_else(gone)
}

/// What the owner says.
enum Say {
    /// Nobody is asked, or nobody answered and it goes all the same: the report is made now.
    Go,
    /// These drafts were approved: they go, as they are.
    AsApproved((BTreeMap<String, String>, Approved)),
    /// It does not go, and why.
    No(String),
}

/// What the owner of the report says, if they have a say.
async fn asked(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<Say, PipelineError> {
    if wish.spec.approve != Approval::Owner {
        return Ok(Say::Go);
    }
    // A draft that was never sent, because nobody was running the day before, goes now.
    let asked = closed(app, send_draft(app, wish, now).await?, now).await?;
    if asked.state != ApprovalState::Approved {
        return answer(app, wish, asked, now).await;
    }
    if let Some(parts) = approved_parts(app, wish, &asked).await? {
        let by = asked.decided_by.unwrap_or_default();
        return Ok(Say::AsApproved((parts, Approved { by, at: asked.decided_at.unwrap_or(now) })));
    }
    // Recipients were added since, with a part that nobody approved.
    let again = closed(app, ask_again(app, wish, now).await?, now).await?;
    answer(app, wish, again, now).await
}

/// The question as it stands once its deadline has been heeded.
async fn closed(app: &App, asked: DraftApproval, now: DateTime<Utc>) -> Result<DraftApproval, PipelineError> {
    if asked.state != ApprovalState::Waiting || now < asked.deadline {
        return Ok(asked);
    }
    app.state.close_overdue_approvals(now).await?;
    Ok(app.state.approval(&asked.report).await?.unwrap_or(asked))
}

/// What follows from a question that was not answered with yes.
async fn answer(app: &App, wish: &Wish, asked: DraftApproval, now: DateTime<Utc>) -> Result<Say, PipelineError> {
    let by = asked.decided_by.as_deref().unwrap_or_default();
    Ok(match asked.state {
        ApprovalState::Approved | ApprovalState::Lapsed => Say::Go,
        ApprovalState::Rejected => Say::No(format!("stopped by {by}")),
        ApprovalState::Held | ApprovalState::Waiting => {
            let values = [("report", asked.spec.as_str()), ("owner", &asked.owner), ("draft", &asked.report)];
            let (key, text) = (format!("held/{}", asked.report), fill(&app.words().alert.awaits_owner, &values));
            alerts::raise(app, &key, Gravity::Action, &wish.spec.id, &text, now).await?;
            alerts::notify(app, now).await?;
            Say::No(format!("held until {} approves {}", asked.owner, asked.report))
        }
    })
}

/// Tells whoever should know when figures that were approved are others by now: what was approved was sent all the same.
async fn changed_since(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let many = changed_figures(app, wish, now).await?;
    if many > 0 {
        let key = format!("approved-changed/{}/{}", wish.spec.id, wish.instant.timestamp());
        let values = [("report", wish.spec.id.as_str()), ("count", &many.to_string())];
        let what = fill(&app.words().alert.approved_changed, &values);
        let alert = NewAlert { key, gravity: Gravity::Notice, subject: wish.spec.id.clone(), what, cool_down: ONCE };
        app.state.raise_alert(&alert, now).await?;
    }
    Ok(())
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
        let what = faults::draft_decided(&asked.report, state.to_string());
        return Err(PipelineError::hinted(what, faults::mend_send_anyway()));
    }
    let detail = serde_json::json!({"approved": approved, "owner": asked.owner});
    app.state.note(by, "draft decided", &asked.report, &detail, now).await?;
    app.state.resolve_alert(&format!("held/{}", asked.report), now).await?;
    if approved && now >= asked.instant {
        let task = Task::Report { report: asked.spec.clone(), instant: asked.instant };
        // Each draft of a slot has a job of its own.
        let same = key(&format!("approved/{}", asked.report), asked.instant);
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
    let hint = if ids.is_empty() { faults::mend_drafts_none() } else { faults::mend_drafts(ids.join(", ")) };
    let found = open.into_iter().find(|asked| asked.spec == draft);
    found.ok_or_else(|| PipelineError::hinted(faults::no_draft_of(draft), hint))
}

fn listed(missing: &[Stale]) -> String {
    missing.iter().map(|stale| stale.channel.as_str()).collect::<Vec<_>>().join(", ")
}
