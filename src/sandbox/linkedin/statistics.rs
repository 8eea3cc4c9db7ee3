//! Page statistics: followers, posts taken together, views of the page.

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

use super::restli::{Granularity, Interval, interval, list, milliseconds};
use super::{elements, organisation};
use crate::sandbox::ask::{Answer, Ask, linkedin_error};
use crate::sandbox::model::Model;
use crate::sandbox::world::ledger::Ledger;
use crate::sandbox::world::noise::decimal;
use crate::sandbox::world::{Day, Post};

fn range(start: NaiveDate, end: NaiveDate) -> Value {
    json!({"start": milliseconds(start), "end": milliseconds(end)})
}

fn finder(ask: &Ask, name: &str) -> Result<(), Box<Answer>> {
    if ask.get("q") == Some(name) {
        return Ok(());
    }
    Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), "Parameter 'q' is invalid")))
}

/// The reported days of a bucket.
fn days_of(ledger: &Ledger, start: NaiveDate, end: NaiveDate) -> Vec<Day> {
    start
        .iter_days()
        .take_while(|day| *day < end)
        .filter_map(|day| ledger.settled(day))
        .filter(|day| day.reported)
        .collect()
}

/// Answers `/organizationalEntityFollowerStatistics`.
pub(super) fn followers(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    finder(ask, "organizationalEntity")?;
    let ledger = organisation(model, ask, "organizationalEntity")?;
    let urn = format!("urn:li:organization:{}", ledger.account.id);
    let Some(interval) = interval(ask, model.world.now)? else {
        return Ok(elements(&[facets(ledger, &urn)]));
    };
    let rows: Vec<Value> = interval
        .buckets()
        .into_iter()
        .map(|(start, end)| (start, end, days_of(ledger, start, end)))
        .filter(|(_, _, days)| !days.is_empty())
        .map(|(start, end, days)| {
            let paid: i64 = days.iter().map(|day| day.paid_gains).sum();
            let all: i64 = days.iter().map(|day| day.gains).sum();
            json!({
                "timeRange": range(start, end),
                "followerGains": {"organicFollowerGain": all - paid, "paidFollowerGain": paid},
                "organizationalEntity": urn,
            })
        })
        .collect();
    Ok(elements(&rows))
}

/// Groups and how many per cent of the followers belong to each.
type Shares = &'static [(&'static str, i64)];

/// Seven lists of groups; people of whom nothing is known are in none, so that no list adds up to the total.
fn facets(ledger: &Ledger, urn: &str) -> Value {
    let count = |percent: i64| {
        let count = ledger.followers() * percent / 100;
        json!({"organicFollowerCount": count, "paidFollowerCount": 0})
    };
    let groups: [(&str, &str, Shares); 7] = [
        ("followerCountsByAssociationType", "associationType", &[("EMPLOYEE", 21)]),
        (
            "followerCountsByFunction",
            "function",
            &[("urn:li:function:2", 14), ("urn:li:function:11", 12), ("urn:li:function:12", 9)],
        ),
        ("followerCountsByGeo", "geo", &[("urn:li:geo:90010409", 44)]),
        ("followerCountsByGeoCountry", "geo", &[("urn:li:geo:105117694", 93)]),
        ("followerCountsByIndustry", "industry", &[("urn:li:industry:75", 38), ("urn:li:industry:14", 11)]),
        (
            "followerCountsBySeniority",
            "seniority",
            &[("urn:li:seniority:3", 35), ("urn:li:seniority:4", 28), ("urn:li:seniority:6", 8)],
        ),
        ("followerCountsByStaffCountRange", "staffCountRange", &[("SIZE_1001_TO_5000", 40), ("SIZE_2_TO_10", 7)]),
    ];
    let mut element = Map::new();
    for (list, key, rows) in groups {
        let rows = rows.iter().filter(|_| ledger.knows_followers());
        let rows: Vec<Value> =
            rows.map(|(group, percent)| json!({"followerCounts": count(*percent), key: group})).collect();
        element.insert(list.to_owned(), json!(rows));
    }
    element.insert("organizationalEntity".to_owned(), json!(urn));
    Value::Object(element)
}

