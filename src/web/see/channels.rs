//! The channels, and one of them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::json;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, look, part};
use super::picker::Picker;
use super::shown::Shower;
use crate::model::ChannelId;
use crate::pipeline::find_channel;
use crate::report::Seen;

/// Every channel in a row, and the website.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let shown = ["channels", "website", "quality"];
    let sections = looked.sight.report.sections.iter().filter(|it| shown.contains(&it.id.as_str()));
    let context = json!({
        "picker": Picker::of(&looked, &asked, "/channels", shared.now()),
        "notices": looked.sight.report.notices,
        "sections": sections.map(|it| shower.section(it)).collect::<Vec<_>>(),
        "words": looked.sight.report.furniture,
    });
    Ok(show(&shared, &visitor, "see-channels.html", visitor.t("see.channels"), "/channels", context))
}

/// One channel: every metric beside what it was, and day by day.
pub(super) async fn one(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(channel): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let id = ChannelId::from(channel.as_str());
    let looked = look(&shared, &visitor, &asked, Seen::Channel(id.clone())).await?;
    let channel = find_channel(&looked.app, &id)?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let report = &looked.sight.report;
    let unit = looked.app.config.units.find(&channel.unit);
    let context = json!({
        "picker": Picker::of(&looked, &asked, &format!("/channel/{}", part(id.as_str())), shared.now()),
        "notices": report.notices,
        "platform": channel.platform.title(),
        "unit": unit.map(|unit| json!({
            "title": unit.title,
            "href": looked.links.with("/", &[("unit", unit.id.as_str())]),
        })),
        "posts": channel.platform.has_posts().then(|| looked.links.with("/posts", &[("channel", id.as_str())])),
        "all": looked.links.to("/channels"),
        "attention": shower.sentences(&report.attention),
        "sections": report.sections.iter().filter(|it| it.id != "glossary").map(|it| shower.section(it)).collect::<Vec<_>>(),
        "words": report.furniture,
    });
    Ok(show(&shared, &visitor, "see-channel.html", &channel.title, "/channels", context))
}
