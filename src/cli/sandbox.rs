//! `genomslag sandbox`: the imitation of the platforms by itself.

use super::Ending;
use super::args::{Sandbox, SandboxAction};
use super::output;
use super::setup::Setup;
use crate::model::Platform;
use crate::sandbox::{Faults, World, serve};

pub(super) async fn run(setup: &Setup, options: &Sandbox) -> anyhow::Result<Ending> {
    let now = setup.now(chrono_tz::Europe::Stockholm)?;
    match options.action {
        SandboxAction::History => output::raw(&World::example(now).history()),
        SandboxAction::Serve { port } => {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
            let sandbox = serve(World::example(now), Faults::none(), listener).await;
            for platform in Platform::ALL {
                output::line(format!("{platform}: {}", sandbox.base(platform)));
            }
            tokio::signal::ctrl_c().await?;
            sandbox.stop().await;
        }
    }
    Ok(Ending::Done)
}
