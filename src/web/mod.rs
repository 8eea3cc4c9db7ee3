//! The web: one listener, its routes in one list. It asks only the pipeline.
//!
//! Every request passes the `gate`, which knows who asks, in which language and look, and puts the headers on every
//! answer. Each area has its `routes`; a handler takes a `gate::Visitor` (somebody who is logged in, or a program with a
//! token) or a `gate::Guest` (anybody), and answers with `show::show` or a `refusal::Refusal`.

mod access;
mod api;
mod assets;
mod gate;
mod ops;
mod pages;
mod refusal;
mod see;
mod show;
mod statement;
mod work;

use std::future::Future;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use crate::pipeline::{App, Clock, Live, Pulse};
use refusal::Refusal;

pub use access::Once;

/// What every route knows.
#[derive(Clone)]
pub struct Shared {
    /// Everything opened, with the configuration as it is now.
    pub live: Live,
    /// The clock.
    pub clock: Clock,
    /// When the scheduler last looked at it.
    pub pulse: Pulse,
    /// The link that logs in once, where there is one.
    pub once: Once,
    /// Where it listens, once it does.
    pub local: Option<SocketAddr>,
}

impl Shared {
    /// Everything that the routes need, of one [`App`].
    pub fn new(live: Live, clock: Clock, pulse: Pulse) -> Self {
        Self { live, clock, pulse, once: Once::default(), local: None }
    }

    /// The same, listening there.
    #[must_use]
    pub fn at(self, address: SocketAddr) -> Self {
        Self { local: Some(address), ..self }
    }

    /// Where links lead: to the public address of the configuration, else to this machine, if it listens only there. Never
    /// to where a request says that it was sent.
    pub(crate) fn base(&self, app: &App) -> Option<String> {
        app.config.serve.base(self.local)
    }

    /// Everything opened, as it is now. Ask once per request: the configuration may change between two questions.
    pub fn app(&self) -> App {
        self.live.app()
    }

    /// What the clock says.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

/// Every route.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/health", get(ops::health))
        .route("/ready", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .route("/unsubscribe/{pass}", get(pages::ask_unsubscribe).post(pages::unsubscribe))
        .route("/approve/{pass}", get(pages::ask_approval).post(pages::approve))
        .route("/assets/{version}/{name}", get(assets::asset))
        .merge(access::routes())
        .merge(see::routes())
        .merge(api::routes())
        .merge(work::routes())
        .merge(statement::routes())
        .fallback(|| async { Refusal::NotFound })
        .method_not_allowed_fallback(|| async { Refusal::Method })
        .layer(from_fn_with_state(shared.clone(), gate::pass))
        .layer(CompressionLayer::new())
        .with_state(shared)
}

/// Answers at the listener until told to stop.
///
/// # Errors
/// When the listener fails.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopped).await
}
