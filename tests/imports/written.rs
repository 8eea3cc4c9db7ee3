//! Formats of which no real file is at hand, written in their exact shape, with every trap that is known of them.

use genomslag::imports::{Circumstances, Dictionaries, Need, expand_zip, read};
use genomslag::model::{Language, Period, Platform, PostFormat, State, Value, Window};
use genomslag::words::problems::{english, part};

use super::{now, one, says, sum, take, total, values};

/// As Meta writes charts: UTF-16 with mark.
pub(super) fn wide(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

pub(super) const SWEDISH: &str = "\u{feff}Publicerings-id,Sid-id,Sidnamn,Titel,Beskrivning,\"Varaktighet (sek)\",Publiceringstid,\"Typ av undertext\",Permalänk,\"Är korspublicering\",Delat,Inläggstyp,Språk,\"Anpassade etiketter\",\"Status för betalinnehåll\",Datakommentar,Datum,Visningar,Räckvidd,\"Reaktioner, kommentarer och delningar\",Reaktioner,Kommentarer,Delningar,\"Totalt antal klick\",Länkklick,\"Övriga klick\",\"3-sekunders videovisningar efter land (Sweden (SE))\",\"Post ID\",Views,\"Link Clicks\",IMPRESSION:UNIQUE_USERS
122100000000000101,100000000000001,Björkvalla,\"Sporthallen öppnar,
välkomna!\",,0,\"11/02/2025 01:30\",N/A,https://www.facebook.com/1/posts/101,0,0,Foton,,,,,Livstid,120,80,9,7,1,1,5,2,3,,,,,
,100000000000001,Björkvalla,Badhuset,,0,\"11/03/2025 23:30\",N/A,https://www.facebook.com/1/posts/102,0,0,Links,,,,,Lifetime,,40,3,3,0,0,4,,4,,122100000000000102,60,0,
,100000000000001,Björkvalla,,,,,,,,,,,,,\"An error occurred while computing metadata for this post\",Livstid,,,,,,,,,,,,,,17
122100000000000103,100000000000001,Björkvalla,Skolan,,0,\"11/20/2032 10:00\",N/A,,0,0,Text,,,,,Livstid,5,4,0,0,0,0,0,0,0,,,,,
122100000000000104,100000000000001,Björkvalla,Trasig,,0,\"11/04/2025 10:00\",N/A,,0,0,Text,,,,,Livstid,fem,4,0,0,0,0,0,0,0,,,,,
122100000000000105,100000000000002,Biblioteket,Sagostund,,31,\"11/05/2025 10:00\",N/A,,0,0,Reels,,,,,Livstid,10,9,1,1,0,0,0,,,,,,,
";

#[test]
fn meta_content_half_in_swedish_with_two_pages() {
    let found = take("Nov-01-2025_Nov-30-2025_1.csv", SWEDISH.as_bytes()).unwrap();
    assert_eq!(found.len(), 2, "an answer per page");
    let page = &found[0];
    assert_eq!(serde_json::to_value(page.language).unwrap(), "mixed");
    assert_eq!((page.rows, page.account_name.as_deref()), (2, Some("Björkvalla")));
    // The second post's views and id stand under the English labels at the end.
    assert_eq!(total(page, "views"), Some(180));
    assert_eq!(sum(page, "export.link_clicks"), 2.0);
    assert_eq!(page.posts[1].id.as_str(), "100000000000001_122100000000000102");
    // 01:30 exists twice on the night of the American change; the earlier is 08:30 UTC.
    assert_eq!(page.posts[0].published.to_rfc3339(), "2025-11-02T08:30:00+00:00");
    // 23:30 on 3 November is the morning of the 4th in Sweden.
    assert_eq!(page.last.unwrap().to_string(), "2025-11-04");
    assert_eq!((page.posts[0].format, page.posts[1].format), (PostFormat::Image, PostFormat::Link));
    assert!(page.posts[0].text.starts_with("Sporthallen öppnar,\nvälkomna!"));
    let reasons: Vec<(u64, String)> = page.skipped.iter().map(|row| (row.row, english(&row.reason))).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(reasons[0].0 == 5 && reasons[0].1.contains("no post id") && reasons[0].1.contains("error"), "{reasons:?}");
    assert!(reasons[1].1.contains("lies in the future"), "{reasons:?}");
    assert!(reasons[2].1.contains("`Visningar`") && reasons[2].1.contains("`fem`"), "{reasons:?}");
    let left: Vec<String> = page.left_out.iter().map(|left| part(Language::English, &left.label)).collect();
    assert!(left.iter().any(|label| label == "IMPRESSION:UNIQUE_USERS"), "{left:?}");
    assert!(page.left_out.iter().any(|left| says(&left.reason, "demographics")), "{:?}", page.left_out);
    // An empty cell is "not reported": kept as such where goals use the metric.
    assert_eq!((found[1].account.as_deref(), found[1].posts[0].format), (Some("100000000000002"), PostFormat::Reel));
}

#[test]
fn meta_content_of_instagram() {
    let text = "\u{feff}Publicerings-id,Konto-id,\"Kontots användarnamn\",Kontonamn,Beskrivning,\"Varaktighet (sek)\",Publiceringstid,Permalänk,Inläggstyp,Datakommentar,Datum,Visningar,Delningar,Följer,Kommentarer,\"Sparade objekt\",Gilla-markeringar,Räckvidd\n17900000000000001,17841400000000001,bjorkvalla,Björkvalla,Höst,0,\"03/08/2025 12:00\",https://www.instagram.com/p/A/,IG-karusell,,Livstid,300,4,,5,6,70,200\n17900000000000002,17841400000000001,bjorkvalla,Björkvalla,Vinter,12,\"03/09/2025 12:00\",https://www.instagram.com/p/B/,IG reel,,Livstid,1000,1,2,0,3,40,800\n";
    let imported = one("ig.csv", text.as_bytes());
    assert_eq!((imported.format.as_str(), imported.platform), ("meta-content-instagram", Platform::Instagram));
    let names = ["views", "reactions", "comments", "shares", "saves"];
    assert_eq!(names.map(|name| total(&imported, name)), [Some(1300), Some(110), Some(5), Some(5), Some(9)]);
    assert_eq!(sum(&imported, "follows"), 2.0);
    assert_eq!(values(&imported, "follows").count(), 1, "an empty cell of a metric that no goal uses is left out");
    // Noon in California is 20:00 UTC before the change of clocks and 19:00 after it.
    assert_eq!(imported.posts[0].published.to_rfc3339(), "2025-03-08T20:00:00+00:00");
    assert_eq!(imported.posts[1].published.to_rfc3339(), "2025-03-09T19:00:00+00:00");
    assert_eq!((imported.posts[0].format, imported.posts[1].format), (PostFormat::Carousel, PostFormat::Reel));
}

#[test]
fn meta_videos_have_no_post_ids() {
    let text = "\u{feff}\"Video asset ID\",\"Universal video ID\",\"Page ID\",\"Page name\",Title,\"Duration (sec)\",\"Publish time\",\"Custom labels\",\"Data comment\",Date,Reach,\"3-second video views\"\n900,901,1,Sida,Film,31,\"11/05/2025 10:00\",,,Lifetime,50,20\n";
    let imported = one("video.csv", text.as_bytes());
    assert_eq!((imported.format.as_str(), imported.posts.len()), ("meta-video-facebook", 0), "never counted as posts");
    assert_eq!(values(&imported, "post_video_views").next().unwrap().post.as_ref().unwrap().as_str(), "video:900");
}

#[test]
fn meta_charts_with_two_blocks_and_days_left_out() {
    let text = "sep=,\n\"Facebook follows\"\n\"Date\",\"Primary\"\n\"2025-03-08T00:00:00\",\"5\"\n\"2025-03-09T00:00:00\",\"0\"\n\"2025-03-10T01:00:00\",\"7\"\n\n\"Instagram follows\"\n\"Date\",\"Primary\"\n\"2025-03-08T00:00:00\",\"2\"\n\"2025-03-11T01:00:00\",\"4\"\n";
    let found = take("Follows.csv", &wide(text)).unwrap();
    assert_eq!(found.iter().map(|one| one.platform).collect::<Vec<_>>(), [Platform::Facebook, Platform::Instagram]);
    assert_eq!((total(&found[0], "new_followers"), total(&found[1], "new_followers")), (Some(12), Some(6)));
    // Instagram leaves out days with zero: the two between are filled in and said.
    assert_eq!((found[1].days, found[1].rows), (4, 2));
    assert!(found[1].notices.iter().any(|what| says(what, "2 such days")), "{:?}", found[1].notices);
    assert!(found.iter().all(|one| one.needs.is_empty()));
}

#[test]
fn a_chart_whose_title_fits_both_asks_which() {
    let text =
        "sep=,\n\"Views\"\n\"Date\",\"Primary\"\n\"2025-05-01T00:00:00\",\"10\"\n\"2025-05-04T00:00:00\",\"20\"\n\n";
    let imported = one("Views.csv", &wide(text));
    assert_eq!(imported.needs, [Need::Platform]);
    assert!(imported.notices.iter().any(|what| says(what, "2 days between")), "missing days are not zero");
    let circumstances = Circumstances { platform: Some(Platform::Instagram), ..Circumstances::at(now()) };
    let found = read("Views.csv", &wide(text), Dictionaries::builtin(), &circumstances).unwrap();
    assert_eq!(
        (found[0].platform, found[0].needs.len(), total(&found[0], "views")),
        (Platform::Instagram, 0, Some(30))
    );
    // Two blocks of one name are Facebook's, then Instagram's.
    let both = format!("{text}\"Views\"\n\"Date\",\"Primary\"\n\"2025-05-01T00:00:00\",\"3\"\n");
    let found = take("Views.csv", &wide(&both)).unwrap();
    assert_eq!((found.len(), sum(&found[0], "page_media_view"), sum(&found[1], "views")), (2, 30.0, 3.0));
    assert!(found.iter().all(|one| one.needs.is_empty()));
    // Saved again with semicolons and as UTF-8, dates and numbers unharmed: read all the same. A TAB works too.
    let again = "Views;\nDate;Primary\n2025-05-01T00:00:00;10\n2025-05-02T00:00:00;20\n";
    assert_eq!(sum(&one("Views.csv", again.as_bytes()), "page_media_view"), 30.0);
    let tabs = "sep=\t\nReach\nDate\tPrimary\n2025-05-01T00:00:00\t10\n";
    assert_eq!(sum(&one("Reach.csv", &wide(tabs)), "page_impressions_unique"), 10.0);
    let compared = "sep=,\n\"Viewers\"\n\"Date\",\"Primary\",\"Comparison\"\n\"2025-05-01T00:00:00\",\"10\",\"99\"\n";
    let imported = one("Viewers.csv", &wide(compared));
    assert_eq!(sum(&imported, "page_total_media_view_unique"), 10.0);
    assert_eq!(imported.left_out[0].label, "Comparison".into());
}

#[test]
fn audience_gives_followers_and_keeps_demographics_out() {
    let old = "sep=\t\nFacebook followers\nFB_PAGE FOLLOW UNIQUE_USERS\n30222\n\nAge & gender\n\tWomen\tMen\n18-24\t3.4%\t1.2%\n25-34\t18.7%\t9.9%\n\nTop cities\nBjörkvalla\tGranvik\n41.5%\t7.0%\n";
    let imported = one("Audience.csv", &wide(old));
    let followers = values(&imported, "page_follows").next().unwrap();
    assert_eq!((followers.value, followers.window), (Some(Value::Whole(30222)), Window::Instant));
    assert_eq!(imported.skipped.iter().filter(|row| says(&row.reason, "demographics")).count(), 3);
    let circumstances = Circumstances { demographics: true, ..Circumstances::at(now()) };
    let found = read("Audience.csv", &wide(old), Dictionaries::builtin(), &circumstances).unwrap();
    let shares: Vec<(String, Value)> = values(&found[0], "export.audience_share")
        .map(|reading| (reading.dimension.clone().unwrap(), reading.value.unwrap()))
        .collect();
    assert_eq!(shares.len(), 6);
    assert_eq!(shares[2].0, "age=25-34,gender=Women");
    assert!((shares[2].1.as_f64() - 0.187).abs() < 1e-12);
    assert_eq!(shares[4].0, "city=Björkvalla");
}

fn xml(name: &str, rows: &[&[&str]]) -> String {
    let cell = |text: &&str| {
        let kind = if text.parse::<f64>().is_ok() { "Number" } else { "String" };
        format!("<Cell><Data ss:Type=\"{kind}\">{}</Data></Cell>", text.replace('&', "&amp;").replace('<', "&lt;"))
    };
    let row = |cells: &&[&str]| format!("<Row>{}</Row>", cells.iter().map(cell).collect::<String>());
    let body: String = rows.iter().map(row).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"{name}\"><Table>{body}</Table></Worksheet></Workbook>"
    )
}

