//! `genomslag user`: the first link into the web, and who has an account.

use serde_json::json;

use super::Ending;
use super::args::{User, UserAction, UserAdd};
use super::output;
use super::setup::{Opened, Setup};
use crate::model::{Language, UnitId};
use crate::pipeline::Role;
use crate::pipeline::accounts::{self, Wanted};
use crate::words::{Locale, web_text};

pub(super) async fn run(setup: &Setup, options: &User) -> anyhow::Result<Ending> {
    let opened = setup.open().await?;
    match &options.action {
        None => list(setup, &opened).await,
        Some(UserAction::Add(wanted)) => add(setup, &opened, wanted).await,
    }
}

async fn add(setup: &Setup, opened: &Opened, options: &UserAdd) -> anyhow::Result<Ending> {
    let app = &opened.app;
    let role = Role::from(options.role);
    let units: Vec<UnitId> = options.units.iter().map(|unit| UnitId::from(unit.as_str())).collect();
    let wanted = Wanted { email: options.email.clone(), role, units: Some(units).filter(|units| !units.is_empty()) };
    let serve = &app.config.serve;
    let base = serve.base(serve.listen.as_deref().and_then(|address| address.parse().ok()));
    let invited = accounts::invite(app, &wanted, base.as_deref(), &options.by, opened.now).await?;
    let link = format!("{}/invitation/{}", base.unwrap_or_default(), invited.pass.expose());
    let until = Locale::of(opened.language).instant(invited.invitation.expires, app.config.organisation.zone);
    if setup.common.json {
        output::json(
            &json!({ "email": invited.invitation.email, "link": link, "expires": invited.invitation.expires, "mailed": invited.mailed.is_ok() }),
        )?;
        return Ok(Ending::Done);
    }
    let say = opened.say;
    if invited.mailed.is_ok() {
        output::line(
            say.pick("Inbjudan är skickad med e-post. Samma länk:", "The invitation was mailed. The same link:"),
        );
    }
    output::line(&link);
    output::aside(format!("{} {until}.", say.pick("Länken gäller en gång, till", "The link works once, until")));
    Ok(Ending::Done)
}

async fn list(setup: &Setup, opened: &Opened) -> anyhow::Result<Ending> {
    let people = accounts::people(&opened.app, opened.now).await?;
    if setup.common.json {
        output::json(&json!({ "users": people.users, "invitations": people.invitations }))?;
        return Ok(Ending::Done);
    }
    let say = opened.say;
    let heads = match opened.language {
        Language::Swedish => ["Adress", "Namn", "Roll", "Enheter", "Senast inloggad"],
        Language::English => ["Address", "Name", "Role", "Units", "Last login"],
    };
    let role_name = |role: Role| web_text(opened.language, &format!("common.role_{role}")).unwrap_or(role.as_str());
    let (locale, zone) = (Locale::of(opened.language), opened.app.config.organisation.zone);
    let units = |units: Option<&[UnitId]>| {
        units.map(|units| units.iter().map(UnitId::as_str).collect::<Vec<_>>().join(", ")).unwrap_or_default()
    };
    let mut rows = Vec::new();
    for user in &people.users {
        let last = user.last_login.map(|at| locale.instant(at, zone)).unwrap_or_default();
        let closed = if user.active { "" } else { say.pick(" (avstängd)", " (closed)") };
        let role = format!("{}{closed}", role_name(user.role));
        rows.push(vec![user.email.clone(), user.name.clone(), role, units(user.units.as_deref()), last]);
    }
    for invitation in &people.invitations {
        let until =
            format!("{} {}", say.pick("inbjuden, till", "invited, until"), locale.instant(invitation.expires, zone));
        let role = role_name(invitation.role).to_owned();
        rows.push(vec![invitation.email.clone(), String::new(), role, units(invitation.units.as_deref()), until]);
    }
    if rows.is_empty() {
        output::line(say.pick(
            "Ingen har ett konto. Börja med: genomslag user add namn@kommun.se --role administrator",
            "Nobody has an account. Begin with: genomslag user add name@example.org --role administrator",
        ));
        return Ok(Ending::Done);
    }
    output::table(&heads, &rows, &[]);
    Ok(Ending::Done)
}
