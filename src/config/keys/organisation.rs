//! Keys of the organisation, its units and its inhabitants.

use super::{Kind, LANGUAGES, Need, Section, key};
use Kind::{Date, Slug, Text, Whole, Word, Zone};
use Need::{Default, Optional, Required};

pub static ORGANISATION: Section = Section {
    head: "[organisation]",
    sv: "Organisationen. Står en gång.",
    en: "The organisation. Stands once.",
    keys: &[
        key(
            "id",
            Slug,
            Required,
            "Kort namn, används i mappar och tabeller. Ändra det aldrig.",
            "Short name, used in folders and tables. Never change it.",
        ),
        key("name", Text, Required, "Namnet som läsaren ser.", "The name that readers see."),
        key(
            "zone",
            Zone,
            Default("\"Europe/Stockholm\""),
            "Tidszonen för klockslag i inställningarna.",
            "The time zone of clock times in the configuration.",
        ),
        key(
            "language",
            Word(LANGUAGES),
            Default("\"sv\""),
            "Rapporternas språk om inget annat sägs.",
            "The language of reports unless they say otherwise.",
        ),
        key(
            "municipality",
            Text,
            Optional,
            "Kommunkod, fyra siffror, som text.",
            "Municipality code, four digits, as text.",
        ),
        key(
            "year_start",
            Whole(1, 12),
            Default("1"),
            "Månaden då verksamhetsåret börjar (Göteborg: 11).",
            "The month in which the year begins (Göteborg: 11).",
        ),
        key(
            "vision",
            Text,
            Optional,
            "Visionen som målen bidrar till, en mening.",
            "The vision that goals add up to, one sentence.",
        ),
        key(
            "retention",
            Text,
            Optional,
            "Gallring: klass och beslut, trycks i rapporten.",
            "Retention class and decision, printed in the report.",
        ),
    ],
};

pub static UNIT: Section = Section {
    head: "[[unit]]",
    sv: "En förvaltning eller enhet. En per block.",
    en: "A department or unit. One per block.",
    keys: &[
        key("id", Slug, Required, "Kort namn.", "Short name."),
        key("title", Text, Required, "Namnet som läsaren ser.", "The name that readers see."),
        key(
            "parent",
            Slug,
            Optional,
            "Enheten ovanför. Utelämnas direkt under organisationen.",
            "The unit above. Left out directly under the organisation.",
        ),
        key("purpose", Text, Optional, "Vad enheten är till för, en mening.", "What it is for, one sentence."),
    ],
};

pub static POPULATION: Section = Section {
    head: "[[population]]",
    sv: "Invånarantal vid ett datum. Behövs för värden per 1 000 invånare.",
    en: "Inhabitants on a day. Needed for values per 1,000 inhabitants.",
    keys: &[
        key("date", Date, Required, "Dagen som räknades.", "The day that was counted."),
        key("inhabitants", Whole(1, 4_000_000_000), Required, "Hur många.", "How many."),
        key("source", Text, Required, "Vem som säger det, till exempel \"SCB\".", "Who says so, e.g. \"SCB\"."),
    ],
};
