//! Goals about some posts or one campaign, the organisation's own metrics and the journey of a campaign, over loopback from
//! the platforms' answers to figures, each held against what the world counted.

use std::sync::Arc;

use genomslag::analysis::{Standing, standing};
use genomslag::catalog::{Catalog, Formula, OwnMetric, Texts};
use genomslag::config::{self, Source};
use genomslag::model::{Goal, GoalKind, Missing, Scope, State};
use genomslag::pipeline::{self, JudgeOrder};
use genomslag::sandbox::World;

use super::period;
use crate::support::app::{TestApp, folder, wednesday};

/// A goal of the example, about something else.
fn about(goals: &[Goal], id: &str, metric: &str, kind: GoalKind, scope: Scope) -> Goal {
    let mut goal = goals[0].clone();
    (goal.id, goal.metric, goal.kind, goal.scope) = (id.into(), metric.into(), kind, scope);
    (goal.contributes_to, goal.unit) = (None, None);
    goal
}

fn labelled(labels: &[&str], channels: &[&str]) -> Scope {
    Scope {
        channels: channels.iter().map(|id| (*id).into()).collect(),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        campaign: None,
    }
}

fn of_campaign() -> Scope {
    Scope { campaign: Some("familjehem-hosten".into()), ..Scope::default() }
}

async fn with(own: Vec<OwnMetric>, goals: impl Fn(&[Goal]) -> Vec<Goal>) -> TestApp {
    let mut config = config::load(&Source::Embedded).unwrap();
    config.formulas.extend(own);
    config.goals = goals(&config.goals);
    let test = Box::pin(TestApp::with(config, World::example(wednesday()), folder())).await;
    Box::pin(pipeline::fetch(&test.app, &[], test.now, |_| {})).await.unwrap();
    test
}

fn found<'a>(standings: &'a [Standing], id: &str) -> &'a Standing {
    standings.iter().find(|it| it.goal.id.as_str() == id).unwrap()
}

/// What people did at posts, as the organisation weighs it.
fn responses() -> OwnMetric {
    OwnMetric {
        name: "gensvar".into(),
        title: Texts { sv: "Gensvar".to_owned(), en: "Responses".to_owned() },
        definition: None,
        unit: None,
        text: "reactions + 2 * comments".to_owned(),
        formula: Formula::read("reactions + 2 * comments", Catalog::builtin()).unwrap(),
    }
}

