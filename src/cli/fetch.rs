//! `genomslag fetch`: what is new from every channel.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::Ending;
use super::args::Fetch;
use super::output::{self, Part};
use super::say::Say;
use super::setup::{Opened, Setup};
use crate::model::{ChannelId, Gravity, Problem};
use crate::pipeline::{self, ChannelFetch, Fetched};
use crate::words::Locale;

pub(super) async fn run(setup: &Setup, options: &Fetch) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    let only = known_channels(&opened, &options.channels)?;
    let fetched = fetch(&opened, &only, setup.common.json).await?;
    if setup.common.json {
        output::json(&fetched)?;
    } else {
        show(opened.say, &fetched);
    }
    Ok(ending(&fetched))
}

/// Fetches, with a bar per channel where a person looks on.
pub(super) async fn fetch(opened: &Opened, only: &[ChannelId], quiet: bool) -> anyhow::Result<Fetched> {
    let bars = output::Progress::new(quiet || !output::is_terminal());
    let parts: Mutex<BTreeMap<ChannelId, Part>> = Mutex::default();
    let title =
        |id: &ChannelId| opened.app.config.channel(id).map_or_else(|| id.to_string(), |channel| channel.title.clone());
    let (locale, say) = (Locale::of(opened.language), opened.say);
    let fetched = pipeline::fetch(&opened.app, only, opened.now, |progress| {
        let Ok(mut parts) = parts.lock() else { return };
        let part = parts.entry(progress.channel.clone()).or_insert_with(|| bars.part(&title(&progress.channel)));
        let calls = say.count(u64::from(progress.calls), ("anrop", "anrop"), ("call", "calls"));
        let values = locale.whole(f64::from(u32::try_from(progress.observations).unwrap_or(u32::MAX)));
        let message = format!("{calls}, {values} {}", say.pick("värden", "values"));
        if progress.pending == 0 && progress.ask.is_empty() { part.done(&message) } else { part.says(&message) }
    })
    .await?;
    Ok(fetched)
}

/// The channels by their names, or an error that lists those there are.
pub(super) fn known_channels(opened: &Opened, names: &[String]) -> anyhow::Result<Vec<ChannelId>> {
    let channels = &opened.app.config.channels;
    names
        .iter()
        .map(|name| {
            let id = ChannelId::from(name.as_str());
            let all = || channels.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>().join(", ");
            match opened.app.config.channel(&id) {
                Some(_) => Ok(id),
                None => Err(output::Hinted::new(
                    format!("there is no channel `{name}`"),
                    format!("the channels are: {}", all()),
                )
                .swedish(format!("det finns ingen kanal `{name}`"), format!("kanalerna är: {}", all()))
                .into()),
            }
        })
        .collect()
}

/// The table of what each channel brought, and what went wrong.
pub(super) fn show(say: Say, fetched: &Fetched) {
    let locale = Locale::of(say.0);
    let whole = |count: u64| locale.whole(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    for file in fetched.history.iter().filter(|file| !file.known) {
        let rows = whole(file.rows);
        output::line(format!("{}: {rows} {}", file.file, say.pick("rader inlästa", "rows taken in")));
    }
    let heads = match say.0 {
        crate::model::Language::Swedish => ["Kanal", "Nya", "Ändrade", "Kända", "Inlägg", "Anrop", "Kilobyte", "Läge"],
        crate::model::Language::English => {
            ["Channel", "New", "Changed", "Known", "Posts", "Calls", "Kilobytes", "State"]
        }
    };
    let rows: Vec<Vec<String>> = fetched
        .channels
        .iter()
        .map(|fetch| {
            vec![
                fetch.channel.to_string(),
                whole(fetch.new),
                whole(fetch.restated + fetch.settled),
                whole(fetch.unchanged),
                whole(fetch.posts_new),
                whole(u64::from(fetch.calls)),
                whole(fetch.bytes.div_ceil(1000)),
                state(say, fetch).to_owned(),
            ]
        })
        .collect();
    output::table(&heads, &rows, &[1, 2, 3, 4, 5, 6]);
    output::problems(say.0, &all_problems(fetched));
}

fn state(say: Say, fetch: &ChannelFetch) -> &'static str {
    let (sv, en) = match (fetch.complete, fetch.again) {
        (true, false) => ("allt hämtat", "all fetched"),
        (true, true) => ("bara det nya hämtat", "only what is new fetched"),
        (false, _) => ("ofullständigt", "incomplete"),
    };
    say.pick(sv, en)
}

fn all_problems(fetched: &Fetched) -> Vec<Problem> {
    fetched.problems.iter().chain(fetched.channels.iter().flat_map(|fetch| &fetch.problems)).cloned().collect()
}

/// Whether a person has to act.
pub(super) fn ending(fetched: &Fetched) -> Ending {
    let grave = all_problems(fetched).iter().any(|problem| problem.gravity == Gravity::Action);
    if grave { Ending::NeedsPerson } else { Ending::Done }
}
