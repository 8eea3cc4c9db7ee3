//! `genomslag metrics`: what every platform counts.

use serde_json::json;

use super::Ending;
use super::args::Metrics;
use super::output::{self, Hinted};
use super::setup::Setup;
use crate::catalog::{Canonical, Catalog, PlatformMetric};
use crate::config::{Source, load};
use crate::model::{Language, Platform};

pub(super) fn run(setup: &Setup, options: &Metrics) -> anyhow::Result<Ending> {
    let language = setup.asked_language().unwrap_or_default();
    // With the organisation's own metrics where there is a configuration; its mistakes are another command's matter.
    let catalog = match load(&Source::at(&setup.common.config)) {
        Ok(config) => config.catalog(),
        Err(_) => Catalog::builtin().clone(),
    };
    let catalog = &catalog;
    let Some(name) = &options.platform else {
        canonical(setup, catalog, language)?;
        return Ok(Ending::Done);
    };
    let platform = Platform::parse(name).ok_or_else(|| {
        let all: Vec<&str> = Platform::ALL.into_iter().map(Platform::as_str).collect();
        Hinted::new(format!("there is no platform `{name}`"), format!("the platforms are: {}", all.join(", ")))
            .swedish(format!("det finns ingen plattform `{name}`"), format!("plattformarna är: {}", all.join(", ")))
    })?;
    let metrics: Vec<&PlatformMetric> = catalog.metric.iter().filter(|metric| metric.platform == platform).collect();
    if setup.common.json {
        output::json(&metrics)?;
        return Ok(Ending::Done);
    }
    let rows: Vec<Vec<String>> = metrics
        .iter()
        .map(|metric| {
            let from = metric.valid_from.map(|day| day.to_string()).unwrap_or_default();
            let to = metric.valid_to.map(|day| day.to_string()).unwrap_or_default();
            let canonical = metric.canonical.as_ref().map(ToString::to_string).unwrap_or_default();
            vec![
                metric.name.clone(),
                canonical,
                format!("{:?}", metric.additivity).to_lowercase(),
                from,
                to,
                metric.definition.get(language).to_owned(),
            ]
        })
        .collect();
    output::table(&["metric", "canonical", "additivity", "from", "to", "definition"], &rows, &[]);
    Ok(Ending::Done)
}

fn canonical(setup: &Setup, catalog: &Catalog, language: Language) -> anyhow::Result<()> {
    // The parts of the organisation's own rates have no names that a goal could use.
    let named: Vec<&Canonical> = catalog.canonical.iter().filter(|it| !it.name.as_str().contains('.')).collect();
    if setup.common.json {
        return output::json(&json!(named));
    }
    let rows: Vec<Vec<String>> = named
        .iter()
        .map(|it| vec![it.name.to_string(), it.title.get(language).to_owned(), it.definition.get(language).to_owned()])
        .collect();
    output::table(&["metric", "title", "definition"], &rows, &[]);
    Ok(())
}