#[test]
fn legacy_insights_of_posts_by_label() {
    let labels: &[&str] = &[
        "Post ID",
        "Permalink",
        "Post Message",
        "Type",
        "Countries",
        "Languages",
        "Posted",
        "Audience Targeting",
        "Lifetime Post Total Reach",
        "Lifetime Post Total Impressions",
        "Lifetime Organic Video Views",
        "Lifetime Organic Video Views",
        "Lifetime Video length",
    ];
    let described: &[&str] = &[
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "Lifetime: The total number of people (Unique Users)",
        "Lifetime: Impressions (Total Count)",
        "Lifetime: times viewed for 3 seconds (Total Count)",
        "Lifetime: people who viewed (Unique Users)",
        "Lifetime: length",
    ];
    let row: &[&str] = &[
        "1_101",
        "https://www.facebook.com/1/posts/101",
        "Snö & is",
        "Photo",
        "",
        "",
        "07/15/2019 08:00",
        "",
        "80",
        "120",
        "30",
        "25",
        "41000",
    ];
    let mut bytes = xml("Key Metrics", &[labels, described, row]).into_bytes();
    // One file on record holds a broken sequence of bytes in a text.
    let at = bytes.windows(3).position(|part| part == b"is<").unwrap();
    bytes.insert(at, 0xe2);
    let imported = one("Facebook Insights Data Export (Post Level) - Sida - 2019-12-31.xls", &bytes);
    assert_eq!((imported.format.as_str(), imported.rows, imported.skipped.len()), ("insights-post", 1, 0));
    let names = [
        "post_impressions_unique",
        "post_impressions",
        "post_video_views_organic",
        "post_video_views_organic_unique",
        "post_video_length",
    ];
    assert_eq!(names.map(|name| sum(&imported, name)), [80.0, 120.0, 30.0, 25.0, 41000.0]);
    assert_eq!(imported.posts[0].id.as_str(), "1_101");
    assert!(imported.posts[0].text.starts_with("Snö & "));
}

