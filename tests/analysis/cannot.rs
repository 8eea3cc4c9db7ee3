//! What cannot be judged, and why: never "behind" for lack of data.

use genomslag::analysis::{Facts, standing, standings};
use genomslag::model::{Goal, GoalKind, Missing, Normalise, Platform, Status};

use super::sample::{add_channel, add_days, add_points, catalog, catalog_with, day, facts, goal, point};

const START: &str = "2026-01-05";
const DUE: &str = "2026-03-15";
const HALF: &str = "2026-02-09";

fn with_days(metric: &str, days: usize) -> Facts {
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    let all = day(START).iter_days().take(days).map(|day| point(day, Some(100.0), genomslag::model::State::Ok));
    add_points(&mut facts, "fb", metric, all.collect());
    facts
}

#[track_caller]
fn reason(goal: &Goal, facts: &Facts) -> Missing {
    let standing = standing(goal, facts, &catalog());
    assert_eq!(standing.status, Status::CannotBeJudged);
    standing.reason.unwrap()
}

#[test]
fn under_80_per_cent_of_the_days() {
    // 28 of 35 days are 80 per cent.
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    assert_eq!(reason(&goal, &with_days("views", 27)), Missing::Coverage { have: 27, of: 35 });
    let enough = standing(&goal, &with_days("views", 28), &catalog());
    assert_eq!((enough.status, enough.coverage.number()), (Status::Lagging, Some(0.8)));
    assert_eq!(enough.now.trace.how.english(), "sum of views over 28 of 35 days");
}

#[test]
fn days_after_the_last_complete_one_do_not_count() {
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    let mut facts = with_days("views", 35);
    facts.complete_through = vec![("fb".into(), day("2026-02-05"))];
    let standing = standing(&goal, &facts, &catalog());
    assert_eq!(standing.now.number(), Some(3_200.0));
    assert!(standing.now.preliminary);
}

#[test]
fn a_stock_that_is_older_than_seven_days() {
    let mut goal = goal("followers", GoalKind::Absolute { target: 200.0 }, START, DUE);
    goal.baseline = Some(100.0);
    // Last reading on 1 February, seven days before the 8th.
    assert_eq!(standing(&goal, &with_days("followers", 28), &catalog()).status, Status::Behind);
    assert_eq!(reason(&goal, &with_days("followers", 27)), Missing::NotFetched);
}

#[test]
fn why_there_is_nothing_is_told_apart() {
    use genomslag::model::State;
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    for (state, missing) in [
        (State::Absent, Missing::Absent),
        (State::Refused, Missing::Refused),
        (State::Suppressed, Missing::Suppressed),
        (State::Unreadable, Missing::Unreadable),
    ] {
        let mut facts = facts(HALF);
        add_channel(&mut facts, "fb", Platform::Facebook);
        let all = day(START).iter_days().take(35).map(|day| point(day, None, state));
        add_points(&mut facts, "fb", "views", all.collect());
        assert_eq!(reason(&goal, &facts), missing);
    }
    // A value of zero is a value.
    let mut facts = facts(HALF);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, "2026-02-08", |_| 0.0);
    let zero = standing(&goal, &facts, &catalog());
    assert_eq!((zero.status, zero.now.number()), (Status::Behind, Some(0.0)));
}

#[test]
fn too_few_cases() {
    let mut facts = with_days("views", 35);
    add_days(&mut facts, "fb", "engagements", START, "2026-02-08", |_| 10.0);
    let mut goal = goal("engagement_rate", GoalKind::Floor { target: 0.04 }, START, DUE);
    // Four weeks of 100 views.
    goal.min_sample = Some(2_801);
    assert_eq!(reason(&goal, &facts), Missing::SampleTooSmall { have: 2_800, need: 2_801 });
    goal.min_sample = Some(2_800);
    assert_eq!(standing(&goal, &facts, &catalog()).status, Status::OnTrack);
}

#[test]
fn kinds_without_their_surveys_and_peers() {
    let facts = with_days("views", 35);
    let survey = GoalKind::SurveyShare { target: 0.5, confidence: 0.95 };
    let peers = GoalKind::Benchmark { target: 50.0, peers: None };
    assert_eq!(reason(&goal("views", survey, START, DUE), &facts), Missing::NoSurvey);
    assert_eq!(reason(&goal("views", peers, START, DUE), &facts), Missing::TooFewPeers { have: 0, need: 5 });
}

#[test]
fn a_total_without_one_of_its_channels_is_no_total() {
    let mut goal = goal("followers", GoalKind::Absolute { target: 1_000.0 }, START, DUE);
    goal.baseline = Some(100.0);
    let mut facts = with_days("followers", 35);
    add_channel(&mut facts, "ig", Platform::Instagram);
    goal.scope.channels = vec!["fb".into(), "ig".into()];
    assert_eq!(reason(&goal, &facts), Missing::ChannelsLacking { have: 1, of: 2 });
    // Without naming channels: those whose platform can have it, also when one has sent nothing.
    goal.scope.channels.clear();
    let fed = |platform: &str| {
        let texts = "{ sv = \"x\", en = \"x\" }";
        format!(
            "[[metric]]\nplatform = \"{platform}\"\nname = \"f\"\ncanonical = \"followers\"\nsubject = \"account\"\nask = \"x\"\nwindows = [\"instant\"]\nunit = \"count\"\nadditivity = \"gauge\"\ndefinition = {texts}\nsource = \"x\"\n"
        )
    };
    add_channel(&mut facts, "webb", Platform::Matomo);
    let both = catalog_with(&(fed("facebook") + &fed("instagram")));
    assert_eq!(standing(&goal, &facts, &both).reason, Some(Missing::ChannelsLacking { have: 1, of: 2 }));
    let one = catalog_with(&fed("facebook"));
    assert_eq!(standing(&goal, &facts, &one).now.number(), Some(100.0));
}

#[test]
fn platforms_that_mean_different_things_stand_side_by_side() {
    let goal = goal("views", GoalKind::Absolute { target: 7_000.0 }, START, DUE);
    let mut facts = with_days("views", 35);
    add_channel(&mut facts, "li", Platform::LinkedIn);
    add_days(&mut facts, "li", "views", START, "2026-02-08", |_| 10.0);
    let standing = &standings(&[goal], &facts, &catalog())[0];
    assert_eq!(standing.reason, Some(Missing::DefinitionsDiffer));
    assert!(standing.history.is_empty());
    let parts: Vec<_> = standing.parts.iter().map(|(channel, figure)| (channel.as_str(), figure.number())).collect();
    assert_eq!(parts, [("fb", Some(3_500.0)), ("li", Some(350.0))]);
}

#[test]
fn per_post_needs_posts_that_are_known() {
    let mut goal = goal("views", GoalKind::Floor { target: 10.0 }, START, DUE);
    goal.normalise = Some(Normalise::PerPost);
    assert_eq!(reason(&goal, &with_days("views", 35)), Missing::NotFetched);
}
