//! Accounts: inviting, accepting, changing, tokens, the audit log.

use chrono::TimeDelta;
use genomslag::pipeline::{Role, accounts};

use crate::support::app::wednesday;
use crate::support::browser::{Browser, PASSWORD, Site, empty_app};

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let after = text.split_once(from).unwrap_or_else(|| panic!("no `{from}` in {text}")).1;
    after.split_once(to).unwrap().0
}

/// The path of the link that the page shows once.
fn link(site: &Site, text: &str) -> String {
    between(text, "<code class=\"secret\">", "</code>").strip_prefix(&site.address).unwrap().to_owned()
}

async fn invite(site: &Site, chief: &mut Browser, fields: &[(&str, &str)]) -> String {
    chief.get("/accounts").await;
    let page = chief.post("/accounts", fields).await;
    assert_eq!(page.status, 200, "{}", page.text());
    link(site, &page.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_chooses_a_password_and_is_in_with_the_role_and_units_of_the_invitation() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let unit = site.app.config.units.0[0].id.to_string();
    let mut chief = site.logged_in(Role::Administrator, None).await;
    let fields = [("email", "Anna@Granvik.example"), ("role", "editor"), ("unit", unit.as_str())];
    let path = invite(&site, &mut chief, &fields).await;

    let mut anna = site.browser();
    let page = anna.get(&path).await;
    assert_eq!((page.status, page.header("referrer-policy").as_str()), (200, "no-referrer"));
    let page = anna.post(&path, &[("name", "Anna Öberg"), ("password", "kort")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("minst 12 tecken") && page.text().contains("value=\"Anna Öberg\""), "{}", page.text());
    let page = anna.post(&path, &[("name", "Anna Öberg"), ("password", "Kommunikation")]).await;
    assert!(page.text().contains("ett av de första som provas"), "{}", page.text());
    let page = anna.post(&path, &[("name", "Anna Öberg"), ("password", PASSWORD)]).await;
    assert_eq!((page.status, page.header("location").as_str()), (303, "/"));
    let text = anna.get("/account").await.text();
    assert!(text.contains("Anna Öberg") && text.contains("redaktör"), "{text}");
    let user = site.app.state.user_of_email("anna@granvik.example").await.unwrap().unwrap();
    assert_eq!((user.role, user.units.unwrap()[0].to_string()), (Role::Editor, unit));

    // The link is used up, for everybody.
    assert_eq!(site.browser().get(&path).await.status, 404);
    let log = chief.get("/accounts/audit").await.text();
    assert!(log.contains("bjöd in") && log.contains("skapade konto") && log.contains("anna@granvik.example"), "{log}");
    assert!(!log.contains(PASSWORD) && !log.contains(path.rsplit('/').next().unwrap()), "no secret stands in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_ends_after_a_week_and_can_be_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    let path = invite(&site, &mut chief, &[("email", "a@granvik.example"), ("role", "reader")]).await;
    let text = chief.get("/accounts").await.text();
    let action = format!("/accounts/invitations/{}/withdraw", between(&text, "/accounts/invitations/", "/withdraw"));
    assert_eq!(chief.post(&action, &[]).await.status, 303);
    assert_eq!(site.browser().get(&path).await.status, 404);

    let path = invite(&site, &mut chief, &[("email", "a@granvik.example"), ("role", "reader")]).await;
    site.pass(TimeDelta::days(7));
    assert_eq!(site.browser().get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgot_the_password_gets_a_link_and_is_logged_out_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    let user = site.app.state.user_of_email("reader-all@granvik.example").await.unwrap().unwrap();
    chief.get(&format!("/accounts/{}", user.id)).await;
    let page = chief.post(&format!("/accounts/{}/invite", user.id), &[]).await;
    let path = link(&site, &page.text());
    let mut again = site.browser();
    again.get(&path).await;
    let page = again.post(&path, &[("password", "ett helt nytt lösenord")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(reader.get("/account").await.status, 303, "the old session ended");
    assert_eq!(again.get("/account").await.status, 200);
    assert_eq!(site.browser().log_in("reader-all@granvik.example", PASSWORD).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_every_other_session() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut here = site.logged_in(Role::Reader, None).await;
    let mut there = site.browser();
    there.log_in("reader-all@granvik.example", PASSWORD).await;
    let before = here.cookies["genomslag"].clone();
    here.get("/account").await;
    let page = here.post("/account", &[("old", "fel lösenord, tyvärr"), ("new", "ett helt nytt lösenord")]).await;
    assert!(page.status == 422 && page.text().contains("inte ditt nuvarande"), "{}", page.text());
    let page = here.post("/account", &[("old", PASSWORD), ("new", "ett helt nytt lösenord")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_ne!(here.cookies["genomslag"], before);
    assert_eq!(here.get("/account").await.status, 200);
    assert_eq!(there.get("/account").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_changed_and_closed_and_somebody_always_administers() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    let user = site.app.state.user_of_email("reader-all@granvik.example").await.unwrap().unwrap();
    let page = format!("/accounts/{}", user.id);
    assert_eq!(reader.get(&page).await.status, 403, "readers do not administer");
    chief.get(&page).await;
    assert_eq!(chief.post(&page, &[("role", "editor"), ("active", "yes")]).await.status, 303);
    assert!(reader.get("/account").await.text().contains("redaktör"), "the change holds at once");
    chief.get(&page).await;
    assert_eq!(chief.post(&page, &[("role", "editor")]).await.status, 303);
    assert_eq!(reader.get("/account").await.status, 303, "a closed account is logged out");
    assert_eq!(reader.log_in("reader-all@granvik.example", PASSWORD).await.status, 403);

    let own = site.app.state.user_of_email("administrator-all@granvik.example").await.unwrap().unwrap();
    let page = format!("/accounts/{}", own.id);
    chief.get(&page).await;
    let refused = chief.post(&page, &[("role", "reader"), ("active", "yes")]).await;
    assert!(refused.status == 409 && refused.text().contains("Någon måste vara administratör"), "{}", refused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_reads_only_and_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(empty_app(folder.path()).await, wednesday()).await;
    let mut chief = site.logged_in(Role::Administrator, None).await;
    chief.get("/accounts/tokens").await;
    let page = chief.post("/accounts/tokens", &[("name", "Instrumentpanelen"), ("days", "30")]).await;
    let token = between(&page.text(), "<code class=\"secret\">", "</code>").to_owned();
    assert!(!chief.get("/accounts/tokens").await.text().contains(&token), "shown once");

    let mut program = site.browser();
    assert_eq!(program.get("/api/v1/nothing-such").await.status, 404);
    program.headers = vec![("authorization", format!("Bearer {token}"))];
    assert_eq!(program.get("/account").await.status, 303, "a token opens no page");
    let found = accounts::tokens(&site.app).await.unwrap();
    assert_eq!((found[0].scopes.clone(), found[0].last_used), (vec!["read".to_owned()], None));

    let text = chief.get("/accounts/tokens").await.text();
    let action = format!("/accounts/tokens/{}/revoke", between(&text, "/accounts/tokens/", "/revoke"));
    assert_eq!(chief.post(&action, &[]).await.status, 303);
    let secret = genomslag::model::Secret::new(token);
    assert!(accounts::token_of(&site.app, &secret, site.now()).await.unwrap().is_none());
}
