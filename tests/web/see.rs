//! The pages to look at, as a browser without script gets them.

use std::collections::{BTreeSet, VecDeque};

use genomslag::model::{ChannelId, Language, OrganisationId, Platform, Post, PostFormat, PostId};
use genomslag::pipeline::{self, Role, SeeOrder};
use genomslag::store::Batch;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page, Site};

/// The example with everything fetched, and its web.
pub async fn example() -> (TestApp, Site) {
    let test = TestApp::new().await;
    Box::pin(pipeline::fetch(&test.app, &[], test.now, |_| {})).await.unwrap();
    let site = Site::start(test.app.clone(), test.now).await;
    (test, site)
}

/// A text as a page has it.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#x27;")
}

/// Every address on this host that the page leads to.
fn links(page: &Page) -> Vec<String> {
    let text = page.text();
    let found = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |link: &str| link.replace("&amp;", "&").replace("&#x2f;", "/").replace("&#x27;", "'");
    found.map(plain).filter(|link| link.starts_with('/')).collect()
}

/// Nothing in a page is run, styled or loaded but what stands in the two files of ours.
fn is_plain(path: &str, page: &Page) {
    let text = page.text();
    let lower = text.to_lowercase();
    // Within tags only: a text may say what it likes.
    for tag in lower.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        for mark in [" style=", "javascript:", " onclick=", " onload=", " onerror="] {
            assert!(!tag.contains(mark), "{path}: <{tag}>");
        }
        assert!(!tag.starts_with("style") && !tag.starts_with("iframe"), "{path}: <{tag}>");
    }
    assert_eq!(lower.matches("<script").count(), 1, "{path}");
    for part in lower.split(" src=\"").skip(1) {
        assert!(part.starts_with("/assets/"), "{path}: {}", &part[..40.min(part.len())]);
    }
}

