//! Login by the organisation's identity provider, with one that keeps to the standard and one that does not.

use genomslag::config::{self, Login, LoginRole, SecretRef, Source};
use genomslag::pipeline::Role;
use serde_json::json;

use super::provider::{Fault, Provider};
use crate::support::app::wednesday;
use crate::support::browser::{Browser, PASSWORD, Page, Site, app_of};

async fn site(folder: &tempfile::TempDir, provider: &Provider, change: impl FnOnce(&mut Login)) -> Site {
    let mut config = config::load(&Source::Embedded).unwrap();
    let mut login = Login {
        issuer: provider.issuer.clone(),
        client_id: "genomslag".to_owned(),
        client_secret: Some(SecretRef::Env("GENOMSLAG_LOGIN_SECRET".to_owned())),
        name: Some("Granvik".to_owned()),
        domains: vec!["granvik.example".to_owned()],
        role: Some("reader".to_owned()),
        trust_email: false,
        claim: "groups".to_owned(),
        map: Vec::new(),
    };
    change(&mut login);
    config.login = Some(login);
    Site::start(app_of(config, folder.path()).await, wednesday()).await
}

/// There and back, as a browser does it.
async fn log_in(site: &Site, provider: &Provider, browser: &mut Browser) -> Page {
    let sent = browser.get("/login/organisation?next=%2Fgoals").await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let state = provider.asked(&sent.header("location"));
    assert_eq!(provider.redirect(), format!("{}/login/organisation/back", site.address));
    browser.get(&format!("/login/organisation/back?code=the-code&state={state}")).await
}

fn anna() -> serde_json::Value {
    json!({ "email": "Anna@granvik.example", "email_verified": true, "name": "Anna Öberg" })
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_organisation_knows_is_let_in_and_has_an_account_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let site = site(&folder, &provider, |_| {}).await;
    provider.is(anna());
    let mut browser = site.browser();
    assert!(browser.get("/login").await.text().contains("Logga in med Granvik"));
    let page = log_in(&site, &provider, &mut browser).await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/goals"), "{}", page.text());
    let text = browser.get("/account").await.text();
    assert!(
        text.contains("Anna Öberg") && text.contains("läsare") && text.contains("organisationens inloggning"),
        "{text}"
    );
    // Again, under another address: the subject is who they are.
    provider.is(json!({ "email": "anna.oberg@granvik.example", "email_verified": true }));
    assert_eq!(log_in(&site, &provider, &mut site.browser()).await.status, 303);
    assert_eq!(site.app.state.users().await.unwrap().len(), 1);
    assert_eq!(site.browser().log_in("anna@granvik.example", PASSWORD).await.status, 403, "there is no password");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_proves_nothing_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let site = site(&folder, &provider, |_| {}).await;
    provider.is(anna());
    let faults = [
        Fault::Nonce,
        Fault::Audience,
        Fault::Issuer,
        Fault::Expired,
        Fault::NoSignature,
        Fault::SharedSecret,
        Fault::OtherKey,
        Fault::Tampered,
        Fault::NoIdToken,
    ];
    for fault in faults {
        provider.gets_wrong(fault);
        let mut browser = site.browser();
        let page = log_in(&site, &provider, &mut browser).await;
        assert_eq!(page.status, 403, "{fault:?}");
        assert!(page.text().contains("gick inte att lita på"), "{fault:?}: {}", page.text());
        assert!(!browser.cookies.contains_key("genomslag"), "{fault:?}");
    }
    assert!(site.app.state.users().await.unwrap().is_empty());
    provider.gets_wrong(Fault::Nothing);
    assert_eq!(log_in(&site, &provider, &mut site.browser()).await.status, 303, "the same without a fault");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_in_time_and_in_the_browser_that_asked() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let site = site(&folder, &provider, |_| {}).await;
    provider.is(anna());
    let mut browser = site.browser();
    let back = async |browser: &mut Browser, state: &str| {
        browser.get(&format!("/login/organisation/back?code=the-code&state={state}")).await
    };
    let state = provider.asked(&browser.get("/login/organisation").await.header("location"));
    // Somebody else's browser with the answer of this one: login under another's name.
    let page = back(&mut site.browser(), &state).await;
    assert!(page.status == 403 && page.text().contains("annan webbläsare"), "{}", page.text());
    assert_eq!(back(&mut browser, &state).await.status, 403, "it was used up");

    let state = provider.asked(&browser.get("/login/organisation").await.header("location"));
    assert_eq!(back(&mut browser, "guessed").await.status, 403);
    assert_eq!(back(&mut browser, &state).await.status, 303);
    assert_eq!(back(&mut browser, &state).await.status, 403, "not twice");

    let mut late = site.browser();
    let state = provider.asked(&late.get("/login/organisation").await.header("location"));
    site.pass(chrono::TimeDelta::minutes(10));
    assert_eq!(back(&mut late, &state).await.status, 403, "not after ten minutes");
    let page = late.get("/login/organisation/back?error=access_denied&state=x").await;
    assert!(page.status == 403 && page.text().contains("avbröts"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_counts_only_when_it_is_proven_and_of_a_domain_that_is_welcome() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let site = site(&folder, &provider, |_| {}).await;
    site.user("chef@granvik.example", Role::Administrator, None).await;
    // Whoever can write any address into their own account there must not become our administrator.
    provider.is(json!({ "email": "chef@granvik.example" }));
    let page = log_in(&site, &provider, &mut site.browser()).await;
    assert!(page.status == 403 && page.text().contains("bekräftad"), "{}", page.text());
    provider.is(json!({ "email": "eva@other.example", "email_verified": true }));
    let page = log_in(&site, &provider, &mut site.browser()).await;
    assert!(page.status == 403 && page.text().contains("ingen roll"), "{}", page.text());
    provider.is(json!({ "email": "chef@granvik.example", "email_verified": true }));
    let mut browser = site.browser();
    assert_eq!(log_in(&site, &provider, &mut browser).await.status, 303);
    assert_eq!(browser.get("/accounts").await.status, 200, "the account that there was");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_give_and_take_roles() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let entry =
        |value: &str, role: &str| LoginRole { value: value.to_owned(), role: role.to_owned(), units: Vec::new() };
    let map = vec![entry("team", "editor"), entry("chefer", "administrator")];
    let site = site(&folder, &provider, |login| login.map = map).await;
    let with = |groups: &[&str]| {
        let mut person = anna();
        person["groups"] = json!(groups);
        person
    };
    provider.is(with(&["annat"]));
    assert_eq!(log_in(&site, &provider, &mut site.browser()).await.status, 403);
    let mut browser = site.browser();
    for (groups, role) in [(vec!["team"], Role::Editor), (vec!["team", "chefer"], Role::Administrator)] {
        provider.is(with(&groups));
        assert_eq!(log_in(&site, &provider, &mut browser).await.status, 303);
        assert_eq!(site.app.state.users().await.unwrap()[0].role, role);
    }
    provider.is(with(&[]));
    assert_eq!(log_in(&site, &provider, &mut site.browser()).await.status, 403, "whoever left the groups is out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_is_told_and_passwords_still_work() {
    let folder = tempfile::tempdir().unwrap();
    let provider = Provider::start(wednesday()).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let site = site(&folder, &provider, |login| login.issuer = nobody).await;
    let mut browser = site.browser();
    let page = browser.get("/login/organisation").await;
    assert!(page.status == 502 && page.text().contains("svarar inte"), "{}", page.text());
    site.user("anna@granvik.example", Role::Reader, None).await;
    assert_eq!(browser.log_in("anna@granvik.example", PASSWORD).await.status, 303);
}
