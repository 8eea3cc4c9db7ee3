//! Reports by mail, over SMTP: the only file that names the mail library.

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::model::Secret;

/// How the line to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Not at all: a relay on the same machine or network.
    None,
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// The server that takes our mail.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected.
    pub protection: Protection,
    /// User and password, where it wants them.
    pub login: Option<(String, Secret)>,
    /// How long one mail may take.
    pub patience: Duration,
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// One mail to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The sender, `Name <address>` or an address.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The body as HTML; pictures as `cid:` of `pictures`.
    pub html: String,
    /// The body as plain text, saying the same.
    pub text: String,
    /// PNG pictures of the body: content id and bytes.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// What goes along.
    pub enclosures: Vec<Enclosure>,
    /// The message id, `<…@…>`: chosen by us, so that the ledger knows it before the server does.
    pub message_id: String,
    /// The date that the mail bears.
    pub date: DateTime<Utc>,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Code and text.
    pub answer: String,
}

/// Why a mail was not sent; each is treated differently.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The letter itself cannot be written.
    #[error("the mail to {to} cannot be written: {why}")]
    Letter {
        /// The recipient.
        to: String,
        /// What is wrong with it.
        why: String,
    },
    /// Refused for good.
    #[error("the mail server refused: {0}")]
    Refused(String),
    /// Refused for now.
    #[error("the mail server asks us to try later: {0}")]
    Later(String),
    /// The server could not be reached, before anything was handed over.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
    /// The line broke: whether the server took the mail is unknown, so it is not sent again by itself.
    #[error("the line broke; whether the mail was taken is unknown: {0}")]
    Uncertain(String),
}

/// Sends one letter.
///
/// # Errors
/// As [`SendError`] says; nothing is sent twice by this function.
pub async fn send(server: &Server, letter: &Letter) -> Result<Receipt, SendError> {
    let message = message(letter)?;
    let transport = transport(server)?;
    match transport.test_connection().await {
        Ok(true) => {}
        Ok(false) => return Err(SendError::Unreachable(format!("{}:{} does not answer", server.host, server.port))),
        Err(error) => return Err(before_data(&error)),
    }
    match transport.send(message).await {
        Ok(response) => {
            let lines: Vec<&str> = response.message().collect();
            Ok(Receipt { answer: format!("{} {}", response.code(), lines.join(" ")).trim().to_owned() })
        }
        Err(error) if error.is_permanent() => Err(SendError::Refused(words(&error))),
        Err(error) if error.is_transient() => Err(SendError::Later(words(&error))),
        Err(error) => Err(SendError::Uncertain(words(&error))),
    }
}

/// The letter as it goes over the line and into the archive.
///
/// # Errors
/// When an address or a media type is none.
pub fn bytes(letter: &Letter) -> Result<Vec<u8>, SendError> {
    Ok(message(letter)?.formatted())
}

fn message(letter: &Letter) -> Result<Message, SendError> {
    let wrong = |why: String| SendError::Letter { to: letter.to.clone(), why };
    let address =
        |text: &str| text.parse::<Mailbox>().map_err(|error| wrong(format!("`{text}` is not an address ({error})")));
    let mut builder = Message::builder()
        .from(address(&letter.from)?)
        .to(address(&letter.to)?)
        .subject(&letter.subject)
        .date(letter.date.into())
        .message_id(Some(letter.message_id.clone()));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(address(reply_to)?);
    }
    let mut related = MultiPart::related().singlepart(SinglePart::html(letter.html.clone()));
    for (id, picture) in &letter.pictures {
        let kind = media_type("image/png").map_err(&wrong)?;
        related = related.singlepart(Attachment::new_inline(id.clone()).body(picture.clone(), kind));
    }
    let body = MultiPart::alternative().singlepart(SinglePart::plain(letter.text.clone())).multipart(related);
    let mut whole = MultiPart::mixed().multipart(body);
    for enclosure in &letter.enclosures {
        let kind = media_type(&enclosure.media_type).map_err(&wrong)?;
        whole = whole.singlepart(Attachment::new(enclosure.name.clone()).body(enclosure.bytes.clone(), kind));
    }
    builder.multipart(whole).map_err(|error| wrong(error.to_string()))
}

fn media_type(text: &str) -> Result<ContentType, String> {
    ContentType::parse(text).map_err(|error| format!("`{text}` is not a media type ({error})"))
}

fn transport(server: &Server) -> Result<AsyncSmtpTransport<Tokio1Executor>, SendError> {
    let tls = |host: &str| TlsParameters::new(host.to_owned()).map_err(|error| SendError::Unreachable(words(&error)));
    let protection = match server.protection {
        Protection::None => Tls::None,
        Protection::StartTls => Tls::Required(tls(&server.host)?),
        Protection::Tls => Tls::Wrapper(tls(&server.host)?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
        .port(server.port)
        .tls(protection)
        .timeout(Some(server.patience));
    if let Some((user, password)) = &server.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

fn before_data(error: &lettre::transport::smtp::Error) -> SendError {
    if error.is_permanent() {
        SendError::Refused(words(error))
    } else if error.is_transient() {
        SendError::Later(words(error))
    } else {
        SendError::Unreachable(words(error))
    }
}

/// The error and what caused it, in one line. The library's errors hold server answers, never credentials.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            from: "Genomslag <genomslag@bjorkvalla.example>".to_owned(),
            to: "ledning@bjorkvalla.example".to_owned(),
            reply_to: None,
            subject: "Effektrapport vecka 46 – Björkvalla kommun".to_owned(),
            html: "<h1>Hej</h1><img src=\"cid:diagram\" alt=\"Följare\">".to_owned(),
            text: "Hej".to_owned(),
            pictures: vec![("diagram".to_owned(), vec![1, 2, 3])],
            enclosures: vec![Enclosure {
                name: "Effektrapport Åmål.pdf".to_owned(),
                media_type: "application/pdf".to_owned(),
                bytes: b"%PDF".to_vec(),
            }],
            message_id: "<weekly-2026-W46.1@bjorkvalla.example>".to_owned(),
            date: "2026-11-18T06:00:00Z".parse().expect("an instant"),
        }
    }

    #[test]
    fn a_letter_says_the_same_in_three_ways_and_carries_its_report() {
        let text = String::from_utf8(bytes(&letter()).expect("written")).expect("ASCII");
        for part in [
            "multipart/mixed",
            "multipart/alternative",
            "multipart/related",
            "text/plain",
            "text/html",
            "Content-ID: <diagram>",
            "application/pdf",
            "Message-ID: <weekly-2026-W46.1@bjorkvalla.example>",
            "Date: Wed, 18 Nov 2026 06:00:00 +0000",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }

    #[test]
    fn a_wrong_address_is_named() {
        let error = bytes(&Letter { to: "ledning".to_owned(), ..letter() }).expect_err("refused");
        assert!(error.to_string().contains("`ledning` is not an address"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_unreachable() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let server = Server {
            host: "127.0.0.1".to_owned(),
            port,
            protection: Protection::None,
            login: None,
            patience: Duration::from_secs(5),
        };
        let error = send(&server, &letter()).await.expect_err("nobody there");
        assert!(matches!(error, SendError::Unreachable(_)), "{error}");
    }
}