/// The figures of a stretch, as the platform names them; without the unique count where nobody knows it.
fn share_statistics(days: &[Day], unique: Option<i64>) -> Value {
    let sum = |value: fn(&Day) -> i64| days.iter().map(value).sum::<i64>();
    let views = sum(|day| day.views);
    let engaged = sum(Day::engagements);
    let mut statistics = json!({
        "shareCount": sum(|day| day.shares),
        "engagement": ratio(engaged, views),
        "clickCount": sum(|day| day.clicks),
        "likeCount": sum(|day| day.reactions),
        "impressionCount": views,
        "commentCount": sum(|day| day.comments),
    });
    if let Some(unique) = unique {
        statistics["uniqueImpressionsCount"] = json!(unique);
    }
    statistics
}

fn ratio(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { decimal(part) / decimal(whole) }
}

/// Answers `/organizationalEntityShareStatistics`.
pub(super) fn shares(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    finder(ask, "organizationalEntity")?;
    let ledger = organisation(model, ask, "organizationalEntity")?;
    let interval = interval(ask, model.world.now)?;
    let lists = [("shares", "share", list(ask, "shares")?), ("ugcPosts", "ugcPost", list(ask, "ugcPosts")?)];
    if lists.iter().any(|(_, _, list)| list.is_some()) {
        if interval.is_some() {
            let text = "timeIntervals can not be combined with shares or ugcPosts";
            return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), text)));
        }
        return of_posts(model, ledger, &lists);
    }
    let urn = format!("urn:li:organization:{}", ledger.account.id);
    if let Some(interval) = interval {
        return by_time(ledger, interval, &urn);
    }
    let today = ledger.today;
    let days = days_of(ledger, today - Days::new(365), today - Days::new(2));
    let unique = days.iter().map(|day| day.reach).max().unwrap_or(0) * 6;
    let mut total = share_statistics(&days, (!ledger.recorded).then_some(unique));
    if !ledger.recorded {
        total["shareMentionsCount"] = json!(days.len() / 9);
        total["commentMentionsCount"] = json!(days.len() / 14);
    }
    Ok(elements(&[json!({"totalShareStatistics": total, "organizationalEntity": urn})]))
}

fn by_time(ledger: &Ledger, interval: Interval, urn: &str) -> Result<Answer, Box<Answer>> {
    if interval.granularity == Granularity::Week {
        let text = "timeGranularityType WEEK is not supported";
        return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), text)));
    }
    let rows: Vec<Value> = interval
        .buckets()
        .into_iter()
        .map(|(start, end)| (start, end, days_of(ledger, start, end)))
        // Stretches without any activity are left out.
        .filter(|(_, _, days)| days.iter().any(|day| day.views != 0 || day.engagements() != 0))
        .map(|(start, end, days)| {
            let length = u64::try_from((end - start).num_days()).unwrap_or(1);
            let unique = match days.as_slice() {
                [day] if length == 1 => Some(day.reach),
                _ if ledger.recorded => None,
                _ => ledger.unique(end - Days::new(1), length),
            };
            json!({
                "totalShareStatistics": share_statistics(&days, unique),
                "timeRange": range(start, end),
                "organizationalEntity": urn,
            })
        })
        .collect();
    Ok(elements(&rows))
}

type UrnList = (&'static str, &'static str, Option<Vec<String>>);

/// Lifetime figures of single posts; those without any are left out.
fn of_posts(model: &Model, ledger: &Ledger, lists: &[UrnList]) -> Result<Answer, Box<Answer>> {
    let mut rows = Vec::new();
    for (parameter, kind, urns) in lists {
        for urn in urns.iter().flatten() {
            if !urn.starts_with(&format!("urn:li:{kind}:")) {
                let text = format!("Invalid value for param {parameter}: {urn}");
                return Err(Box::new(linkedin_error(400, "ILLEGAL_ARGUMENT", Some(100), &text)));
            }
            let Some((owner, post)) = model.object(urn) else { continue };
            let row = one_post(post, model);
            if owner.account.id == ledger.account.id && row["impressionCount"] != json!(0) {
                let entity = format!("urn:li:organization:{}", ledger.account.id);
                rows.push(json!({"totalShareStatistics": row, *kind: urn, "organizationalEntity": entity}));
            }
        }
    }
    Ok(elements(&rows))
}

