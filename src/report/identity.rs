//! What the public record wants to know. The report's id and hash are not here: they are made of all the rest, and the
//! drawings print them from the report itself.

use super::compose;
use super::draft::Draft;
use crate::model::ReportKind;

/// Name and value, worded.
pub(super) fn identity(draft: &Draft<'_>) -> Vec<(String, String)> {
    let material = draft.material;
    let (words, record) = (&draft.words.identity, &material.record);
    let zone = material.organisation.zone;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut push = |name: &str, value: String| rows.push((name.to_owned(), value));
    // The short reports tell these on the same sheet already.
    if matches!(material.kind, ReportKind::Monthly | ReportKind::Tertial | ReportKind::Campaign) {
        push(&words.organisation, material.organisation.name.clone());
        push(&words.period, draft.locale.period(material.period, material.facts.calendar));
    }
    if let Some(unit) = material.unit {
        push(&words.unit, unit.title.clone());
    }
    push(&words.made, draft.locale.instant(material.made, zone));
    if let Some(known) = material.as_known_at {
        push(&words.known_at, draft.locale.instant(known, zone));
    }
    if let Some(cut_off) = record.cut_off {
        push(&words.cut_off, draft.locale.instant(cut_off, zone));
    }
    if !record.data_through.is_empty() {
        push(&words.data_through, data_through(draft));
    }
    push(&words.program, crate::words::fill(&words.program_version, &[("version", &record.program)]));
    if !record.configuration.is_empty() {
        push(&words.configuration, in_groups(&record.configuration));
    }
    if let Some(retention) = &record.retention {
        push(&words.retention, retention.clone());
    }
    if let Some(case_no) = &record.case_no {
        push(&words.case_no, case_no.clone());
    }
    if !record.left_out.is_empty() {
        let headings: Vec<String> = record.left_out.iter().map(|id| compose::heading(draft, id)).collect();
        push(&words.left_out, draft.locale.list(&headings));
    }
    rows
}

/// A digest in groups of eight digits, so that it may break over lines.
fn in_groups(digest: &str) -> String {
    let digits: Vec<char> = digest.chars().collect();
    digits.chunks(8).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The last day of data of every channel; channels with the same day together.
fn data_through(draft: &Draft<'_>) -> String {
    let mut groups: Vec<(Option<chrono::NaiveDate>, Vec<String>)> = Vec::new();
    for (channel, day) in &draft.material.record.data_through {
        let title = draft.channel_title(channel);
        match groups.iter_mut().find(|(other, _)| other == day) {
            Some((_, titles)) => titles.push(title),
            None => groups.push((*day, vec![title])),
        }
    }
    let words = &draft.words.identity;
    let one = |(day, titles): &(Option<chrono::NaiveDate>, Vec<String>)| {
        let day = day.map_or_else(|| words.no_data.clone(), |day| draft.locale.date(day));
        let channels = draft.locale.list(titles);
        crate::words::fill(&words.through, &[("channels", &channels), ("date", &day)])
    };
    if let [(Some(day), _)] = groups.as_slice() {
        return crate::words::fill(&words.all_through, &[("date", &draft.locale.date(*day))]);
    }
    groups.iter().map(one).collect::<Vec<_>>().join("; ")
}
