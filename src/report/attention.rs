//! What needs attention: the goals that need a much higher pace, what ends soon, and data that people must look after.

use chrono::{Days, TimeDelta};

use super::draft::{Draft, Part};
use super::{LastFetch, Sentence, goal_line};
use crate::analysis::Standing;
use crate::model::{Gravity, Status};

use Part::{Text, Value};

/// So long before its end a token is told of.
const TOKEN_DAYS: i64 = 30;
/// So long before it is due a goal is told of, and a review.
const SOON: u64 = 28;
/// A token that ends within so many days is more urgent than any goal.
const TOKEN_URGENT_DAYS: i64 = 7;

/// At most so many sentences, the most urgent first; one sentence when there is nothing.
pub(super) fn attention(draft: &mut Draft<'_>, room: usize) -> Vec<Sentence> {
    let mut found: Vec<(u8, Sentence)> = Vec::new();
    for fetch in super::quality::fetched(draft.material) {
        found.extend(token(draft, fetch));
        found.extend(fetched(draft, fetch));
    }
    refused(draft, &mut found);
    for standing in &draft.material.standings {
        found.extend(pace(draft, standing).map(|it| (2, it)));
        found.extend(due_soon(draft, standing).map(|it| (4, it)));
        found.extend(review(draft, standing).map(|it| (5, it)));
    }
    breaks(draft, &mut found);
    found.sort_by_key(|(urgency, _)| *urgency);
    found.truncate(room);
    if found.is_empty() {
        return vec![draft.say(&draft.words.attention.nothing, &[])];
    }
    found.into_iter().map(|(_, sentence)| sentence).collect()
}

fn token(draft: &mut Draft<'_>, fetch: &LastFetch) -> Option<(u8, Sentence)> {
    let words = &draft.words.attention;
    let (expires, made) = (fetch.token_expires?, draft.material.made);
    if expires - made > TimeDelta::days(TOKEN_DAYS) {
        return None;
    }
    let channel = draft.channel_title(&fetch.channel);
    let date = draft.locale.date(draft.material.facts.local_day(expires));
    let phrase = if expires <= made { &words.token_expired } else { &words.token_expires };
    let urgency = if expires - made <= TimeDelta::days(TOKEN_URGENT_DAYS) { 0 } else { 3 };
    Some((urgency, draft.say(phrase, &[("channel", Text(&channel)), ("date", Text(&date))])))
}

fn fetched(draft: &mut Draft<'_>, fetch: &LastFetch) -> Option<(u8, Sentence)> {
    let words = &draft.words.attention;
    let channel = draft.channel_title(&fetch.channel);
    let acts = fetch.problems.iter().any(|problem| problem.gravity == Gravity::Action);
    let has_data = draft.material.quality.iter().any(|it| it.channel == fetch.channel && it.data_through.is_some());
    let Some(at) = fetch.at else {
        // What came by files has values without ever being fetched.
        return (!has_data).then(|| (1, draft.say(&words.never_fetched, &[("channel", Text(&channel))])));
    };
    let date = draft.locale.date(draft.material.facts.local_day(at));
    let quality = draft.words.section.quality.clone();
    let parts = [("channel", Text(&channel)), ("date", Text(&date)), ("section", Text(&quality))];
    if fetch.succeeded_at.is_none() {
        return Some((1, draft.say(&words.fetch_failed, &parts)));
    }
    if acts {
        return Some((1, draft.say(&words.fetch_needs_action, &parts)));
    }
    None
}

/// Refusals in the period: their number is in the section on data quality.
fn refused(draft: &mut Draft<'_>, found: &mut Vec<(u8, Sentence)>) {
    for quality in &draft.material.quality {
        let count = quality.states.refused;
        if count == 0 {
            continue;
        }
        let channel = draft.channel_title(&quality.channel);
        let figure = super::quality::refusals(draft, quality);
        let phrase = draft.words.attention.refused.of(usize::try_from(count).unwrap_or(usize::MAX));
        found.push((2, draft.say(phrase, &[("channel", Text(&channel)), ("refused", Value(&figure))])));
    }
}

/// A goal that needs more than twice the pace it has had.
fn pace(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    let (needed, lately) = (standing.needed_per_week.as_ref()?, standing.lately_per_week.as_ref()?);
    if !matches!(standing.status, Status::Lagging | Status::Behind) {
        return None;
    }
    let (need, had) = (needed.number()?, lately.number()?);
    // Towards a higher number only: what is to stay low has a budget, not a pace.
    if need <= 0.0 || need <= 2.0 * had {
        return None;
    }
    let phrase = if had > 0.0 { &draft.words.attention.double_pace } else { &draft.words.attention.standing_still };
    let parts = [("goal", Text(&standing.goal.title)), ("needed", Value(needed)), ("lately", Value(lately))];
    Some(draft.say(phrase, &parts))
}

fn due_soon(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    let goal = &standing.goal;
    let today = draft.material.facts.today;
    let soon = today <= goal.due && goal.due <= today + Days::new(SOON);
    if !soon || standing.status == Status::Achieved {
        return None;
    }
    let date = draft.locale.date(goal.due);
    let status = super::draft::lower_first(&goal_line::word(draft, standing.status));
    let parts = [("goal", Text(&goal.title)), ("date", Text(&date)), ("status", Text(&status))];
    Some(draft.say(&draft.words.attention.due_soon, &parts))
}

fn review(draft: &mut Draft<'_>, standing: &Standing) -> Option<Sentence> {
    let on = standing.goal.record.review_on?;
    let today = draft.material.facts.today;
    if on > today + Days::new(SOON) || on + Days::new(2 * SOON) < today {
        return None;
    }
    let date = draft.locale.date(on);
    let words = &draft.words.attention;
    let phrase = if on < today { &words.review_passed } else { &words.review };
    Some(draft.say(phrase, &[("goal", Text(&standing.goal.title)), ("date", Text(&date))]))
}

/// Definitions that changed within the period.
fn breaks(draft: &mut Draft<'_>, found: &mut Vec<(u8, Sentence)>) {
    let material = draft.material;
    let mut told: Vec<(String, chrono::NaiveDate)> = Vec::new();
    for compared in &material.compared {
        let Some(channel) = draft.channel(&compared.channel) else { continue };
        let breaks = material.facts.breaks_of(material.catalog, &compared.channel, &compared.metric);
        for day in breaks.into_iter().map(|it| it.day).filter(|day| material.period.contains(*day)) {
            let metric = draft.metric_within(&compared.metric);
            let key = (format!("{} {metric}", channel.platform), day);
            if told.contains(&key) {
                continue;
            }
            told.push(key);
            let date = draft.locale.date(day);
            let parts =
                [("platform", Text(channel.platform.title())), ("metric", Text(&metric)), ("date", Text(&date))];
            let sentence = draft.say(&draft.words.attention.metric_break, &parts);
            found.push((3, sentence));
        }
    }
}
