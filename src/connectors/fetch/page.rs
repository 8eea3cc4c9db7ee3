//! Meta's way from a person's token to the Page's own: the person's ends after sixty days, the Page's has no end.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::redact::redact;
use super::{Client, Credential, wire};
use crate::connectors::{Request, graph};
use crate::model::Secret;
use crate::model::told::{self, Told};

/// The app that a person's token was made for.
#[derive(Debug, Clone)]
pub struct MetaApp {
    /// Its id; no secret.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

/// What Meta gave for a person's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToken {
    /// The Page's own token.
    pub token: Secret,
    /// When the person's long token ends; the Page's does not end with it.
    pub person_until: Option<DateTime<Utc>>,
}

/// The token of the Page itself. The client holds the person's token, which is exchanged for a long one first: a Page's
/// token is as long as the one it is had with.
///
/// # Errors
/// What stood in the way, for readers of any language; never with a secret in it.
pub async fn meta_page_token(
    client: &Client,
    app: &MetaApp,
    person: &Secret,
    page: &str,
    now: DateTime<Utc>,
) -> Result<PageToken, Told> {
    let secrets = [person.clone(), app.secret.clone()];
    let clean = |what: Told| what.map(&|text| redact(text, &secrets));
    let (long, person_until) = exchange(client, app, person, now).await.map_err(clean)?;
    let secrets = [person.clone(), app.secret.clone(), long.clone()];
    let clean = |what: Told| what.map(&|text| redact(text, &secrets));
    let long = Credential::Meta { token: long, app_secret: Some(app.secret.clone()) };
    let path = format!("{}/{page}", client.address().version);
    let question = Request::get("page token", path).with("fields", "id,access_token");
    let answer = client.with_credential(long).send(&question).await.map_err(|error| clean(error.told()))?;
    let told = read(answer.status, &answer.body).map_err(clean)?;
    let token = graph::page_token(&told).ok_or_else(told::page_token_none)?;
    Ok(PageToken { token, person_until })
}

async fn exchange(
    client: &Client,
    app: &MetaApp,
    person: &Secret,
    now: DateTime<Utc>,
) -> Result<(Secret, Option<DateTime<Utc>>), Told> {
    let form = [
        ("grant_type", Secret::new("fb_exchange_token")),
        ("client_id", Secret::new(app.id.clone())),
        ("client_secret", app.secret.clone()),
        ("fb_exchange_token", person.clone()),
    ];
    let mut address = client.address.base.clone();
    let path = format!("{}/{}/oauth/access_token", address.path().trim_end_matches('/'), client.address.version);
    address.set_path(&path);
    let answer = wire::post_form(&client.http, &address, &form, &client.limits).await.map_err(wire::WireError::told)?;
    let told = read(answer.status, &answer.body)?;
    let token = graph::page_token(&told).ok_or_else(told::exchange_without_token)?;
    let seconds = told.get("expires_in").and_then(Json::as_i64).filter(|seconds| *seconds > 0);
    Ok((token, seconds.and_then(|seconds| now.checked_add_signed(chrono::TimeDelta::try_seconds(seconds)?))))
}

fn read(status: u16, body: &[u8]) -> Result<Json, Told> {
    if !(200..300).contains(&status) {
        return Err(graph::explain(status, body).told().clone());
    }
    serde_json::from_slice(body).map_err(|_| told::not_the_platforms(status))
}
