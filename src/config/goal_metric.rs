//! Whether what a goal counts can be counted that way: the catalogue says what may be added, over what.

use super::fault::say;
use super::goal_scope;
use super::goals::{Surroundings, kind_word, outside_catalogue};
use super::near::{listed, nearest};
use super::table::Table;
use crate::catalog::{Canonical, Catalog, Subject};
use crate::model::{Channel, Goal, GoalKind, MetricName, Platform, Rollup, Unit};

/// The goal's metric; the kinds that can only mean one need not name it.
pub(super) fn metric(table: &Table<'_>, catalog: &Catalog) -> Option<MetricName> {
    let word = kind_word(table)?;
    let Some(name) = table.text("metric") else {
        let own = match word.as_str() {
            "cadence" => Some(MetricName::from("posts")),
            "conversion" => Some(MetricName::from("conversion_rate")),
            word => outside_catalogue(word),
        };
        if own.is_none() && !table.has("metric") {
            table.faults.push_unsure(
                super::Fault::new(
                    table.start(),
                    say("`metric` is missing", "`metric` saknas"),
                    say("expected what the goal counts", "väntade vad målet räknar"),
                )
                .help(say(
                    format!("there are: {}", all_metrics(catalog)),
                    format!("det finns: {}", all_metrics(catalog)),
                )),
            );
        }
        return own;
    };
    let metric = MetricName::from(name.as_str());
    if names(catalog).any(|known| known == name) || outside_catalogue(&word).is_some() {
        return Some(metric);
    }
    let names = names(catalog);
    let help = match nearest(&name, names) {
        Some(near) => say(format!("did you mean `{near}`?"), format!("menade du `{near}`?")),
        None => say(format!("there are: {}", all_metrics(catalog)), format!("det finns: {}", all_metrics(catalog))),
    };
    table.faults.push(
        table
            .fault(
                "metric",
                say(format!("there is no metric `{name}`"), format!("det finns inget mått `{name}`")),
                say("expected a canonical metric", "väntade ett mått ur katalogen"),
            )
            .help(help),
    );
    None
}

fn all_metrics(catalog: &Catalog) -> String {
    listed(names(catalog))
}

/// The names that goals may use: the parts of the organisation's own rates have none.
fn names(catalog: &Catalog) -> impl Iterator<Item = &str> {
    catalog.canonical.iter().map(|canonical| canonical.name.as_str()).filter(|name| !name.contains('.'))
}

/// Whether the metric, the kind and the channels go together.
pub(super) fn check(table: &Table<'_>, goal: &Goal, around: &Surroundings<'_>) {
    let Some(canonical) = around.catalog.canonical(&goal.metric) else { return };
    if matches!(goal.kind, GoalKind::Milestone { .. } | GoalKind::SurveyShare { .. }) {
        return;
    }
    check_kind(table, goal, canonical);
    check_share(table, goal, canonical);
    goal_scope::check(table, goal, canonical, around);
    let counting = goal_scope::narrowed(goal, around, channels(table, goal, around));
    if counting.is_empty() {
        return;
    }
    check_adding(table, goal, canonical, (around.catalog, &counting));
}

