//! A comment on a period in a form: what stands above it for the program, and the text.

use toml_edit::{DocumentMut, value};

use crate::config::comments::front_matter;

/// What a form shows of a comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentParts {
    /// The decision that is proposed.
    pub decision: String,
    /// Only in reports on this unit.
    pub unit: Option<String>,
    /// Only in reports in this language.
    pub language: Option<String>,
    /// The text as it is written, remarks and headings with it.
    pub text: String,
}

/// The parts of a comment's file.
pub fn comment_parts(file: &str) -> CommentParts {
    let (matter, _, body) = front_matter(file);
    let document: DocumentMut = matter.unwrap_or_default().parse().unwrap_or_default();
    let key = |name: &str| document.get(name).and_then(|item| item.as_str()).map(str::to_owned);
    CommentParts {
        decision: key("decision").unwrap_or_default(),
        unit: key("unit"),
        language: key("language"),
        text: body.trim().to_owned(),
    }
}

/// The file with these parts; what else stood above the text stays.
///
/// # Errors
/// When what stands above the text is not TOML; in words for a log.
pub fn with_comment(file: &str, parts: &CommentParts) -> Result<String, String> {
    let (matter, _, _) = front_matter(file);
    let mut document: DocumentMut = matter.unwrap_or_default().parse().map_err(|error| format!("{error}"))?;
    let decision = Some(parts.decision.trim().to_owned()).filter(|text| !text.is_empty());
    for (key, wanted) in [("decision", decision), ("unit", parts.unit.clone()), ("language", parts.language.clone())] {
        let there = document.get(key).and_then(|item| item.as_str()).map(str::to_owned);
        match wanted {
            Some(text) if there.as_ref() == Some(&text) => {}
            Some(text) => document[key] = value(text),
            None => {
                document.remove(key);
            }
        }
    }
    let matter = document.to_string();
    let body = parts.text.replace("\r\n", "\n");
    let body = body.trim();
    let above = if matter.trim().is_empty() { String::new() } else { format!("+++\n{}\n+++\n\n", matter.trim_end()) };
    Ok(format!("{above}{body}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_above_the_text_stays() {
        let file =
            "+++\n# vem: förvaltningen\ndecision = \"Fortsätt.\" # föredras av chefen\n+++\n\nHej.\n\n# Mål\n\nBra.\n";
        let parts = comment_parts(file);
        assert_eq!((parts.decision.as_str(), parts.text.as_str()), ("Fortsätt.", "Hej.\n\n# Mål\n\nBra."));
        assert_eq!(with_comment(file, &parts).expect("written"), file);
        let other = CommentParts { text: "Hejdå.\r\nVi ses.".to_owned(), unit: Some("kultur".to_owned()), ..parts };
        let written = with_comment(file, &other).expect("written");
        assert_eq!(
            written,
            "+++\n# vem: förvaltningen\ndecision = \"Fortsätt.\" # föredras av chefen\nunit = \"kultur\"\n+++\n\nHejdå.\nVi ses.\n"
        );
    }

    #[test]
    fn a_text_alone_has_nothing_above_it() {
        let parts = CommentParts { text: "Hej.".to_owned(), ..CommentParts::default() };
        assert_eq!(with_comment("", &parts).expect("written"), "Hej.\n");
    }
}
