//! LinkedIn: the Community Management API, the Pages Data Portability API and OAuth.

mod dma;
mod oauth;
mod pages;
mod posts;
mod restli;
mod statistics;

use chrono::{Datelike, Months, NaiveDate};
use serde_json::{Value, json};

use super::ask::{Answer, Ask, linkedin_error};
use super::model::Model;
use super::world::ledger::Ledger;
use crate::model::{LinkedInDoor, Platform};

/// Answers one question.
pub(super) fn answer(model: &Model, ask: &Ask) -> Answer {
    let route: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    match route.as_slice() {
        ["oauth", "v2", "authorization"] => oauth::authorise(model, ask),
        ["oauth", "v2", "accessToken"] => oauth::token(model, ask),
        ["oauth", "v2", "introspectToken"] => oauth::introspect(model, ask),
        ["rest", rest @ ..] => refusal(model, ask).unwrap_or_else(|| routed(model, ask, rest)),
        _ => no_resource(),
    }
}

fn no_resource() -> Answer {
    linkedin_error(404, "RESOURCE_NOT_FOUND", Some(0), "No virtual resource found")
}

/// Why the question is not answered at all, if it is not.
fn refusal(model: &Model, ask: &Ask) -> Option<Answer> {
    let Some(token) = ask.bearer().filter(|token| !token.is_empty()) else {
        let body = json!({"message": "Empty oauth2_access_token", "serviceErrorCode": 401, "status": 401});
        return Some(Answer::status(401, body));
    };
    if ask.in_query("oauth2_access_token") {
        return Some(linkedin_error(401, "MULTIPLE_ACCESS_TOKENS", Some(65_605), "Access token given twice"));
    }
    if !oauth::opens(model, token) {
        return Some(linkedin_error(401, "INVALID_ACCESS_TOKEN", Some(65_600), "Invalid access token"));
    }
    let Some(version) = ask.header("linkedin-version") else {
        return Some(linkedin_error(
            400,
            "VERSION_MISSING",
            None,
            "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
        ));
    };
    (!lives(version, model.world.now.date_naive())).then(|| {
        linkedin_error(
            426,
            "NONEXISTENT_VERSION",
            None,
            &format!("Requested version {version:0<8} is not active").replace("00 is", "01 is"),
        )
    })
}

/// Whether the version is served on the day: from its month for a year, and there was none for December 2025.
fn lives(version: &str, today: NaiveDate) -> bool {
    let month = version
        .get(..6)
        .filter(|_| matches!(version.len(), 6 | 8))
        .and_then(|month| NaiveDate::from_ymd_opt(month.get(..4)?.parse().ok()?, month.get(4..)?.parse().ok()?, 1));
    month.is_some_and(|month| {
        let sunset = month.with_day(16).unwrap_or(month) + Months::new(12);
        month <= today && today < sunset && (month.year(), month.month()) != (2025, 12)
    })
}

fn routed(model: &Model, ask: &Ask, rest: &[&str]) -> Answer {
    let Some((resource, keys)) = rest.split_first() else { return no_resource() };
    if ask.method != "GET" {
        return linkedin_error(405, "METHOD_NOT_ALLOWED", None, "Method not allowed");
    }
    let key = keys.first().copied();
    let result = match *resource {
        "organizationAcls" | "organizationAuthorizations" | "dmaOrganizationAcls" => {
            Ok(pages::acls(model, ask, resource.starts_with("dma")))
        }
        "organizations" | "organizationsLookup" | "dmaOrganizations" => pages::organizations(model, ask, key),
        "networkSizes" => Ok(pages::network_size(model, ask, key.unwrap_or_default())),
        "organizationalEntityFollowerStatistics" => statistics::followers(model, ask),
        "organizationalEntityShareStatistics" => statistics::shares(model, ask),
        "organizationPageStatistics" => statistics::page_views(model, ask),
        "posts" => posts::list(model, ask, key),
        "socialMetadata" | "dmaSocialMetadata" => posts::social(model, ask, key),
        "videoAnalytics" => posts::video(model, ask),
        "dmaOrganizationalPageContentAnalytics" => dma::content(model, ask),
        "dmaOrganizationalPageEdgeAnalytics" => dma::edges(model, ask),
        "dmaFeedContentsExternal" => dma::feed(model, ask),
        "dmaPosts" => posts::batch(model, ask),
        "dmaOrganizationalPageFollows" => Ok(dma::follows(model, ask)),
        _ => Ok(no_resource()),
    };
    result.unwrap_or_else(|refused| *refused)
}

/// The account that a parameter names by URN, through the door that the question uses.
fn organisation<'a>(model: &'a Model, ask: &Ask, parameter: &str) -> Result<&'a Ledger, Box<Answer>> {
    let urn = ask.get(parameter).unwrap_or_default();
    // In version 2 of the protocol a colon within a value has to be encoded.
    if restli::raw(ask, parameter).is_some_and(|raw| raw.contains(':')) {
        let text = format!("Parameter '{parameter}' is invalid");
        return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &text)));
    }
    let dma = ask.path.get(1).is_some_and(|resource| resource.starts_with("dma"));
    // The second door names the page, and the author of posts by the organisation.
    let page = dma && parameter != "author";
    let kinds: &[&str] = if page { &["organizationalPage"] } else { &["organization", "organizationBrand"] };
    let found = restli::urn_number(urn, kinds).and_then(|number| model.account_of(number));
    let door = if dma { LinkedInDoor::Dma } else { LinkedInDoor::Community };
    match found.filter(|ledger| ledger.account.platform == Platform::LinkedIn) {
        Some(ledger) if ledger.account.door == door => Ok(ledger),
        Some(_) => Err(Box::new(linkedin_error(
            403,
            "ACCESS_DENIED",
            Some(100),
            "Not enough permissions to access this resource",
        ))),
        None => {
            let text = format!("Parameter '{parameter}' is invalid: {urn}");
            Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &text)))
        }
    }
}

/// A list without pages.
fn elements(rows: &[Value]) -> Answer {
    Answer::ok(json!({"paging": {"start": 0, "count": 10, "links": []}, "elements": rows}))
}