fn check_kind(table: &Table<'_>, goal: &Goal, canonical: &Canonical) {
    let sums = matches!(goal.kind, GoalKind::Absolute { .. } | GoalKind::RelativeGrowth { .. });
    let name = &goal.metric;
    let at = if table.has("kind") { "kind" } else { "metric" };
    let (what, help) = match &canonical.rollup {
        Rollup::Never if sums => (
            say(
                format!("`{name}` is a unique count and has no sum: the same person would be counted every day"),
                format!("`{name}` räknar unika personer och har ingen summa: samma person skulle räknas varje dag"),
            ),
            say(
                "use `kind = \"floor\"` or \"range\" on one channel, or a metric that adds, such as `views`",
                "använd `kind = \"floor\"` eller \"range\" på en kanal, eller ett mått som går att summera, som `views`",
            ),
        ),
        Rollup::RatioOfSums { numerator, denominator } if sums => (
            say(format!("`{name}` is a ratio and has no sum"), format!("`{name}` är en kvot och har ingen summa")),
            say(
                format!(
                    "use `kind = \"floor\"`, \"ceiling\", \"range\" or \"direction\"; or count `{numerator}` alone (it is divided by `{denominator}`)"
                ),
                format!(
                    "använd `kind = \"floor\"`, \"ceiling\", \"range\" eller \"direction\"; eller räkna bara `{numerator}` (det delas med `{denominator}`)"
                ),
            ),
        ),
        Rollup::Last | Rollup::Never | Rollup::RatioOfSums { .. } if matches!(goal.kind, GoalKind::Cadence { .. }) => (
            say(format!("`{name}` cannot be counted per week"), format!("`{name}` går inte att räkna per vecka")),
            say(
                "a cadence counts things that add, such as `posts`",
                "en takt räknar sådant som går att summera, som `posts`",
            ),
        ),
        rollup if matches!(goal.kind, GoalKind::Conversion { .. }) && !matches!(rollup, Rollup::RatioOfSums { .. }) => {
            (
                say(format!("`{name}` is not a rate"), format!("`{name}` är ingen andel")),
                say("a conversion goal is about `conversion_rate`", "ett konverteringsmål gäller `conversion_rate`"),
            )
        }
        _ => return,
    };
    let expected = say("expected another kind or another metric", "väntade en annan sort eller ett annat mått");
    table.faults.push(table.fault(at, what, expected).help(help));
}

/// 4 for four per cent is the commonest slip with shares.
fn check_share(table: &Table<'_>, goal: &Goal, canonical: &Canonical) {
    if canonical.unit != Unit::Share {
        return;
    }
    if goal.normalise.is_some() {
        table.faults.push(table.fault(
            "normalise",
            say(
                format!("`{}` is already divided by something", goal.metric),
                format!("`{}` är redan delat med något", goal.metric),
            ),
            say("expected a metric that is counted", "väntade ett mått som räknas"),
        ));
    }
    for key in ["target", "low", "high", "minimum", "stretch", "baseline"] {
        let about_the_share = key != "target" || matches!(goal.kind, GoalKind::Floor { .. } | GoalKind::Ceiling { .. });
        if let Some(found) = table.number(key).filter(|number| about_the_share && !(0.0..=1.0).contains(number)) {
            let share = found / 100.0;
            table.faults.push(
                table
                    .fault(
                        key,
                        say(format!("`{key}` is {found}"), format!("`{key}` är {found}")),
                        say(
                            format!("`{}` is a share from 0 to 1", goal.metric),
                            format!("`{}` är en andel från 0 till 1", goal.metric),
                        ),
                    )
                    .help(say(format!("{found} per cent is `{share}`"), format!("{found} procent är `{share}`"))),
            );
        }
    }
}

/// Whether a platform counts the metric at all, by itself or by the parts of a ratio.
fn counts(catalog: &Catalog, platform: Platform, metric: &MetricName) -> bool {
    let one = |part: &MetricName| {
        if part.as_str() == "posts" {
            return platform.has_posts();
        }
        let subjects = [Subject::Account, Subject::Post];
        subjects.into_iter().any(|subject| !catalog.feeding(part, platform, subject).is_empty())
    };
    catalog.counted(metric).iter().all(one)
}

