//! The example organisation with a store of its own, against a sandbox on loopback.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use genomslag::config::{self, Config, SecretRef, Source};
use genomslag::connectors::fetch::Limits;
use genomslag::model::Platform;
use genomslag::pipeline::{App, Opening};
use genomslag::sandbox::{Faults, Sandbox, World, serve};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// Everything that a whole run needs; the folder goes away with it.
pub struct TestApp {
    pub app: App,
    pub sandbox: Sandbox,
    pub now: DateTime<Utc>,
    pub folder: Arc<TempDir>,
}

/// Wednesday 18 November 2026, 07:00 in Stockholm.
pub fn wednesday() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

/// Patience that suits a test: what hangs is given up soon.
pub fn limits() -> Limits {
    Limits {
        call_deadline: Duration::from_secs(20),
        backoff: Duration::from_millis(5),
        slow_pause: Duration::from_millis(5),
        longest_wait: Duration::from_millis(200),
        ..Limits::default()
    }
}

impl TestApp {
    /// The example as it is configured, on the Wednesday.
    pub async fn new() -> Self {
        Self::with(config::load(&Source::Embedded).unwrap(), World::example(wednesday()), folder()).await
    }

    /// The same folder at another time: store and state stay.
    pub async fn later(self, now: DateTime<Utc>) -> Self {
        let Self { app, sandbox, folder, .. } = self;
        sandbox.stop().await;
        app.state.close().await;
        Self::with(config::load(&Source::Embedded).unwrap(), World::example(now), folder).await
    }

    /// With a configuration and a world.
    pub async fn with(mut config: Config, world: World, folder: Arc<TempDir>) -> Self {
        let now = world.now;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = serve(world, Faults::none(), listener).await;
        for platform in Platform::ALL {
            config.platforms.access_mut(platform).base_url = sandbox.base(platform).parse().ok();
        }
        config.platforms.linkedin_token_url =
            format!("{}/oauth/v2/accessToken", sandbox.base(Platform::LinkedIn)).parse().ok();
        config.data = folder.path().join("data");
        config.state.url = format!("sqlite:{}", folder.path().join("state.sqlite").display());
        let known = secrets(&config, &sandbox);
        let opening = Opening {
            environment: Arc::new(move |name| known.get(name).cloned()),
            limits: Some(limits()),
            ..Opening::default()
        };
        let app = App::open(config, opening).await.unwrap();
        Self { app, sandbox, now, folder }
    }
}

/// A folder of its own.
pub fn folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

/// What the sandbox lets in, and a key for what is kept encrypted where one is configured.
fn secrets(config: &Config, sandbox: &Sandbox) -> BTreeMap<String, String> {
    let tokens = &sandbox.world().tokens;
    let key = match &config.key {
        Some(SecretRef::Env(name)) => Some((name.clone(), tokens.matomo.clone())),
        _ => None,
    };
    tokens.variables().into_iter().chain(key).collect()
}
