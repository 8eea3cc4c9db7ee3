//! `genomslag report`: makes a report now.

use std::path::PathBuf;

use serde_json::json;

use super::Ending;
use super::args::Report;
use super::output::{self, Hinted};
use super::setup::{Opened, Setup};
use crate::model::{Language, ReportKind, UnitId};
use crate::pipeline::{self, Made, Order};

pub(super) async fn run(setup: &Setup, options: &Report) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let (period, as_known_at) = opened.when(&options.when)?;
    let mut order = order(&opened, &options.report, setup.asked_language())?;
    order.period = period;
    order.as_known_at = as_known_at;
    if let Some(unit) = &options.unit {
        order.unit = Some(UnitId::from(unit.as_str()));
    }
    let made = pipeline::make(&opened.app, &order, opened.now).await?;
    let folder = pipeline::write(&opened.app, &order, &made, &options.out, false).await?;
    if setup.common.json {
        output::json(&as_json(&opened, &made, &folder))?;
    } else {
        output::line(format!("{}: {}", made.report.id, made.report.headline));
        output::line(folder.join("report.pdf").display().to_string());
    }
    Ok(Ending::Done)
}

/// The report of the configuration by its name, else the kind.
pub(super) fn order(opened: &Opened, name: &str, language: Option<Language>) -> anyhow::Result<Order> {
    let config = &opened.app.config;
    let mut order = match (config.report(name), ReportKind::parse(name)) {
        (Some(spec), _) => Order::of(spec),
        (None, Some(kind)) => {
            let like = config.reports.iter().find(|spec| spec.kind == kind && kind != ReportKind::Unit);
            like.map_or_else(|| Order::kind(kind, config.organisation.language), Order::of)
        }
        (None, None) => {
            let names: Vec<&str> = config.reports.iter().map(|spec| spec.id.as_str()).collect();
            let hint = format!("the reports are: {}; the kinds: weekly, unit, monthly, tertial", names.join(", "));
            let error = Hinted::new(format!("there is no report `{name}`"), hint).swedish(
                format!("det finns ingen rapport `{name}`"),
                format!("rapporterna är: {}; sorterna: weekly, unit, monthly, tertial", names.join(", ")),
            );
            return Err(error.into());
        }
    };
    order.language = language.unwrap_or(order.language);
    if order.kind == ReportKind::Unit && order.unit.is_none() {
        order.unit = config.units.0.first().map(|unit| unit.id.clone());
    }
    Ok(order)
}

pub(super) fn as_json(opened: &Opened, made: &Made, folder: &std::path::Path) -> serde_json::Value {
    let report = &made.report;
    let files: Vec<PathBuf> = made.files.iter().map(|(name, _)| folder.join(name)).collect();
    json!({
        "id": report.id,
        "hash": report.hash,
        "kind": report.kind,
        "language": report.language,
        "period": report.period.code(opened.app.config.organisation.calendar),
        "headline": report.headline,
        "notices": report.notices,
        "folder": folder,
        "files": files,
    })
}
