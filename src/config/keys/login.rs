//! Keys of the login by the organisation's own identity provider (`OpenID` Connect).

use super::{Kind, LOGIN_ROLES, Need, Section, key};
use Kind::{Flag, Secret, Slugs, Tables, Text, Texts, Url, Word};
use Need::{Default, Optional, Required};

pub static LOGIN: Section = Section {
    head: "[login]",
    sv: "Inloggning genom organisationens egen inloggning: OpenID Connect, som Entra ID.",
    en: "Login by the organisation's own identity provider: OpenID Connect, such as Entra ID.",
    keys: &[
        key(
            "issuer",
            Url,
            Required,
            "Utfärdarens adress. För Entra ID: \"https://login.microsoftonline.com/<tenant>/v2.0\".",
            "The issuer's address. For Entra ID: \"https://login.microsoftonline.com/<tenant>/v2.0\".",
        ),
        key("client_id", Text, Required, "Programmets id hos utfärdaren.", "The program's id at the issuer."),
        key(
            "client_secret",
            Secret,
            Optional,
            "Programmets hemlighet hos utfärdaren.",
            "The program's secret at the issuer.",
        ),
        key("name", Text, Optional, "Vad inloggningen heter på knappen.", "What the login is called on the button."),
        key(
            "domains",
            Texts,
            Default("[]"),
            "Bara adresser i dessa domäner släpps in. Tomt: alla som utfärdaren släpper in.",
            "Only addresses in these domains are let in. Empty: all whom the issuer lets in.",
        ),
        key(
            "role",
            Word(LOGIN_ROLES),
            Default("\"none\""),
            "Rollen för den som loggar in utan att ha ett konto. \"none\": bara den som har ett konto.",
            "The role of somebody who logs in and has no account. \"none\": only those who have one.",
        ),
        key(
            "trust_email",
            Flag,
            Default("false"),
            "Lita på adressen fast utfärdaren inte säger att den är bekräftad. Entra ID säger aldrig det: true bara om \
             utfärdaren är er egen.",
            "Trust the address although the issuer does not say that it is verified. Entra ID never says so: true only if \
             the issuer is your own.",
        ),
        key(
            "claim",
            Text,
            Default("\"roles\""),
            "Uppgiften i inloggningen som bestämmer rollen: \"roles\" eller \"groups\".",
            "The claim of the login that decides the role: \"roles\" or \"groups\".",
        ),
        key("map", Tables(&MAP), Optional, "Vad uppgiften ger för roll.", "Which role the claim gives."),
    ],
};

pub static MAP: Section = Section {
    head: "[[login.map]]",
    sv: "Ett värde av uppgiften och rollen som det ger. Står det något här släpps bara den in som har ett av värdena.",
    en: "A value of the claim and the role that it gives. With any of these only those are let in who have one of the values.",
    keys: &[
        key("value", Text, Required, "Värdet, till exempel gruppens id.", "The value, such as the group's id."),
        key("role", Word(&["reader", "editor", "administrator"]), Required, "Rollen.", "The role."),
        key("units", Slugs, Default("[]"), "Bara dessa enheter. Tomt: alla.", "Only these units. Empty: all."),
    ],
};
