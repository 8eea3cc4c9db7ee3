//! Mail over the line: what is taken, refused, put off, and what is uncertain.

use std::time::Duration;

use genomslag::delivery::email::{Letter, Login, Protection, SendError, Server, greet, send};
use genomslag::model::Secret;

use crate::support::smtp::{self, Trick};

fn letter() -> Letter {
    Letter {
        from: "Genomslag <genomslag@bjorkvalla.example>".to_owned(),
        to: "Ledningen <ledning@bjorkvalla.example>".to_owned(),
        reply_to: None,
        subject: "Effektrapport vecka 46".to_owned(),
        html: "<h1>Hej</h1>".to_owned(),
        text: ".Hej\n.\nEn punkt ensam på en rad är inte slutet.".to_owned(),
        pictures: Vec::new(),
        enclosures: Vec::new(),
        stop: None,
        message_id: "<one@bjorkvalla.example>".to_owned(),
        date: "2026-11-18T06:00:00Z".parse().unwrap(),
    }
}

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        protection: Protection::None,
        login: Login::None,
        patience: Duration::from_secs(10),
        last_patience: Duration::from_secs(10),
    }
}

#[tokio::test]
async fn a_letter_that_is_taken_gives_the_servers_answer() {
    let mail = smtp::Server::start(Vec::new()).await;
    let receipt = send(&server(mail.port), &letter()).await.unwrap();
    assert_eq!(receipt.answer, "250 queued as 1");
    let letters = mail.letters();
    assert_eq!(letters[0].to, ["ledning@bjorkvalla.example"]);
    assert_eq!(letters[0].from, "genomslag@bjorkvalla.example");
    assert_eq!(letters[0].message_id(), "<one@bjorkvalla.example>");
}

#[tokio::test]
async fn no_for_good_no_for_now_and_silence_are_three_things() {
    let tricks = vec![
        Trick::AtRecipient("550 no such mailbox"),
        Trick::AtRecipient("451 greylisted, come back"),
        Trick::AtSender("421 shutting down"),
        Trick::SilentAtRecipient,
        Trick::AfterData("554 looks like spam"),
        Trick::AfterData("452 disk full"),
        Trick::SilentAfterData,
    ];
    let mail = smtp::Server::start(tricks).await;
    let next = async || send(&server(mail.port), &letter()).await.unwrap_err();
    let refused = next().await;
    assert!(matches!(&refused, SendError::Refused(why) if why.contains("no such mailbox")), "{refused}");
    let later = next().await;
    assert!(matches!(&later, SendError::Later(why) if why.contains("greylisted")), "{later}");
    let closing = next().await;
    assert!(matches!(&closing, SendError::Later(why) if why.contains("shutting down")), "{closing}");
    // Nothing was handed over yet: no reason to doubt.
    let broken = next().await;
    assert!(matches!(broken, SendError::Unreachable(_)), "{broken}");
    let spam = next().await;
    assert!(matches!(&spam, SendError::Refused(why) if why.contains("spam")), "{spam}");
    let full = next().await;
    assert!(matches!(&full, SendError::Later(why) if why.contains("disk full")), "{full}");
    let uncertain = next().await;
    assert!(matches!(uncertain, SendError::Uncertain(_)), "{uncertain}");
    assert_eq!(mail.letters().len(), 1, "the letter was handed over although no answer came");
}

#[tokio::test]
async fn a_server_that_takes_too_long_over_the_letter_leaves_us_uncertain() {
    let mail = smtp::Server::start(vec![Trick::SlowAfterData(Duration::from_secs(30))]).await;
    let hasty =
        Server { patience: Duration::from_millis(500), last_patience: Duration::from_millis(500), ..server(mail.port) };
    let uncertain = send(&hasty, &letter()).await.unwrap_err();
    assert!(matches!(uncertain, SendError::Uncertain(_)), "{uncertain}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = send(&server(port), &letter()).await.unwrap_err();
    assert!(matches!(error, SendError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn a_wrong_password_is_our_matter_and_not_the_mails() {
    let mail = smtp::Server::with_login("PLAIN", "\0genomslag\0hemligt").await;
    let with = |password: &str| Server {
        login: Login::Password("genomslag".to_owned(), Secret::new(password)),
        ..server(mail.port)
    };
    greet(&with("hemligt")).await.unwrap();
    let refused = send(&with("fel"), &letter()).await.unwrap_err();
    assert!(matches!(&refused, SendError::NotLetIn(why) if !why.contains("fel ") && why.contains("535")), "{refused}");
    assert!(send(&with("hemligt"), &letter()).await.is_ok());
}

#[tokio::test]
async fn a_token_is_shown_as_exchange_wants_it() {
    let mail = smtp::Server::with_login("XOAUTH2", "user=rapport@b.example\x01auth=Bearer abc\x01\x01").await;
    let login = Login::Token("rapport@b.example".to_owned(), Secret::new("abc"));
    assert!(send(&Server { login, ..server(mail.port) }, &letter()).await.is_ok());
    assert_eq!(mail.logins().len(), 1);
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing_where_it_is_required() {
    let mail = smtp::Server::start(Vec::new()).await;
    let strict = Server { protection: Protection::StartTls, ..server(mail.port) };
    let error = send(&strict, &letter()).await.unwrap_err();
    assert!(matches!(error, SendError::Unreachable(_)), "{error}");
    assert!(mail.letters().is_empty());
}
