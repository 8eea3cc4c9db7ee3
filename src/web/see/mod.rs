//! The pages to look at: overview, goals, channels, posts, campaigns, and where every figure comes from. Each draws parts
//! of what the pipeline composes; nothing is computed here.

mod asked;
mod campaigns;
mod channels;
mod overview;
mod picker;
mod posts;
mod shown;
mod tables;
mod traces;

use axum::Router;
use axum::routing::get;

use super::Shared;

pub(super) use asked::{Asked, look, named_view};

/// The pages to look at.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(overview::overview))
        .route("/goal/{goal}", get(overview::goal))
        .route("/channels", get(channels::list))
        .route("/channel/{channel}", get(channels::one))
        .route("/posts", get(posts::list))
        .route("/post/{channel}/{post}", get(posts::one))
        .route("/campaigns", get(campaigns::list))
        .route("/campaign/{campaign}", get(campaigns::one))
        .route("/trace/{report}/{figure}", get(traces::trace))
        .route("/table/{report}/{table}", get(tables::table))
}
