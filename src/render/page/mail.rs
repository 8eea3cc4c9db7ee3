//! The report as a mail: what page one says, one chart, and the same as plain text.

use std::collections::HashMap;

use serde_json::json;

use super::{filled, is_web};
use crate::render::typeset::chart_png;
use crate::render::{Look, PICTURE_PPI, RenderError, furniture, walk};
use crate::report::{Chart, Report};

/// The name of the inline picture: `cid:chart-1`.
const PICTURE: &str = "chart-1";

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// What most readers see.
    pub html: String,
    /// The same as plain text.
    pub text: String,
    /// Inline pictures: content id and PNG.
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// What the sending side adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailExtras {
    /// The words of the link that ends the subscription.
    pub unsubscribe_text: Option<String>,
    /// Where it leads.
    pub unsubscribe_url: Option<String>,
    /// A sentence at the top: a draft to be approved, a part of a larger report.
    pub note: Option<String>,
}

/// Writes the mail.
pub fn mail(report: &Report, look: &Look, extras: Option<&MailExtras>) -> Result<Mail, RenderError> {
    furniture::check(report)?;
    let extras = extras.cloned().unwrap_or_default();
    let chart = chosen(report);
    let picture = chart.map(|chart| chart_png(chart, report.language, look, PICTURE_PPI)).transpose()?;
    let from = report.unit.as_ref().unwrap_or(&report.organisation);
    let subject = one_line(&format!("{} – {from}", report.title));
    let mut front = serde_json::to_value(report)
        .map_err(|error| RenderError::Write { what: "the data of the mail".to_owned(), message: error.to_string() })?;
    if let Some(fields) = front.as_object_mut() {
        fields.remove("figures");
        fields.remove("sections");
    }
    let values = json!({
        "subject": subject,
        "report": front,
        "words": report.furniture,
        "chart": chart.map(|chart| json!({ "caption": chart.caption, "alt": chart.alt, "source": format!("cid:{PICTURE}") })),
        "note": extras.note,
        "unsubscribe_text": extras.unsubscribe_text,
        "unsubscribe_url": extras.unsubscribe_url.filter(|address| is_web(address)),
    });
    let markup = filled(look, "mail.mjml", report.kind, &values)?;
    Ok(Mail {
        subject,
        html: as_html(&markup)?,
        text: filled(look, "mail.txt", report.kind, &values)?,
        pictures: picture.into_iter().map(|bytes| (PICTURE.to_owned(), bytes)).collect(),
    })
}

/// The chart of the first goal that has one and needs eyes (behind or lagging), else the first chart.
fn chosen(report: &Report) -> Option<&Chart> {
    use crate::model::Status;
    use crate::report::Block;
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let needs_eyes = blocks.filter_map(|block| match block {
        Block::Goal { line, chart: Some(chart), .. } if matches!(line.status, Status::Behind | Status::Lagging) => {
            Some(chart)
        }
        _ => None,
    });
    needs_eyes.into_iter().next().or_else(|| walk::charts(report).into_iter().next())
}

/// A subject is one line: a line break would begin another header.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

fn as_html(markup: &str) -> Result<String, RenderError> {
    let failed = |error: &dyn std::fmt::Display| RenderError::Template {
        template: "mail.mjml".to_owned(),
        message: error.to_string(),
    };
    let parsed = mrml::parse(markup).map_err(|error| failed(&error))?;
    if let Some(warning) = parsed.warnings.first() {
        return Err(failed(warning));
    }
    // Without fonts nothing is fetched from anywhere.
    let options = mrml::prelude::render::RenderOptions {
        disable_comments: true,
        social_icon_origin: None,
        fonts: HashMap::new(),
    };
    parsed.element.render(&options).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_stays_one_line() {
        assert_eq!(one_line("Rapport\r\nBcc: x"), "Rapport  Bcc: x");
    }
}
