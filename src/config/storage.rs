//! When new values are fetched, and where everything is kept.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::fault::say;
use super::mask::names_a_password;
use super::secret::SecretRef;
use super::table::Table;

/// When new values are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Everything: as written; [`super::cron_expression`] translates it.
    pub schedule: String,
    /// Stories, which are gone after a day.
    pub stories: String,
    /// Nothing before this day.
    pub since: Option<NaiveDate>,
}

/// The database of runs, tokens and deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSpec {
    /// `sqlite:path` or `postgres://host/name`. Never a password.
    pub url: String,
    /// The password for PostgreSQL.
    pub password: Option<SecretRef>,
}

pub(super) fn fetch(root: &Table<'_>) -> Fetch {
    let table = root.table("fetch");
    let text = |name: &str| table.as_ref().and_then(|table| table.text(name));
    Fetch {
        schedule: text("schedule").unwrap_or_else(|| "daily 05:00".to_owned()),
        stories: text("stories").unwrap_or_else(|| "15 */6 * * *".to_owned()),
        since: table.as_ref().and_then(|table| table.day("since")),
    }
}

pub(super) fn storage(root: &Table<'_>) -> (PathBuf, StateSpec, Option<SecretRef>) {
    let table = root.table("storage");
    let table = table.as_ref();
    let data = table.and_then(|table| table.path("data")).unwrap_or_else(|| PathBuf::from("genomslag-data"));
    let url = table.and_then(|table| table.text("state"));
    if let (Some(table), Some(url)) = (table, &url) {
        check_state(table, url);
    }
    // Slashes as in every address, also where folders are written with `\`.
    let url = url.unwrap_or_else(|| format!("sqlite:{}/state.sqlite", data.display().to_string().replace('\\', "/")));
    let password = table.and_then(|table| table.secret("state_password"));
    (data, StateSpec { url, password }, table.and_then(|table| table.secret("key")))
}

fn check_state(table: &Table<'_>, url: &str) {
    if names_a_password(url) {
        table.faults.push(
            table
                .fault(
                    "state",
                    say("the address holds a password", "adressen innehåller ett lösenord"),
                    say("expected it without", "väntade den utan"),
                )
                .help(say(
                    "write `state_password = { env = \"…\" }` beside it",
                    "skriv `state_password = { env = \"…\" }` bredvid",
                )),
        );
    } else if !["sqlite:", "postgres://", "postgresql://"].iter().any(|start| url.starts_with(start)) {
        table.faults.push(table.fault(
            "state",
            say(format!("found `{url}`"), format!("hittade `{url}`")),
            say(
                "expected `sqlite:path` or `postgres://host/name`",
                "väntade `sqlite:sökväg` eller `postgres://värd/namn`",
            ),
        ));
    }
}
