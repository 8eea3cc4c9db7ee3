//! Every fault that the sandbox knows against the real connectors: a fault may cost figures, and says so, but it never
//! changes or invents one, never touches another channel, and never shows a secret.

use std::collections::BTreeMap;
use std::time::Duration;

use genomslag::connectors::fetch::{Address, Client, Collected, Credential, Limits, collect};
use genomslag::connectors::{Task, connector};
use genomslag::model::{Channel, Gravity, LinkedInDoor, Observation, OrganisationId, Platform, Secret, Value};
use genomslag::sandbox::{Fault, FaultKind, Faults, Sandbox, Tokens, World, serve};

use crate::support::readings::{now, period, task as plain_task};

async fn sandbox(door: LinkedInDoor) -> Sandbox {
    let mut world = World::example(now());
    for account in world.accounts.iter_mut().filter(|account| account.platform == Platform::LinkedIn) {
        account.door = door;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(world, Faults::none(), listener).await
}

fn task(platform: Platform, door: LinkedInDoor) -> Task {
    let account = match platform {
        Platform::Facebook => "100000000000001",
        Platform::Instagram => "17841400000000001",
        Platform::LinkedIn => "9000001",
        _ => "1",
    };
    let task = plain_task(platform, account);
    let page = (platform == Platform::Instagram).then(|| "100000000000001".to_owned());
    let channel = Channel { stories: true, page, door, ..task.channel.clone() };
    Task { channel, windows: vec![period("2026-11-09", "2026-11-16"), period("2026-10-01", "2026-11-01")], ..task }
}

async fn run(sandbox: &Sandbox, task: &Task) -> Collected {
    let (platform, tokens) = (task.channel.platform, Tokens::default());
    let credential = match platform {
        Platform::LinkedIn => Credential::Bearer(Secret::new(tokens.linkedin.clone())),
        Platform::Matomo => {
            Credential::Form { field: "token_auth".to_owned(), value: Secret::new(tokens.matomo.clone()) }
        }
        _ => Credential::Meta {
            token: Secret::new(tokens.meta.clone()),
            app_secret: Some(Secret::new(tokens.meta_app_secret.clone())),
        },
    };
    let base = url::Url::parse(&sandbox.base(platform)).unwrap();
    let limits = Limits {
        call_deadline: Duration::from_millis(1500),
        body_bytes: 4 << 20,
        attempts: 3,
        backoff: Duration::from_millis(1),
        longest_wait: Duration::from_millis(200),
        slow_pause: Duration::from_millis(1),
        ..Limits::default()
    };
    let client = Client::new(Address { base, platform, version: task.version.clone() }, credential, limits).unwrap();
    let organisation = OrganisationId::from("bjorkvalla");
    let collected = collect(&client, connector(&task.channel), task, "run-1", &organisation, |_| {}).await;
    let told = format!("{collected:?}");
    for secret in [tokens.meta, tokens.meta_app_secret, tokens.linkedin, tokens.linkedin_secret, tokens.matomo] {
        assert!(!told.contains(&secret), "a secret stands in what was collected");
    }
    collected
}

type Known = BTreeMap<String, Option<Value>>;

fn key(one: &Observation) -> String {
    let reading = &one.reading;
    format!(
        "{:?} {} {:?} {} {}..{}",
        reading.post, reading.metric, reading.dimension, reading.window, reading.start, reading.end
    )
}

fn known(collected: &Collected) -> Known {
    let values = collected.observations.iter().filter(|one| one.reading.value.is_some());
    values.map(|one| (key(one), one.reading.value)).collect()
}

/// The same number; ratios may lose their last digit when they are written as text.
fn near(one: Option<Value>, other: Option<Value>) -> bool {
    match (one, other) {
        (Some(Value::Decimal(one)), Some(Value::Decimal(other))) => (one - other).abs() < 1e-12,
        _ => one == other,
    }
}

/// A place to hit that leaves others unhurt.
fn somewhere(platform: Platform, door: LinkedInDoor) -> &'static str {
    match (platform, door) {
        (Platform::Facebook, _) => "period=week",
        (Platform::Instagram, _) => "metric=follower_count",
        (Platform::LinkedIn, LinkedInDoor::Community) => "organizationPageStatistics",
        (Platform::LinkedIn, LinkedInDoor::Dma) => "analyticsType=VISITOR",
        _ => "Goals.getGoals",
    }
}