#[test]
fn legacy_insights_of_a_page_by_key() {
    let page = "Date,page_fans:lifetime,page_impressions:day,page_impressions:days_28,page_impressions_unique:day\n,Lifetime: likes,Daily: impressions,28 Days: impressions,Daily: reach\n07/15/2019,1000,50,900,40\n07/16/2019,1002,60,910,45\n";
    let imported = one("page.csv", page.as_bytes());
    assert_eq!((imported.format.as_str(), imported.rows), ("insights-page", 2));
    assert_eq!(total(&imported, "followers"), Some(1002), "of a stock the last stands");
    let long: Vec<_> =
        values(&imported, "page_impressions").filter(|reading| reading.window == Window::Days28).collect();
    assert_eq!(
        (long.len(), long[0].start.to_string(), long[0].end.to_string()),
        (2, "2019-06-18".to_owned(), "2019-07-16".to_owned())
    );
}

#[test]
fn x_before_and_since_2024() {
    let header = "\"Tweet id\",\"Tweet permalink\",\"Tweet text\",\"time\",\"impressions\",\"engagements\",\"engagement rate\",\"retweets\",\"replies\",\"likes\",\"user profile clicks\",\"url clicks\",\"hashtag clicks\",\"detail expands\",\"permalink clicks\",\"app opens\",\"app installs\",\"follows\",\"email tweet\",\"dial phone\",\"media views\",\"media engagements\",\"promoted impressions\",\"promoted likes\"\n";
    let rows = "\"1500000000000000001\",\"https://twitter.com/k/status/1\",\"Hej @granne\",\"2023-03-01 07:30 +0000\",\"1971.0\",\"20.0\",\"0.0101\",\"1.0\",\"2.0\",\"9.0\",\"1\",\"3\",\"0\",\"4\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"5\",\"5\",\"-\",\"-\"\n\"1500000000000000002\",\"https://twitter.com/k/status/2\",\"@granne tack\",\"2023-03-02 07:30 +0000\",\"100.0\",\"1.0\",\"0.01\",\"0.0\",\"0.0\",\"1.0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"-\",\"-\"\n";
    let imported = one("tweet_activity_metrics_k_20230301_20230401_en.csv", format!("{header}{rows}").as_bytes());
    assert_eq!(
        (imported.format.as_str(), total(&imported, "views"), total(&imported, "reactions")),
        ("x-posts-until-2024", Some(2071), Some(10))
    );
    assert_eq!(values(&imported, "promoted_impressions").count(), 0, "a dash is no number");
    assert_eq!((imported.posts[0].text.as_str(), imported.posts[1].text.as_str()), ("Hej @…", ""));

    let overview = "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,Create Post,Video views,Media views\n\"Fri, Mar 21, 2025\",300,3,12,1,0,2,1,1,2,9,1,0,4\n\"Thu, Mar 20, 2025\",100,1,2,0,0,0,3,0,0,3,0,0,0\n";
    let imported = one("account_overview_analytics.csv", overview.as_bytes());
    assert_eq!(
        (imported.format.as_str(), imported.first.unwrap().to_string(), imported.days),
        ("x-days", "2025-03-20".to_owned(), 2)
    );
    let names = ["views", "reactions", "engagements", "new_followers", "lost_followers", "shares"];
    assert_eq!(names.map(|name| total(&imported, name)), [Some(400), Some(4), Some(14), Some(2), Some(4), Some(2)]);

    let content = "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n1900000000000000001,\"Thu, Mar 20, 2025\",Välkomna,https://x.com/k/status/1,500,5,25,0,1,0,2,3,1,4,6,0,0\n";
    let imported = one("account_analytics_content_2025-03-01_2025-03-31.csv", content.as_bytes());
    assert_eq!(
        (imported.format.as_str(), total(&imported, "views"), total(&imported, "clicks")),
        ("x-posts", Some(500), Some(6))
    );
    assert_eq!(imported.posts[0].published.date_naive().to_string(), "2025-03-20");
    let variant = "Post id,Date,Post text,Link,Impressions,Likes,Share,Detail expands,Url clicks\n1900000000000000001,Thu Mar 20 2025,Välkomna,https://x.com/k/status/1,500,5,1,4,6\n";
    let imported = one("content.csv", variant.as_bytes());
    assert_eq!((total(&imported, "clicks"), imported.posts[0].permalink.is_some()), (Some(6), true));
}

