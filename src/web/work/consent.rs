//! Renewing a token by consent: what it takes, the way to the platform, and the way back.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::health::Pressed;
use super::{Tongue, go, who};
use crate::model::{Platform, Secret};
use crate::pipeline::{self, App, ConsentError, Role};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::show;
use crate::words::problems;

/// What the platform sends back.
#[derive(Debug, Deserialize, Default)]
pub(super) struct Answered {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// What it takes, and the button that begins.
pub(super) async fn ask(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(platform): Path<String>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let platform = platform_of(&platform)?;
    let tongue = Tongue::of(&visitor, &app);
    let wrong = match pipeline::consent_offered(&app, platform) {
        Ok(()) if own_address(&shared, &app, platform).is_none() => {
            Some(tongue.text("work.consent_no_address").to_owned())
        }
        Ok(()) => None,
        Err(error) => Some(told(tongue, &error)),
    };
    Ok(page(
        &shared,
        &visitor,
        platform,
        &json!({
            "wrong": wrong,
            "redirect": own_address(&shared, &app, platform),
        }),
    ))
}

/// Begins, and shows the way: a link, because a form may lead nowhere but here.
pub(super) async fn begin(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(platform): Path<String>,
    Signed(Pressed {}): Signed<Pressed>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let platform = platform_of(&platform)?;
    let tongue = Tongue::of(&visitor, &app);
    let Some(redirect) = own_address(&shared, &app, platform) else {
        return Ok(page(&shared, &visitor, platform, &json!({"wrong": tongue.text("work.consent_no_address")})));
    };
    let begun = pipeline::begin_consent(&app, platform, &redirect, &who(&visitor), shared.now()).await;
    let context = match begun {
        Ok(address) => json!({"way": address, "redirect": redirect}),
        Err(error) => json!({"wrong": told(tongue, &error)}),
    };
    Ok(page(&shared, &visitor, platform, &context))
}

/// The way back.
pub(super) async fn callback(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(platform): Path<String>,
    Query(answered): Query<Answered>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Administrator)?;
    let app = shared.app();
    let platform = platform_of(&platform)?;
    let tongue = Tongue::of(&visitor, &app);
    if let Some(error) = &answered.error {
        let why = answered.error_description.as_ref().unwrap_or(error);
        let wrong = tongue.say("work.consent_refused", &[("why", why)]);
        return Ok(page(&shared, &visitor, platform, &json!({"wrong": wrong})));
    }
    let (Some(state), Some(code)) = (&answered.state, &answered.code) else {
        return Ok(page(&shared, &visitor, platform, &json!({"wrong": tongue.text("work.consent_state")})));
    };
    let answer = (state.as_str(), &Secret::new(code.clone()));
    let now = shared.now();
    match pipeline::finish_consent(&app, platform, answer, &who(&visitor), now).await {
        Ok(()) => {
            // The ledger learns of the new token in its own time: asking every channel takes a while.
            let runtime = tokio::runtime::Handle::current();
            tokio::task::spawn_blocking(move || {
                if let Err(error) = runtime.block_on(pipeline::check(&app, now)) {
                    tracing::warn!(%error, "the new token could not be checked");
                }
            });
            Ok(go("/operations?consent=given#tokens"))
        }
        Err(error) => Ok(page(&shared, &visitor, platform, &json!({"wrong": told(tongue, &error)}))),
    }
}

fn page(shared: &Shared, visitor: &Visitor, platform: Platform, context: &serde_json::Value) -> Response {
    let app = shared.app();
    let tongue = Tongue::of(visitor, &app);
    let mut whole = json!({
        "platform": platform.as_str(),
        "platform_title": platform_title(platform),
        "wrong": null,
        "way": null,
        "redirect": null,
    });
    if let (Some(whole), Some(given)) = (whole.as_object_mut(), context.as_object()) {
        whole.extend(given.clone());
    }
    show(shared, visitor, "work-consent.html", tongue.text("work.consent"), "/operations", whole)
}

/// Facebook and Instagram are one at Meta.
fn platform_of(word: &str) -> Result<Platform, Refusal> {
    match Platform::parse(word) {
        Some(platform @ (Platform::Facebook | Platform::LinkedIn)) => Ok(platform),
        _ => Err(Refusal::NotFound),
    }
}

fn platform_title(platform: Platform) -> &'static str {
    if platform == Platform::Facebook { "Facebook, Instagram" } else { platform.title() }
}

fn told(tongue: Tongue, error: &ConsentError) -> String {
    match error {
        ConsentError::NotOffered => tongue.text("work.consent_not_offered").to_owned(),
        ConsentError::Lacking(key) => tongue.say("work.consent_lacking", &[("key", key)]),
        ConsentError::State => tongue.text("work.consent_state").to_owned(),
        ConsentError::Refused(why) => {
            tongue.say("work.consent_refused", &[("why", &problems::told(tongue.language, why))])
        }
        ConsentError::Trouble(error) => {
            tracing::error!(%error, "consent could not be taken");
            tongue.text("work.consent_trouble").to_owned()
        }
    }
}

/// Where the person comes back to: below the address that readers use. Without one, only on this machine itself. What a
/// request says of its host can be anything, and is not asked.
fn own_address(shared: &Shared, app: &App, platform: Platform) -> Option<String> {
    Some(format!("{}/operations/tokens/{}/callback", shared.base(app)?, platform.as_str()))
}
