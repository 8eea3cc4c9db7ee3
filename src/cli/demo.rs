//! `genomslag demo`: the whole main job on built-in data, against the imitation of the platforms on this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use super::args::{Demo, DemoData};
use super::setup::{Opened, Setup, folder, moment};
use super::{Ending, fetch, goals, output, report};
use crate::catalog::Texts;
use crate::config::{self, Config, HistoryFile, SecretRef, Source};
use crate::model::{Platform, ReportKind};
use crate::pipeline::{self, Fetched, Made, Opening, Order};
use crate::sandbox::{Faults, Sandbox, World, serve};
use crate::words::Locale;

/// The demo's clock: the Wednesday on which the report of week 46 is due.
const CLOCK: &str = "2026-11-18T07:00";
/// The port that the sandbox prefers, so that what is printed by `--keep` stays true from run to run.
const PORT: u16 = 4680;

pub(super) async fn run(setup: &Setup, options: &Demo) -> anyhow::Result<Ending> {
    if options.data == DemoData::Files {
        return Box::pin(super::demo_files::run(setup, options)).await;
    }
    let started = Instant::now();
    let zone = chrono_tz::Europe::Stockholm;
    let now = moment(setup.common.now.as_deref().unwrap_or(CLOCK), zone, "--now")?;
    let mut config = configuration(setup, options.data)?;
    let world = match options.data {
        DemoData::Real => World::recorded(now),
        DemoData::Example | DemoData::Files => World::example(now),
    };
    let notices = notices(&world);
    let sandbox = start(world).await?;
    folder(&options.out)?;
    point_at(&mut config, &sandbox);
    settle_in(&mut config, &options.out);
    // With a key consent can be tried on the web, and a Page's own token is kept.
    let key = (config::KEY.to_owned(), "demonstration only: a key of the demo".to_owned());
    config.key.get_or_insert(SecretRef::Env(key.0.clone()));
    let environment: BTreeMap<String, String> = sandbox.world().tokens.variables().into_iter().chain([key]).collect();
    let known = environment.clone();
    let opening =
        Opening { environment: Arc::new(move |name| known.get(name).cloned()), notices, ..Opening::default() };
    let opened = Opened { now, ..setup.open_with(config, opening).await? };
    let fetched = fetch::fetch(&opened, &[], setup.common.json).await?;
    let reports = reports(&opened, setup, &options.out).await?;
    if setup.common.json {
        output::json(&as_json(&opened, &fetched, &reports))?;
    } else {
        show(&opened, &fetched, &reports);
        let seconds = Locale::of(opened.language).number(started.elapsed().as_secs_f64(), 1);
        output::aside(format!("{} {seconds} s", opened.say.pick("Klart på", "Done in")));
    }
    if options.keep {
        let place = keep(&opened, options, &sandbox, &environment)?;
        Box::pin(super::demo_web::live(setup, &opened, &place, options.web)).await?;
    }
    sandbox.stop().await;
    Ok(fetch::ending(&fetched))
}

fn configuration(setup: &Setup, data: DemoData) -> anyhow::Result<Config> {
    let loaded = match data {
        DemoData::Example | DemoData::Files => config::load(&Source::Embedded),
        DemoData::Real => config::check_text(&World::recorded_configuration()).map(|config| {
            let history = World::recorded_history();
            let history = history.into_iter().map(|(name, text)| HistoryFile::of_text(name, text)).collect();
            Config { history, ..config }
        }),
    };
    loaded.map_err(|faults| setup.tell(&faults))
}

/// What every report from this world must say first.
fn notices(world: &World) -> Vec<Texts> {
    let own = Texts {
        sv: "Demonstration: organisationen är påhittad och siffrorna kommer från en inbyggd efterbildning av plattformarna."
            .to_owned(),
        en: "Demonstration: the organisation is invented, and the figures come from a built-in imitation of the platforms."
            .to_owned(),
    };
    match &world.notice {
        Some(notice) => vec![Texts { sv: notice.sv.clone(), en: notice.en.clone() }],
        None => vec![own],
    }
}

async fn start(world: World) -> anyhow::Result<Sandbox> {
    let listener = match TcpListener::bind(("127.0.0.1", PORT)).await {
        Ok(listener) => listener,
        // Somebody else has it, perhaps a demo that was kept: any other will do.
        Err(_) => {
            TcpListener::bind(("127.0.0.1", 0)).await.context("the sandbox finds no free port on this machine")?
        }
    };
    Ok(serve(world, Faults::none(), listener).await)
}

fn point_at(config: &mut Config, sandbox: &Sandbox) {
    for platform in Platform::ALL {
        config.platforms.access_mut(platform).base_url = sandbox.base(platform).parse().ok();
    }
    config.platforms.linkedin_token_url =
        format!("{}/oauth/v2/accessToken", sandbox.base(Platform::LinkedIn)).parse().ok();
}

