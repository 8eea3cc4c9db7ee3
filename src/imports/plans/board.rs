//! A board of Trello, as its menu exports it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{PlanFile, codes, links};
use crate::imports::{ImportError, Skipped};
use crate::model::told::{Told, files as told};
use crate::model::{EarlierDue, PlannedPost};

#[derive(Deserialize)]
struct Board {
    cards: Vec<Card>,
    #[serde(default)]
    lists: Vec<Named>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    closed: bool,
}

#[derive(Deserialize)]
struct Label {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    color: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    desc: String,
    #[serde(default)]
    due: Option<String>,
    #[serde(default)]
    due_complete: bool,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    id_list: String,
    #[serde(default)]
    id_labels: Vec<String>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    is_template: bool,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Action {
    #[serde(default)]
    date: Option<DateTime<Utc>>,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    data: serde_json::Value,
}

pub(super) fn is_board(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only whether the keys are there is of interest")]
    struct Shape {
        cards: Vec<serde::de::IgnoredAny>,
        lists: Vec<serde::de::IgnoredAny>,
    }
    serde_json::from_slice::<Shape>(unmarked(bytes)).is_ok()
}

fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

pub(super) fn read(bytes: &[u8]) -> Result<PlanFile, ImportError> {
    let board: Board = serde_json::from_slice(unmarked(bytes)).map_err(|error| ImportError::Ruined {
        line: error.line() as u64,
        what: told::plan_board(error.to_string()),
    })?;
    let earlier = earlier(&board.actions);
    let lists: BTreeMap<&str, &Named> = board.lists.iter().map(|list| (list.id.as_str(), list)).collect();
    let labels: BTreeMap<&str, String> =
        board.labels.iter().filter_map(|label| Some((label.id.as_str(), shown(label)?))).collect();
    let mut plan = PlanFile { format: "trello-board".to_owned(), posts: Vec::new(), skipped: Vec::new() };
    for (number, card) in board.cards.iter().enumerate() {
        if card.is_template {
            let row = number as u64 + 1;
            plan.skipped.push(Skipped { row, sheet: None, reason: told::card_template(&card.name) });
            continue;
        }
        match post(card, &lists, &labels, &earlier) {
            Ok(post) => plan.posts.push(post),
            Err(reason) => plan.skipped.push(Skipped { row: number as u64 + 1, sheet: None, reason }),
        }
    }
    Ok(plan)
}

fn post(
    card: &Card,
    lists: &BTreeMap<&str, &Named>,
    labels: &BTreeMap<&str, String>,
    earlier: &BTreeMap<String, Vec<EarlierDue>>,
) -> Result<PlannedPost, Told> {
    let due = match card.due.as_deref().filter(|due| !due.is_empty()) {
        Some(due) => Some(due.parse().map_err(|_| told::card_due(&card.name, due))?),
        None => None,
    };
    let (mut found, mut marks) = (BTreeSet::new(), BTreeSet::new());
    for text in [card.name.as_str(), card.desc.as_str()] {
        links(text, &mut found);
        codes(text, &mut marks);
    }
    for url in card.attachments.iter().filter_map(|attachment| attachment.url.as_deref()) {
        links(url, &mut found);
    }
    let named = card.id_labels.iter().filter_map(|id| labels.get(id.as_str()).cloned());
    let own = card.labels.iter().filter_map(shown);
    let mut all: Vec<String> = named.chain(own).collect::<BTreeSet<_>>().into_iter().collect();
    all.sort();
    let list = lists.get(card.id_list.as_str());
    Ok(PlannedPost {
        id: card.id.clone(),
        title: card.name.clone(),
        due,
        timed: due.is_some(),
        earlier: earlier.get(&card.id).cloned().unwrap_or_default(),
        labels: all,
        channels: list.map(|list| list.name.clone()).into_iter().filter(|name| !name.is_empty()).collect(),
        done: card.due_complete,
        archived: card.closed || list.is_some_and(|list| list.closed),
        links: found.into_iter().collect(),
        codes: marks.into_iter().collect(),
    })
}

fn shown(label: &Label) -> Option<String> {
    let name = if label.name.trim().is_empty() { label.color.as_deref()? } else { label.name.trim() };
    Some(name.to_owned())
}

/// What the cards' due times were before they were moved, by card, ascending.
fn earlier(actions: &[Action]) -> BTreeMap<String, Vec<EarlierDue>> {
    let mut moved: BTreeMap<String, Vec<EarlierDue>> = BTreeMap::new();
    for action in actions.iter().filter(|action| action.kind == "updateCard") {
        let (Some(until), Some(card)) = (action.date, action.data["card"]["id"].as_str()) else { continue };
        let Some(old) = action.data["old"].get("due") else { continue };
        let due = old.as_str().and_then(|due| due.parse().ok());
        moved.entry(card.to_owned()).or_default().push(EarlierDue { until, due });
    }
    for changes in moved.values_mut() {
        changes.sort_by_key(|change| change.until);
    }
    moved
}
