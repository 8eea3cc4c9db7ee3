//! What a file says goes into the store: the values, the posts, and that the file was taken.

use chrono::{DateTime, Utc};

use super::belongs::{channel_of, remember, remembered};
use super::collect::version;
use super::import::{FileSeen, ImportOrder};
use super::{App, PipelineError, computing};
use crate::imports::{Dictionaries, Imported, Need, Stamp, observations, posts};
use crate::model::told::{Told, files as told};
use crate::model::{Channel, Post};
use crate::state::ImportedFile;
use crate::store::Batch;

/// What the files of one import have in common.
pub(super) struct Taking<'a> {
    pub(super) order: &'a ImportOrder,
    pub(super) dictionaries: &'a Dictionaries,
    pub(super) run: &'a str,
    pub(super) moment: DateTime<Utc>,
}

/// Takes what the file says about each account into the store.
pub(super) async fn keep(
    app: &App,
    taking: &Taking<'_>,
    (name, hash): (&str, &str),
    parts: &[Imported],
) -> Result<Vec<FileSeen>, PipelineError> {
    let Taking { order, run, moment, .. } = *taking;
    let known = app.state.import(hash).await?.is_some();
    let (mut seen, mut channels) = (Vec::new(), Vec::new());
    for imported in parts {
        let remembered = remembered(app, taking, imported).await?;
        let channel = match channel_of(&app.config, imported, order, remembered.as_ref()) {
            Ok(channel) => channel,
            Err((what, choices)) => {
                seen.push(FileSeen { error: Some(what), choices, ..FileSeen::of(imported, None) });
                continue;
            }
        };
        if order.into.as_ref().is_some_and(|into| !into.contains(&channel.id)) {
            let error = Some(told::channel_not_yours());
            seen.push(FileSeen { error, ..FileSeen::of(imported, None) });
            continue;
        }
        let mut file = FileSeen { known, ..FileSeen::of(imported, Some(channel)) };
        if let Some(need) = imported.needs.first() {
            file.error = Some(asked(*need));
        } else if !known {
            let stamp = Stamp { organisation: &app.config.organisation.id, channel, seen: moment, hash, run };
            let (observations, posts) = (observations(imported, &stamp), posts(imported, &stamp));
            let application = format!("import/{}", channel.id);
            let version = version(app, &application, run, moment).await?;
            let batch = Batch { observations: &observations, posts: &posts, application: &application, version };
            let appended = app.store.append(batch).await?;
            app.state.confirm_version(&application, version, moment).await?;
            (file.new, file.restated, file.unchanged) = (appended.new, appended.restated, appended.unchanged);
            file.stood_back = appended.stood_back;
            (file.same_posts, file.unclear_posts) = told_twice(app, channel, &posts).await?;
            channels.push(channel.id.clone());
            remember(app, taking, imported, channel).await?;
        }
        seen.push(file);
    }
    // Only a file that was taken whole is known the next time.
    if !known && seen.iter().all(|file| file.error.is_none()) {
        let entry = ImportedFile {
            hash: hash.to_owned(),
            name: name.to_owned(),
            channel: channels.first().filter(|first| channels.iter().all(|other| other == *first)).cloned(),
            format: parts.first().map(|part| part.format.clone()).unwrap_or_default(),
            imported_at: moment,
            rows: seen.iter().map(|file| file.rows).sum(),
            skipped: seen.iter().map(|file| file.skipped.len() as u64).sum(),
            run: run.to_owned(),
        };
        app.state.keep_import(&entry).await?;
    }
    Ok(seen)
}

/// How many of the posts the interface has told under another id, and of how many that cannot be said.
async fn told_twice(app: &App, channel: &Channel, posts: &[Post]) -> Result<(u64, u64), PipelineError> {
    if posts.is_empty() {
        return Ok((0, 0));
    }
    let (view, id) = (app.store.view(None).await?, channel.id.clone());
    let twins = computing(move || view.twins(&[id])).await??;
    let keys = || posts.iter().map(|post| (channel.id.clone(), post.id.clone()));
    let same = keys().filter(|key| twins.same.contains_key(key)).count() as u64;
    Ok((same, keys().filter(|key| twins.unclear.contains(key)).count() as u64))
}

fn asked(need: Need) -> Told {
    match need {
        Need::Platform => told::need_platform(),
        Need::Period => told::need_period(),
    }
}