#[test]
fn youtube_names_its_days_only_in_the_archive() {
    let table = "Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Impressions,Impressions click-through rate (%),Average view duration\nTotal,,,,500,12.5000,3,9000,4.1,0:01:30\n -aBcDeFgHiJ,Fullmäktige,\"Jan 8, 2025\",3600,300,10.2500,-1,5000,3.9,0:02:03\nbBcDeFgHiJk,Badhuset,\"Dec 31, 2024\",61,100,1.5000,2,2000,5.0,0:00:54\n";
    let imported = one("Table data.csv", table.as_bytes());
    assert_eq!(imported.needs, [Need::Period]);
    assert_eq!((total(&imported, "subscribers_net"), total(&imported, "watch_time")), (Some(1), Some(42_300_000)));
    let mut zipped = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zipped.start_file("Table data.csv", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zipped, table.as_bytes()).unwrap();
    let bytes = zipped.finish().unwrap().into_inner();
    let files = expand_zip("Content 2025-01-01_2025-02-01 Kommunen.zip", &bytes, genomslag::imports::Limits::default())
        .unwrap();
    let imported = one(&files[0].name, files[0].bytes.as_ref().unwrap());
    assert_eq!((imported.rows, imported.posts.len(), imported.needs.len()), (2, 2, 0));
    assert_eq!(imported.skipped.len(), 1, "the row Total is named and not added");
    let views: Vec<_> = values(&imported, "views").collect();
    assert_eq!(
        (views[0].window, views[0].start.to_string(), views[0].end.to_string()),
        (Window::Range, "2025-01-01".to_owned(), "2025-02-01".to_owned())
    );
    assert_eq!((imported.posts[0].id.as_str(), total(&imported, "views")), ("-aBcDeFgHiJ", Some(400)));
    let chart =
        "Date,Content,Video title,Views\n2025-01-01,-aBcDeFgHiJ,Fullmäktige,3\n2025-01-02,-aBcDeFgHiJ,Fullmäktige,4\n";
    let imported = one("Chart data.csv", chart.as_bytes());
    assert_eq!((total(&imported, "views"), imported.posts.len()), (Some(7), 0));
    assert!(values(&imported, "views").all(|reading| reading.window == Window::Day && reading.post.is_some()));
    let swedish = "Datum,Visningar,Visningstid (timmar)\nTotalt,7,0.5\n2025-01-01,3,0.25\n2025-01-02,4,0.25\n";
    let imported = one("Tabelldata.csv", swedish.as_bytes());
    assert_eq!((imported.days, sum(&imported, "views"), imported.skipped.len()), (2, 7.0, 1));
    let people = "Viewer age,Views (%),Watch time (hours) (%)\n25–34 years,40.5,38\n";
    assert!(says(&one("Table data.csv", people.as_bytes()).skipped[0].reason, "demographics"));
}

