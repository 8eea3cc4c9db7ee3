//! Meta's field language: `id,attachments{type,url},insights.metric(a,b).period(lifetime),reactions.type(LIKE).as(r_like)`.

/// One field with its arguments and the fields below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    /// `.limit(0)` as `("limit", "0")`.
    pub(super) arguments: Vec<(String, String)>,
    pub(super) below: Vec<Field>,
}

impl Field {
    /// An argument by its name.
    pub(super) fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The key in the answer.
    pub(super) fn key(&self) -> &str {
        self.argument("as").unwrap_or(&self.name)
    }
}

/// Takes a list of fields apart.
pub(super) fn parse(text: &str) -> Vec<Field> {
    split(text, ',').into_iter().filter(|part| !part.trim().is_empty()).map(one).collect()
}

fn one(text: &str) -> Field {
    let text = text.trim();
    // Only the last brace closes this list: those before it belong to fields within.
    let (head, below) = match text.find('{') {
        Some(at) => (&text[..at], parse(text[at + 1..].strip_suffix('}').unwrap_or(&text[at + 1..]))),
        None => (text, Vec::new()),
    };
    let mut parts = split(head, '.').into_iter();
    let name = parts.next().unwrap_or_default().to_owned();
    let arguments = parts
        .filter_map(|part| {
            let (key, value) = part.split_once('(')?;
            Some((key.to_owned(), value.trim_end_matches(')').to_owned()))
        })
        .collect();
    Field { name, arguments, below }
}

/// Splits outside brackets.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut depth = 0_i32;
    let mut start = 0;
    let mut parts = Vec::new();
    for (index, sign) in text.char_indices() {
        match sign {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ if sign == at && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + sign.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_fields_with_arguments() {
        let fields = parse("id,a.metric(x,y){name,values},r.type(LIKE).limit(0).as(r_like),at{media{image},type}");
        assert_eq!(fields.iter().map(Field::key).collect::<Vec<_>>(), ["id", "a", "r_like", "at"]);
        assert_eq!(fields[1].argument("metric"), Some("x,y"));
        assert_eq!(fields[1].below[1].name, "values");
        assert_eq!(fields[3].below[0].below[0].name, "image");
        assert_eq!(fields[3].below[1].name, "type");
    }
}
