//! The command line: one function per command; calls the pipeline and shows what came out.

pub mod args;
pub mod output;

use std::ffi::OsString;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Parser;

/// Runs one command. `clock` reads the time, unless `--now` gives it.
pub fn run(arguments: impl IntoIterator<Item = OsString>, _clock: fn() -> DateTime<Utc>) -> ExitCode {
    let _arguments = args::Arguments::parse_from(arguments);
    ExitCode::from(1)
}
