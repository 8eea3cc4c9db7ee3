//! The web over the demo, until Ctrl-C.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use super::output;
use super::setup::{Opened, Setup, going_on};
use crate::config::{self, Source};
use crate::model::Secret;
use crate::pipeline::{App, Live, NewUser, Pulse, Role, accounts};
use crate::web::{self, Shared};

/// The port that the web prefers, so that what is printed stays true from run to run.
const PORT: u16 = 4681;

/// Answers at `port`, else at the usual one, else at any, and says how to get in: with a link, once, or with a password.
pub(super) async fn live(setup: &Setup, opened: &Opened, place: &Path, port: Option<u16>) -> anyhow::Result<()> {
    let config = config::load(&Source::at(place)).map_err(|faults| setup.tell(&faults))?;
    let mut app: App = opened.app.clone();
    app.config = Arc::new(config);
    app.source = Some(place.to_owned());
    let email = format!("administrator@{}.example", app.config.organisation.id);
    let password = Secret::new(format!("{:016x}", rand::random::<u64>()));
    let new = NewUser {
        email: email.clone(),
        name: opened.say.pick("Demo Administratör", "Demo Administrator").to_owned(),
        role: Role::Administrator,
        units: None,
        password_hash: None,
        oidc_subject: None,
    };
    let user = accounts::add_account(&app, new, &password, "genomslag demo", opened.now).await?;
    let listener = listener(port).await?;
    let address = listener.local_addr()?;
    let shared = Shared::new(Live::new(app), going_on(opened.now), Pulse::default()).at(address);
    let pass = shared.once.for_user(user);
    let say = opened.say;
    output::line(format!(
        "\n{}",
        say.pick("Webben är igång. Öppna i webbläsaren:", "The web is running. Open in the browser:")
    ));
    output::line(format!("  http://{address}/in/{}", pass.expose()));
    output::line(format!(
        "  {} http://{address}/login  {email}  {}",
        say.pick("Länken gäller en gång. Sedan:", "The link works once. After that:"),
        password.expose()
    ));
    let stopped = async {
        // Whether it was Ctrl-C or there is none: the end.
        let _asked = tokio::signal::ctrl_c().await;
    };
    Ok(web::listen(listener, web::router(shared), stopped).await?)
}

async fn listener(port: Option<u16>) -> anyhow::Result<TcpListener> {
    if let Some(port) = port {
        let found = TcpListener::bind(("127.0.0.1", port)).await;
        return found.with_context(|| format!("nobody can listen at port {port} of this machine"));
    }
    match TcpListener::bind(("127.0.0.1", PORT)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await.context("the web finds no free port on this machine"),
    }
}
