//! Matomo: what is asked to the letter, what its answers mean, and the loop against a server that answers as it does.

mod answers;
mod faults;

use genomslag::connectors::Task;
use genomslag::model::Platform;

use crate::support::readings::{period, task as plain_task};

/// Two days, the week and the month before.
fn task() -> Task {
    let windows = vec![
        period("2026-11-09", "2026-11-16"),
        period("2026-10-01", "2026-11-01"),
        period("2026-11-16", "2026-11-23"),
    ];
    Task { days: period("2026-11-16", "2026-11-18"), windows, ..plain_task(Platform::Matomo, "3") }
}
