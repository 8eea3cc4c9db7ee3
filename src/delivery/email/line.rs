//! The line to the mail server, step by step, so that we always know whether the mail was handed over: before the end of
//! DATA nothing was, after it only the server's answer tells.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;

use super::{Login, Protection, Receipt, SendError, Server, bare};

/// How long leaving politely may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// Hands over a mail that is written already. `from` and `to` may be `Name <address>`.
///
/// # Errors
/// As [`SendError`] says; nothing is sent twice by this function.
pub async fn send_bytes(server: &Server, from: &str, to: &str, mail: &[u8]) -> Result<Receipt, SendError> {
    let (sender, recipient) = (bare(to, from)?, bare(to, to)?);
    let mut line = connect(server).await?;
    let introduced = async {
        let options = options(&line, mail).map_err(SendError::Refused)?;
        line.command(Mail::new(Some(sender), options)).await.map_err(|error| before_end(&error))?;
        line.command(Rcpt::new(recipient, Vec::new())).await.map_err(|error| before_end(&error))?;
        line.command(Data).await.map_err(|error| before_end(&error))
    };
    match tokio::time::timeout(server.patience, introduced).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            leave(line).await;
            return Err(error);
        }
        Err(_) => return Err(SendError::Unreachable(slow(server, server.patience))),
    }
    let answer = tokio::time::timeout(server.last_patience, line.message(mail)).await;
    match answer {
        Ok(Ok(response)) => {
            leave(line).await;
            Ok(Receipt { answer: told(&response) })
        }
        Ok(Err(error)) if error.is_permanent() => Err(SendError::Refused(words(&error))),
        Ok(Err(error)) if error.is_transient() => Err(SendError::Later(words(&error))),
        Ok(Err(error)) => Err(SendError::Uncertain(words(&error))),
        Err(_) => Err(SendError::Uncertain(slow(server, server.last_patience))),
    }
}

/// Goes as far as the login and leaves again, without a mail: whether the server is there and lets us in.
///
/// # Errors
/// When it is not, or does not.
pub async fn greet(server: &Server) -> Result<(), SendError> {
    leave(connect(server).await?).await;
    Ok(())
}

async fn connect(server: &Server) -> Result<AsyncSmtpConnection, SendError> {
    match tokio::time::timeout(server.patience, connected(server)).await {
        Ok(connected) => connected,
        Err(_) => Err(SendError::Unreachable(slow(server, server.patience))),
    }
}

async fn connected(server: &Server) -> Result<AsyncSmtpConnection, SendError> {
    let unreachable = |error: Error| SendError::Unreachable(words(&error));
    let tls = || TlsParameters::new(server.host.clone()).map_err(unreachable);
    let wrapper = if server.protection == Protection::Tls { Some(tls()?) } else { None };
    let hello = ClientId::default();
    let place = (server.host.as_str(), server.port);
    let connecting = AsyncSmtpConnection::connect_tokio1(place, Some(server.patience), &hello, wrapper, None);
    let mut line = connecting.await.map_err(unreachable)?;
    if server.protection == Protection::StartTls {
        // A server without STARTTLS is refused: nothing goes in the clear that should not.
        line.starttls(tls()?, &hello).await.map_err(unreachable)?;
    }
    let (mechanisms, user, secret): (&[Mechanism], _, _) = match &server.login {
        Login::None => return Ok(line),
        Login::Password(user, password) => (&[Mechanism::Plain, Mechanism::Login], user, password),
        Login::Token(user, token) => (&[Mechanism::Xoauth2], user, token),
    };
    let credentials = Credentials::new(user.clone(), secret.expose().to_owned());
    match line.auth(mechanisms, &credentials).await {
        Ok(_) => Ok(line),
        Err(error) if error.is_transient() => Err(SendError::Later(words(&error))),
        Err(error) if error.is_permanent() || error.is_client() => Err(SendError::NotLetIn(words(&error))),
        Err(error) => Err(SendError::Unreachable(words(&error))),
    }
}

/// What has to be said of the mail before it comes. Ours are plain ASCII; one from a hand-made archive may not be.
fn options(line: &AsyncSmtpConnection, mail: &[u8]) -> Result<Vec<MailParameter>, String> {
    if mail.is_ascii() {
        return Ok(Vec::new());
    }
    if !line.server_info().supports_feature(Extension::EightBitMime) {
        return Err("the mail has eight-bit letters, which the server does not take".to_owned());
    }
    Ok(vec![MailParameter::Body(MailBodyParameter::EightBitMime)])
}

/// Before the mail's last line nothing was handed over, whatever went wrong.
fn before_end(error: &Error) -> SendError {
    if error.is_permanent() {
        SendError::Refused(words(error))
    } else if error.is_transient() {
        SendError::Later(words(error))
    } else {
        SendError::Unreachable(words(error))
    }
}

/// Says goodbye; what the server thinks of it changes nothing.
async fn leave(mut line: AsyncSmtpConnection) {
    let _answered = tokio::time::timeout(GOODBYE, line.quit()).await;
}

fn told(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" ")).trim().to_owned()
}

fn slow(server: &Server, patience: Duration) -> String {
    format!("{}:{} did not answer within {} s", server.host, server.port, patience.as_secs())
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
