//! A web server on loopback that answers every question with the next of the answers it was given, and keeps what it was
//! asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The server.
pub struct Hook {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Hook {
    /// Listens on a free port. Each answer is a status and a body; status 0 closes the line without one. The last answer
    /// is given again and again.
    pub async fn start(answers: Vec<(u16, &str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&asked);
        let mut answers: VecDeque<(u16, String)> =
            answers.into_iter().map(|(status, body)| (status, body.to_owned())).collect();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
                let (status, body) = answer.unwrap_or((404, String::new()));
                answer_one(stream, status, &body, &kept).await;
            }
        });
        Self { port, asked }
    }

    /// What was asked so far: each head and body.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer_one(mut stream: TcpStream, status: u16, body: &str, kept: &Mutex<Vec<String>>) {
    let mut read = Vec::new();
    let mut part = [0; 4096];
    loop {
        let Ok(count) = stream.read(&mut part).await else { return };
        read.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, rest)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return;
            }
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(|it| it.trim().to_owned()))
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        if rest.len() >= length || count == 0 {
            break;
        }
    }
    kept.lock().unwrap().push(String::from_utf8_lossy(&read).into_owned());
    if status > 0 {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(answer.as_bytes()).await.ok();
        stream.shutdown().await.ok();
    }
}