async fn ok(browser: &mut Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_shows_every_goal_as_the_report_tells_it() {
    let (test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    for language in [Language::Swedish, Language::English] {
        browser.get(&format!("/look?language={}", language.code())).await;
        let page = ok(&mut browser, "/").await.text();
        let sight = pipeline::see(&test.app, &SeeOrder::whole(language), test.now).await.unwrap();
        assert!(page.contains(&escaped(&sight.report.headline)), "{}", sight.report.headline);
        assert_eq!(sight.goal_lines().len(), test.app.config.goals.len());
        for line in sight.goal_lines() {
            for text in [&line.title, &line.now.text, &line.target.text, &line.pace.text, &line.word, &line.why] {
                assert!(page.contains(&escaped(text)), "{language:?}: `{text}` of {}", line.id);
            }
        }
        for sentence in &sight.report.attention {
            assert!(page.contains(&escaped(&sentence.text)), "{}", sentence.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_somewhere_and_no_page_holds_anything_foreign() {
    let (_test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let starts = ["/", "/channels", "/posts?period=month", "/campaigns", "/?period=2026-W40&compare=year"];
    let mut open: VecDeque<String> = starts.map(str::to_owned).into();
    let ours = ["/goal/", "/channel", "/post", "/campaign", "/trace/", "/table/", "/?"];
    while let Some(path) = open.pop_front() {
        // Of each kind of page some, of all links of the first pages.
        if seen.len() >= 160 || !seen.insert(path.clone()) {
            continue;
        }
        let page = ok(&mut browser, &path).await;
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        kinds.insert(path.split(['/', '?']).nth(1).unwrap_or_default().to_owned());
        is_plain(&path, &page);
        let mut of_kind = std::collections::BTreeMap::new();
        for link in links(&page).into_iter().filter(|link| ours.iter().any(|it| link.starts_with(it))) {
            let kind = link.split(['/', '?']).nth(1).unwrap_or_default().to_owned();
            let count = of_kind.entry(kind).or_insert(0);
            *count += 1;
            if *count <= 6 {
                open.push_back(link);
            }
        }
    }
    for kind in ["", "goal", "channels", "channel", "posts", "post", "campaigns", "campaign", "trace", "table"] {
        assert!(kinds.contains(kind), "no page `{kind}` among {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_may_not_see_is_not_there() {
    let (test, site) = example().await;
    let mut browser = site.logged_in(Role::Editor, Some(&["bibliotek"])).await;
    let page = ok(&mut browser, "/").await.text();
    let others: Vec<_> = test
        .app
        .config
        .goals
        .iter()
        .filter(|goal| goal.unit.as_ref().is_none_or(|unit| unit.as_str() != "bibliotek"))
        .collect();
    assert!(!others.is_empty());
    for goal in others {
        assert!(!page.contains(&escaped(&goal.title)), "{}", goal.title);
        assert_eq!(browser.get(&format!("/goal/{}", goal.id)).await.status, 404, "{}", goal.id);
        assert_eq!(browser.get(&format!("/api/v1/goals/{}", goal.id)).await.status, 404, "{}", goal.id);
    }
    assert_eq!(ok(&mut browser, "/channel/fb-bibliotek").await.status, 200);
    for path in [
        "/?unit=social",
        "/?unit=finns-inte",
        "/channels?unit=social",
        "/channel/fb-social",
        "/channel/finns-inte",
        "/posts?unit=social",
        "/trace/now/channel.fb-social.views.total?view=channel%2Ffb-social",
        "/trace/now/channel.fb-social.views.total?view=whole",
        "/trace/now/channel.fb-social.views.total?view=whole&unit=social",
        "/table/now/channel-fb-social.csv?view=channel%2Ffb-social",
        "/campaign/familjehem-hosten",
        "/api/v1/channels/fb-social",
        "/api/v1/channels?unit=social",
        "/api/v1/figures?view=channel%2Ffb-social",
        "/api/v1/runs",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    let page = ok(&mut browser, "/posts?period=month&channel=fb-social").await.text();
    assert!(!page.contains("/post/fb-social/"), "posts of others are not found by asking for their channel");
    let channels = ok(&mut browser, "/api/v1/channels").await.json();
    let ids: Vec<&str> = channels["channels"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["fb-bibliotek", "ig-bibliotek"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_in_a_posts_text_stays_text() {
    let (test, site) = example().await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' ]]> {{ 7*7 }}";
    let post = Post {
        organisation: OrganisationId::from(test.app.config.organisation.id.as_str()),
        platform: Platform::Facebook,
        channel: ChannelId::from("fb-kommun"),
        id: PostId::from("1_evil\"><script>"),
        published: "2026-11-11T10:00:00Z".parse().unwrap(),
        format: PostFormat::Text,
        text: evil.to_owned(),
        permalink: Some("javascript:alert(3)".to_owned()),
        link: Some("javascript:alert(4)".to_owned()),
        seen: test.now,
        source: "api:test".to_owned(),
    };
    let batch = Batch { observations: &[], posts: &[post], application: "test/evil", version: 1 };
    test.app.store.append(batch).await.unwrap();
    let mut browser = site.logged_in(Role::Reader, None).await;
    let page = ok(&mut browser, "/posts").await;
    is_plain("/posts", &page);
    assert!(page.text().contains("&lt;script&gt;alert(1)"), "the text is shown as it is");
    let link = links(&page).into_iter().find(|link| link.contains("evil")).expect("the post has a page");
    let page = ok(&mut browser, &link).await;
    is_plain(&link, &page);
    assert!(page.text().contains("&lt;img src=x"), "{}", page.text());
    assert!(!page.text().contains("49"), "a text is no template");
    let json = ok(&mut browser, "/api/v1/posts").await;
    assert_eq!(json.header("content-type"), "application/json");
    assert!(json.json()["posts"].as_array().unwrap().iter().any(|it| it["text"] == evil));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_hold_what_the_table_holds() {
    let (test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let sight = pipeline::see(&test.app, &SeeOrder::whole(Language::Swedish), test.now).await.unwrap();
    let table = genomslag::render::sheet::find_table(&sight.report, "channels").unwrap();
    let page = ok(&mut browser, "/table/now/channels.csv?view=whole").await;
    assert!(page.header("content-disposition").contains("filename=\"channels.csv\""));
    let table_text = page.text();
    let mut reader = csv::Reader::from_reader(table_text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), table.rows.len());
    for (row, cells) in rows.iter().zip(&table.rows) {
        for (field, cell) in row.iter().zip(cells) {
            match cell.number {
                Some(number) => assert_eq!(field.parse::<f64>().unwrap(), number),
                None => assert_eq!(field.trim_start_matches('\''), cell.text),
            }
        }
    }
    let page = ok(&mut browser, "/table/now/channels.xlsx?view=whole").await;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(page.bytes)).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "channels").unwrap();
    assert_eq!(sheet.height(), table.rows.len() + 1);
    // The page of the table has the same, each figure with its trace.
    let html = ok(&mut browser, "/table/now/channels?view=whole").await.text();
    for cell in table.rows.iter().flatten().filter(|cell| cell.figure.is_some()) {
        assert!(html.contains(&escaped(&cell.text)), "{}", cell.text);
    }
    for path in [
        "/table/now/finns-inte.csv?view=whole",
        "/table/now/channels.csv?view=elsewhere",
        "/table/..%2F..%2Fetc/passwd.csv",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_that_is_none_is_told_and_own_dates_are_kept() {
    let (_test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let page = browser.get("/?period=ig%C3%A5r").await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("2026-W46"), "an example is given: {}", page.text());
    let page = ok(&mut browser, "/?first=2026-11-02&last=2026-11-08").await;
    assert!(page.text().contains("vecka 45"), "a whole week is called a week");
    let kept =
        links(&page).into_iter().filter(|link| link.starts_with("/goal/")).all(|it| it.contains("period=2026-W45"));
    assert!(kept, "links keep the dates");
    assert_eq!(browser.get("/?first=2026-11-08&last=2026-11-02").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_are_chosen_and_sorted() {
    let (test, site) = example().await;
    let mut browser = site.logged_in(Role::Reader, None).await;
    let api = ok(&mut browser, "/api/v1/posts?period=month&channel=fb-kommun").await.json();
    let posts = api["posts"].as_array().unwrap();
    assert!(!posts.is_empty() && posts.iter().all(|it| it["channel"] == "fb-kommun"));
    let ids = |page: &Page| -> Vec<String> {
        let body = page.text();
        let body = body.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap().to_owned();
        body.split("<tr>")
            .skip(1)
            .map(|row| row.split("/post&#x2f;").next().unwrap_or(row).to_owned())
            .map(|row| row.split("href=\"").nth(1).unwrap_or_default().split('"').next().unwrap_or_default().to_owned())
            .collect()
    };
    let page = ok(&mut browser, "/posts?period=month&channel=fb-kommun").await;
    assert_eq!(ids(&page).len(), posts.len().min(50));
    // The fifth column counts views: the most first, then the least.
    let views = |it: &serde_json::Value| {
        let figures = it["figures"].as_array().unwrap();
        figures.iter().find(|it| it["metric"] == "views").and_then(|it| it["value"].as_f64())
    };
    let mut known: Vec<f64> = posts.iter().filter_map(views).collect();
    known.sort_by(|one, other| other.total_cmp(one));
    let locale = genomslag::words::Locale::of(Language::Swedish);
    let most = escaped(&locale.whole(known[0]));
    let html = ok(&mut browser, "/posts?period=month&channel=fb-kommun&sort=5").await.text();
    let first = html.split("<tbody>").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
    assert!(first.contains(&most), "{most} in {first}");
    assert!(html.contains("aria-sort=\"descending\""));
    let least = escaped(&locale.whole(*known.last().unwrap()));
    let html = ok(&mut browser, "/posts?period=month&channel=fb-kommun&sort=5&order=up").await.text();
    let first = html.split("<tbody>").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
    assert!(first.contains(&least), "{least} in {first}");
    assert!(test.app.config.channels.len() > 1);
}
