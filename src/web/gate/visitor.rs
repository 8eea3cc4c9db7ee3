//! Whoever asks.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use super::cookies::Jar;
use super::csrf;
use crate::model::{Language, Secret, UnitId};
use crate::pipeline::{ApiToken, App, PipelineError, Role, User, accounts};
use crate::web::Shared;
use crate::web::refusal::Refusal;
use crate::words::{fill, web_text};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::web) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Whoever asks. As an extractor: somebody who is logged in, or a program with a token (below `/api/`, and at `/metrics`); anybody else
/// is led to the login.
#[derive(Debug, Clone)]
pub(in crate::web) struct Visitor {
    /// Who is logged in; none: a program, or a guest.
    pub user: Option<User>,
    /// The token of a program.
    pub token: Option<ApiToken>,
    /// What they may do.
    pub role: Role,
    /// In which units and below; none: everywhere.
    pub units: Option<Vec<UnitId>>,
    /// The language of the pages.
    pub language: Language,
    /// The look of the pages.
    pub theme: Theme,
    /// The token of forms, as `signed()` writes it.
    pub csrf: String,
    /// The address that was asked for: path and question.
    pub path: String,
    /// From which network address.
    pub network: String,
    /// Whether they are on this machine, and come through no proxy.
    pub local: bool,
    /// The pass of the session.
    pub pass: Option<Secret>,
    pub(super) proof: [u8; 32],
}

/// Anybody, logged in or not.
#[derive(Debug, Clone)]
pub(in crate::web) struct Guest(pub Visitor);

impl Visitor {
    /// Nobody in particular, who may see nothing.
    pub(super) fn nobody(app: &App) -> Self {
        Self {
            user: None,
            token: None,
            role: Role::Reader,
            units: Some(Vec::new()),
            language: app.config.organisation.language,
            theme: Theme::Auto,
            csrf: String::new(),
            path: "/".to_owned(),
            network: String::new(),
            local: false,
            pass: None,
            proof: [0; 32],
        }
    }

    /// Takes over what they chose.
    pub(super) fn look(&mut self, jar: &Jar) {
        if let Some(language) = jar.taste("language").as_deref().and_then(Language::parse) {
            self.language = language;
        }
        self.theme = match jar.taste("theme").as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        self.sign(jar.door());
    }

    fn sign(&mut self, of: &str) {
        self.proof = csrf::proof(of);
        self.csrf = csrf::masked(&self.proof);
    }

    /// Finds out who they are: by the session's cookie, or as a program by a token.
    pub(super) async fn recognise(
        &mut self,
        app: &App,
        parts: &Parts,
        jar: &Jar,
        now: DateTime<Utc>,
    ) -> Result<(), PipelineError> {
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ")).map(|pass| Secret::new(pass.trim()));
        let path = parts.uri.path();
        if let (true, Some(pass)) = (path.starts_with("/api/") || path == "/metrics", bearer) {
            if let Some(token) = accounts::token_of(app, &pass, now).await? {
                self.units.clone_from(&token.units);
                self.token = Some(token);
            }
            return Ok(());
        }
        let Some(pass) = jar.session() else { return Ok(()) };
        if let Some(user) = accounts::session_of(app, &pass, now).await? {
            self.role = user.role;
            self.units.clone_from(&user.units);
            self.user = Some(user);
            self.sign(pass.expose());
            self.pass = Some(pass);
        }
        Ok(())
    }

    /// Whether somebody is logged in, or a program shows a token.
    pub(in crate::web) fn known(&self) -> bool {
        self.user.is_some() || self.token.is_some()
    }

    /// Who it is, for the audit log.
    pub(in crate::web) fn who(&self) -> String {
        match (&self.user, &self.token) {
            (Some(user), _) => user.email.clone(),
            (None, Some(token)) => format!("token {}", token.name),
            (None, None) => "guest".to_owned(),
        }
    }

    /// Refuses whoever has less than the role. A program with a token reads, whatever its maker may.
    pub(in crate::web) fn needs(&self, role: Role) -> Result<(), Refusal> {
        if !self.known() {
            return Err(Refusal::LogIn);
        }
        if self.role >= role { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    /// Refuses what belongs to a unit that they may not see (`None`: to the whole organisation). They are not told that it
    /// exists.
    pub(in crate::web) fn may_see(&self, app: &App, unit: Option<&UnitId>) -> Result<(), Refusal> {
        if self.sees(app, unit) { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// Whether they may see what belongs to the unit, or (`None`) to the whole organisation.
    pub(in crate::web) fn sees(&self, app: &App, unit: Option<&UnitId>) -> bool {
        match (&self.units, unit) {
            (None, _) => true,
            (Some(own), Some(unit)) => own.iter().any(|own| app.config.units.within(unit, own)),
            (Some(_), None) => false,
        }
    }

    /// What the browser is known by before anybody is logged in: a hash of its door or session.
    pub(in crate::web) fn holder(&self) -> String {
        hex::encode(self.proof)
    }

    /// A text of the web in their language; a key that is none comes back as it is, where a test finds it.
    pub(in crate::web) fn t<'k>(&self, key: &'k str) -> &'k str {
        web_text(self.language, key).unwrap_or(key)
    }

    /// The same with its places filled.
    pub(in crate::web) fn tell(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.t(key), values)
    }
}

impl FromRequestParts<Shared> for Guest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _shared: &Shared) -> Result<Self, Refusal> {
        // The gate puts it there; a route that does not pass the gate lets nobody in.
        parts.extensions.get::<Self>().cloned().ok_or(Refusal::LogIn)
    }
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refusal> {
        let Guest(visitor) = Guest::from_request_parts(parts, shared).await?;
        if visitor.known() { Ok(visitor) } else { Err(Refusal::LogIn) }
    }
}
