//! A mail server on loopback that speaks enough SMTP to take mail, keeps every letter, and can be told to answer as a good
//! server never does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as it came over the line.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

/// What to do at the next letter instead of taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trick {
    /// Answer the recipient with this line.
    AtRecipient(&'static str),
    /// Close the line after the letter was handed over, without an answer.
    SilentAfterData,
}

/// The server.
pub struct Server {
    pub port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
}

impl Server {
    /// Listens on a free port; the tricks are played one per letter, in order.
    pub async fn start(tricks: Vec<Trick>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let tricks = Arc::new(Mutex::new(VecDeque::from(tricks)));
        let kept = Arc::clone(&letters);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&kept), Arc::clone(&tricks)));
            }
        });
        Self { port, letters }
    }

    /// What was taken so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, letters: Arc<Mutex<Vec<Letter>>>, tricks: Arc<Mutex<VecDeque<Trick>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sandbox ESMTP\r\n").await.ok();
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" => "250-sandbox\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                from = between(&line);
                "250 ok".to_owned()
            }
            "RCPT" => {
                let trick = tricks.lock().unwrap().front().cloned();
                if let Some(Trick::AtRecipient(answer)) = trick {
                    tricks.lock().unwrap().pop_front();
                    answer.to_owned()
                } else {
                    to.push(between(&line));
                    "250 ok".to_owned()
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok();
                let data = letter(&mut lines).await;
                letters.lock().unwrap().push(Letter { from: from.clone(), to: std::mem::take(&mut to), data });
                let trick = tricks.lock().unwrap().pop_front();
                if trick == Some(Trick::SilentAfterData) {
                    return;
                }
                format!("250 queued as {}", letters.lock().unwrap().len())
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await.ok();
                return;
            }
            _ => "250 ok".to_owned(),
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn letter(lines: &mut tokio::io::Lines<BufReader<tokio::net::tcp::OwnedReadHalf>>) -> String {
    let mut data = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if line == "." {
            break;
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push('\n');
    }
    data
}

fn between(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or_else(String::new, |(inner, _)| inner.to_owned())
}
