//! `genomslag import`: the platforms' own export files; `genomslag export-guide`: where to get them.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;

use serde_json::json;

use super::Ending;
use super::args::{ExportGuide, Import};
use super::fetch::known_channels;
use super::output::{self, Hinted};
use super::say::Say;
use super::setup::{Opened, Setup, moment};
use super::wizard::{self, Talk};
use crate::config::{Config, Source, load};
use crate::model::{Calendar, ChannelId, Language, Period, Platform};
use crate::pipeline::{self, FileSeen, ImportOrder};
use crate::words::Locale;
use crate::words::problems::{part, told};

pub(super) async fn run(setup: &Setup, options: &Import) -> anyhow::Result<Ending> {
    let (say, seen) = if options.dry_run { preview(setup, options)? } else { Box::pin(take(setup, options)).await? };
    if setup.common.json {
        output::json(&json!({"files": seen}))?;
    } else {
        show(say, &seen);
    }
    Ok(if seen.iter().any(|file| file.error.is_some()) { Ending::NeedsPerson } else { Ending::Done })
}

/// Needs no configuration; where there is one, it says which channels the files belong to.
fn preview(setup: &Setup, options: &Import) -> anyhow::Result<(Say, Vec<FileSeen>)> {
    let path = &setup.common.config;
    let config: Option<Config> = path.exists().then(|| load(&Source::at(path)).ok()).flatten();
    let (zone, calendar) = config.as_ref().map_or_else(
        || (chrono_tz::Europe::Stockholm, Calendar::default()),
        |config| (config.organisation.zone, config.organisation.calendar),
    );
    let now = setup.now(zone)?;
    let mut order = order(setup, options, zone, calendar)?;
    if let (Some(name), Some(config)) = (&options.channel, &config) {
        let told = config.channel(&ChannelId::from(name.as_str())).ok_or_else(|| unknown_channel(name, config))?;
        order.channel = Some(told.id.clone());
        order.platform = order.platform.or(Some(told.platform));
    }
    let seen = pipeline::preview(&order, config.as_ref(), now)?;
    if !seen.is_empty() {
        let own = config.map(|config| config.organisation.language);
        return Ok((Say(setup.asked_language().or(own).unwrap_or_default()), seen));
    }
    Err(nothing(options))
}

async fn take(setup: &Setup, options: &Import) -> anyhow::Result<(Say, Vec<FileSeen>)> {
    let opened = setup.open().await?;
    let organisation = &opened.app.config.organisation;
    let mut order = order(setup, options, organisation.zone, organisation.calendar)?;
    let named: Vec<String> = options.channel.clone().into_iter().collect();
    order.channel = known_channels(&opened, &named)?.into_iter().next();
    let told = order.channel.as_ref().and_then(|id| opened.app.config.channel(id));
    order.platform = order.platform.or(told.map(|channel| channel.platform));
    let seen = pipeline::import(&opened.app, &order, opened.now).await?;
    if seen.is_empty() {
        return Err(nothing(options));
    }
    if setup.common.json || !std::io::stdin().is_terminal() {
        return Ok((opened.say, seen));
    }
    Ok((opened.say, Box::pin(asked(setup, &opened, order, seen)).await?))
}

/// Asks for what the files do not say, one by one, and takes in those that are clear then.
async fn asked(
    setup: &Setup,
    opened: &Opened,
    mut order: ImportOrder,
    mut seen: Vec<FileSeen>,
) -> anyhow::Result<Vec<FileSeen>> {
    let mut talk = Talk::new(opened.say, std::io::stdin().lock());
    let folder = order.dictionaries.clone().unwrap_or_else(|| setup.common.config.join("imports"));
    // A mapping may bring the question for the channel: so at most two rounds, each of every file once.
    for _ in 0..2 {
        let mut again = BTreeSet::new();
        for file in seen.iter().filter(|file| !again.contains(&file.file)).cloned().collect::<Vec<_>>() {
            if file.unmapped {
                let sketch = pipeline::sketched(&order, &file.file)?;
                if let Some(path) = wizard::mapped(&mut talk, &file.file, &sketch, order.platform, &folder)? {
                    order.maps.extend((!folder_is_read(&order, &path)).then_some(path));
                    again.insert(file.file.clone());
                }
            } else if !file.choices.is_empty()
                && let Some(channel) = wizard::channel(&mut talk, &file)?
            {
                order.channels.insert(file.file.clone(), channel);
                again.insert(file.file.clone());
            }
        }
        if again.is_empty() {
            break;
        }
        let only = ImportOrder { only: again.clone(), ..order.clone() };
        seen.retain(|file| !again.contains(&file.file));
        seen.extend(pipeline::import(&opened.app, &only, opened.now).await?);
    }
    Ok(seen)
}

