//! Real files, each column against a sum made from the raw file.

use genomslag::imports::{Circumstances, Dictionaries, Imported, detect, read};
use genomslag::model::{Platform, PostFormat, State, Value, Window};
use genomslag::words::problems::english;

use super::{Raw, compare, data, filled, now, one, says, sum, take, total, values};

#[test]
fn meta_content_of_facebook() {
    let name = "meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv";
    let bytes = data(name);
    let imported = one(name, &bytes);
    assert_eq!(imported.format, "meta-content-facebook");
    assert_eq!(serde_json::to_value(imported.language).unwrap(), "en");
    assert_eq!((imported.rows, imported.posts.len(), imported.skipped.len()), (20, 20, 0));
    assert_eq!(imported.account.as_deref(), Some("61569323067856"));
    compare(
        &imported,
        &Raw::csv(&bytes, b','),
        &[
            ("Views", "post_media_view"),
            ("Reach", "post_impressions_unique"),
            ("Reactions, comments and shares", "export.reactions_comments_shares"),
            ("Reactions", "post_reactions_by_type_total"),
            ("Comments", "post_activity_by_action_type.comment"),
            ("Shares", "post_activity_by_action_type.share"),
            ("Total clicks", "post_clicks"),
            ("Other clicks", "export.other_clicks"),
            ("Engaged users", "post_engaged_users"),
            ("Reach from Organic posts", "export.reach_organic"),
            ("3-second video views", "post_video_views"),
            ("Seconds viewed", "export.seconds_viewed"),
        ],
    );
    // Three clicks in all; reach is never summed, whatever its cells add up to.
    assert_eq!(total(&imported, "clicks"), Some(3));
    assert_eq!(total(&imported, "reach"), None);
    // Printed 03/09/2025 22:16, after the American change of clocks: 05:16 UTC, 06:16 in Sweden on the next day.
    let post = imported.posts.iter().find(|post| post.id.as_str().ends_with("122120677988644102")).unwrap();
    assert_eq!(post.published.to_rfc3339(), "2025-03-10T05:16:00+00:00");
    assert_eq!(post.id.as_str(), "61569323067856_122120677988644102");
    let of = |format| imported.posts.iter().filter(|post| post.format == format).count();
    assert_eq!((of(PostFormat::Image), of(PostFormat::Video), of(PostFormat::Reel)), (18, 1, 1));
    assert!(imported.posts.iter().all(|post| !post.text.is_empty()));
    // A counter is as of the day of the download, which is the day of the import where nothing else is known.
    let views = values(&imported, "post_media_view").next().unwrap();
    assert_eq!((views.window, views.start.to_string()), (Window::Lifetime, "2026-11-17".to_owned()));
}

