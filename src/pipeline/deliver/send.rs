//! Handing over one delivery. It is marked as being sent, durably, before the network is touched.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::archived::archived_report;
use super::{letter, outbox};
use crate::config;
use crate::delivery::card::{Card, CardGoal, slack, teams};
use crate::delivery::email::{self, Letter, Login, Protection, SendError, Server};
use crate::delivery::folder;
use crate::delivery::web::{self, TokenWish, WebAnswer, WebError};
use crate::model::told::faults;
use crate::model::{Secret, Status};
use crate::pipeline::{App, PipelineError, computing};
use crate::report::Report;
use crate::state::{Delivery, SendingResult, Way, backoff};
use crate::words::Words;

/// How long each step on the line may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long the answer to a mail may take (RFC 5321, 4.5.3.2.6).
const LAST_PATIENCE: Duration = Duration::from_mins(10);

/// Longer than a handing over can take.
const LEASE: TimeDelta = TimeDelta::minutes(14);

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// Hands over a delivery if it is its turn. What the other side says is noted in the ledger.
pub(super) async fn attempt(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<(), PipelineError> {
    // Everything that can be made ready is made ready before the delivery counts as being sent.
    let ready = match ready(app, delivery, now).await {
        Ok(Some(ready)) => ready,
        Ok(None) => return Ok(()),
        Err(error) => Ready::Broken(error.to_string()),
    };
    let Some(begun) = app.state.begin_sending(&delivery.id, &app.worker, LEASE, now).await? else { return Ok(()) };
    let retry_at = now + backoff(begun.attempts).min(LONGEST_WAIT);
    let result = match ready {
        Ready::Broken(why) => SendingResult::Later(why, retry_at),
        Ready::Mail { server, from, bytes } => {
            by_mail(email::send_bytes(&server, &from, &begun.recipient, &bytes).await, retry_at)
        }
        Ready::Chat { address, message } => {
            by_chat(begun.way, web::post_json(&address, &message, PATIENCE).await, retry_at)
        }
        Ready::Files { place, files } => into_folder(place, files, retry_at).await?,
    };
    app.state.end_sending(&begun, &result, now).await?;
    outbox::tell(app, &begun, &result, now).await
}

/// All that it takes to hand over.
enum Ready {
    Mail { server: Server, from: String, bytes: Vec<u8> },
    Chat { address: Secret, message: serde_json::Value },
    Files { place: std::path::PathBuf, files: Vec<(String, Vec<u8>)> },
    Broken(String),
}

async fn ready(app: &App, delivery: &Delivery, now: DateTime<Utc>) -> Result<Option<Ready>, PipelineError> {
    match delivery.way {
        Way::Mail => {
            let Some(bytes) = letter::read(app, delivery, now).await? else { return Ok(None) };
            let server = mail_server(app).await?;
            let from = app.config.mail.as_ref().map(|mail| mail.from.clone()).unwrap_or_default();
            Ok(Some(Ready::Mail { server, from, bytes }))
        }
        Way::Teams | Way::Slack => {
            let report = archived_report(app, &delivery.report).await?.report;
            let card = card(app, &report);
            let (reference, message) = if delivery.way == Way::Teams {
                (&app.config.places.teams, teams(&card))
            } else {
                (&app.config.places.slack, slack(&card))
            };
            let key = delivery.way.as_str();
            let form = || faults::mend_delivery_address(format!("{key} = {{ env = \"…\" }}"));
            let none = || PipelineError::hinted(faults::no_delivery_address(key), form());
            let reference = reference.as_ref().ok_or_else(none)?;
            let address = app.secret(faults::secret_address(key), reference)?;
            Ok(Some(Ready::Chat { address, message }))
        }
        Way::Folder => {
            let archived = archived_report(app, &delivery.report).await?;
            let place = outbox::folder_of(app, &archived);
            let mut files = Vec::new();
            let folder = archived.place.clone();
            let manifest = computing(move || crate::delivery::archive::manifest(&folder)).await??;
            for file in manifest.files {
                files.push((file.name.clone(), archived.file(&file.name).await?));
            }
            Ok(Some(Ready::Files { place, files }))
        }
    }
}

fn by_mail(sent: Result<email::Receipt, SendError>, retry_at: DateTime<Utc>) -> SendingResult {
    match sent {
        Ok(receipt) => SendingResult::Sent(receipt.answer),
        Err(SendError::Uncertain(why)) => SendingResult::Uncertain(why),
        Err(error @ (SendError::Refused(_) | SendError::Letter { .. })) => SendingResult::Refused(error.to_string()),
        Err(error @ (SendError::Later(_) | SendError::NotLetIn(_) | SendError::Unreachable(_))) => {
            SendingResult::Later(error.to_string(), retry_at)
        }
    }
}

fn by_chat(way: Way, sent: Result<WebAnswer, WebError>, retry_at: DateTime<Utc>) -> SendingResult {
    match sent {
        // 202 means that the workflow took it, not that anybody was shown it.
        Ok(answer) if answer.status == 202 || way == Way::Teams => {
            SendingResult::Accepted(format!("{} {}", answer.status, answer.text).trim().to_owned())
        }
        Ok(answer) => SendingResult::Sent(format!("{} {}", answer.status, answer.text).trim().to_owned()),
        Err(error @ WebError::Uncertain { .. }) => SendingResult::Uncertain(error.to_string()),
        Err(error @ (WebError::Refused { .. } | WebError::Address)) => SendingResult::Refused(error.to_string()),
        Err(error @ (WebError::Later { .. } | WebError::Unreachable { .. })) => {
            SendingResult::Later(error.to_string(), retry_at)
        }
    }
}

async fn into_folder(
    place: std::path::PathBuf,
    files: Vec<(String, Vec<u8>)>,
    retry_at: DateTime<Utc>,
) -> Result<SendingResult, PipelineError> {
    let shown = place.display().to_string();
    let written =
        computing(move || files.iter().try_for_each(|(name, bytes)| folder::write(&place, name, bytes).map(|_| ())))
            .await?;
    Ok(match written {
        Ok(()) => SendingResult::Sent(shown),
        Err(error) => SendingResult::Later(error.to_string(), retry_at),
    })
}

/// The mail server with its login: a password, or a token that is asked for now.
///
/// # Errors
/// When there is none, or its secrets cannot be had.
pub async fn mail_server(app: &App) -> Result<Server, PipelineError> {
    let Some(mail) = &app.config.mail else {
        return Err(PipelineError::hinted(faults::no_mail_configured(), faults::mend_mail_server()));
    };
    let login = match (&mail.username, &mail.password, &mail.oauth) {
        (Some(user), _, Some(oauth)) => {
            let wish = TokenWish {
                url: oauth.token_url.clone(),
                client_id: oauth.client_id.clone(),
                client_secret: app.secret(faults::secret_mail_token(), &oauth.client_secret)?,
                scope: oauth.scope.clone(),
            };
            let token = web::token(&wish, PATIENCE).await.map_err(|error| PipelineError::Letter(error.to_string()))?;
            Login::Token(user.clone(), token)
        }
        (Some(user), Some(password), None) => {
            Login::Password(user.clone(), app.secret(faults::secret_mail(), password)?)
        }
        _ => Login::None,
    };
    Ok(Server {
        host: mail.host.clone(),
        port: mail.port,
        protection: match mail.protection {
            config::Protection::StartTls => Protection::StartTls,
            config::Protection::Tls => Protection::Tls,
            config::Protection::None => Protection::None,
        },
        login,
        patience: PATIENCE,
        last_patience: LAST_PATIENCE,
    })
}

/// Sends a few words to an address, to see that mail goes out; what the server answered. Without an address it only goes
/// as far as the login.
///
/// # Errors
/// When it does not go out.
pub async fn test_mail(app: &App, to: Option<&str>, now: DateTime<Utc>) -> Result<String, PipelineError> {
    let server = mail_server(app).await?;
    let wrong = |error: SendError| PipelineError::Letter(error.to_string());
    let Some(to) = to else {
        email::greet(&server).await.map_err(wrong)?;
        return Ok(format!("{}:{}", server.host, server.port));
    };
    let refused = || PipelineError::hinted(faults::address_not_allowed(to), faults::mend_allow_address());
    let mail = app.config.mail.as_ref().filter(|mail| mail.allows(to)).ok_or_else(refused)?;
    let words = &app.words().mail;
    let (subject, text) = (&words.test_subject, &words.test);
    let letter = Letter {
        from: mail.from.clone(),
        to: to.to_owned(),
        reply_to: mail.reply_to.clone(),
        subject: subject.to_owned(),
        html: format!("<p>{text}</p>"),
        text: text.to_owned(),
        pictures: Vec::new(),
        enclosures: Vec::new(),
        stop: None,
        message_id: format!("<test.{}@{}>", now.timestamp_micros(), email::domain(&mail.from)),
        date: now,
    };
    Ok(email::send(&server, &letter).await.map_err(wrong)?.answer)
}

/// Page one for a chat channel.
fn card(app: &App, report: &Report) -> Card {
    let about = report.unit.as_ref().unwrap_or(&report.organisation);
    let open = &Words::builtin(report.language).mail.open;
    let public = app.config.serve.public_url.as_ref();
    Card {
        language: report.language.code().to_owned(),
        title: report.title.clone(),
        subtitle: format!("{about}, {}", report.period_text),
        notices: report.notices.clone(),
        headline: report.headline.clone(),
        goals: report
            .goals
            .iter()
            .map(|goal| CardGoal {
                title: goal.title.clone(),
                status: format!("{} {}", shape(goal.status), goal.word),
                detail: format!("{} ({}). {}", goal.now.text, goal.target.text, goal.why),
            })
            .collect(),
        changes: report.changes.iter().map(|change| change.text.clone()).collect(),
        id: report.id.clone(),
        link: public.map(|public| {
            (open.to_owned(), format!("{}/reports/{}", public.as_str().trim_end_matches('/'), report.id))
        }),
    }
}

/// The status as a shape before its word.
fn shape(status: Status) -> &'static str {
    match status {
        Status::Achieved => "✓",
        Status::OnTrack => "▲",
        Status::Lagging => "◆",
        Status::Behind => "▼",
        Status::CannotBeJudged => "○",
    }
}
