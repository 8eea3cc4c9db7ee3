//! The draft that its owner sees the day before: made, archived apart, mailed once, with a link or a command to approve it.

use chrono::{DateTime, Utc};

use super::archived::{self, Occasion, archived_report};
use super::{Wish, letter, send};
use crate::config::AtDeadline;
use crate::model::{Language, Secret};
use crate::pipeline::{App, Order, PipelineError, make};
use crate::state::{DeliveryOrder, DeliveryStatus, DraftApproval, NewApproval, OnDeadline, Way};
use crate::words::Locale;

/// The part under which drafts stand in the ledger.
pub(super) const PART: &str = "draft";

/// Makes the draft of what is to be sent at the instant and asks its owner, once; where the question stands.
///
/// # Errors
/// When the draft cannot be made or kept.
pub async fn send_draft(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<DraftApproval, PipelineError> {
    let asked = match app.state.approval_of_slot(&wish.spec.id, wish.instant).await? {
        Some(approval) => approval,
        None => ask(app, wish, now).await?,
    };
    let order = DeliveryOrder {
        report: asked.report.clone(),
        spec: wish.spec.id.clone(),
        part: PART.to_owned(),
        instant: wish.instant,
        recipient: asked.owner.clone(),
        way: Way::Mail,
        message_id: String::new(),
    };
    let order = DeliveryOrder { message_id: letter::message_id(app, &order), ..order };
    let delivery = app.state.enter_delivery(&order, now).await?.delivery();
    if delivery.status != DeliveryStatus::Pending || app.config.mail.is_none() {
        return Ok(asked);
    }
    let archived = archived_report(app, &asked.report).await?;
    if !archived.place.join(letter::file_name(&delivery)).exists() {
        // The pass is only known when it is made: a mail that was never written needs a new one.
        let pass = app.state.renew_approval_pass(&asked.report).await?;
        let note = note(app, &asked, pass.as_ref());
        letter::write(app, &delivery, &archived, Some(note), now).await?;
    }
    send::attempt(app, &delivery, now).await?;
    Ok(asked)
}

async fn ask(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<DraftApproval, PipelineError> {
    let spec = &wish.spec;
    let owner = app.config.report_owners.get(&spec.id).cloned().ok_or_else(|| PipelineError::Unknown {
        what: format!("the report `{}` has no owner", spec.id),
        hint: "write `owner = \"…\"` in its `[[report]]`".to_owned(),
    })?;
    let order = Order { period: Some(wish.covers(app)), ..Order::of(spec) };
    let made = make(app, &order, now).await?;
    let occasion = Occasion { instant: wish.instant, draft: true, preliminary: true };
    let report = archived::keep(app, &order, made, occasion, now).await?;
    let new = NewApproval {
        report,
        spec: spec.id.clone(),
        instant: wish.instant,
        owner,
        deadline: wish.instant,
        on_deadline: match app.config.sending(&spec.id).at_deadline {
            AtDeadline::Hold => OnDeadline::Hold,
            AtDeadline::Send => OnDeadline::Send,
        },
    };
    Ok(app.state.ask_approval(&new, now).await?.approval)
}

/// What stands at the top of the draft: what it is, when it goes, how to approve or stop it.
fn note(app: &App, asked: &DraftApproval, pass: Option<&Secret>) -> String {
    let language = app.config.organisation.language;
    let when = Locale::of(language).instant(asked.instant, app.config.organisation.zone);
    let public = app.config.serve.public_url.as_ref();
    let link = public
        .zip(pass)
        .map(|(public, pass)| format!("{}/approve/{}", public.as_str().trim_end_matches('/'), pass.expose()));
    let id = &asked.report;
    match (language, asked.on_deadline) {
        (Language::Swedish, on_deadline) => {
            let otherwise = match on_deadline {
                OnDeadline::Hold => "Utan godkännande skickas den inte.",
                OnDeadline::Send => "Utan besked skickas den ändå.",
            };
            let how = link.map_or_else(
                || format!("Godkänn: genomslag approve {id}. Stoppa: genomslag approve {id} --reject."),
                |link| format!("Godkänn eller stoppa här: {link}"),
            );
            format!(
                "Det här är ett utkast. Rapporten skickas {when}, då med de siffror som finns då. {how} {otherwise}"
            )
        }
        (Language::English, on_deadline) => {
            let otherwise = match on_deadline {
                OnDeadline::Hold => "Without approval it is not sent.",
                OnDeadline::Send => "Without an answer it is sent all the same.",
            };
            let how = link.map_or_else(
                || format!("Approve: genomslag approve {id}. Stop: genomslag approve {id} --reject."),
                |link| format!("Approve or stop it here: {link}"),
            );
            format!("This is a draft. The report is sent {when}, with the figures known then. {how} {otherwise}")
        }
    }
}
