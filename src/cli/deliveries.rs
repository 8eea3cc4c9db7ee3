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
    let status = options.status.as_deref().map(|word| {
        let known = DeliveryStatus::ALL.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(", ");
        DeliveryStatus::parse(word).ok_or_else(|| {
            output::Hinted::new(format!("there is no status `{word}`"), format!("there are: {known}"))
                .swedish(format!("det finns inget läge `{word}`"), format!("det finns: {known}"))
        })
    });
    let filter = DeliveryFilter {
        report: None,
        spec: options.report.clone(),
        recipient: options.to.clone(),
        status: status.transpose()?,
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
                row.way.to_string(),
                row.recipient.clone(),
                row.status.to_string(),
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
