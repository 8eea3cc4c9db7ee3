//! `genomslag send`: makes a report and delivers it now, or only tries the mail server.

use serde_json::json;

use super::args::Send;
use super::output::{self, Hinted};
use super::setup::Setup;
use super::{Ending, deliveries};
use crate::pipeline::{self, Wish};

pub(super) async fn run(setup: &Setup, options: &Send) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let app = &opened.app;
    if options.test {
        let to = options.to.first().map(String::as_str);
        let answer = pipeline::test_mail(app, to, opened.now).await?;
        if setup.common.json {
            output::json(&json!({"answer": answer, "to": to}))?;
        } else {
            output::line(opened.say.pick("E-postservern svarade: ", "The mail server answered: ").to_owned() + &answer);
        }
        return Ok(Ending::Done);
    }
    let name = options.report.as_deref().unwrap_or_default();
    let spec = app.config.report(name).ok_or_else(|| {
        let names: Vec<&str> = app.config.reports.iter().map(|spec| spec.id.as_str()).collect();
        Hinted::new(format!("there is no report `{name}`"), format!("the reports are: {}", names.join(", ")))
            .swedish(format!("det finns ingen rapport `{name}`"), format!("rapporterna är: {}", names.join(", ")))
    })?;
    let (period, as_known_at) = opened.when(&options.when)?;
    let wish = Wish {
        period,
        as_known_at,
        to: (!options.to.is_empty()).then(|| options.to.clone()),
        ..Wish::scheduled(spec, opened.now)
    };
    let delivered = pipeline::deliver(app, &wish, opened.now).await?;
    if setup.common.json {
        output::json(&delivered)?;
    } else {
        for report in &delivered.reports {
            output::line(report);
        }
        deliveries::table(&opened, &delivered.deliveries);
    }
    Ok(deliveries::ending(&delivered.deliveries))
}