#[test]
fn linkedin_content() {
    let bytes = data("linkedin-page/linkedin-content.xls");
    let imported = one("ghe_content_1747810000000.xls", &bytes);
    assert_eq!(imported.format, "linkedin-content-days+linkedin-content-posts");
    assert_eq!((imported.rows, imported.days, imported.posts.len()), (365 + 78, 365, 78));
    assert_eq!(imported.skipped, []);
    assert_eq!(imported.first.unwrap().to_string(), "2024-05-21");
    assert_eq!(imported.last.unwrap().to_string(), "2025-05-20");
    // The name says when it was downloaded: 21 May 2025.
    assert_eq!(imported.taken.date_naive().to_string(), "2025-05-21");
    let days = Raw::sheet(&bytes, "Metrics", 1);
    let only_days = Imported {
        readings: imported.readings.iter().filter(|reading| reading.post.is_none()).cloned().collect(),
        ..imported.clone()
    };
    let organic = "totalShareStatistics.";
    for (label, metric) in [
        ("Impressions (organic)", format!("{organic}impressionCount")),
        ("Unique impressions (organic)", format!("{organic}uniqueImpressionsCount")),
        ("Clicks (organic)", format!("{organic}clickCount")),
        ("Reactions (organic)", format!("{organic}likeCount")),
        ("Comments (organic)", format!("{organic}commentCount")),
        ("Reposts (organic)", format!("{organic}shareCount")),
        ("Engagement rate (organic)", format!("{organic}engagement")),
        ("Impressions (sponsored)", "export.impressions_sponsored".to_owned()),
        ("Impressions (total)", "IMPRESSIONS.totalCount".to_owned()),
        ("Clicks (total)", "CLICKS.totalCount".to_owned()),
        ("Reactions (total)", "REACTIONS.totalCount".to_owned()),
        ("Comments (total)", "COMMENTS.totalCount".to_owned()),
        ("Reposts (total)", "REPOSTS.totalCount".to_owned()),
        ("Engagement rate (total)", "ENGAGEMENT_RATE.totalCount".to_owned()),
    ] {
        compare(&only_days, &days, &[(label, &metric)]);
    }
    assert_eq!(total(&imported, "reach"), None, "reach of days is never added");
    let posts = Imported {
        readings: imported.readings.iter().filter(|reading| reading.post.is_some()).cloned().collect(),
        ..imported.clone()
    };
    let raw = Raw::sheet(&bytes, "All posts", 1);
    let columns = [
        ("Impressions", "export.impressions"),
        ("Clicks", "export.clicks"),
        ("Likes", "export.likes"),
        ("Comments", "export.comments"),
        ("Reposts", "export.reposts"),
    ];
    compare(&posts, &raw, &columns);
    let person = imported.left_out.iter().find(|left| left.label == "Posted by".into()).unwrap();
    assert_eq!(english(&person.reason), "names a person: dropped");
    assert!(imported.posts.iter().all(|post| post.id.as_str().starts_with("urn:li:")));
}

#[test]
fn linkedin_followers_and_visitors() {
    let bytes = data("linkedin-page/linkedin-followers.xls");
    let imported = one("followers.xls", &bytes);
    let raw = Raw::sheet(&bytes, "New followers", 0);
    compare(
        &imported,
        &raw,
        &[
            ("Sponsored followers", "export.sponsored_followers"),
            ("Organic followers", "export.organic_followers"),
            ("Auto-invited followers", "export.auto_invited_followers"),
            ("Total followers", "export.new_followers"),
        ],
    );
    assert_eq!((imported.format.as_str(), imported.days), ("linkedin-followers", 365), "{:?}", imported.notices);
    assert!(imported.skipped.iter().all(|row| says(&row.reason, "demographics")), "{:?}", imported.skipped);

    let bytes = data("linkedin-page/linkedin-visitors.xls");
    let imported = one("visitors.xls", &bytes);
    let raw = Raw::sheet(&bytes, "Visitor metrics", 0);
    let views = "totalPageStatistics.views.";
    compare(&imported, &raw, &[("Total page views (total)", &format!("{views}allPageViews.pageViews"))]);
    compare(&imported, &raw, &[("Total unique visitors (total)", &format!("{views}allPageViews.uniquePageViews"))]);
    compare(&imported, &raw, &[("Overview page views (total)", &format!("{views}overviewPageViews.pageViews"))]);
    compare(&imported, &raw, &[("Jobs unique visitors (mobile)", "export.jobs_unique_visitors_mobile")]);
    assert_eq!(imported.days, 365);
    assert_eq!(imported.readings.len(), 365 * 24);
}

#[test]
fn demographics_come_only_on_request() {
    let bytes = data("linkedin-page/linkedin-followers.xls");
    let circumstances = Circumstances { demographics: true, ..Circumstances::at(now()) };
    let found = read("followers.xls", &bytes, Dictionaries::builtin(), &circumstances).unwrap();
    for (sheet, key) in [
        ("Location", "location"),
        ("Job function", "job_function"),
        ("Seniority", "seniority"),
        ("Industry", "industry"),
        ("Company size", "company_size"),
    ] {
        compare(
            &found[0],
            &Raw::sheet(&bytes, sheet, 0),
            &[("Total followers", &format!("export.followers_by_{key}"))],
        );
    }
    assert_eq!(found[0].skipped, []);
}

#[test]
fn youtube_totals() {
    let bytes = data("youtube-studio/Totals.csv");
    let imported = one("Totals.csv", &bytes);
    assert_eq!((imported.format.as_str(), imported.platform, imported.days), ("youtube-days", Platform::YouTube, 365));
    compare(&imported, &Raw::csv(&bytes, b','), &[("Views", "views")]);
    assert_eq!(imported.first.unwrap().to_string(), "2020-12-31");
    assert_eq!(imported.needs, []);
}

