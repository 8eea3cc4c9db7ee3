//! The web on a loopback port, and a browser that keeps cookies, fills forms and follows nothing by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use genomslag::model::{Secret, UnitId};
use genomslag::pipeline::{App, Live, NewUser, Pulse, Role, User, accounts};
use genomslag::web::{self, Shared};
use reqwest::Client;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use tokio::net::TcpListener;

/// The password of everybody in tests.
pub const PASSWORD: &str = "en hemlig mening för prov";

/// A web that runs; its clock stands still until it is moved.
pub struct Site {
    pub app: App,
    pub shared: Shared,
    pub address: String,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Site {
    /// Starts the web over everything opened.
    pub async fn start(app: App, now: DateTime<Utc>) -> Self {
        Self::listen(app, now, TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// The same at a listener that there is.
    pub fn listen(app: App, now: DateTime<Utc>, listener: TcpListener) -> Self {
        let now = Arc::new(Mutex::new(now));
        let told = Arc::clone(&now);
        let clock = Arc::new(move || *told.lock().unwrap());
        let place = listener.local_addr().unwrap();
        let shared = Shared::new(Live::new(app.clone()), clock, Pulse::default()).at(place);
        let address = format!("http://{place}");
        let router = web::router(shared.clone());
        tokio::spawn(async move { web::listen(listener, router, std::future::pending()).await });
        Self { app, shared, address, now }
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    /// What the clock shows.
    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    /// An account, with [`PASSWORD`].
    pub async fn user(&self, email: &str, role: Role, units: Option<&[&str]>) -> User {
        let new = NewUser {
            email: email.to_owned(),
            name: email.split('@').next().unwrap().to_owned(),
            role,
            units: units.map(|units| units.iter().map(|unit| UnitId::from(*unit)).collect()),
            password_hash: None,
            oidc_subject: None,
        };
        accounts::add_account(&self.app, new, &Secret::new(PASSWORD), "test", self.now()).await.unwrap()
    }

    /// A browser that is nobody.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.address)
    }

    /// A browser in which somebody with the role is logged in.
    pub async fn logged_in(&self, role: Role, units: Option<&[&str]>) -> Browser {
        let email = format!("{role}-{}@granvik.example", units.map_or("all".to_owned(), |units| units.join("-")));
        self.user(&email, role, units).await;
        let mut browser = self.browser();
        assert_eq!(browser.log_in(&email, PASSWORD).await.status, 303, "{}", browser.last);
        browser
    }
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    /// The text, as a browser reads it as far as slashes go: the templates write them in a longer way.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).replace("&#x2f;", "/")
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}

/// A browser without script.
#[derive(Clone)]
pub struct Browser {
    base: String,
    client: Client,
    pub cookies: BTreeMap<String, String>,
    /// Headers that every request carries.
    pub headers: Vec<(&'static str, String)>,
    last: String,
}

impl Browser {
    /// A browser that asks at the address.
    pub fn at(base: &str) -> Self {
        let client =
            Client::builder().no_gzip().pool_max_idle_per_host(0).redirect(Policy::none()).no_proxy().build().unwrap();
        Self { base: base.to_owned(), client, cookies: BTreeMap::new(), headers: Vec::new(), last: String::new() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Sends a form as the last page shows it: with its hidden token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
        self.post_bare(path, &fields).await
    }

    /// Sends a form without anything of its own.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", self.base)).form(fields);
        self.send(request).await
    }

    /// Sends files and fields, with the token.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Page {
        let edge = "genomslag-test-edge";
        let token = self.token();
        let mut body = Vec::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            let part = format!("--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{edge}--\r\n").into_bytes());
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header("content-type", format!("multipart/form-data; boundary={edge}")).body(body);
        self.send(request).await
    }

    /// The token of the last page's first form, or nothing.
    pub fn token(&self) -> String {
        let after = self.last.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    }

    pub async fn log_in(&mut self, email: &str, password: &str) -> Page {
        self.get("/login").await;
        self.post("/login", &[("email", email), ("password", password), ("next", "/")]).await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.unwrap();
        for set in answer.headers().get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let page = Page { status, headers, bytes: answer.bytes().await.unwrap().to_vec() };
        if page.header("content-type").starts_with("text/html") {
            self.last = page.text();
        }
        page
    }
}

/// The example organisation with a store of its own in the folder, and nothing fetched: for what needs no figures.
pub async fn empty_app(folder: &std::path::Path) -> App {
    let config = genomslag::config::load(&genomslag::config::Source::Embedded).unwrap();
    app_of(config, folder).await
}

/// The same with a configuration.
pub async fn app_of(config: genomslag::config::Config, folder: &std::path::Path) -> App {
    app_with(config, folder, |_| Some("a value for tests only".to_owned())).await
}

/// The same with an environment.
pub async fn app_with(
    mut config: genomslag::config::Config,
    folder: &std::path::Path,
    environment: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> App {
    config.data = folder.join("data");
    config.state.url = format!("sqlite:{}", folder.join("state.sqlite").display());
    config.delivery_folder = folder.join("out");
    let opening =
        genomslag::pipeline::Opening { environment: Arc::new(environment), ..genomslag::pipeline::Opening::default() };
    Box::pin(App::open(config, opening)).await.unwrap()
}
