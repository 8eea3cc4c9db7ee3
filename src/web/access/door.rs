//! The link that logs in once: the demo prints one.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::Secret;
use crate::pipeline::{User, accounts};
use crate::web::Shared;
use crate::web::gate::{Guest, Jar};
use crate::web::refusal::Refusal;
use crate::web::show::show;

/// A pass that logs somebody in, once; most programs have none.
#[derive(Clone, Default)]
pub struct Once(Arc<Mutex<Option<(Secret, User)>>>);

impl Once {
    /// A new pass for the account; it goes into the address `/in/<pass>`.
    pub fn for_user(&self, user: User) -> Secret {
        let pass = Secret::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((pass.clone(), user));
        pass
    }

    fn take(&self, pass: &Secret) -> Option<User> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, user) = kept.take_if(|(known, _)| known == pass)?;
        Some(user)
    }
}

/// Logs in whoever has the link.
pub(super) async fn enter(
    State(shared): State<Shared>,
    Guest(visitor): Guest,
    Path(pass): Path<String>,
) -> Result<Response, Refusal> {
    let app = shared.app();
    let Some(user) = shared.once.take(&Secret::new(pass)) else {
        let text = serde_json::json!({ "text": visitor.t("access.link_used_text") });
        return Ok(show(&shared, &visitor, "refusal.html", visitor.t("access.link_used"), "", text));
    };
    let pass = accounts::enter(&app, &user, &visitor.network, shared.now()).await?;
    let mut answer = Redirect::to("/").into_response();
    Jar::to_write(&app).set_session(answer.headers_mut(), Some(&pass));
    Ok(answer)
}