pub(super) const GA4: &str = "# ----------------------------------------\r\n# Report CSV Export\r\n# Account: Björkvalla\r\n# Property: bjorkvalla.se\r\n# Start date: 20250401\r\n# End date: 20250403\r\n# ----------------------------------------\r\nDate,Session primary channel group (Default channel group),Sessions,Total users,Engagement rate,Average engagement time per session\r\n20250402,Organic Social,70,60,0.41,12.5\r\n20250401,Direct,50,45,0.5,30\r\n20250401,Organic Social,20,18,0.4,10\r\nGrand total,,140,120,0.43,15\r\n";

#[test]
fn google_analytics_with_preamble_and_several_tables() {
    let imported = one("data-export.csv", GA4.as_bytes());
    assert_eq!((imported.format.as_str(), imported.rows, imported.skipped.len()), ("ga4-days", 3, 1));
    assert_eq!(
        (total(&imported, "visits"), total(&imported, "social_visits"), total(&imported, "visitors")),
        (Some(140), Some(90), None)
    );
    let social: Vec<_> = values(&imported, "sessions.organic_social").collect();
    assert_eq!((social.len(), social[0].dimension.clone(), social[0].value), (2, None, Some(Value::Whole(70))));
    assert_eq!(values(&imported, "average_engagement_time").next().unwrap().value, Some(Value::Whole(12_500)));
    let several = format!(
        "{GA4}\r\n# Start date: 20250401\r\n# End date: 20250430\r\nSession primary channel group (Default channel group),Sessions\r\nDirect,900\r\nOrganic Social,400\r\n\r\n# Start date: 20250401\r\nNth day,Active users\r\n0000,5\r\n0001,6\r\n"
    );
    let imported = one("data-export.csv", several.as_bytes());
    assert_eq!(imported.format, "ga4-days+ga4-breakdown");
    let month: Vec<_> = values(&imported, "sessions").filter(|reading| reading.window == Window::Range).collect();
    assert_eq!(
        (month.len(), month[0].start.to_string(), month[0].end.to_string()),
        (2, "2025-04-01".to_owned(), "2025-05-01".to_owned())
    );
    assert!(
        imported.skipped.iter().any(|row| says(&row.reason, "2 rows") && says(&row.reason, "Nth day")),
        "{:?}",
        imported.skipped
    );
    let undated = take("data-export.csv", b"# Start date: 20250401\r\nNth day,Active users\r\n0000,5\r\n").unwrap_err();
    let undated = english(&undated.told());
    assert!(undated.contains("carries no dates") && undated.contains("Choose Date"), "{undated}");
    let hours = "# Start date: 20250401\nDate + hour (YYYYMMDDHH),Sessions\n2025040107,5\n2025040108,6\n";
    let imported = one("data-export.csv", hours.as_bytes());
    assert_eq!(
        (imported.rows, values(&imported, "sessions").next().unwrap().dimension.as_deref()),
        (2, Some("hour=07"))
    );
}

