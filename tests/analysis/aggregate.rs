//! How days and channels become one figure, and what is refused.

use genomslag::analysis::{NotSummable, Summable, total};
use genomslag::model::{ChannelId, FigureId, Missing, Platform, State, Window};

use super::sample::{add_channel, add_days, add_points, add_whole, catalog, day, facts, moment, near, period, point};

fn id() -> FigureId {
    FigureId("channel.fb.views.total".to_owned())
}

fn ids(names: &[&str]) -> Vec<ChannelId> {
    names.iter().map(|name| ChannelId::from(*name)).collect()
}

#[test]
fn the_sum_of_a_unique_count_is_refused_with_the_reason() {
    let catalog = catalog();
    let of = |metric: &str| Summable::of(&catalog, &metric.into()).err();
    assert_eq!(of("views"), None);
    assert_eq!(of("reach"), Some(NotSummable::Unique));
    assert_eq!(of("visitors"), Some(NotSummable::Unique));
    assert_eq!(of("followers"), Some(NotSummable::Stock));
    assert_eq!(of("engagement_rate"), Some(NotSummable::Ratio));
    assert_eq!(of("likes"), Some(NotSummable::Unknown));
    assert!(NotSummable::Unique.to_string().contains("never added"));
}

#[test]
fn twenty_eight_daily_viewers_are_not_the_viewers_of_28_days() {
    // The figures of the real Page in the product note: days add up to 139 631, the true figure is 47 141.
    let mut facts = facts("2026-02-09");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "reach", "2026-01-12", "2026-02-08", |_| 139_631.0 / 28.0);
    let stretch = period("2026-01-12..2026-02-08");
    let days_only = total(&facts, &catalog(), &"reach".into(), &ids(&["fb"]), stretch, id());
    assert_eq!(days_only.value, Err(Missing::NotAdditive));
    add_whole(&mut facts, "fb", "reach", "2026-01-12..2026-02-08", 47_141.0);
    let whole = total(&facts, &catalog(), &"reach".into(), &ids(&["fb"]), stretch, id());
    assert_eq!(whole.number(), Some(47_141.0));
    assert_eq!(whole.trace.sources[0].window, Window::Days28);
    // Another stretch, or two channels, is another question.
    let week = total(&facts, &catalog(), &"reach".into(), &ids(&["fb"]), period("2026-W06"), id());
    assert_eq!(week.value, Err(Missing::NotAdditive));
    add_channel(&mut facts, "ig", Platform::Instagram);
    add_whole(&mut facts, "ig", "reach", "2026-01-12..2026-02-08", 10.0);
    let two = total(&facts, &catalog(), &"reach".into(), &ids(&["fb", "ig"]), stretch, id());
    assert_eq!(two.value, Err(Missing::NotAdditive));
}

#[test]
fn a_sum_traces_every_channel() {
    let mut facts = facts("2026-02-09");
    for (name, platform, value) in [("fb", Platform::Facebook, 10.0), ("ig", Platform::Instagram, 3.0)] {
        add_channel(&mut facts, name, platform);
        add_days(&mut facts, name, "views", "2026-02-01", "2026-02-08", |_| value);
    }
    facts.series[1].points[4].state = State::Preliminary;
    facts.series[1].points[7].source = "history:old.csv".to_owned();
    // The same channel twice is one channel.
    let figure = total(&facts, &catalog(), &"views".into(), &ids(&["fb", "ig", "fb"]), period("2026-W06"), id());
    assert_eq!(figure.number(), Some(91.0));
    assert!(figure.preliminary);
    assert_eq!(figure.trace.how.english(), "sum of views over 14 of 14 days over 2 channels");
    let instagram = &figure.trace.sources[1];
    assert_eq!((instagram.observations, instagram.window), (7, Window::Day));
    assert_eq!((instagram.start, instagram.end), (day("2026-02-02"), day("2026-02-09")));
    assert_eq!(instagram.seen, Some(moment(day("2026-02-10"))));
    assert_eq!(instagram.from, ["api:test", "history:old.csv"]);
    assert_eq!(instagram.metrics, ["raw"]);
}

#[test]
fn a_ratio_uses_exactly_the_days_that_both_have() {
    let mut facts = facts("2026-02-09");
    add_channel(&mut facts, "li", Platform::LinkedIn);
    add_days(&mut facts, "li", "views", "2026-02-02", "2026-02-08", |_| 100.0);
    // The engagements of the last day are missing: its views must not weigh the rate down.
    add_days(&mut facts, "li", "engagements", "2026-02-02", "2026-02-07", |_| 5.0);
    let rate = |facts: &_| total(facts, &catalog(), &"engagement_rate".into(), &ids(&["li"]), period("2026-W06"), id());
    near(rate(&facts).number(), 0.05);
    assert_eq!(
        rate(&facts).trace.how.english(),
        "sum of engagements (30) divided by sum of views (600), each over 6 of 7 days"
    );
    for point in &mut facts.series[0].points {
        point.value = Some(0.0);
    }
    assert_eq!(rate(&facts).value, Err(Missing::ZeroDenominator));
    facts.series.remove(0);
    assert_eq!(rate(&facts).value, Err(Missing::NotFetched));
}

#[test]
fn a_day_that_is_cut_twice_by_a_time_change_is_one_day() {
    // 29 March 2026 has 23 hours in Sweden; platform's days are dates and do not care.
    let mut facts = facts("2026-03-30");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2026-03-23", "2026-03-29", |_| 1.0);
    let week = total(&facts, &catalog(), &"views".into(), &ids(&["fb"]), period("2026-W13"), id());
    assert_eq!(week.number(), Some(7.0));
}

#[test]
fn negative_days_are_days() {
    let mut facts = facts("2026-02-09");
    add_channel(&mut facts, "li", Platform::LinkedIn);
    add_days(&mut facts, "li", "reactions", "2026-02-02", "2026-02-08", |index| if index == 2 { -4.0 } else { 1.0 });
    let week = total(&facts, &catalog(), &"reactions".into(), &ids(&["li"]), period("2026-W06"), id());
    assert_eq!(week.number(), Some(2.0));
}

#[test]
fn the_latest_reading_is_found_past_a_refusal() {
    let mut facts = facts("2026-02-09");
    add_channel(&mut facts, "li", Platform::LinkedIn);
    let points = vec![
        point(day("2026-02-05"), Some(740.0), State::Ok),
        point(day("2026-02-07"), None, State::Refused),
        // A reading of the day of judging is of another period.
        point(day("2026-02-09"), Some(800.0), State::Ok),
    ];
    add_points(&mut facts, "li", "followers", points);
    let now = total(&facts, &catalog(), &"followers".into(), &ids(&["li"]), period("2026-W06"), id());
    assert_eq!(now.number(), Some(740.0));
    assert_eq!((now.trace.sources[0].start, now.trace.sources[0].window), (day("2026-02-05"), Window::Instant));
}
