//! Figures to compare with others': a small file of totals goes out, others' files become part of the configuration.

use chrono::{DateTime, Utc};

use super::facts::{Asked, COMPARED, facts};
use super::judge::last_closed;
use super::{App, PipelineError, computing};
use crate::analysis::{Facts, total};
use crate::catalog::Catalog;
use crate::imports::{PEERS_FORMAT, PeerFigure, PeerFile, read_peers, write_peers};
use crate::model::told::{Told, faults};
use crate::model::{ChannelId, FigureId, Granularity, MetricName, Period, Platform};

/// The organisation's own figures of the period, as the text of a file: totals per platform, and per 1 000 inhabitants
/// where the population is known. What has no total (unique people of several channels) is left out.
///
/// # Errors
/// When the store cannot be read.
pub async fn peers_export(
    app: &App,
    period: Option<Period>,
    now: DateTime<Utc>,
) -> Result<(PeerFile, String), PipelineError> {
    let period = period.unwrap_or_else(|| last_closed(app, Granularity::Tertial, now));
    let metrics: Vec<MetricName> = COMPARED.map(MetricName::from).into_iter().collect();
    let view = app.store.view(None).await?;
    let facts =
        facts(app, &view, Asked { goals: &[], metrics: &metrics, campaigns: &[], period, at: now, only: None }).await?;
    let (catalog, platforms) = (app.catalog, app.config.platforms_used());
    let organisation = app.config.organisation.name.clone();
    let file = computing(move || {
        let inhabitants = facts.population_on(period.last()).map(|population| population.inhabitants);
        let values = platforms.iter().flat_map(|platform| figures(&facts, catalog, *platform, &metrics, period));
        let values = values.collect();
        PeerFile { format: PEERS_FORMAT.to_owned(), organisation, inhabitants, period: period.to_string(), values }
    })
    .await?;
    let text = write_peers(&file);
    Ok((file, text))
}

fn figures(
    facts: &Facts,
    catalog: &Catalog,
    platform: Platform,
    metrics: &[MetricName],
    period: Period,
) -> Vec<PeerFigure> {
    let channels: Vec<ChannelId> = facts
        .channels
        .iter()
        .filter(|channel| channel.platform == platform)
        .map(|channel| channel.id.clone())
        .collect();
    let figure = |metric: &MetricName| {
        let figure = total(facts, catalog, metric, &channels, period, FigureId(format!("peers.{platform}.{metric}")));
        let per = crate::analysis::per_inhabitants(facts, &figure, FigureId(format!("peers.{platform}.{metric}.per")));
        let value = figure.value.ok()?.value;
        Some(PeerFigure {
            platform: Some(platform),
            metric: metric.clone(),
            value,
            per_1000: per.value.ok().map(|number| number.value),
        })
    };
    metrics.iter().filter_map(figure).collect()
}

/// Others' figures as a file of the configuration: `[[peer]]` blocks of the group, per 1 000 inhabitants where asked.
///
/// # Errors
/// When the bytes are no such file.
pub fn peers_import(bytes: &[u8], group: &str, per_inhabitant: bool) -> Result<String, PipelineError> {
    let unknown = |what: Told| PipelineError::hinted(what, faults::mend_peers_file());
    let file = read_peers(bytes).map_err(|error| unknown(error.told()))?;
    let period = Period::parse(&file.period, crate::model::Calendar::default());
    let last = period.map_err(|error| unknown(error.told()))?.last();
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let mut text = format!("# {} {}\n", file.organisation.replace(['\n', '\r'], " "), file.period);
    for figure in &file.values {
        let value = if per_inhabitant { figure.per_1000 } else { Some(figure.value) };
        let Some(value) = value else { continue };
        let source = format!("{} ({}, {PEERS_FORMAT})", file.organisation, file.period);
        let title = figure.platform.map(|platform| format!(" {}", platform.title())).unwrap_or_default();
        let block = format!(
            "\n[[peer]]\ngroup = {}\nname = {}\nmetric = {}\ndate = {last}\nvalue = {value:?}\nsource = {}\n",
            quoted(group),
            quoted(&format!("{}{title}", file.organisation)),
            quoted(figure.metric.as_str()),
            quoted(&source),
        );
        text.push_str(&block);
    }
    Ok(text)
}
