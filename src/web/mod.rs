//! The web: one listener, its routes in one list. It asks only the pipeline.

mod ops;
mod pages;

use std::future::Future;
use std::io;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::pipeline::{App, Clock, Pulse};

/// What every route knows.
#[derive(Clone)]
pub struct Shared {
    /// Everything opened.
    pub app: App,
    /// The clock.
    pub clock: Clock,
    /// When the scheduler last looked at it.
    pub pulse: Pulse,
}

/// Every route.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/health", get(ops::health))
        .route("/ready", get(ops::ready))
        .route("/metrics", get(ops::metrics))
        .route("/unsubscribe/{pass}", get(pages::ask_unsubscribe).post(pages::unsubscribe))
        .route("/approve/{pass}", get(pages::ask_approval).post(pages::approve))
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
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}
