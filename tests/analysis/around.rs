//! Comparisons, changes, posts, quality and the tree.

use chrono::TimeDelta;
use genomslag::analysis::{
    Against, changes, compared, needs, not_complete, quality, ranked, roll_up, roll_up_units, standings,
};
use genomslag::model::{
    Break, ChannelId, GoalKind, MetricName, Missing, OrganisationUnit, Platform, State, Status, Units,
};

use super::sample::{
    add_channel, add_days, add_points, add_post, add_post_value, add_whole, catalog, day, facts, goal, moment, near,
    period, point,
};

fn metrics(names: &[&str]) -> Vec<MetricName> {
    names.iter().map(|name| MetricName::from(*name)).collect()
}

fn ids(names: &[&str]) -> Vec<ChannelId> {
    names.iter().map(|name| ChannelId::from(*name)).collect()
}

#[test]
fn a_week_beside_the_one_before_and_last_years() {
    let mut facts = facts("2026-11-16");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2025-11-10", "2025-11-16", |_| 50.0);
    add_days(&mut facts, "fb", "views", "2026-11-02", "2026-11-08", |_| 80.0);
    add_days(&mut facts, "fb", "views", "2026-11-09", "2026-11-15", |_| 100.0);
    let found = compared(&facts, &catalog(), &metrics(&["views", "posts"]), &ids(&["fb"]), period("2026-W46"));
    assert_eq!(found.len(), 2);
    let views = &found[0];
    assert_eq!(views.total.id.0, "channel.fb.views.total");
    assert_eq!(views.change_year.id.0, "channel.fb.views.change_year");
    assert_eq!((views.total.number(), views.previous.number()), (Some(700.0), Some(560.0)));
    near(views.change.number(), 0.25);
    near(views.change_year.number(), 1.0);
    // Nobody asked for posts: no zero, no change.
    assert_eq!(found[1].total.value, Err(Missing::NotFetched));
    assert_eq!(found[1].change.value, Err(Missing::NotFetched));
}

#[test]
fn a_gap_does_not_show_as_a_fall() {
    let mut facts = facts("2026-11-16");
    add_channel(&mut facts, "fb", Platform::Facebook);
    // 100 a day in both weeks, 300 on the Sunday before; this week's Sunday is missing.
    add_days(&mut facts, "fb", "views", "2026-11-02", "2026-11-08", |index| if index == 6 { 300.0 } else { 100.0 });
    add_days(&mut facts, "fb", "views", "2026-11-09", "2026-11-14", |_| 100.0);
    let found = compared(&facts, &catalog(), &metrics(&["views"]), &ids(&["fb"]), period("2026-W46"));
    assert_eq!((found[0].total.number(), found[0].previous.number()), (Some(600.0), Some(900.0)));
    assert_eq!(found[0].change.number(), Some(0.0));
    assert!(found[0].change.trace.how.english().ends_with("over the 6 of 7 days that both have"));
}

#[test]
fn nothing_is_compared_across_a_break_or_with_zero() {
    let mut facts = facts("2026-11-16");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", "2025-11-10", "2025-11-16", |_| 50.0);
    add_days(&mut facts, "fb", "views", "2026-11-02", "2026-11-15", |index| if index < 7 { 0.0 } else { 1.0 });
    let of = |facts: &_| compared(facts, &catalog(), &metrics(&["views"]), &ids(&["fb"]), period("2026-W46")).remove(0);
    assert_eq!(of(&facts).change.value, Err(Missing::ZeroDenominator));
    facts.series[0].breaks = vec![Break { day: day("2026-06-15"), before: "old".to_owned(), after: "new".to_owned() }];
    assert_eq!(of(&facts).change_year.value, Err(Missing::MetricBreak { on: day("2026-06-15") }));
    assert_eq!(of(&facts).change.value, Err(Missing::ZeroDenominator));
}

