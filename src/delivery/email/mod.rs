//! Reports by mail: how a letter is written. What happens on the line to the server stands in `line`. Only this folder
//! names the mail library.

mod line;

use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use crate::model::Secret;

pub use line::{greet, send_bytes};

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

/// How we say who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Not at all.
    None,
    /// By user and password.
    Password(String, Secret),
    /// By user and an `OAuth2` token (XOAUTH2).
    Token(String, Secret),
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
    /// How we say who we are.
    pub login: Login,
    /// How long each of connecting and introducing may take.
    pub patience: Duration,
    /// How long handing over and the answer to it may take: a server that looks through the mail first takes its time, and
    /// whoever hangs up before its answer never knows.
    pub last_patience: Duration,
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

/// How a reader stops further mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// An address that takes unsubscriptions, with a subject: `mailto:…`.
    pub mailto: String,
    /// An address on the web that takes them by one click (RFC 8058).
    pub one_click: Option<String>,
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
    /// How a reader stops further mail.
    pub stop: Option<Stop>,
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
    /// This mail was refused for good.
    #[error("the mail server refused: {0}")]
    Refused(String),
    /// Refused for now.
    #[error("the mail server asks us to try later: {0}")]
    Later(String),
    /// We were not let in: a matter of our login, not of the mail.
    #[error("the mail server does not let us in: {0}")]
    NotLetIn(String),
    /// The server could not be reached, or the line broke, before the mail was handed over.
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
    send_bytes(server, &letter.from, &letter.to, &bytes(letter)?).await
}

/// The letter as it goes over the line and into the archive.
///
/// # Errors
/// When an address or a media type is none.
pub fn bytes(letter: &Letter) -> Result<Vec<u8>, SendError> {
    Ok(message(letter)?.formatted())
}

/// The domain of `Name <address>`: message ids end in it.
pub fn domain(address: &str) -> String {
    address.parse::<Mailbox>().map_or_else(|_| "localhost".to_owned(), |mailbox| mailbox.email.domain().to_owned())
}

fn wrong(to: &str, why: String) -> SendError {
    SendError::Letter { to: to.to_owned(), why }
}

fn mailbox(to: &str, text: &str) -> Result<Mailbox, SendError> {
    text.parse().map_err(|error| wrong(to, format!("`{text}` is not an address ({error})")))
}

/// The bare address of `Name <address>`.
fn bare(to: &str, text: &str) -> Result<Address, SendError> {
    Ok(mailbox(to, text)?.email)
}

fn message(letter: &Letter) -> Result<Message, SendError> {
    let to = letter.to.as_str();
    let header = |name: &'static str, text: &str| {
        let one_line: String = text.chars().filter(|letter| !letter.is_control()).collect();
        HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line)
    };
    let mut builder = Message::builder()
        .from(mailbox(to, &letter.from)?)
        .to(mailbox(to, to)?)
        .subject(&letter.subject)
        .date(letter.date.into())
        .message_id(Some(letter.message_id.clone()))
        // RFC 3834: nobody's holiday notice should answer.
        .raw_header(header("Auto-Submitted", "auto-generated"));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(to, reply_to)?);
    }
    if let Some(stop) = &letter.stop {
        let ways = match &stop.one_click {
            Some(address) => format!("<{address}>, <{}>", stop.mailto),
            None => format!("<{}>", stop.mailto),
        };
        builder = builder.raw_header(header("List-Unsubscribe", &ways));
        if stop.one_click.is_some() {
            builder = builder.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
    }
    let mut related = MultiPart::related().singlepart(SinglePart::html(letter.html.clone()));
    for (id, picture) in &letter.pictures {
        let kind = media_type("image/png").map_err(|why| wrong(to, why))?;
        related = related.singlepart(Attachment::new_inline(id.clone()).body(picture.clone(), kind));
    }
    let body = MultiPart::alternative().singlepart(SinglePart::plain(letter.text.clone())).multipart(related);
    let mut whole = MultiPart::mixed().multipart(body);
    for enclosure in &letter.enclosures {
        let kind = media_type(&enclosure.media_type).map_err(|why| wrong(to, why))?;
        whole = whole.singlepart(Attachment::new(enclosure.name.clone()).body(enclosure.bytes.clone(), kind));
    }
    builder.multipart(whole).map_err(|error| wrong(to, error.to_string()))
}

fn media_type(text: &str) -> Result<ContentType, String> {
    ContentType::parse(text).map_err(|error| format!("`{text}` is not a media type ({error})"))
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
            stop: Some(Stop {
                mailto: "mailto:genomslag@bjorkvalla.example?subject=avanm%C3%A4l".to_owned(),
                one_click: Some("https://rapport.bjorkvalla.example/unsubscribe/abc".to_owned()),
            }),
            message_id: "<weekly-2026-W46.1@bjorkvalla.example>".to_owned(),
            date: "2026-11-18T06:00:00Z".parse().expect("an instant"),
        }
    }

    #[test]
    fn a_letter_says_the_same_in_three_ways_and_carries_its_report() {
        let text = String::from_utf8(bytes(&letter()).expect("written")).expect("ASCII");
        assert!(text.is_ascii(), "any server can take it");
        let unfolded = text.replace("\r\n ", " ");
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
            "Auto-Submitted: auto-generated",
            "<https://rapport.bjorkvalla.example/unsubscribe/abc>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ] {
            assert!(unfolded.contains(part), "{part} is missing in\n{text}");
        }
    }

    #[test]
    fn without_a_public_address_there_is_no_promise_of_one_click() {
        let stop = Stop { mailto: "mailto:stopp@bjorkvalla.example".to_owned(), one_click: None };
        let text = bytes(&Letter { stop: Some(stop), ..letter() }).expect("written");
        let text = String::from_utf8(text).expect("ASCII");
        assert!(text.contains("List-Unsubscribe: <mailto:stopp@bjorkvalla.example>"), "{text}");
        assert!(!text.contains("One-Click"), "{text}");
    }

    #[test]
    fn a_wrong_address_is_named() {
        let error = bytes(&Letter { to: "ledning".to_owned(), ..letter() }).expect_err("refused");
        assert!(error.to_string().contains("`ledning` is not an address"), "{error}");
    }

    #[test]
    fn message_ids_end_in_the_senders_domain() {
        assert_eq!(domain("Genomslag <genomslag@bjorkvalla.example>"), "bjorkvalla.example");
        assert_eq!(domain("ingen"), "localhost");
    }
}