#[test]
fn workbooks_of_both_layouts() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Metrics").unwrap();
    sheet.write(0, 0, "Aggregated engagement metrics for organic and sponsored posts").unwrap();
    for (at, label) in ["Date", "Impressions", "Unique impressions", "Engagement rate"].into_iter().enumerate() {
        sheet.write(1, u16::try_from(at).unwrap(), label).unwrap();
    }
    sheet.write(2, 0, "05/01/2025").unwrap();
    sheet.write(2, 1, 120).unwrap();
    sheet.write(2, 2, 90).unwrap();
    sheet.write(2, 3, 0.05).unwrap();
    let sheet = book.add_worksheet().set_name("All posts").unwrap();
    for (at, label) in ["Date", "Post URL", "Impressions", "Engagement rate"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(at).unwrap(), label).unwrap();
    }
    sheet.write(1, 0, "04/30/2025").unwrap();
    sheet.write(1, 1, "https://www.linkedin.com/feed/update/urn:li:share:7300000000000000001/").unwrap();
    sheet.write(1, 2, 80).unwrap();
    sheet.write(1, 3, 0.1).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let imported = one("sida_content_1746180000000.xlsx", &bytes);
    assert_eq!(imported.format, "linkedin-content-days-short+linkedin-content-posts");
    assert_eq!(sum(&imported, "IMPRESSIONS.totalCount"), 120.0);
    assert_eq!(imported.posts[0].id.as_str(), "urn:li:share:7300000000000000001");
    assert_eq!(total(&imported, "posts.views"), Some(80));
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in GA4.lines().enumerate() {
        for (at, cell) in line.split(',').enumerate() {
            sheet.write(u32::try_from(row).unwrap(), u16::try_from(at).unwrap(), cell).unwrap();
        }
    }
    let imported = one("data-export.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!((imported.rows, total(&imported, "visits")), (3, Some(140)));
}

