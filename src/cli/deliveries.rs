//! `genomslag deliveries` and `genomslag resend`: what went to whom, and once more.

use super::Ending;
use super::args::{Deliveries, Resend};
use super::output;
use super::setup::{Opened, Setup};
use crate::model::Language;
use crate::pipeline::{self, Delivery, DeliveryFilter, DeliveryStatus};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Deliveries) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let known: Vec<&str> = DeliveryStatus::ALL.iter().map(|it| it.as_str()).collect();
    let status = options.status.as_deref().map(|typed| opened.say.meant("work.status_", &known, typed)).transpose()?;
    let filter = DeliveryFilter {
        report: None,
        spec: options.report.clone(),
        recipient: options.to.clone(),
        status: status.and_then(DeliveryStatus::parse),
        most: Some(options.last),
    };
    let found = opened.app.state.deliveries(&filter).await?;
    if setup.common.json {
        output::json(&found)?;
    } else {
        table(&opened, &found);
    }
    Ok(Ending::Done)
}

pub(super) async fn resend(setup: &Setup, options: &Resend) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let sent =
        pipeline::resend(&opened.app, &options.delivery, options.arrived, "genomslag resend", opened.now).await?;
    if setup.common.json {
        output::json(&sent)?;
    } else {
        table(&opened, std::slice::from_ref(&sent));
    }
    Ok(ending(&[sent]))
}

/// The ledger's rows for people.
pub(super) fn table(opened: &Opened, rows: &[Delivery]) {
    let heads = match opened.language {
        Language::Swedish => ["Utskick", "Rapport", "Sätt", "Mottagare", "Läge", "När", "Svar"],
        Language::English => ["Delivery", "Report", "Way", "Recipient", "Status", "When", "Answer"],
    };
    let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.id.clone(),
                row.report.clone(),
                opened.say.word("work.way_", row.way.as_str()),
                row.recipient.clone(),
                opened.say.word("work.status_", row.status.as_str()),
                locale.instant(row.updated, zone),
                row.answer.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(&heads, &rows, &[]);
}

/// Whether a person has to act.
pub(super) fn ending(rows: &[Delivery]) -> Ending {
    let bad = |row: &Delivery| matches!(row.status, DeliveryStatus::Refused | DeliveryStatus::Uncertain);
    if rows.iter().any(bad) { Ending::NeedsPerson } else { Ending::Done }
}
