//! Whether what a goal counts can be told for some posts or one campaign alone.

use super::fault::{Fault, say};
use super::goals::Surroundings;
use super::table::Table;
use crate::catalog::{Canonical, Catalog, Subject};
use crate::model::{Channel, Goal, MetricName, Platform, Rollup};

/// What websites count by campaign.
const BY_CAMPAIGN: [&str; 3] = ["visits", "campaign_visits", "conversions"];

/// Tells what cannot be counted for the posts or the campaign that the goal names.
pub(super) fn check(table: &Table<'_>, goal: &Goal, canonical: &Canonical, around: &Surroundings<'_>) {
    let (labels, campaign) = (!goal.scope.labels.is_empty(), goal.scope.campaign.as_ref());
    if !labels && campaign.is_none() {
        return;
    }
    let key = if labels { "labels" } else { "campaign" };
    let parts = around.catalog.counted(&canonical.name);
    if campaign.is_some() && !labels && parts.iter().all(|part| BY_CAMPAIGN.contains(&part.as_str())) {
        return;
    }
    if let Some(fault) = unfit(table, goal, canonical, (key, &parts)) {
        table.faults.push(fault);
        return;
    }
    let own = campaign.and_then(|id| around.campaigns.iter().find(|it| &it.id == id));
    if !labels && own.is_some_and(|it| it.labels.is_empty()) {
        table.faults.push_unsure(
            table
                .fault(
                    "campaign",
                    say("the campaign has no labels", "insatsen har inga etiketter"),
                    say(
                        "its posts are known by their labels: expected `labels` in the `[[campaign]]`",
                        "dess inlägg känns igen på etiketterna: väntade `labels` i `[[campaign]]`",
                    ),
                )
                .help(say(
                    "or count what its links led to: `campaign_visits`, `conversions`",
                    "eller räkna vad dess länkar ledde till: `campaign_visits`, `conversions`",
                )),
        );
    }
}

fn unfit(table: &Table<'_>, goal: &Goal, canonical: &Canonical, (key, parts): (&str, &[MetricName])) -> Option<Fault> {
    let name = &goal.metric;
    let expected = say("expected a metric that posts have", "väntade ett mått som inlägg har");
    let help =
        say("e.g. `views`, `engagements`, `clicks`, `posts`", "till exempel `views`, `engagements`, `clicks`, `posts`");
    let what = match canonical.rollup {
        Rollup::Last => say(format!("`{name}` belongs to no post"), format!("`{name}` hör inte till något inlägg")),
        Rollup::Never => say(
            format!("`{name}` counts people, who may see several posts: it cannot be added over posts"),
            format!("`{name}` räknar personer, som kan se flera inlägg: det går inte att lägga ihop över inlägg"),
        ),
        Rollup::Sum | Rollup::RatioOfSums { .. } if !parts.iter().all(any_posts_have) => {
            say(format!("no platform counts `{name}` per post"), format!("ingen plattform räknar `{name}` per inlägg"))
        }
        Rollup::Sum | Rollup::RatioOfSums { .. } => return None,
    };
    Some(table.fault(key, what, expected).help(help))
}

fn any_posts_have(metric: &MetricName) -> bool {
    Platform::ALL.into_iter().any(|platform| posts_have(platform, metric))
}

/// Whether the platform counts the metric per post.
pub(super) fn posts_have(platform: Platform, metric: &MetricName) -> bool {
    if metric.as_str() == "posts" {
        return platform.has_posts();
    }
    !Catalog::builtin().feeding(metric, platform, Subject::Post).is_empty()
}

/// The channels that a goal about posts is counted on, of those that count its metric at all.
pub(super) fn narrowed<'a>(goal: &Goal, around: &Surroundings<'_>, counting: Vec<&'a Channel>) -> Vec<&'a Channel> {
    let campaign = goal.scope.campaign.as_ref().and_then(|id| around.campaigns.iter().find(|it| &it.id == id));
    if !goal.scope.channels.is_empty() || (goal.scope.labels.is_empty() && campaign.is_none()) {
        return counting;
    }
    let parts = around.catalog.counted(&goal.metric);
    let by_website = goal.scope.labels.is_empty() && parts.iter().all(|part| BY_CAMPAIGN.contains(&part.as_str()));
    let of_campaign =
        |channel: &Channel| campaign.is_none_or(|it| it.channels.is_empty() || it.channels.contains(&channel.id));
    let of_posts =
        |channel: &Channel| parts.iter().all(|part| posts_have(channel.platform, part)) && of_campaign(channel);
    counting.into_iter().filter(|channel| by_website || of_posts(channel)).collect()
}
