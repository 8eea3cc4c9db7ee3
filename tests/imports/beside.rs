//! Files beside the interface, files beside each other, and what a person tells about files.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use genomslag::model::{
    ChannelId, Observation, OrganisationId, Platform, Post, PostFormat, PostId, Reading, State, Value, Window,
};
use genomslag::pipeline::{self, App, FileSeen, ImportOrder};
use genomslag::store::Batch;

use super::run::{open, put, total};
use super::{Raw, data, now, one, says};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What the interface says of LinkedIn's impressions on the day.
fn told(on: &str, value: i64, seen: DateTime<Utc>) -> Observation {
    Observation {
        organisation: OrganisationId::from("granvik"),
        platform: Platform::LinkedIn,
        channel: ChannelId::from("li"),
        account: "1".to_owned(),
        reading: Reading {
            post: None,
            metric: "totalShareStatistics.impressionCount".to_owned(),
            dimension: None,
            window: Window::Day,
            start: day(on),
            end: day(on).succ_opt().unwrap(),
            value: Some(Value::Whole(value)),
            state: State::Ok,
        },
        zone: "UTC".to_owned(),
        seen,
        source: "api:202608".to_owned(),
        run: "1".to_owned(),
    }
}

async fn asked(app: &App, observations: &[Observation], posts: &[Post]) {
    let batch = Batch { observations, posts, application: "collect/li", version: 1 };
    app.store.append(batch).await.unwrap();
}

async fn import(app: &App, path: std::path::PathBuf, at: DateTime<Utc>) -> FileSeen {
    let order = ImportOrder { paths: vec![path], ..ImportOrder::default() };
    pipeline::import(app, &order, at).await.unwrap().remove(0)
}

const CONTENT: &str = "linkedin-page/linkedin-content.xls";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_fills_what_the_interface_does_not_say_in_either_order() {
    let raw = Raw::sheet(&data(CONTENT), "Metrics", 1);
    let at = raw.header.iter().position(|label| label == "Impressions (organic)").unwrap();
    let of = |on: &str| -> f64 { raw.rows.iter().find(|row| row[0] == on).unwrap()[at].parse().unwrap() };
    let may: f64 = raw
        .rows
        .iter()
        .filter(|row| row[0].starts_with("05/") && row[0].ends_with("2025"))
        .map(|row| row[at].parse::<f64>().unwrap())
        .sum();
    // The interface says 1 000 000 on the 3rd and 0 on the 4th; the other days are the file's.
    let expected = may - of("05/03/2025") - of("05/04/2025") + 1_000_000.0;
    for file_first in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path()).await;
        let path = put(folder.path(), "ghe_content_1747809000000.xls", &data(CONTENT));
        let rows = |seen| [told("2025-05-03", 1_000_000, seen), told("2025-05-04", 0, seen)];
        let seen = if file_first {
            let seen = import(&app, path, now()).await;
            asked(&app, &rows(now() + TimeDelta::hours(1)), &[]).await;
            seen
        } else {
            asked(&app, &rows(now() - TimeDelta::hours(1)), &[]).await;
            import(&app, path, now()).await
        };
        assert_eq!(seen.stood_back, if file_first { 0 } else { 2 }, "{seen:?}");
        assert_eq!(total(&app, "li", Platform::LinkedIn, "views", "2025-05").await, expected, "{file_first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_file_that_comes_late_changes_nothing_of_the_newer_one() {
    let head = "Date,Sponsored followers,Organic followers,Auto-invited followers,Total followers\n";
    // The older file ends on 3 May, when the 3rd was not counted out.
    let older = format!("{head}05/01/2025,0,4,0,4\n05/02/2025,0,6,0,6\n05/03/2025,0,1,0,1\n");
    let newer = format!("{head}05/02/2025,0,7,0,7\n05/03/2025,0,9,0,9\n05/04/2025,0,5,0,5\n");
    for order in [[&older, &newer], [&newer, &older]] {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path()).await;
        let mut stood_back = Vec::new();
        for (hours, text) in (0..).zip(order) {
            let path = put(folder.path(), "followers.csv", text.as_bytes());
            stood_back.push(import(&app, path, now() + TimeDelta::hours(hours)).await.stood_back);
        }
        assert_eq!(stood_back, if order[0] == &older { [0, 0] } else { [0, 2 * 2] }, "two columns of two days differ");
        // 4 of the older, then 7, 9 and 5.
        assert_eq!(total(&app, "li", Platform::LinkedIn, "new_followers", "2025-05-01..2025-05-04").await, 25.0);
    }
}

