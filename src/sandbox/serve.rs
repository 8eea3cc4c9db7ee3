//! The server: takes questions from loopback, lets the platforms answer, lets the faults spoil the answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::ask::{Answer, Ask, decoded, graph_error, pairs};
use super::faults::{Armed, FaultKind, Faults};
use super::model::Model;
use super::world::World;
use super::{graph, linkedin, matomo, spoil};
use crate::model::Platform;

/// Larger bodies are not read.
const LARGEST_QUESTION: usize = 4 << 20;
/// How many items Meta takes in a batch.
const LARGEST_BATCH: usize = 50;

/// A running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    /// Where it listens.
    pub address: SocketAddr,
    /// The task that serves; ends after [`Sandbox::stop`].
    pub handle: JoinHandle<()>,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
}

#[derive(Debug)]
struct Shared {
    model: Model,
    faults: Armed,
}

impl Sandbox {
    /// The address that a platform's configuration takes as its `base_url`.
    pub fn base(&self, platform: Platform) -> String {
        format!("http://{}/{}", self.address, platform.as_str())
    }

    /// How often each platform was asked; every item of a batch counts.
    pub fn calls(&self) -> BTreeMap<Platform, u64> {
        self.shared.model.all_calls()
    }

    /// Puts other faults in the place of the present ones.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.faults.replace(faults);
    }

    /// The world that is served.
    pub fn world(&self) -> &World {
        &self.shared.model.world
    }

    /// Takes no more questions, and waits until the last is answered or two seconds have gone.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is only gone when the server has ended by itself.
            let _ended = stop.send(());
        }
        if tokio::time::timeout(Duration::from_secs(2), &mut self.handle).await.is_err() {
            self.handle.abort();
        }
    }
}

/// Serves the world at the listener until stopped.
///
/// # Panics
/// Never: a listener that is bound has an address.
pub async fn serve(world: World, faults: Faults, listener: TcpListener) -> Sandbox {
    let address = listener.local_addr().expect("a bound listener has an address");
    // Working out three years of days takes a moment: not on the thread that others wait on.
    let model =
        tokio::task::spawn_blocking(move || Model::new(world)).await.expect("the world is worked out without panic");
    let shared = Arc::new(Shared { model, faults: Armed::new(faults) });
    let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
    let (stop, stopped) = oneshot::channel::<()>();
    let handle = tokio::spawn(async move {
        let ended = axum::serve(listener, router).with_graceful_shutdown(async move {
            // A dropped sandbox stops as a stopped one does.
            let _dropped = stopped.await;
        });
        // The server only fails when the listener does, and then there is nobody to tell.
        let _failed = ended.await;
    });
    Sandbox { address, handle, shared, stop: Some(stop) }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_QUESTION).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut segments: Vec<String> =
        parts.uri.path().split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
    if segments.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let first = segments.remove(0);
    if first == "control" {
        return control(&shared, parts.method.as_str(), &segments, &body);
    }
    let Some(platform) = Platform::parse(&first) else { return StatusCode::NOT_FOUND.into_response() };
    let host = parts.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let mut ask = Ask {
        platform,
        method: parts.method.as_str().to_owned(),
        path: segments.iter().map(|segment| decoded(segment)).collect(),
        raw_query: parts.uri.query().unwrap_or_default().to_owned(),
        query: pairs(parts.uri.query().unwrap_or_default()),
        form: pairs(&String::from_utf8_lossy(&body)),
        base: format!("http://{host}/{first}"),
        headers: parts.headers,
    };
    if ask.method == "POST" && ask.header("x-http-method-override") == Some("GET") {
        // Query tunnelling: a question too long for an address comes as a form.
        "GET".clone_into(&mut ask.method);
        ask.raw_query = String::from_utf8_lossy(&body).into_owned();
        ask.query = std::mem::take(&mut ask.form);
    }
    respond(&shared, &ask)
}

