//! Phrases with places to fill: `{name}`.

use std::collections::BTreeSet;

/// The phrase with its places filled. A place that nobody fills stays as it is written, where a test finds it.
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(phrase.len() + 32);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, following)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            text.push_str(value);
        } else {
            text.push('{');
            text.push_str(name);
            text.push('}');
        }
        rest = following;
    }
    text.push_str(rest);
    text
}

/// The places of a phrase.
pub fn placeholders(phrase: &str) -> BTreeSet<&str> {
    phrase.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_values_are_not_looked_into() {
        assert_eq!(fill("{a} av {b}", &[("a", "{b}"), ("b", "6")]), "{b} av 6");
        assert_eq!(fill("ingen plats", &[("a", "1")]), "ingen plats");
        assert_eq!(fill("{okänd} och {", &[]), "{okänd} och {");
    }

    #[test]
    fn places_are_found() {
        assert_eq!(placeholders("{have} av {of}, {have}").into_iter().collect::<Vec<_>>(), ["have", "of"]);
    }
}
