//! Which pages one may see, and what they are called.

use serde_json::{Map, Value, json};

use super::{elements, organisation, restli};
use crate::model::{LinkedInDoor, Platform};
use crate::sandbox::ask::{Answer, Ask, linkedin_error};
use crate::sandbox::model::Model;
use crate::sandbox::world::Account;

fn accounts(model: &Model) -> impl Iterator<Item = &Account> {
    model.world.accounts.iter().filter(|account| account.platform == Platform::LinkedIn)
}

/// Answers `/organizationAcls`.
pub(super) fn acls(model: &Model, ask: &Ask, dma: bool) -> Answer {
    if ask.get("q") != Some("roleAssignee") {
        return linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), "Parameter 'q' is invalid");
    }
    let role = ask.get("role").unwrap_or("ADMINISTRATOR");
    let door = if dma { LinkedInDoor::Dma } else { LinkedInDoor::Community };
    let kind = if dma { "organizationalPage" } else { "organization" };
    let rows: Vec<Value> = accounts(model)
        .filter(|account| account.door == door && role == "ADMINISTRATOR")
        .map(|account| {
            json!({
                "role": "ADMINISTRATOR",
                "state": "APPROVED",
                "roleAssignee": "urn:li:person:sandbox",
                "organization": format!("urn:li:{kind}:{}", account.id),
            })
        })
        .collect();
    elements(&rows)
}

fn profile(account: &Account) -> Value {
    json!({
        "id": account.id.parse::<i64>().unwrap_or_default(),
        "localizedName": account.name,
        "name": {"localized": {"sv_SE": account.name}, "preferredLocale": {"country": "SE", "language": "sv"}},
        "vanityName": account.handle,
        "primaryOrganizationType": "NONE",
        "organizationType": "GOVERNMENT_AGENCY",
        "localizedWebsite": "https://www.bjorkvalla.example",
        "defaultLocale": {"country": "SE", "language": "sv"},
        "versionTag": "1180000000",
    })
}

/// Answers `/organizations/{id}`, `?ids=List(…)` and `?q=vanityName`.
pub(super) fn organizations(model: &Model, ask: &Ask, key: Option<&str>) -> Result<Answer, Box<Answer>> {
    if let Some(id) = key {
        let found = accounts(model).find(|account| account.id == id);
        return Ok(found.map_or_else(
            || linkedin_error(404, "NOT_FOUND", None, &format!("Organization {id} not found")),
            |account| Answer::ok(profile(account)),
        ));
    }
    if let Some(ids) = restli::list(ask, "ids")? {
        let results: Map<String, Value> = accounts(model)
            .filter(|account| ids.contains(&account.id))
            .map(|account| (account.id.clone(), profile(account)))
            .collect();
        return Ok(Answer::ok(json!({"results": results, "statuses": {}, "errors": {}})));
    }
    let name = ask.get("vanityName").unwrap_or_default();
    let rows: Vec<Value> = accounts(model).filter(|account| account.handle == name).map(profile).collect();
    Ok(elements(&rows))
}

/// Answers `/networkSizes/{urn}`: the total, now.
pub(super) fn network_size(model: &Model, ask: &Ask, urn: &str) -> Answer {
    if ask.get("edgeType") != Some("COMPANY_FOLLOWED_BY_MEMBER") {
        return linkedin_error(
            400,
            "ILLEGAL_ARGUMENT",
            Some(100),
            "Invalid value for param; wrong type or other syntax error: edgeType",
        );
    }
    let mut named = ask.clone();
    named.query = vec![("urn".to_owned(), urn.to_owned())];
    named.raw_query.clear();
    match organisation(model, &named, "urn") {
        Ok(ledger) if ledger.knows_followers() => Answer::ok(json!({"firstDegreeSize": ledger.followers()})),
        Ok(_) => Answer::ok(json!({})),
        Err(refused) => *refused,
    }
}
