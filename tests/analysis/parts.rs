//! Goals about some posts or one campaign, by hand.

use genomslag::analysis::{Facts, Tagged, TaggedRow, forecast, roll_up, standing, standings};
use genomslag::model::{
    Campaign, Goal, GoalKind, MetricName, Missing, Normalise, Platform, Point, Series, State, Status, Window,
};

use super::sample::{
    add_channel, add_days, add_post, add_post_value, catalog, day, facts, goal, moment, near, period, point,
};

const START: &str = "2026-01-05";
/// Five weeks later.
const TODAY: &str = "2026-02-09";
/// Ten weeks after the start, less a day.
const DUE: &str = "2026-03-15";

/// A post a day with 100 views and 10 engagements. Those of Mondays carry `jobb` and have 200, 300, 100, 400 and 500
/// views, and 20, 30, 10, 40 and 50 engagements.
fn labelled() -> Facts {
    let mut facts = facts(TODAY);
    add_channel(&mut facts, "fb", Platform::Facebook);
    add_days(&mut facts, "fb", "views", START, "2026-02-08", |_| 9_999.0);
    let mondays = [200.0, 300.0, 100.0, 400.0, 500.0];
    for (index, on) in day(START).iter_days().take(35).enumerate() {
        let (id, monday) = (format!("p{index}"), index % 7 == 0);
        let views = if monday { mondays[index / 7] } else { 100.0 };
        let seen = moment(day(TODAY) + chrono::Days::new(2));
        add_post(&mut facts, "fb", &id, on);
        add_post_value(&mut facts, "fb", &id, "views", views, seen);
        add_post_value(&mut facts, "fb", &id, "engagements", views / 10.0, seen);
        if monday {
            facts.scopes.labels.insert(("fb".into(), id.as_str().into()), vec!["jobb".to_owned()]);
        }
    }
    facts
}

fn about_jobs(metric: &str, kind: GoalKind) -> Goal {
    let mut goal = goal(metric, kind, START, DUE);
    goal.scope.labels = vec!["jobb".to_owned()];
    goal
}

#[test]
fn what_the_labelled_posts_brought_is_summed_and_traced_post_by_post() {
    let goal = about_jobs("views", GoalKind::Absolute { target: 3_000.0 });
    let found = standing(&goal, &labelled(), &catalog());
    // 200 + 300 + 100 + 400 + 500; half of the days have gone, so half of 3 000 is expected.
    near(found.now.number(), 1_500.0);
    near(found.expected.number(), 1_500.0);
    assert_eq!((found.status, found.reason), (Status::OnTrack, None));
    near(found.coverage.number(), 1.0);
    // The last four weeks brought 300, 100, 400 and 500.
    near(found.lately_per_week.unwrap().number(), 325.0);
    near(found.needed_per_week.unwrap().number(), 300.0);
    let posts: Vec<_> = found.now.trace.sources.iter().filter_map(|source| source.post.as_deref()).collect();
    assert_eq!(posts, ["p0", "p7", "p14", "p21", "p28"]);
    assert!(found.now.trace.sources.iter().all(|source| source.window == Window::Lifetime));
    assert_eq!(found.goal, goal);
}

#[test]
fn a_post_without_a_value_is_no_zero() {
    let goal = about_jobs("views", GoalKind::Absolute { target: 3_000.0 });
    let mut facts = labelled();
    let of = |facts: &mut Facts, id: &str, state: State| {
        for value in facts.post_values.iter_mut().filter(|it| it.post.as_str() == id && it.metric.as_str() == "views") {
            (value.value, value.state) = (None, state);
        }
    };
    // One of five: four fifths are enough, and the share is told.
    of(&mut facts, "p28", State::Refused);
    let found = standing(&goal, &facts, &catalog());
    near(found.now.number(), 1_000.0);
    near(found.coverage.number(), 0.8);
    assert_eq!(found.status, Status::Behind);
    // Two of five: 33 of 35 days have a value, and still most of what was done is not known.
    of(&mut facts, "p21", State::Absent);
    let found = standing(&goal, &facts, &catalog());
    assert_eq!(found.reason, Some(Missing::PostsLacking { have: 3, of: 5 }));
    assert_eq!(found.now.number(), None);
    assert_eq!(forecast(&goal, &facts, &catalog()).chance.value, Err(Missing::PostsLacking { have: 3, of: 5 }));
    // Others' posts do not matter.
    let mut facts = labelled();
    of(&mut facts, "p1", State::Absent);
    near(standing(&goal, &facts, &catalog()).now.number(), 1_500.0);
}

