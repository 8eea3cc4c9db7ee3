//! The report as a web page of its own: readable without script, style or picture.

use serde_json::{Map, Value, json};

use super::filled;
use crate::render::chart::{Drawn, svg};
use crate::render::{Look, RenderError, furniture, walk};
use crate::report::{Chart, Report};
use crate::words::Locale;

/// The page.
pub fn html(report: &Report, look: &Look) -> Result<String, RenderError> {
    furniture::check(report)?;
    walk::check_names(report)?;
    let locale = Locale::of(report.language);
    let charts: Map<String, Value> = walk::charts(report)
        .into_iter()
        .map(|chart| (chart.id.clone(), Value::String(accessible(chart, &svg(chart, locale).svg))))
        .collect();
    let failed = |error: serde_json::Error| RenderError::Write {
        what: "the data of report.html".to_owned(),
        message: error.to_string(),
    };
    let mut whole = serde_json::to_value(report).map_err(failed)?;
    if let Some(fields) = whole.as_object_mut() {
        fields.remove("figures");
    }
    let style = look.template("page.css", report.kind)?;
    let values = json!({ "report": whole, "words": report.furniture, "charts": charts, "style": style });
    filled(look, "page.html", report.kind, &values)
}

/// The chart as it stands in a page: with its name and its text alternative, and the places of its values.
pub fn chart(chart: &Chart, locale: Locale) -> Drawn {
    let drawn = svg(chart, locale);
    Drawn { svg: accessible(chart, &drawn.svg), ..drawn }
}

/// The drawing with its name and its text alternative, for those who hear the page.
fn accessible(chart: &Chart, svg: &str) -> String {
    let (name, gist) = (format!("chart-{}-name", chart.id), format!("chart-{}-gist", chart.id));
    let root = format!("<svg role=\"img\" aria-labelledby=\"{} {}\"", escaped(&name), escaped(&gist));
    let svg = svg.replacen("<svg", &root, 1);
    let told = format!(
        ">\n<title id=\"{}\">{}</title>\n<desc id=\"{}\">{}</desc>",
        escaped(&name),
        escaped(&chart.caption),
        escaped(&gist),
        escaped(&chart.alt)
    );
    svg.replacen('>', &told, 1)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_attribute_or_element() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
