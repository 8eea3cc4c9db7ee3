//! Arguments, clock, exit code; nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    genomslag::cli::run(std::env::args_os(), chrono::Utc::now)
}
