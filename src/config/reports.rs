//! Reports, who gets them, and the server that takes the mail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use url::Url;

use super::fault::{Place, say};
use super::refer::{Names, Thing};
use super::secret::SecretRef;
use super::table::Table;
use super::value::is_address;
use crate::model::{Approval, Language, Recipient, ReportKind, ReportSpec, UnitId};

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// STARTTLS, required.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: a relay on the same machine or network.
    None,
}

/// The mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected.
    pub protection: Protection,
    /// The user, where it wants one.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<SecretRef>,
    /// Where a token is had instead of a password.
    pub oauth: Option<MailOauth>,
    /// The sender: an address, or `Name <address>`.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Who takes unsubscriptions.
    pub unsubscribe: Option<String>,
    /// Who is told when something fails.
    pub operator: Option<String>,
    /// Domains and addresses that may get mail; empty: all that stand in the configuration.
    pub allow: Vec<String>,
}

/// Login by `OAuth2` client credentials, as Exchange Online asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailOauth {
    /// The address that gives the token.
    pub token_url: Url,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: SecretRef,
    /// What the token is to be good for.
    pub scope: String,
}

/// What is done with a report whose figures are not complete when it should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// Wait until they are, at most until the deadline; then send, marked preliminary.
    #[default]
    Wait,
    /// Hold until they are, and alert.
    Hold,
    /// Send at once, marked preliminary.
    Send,
}

/// What is done with a report that its owner has neither approved nor stopped when it should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AtDeadline {
    /// Wait for the owner.
    #[default]
    Hold,
    /// Send it.
    Send,
}

/// A way to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryWay {
    /// Mail to each recipient.
    Mail,
    /// Files in the folder.
    Folder,
    /// A card in a Teams channel.
    Teams,
    /// A message in a Slack channel.
    Slack,
}

/// How a report is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// What is done when the owner has not answered.
    pub at_deadline: AtDeadline,
    /// What is done when figures are not complete.
    pub freshness: Freshness,
    /// How many hours it waits for them.
    pub wait_hours: u32,
    /// The ways.
    pub ways: Vec<DeliveryWay>,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            at_deadline: AtDeadline::default(),
            freshness: Freshness::default(),
            wait_hours: 6,
            ways: vec![DeliveryWay::Mail, DeliveryWay::Folder],
        }
    }
}

/// Where finished reports go besides mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The archive of exactly what was sent.
    pub archive: PathBuf,
    /// The address of the Teams workflow.
    pub teams: Option<SecretRef>,
    /// The address of the Slack webhook.
    pub slack: Option<SecretRef>,
}

impl Mail {
    /// Whether the address may get mail.
    pub fn allows(&self, address: &str) -> bool {
        let bare = bare(address).to_lowercase();
        let host = bare.split_once('@').map(|(_, host)| host).unwrap_or_default();
        self.allow.is_empty()
            || self.allow.iter().map(|allowed| allowed.trim_start_matches('@').to_lowercase()).any(|allowed| {
                allowed == bare || allowed == host || (!allowed.contains('@') && host.ends_with(&format!(".{allowed}")))
            })
    }
}

/// The address of `Name <address>`.
pub(super) fn bare(address: &str) -> &str {
    address.split_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>')).trim()
}

/// The folder of finished files, and the other places.
pub(super) fn places(root: &Table<'_>, data: &Path) -> (PathBuf, Places) {
    let table = root.table("delivery");
    let table = table.as_ref();
    let path = |name: &str| table.and_then(|table| table.path(name));
    let folder = path("folder").unwrap_or_else(|| PathBuf::from("reports-out"));
    let places = Places {
        archive: path("archive").unwrap_or_else(|| data.join("archive")),
        teams: table.and_then(|table| table.secret("teams")),
        slack: table.and_then(|table| table.secret("slack")),
    };
    (folder, places)
}

pub(super) fn mail(root: &Table<'_>) -> Option<Mail> {
    let table = root.table("mail")?;
    let protection: Protection = table.word("protection").unwrap_or_default();
    login(&table);
    if protection == Protection::None && table.has("password") {
        table.faults.push(table.fault(
            "protection",
            say("a password would be sent in the clear", "lösenordet skulle skickas i klartext"),
            say("expected `starttls` or `tls`, or no password", "väntade `starttls` eller `tls`, eller inget lösenord"),
        ));
    }
    let usual = match protection {
        Protection::StartTls => 587,
        Protection::Tls => 465,
        Protection::None => 25,
    };
    Some(Mail {
        host: table.text("host")?,
        port: table.whole("port").and_then(|port| u16::try_from(port).ok()).unwrap_or(usual),
        protection,
        username: table.text("username"),
        password: table.secret("password"),
        oauth: oauth(&table),
        from: table.text("from")?,
        reply_to: table.text("reply_to"),
        unsubscribe: table.text("unsubscribe"),
        operator: table.text("operator"),
        allow: table.texts("allow").into_iter().map(|(text, _)| text).collect(),
    })
}

