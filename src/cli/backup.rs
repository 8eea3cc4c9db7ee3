//! `genomslag backup`, `genomslag restore` and `genomslag retention`.

use super::Ending;
use super::args::{Backup, Restore, Retention};
use super::output;
use super::setup::Setup;
use crate::model::Language;
use crate::pipeline::{self, Opening};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Backup) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let (place, list) = pipeline::backup(&opened.app, &options.out, opened.now).await?;
    if setup.common.json {
        output::json(&serde_json::json!({"folder": place, "backup": list}))?;
    } else {
        output::line(place.display().to_string());
        output::aside(opened.say.pick(
            "Hemligheter och nycklar finns inte i kopian, inte heller inställningarna: spara dem för sig.",
            "Secrets and keys are not in the copy, nor the configuration: keep them elsewhere.",
        ));
    }
    Ok(Ending::Done)
}

pub(super) async fn restore(setup: &Setup, options: &Restore) -> anyhow::Result<Ending> {
    let config = setup.config()?;
    let list = pipeline::restore(&config, &Opening::default().environment, &options.from).await?;
    if setup.common.json {
        output::json(&list)?;
    } else {
        let locale = Locale::of(config.organisation.language);
        output::line(format!("{}: {}", list.organisation, locale.instant(list.taken, config.organisation.zone)));
    }
    Ok(Ending::Done)
}

pub(super) async fn retention(setup: &Setup, options: &Retention) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let weeded = pipeline::weed(&opened.app, !options.really, opened.now).await?;
    if setup.common.json {
        output::json(&weeded)?;
        return Ok(Ending::Done);
    }
    if weeded.is_empty() {
        output::line(opened.say.pick(
            "Inget gallringsbeslut står i inställningarna: ingenting gallras.",
            "No decision on retention stands in the configuration: nothing is removed.",
        ));
    }
    let heads = match opened.language {
        Language::Swedish => ["Sort", "Äldre än", "Beslut", "Antal"],
        Language::English => ["Class", "Older than", "Decision", "Count"],
    };
    let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
    let rows: Vec<Vec<String>> = weeded
        .iter()
        .map(|class| {
            let before = locale.date(class.before.with_timezone(&zone).date_naive());
            vec![class.class.clone(), before, class.decision.clone(), class.count.to_string()]
        })
        .collect();
    if !rows.is_empty() {
        output::table(&heads, &rows, &[3]);
        if !options.really {
            output::aside(opened.say.pick(
                "Inget är borttaget än: kör med --really för att gallra.",
                "Nothing is removed yet: run with --really to do it.",
            ));
        }
    }
    Ok(Ending::Done)
}
