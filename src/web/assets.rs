//! Style, script and picture of the pages, embedded. Their address holds a hash of what they are, so that a browser keeps
//! them for good and never uses an old one.

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::refusal::Refusal;

/// The style of reports goes before the web's own: one house, one look.
const REPORT_STYLE: &str = include_str!("../../reports/templates/page.css");
const STYLE: &str = concat!(
    include_str!("../../reports/web/web.css"),
    include_str!("../../reports/web/see.css"),
    include_str!("../../reports/web/work.css")
);
const SCRIPT: &str = concat!(
    include_str!("../../reports/web/web.js"),
    include_str!("../../reports/web/see.js"),
    include_str!("../../reports/web/work.js")
);
const ICON: &str = include_str!("../../reports/web/favicon.svg");

/// What browsers may keep for good.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

struct Assets {
    version: String,
    style: String,
}

fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let style = format!("{REPORT_STYLE}{}{STYLE}", themes(REPORT_STYLE));
        let mut hash = Sha256::new();
        for part in [style.as_str(), SCRIPT, ICON] {
            hash.update(part.as_bytes());
        }
        Assets { version: hex::encode(&hash.finalize()[..8]), style }
    })
}

/// The address of an asset: `web.css`, `web.js`, `favicon.svg`.
pub(super) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", assets().version)
}

/// An asset, at its address only.
pub(super) async fn asset(Path((version, name)): Path<(String, String)>) -> Result<Response, Refusal> {
    let assets = assets();
    let (kind, text) = match name.as_str() {
        "web.css" => ("text/css; charset=utf-8", assets.style.as_str()),
        "web.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "favicon.svg" => ("image/svg+xml", ICON),
        _ => return Err(Refusal::NotFound),
    };
    if version != assets.version {
        return Err(Refusal::NotFound);
    }
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_GOOD)], text).into_response())
}

/// The colours of the report's style for readers who choose light or dark themselves, whatever their system says.
fn themes(style: &str) -> String {
    let mut text = String::new();
    let mut rest = style;
    for theme in ["light", "dark"] {
        let Some((_, after)) = rest.split_once(":root {") else { break };
        let Some((colours, following)) = after.split_once('}') else { break };
        rest = following;
        // Writing into a string cannot fail.
        let _written = writeln!(text, ":root[data-theme=\"{theme}\"] {{{colours} color-scheme: {theme}; }}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_themes_have_every_colour_of_the_reports_style() {
        let found = themes(REPORT_STYLE);
        let (light, dark) = found.split_at(found.find(":root[data-theme=\"dark\"]").unwrap());
        let names = |block: &str| {
            let words = block.split([' ', ';', '{', '\n']);
            words.filter(|word| word.starts_with("--")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert!(light.contains("[data-theme=\"light\"]") && light.contains("--paper: #ffffff"), "{light}");
        assert!(dark.contains("[data-theme=\"dark\"]") && dark.contains("color-scheme: dark"), "{dark}");
        assert_eq!(names(light), names(dark));
    }
}
