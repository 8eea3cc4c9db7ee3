//! What a person has made now and sends by hand: into the archive first, and from there to whom they name. The ledger, the
//! list of allowed recipients and unsubscriptions hold as they do for what goes by itself.

use chrono::{DateTime, Utc};

use super::archived::{self, Occasion, archived_report};
use super::draft::is_draft;
use super::{enter, letter, parts, send};
use crate::config::is_address;
use crate::delivery::archive;
use crate::model::told::faults;
use crate::pipeline::judge::last_closed;
use crate::pipeline::{App, Order, PipelineError, computing, make};
use crate::state::{Delivery, DeliveryFilter, DeliveryOrder, DeliveryStatus, ReportEntry, Way};

/// Makes the report and keeps it in the archive; its id.
///
/// # Errors
/// When it cannot be made or kept.
pub async fn make_and_keep(app: &App, order: &Order, now: DateTime<Utc>) -> Result<String, PipelineError> {
    let made = make(app, order, now).await?;
    let occasion = Occasion { instant: now, draft: false };
    archived::keep(app, order, made, occasion, now).await
}

/// Enters recipients of a report that lies in the archive, and writes their mails; nothing leaves yet. Whoever has it
/// already stands there as they do: nobody gets the same twice.
///
/// # Errors
/// When the report is a draft or not archived, an address is none, there is no mail server, or the state cannot be used.
pub async fn enter_by_hand(
    app: &App,
    report: &str,
    recipients: &[String],
    by: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Delivery>, PipelineError> {
    if app.config.mail.is_none() {
        return Err(PipelineError::hinted(faults::no_mail_configured(), faults::mend_mail_server()));
    }
    if let Some(wrong) = recipients.iter().find(|address| !is_address(address)) {
        return Err(PipelineError::hinted(faults::not_an_address(wrong), faults::mend_address_mail()));
    }
    let archived = archived_report(app, report).await?;
    if archived.entry.draft {
        return Err(PipelineError::hinted(faults::report_still_draft(report), faults::mend_approve_draft()));
    }
    let place = archived.place.clone();
    let instant = computing(move || archive::manifest(&place)).await??.instant;
    let entry = &archived.entry;
    let part = part_of(app, entry, instant).await?;
    let mut entered = Vec::new();
    for recipient in recipients {
        let order = DeliveryOrder {
            report: entry.id.clone(),
            spec: if entry.spec.is_empty() { entry.kind.as_str().to_owned() } else { entry.spec.clone() },
            part: part.clone(),
            instant,
            recipient: recipient.clone(),
            way: Way::Mail,
            message_id: String::new(),
        };
        let delivery = enter(app, order, now).await?;
        if !known_to(app, recipient) {
            let why = "the address stands nowhere in the configuration, and `allow` in `[mail]` names no others";
            app.state.skip_delivery(&delivery.id, why, now).await?;
        }
        if let Err(error) = letter::write_where_needed(app, &delivery, now).await {
            app.state.skip_delivery(&delivery.id, &error.to_string(), now).await?;
        }
        entered.extend(app.state.delivery(&delivery.id).await?);
    }
    let detail = serde_json::json!({"recipients": recipients});
    app.state.note(by, "report sent by hand", &entry.id, &detail, now).await?;
    Ok(entered)
}

/// Whether the list of allowed recipients says so; without one those are meant who stand in the configuration.
fn known_to(app: &App, recipient: &str) -> bool {
    let config = &app.config;
    let bare = letter::bare(recipient);
    let recipients = config.reports.iter().flat_map(|report| &report.recipients).map(|recipient| &recipient.address);
    let owners = config.report_owners.values().chain(config.channel_owners.values());
    let operator = config.mail.iter().filter_map(|mail| mail.operator.as_ref());
    config.mail.as_ref().is_some_and(|mail| !mail.allow.is_empty())
        || recipients.chain(owners).chain(operator).any(|known| letter::bare(known) == bare)
}

/// Hands over what was entered and is still to be sent. What goes wrong stands in the ledger.
///
/// # Errors
/// When the state cannot be used.
pub async fn send_entered(app: &App, entered: &[Delivery], now: DateTime<Utc>) -> Result<(), PipelineError> {
    for delivery in entered.iter().filter(|delivery| delivery.status == DeliveryStatus::Pending) {
        send::attempt(app, delivery, now).await?;
    }
    Ok(())
}

/// The part of the report in the configuration that this one is: as it was entered, else as its schedule would enter it.
async fn part_of(app: &App, entry: &ReportEntry, instant: DateTime<Utc>) -> Result<String, PipelineError> {
    let filter = DeliveryFilter { report: Some(entry.id.clone()), ..DeliveryFilter::default() };
    // The mail that showed it to its owner was of a draft; the report is none any more.
    let entered = app.state.deliveries(&filter).await?.into_iter().find(|row| !is_draft(&row.part));
    if let Some(row) = entered {
        return Ok(row.part);
    }
    let name = match app.config.report(&entry.spec) {
        Some(spec) if spec.unit != entry.unit || spec.language != entry.language => {
            parts::name(entry.unit.as_ref(), entry.language)
        }
        _ => String::new(),
    };
    let usual = last_closed(app, entry.kind.granularity(), instant);
    let (period, known) = (Some(entry.period), Some(entry.known_at));
    let other = parts::other(app, period.filter(|it| *it != usual), known.filter(|it| *it != entry.made_at));
    Ok(parts::joined(&name, &other))
}
