//! What lies ready to go: put off, left behind by a process that died, or wanted once more. And whoever should know hears of
//! what did not arrive.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::archived::{Archived, archived_report};
use super::{letter, send};
use crate::delivery::archive;
use crate::model::Gravity;
use crate::model::told::faults;
use crate::pipeline::{App, PipelineError, computing};
use crate::state::{Delivery, DeliveryStatus, NewAlert, SendingResult, Way};
use crate::words::fill;

/// After so long without being taken, a delivery is given up and a person decides.
const PATIENCE: TimeDelta = TimeDelta::days(5);

/// Sends everything whose time has come; how many were tried. One that fails never stops the others.
///
/// # Errors
/// When the state cannot be used.
pub async fn send_due(app: &App, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    recover(app, now).await?;
    let due = app.state.due_deliveries(now).await?;
    let mut tried = 0;
    for delivery in due {
        if now - delivery.created > PATIENCE && delivery.attempts > 0 {
            give_up(app, &delivery, now).await?;
            continue;
        }
        if letter::was_unsubscribed(app, &delivery, now).await? {
            continue;
        }
        match send::attempt(app, &delivery, now).await {
            Ok(()) => tried += 1,
            Err(error @ PipelineError::State(_)) => return Err(error),
            Err(error) => tracing::warn!(delivery = delivery.id, %error, "a delivery could not be tried"),
        }
    }
    Ok(tried)
}

/// Marks as uncertain what a dead process was handing over, and tells of it. Files in a folder are looked at instead: they
/// are there as they should be, or are written again.
///
/// # Errors
/// When the state cannot be used.
async fn recover(app: &App, now: DateTime<Utc>) -> Result<(), PipelineError> {
    for delivery in app.state.recover_interrupted(now).await? {
        if delivery.way == Way::Folder {
            if is_in_folder(app, &delivery).await {
                app.state.confirm_delivery(&delivery.id, "found complete in the folder after a restart", now).await?;
            } else {
                app.state.resend(&delivery.id, &letter::copy_id(app, &delivery, now), now).await?;
            }
            continue;
        }
        let why = delivery.answer.clone().unwrap_or_default();
        tell(app, &delivery, &SendingResult::Uncertain(why), now).await?;
    }
    Ok(())
}

/// Whether every file of the report lies in the folder, as archived.
async fn is_in_folder(app: &App, delivery: &Delivery) -> bool {
    let Ok(archived) = archived_report(app, &delivery.report).await else { return false };
    let place = folder_of(app, &archived);
    let same = move || -> bool {
        let Ok(manifest) = archive::manifest(&archived.place) else { return false };
        manifest.files.iter().all(|file| {
            let kept = archive::read(&archived.place, &file.name);
            let there = std::fs::read(place.join(&file.name));
            kept.is_ok_and(|kept| there.is_ok_and(|there| there == kept))
        })
    };
    computing(same).await.unwrap_or(false)
}

/// The folder of a report below the folder of finished files.
pub(super) fn folder_of(app: &App, archived: &Archived) -> PathBuf {
    let entry = &archived.entry;
    let spec = if entry.spec.is_empty() { entry.kind.as_str() } else { entry.spec.as_str() };
    let unit = entry.unit.as_ref().map(|unit| format!("-{unit}")).unwrap_or_default();
    let name = format!("{spec}{unit}-{}-{}", entry.period_code, entry.language.code());
    absolute(&app.config.delivery_folder).join(name)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

async fn give_up(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<(), PipelineError> {
    let last = delivery.answer.clone().unwrap_or_default();
    let why = format!(
        "given up after {} attempts in {} days; the last answer: {last}",
        delivery.attempts,
        PATIENCE.num_days()
    );
    if app.state.give_up_delivery(&delivery.id, &why, now).await? {
        tell(app, delivery, &SendingResult::Refused(why), now).await?;
    }
    Ok(())
}

/// Raises an alert for what a person has to look at; one that is over is resolved.
pub(super) async fn tell(
    app: &App,
    delivery: &Delivery,
    result: &SendingResult,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let words = &app.words().alert;
    let (id, to) = (&delivery.id, receiver(delivery));
    let key = format!("delivery/{id}");
    let told = |phrase: &str, why: &str| {
        fill(phrase, &[("report", &delivery.spec), ("recipient", &to), ("why", why), ("id", id)])
    };
    let what = match result {
        SendingResult::Sent(_) | SendingResult::Accepted(_) => {
            app.state.resolve_alert(&key, now).await?;
            if delivery.way == Way::Mail {
                app.state.resolve_alert("mail/later", now).await?;
            }
            return Ok(());
        }
        SendingResult::Refused(why) => told(&words.delivery_refused, why),
        SendingResult::Uncertain(why) => told(&words.delivery_uncertain, why),
        SendingResult::Later(why, _) => return tell_later(app, delivery, why, now).await,
    };
    let cool_down = TimeDelta::days(i64::from(app.config.alerts.cool_down_days));
    let alert = NewAlert { key, gravity: Gravity::Action, subject: delivery.spec.clone(), what, cool_down };
    app.state.raise_alert(&alert, now).await?;
    Ok(())
}

/// One alert for all that is put off: a mail server that is down holds up every mail. Greylisting is no news.
async fn tell_later(app: &App, delivery: &Delivery, why: &str, now: DateTime<Utc>) -> Result<(), PipelineError> {
    if delivery.attempts < 3 {
        return Ok(());
    }
    let to = receiver(delivery);
    let values = [("report", delivery.spec.as_str()), ("recipient", &to), ("why", why)];
    let what = fill(&app.words().alert.deliveries_wait, &values);
    let key = match delivery.way {
        Way::Mail => "mail/later".to_owned(),
        way => format!("delivery/later/{way}"),
    };
    let cool_down = TimeDelta::days(i64::from(app.config.alerts.cool_down_days));
    let alert = NewAlert { key, gravity: Gravity::Warning, subject: delivery.way.to_string(), what, cool_down };
    app.state.raise_alert(&alert, now).await?;
    Ok(())
}

fn receiver(delivery: &Delivery) -> String {
    if delivery.way == Way::Mail { delivery.recipient.clone() } else { delivery.way.to_string() }
}

/// Has a delivery sent once more because a person wants it so, or notes that it did arrive.
///
/// # Errors
/// When there is no such delivery, it still goes by itself, or the state cannot be used.
pub async fn resend(
    app: &App,
    id: &str,
    arrived: bool,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Delivery, PipelineError> {
    let unknown = || PipelineError::hinted(faults::no_delivery_of(id), faults::mend_list_deliveries());
    let original = app.state.delivery(id).await?.ok_or_else(unknown)?;
    app.state.resolve_alert(&format!("delivery/{id}"), now).await?;
    let detail = serde_json::json!({"recipient": original.recipient, "report": original.report, "arrived": arrived});
    app.state.note(by, "delivery decided", id, &detail, now).await?;
    if arrived {
        if !app.state.confirm_delivery(id, &format!("{by}: it arrived"), now).await? {
            let what = faults::delivery_not_uncertain(id, original.status.as_str());
            return Err(PipelineError::unknown(what));
        }
        return app.state.delivery(id).await?.ok_or_else(unknown);
    }
    let copy = app.state.resend(id, &letter::copy_id(app, &original, now), now).await?;
    letter::write_where_needed(app, &copy, now).await?;
    if copy.status == DeliveryStatus::Pending {
        send::attempt(app, &copy, now).await?;
    }
    app.state.delivery(&copy.id).await?.ok_or_else(unknown)
}