#[test]
fn the_festival_of_leeds() {
    let bytes = data("leeds-digital-festival/linkedin-updates.csv");
    let imported = one("linkedin-updates.csv", &bytes);
    let raw = Raw::csv(&bytes, b',');
    compare(
        &imported,
        &raw,
        &[
            ("impressions_total", "IMPRESSIONS.totalCount"),
            ("clicks_total", "CLICKS.totalCount"),
            ("reactions_total", "REACTIONS.totalCount"),
            ("comments_total", "COMMENTS.totalCount"),
            ("shares_total", "REPOSTS.totalCount"),
            ("engagement_rate_total", "ENGAGEMENT_RATE.totalCount"),
        ],
    );
    assert!(!imported.totals.contains_key("ENGAGEMENT_RATE.totalCount"), "a rate of days has no sum");

    let bytes = data("leeds-digital-festival/linkedin-visitors.csv");
    let imported = one("linkedin-visitors.csv", &bytes);
    let raw = Raw::csv(&bytes, b',');
    compare(&imported, &raw, &[("total_page_views_total", "totalPageStatistics.views.allPageViews.pageViews")]);

    let bytes = data("leeds-digital-festival/twitter.csv");
    let imported = one("twitter.csv", &bytes);
    assert_eq!((imported.format.as_str(), imported.platform), ("x-days-until-2024", Platform::X));
    let raw = Raw::csv(&bytes, b',');
    for name in ["impressions", "promoted_impressions", "engagements", "promoted_engagements", "replies", "likes"] {
        compare(&imported, &raw, &[(name, name)]);
    }
    compare(&imported, &raw, &[("retweets", "reposts"), ("tweets_published", "posts_created")]);

    let bytes = data("leeds-digital-festival/website.csv");
    let imported = one("website.csv", &bytes);
    assert_eq!((imported.format.as_str(), imported.platform), ("universal-analytics-days", Platform::Ga4));
    compare(&imported, &Raw::csv(&bytes, b','), &[("users", "ua.users"), ("pageviews", "ua.pageviews")]);
    assert_eq!(total(&imported, "ua.users"), None, "people are never added over days");
}

#[test]
fn the_posts_of_the_uci_set() {
    let bytes = data("uci-facebook-metrics/dataset_Facebook.csv");
    let imported = one("dataset_Facebook.csv", &bytes);
    assert_eq!((imported.format.as_str(), imported.rows, imported.posts.len()), ("uci-facebook", 500, 0));
    let raw = Raw::csv(&bytes, b';');
    compare(
        &imported,
        &raw,
        &[
            ("Lifetime Post Total Reach", "post_impressions_unique"),
            ("Lifetime Post Total Impressions", "post_impressions"),
            ("Lifetime Post Consumptions", "post_consumptions"),
            ("comment", "uci.comment"),
            ("like", "uci.like"),
            ("share", "uci.share"),
            ("Total Interactions", "uci.total_interactions"),
        ],
    );
    // One like and four shares are empty: not reported, which is not zero.
    assert_eq!((filled(&imported, "uci.like"), filled(&imported, "uci.share")), (499, 496));
    assert_eq!(
        sum(&imported, "uci.total_interactions"),
        sum(&imported, "uci.like") + sum(&imported, "uci.share") + sum(&imported, "uci.comment")
    );
}

fn mapped() -> Dictionaries {
    let mapping = String::from_utf8(data("dbt-seeds/mapping.toml")).unwrap();
    Dictionaries::builtin().with(&[("mapping.toml", &mapping)]).unwrap()
}

