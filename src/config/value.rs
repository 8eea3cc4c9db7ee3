//! Whether a value is what its key wants, and what to say when it is not.

use chrono::NaiveDate;

use super::fault::say;
use super::keys::Kind;
use super::mask::{is_path, is_variable, names_a_password};
use super::near::{listed, nearest};
use super::schedule::cron_expression;
use super::tree::{Entry, Item, Node};
use crate::catalog::Texts;

/// What was found, what was expected, and how to mend it.
pub(super) struct Mismatch {
    pub what: Texts,
    pub expected: Texts,
    pub help: Option<Texts>,
}

impl Mismatch {
    fn new(what: Texts, expected: Texts) -> Self {
        Self { what, expected, help: None }
    }

    fn help(mut self, en: impl Into<String>, sv: impl Into<String>) -> Self {
        self.help = Some(say(en, sv));
        self
    }
}

impl Kind {
    /// Whether the value is what the kind wants. What stands inside tables is looked at when they are read.
    pub(super) fn check(self, node: &Node) -> Result<(), Mismatch> {
        match (self, &node.item) {
            (Self::Secret, _) => check_secret(node),
            (_, Item::TooBig) => {
                Err(Mismatch::new(say("the number is too large", "talet är för stort"), self.expected()))
            }
            (Self::Words(words), Item::List(list)) => check_all(list, Self::Word(words)),
            (Self::Texts, Item::List(list)) => check_all(list, Self::Text),
            (Self::Slugs, Item::List(list)) => check_all(list, Self::Slug),
            (Self::Recipients(_), Item::List(list)) => list
                .iter()
                .filter(|node| !matches!(node.item, Item::Table(_)))
                .try_for_each(|node| Self::Address.check(node)),
            (Self::Tables(_), Item::List(list)) => {
                self.when(list.iter().all(|node| matches!(node.item, Item::Table(_))), node)
            }
            (Self::Table(_), Item::Table(_))
            | (Self::Flag, Item::Flag(_))
            | (Self::Number, Item::Whole(_) | Item::Number(_))
            | (Self::Share, Item::Whole(0 | 1)) => Ok(()),
            (Self::Whole(low, high), Item::Whole(whole)) => self.when((low..=high).contains(whole), node),
            (Self::Share, Item::Number(share)) => self.when((0.0..=1.0).contains(share), node),
            (Self::Date, Item::Date(_) | Item::Text(_)) => check_date(node),
            (_, Item::Text(text)) if self.is_text() => self.check_text(text),
            _ => Err(self.mismatch(node)),
        }
    }