/// Whether the mapping file lies where mapping files are looked for anyway.
fn folder_is_read(order: &ImportOrder, path: &Path) -> bool {
    order.dictionaries.as_deref().is_some_and(|folder| path.parent() == Some(folder))
}

fn unknown_channel(name: &str, config: &Config) -> anyhow::Error {
    let names: Vec<&str> = config.channels.iter().map(|channel| channel.id.as_str()).collect();
    let names = names.join(", ");
    Hinted::new(format!("there is no channel `{name}`"), format!("the channels are: {names}"))
        .swedish(format!("det finns ingen kanal `{name}`"), format!("kanalerna är: {names}"))
        .into()
}

fn nothing(options: &Import) -> anyhow::Error {
    let names: Vec<String> = options.files.iter().map(|path| path.display().to_string()).collect();
    let names = names.join(", ");
    Hinted::new(format!("there are no files in {names}"), "name files, folders or zip archives")
        .swedish(format!("det finns inga filer i {names}"), "ange filer, mappar eller zip-arkiv")
        .into()
}

fn order(setup: &Setup, options: &Import, zone: chrono_tz::Tz, calendar: Calendar) -> anyhow::Result<ImportOrder> {
    let platform = options.platform.as_deref().map(platform).transpose()?;
    let own = setup.common.config.join("imports");
    Ok(ImportOrder {
        paths: options.files.clone(),
        channel: None,
        platform,
        period: options.period.as_deref().map(|text| Period::parse(text, calendar)).transpose()?,
        taken: options.taken.as_deref().map(|text| moment(text, zone, "--taken")).transpose()?,
        dictionaries: options.mapping.clone().or(Some(own)),
        maps: options.map.clone(),
        ..ImportOrder::default()
    })
}

fn platform(word: &str) -> anyhow::Result<Platform> {
    let names: Vec<&str> = Platform::ALL.iter().map(|platform| platform.as_str()).collect();
    Platform::parse(word).ok_or_else(|| {
        Hinted::new(format!("there is no platform `{word}`"), format!("the platforms are: {}", names.join(", ")))
            .swedish(format!("det finns ingen plattform `{word}`"), format!("plattformarna är: {}", names.join(", ")))
            .into()
    })
}

