//! The draft that its owner sees the day before: every part that is to be sent, made, archived apart and mailed once, with a
//! link or a command to approve it. What is approved is what is sent, to the byte.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::archived::{self, Archived, Occasion, archived_report};
use super::parts::{Part, parts};
use super::{Wish, letter, send, wanted_ways};
use crate::config::AtDeadline;
use crate::model::Secret;
use crate::model::told::faults;
use crate::pipeline::{App, PipelineError, make};
use crate::state::{Delivery, DeliveryOrder, DeliveryStatus, DraftApproval, NewApproval, OnDeadline, Way};
use crate::words::{Locale, fill};

/// The part under which drafts stand in the ledger. A space follows before the number of a second draft: no unit's name
/// has one.
const PART: &str = "draft";

/// Whether a part of the ledger is a draft to its owner.
pub(super) fn is_draft(part: &str) -> bool {
    part.strip_prefix(PART).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Makes the draft of what is to be sent at the instant and asks its owner, once; where the question stands.
///
/// # Errors
/// When the draft cannot be made or kept.
pub async fn send_draft(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<DraftApproval, PipelineError> {
    let mut asked = app.state.approvals_of_slot(&wish.spec.id, wish.instant).await?;
    if let Some(last) = asked.pop() {
        return send_asked(app, last, asked.len(), now).await;
    }
    let on_deadline = match app.config.sending(&wish.spec.id).at_deadline {
        AtDeadline::Hold => OnDeadline::Hold,
        AtDeadline::Send => OnDeadline::Send,
    };
    let asked = ask(app, wish, on_deadline, now).await?;
    send_asked(app, asked, 0, now).await
}

/// Asks the owner once more, because what is to be sent is no longer what was approved. Without an answer it is held.
///
/// # Errors
/// When the draft cannot be made or kept.
pub async fn ask_again(app: &App, wish: &Wish, now: DateTime<Utc>) -> Result<DraftApproval, PipelineError> {
    let before = app.state.approvals_of_slot(&wish.spec.id, wish.instant).await?.len();
    let asked = ask(app, wish, OnDeadline::Hold, now).await?;
    send_asked(app, asked, before, now).await
}

/// The drafts that the owner was shown, by part, if they are all that is to be sent; none if a part is missing among them.
///
/// # Errors
/// When the state cannot be used.
pub async fn approved_parts(
    app: &App,
    wish: &Wish,
    asked: &DraftApproval,
) -> Result<Option<BTreeMap<String, String>>, PipelineError> {
    let shown = app.state.approval_parts(&asked.report).await?;
    let wanted = parts(wish, &wanted_ways(app, wish));
    Ok(wanted.iter().all(|part| shown.contains_key(&part.name)).then_some(shown))
}

/// Enters the mail to the owner and sends it, where that has not been done.
async fn send_asked(
    app: &App,
    asked: DraftApproval,
    before: usize,
    now: DateTime<Utc>,
) -> Result<DraftApproval, PipelineError> {
    let order = DeliveryOrder {
        report: asked.report.clone(),
        spec: asked.spec.clone(),
        part: if before == 0 { PART.to_owned() } else { format!("{PART} {}", before + 1) },
        instant: asked.instant,
        recipient: asked.owner.clone(),
        way: Way::Mail,
        message_id: String::new(),
    };
    let order = DeliveryOrder { message_id: letter::message_id(app, &order), ..order };
    let delivery = app.state.enter_delivery(&order, now).await?.delivery();
    if delivery.status == DeliveryStatus::Pending && app.config.mail.is_some() {
        letter::write_where_needed(app, &delivery, now).await?;
        send::attempt(app, &delivery, now).await?;
    }
    Ok(asked)
}

/// Makes every part that is to be sent, as drafts, and puts down the question.
async fn ask(
    app: &App,
    wish: &Wish,
    on_deadline: OnDeadline,
    now: DateTime<Utc>,
) -> Result<DraftApproval, PipelineError> {
    let spec = &wish.spec;
    let none = || PipelineError::hinted(faults::no_owner_configured(&spec.id), faults::mend_owner());
    let owner = app.config.report_owners.get(&spec.id).cloned().ok_or_else(none)?;
    let mut wanted = parts(wish, &wanted_ways(app, wish));
    if wanted.is_empty() {
        wanted.push(Part::whole(spec));
    }
    let mut drafts = Vec::new();
    for part in wanted {
        let order = wish.order(app, &part);
        let made = make(app, &order, now).await?;
        let occasion = Occasion { instant: wish.instant, draft: true };
        drafts.push((part.name, archived::keep(app, &order, made, occasion, now).await?));
    }
    let new = NewApproval {
        report: drafts[0].1.clone(),
        spec: spec.id.clone(),
        instant: wish.instant,
        owner,
        deadline: wish.instant,
        on_deadline,
        parts: drafts,
    };
    Ok(app.state.ask_approval(&new, now).await?.approval)
}

/// Writes the mail to the owner: what it is, when it goes, how to approve or stop it, and every part.
pub(super) async fn write(
    app: &App,
    delivery: &Delivery,
    archived: &Archived,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let Some(asked) = app.state.approval(&delivery.report).await? else {
        return letter::write(app, delivery, archived, letter::Added::default(), now).await;
    };
    // The pass is only known when it is made: a mail that was never written needs a new one.
    let pass = app.state.renew_approval_pass(&asked.report).await?;
    let mut others = Vec::new();
    for report in app.state.approval_parts(&asked.report).await?.into_values() {
        if report != asked.report {
            others.push(archived_report(app, &report).await?);
        }
    }
    let note = note(app, &asked, pass.as_ref());
    letter::write(app, delivery, archived, letter::Added { note: Some(note), others }, now).await
}

/// What stands at the top of the draft: what it is, when it goes, how to approve or stop it.
fn note(app: &App, asked: &DraftApproval, pass: Option<&Secret>) -> String {
    let organisation = &app.config.organisation;
    let when = Locale::of(organisation.language).instant(asked.instant, organisation.zone);
    let public = app.config.serve.public_url.as_ref();
    let link = public
        .zip(pass)
        .map(|(public, pass)| format!("{}/approve/{}", public.as_str().trim_end_matches('/'), pass.expose()));
    let words = &app.words().mail;
    let how = match &link {
        Some(link) => fill(&words.draft_link, &[("link", link)]),
        None => fill(&words.draft_command, &[("draft", &asked.report)]),
    };
    let otherwise = match asked.on_deadline {
        OnDeadline::Hold => &words.draft_hold,
        OnDeadline::Send => &words.draft_send,
    };
    fill(&words.draft_note, &[("when", &when), ("how", &how), ("otherwise", otherwise)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_is_called_draft_is_no_draft() {
        assert!(is_draft("draft") && is_draft("draft 2"));
        assert!(!is_draft("draft/sv") && !is_draft("drafts/sv") && !is_draft("") && !is_draft("sv"));
    }
}
