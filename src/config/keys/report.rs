//! Keys of reports, mail and delivery.

use super::{Kind, LANGUAGES, Need, REPORT_KINDS, Section, key};
use Kind::{Address, Recipients, Schedule, Secret, Slug, Text, Texts, Whole, Word};
use Need::{Default, Optional, Required};

pub static REPORT: Section = Section {
    head: "[[report]]",
    sv: "En rapport som görs på schema eller på begäran.",
    en: "A report that is made on a schedule or on demand.",
    keys: &[
        key("id", Slug, Required, "Kort namn, används på kommandoraden.", "Short name, used on the command line."),
        key(
            "kind",
            Word(REPORT_KINDS),
            Required,
            "Sorten: veckorapport, en sida för en enhet, månad, tertial eller insats.",
            "The kind: weekly, one page for a unit, monthly, tertial or campaign.",
        ),
        key(
            "language",
            Word(LANGUAGES),
            Optional,
            "Språket. Annars organisationens.",
            "The language. Else the organisation's.",
        ),
        key(
            "unit",
            Slug,
            Optional,
            "Bara denna enhet. Krävs för kind = \"unit\".",
            "Only this unit. Required for kind = \"unit\".",
        ),
        key(
            "schedule",
            Schedule,
            Optional,
            "När den skickas. Utan schema: bara på begäran.",
            "When it is sent. Without: only on demand.",
        ),
        key(
            "recipients",
            Recipients(&RECIPIENT),
            Default("[]"),
            "Mottagare: adresser, eller tabeller med address, unit, language.",
            "Recipients: addresses, or tables with address, unit, language.",
        ),
        key(
            "approve",
            Word(&["auto", "owner"]),
            Default("\"auto\""),
            "\"owner\": den ansvarige får ett utkast dagen före. \"auto\": ingen tillfrågas.",
            "\"owner\": the owner gets a draft the day before. \"auto\": nobody is asked.",
        ),
        key(
            "owner",
            Address,
            Optional,
            "Den ansvariges adress. Krävs för approve = \"owner\".",
            "The owner's address. Required for approve = \"owner\".",
        ),
        key("case_no", Text, Optional, "Diarienummer.", "Case number."),
    ],
};

static RECIPIENT: Section = Section {
    head: "recipients",
    sv: "En mottagare.",
    en: "A recipient.",
    keys: &[
        key("address", Address, Required, "Adressen.", "The address."),
        key("unit", Slug, Optional, "Bara denna enhets del.", "Only this unit's part."),
        key("language", Word(LANGUAGES), Optional, "Språket. Annars rapportens.", "The language. Else the report's."),
    ],
};

pub static MAIL: Section = Section {
    head: "[mail]",
    sv: "E-postservern. Utan den läggs rapporter bara i mappen.",
    en: "The mail server. Without it reports only go to the folder.",
    keys: &[
        key("host", Text, Required, "Serverns namn.", "The server's name."),
        key(
            "port",
            Whole(1, 65535),
            Optional,
            "Porten. Annars 587, 465 för tls och 25 för none.",
            "The port. Else 587, 465 for tls and 25 for none.",
        ),
        key(
            "protection",
            Word(&["starttls", "tls", "none"]),
            Default("\"starttls\""),
            "Hur förbindelsen skyddas. \"none\" bara mot en server på samma nät.",
            "How the line is protected. \"none\" only for a relay on the same network.",
        ),
        key("username", Text, Optional, "Användaren, om servern vill ha en.", "The user, if the server wants one."),
        key("password", Secret, Optional, "Lösenordet.", "The password."),
        key(
            "from",
            Address,
            Required,
            "Avsändaren: adress eller \"Namn <adress>\".",
            "The sender: address or \"Name <address>\".",
        ),
        key("reply_to", Address, Optional, "Dit svar går.", "Where answers go."),
        key(
            "operator",
            Address,
            Optional,
            "Den som får veta när något inte fungerar.",
            "Who is told when something fails.",
        ),
        key(
            "allow",
            Texts,
            Default("[]"),
            "Tillåtna mottagare: domäner eller adresser. Tom: alla som står i inställningarna.",
            "Allowed recipients: domains or addresses. Empty: all in the configuration.",
        ),
    ],
};

pub static DELIVERY: Section = Section {
    head: "[delivery]",
    sv: "Dit färdiga rapporter läggs, utöver e-posten.",
    en: "Where finished reports go, besides mail.",
    keys: &[key("folder", Text, Default("\"reports-out\""), "Mappen.", "The folder.")],
};

pub static COMMENT: Section = Section {
    head: "+++",
    sv: "Det som kan stå mellan +++ överst i en kommentar.",
    en: "What may stand between +++ at the top of a comment.",
    keys: &[
        key(
            "decision",
            Text,
            Optional,
            "Det beslut som föreslås på första sidan.",
            "The decision proposed on page one.",
        ),
        key("unit", Slug, Optional, "Bara i rapporter för denna enhet.", "Only in reports for this unit."),
        key(
            "language",
            Word(LANGUAGES),
            Optional,
            "Bara i rapporter på detta språk.",
            "Only in reports in this language.",
        ),
    ],
};
