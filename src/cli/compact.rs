//! `genomslag compact`: few files instead of many.

use serde_json::json;

use super::Ending;
use super::args::Compact;
use super::output;
use super::setup::Setup;
use crate::pipeline;

pub(super) async fn run(setup: &Setup, options: &Compact) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let (compacted, vacuumed) = pipeline::compact(&opened.app, options.vacuum).await?;
    if setup.common.json {
        output::json(&json!({
            "files_before": compacted.before,
            "files_after": compacted.after,
            "rows": compacted.rows,
            "files_removed": vacuumed.files,
        }))?;
    } else {
        let say = opened.say;
        output::line(format!("{} → {} {}", compacted.before, compacted.after, say.pick("filer", "files")));
        if options.vacuum.is_some() {
            output::line(format!("{} {}", vacuumed.files, say.pick("filer borttagna", "files removed")));
        }
    }
    Ok(Ending::Done)
}