/// Store and state go below the folder of the demo; nothing is mailed from it.
pub(super) fn settle_in(config: &mut Config, out: &Path) {
    config.data = out.join("data");
    config.state.url = format!("sqlite:{}/state.sqlite", config.data.display().to_string().replace('\\', "/"));
    out.clone_into(&mut config.delivery_folder);
}

/// The weekly and the tertial report, in the language that was asked for.
pub(super) async fn reports(opened: &Opened, setup: &Setup, out: &Path) -> anyhow::Result<Vec<(Made, PathBuf)>> {
    let mut made = Vec::new();
    let bars = output::Progress::new(setup.common.json || !output::is_terminal());
    for kind in [ReportKind::Weekly, ReportKind::Tertial] {
        let part = bars.part(opened.say.pick("Rapport", "Report"));
        let order: Order = report::order(opened, kind.as_str(), setup.asked_language())?;
        let report = pipeline::make(&opened.app, &order, opened.now).await?;
        let folder = pipeline::write(&opened.app, &order, &report, out, false).await?;
        part.done(&report.report.title);
        made.push((report, folder));
    }
    Ok(made)
}

fn show(opened: &Opened, fetched: &Fetched, reports: &[(Made, PathBuf)]) {
    fetch::show(opened.say, fetched);
    if fetched.channels.iter().all(|channel| channel.again) {
        output::line(opened.say.pick(
            "Kanalerna var hämtade sedan tidigare: bara det som kan vara nytt eller ändrat efterfrågades.",
            "The channels had been fetched before: only what may be new or changed was asked for.",
        ));
    }
    show_reports(opened, reports);
}

/// The headline of each report, the goals of the weekly one, and where the file is.
pub(super) fn show_reports(opened: &Opened, reports: &[(Made, PathBuf)]) {
    for (made, folder) in reports {
        let report = &made.report;
        output::line(format!("\n{} – {}\n{}", report.title, report.period_text, report.headline));
        if report.kind == ReportKind::Weekly {
            goals::table(opened.language, &report.goals);
        }
        output::line(format!("→ {}", folder.join("report.pdf").display()));
    }
}

fn as_json(opened: &Opened, fetched: &Fetched, reports: &[(Made, PathBuf)]) -> Json {
    let reports: Vec<Json> = reports.iter().map(|(made, folder)| report::as_json(opened, made, folder)).collect();
    json!({"fetch": fetched, "reports": reports})
}

/// Leaves a configuration that points at the sandbox, and says how to use it.
fn keep(
    opened: &Opened,
    options: &Demo,
    sandbox: &Sandbox,
    environment: &BTreeMap<String, String>,
) -> anyhow::Result<PathBuf> {
    let place = options.out.join("config");
    let addresses: BTreeMap<Platform, String> =
        Platform::ALL.into_iter().map(|platform| (platform, sandbox.base(platform))).collect();
    let files = match options.data {
        DemoData::Example | DemoData::Files => config::embedded_files(),
        DemoData::Real => World::recorded_configuration(),
    };
    let data = std::path::absolute(&opened.app.config.data)?;
    let tokens = &sandbox.world().tokens;
    let apps = BTreeMap::from([
        (Platform::Facebook, tokens.meta_app.clone()),
        (Platform::LinkedIn, tokens.linkedin_client.clone()),
    ]);
    for (name, text) in config::pointed_at(&files, &addresses, &apps, &data).map_err(|error| anyhow!(error))? {
        let name = name.strip_prefix("config/").unwrap_or(&name);
        crate::pipeline::write_file(&place, name, text.as_bytes())?;
    }
    let config = &opened.app.config;
    for (below, files) in [("plans", &config.plans), ("peers", &config.peer_files)] {
        for file in files {
            crate::pipeline::write_file(&place, &format!("{below}/{}", file.name), &file.bytes()?)?;
        }
    }
    let say = opened.say;
    output::line(format!(
        "\n{}",
        say.pick(
            "Efterbildningen är igång. Pröva i ett annat fönster:",
            "The sandbox is running. Try in another window:",
        )
    ));
    for (name, value) in environment {
        output::line(format!("  export {name}='{value}'"));
    }
    let now: DateTime<Utc> = opened.now;
    output::line(format!("  export GENOMSLAG_CONFIG={}", std::path::absolute(&place)?.display()));
    for command in ["check", "goals", "explain weekly", "fetch"] {
        output::line(format!("  genomslag {command} --now {}", now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)));
    }
    output::line(say.pick("Avsluta med Ctrl-C.", "Stop with Ctrl-C."));
    Ok(place)
}
