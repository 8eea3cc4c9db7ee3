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
        let metrics = source.metrics.iter().flat_map(|name| name.split('+')).map(str::to_owned).collect();
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
                let names = self.twins(std::slice::from_ref(&source.channel))?.names(&source.channel, post);
                let one = names.iter().map(|name| col("object").eq(lit(name.as_str()))).reduce(Expr::or);
                one.unwrap_or_else(|| lit(false))
            }
            None => col("object").is_null(),
        };
        let rows = self
            .observations(range)?
            .filter(object)
            .filter(col("dimension").is_null())
            .filter(col("window").eq(lit(source.window.as_str())))
            .filter(col("end").lt_eq(lit(source.end)));
        let frame = computed(
            latest(rows, &["metric", "start", "end"], &self.files_first)
                .drop(cols(["rank", "made"]))
                .sort(["start", "metric"], SortMultipleOptions::default()),
        )?;
        to_observations(&frame, &self.organisation)
    }
}
