//! `genomslag export`: the observations as a table.

use super::Ending;
use super::args::{Export, ExportFormat};
use super::fetch::known_channels;
use super::output;
use super::setup::Setup;
use crate::pipeline::{self, ExportOrder};

pub(super) async fn run(setup: &Setup, options: &Export) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let order = ExportOrder {
        format: match options.format {
            ExportFormat::Csv => pipeline::ExportFormat::Csv,
            ExportFormat::Parquet => pipeline::ExportFormat::Parquet,
            ExportFormat::Xlsx => pipeline::ExportFormat::Xlsx,
        },
        channels: known_channels(&opened, &options.channels)?,
        every_reading: options.all,
        as_known_at: opened.known_at(options.as_known_at.as_deref())?,
    };
    let rows = pipeline::export(&opened.app, order, options.out.as_deref(), &mut output::Standard).await?;
    match (&options.out, setup.common.json) {
        (Some(file), true) => output::json(&serde_json::json!({"file": file, "rows": rows}))?,
        (Some(file), false) => output::aside(format!("{}: {rows}", file.display())),
        (None, _) => {}
    }
    Ok(Ending::Done)
}