#[test]
fn two_to_four_is_no_news() {
    let mut facts = facts("2026-11-16");
    for (name, before, now) in
        [("tiny", 2.0, 4.0), ("same", 10_000.0, 10_400.0), ("up", 1_000.0, 1_300.0), ("down", 9_000.0, 6_000.0)]
    {
        add_channel(&mut facts, name, Platform::Facebook);
        add_days(&mut facts, name, "views", "2026-11-02", "2026-11-08", |_| before / 7.0);
        add_days(&mut facts, name, "views", "2026-11-09", "2026-11-15", |_| now / 7.0);
    }
    let all = ids(&["tiny", "same", "up", "down"]);
    let found = compared(&facts, &catalog(), &metrics(&["views"]), &all, period("2026-W46"));
    let news = changes(&facts, &catalog(), &found, Against::Previous);
    let names: Vec<&str> = news.iter().map(|it| it.compared.channel.as_str()).collect();
    assert_eq!(names, ["down", "up"]);
    near(Some(news[0].relative), -1.0 / 3.0);
    assert!(changes(&facts, &catalog(), &found, Against::YearBefore).is_empty());
}

#[test]
fn a_rate_is_news_only_over_enough_cases() {
    let mut facts = facts("2026-11-16");
    for (name, views) in [("few", 40.0), ("many", 4_000.0)] {
        add_channel(&mut facts, name, Platform::LinkedIn);
        add_days(&mut facts, name, "views", "2026-11-02", "2026-11-15", |_| views);
        add_days(&mut facts, name, "engagements", "2026-11-02", "2026-11-15", |index| {
            if index < 7 { views * 0.04 } else { views * 0.08 }
        });
    }
    let found =
        compared(&facts, &catalog(), &metrics(&["engagement_rate"]), &ids(&["few", "many"]), period("2026-W46"));
    near(found[0].change.number(), 1.0);
    let news = changes(&facts, &catalog(), &found, Against::Previous);
    assert_eq!(news.iter().map(|it| it.compared.channel.as_str()).collect::<Vec<_>>(), ["many"]);
}

#[test]
fn posts_are_ranked_within_a_platform() {
    let mut facts = facts("2026-11-16");
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_channel(&mut facts, "li", Platform::LinkedIn);
    let seen = moment(day("2026-11-18"));
    for (post, on, views, engagements) in
        [("a", "2026-11-09", 100.0, 20.0), ("b", "2026-11-10", 400.0, 5.0), ("c", "2026-11-11", 100.0, 0.0)]
    {
        add_post(&mut facts, "fb", post, day(on));
        add_post_value(&mut facts, "fb", post, "engagements", engagements, seen);
        add_post_value(&mut facts, "fb", post, "views", views, seen);
    }
    // Read an hour too early; published before the period; without any value; with engagements only.
    add_post(&mut facts, "fb", "young", day("2026-11-15"));
    add_post_value(&mut facts, "fb", "young", "views", 9_000.0, moment(day("2026-11-17")) - TimeDelta::hours(1));
    add_post(&mut facts, "fb", "old", day("2026-11-08"));
    add_post_value(&mut facts, "fb", "old", "views", 9_000.0, seen);
    add_post(&mut facts, "fb", "mute", day("2026-11-12"));
    add_post(&mut facts, "li", "only", day("2026-11-12"));
    add_post_value(&mut facts, "li", "only", "engagements", 7.0, seen);
    let found = ranked(&facts, &catalog(), &ids(&["fb", "li"]), period("2026-W46"));
    let [facebook, linkedin] = &found[..] else { panic!("two platforms") };
    let places: Vec<_> = facebook.posts.iter().map(|it| (it.post.id.as_str(), it.rank)).collect();
    assert_eq!(places, [("b", 1), ("a", 2), ("c", 2)]);
    assert_eq!((facebook.measure.as_str(), facebook.too_young, facebook.without_value), ("views", 1, 1));
    let best = &facebook.best(1)[0];
    assert_eq!(best.figures[0].id.0, "post.fb.b.views");
    near(best.figures.iter().find(|it| it.id.0 == "post.fb.b.engagement_rate").unwrap().number(), 5.0 / 400.0);
    assert_eq!(best.figures[0].trace.sources[0].post.as_deref(), Some("b"));
    near(facebook.rate.number(), 25.0 / 600.0);
    assert_eq!(facebook.worst(2).iter().map(|it| it.post.id.as_str()).collect::<Vec<_>>(), ["c"]);
    assert_eq!((linkedin.measure.as_str(), linkedin.posts.len()), ("engagements", 1));
    assert_eq!(linkedin.rate.value, Err(Missing::NotFetched));
}

