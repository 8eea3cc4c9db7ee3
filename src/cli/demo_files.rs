//! `genomslag demo --data files`: a report from three export files of a LinkedIn page, with no interface at all.

use serde_json::json;

use super::args::Demo;
use super::setup::{Opened, Setup, folder, moment};
use super::{Ending, demo, import, output, report};
use crate::catalog::Texts;
use crate::config;
use crate::pipeline::{self, ImportOrder, Opening};
use crate::sandbox::World;

/// The clock: the Wednesday after the last whole week of the files.
const CLOCK: &str = "2025-05-21T08:00";

pub(super) async fn run(setup: &Setup, options: &Demo) -> anyhow::Result<Ending> {
    let zone = chrono_tz::Europe::Stockholm;
    let now = moment(setup.common.now.as_deref().unwrap_or(CLOCK), zone, "--now")?;
    let mut config = config::check_text(&World::files_configuration()).map_err(|faults| setup.tell(&faults))?;
    let place = options.out.join("files");
    folder(&place)?;
    let mut paths = Vec::new();
    for (name, bytes) in World::recorded_files() {
        pipeline::write_file(&place, name, bytes)?;
        paths.push(place.join(name));
    }
    demo::settle_in(&mut config, &options.out);
    let notices = vec![Texts {
        sv: "Demonstration: tre exportfiler från forskargruppen Global Health Engineering vid ETH Zürich (CC BY 4.0). Målen är påhittade.".to_owned(),
        en: "Demonstration: three export files of the research group Global Health Engineering at ETH Zürich (CC BY 4.0). The goals are invented.".to_owned(),
    }];
    let opened = setup.open_with(config, Opening { notices, ..Opening::default() }).await?;
    let opened = Opened { now, ..opened };
    let order = ImportOrder { paths, taken: Some(now), ..ImportOrder::default() };
    let seen = pipeline::import(&opened.app, &order, now).await?;
    let reports = demo::reports(&opened, setup, &options.out).await?;
    if setup.common.json {
        let made: Vec<_> = reports.iter().map(|(made, folder)| report::as_json(&opened, made, folder)).collect();
        output::json(&json!({"import": {"files": seen}, "reports": made}))?;
    } else {
        import::show(opened.say, &seen);
        demo::show_reports(&opened, &reports);
    }
    Ok(if seen.iter().any(|file| file.error.is_some()) { Ending::NeedsPerson } else { Ending::Done })
}
