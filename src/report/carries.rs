//! What carries among the posts, and which days were not like others: in words, with their ranges.

use super::draft::{Draft, Part};
use super::{Sentence, posts};
use crate::analysis::{ContentEffect, Grouping, Oddity, Signal, StrangeDay};
use crate::model::told::traces;
use crate::model::{Figure, FigureId, MetricName, Number, Period, Platform, PostFormat, Trace, Unit};
use crate::words::fill;

use Part::{Text, Value};

/// So many groups are named on a platform at most.
const NAMED: usize = 5;
/// So many strange days are told at most, those furthest away first.
const DAYS: usize = 6;

/// What carries on the platform.
pub(super) fn content(draft: &mut Draft<'_>, platform: Platform) -> Vec<Sentence> {
    let Some(found) = draft.material.content.iter().find(|it| it.platform == platform) else { return Vec::new() };
    let words = &draft.words.content;
    let title = [("platform", Text(platform.title()))];
    if found.groupings.is_empty() {
        return vec![draft.say(&words.too_few, &title)];
    }
    let groups = found.groupings.iter().flat_map(|it| it.groups.iter().map(move |group| (it.grouping, group)));
    let mut named: Vec<_> = groups.clone().filter(|(_, group)| group.signal == Signal::Ok).collect();
    named.sort_by(|a, b| b.1.change.abs().total_cmp(&a.1.change.abs()));
    let mut told = Vec::new();
    for (grouping, group) in named.into_iter().take(NAMED) {
        let name = name(draft, grouping, &group.group);
        let metric = draft.metric_within(&found.measure);
        let of = |part: &str, value: f64, unit: Unit| {
            let id = format!("content.{platform}.{}.{part}", slug(grouping, &group.group));
            figure(draft, found, (&id, value, unit))
        };
        let (low, high) = (of("low", group.interval.0, Unit::Change), of("high", group.interval.1, Unit::Change));
        let posts = of("posts", f64::from(group.posts), Unit::Count);
        let parts = [
            ("platform", Text(platform.title())),
            ("group", Text(&name)),
            ("metric", Text(&metric)),
            ("low", Value(&low)),
            ("high", Value(&high)),
            ("posts", Value(&posts)),
        ];
        told.push(draft.say(if group.change > 0.0 { &words.more } else { &words.less }, &parts));
    }
    if told.is_empty() {
        told.push(draft.say(&words.none, &title));
    }
    let id = format!("content.{platform}.groups");
    let count = draft.count(id, found.measure.as_str(), groups.count(), traces::groups_together());
    told.push(draft.say(&words.looked_at, &[("groups", Value(&count))]));
    told
}

fn figure(draft: &Draft<'_>, found: &ContentEffect, (id, value, unit): (&str, f64, Unit)) -> Figure {
    draft.figure(id, found.measure.as_str(), Number { value, unit }, traces::group_counted_out(found.posts))
}

fn slug(grouping: Grouping, group: &str) -> String {
    let letters = group.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' });
    format!("{grouping:?}.{}", letters.collect::<String>()).to_lowercase()
}

/// The group within a sentence: `om jobb`, `på måndagar`, `med kort text`.
fn name(draft: &Draft<'_>, grouping: Grouping, group: &str) -> String {
    let words = &draft.words.content;
    let (phrase, name) = match grouping {
        Grouping::Label => (&words.label, group.to_owned()),
        Grouping::Format => {
            let format = PostFormat::parse(group).unwrap_or(PostFormat::Other);
            (&words.format, super::draft::lower_first(&posts::format_word(draft, format)))
        }
        Grouping::Weekday => {
            let place = group.parse::<usize>().unwrap_or(1).saturating_sub(1).min(6);
            (&words.weekday, draft.words.calendar.weekdays[place].clone())
        }
        Grouping::Hours => (&words.hours, group.replace('-', "–")),
        Grouping::Length => {
            let name = match group {
                "short" => &words.short,
                "middle" => &words.middle,
                _ => &words.long,
            };
            (&words.length, name.clone())
        }
    };
    fill(phrase, &[("name", &name)])
}

/// The days that were not like others, those furthest away first.
pub(super) fn strange_days(draft: &mut Draft<'_>) -> Vec<Sentence> {
    let mut days: Vec<&StrangeDay> = draft.material.strange.iter().collect();
    days.sort_by(|a, b| b.distance.abs().total_cmp(&a.distance.abs()));
    days.truncate(DAYS);
    days.sort_by_key(|it| (it.day, it.channel.clone(), it.metric.clone()));
    days.into_iter().map(|it| strange_day(draft, it)).collect()
}

fn strange_day(draft: &mut Draft<'_>, strange: &StrangeDay) -> Sentence {
    let words = &draft.words.strange;
    let phrase = match strange.oddity {
        Oddity::NothingCounted => &words.nothing_counted,
        Oddity::CountedTwice => &words.counted_twice,
        Oddity::Unusual => &words.unusual,
    };
    let of = |part: &str, value: f64| Figure {
        id: FigureId(format!("strange.{}.{}.{}.{part}", strange.channel, strange.metric, strange.day)),
        metric: MetricName::from(strange.metric.as_str()),
        period: Period::day(strange.day),
        value: Ok(Number { value, unit: Unit::Count }),
        preliminary: false,
        trace: Trace {
            how: traces::strange_day(strange.metric.as_str(), strange.channel.as_str()).into(),
            ..Trace::default()
        },
    };
    let (value, low, high) =
        (of("value", strange.value), of("low", strange.expected.0), of("high", strange.expected.1));
    let date = draft.locale.date(strange.day);
    let (metric, channel) = (draft.metric_within(&strange.metric), draft.channel_title(&strange.channel));
    let parts = [
        ("date", Text(&date)),
        ("metric", Text(&metric)),
        ("channel", Text(&channel)),
        ("value", Value(&value)),
        ("low", Value(&low)),
        ("high", Value(&high)),
    ];
    draft.say(phrase, &parts)
}
