//! Sending a report by hand, sending one again, and deciding about a draft.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::shelf::{found, page};
use super::{Tongue, go, who};
use crate::config::is_address;
use crate::pipeline::{self, Role};
use crate::web::Shared;
use crate::web::gate::{Signed, Visitor};
use crate::web::refusal::Refusal;
use crate::web::show::not_taken;

/// To so many at once, at most.
const MOST: usize = 50;

/// Whom to send to: an address a line.
#[derive(Debug, Deserialize)]
pub(super) struct Recipients {
    #[serde(default)]
    recipients: String,
}

/// What is decided about a draft.
#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    decision: String,
}

/// What is found out about a delivery.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    #[serde(default)]
    arrived: String,
}

/// Sends the report from the archive. The page shows what the ledger says, and looks again until it is sent.
pub(super) async fn send(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(form): Signed<Recipients>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let (shelved, files) = found(&app, &visitor, &id).await?;
    let tongue = Tongue::of(&visitor, &app);
    let again = |told: String| {
        let told = json!({"wrong": told, "recipients": form.recipients});
        Ok(not_taken(page(&shared, &visitor, &app, &shelved, &files, &told)))
    };
    let recipients = addresses(&form.recipients);
    if recipients.is_empty() || recipients.len() > MOST {
        return again(tongue.say("work.send_none", &[("most", &MOST.to_string())]));
    }
    if let Some(wrong) = recipients.iter().find(|address| !is_address(address)) {
        return again(tongue.say("work.send_no_address", &[("address", wrong)]));
    }
    if !shelved.archived || shelved.entry.draft || app.config.mail.is_none() {
        return again(tongue.text("work.send_not_possible").to_owned());
    }
    let now = shared.now();
    let entered = pipeline::enter_by_hand(&app, &shelved.entry.id, &recipients, &who(&visitor), now).await?;
    tokio::spawn(async move {
        if let Err(error) = pipeline::send_entered(&app, &entered, now).await {
            tracing::warn!(%error, "what was entered by hand is left to the outbox");
        }
    });
    Ok(go(&format!("/reports/{}#sent", shelved.entry.id)))
}

/// Approves a draft or stops it, as the link in its mail does.
pub(super) async fn decide(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Signed(form): Signed<Decision>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let (shelved, files) = found(&app, &visitor, &id).await?;
    let approved = match form.decision.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return Err(Refusal::NotFound),
    };
    let tongue = Tongue::of(&visitor, &app);
    match pipeline::approve(&app, &shelved.entry.id, approved, &who(&visitor), shared.now()).await {
        Ok(_) => Ok(go(&format!("/reports/{}", shelved.entry.id))),
        // Somebody was faster: what they decided stands on the page.
        Err(pipeline::PipelineError::Unknown { .. }) => {
            let told = json!({"wrong": tongue.text("work.decided_already")});
            Ok(page(&shared, &visitor, &app, &shelved, &files, &told))
        }
        Err(error) => Err(error.into()),
    }
}

/// Has a delivery sent once more, or notes that it did arrive.
pub(super) async fn again(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path((id, delivery)): Path<(String, String)>,
    Signed(form): Signed<Found>,
) -> Result<Response, Refusal> {
    visitor.needs(Role::Editor)?;
    let app = shared.app();
    let (shelved, files) = found(&app, &visitor, &id).await?;
    if !shelved.deliveries.iter().any(|row| row.id == delivery) {
        return Err(Refusal::NotFound);
    }
    let arrived = form.arrived == "yes";
    match pipeline::resend(&app, &delivery, arrived, &who(&visitor), shared.now()).await {
        Ok(_) => Ok(go(&format!("/reports/{}#sent", shelved.entry.id))),
        Err(error) => {
            tracing::info!(%error, delivery, "not sent again");
            let told = json!({"wrong": Tongue::of(&visitor, &app).text("work.not_again")});
            Ok(page(&shared, &visitor, &app, &shelved, &files, &told))
        }
    }
}

/// The addresses of a text: one a line, or with commas or semicolons between; each once.
fn addresses(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for address in text.split(['\n', '\r', ';', ',']).map(str::trim).filter(|address| !address.is_empty()) {
        if !all.iter().any(|known| known == address) {
            all.push(address.to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_stand_in_lines_or_with_commas() {
        let text = "a@b.example\r\nNamn <c@d.example>; a@b.example, \n";
        assert_eq!(addresses(text), ["a@b.example", "Namn <c@d.example>"]);
    }
}