    fn is_text(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Slug | Self::Word(_) | Self::Url | Self::Zone | Self::Schedule | Self::Address
        )
    }

    fn when(self, holds: bool, node: &Node) -> Result<(), Mismatch> {
        if holds { Ok(()) } else { Err(self.mismatch(node)) }
    }

    fn check_text(self, text: &str) -> Result<(), Mismatch> {
        let good = match self {
            Self::Slug => is_slug(text),
            Self::Word(words) => words.contains(&text),
            Self::Url => return check_url(text),
            Self::Zone => return check_zone(text),
            Self::Schedule => return check_schedule(text),
            Self::Address => is_address(text),
            _ => !text.trim().is_empty(),
        };
        if good {
            return Ok(());
        }
        if text.trim().is_empty() {
            return Err(Mismatch::new(say("found an empty text", "hittade en tom text"), self.expected()));
        }
        let mismatch = Mismatch::new(say(format!("found `{text}`"), format!("hittade `{text}`")), self.expected());
        Err(match self {
            Self::Word(words) => match nearest(text, words.iter().copied()) {
                Some(near) => mismatch.help(format!("did you mean `{near}`?"), format!("menade du `{near}`?")),
                None => mismatch,
            },
            Self::Slug => {
                let slug = slug(text);
                mismatch.help(format!("for instance `{slug}`"), format!("till exempel `{slug}`"))
            }
            _ => mismatch,
        })
    }

    fn mismatch(self, node: &Node) -> Mismatch {
        let found = found(&node.item);
        let mismatch =
            Mismatch::new(say(format!("found {}", found.en), format!("hittade {}", found.sv)), self.expected());
        match (self, &node.item) {
            (Self::Texts | Self::Slugs | Self::Words(_) | Self::Recipients(_), Item::Text(text)) => {
                mismatch.help(format!("write `[\"{text}\"]`"), format!("skriv `[\"{text}\"]`"))
            }
            (Self::Text | Self::Slug, Item::Whole(whole)) => {
                mismatch.help(format!("write `\"{whole}\"`"), format!("skriv `\"{whole}\"`"))
            }
            (Self::Number | Self::Whole(..) | Self::Share, Item::Text(text))
                if text.replace(',', ".").parse::<f64>().is_ok() =>
            {
                let number = text.replace(',', ".");
                mismatch.help(format!("write `{number}` without quotes"), format!("skriv `{number}` utan citattecken"))
            }
            (Self::Share, Item::Whole(percent @ 2..=100)) => {
                let share = format!("0.{percent:02}");
                mismatch.help(format!("{percent} per cent is `{share}`"), format!("{percent} procent är `{share}`"))
            }
            (Self::Tables(section), Item::Table(_)) => mismatch.help(
                format!("write `{}` with two brackets", section.head),
                format!("skriv `{}` med dubbla hakparenteser", section.head),
            ),
            (Self::Table(section), Item::List(_)) => {
                mismatch.help(format!("write `{}`, once", section.head), format!("skriv `{}`, en gång", section.head))
            }
            _ => mismatch,
        }
    }

    /// What the kind wants, in words.
    pub(super) fn expected(self) -> Texts {
        match self {
            Self::Text => say("expected a text", "väntade en text"),
            Self::Slug => say(
                "expected a short name: a–z, 0–9, `-` and `_`, at most 64 characters",
                "väntade ett kort namn: a–z, 0–9, `-` och `_`, högst 64 tecken",
            ),
            Self::Flag => say("expected `true` or `false`", "väntade `true` eller `false`"),
            Self::Whole(low, high) => say(
                format!("expected a whole number from {low} to {high}"),
                format!("väntade ett heltal från {low} till {high}"),
            ),
            Self::Number => say("expected a number", "väntade ett tal"),
            Self::Share => say("expected a share from 0 to 1", "väntade en andel från 0 till 1"),
            Self::Date => say("expected a day such as 2026-12-31", "väntade en dag som 2026-12-31"),
            Self::Word(words) => {
                let words = listed(words.iter().copied());
                say(format!("expected one of {words}"), format!("väntade något av {words}"))
            }
            Self::Words(words) => {
                let words = listed(words.iter().copied());
                say(format!("expected a list of {words}"), format!("väntade en lista av {words}"))
            }
            Self::Texts => say("expected a list of texts", "väntade en lista med texter"),
            Self::Slugs => say("expected a list of names", "väntade en lista med namn"),
            Self::Url => say("expected an address such as https://host", "väntade en adress som https://värd"),
            Self::Zone => {
                say("expected a time zone such as Europe/Stockholm", "väntade en tidszon som Europe/Stockholm")
            }
            Self::Schedule => say(
                "expected `wednesday 07:00`, `daily 05:00` or five cron fields",
                "väntade `onsdag 07:00`, `dagligen 05:00` eller fem cron-fält",
            ),
            Self::Address => {
                say("expected a mail address such as namn@kommun.se", "väntade en e-postadress som namn@kommun.se")
            }
            Self::Secret => say(
                "expected `{ env = \"NAME\" }` or `{ file = \"path\" }`",
                "väntade `{ env = \"NAMN\" }` eller `{ file = \"sökväg\" }`",
            ),
            Self::Table(section) | Self::Tables(section) => {
                say(format!("expected `{}`", section.head), format!("väntade `{}`", section.head))
            }
            Self::Recipients(_) => say("expected a list of mail addresses", "väntade en lista med e-postadresser"),
        }
    }
}

fn check_all(list: &[Node], kind: Kind) -> Result<(), Mismatch> {
    list.iter().try_for_each(|node| kind.check(node))
}

fn found(item: &Item) -> Texts {
    match item {
        Item::Text(text) if text.is_empty() => say("an empty text", "en tom text"),
        Item::Text(text) => say(format!("the text `{text}`"), format!("texten `{text}`")),
        Item::Whole(whole) => say(format!("the number {whole}"), format!("talet {whole}")),
        Item::Number(number) => say(format!("the number {number}"), format!("talet {number}")),
        Item::Flag(flag) => say(format!("`{flag}`"), format!("`{flag}`")),
        Item::Date(date) => say(format!("the date {date}"), format!("datumet {date}")),
        Item::List(_) => say("a list", "en lista"),
        Item::Table(_) => say("a table", "en tabell"),
        Item::TooBig => say("a number that is too large", "ett för stort tal"),
    }
}

pub(super) fn is_slug(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_'))
}

/// A short name made of any text: `Björkvalla kommun` becomes `bjorkvalla-kommun`.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.to_lowercase().chars() {
        let plain = match letter {
            'å' | 'ä' | 'á' | 'à' => 'a',
            'ö' | 'ø' | 'ó' => 'o',
            'é' | 'è' | 'ë' => 'e',
            'ü' => 'u',
            letter if letter.is_ascii_alphanumeric() => letter,
            _ => '-',
        };
        if plain != '-' || !(slug.is_empty() || slug.ends_with('-')) {
            slug.push(plain);
        }
    }
    slug.truncate(40);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "namn".to_owned() } else { slug.to_owned() }
}

