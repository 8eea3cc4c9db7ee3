//! Getting in and out: login, logout, language and look.

mod door;
mod login;

use axum::Router;
use axum::routing::{get, post};

use super::Shared;

pub use door::Once;

/// The routes of this area.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/login", get(login::ask).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/look", get(login::look))
        .route("/in/{pass}", get(door::enter))
}