#[test]
fn tables_of_another_tool_through_a_mapping_file() {
    let dictionaries = mapped();
    let take = |name: &str| {
        let found = read(name, &data(name), &dictionaries, &Circumstances::at(now())).unwrap();
        assert_eq!(found.len(), 1, "{name}");
        found.into_iter().next().unwrap()
    };
    let raw = |name: &str| Raw::csv(&data(name), b',');

    let name = "dbt-seeds/facebook_pages_daily_page_metrics_total_data.csv";
    let days = take(name);
    assert_eq!((days.format.as_str(), days.account.as_deref()), ("seed-facebook-days", Some("514435155248879")));
    for metric in ["page_fans", "page_fan_adds", "page_impressions", "page_post_engagements", "page_views_total"] {
        compare(&days, &raw(name), &[(metric, metric)]);
    }

    // Five posts, each read on five days: the latest reading is the post's, their sum would be five times too much.
    let name = "dbt-seeds/facebook_pages_lifetime_post_metrics_total_data.csv";
    let posts = take(name);
    compare(&posts, &raw(name), &[("post_impressions", "post_impressions")]);
    let table = raw(name);
    let at = |label: &str| table.header.iter().position(|name| name == label).unwrap();
    let mut latest = std::collections::BTreeMap::new();
    for row in &table.rows {
        let slot: &mut (String, i64) = latest.entry(row[at("post_id")].clone()).or_default();
        if slot.0 < row[at("date")] {
            *slot = (row[at("date")].clone(), row[at("post_impressions")].parse().unwrap());
        }
    }
    assert_eq!(latest.len(), 5);
    assert_eq!(total(&posts, "views"), Some(latest.values().map(|(_, value)| value).sum()));

    let name = "dbt-seeds/organic_tweet_report.csv";
    compare(
        &take(name),
        &raw(name),
        &[("impressions", "impressions"), ("likes", "likes"), ("engagements", "engagements")],
    );
    let name = "dbt-seeds/youtube_channel_basic_data.csv";
    let imported = take(name);
    compare(&imported, &raw(name), &[("views", "views"), ("likes", "likes"), ("comments", "comments_added")]);
    assert!(imported.readings.iter().all(|reading| reading.dimension.is_some()));
    let name = "dbt-seeds/instagram_business_media_insights_data.csv";
    compare(&take(name), &raw(name), &[("like_count", "export.likes"), ("comment_count", "export.comments")]);
    // One post was read twice on a day: the second reading is named, not added.
    let name = "dbt-seeds/linkedin_pages_share_statistic_data.csv";
    let imported = take(name);
    assert_eq!((imported.rows, imported.skipped.len()), (99, 1));
    assert!(says(&imported.skipped[0].reason, "earlier row"), "{:?}", imported.skipped);
    let name = "leeds-digital-festival/automated-email-campaigns.csv";
    let imported = take(name);
    assert_eq!((imported.platform, imported.rows + imported.skipped.len() as u64), (Platform::Own, 24));
}

#[test]
fn the_same_file_twice_is_the_same() {
    for name in ["linkedin-page/linkedin-content.xls", "uci-facebook-metrics/dataset_Facebook.csv"] {
        let bytes = data(name);
        assert_eq!(take(name, &bytes).unwrap(), take(name, &bytes).unwrap());
    }
}

#[test]
fn every_file_is_told_by_its_contents() {
    for (name, format) in [
        ("meta-facebook-content/Feb-01-2025_Mar-15-2025_613168031534769.csv", "meta-content-facebook"),
        ("linkedin-page/linkedin-content.xls", "linkedin-content-days"),
        ("linkedin-page/linkedin-followers.xls", "linkedin-followers"),
        ("linkedin-page/linkedin-visitors.xls", "linkedin-visitors"),
        ("youtube-studio/Totals.csv", "youtube-days"),
        ("uci-facebook-metrics/dataset_Facebook.csv", "uci-facebook"),
    ] {
        assert_eq!(detect("file", &data(name), Dictionaries::builtin()).unwrap().format, format, "{name}");
    }
}

#[test]
fn withdrawn_reactions_stay_negative() {
    let text = "Date,Sponsored followers,Organic followers,Total followers\n05/01/2025,0,-3,-3\n05/02/2025,0,1,1\n";
    let imported = one("followers.csv", text.as_bytes());
    assert_eq!(total(&imported, "new_followers"), Some(-2));
    let first = values(&imported, "export.new_followers").next().unwrap();
    assert_eq!((first.value, first.state), (Some(Value::Whole(-3)), State::Ok));
}
