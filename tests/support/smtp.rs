//! A mail server on loopback that speaks enough SMTP to take mail, keeps every letter, and can be told to answer as a good
//! server never does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as it came over the line.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

impl Letter {
    /// Its message id.
    pub fn message_id(&self) -> String {
        let line = self.data.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:"));
        line.and_then(|line| line.split_once(':')).map_or_else(String::new, |(_, id)| id.trim().to_owned())
    }
}

/// What to do at the next letter instead of taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trick {
    /// Answer the sender with this line.
    AtSender(&'static str),
    /// Answer the recipient with this line.
    AtRecipient(&'static str),
    /// Close the line at the recipient, without an answer.
    SilentAtRecipient,
    /// Answer with this line after the letter was handed over; it is not kept.
    AfterData(&'static str),
    /// Close the line after the letter was handed over and kept, without an answer.
    SilentAfterData,
    /// Take the letter, and answer only after this long.
    SlowAfterData(Duration),
}

/// The server.
pub struct Server {
    pub port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
    logins: Arc<Mutex<Vec<String>>>,
}

/// What every conversation knows.
#[derive(Clone)]
struct Desk {
    letters: Arc<Mutex<Vec<Letter>>>,
    logins: Arc<Mutex<Vec<String>>>,
    tricks: Arc<Mutex<VecDeque<Trick>>>,
    /// The only login that is let in: its mechanism and what it sends, decoded.
    login: Option<(&'static str, String)>,
}

impl Server {
    /// Listens on a free port; the tricks are played one per letter, in order.
    pub async fn start(tricks: Vec<Trick>) -> Self {
        Self::listen(tricks, None).await
    }

    /// The same, with a login that is asked for: the mechanism, and what it sends when decoded.
    pub async fn with_login(mechanism: &'static str, told: &str) -> Self {
        Self::listen(Vec::new(), Some((mechanism, told.to_owned()))).await
    }

    async fn listen(tricks: Vec<Trick>, login: Option<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk = Desk {
            letters: Arc::default(),
            logins: Arc::default(),
            tricks: Arc::new(Mutex::new(VecDeque::from(tricks))),
            login,
        };
        let server = Self { port, letters: Arc::clone(&desk.letters), logins: Arc::clone(&desk.logins) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, desk.clone()));
            }
        });
        server
    }

    /// What was taken so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    /// What was sent to log in, decoded.
    pub fn logins(&self) -> Vec<String> {
        self.logins.lock().unwrap().clone()
    }
}

impl Desk {
    fn next(&self) -> Option<Trick> {
        self.tricks.lock().unwrap().front().cloned()
    }

    fn played(&self) {
        self.tricks.lock().unwrap().pop_front();
    }

    fn keep(&self, letter: Letter) -> usize {
        let mut letters = self.letters.lock().unwrap();
        letters.push(letter);
        letters.len()
    }
}

async fn talk(stream: TcpStream, desk: Desk) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sandbox ESMTP\r\n").await.ok();
    let mut envelope = Envelope::default();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = if verb == "DATA" {
            write.write_all(b"354 go on\r\n").await.ok();
            let Some(data) = letter(&mut lines).await else { return };
            desk.handed_over(envelope.letter(data)).await
        } else {
            envelope.told(&verb, &line, &desk)
        };
        let Some(answer) = answer else { return };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
            return;
        }
    }
}

/// Who a letter is from and for.
#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

impl Envelope {
    fn letter(&mut self, data: String) -> Letter {
        Letter { from: self.from.clone(), to: std::mem::take(&mut self.to), data }
    }

    /// What is answered to a line; nothing closes the connection.
    fn told(&mut self, verb: &str, line: &str, desk: &Desk) -> Option<String> {
        let answer = match (verb, desk.next()) {
            ("EHLO" | "HELO", _) => match &desk.login {
                Some((mechanism, _)) => format!("250-sandbox\r\n250-AUTH {mechanism}\r\n250 8BITMIME"),
                None => "250-sandbox\r\n250 8BITMIME".to_owned(),
            },
            ("AUTH", _) => login(line, desk),
            ("MAIL", Some(Trick::AtSender(answer))) | ("RCPT", Some(Trick::AtRecipient(answer))) => {
                desk.played();
                answer.to_owned()
            }
            ("RCPT", Some(Trick::SilentAtRecipient)) => {
                desk.played();
                return None;
            }
            ("MAIL", _) => {
                self.from = between(line);
                "250 ok".to_owned()
            }
            ("RCPT", _) => {
                self.to.push(between(line));
                "250 ok".to_owned()
            }
            ("QUIT", _) => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        Some(answer)
    }
}

impl Desk {
    /// What is answered to a letter that was handed over; nothing closes the connection.
    async fn handed_over(&self, letter: Letter) -> Option<String> {
        let trick = self.next();
        self.played();
        match trick {
            Some(Trick::AfterData(answer)) => Some(answer.to_owned()),
            Some(Trick::SilentAfterData) => {
                self.keep(letter);
                None
            }
            Some(Trick::SlowAfterData(wait)) => {
                let number = self.keep(letter);
                tokio::time::sleep(wait).await;
                Some(format!("250 queued as {number}"))
            }
            _ => Some(format!("250 queued as {}", self.keep(letter))),
        }
    }
}

/// `AUTH PLAIN …` or `AUTH XOAUTH2 …`, with all of it in one line.
fn login(line: &str, desk: &Desk) -> String {
    let told = line.split(' ').nth(2).unwrap_or_default();
    let told = base64::engine::general_purpose::STANDARD.decode(told).unwrap_or_default();
    let told = String::from_utf8_lossy(&told).into_owned();
    desk.logins.lock().unwrap().push(told.clone());
    if desk.login.as_ref().is_some_and(|(_, wanted)| *wanted == told) {
        "235 welcome".to_owned()
    } else {
        "535 5.7.8 wrong user or password".to_owned()
    }
}

/// A letter to its end; none if the line broke before.
async fn letter(lines: &mut tokio::io::Lines<BufReader<tokio::net::tcp::OwnedReadHalf>>) -> Option<String> {
    let mut data = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if line == "." {
            return Some(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push('\n');
    }
    None
}

fn between(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or_else(String::new, |(inner, _)| inner.to_owned())
}
