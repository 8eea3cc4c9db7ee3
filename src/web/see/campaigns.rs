//! The campaigns, and one of them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::json;

use super::super::Shared;
use super::super::gate::Visitor;
use super::super::refusal::Refusal;
use super::super::show::show;
use super::asked::{Asked, look};
use super::shown::Shower;
use crate::model::CampaignId;
use crate::pipeline::find_campaign;
use crate::report::Seen;

/// Every campaign, the latest first.
pub(super) async fn list(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let looked = look(&shared, &visitor, &asked, Seen::Whole).await?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let section = looked.sight.report.sections.iter().find(|it| it.id == "campaigns");
    let context = json!({
        "section": section.map(|it| shower.section(it)),
        "notices": looked.sight.report.notices,
        "words": looked.sight.report.furniture,
    });
    Ok(show(&shared, &visitor, "see-campaigns.html", visitor.t("see.campaigns"), "/campaigns", context))
}

/// One campaign: what it was, the way to the website, and what it achieved.
pub(super) async fn one(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(campaign): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let id = CampaignId::from(campaign.as_str());
    let looked = look(&shared, &visitor, &asked, Seen::Campaign(id)).await?;
    let campaign = find_campaign(&looked.app, &campaign)?;
    let shower = Shower { links: &looked.links, locale: looked.locale };
    let report = &looked.sight.report;
    let shown = ["campaign", "journey", "effect"];
    let sections = report.sections.iter().filter(|it| shown.contains(&it.id.as_str()));
    let context = json!({
        "all": looked.links.to("/campaigns"),
        "period": report.period_text,
        "notices": report.notices,
        "sections": sections.map(|it| shower.section(it)).collect::<Vec<_>>(),
        "words": report.furniture,
    });
    Ok(show(&shared, &visitor, "see-campaign.html", &campaign.title, "/campaigns", context))
}
