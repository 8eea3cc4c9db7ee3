//! The login by the organisation's own identity provider.

use url::{Host, Url};

use super::fault::say;
use super::refer::{Names, Thing};
use super::secret::SecretRef;
use super::table::Table;
use crate::model::UnitId;

/// How people log in by the organisation's own identity provider (`OpenID` Connect).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The issuer's address, to the letter as it is written.
    pub issuer: String,
    /// The program's id at the issuer.
    pub client_id: String,
    /// The program's secret at the issuer.
    pub client_secret: Option<SecretRef>,
    /// What it is called on the button.
    pub name: Option<String>,
    /// Only addresses in these domains, in small letters; empty: all.
    pub domains: Vec<String>,
    /// The role of somebody without an account, as written; none: nobody without one is let in.
    pub role: Option<String>,
    /// Whether addresses are trusted that the issuer does not call verified.
    pub trust_email: bool,
    /// The claim that decides the role.
    pub claim: String,
    /// What it gives; empty: the claim decides nothing.
    pub map: Vec<LoginRole>,
}

/// What a value of the claim gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRole {
    /// The value.
    pub value: String,
    /// The role, as written.
    pub role: String,
    /// Only these units and below; empty: all.
    pub units: Vec<UnitId>,
}

pub(super) fn login(root: &Table<'_>, names: &Names) -> Option<Login> {
    let table = root.table("login")?;
    let (url, client_id) = (table.url("issuer"), table.text("client_id"));
    if let Some(url) = url.as_ref().filter(|url| !is_safe(url)) {
        table.faults.push(table.fault(
            "issuer",
            say(format!("`{url}` is not encrypted"), format!("`{url}` är inte krypterad")),
            say("expected an address with `https://`", "väntade en adress med `https://`"),
        ));
    }
    let mut map = Vec::new();
    for entry in table.tables("map") {
        let units = names.many(&entry, "units", Thing::Unit).into_iter().map(UnitId::from).collect();
        if let (Some(value), Some(role)) = (entry.text("value"), entry.text("role")) {
            map.push(LoginRole { value, role, units });
        }
    }
    let domains = table.texts("domains").into_iter();
    Some(Login {
        issuer: url.and(table.text("issuer"))?,
        client_id: client_id?,
        client_secret: table.secret("client_secret"),
        name: table.text("name"),
        domains: domains.map(|(domain, _)| domain.trim_start_matches('@').to_lowercase()).collect(),
        role: table.text("role").filter(|role| role != "none"),
        trust_email: table.flag("trust_email").unwrap_or(false),
        claim: table.text("claim").unwrap_or_else(|| "roles".to_owned()),
        map,
    })
}

/// Whether nobody on the way reads along: encrypted, or on this machine.
fn is_safe(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || local
}
