//! All goals of the example organisation judged over stores of one, ten and fifty million observations, and `DuckDB` on the
//! same files: what the goals need, the latest reading of each.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use genomslag::analysis::needs;
use genomslag::catalog::{Catalog, Subject};
use genomslag::config::{Config, Source, load};
use genomslag::model::{Observation, OrganisationId, Platform, PostId, Reading, State, Value, Window};
use genomslag::pipeline::{App, JudgeOrder, Judged, Opening, fetch, judge};
use genomslag::sandbox::{Faults, Tokens, World, serve};
use genomslag::store::{Batch, Store};
use serde_json::{Value as Json, json};

use super::process::{again, peak_told, peer, timed};

/// Rows of one run of the filler.
const RUN: usize = 500_000;

pub fn all() {
    let sizes = std::env::var("GENOMSLAG_OBSERVATIONS").unwrap_or_else(|_| "1".to_owned());
    for millions in sizes.split(',').map(str::trim) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        again(&["filling", &place, millions]);
        again(&["reading", &place]);
    }
}

pub fn now() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

pub fn configuration(folder: &Path) -> Config {
    let mut config = load(&Source::Embedded).unwrap();
    config.data = folder.join("data");
    config.state.url = format!("sqlite:{}", folder.join("state.sqlite").display());
    config
}

pub async fn opened(config: Config) -> App {
    let known = Tokens::default().variables();
    let environment = Arc::new(move |name: &str| known.get(name).cloned());
    App::open(config, Opening { environment, ..Opening::default() }).await.unwrap()
}

/// What the demo fetches, and beside it what a large organisation gathers: counters of posts read every day on the
/// example's own channels, and day values of many other channels, half of each.
pub fn fill(folder: &str, millions: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let started = Instant::now();
        let mut config = configuration(Path::new(folder));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = serve(World::example(now()), Faults::none(), listener).await;
        for platform in Platform::ALL {
            config.platforms.access_mut(platform).base_url = sandbox.base(platform).parse().ok();
        }
        config.platforms.linkedin_token_url =
            format!("{}/oauth/v2/accessToken", sandbox.base(Platform::LinkedIn)).parse().ok();
        let app = opened(config).await;
        fetch(&app, &[], now(), |_| {}).await.unwrap();
        sandbox.stop().await;
        let organisation = app.config.organisation.id.clone();
        let channels: Vec<String> = ["fb-kommun", "fb-bibliotek", "fb-social"].map(str::to_owned).to_vec();
        for run in 0..millions * 1_000_000 / RUN {
            let rows: Vec<Observation> =
                if run % 2 == 0 { counters(&organisation, &channels, run / 2) } else { days(&organisation, run / 2) };
            append(&app.store, &rows, run).await;
        }
        app.store.compact().await.unwrap();
        println!("{millions} million observations appended and compacted in {:.0} s", started.elapsed().as_secs_f64());
    });
}

async fn append(store: &Store, rows: &[Observation], run: usize) {
    let version = i64::try_from(run).unwrap() + 1;
    let kept = store.append(Batch { observations: rows, posts: &[], application: "filler", version }).await.unwrap();
    assert_eq!(kept.new, rows.len() as u64, "every row is new");
}

/// Counters of posts, each post read once a day: 500 000 of them.
fn counters(organisation: &OrganisationId, channels: &[String], run: usize) -> Vec<Observation> {
    const METRICS: [&str; 4] =
        ["post_media_view", "post_clicks", "post_reactions_by_type_total", "post_total_media_view_unique"];
    let first = now().date_naive() - Days::new(400);
    (0..RUN)
        .map(|index| {
            // 41 666 posts of three channels with four counters each make a day.
            let all = run * RUN + index;
            let (metric, channel) = (METRICS[all % 4], &channels[all / 4 % 3]);
            let (post, day) = (all / 12 % 41_667, all / 12 / 41_667);
            let day = first + Days::new(day as u64);
            let reading = Reading {
                post: Some(PostId::from(format!("1_{post}").as_str())),
                metric: metric.to_owned(),
                dimension: None,
                window: Window::Lifetime,
                start: day,
                end: day + Days::new(1),
                value: Some(Value::Whole(i64::try_from(all * 7919 % 5000).unwrap())),
                state: State::Ok,
            };
            observation(organisation, channel, reading, day)
        })
        .collect()
}