#[test]
fn quality_tells_gaps_states_and_what_is_not_complete() {
    let mut facts = facts("2026-11-16");
    add_channel(&mut facts, "ig", Platform::Instagram);
    facts.complete_through = vec![("ig".into(), day("2026-11-14"))];
    let points = vec![
        point(day("2026-11-09"), Some(1.0), State::Ok),
        point(day("2026-11-10"), None, State::Refused),
        point(day("2026-11-11"), None, State::Absent),
        point(day("2026-11-12"), Some(1.0), State::Preliminary),
        point(day("2026-11-14"), Some(1.0), State::Ok),
    ];
    add_points(&mut facts, "ig", "views", points);
    let found = quality(&facts, &catalog(), &metrics(&["views", "reach"]), &ids(&["ig"]), period("2026-W46")).remove(0);
    assert_eq!((found.complete, found.preliminary), (false, true));
    assert_eq!(found.data_through, Some(day("2026-11-14")));
    assert_eq!(found.coverage.len(), 1);
    assert_eq!(found.coverage[0].id.0, "channel.ig.views.coverage");
    near(found.coverage[0].number(), 3.0 / 7.0);
    let gaps: Vec<_> = found.gaps.iter().map(|gap| gap.days.to_string()).collect();
    assert_eq!(gaps, ["2026-11-10..2026-11-11", "2026-11-13..2026-11-13", "2026-11-15..2026-11-15"]);
    assert_eq!((found.states.ok, found.states.refused, found.states.absent, found.states.preliminary), (2, 1, 1, 1));
    let late = not_complete(&facts, &ids(&["ig"]), period("2026-W46"));
    assert_eq!(late, [("ig".into(), Some(day("2026-11-14")))]);
    assert!(not_complete(&facts, &ids(&["ig"]), period("2026-W45")).is_empty());
}

#[test]
fn goals_roll_up_by_weight_and_lack_of_data_is_no_failure() {
    let mut facts = facts("2026-02-09");
    let unit = |id: &str, parent: Option<&str>| OrganisationUnit {
        id: id.into(),
        title: id.to_owned(),
        parent: parent.map(Into::into),
        purpose: None,
    };
    facts.units = Units(vec![unit("kultur", None), unit("ung", Some("kultur")), unit("tom", None)]);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_channel(&mut facts, "ig", Platform::Instagram);
    add_days(&mut facts, "fb", "views", "2026-01-05", "2026-02-08", |_| 100.0);
    add_days(&mut facts, "ig", "views", "2026-01-05", "2026-02-08", |_| 10.0);
    let child = |id: &str, channels: &[&str], target: f64, weight: f64| {
        let mut goal = goal("views", GoalKind::Absolute { target }, "2026-01-05", "2026-03-15");
        (goal.id, goal.weight, goal.unit) = (id.into(), weight, Some("ung".into()));
        goal.contributes_to = Some("top".into());
        goal.scope.channels = ids(channels);
        goal
    };
    let mut top = goal("views", GoalKind::Absolute { target: 8_000.0 }, "2026-01-05", "2026-03-15");
    (top.id, top.unit) = ("top".into(), Some("kultur".into()));
    top.scope.channels = ids(&["fb", "ig"]);
    // On track, behind, and one whose channel nobody ever asked.
    let goals = [
        top,
        child("one", &["fb"], 7_000.0, 3.0),
        child("two", &["ig", "fb"], 70_000.0, 1.0),
        child("three", &["li"], 1.0, 4.0),
    ];
    let found = standings(&goals, &facts, &catalog());
    let words: Vec<_> = found.iter().map(|it| it.status).collect();
    assert_eq!(words, [Status::OnTrack, Status::OnTrack, Status::Behind, Status::CannotBeJudged]);
    let rolled = &roll_up(&found, &facts, &catalog())[..];
    assert_eq!(rolled.len(), 1);
    near(Some(rolled[0].judged), 0.5);
    let share = |word: Status| rolled[0].shares.iter().find(|(status, _)| *status == word).map(|(_, share)| *share);
    assert_eq!((share(Status::OnTrack), share(Status::Behind)), (Some(0.75), Some(0.25)));
    assert_eq!(share(Status::CannotBeJudged), None);
    assert_eq!(rolled[0].total.value, Err(Missing::NotFetched));
    // Without the goal that has no data: every channel once, though both goals count fb.
    let rolled = roll_up(&found[..3], &facts, &catalog());
    assert_eq!(rolled[0].total.number(), Some(3_850.0));
    let units = roll_up_units(&found, &facts);
    let counts: Vec<_> = units.iter().map(|it| (it.unit.as_str(), it.goals.len())).collect();
    assert_eq!(counts, [("kultur", 4), ("ung", 3)]);
}