#[test]
fn rates_are_divided_after_summing_and_posts_are_counted() {
    let facts = labelled();
    let rate = about_jobs("engagement_rate", GoalKind::Floor { target: 0.1 });
    // The last four weeks: (30 + 10 + 40 + 50) / (300 + 100 + 400 + 500).
    near(standing(&rate, &facts, &catalog()).now.number(), 0.1);
    let mut per_post = about_jobs("views", GoalKind::Floor { target: 300.0 });
    per_post.normalise = Some(Normalise::PerPost);
    near(standing(&per_post, &facts, &catalog()).now.number(), 1_300.0 / 4.0);
    let weekly = about_jobs("posts", GoalKind::Cadence { per_week: 1.0 });
    let found = standing(&weekly, &facts, &catalog());
    assert_eq!((found.now.number(), found.status), (Some(1.0), Status::OnTrack));
    let twice = about_jobs("posts", GoalKind::Cadence { per_week: 2.0 });
    assert_eq!(standing(&twice, &facts, &catalog()).now.number(), Some(0.0));
}

#[test]
fn what_cannot_be_told_for_some_posts_says_why() {
    let facts = labelled();
    let reason = |goal: &Goal| standing(goal, &facts, &catalog()).reason;
    assert_eq!(reason(&about_jobs("reach", GoalKind::Floor { target: 1.0 })), Some(Missing::NotAdditive));
    assert_eq!(reason(&about_jobs("followers", GoalKind::Absolute { target: 1.0 })), Some(Missing::NotOfPosts));
    assert_eq!(reason(&about_jobs("saves", GoalKind::Absolute { target: 1.0 })), Some(Missing::NotOfPosts));
    // Unlabelled all of them: a true zero, as far as posts are known.
    let mut other = about_jobs("views", GoalKind::Absolute { target: 1_000.0 });
    other.scope.labels = vec!["kultur".to_owned()];
    assert_eq!(standing(&other, &facts, &catalog()).now.number(), Some(0.0));
}

#[test]
fn goals_about_parts_are_not_added_to_a_whole() {
    let mut above = goal("views", GoalKind::Absolute { target: 1.0 }, START, DUE);
    above.id = "allt".into();
    let mut below = about_jobs("views", GoalKind::Absolute { target: 1.0 });
    below.contributes_to = Some("allt".into());
    let facts = labelled();
    let found = roll_up(&standings(&[above, below], &facts, &catalog()), &facts, &catalog());
    assert_eq!(found[0].total.value, Err(Missing::NotAdditive));
}

fn campaign(labels: &[&str]) -> Campaign {
    Campaign {
        id: "host".into(),
        title: "Hösten".to_owned(),
        start: day("2026-01-12"),
        end: day("2026-01-25"),
        unit: None,
        channels: vec!["fb".into()],
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        landing_pages: Vec::new(),
        control_channels: Vec::new(),
        events: Vec::new(),
        why: None,
        outcome: None,
        outcome_channels: Vec::new(),
        smallest_effect: None,
        drawn: false,
    }
}

fn about_the_campaign(metric: &str, kind: GoalKind) -> Goal {
    let mut goal = goal(metric, kind, START, DUE);
    goal.scope.campaign = Some("host".into());
    goal
}

#[test]
fn a_campaigns_posts_are_those_of_its_days_and_channels() {
    let goal = about_the_campaign("views", GoalKind::Absolute { target: 400.0 });
    let mut facts = labelled();
    add_channel(&mut facts, "ig", Platform::Instagram);
    add_post(&mut facts, "ig", "elsewhere", day("2026-01-19"));
    add_post_value(&mut facts, "ig", "elsewhere", "views", 7_000.0, moment(day(TODAY)));
    facts.scopes.labels.insert(("ig".into(), "elsewhere".into()), vec!["jobb".to_owned()]);
    assert_eq!(standing(&goal, &facts, &catalog()).reason, Some(Missing::NotFetched), "no such campaign");
    facts.scopes.campaigns = vec![campaign(&[])];
    assert_eq!(standing(&goal, &facts, &catalog()).reason, Some(Missing::NoLabels));
    facts.scopes.campaigns = vec![campaign(&["jobb"])];
    let found = standing(&goal, &facts, &catalog());
    // The Mondays 12 and 19 January: 300 + 100.
    near(found.now.number(), 400.0);
    assert_eq!(found.status, Status::Achieved);
}