fn about_parts(goals: &[Goal]) -> Vec<Goal> {
    let absolute = GoalKind::Absolute { target: 1_000.0 };
    let told = || labelled(&["driftinfo", "delaktighet"], &["fb-kommun"]);
    // Instagram gives ninety days of it, and no history came before.
    let mut autumn = about(goals, "gensvar", "gensvar", absolute.clone(), labelled(&[], &["ig-kommun"]));
    autumn.start = "2026-09-01".parse().unwrap();
    vec![
        autumn,
        about(goals, "inlagg", "engagements", absolute.clone(), told()),
        about(goals, "lankar", "campaign_visits", absolute, of_campaign()),
        about(goals, "folk", "reach", GoalKind::Floor { target: 1.0 }, told()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_about_parts_are_judged_on_what_was_counted_of_them() {
    let test = with(vec![responses()], about_parts).await;
    let order = JudgeOrder { period: Some(period(&test.app, "2026-W46")), ..JudgeOrder::default() };
    let judged = pipeline::judge(&test.app, &order, test.now).await.unwrap();

    // By hand from the facts: the labelled posts of the year, each with what it has had.
    let facts = &judged.facts;
    let start = found(&judged.standings, "inlagg").goal.start;
    let ours = facts.posts.iter().filter(|post| {
        let labels = test.app.config.labels_of(post);
        post.channel.as_str() == "fb-kommun"
            && labels.iter().any(|it| it == "driftinfo" || it == "delaktighet")
            && (start..facts.today).contains(&facts.local_day(post.published))
    });
    let ids: Vec<&str> = ours.map(|post| post.id.as_str()).collect();
    let values = facts.post_values.iter().filter(|it| it.metric.as_str() == "engagements");
    let told: Vec<f64> = values.filter(|it| ids.contains(&it.post.as_str())).filter_map(|it| it.value).collect();
    let sum: f64 = told.iter().sum();
    let posts = found(&judged.standings, "inlagg");
    assert!(ids.len() > 5 && sum > 0.0, "{ids:?}");
    assert_eq!(posts.now.number(), Some(sum), "{:?}", posts.reason);
    // A post that nothing was told of is no source.
    assert_eq!(posts.now.trace.sources.len(), told.len());
    assert_eq!(found(&judged.standings, "folk").reason, Some(Missing::NotAdditive));

    // The campaign's links, against the world's own account.
    let campaign = pipeline::find_campaign(&test.app, "familjehem-hosten").unwrap();
    let site = test.app.config.channels.iter().find(|it| it.id.as_str() == "webb").unwrap();
    let truths = |metric: &str| {
        let world = test.sandbox.world();
        world.truths(site.platform, &site.account, metric, campaign.start, facts.today)
    };
    let counted = truths("campaign_visits/familjehem-hosten");
    let came: f64 = counted.iter().map(|(_, value)| value).sum();
    let links = found(&judged.standings, "lankar");
    assert!(came > 0.0);
    assert_eq!(links.now.number(), Some(came), "{:?}", links.reason);
    let all: f64 = truths("campaign_visits").iter().map(|(_, value)| value).sum();
    assert!(came < all, "others' links are not the campaign's");

    // The organisation's own metric, against the world's parts of it.
    let page = test.app.config.channels.iter().find(|it| it.id.as_str() == "ig-kommun").unwrap();
    let responses = found(&judged.standings, "gensvar");
    let of = |metric: &str| -> f64 {
        let days = test.sandbox.world().truths(page.platform, &page.account, metric, responses.goal.start, facts.today);
        days.iter().map(|(_, value)| value).sum()
    };
    let expected = of("reactions") + 2.0 * of("comments");
    let known = responses.coverage.number().unwrap_or(0.0);
    assert!(known > 0.8, "{:?}", responses.reason);
    assert_eq!(responses.now.number(), Some(expected), "{} {known}", responses.now.trace.how.english());
    assert_eq!(responses.now.trace.config.english(), ["formula gensvar = reactions + 2 * comments"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaigns_journey_is_counted_step_by_step() {
    let test = with(Vec::new(), <[Goal]>::to_vec).await;
    let campaign = pipeline::find_campaign(&test.app, "familjehem-hosten").unwrap();
    let effect = pipeline::effect(&test.app, &campaign, None, test.now).await.unwrap();
    let step = |name: &str| effect.journey.iter().find(|it| it.step == name).unwrap();
    let site = test.app.config.channels.iter().find(|it| it.id.as_str() == "webb").unwrap();
    let end = campaign.end + chrono::Days::new(1);
    let truth = |metric: &str| -> f64 {
        let world = test.sandbox.world();
        world.truths(site.platform, &site.account, metric, campaign.start, end).iter().map(|(_, value)| value).sum()
    };
    let (visits, conversions) = (truth("campaign_visits/familjehem-hosten"), truth("campaign_conversions"));
    assert!(visits > 0.0 && conversions > 0.0);
    assert_eq!(step("visits").count.number(), Some(visits));
    assert_eq!(step("conversions").count.number(), Some(conversions));
    let share = step("conversions").share.as_ref().unwrap();
    assert_eq!(share.number(), Some(conversions / visits));
    let seen = step("impressions").count.number().unwrap();
    assert!(seen > visits, "{seen} {visits}");
    // Both parts are Facebook's, so its clicks stand against its views, and the visits against its clicks.
    assert_eq!(effect.journey.len(), 4, "{:?}", effect.journey);
    let json = serde_json::to_value(&effect).unwrap();
    assert_eq!(json["journey"][2]["step"], "visits");
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_put_on_by_hand_count() {
    let mut test = with(Vec::new(), |goals| {
        let absolute = GoalKind::Absolute { target: 10.0 };
        vec![about(goals, "inlagg", "posts", absolute, labelled(&["delaktighet"], &["fb-kommun"]))]
    })
    .await;
    let order = JudgeOrder { period: Some(period(&test.app, "2026-W46")), ..JudgeOrder::default() };
    let before = pipeline::judge(&test.app, &order, test.now).await.unwrap();
    let start = before.standings[0].goal.start;
    let bare = before.facts.posts.iter().find(|post| {
        let day = before.facts.local_day(post.published);
        post.channel.as_str() == "fb-kommun"
            && (start..before.facts.today).contains(&day)
            && !test.app.config.labels_of(post).contains(&"delaktighet".to_owned())
    });
    let mut config = (*test.app.config).clone();
    config.hand_labels.push(config::HandLabel {
        post: bare.unwrap().permalink.clone().unwrap(),
        with: vec!["delaktighet".to_owned()],
        without: Vec::new(),
    });
    test.app.config = Arc::new(config);
    let after = pipeline::judge(&test.app, &order, test.now).await.unwrap();
    let count = |standings: &[Standing]| standings[0].now.number().unwrap();
    near(count(&after.standings), count(&before.standings) + 1.0);
    // Judged by itself it is the same: nothing is remembered.
    let again = standing(&test.app.config.goals[0], &after.facts, test.app.catalog);
    near(again.now.number().unwrap(), count(&after.standings));
    assert!(after.facts.post_values.iter().any(|it| it.state == State::Ok));
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}
