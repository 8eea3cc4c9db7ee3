//! Pages for browsers and mail readers: templates filled with the report, every text escaped, nothing loaded from
//! elsewhere.

mod html;
mod mail;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use super::{Look, RenderError};
use crate::model::ReportKind;

pub use html::{chart, html};
pub use mail::{Mail, MailExtras, mail};

/// Fills a template of the look.
fn filled(look: &Look, name: &str, kind: ReportKind, values: &serde_json::Value) -> Result<String, RenderError> {
    let failed = |error: minijinja::Error| {
        let line = error.line().map(|line| format!("line {line}: ")).unwrap_or_default();
        let cause = std::error::Error::source(&error).map(|cause| format!(" ({cause})")).unwrap_or_default();
        RenderError::Template { template: name.to_owned(), message: format!("{line}{error}{cause}") }
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(failed)?;
    environment.set_syntax(syntax);
    let is_text = name.rsplit('.').next() == Some("txt");
    environment.set_auto_escape_callback(move |_| if is_text { AutoEscape::None } else { AutoEscape::Html });
    environment.add_filter("shape", |status: String| shape(&status));
    environment.add_filter("web", |address: Option<String>| address.filter(|address| is_web(address)));
    environment.add_template("parts.html", look.template("parts.html", kind)?).map_err(failed)?;
    environment.add_template(name, look.template(name, kind)?).map_err(failed)?;
    environment.get_template(name).and_then(|template| template.render(Serde(values))).map_err(failed)
}

/// A status as a character that every font has; the word always follows.
pub fn shape(status: &str) -> &'static str {
    match status {
        "achieved" => "✓",
        "on_track" => "▲",
        "lagging" => "◆",
        "behind" => "▼",
        _ => "○",
    }
}

/// Only web addresses become links; anything else (`javascript:` …) stays text.
pub fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
