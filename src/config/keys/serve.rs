//! Keys of running by itself: operation, alerts, retention.

use super::{Kind, Need, RETENTION_CLASSES, Section, key};
use Kind::{Flag, Schedule, Secret, Share, Text, Url, Whole, Word};
use Need::{Default, Optional, Required};

pub static SERVE: Section = Section {
    head: "[serve]",
    sv: "Driften av `genomslag serve`.",
    en: "How `genomslag serve` runs.",
    keys: &[
        key(
            "listen",
            Text,
            Default("\"127.0.0.1:8787\""),
            "Adress och port för hälsa, mätvärden och webb. \"off\": ingen.",
            "Address and port of health, metrics and web. \"off\": none.",
        ),
        key(
            "public_url",
            Url,
            Optional,
            "Adressen som läsare når webben på. Med den får breven länkar för avanmälan och godkännande.",
            "The address at which readers reach the web. With it mails carry links to unsubscribe and approve.",
        ),
        key(
            "heartbeat_url",
            Secret,
            Optional,
            "Webbadress som anropas så länge allt går: den som svarar larmar när det blir tyst.",
            "An address that is called as long as all is well: whoever answers there raises the alarm when it falls silent.",
        ),
        key(
            "workers",
            Whole(1, 16),
            Default("2"),
            "Jobb som utförs samtidigt.",
            "Jobs that are done at the same time.",
        ),
        key(
            "grace_hours",
            Whole(1, 168),
            Default("12"),
            "Så sent får en missad rapport ännu gå, i timmar. Därefter larmas det i stället.",
            "How late a missed report may still go, in hours. After that an alert is raised instead.",
        ),
        key(
            "compact",
            Schedule,
            Default("\"sunday 03:00\""),
            "När små filer läggs samman.",
            "When small files are put together.",
        ),
        key("retention", Schedule, Default("\"sunday 04:00\""), "När gallring sker.", "When retention is carried out."),
    ],
};

pub static ALERTS: Section = Section {
    head: "[alerts]",
    sv: "När någon ska få veta.",
    en: "When somebody is to be told.",
    keys: &[
        key(
            "schedule",
            Schedule,
            Default("\"daily 07:30\""),
            "När allt gås igenom.",
            "When everything is looked through.",
        ),
        key(
            "sleeping_days",
            Whole(1, 365),
            Default("14"),
            "En kanal utan inlägg så många dagar sover. Gäller inte webbplatser.",
            "A channel without a post for so many days is asleep. Not websites.",
        ),
        key(
            "unusual",
            Share,
            Default("0.5"),
            "Så stor avvikelse från samma veckodagar tidigare är ovanlig, som andel.",
            "A deviation of this size from the same weekdays before is unusual, as a share.",
        ),
        key(
            "floor",
            Whole(0, 1_000_000_000),
            Default("50"),
            "Under detta dagsvärde larmas inte för avvikelser.",
            "Below this daily value no deviation is alerted.",
        ),
        key("drops", Flag, Default("true"), "Larma för nedgångar.", "Alert drops."),
        key("jumps", Flag, Default("true"), "Larma för uppgångar.", "Alert jumps."),
        key(
            "cool_down_days",
            Whole(1, 90),
            Default("7"),
            "Samma larm upprepas tidigast efter så många dagar.",
            "The same alert is repeated after so many days at the earliest.",
        ),
    ],
};

pub static RETENTION: Section = Section {
    head: "[[retention]]",
    sv: "Gallring av en sorts uppgifter. Utan beslut gallras ingenting.",
    en: "Retention of one class of data. Nothing is removed without a decision.",
    keys: &[
        key("class", Word(RETENTION_CLASSES), Required, "Vad som gallras.", "What is removed."),
        key("keep_days", Whole(1, 36_500), Required, "Så många dagar sparas det.", "For how many days it is kept."),
        key(
            "decision",
            Text,
            Required,
            "Beslutet, till exempel \"KS 2026/123 § 7\". Skrivs i gallringsloggen.",
            "The decision, e.g. \"KS 2026/123 § 7\". Written in the log of removals.",
        ),
    ],
};
