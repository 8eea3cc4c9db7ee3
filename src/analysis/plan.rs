//! What was planned against what was published: by address, by short code, else as a suggestion by time and words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{ChannelId, Period, PlannedPost, Post, PostId};

/// A post this much after the planned time is late.
const LATE_AFTER: TimeDelta = TimeDelta::hours(24);
/// A post this far from the planned time may be suggested.
const NEAR: TimeDelta = TimeDelta::hours(36);
/// Words in common, of all words, from which on a post is suggested.
const ALIKE: f64 = 0.3;

/// How a planned post and a published one were brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The post's address stands on the plan.
    Address,
    /// A short code stands on both.
    Code,
    /// Near in time and alike in words: a person has to confirm.
    Suggestion,
}

/// What became of a planned post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Published within a day of the planned time.
    OnTime,
    /// Published later.
    Late,
    /// The time has passed and no post was found.
    NeverPublished,
    /// The time has not come.
    Ahead,
    /// Put away, or without a date: not counted.
    NotCounted,
}

/// One planned post and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanOutcome {
    /// The plan's id.
    pub plan: String,
    /// What it is about.
    pub title: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// When it was planned, as the plan said when it was published (else now).
    pub due: Option<DateTime<Utc>>,
    /// What became of it.
    pub state: PlanState,
    /// The posts, by channel and id: one plan may be published on several channels.
    pub posts: Vec<(ChannelId, PostId, MatchedBy)>,
}

/// How a stretch of days went.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlanSummary {
    /// The planned posts that were due in it, ascending by time; those not counted last.
    pub outcomes: Vec<PlanOutcome>,
    /// Posts of it that no plan knows.
    pub unplanned: Vec<(ChannelId, PostId)>,
    /// Planned posts by label: due and published. A post with several labels is in each, so these have no sum.
    pub by_label: BTreeMap<String, (u32, u32)>,
}

impl PlanSummary {
    /// How many outcomes are of the state.
    pub fn count(&self, state: PlanState) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.state == state).count()
    }
}

