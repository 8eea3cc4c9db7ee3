//! Fetch and store: so many channels over twelve months, from the imitation of the platforms in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, Months, Utc};
use genomslag::config::{Config, Source, load};
use genomslag::model::{Channel, Platform};
use genomslag::pipeline::{App, Opening, fetch};
use genomslag::sandbox::{Account, Faults, Tokens, World, serve};

use super::process::{again, beside, computed, peak_told};

pub fn all() {
    for channels in ["10", "100"] {
        again(&["fetching", channels]);
    }
}

fn now() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

/// An id of the platform with another number, the same for accounts that belong together.
fn moved(id: &str, round: usize) -> String {
    (id.parse::<u64>().unwrap() + 1_000_003 * round as u64).to_string()
}

/// The example's accounts again and again, each with ids of its own; and which of the example's channels it is like.
fn accounts(channels: usize) -> Vec<(String, Account)> {
    let patterns = World::example(now()).accounts;
    let one = |number: usize| {
        let (pattern, round) = (&patterns[number % patterns.len()], number / patterns.len());
        let account = Account {
            channel: format!("{}-{round}", pattern.channel),
            id: moved(&pattern.id, round),
            page: pattern.page.as_ref().map(|page| moved(page, round)),
            ..pattern.clone()
        };
        (pattern.channel.clone(), account)
    };
    (0..channels).map(one).collect()
}

/// Serves until standard input closes; says first where.
pub fn sandbox(channels: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let accounts = accounts(channels).into_iter().map(|(_, account)| account).collect();
        let world = World { accounts, campaigns: Vec::new(), ..World::example(now()) };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = serve(world, Faults::none(), listener).await;
        let places: BTreeMap<Platform, String> =
            Platform::ALL.into_iter().map(|platform| (platform, sandbox.base(platform))).collect();
        println!("{}", serde_json::to_string(&places).unwrap());
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
        sandbox.stop().await;
    });
}

/// The example's configuration with these channels and nothing else.
fn configuration(channels: usize, places: &BTreeMap<Platform, String>, folder: &std::path::Path) -> Config {
    let mut config = load(&Source::Embedded).unwrap();
    let like = |name: &str| config.channels.iter().find(|channel| channel.id.as_str() == name).unwrap().clone();
    let of_account = |(pattern, account): (String, Account)| Channel {
        id: account.channel.as_str().into(),
        account: account.id,
        page: account.page,
        ..like(&pattern)
    };
    let channels = accounts(channels).into_iter().map(of_account).collect();
    config.channels = channels;
    (config.goals, config.campaigns, config.reports) = (Vec::new(), Vec::new(), Vec::new());
    (config.history, config.values) = (Vec::new(), Vec::new());
    config.fetch.since = Some(now().date_naive() - Months::new(12));
    for (platform, place) in places {
        config.platforms.access_mut(*platform).base_url = place.parse().ok();
    }
    config.platforms.linkedin_token_url = format!("{}/oauth/v2/accessToken", places[&Platform::LinkedIn]).parse().ok();
    config.data = folder.join("data");
    config.state.url = format!("sqlite:{}", folder.join("state.sqlite").display());
    config
}

pub fn measure(channels: usize) {
    let mut platforms = beside(&["sandbox", &channels.to_string()]);
    let mut line = String::new();
    BufReader::new(platforms.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let places: BTreeMap<Platform, String> = serde_json::from_str(&line).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let known = Tokens::default().variables();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let opening = Opening { environment: Arc::new(move |name| known.get(name).cloned()), ..Opening::default() };
        let app = App::open(configuration(channels, &places, folder.path()), opening).await.unwrap();
        for again in [false, true] {
            let (started, before) = (Instant::now(), computed());
            let fetched = fetch(&app, &[], now(), |_| {}).await.unwrap();
            let (took, spent) = (started.elapsed().as_secs_f64(), computed().zip(before).map(|(now, then)| now - then));
            assert!(fetched.channels.iter().all(|channel| channel.complete), "{fetched:?}");
            let values: u64 = fetched.channels.iter().map(|channel| channel.new + channel.unchanged).sum();
            let calls: Vec<u32> = fetched.channels.iter().map(|channel| channel.calls).collect();
            let (least, most, all) = (calls.iter().min().unwrap(), calls.iter().max().unwrap(), calls.iter().sum::<u32>());
            #[expect(clippy::cast_precision_loss, reason = "a rate, printed without decimals")]
            let rate = |seconds: f64| values as f64 / seconds;
            println!(
                "{channels} channels × 12 months, {}: {values} observations in {took:.2} s ({:.0} a second{}), {all} calls ({least} to {most} a channel), peak memory {}",
                if again { "again at once" } else { "first fetch" },
                rate(took),
                spent.map_or_else(String::new, |spent| format!(", {:.0} a second of processor time", rate(spent))),
                peak_told()
            );
        }
    });
    drop(platforms.stdin.take());
    platforms.wait().unwrap();
}
