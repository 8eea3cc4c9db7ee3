//! Links to one report, for people without an account.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use genomslag::model::Secret;
use genomslag::pipeline::{Role, accounts};

use super::reports::{WEEK, app, made};
use crate::support::app::wednesday;
use crate::support::browser::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_report_until_it_is_revoked_or_ends() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(app(folder.path()).await, wednesday()).await;
    let mut editor = site.logged_in(Role::Editor, None).await;
    let place = made(&mut editor, &WEEK).await;
    let links = format!("{place}/links");
    assert!(editor.get(&place).await.text().contains(&format!("href=\"{links}\"")));
    editor.get(&links).await;
    let page = editor.post(&links, &[("days", "30")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let pass = page.text().split("/s/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    // It is shown once, and kept nowhere.
    let listed = editor.get(&links).await.text();
    assert!(!listed.contains(&pass) && listed.contains("18 december 2026"), "{listed}");

    let mut stranger = site.browser();
    let read = stranger.get(&format!("/s/{pass}")).await;
    assert_eq!(read.status, 200);
    assert!(read.text().contains("<h1>Effektrapport vecka 46</h1>"));
    let policy = read.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert_eq!((read.header("referrer-policy"), read.header("x-robots-tag")), ("no-referrer".into(), "noindex".into()));
    let pdf = stranger.get(&format!("/s/{pass}/report.pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    // Nothing else is open to whoever has it.
    for path in [place.as_str(), &format!("{place}/read"), "/", "/reports"] {
        assert_eq!(stranger.get(path).await.status, 303, "{path}");
    }
    assert_eq!(stranger.get(&format!("/s/{pass}/report.json")).await.status, 404);
    assert_eq!(stranger.get(&format!("/s/{}", &pass[1..])).await.status, 404);

    // It has an end.
    let (secret, state) = (Secret::new(pass.clone()), &site.app);
    let on = |days| wednesday() + TimeDelta::days(days);
    assert!(accounts::shared(state, &secret, on(29)).await.unwrap().is_some());
    assert!(accounts::shared(state, &secret, on(31)).await.unwrap().is_none());

    // And is revoked by those who may.
    let form = listed.split(&format!("{links}/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let revoke = format!("{links}/{form}");
    let mut reader = site.logged_in(Role::Reader, None).await;
    reader.get("/reports").await;
    assert_eq!(reader.get(&links).await.status, 403);
    assert_eq!(reader.post(&revoke, &[]).await.status, 403);
    let mut other = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    other.get("/reports").await;
    assert_eq!(other.get(&links).await.status, 404, "the report is of the whole organisation");
    assert_eq!(other.post(&revoke, &[]).await.status, 404);
    assert_eq!(stranger.get(&format!("/s/{pass}")).await.status, 200);
    editor.get(&links).await;
    assert_eq!(editor.post(&revoke, &[]).await.status, 303);
    assert_eq!(stranger.get(&format!("/s/{pass}")).await.status, 404);
    let id = place.rsplit('/').next().unwrap();
    let noted = site.app.state.audit_log(Some(id), 10).await.unwrap();
    // The clock of the test stands still, so the lines have no order.
    let what: BTreeSet<&str> = noted.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(what, BTreeSet::from(["report made", "report shared", "link revoked"]));
}
