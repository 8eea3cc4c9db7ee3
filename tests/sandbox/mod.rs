//! The sandbox answers as the platforms' documents say, and what the connectors collect from it is what happened in it.

mod collected;
mod faults;
mod graph;
mod history;
mod linkedin;
mod matomo;
mod recorded;

use chrono::{DateTime, NaiveDate, Utc};
use genomslag::model::Platform;
use genomslag::sandbox::{Faults, Sandbox, World, serve};
use serde_json::Value;
use tokio::net::TcpListener;

/// Wednesday 2026-11-18 at 07:00 in Stockholm.
fn now() -> DateTime<Utc> {
    "2026-11-18T06:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn started(world: World) -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve(world, Faults::none(), listener).await
}

/// One question as a person would put it with a command: path and query, and the token that opens the platform.
async fn asked(sandbox: &Sandbox, platform: Platform, target: &str) -> (u16, Value) {
    let tokens = &sandbox.world().tokens;
    let client = reqwest::Client::new();
    let request = client.get(format!("{}/{target}", sandbox.base(platform)));
    let request = match platform {
        Platform::LinkedIn => request
            .bearer_auth(&tokens.linkedin)
            .header("LinkedIn-Version", "202608")
            .header("X-RestLi-Protocol-Version", "2.0.0"),
        _ => request.bearer_auth(&tokens.meta),
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null))
}

/// Midnight of the UTC day in milliseconds.
fn milliseconds(text: &str) -> i64 {
    day(text).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_millis()
}
