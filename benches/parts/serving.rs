//! The web over a large store: when the first byte of a page comes and when the last, for few and for many channels; and
//! how many overviews a second, where `wrk` is installed.

use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use genomslag::model::{Channel, Platform, Secret};
use genomslag::pipeline::{Live, NewUser, Pulse, Role, accounts};
use genomslag::web::{Shared, listen, router};

use super::process::{again, peak_told, timed};
use super::reading::{configuration, now, opened};

/// Channels of the example.
const OWN: usize = 9;

pub fn all() {
    let millions = std::env::var("GENOMSLAG_OBSERVATIONS").unwrap_or_else(|_| "1".to_owned());
    for millions in millions.split(',').map(str::trim) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        again(&["filling", &place, millions]);
        for channels in ["10", "300"] {
            again(&["serving", &place, channels]);
        }
    }
}

/// Serves the store in the folder, and asks.
pub fn measure(folder: &str, channels: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut config = configuration(Path::new(folder));
        config.state.url = format!("sqlite:{folder}/state-{channels}.sqlite");
        let like = config.channels.iter().find(|it| it.platform == Platform::Facebook).unwrap().clone();
        let other = |number: usize| {
            let id = format!("other-{number:05}");
            Channel { account: id.clone(), title: format!("Kanal {number}"), id: id.as_str().into(), ..like.clone() }
        };
        config.channels.extend((0..channels - OWN).map(other));
        let (goal, campaign) = (config.goals[0].id.clone(), config.campaigns[0].id.clone());
        let app = opened(config).await;
        let new = NewUser {
            email: "bench@bjorkvalla.example".to_owned(),
            name: "Bench".to_owned(),
            role: Role::Administrator,
            units: None,
            password_hash: None,
            oidc_subject: None,
        };
        let password = Secret::new(format!("{:032x}", rand::random::<u128>()));
        let user = accounts::add_account(&app, new, &password, "bench", now()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared::new(Live::new(app), Arc::new(now), Pulse::default()).at(address);
        let pass = shared.once.for_user(user);
        tokio::spawn(listen(listener, router(shared), std::future::pending()));
        let base = format!("http://{address}");
        let client =
            reqwest::Client::builder().gzip(false).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let entered = client.get(format!("{base}/in/{}", pass.expose())).send().await.unwrap();
        let cookie = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        for page in
            ["/", "/channels", &format!("/goal/{goal}"), "/posts", &format!("/campaign/{campaign}"), "/operations"]
        {
            tokio::task::block_in_place(|| ask(&client, &format!("{base}{page}"), &cookie, (page, channels)));
        }
        println!("peak memory {}", peak_told());
        let run = ["-t1", "-c4", "-d10s", "-H"];
        let wrk =
            move || Command::new("wrk").args(run).arg(format!("cookie: {cookie}")).arg(format!("{base}/")).output();
        match tokio::task::spawn_blocking(wrk).await.unwrap() {
            Ok(told) => {
                let told = String::from_utf8_lossy(&told.stdout).into_owned();
                let rate = told.lines().find(|line| line.starts_with("Requests/sec")).unwrap();
                println!("{channels} channels, overview, wrk with four connections: {rate}");
            }
            Err(_) => println!("requests a second: not run (`wrk` is not installed)"),
        }
    });
}

/// The page seven times: the first, and the median of the others.
fn ask(client: &reqwest::Client, address: &str, cookie: &str, (page, channels): (&str, usize)) {
    let handle = tokio::runtime::Handle::current();
    let mut body = Vec::new();
    let mut heads = Vec::new();
    let (first, whole) = timed(7, || {
        handle.block_on(async {
            let began = Instant::now();
            let asked = client.get(address).header("cookie", cookie).header("accept-encoding", "gzip");
            let answer = asked.send().await.unwrap();
            assert!(answer.status().is_success(), "{address}: {}", answer.status());
            heads.push(began.elapsed());
            body = answer.bytes().await.unwrap().to_vec();
        });
    });
    heads.remove(0);
    heads.sort_unstable();
    let mut page_itself = Vec::new();
    flate2::read::GzDecoder::new(body.as_slice()).read_to_end(&mut page_itself).unwrap();
    println!(
        "{channels} channels, {page}: first time {first:.1?}, then first byte {:.1?}, whole {whole:.1?} (medians of 6), {} kB sent, {} kB unpacked",
        heads[heads.len() / 2],
        body.len().div_ceil(1000),
        page_itself.len().div_ceil(1000)
    );
}
