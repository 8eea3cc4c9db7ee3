//! Telling: one mail to each who should know, with all that is due. An alert that could not be mailed stays due.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::config::Mail;
use crate::delivery::email::{self, Letter};
use crate::model::{ChannelId, Gravity, Language};
use crate::pipeline::deliver::mail_server;
use crate::pipeline::{App, PipelineError};
use crate::state::Alert;
use crate::words::{Words, fill};

/// Tells what is due; how many alerts. Without a mail server or anybody to tell, alerts are only shown and logged.
///
/// # Errors
/// When the state cannot be used. Mail that does not go out is logged, and tried again at the next look.
pub async fn notify(app: &App, now: DateTime<Utc>) -> Result<usize, PipelineError> {
    let due = app.state.due_alerts(now).await?;
    if due.is_empty() {
        return Ok(0);
    }
    for alert in &due {
        tracing::warn!(alert = alert.id, subject = alert.subject, "{}", alert.what);
    }
    let Some(mail) = &app.config.mail else { return Ok(0) };
    let told = told_to(app, mail, &due);
    let mut unsent: Vec<String> = Vec::new();
    for (address, alerts) in &told {
        if let Err(why) = send(app, mail, address, alerts, now).await {
            tracing::error!(address, why, "alerts could not be mailed; they are tried again");
            unsent.extend(alerts.iter().map(|alert| alert.id.clone()));
        }
    }
    let mut count = 0;
    for alert in due.iter().filter(|alert| told.values().flatten().any(|told| told.id == alert.id)) {
        // An alert with two addressees of whom one was reached is told again to both: rather twice than never.
        if !unsent.contains(&alert.id) && app.state.claim_alert_notice(alert, now).await? {
            count += 1;
        }
    }
    Ok(count)
}

/// Who is told what: the operator everything, the owner of a channel or report what concerns it.
fn told_to<'a>(app: &App, mail: &Mail, due: &'a [Alert]) -> BTreeMap<String, Vec<&'a Alert>> {
    let mut told: BTreeMap<String, Vec<&Alert>> = BTreeMap::new();
    for alert in due {
        let channel = app.config.channel_owners.get(&ChannelId::from(alert.subject.as_str()));
        let report = app.config.report_owners.get(&alert.subject);
        let mut addresses: Vec<&String> = [mail.operator.as_ref(), channel, report].into_iter().flatten().collect();
        addresses.sort();
        addresses.dedup();
        for address in addresses {
            told.entry(address.clone()).or_default().push(alert);
        }
    }
    told
}

async fn send(app: &App, mail: &Mail, to: &str, alerts: &[&Alert], now: DateTime<Utc>) -> Result<(), String> {
    if !mail.allows(to) {
        return Err(format!("`{to}` is not among those that `allow` in `[mail]` lets through"));
    }
    let server = mail_server(app).await.map_err(|error| error.to_string())?;
    let organisation = &app.config.organisation;
    let language = organisation.language;
    let letter = Letter {
        from: mail.from.clone(),
        to: to.to_owned(),
        reply_to: mail.reply_to.clone(),
        subject: subject(language, &organisation.name, alerts),
        html: html(language, alerts),
        text: text(language, alerts),
        pictures: Vec::new(),
        enclosures: Vec::new(),
        stop: None,
        message_id: format!("<alert.{}.{}@{}>", alerts[0].id, now.timestamp(), email::domain(&mail.from)),
        date: now,
    };
    email::send(&server, &letter).await.map(|_| ()).map_err(|error| error.to_string())
}

fn subject(language: Language, name: &str, alerts: &[&Alert]) -> String {
    let words = &Words::builtin(language).alert;
    let grave = alerts.iter().any(|alert| alert.gravity == Gravity::Action);
    let phrase = if grave { &words.subject_action } else { &words.subject };
    let count = alerts.len();
    fill(phrase.of(count), &[("organisation", name), ("count", &count.to_string())])
}

fn word(language: Language, gravity: Gravity) -> &'static str {
    let words = &Words::builtin(language).alert;
    match gravity {
        Gravity::Action => &words.action,
        Gravity::Warning => &words.warning,
        Gravity::Notice => &words.notice,
    }
}

fn closing(language: Language) -> &'static str {
    &Words::builtin(language).alert.closing
}

fn text(language: Language, alerts: &[&Alert]) -> String {
    let lines =
        alerts.iter().map(|alert| format!("* {}: {}\n  ({})", word(language, alert.gravity), alert.what, alert.id));
    let lines: Vec<String> = lines.collect();
    format!("{}\n\n{}\n", lines.join("\n\n"), closing(language))
}

fn html(language: Language, alerts: &[&Alert]) -> String {
    let items = alerts.iter().map(|alert| {
        let (word, what) = (word(language, alert.gravity), escaped(&alert.what));
        format!("<li><strong>{word}:</strong> {what} <small>({})</small></li>", escaped(&alert.id))
    });
    let items: String = items.collect();
    let code = language.code();
    format!(
        "<!doctype html><html lang=\"{code}\"><body><ul>{items}</ul><p>{}</p></body></html>",
        escaped(closing(language))
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(gravity: Gravity, what: &str) -> Alert {
        let at = "2026-11-18T06:30:00Z".parse().expect("an instant");
        Alert {
            id: "20261118T063000Z-1".to_owned(),
            key: "fetch/fb".to_owned(),
            gravity,
            subject: "fb".to_owned(),
            what: what.to_owned(),
            cool_down_seconds: 60,
            raised_at: at,
            last_raised: at,
            times: 1,
            notices: 0,
            noticed_gravity: None,
            last_notified: None,
            acknowledged_by: None,
            acknowledged_at: None,
            resolved_at: None,
        }
    }

    #[test]
    fn the_mail_says_the_same_twice_and_escapes_what_platforms_say() {
        let alert = alert(Gravity::Action, "Ingenting gick att hämta från fb: <b>fel</b>.");
        let alerts = [&alert];
        assert_eq!(subject(Language::Swedish, "Björkvalla", &alerts), "Genomslag, Björkvalla: något behöver åtgärdas");
        assert!(
            text(Language::Swedish, &alerts).starts_with("* Åtgärd behövs: Ingenting gick att hämta från fb: <b>fel")
        );
        assert!(html(Language::Swedish, &alerts).contains("från fb: &lt;b&gt;fel&lt;/b&gt;."));
    }
}