/// What a website counted: three visits through the campaign's links a day, every other day one that led to something,
/// on Sundays only others' visits.
fn website() -> Facts {
    let mut facts = facts(TODAY);
    add_channel(&mut facts, "webb", Platform::Matomo);
    let days = period("2026-01-12..2026-02-08");
    let all = Series {
        channel: "webb".into(),
        metric: "campaign_visits".into(),
        points: days.iter_days().map(|day| point(day, Some(5.0), State::Ok)).collect(),
        breaks: Vec::new(),
    };
    let row = |name: &str, day, value: f64| TaggedRow {
        dimension: name.to_owned(),
        point: Point { metric: "rows".to_owned(), ..point(day, Some(value), State::Ok) },
    };
    let (mut visits, mut conversions) = (Vec::new(), Vec::new());
    for (index, day) in days.iter_days().enumerate() {
        if index % 7 == 6 {
            visits.push(row("campaign=annan", day, 5.0));
            continue;
        }
        visits.extend([row("campaign=Host", day, 3.0), row("campaign=annan", day, 2.0)]);
        if index % 2 == 0 {
            conversions.extend([row("campaign=Host,goal=1", day, 1.0), row("campaign=annan,goal=1", day, 1.0)]);
        }
    }
    let (channel, metric) = ("webb".into(), MetricName::from("campaign_visits"));
    let came = Tagged::of(&"host".into(), (&channel, &metric), &visits, Some(&all), days);
    let did = Tagged::of(&"host".into(), (&channel, &"conversions".into()), &conversions, Some(&came.series), days);
    facts.scopes.tagged = vec![came, did];
    facts.scopes.campaigns = vec![campaign(&[])];
    facts
}

#[test]
fn what_a_campaigns_links_led_to_is_counted_by_the_website() {
    let facts = website();
    // Four weeks of six days with three visits; on Sundays none.
    let visits = about_the_campaign("campaign_visits", GoalKind::Absolute { target: 100.0 });
    let found = standing(&visits, &facts, &catalog());
    near(found.now.number(), 72.0);
    near(found.coverage.number(), 1.0);
    assert_eq!(found.now.trace.sources[0].metrics, ["rows{campaign=Host}"]);
    // Even days of 28 that are no Sundays: 14 even, of which 13 and 27 are odd, 6 and 20 Sundays: 12.
    let done = about_the_campaign("conversions", GoalKind::Absolute { target: 100.0 });
    near(standing(&done, &facts, &catalog()).now.number(), 12.0);
    let rate = about_the_campaign("conversion_rate", GoalKind::Conversion { target: 0.1 });
    near(standing(&rate, &facts, &catalog()).now.number(), 12.0 / 72.0);
    // No website that counts by campaign: nothing is made up from the channel's own visits.
    let mut none = website();
    none.scopes.tagged.clear();
    assert_eq!(standing(&visits, &none, &catalog()).reason, Some(Missing::NotByCampaign));
}

#[test]
fn a_list_shorter_than_its_total_says_nothing_of_who_is_not_on_it() {
    let days = period("2026-01-12..2026-01-13");
    let all = Series {
        channel: "webb".into(),
        metric: "campaign_visits".into(),
        points: days.iter_days().map(|day| point(day, Some(5.0), State::Ok)).collect(),
        breaks: Vec::new(),
    };
    let row =
        |day, value| TaggedRow { dimension: "campaign=annan".to_owned(), point: point(day, Some(value), State::Ok) };
    let rows = [row(day("2026-01-12"), 4.0), row(day("2026-01-13"), 5.0)];
    let found = Tagged::of(&"host".into(), (&"webb".into(), &"campaign_visits".into()), &rows, Some(&all), days);
    let values: Vec<_> = found.series.points.iter().map(|point| (point.day, point.value)).collect();
    assert_eq!(values, [(day("2026-01-13"), Some(0.0))]);
}
