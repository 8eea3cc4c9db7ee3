//! Running by itself: operation, alerts, retention.

use std::net::SocketAddr;

use url::Url;

use super::fault::say;
use super::secret::SecretRef;
use super::table::Table;

/// How `genomslag serve` runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// Where it listens; none: nowhere.
    pub listen: Option<String>,
    /// The address at which readers reach the web.
    pub public_url: Option<Url>,
    /// The address that is called as long as all is well.
    pub heartbeat_url: Option<SecretRef>,
    /// Jobs that are done at the same time.
    pub workers: u32,
    /// How late a missed report may still go, in hours.
    pub grace_hours: u32,
    /// When small files are put together, as written.
    pub compact: String,
    /// When retention is carried out, as written.
    pub retention: String,
}

impl Serve {
    /// Where the web is reached, without a slash at its end: the public address, else `local`, where it listens, if that is
    /// this machine only.
    pub fn base(&self, local: Option<SocketAddr>) -> Option<String> {
        let public = self.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned());
        let local = local.filter(|address| address.ip().is_loopback());
        public.or_else(|| local.map(|address| format!("http://{address}")))
    }
}

/// When somebody is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRules {
    /// When everything is looked through, as written.
    pub schedule: String,
    /// A channel without a post for so many days is asleep.
    pub sleeping_days: u32,
    /// The share by which a day must deviate to be unusual.
    pub unusual: f64,
    /// Below this daily value nothing is unusual.
    pub floor: f64,
    /// Whether drops are told.
    pub drops: bool,
    /// Whether jumps are told.
    pub jumps: bool,
    /// The same alert is repeated after so many days at the earliest.
    pub cool_down_days: u32,
}

/// What is removed, after how long, and by which decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// The class: one of [`super::keys::RETENTION_CLASSES`].
    pub class: String,
    /// For how many days it is kept.
    pub keep_days: u32,
    /// The decision.
    pub decision: String,
}

pub(super) fn serve(root: &Table<'_>) -> Serve {
    let table = root.table("serve");
    let text = |name: &str| table.as_ref().and_then(|table| table.text(name));
    let whole = |name: &str| table.as_ref().and_then(|table| table.whole(name));
    let listen = text("listen").unwrap_or_else(|| "127.0.0.1:8787".to_owned());
    if let Some(table) = &table
        && listen != "off"
        && !listens(&listen)
    {
        table.faults.push(table.fault(
            "listen",
            say(format!("found `{listen}`"), format!("hittade `{listen}`")),
            say(
                "expected `address:port`, such as `127.0.0.1:8787`, or `off`",
                "väntade `adress:port`, som `127.0.0.1:8787`, eller `off`",
            ),
        ));
    }
    Serve {
        listen: Some(listen).filter(|listen| listen != "off"),
        public_url: table.as_ref().and_then(|table| table.url("public_url")),
        heartbeat_url: table.as_ref().and_then(|table| table.secret("heartbeat_url")),
        workers: whole("workers").unwrap_or(2),
        grace_hours: whole("grace_hours").unwrap_or(12),
        compact: text("compact").unwrap_or_else(|| "sunday 03:00".to_owned()),
        retention: text("retention").unwrap_or_else(|| "sunday 04:00".to_owned()),
    }
}

/// Whether somebody could listen there: a name or address, and a port.
fn listens(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    !host.is_empty() && port.parse::<u16>().is_ok() && !host.contains('/')
}

pub(super) fn alerts(root: &Table<'_>) -> AlertRules {
    let table = root.table("alerts");
    let table = table.as_ref();
    let whole = |name: &str| table.and_then(|table| table.whole(name));
    let flag = |name: &str| table.and_then(|table| table.flag(name));
    AlertRules {
        schedule: table.and_then(|table| table.text("schedule")).unwrap_or_else(|| "daily 07:30".to_owned()),
        sleeping_days: whole("sleeping_days").unwrap_or(14),
        unusual: table.and_then(|table| table.number("unusual")).unwrap_or(0.5),
        floor: f64::from(whole("floor").unwrap_or(50)),
        drops: flag("drops").unwrap_or(true),
        jumps: flag("jumps").unwrap_or(true),
        cool_down_days: whole("cool_down_days").unwrap_or(7),
    }
}

pub(super) fn retention(root: &Table<'_>) -> Vec<Retention> {
    let mut classes: Vec<Retention> = Vec::new();
    for table in root.tables("retention") {
        let (Some(class), Some(keep_days), Some(decision)) =
            (table.text("class"), table.whole("keep_days"), table.text("decision"))
        else {
            continue;
        };
        if classes.iter().any(|other| other.class == class) {
            table.faults.push(table.fault(
                "class",
                say(format!("`{class}` stands twice"), format!("`{class}` står två gånger")),
                say("expected one `[[retention]]` per class", "väntade en `[[retention]]` per sort"),
            ));
        }
        classes.push(Retention { class, keep_days, decision });
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_port() {
        for good in ["127.0.0.1:8787", "0.0.0.0:80", "[::1]:8787", "localhost:1"] {
            assert!(listens(good), "{good}");
        }
        for wrong in ["8787", "127.0.0.1", ":8787", "127.0.0.1:99999", "http://127.0.0.1:80"] {
            assert!(!listens(wrong), "{wrong}");
        }
    }
}
