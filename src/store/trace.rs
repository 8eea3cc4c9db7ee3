//! From a figure back to the observations that it rests on.

use polars::prelude::*;

use super::frame::to_observations;
use super::resolve::latest;
use super::view::Range;
use super::{StoreError, View, computed};
use crate::model::{Observation, Source};

impl View {
    /// The observations behind a figure: those that counted, ascending by day. Where a metric of the source is a sum, its
    /// summands.
    pub fn trace(&self, source: &Source) -> Result<Vec<Observation>, StoreError> {
        let named: Vec<(&str, Option<&str>)> = source.metrics.iter().flat_map(|it| it.split('+')).map(parts).collect();
        let metrics = named.iter().map(|(metric, _)| (*metric).to_owned()).collect();
        let range = Range {
            channels: vec![source.channel.as_str().to_owned()],
            metrics,
            start: Some(source.start),
            end: source.end.pred_opt(),
            ..Range::default()
        };
        let object = match &source.post {
            Some(post) => {
                // What a file told of the post stands under the file's name of it.
                let twins = self.twins(std::slice::from_ref(&source.channel))?;
                let one = twins
                    .names(&source.channel, post)
                    .into_iter()
                    .map(|name| col("object").eq(lit(name.as_str())))
                    .reduce(Expr::or);
                one.unwrap_or_else(|| lit(false))
            }
            None => col("object").is_null(),
        };
        let rows = self
            .observations(range)?
            .filter(object)
            .filter(under(&named))
            .filter(col("window").eq(lit(source.window.as_str())))
            .filter(col("end").lt_eq(lit(source.end)));
        let frame = computed(
            latest(rows, &["metric", "dimension", "start", "end"], &self.files_first)?
                .drop(cols(["rank", "made"]))
                .sort(["start", "metric"], SortMultipleOptions::default()),
        )?;
        to_observations(&frame, &self.organisation)
    }
}

/// A source names a breakdown behind the metric: `Referrers.getCampaigns.nb_visits{campaign=familjehem}`.
fn parts(name: &str) -> (&str, Option<&str>) {
    match name.strip_suffix('}').and_then(|name| name.split_once('{')) {
        Some((metric, dimension)) => (metric, Some(dimension)),
        None => (name, None),
    }
}

/// The rows of the breakdowns that are named, or those without any.
fn under(named: &[(&str, Option<&str>)]) -> Expr {
    let one = |(metric, dimension): &(&str, Option<&str>)| {
        let here = match dimension {
            Some(dimension) => col("dimension").eq(lit(*dimension)),
            None => col("dimension").is_null(),
        };
        col("metric").eq(lit(*metric)).and(here)
    };
    named.iter().map(one).reduce(Expr::or).unwrap_or_else(|| lit(false))
}