/// The plan against the posts, for what was due (and what was published) in the period, by the clock of the zone.
/// Suggestions count as published, and say that they are suggestions.
pub fn plan_summary(
    planned: &[PlannedPost],
    posts: &[Post],
    period: Period,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> PlanSummary {
    let within = |moment: DateTime<Utc>| {
        let day = moment.with_timezone(&zone).date_naive();
        period.start() <= day && day < period.end()
    };
    let matches = matched(planned, posts);
    let mut summary = PlanSummary::default();
    let mut taken: BTreeSet<(&ChannelId, &PostId)> = BTreeSet::new();
    for (number, plan) in planned.iter().enumerate() {
        let found: Vec<&(usize, &Post, MatchedBy)> = matches.iter().filter(|(at, _, _)| *at == number).collect();
        taken.extend(found.iter().map(|(_, post, _)| (&post.channel, &post.id)));
        let outcome = outcome(plan, &found, now);
        if outcome.due.is_some_and(within) || found.iter().any(|(_, post, _)| within(post.published)) {
            summary.outcomes.push(outcome);
        }
    }
    summary.outcomes.sort_by_key(|outcome| (outcome.state == PlanState::NotCounted, outcome.due));
    let unplanned = posts.iter().filter(|post| within(post.published) && !taken.contains(&(&post.channel, &post.id)));
    summary.unplanned = unplanned.map(|post| (post.channel.clone(), post.id.clone())).collect();
    for outcome in summary.outcomes.iter().filter(|outcome| outcome.state != PlanState::NotCounted) {
        for label in outcome.labels.iter().collect::<BTreeSet<_>>() {
            let counts = summary.by_label.entry(label.clone()).or_default();
            counts.0 += u32::from(outcome.state != PlanState::Ahead || !outcome.posts.is_empty());
            counts.1 += u32::from(!outcome.posts.is_empty());
        }
    }
    summary
}

fn outcome(plan: &PlannedPost, found: &[&(usize, &Post, MatchedBy)], now: DateTime<Utc>) -> PlanOutcome {
    let first = found.iter().map(|(_, post, _)| post.published).min();
    // A due time that was moved after publication says nothing about being on time.
    let due = first.map_or(plan.due, |published| plan.due_at(published));
    let state = match (due, first) {
        (Some(due), Some(published)) if published > due + LATE_AFTER => PlanState::Late,
        (_, Some(_)) => PlanState::OnTime,
        (None, None) => PlanState::NotCounted,
        _ if plan.archived && !plan.done => PlanState::NotCounted,
        (Some(due), None) if due > now => PlanState::Ahead,
        (Some(_), None) => PlanState::NeverPublished,
    };
    let posts = found.iter().map(|(_, post, by)| (post.channel.clone(), post.id.clone(), *by)).collect();
    PlanOutcome { plan: plan.id.clone(), title: plan.title.clone(), labels: plan.labels.clone(), due, state, posts }
}

/// Which post belongs to which plan: addresses first, then codes, then the best suggestion, each post once.
fn matched<'a>(planned: &[PlannedPost], posts: &'a [Post]) -> Vec<(usize, &'a Post, MatchedBy)> {
    let mut found: Vec<(usize, &Post, MatchedBy)> = Vec::new();
    for post in posts {
        let address = post.permalink.as_deref().map(address);
        let by_address = planned.iter().position(|plan| {
            address
                .as_ref()
                .is_some_and(|own| !own.is_empty() && plan.links.iter().any(|link| &self::address(link) == own))
        });
        let text = post.text.to_uppercase();
        let words: BTreeSet<&str> =
            text.split(|letter: char| !letter.is_alphanumeric() && letter != '#' && letter != '-').collect();
        let by_code = || planned.iter().position(|plan| plan.codes.iter().any(|code| words.contains(code.as_str())));
        if let Some(at) = by_address {
            found.push((at, post, MatchedBy::Address));
        } else if let Some(at) = by_code() {
            found.push((at, post, MatchedBy::Code));
        }
    }
    let sure: BTreeSet<usize> = found.iter().map(|(at, _, _)| *at).collect();
    let mut near: Vec<(f64, usize, &Post)> = Vec::new();
    for post in posts.iter().filter(|post| !found.iter().any(|(_, other, _)| std::ptr::eq(*other, *post))) {
        for (at, plan) in planned.iter().enumerate().filter(|(at, plan)| !sure.contains(at) && !plan.archived) {
            let Some(due) = plan.due_at(post.published) else { continue };
            let alike = alike(&plan.title, &post.text);
            if (post.published - due).abs() <= NEAR && alike >= ALIKE && on_channel(plan, post) {
                near.push((alike, at, post));
            }
        }
    }
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let (mut plans, mut used) = (BTreeSet::new(), BTreeSet::new());
    for (_, at, post) in near {
        if !plans.contains(&(at, &post.channel)) && used.insert((&post.channel, &post.id)) {
            plans.insert((at, &post.channel));
            found.push((at, post, MatchedBy::Suggestion));
        }
    }
    found
}

/// An address without what changes: scheme, `www`, query, closing slash.
fn address(text: &str) -> String {
    let plain = text.trim().split(['?', '#']).next().unwrap_or_default();
    let plain = plain.trim_start_matches("https://").trim_start_matches("http://");
    plain.trim_start_matches("www.").trim_start_matches("m.").trim_end_matches('/').to_lowercase()
}

/// A plan that names platforms is only for them; one that names none is for any.
fn on_channel(plan: &PlannedPost, post: &Post) -> bool {
    let written: Vec<String> = plan.channels.iter().chain(&plan.labels).map(|name| name.to_lowercase()).collect();
    let names = |title: &str| written.iter().any(|name| name.contains(title));
    let platforms = ["facebook", "instagram", "linkedin", "youtube"];
    let any = platforms.iter().any(|title| names(title));
    !any || names(post.platform.as_str())
}