/// A line per file and account, then what was not taken.
pub(super) fn show(say: Say, seen: &[FileSeen]) {
    let locale = Locale::of(say.0);
    let whole = |count: u64| locale.whole(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    let heads = match say.0 {
        Language::Swedish => ["Fil", "Format", "Kanal", "Rader", "Inlägg", "Dagar", "Nya", "Ändrade", "Period"],
        Language::English => ["File", "Format", "Channel", "Rows", "Posts", "Days", "New", "Changed", "Period"],
    };
    let rows: Vec<Vec<String>> = seen
        .iter()
        .map(|file| {
            let name = file.file.rsplit('/').next().unwrap_or(&file.file).to_owned();
            let days = match (file.first, file.last) {
                (Some(first), Some(last)) => format!("{first} – {last}"),
                _ => String::new(),
            };
            vec![
                name,
                file.format.clone().unwrap_or_else(|| "–".to_owned()),
                file.channel.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
                whole(file.rows),
                whole(file.posts),
                whole(file.days),
                whole(file.new),
                whole(file.restated),
                days,
            ]
        })
        .collect();
    output::table(&heads, &rows, &[3, 4, 5, 6, 7]);
    for file in seen {
        tell(say, file);
    }
}

/// So many rows are named one by one where a person looks on; JSON has them all.
const NAMED: usize = 5;

fn tell(say: Say, file: &FileSeen) {
    if file.known {
        let known = say.pick("inläst tidigare: inget gjordes", "imported before: nothing was done");
        output::aside(format!("   {}: {known}", file.file));
    }
    for (count, what) in beside(say, file) {
        output::aside(format!("   {}: {count} {what}", file.file));
    }
    if let Some(error) = &file.error {
        output::aside(format!("!! {}: {}", file.file, told(say.0, error)));
    }
    for need in file.needs.iter().filter(|_| file.error.is_none()) {
        let option = match need {
            pipeline::Need::Platform => "--platform",
            pipeline::Need::Period => "--period",
        };
        output::aside(format!(" ! {}: {} {option}", file.file, say.pick("ange", "tell with")));
    }
    for row in file.skipped.iter().take(NAMED) {
        let line = say.pick("rad", "row");
        output::aside(format!(" ! {}, {line} {}: {}", file.file, row.row, told(say.0, &row.reason)));
    }
    if file.skipped.len() > NAMED {
        let more = file.skipped.len() - NAMED;
        output::aside(format!(
            " ! {}: {more} {}",
            file.file,
            say.pick("rader till togs inte med", "more rows were not taken")
        ));
    }
    for left in &file.left_out {
        let (label, reason) = (part(say.0, &left.label), told(say.0, &left.reason));
        output::aside(format!("   {}: `{label}`: {reason}", file.file));
    }
    for notice in &file.notices {
        output::aside(format!("   {}: {}", file.file, told(say.0, notice)));
    }
}

/// What of the file is kept beside what stands, and why it does not count.
fn beside(say: Say, file: &FileSeen) -> Vec<(u64, &'static str)> {
    let told = [
        (
            file.stood_back,
            say.pick(
                "värden skiljer sig från plattformens egna svar eller en nyare fils: de sparas, men de andra gäller",
                "values differ from what the platform itself answered or a newer file says: kept, but those stand",
            ),
        ),
        (
            file.same_posts,
            say.pick(
                "inlägg har plattformen redan berättat om under ett annat id: de räknas en gång",
                "posts are known from the platform under another id: they count once",
            ),
        ),
        (
            file.unclear_posts,
            say.pick(
                "inlägg kan vara desamma som plattformen berättat om, men det går inte att avgöra: de räknas inte vid sidan av dem",
                "posts may be the ones that the platform told of, which cannot be decided: they are not counted beside them",
            ),
        ),
    ];
    told.into_iter().filter(|(count, _)| *count > 0).collect()
}

/// Where to click to get each file.
pub(super) fn guide(setup: &Setup, options: &ExportGuide) -> anyhow::Result<Ending> {
    let wanted = options.platform.as_deref().map(platform).transpose()?;
    let language = setup.asked_language().unwrap_or_default();
    let guides: Vec<_> =
        pipeline::guides().iter().filter(|guide| wanted.is_none_or(|wanted| wanted == guide.platform)).collect();
    if guides.is_empty() {
        let hint = "its figures come through the interface: see `genomslag check`";
        let error = Hinted::new("there is nothing to export by hand on this platform", hint).swedish(
            "det finns inget att exportera för hand på den plattformen",
            "dess siffror kommer genom gränssnittet: se `genomslag check`",
        );
        return Err(error.into());
    }
    if setup.common.json {
        output::json(&guides)?;
        return Ok(Ending::Done);
    }
    for guide in guides {
        output::line(format!("\n{}", guide.title.get(language)));
        for (number, step) in (1..).zip(&guide.steps) {
            output::line(format!("  {number}. {}", step.get(language)));
        }
        for note in &guide.notes {
            output::line(format!("  • {}", note.get(language)));
        }
    }
    Ok(Ending::Done)
}