fn one_post(post: &Post, model: &Model) -> Value {
    let count = |in_the_end: i64| post.so_far(in_the_end, model.world.now);
    let (clicks, likes) = (count(post.clicks), count(post.reactions));
    let (comments, shares, views) = (count(post.comments), count(post.shares), count(post.views));
    let mut statistics = json!({
        "shareCount": shares,
        "engagement": ratio(clicks + likes + comments + shares, views),
        "clickCount": clicks,
        "likeCount": likes,
        "impressionCount": views,
        "commentCount": comments,
    });
    // Recorded posts come without a unique count.
    if !post.settled {
        statistics["uniqueImpressionsCount"] = json!(count(post.reach));
    }
    statistics
}

/// Answers `/organizationPageStatistics`: its finder and parameter are named unlike the others'.
pub(super) fn page_views(model: &Model, ask: &Ask) -> Result<Answer, Box<Answer>> {
    finder(ask, "organization")?;
    let ledger = organisation(model, ask, "organization")?;
    let urn = format!("urn:li:organization:{}", ledger.account.id);
    let Some(interval) = interval(ask, model.world.now)? else {
        let days = days_of(ledger, ledger.today - Days::new(365), ledger.today);
        let views: i64 = days.iter().map(|day| day.profile_views).sum();
        return Ok(elements(&[lifetime_views(ledger, &urn, views)]));
    };
    let rows: Vec<Value> = interval
        .buckets()
        .into_iter()
        .map(|(start, end)| (start, end, days_of(ledger, start, end)))
        .filter(|(_, _, days)| !days.is_empty())
        .map(|(start, end, days)| {
            let views = days.iter().map(|day| day.profile_views).sum();
            let unique: i64 = days.iter().map(|day| day.profile_visitors).sum();
            let views = match days.len() {
                1 => view_kinds(ledger, views, Some(unique)),
                _ if ledger.recorded => view_kinds(ledger, views, None),
                _ => view_kinds(ledger, views, Some(unique * 4 / 5)),
            };
            json!({
                "totalPageStatistics": {"views": views, "clicks": {}},
                "timeRange": range(start, end),
                "organization": urn,
            })
        })
        .collect();
    Ok(elements(&rows))
}

/// Views by the kind of page; of a recorded page only the whole is known.
fn view_kinds(ledger: &Ledger, all: i64, unique: Option<i64>) -> Value {
    let desktop = all * 3 / 5;
    let kinds = [
        ("allPageViews", all, 100),
        ("overviewPageViews", all * 4 / 5, 80),
        ("careersPageViews", 0, 0),
        ("jobsPageViews", all / 10, 10),
        ("lifeAtPageViews", 0, 0),
        ("allDesktopPageViews", desktop, 60),
        ("allMobilePageViews", all - desktop, 40),
        ("desktopOverviewPageViews", desktop * 4 / 5, 48),
        ("mobileOverviewPageViews", (all - desktop) * 4 / 5, 32),
    ];
    let mut views = Map::new();
    for (name, count, percent) in kinds.into_iter().take(if ledger.recorded { 1 } else { 9 }) {
        let mut kind = json!({ "pageViews": count });
        if let Some(unique) = unique {
            kind["uniquePageViews"] = json!(unique * percent / 100);
        }
        views.insert(name.to_owned(), kind);
    }
    Value::Object(views)
}

fn lifetime_views(ledger: &Ledger, urn: &str, views: i64) -> Value {
    if ledger.recorded {
        return json!({"organization": urn, "totalPageStatistics": {"views": view_kinds(ledger, views, None), "clicks": {}}});
    }
    json!({
        "organization": urn,
        "totalPageStatistics": {
            "views": view_kinds(ledger, views, None),
            "clicks": {"desktopCustomButtonClickCounts": [], "mobileCustomButtonClickCounts": [], "careersPageClicks": {}},
        },
        "pageStatisticsBySeniority": [{"seniority": "urn:li:seniority:3", "pageStatistics": {"views": view_kinds(ledger, views / 3, None)}}],
        "pageStatisticsByGeoCountry": [{"geo": "urn:li:geo:105117694", "pageStatistics": {"views": view_kinds(ledger, views * 9 / 10, None)}}],
        "pageStatisticsByIndustry": [],
        "pageStatisticsByStaffCountRange": [],
        "pageStatisticsByFunction": [],
        "pageStatisticsByGeo": [],
    })
}
