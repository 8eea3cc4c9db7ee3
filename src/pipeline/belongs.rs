//! Which channel a file belongs to, and what was told about that before.

use super::import::ImportOrder;
use super::keep::Taking;
use super::{App, PipelineError};
use crate::config::Config;
use crate::imports::Imported;
use crate::model::told::{Told, files as told};
use crate::model::{Channel, ChannelId};

/// The channel of what a file says: the account's; else the one that was told; else the one that was told before of such
/// a file; else the only one of the platform.
///
/// # Errors
/// Why it cannot be said, and the channels among which a person can choose.
pub(super) fn channel_of<'a>(
    config: &'a Config,
    imported: &Imported,
    order: &ImportOrder,
    remembered: Option<&ChannelId>,
) -> Result<&'a Channel, (Told, Vec<ChannelId>)> {
    let here: Vec<&Channel> = config.channels.iter().filter(|channel| channel.platform == imported.platform).collect();
    let account = imported.account.as_deref();
    if let Some(channel) = here.iter().find(|channel| Some(channel.account.as_str()) == account) {
        return Ok(channel);
    }
    let ids: Vec<ChannelId> = here.iter().map(|channel| channel.id.clone()).collect();
    let names = here.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>().join(", ");
    let title = imported.platform.title();
    if let Some(id) = order.channels.get(&imported.file).or(order.channel.as_ref()) {
        let found = here.iter().find(|channel| &channel.id == id).copied();
        return found.ok_or_else(|| (told::channel_other(id.as_str(), title, names), ids));
    }
    if let Some(channel) = remembered.and_then(|id| here.iter().find(|channel| &channel.id == id)) {
        return Ok(channel);
    }
    match (here.as_slice(), account) {
        ([], _) => Err((told::channel_none(title), Vec::new())),
        ([only], None) => Ok(only),
        (_, Some(account)) => Err((told::channel_of_account(account, names), ids)),
        (_, None) => Err((told::channel_unclear(names), ids)),
    }
}

/// What was told before about such a file.
pub(super) async fn remembered(
    app: &App,
    taking: &Taking<'_>,
    imported: &Imported,
) -> Result<Option<ChannelId>, PipelineError> {
    let Some(key) = key(taking, imported) else { return Ok(None) };
    Ok(app.state.setting(&key).await?.map(ChannelId::from))
}

/// Remembers the channel of such files, so that nobody is asked again.
pub(super) async fn remember(
    app: &App,
    taking: &Taking<'_>,
    imported: &Imported,
    channel: &Channel,
) -> Result<(), PipelineError> {
    let told = taking.order.channel.is_some() || taking.order.channels.contains_key(&imported.file);
    match key(taking, imported).filter(|key| told || key.contains("/page/")) {
        Some(key) => Ok(app.state.keep_setting(&key, channel.id.as_str(), taking.moment).await?),
        None => Ok(()),
    }
}

/// By what such a file is known again: the account that it names, the page in its name, or the name of a table of one's
/// own. Nothing else: charts of two accounts are called alike.
fn key(taking: &Taking<'_>, imported: &Imported) -> Option<String> {
    let told = match (&imported.account, page_of(&imported.file)) {
        (Some(account), _) => format!("account/{account}"),
        (None, Some(page)) => format!("page/{page}"),
        (None, None) if taking.dictionaries.is_own(&imported.format) => {
            format!("table/{}/{}", imported.format, stem(&imported.file))
        }
        (None, None) => return None,
    };
    Some(format!("import-channel/{}/{told}", imported.platform))
}

/// The page in the name of `LinkedIn`'s files (`<page>_content_<number>.xls`).
fn page_of(name: &str) -> Option<&str> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    ["_content_", "_followers_", "_visitors_", "_updates_"]
        .iter()
        .find_map(|part| name.split_once(part))
        .map(|(page, _)| page)
}

/// The letters of a file's name: what stays when the months in it go on.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    name.chars().filter(|letter| letter.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_again() {
        assert_eq!(page_of("nedladdat/granvik_content_1747809000000.xls"), Some("granvik"));
        assert_eq!(page_of("content.csv"), None);
        assert_eq!(stem("a/Månadsblad 2026-10.xlsx"), stem("b/månadsblad-2026-11.xlsx"));
        assert_ne!(stem("Fritid.xlsx"), stem("Kultur.xlsx"));
    }
}
