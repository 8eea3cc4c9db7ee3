//! What a campaign achieved, and what a planned one could show: facts from the store, judged by `analysis`.

use chrono::{DateTime, NaiveDate, Utc};

use super::facts::{Asked, facts};
use super::{App, PipelineError, computing};
use crate::analysis::{self, CampaignEffect, Plan};
use crate::model::told::faults;
use crate::model::{Campaign, Period};

/// The campaign of the name.
///
/// # Errors
/// When there is none.
pub fn find_campaign(app: &App, name: &str) -> Result<Campaign, PipelineError> {
    let found = app.config.campaigns.iter().find(|it| it.id.as_str() == name).cloned();
    found.ok_or_else(|| {
        let names: Vec<&str> = app.config.campaigns.iter().map(|it| it.id.as_str()).collect();
        let there_are = || faults::mend_there_are(names.join(", "));
        let hint = if names.is_empty() { faults::mend_campaigns_none() } else { there_are() };
        PipelineError::hinted(faults::no_campaign_of(name), hint)
    })
}

/// The days that a report on the campaign covers: from its start up to, not including, today.
pub fn campaign_days(app: &App, campaign: &Campaign, at: DateTime<Utc>) -> Period {
    let today = at.with_timezone(&app.config.organisation.zone).date_naive();
    let end = today.min(far_enough(campaign)).max(Period::day(campaign.start).end());
    Period::new(campaign.start, end).unwrap_or(Period::day(campaign.start))
}

/// Four weeks after its end and a few days for platforms that are late: nothing later is looked at.
fn far_enough(campaign: &Campaign) -> NaiveDate {
    campaign.end + chrono::Days::new(42)
}

/// What the campaign achieved.
///
/// # Errors
/// When the store cannot be read, or the campaign has too many controls.
pub async fn effect(
    app: &App,
    campaign: &Campaign,
    as_known_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<CampaignEffect, PipelineError> {
    let at = as_known_at.unwrap_or(now);
    let period = campaign_days(app, campaign, at);
    let view = app.store.view(as_known_at).await?;
    let asked = Asked { goals: &[], metrics: &[], campaigns: std::slice::from_ref(campaign), period, at, only: None };
    let facts = facts(app, &view, asked).await?;
    let (campaign, all, catalog) = (campaign.clone(), app.config.campaigns.clone(), app.catalog);
    let found = computing(move || analysis::campaign_effect(&campaign, &all, &facts, catalog)).await?;
    let wrong = |why: String| PipelineError::hinted(faults::fault_said(why), faults::mend_fewer_controls());
    found.map_err(|error| wrong(error.to_string()))
}

/// What the planned campaign could show, by all that is known today.
///
/// # Errors
/// When the store cannot be read.
pub async fn plan(app: &App, campaign: &Campaign, now: DateTime<Utc>) -> Result<Plan, PipelineError> {
    let today = now.with_timezone(&app.config.organisation.zone).date_naive();
    let period = Period::day(today.pred_opt().unwrap_or(today));
    // What would be known of it had it begun today.
    let asked_for = Campaign { start: today.min(campaign.start), ..campaign.clone() };
    let view = app.store.view(None).await?;
    let asked =
        Asked { goals: &[], metrics: &[], campaigns: std::slice::from_ref(&asked_for), period, at: now, only: None };
    let facts = facts(app, &view, asked).await?;
    let (campaign, all, catalog) = (campaign.clone(), app.config.campaigns.clone(), app.catalog);
    computing(move || analysis::plan(&campaign, &all, &facts, catalog)).await
}
