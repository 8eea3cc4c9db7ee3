//! A copy of a configuration that asks other addresses and keeps its values elsewhere: for a sandbox. Comments and order
//! stay as they are.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{DocumentMut, InlineTable, Item, Table, value};

use crate::model::Platform;

/// The variable of the key with which tokens are kept sealed.
pub const KEY: &str = "GENOMSLAG_KEY";

/// The files with `base_url` of each platform, LinkedIn's `token_url` and the folder of the store set anew, and with the apps
/// of a sandbox (their ids) and a key, so that consent can be tried; their secrets stand in the variables that the example
/// names.
///
/// # Errors
/// When a file is not TOML.
pub fn pointed_at(
    files: &[(String, String)],
    addresses: &BTreeMap<Platform, String>,
    apps: &BTreeMap<Platform, String>,
    data: &Path,
) -> Result<Vec<(String, String)>, String> {
    let mut out = Vec::new();
    let mut stored = false;
    for (name, text) in files {
        if !Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            out.push((name.clone(), text.clone()));
            continue;
        }
        let mut document: DocumentMut = text.parse().map_err(|error| format!("{name}: {error}"))?;
        redirect(&mut document, addresses);
        give_apps(&mut document, apps);
        if let Some(storage) = document.get_mut("storage").and_then(Item::as_table_mut) {
            keep_in(storage, data);
            stored = true;
        }
        out.push((name.clone(), document.to_string()));
    }
    if !stored {
        let folder = value(data.display().to_string());
        let folder = folder.to_string();
        let folder = folder.trim();
        let name =
            files.first().and_then(|(name, _)| Path::new(name).parent()).map(|folder| folder.join("storage.toml"));
        let name = name.map_or_else(|| "storage.toml".to_owned(), |path| path.display().to_string());
        out.push((name, format!("[storage]\ndata = {folder}\nkey = {{ env = \"{KEY}\" }}\n")));
    }
    Ok(out)
}

fn redirect(document: &mut DocumentMut, addresses: &BTreeMap<Platform, String>) {
    let Some(platforms) = document.get_mut("platform").and_then(Item::as_table_mut) else { return };
    for (platform, address) in addresses {
        let Some(table) = platforms.get_mut(platform.as_str()).and_then(Item::as_table_mut) else { continue };
        table.insert("base_url", value(address));
        if *platform == Platform::LinkedIn {
            table.insert("token_url", value(format!("{address}/oauth/v2/accessToken")));
        }
    }
}

fn give_apps(document: &mut DocumentMut, apps: &BTreeMap<Platform, String>) {
    let Some(platforms) = document.get_mut("platform").and_then(Item::as_table_mut) else { return };
    let keys = [
        (Platform::Facebook, ["app_id", "app_secret"], "GENOMSLAG_META_APP_SECRET"),
        (Platform::LinkedIn, ["client_id", "client_secret"], "GENOMSLAG_LINKEDIN_CLIENT_SECRET"),
    ];
    for (platform, [id, secret], variable) in keys {
        let table = platforms.get_mut(platform.as_str()).and_then(Item::as_table_mut);
        let (Some(table), Some(app)) = (table, apps.get(&platform)) else { continue };
        if table.contains_key(id) || table.contains_key(secret) {
            continue;
        }
        table.insert(id, value(app));
        table.insert(secret, in_environment(variable));
    }
}

fn keep_in(storage: &mut Table, data: &Path) {
    storage.insert("data", value(data.display().to_string()));
    storage.remove("state");
    if !storage.contains_key("key") {
        storage.insert("key", in_environment(KEY));
    }
}

fn in_environment(variable: &str) -> Item {
    let mut reference = InlineTable::new();
    reference.insert("env", variable.into());
    value(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_folder_are_set_and_comments_stay() {
        let text = "# Plattformarna\n[platform.facebook]\ntoken = { env = \"META\" } # hemlig\n";
        let files = vec![("config/platforms.toml".to_owned(), text.to_owned())];
        let addresses = BTreeMap::from([(Platform::Facebook, "http://127.0.0.1:1/facebook".to_owned())]);
        let apps = BTreeMap::from([(Platform::Facebook, "118".to_owned())]);
        let copied = pointed_at(&files, &addresses, &apps, Path::new("/tmp/data")).expect("TOML");
        assert!(copied[0].1.starts_with("# Plattformarna\n"));
        assert!(copied[0].1.contains("# hemlig"));
        assert!(copied[0].1.contains("app_id = \"118\"\napp_secret = { env = \"GENOMSLAG_META_APP_SECRET\" }\n"));
        assert!(copied[0].1.contains("base_url = \"http://127.0.0.1:1/facebook\""));
        let storage = "[storage]\ndata = \"/tmp/data\"\nkey = { env = \"GENOMSLAG_KEY\" }\n";
        assert_eq!(copied[1], ("config/storage.toml".to_owned(), storage.to_owned()));
    }
}
