//! Pages: a template of `reports/web`, filled, in the layout.
//!
//! A template holds what stands in `<main>` below the heading; the layout around it holds the rest. Templates know, besides
//! what the handler gives:
//! * `t("section.key", place=value)`: a text of `reports/words/web.*.toml` in the visitor's language;
//! * `signed()`: the hidden field that every form with `method="post"` needs;
//! * `site`: `language`, `role`, `path`, `csrf` and what the layout needs;
//! * the filters `shape` (of a status), `web` (an address, if it is one of the web) and `urlencode`, and the macros of `parts.html`
//!   (those of reports: `status`, `cell`, `table`, `figure`, `sentences`) and `forms.html`.

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use include_dir::{Dir, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value, merge_maps};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};
use serde::Serialize;

use super::gate::{Theme, Visitor};
use super::{Shared, assets};
use crate::config::Look as FaultLook;
use crate::model::Language;
use crate::pipeline::{App, Role};
use crate::render::page::{is_web, shape};
use crate::words::{fill, web_text};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports/web");
/// The macros that reports are drawn with.
const PARTS: &str = include_str!("../../reports/templates/parts.html");

/// The pages of the menu: address, key of the name, and who sees it at least.
const MENU: &[(&str, &str, Role)] = &[
    ("/", "common.overview", Role::Reader),
    ("/channels", "common.channels", Role::Reader),
    ("/posts", "common.posts", Role::Reader),
    ("/campaigns", "common.campaigns", Role::Reader),
    ("/reports", "common.reports", Role::Reader),
    ("/goals", "common.goals", Role::Reader),
    ("/import", "common.import", Role::Editor),
    ("/operations", "common.operations", Role::Reader),
    ("/accounts", "common.accounts", Role::Administrator),
];

/// What the layout knows.
#[derive(Serialize)]
struct Site<'a> {
    language: &'static str,
    languages: Vec<(&'static str, &'static str)>,
    theme: &'static str,
    organisation: &'a str,
    title: &'a str,
    menu: Vec<Entry>,
    who: Option<&'a str>,
    role: &'static str,
    path: &'a str,
    csrf: &'a str,
    notices: Vec<&'a str>,
    faults: Option<String>,
    style: String,
    script: String,
    icon: String,
}

#[derive(Serialize)]
struct Entry {
    address: &'static str,
    key: &'static str,
    current: bool,
}

/// A whole page: the template `see-overview.html` filled with `context`, under the heading `title`, in the layout. `active`
/// is the address of the menu's entry that it belongs to, or empty. Everything is escaped unless the template says `safe`.
pub(super) fn show(
    shared: &Shared,
    visitor: &Visitor,
    template: &str,
    title: &str,
    active: &str,
    context: impl Serialize,
) -> Response {
    drawn(&shared.app(), visitor, template, title, active, context)
}

/// The same with what is open already.
pub(super) fn drawn(
    app: &App,
    visitor: &Visitor,
    template: &str,
    title: &str,
    active: &str,
    context: impl Serialize,
) -> Response {
    let site = site(app, visitor, title, active);
    match page(template, &site, context) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(template, error = %told(&error), "a template cannot be filled");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page that shows a form again with what is wrong in it: programs and tests see by the status that nothing was taken.
pub(super) fn not_taken(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

fn site<'a>(app: &'a App, visitor: &'a Visitor, title: &'a str, active: &str) -> Site<'a> {
    let menu = MENU.iter().filter(|(_, _, least)| visitor.known() && visitor.role >= *least);
    let notices = app.notices.iter().map(|notice| match visitor.language {
        Language::Swedish => notice.sv.as_str(),
        Language::English => notice.en.as_str(),
    });
    Site {
        language: visitor.language.code(),
        languages: vec![("sv", "Svenska"), ("en", "English")],
        theme: visitor.theme.word(),
        organisation: &app.config.organisation.name,
        title,
        menu: menu.map(|(address, key, _)| Entry { address, key, current: *address == active }).collect(),
        who: visitor.user.as_ref().map(|user| user.name.as_str()),
        role: visitor.role.as_str(),
        path: &visitor.path,
        csrf: &visitor.csrf,
        notices: notices.collect(),
        faults: faults(app, visitor),
        style: assets::address("web.css"),
        script: assets::address("web.js"),
        icon: assets::address("favicon.svg"),
    }
}

