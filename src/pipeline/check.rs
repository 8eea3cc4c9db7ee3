//! Whether each channel can be reached, and for how long.

use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use serde::Serialize;

use super::collect::by_files;
use super::credentials::Clients;
use super::{App, PipelineError, plan};
use crate::connectors::connector;
use crate::connectors::fetch::probe;
use crate::model::{ChannelId, Platform, Problem};
use crate::state::TokenCheck;

/// What `genomslag check` says of a channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelCheck {
    /// The channel.
    pub channel: ChannelId,
    /// Its platform.
    pub platform: Platform,
    /// Whether the platform answered for it.
    pub reachable: bool,
    /// When the token ends; none: no end known.
    pub expires: Option<DateTime<Utc>>,
    /// Whether the token has no end.
    pub never_expires: bool,
    /// Whole days until the token or the consent to the data ends.
    pub days_left: Option<i64>,
    /// Permissions that are missing, by the platform's names.
    pub missing: Vec<String>,
    /// What a person should know or do.
    pub problems: Vec<Problem>,
}

/// Asks every platform whether its channels can be read with the tokens that are configured.
///
/// # Errors
/// When the state cannot be used.
pub async fn check(app: &App, now: DateTime<Utc>) -> Result<(Vec<ChannelCheck>, Vec<Problem>), PipelineError> {
    let mut clients = Clients::default();
    let (mut ready, mut checks, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for channel in app.config.channels.iter().filter(|channel| !channel.platform.only_files()) {
        if !app.config.asks(channel) {
            told.push(by_files(channel));
            continue;
        }
        match clients.of(app, channel, now).await {
            Ok(client) => ready.push((channel, client)),
            Err(problem) => checks.push(ChannelCheck {
                channel: channel.id.clone(),
                platform: channel.platform,
                reachable: false,
                expires: None,
                never_expires: false,
                days_left: None,
                missing: Vec::new(),
                problems: vec![problem],
            }),
        }
    }
    let asked = stream::iter(ready).map(|(channel, client)| async move {
        let version = &app.config.platforms.access(channel.platform).version;
        let task = plan::task(channel, version, app.config.organisation.calendar, None, Some(now), now);
        (channel, probe(&client, connector(channel), &task).await)
    });
    let asked: Vec<_> = asked.buffer_unordered(4).collect().await;
    for (channel, result) in asked {
        let facts = result.token.unwrap_or_default();
        let note = TokenCheck {
            subject: channel.id.to_string(),
            valid: facts.valid.unwrap_or(result.reachable),
            expires: facts.expires,
            never_expires: facts.never_expires,
            data_access_expires: facts.data_access_expires,
            scopes: facts.scopes,
        };
        app.state.note_token(&note, now).await?;
        checks.push(ChannelCheck {
            channel: channel.id.clone(),
            platform: channel.platform,
            reachable: result.reachable,
            expires: [note.expires, note.data_access_expires].into_iter().flatten().min(),
            never_expires: note.never_expires,
            days_left: result.days_left,
            missing: result.missing,
            problems: result.problems,
        });
    }
    let place = |id: &ChannelId| app.config.channels.iter().position(|channel| &channel.id == id);
    checks.sort_by_key(|check| place(&check.channel));
    told.append(&mut clients.problems);
    Ok((checks, told))
}
