//! The command line: one function per command; calls the pipeline and shows what came out.

mod alerts;
pub mod args;
mod backup;
mod check;
mod compact;
mod deliveries;
mod demo;
mod demo_files;
mod demo_web;
mod effect;
mod explain;
mod export;
mod fetch;
mod forecasts;
mod goals;
mod import;
mod init;
mod jobs;
mod metrics;
pub mod output;
mod peers;
mod perform;
mod report;
mod runs;
mod sandbox;
mod say;
mod send;
mod serve;
mod setup;
mod tag;
mod tokens;
mod user;
mod wizard;

use std::ffi::OsString;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{CommandFactory, Parser};

use args::{Arguments, Command};
use setup::Setup;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Done.
    Done,
    /// Done, but something needs a person.
    NeedsPerson,
}

/// Runs one command. `clock` reads the time, unless `--now` gives it.
pub fn run(arguments: impl IntoIterator<Item = OsString>, clock: fn() -> DateTime<Utc>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are errors to the parser, and go to standard output.
            let _printed = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    start_log(arguments.common.verbose, arguments.common.json);
    let language = setup::language(&arguments.common).unwrap_or_default();
    let ended = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(execute(arguments, clock)));
    let ended = ended.and_then(|ending| match output::lost() {
        Some(why) => Err(output::Hinted::new(
            format!("standard output could not be written: {why}"),
            "see that there is room where it goes",
        )
        .swedish(
            format!("det gick inte att skriva till standard ut: {why}"),
            "se till att det finns plats där det hamnar",
        )
        .into()),
        None => Ok(ending),
    });
    match ended {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::NeedsPerson) => ExitCode::from(3),
        Err(error) => {
            output::error(language, &error);
            ExitCode::FAILURE
        }
    }
}

async fn execute(arguments: Arguments, clock: fn() -> DateTime<Utc>) -> anyhow::Result<Ending> {
    let setup = Setup { common: arguments.common, clock };
    match arguments.command {
        Command::Demo(options) => Box::pin(demo::run(&setup, &options)).await,
        Command::Init(options) => init::run(&setup, &options),
        Command::Check(options) => Box::pin(check::run(&setup, &options)).await,
        Command::Fetch(options) => Box::pin(fetch::run(&setup, &options)).await,
        Command::Import(options) => Box::pin(import::run(&setup, &options)).await,
        Command::ExportGuide(options) => import::guide(&setup, &options),
        Command::Peers(options) => peers::run(&setup, &options).await,
        Command::Plan(options) => peers::plan(&setup, &options).await,
        Command::Goals(options) => goals::run(&setup, &options).await,
        Command::Effect(options) => Box::pin(effect::run(&setup, &options)).await,
        Command::Tag(options) => tag::run(&setup, &options),
        Command::Report(options) => report::run(&setup, &options).await,
        Command::Send(options) => Box::pin(send::run(&setup, &options)).await,
        Command::Serve(options) => Box::pin(serve::run(&setup, &options)).await,
        Command::Deliveries(options) => deliveries::run(&setup, &options).await,
        Command::Resend(options) => Box::pin(deliveries::resend(&setup, &options)).await,
        Command::Approve(options) => Box::pin(alerts::approve(&setup, &options)).await,
        Command::Jobs(options) => jobs::run(&setup, &options).await,
        Command::Alerts(options) => Box::pin(alerts::run(&setup, &options)).await,
        Command::User(options) => Box::pin(user::run(&setup, &options)).await,
        Command::Backup(options) => backup::run(&setup, &options).await,
        Command::Restore(options) => Box::pin(backup::restore(&setup, &options)).await,
        Command::Retention(options) => backup::retention(&setup, &options).await,
        Command::Explain(options) => explain::run(&setup, &options).await,
        Command::Export(options) => export::run(&setup, &options).await,
        Command::Runs(options) => runs::run(&setup, &options).await,
        Command::Tokens => tokens::run(&setup).await,
        Command::Compact(options) => compact::run(&setup, &options).await,
        Command::Metrics(options) => metrics::run(&setup, &options),
        Command::Schema => {
            output::json(&crate::config::schema())?;
            Ok(Ending::Done)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "genomslag", &mut script);
            output::raw(&String::from_utf8_lossy(&script));
            Ok(Ending::Done)
        }
        Command::Sandbox(options) => sandbox::run(&setup, &options).await,
        Command::Perform => Box::pin(perform::run(&setup)).await,
    }
}

/// What is logged: as the environment says, else as often as `-v` was given. A level alone (`info`) means ours: at that
/// level the libraries below would tell of every file that they open.
fn log_filter(told: Option<&str>, verbose: u8) -> String {
    match (told.map(str::trim).filter(|told| !told.is_empty()), verbose) {
        (Some(level), _) if level.chars().all(char::is_alphabetic) => format!("genomslag={level},error"),
        (Some(told), _) => told.to_owned(),
        (None, 0) => "genomslag=warn,error".to_owned(),
        (None, 1) => "genomslag=info,error".to_owned(),
        (None, _) => "genomslag=debug,info".to_owned(),
    }
}

/// The log goes to standard error: warnings unless more is asked for.
fn start_log(verbose: u8, json: bool) {
    let told = std::env::var("GENOMSLAG_LOG").ok();
    let filter = tracing_subscriber::EnvFilter::new(log_filter(told.as_deref(), verbose));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A log that is started already, in tests, stays as it is.
    let _started = if json { builder.json().try_init() } else { builder.with_target(false).try_init() };
}

#[cfg(test)]
mod tests {
    use super::log_filter;

    #[test]
    fn a_level_alone_is_ours() {
        assert_eq!(log_filter(Some("info"), 0), "genomslag=info,error");
        assert_eq!(log_filter(Some("warn,genomslag::pipeline=debug"), 2), "warn,genomslag::pipeline=debug");
        assert_eq!(log_filter(None, 1), "genomslag=info,error");
        assert_eq!(log_filter(Some(" "), 0), "genomslag=warn,error");
    }
}
