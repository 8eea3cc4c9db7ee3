//! Getting in and out: login, logout, language and look; accounts, tokens, and links that open one report.

mod account;
mod accounts;
mod audit;
mod door;
mod invitation;
mod login;
mod organisation;
mod share;
mod tokens;

use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::Shared;
use super::gate::Visitor;
use crate::model::UnitId;
use crate::pipeline::accounts::Weak;
use crate::pipeline::{App, Role};

pub use door::Once;

/// The routes of this area.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/login", get(login::ask).post(login::log_in))
        .route("/login/organisation", get(organisation::begin))
        .route("/login/organisation/back", get(organisation::back))
        .route("/logout", post(login::log_out))
        .route("/look", get(login::look))
        .route("/in/{pass}", get(door::enter))
        .route("/account", get(account::show_account).post(account::change_password))
        .route("/invitation/{pass}", get(invitation::ask).post(invitation::accept))
        .route("/accounts", get(accounts::list).post(accounts::invite))
        .route("/accounts/{id}", get(accounts::one).post(accounts::change))
        .route("/accounts/{id}/invite", post(accounts::invite_again))
        .route("/accounts/invitations/{id}/withdraw", post(accounts::withdraw))
        .route("/accounts/tokens", get(tokens::list).post(tokens::make))
        .route("/accounts/tokens/{id}/revoke", post(tokens::revoke))
        .route("/accounts/audit", get(audit::list))
        .route("/reports/{id}/links", get(share::list).post(share::make))
        .route("/reports/{id}/links/{link}/revoke", post(share::revoke))
        .route("/s/{pass}", get(share::read))
        .route("/s/{pass}/report.pdf", get(share::pdf))
}

/// What is wrong with a password, said so that one knows what to do.
fn weak(visitor: &Visitor, weak: Weak) -> String {
    let shortest = crate::pipeline::accounts::SHORTEST.to_string();
    match weak {
        Weak::Short => visitor.tell("access.weak_short", &[("shortest", &shortest)]),
        Weak::Long => visitor.t("access.weak_long").to_owned(),
        Weak::Common => visitor.t("access.weak_common").to_owned(),
    }
}

/// The roles as a form offers them.
fn roles(visitor: &Visitor) -> Vec<(&'static str, String)> {
    Role::ALL.iter().map(|role| (role.as_str(), role_name(visitor, *role).to_owned())).collect()
}

fn role_name(visitor: &Visitor, role: Role) -> &str {
    match role {
        Role::Reader => visitor.t("common.role_reader"),
        Role::Editor => visitor.t("common.role_editor"),
        Role::Administrator => visitor.t("common.role_administrator"),
    }
}

/// The units as a form offers them: which of them are chosen.
fn units(app: &App, chosen: Option<&[UnitId]>) -> Vec<Value> {
    let chosen = chosen.unwrap_or_default();
    let units = app.config.units.0.iter();
    units.map(|unit| json!({ "id": unit.id, "title": unit.title, "chosen": chosen.contains(&unit.id) })).collect()
}

/// The units that somebody is limited to, as people read them.
fn unit_names(app: &App, units: Option<&[UnitId]>) -> Option<String> {
    let title = |id: &UnitId| app.config.units.find(id).map_or_else(|| id.to_string(), |unit| unit.title.clone());
    units.map(|units| units.iter().map(title).collect::<Vec<_>>().join(", "))
}

/// The fields of a form that may stand several times.
struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first field of the name, or nothing.
    fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// The units that were chosen; none: everywhere.
    fn units(&self) -> Option<Vec<UnitId>> {
        let chosen = self.0.iter().filter(|(name, value)| name == "unit" && !value.is_empty());
        let chosen: Vec<UnitId> = chosen.map(|(_, value)| UnitId::from(value.as_str())).collect();
        Some(chosen).filter(|chosen| !chosen.is_empty())
    }
}
