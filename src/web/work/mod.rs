//! Pages to do things.

use axum::Router;

use super::Shared;

/// The routes of this area.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
}