/// Day values of other channels: 10 of the platform's metrics over 1 000 days each.
fn days(organisation: &OrganisationId, run: usize) -> Vec<Observation> {
    const METRICS: usize = 10;
    const DAYS: usize = 1000;
    let of_day = |it: &&genomslag::catalog::PlatformMetric| {
        it.platform == Platform::Facebook && it.subject == Subject::Account && it.windows.contains(&Window::Day)
    };
    let names: Vec<&str> =
        Catalog::builtin().metric.iter().filter(of_day).map(|it| it.name.as_str()).take(METRICS).collect();
    let first = now().date_naive() - Days::new(DAYS as u64 + 2);
    (0..RUN)
        .map(|index| {
            let all = run * RUN + index;
            let (day, metric, channel) = (all % DAYS, all / DAYS % METRICS, all / DAYS / METRICS);
            let day = first + Days::new(day as u64);
            let reading = Reading {
                post: None,
                metric: names[metric].to_owned(),
                dimension: None,
                window: Window::Day,
                start: day,
                end: day + Days::new(1),
                value: Some(Value::Whole(i64::try_from(all * 7919 % 5000).unwrap())),
                state: State::Ok,
            };
            observation(organisation, &format!("other-{channel:05}"), reading, day)
        })
        .collect()
}

fn observation(organisation: &OrganisationId, channel: &str, reading: Reading, day: NaiveDate) -> Observation {
    Observation {
        organisation: organisation.clone(),
        platform: Platform::Facebook,
        channel: channel.into(),
        account: channel.to_owned(),
        reading,
        zone: "America/Los_Angeles".to_owned(),
        seen: day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(1),
        source: "api:v25.0".to_owned(),
        run: "filler".to_owned(),
    }
}

/// The goals judged, then the same readings taken out by `DuckDB`.
pub fn measure(folder: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let app = runtime.block_on(opened(configuration(Path::new(folder))));
    let mut judged = None;
    let (cold, warm) = timed(6, || {
        judged = Some(runtime.block_on(judge(&app, &JudgeOrder::default(), now())).unwrap());
    });
    let judged = judged.unwrap();
    println!(
        "{} goals judged over them: cold {cold:.2?}, warm {warm:.2?} (median of 5), peak memory {}",
        judged.standings.len(),
        peak_told()
    );
    let asked = Path::new(folder).join("asked.json");
    std::fs::write(&asked, question(&app, &judged, folder).to_string()).unwrap();
    let Some(told) = peer("reading.py", &[&asked.display().to_string()]) else {
        return println!("DuckDB on the same files: not run (GENOMSLAG_PYTHON is not set)");
    };
    let (same, of) = agreeing(&judged, &told);
    println!(
        "DuckDB {} on the same files, the readings alone: cold {:.2} s, warm {:.2} s (median of 5), peak memory {} MB; {same} of {of} series add up to ours",
        told["version"].as_str().unwrap(),
        told["cold"].as_f64().unwrap(),
        told["warm"].as_f64().unwrap(),
        told["peak"]
    );
}

/// The series that the goals need, by the platforms' own names, and the posts' counters.
fn question(app: &App, judged: &Judged, folder: &str) -> Json {
    let needs = needs(&judged.facts, app.catalog, &app.config.goals, &[], judged.period);
    let names = |platform, metric: &genomslag::model::MetricName, subject| -> Vec<&str> {
        let fits = |it: &&genomslag::catalog::PlatformMetric| {
            it.platform == platform && it.subject == subject && it.canonical.as_ref() == Some(metric)
        };
        Catalog::builtin().metric.iter().filter(fits).map(|it| it.name.as_str()).collect()
    };
    let platform = |channel| judged.facts.channel(channel).map(|channel| channel.platform);
    let series: Vec<Json> = needs
        .series
        .iter()
        .filter_map(|(channel, metric)| {
            let names = names(platform(channel)?, metric, Subject::Account);
            Some(json!({"channel": channel, "metric": metric, "names": names}))
        })
        .collect();
    let channels: Vec<_> = judged.facts.channels.iter().map(|channel| &channel.id).collect();
    let of_posts =
        ["views", "reach", "engagements", "reactions", "comments", "shares", "saves", "clicks", "video_views"];
    let posts: Vec<&str> = of_posts
        .iter()
        .flat_map(|metric| Platform::ALL.into_iter().flat_map(|it| names(it, &(*metric).into(), Subject::Post)))
        .collect();
    json!({
        "table": format!("{folder}/data/observations"),
        "series": series, "first": needs.days.start(), "end": needs.days.end(),
        "channels": channels, "posts": posts,
    })
}

/// How many series have the same sum here and there, of those that `DuckDB`'s plain question can answer: one name a day.
fn agreeing(judged: &Judged, told: &Json) -> (usize, usize) {
    let theirs: BTreeMap<(String, String), f64> = told["sums"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |at: usize| row[at].as_str().unwrap().to_owned();
            ((text(0), text(1)), row[2].as_f64().unwrap())
        })
        .collect();
    let ours = judged.facts.series.iter().filter_map(|series| {
        let sum: f64 = series.points.iter().filter_map(|point| point.value).sum();
        let there = theirs.get(&(series.channel.to_string(), series.metric.to_string()))?;
        Some((sum - there).abs() < 1e-6)
    });
    let all: Vec<bool> = ours.collect();
    (all.iter().filter(|same| **same).count(), all.len())
}