/// The day of a date, which may also stand as text; none when there is a time or the calendar has no such day.
pub(super) fn day(node: &Node) -> Option<NaiveDate> {
    match &node.item {
        Item::Date(date) if date.time.is_none() => {
            let date = date.date?;
            NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
        }
        Item::Text(text) => text.parse().ok(),
        _ => None,
    }
    // Years outside of this are slips of the keyboard, and calendars would have to be computed for centuries.
    .filter(|day| ("1990-01-01".parse::<NaiveDate>().ok()..="2100-12-31".parse().ok()).contains(&Some(*day)))
}

fn check_date(node: &Node) -> Result<(), Mismatch> {
    if day(node).is_some() {
        return Ok(());
    }
    let mismatch = Kind::Date.mismatch(node);
    Err(match &node.item {
        Item::Date(date) if date.time.is_some() => {
            mismatch.help("leave the time out: days are counted", "utelämna klockslaget: det är dagar som räknas")
        }
        _ => mismatch,
    })
}

fn check_url(text: &str) -> Result<(), Mismatch> {
    if names_a_password(text) {
        return Err(Mismatch::new(
            say("the address holds a password", "adressen innehåller ett lösenord"),
            Kind::Url.expected(),
        )
        .help(
            "secrets stand in `{ env = … }` or `{ file = … }`",
            "hemligheter står i `{ env = … }` eller `{ file = … }`",
        ));
    }
    let good = url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http") && url.has_host() && url.query().is_none() && url.fragment().is_none()
    });
    if good {
        return Ok(());
    }
    Err(Mismatch::new(say(format!("found `{text}`"), format!("hittade `{text}`")), Kind::Url.expected()))
}

fn check_zone(text: &str) -> Result<(), Mismatch> {
    if text.parse::<chrono_tz::Tz>().is_ok() {
        return Ok(());
    }
    let mismatch = Mismatch::new(say(format!("found `{text}`"), format!("hittade `{text}`")), Kind::Zone.expected());
    Err(match nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
        Some(near) => mismatch.help(format!("did you mean `{near}`?"), format!("menade du `{near}`?")),
        None => mismatch,
    })
}

fn check_schedule(text: &str) -> Result<(), Mismatch> {
    let Err(error) = cron_expression(text) else { return Ok(()) };
    Err(Mismatch::new(
        say(format!("found `{text}`: {error}"), format!("hittade `{text}`: {}", error.swedish())),
        Kind::Schedule.expected(),
    ))
}

/// `name@host` or `Name <name@host>`. Enough to catch slips; the mail server has the last word.
pub fn is_address(text: &str) -> bool {
    let inner = match text.split_once('<') {
        Some((_, rest)) => match rest.strip_suffix('>') {
            Some(inner) => inner,
            None => return false,
        },
        None => text,
    };
    let Some((name, host)) = inner.split_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .contains(|letter: char| letter.is_whitespace() || letter.is_control() || "<>@,;\"".contains(letter))
    };
    plain(name)
        && plain(host)
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains("..")
        && !text.contains(['\n', '\r'])
}

fn check_secret(node: &Node) -> Result<(), Mismatch> {
    let literal = || {
        Mismatch::new(
            say(
                "a secret may not stand in the configuration itself",
                "en hemlighet får inte stå i själva inställningsfilen",
            ),
            Kind::Secret.expected(),
        )
        .help(
            "files are copied, versioned and mailed; put the secret in an environment variable or a file of its own, and change it if this file has been shared",
            "filer kopieras, versionshanteras och mejlas; lägg hemligheten i en miljövariabel eller en egen fil, och byt den om filen har delats",
        )
    };
    let Item::Table(entries) = &node.item else { return Err(literal()) };
    match entries.as_slice() {
        [Entry { name, node: Node { item: Item::Text(text), .. }, .. }] if name == "env" && is_variable(text) => Ok(()),
        [Entry { name, node: Node { item: Item::Text(text), .. }, .. }] if name == "file" && is_path(text) => Ok(()),
        [Entry { name, .. }] if name == "env" => Err(Mismatch::new(
            say("this is not the name of an environment variable", "det här är inte namnet på en miljövariabel"),
            Kind::Secret.expected(),
        )
        .help(
            "capitals, digits and `_`, e.g. `GENOMSLAG_META_TOKEN`",
            "versaler, siffror och `_`, till exempel `GENOMSLAG_META_TOKEN`",
        )),
        [Entry { name, .. }] if name == "file" => Err(Mismatch::new(
            say("this is not the path of a file", "det här är inte sökvägen till en fil"),
            Kind::Secret.expected(),
        )
        .help("e.g. `/run/secrets/meta`", "till exempel `/run/secrets/meta`")),
        _ => Err(literal()),
    }
}
