//! Mail over the line: what is taken, refused, put off, and what is uncertain.

use std::time::Duration;

use genomslag::delivery::email::{Letter, Protection, SendError, Server, send};

use crate::support::smtp::{self, Trick};

fn letter() -> Letter {
    Letter {
        from: "Genomslag <genomslag@bjorkvalla.example>".to_owned(),
        to: "ledning@bjorkvalla.example".to_owned(),
        reply_to: None,
        subject: "Effektrapport vecka 46".to_owned(),
        html: "<h1>Hej</h1>".to_owned(),
        text: "Hej".to_owned(),
        pictures: Vec::new(),
        enclosures: Vec::new(),
        message_id: "<one@bjorkvalla.example>".to_owned(),
        date: "2026-11-18T06:00:00Z".parse().unwrap(),
    }
}

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        protection: Protection::None,
        login: None,
        patience: Duration::from_secs(10),
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
    assert!(letters[0].data.contains("Message-ID: <one@bjorkvalla.example>"), "{}", letters[0].data);
}

#[tokio::test]
async fn no_for_good_no_for_now_and_silence_are_three_things() {
    let tricks = vec![
        Trick::AtRecipient("550 no such mailbox"),
        Trick::AtRecipient("451 greylisted, come back"),
        Trick::SilentAfterData,
    ];
    let mail = smtp::Server::start(tricks).await;
    let refused = send(&server(mail.port), &letter()).await.unwrap_err();
    assert!(matches!(&refused, SendError::Refused(why) if why.contains("no such mailbox")), "{refused}");
    let later = send(&server(mail.port), &letter()).await.unwrap_err();
    assert!(matches!(&later, SendError::Later(why) if why.contains("greylisted")), "{later}");
    let uncertain = send(&server(mail.port), &letter()).await.unwrap_err();
    assert!(matches!(uncertain, SendError::Uncertain(_)), "{uncertain}");
    assert_eq!(mail.letters().len(), 1, "the letter was handed over although no answer came");
}