#[test]
fn linkedins_ids_tell_the_time_of_day_that_its_files_leave_out() {
    let imported = one("ghe_content_1747810000000.xls", &data(CONTENT));
    let raw = Raw::sheet(&data(CONTENT), "All posts", 1);
    let created = raw.header.iter().position(|label| label == "Created date").unwrap();
    assert_eq!(imported.posts.len(), raw.rows.len());
    let mut waited = 0;
    for (post, row) in imported.posts.iter().zip(&raw.rows) {
        let told = NaiveDate::parse_from_str(&row[created], "%m/%d/%Y").unwrap();
        let apart = (post.published.date_naive() - told).num_days();
        assert!(post.timed && (-1..=7).contains(&apart), "{}: {} and {told}", post.id, post.published);
        waited += i32::from(apart > 1);
        assert!(post.permalink.as_ref().is_some_and(|link| link.contains(post.id.as_str())), "{:?}", post.permalink);
    }
    // Counted in the file by another program: posts that were written some days before their id was given.
    assert_eq!(waited, 26);
    // A table that tells days only says so.
    let text = "Date,Title,Link,Likes\n";
    let untimed = format!("{text}2025-05-01,Hej,https://x.example/1,4\n");
    let folder = tempfile::tempdir().unwrap();
    let map = put(folder.path(), "map.toml", MAP.as_bytes());
    let path = put(folder.path(), "posts.csv", untimed.as_bytes());
    let order = ImportOrder { paths: vec![path], maps: vec![map], ..ImportOrder::default() };
    let seen = pipeline::preview(&order, None, now()).unwrap().remove(0);
    assert!(seen.notices.iter().any(|notice| says(notice, "no time of day")), "{seen:?}");
}

const MAP: &str = r#"
[[layout]]
id = "own-posts"
platform = "linkedin"
of = "posts"
whole = true
requires = ["published", "id"]
column = [
    { role = "published", en = ["Date"] },
    { role = "text", en = ["Title"] },
    { role = "id", en = ["Link"] },
    { role = "permalink", en = ["Link"] },
    { metric = "export.likes", en = ["Likes"] },
]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_post_of_the_file_and_of_the_interface_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let imported = one("ghe_content_1747810000000.xls", &data(CONTENT));
    let (first, second) = (&imported.posts[0], &imported.posts[1]);
    // The interface knows the first under a share made half a second later; of the second it knows nothing.
    let activity: i64 = first.id.as_str().rsplit(':').next().unwrap().parse().unwrap();
    let share = format!("urn:li:share:{}", activity + (500 << 22));
    let post = Post {
        organisation: OrganisationId::from("granvik"),
        platform: Platform::LinkedIn,
        channel: ChannelId::from("li"),
        id: PostId::from(share.as_str()),
        published: first.published + TimeDelta::milliseconds(600),
        format: PostFormat::Text,
        text: first.text.replace("hashtag#", "#"),
        permalink: Some(format!("https://www.linkedin.com/feed/update/{share}")),
        link: None,
        seen: now() - TimeDelta::hours(1),
        source: "api:202608".to_owned(),
    };
    asked(&app, &[], &[post]).await;
    let path = put(folder.path(), "ghe_content_1747810000000.xls", &data(CONTENT));
    let seen = import(&app, path, now()).await;
    assert_eq!((seen.posts, seen.same_posts, seen.unclear_posts), (78, 1, 0), "{seen:?}");
    let view = app.store.view(None).await.unwrap();
    let posts = tokio::task::spawn_blocking(move || view.posts(&[], None, None)).await.unwrap().unwrap();
    assert_eq!(posts.len(), 78);
    let ids: Vec<&str> = posts.iter().map(|post| post.id.as_str()).collect();
    assert!(ids.contains(&share.as_str()) && ids.contains(&second.id.as_str()) && !ids.contains(&first.id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_channel_that_a_person_told_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let text = String::from_utf8(data("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv")).unwrap();
    let path = put(folder.path(), "other.csv", text.replace("61569323067856", "42").as_bytes());
    let order = ImportOrder { paths: vec![path], ..ImportOrder::default() };
    let seen = pipeline::import(&app, &order, now()).await.unwrap().remove(0);
    assert_eq!((seen.choices, seen.new), (vec![ChannelId::from("fb")], 0));
    let told = ImportOrder { channels: [(seen.file, ChannelId::from("fb"))].into(), ..order };
    let seen = pipeline::import(&app, &told, now()).await.unwrap().remove(0);
    assert_eq!((seen.error, seen.channel), (None, Some(ChannelId::from("fb"))));
    // The next file of the account needs no telling.
    let next = text.replace("61569323067856", "42").replace(",1,", ",2,");
    let path = put(folder.path(), "next.csv", next.as_bytes());
    let seen =
        pipeline::import(&app, &ImportOrder { paths: vec![path], ..ImportOrder::default() }, now()).await.unwrap();
    assert_eq!((seen[0].error.clone(), seen[0].channel.clone()), (None, Some(ChannelId::from("fb"))));
}
