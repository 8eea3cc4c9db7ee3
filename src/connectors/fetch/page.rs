//! Meta's way from a person's token to the Page's own: the person's ends after sixty days, the Page's has no end.

use serde_json::Value as Json;

use super::redact::redact;
use super::{Client, Credential, wire};
use crate::connectors::graph::consent::{App, long_form};
use crate::connectors::{Request, graph};
use crate::model::Secret;
use crate::model::told::{self, Told};

/// The token of the Page itself. The client holds the person's token, which is exchanged for a long one first: a Page's
/// token is as long as the one it is had with.
///
/// # Errors
/// What stood in the way, for readers of any language; never with a secret in it.
pub async fn meta_page_token(client: &Client, app: &App, person: &Secret, page: &str) -> Result<Secret, Told> {
    let secrets = [person.clone(), app.secret.clone()];
    let clean = |what: Told| what.map(&|text| redact(text, &secrets));
    let long = exchange(client, app, person).await.map_err(clean)?;
    let secrets = [person.clone(), app.secret.clone(), long.clone()];
    let clean = |what: Told| what.map(&|text| redact(text, &secrets));
    let long = Credential::Meta { token: long, app_secret: Some(app.secret.clone()) };
    let path = format!("{}/{page}", client.address().version);
    let question = Request::get("page token", path).with("fields", "id,access_token");
    let answer = client.with_credential(long).send(&question).await.map_err(|error| clean(error.told()))?;
    let told = read(answer.status, &answer.body).map_err(clean)?;
    graph::page_token(&told).ok_or_else(told::page_token_none)
}

async fn exchange(client: &Client, app: &App, person: &Secret) -> Result<Secret, Told> {
    let form = long_form(app, person);
    let mut address = client.address.base.clone();
    let path = format!("{}/{}/oauth/access_token", address.path().trim_end_matches('/'), client.address.version);
    address.set_path(&path);
    let answer = wire::post_form(&client.http, &address, &form, &client.limits).await.map_err(wire::WireError::told)?;
    let told = read(answer.status, &answer.body)?;
    graph::page_token(&told).ok_or_else(told::exchange_without_token)
}

fn read(status: u16, body: &[u8]) -> Result<Json, Told> {
    if !(200..300).contains(&status) {
        return Err(graph::explain(status, body).told().clone());
    }
    serde_json::from_slice(body).map_err(|_| told::not_the_platforms(status))
}
