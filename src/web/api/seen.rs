//! Goals, channels, posts, campaigns and figures.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::super::Shared;
use super::super::refusal::Refusal;
use super::super::see::{Asked, look, named_view};
use super::{Caller, answer};
use crate::model::{CampaignId, ChannelId, PostId};
use crate::pipeline::{CampaignLine, ChannelsAnswer, TraceAnswer, explain, find_campaign, find_channel};
use crate::report::Seen;

/// How the goals stand.
pub(super) async fn goals(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    answer(&headers, &looked.sight.goals(&looked.app))
}

/// How one goal stands.
pub(super) async fn goal(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path(goal): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let goals = looked.sight.goals(&looked.app).goals;
    answer(&headers, &goals.into_iter().find(|it| it.id == goal).ok_or(Refusal::NotFound)?)
}

/// The channels with their metrics.
pub(super) async fn channels(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let frame = looked.sight.frame(&looked.app, looked.order.unit.as_ref());
    answer(&headers, &ChannelsAnswer { frame, channels: looked.sight.channels(&looked.app) })
}

/// One channel, with the tables behind its charts.
pub(super) async fn channel(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path(channel): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = ChannelId::from(channel);
    let looked = look(&shared, &visitor, &asked, Seen::Channel(id.clone())).await?;
    answer(&headers, &looked.sight.channel(&looked.app, find_channel(&looked.app, &id)?))
}

/// The posts of the period, the latest first.
pub(super) async fn posts(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Posts).await?;
    let mut posts = looked.sight.posts(&looked.app, looked.order.unit.as_ref());
    posts.posts.retain(|post| asked.fits(post));
    answer(&headers, &posts)
}

/// One post.
pub(super) async fn post(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path((channel, post)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = Seen::Post(ChannelId::from(channel), PostId::from(post));
    let looked = look(&shared, &visitor, &asked, seen).await?;
    let posts = looked.sight.posts(&looked.app, None).posts;
    answer(&headers, &posts.into_iter().next().ok_or(Refusal::NotFound)?)
}

/// The campaigns, the latest first.
pub(super) async fn campaigns(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let unit = asked.unit(&app, &visitor)?;
    answer(&headers, &CampaignLine::all(&app, unit.as_ref()))
}

/// One campaign and what it achieved.
pub(super) async fn campaign(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path(campaign): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = Seen::Campaign(CampaignId::from(campaign.as_str()));
    let looked = look(&shared, &visitor, &asked, seen).await?;
    answer(&headers, &looked.sight.campaign(&looked.app, &find_campaign(&looked.app, &campaign)?))
}

/// Every figure of a view.
pub(super) async fn figures(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, view(&asked)?).await?;
    answer(&headers, &looked.sight.report.figures)
}

/// Where a figure of a view comes from.
pub(super) async fn trace(
    State(shared): State<Shared>,
    Caller(visitor): Caller,
    Path(figure): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, view(&asked)?).await?;
    let explained = explain(&looked.app, &looked.sight.report, &figure).await?;
    answer(&headers, &TraceAnswer::of(explained))
}

fn view(asked: &Asked) -> Result<Seen, Refusal> {
    asked.view.as_deref().map_or(Some(Seen::Whole), named_view).ok_or(Refusal::NotFound)
}