/// What is wrong with the newest configuration, for those who may mend it.
fn faults(app: &App, visitor: &Visitor) -> Option<String> {
    let faults = app.faults.as_ref().filter(|_| visitor.known() && visitor.role >= Role::Editor)?;
    Some(faults.render(visitor.language, FaultLook { terminal: false, width: 100 }))
}

fn page(template: &str, site: &Site<'_>, context: impl Serialize) -> Result<String, Error> {
    let environment = environment()?;
    let values = merge_maps([Value::from(Serde(&serde_json::json!({ "site": site }))), Value::from(Serde(context))]);
    let drawn = environment.get_template(template)?.render(values)?;
    let values = serde_json::json!({ "site": site });
    let inner = minijinja::context! { content => Value::from_safe_string(drawn) };
    environment.get_template("layout.html")?.render(merge_maps([Value::from(Serde(values)), inner]))
}

fn environment() -> Result<&'static Environment<'static>, Error> {
    static READY: OnceLock<Result<Environment<'static>, String>> = OnceLock::new();
    let ready = READY.get_or_init(|| built().map_err(|error| told(&error)));
    ready.as_ref().map_err(|why| Error::new(ErrorKind::InvalidOperation, why.clone()))
}

fn built() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("shape", |status: String| shape(&status));
    environment.add_filter("web", |address: Option<String>| address.filter(|address| is_web(address)));
    environment.add_filter("urlencode", |text: String| {
        percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
    });
    environment.add_function("t", text);
    environment.add_function("signed", signed);
    environment.add_template("parts.html", PARTS)?;
    for file in TEMPLATES.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "html")) {
        let (Some(name), Some(source)) = (file.path().to_str(), file.contents_utf8()) else { continue };
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// A text in the language of the page.
#[expect(clippy::needless_pass_by_value, reason = "the template library hands them over so")]
fn text(state: &State<'_, '_>, key: &str, places: Kwargs) -> Result<String, Error> {
    let language = site_value(state, "language").and_then(|code| Language::parse(&code)).unwrap_or_default();
    let phrase = web_text(language, key)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no text `{key}`")))?;
    let mut values = Vec::new();
    for name in places.args() {
        values.push((name, places.get::<Value>(name)?.to_string()));
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(fill(phrase, &values))
}

/// The hidden field that shows that a form comes from a page of ours.
fn signed(state: &State<'_, '_>) -> Value {
    let token = site_value(state, "csrf").unwrap_or_default();
    // The token has letters, digits, `-` and `_` only.
    Value::from_safe_string(format!("<input type=\"hidden\" name=\"csrf\" value=\"{token}\">"))
}

fn site_value(state: &State<'_, '_>, name: &str) -> Option<String> {
    Some(state.lookup("site")?.get_attr(name).ok()?.as_str()?.to_owned())
}

fn told(error: &Error) -> String {
    let mut text = format!("{error:#}");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        // Writing into a string cannot fail.
        let _written = write!(text, " ({inner})");
        cause = inner.source();
    }
    text
}

/// The page of a refusal.
pub(super) fn refused(app: &App, visitor: &Visitor, key: &'static str, text: Option<String>) -> Response {
    let text = text.unwrap_or_else(|| {
        let role = visitor.t(match visitor.role {
            Role::Reader => "common.role_reader",
            Role::Editor => "common.role_editor",
            Role::Administrator => "common.role_administrator",
        });
        visitor.tell(&format!("{key}_text"), &[("role", role)])
    });
    drawn(app, visitor, "refusal.html", visitor.t(key), "", serde_json::json!({ "text": text }))
}

impl Theme {
    /// The word in the cookie and in the style.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        let environment = built().map_err(|error| told(&error)).unwrap();
        assert!(environment.get_template("layout.html").is_ok());
    }

    #[test]
    fn every_text_that_a_template_names_exists() {
        let named = regex::Regex::new(r#"\bt\("([a-z_.]*[a-z])""#).unwrap();
        let mut missing = Vec::new();
        for file in TEMPLATES.files() {
            let Some(source) = file.contents_utf8() else { continue };
            for found in named.captures_iter(source) {
                if web_text(Language::Swedish, &found[1]).is_none() {
                    missing.push(format!("{}: {}", file.path().display(), &found[1]));
                }
            }
        }
        for (_, key, _) in MENU {
            assert!(web_text(Language::English, key).is_some(), "{key}");
        }
        assert!(missing.is_empty(), "{missing:?}");
    }
}