#[test]
fn unique_counts_never_roll_up() {
    let mut facts = facts("2026-02-09");
    let mut goals = Vec::new();
    for (id, platform) in [("fb", Platform::Facebook), ("ig", Platform::Instagram)] {
        add_channel(&mut facts, id, platform);
        add_whole(&mut facts, id, "reach", "2026-W06", 1_000.0);
        let mut child = goal("reach", GoalKind::Floor { target: 900.0 }, "2026-01-05", "2026-03-15");
        (child.id, child.contributes_to) = (id.into(), Some("top".into()));
        child.scope.channels = ids(&[id]);
        goals.push(child);
    }
    let mut top = goal("reach", GoalKind::Floor { target: 900.0 }, "2026-01-05", "2026-03-15");
    top.id = "top".into();
    goals.push(top);
    let found = standings(&goals, &facts, &catalog());
    let words: Vec<_> = found.iter().map(|it| it.status).collect();
    assert_eq!(words, [Status::OnTrack, Status::OnTrack, Status::CannotBeJudged]);
    assert_eq!(found[2].reason, Some(Missing::NotAdditive));
    assert_eq!(roll_up(&found, &facts, &catalog())[0].total.value, Err(Missing::NotAdditive));
}

#[test]
fn what_must_be_read_is_known_before_it_is_read() {
    let mut facts = facts("2026-02-09");
    add_channel(&mut facts, "ig", Platform::Instagram);
    let mut rate = goal("engagement_rate", GoalKind::Floor { target: 0.04 }, "2026-01-05", "2026-03-15");
    rate.scope.channels = ids(&["ig"]);
    rate.normalise = Some(genomslag::model::Normalise::PerFollower);
    let mut reach = goal("reach", GoalKind::Floor { target: 900.0 }, "2026-01-19", "2026-03-15");
    reach.scope.channels = ids(&["ig"]);
    let found = needs(&facts, &catalog(), &[rate, reach], &metrics(&["posts"]), period("2026-W06"));
    let series: Vec<_> = found.series.iter().map(|(channel, metric)| format!("{channel} {metric}")).collect();
    assert_eq!(series, ["ig engagements", "ig followers", "ig views"]);
    let wholes: Vec<_> =
        found.wholes.iter().map(|(_, metric, period)| format!("{metric} {}", period.start())).collect();
    // The three closed weeks, and the one before the start as baseline.
    assert_eq!(wholes, ["reach 2026-01-12", "reach 2026-01-19", "reach 2026-01-26", "reach 2026-02-02"]);
    assert!(found.days.start() < day("2025-01-06") && found.days.end() == day("2026-02-09"));
}
