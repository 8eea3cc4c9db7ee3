//! The mail of a delivery: written once, kept in the archive, and sent from there, so that what is kept is what was sent.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::archived::{Archived, archived_report};
use super::draft;
use crate::config::Mail;
use crate::delivery::archive;
use crate::delivery::email::{self, Enclosure, Letter, Stop};
use crate::model::told::faults;
use crate::pipeline::{App, PipelineError, computing};
use crate::render::page::{self, MailExtras};
use crate::state::{Delivery, DeliveryOrder, DeliveryStatus, Way};
use crate::words::{MailWords, Words};

/// Whoever enters a delivery writes its mail at once. One that is older than this lost its writer.
const WRITERS_TIME: TimeDelta = TimeDelta::minutes(10);

/// The message id of a delivery, the same however often it is worked out.
pub(super) fn message_id(app: &App, order: &DeliveryOrder) -> String {
    let instant = order.instant.timestamp();
    let text = format!("{}\n{}\n{instant}\n{}\n{}", order.spec, order.part, order.recipient, order.way);
    named(app, &order.spec, &text)
}

/// The message id of a copy that a person wants sent again.
pub(super) fn copy_id(app: &App, original: &Delivery, now: DateTime<Utc>) -> String {
    named(app, &original.spec, &format!("{}\n{}", original.id, now.timestamp_micros()))
}

fn named(app: &App, spec: &str, text: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("{}\n{text}", app.config.organisation.id)));
    let domain = app.config.mail.as_ref().map_or_else(|| "localhost".to_owned(), |mail| email::domain(&mail.from));
    format!("<{spec}.{}@{domain}>", &digest[..24])
}

/// The name of the mail in the archive.
pub(super) fn file_name(delivery: &Delivery) -> String {
    format!("{}/{}.eml", archive::MAILS, delivery.id)
}

/// Writes the mail of a delivery that is to be sent and has none yet.
pub(super) async fn write_where_needed(
    app: &App,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    if delivery.way != Way::Mail || delivery.status != DeliveryStatus::Pending {
        return Ok(());
    }
    let archived = archived_report(app, &delivery.report).await?;
    if archived.place.join(file_name(delivery)).exists() {
        return Ok(());
    }
    write_kind(app, delivery, &archived, now).await
}

/// The mail to the owner of a draft, or to a reader.
async fn write_kind(
    app: &App,
    delivery: &Delivery,
    archived: &Archived,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    if draft::is_draft(&delivery.part) {
        draft::write(app, delivery, archived, now).await
    } else {
        write(app, delivery, archived, Added::default(), now).await
    }
}

/// What a mail carries besides its report.
#[derive(Default)]
pub(super) struct Added {
    /// A note at its top.
    pub(super) note: Option<String>,
    /// Other reports whose PDF is enclosed.
    pub(super) others: Vec<Archived>,
}

/// The mail of a delivery as it goes over the line; none while its writer is still at it.
pub(super) async fn read(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<Option<Vec<u8>>, PipelineError> {
    let archived = archived_report(app, &delivery.report).await?;
    let name = file_name(delivery);
    if !archived.place.join(&name).exists() {
        if now - delivery.created < WRITERS_TIME {
            return Ok(None);
        }
        write_kind(app, delivery, &archived, now).await?;
    }
    archived.file(&name).await.map(Some)
}

/// Composes the mail and keeps it.
pub(super) async fn write(
    app: &App,
    delivery: &Delivery,
    archived: &Archived,
    added: Added,
    now: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let Some(mail) = &app.config.mail else {
        return Err(PipelineError::hinted(faults::no_mail_configured(), faults::mend_mail_way()));
    };
    // A draft that was approved is a draft no longer; the mail to its owner still is one.
    let draft = archived.entry.draft || draft::is_draft(&delivery.part);
    let mut enclosures = Vec::new();
    for enclosed in std::iter::once(archived).chain(&added.others) {
        enclosures.push(Enclosure {
            name: pdf_name(enclosed, draft),
            media_type: "application/pdf".to_owned(),
            bytes: enclosed.file("report.pdf").await?,
        });
    }
    let stop = if draft { None } else { Some(stop(app, mail, delivery)) };
    let extras = extras(archived, stop.as_ref(), added.note);
    let (report, look) = (archived.report.clone(), app.look.clone());
    let drawn = computing(move || page::mail(&report, &look, Some(&extras))).await??;
    let letter = Letter {
        from: mail.from.clone(),
        to: delivery.recipient.clone(),
        reply_to: mail.reply_to.clone(),
        subject: if draft { format!("{}: {}", words(archived).draft, drawn.subject) } else { drawn.subject },
        html: drawn.html,
        text: drawn.text,
        pictures: drawn.pictures,
        enclosures,
        stop,
        message_id: delivery.message_id.clone(),
        date: now,
    };
    let bytes = email::bytes(&letter).map_err(|error| PipelineError::Letter(error.to_string()))?;
    let (place, name) = (archived.place.clone(), file_name(delivery));
    computing(move || archive::add(&place, &name, &bytes)).await??;
    Ok(())
}

/// The words in the report's language.
fn words(archived: &Archived) -> &'static MailWords {
    &Words::builtin(archived.report.language).mail
}