/// Words of the title that the text has too, of all the title's words longer than two letters.
fn alike(title: &str, text: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        parts.map(str::to_lowercase).collect()
    };
    let (title, text) = (words(title), words(text));
    if title.is_empty() {
        return 0.0;
    }
    let common = u32::try_from(title.intersection(&text).count()).unwrap_or(u32::MAX);
    f64::from(common) / f64::from(u32::try_from(title.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EarlierDue, OrganisationId, Platform, PostFormat};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn plan(id: &str, title: &str, due: &str) -> PlannedPost {
        PlannedPost {
            id: id.to_owned(),
            title: title.to_owned(),
            due: Some(at(due)),
            timed: true,
            earlier: Vec::new(),
            labels: vec!["Kultur".to_owned()],
            channels: Vec::new(),
            done: false,
            archived: false,
            links: Vec::new(),
            codes: Vec::new(),
        }
    }

    fn post(id: &str, text: &str, published: &str) -> Post {
        Post {
            organisation: OrganisationId::from("bjorkvalla"),
            platform: Platform::Facebook,
            channel: ChannelId::from("fb"),
            id: PostId::from(id),
            published: at(published),
            format: PostFormat::Text,
            text: text.to_owned(),
            permalink: Some(format!("https://www.facebook.com/1/posts/{id}/?ref=share")),
            link: None,
            seen: at(published),
            source: "test".to_owned(),
        }
    }

    fn summary(planned: &[PlannedPost], posts: &[Post]) -> PlanSummary {
        let week = Period::new("2026-11-09".parse().expect("a day"), "2026-11-16".parse().expect("a day"));
        plan_summary(planned, posts, week.expect("a week"), chrono_tz::Europe::Stockholm, at("2026-11-14T12:00:00Z"))
    }

    #[test]
    fn addresses_go_before_codes_and_codes_before_suggestions() {
        let mut by_address = plan("a", "Annat", "2026-11-10T08:00:00Z");
        by_address.links = vec!["http://facebook.com/1/posts/1".to_owned()];
        let mut by_code = plan("b", "Kod", "2026-11-11T08:00:00Z");
        by_code.codes = vec!["#GL-7".to_owned()];
        let suggested = plan("c", "Julmarknad på torget", "2026-11-12T08:00:00Z");
        let planned = [by_address, by_code, suggested, plan("d", "Snöröjning", "2026-11-13T08:00:00Z")];
        let posts = [
            post("1", "Något helt annat #gl-7", "2026-11-10T09:00:00Z"),
            post("2", "Se #gl-7 i dag", "2026-11-12T18:00:00Z"),
            post("3", "Välkommen till årets julmarknad, på torget!", "2026-11-12T07:00:00Z"),
            post("4", "Oplanerat", "2026-11-13T07:00:00Z"),
        ];
        let summary = summary(&planned, &posts);
        let told: Vec<_> = summary.outcomes.iter().map(|it| (it.plan.as_str(), it.state, it.posts.len())).collect();
        assert_eq!(
            told,
            [
                ("a", PlanState::OnTime, 1),
                ("b", PlanState::Late, 1),
                ("c", PlanState::OnTime, 1),
                ("d", PlanState::NeverPublished, 0)
            ]
        );
        assert_eq!(summary.outcomes[2].posts[0].2, MatchedBy::Suggestion);
        assert_eq!(summary.unplanned, [(ChannelId::from("fb"), PostId::from("4"))]);
        assert_eq!(summary.by_label["Kultur"], (4, 3));
    }

    #[test]
    fn a_due_time_moved_after_publication_does_not_make_it_timely() {
        let mut moved = plan("a", "Badhuset öppnar", "2026-11-12T08:00:00Z");
        moved.earlier = vec![EarlierDue { until: at("2026-11-12T20:00:00Z"), due: Some(at("2026-11-10T08:00:00Z")) }];
        moved.links = vec!["https://www.facebook.com/1/posts/1".to_owned()];
        let summary = summary(&[moved], &[post("1", "Badhuset öppnar", "2026-11-12T09:00:00Z")]);
        assert_eq!((summary.count(PlanState::Late), summary.count(PlanState::OnTime)), (1, 0));
    }

    #[test]
    fn what_lies_ahead_or_was_put_away_is_not_missing() {
        let mut away = plan("a", "Bort", "2026-11-10T08:00:00Z");
        away.archived = true;
        let mut elsewhere = plan("c", "Badhuset öppnar", "2026-11-12T08:00:00Z");
        elsewhere.channels = vec!["Instagram".to_owned()];
        let planned = [away, plan("b", "Framåt", "2026-11-15T08:00:00Z"), elsewhere];
        let summary = summary(&planned, &[post("1", "Badhuset öppnar", "2026-11-12T09:00:00Z")]);
        assert_eq!(summary.count(PlanState::NotCounted), 1);
        assert_eq!(summary.count(PlanState::Ahead), 1);
        assert_eq!(summary.count(PlanState::NeverPublished), 1, "planned for Instagram, published on Facebook");
        assert_eq!(summary.unplanned.len(), 1);
    }
}