/// The channels that count the metric; a named one that does not is a fault, and so is having none.
fn channels<'a>(table: &Table<'_>, goal: &Goal, around: &Surroundings<'a>) -> Vec<&'a Channel> {
    for (name, place) in table.texts("channels") {
        let Some(channel) = around.channels.iter().find(|channel| channel.id.as_str() == name) else { continue };
        if !counts(around.catalog, channel.platform, &goal.metric) {
            let title = channel.platform.title();
            table.faults.push(super::Fault::new(
                place,
                say(
                    format!("{title} does not count `{}`", goal.metric),
                    format!("{title} räknar inte `{}`", goal.metric),
                ),
                say("expected a channel that does", "väntade en kanal som gör det"),
            ));
        }
    }
    let named = !goal.scope.channels.is_empty() || table.has("channels");
    let within = |channel: &&Channel| {
        if named {
            return goal.scope.channels.contains(&channel.id);
        }
        goal.unit.as_ref().is_none_or(|unit| around.units.within(&channel.unit, unit))
    };
    let counting: Vec<&Channel> = around
        .channels
        .iter()
        .filter(within)
        .filter(|channel| counts(around.catalog, channel.platform, &goal.metric))
        .collect();
    if counting.is_empty() && !named {
        table.faults.push_unsure(table.fault(
            "metric",
            say(
                format!("no channel of the goal counts `{}`", goal.metric),
                format!("ingen av målets kanaler räknar `{}`", goal.metric),
            ),
            say(
                "expected a channel that does; name it with `channels = [\"…\"]`",
                "väntade en kanal som gör det; ange den med `channels = [\"…\"]`",
            ),
        ));
    }
    counting
}

fn check_adding(table: &Table<'_>, goal: &Goal, canonical: &Canonical, (catalog, counting): (&Catalog, &[&Channel])) {
    if counting.len() < 2 {
        return;
    }
    let at = if table.has("channels") { "channels" } else { "metric" };
    if canonical.rollup == Rollup::Never {
        let ids = listed(counting.iter().map(|channel| channel.id.as_str()));
        table.faults.push(
            table
                .fault(
                    at,
                    say(
                        format!(
                            "`{}` counts people, who may follow several channels: {ids} cannot be added",
                            goal.metric
                        ),
                        format!(
                            "`{}` räknar personer, som kan se flera kanaler: {ids} går inte att lägga ihop",
                            goal.metric
                        ),
                    ),
                    say("expected one channel", "väntade en kanal"),
                )
                .help(say("make a goal for each channel", "gör ett mål för varje kanal")),
        );
        return;
    }
    let mut platforms: Vec<Platform> = counting.iter().map(|channel| channel.platform).collect();
    platforms.sort_unstable();
    platforms.dedup();
    if platforms.len() < 2 || catalog.may_sum(&goal.metric, &platforms) {
        return;
    }
    let titles: Vec<&str> = platforms.iter().map(|platform| platform.title()).collect();
    let ways: Vec<String> = ways(catalog, goal, counting, &platforms);
    table.faults.push(
        table
            .fault(
                at,
                say(
                    format!(
                        "{} mean different things by `{}`, so they cannot be added",
                        titles.join(", "),
                        goal.metric
                    ),
                    format!(
                        "{} menar olika saker med `{}`, så de går inte att lägga ihop",
                        titles.join(", "),
                        goal.metric
                    ),
                ),
                say("expected channels whose definitions agree", "väntade kanaler vars definitioner stämmer överens"),
            )
            .help(say(
                format!("limit the goal to {}", ways.join(" or ")),
                format!("begränsa målet till {}", ways.join(" eller ")),
            )),
    );
}

/// The ways out: the largest groups of channels that may be added.
fn ways(catalog: &Catalog, goal: &Goal, counting: &[&Channel], platforms: &[Platform]) -> Vec<String> {
    let mut groups: Vec<Vec<Platform>> = Vec::new();
    for platform in platforms {
        let room = groups.iter_mut().find(|group| {
            let mut with = (*group).clone();
            with.push(*platform);
            catalog.may_sum(&goal.metric, &with)
        });
        match room {
            Some(group) => group.push(*platform),
            None => groups.push(vec![*platform]),
        }
    }
    groups
        .iter()
        .map(|group| {
            let ids: Vec<String> = counting
                .iter()
                .filter(|channel| group.contains(&channel.platform))
                .map(|channel| format!("\"{}\"", channel.id))
                .collect();
            format!("`channels = [{}]`", ids.join(", "))
        })
        .collect()
}
