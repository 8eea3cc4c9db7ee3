//! Keys of reports, mail and delivery.

use super::{FRESHNESS, Kind, LANGUAGES, Need, REPORT_KINDS, Section, WAYS, key};
use Kind::{Address, Recipients, Schedule, Secret, Slug, Text, Texts, Url, Whole, Word, Words};
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
        key(
            "on_deadline",
            Word(&["hold", "send"]),
            Default("\"hold\""),
            "Om den ansvarige inte svarat när rapporten ska gå: vänta (hold) eller skicka ändå (send).",
            "When the owner has not answered by the time of sending: wait (hold) or send all the same (send).",
        ),
        key(
            "freshness",
            Word(FRESHNESS),
            Default("\"wait\""),
            "Om siffror saknas: vänta till tidsgränsen och skicka märkt preliminär (wait), håll kvar och larma (hold) eller skicka genast, märkt preliminär (send).",
            "When figures are missing: wait until the deadline and send marked preliminary (wait), hold and alert (hold), or send at once, marked preliminary (send).",
        ),
        key(
            "wait_hours",
            Whole(1, 168),
            Default("6"),
            "Så många timmar väntar freshness = \"wait\".",
            "How many hours freshness = \"wait\" waits.",
        ),
        key(
            "ways",
            Words(WAYS),
            Default("[\"mail\", \"folder\"]"),
            "Hur den lämnas: e-post till mottagarna, mapp, Teams, Slack.",
            "How it is delivered: mail to the recipients, folder, Teams, Slack.",
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
            "token_url",
            Url,
            Optional,
            "För inloggning med OAuth2 (Exchange Online): adressen som ger nyckeln. Kräver username, client_id och client_secret.",
            "For login by OAuth2 (Exchange Online): the address that gives the token. Needs username, client_id and client_secret.",
        ),
        key(
            "client_id",
            Text,
            Optional,
            "Appens id hos den som ger nyckeln.",
            "The app's id at whoever gives the token.",
        ),
        key("client_secret", Secret, Optional, "Appens hemlighet.", "The app's secret."),
        key(
            "scope",
            Text,
            Default("\"https://outlook.office365.com/.default\""),
            "Det som nyckeln ska gälla för.",
            "What the token is to be good for.",
        ),
        key(
            "unsubscribe",
            Address,
            Optional,
            "Adressen som tar emot avanmälningar. Annars reply_to, annars from.",
            "The address that takes unsubscriptions. Else reply_to, else from.",
        ),
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
    keys: &[
        key("folder", Text, Default("\"reports-out\""), "Mappen.", "The folder."),
        key(
            "archive",
            Text,
            Optional,
            "Arkivet: exakt det som skickats. Annars mappen archive i datamappen.",
            "The archive: exactly what was sent. Else the folder archive in the data folder.",
        ),
        key(
            "teams",
            Secret,
            Optional,
            "Webbadressen till ert arbetsflöde i Teams. Den är hemlig: vem som helst med den kan skriva i kanalen.",
            "The address of your Teams workflow. It is a secret: whoever has it can write in the channel.",
        ),
        key(
            "slack",
            Secret,
            Optional,
            "Webbadressen till er inkommande webhook i Slack. Hemlig.",
            "The address of your incoming webhook in Slack. A secret.",
        ),
    ],
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
