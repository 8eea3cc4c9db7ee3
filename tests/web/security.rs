//! What OWASP's ASVS asks of level 2, where it applies; the table stands in docs/security.md.

use chrono::TimeDelta;
use genomslag::config::{self, Source};
use genomslag::pipeline::{Role, accounts};

use crate::support::app::wednesday;
use crate::support::browser::{PASSWORD, Site, app_of, empty_app};

async fn site(folder: &tempfile::TempDir) -> Site {
    Site::start(empty_app(folder.path()).await, wednesday()).await
}

/// Every page that only somebody logged in may see, as far as this area knows.
const PRIVATE: &[&str] = &["/account", "/accounts", "/accounts/tokens", "/accounts/audit"];

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_headers_that_keep_others_out() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    for path in PRIVATE.iter().chain(&["/login", "/health", "/no-such-page", "/unsubscribe/x"]) {
        let page = chief.get(path).await;
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(["same-origin", "no-referrer"].contains(&page.header("referrer-policy").as_str()), "{path}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        let text = page.text();
        assert!(
            !text.contains(" style=\"") && !text.contains("<style") && !text.contains(" onclick"),
            "{path}: inline"
        );
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}: something from elsewhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_kept_for_good_at_their_address_only() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut browser = site.browser();
    let text = browser.get("/login").await.text();
    let style = text.split("href=\"").find_map(|part| part.split('"').next().filter(|path| path.ends_with("/web.css")));
    let style = style.unwrap().to_owned();
    let page = browser.get(&style).await;
    assert_eq!((page.status, page.header("content-type").as_str()), (200, "text/css; charset=utf-8"));
    assert!(page.header("cache-control").contains("immutable"));
    for wrong in ["/assets/0/web.css", "/assets/../web.css", "/assets/x/..%2f..%2fCargo.toml"] {
        assert_eq!(browser.get(wrong).await.status, 404, "{wrong}");
    }
    browser.headers = vec![("accept-encoding", "gzip".to_owned())];
    assert_eq!(browser.get(&style).await.header("content-encoding"), "gzip");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_anything_without_logging_in() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut browser = site.browser();
    for path in PRIVATE {
        let page = browser.get(path).await;
        assert_eq!(page.status, 303, "{path}");
        assert!(page.header("location").starts_with("/login?next=%2Faccount"), "{path}: {}", page.header("location"));
    }
    browser.cookies.insert("genomslag".to_owned(), "a-guess".to_owned());
    assert_eq!(browser.get("/account").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_administer() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    for role in [Role::Reader, Role::Editor] {
        let mut browser = site.logged_in(role, None).await;
        for path in &PRIVATE[1..] {
            assert_eq!(browser.get(path).await.status, 403, "{role}: {path}");
        }
        browser.get("/account").await;
        let fields = [("email", "evil@example.org"), ("role", "administrator")];
        assert_eq!(browser.post("/accounts", &fields).await.status, 403, "{role}");
        assert_eq!(browser.post("/accounts/tokens", &[("name", "x"), ("days", "30")]).await.status, 403, "{role}");
    }
    assert!(site.app.state.open_invitations(site.now()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_new_after_the_login_and_cannot_be_fixed_before() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    let mut browser = site.browser();
    browser.cookies.insert("genomslag".to_owned(), "chosen-by-somebody-else".to_owned());
    assert_eq!(browser.log_in("anna@granvik.example", PASSWORD).await.status, 303);
    let first = browser.cookies["genomslag"].clone();
    assert_ne!(first, "chosen-by-somebody-else");
    assert!(first.len() >= 43, "256 bits");
    // Logging out ends the session at our end, whatever the browser keeps.
    browser.get("/account").await;
    assert_eq!(browser.post("/logout", &[]).await.status, 303);
    browser.cookies.insert("genomslag".to_owned(), first.clone());
    assert_eq!(browser.get("/account").await.status, 303);
    browser.cookies.remove("genomslag");
    browser.log_in("anna@granvik.example", PASSWORD).await;
    assert_ne!(browser.cookies["genomslag"], first);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_for_this_host_only_and_not_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config::load(&Source::Embedded).unwrap();
    config.serve.public_url = "https://genomslag.granvik.example/".parse().ok();
    let site = Site::start(app_of(config, folder.path()).await, wednesday()).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    let mut browser = site.browser();
    let page = browser.get("/login").await;
    assert!(page.header("strict-transport-security").starts_with("max-age=31536000"));
    let door = page.header("set-cookie");
    let page = browser.post("/login", &[("email", "anna@granvik.example"), ("password", PASSWORD)]).await;
    for cookie in [door, page.header("set-cookie")] {
        assert!(cookie.starts_with("__Host-genomslag"), "{cookie}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_cannot_be_tried_out() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    let mut browser = site.browser();
    let (known, unknown) = (
        browser.log_in("anna@granvik.example", "fel lösenord 1").await,
        browser.log_in("nobody@granvik.example", "fel lösenord 1").await,
    );
    let bare = |page: &str, mail: &str| {
        let parts: Vec<&str> = page.split("value=\"").collect();
        parts
            .iter()
            .map(|part| part.split_once('"').map_or(*part, |(_, rest)| rest))
            .collect::<String>()
            .replace(mail, "")
    };
    assert_eq!(known.status, 403);
    let (known, unknown) = (known.text(), unknown.text());
    assert_eq!(bare(&known, "anna@"), bare(&unknown, "nobody@"), "which of both was wrong is not said");
    for _ in 0..4 {
        assert_eq!(browser.log_in("Anna@granvik.example ", "fel lösenord 2").await.status, 403);
    }
    let page = browser.log_in("anna@granvik.example", PASSWORD).await;
    assert_eq!((page.status, page.header("retry-after").as_str()), (429, "900"), "even the right one waits");
    // It holds over a restart: it is remembered in the state.
    let again = Site::start(site.app.clone(), site.now()).await;
    assert_eq!(again.browser().log_in("anna@granvik.example", PASSWORD).await.status, 429);
    site.pass(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    assert_eq!(browser.log_in("anna@granvik.example", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_tries_many_addresses_is_stopped_too() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    let mut evil = site.browser();
    evil.headers = vec![("x-forwarded-for", "198.51.100.7".to_owned())];
    for number in 0..30 {
        assert_eq!(evil.log_in(&format!("u{number}@granvik.example"), "sommaren 2026!").await.status, 403);
    }
    assert_eq!(evil.log_in("u99@granvik.example", "sommaren 2026!").await.status, 429);
    let mut other = site.browser();
    other.headers = vec![("x-forwarded-for", "203.0.113.9".to_owned())];
    assert_eq!(other.log_in("anna@granvik.example", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_ours_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    let fields = [("email", "evil@example.org"), ("role", "administrator")];
    chief.get("/accounts").await;
    assert_eq!(chief.post_bare("/accounts", &fields).await.status, 403, "no token");
    let foreign = site.logged_in(Role::Reader, None).await.token();
    let stolen = [fields[0], fields[1], ("csrf", foreign.as_str())];
    assert_eq!(chief.post_bare("/accounts", &stolen).await.status, 403, "somebody else's token");
    chief.get("/accounts").await;
    chief.headers = vec![("sec-fetch-site", "cross-site".to_owned())];
    assert_eq!(chief.post("/accounts", &fields).await.status, 403, "from a page of somebody else");
    chief.headers.clear();
    assert!(site.app.state.open_invitations(site.now()).await.unwrap().is_empty());
    assert_eq!(
        chief.post_bare("/login", &[("email", "a@b.example"), ("password", "x")]).await.status,
        403,
        "also the login"
    );
    assert_eq!(chief.get("/logout").await.status, 405, "nothing changes by following a link");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_another_host() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    site.user("anna@granvik.example", Role::Reader, None).await;
    for next in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = site.browser();
        browser.get("/login").await;
        let fields = [("email", "anna@granvik.example"), ("password", PASSWORD), ("next", next)];
        assert_eq!(browser.post("/login", &fields).await.header("location"), "/", "{next}");
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        assert_eq!(browser.get(&format!("/look?theme=dark&next={query}")).await.header("location"), "/", "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_request_calls_this_host_is_never_believed() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    chief.headers = vec![("host", "evil.example".to_owned()), ("x-forwarded-host", "evil.example".to_owned())];
    chief.get("/accounts").await;
    let page = chief.post("/accounts", &[("email", "a@granvik.example"), ("role", "reader")]).await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("evil.example") && page.text().contains(&site.address), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_is_text_on_every_page() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let evil = "\"><script>alert(1)</script>";
    let mut chief = site.logged_in(Role::Administrator, None).await;
    chief.get("/accounts/tokens").await;
    assert_eq!(chief.post("/accounts/tokens", &[("name", evil), ("days", "30")]).await.status, 200);
    for path in PRIVATE {
        assert!(!chief.get(path).await.text().contains("<script>alert"), "{path}");
    }
    let mut browser = site.browser();
    let query: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
    for path in [format!("/login?next=/{query}"), format!("/no-such-page?{query}"), format!("/unsubscribe/{query}")] {
        assert!(!browser.get(&path).await.text().contains("<script>alert"), "{path}");
    }
    assert!(!browser.log_in(evil, "x").await.text().contains("<script>alert"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_may_not_be_endless() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut browser = site.browser();
    browser.get("/login").await;
    let endless = "x".repeat((2 << 20) + 20_000);
    let page = browser.post("/login", &[("email", "a@b.example"), ("password", &endless)]).await;
    assert!(page.status >= 400 && page.status < 500, "{}", page.status);
    let long = "x".repeat(100_000);
    assert_eq!(browser.post("/login", &[("email", "a@b.example"), ("password", &long)]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_passes_are_kept_as_hashes_only() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    chief.get("/accounts").await;
    let page = chief.post("/accounts", &[("email", "a@granvik.example"), ("role", "reader")]).await.text();
    let pass = page.split("/invitation/").nth(1).unwrap()[..43].to_owned();
    let session = chief.cookies["genomslag"].clone();
    site.app.state.close().await;
    let mut kept = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            kept.extend(std::fs::read(path).unwrap());
        }
    }
    assert!(kept.len() > 10_000, "the state was read");
    for secret in [PASSWORD, &pass, &session] {
        assert!(!kept.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is kept as it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_is_told_to_this_machine_and_to_whoever_has_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder).await;
    let mut program = site.browser();
    assert_eq!(program.get("/metrics").await.status, 200, "from this machine");
    program.headers = vec![("x-forwarded-for", "198.51.100.7".to_owned())];
    assert_eq!(program.get("/metrics").await.status, 303, "through the proxy, by anybody");
    let (_, pass) = accounts::make_token(&site.app, "Prometheus", None, Some(30), "test", site.now()).await.unwrap();
    program.headers.push(("authorization", format!("Bearer {}", pass.expose())));
    assert_eq!(program.get("/metrics").await.status, 200);
    assert_eq!(program.get("/health").await.text(), "ok\n");
}