/// Whether what belongs together stands together.
fn login(table: &Table<'_>) {
    let by_token = table.has("token_url");
    let pairs: &[(&str, &str)] = if by_token {
        &[("token_url", "username"), ("token_url", "client_id"), ("token_url", "client_secret")]
    } else {
        &[
            ("username", "password"),
            ("password", "username"),
            ("client_id", "token_url"),
            ("client_secret", "token_url"),
            ("scope", "token_url"),
        ]
    };
    for (present, lack) in pairs {
        if table.has(present) && !table.has(lack) {
            table.faults.push_unsure(table.fault(
                present,
                say(format!("`{present}` without `{lack}`"), format!("`{present}` utan `{lack}`")),
                say("expected both or neither", "väntade båda eller ingen"),
            ));
        }
    }
    if by_token && table.has("password") {
        table.faults.push(table.fault(
            "password",
            say("both a password and `token_url`", "både lösenord och `token_url`"),
            say("expected one way to log in", "väntade ett sätt att logga in"),
        ));
    }
}

fn oauth(table: &Table<'_>) -> Option<MailOauth> {
    Some(MailOauth {
        token_url: table.url("token_url")?,
        client_id: table.text("client_id")?,
        client_secret: table.secret("client_secret")?,
        scope: table.text("scope").unwrap_or_else(|| "https://outlook.office365.com/.default".to_owned()),
    })
}

pub(super) fn reports(
    root: &Table<'_>,
    names: &Names,
    language: Language,
    mail: Option<&Mail>,
) -> (Vec<ReportSpec>, BTreeMap<String, String>, BTreeMap<String, Sending>) {
    let mut owners = BTreeMap::new();
    let mut sendings = BTreeMap::new();
    let reports = root
        .tables("report")
        .into_iter()
        .filter_map(|table| {
            let report = report(&table, names, language, mail)?;
            if let Some(owner) = table.text("owner") {
                owners.insert(report.id.clone(), owner);
            }
            sendings.insert(report.id.clone(), sending(&table));
            Some(report)
        })
        .collect();
    (reports, owners, sendings)
}

fn sending(table: &Table<'_>) -> Sending {
    let usual = Sending::default();
    Sending {
        at_deadline: table.word("on_deadline").unwrap_or(usual.at_deadline),
        freshness: table.word("freshness").unwrap_or(usual.freshness),
        wait_hours: table.whole("wait_hours").unwrap_or(usual.wait_hours),
        ways: if table.has("ways") { table.words("ways") } else { usual.ways },
    }
}

fn report(table: &Table<'_>, names: &Names, language: Language, mail: Option<&Mail>) -> Option<ReportSpec> {
    let unit = names.one(table, "unit", Thing::Unit).map(UnitId::from);
    let recipients = recipients(table, names, mail);
    let approve: Approval = table.word("approve").unwrap_or_default();
    let (id, kind) = (table.text("id")?, table.word::<ReportKind>("kind")?);
    let lacking = |key: &str, value: &str| {
        table.faults.push_unsure(super::Fault::new(
            table.start(),
            say(format!("`{key}` is missing"), format!("`{key}` saknas")),
            say(format!("`{value}` needs `{key}`"), format!("`{value}` behöver `{key}`")),
        ));
    };
    if kind == ReportKind::Unit && !table.has("unit") {
        lacking("unit", "kind = \"unit\"");
    }
    if approve == Approval::Owner && !table.has("owner") {
        lacking("owner", "approve = \"owner\"");
    }
    Some(ReportSpec {
        id,
        kind,
        language: table.word("language").unwrap_or(language),
        unit,
        schedule: table.text("schedule"),
        recipients,
        approve,
        case_no: table.text("case_no"),
    })
}

fn recipients(table: &Table<'_>, names: &Names, mail: Option<&Mail>) -> Vec<Recipient> {
    let plain = table.texts("recipients").into_iter().map(|(address, place)| {
        let recipient = Recipient { address, unit: None, language: None };
        (recipient, place)
    });
    let full = table.tables("recipients").into_iter().filter_map(|row| {
        let unit = names.one(&row, "unit", Thing::Unit).map(UnitId::from);
        let recipient = Recipient { address: row.text("address")?, unit, language: row.word("language") };
        Some((recipient, row.place("address")))
    });
    let mut recipients: Vec<(Recipient, Place)> = plain.chain(full).collect();
    recipients.sort_by_key(|(_, place)| place.span.start);
    if mail.is_none() && !recipients.is_empty() {
        table.faults.push_unsure(table.fault(
            "recipients",
            say("there are recipients, but no `[mail]`", "det finns mottagare, men ingen `[mail]`"),
            say("expected a mail server that takes the reports", "väntade en e-postserver som tar emot rapporterna"),
        ));
    }
    let mut seen: Vec<(String, Option<UnitId>)> = Vec::new();
    for (recipient, place) in &recipients {
        let wrong = |what| {
            let expected = say("expected another recipient", "väntade en annan mottagare");
            table.faults.push(super::Fault::new(place.clone(), what, expected));
        };
        let key = (bare(&recipient.address).to_lowercase(), recipient.unit.clone());
        if seen.contains(&key) {
            wrong(say(format!("`{}` stands twice", key.0), format!("`{}` står två gånger", key.0)));
        }
        // What is no address at all has been told already.
        if is_address(&recipient.address) && mail.is_some_and(|mail| !mail.allows(&recipient.address)) {
            wrong(say(
                format!("`{}` is not allowed by `allow` in `[mail]`", key.0),
                format!("`{}` tillåts inte av `allow` i `[mail]`", key.0),
            ));
        }
        seen.push(key);
    }
    recipients.into_iter().map(|(recipient, _)| recipient).collect()
}
