//! What a goal is about besides its metric, and what the public record wants to know of it.

use super::Sentence;
use super::draft::{Draft, Part, upper_first};
use crate::analysis::Standing;
use crate::words::fill;

use Part::Text;

/// Which posts, which campaign, by which formula.
pub(super) fn about(draft: &mut Draft<'_>, standing: &Standing) -> Vec<Sentence> {
    let (goal, material) = (&standing.goal, draft.material);
    let words = &draft.words.goal;
    let mut told = Vec::new();
    if !goal.scope.labels.is_empty() {
        let title = |id: &String| material.label_titles.get(id).cloned().unwrap_or_else(|| id.clone());
        let labels = draft.locale.list(&goal.scope.labels.iter().map(title).collect::<Vec<String>>());
        told.push(draft.say(&words.about_labels, &[("labels", Text(&labels))]));
    }
    if let Some(id) = &goal.scope.campaign {
        let known = material.facts.scopes.campaigns.iter().find(|it| &it.id == id);
        let title = known.map_or_else(|| id.to_string(), |it| it.title.clone());
        told.push(draft.say(&words.about_campaign, &[("campaign", Text(&title))]));
    }
    if let Some(formula) = material.catalog.formula_of(&goal.metric) {
        let text = formula.split_once(" = ").map_or(formula, |(_, text)| text);
        told.push(draft.say(&words.about_formula, &[("formula", Text(text))]));
    }
    told
}

/// Who decided, under which number, which version it is and why, when it is looked at again, and what was learned.
pub(super) fn record(draft: &mut Draft<'_>, standing: &Standing) -> Vec<Sentence> {
    let words = &draft.words.goal;
    let record = &standing.goal.record;
    let mut clauses = Vec::new();
    if let Some(role) = &standing.goal.owner_role {
        clauses.push(fill(&words.record_owner, &[("role", role)]));
    }
    match (&record.decided_by, record.decided_on) {
        (Some(by), Some(on)) => {
            let date = draft.locale.date(on);
            clauses.push(fill(&words.record_decided, &[("by", by), ("date", &date)]));
        }
        (Some(by), None) => clauses.push(fill(&words.record_decided_by, &[("by", by)])),
        (None, _) => {}
    }
    clauses.extend(record.case_no.as_ref().map(|number| fill(&words.record_case, &[("number", number)])));
    if let Some(on) = record.review_on {
        clauses.push(fill(&words.record_review, &[("date", &draft.locale.date(on))]));
    }
    let mut told = Vec::new();
    if !clauses.is_empty() {
        let text = upper_first(&clauses.join("; "));
        told.push(draft.say("{text}.", &[("text", Text(&text))]));
    }
    told.extend(version(draft, standing));
    if let Some(closing) = &record.closing {
        let date = draft.locale.date(closing.date);
        let parts = [("date", Text(&date)), ("learning", Text(&closing.learning))];
        told.push(draft.say(&draft.words.goal.record_closing, &parts));
    }
    told
}

/// Which version it is, from when, and why it was changed.
fn version(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    let words = &draft.words.goal;
    let record = &standing.goal.record;
    let mut clauses = Vec::new();
    clauses.extend(record.version.map(|it| fill(&words.record_version, &[("version", &it.to_string())])));
    clauses.extend(record.valid_from.map(|on| fill(&words.record_valid, &[("date", &draft.locale.date(on))])));
    clauses.extend(record.change_reason.as_ref().map(|why| fill(&words.record_changed, &[("reason", why)])));
    if clauses.is_empty() {
        return None;
    }
    let text = upper_first(&clauses.join("; "));
    Some(draft.say("{text}.", &[("text", Text(text.trim_end_matches('.')))]))
}
