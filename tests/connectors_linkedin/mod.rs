//! LinkedIn through both doors: what is asked to the letter, what the answers mean, and the loop against a server that
//! misbehaves as LinkedIn does.

mod answers;
mod dma;
mod faults;
mod questions;
mod refusals;
mod renewal;

use genomslag::connectors::Task;
use genomslag::model::{Channel, LinkedInDoor, Platform};

use crate::support::readings::{period, task as plain_task};

/// The last whole week and the last whole month, as a weekly run asks for.
fn task() -> Task {
    Task {
        windows: vec![period("2026-11-09", "2026-11-16"), period("2026-10-01", "2026-11-01")],
        ..plain_task(Platform::LinkedIn, "2414183")
    }
}

fn dma_task() -> Task {
    let task = task();
    Task { channel: Channel { door: LinkedInDoor::Dma, ..task.channel.clone() }, ..task }
}