fn kinds() -> Vec<(FaultKind, bool)> {
    let metric = |metric: &str| FaultKind::DeadMetric { metric: metric.to_owned() };
    vec![
        (FaultKind::ExpiredToken, false),
        (FaultKind::RevokedToken, false),
        (FaultKind::RoleLost, false),
        (FaultKind::MissingPermission, true),
        (FaultKind::Throttled, true),
        (FaultKind::BusinessThrottled { minutes: 19 }, true),
        (FaultKind::UsageAt { percent: 80 }, false),
        (FaultKind::UsageAt { percent: 97 }, false),
        (metric("page_views_total"), false),
        (metric("reposts"), false),
        (FaultKind::RemovedField { field: "fan_count".to_owned() }, false),
        (FaultKind::RemovedField { field: "saved_count".to_owned() }, false),
        (FaultKind::TooMuch { above: 10 }, false),
        (FaultKind::Transient, true),
        (FaultKind::ShortError, true),
        (FaultKind::ObjectGone, true),
        (FaultKind::OldMedia, true),
        (FaultKind::FewViewers, true),
        (FaultKind::Blocked, true),
        (FaultKind::VersionGone, false),
        (FaultKind::Status { code: 404 }, true),
        (FaultKind::Status { code: 502 }, true),
        (FaultKind::Truncated, true),
        (FaultKind::Html, true),
        (FaultKind::Drip { milliseconds: 400 }, true),
        (FaultKind::Reset, true),
        (FaultKind::Huge { megabytes: 200 }, true),
        (FaultKind::PagingLoop, false),
        (FaultKind::ForeignNext { host: "evil.example".to_owned() }, false),
        (FaultKind::EmptyPageWithNext, false),
        (FaultKind::DuplicatePosts, false),
        (FaultKind::NumbersAsStrings, false),
        (FaultKind::NullValues, true),
        (FaultKind::MissingKeys { keys: vec!["value".to_owned(), "nb_visits".to_owned()] }, true),
        (FaultKind::MissingRows, false),
        (FaultKind::EmptyData, true),
        (FaultKind::BatchNull, false),
        (FaultKind::PrivacyBudget, false),
    ]
}

/// What a fault did to a channel, in a few lines.
async fn effects(platform: Platform, door: LinkedInDoor) -> String {
    let sandbox = sandbox(door).await;
    let task = task(platform, door);
    let healthy = run(&sandbox, &task).await;
    let all = known(&healthy);
    assert!(healthy.complete && all.len() > 20, "{platform}: {} values, {:?}", all.len(), healthy.problems);
    let mut text =
        format!("healthy: {} values, {} posts, {} calls\n", all.len(), healthy.posts.len(), healthy.cost.calls);
    for (kind, at_one_place) in kinds() {
        let fault = Fault::always(kind.clone());
        // Too many rows is what lists are told.
        let fault = match &kind {
            FaultKind::TooMuch { .. } => fault.at("limit="),
            _ if at_one_place => fault.at(somewhere(platform, door)),
            _ => fault,
        };
        sandbox.set_faults(Faults::of([fault]));
        let hurt = tokio::time::timeout(Duration::from_mins(1), run(&sandbox, &task)).await;
        let hurt = hurt.unwrap_or_else(|_| panic!("{kind:?} holds the run up"));
        let values = known(&hurt);
        for (key, value) in &values {
            let same = all.get(key).is_some_and(|known| near(*known, *value));
            assert!(same, "{platform} {kind:?} changed {key}: {:?} to {value:?}", all.get(key));
        }
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for one in hurt.observations.iter().filter(|one| one.reading.value.is_none()) {
            *states.entry(one.reading.state.as_str()).or_default() += 1;
        }
        let person = hurt.problems.iter().any(|problem| problem.gravity == Gravity::Action);
        let whole = if hurt.complete { "complete" } else { "not complete" };
        let act = if person { ", needs a person" } else { "" };
        let (kept, posts) = (values.len(), hurt.posts.len());
        text.extend([format!("\n{kind:?}: {whole}{act}, {kept} values, {states:?}, {posts} posts\n")]);
        let mut told: Vec<String> = hurt.problems.iter().map(|problem| format!("  {}\n", problem.what)).collect();
        told.dedup();
        text.extend(told);
    }
    sandbox.stop().await;
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn facebook() {
    insta::assert_snapshot!(effects(Platform::Facebook, LinkedInDoor::Community).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn instagram() {
    insta::assert_snapshot!(effects(Platform::Instagram, LinkedInDoor::Community).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn linkedin() {
    insta::assert_snapshot!(effects(Platform::LinkedIn, LinkedInDoor::Community).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn linkedin_by_the_second_door() {
    insta::assert_snapshot!(effects(Platform::LinkedIn, LinkedInDoor::Dma).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn matomo() {
    insta::assert_snapshot!(effects(Platform::Matomo, LinkedInDoor::Community).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_one_account_leaves_the_others_whole() {
    let sandbox = sandbox(LinkedInDoor::Community).await;
    let (ours, other) = (task(Platform::LinkedIn, LinkedInDoor::Community), plain_task(Platform::LinkedIn, "9000002"));
    let before = known(&run(&sandbox, &other).await);
    sandbox.set_faults(Faults::of([Fault::always(FaultKind::ExpiredToken).account("9000001")]));
    let (hurt, whole) = futures::join!(run(&sandbox, &ours), run(&sandbox, &other));
    assert!(!hurt.complete && known(&hurt).is_empty());
    assert!(whole.complete);
    assert_eq!(known(&whole), before);
}
