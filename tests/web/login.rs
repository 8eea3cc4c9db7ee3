//! Logging in and out.

use chrono::TimeDelta;
use genomslag::pipeline::Role;

use crate::support::app::wednesday;
use crate::support::browser::{PASSWORD, Site, empty_app};

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_led_to_the_login_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    let mut browser = site.browser();
    let page = browser.get("/login?next=%2Fgoals%3Fperiod%3D2026-W46").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<h1>Logga in</h1>"), "{}", page.text());
    let fields = [("email", "Anna@Granvik.example"), ("password", PASSWORD), ("next", "/goals?period=2026-W46")];
    let page = browser.post("/login", &fields).await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/goals?period=2026-W46"));
    assert!(browser.cookies.contains_key("genomslag"));
    assert_eq!(browser.get("/login").await.status, 303, "whoever is in needs no login");

    let page = browser.get("/no-such-page").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("Sidan finns inte") && page.text().contains("Logga ut"), "{}", page.text());
    let page = browser.post("/logout", &[]).await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/login"));
    assert!(!browser.cookies.contains_key("genomslag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_nobody_is_seen_and_after_a_week_in_any_case() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut browser = site.logged_in(Role::Administrator, None).await;
    site.pass(TimeDelta::hours(8) + TimeDelta::seconds(1));
    assert_eq!(browser.get("/login").await.status, 200, "eight hours without a sign end it");

    assert_eq!(browser.log_in("administrator-all@granvik.example", PASSWORD).await.status, 303);
    for _ in 0..23 {
        site.pass(TimeDelta::hours(7));
        assert_eq!(browser.get("/login").await.status, 303, "who is seen stays in");
    }
    site.pass(TimeDelta::hours(7) + TimeDelta::seconds(1));
    assert_eq!(browser.get("/login").await.status, 200, "a week ends it in any case");
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_look_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut browser = site.browser();
    let page = browser.get("/look?language=en&next=%2Flogin").await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/login"));
    browser.get("/look?theme=dark").await;
    let text = browser.get("/login").await.text();
    assert!(text.contains("<html lang=\"en\" data-theme=\"dark\">") && text.contains("<h1>Log in</h1>"), "{text}");
    let page = browser.get("/look?language=xx&theme=%3Cscript%3E").await;
    assert!(!page.headers.contains_key("set-cookie"), "only what exists is remembered");
}
