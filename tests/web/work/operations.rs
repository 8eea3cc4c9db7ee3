//! How everything runs: alerts, jobs, tokens by consent, days with figures.

use chrono::TimeDelta;
use genomslag::config::{self, LinkedInApp, SecretRef, Source};
use genomslag::model::{Channel, ChannelId, Gravity, Platform};
use genomslag::pipeline::{self, DayState, Role};
use genomslag::sandbox::World;
use genomslag::state::{JobState, NewAlert, NewJob};

use crate::support::app::{TestApp, folder, wednesday};
use crate::support::browser::{Browser, Site, app_of, empty_app};

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_acknowledged_and_a_dead_job_tried_again_by_those_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let app = empty_app(folder.path()).await;
    let now = wednesday();
    let alert = NewAlert {
        key: "fetch/fb-kommun".to_owned(),
        gravity: Gravity::Action,
        subject: "fb-kommun".to_owned(),
        what: "Ingenting gick att hämta från <fb-kommun>.".to_owned(),
        cool_down: TimeDelta::days(7),
    };
    let alert = app.state.raise_alert(&alert, now).await.unwrap();
    let job = NewJob {
        kind: "fetch".to_owned(),
        payload: serde_json::json!({"task": "fetch", "channels": []}),
        key: "fetch 1".to_owned(),
        run_at: now,
        priority: 1,
        max_attempts: 1,
    };
    let job = app.state.enqueue(&job, now).await.unwrap().job();
    let claimed = app.state.claim("w", &[], TimeDelta::minutes(5), now).await.unwrap().unwrap();
    app.state.bury_job(&claimed, "plattformen svarade inte", now).await.unwrap();
    let site = Site::start(app, now).await;

    let mut reader = site.logged_in(Role::Reader, None).await;
    let page = reader.get("/operations").await.text();
    assert!(page.contains("&lt;fb-kommun&gt;") && page.contains("gav upp") && page.contains("svarade inte"), "{page}");
    assert!(!page.contains("Kvittera<") && !page.contains("/operations/jobs/"), "{page}");
    let (ack, retry) = (format!("/operations/alerts/{}", alert.id), format!("/operations/jobs/{}", job.id));
    assert_eq!(reader.post(&ack, &[]).await.status, 403);
    let mut editor = site.logged_in(Role::Editor, None).await;
    editor.get("/operations").await;
    assert_eq!(editor.post(&retry, &[]).await.status, 403, "jobs are the administrator's");
    assert_eq!(editor.post_bare(&ack, &[]).await.status, 403, "without the form's mark");
    editor.get("/operations").await;
    assert_eq!(editor.post(&ack, &[]).await.status, 303);
    let page = editor.get("/operations").await.text();
    assert!(page.contains("Kvitterat av editor-all@granvik.example"), "{page}");
    let mut administrator = site.logged_in(Role::Administrator, None).await;
    administrator.get("/operations").await;
    assert_eq!(administrator.post(&retry, &[]).await.status, 303);
    assert_eq!(site.app.state.job(&job.id).await.unwrap().unwrap().state, JobState::Waiting);
    let noted: Vec<String> = site.app.state.audit_log(None, 20).await.unwrap().into_iter().map(|it| it.what).collect();
    assert!(noted.contains(&"alert acknowledged".to_owned()) && noted.contains(&"job tried again".to_owned()));

    // Somebody of another unit sees neither.
    let mut other = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    let page = other.get("/operations").await.text();
    assert!(!page.contains("fb-kommun") && !page.contains("svarade inte"), "{page}");
    other.get("/import").await;
    assert_eq!(other.post(&ack, &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_many_channels_comes_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config::load(&Source::Embedded).unwrap();
    let like = config.channels[0].clone();
    let other = |number: usize| {
        let id = format!("annan-{number:03}");
        Channel {
            account: id.clone(),
            title: format!("Annan kanal {number:03}"),
            id: id.as_str().into(),
            ..like.clone()
        }
    };
    config.channels = (1..=120).map(other).collect();
    let site = Site::start(app_of(config, folder.path()).await, wednesday()).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    // In the calendar; the lists below it name every channel.
    let in_calendar = |page: &str| -> Vec<String> {
        let table =
            page.split_once("<table class=\"calendar\">").unwrap().1.split_once("</table>").unwrap().0.to_owned();
        let rows = table.split("<th scope=\"row\">").skip(1);
        rows.map(|row| row.split_once('<').unwrap().0.to_owned()).collect()
    };
    let page = reader.get("/operations").await.text();
    let rows = in_calendar(&page);
    assert_eq!((rows.len(), rows[0].as_str()), (50, "Annan kanal 001"));
    assert!(page.contains("<strong>kanal 1–50 av 120</strong>"), "{page}");
    assert!(page.contains("/operations?days=28&amp;from=100#coverage\">kanal 101–120 av 120"), "{page}");
    let rows = in_calendar(&reader.get("/operations?days=14&from=100").await.text());
    assert_eq!((rows.len(), rows[0].as_str()), (20, "Annan kanal 101"));
    let rows = in_calendar(&reader.get("/operations?from=5000").await.text());
    assert_eq!(rows.len(), 20, "beyond the last part stands the last part");
}

/// The example with apps at the platforms, so that consent can be given.
async fn with_apps() -> TestApp {
    let mut config = config::load(&Source::Embedded).unwrap();
    let env = |name: &str| SecretRef::Env(name.to_owned());
    config.platforms.linkedin_app = Some(LinkedInApp {
        client_id: "sandbox-linkedin-client".to_owned(),
        client_secret: env("GENOMSLAG_LINKEDIN_CLIENT_SECRET"),
        refresh_token: None,
    });
    config.platforms.linkedin.token = None;
    config.platforms.facebook.app_id = Some("1180000000000001".to_owned());
    config.platforms.facebook.app_secret = Some(env("GENOMSLAG_META_APP_SECRET"));
    config.key = Some(env("GENOMSLAG_KEY"));
    config.channels.retain(|channel| ["fb-kommun", "li-kommun"].contains(&channel.id.as_str()));
    config.goals.clear();
    config.campaigns.clear();
    config.history.clear();
    TestApp::with(config, World::example(wednesday()), folder()).await
}

/// Begins, and goes to the platform and back as a browser does; the address to come back to.
async fn gone_and_back(browser: &mut Browser, site: &Site, platform: &str) -> String {
    let place = format!("/operations/tokens/{platform}");
    let page = browser.get(&place).await.text().replace("&#x2f;", "/");
    assert!(page.contains(&format!("{}{place}/callback", site.address)), "{page}");
    let page = browser.post(&place, &[]).await.text();
    let way = page.split("class=\"button\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let way = way.replace("&amp;", "&").replace("&#x2f;", "/");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let answer = client.get(&way).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 302, "{way}: {}", answer.text().await.unwrap());
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    back.strip_prefix(&site.address).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_on_the_web_gives_tokens_that_are_kept_sealed_and_used() {
    let test = with_apps().await;
    let before = pipeline::fetch(&test.app, &[ChannelId::from("li-kommun")], test.now, |_| {}).await.unwrap();
    assert_eq!(before.channels[0].calls, 0, "there is no token for LinkedIn: {before:#?}");
    let site = Site::start(test.app.clone(), test.now).await;
    let mut administrator = site.logged_in(Role::Administrator, None).await;
    for platform in ["linkedin", "facebook"] {
        let back = gone_and_back(&mut administrator, &site, platform).await;
        let page = administrator.get(&back).await;
        assert_eq!(page.header("location"), "/operations?consent=given#tokens", "{platform}: {}", page.text());
        // The same answer again opens nothing.
        let page = administrator.get(&back).await;
        assert!(page.text().contains("hör inte till något samtycke"), "{}", page.text());
    }
    let fetched = pipeline::fetch(&test.app, &[ChannelId::from("li-kommun")], test.now, |_| {}).await.unwrap();
    assert!(fetched.channels[0].complete, "{fetched:#?}");
    // Sealed: neither the file of the state nor the log of what was done holds a token.
    let mut kept: Vec<String> = test.app.state.secrets().await.unwrap().into_iter().map(|it| it.name).collect();
    // The check after a consent may have had the Page's own token already.
    kept.retain(|name| !name.starts_with("meta/page/"));
    assert_eq!(kept, ["linkedin/tokens", "meta/token"]);
    let meta = test.app.state.secret("meta/token").await.unwrap().unwrap();
    assert!(meta.expose().contains("sandbox-meta-system-user-consented"), "the long token of the consent");
    let noted = format!("{:?}", test.app.state.audit_log(None, 50).await.unwrap());
    assert!(noted.contains("consent given") && !noted.contains("sandbox-"), "{noted}");
    // Another token in the configuration goes before the consent.
    let fetched = pipeline::fetch(&test.app, &[ChannelId::from("fb-kommun")], test.now, |_| {}).await.unwrap();
    assert!(fetched.channels[0].complete, "{fetched:#?}");
    // The person's token was exchanged for the Page's own, which goes on after the person's has ended.
    assert!(test.app.state.secret("meta/page/100000000000001").await.unwrap().is_some());
    let later = test.now + TimeDelta::days(61);
    let fetched = pipeline::fetch(&test.app, &[ChannelId::from("fb-kommun")], later, |_| {}).await.unwrap();
    assert!(fetched.channels[0].calls > 0, "{fetched:#?}");
    let told = fetched.problems.iter().chain(&fetched.channels[0].problems).filter_map(|it| it.told.as_ref());
    assert!(told.clone().all(|it| it.kind != "page_token_refused" && it.kind != "token_dead"), "{fetched:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_asked_for_gives_nothing() {
    let test = with_apps().await;
    let site = Site::start(test.app.clone(), test.now).await;
    let mut administrator = site.logged_in(Role::Administrator, None).await;
    let back = gone_and_back(&mut administrator, &site, "linkedin").await;
    let (path, query) = back.split_once('?').unwrap();
    let state = query.split("state=").nth(1).unwrap();
    let wrong = [
        format!("{path}?code=sandbox-code&state=another"),
        format!("{path}?code=sandbox-code"),
        format!("{path}?state={state}"),
        // Begun for one platform, answered for another.
        back.replace("/linkedin/", "/facebook/"),
    ];
    for address in &wrong {
        let page = administrator.get(address).await;
        assert!(page.status == 200 && page.text().contains("Börja om"), "{address}: {}", page.text());
    }
    // The last of them used the state up.
    assert!(administrator.get(&back).await.text().contains("Börja om"));
    // Somebody else's answer, and one that comes too late.
    let back = gone_and_back(&mut administrator, &site, "linkedin").await;
    site.user("annan@granvik.example", Role::Administrator, None).await;
    let mut other = site.browser();
    other.log_in("annan@granvik.example", crate::support::browser::PASSWORD).await;
    assert!(other.get(&back).await.text().contains("Börja om"));
    let back = gone_and_back(&mut administrator, &site, "linkedin").await;
    site.pass(TimeDelta::minutes(16));
    assert!(administrator.get(&back).await.text().contains("Börja om"));
    let page = administrator.get(&format!("{path}?error=user_cancelled&error_description=Nej%20tack")).await.text();
    assert!(page.contains("Nej tack"), "{page}");
    assert!(test.app.state.secrets().await.unwrap().iter().all(|it| it.name.starts_with("consent/")));
    // Editors do not come here.
    let mut editor = site.logged_in(Role::Editor, None).await;
    assert_eq!(editor.get("/operations/tokens/linkedin").await.status, 403);
    assert_eq!(editor.get(&back).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_tells_every_day_of_every_channel() {
    let mut config = config::load(&Source::Embedded).unwrap();
    config.channels.retain(|channel| ["fb-kommun", "li-kommun"].contains(&channel.id.as_str()));
    config.goals.clear();
    config.campaigns.clear();
    config.history.clear();
    let test = TestApp::with(config, World::example(wednesday()), folder()).await;
    let empty = pipeline::coverage(&test.app, 14, test.now).await.unwrap();
    let fb = &empty.iter().find(|row| row.channel.as_str() == "fb-kommun").unwrap().days;
    // Wednesday morning in Sweden: Facebook's days are complete through Sunday (see `analysis::complete`).
    let states: Vec<DayState> = fb.iter().map(|cell| cell.state).collect();
    assert_eq!(states.len(), 14);
    assert!(states[..11].iter().all(|state| *state == DayState::Missing), "{states:?}");
    assert_eq!(states[11..], [DayState::NotYet; 3], "{states:?}");
    pipeline::fetch(&test.app, &[], test.now, |_| {}).await.unwrap();
    let full = pipeline::coverage(&test.app, 14, test.now).await.unwrap();
    for row in full.iter() {
        let platform = test.app.config.channel(&row.channel).unwrap().platform;
        let zone = chrono_tz::Europe::Stockholm;
        let through = genomslag::analysis::complete_through(platform, zone, test.now);
        for cell in row.days.iter().filter(|cell| cell.day <= through) {
            assert_eq!(cell.state, DayState::Complete, "{} {cell:?}", row.channel);
            assert_eq!(cell.have, cell.of);
        }
        for cell in row.days.iter().filter(|cell| cell.day > through) {
            assert!(matches!(cell.state, DayState::NotYet | DayState::Preliminary), "{} {cell:?}", row.channel);
        }
    }
    let site = Site::start(test.app.clone(), test.now).await;
    let mut reader = site.logged_in(Role::Reader, None).await;
    let page = reader.get("/operations?days=14").await.text();
    let cells = page.split("<td class=\"day ").count() - 1;
    assert_eq!(cells, 2 * 14);
    assert!(page.contains("<span class=\"heard\">Komplett, "), "in words, not by colour alone");
    assert!(test.app.config.platforms_used().contains(&Platform::LinkedIn));
}
