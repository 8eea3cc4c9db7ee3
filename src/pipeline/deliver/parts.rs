//! One definition, many recipients, each with their own part: which reports are made of a wish, and who gets which.

use chrono::{DateTime, SecondsFormat, Utc};

use super::Wish;
use crate::model::{Language, Period, Recipient, ReportSpec, UnitId};
use crate::pipeline::App;
use crate::state::Way;

/// A report of its own within a wish, and who gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its name in the ledger: empty for the report as configured, else unit and language; other days than usual beside.
    pub(super) name: String,
    /// Only this unit.
    pub(super) unit: Option<UnitId>,
    /// The language.
    pub(super) language: Language,
    /// Ways and recipients.
    pub(super) receivers: Vec<(Way, String)>,
}

impl Part {
    /// The report as configured, for nobody yet.
    pub(super) fn whole(spec: &ReportSpec) -> Self {
        Self { name: String::new(), unit: spec.unit.clone(), language: spec.language, receivers: Vec::new() }
    }
}

/// The recipient in the ledger of everything that does not go to a person.
pub(super) const EVERYBODY: &str = "-";

/// The parts of a wish, the report as configured first. Parts that nobody gets are left out.
pub(super) fn parts(wish: &Wish, ways: &[Way]) -> Vec<Part> {
    let spec = &wish.spec;
    let others = ways.iter().filter(|way| **way != Way::Mail);
    let mut parts =
        vec![Part { receivers: others.map(|way| (*way, EVERYBODY.to_owned())).collect(), ..Part::whole(spec) }];
    let plain = |address: &String| Recipient { address: address.clone(), unit: None, language: None };
    let recipients = match &wish.to {
        Some(addresses) => addresses.iter().map(plain).collect(),
        None if ways.contains(&Way::Mail) => spec.recipients.clone(),
        None => Vec::new(),
    };
    for recipient in recipients {
        let unit = recipient.unit.or_else(|| spec.unit.clone());
        let language = recipient.language.unwrap_or(spec.language);
        let receiver = (Way::Mail, recipient.address);
        match parts.iter_mut().find(|part| part.unit == unit && part.language == language) {
            Some(part) => part.receivers.push(receiver),
            None => parts.push(Part { name: name(unit.as_ref(), language), unit, language, receivers: vec![receiver] }),
        }
    }
    parts.retain(|part| !part.receivers.is_empty());
    parts
}

/// What sets a report apart from the one that its instant would have by itself, for the names of its parts: its period, and
/// what was known of it.
pub(super) fn other(app: &App, period: Option<Period>, as_known_at: Option<DateTime<Utc>>) -> String {
    let period = period.map(|period| period.code(app.config.organisation.calendar));
    let known = as_known_at.map(|at| format!("@{}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
    joined(&period.unwrap_or_default(), &known.unwrap_or_default())
}

/// Both, with a space between where there are two.
pub(super) fn joined(one: &str, two: &str) -> String {
    format!("{one} {two}").trim().to_owned()
}

pub(super) fn name(unit: Option<&UnitId>, language: Language) -> String {
    match unit {
        Some(unit) => format!("{unit}/{}", language.code()),
        None => language.code().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Approval, ReportKind};

    fn recipient(address: &str, unit: Option<&str>, language: Option<Language>) -> Recipient {
        Recipient { address: address.to_owned(), unit: unit.map(UnitId::from), language }
    }

    fn wish(recipients: Vec<Recipient>) -> Wish {
        let spec = ReportSpec {
            id: "vecka".to_owned(),
            kind: ReportKind::Weekly,
            language: Language::Swedish,
            unit: None,
            schedule: None,
            recipients,
            approve: Approval::Auto,
            case_no: None,
        };
        Wish::scheduled(&spec, "2026-11-18T06:00:00Z".parse().expect("an instant"))
    }

    #[test]
    fn recipients_of_the_same_unit_and_language_share_a_report() {
        let wish = wish(vec![
            recipient("ledning@b.example", None, None),
            recipient("ungdom@b.example", Some("ungdom"), None),
            recipient("mayor@b.example", None, Some(Language::English)),
            recipient("ungdom2@b.example", Some("ungdom"), Some(Language::Swedish)),
        ]);
        let parts = parts(&wish, &[Way::Mail, Way::Folder]);
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["", "ungdom/sv", "en"]);
        assert_eq!(parts[0].receivers, [(Way::Folder, "-".to_owned()), (Way::Mail, "ledning@b.example".to_owned())]);
        assert_eq!(parts[1].receivers.len(), 2);
    }

    #[test]
    fn a_report_that_nobody_gets_as_configured_is_not_made() {
        let parts = parts(&wish(vec![recipient("ungdom@b.example", Some("ungdom"), None)]), &[Way::Mail]);
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].name, "ungdom/sv");
    }

    #[test]
    fn addresses_of_a_wish_go_before_those_of_the_configuration() {
        let mut wish = wish(vec![recipient("ledning@b.example", None, None)]);
        wish.to = Some(vec!["jag@b.example".to_owned()]);
        let parts = parts(&wish, &[Way::Mail]);
        assert_eq!(parts[0].receivers, [(Way::Mail, "jag@b.example".to_owned())]);
    }
}
