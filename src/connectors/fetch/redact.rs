//! Nothing that a platform says is shown before known secrets, and everything that looks like one, are taken out.

use crate::model::Secret;

/// What stands before a secret in addresses, headers and error texts.
const MARKS: [&str; 10] = [
    "access_token=",
    "input_token=",
    "fb_exchange_token=",
    "refresh_token=",
    "client_secret=",
    "appsecret_proof=",
    "token_auth=",
    "?code=",
    "&code=",
    "Bearer ",
];

/// How much of a platform's text is kept: enough to know it by, never a page of HTML.
const LONGEST: usize = 300;

/// The text without secrets, on one line, and not too long.
pub(super) fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for secret in secrets {
        // Shorter ones would blank out ordinary words; no platform gives such tokens.
        if secret.expose().len() >= 6 {
            clean = clean.replace(secret.expose(), "…");
        }
    }
    for mark in MARKS {
        clean = without_value(&clean, mark);
    }
    match clean.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

fn without_value(text: &str, mark: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(mark) {
        let after = at + mark.len();
        kept.push_str(&rest[..after]);
        kept.push('…');
        let value = &rest[after..];
        let ends =
            |letter: char| letter.is_whitespace() || matches!(letter, '&' | '"' | '\'' | '<' | '>' | ')' | '}' | ',');
        rest = &value[value.find(ends).unwrap_or(value.len())..];
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secrets_and_their_marks_are_taken_out() {
        let text = "see https://x.example/y?access_token=EAAB123&limit=2 and\nBearer abcdef, also EAAB123 alone";
        let clean = redact(text, &[Secret::new("EAAB123")]);
        assert_eq!(clean, "see https://x.example/y?access_token=…&limit=2 and Bearer …, also … alone");
        assert_eq!(redact("token_auth=0123&x", &[]), "token_auth=…&x");
        assert!(redact(&"å".repeat(1000), &[]).chars().count() == LONGEST + 1);
    }
}
