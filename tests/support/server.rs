//! A server on loopback that answers as a test tells it, and as badly.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One question as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query, decoded.
    pub target: String,
    /// The head, in lower case.
    pub head: String,
    /// The form, decoded.
    pub body: String,
    /// How many questions came before.
    pub before: usize,
}

/// What the server does.
pub enum Answer {
    /// A whole answer: status, further headers, body.
    Whole(u16, String, String),
    /// A length that is never reached, then the connection is cut.
    CutOff(String),
    /// A byte now and then, for ever.
    Drip,
    /// Closed without a word.
    Reset,
    /// Very much.
    Huge(usize),
}

/// A refusal: another status than 200.
pub fn status(status: u16, body: impl Into<String>) -> Answer {
    Answer::Whole(status, String::new(), body.into())
}

pub fn ok(body: impl Into<String>) -> Answer {
    Answer::Whole(200, String::new(), body.into())
}

/// Everything that was asked, in order.
pub type Log = Arc<Mutex<Vec<Asked>>>;

/// Starts a server; gives back its address and what it was asked.
pub async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (url::Url, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let log: Log = Arc::default();
    let (kept, answer) = (log.clone(), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone(), kept.clone()));
        }
    });
    (address.parse().unwrap(), log)
}

async fn serve(mut stream: TcpStream, answer: Arc<impl Fn(&Asked) -> Answer>, log: Log) {
    let Some(mut asked) = read(&mut stream).await else { return };
    asked.before = {
        let mut log = log.lock().unwrap();
        log.push(asked.clone());
        log.len() - 1
    };
    let head = |status: u16, more: &str, length: usize| {
        format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n").into_bytes()
    };
    let _sent = match answer(&asked) {
        Answer::Whole(status, more, body) => {
            let mut bytes = head(status, &more, body.len());
            bytes.extend(body.as_bytes());
            stream.write_all(&bytes).await
        }
        Answer::CutOff(body) => {
            let mut bytes = head(200, "", body.len() + 1000);
            bytes.extend(body.as_bytes());
            stream.write_all(&bytes).await
        }
        Answer::Drip => {
            let _sent = stream.write_all(&head(200, "", 1 << 20)).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        }
        Answer::Reset => Ok(()),
        Answer::Huge(size) => {
            let _sent = stream.write_all(&head(200, "", size)).await;
            let block = vec![b' '; 1 << 16];
            let mut sent = 0;
            while sent < size && stream.write_all(&block).await.is_ok() {
                sent += block.len();
            }
            Ok(())
        }
    };
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut block = [0_u8; 4096];
        let count = stream.read(&mut block).await.ok().filter(|count| *count > 0)?;
        bytes.extend(&block[..count]);
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let target = head.split_whitespace().nth(1)?.to_owned();
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < end + length {
        let mut block = [0_u8; 4096];
        let count = stream.read(&mut block).await.ok().filter(|count| *count > 0)?;
        bytes.extend(&block[..count]);
    }
    let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    Some(Asked { target: decoded(&target), head: lower, body: decoded(&body), before: 0 })
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
