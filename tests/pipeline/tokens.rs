//! A person's token of sixty days, exchanged once for the Page's own.

use genomslag::config::{self, Config, SecretRef, Source};
use genomslag::model::{Gravity, Platform};
use genomslag::pipeline;
use genomslag::sandbox::{Fault, FaultKind, Faults, World};

use crate::support::app::{TestApp, folder, wednesday};

/// Two channels of one Page, whose token is a person's: the sandbox takes it for nothing but the exchange.
async fn started(key: bool, secret: &str) -> TestApp {
    let folder = folder();
    let mut config: Config = config::load(&Source::Embedded).unwrap();
    config.channels.retain(|channel| ["fb-kommun", "ig-kommun"].contains(&channel.id.as_str()));
    config.history.clear();
    let place = folder.path().join("token");
    std::fs::write(&place, "short-token-of-a-person").unwrap();
    for platform in [Platform::Facebook, Platform::Instagram] {
        let access = config.platforms.access_mut(platform);
        access.token = Some(SecretRef::File(place.clone()));
        access.app_secret = Some(SecretRef::Env(secret.to_owned()));
        access.app_id = Some("1180000000000001".to_owned());
    }
    config.key = key.then(|| SecretRef::Env("GENOMSLAG_KEY".to_owned()));
    TestApp::with(config, World::example(wednesday()), folder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_exchanged_once_kept_sealed_and_entered_in_the_ledger() {
    let test = started(true, "GENOMSLAG_META_APP_SECRET").await;
    let fetched = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    assert!(fetched.channels.iter().all(|channel| channel.complete && channel.new > 0), "{fetched:?}");
    let page = "meta/page/100000000000001";
    let kept: Vec<String> = test.app.state.secrets().await.unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(kept, [page]);
    let sealed = test.app.state.secret(page).await.unwrap().unwrap();
    assert!(sealed.expose().contains("sandbox-page-100000000000001"));
    assert!(!sealed.expose().contains("short-token-of-a-person"), "only its hash is kept");
    for channel in ["fb-kommun", "ig-kommun"] {
        let entry = test.app.state.token(channel).await.unwrap().unwrap();
        assert!(entry.check.valid && entry.check.never_expires && entry.check.expires.is_none(), "{entry:?}");
        assert_eq!(entry.last_success, Some(test.now));
    }
    // The person's token is of no matter any more: nobody asks for the exchange, and the Page's own goes on.
    let gone = Fault::always(FaultKind::ExpiredToken).at("oauth/access_token");
    test.sandbox.set_faults(Faults::of([gone]));
    let again = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    assert!(again.channels.iter().all(|channel| channel.complete), "{again:?}");
    assert!(again.problems.is_empty(), "{:?}", again.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_it_works_and_says_that_it_cannot_be_kept() {
    let test = started(false, "GENOMSLAG_META_APP_SECRET").await;
    let fetched = pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    assert!(fetched.channels.iter().all(|channel| channel.complete), "{fetched:?}");
    let kinds: Vec<&str> =
        fetched.problems.iter().map(|problem| problem.told.as_ref().unwrap().kind.as_str()).collect();
    assert_eq!(kinds, ["page_token_not_kept"; 2]);
    assert!(test.app.state.secrets().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_is_said_without_the_token() {
    // Another value than the app's secret: the exchange is refused, and the person's token is used as it stands.
    let test = started(true, "GENOMSLAG_MATOMO_TOKEN").await;
    let fetched = pipeline::fetch(&test.app, &["fb-kommun".into()], test.now, |_| {}).await.unwrap();
    assert!(!fetched.channels[0].complete);
    let [problem] = &fetched.problems[..] else { panic!("{:?}", fetched.problems) };
    assert_eq!(
        (problem.gravity, problem.told.as_ref().unwrap().kind.as_str()),
        (Gravity::Warning, "page_token_refused")
    );
    assert!(problem.what.contains("Error validating client secret"), "{}", problem.what);
    let told = serde_json::to_string(&fetched).unwrap();
    assert!(!told.contains("short-token-of-a-person") && !told.contains("sandboxmatomo"), "{told}");
}