#[test]
fn own_values_are_days_weeks_months_and_surveys() {
    let text = "datum;mått;värde;n;källa\n2026-11-16;ansökningar;12;;Diariet\n2026-W46;samtal;310;;Växeln\n2026-10;förtroende för kommunen;62 %;412;Medborgarundersökningen\n2026-11-16;ansökningar;12;;Diariet\n2026-11-17;prenumeranter;801;;\nigår;samtal;3;;\n";
    let imported = one("config/values/kontaktcenter.csv", text.as_bytes());
    assert_eq!(
        (imported.format.as_str(), imported.account.as_deref(), imported.rows),
        ("own-values", Some("kontaktcenter"), 4)
    );
    assert_eq!(
        (total(&imported, "applications"), total(&imported, "calls"), total(&imported, "subscribers")),
        (Some(12), Some(310), Some(801))
    );
    let share = values(&imported, "fortroende_for_kommunen").next().unwrap();
    assert_eq!((share.window, share.value, share.state), (Window::Month, Some(Value::Decimal(0.62)), State::Ok));
    assert_eq!(values(&imported, "fortroende_for_kommunen.n").next().unwrap().value, Some(Value::Whole(412)));
    assert_eq!(imported.skipped.iter().map(|row| row.row).collect::<Vec<_>>(), [5, 7]);
}

#[test]
fn the_last_days_are_preliminary() {
    let header = "sep=,\n\"Facebook link clicks\"\n\"Date\",\"Primary\"\n";
    let day = |number: u32, value: u32| format!("\"2026-10-{number:02}T00:00:00\",\"{value}\"\n");
    let text: String = (1..=20).map(|number| day(number, if number > 18 { 0 } else { 5 })).collect();
    let imported = one("Link clicks.csv", &wide(&format!("{header}{text}")));
    let preliminary: Vec<String> = imported
        .readings
        .iter()
        .filter(|reading| reading.state == State::Preliminary)
        .map(|reading| reading.start.to_string())
        .collect();
    assert_eq!(preliminary, ["2026-10-19", "2026-10-20"]);
    // Downloaded the day after the last day: what is younger than two days is preliminary whatever it is.
    let taken = Some("2026-10-21T08:00:00Z".parse().unwrap());
    let circumstances = Circumstances {
        taken,
        period: Period::new(now().date_naive(), now().date_naive()),
        ..Circumstances::at(now())
    };
    let text: String = (1..=20).map(|number| day(number, 5)).collect();
    let found = read("x.csv", &wide(&format!("{header}{text}")), Dictionaries::builtin(), &circumstances).unwrap();
    assert_eq!(found[0].readings.iter().filter(|reading| reading.state == State::Preliminary).count(), 2);
}