/// Questions about the sandbox itself.
fn control(shared: &Shared, method: &str, path: &[String], body: &[u8]) -> Response {
    match (method, path.first().map(String::as_str)) {
        ("GET", Some("faults")) => axum::Json(shared.faults.list()).into_response(),
        ("POST", Some("faults")) => match serde_json::from_slice::<Faults>(body) {
            Ok(faults) => {
                shared.faults.replace(faults);
                axum::Json(shared.faults.list()).into_response()
            }
            Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
        },
        ("GET", Some("calls")) => axum::Json(shared.model.all_calls()).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What becomes of one question.
enum Outcome {
    Json(Box<Answer>),
    Raw(FaultKind, Box<Answer>),
}

fn respond(shared: &Shared, ask: &Ask) -> Response {
    let meta = matches!(ask.platform, Platform::Facebook | Platform::Instagram);
    if meta && ask.method == "POST" && ask.get("batch").is_some() {
        return plain(&batch(shared, ask));
    }
    match outcome(shared, ask) {
        Outcome::Json(answer) => plain(&answer),
        Outcome::Raw(fault, answer) => spoiled(&fault, &answer),
    }
}

fn outcome(shared: &Shared, ask: &Ask) -> Outcome {
    shared.model.count(ask.platform);
    let faults = shared.faults.met_by(ask);
    if let Some(refusal) = faults.iter().find_map(|fault| spoil::refusal(fault, ask)) {
        return Outcome::Json(Box::new(refusal));
    }
    let mut question = ask.clone();
    for fault in &faults {
        spoil::question(fault, &mut question);
    }
    let mut answer = match ask.platform {
        Platform::Facebook | Platform::Instagram => graph::answer(&shared.model, &question),
        Platform::LinkedIn => linkedin::answer(&shared.model, &question),
        Platform::Matomo => matomo::answer(&shared.model, &question),
        // Nobody asks these: their figures come as files.
        Platform::X | Platform::YouTube | Platform::Ga4 | Platform::Own => Answer::status(404, serde_json::Value::Null),
    };
    for fault in &faults {
        spoil::answer(fault, ask, &mut answer);
    }
    let raw = faults.into_iter().find(|fault| {
        matches!(
            fault,
            FaultKind::Status { .. }
                | FaultKind::Truncated
                | FaultKind::Html
                | FaultKind::Drip { .. }
                | FaultKind::Reset
                | FaultKind::Huge { .. }
                | FaultKind::BatchNull
        )
    });
    match raw {
        Some(FaultKind::BatchNull) if !ask.headers.contains_key("x-sandbox-batch") => Outcome::Json(Box::new(answer)),
        Some(fault) => Outcome::Raw(fault, Box::new(answer)),
        None => Outcome::Json(Box::new(answer)),
    }
}

/// Meta's batch: every item a question of its own, in order; an item that gets no answer is null.
fn batch(shared: &Shared, ask: &Ask) -> Answer {
    let items = ask.get("batch").and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let Some(items) = items else {
        return graph_error(400, 100, None, "(#100) batch must be a valid JSON array");
    };
    if items.len() > LARGEST_BATCH {
        return graph_error(
            400,
            100,
            None,
            &format!("(#100) Too many requests in batch message. Maximum batch size is {LARGEST_BATCH}"),
        );
    }
    let headers = ask.get("include_headers") != Some("false");
    let answers = items.iter().map(|item| {
        let inner = batched(ask, item["relative_url"].as_str().unwrap_or_default());
        match outcome(shared, &inner) {
            Outcome::Json(answer) => {
                let mut row = json!({"code": answer.status, "body": answer.body.to_string()});
                if headers {
                    let list: Vec<Value> =
                        answer.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
                    row["headers"] = json!(list);
                }
                row
            }
            Outcome::Raw(..) => Value::Null,
        }
    });
    Answer::ok(answers.collect()).with("facebook-api-version", graph::served_version(ask))
}

/// An item of a batch as a question: it inherits the token, and the version where it names none.
fn batched(ask: &Ask, relative: &str) -> Ask {
    let (path, query) =
        relative.trim_start_matches('/').split_once('?').unwrap_or((relative.trim_start_matches('/'), ""));
    let mut segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let versioned = segments.first().is_some_and(|first| first.starts_with('v') && first.contains('.'));
    if !versioned && let Some(version) = ask.path.first() {
        segments.insert(0, version.clone());
    }
    let mut headers = ask.headers.clone();
    headers.insert("x-sandbox-batch", HeaderValue::from_static("1"));
    let mut inner = Ask {
        method: "GET".to_owned(),
        path: segments,
        raw_query: query.to_owned(),
        query: pairs(query),
        form: Vec::new(),
        headers,
        ..ask.clone()
    };
    if inner.get("access_token").is_none()
        && let Some(token) = ask.get("access_token")
    {
        inner.form.push(("access_token".to_owned(), token.to_owned()));
    }
    inner
}

fn plain(answer: &Answer) -> Response {
    let mut response = axum::Json(&answer.body).into_response();
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Faults below the level of JSON.
fn spoiled(fault: &FaultKind, answer: &Answer) -> Response {
    let mut response = plain(answer);
    let text = answer.body.to_string();
    match fault {
        FaultKind::Status { code } => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (status, "upstream connect error or disconnect/reset before headers").into_response();
        }
        FaultKind::Html => {
            let page = "<!DOCTYPE html><html><head><title>Logga in</title></head><body><form>…</form></body></html>";
            return ([("content-type", "text/html; charset=utf-8")], page).into_response();
        }
        FaultKind::Truncated => {
            let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
            *response.body_mut() = Body::from(text[..half].to_owned());
        }
        FaultKind::Drip { milliseconds } => {
            let pause = Duration::from_millis(*milliseconds);
            let pieces: Vec<Bytes> = text.as_bytes().chunks(16).map(Bytes::copy_from_slice).collect();
            *response.body_mut() =
                Body::from_stream(stream::unfold(pieces.into_iter(), move |mut pieces| async move {
                    tokio::time::sleep(pause).await;
                    pieces.next().map(|piece| (Ok::<_, std::io::Error>(piece), pieces))
                }));
        }
        FaultKind::Huge { megabytes } => {
            let piece = Bytes::from(b"0,".repeat(32_768));
            let count = u64::from(*megabytes) * 16;
            *response.body_mut() = Body::from_stream(stream::iter(
                std::iter::once(Bytes::from_static(b"{\"data\":["))
                    .chain((0..count).map(move |_| piece.clone()))
                    .map(Ok::<_, std::io::Error>),
            ));
        }
        // A body that fails before its first byte: the connection is cut without an answer.
        _ => {
            *response.body_mut() = Body::from_stream(stream::once(async {
                Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            }));
        }
    }
    response.headers_mut().remove("content-length");
    response
}