fn extras(archived: &Archived, stop: Option<&Stop>, note: Option<String>) -> MailExtras {
    let text = words(archived).unsubscribe.clone();
    let url = stop.and_then(|stop| stop.one_click.clone());
    MailExtras { unsubscribe_text: url.is_some().then_some(text), unsubscribe_url: url, note }
}

/// The name of the PDF, carrying what and when.
fn pdf_name(archived: &Archived, draft: bool) -> String {
    let report = &archived.report;
    let about = report.unit.as_ref().unwrap_or(&report.organisation);
    let name = format!("{} {about} {}", report.title, archived.entry.period_code);
    let safe: String = name
        .chars()
        .map(|letter| if letter.is_control() || "/\\:*?\"<>|".contains(letter) { '-' } else { letter })
        .collect();
    let draft = if draft { format!("{} ", words(archived).draft) } else { String::new() };
    format!("{draft}{safe}.pdf")
}

/// How the recipient stops further mail of this report.
fn stop(app: &App, mail: &Mail, delivery: &Delivery) -> Stop {
    let address = mail.unsubscribe.as_ref().or(mail.reply_to.as_ref()).unwrap_or(&mail.from);
    let subject = format!("unsubscribe {} {}", delivery.spec, bare(&delivery.recipient));
    let subject = utf8_percent_encode(&subject, NON_ALPHANUMERIC);
    let public = app.config.serve.public_url.as_ref();
    let one_click = public.and_then(|public| {
        let pass = unsubscribe_pass(app, &delivery.recipient, &delivery.spec)?;
        Some(format!("{}/unsubscribe/{pass}", public.as_str().trim_end_matches('/')))
    });
    Stop { mailto: format!("mailto:{}?subject={subject}", bare(address)), one_click }
}

/// What the link in a mail carries: address and report, signed with the organisation's key. None without a key: a link that
/// anybody could make would let anybody unsubscribe others.
pub fn unsubscribe_pass(app: &App, recipient: &str, spec: &str) -> Option<String> {
    use base64::Engine as _;
    let told = format!("{}\n{spec}", bare(recipient));
    let seal = signed(app, &told)?;
    let told = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(told);
    Some(format!("{told}.{}", hex::encode(seal)))
}

/// Address and report of a link's pass, if we made it.
pub(in crate::pipeline) fn opened_pass(app: &App, pass: &str) -> Option<(String, String)> {
    use base64::Engine as _;
    let (told, seal) = pass.split_once('.')?;
    let told = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(told).ok()?;
    let told = String::from_utf8(told).ok()?;
    let mut mac = keyed(app)?;
    mac.update(told.as_bytes());
    mac.verify_slice(&hex::decode(seal).ok()?).ok()?;
    let (address, spec) = told.split_once('\n')?;
    Some((address.to_owned(), spec.to_owned()))
}

fn signed(app: &App, told: &str) -> Option<Vec<u8>> {
    let mut mac = keyed(app)?;
    mac.update(told.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

fn keyed(app: &App) -> Option<Hmac<Sha256>> {
    let key = app.config.key.as_ref()?.resolve(&|name| app.lookup(name)).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).ok()?;
    mac.update(b"genomslag unsubscribe 1\n");
    Some(mac)
}

/// The address of `Name <address>`, in small letters.
pub(super) fn bare(address: &str) -> String {
    let bare = address.split_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>'));
    bare.trim().to_lowercase()
}

/// Whether the recipient unsubscribed since the delivery was entered; it is skipped then.
pub(super) async fn was_unsubscribed(
    app: &App,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> Result<bool, PipelineError> {
    if delivery.way != Way::Mail || draft::is_draft(&delivery.part) {
        return Ok(false);
    }
    if !app.state.is_unsubscribed(&bare(&delivery.recipient), &delivery.spec).await? {
        return Ok(false);
    }
    Ok(app.state.skip_delivery(&delivery.id, "the recipient has unsubscribed", now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        assert_eq!(bare("Ledning <Ledning@B.example>"), "ledning@b.example");
        assert_eq!(bare(" ledning@b.example "), "ledning@b.example");
    }
}
